//! Resolves names with the system's resolver, which knows `/etc/hosts`, `.local` and all else that is configured.
//!
//! `getaddrinfo` cannot be cancelled, and blocks for half a minute if the name server does not respond. So it runs in a
//! limited number of separate threads that nothing else waits for. Concurrent lookups of one name share a call, and a lookup
//! that nobody waits for leaves the queue. Results are not cached; the system does that.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Maximum number of concurrent lookups.
const MAX_LOOKUPS: usize = 8;

type LookupFn = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// State of a lookup: pending, the addresses (with port 0), or an error.
type LookupResult = Option<Result<Vec<SocketAddr>, Arc<io::Error>>>;

/// Lookups that are queued or running, by host.
type PendingLookups = Mutex<HashMap<String, watch::Sender<LookupResult>>>;

/// The resolver of the system, shared by all links. Clones share one queue.
#[derive(Clone)]
pub(super) struct Resolver {
    lookup_fn: Arc<LookupFn>,
    threads: Arc<Semaphore>,
    pending: Arc<PendingLookups>,
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolver")
            .field("threads", &self.threads)
            .field("pending", &self.pending)
            .finish_non_exhaustive()
    }
}

impl Default for Resolver {
    fn default() -> Self {
        Self::new(MAX_LOOKUPS, |host| (host, 0).to_socket_addrs().map(Iterator::collect))
    }
}

impl Resolver {
    /// Creates a resolver that calls a blocking function in at most `max_lookups` threads.
    fn new(
        max_lookups: usize,
        lookup_fn: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        let threads = Arc::new(Semaphore::new(max_lookups));
        Self { lookup_fn: Arc::new(lookup_fn), threads, pending: Arc::default() }
    }

    /// Returns the addresses of a host, best first, with port 0. Cancel-safe. Must be called inside a runtime.
    ///
    /// # Errors
    /// The system's error.
    pub(super) async fn look_up(&self, host: &str) -> io::Result<Vec<SocketAddr>> {
        let mut receiver = self.subscribe(host);
        let result = receiver.wait_for(Option::is_some).await.map(|result| result.clone());
        match result {
            Ok(Some(Ok(addresses))) => Ok(addresses),
            Ok(Some(Err(error))) => Err(clone_error(&error)),
            // The runtime of the lookup's task has ended.
            Ok(None) | Err(_) => Err(io::ErrorKind::Interrupted.into()),
        }
    }

    /// Joins a pending lookup of this host, or starts one.
    fn subscribe(&self, host: &str) -> watch::Receiver<LookupResult> {
        let mut pending = lock(&self.pending);
        if let Some(sender) = pending.get(host) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(None);
        pending.insert(host.to_owned(), sender.clone());
        tokio::spawn(self.clone().enqueue(host.to_owned(), sender));
        receiver
    }

    /// Waits for a free thread and starts the lookup, unless all receivers are dropped before.
    async fn enqueue(self, host: String, sender: watch::Sender<LookupResult>) {
        loop {
            tokio::select! { biased;
                () = sender.closed() => {
                    let mut pending = lock(&self.pending);
                    // Checked again under the lock: a new receiver may have subscribed.
                    if sender.is_closed() {
                        pending.remove(&host);
                        return;
                    }
                }
                Ok(permit) = Arc::clone(&self.threads).acquire_owned() => return self.start(host, sender, permit),
            }
        }
    }

    fn start(self, host: String, sender: watch::Sender<LookupResult>, permit: OwnedSemaphorePermit) {
        let (pending, name, error_sender) = (Arc::clone(&self.pending), host.clone(), sender.clone());
        let thread = std::thread::Builder::new().name("look up".into()).spawn(move || {
            let result = (self.lookup_fn)(&host);
            drop(permit);
            self.finish(&host, &sender, result);
        });
        if let Err(error) = thread {
            lock(&pending).remove(&name);
            error_sender.send_replace(Some(Err(Arc::new(error))));
        }
    }

    /// Sends the result to all receivers. Later calls start a new lookup.
    fn finish(&self, host: &str, sender: &watch::Sender<LookupResult>, result: io::Result<Vec<SocketAddr>>) {
        lock(&self.pending).remove(host);
        sender.send_replace(Some(result.map_err(Arc::new)));
    }
}

fn lock(pending: &PendingLookups) -> MutexGuard<'_, HashMap<String, watch::Sender<LookupResult>>> {
    // A panic cannot leave the map inconsistent.
    pending.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns a copy of an error, for another receiver.
fn clone_error(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| io::Error::new(error.kind(), error.to_string()), io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;
    use tokio::task::{JoinHandle, yield_now};
    use tokio::time::timeout;

    /// A resolver that reports each lookup, and finishes it on request.
    struct TestResolver {
        resolver: Resolver,
        started: tokio::sync::mpsc::UnboundedReceiver<String>,
        finish: Sender<()>,
    }

    fn test_resolver(max_lookups: usize) -> TestResolver {
        let (start_sender, started) = tokio::sync::mpsc::unbounded_channel();
        let (finish, finish_receiver): (_, Receiver<()>) = channel();
        let finish_receiver = Mutex::new(finish_receiver);
        let resolver = Resolver::new(max_lookups, move |host| {
            start_sender.send(host.to_owned()).unwrap();
            finish_receiver.lock().unwrap().recv().unwrap();
            match host.strip_prefix("no-") {
                Some(_) => Err(io::Error::other("Name or service not known")),
                None => Ok(vec!["192.0.2.7:0".parse().unwrap()]),
            }
        });
        TestResolver { resolver, started, finish }
    }

    impl TestResolver {
        fn look_up(&self, host: &'static str) -> JoinHandle<io::Result<Vec<SocketAddr>>> {
            let resolver = self.resolver.clone();
            tokio::spawn(async move { resolver.look_up(host).await })
        }

        async fn next_started(&mut self) -> String {
            timeout(Duration::from_secs(20), self.started.recv()).await.unwrap().unwrap()
        }
    }

    /// Lets all tasks run until they wait for a thread.
    async fn run_tasks() {
        for _ in 0..50 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn concurrent_lookups_of_one_name_share_a_call() {
        let mut resolver = test_resolver(4);
        let waiting: Vec<_> = (0..600).map(|_| resolver.look_up("pi.local")).collect();
        assert_eq!(resolver.next_started().await, "pi.local");
        run_tasks().await;
        resolver.finish.send(()).unwrap();
        for one in waiting {
            assert_eq!(one.await.unwrap().unwrap(), ["192.0.2.7:0".parse().unwrap()]);
        }
        assert!(resolver.started.try_recv().is_err(), "looked up once");
        assert!(lock(&resolver.resolver.pending).is_empty());
    }

    #[tokio::test]
    async fn running_lookup_is_joined_after_a_cancellation() {
        let mut resolver = test_resolver(1);
        let first = resolver.look_up("pi.local");
        resolver.next_started().await;
        first.abort();
        run_tasks().await;
        let second = resolver.look_up("pi.local");
        run_tasks().await;
        resolver.finish.send(()).unwrap();
        second.await.unwrap().unwrap();
        assert!(resolver.started.try_recv().is_err(), "looked up once");
    }

    #[tokio::test]
    async fn concurrent_lookups_are_limited_and_cancellable() {
        let mut resolver = test_resolver(2);
        let stuck = [resolver.look_up("a"), resolver.look_up("b")];
        let mut started = [resolver.next_started().await, resolver.next_started().await];
        started.sort();
        assert_eq!(started, ["a", "b"]);
        let (cancelled, waiting) = (resolver.look_up("c"), resolver.look_up("d"));
        run_tasks().await;
        assert_eq!(lock(&resolver.resolver.pending).len(), 4);
        cancelled.abort();
        run_tasks().await;
        assert_eq!(lock(&resolver.resolver.pending).len(), 3, "c has left the queue");
        resolver.finish.send(()).unwrap();
        assert_eq!(resolver.next_started().await, "d");
        for _ in 0..2 {
            resolver.finish.send(()).unwrap();
        }
        for one in stuck.into_iter().chain([waiting]) {
            one.await.unwrap().unwrap();
        }
    }

    #[tokio::test]
    async fn error_reaches_all_waiters_and_is_not_cached() {
        let mut resolver = test_resolver(1);
        for _ in 0..2 {
            let waiting = [resolver.look_up("no-such"), resolver.look_up("no-such")];
            resolver.next_started().await;
            run_tasks().await;
            resolver.finish.send(()).unwrap();
            for one in waiting {
                assert_eq!(one.await.unwrap().unwrap_err().to_string(), "Name or service not known");
            }
        }
    }

    #[tokio::test]
    async fn system_resolver_knows_localhost_and_zones() {
        let resolver = Resolver::default();
        assert!(resolver.look_up("localhost").await.unwrap().iter().all(|addr| addr.ip().is_loopback()));
        for numbers in ["127.0.0.1", "::1"] {
            let found = resolver.look_up(numbers).await.unwrap();
            assert!(found.iter().all(|addr| addr.ip() == numbers.parse::<std::net::IpAddr>().unwrap()), "{numbers}");
        }
        #[cfg(target_os = "linux")]
        for zone in ["lo", "1"] {
            let found = resolver.look_up(&format!("fe80::1%{zone}")).await.unwrap();
            let zones = found.iter().map(|addr| match addr {
                SocketAddr::V6(addr) => addr.scope_id(),
                SocketAddr::V4(_) => 0,
            });
            assert!(zones.into_iter().all(|id| id == 1), "{zone}: {found:?}");
        }
    }
}
