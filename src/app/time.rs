//! Time as the core sees it: handed in with every event, never asked for.

use std::time::Duration;

/// Wall-clock time: milliseconds since 1970-01-01 00:00 *as the local clock showed them* (UTC plus the offset that
/// held then), so that showing it is arithmetic and needs no time zone. 44 bits of it are kept, good until 2527.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Wall(pub u64);

impl Wall {
    /// Hours, minutes, seconds of the day.
    pub const fn clock(self) -> (u64, u64, u64) {
        let seconds = self.0 / 1000;
        (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    }

    /// `14:02:10.123`.
    pub fn clock_with_millis(self) -> String {
        let (hours, minutes, seconds) = self.clock();
        format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", self.0 % 1000)
    }

    /// Days since 1970-01-01.
    pub const fn day(self) -> u64 {
        self.0 / 86_400_000
    }
}

/// The moment an event is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Monotonic, since the program started. For spans and deadlines.
    pub elapsed: Duration,
    /// For showing.
    pub wall: Wall,
}

/// A span in words: `0.4 s`, `5 s`, `2 min 3 s`, `1 h 5 min`.
pub(super) fn spoken(span: Duration) -> String {
    // A server that sleeps 5 s closes after 5.003 s; people say five. Rounded once, so that 59.9996 s is a minute.
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
    fn spans_are_spoken_as_people_do() {
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
            assert_eq!(spoken(Duration::from_millis(ms)), said);
        }
    }
}
