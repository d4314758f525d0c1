//! A whole recording in memory.

use super::{Damage, Reader, RecordingEntry, RecordingLine, Unreadable};
use std::io::BufRead;
use std::time::Duration;

/// Time between two sessions of a file, instead of the real interval.
const SESSION_GAP: Duration = Duration::from_secs(1);

/// A whole recording, with its sessions one after another on one clock. Times never decrease, and each session has its own
/// link numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recording {
    entries: Vec<RecordingEntry>,
    damage: Damage,
    sessions: Vec<SessionStart>,
}

/// The start of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SessionStart {
    /// Position in the recording, in microseconds.
    start: u64,
    /// Real time, in milliseconds since 1970-01-01 00:00 UTC.
    utc: u64,
}

impl Recording {
    /// Reads a whole recording.
    ///
    /// # Errors
    /// If it is not a recording or cannot be read. Damaged lines are not an error ([`Recording::damage`]).
    pub fn read(source: impl BufRead) -> Result<Self, Unreadable> {
        let mut reader = Reader::open(source)?;
        let mut recording =
            Self { sessions: vec![SessionStart { start: 0, utc: reader.session().utc }], ..Self::default() };
        let (mut first_link, mut next_link, mut start) = (0, 0, 0);
        while let Some(line) = reader.next_line()? {
            match line {
                RecordingLine::Entry(entry) => {
                    recording.push(entry, start, first_link);
                    next_link = recording.entries.last().map_or(0, |last| last.link.saturating_add(1)).max(next_link);
                }
                // The first readable header of a file whose own header is damaged.
                RecordingLine::Session(session) if recording.entries.is_empty() => {
                    recording.sessions = vec![SessionStart { start: 0, utc: session.utc }];
                }
                RecordingLine::Session(session) => {
                    first_link = next_link;
                    start = recording
                        .last_micros()
                        .saturating_add(u64::try_from(SESSION_GAP.as_micros()).unwrap_or_default());
                    recording.sessions.push(SessionStart { start, utc: session.utc });
                }
            }
        }
        recording.damage = reader.damage();
        Ok(recording)
    }

    fn push(&mut self, mut entry: RecordingEntry, start: u64, first_link: u32) {
        // Times decrease only in a damaged file.
        entry.micros = entry.micros.saturating_add(start).max(self.last_micros());
        entry.link = entry.link.saturating_add(first_link);
        self.entries.push(entry);
    }

    fn last_micros(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.micros)
    }

    /// Returns all entries in order.
    pub fn entries(&self) -> &[RecordingEntry] {
        &self.entries
    }

    /// Returns how much of the file could not be read.
    pub const fn damage(&self) -> Damage {
        self.damage
    }

    /// Returns the number of sessions.
    pub const fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Returns the real time at a position, as time since 1970-01-01 00:00 UTC.
    pub fn utc_at(&self, position: Duration) -> Duration {
        let started = self.sessions.partition_point(|session| Duration::from_micros(session.start) <= position);
        let Some(session) = started.checked_sub(1).and_then(|last| self.sessions.get(last)) else { return position };
        Duration::from_millis(session.utc).saturating_add(position.saturating_sub(Duration::from_micros(session.start)))
    }

    /// Returns the position of the last entry.
    pub fn length(&self) -> Duration {
        Duration::from_micros(self.last_micros())
    }

    /// Returns the number of entries up to and including a position.
    pub fn entries_until(&self, position: Duration) -> usize {
        self.entries.partition_point(|entry| entry.elapsed() <= position)
    }
}

impl FromIterator<RecordingEntry> for Recording {
    fn from_iter<I: IntoIterator<Item = RecordingEntry>>(entries: I) -> Self {
        let mut recording = Self { sessions: vec![SessionStart { start: 0, utc: 0 }], ..Self::default() };
        entries.into_iter().for_each(|entry| recording.push(entry, 0, 0));
        recording
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Recording {
        Recording::read(lines.join("\n").as_bytes()).unwrap()
    }

    const FIRST_SESSION: &str = r#"{"format":"netchat-tui recording","version":1,"program":"x","utc":5000}"#;
    const SECOND_SESSION: &str = r#"{"format":"netchat-tui recording","version":1,"program":"x","utc":900000}"#;
    const LAST_POSSIBLE: &str =
        r#"{"us":18446744073709551615,"wall":18446744073709551615,"link":4294967295,"what":"passed"}"#;

    #[test]
    fn sessions_follow_each_other_and_keep_their_real_times() {
        let first = r#"{"us":2000000,"wall":0,"link":0,"what":"passed"}"#;
        let second = r#"{"us":500000,"wall":0,"link":0,"what":"passed"}"#;
        let recording = read(&[FIRST_SESSION, first, SECOND_SESSION, second]);
        let times: Vec<_> = recording.entries().iter().map(|entry| (entry.micros, entry.link)).collect();
        assert_eq!((recording.sessions(), times), (2, vec![(2_000_000, 0), (3_500_000, 1)]));
        let utc = |ms| recording.utc_at(Duration::from_millis(ms)).as_millis();
        assert_eq!([utc(0), utc(2000), utc(3000), utc(3500)], [5000, 7000, 900_000, 900_500]);
    }

    #[test]
    fn maximum_times_and_links_saturate() {
        let recording = read(&[FIRST_SESSION, LAST_POSSIBLE, SECOND_SESSION, LAST_POSSIBLE, LAST_POSSIBLE]);
        assert_eq!((recording.entries().len(), recording.sessions()), (3, 2));
        assert_eq!(recording.length(), Duration::from_micros(u64::MAX));
    }

    #[test]
    fn entries_after_a_damaged_header_are_read() {
        let recording = read(&["{\"form\0t\":", LAST_POSSIBLE, LAST_POSSIBLE]);
        assert_eq!((recording.entries().len(), recording.damage().lines, recording.damage().first), (2, 1, 1));
        let recording = read(&["half a li", "", SECOND_SESSION, LAST_POSSIBLE]);
        assert_eq!((recording.sessions(), recording.utc_at(Duration::ZERO).as_millis()), (1, 900_000));
    }
}
