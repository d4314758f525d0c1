//! What a client sends beside what was recorded.

use bytes::{Bytes, BytesMut};
use memchr::memchr_iter;

/// Characters of a line that is quoted.
const QUOTED: usize = 60;

/// How much of what comes belongs to something recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// These bytes, or as many lines.
    Bytes(Bytes),
    /// A line that was kept nowhere, or so many bytes.
    Secret(usize),
}

impl Expectation {
    /// Takes it off what has come, if it has come. `is_silent`: nothing more has for a moment.
    pub(crate) fn take(&self, inbox: &mut BytesMut, is_silent: bool) -> Option<Bytes> {
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
            // A student's client sends no newline.
            _ if is_silent && !inbox.is_empty() => inbox.len(),
            _ => return None,
        };
        Some(inbox.split_to(taken).freeze())
    }

    /// The sentence about what came in its place, if that is something else.
    pub(crate) fn difference(&self, came: &[u8]) -> Option<String> {
        let Self::Bytes(bytes) = self else { return None };
        if bytes == came {
            return None;
        }
        let at = bytes.iter().zip(came).take_while(|(a, b)| a == b).count();
        let from = bytes.get(..at).and_then(|same| same.iter().rposition(|&byte| byte == b'\n')).map_or(0, |n| n + 1);
        let line = |all: &[u8]| quoted(all.get(from..).unwrap_or_default());
        Some(format!("differs from byte {at} on: recorded {}, sent {}", line(bytes), line(came)))
    }

    /// What is waited for, in words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Bytes(bytes) => quoted(bytes),
            Self::Secret(_) => "a secret line".to_owned(),
        }
    }
}

/// The first line, as it can be shown.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |index| index + 1);
    let first = bytes.get(..end).unwrap_or_default();
    let mut words: String = first.escape_ascii().to_string();
    if words.len() > QUOTED {
        // ASCII only.
        words.truncate(QUOTED);
        words.push_str("...");
    }
    format!("\"{words}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(text: &'static str) -> Expectation {
        Expectation::Bytes(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn as_many_lines_are_taken_as_were_recorded_whatever_is_in_them() {
        let mut inbox = BytesMut::from(&b"longer than that\nand\nmore"[..]);
        assert_eq!(want("a\nb\n").take(&mut inbox, false).as_deref(), Some(&b"longer than that\nand\n"[..]));
        assert_eq!(&inbox[..], b"more");
        assert_eq!(want("c\n").take(&mut inbox, false), None);
        assert_eq!(want("c\n").take(&mut inbox, true).as_deref(), Some(&b"more"[..]));
    }

    #[test]
    fn without_a_newline_it_is_so_many_bytes_or_what_there_is() {
        let mut inbox = BytesMut::from(&b"abcdef"[..]);
        assert_eq!(want("xyz").take(&mut inbox, false).as_deref(), Some(&b"abc"[..]));
        assert_eq!(want("wxyz").take(&mut inbox, false), None);
        assert_eq!(want("wxyz").take(&mut inbox, true).as_deref(), Some(&b"def"[..]));
    }

    #[test]
    fn a_secret_is_a_line_and_never_compared() {
        let mut inbox = BytesMut::from(&b"other\nnext"[..]);
        assert_eq!(Expectation::Secret(99).take(&mut inbox, false).as_deref(), Some(&b"other\n"[..]));
        assert_eq!(Expectation::Secret(99).difference(b"other\n"), None);
    }

    #[test]
    fn a_difference_is_told_with_its_line() {
        assert_eq!(want("a\n").difference(b"a\n"), None);
        assert_eq!(
            want("one\nhello\n").difference(b"one\nhelo\x1b\n").as_deref(),
            Some(r#"differs from byte 7 on: recorded "hello\n", sent "helo\x1b\n""#)
        );
    }
}
