//! The 16 bytes kept for each row beside its text.

use crate::app::time::LocalTime;

/// Names a row for good: ids count up from 0 and are never used again, whatever is evicted or cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RowId(pub u64);

/// Who speaks in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// The peer.
    Received,
    /// We did.
    Sent,
    /// The program, about something that is as it should be.
    Notice,
    /// The program, about trouble.
    Error,
    /// The program: a rule across the pane, from which on the rows are of another connection.
    Separator,
    /// A log of earlier days.
    Backlog,
}

/// What ended a row, or that nothing has yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowEnd {
    /// Nothing so far: more may come.
    Open,
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// `\r` alone.
    Cr,
    /// No newline, and then 500 ms of nothing.
    Idle,
    /// No newline, and then a line of our own.
    Interrupted,
    /// No newline, and then the end of the connection. For a row of our own: sent without a newline.
    Unterminated,
    /// The row was too long to keep in one piece; the next row of its kind goes on with it.
    Split,
    /// A row of the program's own, which needs no newline.
    Complete,
}

impl RowEnd {
    const ALL: [Self; 9] = [
        Self::Open,
        Self::Lf,
        Self::CrLf,
        Self::Cr,
        Self::Idle,
        Self::Interrupted,
        Self::Unterminated,
        Self::Split,
        Self::Complete,
    ];

    /// The newline, which follows the row's content in its log; empty where something else ended the row.
    pub const fn newline(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Lf => b"\n",
            Self::Cr => b"\r",
            _ => b"",
        }
    }

    pub(super) const fn newline_len(self) -> u64 {
        self.newline().len() as u64
    }
}

impl RowKind {
    const ALL: [Self; 6] = [Self::Received, Self::Sent, Self::Notice, Self::Error, Self::Separator, Self::Backlog];
}

/// Where a row stands, when it began, who speaks and how it ended; packed, since there may be ten million.
///
/// `place`: offset in its log (48 bits), then flags: continued (1), kind (3), end (4). `extent`: wall time in
/// milliseconds (44 bits), then length in bytes without the newline (20 bits).
#[derive(Debug, Clone, Copy)]
pub(super) struct RowRecord {
    packed_start: u64,
    packed_len: u64,
}

const LEN_BITS: u32 = 20;
const LEN_MASK: u64 = (1 << LEN_BITS) - 1;
const FLAG_BITS: u32 = 16;
const END_MASK: u64 = 0b1111;
const KIND_SHIFT: u32 = 4;
const KIND_MASK: u64 = 0b111;
const CONTINUED: u64 = 1 << 7;

impl RowRecord {
    /// An open, empty row at offset `start` of its log.
    pub(super) const fn open(kind: RowKind, start: u64, at: LocalTime, continued: bool) -> Self {
        let flags = (kind as u64) << KIND_SHIFT | if continued { CONTINUED } else { 0 };
        Self { packed_start: start << FLAG_BITS | flags, packed_len: at.0 << LEN_BITS }
    }

    pub(super) const fn start(self) -> u64 {
        self.packed_start >> FLAG_BITS
    }

    pub(super) const fn len(self) -> u64 {
        self.packed_len & LEN_MASK
    }

    /// Offset behind the row and its newline.
    pub(super) fn end_offset(self) -> u64 {
        self.start() + self.len() + self.end().newline_len()
    }

    pub(super) const fn at(self) -> LocalTime {
        LocalTime(self.packed_len >> LEN_BITS)
    }

    pub(super) const fn is_continued(self) -> bool {
        self.packed_start & CONTINUED != 0
    }

    pub(super) fn kind(self) -> RowKind {
        let index = (self.packed_start >> KIND_SHIFT & KIND_MASK) as usize;
        RowKind::ALL.get(index).copied().unwrap_or(RowKind::Error)
    }

    pub(super) fn end(self) -> RowEnd {
        let index = (self.packed_start & END_MASK) as usize;
        RowEnd::ALL.get(index).copied().unwrap_or(RowEnd::Complete)
    }

    pub(super) fn set_end(&mut self, end: RowEnd) {
        self.packed_start = self.packed_start & !END_MASK | end as u64;
    }

    /// Sets the length in bytes, at most `2^20 - 1`.
    pub(super) fn set_len(&mut self, len: u64) {
        debug_assert!(len <= LEN_MASK, "rows are cut long before this");
        self.packed_len = self.packed_len & !LEN_MASK | len & LEN_MASK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bytes_a_row() {
        assert_eq!(size_of::<RowRecord>(), 16);
    }

    #[test]
    fn every_field_keeps_its_value() {
        for (index, kind) in RowKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
            for (index, end) in RowEnd::ALL.into_iter().enumerate() {
                assert_eq!(end as usize, index);
                let (start, at) = ((1 << 48) - 1, LocalTime((1 << 44) - 1));
                let mut record = RowRecord::open(kind, start, at, index % 2 == 1);
                record.set_len(65_536);
                record.set_end(RowEnd::Split);
                record.set_end(end);
                assert_eq!((record.kind(), record.end(), record.len()), (kind, end, 65_536));
                assert_eq!((record.start(), record.at(), record.is_continued()), (start, at, index % 2 == 1));
            }
        }
    }
}
