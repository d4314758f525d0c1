//! The state behind the hub's lock: the room, its members and backpressure.

use super::admission::Admission;
use super::mailbox::Mailbox;
use crate::server::event::ClientLabel;
use crate::server::outbox::{Backpressure, OutputOrigin};
use crate::server::rate_limit::{Rate, RateLimiter};
use crate::server::room::{Output, PeerId, Recipients, Room, ServerTime};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

/// How often senders may wait for a reader without success, each time for [`BACKPRESSURE_TIME`]. Above this rate they do
/// not wait at all. Otherwise an attacker with a hundred connections could block a room permanently.
///
/// [`BACKPRESSURE_TIME`]: crate::server::outbox::BACKPRESSURE_TIME
const BACKPRESSURE_FAILURE_RATE: Rate =
    Rate { per_second: NonZeroU32::new(1).unwrap(), burst: NonZeroU32::new(10).unwrap() };

/// The state behind the hub's lock.
pub(super) struct HubState {
    pub(super) room: Box<dyn Room>,
    pub(super) members: BTreeMap<PeerId, Member>,
    pub(super) admission: Admission,
    pub(super) next_id: u64,
    pub(super) out: Output,
    /// Number of clients with a full outbox for which senders wait.
    pub(super) awaited_readers: usize,
    /// Rate of waits that ended without success.
    pub(super) failed_waits: RateLimiter,
    /// Senders that wait, by ticket, so that the longest wait ends first.
    pub(super) waiting_senders: BTreeMap<u64, Arc<Mailbox>>,
    pub(super) last_ticket: u64,
    /// The last known value of [`Room::due`].
    pub(super) last_due: Option<ServerTime>,
}

/// A client in the room.
pub(super) struct Member {
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) address: SocketAddr,
}

impl HubState {
    pub(super) fn client_label(&self, peer: PeerId, address: SocketAddr) -> ClientLabel {
        ClientLabel { name: self.room.name(peer).map(ToOwned::to_owned), address }
    }

    /// Queues bytes for all recipients.
    pub(super) fn deliver(&mut self, now: ServerTime, author: PeerId, to: Recipients, bytes: &Bytes) {
        let may_wait = self.failed_waits.check(BACKPRESSURE_FAILURE_RATE, now).is_ok();
        let enqueue = |peer: PeerId, member: &Member| {
            let origin = match peer == author {
                true => OutputOrigin::Itself,
                false if may_wait => OutputOrigin::Other,
                false => OutputOrigin::OtherNoWait,
            };
            usize::from(member.enqueue(now, origin, bytes))
        };
        self.awaited_readers += match to {
            Recipients::One(peer) => self.members.get(&peer).map_or(0, |member| enqueue(peer, member)),
            _ => self
                .members
                .iter()
                .filter(|(peer, _)| to.includes(**peer))
                .map(|(peer, member)| enqueue(*peer, member))
                .sum(),
        };
    }

    pub(super) const fn next_ticket(&mut self) -> u64 {
        self.last_ticket += 1;
        self.last_ticket
    }

    /// Stops the wait for a reader whose outbox is still full.
    pub(super) fn on_backpressure_timeout(&mut self, now: ServerTime) {
        self.failed_waits.consume(BACKPRESSURE_FAILURE_RATE, now);
        self.release_backpressure();
    }

    /// Stops the wait for a reader, and wakes the senders if it was the last.
    pub(super) fn release_backpressure(&mut self) {
        self.awaited_readers = self.awaited_readers.saturating_sub(1);
        if self.awaited_readers == 0 {
            for mailbox in std::mem::take(&mut self.waiting_senders).into_values() {
                mailbox.notify.notify_one();
            }
        }
    }
}

impl Member {
    /// Queues bytes. Returns whether senders have to wait for this client from now on.
    fn enqueue(&self, now: ServerTime, origin: OutputOrigin, bytes: &Bytes) -> bool {
        let mut mailbox = self.mailbox.open();
        let was_idle = mailbox.outbox.is_empty();
        let backpressure = mailbox.outbox.enqueue(now, bytes, origin);
        // Otherwise the task is writing already. A new backpressure deadline needs a wakeup, too.
        if was_idle || backpressure == Backpressure::Started {
            self.mailbox.notify.notify_one();
        }
        backpressure == Backpressure::Started
    }
}
