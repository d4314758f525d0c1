//! Converts byte offsets in a text to lines and columns.

use super::diagnostic::Diagnostic;
use std::fmt;

/// A position in a file. `Display` writes `line 3, column 5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePosition {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1, as editors count them.
    pub column: usize,
}

impl SourcePosition {
    /// Start of the file.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for SourcePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The start of each line of a text, computed once for all errors of a file.
pub(super) struct LineIndex<'a> {
    text: &'a str,
    /// Byte offset of each line; never empty.
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after_newlines = memchr::memchr_iter(b'\n', text.as_bytes()).map(|newline| newline + 1);
        Self { text, starts: std::iter::once(0).chain(after_newlines).collect() }
    }

    /// Returns the position of a byte. An offset at or past the end gives the position after the last character.
    pub(super) fn position(&self, byte: usize) -> SourcePosition {
        let line = self.starts.partition_point(|&start| start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let byte = (start..=byte.min(self.text.len())).rev().find(|&byte| self.text.is_char_boundary(byte));
        let before = byte.and_then(|byte| self.text.get(start..byte)).unwrap_or_default();
        // Editors count neither a byte order mark nor the CR of a CRLF as a column.
        let before = before.trim_start_matches('\u{feff}').trim_end_matches('\r');
        SourcePosition { line, column: before.chars().count() + 1 }
    }

    /// Returns the line that contains a byte, without its line end.
    pub(super) fn line_at(&self, byte: usize) -> &'a str {
        let line = self.starts.partition_point(|&start| start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
    }
}

/// Decodes the bytes of a file as UTF-8.
///
/// # Errors
/// Returns an error with the position of the first invalid byte.
pub fn utf8(bytes: &[u8]) -> Result<&str, Diagnostic> {
    let valid_len = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.valid_up_to(),
    };
    let valid = bytes.get(..valid_len).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default();
    let byte = bytes.get(valid_len).copied().unwrap_or_default();
    let message = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "The file is UTF-16. Save it as UTF-8.".to_owned(),
        _ => format!("The byte \\x{byte:02x} is not valid UTF-8. Save the file as UTF-8."),
    };
    Err(Diagnostic { position: LineIndex::new(valid).position(valid_len), key: String::new(), message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_are_characters() {
        let text = "\u{feff}a = 1\r\n\u{e9} = 2\n";
        let lines = LineIndex::new(text);
        let at = |byte| (lines.position(byte).line, lines.position(byte).column);
        assert_eq!((at(0), at(3), at(7), at(10), at(12)), ((1, 1), (1, 1), (1, 5), (2, 1), (2, 2)));
        assert_eq!(at(text.len()), (3, 1), "a line starts after the last newline");
        assert_eq!(lines.line_at(8), "\u{feff}a = 1");
    }

    #[test]
    fn invalid_utf8_has_its_position() {
        let decode = |bytes| utf8(bytes).map_err(|error| error.to_string());
        assert_eq!(decode(b"a = 1"), Ok("a = 1"));
        let message = "The byte \\xe9 is not valid UTF-8. Save the file as UTF-8.";
        assert_eq!(decode(b"a = 1\nb = '\xc3\xa9\xe9'"), Err(format!("line 2, column 7: {message}")));
        assert!(decode(b"\xff\xfea\0").unwrap_err().starts_with("line 1, column 1: The file is UTF-16."));
    }

    proptest! {
        #[test]
        fn every_byte_is_in_a_line_that_exists(text in "(?s).{0,40}", byte in 0_usize..200) {
            let position = LineIndex::new(&text).position(byte);
            let line = text.split('\n').nth(position.line - 1).unwrap();
            prop_assert!((1..=line.chars().count() + 1).contains(&position.column));
        }
    }
}
