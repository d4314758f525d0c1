//! What the hub's lock protects: the room, and who is in it.

use super::door::Door;
use super::mailbox::Mailbox;
use crate::lab::incident::Who;
use crate::lab::outbox::{Author, Holding};
use crate::lab::room::{Moment, Out, PeerId, Room, To};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

pub(super) struct State {
    pub(super) room: Box<dyn Room>,
    pub(super) members: BTreeMap<PeerId, Member>,
    /// The connections that were let in.
    pub(super) door: Door,
    pub(super) next: u64,
    pub(super) out: Out,
    /// Clients with a full outbox for which those who speak wait.
    pub(super) holding: usize,
    /// Those who wait.
    /// By ticket: who has waited longest is told first.
    pub(super) held: BTreeMap<u64, Arc<Mailbox>>,
    /// Tickets given out.
    pub(super) tickets: u64,
    /// What [`Room::due`] was when last seen.
    pub(super) due: Option<Moment>,
}

pub(super) struct Member {
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) address: SocketAddr,
}

impl State {
    pub(super) fn who(&self, peer: PeerId, address: SocketAddr) -> Who {
        Who { name: self.room.name(peer).map(ToOwned::to_owned), address }
    }

    pub(super) fn deliver(&mut self, now: Moment, author: PeerId, to: To, bytes: &Bytes) {
        if let To::One(peer) = to {
            if let Some(member) = self.members.get(&peer) {
                self.holding += usize::from(member.offer(now, author, peer, bytes));
            }
            return;
        }
        for (&peer, member) in &self.members {
            if to.includes(peer) {
                self.holding += usize::from(member.offer(now, author, peer, bytes));
            }
        }
    }

    pub(super) const fn next_ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    pub(super) fn no_longer_holding(&mut self) {
        self.holding = self.holding.saturating_sub(1);
        if self.holding == 0 {
            for mailbox in std::mem::take(&mut self.held).into_values() {
                mailbox.told.notify_one();
            }
        }
    }
}

impl Member {
    /// Puts bytes into the mailbox. Whether others have to wait for this client from now on.
    pub(super) fn offer(&self, now: Moment, author: PeerId, reader: PeerId, bytes: &Bytes) -> bool {
        let mut inside = self.mailbox.open();
        let was_idle = inside.outbox.is_empty();
        let author = if author == reader { Author::Itself } else { Author::Other };
        let holding = inside.outbox.offer(now, bytes, author);
        // Otherwise its task is writing already; but a deadline that has come up is news to it.
        if was_idle || holding == Holding::Begins {
            self.mailbox.told.notify_one();
        }
        holding == Holding::Begins
    }
}
