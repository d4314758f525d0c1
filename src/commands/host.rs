//! `netchat-tui host`: the server in a thread of its own, for a client in the same process to join.
//!
//! The client joins it over the network like everybody else. A thread of its own, so that a room of a hundred does not
//! make the host's keys wait.

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

/// News that may wait for a window that is busy. More are dropped: the room has been told them, too.
const NEWS: usize = 256;

/// A server that runs beside the client.
#[derive(Debug)]
pub struct HostedServer {
    /// Where the client joins it.
    pub endpoint: Endpoint,
    /// What it says about itself, in lines.
    pub introduction: Vec<String>,
    /// What happens that the room does not tell by itself.
    pub news: mpsc::Receiver<String>,
    /// How many clients there are.
    pub here: watch::Receiver<usize>,
    /// Stops the server.
    pub end: ServerHandle,
}

/// The way to end a [`HostedServer`] server.
#[derive(Debug)]
pub struct ServerHandle {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl HostedServer {
    /// Starts it.
    ///
    /// # Errors
    /// When the address that was listened on cannot be connected to.
    pub fn start(prepared: BoundServer) -> Result<Self, ServeError> {
        let endpoint = endpoint(prepared.addresses());
        let introduction = prepared.banner();
        let (news_sender, news) = mpsc::channel(NEWS);
        let (here_sender, here) = watch::channel(0);
        let tells_by_itself = matches!(prepared.service.kind, ServerKind::Chat { .. });
        let is_quiet = prepared.service.is_quiet;
        let gate = Mutex::new(LogThrottle::new(Instant::now()));
        let sink: Sink = Box::new(move |incident| {
            if let ServerEvent::Joined { client_count, .. } | ServerEvent::Left { client_count, .. } = &incident {
                here_sender.send_replace(*client_count);
            }
            if !is_quiet && is_worth_telling(&incident, tells_by_itself) {
                let mut gate = gate.lock().unwrap_or_else(PoisonError::into_inner);
                let more = gate.next_interval(Instant::now());
                let this = gate.allows(&incident).then(|| log_line(&incident));
                for words in more.into_iter().chain(this) {
                    // A window that is gone or busy misses it.
                    let _ = news_sender.try_send(words);
                }
            }
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            // Dropping the other end is a way of saying it, too.
            let _ = stopped.await;
        };
        // That it cannot run at all shows as a connection that does not come about.
        let thread = std::thread::spawn(move || drop(prepared.run(sink, false, stopped)));
        Ok(Self { endpoint: endpoint?, introduction, news, here, end: ServerHandle { stop, thread } })
    }
}

impl ServerHandle {
    /// Has the server say goodbye, and waits for it.
    pub fn wait(self) {
        let Self { stop, thread } = self;
        drop(stop);
        // It cannot panic: panics end the process.
        drop(thread.join());
    }
}

/// Whether the one in front of the window does not know this from the room.
const fn is_worth_telling(incident: &ServerEvent, tells_by_itself: bool) -> bool {
    match incident {
        ServerEvent::Joined { .. }
        | ServerEvent::Left { reason: LeaveReason::Closed | LeaveReason::HungUp | LeaveReason::Broken, .. } => {
            !tells_by_itself
        }
        ServerEvent::Note { .. } | ServerEvent::Broadcast(_) => false,
        ServerEvent::Left { .. }
        | ServerEvent::SlowedDown(_)
        | ServerEvent::Refused { .. }
        | ServerEvent::CannotAccept(_) => true,
    }
}

/// Where the client of this process finds the server.
fn endpoint(addresses: &[SocketAddr]) -> Result<Endpoint, ServeError> {
    let first = addresses.first().copied().unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let here = listen::local_address(first);
    Endpoint::new(&here.ip().to_string(), here.port())
        .map_err(|error| ServeError::Runtime(std::io::Error::other(error)))
}
