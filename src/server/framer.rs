//! Splits the bytes of one client into lines.
//!
//! A line ends with LF or CR LF, at the length limit ([`LineEnd::Limit`]), or after a pause in the input
//! ([`LineEnd::Idle`]), so that clients which send no newline can take part. Apart from pauses, the split of the bytes
//! into reads makes no difference.
//!
//! Complete lines are returned as slices of the read. Only an incomplete line is buffered, so an idle client costs no
//! memory.

use super::room::{LineEnd, ReceivedLine};
use crate::text::{Utf8Tail, tail};
use memchr::memchr;

/// Splits input into lines at LF, at the length limit, or after a pause.
#[derive(Debug)]
pub struct Framer {
    /// Maximum length of a line in bytes, without its end.
    limit: usize,
    /// The incomplete line.
    buffered: Vec<u8>,
    state: FramerState,
    /// Bytes at the start of `buffered` that have been returned.
    consumed: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FramerState {
    /// At the start of a line or within it.
    Line,
    /// After a line that a pause ended.
    AfterIdle,
    /// In the part of a line that is discarded.
    OverLimit,
}

impl Framer {
    /// Creates a framer for lines of at most `limit` bytes, without their ends.
    pub const fn new(limit: usize) -> Self {
        Self { limit, buffered: Vec::new(), state: FramerState::Line, consumed: 0 }
    }

    /// Returns the next line that ends in `input` and advances `input` behind it. Without one, buffers all of `input`.
    pub fn take<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Option<ReceivedLine<'a>> {
        self.discard_consumed();
        loop {
            let Some(end) = memchr(b'\n', input) else { return self.buffer(input) };
            let (chunk, rest) = (input.get(..end).unwrap_or_default(), input.get(end + 1..).unwrap_or_default());
            *input = rest;
            if self.state == FramerState::OverLimit {
                self.state = FramerState::Line;
                continue;
            }
            let continues = std::mem::replace(&mut self.state, FramerState::Line) == FramerState::AfterIdle;
            let text = if self.buffered.is_empty() {
                chunk
            } else {
                // Bytes beyond the limit and a possible CR LF are not needed.
                let capacity = (self.limit + 2).saturating_sub(self.buffered.len());
                self.buffered.extend_from_slice(chunk.get(..capacity).unwrap_or(chunk));
                self.consumed = self.buffered.len();
                &self.buffered
            };
            let (text, end) = match text.strip_suffix(b"\r") {
                Some(text) => (text, LineEnd::CrLf),
                None => (text, LineEnd::Lf),
            };
            return Some(match text.get(..self.limit) {
                Some(cut) if text.len() > self.limit => ReceivedLine { text: cut, end: LineEnd::Limit, continues },
                _ => ReceivedLine { text, end, continues },
            });
        }
    }

    /// Whether [`Framer::take`] would return a line from `input` instead of only buffering it.
    pub fn has_line(&self, input: &[u8]) -> bool {
        memchr(b'\n', input).is_some() || (self.buffered.len() - self.consumed) + input.len() > self.limit
    }

    /// Returns the incomplete line, if any, after a pause in the input.
    ///
    /// The bytes of an incomplete UTF-8 character at its end stay buffered until the next call.
    pub fn on_idle(&mut self) -> Option<ReceivedLine<'_>> {
        self.discard_consumed();
        let len = match tail(&self.buffered) {
            Utf8Tail::Incomplete(bytes) if bytes < self.buffered.len() => self.buffered.len() - bytes,
            Utf8Tail::Incomplete(_) | Utf8Tail::Whole => self.buffered.len(),
        };
        self.emit(len, LineEnd::Idle)
    }

    /// Returns what is buffered at the end of the input. Must be called until it returns `None`.
    pub fn finish(&mut self) -> Option<ReceivedLine<'_>> {
        self.discard_consumed();
        self.emit(self.buffered.len(), LineEnd::Eof)
    }

    /// Whether an incomplete line is buffered, which a pause would end.
    pub const fn has_partial_line(&self) -> bool {
        self.buffered.len() > self.consumed
    }

    fn buffer<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Option<ReceivedLine<'a>> {
        let bytes = std::mem::take(input);
        if self.state == FramerState::OverLimit {
            return None;
        }
        let capacity = (self.limit + 2).saturating_sub(self.buffered.len());
        self.buffered.extend_from_slice(bytes.get(..capacity).unwrap_or(bytes));
        // A CR beyond the limit may be the first half of a CR LF.
        let is_over = match self.buffered.len().checked_sub(self.limit) {
            None | Some(0) => false,
            Some(1) => self.buffered.last() != Some(&b'\r'),
            Some(_) => true,
        };
        if !is_over {
            return None;
        }
        let continues = std::mem::replace(&mut self.state, FramerState::OverLimit) == FramerState::AfterIdle;
        self.consumed = self.buffered.len();
        Some(ReceivedLine { text: self.buffered.get(..self.limit).unwrap_or_default(), end: LineEnd::Limit, continues })
    }

    fn emit(&mut self, bytes: usize, end: LineEnd) -> Option<ReceivedLine<'_>> {
        if self.buffered.is_empty() {
            return None;
        }
        // The buffer may hold one more byte: a CR that could have been part of the line's end.
        let bytes = bytes.min(self.limit);
        let continues = std::mem::replace(&mut self.state, FramerState::AfterIdle) == FramerState::AfterIdle;
        self.consumed = bytes;
        Some(ReceivedLine { text: self.buffered.get(..bytes).unwrap_or_default(), end, continues })
    }

    fn discard_consumed(&mut self) {
        match std::mem::take(&mut self.consumed) {
            0 => {}
            bytes if bytes >= self.buffered.len() => self.buffered = Vec::new(),
            bytes => drop(self.buffered.drain(..bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All lines in `input`, each as text, end, and whether it continues the line before.
    fn lines(framer: &mut Framer, mut input: &[u8]) -> Vec<(String, LineEnd, bool)> {
        let mut lines = Vec::new();
        while let Some(line) = framer.take(&mut input) {
            lines.push(owned(line));
        }
        assert!(input.is_empty());
        lines
    }

    fn owned(line: ReceivedLine<'_>) -> (String, LineEnd, bool) {
        (String::from_utf8_lossy(line.text).into_owned(), line.end, line.continues)
    }

    fn line(text: &str, end: LineEnd) -> (String, LineEnd, bool) {
        (text.to_owned(), end, false)
    }

    #[test]
    fn lf_and_crlf_end_a_line_and_a_bare_cr_does_not() {
        let mut framer = Framer::new(100);
        let expected =
            vec![line("a", LineEnd::Lf), line("b", LineEnd::CrLf), line("", LineEnd::Lf), line("c\rd", LineEnd::Lf)];
        assert_eq!(lines(&mut framer, b"a\nb\r\n\nc\rd\nrest"), expected);
        assert!(framer.has_partial_line());
        assert_eq!(lines(&mut framer, b" of it\n"), vec![line("rest of it", LineEnd::Lf)]);
        assert!(!framer.has_partial_line());
    }

    #[test]
    fn a_pause_ends_a_line_and_the_rest_continues_it() {
        let mut framer = Framer::new(100);
        assert_eq!(framer.on_idle(), None);
        lines(&mut framer, b"hel");
        assert_eq!(framer.on_idle().map(owned), Some(line("hel", LineEnd::Idle)));
        assert!(!framer.has_partial_line());
        assert_eq!(framer.on_idle(), None);
        let late = (String::new(), LineEnd::CrLf, true);
        assert_eq!(lines(&mut framer, b"\r\nlo\n"), vec![late, line("lo", LineEnd::Lf)]);
        lines(&mut framer, b"one");
        framer.on_idle().unwrap();
        assert_eq!(lines(&mut framer, b" two\n"), vec![(" two".to_owned(), LineEnd::Lf, true)]);
    }

    #[test]
    fn a_pause_keeps_an_incomplete_character_once() {
        let mut framer = Framer::new(100);
        lines(&mut framer, b"caf\xc3");
        assert_eq!(framer.on_idle().map(owned), Some(line("caf", LineEnd::Idle)));
        assert!(framer.has_partial_line());
        assert_eq!(lines(&mut framer, b"\xa9\n"), vec![("é".to_owned(), LineEnd::Lf, true)]);
        lines(&mut framer, b"caf\xc3");
        framer.on_idle().unwrap();
        assert_eq!(framer.on_idle().unwrap().text, b"\xc3");
        assert!(!framer.has_partial_line());
    }

    #[test]
    fn a_line_is_cut_at_the_limit_and_its_rest_discarded() {
        let mut framer = Framer::new(4);
        let expected = vec![
            line("1234", LineEnd::Lf),
            line("1234", LineEnd::CrLf),
            line("1234", LineEnd::Limit),
            line("x", LineEnd::Lf),
        ];
        assert_eq!(lines(&mut framer, b"1234\n1234\r\n12345\nx\n"), expected);
        assert_eq!(lines(&mut framer, b"123"), vec![]);
        assert_eq!(lines(&mut framer, b"456"), vec![line("1234", LineEnd::Limit)]);
        assert_eq!(lines(&mut framer, &vec![b'7'; 1 << 20]), vec![]);
        assert!(!framer.has_partial_line(), "the discarded rest is not buffered");
        assert_eq!(framer.on_idle(), None);
        assert_eq!(lines(&mut framer, b"8\nx\n"), vec![line("x", LineEnd::Lf)]);
        assert_eq!(lines(&mut framer, b"1234\r"), vec![], "this CR may be half of a CR LF");
        assert_eq!(lines(&mut framer, b"\n"), vec![line("1234", LineEnd::CrLf)]);
        lines(&mut framer, b"1234\r");
        assert_eq!(lines(&mut framer, b"5\n"), vec![line("1234", LineEnd::Limit)]);
        lines(&mut framer, b"1234\r");
        assert_eq!(framer.on_idle().map(owned), Some(line("1234", LineEnd::Idle)));
        assert_eq!(framer.finish().map(owned), Some(("\r".to_owned(), LineEnd::Eof, true)));
    }

    #[test]
    fn finish_returns_the_incomplete_line() {
        let mut framer = Framer::new(100);
        assert_eq!(framer.finish(), None);
        lines(&mut framer, b"bye\xc3");
        assert_eq!(framer.finish().unwrap(), ReceivedLine { text: b"bye\xc3", end: LineEnd::Eof, continues: false });
    }

    proptest! {
        #[test]
        fn the_split_into_reads_makes_no_difference(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200),
            cuts in proptest::collection::vec(0_usize..200, 0..20),
        ) {
            let mut whole = Framer::new(5);
            let expected = lines(&mut whole, &bytes);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            cuts.push(bytes.len());
            let (mut split, mut from, mut found) = (Framer::new(5), 0, Vec::new());
            for cut in cuts {
                found.extend(lines(&mut split, &bytes[from..cut]));
                from = cut;
            }
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(split.finish(), whole.finish());
        }

        #[test]
        fn lines_and_their_ends_add_up_to_the_input(
            reads in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..20), any::<bool>()), 0..20),
        ) {
            let (mut framer, mut out, mut all) = (Framer::new(1000), Vec::new(), Vec::new());
            for (read, is_pause) in &reads {
                all.extend_from_slice(read);
                let mut input = &read[..];
                while let Some(line) = framer.take(&mut input) {
                    out.extend_from_slice(line.text);
                    out.extend_from_slice(line.end.bytes());
                }
                let line = if *is_pause { framer.on_idle() } else { None };
                out.extend_from_slice(line.map_or(&[], |line| line.text));
            }
            while let Some(line) = framer.finish() {
                out.extend_from_slice(line.text);
            }
            prop_assert_eq!(out, all);
        }
    }
}
