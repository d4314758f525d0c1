//! A server: its listeners, the clients' tasks, the room's clock, and the end of it all.
//!
//! # One thread or several
//!
//! The tasks may run on any runtime. `netchat-tui serve` runs them on one thread, because that measures no worse: what
//! takes the time is the kernel copying bytes, and the clients reading them. When that was decided, on a machine of two
//! cores, the load (the cases of docs/benchmarks.md, from a slower generator in Python) beside it, medians of five rounds, one
//! thread and two:
//! 100 clients 22.5 and 21.9 million deliveries a second, 1,000 clients 15.4 and 13.5, twenty senders at once 16.4 and
//! 18.3, a line read by all of 100 after 1.75 and 1.74 ms, memory 5.7 and 6.4 MB. On one thread the order of things is
//! also the same for everybody, and the other cores of a Raspberry Pi are left to the rest of it.

use super::client_task;
use super::event::{ServerEvent, Sink};
use super::hub::{Hub, MAX_REFUSING};
use super::limits::ServerLimits;
use super::listen::{self, ListenError};
use super::room::Room;
use futures_util::FutureExt as _;
use socket2::{SockRef, TcpKeepalive};
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

/// How long clients may take to read the goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// How long no connection is accepted when the system cannot give us one: it has no more to give at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(250);

/// Connections accepted before the tasks have their turn.
const AT_ONCE: usize = 64;

/// Bytes that the system takes for a client ahead of what it has read; Linux doubles this.
///
/// Left to itself Linux takes up to 4 MiB for each, and tells of room when a third of that is free: a steady reader of
/// four megabytes a second then looks like one that reads nothing for a while, and misses lines.
const SEND_BUFFER: usize = 128 << 10;

/// Open files a server needs beside its clients: those who are being told that they are not let in, the listeners, the
/// terminal, the runtime.
const OTHER_FILES: usize = MAX_REFUSING + 32;

/// A server that listens and has yet to run.
#[derive(Debug)]
pub struct Server {
    listeners: Vec<StdListener>,
    addresses: Vec<SocketAddr>,
    limits: ServerLimits,
}

impl Server {
    /// Listens on these addresses. Connections wait until [`Server::run`].
    ///
    /// # Errors
    /// The first address that cannot be had.
    pub fn bind(addresses: &[SocketAddr], limits: ServerLimits) -> Result<Self, ListenError> {
        let listeners: Vec<_> = addresses.iter().map(|address| listen::listen(*address)).collect::<Result<_, _>>()?;
        let bound = listeners.iter().zip(addresses);
        let addresses = bound.map(|(listener, address)| listener.local_addr().unwrap_or(*address)).collect();
        let clients = match (limits.clients, files()) {
            (limit, None) => limit,
            (_, Some(files)) if files <= OTHER_FILES => {
                return Err(ListenError::TooFewFiles { allowed: files, needed: OTHER_FILES + 1 });
            }
            (limit, Some(files)) => Some(limit.unwrap_or(usize::MAX).min(files - OTHER_FILES)),
        };
        Ok(Self { listeners, addresses, limits: ServerLimits { clients, ..limits } })
    }

    /// Where it listens, with the ports that the system chose for those given as 0.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The limits in force: what was asked for, or what the system allows.
    pub const fn limits(&self) -> &ServerLimits {
        &self.limits
    }

    /// Runs this room until `stop`, then says goodbye to everybody. Must be called inside a runtime.
    ///
    /// What happens goes to `incidents`; what everybody in the room reads too, if `hears`.
    ///
    /// # Errors
    /// When the runtime does not take the listeners.
    pub async fn run(
        self,
        room: Box<dyn Room>,
        incidents: Sink,
        hears: bool,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let hub = Arc::new(Hub::new(room, self.limits, incidents, hears));
        let listeners = self.listeners.into_iter().map(TcpListener::from_std).collect::<io::Result<Vec<_>>>()?;
        let mut clients = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        let (mut deaf_until, mut shortage) = (None, ResourceShortage::default());
        loop {
            let due = hub.due();
            let due_at = hub.instant(due.unwrap_or_default());
            tokio::select! { biased;
                () = &mut stop => break,
                () = sleep_until(due_at), if due.is_some() => hub.tick(),
                () = hub.rescheduled.notified() => {}
                Some(_ended) = clients.join_next(), if !clients.is_empty() => {}
                () = sleep_until_some(deaf_until), if deaf_until.is_some() => deaf_until = None,
                accepted = accept(&listeners), if deaf_until.is_none() => {
                    if let Err(error) = accept_batch(&hub, &mut clients, &listeners, accepted) {
                        deaf_until = Some(Instant::now() + ACCEPT_PAUSE);
                        shortage.tell(&hub, &error);
                    }
                }
            }
        }
        drop(listeners);
        hub.close();
        // Those who take longer are dropped with the tasks.
        let _ = timeout(GOODBYE, async { while clients.join_next().await.is_some() {} }).await;
        Ok(())
    }
}

/// The next connection on any of the listeners.
async fn accept(listeners: &[TcpListener]) -> io::Result<(TcpStream, SocketAddr)> {
    poll_fn(|context| {
        let accepted = listeners.iter().find_map(|listener| match listener.poll_accept(context) {
            Poll::Ready(accepted) => Some(accepted),
            Poll::Pending => None,
        });
        accepted.map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

/// Starts the task of a connection, and of those that wait behind it: a class that connects at a word is let in faster
/// than it comes.
///
/// # Errors
/// When the system has no more to give. It is no use to try again at once.
fn accept_batch(
    hub: &Arc<Hub>,
    clients: &mut JoinSet<()>,
    listeners: &[TcpListener],
    first: io::Result<(TcpStream, SocketAddr)>,
) -> io::Result<()> {
    let (mut next, mut left) = (Some(first), AT_ONCE);
    while let Some(accepted) = next {
        match accepted {
            Ok((stream, address)) => admit(hub, clients, stream, address),
            // About the one connection, which was gone before it was accepted (accept(2)).
            Err(error) if is_the_clients(&error) => {}
            Err(error) => return Err(error),
        }
        left -= 1;
        next = if left > 0 { accept(listeners).now_or_never() } else { None };
    }
    Ok(())
}

async fn sleep_until_some(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Lets a client in, or tells it why not. Here and not in its task: a flood of those who are not let in would be a
/// flood of tasks, each with a socket.
fn admit(hub: &Arc<Hub>, clients: &mut JoinSet<()>, stream: TcpStream, address: SocketAddr) {
    match (hub.join(address), Arc::clone(&hub.refusals).try_acquire_owned()) {
        (Ok(speaker), _) => {
            prepare(&stream);
            clients.spawn(client_task::serve(stream, speaker, Arc::clone(hub)));
        }
        (Err(refusal), Ok(turn)) => drop(clients.spawn(client_task::refuse(stream, refusal, turn))),
        (Err(_refusal), Err(_full)) => {}
    }
}

/// What the system has no more of, told once in a while as long as it lasts.
#[derive(Default)]
struct ResourceShortage {
    told: Option<Instant>,
}

impl ResourceShortage {
    const WHILE: Duration = Duration::from_secs(60);

    fn tell(&mut self, hub: &Hub, error: &io::Error) {
        if self.told.is_none_or(|told| told.elapsed() >= Self::WHILE) {
            self.told = Some(Instant::now());
            hub.report(ServerEvent::CannotAccept(error.to_string()));
        }
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted)
}

/// A chat has small messages that should not wait for each other, and clients whose cable is pulled.
fn prepare(stream: &TcpStream) {
    let keepalive = TcpKeepalive::new().with_time(Duration::from_secs(30)).with_interval(Duration::from_secs(5));
    #[cfg(unix)]
    let keepalive = keepalive.with_retries(5);
    // None of it is needed to talk.
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(stream).set_send_buffer_size(SEND_BUFFER);
    let _ = SockRef::from(stream).set_tcp_keepalive(&keepalive);
    // While something is under way there are no such probes, and Linux by itself gives up after a quarter of an hour.
    #[cfg(target_os = "linux")]
    let _ = SockRef::from(stream).set_tcp_user_timeout(Some(Duration::from_secs(55)));
}

#[cfg(unix)]
const OPEN_MAX: u64 = 10_240;

/// Raises the limit of open files as far as we may, and says how far that is.
#[cfg(unix)]
fn files() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // macOS takes no more than OPEN_MAX, whatever it says the maximum is (setrlimit(2) there).
    let wanted = [limit.maximum, Some(OPEN_MAX).filter(|_| limit.current.is_some_and(|files| files < OPEN_MAX))];
    let raise =
        |files: &Option<u64>| setrlimit(Resource::Nofile, Rlimit { current: *files, maximum: limit.maximum }).is_ok();
    let current = wanted.into_iter().find(raise).unwrap_or(limit.current);
    current.map(|files| usize::try_from(files).unwrap_or(usize::MAX))
}

/// There is no such limit here.
#[cfg(not(unix))]
const fn files() -> Option<usize> {
    None
}
