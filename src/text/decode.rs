//! Bytes of one row to glyphs: UTF-8, escapes, controls, clusters.
//!
//! How things that must not reach the terminal are written, always in glyphs of kind [`GlyphKind::Mark`]:
//!
//! | bytes | mark |
//! |---|---|
//! | C0 controls and DEL | `^@` to `^_`, `^?` (caret notation, as `cat -v` and `stty` have it) |
//! | C1 controls as UTF-8, bidi controls, invisible characters | `<U+009B>`, `<U+202E>` |
//! | escape sequences | the same, the whole sequence: `^[[2J`, `^[]0;title^G` |
//! | bytes that are not UTF-8 | `\xFF` |
//! | telnet's commands | `<DO TERMINAL-TYPE>`, `<IAC GA>` |

use super::escape_sequence;
use super::escape_sequence::SequenceKind;
use super::glyph::{GlyphKind, Row, TAB_STOP, columns};
use super::invisible::{TAGGED_FLAGS, ZWJ, is_invisible, selects_variant};
use super::sgr::Style;
use super::telnet::{self, CommandSet};
use std::fmt::Write as _;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Combining marks kept on one base. Unicode's stream-safe format (UAX #15) allows 30; no orthography needs 8, and
/// a hundred of them paint over the rows above and below.
const MAX_COMBINING: usize = 8;

/// Characters kept in one cluster. The longest emoji in use have eleven; a chain of joined ones has no end, and a
/// terminal that does not know it would write it across the screen.
const MAX_CLUSTER: usize = 32;

/// Columns a cluster may take. A run of Hangul consonants is one cluster and could be wider than the window.
const MAX_CLUSTER_COLUMNS: usize = 8;

/// What a combining mark without a base sits on (the dotted circle, as in the code charts).
const NO_BASE: &str = "\u{25cc}";

/// Decodes one row of UTF-8 in which there are no commands of telnet.
pub(super) fn decode_utf8(bytes: &[u8], row: &mut Row) {
    Decoder::new(row, Escapes::Colour).bytes(bytes, 0);
}

/// The same as [`super::decode()`], with colour sequences shown as marks like all others, and commands of telnet as the
/// bytes they are: for what is about to be sent, where every byte should be seen.
pub fn decode_plain(bytes: &[u8], row: &mut Row) {
    Decoder::new(row, Escapes::Marks).bytes(bytes, 0);
}

/// The same, with ESC as a mark of its own and what follows it as the text it is: for what is being edited.
///
/// A cluster is shown as it would be alone, whatever stands before it; only a tab depends on its column.
pub fn decode_literal(text: &str, row: &mut Row) {
    Decoder::new(row, Escapes::Controls).bytes(text.as_bytes(), 0);
}

/// A row in UTF-8 that came off the wire as something else.
pub(super) struct DecodedInput<'a> {
    /// The row as it came.
    pub(super) wire: &'a [u8],
    /// The commands that count in it.
    pub(super) commands: CommandSet,
    /// The same in UTF-8. A byte that has no meaning in its charset is a byte that has none in UTF-8 either, and so is
    /// what stands for a command of telnet.
    pub(super) text: &'a [u8],
    /// For each byte of `text` the offset in `wire` of the character it belongs to; never goes back.
    pub(super) sources: &'a [u32],
}

/// Decodes what was translated; each glyph's source is an offset in what came off the wire.
pub(super) fn decode_translated(translated: &DecodedInput<'_>, row: &mut Row) {
    let mut decoder = Decoder::new(row, Escapes::Colour);
    decoder.translated = Some(translated);
    decoder.bytes(translated.text, 0);
    // Afterwards and not glyph by glyph: a row that is UTF-8 is not to pay for those that are not.
    row.map_sources(|at| translated.sources.get(at).copied());
}

/// Whether a row of this text is the text and nothing else: all of it is seen, and no character acts on another.
///
/// A look at each character once, for whoever would decode only to find nothing to do. It may say no where decoding
/// finds nothing either: a combining mark is fine on some bases, and only the decoder knows them.
///
/// # Examples
/// ```
/// use netchat_tui::text::is_harmless;
/// assert!(is_harmless("héllo 漢字"));
/// assert!(!is_harmless("a\u{202e}b"));
/// assert!(!is_harmless("a\tb"));
/// ```
pub fn is_harmless(text: &str) -> bool {
    let is_seen = |c: char| c.width().is_some_and(|columns| columns > 0) && !c.is_control() && !is_invisible(c);
    text.chars().all(|c| matches!(c, ' '..='~') || is_seen(c))
}

/// What escape sequences are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// Colour, where they are of that kind, or else marks.
    Colour,
    /// Marks.
    Marks,
    /// Nothing but a control character and some text.
    Controls,
}

struct Decoder<'a> {
    row: &'a mut Row,
    style: Style,
    escapes: Escapes,
    /// Inside an escape sequence that is being spelled out, text too is part of the mark.
    inside_mark: bool,
    /// Where the text comes from, unless from the wire as it is.
    translated: Option<&'a DecodedInput<'a>>,
    /// Scratch space for a mark or cluster being put together.
    word: String,
}

impl<'a> Decoder<'a> {
    fn new(row: &'a mut Row, escapes: Escapes) -> Self {
        row.clear();
        row.set_style(Style::default());
        Self { row, style: Style::default(), escapes, inside_mark: false, translated: None, word: String::new() }
    }

    /// Decodes bytes that stand at offset `source` of the row.
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
            let understood = self.style.apply(escape_sequence::parameters(sequence));
            self.row.set_style(self.style);
            if understood {
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

    /// Everything up to the next C0 control: printable ASCII at once, the rest by cluster. `rest` starts with neither.
    fn text_run(&mut self, rest: &[u8], source: usize) -> usize {
        let len = rest.iter().position(|&byte| byte < 0x20 || byte == 0x7f).unwrap_or(rest.len());
        let run = rest.get(..len).unwrap_or(rest);
        let ascii = run.iter().position(|byte| !byte.is_ascii()).unwrap_or(len);
        // A combining mark may follow: then the last ASCII character belongs to its cluster.
        let plain = if ascii == len { len } else { ascii.saturating_sub(1) };
        if let Ok(text) = std::str::from_utf8(run.get(..plain).unwrap_or_default()) {
            self.ascii(text, source);
        }
        self.clusters(run.get(plain..).unwrap_or_default(), source + plain);
        len
    }

    fn ascii(&mut self, text: &str, source: usize) {
        let mut buffer = [0; 4];
        for (n, c) in text.char_indices() {
            let kind = self.kind_of(c);
            self.row.push(c.encode_utf8(&mut buffer), 1, kind, source + n);
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

    /// A byte that is no part of a character, or that stands for one or for a command in what was translated.
    fn invalid_byte(&mut self, byte: u8, source: usize) {
        let on_the_wire = self.translated.and_then(|translated| {
            let at = *translated.sources.get(source)? as usize;
            Some((translated.wire.get(at..)?, translated.commands))
        });
        let byte = on_the_wire.and_then(|(wire, _)| wire.first().copied()).unwrap_or(byte);
        let command = on_the_wire.and_then(|(wire, commands)| wire.get(..telnet::measure(wire, commands)?));
        match command {
            Some(command) => self.mark(source, format_args!("{}", telnet::describe(command))),
            None => self.mark(source, format_args!("\\x{byte:02X}")),
        }
    }

    /// A cluster, in pieces if it is longer or wider than any that is meant to be read. Gives its length in bytes.
    fn split_oversized(&mut self, cluster: &str, source: usize) -> usize {
        let mut rest = cluster;
        let mut at = source;
        while !rest.is_empty() {
            // Only a piece is ever measured: a cluster can be as long as the row.
            let cut = |limit| rest.char_indices().nth(limit).map_or(rest, |(at, _)| rest.split_at(at).0);
            let piece = Some(cut(MAX_CLUSTER)).filter(|piece| columns(piece) <= MAX_CLUSTER_COLUMNS);
            let (piece, after) = rest.split_at(piece.unwrap_or_else(|| cut(1)).len());
            if at == source {
                self.cluster(piece, at);
            } else {
                self.compose_cluster(piece, at, CombiningBase::Passed);
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
            _ => self.compose_cluster(cluster, source, CombiningBase::Wanted),
        }
    }

    /// A cluster of several characters, or of one that has no width: what can be seen of it first, then marks for
    /// what cannot.
    fn compose_cluster(&mut self, cluster: &str, source: usize, when_baseless: CombiningBase) {
        let base = cluster.chars().next().unwrap_or_default();
        let mut seen = std::mem::take(&mut self.word);
        seen.clear();
        let mut hidden = Vec::new();
        let mut combining = 0;
        let is_tagged_flag = TAGGED_FLAGS.contains(&cluster);
        for (at, c) in cluster.char_indices() {
            let next = cluster.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
            let has_place = match c {
                ZWJ => !seen.is_empty() && next.is_some_and(|n| n.width() != Some(0) && !is_invisible(n)),
                c if is_invisible(c) || c.is_control() => {
                    is_tagged_flag || seen.chars().next_back().is_some_and(|before| selects_variant(before, c))
                }
                c if c.width() == Some(0) => {
                    combining += 1;
                    combining <= MAX_COMBINING
                        && (!seen.is_empty() || when_baseless == CombiningBase::Wanted && give_base(&mut seen, c))
                }
                _ => true,
            };
            if has_place {
                seen.push(c);
            } else {
                hidden.push((source + at, c));
            }
        }
        if !seen.is_empty() {
            let kind = self.kind_of(base);
            self.row.push(&seen, columns(&seen), kind, source);
        }
        self.word = seen;
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
            // Not U+00A0 and its kin: they ask not to be broken at.
            ' ' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200a}' | '\u{3000}' => GlyphKind::Blank,
            _ => GlyphKind::Text,
        }
    }
}

/// What a combining mark at the start of a piece is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CombiningBase {
    /// It has no base and gets one to sit on.
    Wanted,
    /// Its base was in the piece before and is full.
    Passed,
}

/// Puts the dotted circle into `seen` for `c` to sit on. Half a Hangul syllable does not sit on it.
fn give_base(seen: &mut String, c: char) -> bool {
    seen.push_str(NO_BASE);
    seen.push(c);
    let sits = seen.graphemes(true).count() == 1;
    seen.truncate(if sits { NO_BASE.len() } else { 0 });
    sits
}

#[cfg(test)]
mod tests;
