//! Limits the rate of lines from a client, with the generic cell rate algorithm (ITU-T I.371): a leaky bucket whose
//! state is one timestamp.
//!
//! Lines are counted, not bytes: normal typing never reaches the limit, however long the lines (ssh-chat counted
//! bytes and disconnected typists, shazow/ssh-chat#120).

use super::room::ServerTime;
use std::num::NonZeroU32;
use std::time::Duration;

/// A sustained rate of lines and a burst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Sustained lines per second.
    pub per_second: NonZeroU32,
    /// Lines allowed at once after a pause.
    pub burst: NonZeroU32,
}

/// The state of a rate limit. The default state allows a full burst.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RateLimiter {
    /// When the debt of all counted lines is paid off.
    theoretical_arrival: ServerTime,
    /// Since when the limit has been exceeded without a pause that pays off the debt.
    over_since: Option<ServerTime>,
}

impl Rate {
    /// Time between two lines at the sustained rate.
    fn interval(self) -> Duration {
        Duration::from_secs(1) / self.per_second.get()
    }

    /// The debt at which a further line is just allowed.
    fn burst_allowance(self) -> Duration {
        self.interval().saturating_mul(self.burst.get() - 1)
    }
}

impl RateLimiter {
    /// Checks whether one more line is allowed now, without counting it.
    ///
    /// # Errors
    /// The time at which the next line is allowed.
    pub(crate) fn check(&mut self, rate: Rate, now: ServerTime) -> Result<(), ServerTime> {
        if self.theoretical_arrival <= now {
            self.over_since = None;
        }
        let at = self.theoretical_arrival.saturating_sub(rate.burst_allowance());
        if at <= now {
            return Ok(());
        }
        self.over_since.get_or_insert(now);
        Err(at)
    }

    /// Counts a line.
    pub(crate) fn consume(&mut self, rate: Rate, now: ServerTime) {
        self.theoretical_arrival = self.theoretical_arrival.max(now) + rate.interval();
    }

    /// Whether any debt is left.
    pub(crate) fn has_debt(&self, now: ServerTime) -> bool {
        self.theoretical_arrival > now
    }

    /// Adds the remaining debt of another limiter.
    pub(crate) fn add_debt(&mut self, other: Self, now: ServerTime) {
        self.theoretical_arrival = self.theoretical_arrival.max(now) + other.theoretical_arrival.saturating_sub(now);
    }

    /// A limiter for a new client with this debt, capped so that at least one line is allowed at once.
    #[must_use]
    pub(crate) fn at_most_a_burst(self, rate: Rate, now: ServerTime) -> Self {
        Self { theoretical_arrival: self.theoretical_arrival.min(now + rate.burst_allowance()), over_since: None }
    }

    /// A limiter whose burst is used up except for one line.
    pub(crate) fn without_burst(rate: Rate, now: ServerTime) -> Self {
        Self { theoretical_arrival: now + rate.burst_allowance(), over_since: None }
    }

    /// Since when the limit has been exceeded without a pause that pays off the debt.
    pub(crate) const fn over_since(&self) -> Option<ServerTime> {
        self.over_since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(5).unwrap() };

    fn ms(ms: u64) -> ServerTime {
        Duration::from_millis(ms)
    }

    /// Counts as many lines as are allowed now and returns their number.
    fn consume_all(limiter: &mut RateLimiter, now: ServerTime) -> u32 {
        let mut lines = 0;
        while limiter.check(RATE, now).is_ok() {
            limiter.consume(RATE, now);
            lines += 1;
        }
        lines
    }

    #[test]
    fn a_burst_is_followed_by_one_line_per_interval() {
        let mut limiter = RateLimiter::default();
        assert_eq!(consume_all(&mut limiter, ms(1000)), 5);
        assert_eq!(limiter.check(RATE, ms(1000)), Err(ms(1100)));
        assert_eq!(consume_all(&mut limiter, ms(1099)), 0);
        assert_eq!(consume_all(&mut limiter, ms(1100)), 1);
        assert_eq!(consume_all(&mut limiter, ms(1350)), 2);
        assert_eq!(consume_all(&mut limiter, ms(9000)), 5, "a pause restores the burst");
    }

    #[test]
    fn debt_carries_over_but_leaves_one_line() {
        let (mut closed, mut address) = (RateLimiter::default(), RateLimiter::default());
        consume_all(&mut closed, ms(1000));
        for (times, lines) in [(0, 5), (1, 1), (100, 1)] {
            let mut total = address;
            (0..times).for_each(|_| total.add_debt(closed, ms(1000)));
            assert_eq!(consume_all(&mut total.at_most_a_burst(RATE, ms(1000)), ms(1000)), lines, "{times} closed");
        }
        address.add_debt(closed, ms(1000));
        assert!(address.has_debt(ms(1499)) && !address.has_debt(ms(1500)), "the debt ends");
    }

    #[test]
    fn over_since_lasts_until_the_debt_is_paid_off() {
        let mut limiter = RateLimiter::default();
        consume_all(&mut limiter, ms(0));
        assert_eq!(limiter.over_since(), Some(ms(0)));
        consume_all(&mut limiter, ms(100));
        assert_eq!(limiter.over_since(), Some(ms(0)));
        assert!(limiter.check(RATE, ms(599)).is_ok());
        assert_eq!(limiter.over_since(), Some(ms(0)));
        assert!(limiter.check(RATE, ms(600)).is_ok());
        assert_eq!(limiter.over_since(), None);
    }
}
