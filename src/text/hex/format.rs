//! The forms that a line of a hex dump can have.

/// How the bytes of a line are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HexFormat {
    /// Bytes in a full line.
    pub(super) bytes: usize,
    /// Bytes whose digits stand together.
    group: usize,
    /// Digits of the offset; 0 where there is none.
    pub(super) digits: usize,
}

/// What to try, widest first: bytes in a line, bytes in a group, and whether there is an offset.
const FORMS: [(usize, usize, bool); 9] = [
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
    /// The widest form for `columns`, or the narrowest there is: 9 columns. `end` is the offset behind the last byte.
    pub(super) fn choose(end: u64, columns: usize) -> Self {
        let digits = match end.saturating_sub(1) {
            0..=0xff_ffff => 6,
            0x100_0000..=0xffff_ffff => 8,
            _ => 16,
        };
        let form = |(bytes, group, has_offset)| Self { bytes, group, digits: if has_offset { digits } else { 0 } };
        let narrowest = Self { bytes: 2, group: 1, digits: 0 };
        FORMS.into_iter().map(form).find(|form| form.columns() <= columns).unwrap_or(narrowest)
    }

    /// All the forms that a line without its offset can have.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        FORMS.into_iter().map(|(bytes, group, _)| Self { bytes, group, digits: 0 })
    }

    /// Columns of a full line: the offset and two blanks, the digits, two blanks, the characters.
    fn columns(self) -> usize {
        let offset = if self.digits > 0 { self.digits + 2 } else { 0 };
        offset + self.columns_of(self.bytes) + 2 + self.bytes
    }

    /// Blanks before the digits of the `n`th byte of a line: none inside a group, two in the middle of 16 single ones.
    pub(super) const fn gap_before(self, n: usize) -> usize {
        match n {
            0 => 0,
            8 if self.group == 1 => 2,
            _ if n.is_multiple_of(self.group) => 1,
            _ => 0,
        }
    }

    /// Columns of the digits of so many bytes.
    pub(super) fn columns_of(self, bytes: usize) -> usize {
        (0..bytes).map(|n| self.gap_before(n) + 2).sum()
    }
}
