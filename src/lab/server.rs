//! A server: its listeners, the clients' tasks, the room's clock, and the end of it all.
//!
//! # One thread or several
//!
//! The tasks may run on any runtime.

use super::hub::Hub;
use super::incident::{Incident, Sink};
use super::limits::Limits;
use super::listen::{self, ListenError};
use super::peer;
use super::room::Room;
use socket2::{SockRef, TcpKeepalive};
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

/// How long clients may take to read the goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// How long no connection is accepted when the system cannot give us one: it has no more to give at once.
const BREATHER: Duration = Duration::from_millis(250);

/// Bytes that the system takes for a client ahead of what it has read; Linux doubles this.
///
/// Left to itself Linux takes up to 4 MiB for each, and tells of room when a third of that is free: a steady reader of
/// four megabytes a second then looks like one that reads nothing for a while, and misses lines.
const SEND_BUFFER: usize = 128 << 10;

/// Open files a server needs beside its clients.
const OTHER_FILES: usize = 64;

/// A server that listens and has yet to run.
#[derive(Debug)]
pub struct Server {
    listeners: Vec<StdListener>,
    addresses: Vec<SocketAddr>,
    limits: Limits,
}

impl Server {
    /// Listens on these addresses. Connections wait until [`Server::run`].
    ///
    /// # Errors
    /// The first address that cannot be had.
    pub fn bind(addresses: &[SocketAddr], limits: Limits) -> Result<Self, ListenError> {
        let listeners: Vec<_> = addresses.iter().map(|address| listen::listen(*address)).collect::<Result<_, _>>()?;
        let bound = listeners.iter().zip(addresses);
        let addresses = bound.map(|(listener, address)| listener.local_addr().unwrap_or(*address)).collect();
        let clients = match (limits.clients, files()) {
            (limit, None) => limit,
            (limit, Some(files)) => Some(limit.unwrap_or(usize::MAX).min(files.saturating_sub(OTHER_FILES))),
        };
        Ok(Self { listeners, addresses, limits: Limits { clients, ..limits } })
    }

    /// Where it listens, with the ports that the system chose for those given as 0.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The limits in force: what was asked for, or what the system allows.
    pub const fn limits(&self) -> &Limits {
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
        loop {
            let due = hub.due();
            let due_at = hub.instant(due.unwrap_or_default());
            tokio::select! {
                () = &mut stop => break,
                () = sleep_until(due_at), if due.is_some() => hub.tick(),
                () = hub.rescheduled.notified() => {}
                Some(_ended) = clients.join_next(), if !clients.is_empty() => {}
                accepted = accept(&listeners) => match accepted {
                    Ok((stream, address)) => {
                        prepare(&stream);
                        clients.spawn(peer::serve(stream, address, Arc::clone(&hub)));
                    }
                    Err(error) => on_accept_error(&hub, &error).await,
                },
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

async fn on_accept_error(hub: &Hub, error: &io::Error) {
    // These are about the one connection, which was gone before it was accepted (accept(2)).
    let is_its_own =
        matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted);
    if !is_its_own {
        hub.report(Incident::CannotAccept(error.to_string()));
        sleep(BREATHER).await;
    }
}

/// A chat has small messages that should not wait for each other, and clients whose cable is pulled.
fn prepare(stream: &TcpStream) {
    let keepalive = TcpKeepalive::new().with_time(Duration::from_secs(30)).with_interval(Duration::from_secs(5));
    // None of it is needed to talk.
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(stream).set_send_buffer_size(SEND_BUFFER);
    let _ = SockRef::from(stream).set_tcp_keepalive(&keepalive);
}

/// Raises the limit of open files as far as we may, and says how far that is.
#[cfg(unix)]
fn files() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let current = if setrlimit(Resource::Nofile, raised).is_ok() { raised.current } else { limit.current };
    current.map(|files| usize::try_from(files).unwrap_or(usize::MAX))
}

/// There is no such limit here.
#[cfg(not(unix))]
const fn files() -> Option<usize> {
    None
}
