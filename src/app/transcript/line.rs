//! Joins rows that were split for storage into lines, and finds the reads in a row.

use super::byte_log::ReadMark;
use super::row::{RowEnd, RowId, RowKind};
use super::{RowView, Transcript};
use std::borrow::Cow;

/// Maximum number of rows joined into a line, 1 MiB of text. A longer line is returned as several, to bound memory use.
const MAX_JOINED_ROWS: usize = 16;

/// A line as it was sent, joined from its rows; of a line longer than 1 MiB, a part of that length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The first row kept.
    pub first: RowView<'a>,
    /// Id of the last row.
    pub last: RowId,
    /// How the last row ended.
    pub end: RowEnd,
    /// The bytes without the newline.
    pub bytes: Cow<'a, [u8]>,
}

impl RowView<'_> {
    /// Returns the bytes with their newline, as transmitted.
    pub fn wire(&self) -> Cow<'_, [u8]> {
        match self.end.newline() {
            b"" => Cow::Borrowed(self.bytes),
            newline => Cow::Owned([self.bytes, newline].concat()),
        }
    }
}

impl Transcript {
    /// Returns the first row that may still change. Rows before it are final.
    pub fn first_mutable_row(&self) -> RowId {
        let streams = [&self.received, &self.sent, &self.local];
        streams
            .into_iter()
            .filter_map(super::byte_stream::ByteStream::unsettled_row)
            .min()
            .unwrap_or_else(|| self.next())
    }

    /// Whether a row has ended and is empty. Cheaper than [`Transcript::row`], as it does not look up the text.
    pub fn is_blank(&self, id: RowId) -> bool {
        self.record(id).is_some_and(|record| record.len() == 0 && record.end() != RowEnd::Open)
    }

    /// Whether a row has not ended yet. Cheaper than [`Transcript::row`], as it does not look up the text.
    pub fn is_open(&self, id: RowId) -> bool {
        self.record(id).is_some_and(|record| record.end() == RowEnd::Open)
    }

    /// Returns the length of a row in bytes without the newline; 0 if it does not exist.
    pub fn len_of(&self, id: RowId) -> u64 {
        self.record(id).map_or(0, super::row::RowRecord::len)
    }

    /// Returns the kind of a row. Cheaper than [`Transcript::row`], as it does not look up the text.
    pub fn kind(&self, id: RowId) -> Option<RowKind> {
        self.record(id).map(super::row::RowRecord::kind)
    }

    /// Returns the row that continues a split row, if it has arrived.
    pub fn next_piece(&self, id: RowId) -> Option<RowId> {
        let split = self.record(id).filter(|record| record.end() == RowEnd::Split)?;
        let after = (id.0 + 1..self.next().0).map(RowId);
        self.find_row(after, |record| record.start() == split.end_offset() && record.kind() == split.kind())
    }

    /// Returns the row that this one continues, if it is kept.
    pub fn previous_piece(&self, id: RowId) -> Option<RowId> {
        let rest = self.record(id).filter(|record| record.is_continued())?;
        let before = (self.first().0..id.0).rev().map(RowId);
        self.find_row(before, |record| record.end_offset() == rest.start() && record.kind() == rest.kind())
    }

    /// Whether a line begins with this row, or the next part of a line longer than 1 MiB.
    pub fn begins_line(&self, id: RowId) -> bool {
        self.previous_pieces(id).count().is_multiple_of(MAX_JOINED_ROWS)
    }

    /// Returns the line that contains a row, as far as it is kept.
    pub fn line(&self, id: RowId) -> Option<Line<'_>> {
        let preceding = self.previous_pieces(id).count() % MAX_JOINED_ROWS;
        let first = preceding.checked_sub(1).and_then(|index| self.previous_pieces(id).nth(index));
        self.line_from(first.unwrap_or(id))
    }

    /// Returns the line that begins with a row, or the rest of its line from that row.
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

    fn previous_pieces(&self, id: RowId) -> impl Iterator<Item = RowId> + '_ {
        std::iter::successors(self.previous_piece(id), |&id| self.previous_piece(id))
    }

    /// Returns the reads or writes that began inside a row, newline included, with their lengths in bytes, oldest first.
    pub fn reads_in(&self, id: RowId) -> Vec<(ReadMark, u64)> {
        let Some(record) = self.record(id) else { return Vec::new() };
        self.stream(record.kind()).reads(record.start()..record.end_offset())
    }

    /// Returns the bytes of all received rows in `rows`, newlines included. `None` if there are none, they are not
    /// contiguous in memory, or the last row is continued outside the range.
    pub fn received_in(&self, rows: std::ops::Range<RowId>) -> Option<&[u8]> {
        let received = |id: &RowId| self.kind(*id) == Some(RowKind::Received);
        let first = self.record((rows.start.0..rows.end.0).map(RowId).find(received)?)?;
        let last = self.record((rows.start.0..rows.end.0).rev().map(RowId).find(received)?)?;
        let len = last.end_offset() - first.start();
        if last.end() == RowEnd::Split {
            return None;
        }
        // `bytes` returns nothing if the range is not contiguous.
        Some(self.received.bytes(first.start(), len)).filter(|bytes| bytes.len() as u64 == len)
    }

    /// Returns the offset of the first byte of a row in its log; 0 if the row does not exist.
    pub fn offset(&self, id: RowId) -> u64 {
        self.record(id).map_or(0, super::row::RowRecord::start)
    }

    /// Returns the offsets of a row in its log, newline included; empty if the row does not exist.
    pub fn span(&self, id: RowId) -> std::ops::Range<u64> {
        self.record(id).map_or(0..0, |record| record.start()..record.end_offset())
    }

    /// Returns the offsets of the sent bytes that are kept.
    pub const fn sent(&self) -> std::ops::Range<u64> {
        self.sent.span()
    }

    /// Finds the first matching row. Few rows lie between two pieces of a line, so a linear search is fast.
    fn find_row(
        &self,
        mut ids: impl Iterator<Item = RowId>,
        matches: impl Fn(super::row::RowRecord) -> bool,
    ) -> Option<RowId> {
        ids.find(|&id| self.record(id).is_some_and(&matches))
    }
}
