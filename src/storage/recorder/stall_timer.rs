//! Remembers since when a disk is waited for.
//!
//! The event loop drops and restarts its waits at every event. A timeout that restarted too would never expire while the user
//! types.

use std::cell::Cell;
use tokio::time::Instant;

/// The latest progress value or target, and since when.
#[derive(Debug, Default)]
pub(super) struct StallTimer(Cell<Option<(u64, Instant)>>);

impl StallTimer {
    /// Returns since when exactly `written` bytes have been written.
    pub(super) fn since(&self, written: u64) -> Instant {
        match self.0.get() {
            Some((before, since)) if before == written => since,
            _ => self.restart(written),
        }
    }

    /// Returns the target to wait for, and since when: the previous target until it is reached, then `queued`. `None` if
    /// everything is written.
    pub(super) fn target(&self, written: u64, queued: u64) -> Option<(u64, Instant)> {
        let previous = self.0.get().filter(|&(target, _)| target > written);
        match previous {
            Some(previous) => Some(previous),
            None if written >= queued => None,
            None => Some((queued, self.restart(queued))),
        }
    }

    fn restart(&self, value: u64) -> Instant {
        let now = Instant::now();
        self.0.set(Some((value, now)));
        now
    }
}
