//! A decoded row: one string, divided into glyphs.

use super::sgr::Style;
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// Distance of tab stops, in columns from the start of the text.
pub const TAB_STOP: usize = 8;

/// The kind of a glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlyphKind {
    /// A grapheme cluster of the received text.
    Text,
    /// A blank at which a line may break; a tab is a blank of one or more columns.
    Blank,
    /// One character of a mark, the visible replacement for bytes that must not reach the terminal.
    Mark,
}

/// A part of a row that takes one or more columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph {
    /// Offset of its text in the row's string, in bytes.
    start: u32,
    /// Length of its text, in bytes.
    len: u16,
    /// Index of its style in the row.
    style: u16,
    /// Offset of its first byte in the row as received.
    pub source: u32,
    /// Terminal columns, at least 1.
    pub columns: u8,
    /// Whether it is text, a blank or part of a mark.
    pub kind: GlyphKind,
}

/// A decoded row. It can be reused: [`super::decode()`] clears it first and keeps its allocations.
#[derive(Debug, Clone, Default)]
pub struct Row {
    text: String,
    glyphs: Vec<Glyph>,
    styles: Vec<Style>,
    columns: usize,
}

impl Row {
    /// Returns the glyphs in the order received.
    pub fn glyphs(&self) -> &[Glyph] {
        &self.glyphs
    }

    /// Returns the text of a glyph of this row; a single blank for a tab.
    pub fn text_of(&self, glyph: &Glyph) -> &str {
        let start = glyph.start as usize;
        self.text.get(start..start + usize::from(glyph.len)).unwrap_or_default()
    }

    /// Returns the offset of a glyph in [`Row::text`], in bytes.
    pub const fn text_start(&self, glyph: &Glyph) -> usize {
        glyph.start as usize
    }

    /// Returns the indices of the glyphs that overlap a byte range of [`Row::text`]; none for an empty range.
    pub fn glyphs_of_text(&self, range: Range<usize>) -> Range<usize> {
        // Glyphs cover the text in order and without gaps.
        let end_of = |glyph: &Glyph| glyph.start as usize + usize::from(glyph.len);
        let first = self.glyphs.partition_point(|glyph| end_of(glyph) <= range.start);
        let end = self.glyphs.partition_point(|glyph| (glyph.start as usize) < range.end);
        first..if range.is_empty() { first } else { end.max(first) }
    }

    /// Returns the style of a glyph of this row.
    pub fn style_of(&self, glyph: &Glyph) -> Style {
        self.styles.get(usize::from(glyph.style)).copied().unwrap_or_default()
    }

    /// Returns the text of the whole row, marks included, for tests, logs and copying.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the width of the row without wrapping, in columns.
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Appends text of the program as a mark. Each of its characters must take one column.
    ///
    /// `source` is the offset in the received row that it refers to.
    pub fn push_label(&mut self, label: &str, source: usize) {
        self.set_style(Style::default());
        let mut buffer = [0; 4];
        for c in label.chars() {
            self.push(c.encode_utf8(&mut buffer), 1, GlyphKind::Mark, source);
        }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.glyphs.clear();
        self.styles.clear();
        self.columns = 0;
    }

    /// Appends a glyph with the style set last.
    pub(super) fn push(&mut self, text: &str, columns: usize, kind: GlyphKind, source: usize) {
        let to_u32 = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        self.glyphs.push(Glyph {
            start: to_u32(self.text.len()),
            len: u16::try_from(text.len()).unwrap_or(u16::MAX),
            style: u16::try_from(self.styles.len().saturating_sub(1)).unwrap_or(u16::MAX),
            source: to_u32(source),
            columns: u8::try_from(columns).unwrap_or(u8::MAX),
            kind,
        });
        self.text.push_str(text);
        self.columns += columns;
    }

    /// Replaces the source of every glyph. A glyph keeps its source if `source_at` returns `None`.
    pub(super) fn map_sources(&mut self, source_at: impl Fn(usize) -> Option<u32>) {
        for glyph in &mut self.glyphs {
            glyph.source = source_at(glyph.source as usize).unwrap_or(glyph.source);
        }
    }

    /// Sets the style of the glyphs appended from now on.
    pub(super) fn set_style(&mut self, style: Style) {
        // A row of 64 KiB cannot contain this many SGR sequences. Beyond the limit the last style applies to the rest.
        if self.styles.last() != Some(&style) && self.styles.len() < usize::from(u16::MAX) {
            self.styles.push(style);
        }
    }
}

/// Returns the columns of one grapheme cluster, at least 1, so that nothing is hidden between two cells.
///
/// The cluster is measured as a whole: `👨‍🦰` takes 2 columns, the sum of its parts is 4. The widths are those of
/// `unicode-width` (UAX #11), which ratatui uses to place cells. As in ratatui and terminals, the voiced marks of half-width
/// katakana take their own column; if the two disagreed, the next cell would not be drawn.
pub fn columns(cluster: &str) -> usize {
    let marks = cluster.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count();
    (cluster.width() + marks).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::decode;
    use proptest::prelude::*;

    fn row(text: &str) -> Row {
        let mut row = Row::default();
        decode(text.as_bytes(), &mut row);
        row
    }

    #[test]
    fn a_voiced_mark_of_half_width_katakana_has_a_column() {
        for (cluster, expected) in [("ｶ", 1), ("ｶ\u{ff9e}", 2), ("ﾊ\u{ff9f}", 2), ("\u{ff9e}", 1), ("か\u{3099}", 2)]
        {
            assert_eq!(columns(cluster), expected, "{cluster}");
        }
    }

    #[test]
    fn glyphs_are_found_by_byte_range() {
        let row = row("ab \u{1b}[31mhe\u{301}y\u{1b}[0m 漢x");
        assert_eq!(row.text(), "ab he\u{301}y 漢x");
        for (range, expected) in
            [(0..0, 0..0), (0..2, 0..2), (3..8, 3..6), (5..6, 4..5), (9..10, 7..8), (9..99, 7..9), (40..50, 9..9)]
        {
            assert_eq!(row.glyphs_of_text(range.clone()), expected, "{range:?}");
        }
        assert_eq!(row.glyphs().iter().map(|g| row.text_start(g)).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 7, 8, 9, 12]);
    }

    proptest! {
        #[test]
        fn glyphs_of_text_returns_the_overlapping_glyphs(
            text in "([a-z]|é|漢|e\u{301}|\u{7}|\u{202e}|👩\u{200d}🚀){0,20}", start in 0..80_usize, len in 0..30_usize,
        ) {
            let row = row(&text);
            let range = start..start + len;
            let found = row.glyphs_of_text(range.clone());
            for (index, glyph) in row.glyphs().iter().enumerate() {
                let offset = row.text_start(glyph);
                let overlaps = offset < range.end && range.start < offset + row.text_of(glyph).len() && len > 0;
                prop_assert_eq!(found.contains(&index), overlaps, "{} of {:?}", index, range);
            }
        }
    }
}
