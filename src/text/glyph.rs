//! The decoded row: glyphs over one string.

use super::sgr::Style;
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

    /// Puts a mark of the program's own behind the row, plain and after a gap: how it ended, say.
    ///
    /// `source` is the offset it stands for, the length of the row as a rule.
    pub fn push_mark(&mut self, mark: char, source: usize) {
        self.set_style(Style::default());
        let mut buffer = [0; 4];
        self.push(" ", 1, GlyphKind::Mark, source);
        let mark = mark.encode_utf8(&mut buffer);
        self.push(mark, columns(mark), GlyphKind::Mark, source);
    }

    /// Puts words of the program's own behind the row, as a mark. They must be plain ASCII or of one column a character.
    ///
    /// `source` is the offset they stand for.
    pub fn push_words(&mut self, words: &str, source: usize) {
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
/// UAX #11 as `unicode-width` has them, which are the ones ratatui places cells by.
pub fn columns(cluster: &str) -> usize {
    cluster.width().max(1)
}
