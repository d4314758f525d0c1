//! A whole recording in memory, its sessions one after another on one clock.

use super::{Damage, Reader, RecordingEntry, RecordingLine, Unreadable};
use std::io::BufRead;
use std::time::Duration;

/// Between two sessions of a file, however long it was: days would be no use to anybody.
const SESSION_GAP: Duration = Duration::from_secs(1);

/// What was recorded, in its order; times never go back, and no two sessions have a link in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recording {
    entries: Vec<RecordingEntry>,
    damage: Damage,
    /// Programs that recorded, one after another.
    sessions: Vec<SessionStart>,
}

/// One program's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SessionStart {
    /// Where on the tape it begins, in microseconds.
    start: u64,
    /// When that was: milliseconds since 1970-01-01 00:00 UTC.
    utc: u64,
}

impl Recording {
    /// Reads all there is.
    ///
    /// # Errors
    /// If it is no recording, or cannot be read. Lines in it that cannot be read are no error ([`Recording::damage`]).
    pub fn read(source: impl BufRead) -> Result<Self, Unreadable> {
        let mut reader = Reader::open(source)?;
        let mut tape = Self { sessions: vec![SessionStart { start: 0, utc: reader.session().utc }], ..Self::default() };
        let (mut first_link, mut next_link, mut start) = (0, 0, 0);
        while let Some(line) = reader.next_line()? {
            match line {
                RecordingLine::Entry(entry) => {
                    tape.push(entry, start, first_link);
                    next_link = tape.entries.last().map_or(0, |last| last.link.saturating_add(1)).max(next_link);
                }
                // The first of a file whose head cannot be read: nothing was before it.
                RecordingLine::Session(session) if tape.entries.is_empty() => {
                    tape.sessions = vec![SessionStart { start: 0, utc: session.utc }];
                }
                RecordingLine::Session(session) => {
                    first_link = next_link;
                    start =
                        tape.last_micros().saturating_add(u64::try_from(SESSION_GAP.as_micros()).unwrap_or_default());
                    tape.sessions.push(SessionStart { start, utc: session.utc });
                }
            }
        }
        tape.damage = reader.damage();
        Ok(tape)
    }

    fn push(&mut self, mut entry: RecordingEntry, start: u64, first_link: u32) {
        // A line out of order is damage that shows in nothing else.
        entry.micros = entry.micros.saturating_add(start).max(self.last_micros());
        entry.link = entry.link.saturating_add(first_link);
        self.entries.push(entry);
    }

    fn last_micros(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.micros)
    }

    /// All that happened.
    pub fn entries(&self) -> &[RecordingEntry] {
        &self.entries
    }

    /// What of the file could not be read.
    pub const fn damage(&self) -> Damage {
        self.damage
    }

    /// How many programs recorded into the file.
    pub const fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// When it really was, at a place on the tape: the time since 1970-01-01 00:00 UTC.
    pub fn utc_at(&self, place: Duration) -> Duration {
        let before = self.sessions.partition_point(|sitting| Duration::from_micros(sitting.start) <= place);
        let Some(sitting) = before.checked_sub(1).and_then(|last| self.sessions.get(last)) else { return place };
        Duration::from_millis(sitting.utc).saturating_add(place.saturating_sub(Duration::from_micros(sitting.start)))
    }

    /// When the last thing happened.
    pub fn length(&self) -> Duration {
        Duration::from_micros(self.last_micros())
    }

    /// How many entries have happened by this time.
    pub fn entries_until(&self, time: Duration) -> usize {
        self.entries.partition_point(|entry| entry.elapsed() <= time)
    }
}

impl FromIterator<RecordingEntry> for Recording {
    fn from_iter<I: IntoIterator<Item = RecordingEntry>>(entries: I) -> Self {
        let mut tape = Self { sessions: vec![SessionStart { start: 0, utc: 0 }], ..Self::default() };
        entries.into_iter().for_each(|entry| tape.push(entry, 0, 0));
        tape
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Recording {
        Recording::read(lines.join("\n").as_bytes()).unwrap()
    }

    const HEAD: &str = r#"{"format":"netchat-tui recording","version":1,"program":"x","utc":5000}"#;
    const LATER: &str = r#"{"format":"netchat-tui recording","version":1,"program":"x","utc":900000}"#;
    const LAST: &str = r#"{"us":18446744073709551615,"wall":18446744073709551615,"link":4294967295,"what":"passed"}"#;

    #[test]
    fn sessions_follow_each_other_and_each_knows_when_it_really_was() {
        let first = r#"{"us":2000000,"wall":0,"link":0,"what":"passed"}"#;
        let second = r#"{"us":500000,"wall":0,"link":0,"what":"passed"}"#;
        let tape = read(&[HEAD, first, LATER, second]);
        let times: Vec<_> = tape.entries().iter().map(|entry| (entry.micros, entry.link)).collect();
        assert_eq!((tape.sessions(), times), (2, vec![(2_000_000, 0), (3_500_000, 1)]));
        let utc = |ms| tape.utc_at(Duration::from_millis(ms)).as_millis();
        assert_eq!([utc(0), utc(2000), utc(3000), utc(3500)], [5000, 7000, 900_000, 900_500]);
    }

    #[test]
    fn no_time_and_no_link_is_too_large() {
        let tape = read(&[HEAD, LAST, LATER, LAST, LAST]);
        assert_eq!((tape.entries().len(), tape.sessions()), (3, 2));
        assert_eq!(tape.length(), Duration::from_micros(u64::MAX));
    }

    #[test]
    fn where_the_head_is_damaged_everything_else_is_played() {
        let tape = read(&["{\"form\0t\":", LAST, LAST]);
        assert_eq!((tape.entries().len(), tape.damage().lines, tape.damage().first), (2, 1, 1));
        let tape = read(&["half a li", "", LATER, LAST]);
        assert_eq!((tape.sessions(), tape.utc_at(Duration::ZERO).as_millis()), (1, 900_000));
    }
}
