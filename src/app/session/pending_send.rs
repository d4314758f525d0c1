//! Something to be sent that was not typed: a paste of several lines, a file, bytes by number. It is looked at first.

use std::str;

/// Where it came from, which says what can be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PendingSource {
    /// Pasted into the terminal.
    Paste,
    /// This file, by `/send`.
    File(String),
    /// `/raw` or `/hex`: bytes as they are, with no line end put behind them.
    Bytes,
    /// The draft, of several lines.
    Draft,
    /// `/resend`: lines that were to be sent before, each with the end it had then.
    Unsent,
}

/// Text that is shown before it is sent, with its lines and their ends.
///
/// Lines end with LF, CR LF or CR; what stands behind the last line end is a line too, unless it is empty. In a draft
/// LF parts lines, so that an empty one at its end is one, and a CR is what was quoted into a line. The line ends are not
/// part of what is sent: each line goes out with the end the tab has for lines. [`PendingSource::Bytes`] are one piece, whatever
/// is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingSend {
    source: PendingSource,
    bytes: Vec<u8>,
    /// Where each line ends, before its line end; of lines sent before, behind it. No parcel has 4 GiB, and many have a line for every few bytes.
    line_ends: Vec<u32>,
    /// The number and the length of the longest line.
    longest: (usize, usize),
}

impl PendingSend {
    /// Finds the lines in `bytes`, which are less than 4 GiB.
    pub fn new(source: PendingSource, bytes: Vec<u8>) -> Self {
        let mut parcel = Self { source, bytes, line_ends: Vec::new(), longest: (0, 0) };
        parcel.split_from(0);
        parcel
    }

    /// Lines that were to be sent before, and what each ended with; together less than 4 GiB.
    pub fn of_lines<'a>(lines: impl Iterator<Item = (Vec<u8>, &'a [u8])>) -> Self {
        let mut parcel = Self::new(PendingSource::Unsent, Vec::new());
        for (line, end) in lines {
            if line.len() > parcel.longest.1 {
                parcel.longest = (parcel.len(), line.len());
            }
            parcel.bytes.extend(line);
            parcel.bytes.extend_from_slice(end);
            parcel.line_ends.push(u32::try_from(parcel.bytes.len()).unwrap_or(u32::MAX));
        }
        parcel
    }

    /// Where it came from.
    pub const fn source(&self) -> &PendingSource {
        &self.source
    }

    /// How many lines it has; 1 for bytes.
    pub const fn len(&self) -> usize {
        self.line_ends.len()
    }

    /// Whether there is nothing to send.
    pub const fn is_empty(&self) -> bool {
        self.line_ends.is_empty()
    }

    /// Bytes in it, line ends included.
    pub const fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the last line has an end.
    pub fn ends_with_line_end(&self) -> bool {
        self.source != PendingSource::Draft && matches!(self.bytes.last(), Some(b'\n' | b'\r'))
    }

    /// A line, without its end.
    pub fn line(&self, n: usize) -> Option<&[u8]> {
        let line = self.line_bytes(n)?;
        // What has none has no newline in it either: it would have been two rows.
        let end = [&b"\r\n"[..], b"\n", b"\r"].into_iter().find_map(|end| line.strip_suffix(end));
        Some(end.filter(|_| self.source == PendingSource::Unsent).unwrap_or(line))
    }

    /// A line as it goes out, where it is known: with the end it had before.
    pub fn line_with_end(&self, n: usize) -> &[u8] {
        self.line_bytes(n).unwrap_or_default()
    }

    fn line_bytes(&self, n: usize) -> Option<&[u8]> {
        let end = *self.line_ends.get(n)? as usize;
        self.bytes.get(self.start(n)..end)
    }

    /// The number and the length of the longest line, in bytes.
    pub const fn longest(&self) -> (usize, usize) {
        self.longest
    }

    /// Adds what came behind it: a paste that the terminal handed over in parts.
    pub fn append(&mut self, more: &[u8]) {
        // The last line goes on, or its CR meets an LF.
        let last = self.len().saturating_sub(1);
        let from = self.start(last);
        self.line_ends.truncate(last);
        self.bytes.extend_from_slice(more);
        self.split_from(from);
    }

    /// Where a line begins: behind the line end of the one before.
    fn start(&self, n: usize) -> usize {
        let before = n.checked_sub(1).and_then(|before| self.line_ends.get(before));
        before.map_or(0, |&end| end as usize + self.end_len(end as usize))
    }

    /// Bytes of the line end that stands here.
    fn end_len(&self, at: usize) -> usize {
        if self.source == PendingSource::Unsent {
            return 0;
        }
        let is_pair =
            self.source != PendingSource::Draft && self.bytes.get(at..).is_some_and(|rest| rest.starts_with(b"\r\n"));
        if is_pair { 2 } else { 1 }
    }

    /// Finds the lines from here on, which is where one begins.
    fn split_from(&mut self, mut from: usize) {
        loop {
            let rest = self.bytes.get(from..).unwrap_or_default();
            let end = match self.source {
                PendingSource::Bytes | PendingSource::Unsent => None,
                PendingSource::Draft => memchr::memchr(b'\n', rest),
                PendingSource::Paste | PendingSource::File(_) => memchr::memchr2(b'\n', b'\r', rest),
            };
            // What is behind the last line end is a line if there is something; in a draft it is seen as one anyway.
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

    /// The lines from `first` on as a draft, with LF between them; the error is the number of the first that is not
    /// UTF-8, counted from 0.
    ///
    /// # Errors
    /// When the bytes are no text.
    pub fn text_from(&self, first: usize) -> Result<String, usize> {
        let mut text = String::new();
        for n in first..self.len() {
            if n > first {
                text.push('\n');
            }
            text.push_str(str::from_utf8(self.line(n).unwrap_or_default()).map_err(|_no_text| n)?);
        }
        Ok(text)
    }

    /// All lines as one: a blank for each line end and the blanks around it. Empty lines leave nothing behind.
    ///
    /// # Errors
    /// As [`PendingSend::text_from`].
    pub fn joined(&self) -> Result<String, usize> {
        let text = self.text_from(0)?;
        let mut lines = text.split('\n');
        // What begins the first line and ends the last one is not at a line end.
        let mut joined = lines.next().unwrap_or_default().to_owned();
        for line in lines.map(str::trim_start).filter(|line| !line.is_empty()) {
            joined.truncate(joined.trim_end().len());
            joined.push_str(if joined.is_empty() { "" } else { " " });
            joined.push_str(line);
        }
        Ok(joined)
    }
}

/// Reads bytes by number: `68 69 0a`, `68690a`, `0x68, 0x69`, `68:69`. Digits of a byte stand together, two and two.
///
/// # Errors
/// A sentence that says where it goes wrong.
pub fn bytes_by_number(text: &str) -> Result<Vec<u8>, String> {
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
        let read: Option<Vec<u8>> = pairs.map(byte).collect();
        let wrong = || format!("{word} is no byte in hexadecimal: two digits for each, as in /hex 68 69 0a.");
        bytes.extend(read.filter(|read| !read.is_empty()).ok_or_else(wrong)?);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(source: PendingSource, bytes: &str) -> Vec<String> {
        let parcel = PendingSend::new(source, bytes.as_bytes().to_vec());
        (0..parcel.len()).map(|n| String::from_utf8_lossy(parcel.line(n).unwrap()).into_owned()).collect()
    }

    #[test]
    fn lines_end_with_whatever_a_terminal_or_a_system_ends_them_with() {
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
        assert_eq!(lines(PendingSource::Draft, "a\n"), ["a", ""], "what is seen as a line is one");
    }

    #[test]
    fn joining_leaves_one_blank_for_a_line_end() {
        for (bytes, expected) in
            [("a\nb", "a b"), ("  a  \n\n   b\nc  ", "  a b c  "), ("\n\na", "a"), ("a", "a"), ("\n", "")]
        {
            let parcel = PendingSend::new(PendingSource::Paste, bytes.as_bytes().to_vec());
            assert_eq!(parcel.joined().unwrap(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_text_says_in_which_line() {
        let parcel = PendingSend::new(PendingSource::File("x".into()), b"ok\n\xff\n".to_vec());
        assert_eq!((parcel.text_from(0), parcel.joined(), parcel.text_from(2)), (Err(1), Err(1), Ok(String::new())));
    }

    #[test]
    fn bytes_are_read_in_the_usual_spellings() {
        for (text, bytes) in [
            ("68 69 0a", Ok(b"hi\n".to_vec())),
            ("68690A", Ok(b"hi\n".to_vec())),
            ("0x68, 0x69", Ok(b"hi".to_vec())),
            ("68:69", Ok(b"hi".to_vec())),
            ("", Ok(vec![])),
        ] {
            assert_eq!(bytes_by_number(text), bytes, "{text}");
        }
        for wrong in ["6", "6 8", "zz", "0x", "686", "+1", "6é"] {
            assert!(bytes_by_number(wrong).unwrap_err().contains("/hex 68 69 0a"), "{wrong}");
        }
    }

    #[test]
    fn lines_sent_before_keep_the_ends_they_had() {
        let sent = [(&b"a"[..], &b"\r\n"[..]), (b"", b"\n"), (b"b\0", b""), (b"cc", b"\r")];
        let parcel = PendingSend::of_lines(sent.into_iter().map(|(line, end)| (line.to_vec(), end)));
        let lines: Vec<_> = (0..parcel.len()).map(|n| (parcel.line(n).unwrap(), parcel.line_with_end(n))).collect();
        assert_eq!(lines, [(&b"a"[..], &b"a\r\n"[..]), (b"", b"\n"), (b"b\0", b"b\0"), (b"cc", b"cc\r")]);
        assert_eq!((parcel.longest(), parcel.text_from(3)), ((2, 2), Ok("cc".to_owned())));
    }

    proptest! {
        #[test]
        fn a_paste_in_parts_is_the_paste(text in "[ab\r\n]{0,30}", at in 0..31_usize) {
            let (left, right) = text.split_at(at.min(text.len()));
            let mut parcel = PendingSend::new(PendingSource::Paste, left.as_bytes().to_vec());
            parcel.append(right.as_bytes());
            prop_assert_eq!(parcel, PendingSend::new(PendingSource::Paste, text.clone().into_bytes()));
        }

        #[test]
        fn the_text_of_a_parcel_is_what_was_pasted_with_its_line_ends_made_one(text in "[ab \r\n]{0,30}") {
            let parcel = PendingSend::new(PendingSource::Paste, text.clone().into_bytes());
            let plain = text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(parcel.text_from(0).unwrap(), plain.strip_suffix('\n').unwrap_or(&plain));
        }
    }
}
