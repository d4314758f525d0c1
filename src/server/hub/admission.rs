//! Decides which connections are admitted.
//!
//! Counts connections, not members of the room: a client that has left and still receives output uses a socket and an
//! outbox.
//!
//! The rate limit of an address outlives its connections. Otherwise reconnecting would reset it.

use crate::server::event::AdmissionError;
use crate::server::limits::ServerLimits;
use crate::server::rate_limit::{Rate, RateLimiter};
use crate::server::room::ServerTime;
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;

/// Limits the connections of an address. A class behind one address connects at once; a program in a loop exceeds it.
const CONNECT_RATE: Rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(100).unwrap() };

/// Limits the connections of an address that start with a full burst of lines. The lines of a connection count against
/// its address only when it closes, so faster reconnecting would otherwise multiply the burst.
const CONNECT_RATE_WITH_BURST: Rate =
    Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(10).unwrap() };

/// Number of known addresses from which addresses without connections and debts are removed.
const MAX_ADDRESSES: usize = 1024;

/// Counts connections in total and by address.
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
    /// Debt of closed connections, which new ones take over.
    line_limiter: RateLimiter,
}

impl Admission {
    /// Admits and counts a connection. Returns the rate limiter that it starts with.
    ///
    /// # Errors
    /// Why it is refused. It is not counted then.
    pub(super) fn admit(
        &mut self,
        from: IpAddr,
        limits: &ServerLimits,
        now: ServerTime,
    ) -> Result<RateLimiter, AdmissionError> {
        if self.addresses.len() >= MAX_ADDRESSES {
            self.addresses.retain(|_, address| address.must_be_kept(now));
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
        let mut connect_limiter = address.connect_limiter;
        let rate_limiter = match connect_limiter.check(CONNECT_RATE_WITH_BURST, now) {
            Ok(()) => address.line_limiter.at_most_a_burst(rate, now),
            Err(_next_allowed) => RateLimiter::without_burst(rate, now),
        };
        self.count(from, now);
        Ok(rate_limiter)
    }

    fn count(&mut self, from: IpAddr, now: ServerTime) {
        self.connections += 1;
        let address = self.addresses.entry(from).or_default();
        address.connections += 1;
        address.connect_limiter.consume(CONNECT_RATE, now);
    }

    /// Removes an admitted connection. The debt of its rate limiter passes to its address.
    pub(super) fn release(&mut self, from: IpAddr, rate_limiter: RateLimiter, now: ServerTime) {
        self.connections = self.connections.saturating_sub(1);
        if let Some(address) = self.addresses.get_mut(&from) {
            address.connections = address.connections.saturating_sub(1);
            address.line_limiter.add_debt(rate_limiter, now);
            if !address.must_be_kept(now) {
                self.addresses.remove(&from);
            }
        }
    }

    /// Refuses all further connections.
    pub(super) const fn close(&mut self) {
        self.is_closed = true;
    }

    /// Whether all further connections are refused.
    pub(super) const fn is_closed(&self) -> bool {
        self.is_closed
    }
}

impl Address {
    fn must_be_kept(&self, now: ServerTime) -> bool {
        self.connections > 0 || self.connect_limiter.has_debt(now) || self.line_limiter.has_debt(now)
    }
}
