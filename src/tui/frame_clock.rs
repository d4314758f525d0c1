//! When the next frame is drawn: at once where somebody waits for it, paced where nobody can tell.
//!
//! A frame that a *key* asks for is drawn at once; hands are slow. Frames that the *network* asks for come from a token
//! bucket: after quiet, [`BURST`] of them at once, then one every [`PERIOD`]. So a reply is not held up by the frame
//! its own Enter has caused (a plain minimum distance of 16 ms did that: replies took 18 ms), and a flood costs a
//! frame now and then instead of one per read. The bucket is the "virtual scheduling" form of GCRA (ITU-T I.371): one
//! instant instead of a count and a refill time. No request, no wakeup: there is no tick.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Distance of network frames in the long run.
const PERIOD: Duration = Duration::from_millis(16);

/// Network frames that may come at once after quiet.
const BURST: u32 = 6;

/// How much a frame is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A key asked for it.
    Now,
    /// The network did.
    Soon,
    /// It will do with the next one, or after this time, flood or not.
    Within(Duration),
}

#[derive(Debug)]
pub(crate) struct FrameClock {
    /// When the pending frame is to be drawn.
    due: Option<Instant>,
    /// Whether the pending frame comes out of the bucket.
    is_paced: bool,
    /// When the bucket will be full again.
    full_at: Instant,
}

impl Default for FrameClock {
    fn default() -> Self {
        Self { due: None, is_paced: false, full_at: Instant::now() }
    }
}

impl FrameClock {
    /// Asks for a frame. Of several requests the most urgent counts.
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

    /// Waits until the pending frame is to be drawn; for ever if there is none. Cancel-safe.
    pub(crate) async fn due(&self) {
        match self.due {
            // The common case, without a timer: tokio's are a millisecond coarse.
            Some(due) if due <= Instant::now() => {}
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// The same, and then for this. Cancel-safe if that is.
    pub(crate) async fn due_after(&self, settled: impl Future<Output = ()>) {
        self.due().await;
        settled.await;
    }

    /// When the pending frame is to be drawn.
    pub(crate) const fn at(&self) -> Option<Instant> {
        self.due
    }

    /// A frame has been drawn; it served all requests so far.
    pub(crate) fn drawn(&mut self) {
        self.due = None;
        if self.is_paced {
            self.full_at = self.full_at.max(Instant::now()) + PERIOD;
        }
    }

    /// The first moment at which the bucket has a token.
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

    /// Frames drawn while `request` is called every millisecond.
    async fn frames(clock: &mut FrameClock, ms: u32, urgency: Urgency) -> u32 {
        let mut drawn = 0;
        for _ in 0..ms {
            clock.request(urgency);
            if clock.due.is_some_and(|due| due <= Instant::now()) {
                clock.drawn();
                drawn += 1;
            }
            advance(MS).await;
        }
        drawn
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_gets_a_burst_and_then_a_frame_a_period() {
        let mut clock = FrameClock::default();
        assert_eq!(frames(&mut clock, 6, Urgency::Soon).await, 6);
        assert_eq!(frames(&mut clock, 1600, Urgency::Soon).await, 100);
    }

    #[tokio::test(start_paused = true)]
    async fn quiet_fills_the_bucket_again() {
        let mut clock = FrameClock::default();
        frames(&mut clock, 500, Urgency::Soon).await;
        advance(PERIOD * BURST).await;
        assert_eq!(frames(&mut clock, 6, Urgency::Soon).await, 6);
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_is_never_held_up_by_a_flood() {
        let mut clock = FrameClock::default();
        frames(&mut clock, 100, Urgency::Soon).await;
        clock.request(Urgency::Soon);
        assert!(clock.due.unwrap() > Instant::now());
        clock.request(Urgency::Now);
        assert_eq!(clock.due, Some(Instant::now()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_urgent_waits_for_a_frame_that_is() {
        let mut clock = FrameClock::default();
        clock.request(Urgency::Within(100 * MS));
        assert_eq!(clock.due, Some(Instant::now() + 100 * MS));
        clock.request(Urgency::Soon);
        assert_eq!(clock.due, Some(Instant::now()));
        clock.drawn();
        assert_eq!(clock.due, None);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_request_nothing_wakes_up() {
        let clock = FrameClock::default();
        assert!(tokio::time::timeout(Duration::from_secs(3600), clock.due()).await.is_err());
    }
}
