//! How many lines a client may say in a while: a leaky bucket per client, kept as one moment (the *generic cell rate
//! algorithm*, ITU-T I.371).
//!
//! Lines are counted, not bytes or keys: somebody who types normally never meets the limit, however long the lines
//! (ssh-chat counted bytes and threw typists out, shazow/ssh-chat#120).

use super::room::ServerTime;
use std::num::NonZeroU32;
use std::time::Duration;

/// Lines per second, and how many may come at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Lines a second in the long run.
    pub per_second: NonZeroU32,
    /// Lines at once.
    pub burst: NonZeroU32,
}

/// How one client stands with the [`Rate`].
#[derive(Debug, Clone, Copy, Default)]
pub struct RateLimiter {
    /// When all that was said will have been paid for.
    theoretical_arrival: ServerTime,
    /// Since when it has been over the limit without a pause.
    over_since: Option<ServerTime>,
}

impl Rate {
    fn interval(self) -> Duration {
        Duration::from_secs(1) / self.per_second.get()
    }

    /// How far ahead of its payments a client may be.
    fn burst_allowance(self) -> Duration {
        self.interval().saturating_mul(self.burst.get() - 1)
    }
}

impl RateLimiter {
    /// Whether one more line is due now; if not, when.
    ///
    /// # Errors
    /// The moment of the next line.
    pub fn check(&mut self, rate: Rate, now: ServerTime) -> Result<(), ServerTime> {
        if self.theoretical_arrival <= now {
            // All paid: whatever was, is over.
            self.over_since = None;
        }
        let at = self.theoretical_arrival.saturating_sub(rate.burst_allowance());
        if at <= now {
            return Ok(());
        }
        self.over_since.get_or_insert(now);
        Err(at)
    }

    /// Counts a line that was said.
    pub fn consume(&mut self, rate: Rate, now: ServerTime) {
        self.theoretical_arrival = self.theoretical_arrival.max(now) + rate.interval();
    }

    /// Whether not all that was said is paid for.
    pub fn has_debt(&self, now: ServerTime) -> bool {
        self.theoretical_arrival > now
    }

    /// Takes over what another owes.
    pub fn add_debt(&mut self, other: Self, now: ServerTime) {
        self.theoretical_arrival = self.theoretical_arrival.max(now) + other.theoretical_arrival.saturating_sub(now);
    }

    /// The pace of somebody new who begins with these debts: at worst without a burst, and not in silence.
    #[must_use]
    pub fn at_most_a_burst(self, rate: Rate, now: ServerTime) -> Self {
        Self { theoretical_arrival: self.theoretical_arrival.min(now + rate.burst_allowance()), over_since: None }
    }

    /// The pace of somebody whose burst has been said.
    pub fn without_burst(rate: Rate, now: ServerTime) -> Self {
        Self { theoretical_arrival: now + rate.burst_allowance(), over_since: None }
    }

    /// Since when the client has been saying more than it may, without a pause long enough to make up for it.
    pub const fn over_since(&self) -> Option<ServerTime> {
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

    /// Says as many lines as are allowed at this moment.
    fn say_all(pace: &mut RateLimiter, now: ServerTime) -> u32 {
        let mut said = 0;
        while pace.check(RATE, now).is_ok() {
            pace.consume(RATE, now);
            said += 1;
        }
        said
    }

    #[test]
    fn a_burst_at_once_then_one_line_an_interval() {
        let mut pace = RateLimiter::default();
        assert_eq!(say_all(&mut pace, ms(1000)), 5);
        assert_eq!(pace.check(RATE, ms(1000)), Err(ms(1100)));
        assert_eq!(say_all(&mut pace, ms(1099)), 0);
        assert_eq!(say_all(&mut pace, ms(1100)), 1);
        assert_eq!(say_all(&mut pace, ms(1350)), 2);
        assert_eq!(say_all(&mut pace, ms(9000)), 5, "after a pause the whole burst is there again");
    }

    #[test]
    fn who_comes_back_begins_with_what_was_owed_and_never_with_more_than_a_burst() {
        let (mut gone, mut address) = (RateLimiter::default(), RateLimiter::default());
        say_all(&mut gone, ms(1000));
        for (times, lines) in [(0, 5), (1, 1), (100, 1)] {
            let mut debts = address;
            (0..times).for_each(|_| debts.add_debt(gone, ms(1000)));
            assert_eq!(say_all(&mut debts.at_most_a_burst(RATE, ms(1000)), ms(1000)), lines, "{times} have gone");
        }
        address.add_debt(gone, ms(1000));
        assert!(address.has_debt(ms(1499)) && !address.has_debt(ms(1500)), "and then it is forgotten");
    }

    #[test]
    fn being_over_the_limit_lasts_until_all_is_paid_for() {
        let mut pace = RateLimiter::default();
        say_all(&mut pace, ms(0));
        assert_eq!(pace.over_since(), Some(ms(0)));
        say_all(&mut pace, ms(100));
        assert_eq!(pace.over_since(), Some(ms(0)));
        assert!(pace.check(RATE, ms(599)).is_ok());
        assert_eq!(pace.over_since(), Some(ms(0)));
        assert!(pace.check(RATE, ms(600)).is_ok());
        assert_eq!(pace.over_since(), None);
    }
}
