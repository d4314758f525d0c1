//! Parses a hex dump.

use super::RULE;
use super::format::HexFormat;
use thiserror::Error;

/// Why a text is not a hex dump of [`super::hex()`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HexError {
    /// The line of this number, from 1, is neither a rule nor a line of bytes.
    #[error("line {0} is not a line of a hex dump: its digits and its characters must match")]
    InvalidLine(usize),
}

/// Returns the bytes of a hex dump with lines in any format of [`super::hex()`].
///
/// Rules, empty lines and offsets are ignored, so parts of several dumps may follow each other. Trailing blanks may be
/// missing, as in text copied from a screen.
///
/// # Errors
/// If a line is something else, or its characters do not match its digits.
///
/// # Examples
/// ```
/// use netchat_tui::text::{HexError, parse_hex_dump};
/// assert_eq!(parse_hex_dump("── read ──\n000000  68 69 0d 0a  hi..\n"), Ok(b"hi\r\n".to_vec()));
/// assert_eq!(parse_hex_dump("000000  68 69 0d 0a  ho.."), Err(HexError::InvalidLine(1)));
/// ```
pub fn parse_hex_dump(text: &str) -> Result<Vec<u8>, HexError> {
    let mut bytes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end_matches(' ');
        if line.is_empty() || line.starts_with(RULE) {
            continue;
        }
        let line = without_offset(line).as_bytes();
        // At most one format matches: the digits of one format are characters of another, and a digit is never the
        // character that it encodes.
        let parsed =
            HexFormat::all().find_map(|format| parse_line(format, line)).ok_or(HexError::InvalidLine(index + 1))?;
        bytes.extend_from_slice(&parsed);
    }
    Ok(bytes)
}

/// Removes the offset. It has at least six digits, and a group at most four.
fn without_offset(line: &str) -> &str {
    match line.split_once("  ") {
        Some((offset, rest)) if offset.len() >= 6 && offset.bytes().all(|b| b.is_ascii_hexdigit()) => rest,
        _ => line,
    }
}

/// Parses a line in this format; `None` if it has another one.
fn parse_line(format: HexFormat, line: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(format.bytes);
    let mut at = 0;
    for index in 0..format.bytes {
        let gap = format.gap_before(index);
        // The line is a short one if there are no digits.
        let field = line.get(at..at + gap + 2).and_then(|field| field.split_at_checked(gap));
        let Some((before, byte)) = field.and_then(|(before, digits)| Some((before, parse_byte(digits)?))) else {
            break;
        };
        if before.iter().any(|&b| b != b' ') {
            return None;
        }
        bytes.push(byte);
        at += gap + 2;
    }
    let (gap, characters) = line.split_at_checked(format.columns_of(format.bytes) + 2).unwrap_or((line, b""));
    let is_blank = gap.get(at..).unwrap_or_default().iter().all(|&b| b == b' ');
    let expected: Vec<u8> = bytes.iter().map(|&b| if matches!(b, b' '..=b'~') { b } else { b'.' }).collect();
    (!bytes.is_empty() && is_blank && expected.trim_ascii_end() == characters.trim_ascii_end()).then_some(bytes)
}

fn parse_byte(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}
