//! The formats of a line of a hex dump.

/// The layout of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HexFormat {
    /// Bytes in a full line.
    pub(super) bytes: usize,
    /// Bytes in a group, whose digits are not separated.
    group: usize,
    /// Digits of the offset; 0 if it is left out.
    pub(super) digits: usize,
}

/// The formats, widest first: bytes per line, bytes per group, and whether the offset is shown.
const FORMATS: [(usize, usize, bool); 9] = [
    (16, 1, true),
    (16, 2, true),
    (8, 1, true),
    (8, 2, true),
    (4, 1, true),
    (4, 2, true),
    (4, 1, false),
    (4, 2, false),
    (2, 1, false),
];

impl HexFormat {
    /// Returns the widest format that fits into `columns` columns, or the narrowest one, which takes 9 columns.
    ///
    /// `end` is the offset after the last byte, which determines the digits of the offset.
    pub(super) fn choose(end: u64, columns: usize) -> Self {
        let digits = match end.saturating_sub(1) {
            0..=0xff_ffff => 6,
            0x100_0000..=0xffff_ffff => 8,
            _ => 16,
        };
        let format = |(bytes, group, has_offset)| Self { bytes, group, digits: if has_offset { digits } else { 0 } };
        let narrowest = Self { bytes: 2, group: 1, digits: 0 };
        FORMATS.into_iter().map(format).find(|format| format.columns() <= columns).unwrap_or(narrowest)
    }

    /// Returns all formats, without the offset.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        FORMATS.into_iter().map(|(bytes, group, _)| Self { bytes, group, digits: 0 })
    }

    /// Returns the columns of a full line: the offset and two blanks, the digits, two blanks, the characters.
    fn columns(self) -> usize {
        let offset = if self.digits > 0 { self.digits + 2 } else { 0 };
        offset + self.columns_of(self.bytes) + 2 + self.bytes
    }

    /// Returns the blanks before the digits of a byte, by its index in the line: one between groups, and two in the middle of
    /// 16 ungrouped bytes.
    pub(super) const fn gap_before(self, index: usize) -> usize {
        match index {
            0 => 0,
            8 if self.group == 1 => 2,
            _ if index.is_multiple_of(self.group) => 1,
            _ => 0,
        }
    }

    /// Returns the columns of the digits of the first `bytes` bytes of a line.
    pub(super) fn columns_of(self, bytes: usize) -> usize {
        (0..bytes).map(|index| self.gap_before(index) + 2).sum()
    }
}
