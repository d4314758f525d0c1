//! A hex dump back to the bytes.

use super::RULE;
use super::format::HexFormat;
use thiserror::Error;

/// Why a text is no hex dump as [`super::hex()`] writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HexError {
    /// The line of this number, counted from 1, is neither a rule nor bytes in any of the forms.
    #[error("line {0} is no line of a hex dump: its bytes and its characters must say the same")]
    NoDump(usize),
}

/// The bytes of a hex dump, the lines of which are as [`super::hex()`] gives them, in whatever form, each ended by a
/// newline but perhaps the last.
///
/// Rules and empty lines are passed over, and offsets are not looked at, so parts of dumps may follow each other.
/// Blanks at the end of a line may be missing, as they are in what was copied from a screen.
///
/// # Errors
/// If a line is something else, or its characters are not those of its bytes.
///
/// # Examples
/// ```
/// use netchat_tui::text::{HexError, parse_hex_dump};
/// assert_eq!(parse_hex_dump("── read ──\n000000  68 69 0d 0a  hi..\n"), Ok(b"hi\r\n".to_vec()));
/// assert_eq!(parse_hex_dump("000000  68 69 0d 0a  ho.."), Err(HexError::NoDump(1)));
/// ```
pub fn parse_hex_dump(text: &str) -> Result<Vec<u8>, HexError> {
    let mut bytes = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim_end_matches(' ');
        if line.is_empty() || line.starts_with(RULE) {
            continue;
        }
        let line = without_offset(line).as_bytes();
        // The characters tell the forms from each other: digits in one form are characters in another, and could only
        // be both if a digit were the character that it is the digit of.
        let read = HexFormat::all().find_map(|form| read(form, line)).ok_or(HexError::NoDump(n + 1))?;
        bytes.extend_from_slice(&read);
    }
    Ok(bytes)
}

/// No form begins with more than four digits together but for an offset, which has six at least.
fn without_offset(line: &str) -> &str {
    match line.split_once("  ") {
        Some((offset, rest)) if offset.len() >= 6 && offset.bytes().all(|b| b.is_ascii_hexdigit()) => rest,
        _ => line,
    }
}

/// The bytes of a line in this form, if it is in this form.
fn read(form: HexFormat, line: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(form.bytes);
    let mut at = 0;
    for n in 0..form.bytes {
        let gap = form.gap_before(n);
        // Blanks where digits could be, or nothing: the line is a short one.
        let there = line.get(at..at + gap + 2).and_then(|there| there.split_at_checked(gap));
        let Some((before, byte)) = there.and_then(|(before, digits)| Some((before, byte(digits)?))) else { break };
        if before.iter().any(|&b| b != b' ') {
            return None;
        }
        bytes.push(byte);
        at += gap + 2;
    }
    let (gap, characters) = line.split_at_checked(form.columns_of(form.bytes) + 2).unwrap_or((line, b""));
    let is_blank = gap.get(at..).unwrap_or_default().iter().all(|&b| b == b' ');
    let expected: Vec<u8> = bytes.iter().map(|&b| if matches!(b, b' '..=b'~') { b } else { b'.' }).collect();
    (!bytes.is_empty() && is_blank && expected.trim_ascii_end() == characters.trim_ascii_end()).then_some(bytes)
}

fn byte(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}
