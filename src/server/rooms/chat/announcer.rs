//! Who joined, and who left: a notice for each, until there are too many of them.
//!
//! In a room of a thousand each coming and going is a thousand deliveries, and a program that connects and disconnects
//! in a loop would fill everybody's screen. So after some at once they are gathered and told a second later, in one
//! line; who has come and gone in between is not told at all. Nobody speaks before the room has been told that they
//! are there.

use super::{list, notice};
use crate::server::rate_limit::{Rate, RateLimiter};
use crate::server::room::{LeaveReason, Output, PeerId, Recipients, ServerTime};
use std::num::NonZeroU32;
use std::time::Duration;

/// Notices that are told at once.
const RATE: Rate = Rate { per_second: NonZeroU32::new(2).unwrap(), burst: NonZeroU32::new(20).unwrap() };

/// How long the others are gathered.
const BATCH_DELAY: Duration = Duration::from_secs(1);

/// Names told in one notice. The rest are a number.
const NAMES: usize = 10;

/// Announces joins and leaves, gathered into one line where many come at once.
#[derive(Debug, Default)]
pub(super) struct Announcer {
    pace: RateLimiter,
    joined: Vec<(PeerId, String)>,
    left: Vec<String>,
    due: Option<ServerTime>,
}

impl Announcer {
    pub(super) fn joined(&mut self, now: ServerTime, peer: PeerId, name: String, out: &mut Output) {
        if self.may_tell(now) {
            notice(out.to(Recipients::AllExcept(peer)), format_args!("{name} joined"));
        } else {
            self.joined.push((peer, name));
        }
    }

    pub(super) fn left(&mut self, now: ServerTime, peer: PeerId, name: &str, why: LeaveReason, out: &mut Output) {
        if let Some(at) = self.joined.iter().position(|(other, _)| *other == peer) {
            // Nobody knew.
            self.joined.remove(at);
            return;
        }
        if !self.may_tell(now) {
            self.left.push(name.to_owned());
            return;
        }
        let words = out.to(Recipients::AllExcept(peer));
        match why {
            // A broken connection is no news to the others: a program that ends with something unread leaves like that.
            LeaveReason::Closed | LeaveReason::HungUp | LeaveReason::Broken => {
                notice(words, format_args!("{name} left"));
            }
            LeaveReason::Cut(reason) => {
                notice(words, format_args!("{name} left (cut off: {})", reason.for_others()));
            }
        }
    }

    /// Tells what has been gathered.
    pub(super) fn catch_up(&mut self, out: &mut Output) {
        self.due = None;
        if !self.joined.is_empty() {
            let names = list(self.joined.iter().map(|(_, name)| name.as_str()), self.joined.len(), NAMES);
            notice(out.to(Recipients::All), format_args!("{names} joined"));
            self.joined = Vec::new();
        }
        if !self.left.is_empty() {
            let names = list(self.left.iter().map(String::as_str), self.left.len(), NAMES);
            notice(out.to(Recipients::All), format_args!("{names} left"));
            self.left = Vec::new();
        }
    }

    pub(super) const fn due(&self) -> Option<ServerTime> {
        self.due
    }

    /// Whether the next notice may be told at once. Not while others are gathered: they come first.
    fn may_tell(&mut self, now: ServerTime) -> bool {
        let may = self.due.is_none() && self.pace.check(RATE, now).is_ok();
        if may {
            self.pace.consume(RATE, now);
        } else {
            self.due.get_or_insert(now + BATCH_DELAY);
        }
        may
    }
}
