//! Stores the bytes of a conversation in both directions and splits them into rows.
//!
//! Three append-only logs hold the bytes: received, sent, and the program's own messages. A row is a 16-byte record that
//! points into one of them; rows are ordered by their first byte. Because each direction has its own log, a character or
//! a CR LF that arrives in two reads stays whole even if a line was sent in between.
//!
//! # End of a row
//! A row ends at LF, CR LF or a lone CR. Without a newline it ends when the connection closes, when the user sends a
//! line, or after 500 ms without data ([`IDLE_ROW_END`]; the caller keeps the time). The last two never split an
//! incomplete UTF-8 sequence: the next bytes decide. Rows longer than [`MAX_ROW_BYTES`] are split between characters.
//! The result does not depend on how the bytes were divided into reads; see the test `rows_do_not_depend_on_reads`.
//!
//! # Limits
//! [`TranscriptLimits`] bound rows and bytes. The oldest rows are evicted first; memory is freed in whole segments.

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

/// Time without data after which a row without a newline ends.
pub const IDLE_ROW_END: Duration = Duration::from_millis(500);

/// Maximum length of a row in bytes. A longer line is stored as several rows.
pub const MAX_ROW_BYTES: usize = 64 * 1024;

/// Limits on the size of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranscriptLimits {
    /// Maximum number of rows, at least 1.
    pub rows: usize,
    /// Maximum bytes of text in all logs together. Memory use may exceed it by one segment of 1 MiB per log.
    pub bytes: u64,
}

impl Default for TranscriptLimits {
    fn default() -> Self {
        Self { rows: 1_000_000, bytes: 64 << 20 }
    }
}

/// A row, as far as it has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowView<'a> {
    /// Permanent id of the row.
    pub id: RowId,
    /// Origin of the text.
    pub kind: RowKind,
    /// How the row ended.
    pub end: RowEnd,
    /// Arrival time of the first byte.
    pub at: LocalTime,
    /// Whether it continues a row with [`RowEnd::Split`].
    pub is_continued: bool,
    /// The bytes without the newline.
    pub bytes: &'a [u8],
}

/// The bytes of a conversation in both directions, and the rows they form.
#[derive(Debug)]
pub struct Transcript {
    rows: VecDeque<RowRecord>,
    /// Id of the first row in `rows`.
    first: u64,
    received: ByteStream,
    sent: ByteStream,
    local: ByteStream,
    limits: TranscriptLimits,
    evicted: EvictionQueue,
}

impl Transcript {
    /// Returns an empty transcript.
    pub fn new(limits: TranscriptLimits) -> Self {
        Self {
            rows: VecDeque::new(),
            first: 0,
            received: ByteStream::default(),
            sent: ByteStream::default(),
            local: ByteStream::default(),
            limits,
            evicted: EvictionQueue::default(),
        }
    }

    /// Appends the bytes of one read from the peer. Does nothing if there are none.
    pub fn receive(&mut self, bytes: &[u8], at: LocalTime) {
        if bytes.is_empty() {
            return;
        }
        let mut rows = Rows { records: &mut self.rows, first: self.first };
        self.received.append(&mut rows, RowKind::Received, bytes, at);
        self.evict();
    }

    /// Appends the bytes of one write, usually a line with its newline. Ends the received row under way.
    pub fn send(&mut self, bytes: &[u8], at: LocalTime) {
        self.end_open(RowEnd::Interrupted);
        self.reply(bytes, at);
    }

    /// Appends the bytes of an automatic write, such as a telnet reply. The received row under way continues.
    pub fn reply(&mut self, bytes: &[u8], at: LocalTime) {
        let mut rows = Rows { records: &mut self.rows, first: self.first };
        self.sent.append(&mut rows, RowKind::Sent, bytes, at);
        self.sent.end_open(&mut rows, RowEnd::Unterminated);
        // A CR at the end of one write and an LF at the start of the next are two newlines.
        self.sent.forget_cr();
        self.evict();
    }

    /// Appends a message of the program as a row.
    pub fn note(&mut self, kind: RowKind, message: &str, at: LocalTime) {
        let mut rows = Rows { records: &mut self.rows, first: self.first };
        self.local.append(&mut rows, kind, message.as_bytes(), at);
        self.local.end_open(&mut rows, RowEnd::Complete);
        self.evict();
    }

    /// Ends the received row under way, if any, without a newline. With [`RowEnd::Idle`] and [`RowEnd::Interrupted`], a row
    /// that stops inside a UTF-8 sequence continues if the next bytes complete the character.
    pub fn end_open(&mut self, end: RowEnd) {
        let mut rows = Rows { records: &mut self.rows, first: self.first };
        match end {
            RowEnd::Idle | RowEnd::Interrupted => self.received.end_or_defer(&mut rows, end),
            _ => {
                self.received.end_open(&mut rows, end);
                self.received.forget_cr();
            }
        }
    }

    /// Whether a received row is under way that would end after [`IDLE_ROW_END`].
    pub const fn has_open_row(&self) -> bool {
        self.received.is_open() && !self.received.is_end_pending()
    }

    /// Returns the id of the oldest row kept, or [`Transcript::next`] if there is none.
    pub const fn first(&self) -> RowId {
        RowId(self.first)
    }

    /// Returns the id that the next row will get.
    pub fn next(&self) -> RowId {
        RowId(self.first + self.rows.len() as u64)
    }

    /// Returns a row; `None` if it was evicted or does not exist yet.
    pub fn row(&self, id: RowId) -> Option<RowView<'_>> {
        let record = self.record(id)?;
        Some(RowView {
            id,
            kind: record.kind(),
            end: record.end(),
            at: record.at(),
            is_continued: record.is_continued(),
            bytes: self.stream(record.kind()).bytes(record.start(), record.len()),
        })
    }

    /// Iterates over all rows kept, oldest first.
    pub fn rows(&self) -> impl Iterator<Item = RowView<'_>> {
        (self.first..self.next().0).filter_map(|id| self.row(RowId(id)))
    }

    /// Iterates over the starts of reads or writes of one kind, as far as they are kept, oldest first.
    pub fn marks(&self, kind: RowKind) -> impl Iterator<Item = ReadMark> + '_ {
        self.stream(kind).marks()
    }

    /// Removes all rows. Their ids are not reused.
    pub fn clear(&mut self) {
        self.queue_all_evicted();
        self.first += self.rows.len() as u64;
        self.rows = VecDeque::new();
        for stream in [&mut self.received, &mut self.sent, &mut self.local] {
            stream.clear();
        }
    }

    /// Removes all rows and restarts the byte offsets at zero.
    pub fn reset(&mut self) {
        self.clear();
        (self.received, self.sent, self.local) = (ByteStream::default(), ByteStream::default(), ByteStream::default());
    }

    /// Returns the size in bytes: text and row records.
    pub fn size(&self) -> u64 {
        self.len() + (self.rows.len() * size_of::<RowRecord>()) as u64
    }

    /// Evicts the oldest rows until [`Transcript::size`] has shrunk by `bytes` or one row is left.
    pub fn evict_oldest(&mut self, bytes: u64) {
        let target = self.size().saturating_sub(bytes);
        while self.rows.len() > 1 && self.size() > target {
            self.evict_first();
        }
    }

    fn record(&self, id: RowId) -> Option<RowRecord> {
        self.rows.get(usize::try_from(id.0.checked_sub(self.first)?).ok()?).copied()
    }

    const fn stream(&self, kind: RowKind) -> &ByteStream {
        match kind {
            RowKind::Received => &self.received,
            RowKind::Sent => &self.sent,
            RowKind::Notice | RowKind::Error | RowKind::Separator | RowKind::Backlog => &self.local,
        }
    }

    fn evict(&mut self) {
        while self.rows.len() > self.limits.rows.max(1) || self.rows.len() > 1 && self.len() > self.limits.bytes {
            self.evict_first();
        }
    }

    fn evict_first(&mut self) {
        self.queue_evicted(self.first());
        let Some(record) = self.rows.pop_front() else { return };
        self.first += 1;
        match record.kind() {
            RowKind::Received => self.received.evict(record),
            RowKind::Sent => self.sent.evict(record),
            RowKind::Notice | RowKind::Error | RowKind::Separator | RowKind::Backlog => self.local.evict(record),
        }
    }

    const fn len(&self) -> u64 {
        self.received.len() + self.sent.len() + self.local.len()
    }
}

/// The rows of a transcript, for a [`ByteStream`] to append and update its own.
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
    /// Returns the bytes of memory allocated for text.
    fn memory_used(&self) -> usize {
        [&self.received, &self.sent, &self.local].into_iter().map(ByteStream::memory_used).sum()
    }
}

#[cfg(test)]
mod tests;
