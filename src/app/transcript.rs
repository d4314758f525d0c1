//! What went over the wire, both ways, byte for byte, and the rows it makes.
//!
//! Three append-only logs hold the bytes: received, sent, and the program's own words. A row is a 16-byte record
//! that points into one of them; rows stand in the order in which they *began*. Keeping the directions apart is what
//! lets a character, or a CR LF, that arrives in two reads be one thing even if a line of ours went out in between.
//!
//! # Where a row ends
//! At LF, CR LF or a lone CR. Without one of these: when the connection ends, when a line of our own is sent, or after
//! 500 ms of silence ([`IDLE_ROW_END`]; the caller holds the clock) - the last two never inside an incomplete UTF-8
//! sequence: there the decision waits for the next bytes. Rows of more than [`MAX_ROW_BYTES`] bytes are cut at a character.
//! None of this depends on how the bytes were split into reads; `rows_do_not_depend_on_reads` proves it.
//!
//! # Bounds
//! Rows and bytes are capped (`Limits`); beyond, the oldest rows go, memory by whole segments.

mod byte_log;
mod byte_stream;
mod evicted;
mod line;
mod row;

pub use byte_log::ReadMark;
pub use evicted::EvictedRow;
pub use line::Line;
pub use row::{RowEnd, RowId, RowKind};

use super::time::LocalTime;
use byte_stream::ByteStream;
use evicted::EvictionQueue;
use row::RowRecord;
use std::collections::VecDeque;
use std::time::Duration;

/// After so much time without a byte, a row without a newline counts as finished.
pub const IDLE_ROW_END: Duration = Duration::from_millis(500);

/// Bytes a row may hold; a longer line is kept as several rows.
pub const MAX_ROW_BYTES: usize = 64 * 1024;

/// How much a transcript keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranscriptLimits {
    /// Rows, at least 1.
    pub rows: usize,
    /// Bytes of text, all directions together. Memory may exceed it by one segment of 1 MiB a direction.
    pub bytes: u64,
}

impl Default for TranscriptLimits {
    fn default() -> Self {
        Self { rows: 1_000_000, bytes: 64 << 20 }
    }
}

/// One row, as much of it as has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowView<'a> {
    /// Its name.
    pub id: RowId,
    /// Who speaks.
    pub kind: RowKind,
    /// What ended it.
    pub end: RowEnd,
    /// When its first byte came.
    pub at: LocalTime,
    /// Whether it goes on with a row that was [`RowEnd::Split`].
    pub is_continued: bool,
    /// Its bytes, without the newline.
    pub bytes: &'a [u8],
}

/// The bytes of a conversation in both directions, and the rows they form.
#[derive(Debug)]
pub struct Transcript {
    rows: VecDeque<RowRecord>,
    /// The id of the first row in `rows`.
    first: u64,
    received: ByteStream,
    sent: ByteStream,
    local: ByteStream,
    limits: TranscriptLimits,
    wanted: EvictionQueue,
}

impl Transcript {
    /// An empty one.
    pub fn new(limits: TranscriptLimits) -> Self {
        Self {
            rows: VecDeque::new(),
            first: 0,
            received: ByteStream::default(),
            sent: ByteStream::default(),
            local: ByteStream::default(),
            limits,
            wanted: EvictionQueue::default(),
        }
    }

    /// Takes in one read from the peer. An empty one is none.
    pub fn receive(&mut self, bytes: &[u8], at: LocalTime) {
        if bytes.is_empty() {
            return;
        }
        let mut rows = Rows { records: &mut self.rows, first: self.first };
        self.received.append(&mut rows, RowKind::Received, bytes, at);
        self.evict();
    }

    /// Takes in what we send in one go: one line with its newline, as a rule.
    pub fn send(&mut self, bytes: &[u8], at: LocalTime) {
        self.end_open(RowEnd::Interrupted);
        self.reply(bytes, at);
    }

    /// Takes in what we send in one go without having been asked by the user: what the peer is saying goes on, in the
    /// row it stands in.
    pub fn reply(&mut self, bytes: &[u8], at: LocalTime) {
        let mut rows = Rows { records: &mut self.rows, first: self.first };
        self.sent.append(&mut rows, RowKind::Sent, bytes, at);
        self.sent.end_open(&mut rows, RowEnd::Unterminated);
        // A CR that ended one write has nothing to do with an LF that begins the next.
        self.sent.forget_cr();
        self.evict();
    }

    /// Adds a row of the program's own.
    pub fn note(&mut self, kind: RowKind, words: &str, at: LocalTime) {
        let mut rows = Rows { records: &mut self.rows, first: self.first };
        self.local.append(&mut rows, kind, words.as_bytes(), at);
        self.local.end_open(&mut rows, RowEnd::Complete);
        self.evict();
    }

    /// Ends the row under way, if there is one, for a reason that is no newline. Inside an incomplete UTF-8 sequence
    /// silence and a line of our own only *hold*: if the next bytes complete the character, the row goes on.
    pub fn end_open(&mut self, end: RowEnd) {
        let mut rows = Rows { records: &mut self.rows, first: self.first };
        match end {
            RowEnd::Idle | RowEnd::Interrupted => self.received.end_or_hold(&mut rows, end),
            _ => {
                self.received.end_open(&mut rows, end);
                self.received.forget_cr();
            }
        }
    }

    /// Whether a received row is under way and silence would end it.
    pub const fn has_open_row(&self) -> bool {
        self.received.is_open() && !self.received.is_held()
    }

    /// The first row that is kept. Equal to [`Transcript::next`] when there is none.
    pub const fn first(&self) -> RowId {
        RowId(self.first)
    }

    /// The id that the next row will have.
    pub fn next(&self) -> RowId {
        RowId(self.first + self.rows.len() as u64)
    }

    /// A row, unless it is evicted or has not come.
    pub fn row(&self, id: RowId) -> Option<RowView<'_>> {
        let record = self.record(id)?;
        Some(RowView {
            id,
            kind: record.kind(),
            end: record.end(),
            at: record.at(),
            is_continued: record.is_continued(),
            bytes: self.lane(record.kind()).bytes(record.start(), record.len()),
        })
    }

    /// All rows that are kept, oldest first.
    pub fn rows(&self) -> impl Iterator<Item = RowView<'_>> {
        (self.first..self.next().0).filter_map(|id| self.row(RowId(id)))
    }

    /// Where the reads (or writes) of one kind began, as far as they are kept, oldest first: what a view of the wire
    /// shows, and no view of the text can tell.
    pub fn marks(&self, kind: RowKind) -> impl Iterator<Item = ReadMark> + '_ {
        self.lane(kind).marks()
    }

    /// Forgets all rows. Their ids are not used again.
    pub fn clear(&mut self) {
        self.pass_on_all();
        self.first += self.rows.len() as u64;
        self.rows = VecDeque::new();
        for lane in [&mut self.received, &mut self.sent, &mut self.local] {
            lane.clear();
        }
    }

    /// The same, and what comes next is the first byte of its kind again.
    pub fn reset(&mut self) {
        self.clear();
        (self.received, self.sent, self.local) = (ByteStream::default(), ByteStream::default(), ByteStream::default());
    }

    /// Bytes it takes: text, and the records of its rows.
    pub fn size(&self) -> u64 {
        self.len() + (self.rows.len() * size_of::<RowRecord>()) as u64
    }

    /// Forgets the oldest rows, until so many bytes of [`Transcript::size`] are given up or one row is left.
    pub fn evict_oldest(&mut self, bytes: u64) {
        let most = self.size().saturating_sub(bytes);
        while self.rows.len() > 1 && self.size() > most {
            self.forget_first();
        }
    }

    fn record(&self, id: RowId) -> Option<RowRecord> {
        self.rows.get(usize::try_from(id.0.checked_sub(self.first)?).ok()?).copied()
    }

    const fn lane(&self, kind: RowKind) -> &ByteStream {
        match kind {
            RowKind::Received => &self.received,
            RowKind::Sent => &self.sent,
            RowKind::Notice | RowKind::Error | RowKind::Separator | RowKind::Backlog => &self.local,
        }
    }

    fn evict(&mut self) {
        while self.rows.len() > self.limits.rows.max(1) || self.rows.len() > 1 && self.len() > self.limits.bytes {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        self.retain(self.first());
        let Some(record) = self.rows.pop_front() else { return };
        self.first += 1;
        match record.kind() {
            RowKind::Received => self.received.forget(record),
            RowKind::Sent => self.sent.forget(record),
            RowKind::Notice | RowKind::Error | RowKind::Separator | RowKind::Backlog => self.local.forget(record),
        }
    }

    const fn len(&self) -> u64 {
        self.received.len() + self.sent.len() + self.local.len()
    }
}

/// The rows as a lane sees them: it may add at the end and change its own.
struct Rows<'a> {
    records: &'a mut VecDeque<RowRecord>,
    first: u64,
}

impl Rows<'_> {
    fn push(&mut self, record: RowRecord) -> RowId {
        self.records.push_back(record);
        RowId(self.first + self.records.len() as u64 - 1)
    }

    fn get(&mut self, id: RowId) -> Option<&mut RowRecord> {
        self.records.get_mut(usize::try_from(id.0.checked_sub(self.first)?).ok()?)
    }
}

#[cfg(test)]
impl Transcript {
    /// Bytes of memory behind the text.
    fn held(&self) -> usize {
        [&self.received, &self.sent, &self.local].into_iter().map(ByteStream::pending_end).sum()
    }
}

#[cfg(test)]
mod tests;
