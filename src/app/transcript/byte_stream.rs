//! One direction: its log, and the row that is being filled from it.

use super::byte_log::{ByteLog, ReadMark};
use super::row::{RowEnd, RowId, RowKind, RowRecord};
use super::{MAX_ROW_BYTES, Rows};
use crate::app::time::LocalTime;
use crate::text::{Utf8Tail, tail};
use memchr::{memchr2, memrchr};
use std::ops::Range;

/// Bytes taken in at a time, so that a row under way and a read always fit into one segment of the log.
const PIECE: usize = 256 * 1024;

/// How far before the end of a piece a blank is looked for.
const LONGEST_WORD: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct ByteStream {
    log: ByteLog,
    /// The row without an end yet, and the offset at which it starts.
    open: Option<OpenRow>,
    /// The row that ended with a CR which was the last byte so far: an LF next belongs to it.
    after_cr: Option<RowId>,
    /// The open row was to end here, but it stops inside a character: the next bytes decide.
    held: Option<RowEnd>,
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

    /// The row under way, or the one that an LF may still belong to.
    pub(super) fn unsettled_row(&self) -> Option<RowId> {
        self.open.map(|open| open.id).or(self.after_cr)
    }

    pub(super) const fn is_held(&self) -> bool {
        self.held.is_some()
    }

    pub(super) const fn len(&self) -> u64 {
        self.log.len()
    }

    /// From the first byte that is kept to behind the last.
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

    /// Appends bytes and makes rows of them; what has no newline stays open.
    pub(super) fn append(&mut self, rows: &mut Rows<'_>, kind: RowKind, bytes: &[u8], at: LocalTime) {
        self.resolve_pending_end(rows, bytes);
        if bytes.is_empty() {
            // A row of ours may be empty and still be a row.
            self.extend(rows, kind, self.log.end(), self.log.end(), at);
        }
        for piece in bytes.chunks(PIECE) {
            let base = self.log.end();
            self.log.append(piece, self.open.map_or(base, |open| open.start), at);
            self.split(rows, kind, piece, base, at);
        }
    }

    /// Finds the ends of rows in `piece`, which has just been appended at offset `base`.
    fn split(&mut self, rows: &mut Rows<'_>, kind: RowKind, piece: &[u8], base: u64, at: LocalTime) {
        let mut rest = piece;
        if let Some(id) = self.after_cr.take()
            && let Some(tail) = rest.strip_prefix(b"\n")
        {
            // The row may be evicted by now; then the LF goes with it.
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

    /// The row under way now reaches to offset `past`; where there is none, one begins at `start`.
    fn extend(&mut self, rows: &mut Rows<'_>, kind: RowKind, start: u64, past: u64, at: LocalTime) {
        let mut open = self.open.unwrap_or_else(|| {
            let id = rows.push(RowRecord::open(kind, start, at, false));
            OpenRow { id, start }
        });
        while past - open.start > MAX_ROW_BYTES as u64 {
            let len = length_of_piece(self.log.slice(open.start, MAX_ROW_BYTES as u64)) as u64;
            if let Some(record) = rows.get(open.id) {
                record.set_len(len);
                record.set_end(RowEnd::Split);
            }
            let start = open.start + len;
            open = OpenRow { id: rows.push(RowRecord::open(kind, start, at, true)), start };
        }
        if let Some(record) = rows.get(open.id) {
            record.set_len(past - open.start);
        }
        self.open = Some(open);
    }

    /// Ends the row under way, whatever its last bytes.
    pub(super) fn end_open(&mut self, rows: &mut Rows<'_>, end: RowEnd) -> Option<RowId> {
        self.held = None;
        let open = self.open.take()?;
        if let Some(record) = rows.get(open.id) {
            record.set_end(end);
        }
        Some(open.id)
    }

    /// Ends the row under way unless it stops inside a character.
    pub(super) fn end_or_hold(&mut self, rows: &mut Rows<'_>, end: RowEnd) {
        match self.unfinished_character() {
            [] => {
                self.end_open(rows, end);
            }
            _ => self.held = Some(end),
        }
    }

    /// A held end takes place now, unless `next` goes on with the unfinished character.
    fn resolve_pending_end(&mut self, rows: &mut Rows<'_>, next: &[u8]) {
        let Some(&byte) = next.first() else { return };
        let Some(end) = self.held.take() else { return };
        let mut character = self.unfinished_character().to_vec();
        character.push(byte);
        let goes_on = match std::str::from_utf8(&character) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none(),
        };
        if !goes_on {
            self.end_open(rows, end);
        }
    }

    /// The bytes at the end of the row under way that may still become a character.
    fn unfinished_character(&self) -> &[u8] {
        let Some(open) = self.open else { return &[] };
        let end = self.log.end();
        let last = self.log.slice(open.start.max(end.saturating_sub(3)), 3.min(end - open.start));
        match tail(last) {
            Utf8Tail::Whole => &[],
            Utf8Tail::Incomplete(len) => last.get(last.len() - len..).unwrap_or_default(),
        }
    }

    /// Forgets that the last byte was a CR: what comes next is from somewhere else.
    pub(super) const fn forget_cr(&mut self) {
        self.after_cr = None;
    }

    /// Forgets an evicted row's bytes.
    pub(super) fn forget(&mut self, record: RowRecord) {
        self.log.evict_before(record.end_offset());
        if self.open.is_some_and(|open| open.start == record.start()) {
            self.open = None;
            self.held = None;
        }
    }

    /// Forgets all bytes; what comes next begins a new row.
    pub(super) fn clear(&mut self) {
        self.open = None;
        self.held = None;
        self.after_cr = None;
        self.log.evict_before(self.log.end());
    }
}

/// Where a line that is too long for a row is cut: behind a blank, so that no word is torn, or else between characters.
fn length_of_piece(full: &[u8]) -> usize {
    let from = MAX_ROW_BYTES.saturating_sub(LONGEST_WORD);
    if let Some(blank) = full.get(from..).and_then(|end| memrchr(b' ', end)) {
        return from + blank + 1;
    }
    match tail(full) {
        Utf8Tail::Whole => MAX_ROW_BYTES,
        Utf8Tail::Incomplete(begun) => MAX_ROW_BYTES - begun,
    }
}

#[cfg(test)]
impl ByteStream {
    pub(super) fn pending_end(&self) -> usize {
        self.log.memory_used()
    }
}
