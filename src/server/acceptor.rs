//! Runs a server: listens, accepts clients, drives the room's timer and shuts down.
//!
//! # One thread or several
//!
//! The tasks can run on any runtime. `netchat-tui serve` uses one thread because two are not faster: most of the time is
//! spent by the kernel copying bytes and by the clients reading them. Measured on two cores shared with the load
//! generator (the cases of docs/benchmarks.md, with an earlier generator in Python), medians of five rounds:
//!
//! | | one thread | two threads |
//! |---|---|---|
//! | 100 clients, million deliveries a second | 22.5 | 21.9 |
//! | 1,000 clients, million deliveries a second | 15.4 | 13.5 |
//! | twenty senders at once, million deliveries a second | 16.4 | 18.3 |
//! | latency of a line to 100 clients, ms | 1.75 | 1.74 |
//! | memory, MB | 5.7 | 6.4 |
//!
//! One thread also gives all clients the same order of events and leaves the other cores of a Raspberry Pi free.

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

/// Time that clients have to read the goodbye before the server exits.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(2);

/// Pause after a failed accept. Out of file descriptors, for example, an immediate retry would fail again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(250);

/// Connections accepted in a row before other tasks run.
const MAX_ACCEPT_BATCH: usize = 64;

/// Size of a client's send buffer in bytes; Linux doubles it.
///
/// By default Linux grows the buffer to 4 MiB and reports it writable when a third is free. A steady reader of 4 MB/s
/// would then appear stalled at times and miss lines.
const SEND_BUFFER_BYTES: usize = 128 << 10;

/// Open files reserved for refused connections, listeners, the terminal and the runtime.
const RESERVED_FILES: usize = MAX_REFUSING + 32;

/// A server that listens but does not run yet.
#[derive(Debug)]
pub struct Server {
    listeners: Vec<StdListener>,
    addresses: Vec<SocketAddr>,
    limits: ServerLimits,
}

impl Server {
    /// Listens on these addresses. Connections wait in the backlog until [`Server::run`].
    ///
    /// # Errors
    /// For the first address that cannot be listened on, or when the limit of open files is too low for a client.
    pub fn bind(addresses: &[SocketAddr], limits: ServerLimits) -> Result<Self, ListenError> {
        let listeners: Vec<_> = addresses.iter().map(|address| listen::listen(*address)).collect::<Result<_, _>>()?;
        let bound = listeners.iter().zip(addresses);
        let addresses = bound.map(|(listener, address)| listener.local_addr().unwrap_or(*address)).collect();
        let clients = match (limits.clients, raise_file_limit()) {
            (limit, None) => limit,
            (_, Some(files)) if files <= RESERVED_FILES => {
                return Err(ListenError::TooFewFiles { allowed: files, needed: RESERVED_FILES + 1 });
            }
            (limit, Some(files)) => Some(limit.unwrap_or(usize::MAX).min(files - RESERVED_FILES)),
        };
        Ok(Self { listeners, addresses, limits: ServerLimits { clients, ..limits } })
    }

    /// The addresses it listens on. Port 0 is replaced by the port that the system chose.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The limits in effect. The number of clients is capped by the limit of open files.
    pub const fn limits(&self) -> &ServerLimits {
        &self.limits
    }

    /// Runs `room` until `stop` resolves, then sends a goodbye to all clients. Must be called inside a Tokio runtime.
    ///
    /// Reports events to `events`; [`ServerEvent::Broadcast`] only if `reports_broadcasts` is set.
    ///
    /// # Errors
    /// When the listeners cannot be registered with the runtime.
    pub async fn run(
        self,
        room: Box<dyn Room>,
        events: Sink,
        reports_broadcasts: bool,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let hub = Arc::new(Hub::new(room, self.limits, events, reports_broadcasts));
        let listeners = self.listeners.into_iter().map(TcpListener::from_std).collect::<io::Result<Vec<_>>>()?;
        let mut clients = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        let (mut paused_until, mut shortage) = (None, ResourceShortage::default());
        loop {
            let due = hub.due();
            let due_at = hub.instant(due.unwrap_or_default());
            tokio::select! { biased;
                () = &mut stop => break,
                () = sleep_until(due_at), if due.is_some() => hub.tick(),
                () = hub.rescheduled.notified() => {}
                Some(_ended) = clients.join_next(), if !clients.is_empty() => {}
                () = sleep_until_some(paused_until), if paused_until.is_some() => paused_until = None,
                accepted = accept(&listeners), if paused_until.is_none() => {
                    if let Err(error) = accept_batch(&hub, &mut clients, &listeners, accepted) {
                        paused_until = Some(Instant::now() + ACCEPT_PAUSE);
                        shortage.report(&hub, &error);
                    }
                }
            }
        }
        drop(listeners);
        hub.close();
        // Dropping the tasks closes the remaining connections.
        let _ = timeout(GOODBYE_TIMEOUT, async { while clients.join_next().await.is_some() {} }).await;
        Ok(())
    }
}

/// Accepts the next connection on any listener.
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

/// Admits a connection and those that wait behind it, so that a class that connects at once waits for few wakeups.
///
/// # Errors
/// When the system is out of resources. An immediate retry would fail again.
fn accept_batch(
    hub: &Arc<Hub>,
    clients: &mut JoinSet<()>,
    listeners: &[TcpListener],
    first: io::Result<(TcpStream, SocketAddr)>,
) -> io::Result<()> {
    let (mut next, mut left) = (Some(first), MAX_ACCEPT_BATCH);
    while let Some(accepted) = next {
        match accepted {
            Ok((stream, address)) => admit(hub, clients, stream, address),
            // The peer disconnected before it was accepted (accept(2)).
            Err(error) if is_peer_error(&error) => {}
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

/// Admits or refuses a connection. Runs before a task exists, so that a flood of refused connections is not a flood of
/// tasks and sockets.
fn admit(hub: &Arc<Hub>, clients: &mut JoinSet<()>, stream: TcpStream, address: SocketAddr) {
    match (hub.join(address), Arc::clone(&hub.refusals).try_acquire_owned()) {
        (Ok(client), _) => {
            configure(&stream);
            clients.spawn(client_task::serve(stream, client, Arc::clone(hub)));
        }
        (Err(refusal), Ok(permit)) => drop(clients.spawn(client_task::refuse(stream, refusal, permit))),
        (Err(_refusal), Err(_full)) => {}
    }
}

/// Reports failures of `accept`, at most once per [`Self::REPORT_INTERVAL`].
#[derive(Default)]
struct ResourceShortage {
    last_report: Option<Instant>,
}

impl ResourceShortage {
    const REPORT_INTERVAL: Duration = Duration::from_secs(60);

    fn report(&mut self, hub: &Hub, error: &io::Error) {
        if self.last_report.is_none_or(|at| at.elapsed() >= Self::REPORT_INTERVAL) {
            self.last_report = Some(Instant::now());
            hub.report(ServerEvent::CannotAccept(error.to_string()));
        }
    }
}

/// Whether an error of `accept` concerns one connection only.
fn is_peer_error(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted)
}

/// Sets socket options: no delay for small messages, a small send buffer, and detection of dead peers.
fn configure(stream: &TcpStream) {
    let keepalive = TcpKeepalive::new().with_time(Duration::from_secs(30)).with_interval(Duration::from_secs(5));
    #[cfg(unix)]
    let keepalive = keepalive.with_retries(5);
    // The options are optional: errors are ignored.
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(stream).set_send_buffer_size(SEND_BUFFER_BYTES);
    let _ = SockRef::from(stream).set_tcp_keepalive(&keepalive);
    // No keepalive probes are sent while data is unacknowledged; by default Linux then gives up after 15 minutes.
    #[cfg(target_os = "linux")]
    let _ = SockRef::from(stream).set_tcp_user_timeout(Some(Duration::from_secs(55)));
}

/// The maximum on macOS, whatever the hard limit says (setrlimit(2) there).
#[cfg(unix)]
const MACOS_OPEN_MAX: u64 = 10_240;

/// Raises the soft limit of open files as far as possible and returns it.
#[cfg(unix)]
fn raise_file_limit() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted =
        [limit.maximum, Some(MACOS_OPEN_MAX).filter(|_| limit.current.is_some_and(|files| files < MACOS_OPEN_MAX))];
    let raise =
        |files: &Option<u64>| setrlimit(Resource::Nofile, Rlimit { current: *files, maximum: limit.maximum }).is_ok();
    let current = wanted.into_iter().find(raise).unwrap_or(limit.current);
    current.map(|files| usize::try_from(files).unwrap_or(usize::MAX))
}

/// Returns `None`: other systems have no such limit.
#[cfg(not(unix))]
const fn raise_file_limit() -> Option<usize> {
    None
}
