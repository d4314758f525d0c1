//! The view in which every byte can be told: text that stands for exactly one run of bytes, and the way back.
//!
//! | bytes | written |
//! |---|---|
//! | backslash | `\\` |
//! | 0D, 0A, 09 | `\r`, `\n`, `\t` |
//! | all other controls, bytes that are not UTF-8 | `\x00`, `\x1B`, `\xFF` |
//! | characters that are not seen, or not by themselves | their bytes: `\xE2\x80\xAE` |
//! | all others | themselves |
//!
//! Bytes are read as UTF-8 whatever the charset of the peer is: this view answers what was sent, not what was meant. Of
//! a grapheme cluster (UAX #29) one character is seen, the first that can be; what only changes its look is bytes, so
//! that `é` in one character and in two (`e\xCC\x81`) look different.

use super::glyph::{GlyphKind, Row, columns};
use super::invisible::is_invisible;
use super::sgr::Style;
use thiserror::Error;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Writes a row's bytes, its line end included, into `row`, which is cleared first.
///
/// Each character of an escape is a glyph of kind [`GlyphKind::Mark`] and has as `source` the byte it stands for; all
/// else is as it was said, a glyph for each character, with the blank 20 as the place where lines may break. Total, and
/// [`unescape`] gives the bytes back from [`Row::text`].
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

/// Appends the same text to `out`, for files: no glyphs are made.
pub fn escape_to(bytes: &[u8], out: &mut String) {
    pieces(bytes, |_, piece| match piece {
        EscapedPiece::Visible(c) => out.push(c),
        EscapedPiece::Byte(byte) => out.extend(escape_of(byte)),
    });
}

/// Why a text is not one that [`escape`] writes. Offsets are in bytes from the start of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EscapeError {
    /// The text ends inside the escape at this offset.
    #[error("the escape at byte {0} breaks off; a backslash is written \\\\ and a byte \\xNN")]
    BrokenOff(usize),
    /// After the `\x` at this offset there are no two hexadecimal digits.
    #[error("the \\x at byte {0} needs two hexadecimal digits, as in \\x1B")]
    NoByte(usize),
    /// There is no escape like the one at this offset.
    #[error("the escape at byte {0} is none of \\\\, \\r, \\n, \\t and \\xNN")]
    NoEscape(usize),
}

/// The bytes that a text of [`escape`] stands for; hexadecimal digits in either case.
///
/// Whatever is no escape stands for itself in UTF-8, also where [`escape`] would have written something else.
///
/// # Errors
/// If a backslash begins none of `\\`, `\r`, `\n`, `\t`, `\xNN`.
///
/// # Examples
/// ```
/// use netchat_tui::text::{EscapeError, unescape};
/// assert_eq!(unescape(r"hé\x00\r\n")?, b"h\xc3\xa9\0\r\n");
/// assert_eq!(unescape(r"C:\dir"), Err(EscapeError::NoEscape(2)));
/// # Ok::<(), EscapeError>(())
/// ```
pub fn unescape(text: &str) -> Result<Vec<u8>, EscapeError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((said, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(said.as_bytes());
        let at = text.len() - after.len() - 1;
        let mut chars = after.chars();
        let byte = match chars.next().ok_or(EscapeError::BrokenOff(at))? {
            '\\' => b'\\',
            'r' => b'\r',
            'n' => b'\n',
            't' => b'\t',
            'x' => {
                let mut digit = || chars.next().ok_or(EscapeError::BrokenOff(at)).map(|c| c.to_digit(16));
                let (Some(high), Some(low)) = (digit()?, digit()?) else { return Err(EscapeError::NoByte(at)) };
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            _ => return Err(EscapeError::NoEscape(at)),
        };
        bytes.push(byte);
        rest = chars.as_str();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// What one or several bytes are shown as.
enum EscapedPiece {
    /// A character as it was said.
    Visible(char),
    /// A byte that has to be spelled.
    Byte(u8),
}

/// Takes bytes apart, in order, giving each piece with the offset of its first byte.
fn pieces(bytes: &[u8], mut each: impl FnMut(usize, EscapedPiece)) {
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        at = valid(chunk.valid(), at, &mut each);
        for &byte in chunk.invalid() {
            each(at, EscapedPiece::Byte(byte));
            at += 1;
        }
    }
}

/// Takes UTF-8 apart that begins at offset `at`. Gives the offset behind it.
fn valid(text: &str, mut at: usize, each: &mut impl FnMut(usize, EscapedPiece)) -> usize {
    // ASCII is seen or not whatever is around it, and what joins it from behind is bytes with it or without.
    let (ascii, rest) = text.split_at(text.bytes().position(|byte| !byte.is_ascii()).unwrap_or(text.len()));
    for c in ascii.chars() {
        at = character(c, is_seen_alone(c), at, each);
    }
    for cluster in rest.graphemes(true) {
        let mut has_look = false;
        for c in cluster.chars() {
            let is_seen = !has_look && is_seen_alone(c);
            has_look |= is_seen;
            at = character(c, is_seen, at, each);
        }
    }
    at
}

/// Gives a character at offset `at` as it is or as its bytes. Gives the offset behind it.
fn character(c: char, is_seen: bool, at: usize, each: &mut impl FnMut(usize, EscapedPiece)) -> usize {
    if is_seen {
        each(at, EscapedPiece::Visible(c));
    } else {
        let mut buffer = [0; 4];
        (at..).zip(c.encode_utf8(&mut buffer).bytes()).for_each(|(at, byte)| each(at, EscapedPiece::Byte(byte)));
    }
    at + c.len_utf8()
}

/// Whether a character is seen, is not taken for another that looks like nothing either, and leaves its neighbours
/// alone.
fn is_seen_alone(c: char) -> bool {
    if c.is_ascii() {
        return c != '\\' && !c.is_ascii_control();
    }
    let has_look = c.width().is_some_and(|columns| columns > 0) && !c.is_control() && !is_invisible(c);
    // Blanks of other kinds look like the one that stands for 20, and so does the Braille cell without dots.
    let is_blank = c.is_whitespace() || c == '\u{2800}';
    // Half a flag is a letter in a box to one terminal, and to the next two columns of it.
    let is_half_a_flag = matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    has_look && !is_blank && !is_half_a_flag && !is_conjoining_jamo(c) && is_cluster_isolated(c)
}

/// Letters that make a syllable with those around them (Unicode 3.12): seen alone at best until one follows.
const fn is_conjoining_jamo(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

/// Whether a character makes no cluster with a letter before or after it (UAX #29, rules 9 to 9b): not so a skin tone,
/// a vowel sign, a sign that encloses the digits after it.
fn is_cluster_isolated(c: char) -> bool {
    let between_letters: String = ['x', c, 'x'].into_iter().collect();
    between_letters.graphemes(true).count() == 3
}

/// The escape for a byte.
fn escape_of(byte: u8) -> impl Iterator<Item = char> {
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0').to_ascii_uppercase();
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
