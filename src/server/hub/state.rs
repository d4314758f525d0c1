//! What the hub's lock protects: the room, and who is in it.

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

/// How often those who speak may wait in vain, each time for `crate::server::outbox::PASTE_TIMEOUT`, until they wait for
/// nobody for a while: with a hundred connections one could otherwise hold a room up for good.
const BACKPRESSURE_FAILURE_RATE: Rate =
    Rate { per_second: NonZeroU32::new(1).unwrap(), burst: NonZeroU32::new(10).unwrap() };

pub(super) struct HubState {
    pub(super) room: Box<dyn Room>,
    pub(super) members: BTreeMap<PeerId, Member>,
    /// The connections that were let in.
    pub(super) door: Admission,
    pub(super) next: u64,
    pub(super) out: Output,
    /// Clients with a full outbox for which those who speak wait.
    pub(super) holding: usize,
    /// How often they have waited in vain.
    pub(super) in_vain: RateLimiter,
    /// Those who wait, by ticket: who has waited longest is told first.
    pub(super) held: BTreeMap<u64, Arc<Mailbox>>,
    /// Tickets given out.
    pub(super) tickets: u64,
    /// What [`Room::due`] was when last seen.
    pub(super) due: Option<ServerTime>,
}

pub(super) struct Member {
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) address: SocketAddr,
}

impl HubState {
    pub(super) fn client_label(&self, peer: PeerId, address: SocketAddr) -> ClientLabel {
        ClientLabel { name: self.room.name(peer).map(ToOwned::to_owned), address }
    }

    pub(super) fn deliver(&mut self, now: ServerTime, author: PeerId, to: Recipients, bytes: &Bytes) {
        let is_patient = self.in_vain.check(BACKPRESSURE_FAILURE_RATE, now).is_ok();
        let offer = |peer: PeerId, member: &Member| {
            let author = match peer == author {
                true => OutputOrigin::Itself,
                false if is_patient => OutputOrigin::Other,
                false => OutputOrigin::Hurried,
            };
            usize::from(member.offer(now, author, bytes))
        };
        self.holding += match to {
            Recipients::One(peer) => self.members.get(&peer).map_or(0, |member| offer(peer, member)),
            _ => self
                .members
                .iter()
                .filter(|(peer, _)| to.includes(**peer))
                .map(|(peer, member)| offer(*peer, member))
                .sum(),
        };
    }

    pub(super) const fn next_ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    /// Somebody they waited for has not come to have room.
    pub(super) fn on_backpressure_timeout(&mut self, now: ServerTime) {
        self.in_vain.consume(BACKPRESSURE_FAILURE_RATE, now);
        self.release_backpressure();
    }

    pub(super) fn release_backpressure(&mut self) {
        self.holding = self.holding.saturating_sub(1);
        if self.holding == 0 {
            for mailbox in std::mem::take(&mut self.held).into_values() {
                mailbox.notify.notify_one();
            }
        }
    }
}

impl Member {
    /// Puts bytes into the mailbox. Whether others have to wait for this client from now on.
    fn offer(&self, now: ServerTime, author: OutputOrigin, bytes: &Bytes) -> bool {
        let mut inside = self.mailbox.open();
        let was_idle = inside.outbox.is_empty();
        let holding = inside.outbox.enqueue(now, bytes, author);
        // Otherwise its task is writing already; but a deadline that has come up is news to it.
        if was_idle || holding == Backpressure::Started {
            self.mailbox.notify.notify_one();
        }
        holding == Backpressure::Started
    }
}
