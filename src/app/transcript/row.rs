//! Defines row ids, kinds and ends, and the 16-byte record of a row.

use crate::app::time::LocalTime;

/// Permanent id of a row. Ids count up from 0 and are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RowId(pub u64);

/// Origin of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// Received from the peer.
    Received,
    /// Sent by the user or the program.
    Sent,
    /// A message of the program.
    Notice,
    /// An error message of the program.
    Error,
    /// A rule across the pane, above the rows of another connection.
    Separator,
    /// A line of an earlier log.
    Backlog,
}

/// How a row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowEnd {
    /// Not ended yet.
    Open,
    /// Ended by `\n`.
    Lf,
    /// Ended by `\r\n`.
    CrLf,
    /// Ended by `\r` without `\n`.
    Cr,
    /// Ended after 500 ms without data.
    Idle,
    /// Ended by a line that the user sent.
    Interrupted,
    /// Ended by the close of the connection; if sent, ended without a newline.
    Unterminated,
    /// Split because it was too long; the next row of the same kind continues it.
    Split,
    /// A complete message of the program.
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

    /// Returns the bytes of the newline that ended the row; empty if it ended otherwise.
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

/// Position, time, kind and end of a row. Packed, because there may be ten million rows.
///
/// `packed_start` holds the offset in the log (48 bits), then flags: continued (1), kind (3), end (4). `packed_len` holds
/// the wall-clock time in milliseconds (44 bits), then the length in bytes without the newline (20 bits).
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
    /// Returns an open, empty row at offset `start` of its log.
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

    /// Returns the offset after the row and its newline.
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
        debug_assert!(len <= LEN_MASK, "rows are split before this length");
        self.packed_len = self.packed_len & !LEN_MASK | len & LEN_MASK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_sixteen_bytes() {
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
