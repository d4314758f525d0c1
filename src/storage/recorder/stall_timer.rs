//! Since when a disk is waited for, whatever else happens meanwhile.
//!
//! The loop begins to wait anew with each thing that happens; a limit that began anew with it would be none for who types.

use std::cell::Cell;
use tokio::time::Instant;

/// What was waited for last, and since when.
#[derive(Debug, Default)]
pub(super) struct StallTimer(Cell<Option<(u64, Instant)>>);

impl StallTimer {
    /// Since when so much, and no more, has been written.
    pub(super) fn since(&self, written: u64) -> Instant {
        match self.0.get() {
            Some((then, since)) if then == written => since,
            _ => self.begin(written),
        }
    }

    /// What is waited for, and since when: what was before as long as it has not come, and then all there is. Nothing if
    /// all is written.
    pub(super) fn target(&self, written: u64, handed_over: u64) -> Option<(u64, Instant)> {
        let before = self.0.get().filter(|&(target, _)| target > written);
        match before {
            Some(before) => Some(before),
            None if written >= handed_over => None,
            None => Some((handed_over, self.begin(handed_over))),
        }
    }

    fn begin(&self, mark: u64) -> Instant {
        let now = Instant::now();
        self.0.set(Some((mark, now)));
        now
    }
}
