//! Decides when the next frame is drawn: at once after a key, paced after network events.
//!
//! Frames requested by the network come from a token bucket: [`BURST`] at once, then one every [`PERIOD`]. The burst lets a
//! reply be drawn right after the frame of the Enter that caused it; with a plain minimum distance of 16 ms replies took
//! 18 ms. In a flood the bucket limits drawing to one frame a period instead of one per read. It is the "virtual
//! scheduling" form of GCRA (ITU-T I.371), which keeps one instant instead of a count and a refill time. Without a request
//! there is no wakeup.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Average interval between paced frames.
const PERIOD: Duration = Duration::from_millis(16);

/// Paced frames that may follow each other without delay when the bucket is full.
const BURST: u32 = 6;

/// How soon a frame has to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// At once, after a key.
    Now,
    /// As soon as the bucket allows, after a network event.
    Soon,
    /// With the next frame, or after this time at the latest.
    Within(Duration),
}

/// Schedules at most one pending frame.
#[derive(Debug)]
pub(crate) struct FrameClock {
    /// Due time of the pending frame.
    due: Option<Instant>,
    /// Whether the pending frame takes a token from the bucket.
    is_paced: bool,
    /// Time at which the bucket will be full.
    full_at: Instant,
}

impl Default for FrameClock {
    fn default() -> Self {
        Self { due: None, is_paced: false, full_at: Instant::now() }
    }
}

impl FrameClock {
    /// Requests a frame. The earliest of several requests wins.
    pub(crate) fn request(&mut self, urgency: Urgency) {
        let now = Instant::now();
        let (at, is_paced) = match urgency {
            Urgency::Now => (now, false),
            Urgency::Soon => (self.allowed_at(now), true),
            Urgency::Within(time) => (now + time, false),
        };
        if self.due.is_none_or(|due| at < due) {
            self.due = Some(at);
            self.is_paced = is_paced;
        }
    }

    /// Waits until the pending frame is due; forever if there is none. Cancel-safe.
    pub(crate) async fn due(&self) {
        match self.due {
            // Most frames are due at once, and tokio's timers are accurate only to a millisecond.
            Some(due) if due <= Instant::now() => {}
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Waits until the pending frame is due, and then for `flushed`. Cancel-safe if that future is.
    pub(crate) async fn due_after(&self, flushed: impl Future<Output = ()>) {
        self.due().await;
        flushed.await;
    }

    /// Returns the due time of the pending frame.
    pub(crate) const fn at(&self) -> Option<Instant> {
        self.due
    }

    /// Records that a frame was drawn, which serves all requests so far.
    pub(crate) fn on_drawn(&mut self) {
        self.due = None;
        if self.is_paced {
            self.full_at = self.full_at.max(Instant::now()) + PERIOD;
        }
    }

    /// Returns the earliest time at which the bucket has a token.
    fn allowed_at(&self, now: Instant) -> Instant {
        let burst = PERIOD * (BURST - 1);
        self.full_at.checked_sub(burst).unwrap_or(now).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const MS: Duration = Duration::from_millis(1);

    /// Requests a frame every millisecond for `ms` milliseconds and returns how many are drawn.
    async fn frames(clock: &mut FrameClock, ms: u32, urgency: Urgency) -> u32 {
        let mut count = 0;
        for _ in 0..ms {
            clock.request(urgency);
            if clock.due.is_some_and(|due| due <= Instant::now()) {
                clock.on_drawn();
                count += 1;
            }
            advance(MS).await;
        }
        count
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_gets_a_burst_and_then_one_frame_a_period() {
        let mut clock = FrameClock::default();
        assert_eq!(frames(&mut clock, 6, Urgency::Soon).await, 6);
        assert_eq!(frames(&mut clock, 1600, Urgency::Soon).await, 100);
    }

    #[tokio::test(start_paused = true)]
    async fn the_bucket_refills_without_requests() {
        let mut clock = FrameClock::default();
        frames(&mut clock, 500, Urgency::Soon).await;
        advance(PERIOD * BURST).await;
        assert_eq!(frames(&mut clock, 6, Urgency::Soon).await, 6);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_does_not_delay_the_frame_of_a_key() {
        let mut clock = FrameClock::default();
        frames(&mut clock, 100, Urgency::Soon).await;
        clock.request(Urgency::Soon);
        assert!(clock.due.unwrap() > Instant::now());
        clock.request(Urgency::Now);
        assert_eq!(clock.due, Some(Instant::now()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_low_priority_request_joins_an_earlier_frame() {
        let mut clock = FrameClock::default();
        clock.request(Urgency::Within(100 * MS));
        assert_eq!(clock.due, Some(Instant::now() + 100 * MS));
        clock.request(Urgency::Soon);
        assert_eq!(clock.due, Some(Instant::now()));
        clock.on_drawn();
        assert_eq!(clock.due, None);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_request_there_is_no_wakeup() {
        let clock = FrameClock::default();
        assert!(tokio::time::timeout(Duration::from_secs(3600), clock.due()).await.is_err());
    }
}
