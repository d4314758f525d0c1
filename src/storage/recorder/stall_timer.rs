//! Remembers since when a disk is waited for.
//!
//! The event loop drops and restarts its waits at every event. A timeout that restarted too would never expire while the user
//! types.

use std::cell::Cell;
use tokio::time::Instant;

/// The latest progress value, and since when.
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

    /// Returns since when data has been waiting to be written; `None` if everything is written.
    pub(super) fn behind_since(&self, written: u64, queued: u64) -> Option<Instant> {
        if written >= queued {
            self.0.set(None);
            return None;
        }
        Some(self.0.get().map_or_else(|| self.restart(queued), |(_, since)| since))
    }

    fn restart(&self, value: u64) -> Instant {
        let now = Instant::now();
        self.0.set(Some((value, now)));
        now
    }
}
