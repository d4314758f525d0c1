//! Compares a client's input with the recorded input.

use bytes::{Bytes, BytesMut};
use memchr::memchr_iter;

/// Maximum length of a quoted line in characters.
const MAX_QUOTE_CHARS: usize = 60;

/// The next input of the recorded client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// These bytes. As many lines, or bytes if they contain no newline, match.
    Bytes(Bytes),
    /// A hidden line of this many bytes, whose contents were not recorded.
    Secret(usize),
}

impl Expectation {
    /// Removes the matching input from `inbox`, if it is complete. With `is_idle`, no further input is expected for now.
    pub(crate) fn take(&self, inbox: &mut BytesMut, is_idle: bool) -> Option<Bytes> {
        let (lines, len) = match self {
            Self::Bytes(bytes) => (memchr_iter(b'\n', bytes).count(), bytes.len()),
            Self::Secret(len) => (1, *len),
        };
        let by_lines = lines.checked_sub(1).and_then(|last| memchr_iter(b'\n', inbox).nth(last).map(|index| index + 1));
        let ends_in_line = matches!(self, Self::Bytes(bytes) if bytes.ends_with(b"\n"));
        let taken = match (by_lines, self) {
            (Some(taken), _) if ends_in_line => taken,
            (Some(taken), Self::Secret(_)) => taken,
            _ if !ends_in_line && inbox.len() >= len => len,
            // Student clients may send no newline.
            _ if is_idle && !inbox.is_empty() => inbox.len(),
            _ => return None,
        };
        Some(inbox.split_to(taken).freeze())
    }

    /// Describes how the received input differs from the recorded one, if it does.
    pub(crate) fn difference(&self, received: &[u8]) -> Option<String> {
        let Self::Bytes(bytes) = self else { return None };
        if bytes == received {
            return None;
        }
        let at = bytes.iter().zip(received).take_while(|(a, b)| a == b).count();
        let line_start = bytes
            .get(..at)
            .and_then(|same| same.iter().rposition(|&byte| byte == b'\n'))
            .map_or(0, |newline| newline + 1);
        let line = |all: &[u8]| quoted(all.get(line_start..).unwrap_or_default());
        Some(format!("differs at byte {at}: expected {}, received {}", line(bytes), line(received)))
    }

    /// A description for messages.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Bytes(bytes) => quoted(bytes),
            Self::Secret(_) => "a hidden line".to_owned(),
        }
    }
}

/// The first line, escaped, in quotes and cut to [`MAX_QUOTE_CHARS`].
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |index| index + 1);
    let first = bytes.get(..end).unwrap_or_default();
    let mut quote: String = first.escape_ascii().to_string();
    if quote.len() > MAX_QUOTE_CHARS {
        // Cannot split a character: the text is ASCII.
        quote.truncate(MAX_QUOTE_CHARS);
        quote.push_str("...");
    }
    format!("\"{quote}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(text: &'static str) -> Expectation {
        Expectation::Bytes(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn as_many_lines_are_taken_as_were_recorded() {
        let mut inbox = BytesMut::from(&b"longer than that\nand\nmore"[..]);
        assert_eq!(want("a\nb\n").take(&mut inbox, false).as_deref(), Some(&b"longer than that\nand\n"[..]));
        assert_eq!(&inbox[..], b"more");
        assert_eq!(want("c\n").take(&mut inbox, false), None);
        assert_eq!(want("c\n").take(&mut inbox, true).as_deref(), Some(&b"more"[..]));
    }

    #[test]
    fn without_a_newline_bytes_are_counted() {
        let mut inbox = BytesMut::from(&b"abcdef"[..]);
        assert_eq!(want("xyz").take(&mut inbox, false).as_deref(), Some(&b"abc"[..]));
        assert_eq!(want("wxyz").take(&mut inbox, false), None);
        assert_eq!(want("wxyz").take(&mut inbox, true).as_deref(), Some(&b"def"[..]));
    }

    #[test]
    fn a_hidden_line_is_not_compared() {
        let mut inbox = BytesMut::from(&b"other\nnext"[..]);
        assert_eq!(Expectation::Secret(99).take(&mut inbox, false).as_deref(), Some(&b"other\n"[..]));
        assert_eq!(Expectation::Secret(99).difference(b"other\n"), None);
    }

    #[test]
    fn a_difference_is_described_with_its_line() {
        assert_eq!(want("a\n").difference(b"a\n"), None);
        assert_eq!(
            want("one\nhello\n").difference(b"one\nhelo\x1b\n").as_deref(),
            Some(r#"differs at byte 7: expected "hello\n", received "helo\x1b\n""#)
        );
    }
}
