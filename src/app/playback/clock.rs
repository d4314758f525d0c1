//! The clock of a tape: it runs, rests, and is set.

use std::fmt;
use std::time::Duration;

/// How many times as fast as it was, in halves and doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Speed(i32);

impl Speed {
    const SLOWEST: i32 = -4;
    const FASTEST: i32 = 10;

    /// Twice as fast, as far as that goes.
    #[must_use]
    pub fn faster(self) -> Self {
        Self((self.0 + 1).min(Self::FASTEST))
    }

    /// Half as fast, as far as that goes.
    #[must_use]
    pub fn slower(self) -> Self {
        Self((self.0 - 1).max(Self::SLOWEST))
    }

    /// Reads `2`, `0.5`, `x8`: one of the speeds there are.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches(['x', '×']);
        (Self::SLOWEST..=Self::FASTEST).map(Self).find(|speed| {
            let (times, parts) = speed.ratio();
            text.parse::<f64>().is_ok_and(|wanted| (wanted * f64::from(parts) - f64::from(times)).abs() < 1e-9)
        })
    }

    /// So many times in so many parts; one of them is 1.
    const fn ratio(self) -> (u32, u32) {
        if self.0 < 0 { (1, 1 << -self.0) } else { (1 << self.0, 1) }
    }

    /// How long on the tape is this long here.
    fn to_playback_time(self, span: Duration) -> Duration {
        let (times, parts) = self.ratio();
        span.saturating_mul(times) / parts
    }

    /// How long here is this long on the tape. Never too short.
    fn to_real_time(self, span: Duration) -> Duration {
        let (times, parts) = self.ratio();
        span.saturating_mul(parts) / times + Duration::from_nanos(u64::from(times > 1))
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ratio() {
            (times, 1) => write!(f, "×{times}"),
            (_, parts) => write!(f, "×1/{parts}"),
        }
    }
}

/// Translates real time to the time of a recording that is played.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clock {
    /// Where on the tape it was set last.
    position: Duration,
    /// When that was, if it has run since.
    running_since: Option<Duration>,
    speed: Speed,
    /// Where on the tape it was when it was looked at last.
    shown: Duration,
}

impl Clock {
    /// Where on the tape it is.
    pub fn at(&self, now: Duration) -> Duration {
        let run =
            self.running_since.map_or(Duration::ZERO, |since| self.speed.to_playback_time(now.saturating_sub(since)));
        self.position.saturating_add(run)
    }

    /// When it will be at this place, if it runs.
    pub(in crate::app) fn when(&self, place: Duration) -> Option<Duration> {
        Some(self.running_since?.saturating_add(self.speed.to_real_time(place.saturating_sub(self.position))))
    }

    /// Whether it runs.
    pub const fn is_running(&self) -> bool {
        self.running_since.is_some()
    }

    /// How fast.
    pub const fn speed(&self) -> Speed {
        self.speed
    }

    /// Where on the tape it was when it was looked at last: for showing.
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

    pub(in crate::app) fn stop_at(&mut self, place: Duration) {
        (self.position, self.running_since, self.shown) = (place, None, place);
    }

    /// To another place; it goes on there as it was.
    pub(in crate::app) fn set(&mut self, now: Duration, place: Duration) {
        (self.position, self.running_since, self.shown) = (place, self.running_since.map(|_| now), place);
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
    fn speeds_are_read_and_told() {
        for (text, told) in [("1", "×1"), ("x8", "×8"), ("0.5", "×1/2"), (".0625", "×1/16"), ("1024", "×1024")] {
            assert_eq!(Speed::parse(text).unwrap().to_string(), told);
        }
        for text in ["", "0", "3", "-1", "fast", "NaN", "inf", "2048"] {
            assert_eq!(Speed::parse(text), None, "{text}");
        }
        assert_eq!((0..99).fold(Speed::default(), |speed, _| speed.faster()).to_string(), "×1024");
        assert_eq!((0..99).fold(Speed::default(), |speed, _| speed.slower()).to_string(), "×1/16");
    }

    #[test]
    fn at_rest_it_stands_still_and_a_change_of_speed_moves_it_nowhere() {
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
        fn when_it_says_it_will_be_somewhere_it_is_there(
            start in 0..1_000_000_u64, place in 0..10_000_000_u64, speed in Speed::SLOWEST..=Speed::FASTEST,
        ) {
            let mut clock = Clock { speed: Speed(speed), ..Clock::default() };
            clock.start(Duration::from_micros(start));
            let place = Duration::from_micros(place);
            let when = clock.when(place).unwrap();
            prop_assert!(clock.at(when) >= place, "{:?} at {:?}", clock.at(when), when);
            prop_assert!(clock.at(when) <= place + Duration::from_micros(2));
        }
    }
}
