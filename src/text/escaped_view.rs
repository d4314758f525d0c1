//! The escaped view, a reversible text representation in which every byte is distinguishable.
//!
//! | bytes | representation |
//! |---|---|
//! | backslash | `\\` |
//! | 0D, 0A, 09 | `\r`, `\n`, `\t` |
//! | all other controls, bytes that are not UTF-8 | `\x00`, `\x1B`, `\xFF` |
//! | characters that are invisible, or that combine with others | their bytes: `\xE2\x80\xAE` |
//! | all others | unchanged |
//!
//! Bytes are decoded as UTF-8 whatever the charset of the peer is, since this view shows the bytes rather than their
//! meaning. Only the first visible character of a grapheme cluster (UAX #29) is shown as such. Characters that combine with
//! it are shown as bytes, so that the two forms of `é`, one character or two (`e\xCC\x81`), look different.

use super::glyph::{GlyphKind, Row, columns};
use super::invisible::is_invisible;
use super::sgr::Style;
use thiserror::Error;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Escapes the bytes of a row, line end included, into `row`, which is cleared first.
///
/// Each character of an escape is a glyph of kind [`GlyphKind::Mark`] whose `source` is the offset of the byte. Each other
/// character is a glyph of its own, and lines may break at the blank 20. Accepts any bytes; [`unescape`] restores them from
/// [`Row::text`].
///
/// # Examples
/// ```
/// use netchat_tui::text::{Row, escape};
/// let mut row = Row::default();
/// escape(b"caf\xc3\xa9\t\x1b[2J\xff\r\n", &mut row);
/// assert_eq!(row.text(), r"café\t\x1B[2J\xFF\r\n");
/// ```
pub fn escape(bytes: &[u8], row: &mut Row) {
    row.clear();
    row.set_style(Style::default());
    let mut buffer = [0; 4];
    pieces(bytes, |source, piece| match piece {
        EscapedPiece::Visible(' ') => row.push(" ", 1, GlyphKind::Blank, source),
        EscapedPiece::Visible(c) => {
            let c = c.encode_utf8(&mut buffer);
            row.push(c, columns(c), GlyphKind::Text, source);
        }
        EscapedPiece::Byte(byte) => {
            for c in escape_of(byte) {
                row.push(c.encode_utf8(&mut buffer), 1, GlyphKind::Mark, source);
            }
        }
    });
}

/// Appends the escaped text to `out` without creating glyphs, for files.
pub fn escape_to(bytes: &[u8], out: &mut String) {
    pieces(bytes, |_, piece| match piece {
        EscapedPiece::Visible(c) => out.push(c),
        EscapedPiece::Byte(byte) => out.extend(escape_of(byte)),
    });
}

/// An invalid escape. Offsets are in bytes from the start of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EscapeError {
    /// The text ends inside the escape at this offset.
    #[error("the escape at byte {0} is incomplete; write a backslash as \\\\ and a byte as \\xNN")]
    Incomplete(usize),
    /// The `\x` at this offset is not followed by two hexadecimal digits.
    #[error("the \\x at byte {0} needs two hexadecimal digits, as in \\x1B")]
    InvalidDigits(usize),
    /// The escape at this offset is unknown.
    #[error("the escape at byte {0} is not one of \\\\, \\r, \\n, \\t or \\xNN")]
    Unknown(usize),
}

/// Returns the bytes that an escaped text represents. Hexadecimal digits may have either case.
///
/// All other characters represent themselves in UTF-8, including those that [`escape`] would escape.
///
/// # Errors
/// If a backslash does not begin `\\`, `\r`, `\n`, `\t` or `\xNN`.
///
/// # Examples
/// ```
/// use netchat_tui::text::{EscapeError, unescape};
/// assert_eq!(unescape(r"hé\x00\r\n")?, b"h\xc3\xa9\0\r\n");
/// assert_eq!(unescape(r"C:\dir"), Err(EscapeError::Unknown(2)));
/// # Ok::<(), EscapeError>(())
/// ```
pub fn unescape(text: &str) -> Result<Vec<u8>, EscapeError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(literal.as_bytes());
        let offset = text.len() - after.len() - 1;
        let mut chars = after.chars();
        let byte = match chars.next().ok_or(EscapeError::Incomplete(offset))? {
            '\\' => b'\\',
            'r' => b'\r',
            'n' => b'\n',
            't' => b'\t',
            'x' => {
                let mut digit = || chars.next().ok_or(EscapeError::Incomplete(offset)).map(|c| c.to_digit(16));
                let (Some(high), Some(low)) = (digit()?, digit()?) else {
                    return Err(EscapeError::InvalidDigits(offset));
                };
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            _ => return Err(EscapeError::Unknown(offset)),
        };
        bytes.push(byte);
        rest = chars.as_str();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// The representation of one character or byte.
enum EscapedPiece {
    /// A character that is shown unchanged.
    Visible(char),
    /// A byte that is escaped.
    Byte(u8),
}

/// Passes the pieces of `bytes` to `each`, in order, with the offset of their first byte.
fn pieces(bytes: &[u8], mut each: impl FnMut(usize, EscapedPiece)) {
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        at = valid_pieces(chunk.valid(), at, &mut each);
        for &byte in chunk.invalid() {
            each(at, EscapedPiece::Byte(byte));
            at += 1;
        }
    }
}

/// Passes the pieces of UTF-8 text at offset `at` to `each`. Returns the offset after it.
fn valid_pieces(text: &str, mut at: usize, each: &mut impl FnMut(usize, EscapedPiece)) -> usize {
    // ASCII needs no clusters: characters that combine with it are escaped in any case.
    let (ascii, rest) = text.split_at(text.bytes().position(|byte| !byte.is_ascii()).unwrap_or(text.len()));
    for c in ascii.chars() {
        at = character_pieces(c, is_visible_alone(c), at, each);
    }
    for cluster in rest.graphemes(true) {
        let mut has_visible = false;
        for c in cluster.chars() {
            let is_visible = !has_visible && is_visible_alone(c);
            has_visible |= is_visible;
            at = character_pieces(c, is_visible, at, each);
        }
    }
    at
}

/// Passes a character at offset `at` to `each`, unchanged or as its bytes. Returns the offset after it.
fn character_pieces(c: char, is_visible: bool, at: usize, each: &mut impl FnMut(usize, EscapedPiece)) -> usize {
    if is_visible {
        each(at, EscapedPiece::Visible(c));
    } else {
        let mut buffer = [0; 4];
        (at..).zip(c.encode_utf8(&mut buffer).bytes()).for_each(|(at, byte)| each(at, EscapedPiece::Byte(byte)));
    }
    at + c.len_utf8()
}

/// Whether a character is visible, is no blank other than the ASCII one, and does not affect its neighbours.
fn is_visible_alone(c: char) -> bool {
    if c.is_ascii() {
        return c != '\\' && !c.is_ascii_control();
    }
    let is_visible = c.width().is_some_and(|columns| columns > 0) && !c.is_control() && !is_invisible(c);
    // Other blanks, and the empty Braille cell, look like the ASCII blank.
    let is_blank = c.is_whitespace() || c == '\u{2800}';
    // Terminals disagree on the width of a single regional indicator.
    let is_regional_indicator = matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    is_visible && !is_blank && !is_regional_indicator && !is_conjoining_jamo(c) && is_cluster_isolated(c)
}

/// Whether a Hangul letter combines into a syllable with its neighbours (Unicode 3.12).
const fn is_conjoining_jamo(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

/// Whether a character forms no cluster with a letter before or after it (UAX #29, rules 9 to 9b). Skin tones, vowel signs
/// and signs that enclose the digits after them do.
fn is_cluster_isolated(c: char) -> bool {
    let between_letters: String = ['x', c, 'x'].into_iter().collect();
    between_letters.graphemes(true).count() == 3
}

/// Returns the escape for a byte.
fn escape_of(byte: u8) -> impl Iterator<Item = char> {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase();
    let (letters, len) = match byte {
        b'\\' => (['\\', '\\', ' ', ' '], 2),
        b'\r' => (['\\', 'r', ' ', ' '], 2),
        b'\n' => (['\\', 'n', ' ', ' '], 2),
        b'\t' => (['\\', 't', ' ', ' '], 2),
        _ => (['\\', 'x', digit(byte >> 4), digit(byte & 15)], 4),
    };
    letters.into_iter().take(len)
}

#[cfg(test)]
mod tests;
