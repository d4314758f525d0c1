//! Splits the bytes of one direction into rows.

use super::byte_log::{ByteLog, ReadMark};
use super::row::{RowEnd, RowId, RowKind, RowRecord};
use super::{MAX_ROW_BYTES, Rows};
use crate::app::time::LocalTime;
use crate::text::{Utf8Tail, tail};
use memchr::{memchr2, memrchr};
use std::ops::Range;

/// Maximum number of bytes appended at once, so that they and the row under way fit into one segment of the log.
const MAX_APPEND_BYTES: usize = 256 * 1024;

/// How many bytes before the maximum length to search for a space when a row is split.
const MAX_WORD_BYTES: usize = 1024;

/// The byte log of one direction and the state of its last row.
#[derive(Debug, Default)]
pub(super) struct ByteStream {
    log: ByteLog,
    /// The row under way.
    open: Option<OpenRow>,
    /// The last row, if it ended with a CR that is the last byte so far: a following LF belongs to it.
    after_cr: Option<RowId>,
    /// An end that was deferred because the open row stops inside a character.
    pending_end: Option<RowEnd>,
}

#[derive(Debug, Clone, Copy)]
struct OpenRow {
    id: RowId,
    start: u64,
}

impl ByteStream {
    pub(super) const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Returns the row that may still change: the one under way, or one to which an LF may still belong.
    pub(super) fn unsettled_row(&self) -> Option<RowId> {
        self.open.map(|open| open.id).or(self.after_cr)
    }

    pub(super) const fn is_end_pending(&self) -> bool {
        self.pending_end.is_some()
    }

    pub(super) const fn len(&self) -> u64 {
        self.log.len()
    }

    /// Returns the offsets of the bytes kept.
    pub(super) const fn span(&self) -> Range<u64> {
        self.log.end() - self.log.len()..self.log.end()
    }

    pub(super) fn bytes(&self, start: u64, len: u64) -> &[u8] {
        self.log.slice(start, len)
    }

    pub(super) fn marks(&self) -> impl Iterator<Item = ReadMark> + '_ {
        self.log.marks()
    }

    pub(super) fn reads(&self, range: Range<u64>) -> Vec<(ReadMark, u64)> {
        self.log.reads(range)
    }

    /// Appends bytes and splits them into rows. The last row stays open unless it ends with a newline.
    pub(super) fn append(&mut self, rows: &mut Rows<'_>, kind: RowKind, bytes: &[u8], at: LocalTime) {
        self.resolve_pending_end(rows, bytes);
        if bytes.is_empty() {
            // An empty message of the program is a row, too.
            self.extend(rows, kind, self.log.end(), self.log.end(), at);
        }
        for piece in bytes.chunks(MAX_APPEND_BYTES) {
            let base = self.log.end();
            self.log.append(piece, self.open.map_or(base, |open| open.start), at);
            self.split(rows, kind, piece, base, at);
        }
    }

    /// Splits `piece`, which was appended at offset `base`, into rows.
    fn split(&mut self, rows: &mut Rows<'_>, kind: RowKind, piece: &[u8], base: u64, at: LocalTime) {
        let mut rest = piece;
        if let Some(id) = self.after_cr.take()
            && let Some(tail) = rest.strip_prefix(b"\n")
        {
            // If the row has been evicted, the LF is dropped.
            if let Some(record) = rows.get(id) {
                record.set_end(RowEnd::CrLf);
            }
            rest = tail;
        }
        let offset_of = |rest: &[u8]| base + (piece.len() - rest.len()) as u64;
        while let Some(found) = memchr2(b'\n', b'\r', rest) {
            let end = match (rest.get(found), rest.get(found + 1)) {
                (Some(b'\n'), _) => RowEnd::Lf,
                (_, Some(b'\n')) => RowEnd::CrLf,
                (_, _) => RowEnd::Cr,
            };
            let start = offset_of(rest);
            self.extend(rows, kind, start, start + found as u64, at);
            let ended = self.end_open(rows, end);
            rest = rest.get(found + if end == RowEnd::CrLf { 2 } else { 1 }..).unwrap_or_default();
            if end == RowEnd::Cr && rest.is_empty() {
                self.after_cr = ended;
            }
        }
        if !rest.is_empty() {
            let start = offset_of(rest);
            self.extend(rows, kind, start, start + rest.len() as u64, at);
        }
    }

    /// Extends the row under way to offset `end`, or begins one at `start`. Splits it if it is too long.
    fn extend(&mut self, rows: &mut Rows<'_>, kind: RowKind, start: u64, end: u64, at: LocalTime) {
        let mut open = self.open.unwrap_or_else(|| {
            let id = rows.push(RowRecord::open(kind, start, at, false));
            OpenRow { id, start }
        });
        while end - open.start > MAX_ROW_BYTES as u64 {
            let len = split_len(self.log.slice(open.start, MAX_ROW_BYTES as u64)) as u64;
            if let Some(record) = rows.get(open.id) {
                record.set_len(len);
                record.set_end(RowEnd::Split);
            }
            let start = open.start + len;
            open = OpenRow { id: rows.push(RowRecord::open(kind, start, at, true)), start };
        }
        if let Some(record) = rows.get(open.id) {
            record.set_len(end - open.start);
        }
        self.open = Some(open);
    }

    /// Ends the row under way, even inside a character. Returns its id.
    pub(super) fn end_open(&mut self, rows: &mut Rows<'_>, end: RowEnd) -> Option<RowId> {
        self.pending_end = None;
        let open = self.open.take()?;
        if let Some(record) = rows.get(open.id) {
            record.set_end(end);
        }
        Some(open.id)
    }

    /// Ends the row under way, or defers the end if the row stops inside a character.
    pub(super) fn end_or_defer(&mut self, rows: &mut Rows<'_>, end: RowEnd) {
        match self.unfinished_character() {
            [] => {
                self.end_open(rows, end);
            }
            _ => self.pending_end = Some(end),
        }
    }

    /// Applies a deferred end, or drops it if `next` continues the unfinished character.
    fn resolve_pending_end(&mut self, rows: &mut Rows<'_>, next: &[u8]) {
        let Some(&byte) = next.first() else { return };
        let Some(end) = self.pending_end.take() else { return };
        let mut character = self.unfinished_character().to_vec();
        character.push(byte);
        let is_continued = match std::str::from_utf8(&character) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none(),
        };
        if !is_continued {
            self.end_open(rows, end);
        }
    }

    /// Returns the bytes at the end of the row under way that are an incomplete UTF-8 sequence.
    fn unfinished_character(&self) -> &[u8] {
        let Some(open) = self.open else { return &[] };
        let end = self.log.end();
        let last = self.log.slice(open.start.max(end.saturating_sub(3)), 3.min(end - open.start));
        match tail(last) {
            Utf8Tail::Whole => &[],
            Utf8Tail::Incomplete(len) => last.get(last.len() - len..).unwrap_or_default(),
        }
    }

    /// Makes a following LF a separate newline, even if the last byte was a CR.
    pub(super) const fn forget_cr(&mut self) {
        self.after_cr = None;
    }

    /// Evicts the bytes of a row.
    pub(super) fn evict(&mut self, record: RowRecord) {
        self.log.evict_before(record.end_offset());
        if self.open.is_some_and(|open| open.start == record.start()) {
            self.open = None;
            self.pending_end = None;
        }
    }

    /// Removes all bytes. The next ones begin a new row.
    pub(super) fn clear(&mut self) {
        self.open = None;
        self.pending_end = None;
        self.after_cr = None;
        self.log.evict_before(self.log.end());
    }
}

/// Returns where to split a row that is too long: after a space near the end, otherwise between characters.
fn split_len(full: &[u8]) -> usize {
    let from = MAX_ROW_BYTES.saturating_sub(MAX_WORD_BYTES);
    if let Some(space) = full.get(from..).and_then(|end| memrchr(b' ', end)) {
        return from + space + 1;
    }
    match tail(full) {
        Utf8Tail::Whole => MAX_ROW_BYTES,
        Utf8Tail::Incomplete(len) => MAX_ROW_BYTES - len,
    }
}

#[cfg(test)]
impl ByteStream {
    pub(super) fn memory_used(&self) -> usize {
        self.log.memory_used()
    }
}
