//! From a byte of a text to its line and column.

use super::diagnostic::Diagnostic;
use std::fmt;

/// Where something stands in a file. Both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePosition {
    /// The line.
    pub line: usize,
    /// The column, in characters, as editors count them.
    pub column: usize,
}

impl SourcePosition {
    /// The very beginning.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// As it is told: `line 3, column 5`.
impl fmt::Display for SourcePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A text whose lines have been counted once, so that a file of mistakes is not counted through for each of them.
pub(super) struct LineIndex<'a> {
    text: &'a str,
    /// Where each line begins, in bytes. Never empty.
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let behind = memchr::memchr_iter(b'\n', text.as_bytes()).map(|newline| newline + 1);
        Self { text, starts: std::iter::once(0).chain(behind).collect() }
    }

    /// Where this byte is. One behind the last is where the next character would stand.
    pub(super) fn place(&self, byte: usize) -> SourcePosition {
        let line = self.starts.partition_point(|&start| start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let byte = (start..=byte.min(self.text.len())).rev().find(|&byte| self.text.is_char_boundary(byte));
        let before = byte.and_then(|byte| self.text.get(start..byte)).unwrap_or_default();
        // A byte order mark is no character to anybody who looks at the file, nor is the CR of a CRLF.
        let before = before.trim_start_matches('\u{feff}').trim_end_matches('\r');
        SourcePosition { line, column: before.chars().count() + 1 }
    }

    /// The line that this byte is in, without its end.
    pub(super) fn line_at(&self, byte: usize) -> &'a str {
        let line = self.starts.partition_point(|&start| start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
    }
}

/// The text of a file.
///
/// # Errors
/// If it is not UTF-8: where it stops being so.
pub fn utf8(bytes: &[u8]) -> Result<&str, Diagnostic> {
    let wrong = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(wrong) => wrong.valid_up_to(),
    };
    let good = bytes.get(..wrong).and_then(|good| std::str::from_utf8(good).ok()).unwrap_or_default();
    let byte = bytes.get(wrong).copied().unwrap_or_default();
    let says = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "This file is UTF-16. Have the editor save it as UTF-8.".to_owned(),
        _ => format!("The byte \\x{byte:02x} here is not UTF-8. Have the editor save the file as UTF-8."),
    };
    Err(Diagnostic { place: LineIndex::new(good).place(wrong), key: String::new(), message: says })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_are_characters() {
        let text = "\u{feff}a = 1\r\n\u{e9} = 2\n";
        let lines = LineIndex::new(text);
        let at = |byte| (lines.place(byte).line, lines.place(byte).column);
        assert_eq!((at(0), at(3), at(7), at(10), at(12)), ((1, 1), (1, 1), (1, 5), (2, 1), (2, 2)));
        assert_eq!(at(text.len()), (3, 1), "behind the last newline a line begins");
        assert_eq!(lines.line_at(8), "\u{feff}a = 1");
    }

    #[test]
    fn a_byte_that_is_no_text_is_found() {
        let told = |bytes| utf8(bytes).map_err(|mistake| mistake.to_string());
        assert_eq!(told(b"a = 1"), Ok("a = 1"));
        let says = "The byte \\xe9 here is not UTF-8. Have the editor save the file as UTF-8.";
        assert_eq!(told(b"a = 1\nb = '\xc3\xa9\xe9'"), Err(format!("line 2, column 7: {says}")));
        assert!(told(b"\xff\xfea\0").unwrap_err().starts_with("line 1, column 1: This file is UTF-16."));
    }

    proptest! {
        #[test]
        fn every_byte_is_in_a_line_that_exists(text in "(?s).{0,40}", byte in 0_usize..200) {
            let place = LineIndex::new(&text).place(byte);
            let line = text.split('\n').nth(place.line - 1).unwrap();
            prop_assert!((1..=line.chars().count() + 1).contains(&place.column));
        }
    }
}
