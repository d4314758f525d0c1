//! The decoded row: glyphs over one string.

use super::sgr::Style;
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// Columns from one tab stop to the next, counted from the start of the text.
pub const TAB_STOP: usize = 8;

/// What a glyph stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlyphKind {
    /// A grapheme cluster as it was sent.
    Text,
    /// A blank at which a line may break. A tab is one of these, several columns wide.
    Blank,
    /// One character of a mark: our words for bytes that must not reach the terminal.
    Mark,
}

/// One thing in a row that takes columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph {
    /// Where its text begins in the row's string, in bytes.
    start: u32,
    /// How long that text is, in bytes.
    len: u16,
    /// Index of its style in the row.
    style: u16,
    /// Offset of the byte it comes from, in the row as it was on the wire.
    pub source: u32,
    /// Terminal columns, at least 1.
    pub columns: u8,
    /// What it stands for.
    pub kind: GlyphKind,
}

/// A decoded row. Reusable: [`super::decode()`] clears it first and keeps the allocations.
#[derive(Debug, Clone, Default)]
pub struct Row {
    text: String,
    glyphs: Vec<Glyph>,
    styles: Vec<Style>,
    columns: usize,
}

impl Row {
    /// The glyphs in the order they were sent.
    pub fn glyphs(&self) -> &[Glyph] {
        &self.glyphs
    }

    /// The text of one glyph of this row; a tab's is a single blank.
    pub fn text_of(&self, glyph: &Glyph) -> &str {
        let start = glyph.start as usize;
        self.text.get(start..start + usize::from(glyph.len)).unwrap_or_default()
    }

    /// Where the text of one glyph of this row begins in [`Row::text`], in bytes.
    pub const fn text_start(&self, glyph: &Glyph) -> usize {
        glyph.start as usize
    }

    /// The glyphs that show these bytes of [`Row::text`], as a range of indices: each glyph that has at least one of
    /// them, so a range that ends inside a cluster has the whole cluster. No bytes are shown by no glyph.
    pub fn glyphs_of_text(&self, range: Range<usize>) -> Range<usize> {
        // Glyphs lie in the text without gaps, in order.
        let end_of = |glyph: &Glyph| glyph.start as usize + usize::from(glyph.len);
        let first = self.glyphs.partition_point(|glyph| end_of(glyph) <= range.start);
        let end = self.glyphs.partition_point(|glyph| (glyph.start as usize) < range.end);
        first..if range.is_empty() { first } else { end.max(first) }
    }

    /// The style of one glyph of this row.
    pub fn style_of(&self, glyph: &Glyph) -> Style {
        self.styles.get(usize::from(glyph.style)).copied().unwrap_or_default()
    }

    /// The whole row as one string, marks in words. For tests, logs and copying; drawing goes by glyph.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Columns of the row, were the screen wide enough.
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Puts words of the program's own behind the row, as a mark. They must be plain ASCII or of one column a character.
    ///
    /// `source` is the offset they stand for.
    pub fn push_label(&mut self, words: &str, source: usize) {
        self.set_style(Style::default());
        let mut buffer = [0; 4];
        for c in words.chars() {
            self.push(c.encode_utf8(&mut buffer), 1, GlyphKind::Mark, source);
        }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.glyphs.clear();
        self.styles.clear();
        self.columns = 0;
    }

    /// Adds a glyph; its style is the one pushed last.
    pub(super) fn push(&mut self, text: &str, columns: usize, kind: GlyphKind, source: usize) {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.glyphs.push(Glyph {
            start: narrow(self.text.len()),
            len: u16::try_from(text.len()).unwrap_or(u16::MAX),
            style: u16::try_from(self.styles.len().saturating_sub(1)).unwrap_or(u16::MAX),
            source: narrow(source),
            columns: u8::try_from(columns).unwrap_or(u8::MAX),
            kind,
        });
        self.text.push_str(text);
        self.columns += columns;
    }

    /// Gives every glyph another source; one for which there is none keeps its own.
    pub(super) fn map_sources(&mut self, source_at: impl Fn(usize) -> Option<u32>) {
        for glyph in &mut self.glyphs {
            glyph.source = source_at(glyph.source as usize).unwrap_or(glyph.source);
        }
    }

    /// The style of the glyphs pushed from here on.
    pub(super) fn set_style(&mut self, style: Style) {
        // 65,535 styles in a row of 64 KiB would need an SGR sequence every byte; the last one then serves for the rest.
        if self.styles.last() != Some(&style) && self.styles.len() < usize::from(u16::MAX) {
            self.styles.push(style);
        }
    }
}

/// Columns of one grapheme cluster: at least 1, so that nothing can hide between two cells.
///
/// Measured as a whole, never by adding up characters: `👨‍🦰` is 2 columns, its parts would make 4. The tables are
/// UAX #11 as `unicode-width` has them, which are the ones ratatui places cells by. Like ratatui, and terminals, this gives
/// the voiced marks of half-width katakana a column of their own: where the two differ, the next cell is never written.
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
    fn the_glyphs_of_a_word_are_found() {
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
        fn a_glyph_is_found_by_its_bytes_and_only_by_them(
            text in "([a-z]|é|漢|e\u{301}|\u{7}|\u{202e}|👩\u{200d}🚀){0,20}", from in 0..80_usize, len in 0..30_usize,
        ) {
            let row = row(&text);
            let range = from..from + len;
            let found = row.glyphs_of_text(range.clone());
            for (n, glyph) in row.glyphs().iter().enumerate() {
                let start = row.text_start(glyph);
                let overlaps = start < range.end && range.start < start + row.text_of(glyph).len() && len > 0;
                prop_assert_eq!(found.contains(&n), overlaps, "{} of {:?}", n, range);
            }
        }
    }
}
