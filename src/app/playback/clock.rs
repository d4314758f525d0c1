//! The playback clock: it runs at a speed, pauses and seeks.

use std::fmt;
use std::time::Duration;

/// A playback speed from 1/16 to 1024 times real time, in powers of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Speed(i32);

impl Speed {
    const SLOWEST: i32 = -4;
    const FASTEST: i32 = 10;

    /// Returns twice the speed, or the highest one.
    #[must_use]
    pub fn faster(self) -> Self {
        Self((self.0 + 1).min(Self::FASTEST))
    }

    /// Returns half the speed, or the lowest one.
    #[must_use]
    pub fn slower(self) -> Self {
        Self((self.0 - 1).max(Self::SLOWEST))
    }

    /// Parses a speed such as `2`, `0.5` or `x8`; `None` if it is not a power of two in range.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches(['x', '×']);
        (Self::SLOWEST..=Self::FASTEST).map(Self).find(|speed| {
            let (factor, divisor) = speed.ratio();
            text.parse::<f64>().is_ok_and(|wanted| (wanted * f64::from(divisor) - f64::from(factor)).abs() < 1e-9)
        })
    }

    /// Returns factor and divisor, one of which is 1.
    const fn ratio(self) -> (u32, u32) {
        if self.0 < 0 { (1, 1 << -self.0) } else { (1 << self.0, 1) }
    }

    /// Converts a span of real time to recorded time.
    fn to_playback_time(self, span: Duration) -> Duration {
        let (factor, divisor) = self.ratio();
        span.saturating_mul(factor) / divisor
    }

    /// Converts a span of recorded time to real time, rounded up so that a timer does not fire too early.
    fn to_real_time(self, span: Duration) -> Duration {
        let (factor, divisor) = self.ratio();
        span.saturating_mul(divisor) / factor + Duration::from_nanos(u64::from(factor > 1))
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ratio() {
            (factor, 1) => write!(f, "×{factor}"),
            (_, divisor) => write!(f, "×1/{divisor}"),
        }
    }
}

/// Converts real time to a position in a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clock {
    /// The position when it was last started, stopped or set.
    position: Duration,
    /// The real time of that, if it is running.
    running_since: Option<Duration>,
    speed: Speed,
    /// The position that is displayed.
    shown: Duration,
}

impl Clock {
    /// Returns the position at a real time.
    pub fn at(&self, now: Duration) -> Duration {
        let run =
            self.running_since.map_or(Duration::ZERO, |since| self.speed.to_playback_time(now.saturating_sub(since)));
        self.position.saturating_add(run)
    }

    /// Returns the real time at which it reaches a position; `None` while paused.
    pub(in crate::app) fn when(&self, position: Duration) -> Option<Duration> {
        Some(self.running_since?.saturating_add(self.speed.to_real_time(position.saturating_sub(self.position))))
    }

    /// Returns whether it is running, not paused.
    pub const fn is_running(&self) -> bool {
        self.running_since.is_some()
    }

    /// Returns the speed.
    pub const fn speed(&self) -> Speed {
        self.speed
    }

    /// Returns the position to display, as of the last call of `show`.
    pub const fn shown(&self) -> Duration {
        self.shown
    }

    pub(in crate::app) fn show(&mut self, now: Duration) {
        self.shown = self.at(now);
    }

    pub(in crate::app) fn start(&mut self, now: Duration) {
        self.set(now, self.at(now));
        self.running_since = Some(now);
    }

    pub(in crate::app) fn stop(&mut self, now: Duration) {
        self.stop_at(self.at(now));
    }

    pub(in crate::app) fn stop_at(&mut self, position: Duration) {
        (self.position, self.running_since, self.shown) = (position, None, position);
    }

    /// Moves to a position; it keeps running or stays paused.
    pub(in crate::app) fn set(&mut self, now: Duration, position: Duration) {
        (self.position, self.running_since, self.shown) = (position, self.running_since.map(|_| now), position);
    }

    pub(in crate::app) fn set_speed(&mut self, now: Duration, speed: Speed) {
        self.set(now, self.at(now));
        self.speed = speed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn speeds_are_parsed_and_displayed() {
        for (text, shown) in [("1", "×1"), ("x8", "×8"), ("0.5", "×1/2"), (".0625", "×1/16"), ("1024", "×1024")] {
            assert_eq!(Speed::parse(text).unwrap().to_string(), shown);
        }
        for text in ["", "0", "3", "-1", "fast", "NaN", "inf", "2048"] {
            assert_eq!(Speed::parse(text), None, "{text}");
        }
        assert_eq!((0..99).fold(Speed::default(), |speed, _| speed.faster()).to_string(), "×1024");
        assert_eq!((0..99).fold(Speed::default(), |speed, _| speed.slower()).to_string(), "×1/16");
    }

    #[test]
    fn changing_the_speed_keeps_the_position() {
        let mut clock = Clock::default();
        assert_eq!((clock.at(99 * MS), clock.when(5 * MS)), (Duration::ZERO, None));
        clock.start(100 * MS);
        clock.set_speed(110 * MS, Speed(1));
        assert_eq!((clock.at(110 * MS), clock.at(120 * MS)), (10 * MS, 30 * MS));
        clock.stop(120 * MS);
        assert_eq!(clock.at(999 * MS), 30 * MS);
    }

    proptest! {
        #[test]
        fn a_position_is_reached_at_the_predicted_time(
            start in 0..1_000_000_u64, position in 0..10_000_000_u64, speed in Speed::SLOWEST..=Speed::FASTEST,
        ) {
            let mut clock = Clock { speed: Speed(speed), ..Clock::default() };
            clock.start(Duration::from_micros(start));
            let position = Duration::from_micros(position);
            let when = clock.when(position).unwrap();
            prop_assert!(clock.at(when) >= position, "{:?} at {:?}", clock.at(when), when);
            prop_assert!(clock.at(when) <= position + Duration::from_micros(2));
        }
    }
}
