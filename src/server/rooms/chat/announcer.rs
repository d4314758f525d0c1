//! Announces joins and departures, and combines them into one line when there are many.
//!
//! In a room of a thousand clients, each notice is a thousand deliveries, and a program that connects and disconnects in a
//! loop would fill every screen. So above [`RATE`], notices are collected and sent a second later as one line; clients
//! that join and leave in between are not announced. A join is always announced before the client's first message.

use super::{list_names, notice};
use crate::server::rate_limit::{Rate, RateLimiter};
use crate::server::room::{LeaveReason, Output, PeerId, Recipients, ServerTime};
use std::num::NonZeroU32;
use std::time::Duration;

/// The rate of notices that are sent at once.
const RATE: Rate = Rate { per_second: NonZeroU32::new(2).unwrap(), burst: NonZeroU32::new(20).unwrap() };

/// How long further notices are collected.
const BATCH_DELAY: Duration = Duration::from_secs(1);

/// Maximum number of names in one notice; the others are counted.
const MAX_NAMES: usize = 10;

/// Sends and collects the notices of a room.
#[derive(Debug, Default)]
pub(super) struct Announcer {
    rate_limiter: RateLimiter,
    joined: Vec<(PeerId, String)>,
    left: Vec<String>,
    due: Option<ServerTime>,
}

impl Announcer {
    /// Announces a new client to the others.
    pub(super) fn joined(&mut self, now: ServerTime, peer: PeerId, name: String, out: &mut Output) {
        if self.may_send_now(now) {
            notice(out.to(Recipients::AllExcept(peer)), format_args!("{name} joined"));
        } else {
            self.joined.push((peer, name));
        }
    }

    /// Announces that a client has left.
    pub(super) fn left(&mut self, now: ServerTime, peer: PeerId, name: &str, reason: LeaveReason, out: &mut Output) {
        if let Some(at) = self.joined.iter().position(|(other, _)| *other == peer) {
            // The join has not been announced.
            self.joined.remove(at);
            return;
        }
        if !self.may_send_now(now) {
            self.left.push(name.to_owned());
            return;
        }
        let buffer = out.to(Recipients::AllExcept(peer));
        match reason {
            // A program that exits with unread input also breaks the connection, so the notice makes no difference.
            LeaveReason::Closed | LeaveReason::HungUp | LeaveReason::Broken => {
                notice(buffer, format_args!("{name} left"));
            }
            LeaveReason::Kicked(reason) => {
                notice(buffer, format_args!("{name} left (disconnected: {})", reason.for_others()));
            }
        }
    }

    /// Sends the collected notices.
    pub(super) fn catch_up(&mut self, out: &mut Output) {
        self.due = None;
        if !self.joined.is_empty() {
            let names = list_names(self.joined.iter().map(|(_, name)| name.as_str()), self.joined.len(), MAX_NAMES);
            notice(out.to(Recipients::All), format_args!("{names} joined"));
            self.joined = Vec::new();
        }
        if !self.left.is_empty() {
            let names = list_names(self.left.iter().map(String::as_str), self.left.len(), MAX_NAMES);
            notice(out.to(Recipients::All), format_args!("{names} left"));
            self.left = Vec::new();
        }
    }

    /// When the collected notices must be sent.
    pub(super) const fn due(&self) -> Option<ServerTime> {
        self.due
    }

    /// Counts a notice. Returns whether to send it at once; not while others are collected, to keep the order.
    fn may_send_now(&mut self, now: ServerTime) -> bool {
        let is_allowed = self.due.is_none() && self.rate_limiter.check(RATE, now).is_ok();
        if is_allowed {
            self.rate_limiter.consume(RATE, now);
        } else {
            self.due.get_or_insert(now + BATCH_DELAY);
        }
        is_allowed
    }
}
