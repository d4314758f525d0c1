//! The view of bytes as a hex dump, laid out for the columns there are, and the way back.
//!
//! ```text
//! ── read 7 bytes ──────────────────────────────────────────────────────────
//! 000000  68 65 6c 6c 6f 0d 0a                              hello..
//! ```
//!
//! From left to right: the offset, the bytes in hexadecimal, the same bytes as characters. Where that is too wide the
//! digits move together (`6865 6c6c`, as `xxd` has them), then there are 8 bytes in a line, then 4, and at last the
//! offset goes. In all forms the characters stand below each other, in a short last line too.

use super::glyph::{GlyphKind, Row, columns};
use super::sgr::Style;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

mod format;
mod parse;

use format::HexFormat;
pub use parse::{HexError, parse_hex_dump};

/// A line across the dump: between what two reads brought, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexSeparator {
    /// Offset of the byte that it stands before, in the bytes that are laid out.
    pub at: usize,
    /// What it says. Shown as one harmless line, and cut where there is no room for it.
    pub text: String,
}

/// What a rule is drawn with. No line of bytes begins with it.
const RULE: &str = "─";

/// The fewest columns that a dump is laid out for; on fewer the caller clips.
const MIN_COLUMNS: usize = 10;

/// Lays out the bytes of a row, its line end included, as lines of a hex dump of at most `columns`, which are at least
/// 10.
///
/// `row` is cleared first. The lines are ranges of its glyphs, in order and without gaps; there is at least one, empty
/// if there are no bytes. `first_offset` is the offset the first byte is said to have, so that a dump of several rows
/// counts on. A rule whose `at` is no byte here is left out; those that are there stand in ascending order, or show
/// later than they ask to.
///
/// A glyph's `source` is the offset of its byte in `bytes`: that of the digits and of the character alike. Blanks have
/// that of the byte before them; the offset and the blanks behind it that of the first byte of the line. So in a line
/// sources go up, then back to the line's first byte where the characters begin, and up again. Digits are
/// [`GlyphKind::Text`] like characters that are seen; [`GlyphKind::Mark`] are offsets, rules and the `.` for a byte
/// that is no printable ASCII.
///
/// # Examples
/// ```
/// use netchat_tui::text::{Row, hex};
/// let mut row = Row::default();
/// assert_eq!(hex(b"hi\r\n", 0, &[], 30, &mut row), [0..25]);
/// assert_eq!(row.text(), "000000  68 69 0d 0a  hi..");
/// ```
pub fn hex(
    bytes: &[u8],
    first_offset: u64,
    rules: &[HexSeparator],
    columns: usize,
    row: &mut Row,
) -> Vec<Range<usize>> {
    row.clear();
    row.set_style(Style::default());
    let columns = columns.max(MIN_COLUMNS);
    let form = HexFormat::choose(first_offset.saturating_add(bytes.len() as u64), columns);
    let mut dump = Dump { bytes, first_offset, form, row, lines: Vec::new(), word: String::new() };
    let mut from = 0;
    for rule in rules.iter().filter(|rule| rule.at < bytes.len()) {
        if rule.at > from {
            dump.section(from..rule.at);
            from = rule.at;
        }
        dump.rule(rule, columns);
    }
    dump.section(from..bytes.len());
    if dump.lines.is_empty() {
        dump.lines.push(0..0);
    }
    dump.lines
}

struct Dump<'a> {
    bytes: &'a [u8],
    first_offset: u64,
    form: HexFormat,
    row: &'a mut Row,
    lines: Vec<Range<usize>>,
    /// Scratch space for an offset or a byte in digits.
    word: String,
}

impl Dump<'_> {
    /// The bytes between two rules.
    fn section(&mut self, range: Range<usize>) {
        let bytes = self.bytes.get(range.clone()).unwrap_or_default();
        for (from, line) in range.step_by(self.form.bytes).zip(bytes.chunks(self.form.bytes)) {
            self.line(line, from);
        }
    }

    /// A line of bytes, the first of which is at `from`.
    fn line(&mut self, line: &[u8], from: usize) {
        if self.form.digits > 0 {
            let offset = self.first_offset.saturating_add(from as u64);
            let width = self.form.digits;
            self.digits(format_args!("{offset:0width$x}"), GlyphKind::Mark, from);
            self.blanks(2, from);
        }
        for (n, byte) in line.iter().enumerate() {
            self.blanks(self.form.gap_before(n), (from + n).saturating_sub(1));
            self.digits(format_args!("{byte:02x}"), GlyphKind::Text, from + n);
        }
        let missing = self.form.columns_of(self.form.bytes) - self.form.columns_of(line.len());
        self.blanks(missing + 2, (from + line.len()).saturating_sub(1));
        for (source, &byte) in (from..).zip(line) {
            let mut buffer = [0; 4];
            match char::from(byte) {
                ' ' => self.blanks(1, source),
                c @ '!'..='~' => self.row.push(c.encode_utf8(&mut buffer), 1, GlyphKind::Text, source),
                _ => self.row.push(".", 1, GlyphKind::Mark, source),
            }
        }
        self.end_line();
    }

    fn rule(&mut self, rule: &HexSeparator, columns_there: usize) {
        let words = super::sanitize_line(&rule.text);
        // Around the words: `── `, a blank, and a piece of the line.
        let room = columns_there.saturating_sub(5);
        let mut line = if words.is_empty() { String::new() } else { format!("── {} ", cut(&words, room)) };
        line += &RULE.repeat(columns_there.saturating_sub(columns_of(&line)));
        for cluster in line.graphemes(true) {
            self.row.push(cluster, columns(cluster), GlyphKind::Mark, rule.at);
        }
        self.end_line();
    }

    fn digits(&mut self, digits: std::fmt::Arguments<'_>, kind: GlyphKind, source: usize) {
        self.word.clear();
        // Writing to a String cannot fail.
        let _ = self.word.write_fmt(digits);
        let mut buffer = [0; 4];
        for c in self.word.chars() {
            self.row.push(c.encode_utf8(&mut buffer), 1, kind, source);
        }
    }

    fn blanks(&mut self, count: usize, source: usize) {
        for _ in 0..count {
            self.row.push(" ", 1, GlyphKind::Blank, source);
        }
    }

    fn end_line(&mut self) {
        let from = self.lines.last().map_or(0, |line| line.end);
        self.lines.push(from..self.row.glyphs().len());
    }
}

/// The words, or as many of their clusters as leave a column for the sign that some are missing.
fn cut(words: &str, room: usize) -> Cow<'_, str> {
    if columns_of(words) <= room {
        return Cow::Borrowed(words);
    }
    let mut used = 1;
    let fits = |cluster: &&str| {
        used += columns(cluster);
        used <= room
    };
    let mut kept: String = words.graphemes(true).take_while(fits).collect();
    kept.push('…');
    Cow::Owned(kept)
}

/// Columns of text, glyph by glyph as it is going to be pushed.
fn columns_of(text: &str) -> usize {
    text.graphemes(true).map(columns).sum()
}

#[cfg(test)]
mod tests;
