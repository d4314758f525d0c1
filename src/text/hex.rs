//! The hex view: a hex dump laid out for a number of columns, and its inverse.
//!
//! ```text
//! ── read 7 bytes ──────────────────────────────────────────────────────────
//! 000000  68 65 6c 6c 6f 0d 0a                              hello..
//! ```
//!
//! A line consists of the offset, the bytes in hexadecimal, and the bytes as characters. If that is too wide, digits are
//! grouped in pairs (`6865 6c6c`, as in `xxd`), then a line has 8 bytes, then 4, and at last the offset is left out. The
//! characters are aligned in all lines, including a short last one.

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

/// A labelled rule across the dump, for example between two reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexSeparator {
    /// Offset, in the given bytes, of the byte after the rule.
    pub at: usize,
    /// The label. Sanitised, and truncated to the width of the dump.
    pub text: String,
}

/// The character of a rule. No line of bytes begins with it.
const RULE: &str = "─";

/// Minimum width of a dump, in columns. On a narrower screen the caller clips.
const MIN_COLUMNS: usize = 10;

/// Lays out the bytes of a row, line end included, as a hex dump of at most `columns` columns, but at least 10.
///
/// `row` is cleared first. Returns the lines as consecutive ranges of its glyphs; at least one, which is empty if there are no
/// bytes. `first_offset` is the displayed offset of the first byte, so that a dump can span several rows. Rules must be in
/// ascending order; those beyond the last byte are left out.
///
/// A glyph's `source` is the offset of its byte in `bytes`, for digits and characters alike. Blanks have the source of the
/// byte before them; the displayed offset and the blanks after it that of the first byte of the line. Sources therefore
/// ascend twice in a line, once for the digits and once for the characters. Digits and printable characters are
/// [`GlyphKind::Text`]; offsets, rules and the `.` for other bytes are [`GlyphKind::Mark`].
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
    let format = HexFormat::choose(first_offset.saturating_add(bytes.len() as u64), columns);
    let mut dump = Dump { bytes, first_offset, format, row, lines: Vec::new(), digits_buffer: String::new() };
    let mut start = 0;
    for rule in rules.iter().filter(|rule| rule.at < bytes.len()) {
        if rule.at > start {
            dump.push_section(start..rule.at);
            start = rule.at;
        }
        dump.push_rule(rule, columns);
    }
    dump.push_section(start..bytes.len());
    if dump.lines.is_empty() {
        dump.lines.push(0..0);
    }
    dump.lines
}

struct Dump<'a> {
    bytes: &'a [u8],
    first_offset: u64,
    format: HexFormat,
    row: &'a mut Row,
    lines: Vec<Range<usize>>,
    /// Buffer for the digits of an offset or a byte.
    digits_buffer: String,
}

impl Dump<'_> {
    /// Appends the lines of the bytes between two rules.
    fn push_section(&mut self, range: Range<usize>) {
        let bytes = self.bytes.get(range.clone()).unwrap_or_default();
        for (start, line) in range.step_by(self.format.bytes).zip(bytes.chunks(self.format.bytes)) {
            self.push_line(line, start);
        }
    }

    /// Appends a line of bytes, the first of which is at offset `start`.
    fn push_line(&mut self, line: &[u8], start: usize) {
        if self.format.digits > 0 {
            let offset = self.first_offset.saturating_add(start as u64);
            let width = self.format.digits;
            self.push_digits(format_args!("{offset:0width$x}"), GlyphKind::Mark, start);
            self.push_blanks(2, start);
        }
        for (index, byte) in line.iter().enumerate() {
            self.push_blanks(self.format.gap_before(index), (start + index).saturating_sub(1));
            self.push_digits(format_args!("{byte:02x}"), GlyphKind::Text, start + index);
        }
        let missing = self.format.columns_of(self.format.bytes) - self.format.columns_of(line.len());
        self.push_blanks(missing + 2, (start + line.len()).saturating_sub(1));
        for (source, &byte) in (start..).zip(line) {
            let mut buffer = [0; 4];
            match char::from(byte) {
                ' ' => self.push_blanks(1, source),
                c @ '!'..='~' => self.row.push(c.encode_utf8(&mut buffer), 1, GlyphKind::Text, source),
                _ => self.row.push(".", 1, GlyphKind::Mark, source),
            }
        }
        self.end_line();
    }

    fn push_rule(&mut self, rule: &HexSeparator, width: usize) {
        let label = super::sanitize_line(&rule.text);
        // Leaves room for `── `, a blank, and a piece of the rule.
        let room = width.saturating_sub(5);
        let mut line = if label.is_empty() { String::new() } else { format!("── {} ", truncate(&label, room)) };
        line += &RULE.repeat(width.saturating_sub(columns_of(&line)));
        for cluster in line.graphemes(true) {
            self.row.push(cluster, columns(cluster), GlyphKind::Mark, rule.at);
        }
        self.end_line();
    }

    fn push_digits(&mut self, digits: std::fmt::Arguments<'_>, kind: GlyphKind, source: usize) {
        self.digits_buffer.clear();
        // Writing to a String cannot fail.
        let _ = self.digits_buffer.write_fmt(digits);
        let mut buffer = [0; 4];
        for c in self.digits_buffer.chars() {
            self.row.push(c.encode_utf8(&mut buffer), 1, kind, source);
        }
    }

    fn push_blanks(&mut self, count: usize, source: usize) {
        for _ in 0..count {
            self.row.push(" ", 1, GlyphKind::Blank, source);
        }
    }

    fn end_line(&mut self) {
        let start = self.lines.last().map_or(0, |line| line.end);
        self.lines.push(start..self.row.glyphs().len());
    }
}

/// Truncates a label to `room` columns, with `…` in place of the rest.
fn truncate(label: &str, room: usize) -> Cow<'_, str> {
    if columns_of(label) <= room {
        return Cow::Borrowed(label);
    }
    let mut used = 1;
    let fits = |cluster: &&str| {
        used += columns(cluster);
        used <= room
    };
    let mut kept: String = label.graphemes(true).take_while(fits).collect();
    kept.push('…');
    Cow::Owned(kept)
}

/// Returns the columns of text, summed over its clusters.
fn columns_of(text: &str) -> usize {
    text.graphemes(true).map(columns).sum()
}

#[cfg(test)]
mod tests;
