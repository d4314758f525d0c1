//! Decodes the bytes of one row into glyphs: UTF-8, escape sequences, control characters, grapheme clusters.
//!
//! Bytes that must not reach the terminal become glyphs of kind [`GlyphKind::Mark`]:
//!
//! | bytes | mark |
//! |---|---|
//! | C0 controls and DEL | `^@` to `^_`, `^?` (caret notation, as in `cat -v`) |
//! | C1 controls as UTF-8, bidi controls, invisible characters | `<U+009B>`, `<U+202E>` |
//! | escape sequences | the whole sequence: `^[[2J`, `^[]0;title^G` |
//! | bytes that are not UTF-8 | `\xFF` |
//! | telnet commands | `<DO TERMINAL-TYPE>`, `<IAC GA>` |

use super::escape_sequence;
use super::escape_sequence::SequenceKind;
use super::glyph::{GlyphKind, Row, TAB_STOP, columns};
use super::invisible::{TAGGED_FLAGS, ZWJ, is_invisible, selects_variant};
use super::sgr::Style;
use super::telnet::{self, CommandSet};
use std::fmt::Write as _;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Maximum number of combining marks on one base. The stream-safe format (UAX #15) allows 30, but no orthography needs 8,
/// and large numbers of them are drawn over the neighbouring rows.
const MAX_COMBINING: usize = 8;

/// Maximum number of characters in one cluster. The longest emoji in use have eleven. A chain of joined emoji can have any
/// length, and a terminal that does not support it would draw it across the screen.
const MAX_CLUSTER: usize = 32;

/// Maximum width of a cluster, in columns. A run of Hangul consonants is one cluster and may be wider than the screen.
const MAX_CLUSTER_COLUMNS: usize = 8;

/// Base of a combining mark that has none: the dotted circle, as in the Unicode code charts.
const DEFAULT_BASE: &str = "\u{25cc}";

/// Decodes one row of UTF-8 without telnet commands.
pub(super) fn decode_utf8(bytes: &[u8], row: &mut Row) {
    Decoder::new(row, Escapes::Colour).bytes(bytes, 0);
}

/// Decodes text that is about to be sent, so that every byte is visible.
///
/// Unlike [`super::decode()`], colour sequences become marks, and telnet commands are shown as bytes.
pub fn decode_plain(bytes: &[u8], row: &mut Row) {
    Decoder::new(row, Escapes::Marks).bytes(bytes, 0);
}

/// Decodes text that is being edited: ESC becomes a mark, and the bytes after it are text.
///
/// The glyphs of a cluster do not depend on the text before it; only a tab depends on its column.
pub fn decode_literal(text: &str, row: &mut Row) {
    Decoder::new(row, Escapes::Controls).bytes(text.as_bytes(), 0);
}

/// A row translated to UTF-8 from another charset.
pub(super) struct DecodedInput<'a> {
    /// The row as received.
    pub(super) wire: &'a [u8],
    /// The telnet commands to recognise in it.
    pub(super) commands: CommandSet,
    /// The row in UTF-8. An invalid byte, or a telnet command, is represented by a byte that is invalid in UTF-8.
    pub(super) text: &'a [u8],
    /// The offset in `wire` of the character of each byte of `text`; ascending.
    pub(super) sources: &'a [u32],
}

/// Decodes a translated row. The source of each glyph is an offset in the row as received.
pub(super) fn decode_translated(translated: &DecodedInput<'_>, row: &mut Row) {
    let mut decoder = Decoder::new(row, Escapes::Colour);
    decoder.translated = Some(translated);
    decoder.bytes(translated.text, 0);
    // Done afterwards, so that decoding UTF-8 rows does not get slower.
    row.map_sources(|source| translated.sources.get(source).copied());
}

/// Whether decoding this text would return it unchanged: all characters are visible, and none affects another.
///
/// A fast check in one pass. It may return false for text that decoding leaves unchanged, such as a combining mark on its
/// base.
///
/// # Examples
/// ```
/// use netchat_tui::text::is_harmless;
/// assert!(is_harmless("héllo 漢字"));
/// assert!(!is_harmless("a\u{202e}b"));
/// assert!(!is_harmless("a\tb"));
/// ```
pub fn is_harmless(text: &str) -> bool {
    let is_visible = |c: char| c.width().is_some_and(|columns| columns > 0) && !c.is_control() && !is_invisible(c);
    text.chars().all(|c| matches!(c, ' '..='~') || is_visible(c))
}

/// How escape sequences are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// Colour sequences set the style; others are marks.
    Colour,
    /// All sequences are marks.
    Marks,
    /// Only ESC is a mark; the rest of a sequence is text.
    Controls,
}

struct Decoder<'a> {
    row: &'a mut Row,
    style: Style,
    escapes: Escapes,
    /// Whether an escape sequence is being decoded as a mark, so that its text is part of the mark.
    inside_mark: bool,
    /// The translated row, if it was received in another charset.
    translated: Option<&'a DecodedInput<'a>>,
    /// Buffer for a mark or a cluster.
    word: String,
}

impl<'a> Decoder<'a> {
    fn new(row: &'a mut Row, escapes: Escapes) -> Self {
        row.clear();
        row.set_style(Style::default());
        Self { row, style: Style::default(), escapes, inside_mark: false, translated: None, word: String::new() }
    }

    /// Decodes bytes at offset `source` of the row.
    fn bytes(&mut self, bytes: &[u8], mut source: usize) {
        let mut rest = bytes;
        while let Some(&first) = rest.first() {
            let used = match first {
                0x1b if !self.inside_mark && self.escapes != Escapes::Controls => self.escape(rest, source),
                b'\t' if !self.inside_mark => self.tab(source),
                0x00..=0x1f | 0x7f => self.control(first, source),
                _ => self.text_run(rest, source),
            };
            source += used;
            rest = rest.get(used..).unwrap_or_default();
        }
    }

    fn escape(&mut self, rest: &[u8], source: usize) -> usize {
        let (kind, len) = escape_sequence::sequence_len(rest);
        let sequence = rest.get(..len).unwrap_or(rest);
        if kind == SequenceKind::Sgr && self.escapes == Escapes::Colour {
            let is_supported = self.style.apply(escape_sequence::parameters(sequence));
            self.row.set_style(self.style);
            if is_supported {
                return len;
            }
        }
        self.inside_mark = true;
        self.bytes(sequence, source);
        self.inside_mark = false;
        len
    }

    fn tab(&mut self, source: usize) -> usize {
        let to_next = TAB_STOP - self.row.columns() % TAB_STOP;
        self.row.push(" ", to_next, GlyphKind::Blank, source);
        1
    }

    fn control(&mut self, byte: u8, source: usize) -> usize {
        self.row.push("^", 1, GlyphKind::Mark, source);
        // Caret notation is the control code with bit 6 flipped: 0x1b is `^[`, 0x7f is `^?`.
        let letter = [byte ^ 0x40];
        self.row.push(std::str::from_utf8(&letter).unwrap_or("?"), 1, GlyphKind::Mark, source);
        1
    }

    /// Decodes up to the next C0 control or DEL, and returns the length in bytes: ASCII characters one by one, the rest by
    /// cluster. `rest` must not start with a control.
    fn text_run(&mut self, rest: &[u8], source: usize) -> usize {
        let len = rest.iter().position(|&byte| byte < 0x20 || byte == 0x7f).unwrap_or(rest.len());
        let run = rest.get(..len).unwrap_or(rest);
        let ascii = run.iter().position(|byte| !byte.is_ascii()).unwrap_or(len);
        // The last ASCII character may be the base of a combining mark after it.
        let plain = if ascii == len { len } else { ascii.saturating_sub(1) };
        if let Ok(text) = std::str::from_utf8(run.get(..plain).unwrap_or_default()) {
            self.ascii(text, source);
        }
        self.clusters(run.get(plain..).unwrap_or_default(), source + plain);
        len
    }

    fn ascii(&mut self, text: &str, source: usize) {
        let mut buffer = [0; 4];
        for (offset, c) in text.char_indices() {
            let kind = self.kind_of(c);
            self.row.push(c.encode_utf8(&mut buffer), 1, kind, source + offset);
        }
    }

    fn clusters(&mut self, run: &[u8], mut source: usize) {
        for chunk in run.utf8_chunks() {
            for cluster in chunk.valid().graphemes(true) {
                source += self.split_oversized(cluster, source);
            }
            for &byte in chunk.invalid() {
                self.invalid_byte(byte, source);
                source += 1;
            }
        }
    }

    /// Pushes a mark for an invalid byte, or for the byte or telnet command that it represents in a translated row.
    fn invalid_byte(&mut self, byte: u8, source: usize) {
        let received = self.translated.and_then(|translated| {
            let offset = *translated.sources.get(source)? as usize;
            Some((translated.wire.get(offset..)?, translated.commands))
        });
        let byte = received.and_then(|(wire, _)| wire.first().copied()).unwrap_or(byte);
        let command = received.and_then(|(wire, commands)| wire.get(..telnet::command_len(wire, commands)?));
        match command {
            Some(command) => self.mark(source, format_args!("{}", telnet::format_command(command))),
            None => self.mark(source, format_args!("\\x{byte:02X}")),
        }
    }

    /// Pushes a cluster, split into pieces if it exceeds the limits. Returns its length in bytes.
    fn split_oversized(&mut self, cluster: &str, source: usize) -> usize {
        let mut rest = cluster;
        let mut at = source;
        while !rest.is_empty() {
            // Only the piece is measured, as a cluster can be as long as the row.
            let cut = |limit| rest.char_indices().nth(limit).map_or(rest, |(end, _)| rest.split_at(end).0);
            let piece = Some(cut(MAX_CLUSTER)).filter(|piece| columns(piece) <= MAX_CLUSTER_COLUMNS);
            let (piece, after) = rest.split_at(piece.unwrap_or_else(|| cut(1)).len());
            if at == source {
                self.cluster(piece, at);
            } else {
                self.compose_cluster(piece, at, CombiningBase::InPreviousPiece);
            }
            at += piece.len();
            rest = after;
        }
        cluster.len()
    }

    fn cluster(&mut self, cluster: &str, source: usize) {
        let mut chars = cluster.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !is_invisible(c) && !c.is_control() && c.width() != Some(0) => {
                let kind = self.kind_of(c);
                self.row.push(cluster, columns(cluster), kind, source);
            }
            _ => self.compose_cluster(cluster, source, CombiningBase::Missing),
        }
    }

    /// Pushes a cluster of several characters, or of a character without width: first its visible characters, then marks
    /// for the others.
    fn compose_cluster(&mut self, cluster: &str, source: usize, missing_base: CombiningBase) {
        let base = cluster.chars().next().unwrap_or_default();
        let mut visible = std::mem::take(&mut self.word);
        visible.clear();
        let mut hidden = Vec::new();
        let mut combining = 0;
        let is_tagged_flag = TAGGED_FLAGS.contains(&cluster);
        for (at, c) in cluster.char_indices() {
            let next = cluster.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
            let is_shown = match c {
                ZWJ => !visible.is_empty() && next.is_some_and(|n| n.width() != Some(0) && !is_invisible(n)),
                c if is_invisible(c) || c.is_control() => {
                    is_tagged_flag || visible.chars().next_back().is_some_and(|base| selects_variant(base, c))
                }
                c if c.width() == Some(0) => {
                    combining += 1;
                    combining <= MAX_COMBINING
                        && (!visible.is_empty() || missing_base == CombiningBase::Missing && add_base(&mut visible, c))
                }
                _ => true,
            };
            if is_shown {
                visible.push(c);
            } else {
                hidden.push((source + at, c));
            }
        }
        if !visible.is_empty() {
            let kind = self.kind_of(base);
            self.row.push(&visible, columns(&visible), kind, source);
        }
        self.word = visible;
        for (source, c) in hidden {
            self.mark(source, format_args!("<U+{:04X}>", u32::from(c)));
        }
    }

    fn mark(&mut self, source: usize, words: std::fmt::Arguments<'_>) {
        let mut word = std::mem::take(&mut self.word);
        word.clear();
        // Writing to a String cannot fail.
        let _ = word.write_fmt(words);
        let mut buffer = [0; 4];
        for c in word.chars() {
            self.row.push(c.encode_utf8(&mut buffer), 1, GlyphKind::Mark, source);
        }
        self.word = word;
    }

    const fn kind_of(&self, c: char) -> GlyphKind {
        match c {
            _ if self.inside_mark => GlyphKind::Mark,
            // Without U+00A0 and other non-breaking blanks.
            ' ' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200a}' | '\u{3000}' => GlyphKind::Blank,
            _ => GlyphKind::Text,
        }
    }
}

/// Where the base of a combining mark at the start of a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CombiningBase {
    /// There is none; a dotted circle is added.
    Missing,
    /// It is in the previous piece, which is full.
    InPreviousPiece,
}

/// Adds the dotted circle to `visible` as the base of `c`. Returns false if the two do not form one cluster, as with half a
/// Hangul syllable.
fn add_base(visible: &mut String, c: char) -> bool {
    visible.push_str(DEFAULT_BASE);
    visible.push(c);
    let is_one_cluster = visible.graphemes(true).count() == 1;
    visible.truncate(if is_one_cluster { DEFAULT_BASE.len() } else { 0 });
    is_one_cluster
}

#[cfg(test)]
mod tests;
