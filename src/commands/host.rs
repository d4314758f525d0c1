//! Runs a server in a thread of this process, for `netchat-tui host`.
//!
//! The client connects to it over a socket like any other client. The separate thread keeps a busy server from delaying
//! the host's keyboard.

use super::serve::{BoundServer, ServeError, log_line};
use crate::link::Endpoint;
use crate::server::console::log_throttle::LogThrottle;
use crate::server::room::LeaveReason;
use crate::server::{ServerEvent, ServerKind, Sink, listen};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot, watch};

/// Notices that are queued for the client. More are dropped, because they are not essential.
const MAX_NOTICES: usize = 256;

/// A server that runs in a thread of this process.
#[derive(Debug)]
pub(crate) struct HostedServer {
    /// Address for the client in this process.
    pub endpoint: Endpoint,
    /// Lines of the startup banner.
    pub banner: Vec<String>,
    /// Messages for the host that the server does not send to its clients.
    pub notices: mpsc::Receiver<String>,
    /// Number of connected clients.
    pub client_count: watch::Receiver<usize>,
    /// Handle that stops the server.
    pub handle: ServerHandle,
}

/// Stops a [`HostedServer`].
#[derive(Debug)]
pub(crate) struct ServerHandle {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl HostedServer {
    /// Starts the thread of the server.
    ///
    /// # Errors
    /// Returns an error if the client cannot use the listening address.
    pub(crate) fn start(server: BoundServer) -> Result<Self, ServeError> {
        let endpoint = endpoint(server.addresses());
        let banner = server.banner();
        let (notice_sender, notices) = mpsc::channel(MAX_NOTICES);
        let (count_sender, client_count) = watch::channel(0);
        let announces_joins = matches!(server.options.kind, ServerKind::Chat { .. });
        let is_quiet = server.options.is_quiet;
        let throttle = Mutex::new(LogThrottle::new(Instant::now()));
        let sink: Sink = Box::new(move |event| {
            if let ServerEvent::Joined { client_count, .. } | ServerEvent::Left { client_count, .. } = &event {
                count_sender.send_replace(*client_count);
            }
            if !is_quiet && is_notice(&event, announces_joins) {
                let mut throttle = throttle.lock().unwrap_or_else(PoisonError::into_inner);
                let summary = throttle.next_interval(Instant::now());
                let line = throttle.allows(&event).then(|| log_line(&event));
                for notice in summary.into_iter().chain(line) {
                    // Dropped if the client has ended or its queue is full.
                    let _ = notice_sender.try_send(notice);
                }
            }
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            // Dropping the sender stops the server, too.
            let _ = stopped.await;
        };
        // If the server fails to run, the client's connection fails.
        let thread = std::thread::spawn(move || drop(server.run(sink, false, stopped)));
        Ok(Self { endpoint: endpoint?, banner, notices, client_count, handle: ServerHandle { stop, thread } })
    }
}

impl ServerHandle {
    /// Shuts the server down and blocks until its thread has ended.
    pub(crate) fn stop(self) {
        let Self { stop, thread } = self;
        drop(stop);
        // The thread cannot have panicked: panics abort the process.
        drop(thread.join());
    }
}

/// Whether an event is a notice for the host. Joins and departures are not if the server announces them to all clients.
const fn is_notice(event: &ServerEvent, announces_joins: bool) -> bool {
    match event {
        ServerEvent::Joined { .. }
        | ServerEvent::Left { reason: LeaveReason::Closed | LeaveReason::HungUp | LeaveReason::Broken, .. } => {
            !announces_joins
        }
        ServerEvent::Note { .. } | ServerEvent::Broadcast(_) => false,
        ServerEvent::Left { .. }
        | ServerEvent::SlowedDown(_)
        | ServerEvent::Refused { .. }
        | ServerEvent::CannotAccept(_) => true,
    }
}

/// Returns the address at which the client in this process reaches the server.
fn endpoint(addresses: &[SocketAddr]) -> Result<Endpoint, ServeError> {
    let first = addresses.first().copied().unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let local = listen::local_address(first);
    Endpoint::new(&local.ip().to_string(), local.port())
        .map_err(|error| ServeError::Runtime(std::io::Error::other(error)))
}
