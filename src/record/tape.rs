//! A whole recording in memory, its sessions one after another on one clock.

use super::{Damage, Entry, Line, Reader, Unreadable};
use std::io::BufRead;
use std::time::Duration;

/// Between two sessions of a file, however long it was: days would be no use to anybody.
const BETWEEN: Duration = Duration::from_secs(1);

/// What was recorded, in its order; times never go back, and no two sessions have a link in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tape {
    entries: Vec<Entry>,
    damage: Damage,
    /// Programs that recorded.
    sessions: usize,
    /// Milliseconds since 1970-01-01 00:00 UTC, where the clock of the entries is 0.
    utc: u64,
}

impl Tape {
    /// Reads all there is.
    ///
    /// # Errors
    /// If it is no recording, or cannot be read. Lines in it that cannot be read are no error ([`Tape::damage`]).
    pub fn read(source: impl BufRead) -> Result<Self, Unreadable> {
        let mut reader = Reader::open(source)?;
        let mut tape = Self { sessions: 1, utc: reader.session().utc, ..Self::default() };
        let (mut first_link, mut start) = (0, 0);
        while let Some(line) = reader.next_line()? {
            match line {
                Line::Entry(entry) => tape.push(entry, start, first_link),
                Line::Session(_) => {
                    tape.sessions += 1;
                    first_link = tape.entries.iter().map(|entry| entry.link + 1).max().unwrap_or_default();
                    start = tape.last_micros() + u64::try_from(BETWEEN.as_micros()).unwrap_or_default();
                }
            }
        }
        tape.damage = reader.damage();
        Ok(tape)
    }

    fn push(&mut self, mut entry: Entry, start: u64, first_link: u32) {
        // A line out of order is damage that shows in nothing else.
        entry.micros = entry.micros.saturating_add(start).max(self.last_micros());
        entry.link = entry.link.saturating_add(first_link);
        self.entries.push(entry);
    }

    fn last_micros(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.micros)
    }

    /// All that happened.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What of the file could not be read.
    pub const fn damage(&self) -> Damage {
        self.damage
    }

    /// How many programs recorded into the file.
    pub const fn sessions(&self) -> usize {
        self.sessions
    }

    /// When the first of them began: milliseconds since 1970-01-01 00:00 UTC.
    pub const fn utc(&self) -> u64 {
        self.utc
    }

    /// When the last thing happened.
    pub fn length(&self) -> Duration {
        Duration::from_micros(self.last_micros())
    }

    /// How many entries have happened by this time.
    pub fn up_to(&self, time: Duration) -> usize {
        self.entries.partition_point(|entry| entry.elapsed() <= time)
    }
}

impl FromIterator<Entry> for Tape {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut tape = Self { sessions: 1, ..Self::default() };
        entries.into_iter().for_each(|entry| tape.push(entry, 0, 0));
        tape
    }
}
