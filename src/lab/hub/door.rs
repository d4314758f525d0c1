//! Who may come in.
//!
//! Connections are counted, not members of the room: one that has left, and has yet to read its last words, still
//! takes a socket and an outbox.
//!
//! What an address has done outlives its connections: otherwise whoever has said all it may would come back, and say
//! it again.

use crate::lab::incident::Refusal;
use crate::lab::limits::Limits;
use crate::lab::pace::{Pace, Rate};
use crate::lab::room::Moment;
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;

/// How often one address may come in. A class behind one address comes in at once; a program in a loop does not.
const COMING: Rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(100).unwrap() };

/// How often it may come in before those who come have to earn their burst: what the first have said and owe is known
/// only when they have gone.
const CALMLY: Rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(10).unwrap() };

/// Addresses remembered before those with nothing to remember are forgotten.
const ADDRESSES: usize = 1024;

/// The connections there are, and where they come from.
#[derive(Debug, Default)]
pub(super) struct Door {
    connections: usize,
    addresses: HashMap<IpAddr, Address>,
    is_closed: bool,
}

#[derive(Debug, Default)]
struct Address {
    connections: usize,
    coming: Pace,
    /// What those that have gone have said more than was due: it is counted against those who come.
    said: Pace,
}

impl Door {
    /// Counts one more connection. Gives the pace that it begins with.
    ///
    /// # Errors
    /// Why it may not come in. It is not counted then.
    pub(super) fn admit(&mut self, from: IpAddr, limits: &Limits, now: Moment) -> Result<Pace, Refusal> {
        if self.addresses.len() >= ADDRESSES {
            self.addresses.retain(|_, address| address.is_worth_remembering(now));
        }
        let address = self.addresses.entry(from).or_default();
        match (limits.clients, limits.per_address) {
            _ if self.is_closed => return Err(Refusal::Closing),
            (Some(limit), _) if self.connections >= limit => return Err(Refusal::Full(limit)),
            (_, Some(limit)) if address.connections >= limit => return Err(Refusal::TooManyFrom(from, limit)),
            (_, Some(_)) if address.coming.check(COMING, now).is_err() => return Err(Refusal::TooOftenFrom(from)),
            _ => {}
        }
        let Some(rate) = limits.rate else {
            self.count(from, now);
            return Ok(Pace::default());
        };
        let mut coming = address.coming;
        let pace = match coming.check(CALMLY, now) {
            Ok(()) => address.said.at_most_a_burst(rate, now),
            Err(_too_often) => Pace::without_burst(rate, now),
        };
        self.count(from, now);
        Ok(pace)
    }

    fn count(&mut self, from: IpAddr, now: Moment) {
        self.connections += 1;
        let address = self.addresses.entry(from).or_default();
        address.connections += 1;
        address.coming.spend(COMING, now);
    }

    /// A connection that was admitted is over, having kept this pace.
    pub(super) fn release(&mut self, from: IpAddr, pace: Pace, now: Moment) {
        self.connections = self.connections.saturating_sub(1);
        if let Some(address) = self.addresses.get_mut(&from) {
            address.connections = address.connections.saturating_sub(1);
            address.said.owe(pace, now);
            if !address.is_worth_remembering(now) {
                self.addresses.remove(&from);
            }
        }
    }

    /// Nobody comes in any more.
    pub(super) const fn close(&mut self) {
        self.is_closed = true;
    }

    /// Whether that is so.
    pub(super) const fn is_closed(&self) -> bool {
        self.is_closed
    }
}

impl Address {
    fn is_worth_remembering(&self, now: Moment) -> bool {
        self.connections > 0 || self.coming.owes(now) || self.said.owes(now)
    }
}
