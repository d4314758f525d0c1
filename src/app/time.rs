//! Time in the core, passed in with every event.

use std::time::Duration;

/// Local wall-clock time in milliseconds since 1970-01-01 00:00, that is UTC plus the offset in force at that time, so
/// that formatting needs no time zone. The transcript stores 44 bits, enough until 2527.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct LocalTime(pub u64);

impl LocalTime {
    /// Returns hours, minutes and seconds of the day.
    pub const fn clock(self) -> (u64, u64, u64) {
        let seconds = self.0 / 1000;
        (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    }

    /// Formats the time of day as `14:02:10.123`.
    pub fn clock_with_millis(self) -> String {
        let (hours, minutes, seconds) = self.clock();
        format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", self.millis())
    }

    /// Returns the milliseconds of the second, below 1000.
    pub const fn millis(self) -> u64 {
        self.0 % 1000
    }

    /// Returns the days since 1970-01-01.
    pub const fn day(self) -> u64 {
        self.0 / MILLIS_PER_DAY
    }

    /// Returns the day of the week, 0 for Monday to 6 for Sunday.
    pub const fn weekday(self) -> u64 {
        // 1970-01-01 was a Thursday.
        (self.day() + 3) % 7
    }

    /// Returns year, month (from 1) and day (from 1) in the Gregorian calendar.
    pub const fn date(self) -> (u64, u64, u64) {
        // Howard Hinnant's `civil_from_days`: years that begin in March have the leap day last, so that the months
        // before it always have the same lengths. Eras of 400 years, counted from 0000-03-01, are all alike.
        let days = self.day() + 719_468;
        let (era, in_era) = (days / 146_097, days % 146_097);
        let year_of_era = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
        let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * in_year + 2) / 153;
        let day = in_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    /// Formats the date as `Sunday, 22 November 2026`.
    pub fn format_date_long(self) -> String {
        let (year, month, day) = self.date();
        let name = |names: &[&'static str], index: u64| {
            usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or_default()
        };
        format!("{}, {day} {} {year}", name(&WEEKDAYS, self.weekday()), name(&MONTHS, month - 1))
    }
}

const MILLIS_PER_DAY: u64 = 24 * 60 * 60 * 1000;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The time at which an event is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Monotonic time since the program started, for spans and deadlines.
    pub elapsed: Duration,
    /// Local wall-clock time, for display.
    pub wall: LocalTime,
}

/// Returns the days from 1970-01-01 to a Gregorian date; `None` for invalid and earlier dates.
pub(super) fn from_date(year: u64, month: u64, day: u64) -> Option<u64> {
    let days = days_from(year, month, day)?;
    // February 31 would be March 3.
    let is_date = LocalTime(days.checked_mul(MILLIS_PER_DAY)?).date() == (year, month, day);
    is_date.then_some(days)
}

/// Howard Hinnant's `days_from_civil`, the inverse of [`LocalTime::date`].
fn days_from(year: u64, month: u64, day: u64) -> Option<u64> {
    let is_early = month <= 2;
    let year = year.checked_sub(u64::from(is_early))?;
    let from_march = if is_early { month + 9 } else { month.checked_sub(3)? };
    let in_year = (153 * from_march + 2) / 5 + day.checked_sub(1)?;
    let in_era = year % 400 * 365 + year % 400 / 4 - year % 400 / 100 + in_year;
    (year / 400 * 146_097 + in_era).checked_sub(719_468)
}

/// Formats a time span as `0.4 s`, `5 s`, `2 min 3 s` or `1 h 5 min`.
pub(super) fn format_duration(span: Duration) -> String {
    // A server that sleeps 5 s closes after 5.003 s, shown as 5 s. Rounded once, so that 59.9996 s is a minute.
    let seconds = span.as_millis().saturating_add(if span.as_secs() < 1 { 0 } else { 500 }) / 1000;
    match seconds {
        0 => format!("0.{} s", span.as_millis() / 100),
        1..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        for (days, date, words) in [
            (0, (1970, 1, 1), "Thursday, 1 January 1970"),
            (58, (1970, 2, 28), "Saturday, 28 February 1970"),
            (59, (1970, 3, 1), "Sunday, 1 March 1970"),
            (789, (1972, 2, 29), "Tuesday, 29 February 1972"),
            (11_016, (2000, 2, 29), "Tuesday, 29 February 2000"),
            (11_017, (2000, 3, 1), "Wednesday, 1 March 2000"),
            (20_779, (2026, 11, 22), "Sunday, 22 November 2026"),
            (47_540, (2100, 2, 28), "Sunday, 28 February 2100"),
            (47_541, (2100, 3, 1), "Monday, 1 March 2100"),
        ] {
            assert_eq!(from_date(date.0, date.1, date.2), Some(days));
            for ms in [0, 1, MILLIS_PER_DAY - 1] {
                let wall = LocalTime(days * MILLIS_PER_DAY + ms);
                assert_eq!((wall.day(), wall.date(), wall.format_date_long().as_str()), (days, date, words));
            }
        }
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..210_000 {
            let wall = LocalTime(days * MILLIS_PER_DAY);
            assert_eq!(wall.date(), (year, month, day));
            assert_eq!(wall.weekday(), (days + 3) % 7);
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 => 28 + u64::from(is_leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match (month, day == length) {
                (_, false) => (year, month, day + 1),
                (12, true) => (year + 1, 1, 1),
                (_, true) => (year, month + 1, 1),
            };
        }
    }

    #[test]
    fn invalid_dates_have_no_day() {
        for (year, month, day) in
            [(2026, 2, 29), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 4, 31), (1969, 12, 31), (0, 1, 1)]
        {
            assert_eq!(from_date(year, month, day), None, "{year}-{month}-{day}");
        }
        assert!((0..210_000).all(|days| {
            let (year, month, day) = LocalTime(days * MILLIS_PER_DAY).date();
            from_date(year, month, day) == Some(days)
        }));
    }

    #[test]
    fn the_largest_time_has_a_date() {
        let last = LocalTime(u64::MAX);
        assert_eq!(last.millis(), 615);
        assert!(last.date().0 > 584_000_000);
    }

    #[test]
    fn spans_are_rounded_to_readable_units() {
        for (ms, said) in [
            (0, "0.0 s"),
            (430, "0.4 s"),
            (999, "0.9 s"),
            (1000, "1 s"),
            (5003, "5 s"),
            (59_999, "1 min 0 s"),
            (125_000, "2 min 5 s"),
            (3_900_000, "1 h 5 min"),
        ] {
            assert_eq!(format_duration(Duration::from_millis(ms)), said);
        }
    }
}
