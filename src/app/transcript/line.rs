//! Lines that were cut for storage, put together again, and where in a row the reads began.

use super::byte_log::ReadMark;
use super::row::{RowEnd, RowId, RowKind};
use super::{RowView, Transcript};
use std::borrow::Cow;

/// Pieces of a line that are put together: a mebibyte. A longer line is several stretches of so many, so that whoever
/// copies or saves it never has more than that in hand.
const MAX_JOINED_ROWS: usize = 16;

/// A line as it was sent, however many rows it is kept in; of one of more than 1 MiB a stretch of that length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its first row that is kept.
    pub first: RowView<'a>,
    /// The id of its last row.
    pub last: RowId,
    /// What ended it.
    pub end: RowEnd,
    /// Its bytes, without the newline.
    pub bytes: Cow<'a, [u8]>,
}

impl RowView<'_> {
    /// The bytes with their newline, as they went over the wire.
    pub fn wire(&self) -> Cow<'_, [u8]> {
        match self.end.newline() {
            b"" => Cow::Borrowed(self.bytes),
            newline => Cow::Owned([self.bytes, newline].concat()),
        }
    }
}

impl Transcript {
    /// Rows before this one stay as they are; those from it on may still grow.
    pub fn first_mutable_row(&self) -> RowId {
        let lanes = [&self.received, &self.sent, &self.local];
        lanes.into_iter().filter_map(super::byte_stream::ByteStream::unsettled_row).min().unwrap_or_else(|| self.next())
    }

    /// Whether a row has ended and has nothing in it. Cheaper than [`Transcript::row`]: no text is looked up.
    pub fn is_blank(&self, id: RowId) -> bool {
        self.record(id).is_some_and(|record| record.len() == 0 && record.end() != RowEnd::Open)
    }

    /// Whether nothing has ended a row yet. Cheaper than [`Transcript::row`]: no text is looked up.
    pub fn is_open(&self, id: RowId) -> bool {
        self.record(id).is_some_and(|record| record.end() == RowEnd::Open)
    }

    /// Bytes in a row, newline not included, without looking up its text.
    pub fn len_of(&self, id: RowId) -> u64 {
        self.record(id).map_or(0, super::row::RowRecord::len)
    }

    /// Who speaks in a row, without looking up its text.
    pub fn kind(&self, id: RowId) -> Option<RowKind> {
        self.record(id).map(super::row::RowRecord::kind)
    }

    /// The row that goes on with this one, if this one was cut and the next has come.
    pub fn next_piece(&self, id: RowId) -> Option<RowId> {
        let cut = self.record(id).filter(|record| record.end() == RowEnd::Split)?;
        let after = (id.0 + 1..self.next().0).map(RowId);
        self.nearest(after, |record| record.start() == cut.end_offset() && record.kind() == cut.kind())
    }

    /// The row that this one goes on with, if this one is continued and that one is kept.
    pub fn previous_part(&self, id: RowId) -> Option<RowId> {
        let rest = self.record(id).filter(|record| record.is_continued())?;
        let before = (self.first().0..id.0).rev().map(RowId);
        self.nearest(before, |record| record.end_offset() == rest.start() && record.kind() == rest.kind())
    }

    /// Whether a line begins with this row, or the next stretch of one that is very long.
    pub fn begins_line(&self, id: RowId) -> bool {
        self.previous_parts(id).count().is_multiple_of(MAX_JOINED_ROWS)
    }

    /// The line that a row belongs to, as much of it as is kept.
    pub fn line(&self, id: RowId) -> Option<Line<'_>> {
        let behind = self.previous_parts(id).count() % MAX_JOINED_ROWS;
        self.line_from(behind.checked_sub(1).and_then(|at| self.previous_parts(id).nth(at)).unwrap_or(id))
    }

    /// A line from one of its rows on.
    pub fn line_from(&self, first: RowId) -> Option<Line<'_>> {
        let view = self.row(first)?;
        let mut line = Line { first: view, last: first, end: view.end, bytes: Cow::Borrowed(view.bytes) };
        for _ in 1..MAX_JOINED_ROWS {
            let Some(piece) = self.next_piece(line.last).and_then(|id| self.row(id)) else { break };
            line.bytes.to_mut().extend_from_slice(piece.bytes);
            line.last = piece.id;
            line.end = piece.end;
        }
        Some(line)
    }

    fn previous_parts(&self, id: RowId) -> impl Iterator<Item = RowId> + '_ {
        std::iter::successors(self.previous_part(id), |&id| self.previous_part(id))
    }

    /// The reads (or writes) that began inside a row, newline included: offset in the row's log, when, and how many
    /// bytes; oldest first.
    pub fn reads_in(&self, id: RowId) -> Vec<(ReadMark, u64)> {
        let Some(record) = self.record(id) else { return Vec::new() };
        self.lane(record.kind()).reads(record.start()..record.end_offset())
    }

    /// The bytes of all received rows with an id in `rows`, newlines included, where they are kept in one piece and the last
    /// does not go on in another row.
    pub fn received_in(&self, rows: std::ops::Range<RowId>) -> Option<&[u8]> {
        let received = |id: &RowId| self.kind(*id) == Some(RowKind::Received);
        let first = self.record((rows.start.0..rows.end.0).map(RowId).find(received)?)?;
        let last = self.record((rows.start.0..rows.end.0).rev().map(RowId).find(received)?)?;
        let len = last.end_offset() - first.start();
        if last.end() == RowEnd::Split {
            return None;
        }
        // Of what is not in one piece there is nothing.
        Some(self.received.bytes(first.start(), len)).filter(|bytes| bytes.len() as u64 == len)
    }

    /// Offset of a row's first byte in its log: bytes of its direction before it since the program began.
    pub fn offset(&self, id: RowId) -> u64 {
        self.record(id).map_or(0, super::row::RowRecord::start)
    }

    /// Where in the log of its direction a row lies, newline included; empty if it is gone.
    pub fn span(&self, id: RowId) -> std::ops::Range<u64> {
        self.record(id).map_or(0..0, |record| record.start()..record.end_offset())
    }

    /// The log of what was sent: from the first byte that is kept to behind the last, counted since the program began.
    pub const fn sent(&self) -> std::ops::Range<u64> {
        self.sent.span()
    }

    /// Other rows may stand between two pieces - what the program said meanwhile - but not many.
    fn nearest(
        &self,
        mut ids: impl Iterator<Item = RowId>,
        is_it: impl Fn(super::row::RowRecord) -> bool,
    ) -> Option<RowId> {
        ids.find(|&id| self.record(id).is_some_and(&is_it))
    }
}
