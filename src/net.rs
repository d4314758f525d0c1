//! The network: one task per link, and the handle of the event loop on all links.
//!
//! ```text
//!   Links::send ──commands──► task of link 0 ──┐
//!               ──commands──► task of link 1 ──┴─events──► event loop
//! ```
//!
//! A task lives as long as its tab and has one connection at a time, so events of an old connection never follow those of a
//! new one. It accepts commands in every phase (resolving, connecting, connected), so closing waits only for queued bytes
//! to be sent, for one second at most. A name lookup cannot be cancelled, so it runs in a separate thread that nothing
//! waits for. All channels are bounded: while the event loop is busy, the tasks stop reading, the TCP window fills and the
//! peer waits, instead of memory growing.

mod acknowledgement;
mod blocking_network;
mod connect;
mod connection;
mod keepalive;
mod network;
mod resolver;
#[cfg(target_os = "linux")]
mod user_timeout;

pub use acknowledgement::{AckCounter, Acknowledged, Acknowledgements};
pub use blocking_network::{ConnectRequest, connect};
pub use keepalive::unacknowledged;
pub use network::{Duplex, Network, SystemNetwork};

use crate::link::{CloseReason, Endpoint, LinkCommand, LinkError, LinkEvent, LinkId, LinkOp};
use connection::ConnectionEnd;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Maximum number of events queued for the loop by all links. Each has up to 64 KiB, so they use about 1 MiB.
const MAX_QUEUED_EVENTS: usize = 16;

/// Maximum number of commands queued for one link. The core limits their bytes.
const MAX_QUEUED_COMMANDS: usize = 256;

/// How long closing waits for queued bytes to be sent and acknowledged.
const CLOSE_GRACE: Duration = Duration::from_secs(1);

/// Receives the events of all links.
pub type Events = mpsc::Receiver<(LinkId, LinkEvent)>;

/// The event loop's handle on all links.
#[derive(Debug)]
pub struct Links {
    network: Arc<dyn Network>,
    events: mpsc::Sender<(LinkId, LinkEvent)>,
    tasks: HashMap<LinkId, LinkTask>,
    /// Tasks of forgotten links, which may still be sending queued bytes.
    closing: Vec<JoinHandle<()>>,
    /// Number of bytes not delivered on links that were forgotten or closed.
    undelivered: Arc<AtomicU64>,
}

#[derive(Debug)]
struct LinkTask {
    commands: mpsc::Sender<LinkCommand>,
    handle: JoinHandle<()>,
}

impl Links {
    /// Creates a handle without links, and the receiver of their events. Links connect over `network`.
    pub fn new(network: Arc<dyn Network>) -> (Self, Events) {
        let (events, receiver) = mpsc::channel(MAX_QUEUED_EVENTS);
        let undelivered = Arc::default();
        (Self { network, events, tasks: HashMap::new(), closing: Vec::new(), undelivered }, receiver)
    }

    /// Sends a command to a link, and starts its task if necessary. Must be called inside a runtime.
    ///
    /// # Errors
    /// Returns the command if too many are queued for the link.
    pub fn send(&mut self, id: LinkId, command: LinkCommand) -> Result<(), LinkCommand> {
        let (network, events, undelivered) = (&self.network, &self.events, &self.undelivered);
        let task = self.tasks.entry(id).or_insert_with(|| {
            let (commands, receiver) = mpsc::channel(MAX_QUEUED_COMMANDS);
            let reporter = EventSender { id, events: events.clone(), undelivered: Arc::clone(undelivered) };
            LinkTask { commands, handle: tokio::spawn(run(Arc::clone(network), receiver, reporter)) }
        });
        task.commands.try_send(command).map_err(mpsc::error::TrySendError::into_inner)
    }

    /// Closes a link in the background after its queued bytes are sent, for one second at most.
    pub fn forget(&mut self, id: LinkId) {
        self.closing.retain(|handle| !handle.is_finished());
        // Dropping the command sender makes the task close.
        self.closing.extend(self.tasks.remove(&id).map(|task| task.handle));
    }

    /// Closes all links after their queued bytes are sent and acknowledged, for one second at most. Discards further
    /// events. Returns the number of bytes not delivered on links closed here or forgotten before: bytes not sent, and bytes
    /// not acknowledged where the system reports that.
    pub async fn close(self, mut events: Events) -> u64 {
        drop(self.events);
        let tasks: Vec<_> = self.tasks.into_values().map(|task| task.handle).chain(self.closing).collect();
        let drained = async { while events.recv().await.is_some() {} };
        let closed = async {
            for task in tasks {
                // Fails if the task has panicked; it has ended then, too.
                let _ = task.await;
            }
        };
        let _ = tokio::time::timeout(CLOSE_GRACE * 2, async { tokio::join!(closed, drained) }).await;
        self.undelivered.load(Ordering::Relaxed)
    }
}

/// Sends the events of one link to the event loop.
#[derive(Debug, Clone)]
struct EventSender {
    id: LinkId,
    events: mpsc::Sender<(LinkId, LinkEvent)>,
    /// Shared with [`Links::undelivered`].
    undelivered: Arc<AtomicU64>,
}

/// The event loop has ended or has dropped the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LoopClosed;

impl EventSender {
    async fn report(&self, event: LinkEvent) -> Result<(), LoopClosed> {
        self.events.send((self.id, event)).await.map_err(|_closed| LoopClosed)
    }

    fn add_undelivered(&self, bytes: u64) {
        self.undelivered.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Waits for room in the event queue. Cancel-safe.
    async fn reserve(&self) -> Result<mpsc::Permit<'_, (LinkId, LinkEvent)>, LoopClosed> {
        self.events.reserve().await.map_err(|_closed| LoopClosed)
    }
}

/// Runs the task of a link: one connection after another, until the command sender is dropped.
async fn run(network: Arc<dyn Network>, mut commands: mpsc::Receiver<LinkCommand>, reporter: EventSender) {
    let mut next = commands.recv().await;
    while let Some(command) = next {
        let done = match command {
            LinkCommand::Open { endpoint, limit, family } => {
                let attempt = connect::Attempt { network: &*network, endpoint: &endpoint, limit, family };
                open(attempt, &mut commands, &reporter).await
            }
            LinkCommand::Send(bytes) => reporter.report(LinkEvent::NotSent(bytes)).await.map(|()| None),
            LinkCommand::SendSecret(bytes) => reporter.report(LinkEvent::NotSent(bytes.blank())).await.map(|()| None),
            LinkCommand::Eof => reporter.report(LinkEvent::NotHalfClosed).await.map(|()| None),
            LinkCommand::Close => Ok(None),
        };
        next = match done {
            Ok(Some(command)) => Some(command),
            Ok(None) => commands.recv().await,
            Err(LoopClosed) => return,
        };
    }
}

/// Runs one connection from start to end. Returns the command that ended it if that is still to be executed.
async fn open(
    attempt: connect::Attempt<'_, dyn Network>,
    commands: &mut mpsc::Receiver<LinkCommand>,
    reporter: &EventSender,
) -> Result<Option<LinkCommand>, LoopClosed> {
    let endpoint = attempt.endpoint;
    let (reason, next) = match connect_or_cancel(attempt, commands, reporter).await? {
        LinkPhase::Connected(stream, peer) => {
            reporter.report(LinkEvent::Opened { peer }).await?;
            let acknowledgements = stream.acknowledgements();
            let end = connection::run(stream, acknowledgements, commands, reporter).await?;
            close_reason(end, endpoint, peer)
        }
        LinkPhase::Closed(reason, next) => (reason, next),
    };
    reporter.report(LinkEvent::Closed(reason)).await?;
    Ok(next)
}

enum LinkPhase {
    Connected(Box<dyn Duplex>, SocketAddr),
    Closed(CloseReason, Option<LinkCommand>),
}

/// Connects, and handles commands meanwhile.
async fn connect_or_cancel(
    attempt: connect::Attempt<'_, dyn Network>,
    commands: &mut mpsc::Receiver<LinkCommand>,
    reporter: &EventSender,
) -> Result<LinkPhase, LoopClosed> {
    let connect = attempt.connect(reporter);
    tokio::pin!(connect);
    loop {
        tokio::select! { biased;
            command = commands.recv() => match command {
                None => return Err(LoopClosed),
                Some(LinkCommand::Send(bytes)) => reporter.report(LinkEvent::NotSent(bytes)).await?,
                Some(LinkCommand::SendSecret(bytes)) => reporter.report(LinkEvent::NotSent(bytes.blank())).await?,
                Some(LinkCommand::Eof) => reporter.report(LinkEvent::NotHalfClosed).await?,
                Some(LinkCommand::Close) => return Ok(LinkPhase::Closed(CloseReason::Cancelled, None)),
                Some(open) => return Ok(LinkPhase::Closed(CloseReason::Cancelled, Some(open))),
            },
            result = &mut connect => return Ok(match result? {
                Ok((stream, peer)) => LinkPhase::Connected(stream, peer),
                Err(error) => LinkPhase::Closed(CloseReason::Failed(error), None),
            }),
        }
    }
}

fn close_reason(end: ConnectionEnd, endpoint: &Endpoint, peer: SocketAddr) -> (CloseReason, Option<LinkCommand>) {
    let failed = |op, error| CloseReason::Failed(LinkError::from_io(op, endpoint, Some(peer), &error));
    match end {
        ConnectionEnd::ByPeer => (CloseReason::ByPeer, None),
        ConnectionEnd::ByUs(next) => (CloseReason::ByUs, next),
        ConnectionEnd::Read(error) => (failed(LinkOp::Read, error), None),
        ConnectionEnd::Write(error) => (failed(LinkOp::Write, error), None),
    }
}
