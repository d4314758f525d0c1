//! Who may come in.
//!
//! Connections are counted, not members of the room: one that has left, and has yet to read its last words, still
//! takes a socket and an outbox.
//!
//! What an address has done outlives its connections: otherwise whoever has said all it may would come back, and say
//! it again.

use crate::server::event::AdmissionError;
use crate::server::limits::ServerLimits;
use crate::server::rate_limit::{Rate, RateLimiter};
use crate::server::room::ServerTime;
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;

/// How often one address may come in. A class behind one address comes in at once; a program in a loop does not.
const CONNECT_RATE: Rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(100).unwrap() };

/// How often it may come in before those who come have to earn their burst: what the first have said and owe is known
/// only when they have gone.
const CONNECT_RATE_WITH_BURST: Rate =
    Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(10).unwrap() };

/// Addresses remembered before those with nothing to remember are forgotten.
const ADDRESSES: usize = 1024;

/// The connections there are, and where they come from.
#[derive(Debug, Default)]
pub(super) struct Admission {
    connections: usize,
    addresses: HashMap<IpAddr, Address>,
    is_closed: bool,
}

#[derive(Debug, Default)]
struct Address {
    connections: usize,
    connect_limiter: RateLimiter,
    /// What those that have gone have said more than was due: it is counted against those who come.
    line_limiter: RateLimiter,
}

impl Admission {
    /// Counts one more connection. Gives the pace that it begins with.
    ///
    /// # Errors
    /// Why it may not come in. It is not counted then.
    pub(super) fn admit(
        &mut self,
        from: IpAddr,
        limits: &ServerLimits,
        now: ServerTime,
    ) -> Result<RateLimiter, AdmissionError> {
        if self.addresses.len() >= ADDRESSES {
            self.addresses.retain(|_, address| address.is_worth_remembering(now));
        }
        let address = self.addresses.entry(from).or_default();
        match (limits.clients, limits.per_address) {
            _ if self.is_closed => return Err(AdmissionError::Closing),
            (Some(limit), _) if self.connections >= limit => return Err(AdmissionError::Full(limit)),
            (_, Some(limit)) if address.connections >= limit => return Err(AdmissionError::TooManyFrom(from, limit)),
            (_, Some(_)) if address.connect_limiter.check(CONNECT_RATE, now).is_err() => {
                return Err(AdmissionError::TooOftenFrom(from));
            }
            _ => {}
        }
        let Some(rate) = limits.rate else {
            self.count(from, now);
            return Ok(RateLimiter::default());
        };
        let mut coming = address.connect_limiter;
        let pace = match coming.check(CONNECT_RATE_WITH_BURST, now) {
            Ok(()) => address.line_limiter.at_most_a_burst(rate, now),
            Err(_too_often) => RateLimiter::without_burst(rate, now),
        };
        self.count(from, now);
        Ok(pace)
    }

    fn count(&mut self, from: IpAddr, now: ServerTime) {
        self.connections += 1;
        let address = self.addresses.entry(from).or_default();
        address.connections += 1;
        address.connect_limiter.consume(CONNECT_RATE, now);
    }

    /// A connection that was admitted is over, having kept this pace.
    pub(super) fn release(&mut self, from: IpAddr, pace: RateLimiter, now: ServerTime) {
        self.connections = self.connections.saturating_sub(1);
        if let Some(address) = self.addresses.get_mut(&from) {
            address.connections = address.connections.saturating_sub(1);
            address.line_limiter.add_debt(pace, now);
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
    fn is_worth_remembering(&self, now: ServerTime) -> bool {
        self.connections > 0 || self.connect_limiter.has_debt(now) || self.line_limiter.has_debt(now)
    }
}
