//! The network: one task per link, and the handle the loop holds.
//!
//! ```text
//!   Links::send ──commands──► task of link 0 ──┐
//!               ──commands──► task of link 1 ──┴─events──► the loop
//! ```
//!
//! A task lives as long as its tab and has one connection at a time, so what an old peer sent can never follow the
//! news of a new one. It listens for commands in every phase - looking up a name, connecting, connected - so closing
//! and quitting wait for the network only to hand over what is queued, and for that a second at most. Looking up a name
//! cannot be called off, so it is done in a few threads of its own, which nobody waits for. All channels are bounded: a
//! loop that is busy drawing stops the reading, TCP's window fills, and the peer waits, instead of memory growing.

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

/// Events under way, for all links together. One is up to 64 KiB, so this is about a megabyte.
const EVENTS: usize = 16;

/// Commands under way to one link. The core keeps account of the bytes; this bounds the count.
const COMMANDS: usize = 256;

/// How long closing waits for a peer to take what is queued.
const CLOSE_GRACE: Duration = Duration::from_secs(1);

/// Where the loop hears from all links.
pub type Events = mpsc::Receiver<(LinkId, LinkEvent)>;

/// The loop's handle on all links.
#[derive(Debug)]
pub struct Links {
    network: Arc<dyn Network>,
    events: mpsc::Sender<(LinkId, LinkEvent)>,
    tasks: HashMap<LinkId, LinkTask>,
    /// Of links that are forgotten: they may have something left to hand over.
    closing: Vec<JoinHandle<()>>,
    undelivered: Arc<AtomicU64>,
}

#[derive(Debug)]
struct LinkTask {
    commands: mpsc::Sender<LinkCommand>,
    handle: JoinHandle<()>,
}

impl Links {
    /// No links yet. They will be made over `network`.
    pub fn new(network: Arc<dyn Network>) -> (Self, Events) {
        let (events, receiver) = mpsc::channel(EVENTS);
        let undelivered = Arc::default();
        (Self { network, events, tasks: HashMap::new(), closing: Vec::new(), undelivered }, receiver)
    }

    /// Hands a command to a link; its task starts with the first one. Must be called inside a runtime.
    ///
    /// # Errors
    /// Gives the command back when the link has too many waiting.
    pub fn send(&mut self, id: LinkId, command: LinkCommand) -> Result<(), LinkCommand> {
        let (network, events, undelivered) = (&self.network, &self.events, &self.undelivered);
        let task = self.tasks.entry(id).or_insert_with(|| {
            let (commands, receiver) = mpsc::channel(COMMANDS);
            let reporter = EventSender { id, events: events.clone(), undelivered: Arc::clone(undelivered) };
            LinkTask { commands, handle: tokio::spawn(run(Arc::clone(network), receiver, reporter)) }
        });
        task.commands.try_send(command).map_err(mpsc::error::TrySendError::into_inner)
    }

    /// Closes a link that nobody will ask about again, giving it a moment to hand over what is queued.
    pub fn forget(&mut self, id: LinkId) {
        self.closing.retain(|handle| !handle.is_finished());
        // Without the other end of its commands it closes.
        self.closing.extend(self.tasks.remove(&id).map(|task| task.handle));
    }

    /// Closes all links, giving each a moment to hand over what is queued and to have it acknowledged. `events` is drained
    /// meanwhile. Gives how many bytes of the links closed here, or forgotten before, were not delivered: they were not
    /// sent, or not acknowledged where the system tells.
    pub async fn close(self, mut events: Events) -> u64 {
        drop(self.events);
        let tasks: Vec<_> = self.tasks.into_values().map(|task| task.handle).chain(self.closing).collect();
        let drained = async { while events.recv().await.is_some() {} };
        let ended = async {
            for task in tasks {
                // A task that panicked is over too.
                let _ = task.await;
            }
        };
        let _ = tokio::time::timeout(CLOSE_GRACE * 2, async { tokio::join!(ended, drained) }).await;
        self.undelivered.load(Ordering::Relaxed)
    }
}

/// Tells the loop about one link.
#[derive(Debug, Clone)]
struct EventSender {
    id: LinkId,
    events: mpsc::Sender<(LinkId, LinkEvent)>,
    /// Bytes that were not delivered on links whose end nobody hears of.
    undelivered: Arc<AtomicU64>,
}

/// The loop is gone: there is nobody to work for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LoopClosed;

impl EventSender {
    async fn report(&self, event: LinkEvent) -> Result<(), LoopClosed> {
        self.events.send((self.id, event)).await.map_err(|_gone| LoopClosed)
    }

    fn add_undelivered(&self, bytes: u64) {
        self.undelivered.fetch_add(bytes, Ordering::Relaxed);
    }

    /// A place in the queue.
    async fn reserve(&self) -> Result<mpsc::Permit<'_, (LinkId, LinkEvent)>, LoopClosed> {
        self.events.reserve().await.map_err(|_gone| LoopClosed)
    }
}

/// A link's life: from one [`LinkCommand::Open`] to the next, until the handle is dropped.
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

/// One connection from beginning to end. Returns the command that ended it if that has yet to be carried out.
async fn open(
    attempt: connect::Attempt<'_, dyn Network>,
    commands: &mut mpsc::Receiver<LinkCommand>,
    reporter: &EventSender,
) -> Result<Option<LinkCommand>, LoopClosed> {
    let endpoint = attempt.endpoint;
    let (reason, next) = match connecting(attempt, commands, reporter).await? {
        LinkPhase::Connected(stream, peer) => {
            reporter.report(LinkEvent::Opened { peer }).await?;
            let acknowledgements = stream.acknowledgements();
            let ended = connection::run(stream, acknowledgements, commands, reporter).await?;
            reason_of(ended, endpoint, peer)
        }
        LinkPhase::Over(reason, next) => (reason, next),
    };
    reporter.report(LinkEvent::Closed(reason)).await?;
    Ok(next)
}

enum LinkPhase {
    Connected(Box<dyn Duplex>, SocketAddr),
    Over(CloseReason, Option<LinkCommand>),
}

/// Connects, and listens for commands while it does.
async fn connecting(
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
                Some(LinkCommand::Close) => return Ok(LinkPhase::Over(CloseReason::Cancelled, None)),
                Some(open) => return Ok(LinkPhase::Over(CloseReason::Cancelled, Some(open))),
            },
            result = &mut connect => return Ok(match result? {
                Ok((stream, peer)) => LinkPhase::Connected(stream, peer),
                Err(error) => LinkPhase::Over(CloseReason::Failed(error), None),
            }),
        }
    }
}

fn reason_of(ended: ConnectionEnd, endpoint: &Endpoint, peer: SocketAddr) -> (CloseReason, Option<LinkCommand>) {
    let failed = |op, error| CloseReason::Failed(LinkError::from_io(op, endpoint, Some(peer), &error));
    match ended {
        ConnectionEnd::ByPeer => (CloseReason::ByPeer, None),
        ConnectionEnd::ByUs(next) => (CloseReason::ByUs, next),
        ConnectionEnd::Read(error) => (failed(LinkOp::Read, error), None),
        ConnectionEnd::Write(error) => (failed(LinkOp::Write, error), None),
    }
}
