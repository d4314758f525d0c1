//! Bytes of one client to lines.
//!
//! A line ends with LF or CR LF. It also ends at a length that nobody types (`ServerHandle::Limit`), and when no more comes
//! for a while (`ServerHandle::Idle`), so that clients which send no newline can take part. How the bytes were split into
//! reads makes no difference otherwise.
//!
//! Whole lines are handed out as they lie in the read; only the beginning of a line whose end has yet to come is kept,
//! so a client that says nothing costs nothing.

use super::room::{LineEnd, ReceivedLine};
use crate::text::{Utf8Tail, tail};
use memchr::memchr;

/// Cuts the bytes of one client into lines: at LF, at the length limit, or after a pause.
#[derive(Debug)]
pub struct Framer {
    /// Longest line, in bytes.
    limit: usize,
    /// The line under way.
    buffered: Vec<u8>,
    state: FramerState,
    /// Bytes at the start of `kept` that have been handed out.
    consumed: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FramerState {
    /// At the start of a line, or in it.
    Line,
    /// Behind a message that silence ended.
    AfterIdle,
    /// In the part of a line that is thrown away.
    OverLimit,
}

impl Framer {
    /// For lines of at most `limit` bytes, their ends not counted.
    pub const fn new(limit: usize) -> Self {
        Self { limit, buffered: Vec::new(), state: FramerState::Line, consumed: 0 }
    }

    /// The next line whose end is in `input`, which moves on behind it. Without one, all of `input` is taken and kept.
    pub fn take<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Option<ReceivedLine<'a>> {
        self.forget_spent();
        loop {
            let Some(end) = memchr(b'\n', input) else { return self.keep(input) };
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
                // More than can be used need not be copied.
                let room = (self.limit + 2).saturating_sub(self.buffered.len());
                // A CR cut off here would only have ended a line that is too long anyway.
                self.buffered.extend_from_slice(chunk.get(..room).unwrap_or(chunk));
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

    /// Whether [`Framer::take`] would find a line in `input`, and not only keep it.
    pub fn has_line(&self, input: &[u8]) -> bool {
        memchr(b'\n', input).is_some() || (self.buffered.len() - self.consumed) + input.len() > self.limit
    }

    /// Nothing more has come for a while: what there is of a line, if anything.
    ///
    /// A character of which only the first bytes have come is held back once, for the rest to follow.
    pub fn on_idle(&mut self) -> Option<ReceivedLine<'_>> {
        self.forget_spent();
        let whole = match tail(&self.buffered) {
            Utf8Tail::Incomplete(bytes) if bytes < self.buffered.len() => self.buffered.len() - bytes,
            Utf8Tail::Incomplete(_) | Utf8Tail::Whole => self.buffered.len(),
        };
        self.hand_out(whole, LineEnd::Idle)
    }

    /// Nothing more will ever come: what there is of a line, if anything. To be called until there is nothing.
    pub fn finish(&mut self) -> Option<ReceivedLine<'_>> {
        self.forget_spent();
        self.hand_out(self.buffered.len(), LineEnd::Eof)
    }

    /// Whether silence would end something.
    pub const fn awaits_silence(&self) -> bool {
        self.buffered.len() > self.consumed
    }

    fn keep<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Option<ReceivedLine<'a>> {
        let bytes = std::mem::take(input);
        if self.state == FramerState::OverLimit {
            return None;
        }
        let room = (self.limit + 2).saturating_sub(self.buffered.len());
        self.buffered.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        // One more is allowed if it may turn out to belong to the end.
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

    fn hand_out(&mut self, bytes: usize, end: LineEnd) -> Option<ReceivedLine<'_>> {
        if self.buffered.is_empty() {
            return None;
        }
        // There is one more if that was a CR, which could have belonged to the end.
        let bytes = bytes.min(self.limit);
        let continues = std::mem::replace(&mut self.state, FramerState::AfterIdle) == FramerState::AfterIdle;
        self.consumed = bytes;
        Some(ReceivedLine { text: self.buffered.get(..bytes).unwrap_or_default(), end, continues })
    }

    fn forget_spent(&mut self) {
        match std::mem::take(&mut self.consumed) {
            0 => {}
            spent if spent >= self.buffered.len() => self.buffered = Vec::new(),
            spent => drop(self.buffered.drain(..spent)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each line as its text, its end, and whether it continues.
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
        assert!(framer.awaits_silence());
        assert_eq!(lines(&mut framer, b" of it\n"), vec![line("rest of it", LineEnd::Lf)]);
        assert!(!framer.awaits_silence());
    }

    #[test]
    fn silence_ends_a_line_and_what_follows_continues_it() {
        let mut framer = Framer::new(100);
        assert_eq!(framer.on_idle(), None);
        lines(&mut framer, b"hel");
        assert_eq!(framer.on_idle().map(owned), Some(line("hel", LineEnd::Idle)));
        assert!(!framer.awaits_silence());
        assert_eq!(framer.on_idle(), None);
        let late = (String::new(), LineEnd::CrLf, true);
        assert_eq!(lines(&mut framer, b"\r\nlo\n"), vec![late, line("lo", LineEnd::Lf)]);
        lines(&mut framer, b"one");
        framer.on_idle().unwrap();
        assert_eq!(lines(&mut framer, b" two\n"), vec![(" two".to_owned(), LineEnd::Lf, true)]);
    }

    #[test]
    fn silence_holds_half_a_character_back_once() {
        let mut framer = Framer::new(100);
        lines(&mut framer, b"caf\xc3");
        assert_eq!(framer.on_idle().map(owned), Some(line("caf", LineEnd::Idle)));
        assert!(framer.awaits_silence());
        assert_eq!(lines(&mut framer, b"\xa9\n"), vec![("é".to_owned(), LineEnd::Lf, true)]);
        lines(&mut framer, b"caf\xc3");
        framer.on_idle().unwrap();
        assert_eq!(framer.on_idle().unwrap().text, b"\xc3");
        assert!(!framer.awaits_silence());
    }

    #[test]
    fn a_line_is_cut_at_the_limit_and_the_rest_thrown_away() {
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
        assert!(!framer.awaits_silence(), "nothing is kept of what is thrown away");
        assert_eq!(framer.on_idle(), None);
        assert_eq!(lines(&mut framer, b"8\nx\n"), vec![line("x", LineEnd::Lf)]);
        assert_eq!(lines(&mut framer, b"1234\r"), vec![], "this CR may be half of an end");
        assert_eq!(lines(&mut framer, b"\n"), vec![line("1234", LineEnd::CrLf)]);
        lines(&mut framer, b"1234\r");
        assert_eq!(lines(&mut framer, b"5\n"), vec![line("1234", LineEnd::Limit)]);
        lines(&mut framer, b"1234\r");
        assert_eq!(framer.on_idle().map(owned), Some(line("1234", LineEnd::Idle)));
        assert_eq!(framer.finish().map(owned), Some(("\r".to_owned(), LineEnd::Eof, true)));
    }

    #[test]
    fn the_end_gives_what_is_left() {
        let mut framer = Framer::new(100);
        assert_eq!(framer.finish(), None);
        lines(&mut framer, b"bye\xc3");
        assert_eq!(framer.finish().unwrap(), ReceivedLine { text: b"bye\xc3", end: LineEnd::Eof, continues: false });
    }

    proptest! {
        #[test]
        fn how_bytes_are_split_into_reads_makes_no_difference(
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
        fn below_the_limit_lines_and_their_ends_are_the_bytes(
            reads in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..20), any::<bool>()), 0..20),
        ) {
            let (mut framer, mut out, mut all) = (Framer::new(1000), Vec::new(), Vec::new());
            for (read, is_silent) in &reads {
                all.extend_from_slice(read);
                let mut input = &read[..];
                while let Some(line) = framer.take(&mut input) {
                    out.extend_from_slice(line.text);
                    out.extend_from_slice(line.end.bytes());
                }
                let line = if *is_silent { framer.on_idle() } else { None };
                out.extend_from_slice(line.map_or(&[], |line| line.text));
            }
            while let Some(line) = framer.finish() {
                out.extend_from_slice(line.text);
            }
            prop_assert_eq!(out, all);
        }
    }
}
