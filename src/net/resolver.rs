//! Names to addresses, by the system's resolver, which knows `/etc/hosts`, `.local` and whatever else is set up.
//!
//! `getaddrinfo` cannot be called off: with a name server that is gone it sits for half a minute in a thread. So it has
//! threads of its own, a few, that nothing else waits for; one name is asked for once, however many wait for it; and
//! what nobody waits for any longer leaves the queue. An answer is not kept: the system does that, and for how long.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Names looked up at the same time.
const AT_ONCE: usize = 8;

type LookupFn = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// What became of a question: nothing yet, addresses (their port is 0), an error.
type LookupResult = Option<Result<Vec<SocketAddr>, Arc<io::Error>>>;

/// The questions that somebody waits for, or a thread sits in.
type PendingLookups = Mutex<HashMap<String, watch::Sender<LookupResult>>>;

/// The resolver of the system, shared by all links. Clones are the same one.
#[derive(Clone)]
pub(super) struct Resolver {
    ask: Arc<LookupFn>,
    threads: Arc<Semaphore>,
    questions: Arc<PendingLookups>,
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolver")
            .field("threads", &self.threads)
            .field("questions", &self.questions)
            .finish_non_exhaustive()
    }
}

impl Default for Resolver {
    fn default() -> Self {
        Self::new(AT_ONCE, |host| (host, 0).to_socket_addrs().map(Iterator::collect))
    }
}

impl Resolver {
    /// One that asks in this way, which may take long, so many questions at a time.
    fn new(at_once: usize, ask: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> Self {
        Self { ask: Arc::new(ask), threads: Arc::new(Semaphore::new(at_once)), questions: Arc::default() }
    }

    /// The addresses of a host, best first, all with port 0. May be dropped at any time. Must be called inside a runtime.
    ///
    /// # Errors
    /// As the system has them.
    pub(super) async fn look_up(&self, host: &str) -> io::Result<Vec<SocketAddr>> {
        let mut answer = self.question(host);
        let answered = answer.wait_for(Option::is_some).await.map(|answer| answer.clone());
        match answered {
            Ok(Some(Ok(found))) => Ok(found),
            Ok(Some(Err(error))) => Err(clone_error(&error)),
            // The one who asked is gone with the runtime.
            Ok(None) | Err(_) => Err(io::ErrorKind::Interrupted.into()),
        }
    }

    /// Joins those who wait for this host, or is the first.
    fn question(&self, host: &str) -> watch::Receiver<LookupResult> {
        let mut questions = lock(&self.questions);
        if let Some(question) = questions.get(host) {
            return question.subscribe();
        }
        let (sender, receiver) = watch::channel(None);
        questions.insert(host.to_owned(), sender.clone());
        tokio::spawn(self.clone().enqueue(host.to_owned(), sender));
        receiver
    }

    /// Waits for one of the threads, for as long as somebody wants to know.
    async fn enqueue(self, host: String, sender: watch::Sender<LookupResult>) {
        loop {
            tokio::select! { biased;
                () = sender.closed() => {
                    let mut questions = lock(&self.questions);
                    // Somebody may have come in between.
                    if sender.is_closed() {
                        questions.remove(&host);
                        return;
                    }
                }
                Ok(permit) = Arc::clone(&self.threads).acquire_owned() => return self.start(host, sender, permit),
            }
        }
    }

    fn start(self, host: String, sender: watch::Sender<LookupResult>, permit: OwnedSemaphorePermit) {
        let (questions, name, to_tell) = (Arc::clone(&self.questions), host.clone(), sender.clone());
        let thread = std::thread::Builder::new().name("look up".into()).spawn(move || {
            let answer = (self.ask)(&host);
            drop(permit);
            self.answer(&host, &sender, answer);
        });
        if let Err(error) = thread {
            lock(&questions).remove(&name);
            to_tell.send_replace(Some(Err(Arc::new(error))));
        }
    }

    /// Tells all who wait. Who comes after this asks anew.
    fn answer(&self, host: &str, sender: &watch::Sender<LookupResult>, answer: io::Result<Vec<SocketAddr>>) {
        lock(&self.questions).remove(host);
        sender.send_replace(Some(answer.map_err(Arc::new)));
    }
}

fn lock(questions: &PendingLookups) -> MutexGuard<'_, HashMap<String, watch::Sender<LookupResult>>> {
    // Nobody leaves it half changed.
    questions.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same error for one more who waited.
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

    /// A resolver that says what it is asked, and answers when it is told to.
    struct TestResolver {
        resolver: Resolver,
        asked: tokio::sync::mpsc::UnboundedReceiver<String>,
        go: Sender<()>,
    }

    fn stage(at_once: usize) -> TestResolver {
        let (saying, asked) = tokio::sync::mpsc::unbounded_channel();
        let (go, told): (_, Receiver<()>) = channel();
        let told = Mutex::new(told);
        let resolver = Resolver::new(at_once, move |host| {
            saying.send(host.to_owned()).unwrap();
            told.lock().unwrap().recv().unwrap();
            match host.strip_prefix("no-") {
                Some(_) => Err(io::Error::other("Name or service not known")),
                None => Ok(vec!["192.0.2.7:0".parse().unwrap()]),
            }
        });
        TestResolver { resolver, asked, go }
    }

    impl TestResolver {
        fn look_up(&self, host: &'static str) -> JoinHandle<io::Result<Vec<SocketAddr>>> {
            let resolver = self.resolver.clone();
            tokio::spawn(async move { resolver.look_up(host).await })
        }

        async fn is_asked(&mut self) -> String {
            timeout(Duration::from_secs(20), self.asked.recv()).await.unwrap().unwrap()
        }
    }

    /// Lets all tasks get as far as they get without the threads.
    async fn settle() {
        for _ in 0..50 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_second_for_the_same_name_joins_the_first() {
        let mut stage = stage(4);
        let waiting: Vec<_> = (0..600).map(|_| stage.look_up("pi.local")).collect();
        assert_eq!(stage.is_asked().await, "pi.local");
        settle().await;
        stage.go.send(()).unwrap();
        for one in waiting {
            assert_eq!(one.await.unwrap().unwrap(), ["192.0.2.7:0".parse().unwrap()]);
        }
        assert!(stage.asked.try_recv().is_err(), "asked once");
        assert!(lock(&stage.resolver.questions).is_empty());
    }

    #[tokio::test]
    async fn who_gave_up_finds_his_question_still_asked() {
        let mut stage = stage(1);
        let first = stage.look_up("pi.local");
        stage.is_asked().await;
        first.abort();
        settle().await;
        let second = stage.look_up("pi.local");
        settle().await;
        stage.go.send(()).unwrap();
        second.await.unwrap().unwrap();
        assert!(stage.asked.try_recv().is_err(), "asked once");
    }

    #[tokio::test]
    async fn a_few_are_asked_for_at_once_and_who_gives_up_leaves_the_line() {
        let mut stage = stage(2);
        let stuck = [stage.look_up("a"), stage.look_up("b")];
        let mut asked = [stage.is_asked().await, stage.is_asked().await];
        asked.sort();
        assert_eq!(asked, ["a", "b"]);
        let (given_up, patient) = (stage.look_up("c"), stage.look_up("d"));
        settle().await;
        assert_eq!(lock(&stage.resolver.questions).len(), 4);
        given_up.abort();
        settle().await;
        assert_eq!(lock(&stage.resolver.questions).len(), 3, "c is gone");
        stage.go.send(()).unwrap();
        assert_eq!(stage.is_asked().await, "d");
        for _ in 0..2 {
            stage.go.send(()).unwrap();
        }
        for one in stuck.into_iter().chain([patient]) {
            one.await.unwrap().unwrap();
        }
    }

    #[tokio::test]
    async fn all_who_wait_hear_of_an_error_and_who_comes_later_asks_anew() {
        let mut stage = stage(1);
        for _ in 0..2 {
            let waiting = [stage.look_up("no-such"), stage.look_up("no-such")];
            stage.is_asked().await;
            settle().await;
            stage.go.send(()).unwrap();
            for one in waiting {
                assert_eq!(one.await.unwrap().unwrap_err().to_string(), "Name or service not known");
            }
        }
    }

    #[tokio::test]
    async fn the_systems_own_knows_this_machine_and_zones() {
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
