//! Text or bytes to be sent as a whole: a paste, a file, bytes in hexadecimal, a draft of several lines.

use std::str;

/// The origin of a [`PendingSend`], which decides how it is split into lines and which choices there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PendingSource {
    /// Text pasted into the terminal.
    Paste,
    /// The file with this path (`/send`).
    File(String),
    /// Bytes that are sent without a line ending (`/raw`, `/hex`).
    Bytes,
    /// A draft of several lines.
    Draft,
    /// Undelivered lines, each with its old line ending (`/resend`).
    Unsent,
}

/// Text or bytes to be sent, split into lines. They can be previewed and edited before they are sent.
///
/// Lines end with LF, CR LF or CR; text after the last line ending is a line too, unless it is empty. A draft is split
/// at LF only: it may end with an empty line, and a CR in it was typed as a quoted character. Each line is sent with the
/// tab's line ending in place of its own. [`PendingSource::Bytes`] are one piece, whatever they contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingSend {
    source: PendingSource,
    bytes: Vec<u8>,
    /// Offset of each line's end, before its line ending (after it for [`PendingSource::Unsent`]). `u32` halves the size of
    /// the table, which may have an entry for every few bytes.
    line_ends: Vec<u32>,
    /// Index and length in bytes of the longest line.
    longest: (usize, usize),
}

impl PendingSend {
    /// Splits `bytes`, which must be less than 4 GiB, into lines.
    pub fn new(source: PendingSource, bytes: Vec<u8>) -> Self {
        let mut pending = Self { source, bytes, line_ends: Vec::new(), longest: (0, 0) };
        pending.split_from(0);
        pending
    }

    /// Creates a [`PendingSource::Unsent`] from lines and their line endings, together less than 4 GiB.
    pub fn of_lines<'a>(lines: impl Iterator<Item = (Vec<u8>, &'a [u8])>) -> Self {
        let mut pending = Self::new(PendingSource::Unsent, Vec::new());
        for (line, end) in lines {
            if line.len() > pending.longest.1 {
                pending.longest = (pending.len(), line.len());
            }
            pending.bytes.extend(line);
            pending.bytes.extend_from_slice(end);
            pending.line_ends.push(u32::try_from(pending.bytes.len()).unwrap_or(u32::MAX));
        }
        pending
    }

    /// Returns where it comes from.
    pub const fn source(&self) -> &PendingSource {
        &self.source
    }

    /// Returns the number of lines: at most 1 for [`PendingSource::Bytes`].
    pub const fn len(&self) -> usize {
        self.line_ends.len()
    }

    /// Returns whether there is nothing to send.
    pub const fn is_empty(&self) -> bool {
        self.line_ends.is_empty()
    }

    /// Returns its size in bytes, line endings included.
    pub const fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Returns whether the last line has a line ending.
    pub fn ends_with_line_end(&self) -> bool {
        self.source != PendingSource::Draft && matches!(self.bytes.last(), Some(b'\n' | b'\r'))
    }

    /// Returns the line at an index, without its line ending.
    pub fn line(&self, index: usize) -> Option<&[u8]> {
        let line = self.line_bytes(index)?;
        let end = [&b"\r\n"[..], b"\n", b"\r"].into_iter().find_map(|end| line.strip_suffix(end));
        Some(end.filter(|_| self.source == PendingSource::Unsent).unwrap_or(line))
    }

    /// Returns the line at an index of a [`PendingSource::Unsent`], with its line ending.
    pub fn line_with_end(&self, index: usize) -> &[u8] {
        self.line_bytes(index).unwrap_or_default()
    }

    fn line_bytes(&self, index: usize) -> Option<&[u8]> {
        let end = *self.line_ends.get(index)? as usize;
        self.bytes.get(self.start(index)..end)
    }

    /// Returns the index and the length in bytes of the longest line.
    pub const fn longest(&self) -> (usize, usize) {
        self.longest
    }

    /// Appends bytes, such as the next part of a paste that the terminal delivers in parts.
    pub fn append(&mut self, more: &[u8]) {
        // The last line may be continued, or its CR may be followed by an LF.
        let last = self.len().saturating_sub(1);
        let from = self.start(last);
        self.line_ends.truncate(last);
        self.bytes.extend_from_slice(more);
        self.split_from(from);
    }

    /// Returns the offset at which a line starts.
    fn start(&self, index: usize) -> usize {
        let before = index.checked_sub(1).and_then(|before| self.line_ends.get(before));
        before.map_or(0, |&end| end as usize + self.end_len(end as usize))
    }

    /// Returns the length in bytes of the line ending at an offset.
    fn end_len(&self, at: usize) -> usize {
        if self.source == PendingSource::Unsent {
            return 0;
        }
        let is_pair =
            self.source != PendingSource::Draft && self.bytes.get(at..).is_some_and(|rest| rest.starts_with(b"\r\n"));
        if is_pair { 2 } else { 1 }
    }

    /// Finds the lines from an offset on, at which a line starts.
    fn split_from(&mut self, mut from: usize) {
        loop {
            let rest = self.bytes.get(from..).unwrap_or_default();
            let end = match self.source {
                PendingSource::Bytes | PendingSource::Unsent => None,
                PendingSource::Draft => memchr::memchr(b'\n', rest),
                PendingSource::Paste | PendingSource::File(_) => memchr::memchr2(b'\n', b'\r', rest),
            };
            // In a draft, an empty line at the end is visible, so it counts.
            if end.is_none() && rest.is_empty() && self.source != PendingSource::Draft {
                return;
            }
            let len = end.unwrap_or(rest.len());
            if len > self.longest.1 {
                self.longest = (self.len(), len);
            }
            self.line_ends.push(u32::try_from(from + len).unwrap_or(u32::MAX));
            if end.is_none() {
                return;
            }
            from += len + self.end_len(from + len);
        }
    }

    /// Returns the lines from index `first` on as a draft, separated by LF.
    ///
    /// # Errors
    /// Returns the index of the first line that is not valid UTF-8.
    pub fn text_from(&self, first: usize) -> Result<String, usize> {
        let mut text = String::new();
        for index in first..self.len() {
            if index > first {
                text.push('\n');
            }
            text.push_str(str::from_utf8(self.line(index).unwrap_or_default()).map_err(|_invalid| index)?);
        }
        Ok(text)
    }

    /// Joins all lines with one space, in place of each line ending and the whitespace around it. Empty lines are left out.
    ///
    /// # Errors
    /// As [`PendingSend::text_from`].
    pub fn joined(&self) -> Result<String, usize> {
        let text = self.text_from(0)?;
        let mut lines = text.split('\n');
        // Leading whitespace of the first line and trailing whitespace of the last one are kept.
        let mut joined = lines.next().unwrap_or_default().to_owned();
        for line in lines.map(str::trim_start).filter(|line| !line.is_empty()) {
            joined.truncate(joined.trim_end().len());
            joined.push_str(if joined.is_empty() { "" } else { " " });
            joined.push_str(line);
        }
        Ok(joined)
    }
}

/// Parses bytes in hexadecimal: `68 69 0a`, `68690a`, `0x68, 0x69`, `68:69`. Each byte has two digits.
///
/// # Errors
/// Returns a sentence that quotes the first invalid word.
pub(crate) fn parse_hex(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c == ',' || c == ':').filter(|word| !word.is_empty()) {
        let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word);
        let pairs = digits.as_bytes().chunks(2);
        let byte = |pair: &[u8]| match pair {
            [a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
                str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())
            }
            _ => None,
        };
        let parsed: Option<Vec<u8>> = pairs.map(byte).collect();
        let error = || format!("{word} is not hexadecimal. Write two digits per byte, as in /hex 68 69 0a.");
        bytes.extend(parsed.filter(|parsed| !parsed.is_empty()).ok_or_else(error)?);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(source: PendingSource, bytes: &str) -> Vec<String> {
        let pending = PendingSend::new(source, bytes.as_bytes().to_vec());
        (0..pending.len()).map(|index| String::from_utf8_lossy(pending.line(index).unwrap()).into_owned()).collect()
    }

    #[test]
    fn lines_end_with_lf_crlf_or_cr() {
        for (bytes, expected) in [
            ("", &[][..]),
            ("a", &["a"]),
            ("a\n", &["a"]),
            ("a\r\nb\rc\nd", &["a", "b", "c", "d"]),
            ("\n", &[""]),
            ("a\n\n", &["a", ""]),
            ("a\n\rb", &["a", "", "b"]),
            ("\r\n\r\n", &["", ""]),
        ] {
            assert_eq!(lines(PendingSource::Paste, bytes), expected, "{bytes:?}");
        }
        assert_eq!(lines(PendingSource::Bytes, "a\nb\n"), ["a\nb\n"]);
        assert_eq!(lines(PendingSource::Bytes, ""), [""; 0]);
        assert_eq!(lines(PendingSource::Draft, "a\rb\nc"), ["a\rb", "c"], "a CR that was quoted into a draft is text");
        assert_eq!(lines(PendingSource::Draft, "a\n"), ["a", ""], "an empty last line is visible");
    }

    #[test]
    fn joined_lines_are_separated_by_one_space() {
        for (bytes, expected) in
            [("a\nb", "a b"), ("  a  \n\n   b\nc  ", "  a b c  "), ("\n\na", "a"), ("a", "a"), ("\n", "")]
        {
            let pending = PendingSend::new(PendingSource::Paste, bytes.as_bytes().to_vec());
            assert_eq!(pending.joined().unwrap(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn invalid_utf8_is_reported_with_its_line() {
        let pending = PendingSend::new(PendingSource::File("x".into()), b"ok\n\xff\n".to_vec());
        assert_eq!((pending.text_from(0), pending.joined(), pending.text_from(2)), (Err(1), Err(1), Ok(String::new())));
    }

    #[test]
    fn hexadecimal_is_parsed_in_the_usual_spellings() {
        for (text, bytes) in [
            ("68 69 0a", Ok(b"hi\n".to_vec())),
            ("68690A", Ok(b"hi\n".to_vec())),
            ("0x68, 0x69", Ok(b"hi".to_vec())),
            ("68:69", Ok(b"hi".to_vec())),
            ("", Ok(vec![])),
        ] {
            assert_eq!(parse_hex(text), bytes, "{text}");
        }
        for wrong in ["6", "6 8", "zz", "0x", "686", "+1", "6é"] {
            assert!(parse_hex(wrong).unwrap_err().contains("/hex 68 69 0a"), "{wrong}");
        }
    }

    #[test]
    fn unsent_lines_keep_their_line_endings() {
        let sent = [(&b"a"[..], &b"\r\n"[..]), (b"", b"\n"), (b"b\0", b""), (b"cc", b"\r")];
        let pending = PendingSend::of_lines(sent.into_iter().map(|(line, end)| (line.to_vec(), end)));
        let lines: Vec<_> =
            (0..pending.len()).map(|index| (pending.line(index).unwrap(), pending.line_with_end(index))).collect();
        assert_eq!(lines, [(&b"a"[..], &b"a\r\n"[..]), (b"", b"\n"), (b"b\0", b"b\0"), (b"cc", b"cc\r")]);
        assert_eq!((pending.longest(), pending.text_from(3)), ((2, 2), Ok("cc".to_owned())));
    }

    proptest! {
        #[test]
        fn appending_gives_the_same_lines_as_splitting_at_once(text in "[ab\r\n]{0,30}", at in 0..31_usize) {
            let (left, right) = text.split_at(at.min(text.len()));
            let mut pending = PendingSend::new(PendingSource::Paste, left.as_bytes().to_vec());
            pending.append(right.as_bytes());
            prop_assert_eq!(pending, PendingSend::new(PendingSource::Paste, text.clone().into_bytes()));
        }

        #[test]
        fn text_is_the_paste_with_lf_line_endings(text in "[ab \r\n]{0,30}") {
            let pending = PendingSend::new(PendingSource::Paste, text.clone().into_bytes());
            let plain = text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(pending.text_from(0).unwrap(), plain.strip_suffix('\n').unwrap_or(&plain));
        }
    }
}
