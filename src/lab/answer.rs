//! Lab tasks 5 to 9, and the first deliverable: servers that answer what they are told, once (tasks 5 to 7) or until
//! the client goes (tasks 8 and 9).
//!
//! Each client is answered as if it were alone; the lab's own server takes one at a time and lets the others wait.

use super::room::{Departure, Line, Moment, Out, PeerId, Room, To};
use bytes::BytesMut;
use std::time::Duration;
use unicode_segmentation::UnicodeSegmentation as _;

/// What the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// The message backwards, by what one sees as a character; ends in CR LF, as in the lab.
    Reverse,
    /// The message in capitals; ends in CR LF, as in the lab. All of Unicode's full mapping: `ß` becomes `SS`.
    Upper,
    /// The same bytes.
    Echo,
}

/// See the module's words.
#[derive(Debug)]
pub struct Answer {
    manner: Manner,
    answers: Answers,
}

/// How often a client is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Until it goes.
    Always,
    /// Once; then the server hangs up.
    Once,
}

impl Answer {
    /// Answers in this manner, so often.
    pub const fn new(manner: Manner, answers: Answers) -> Self {
        Self { manner, answers }
    }
}

impl Room for Answer {
    fn joined(&mut self, _now: Moment, _peer: PeerId, _out: &mut Out) {}

    fn line(&mut self, _now: Moment, from: PeerId, line: Line<'_>, out: &mut Out) {
        let answer = out.to(To::One(from));
        match self.manner {
            Manner::Echo => {
                answer.extend_from_slice(line.text);
                answer.extend_from_slice(line.end.bytes());
            }
            // Its newline has been answered with the message.
            Manner::Reverse | Manner::Upper if line.is_late_end() => return,
            Manner::Reverse => reverse(line.text, answer),
            Manner::Upper => upper(line.text, answer),
        }
        if self.answers == Answers::Once {
            out.hang_up(from, Duration::ZERO);
        }
    }

    fn left(&mut self, _now: Moment, _peer: PeerId, _why: Departure, _out: &mut Out) {}
}

/// Bytes that are not UTF-8 each count as a character.
fn reverse(text: &[u8], into: &mut BytesMut) {
    let chunks: Vec<_> = text.utf8_chunks().collect();
    for chunk in chunks.iter().rev() {
        chunk.invalid().iter().rev().for_each(|byte| into.extend_from_slice(&[*byte]));
        chunk.valid().graphemes(true).rev().for_each(|cluster| into.extend_from_slice(cluster.as_bytes()));
    }
    into.extend_from_slice(b"\r\n");
}

/// Bytes that are not UTF-8 stay as they are.
fn upper(text: &[u8], into: &mut BytesMut) {
    for chunk in text.utf8_chunks() {
        into.extend_from_slice(chunk.valid().to_uppercase().as_bytes());
        into.extend_from_slice(chunk.invalid());
    }
    into.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::room::End;

    const PEER: PeerId = PeerId(1);

    fn answer(room: &mut Answer, text: &[u8], end: End, continues: bool) -> Vec<u8> {
        let mut out = Out::default();
        room.line(Moment::ZERO, PEER, Line { text, end, continues }, &mut out);
        let hung_up = out.take_hang_ups();
        assert_eq!(hung_up.len(), usize::from(room.answers == Answers::Once));
        let deliveries = out.take_deliveries();
        assert!(deliveries.iter().all(|delivery| delivery.to == To::One(PEER)));
        deliveries.into_iter().flat_map(|delivery| delivery.bytes).collect()
    }

    fn answers(manner: Manner, text: &str) -> String {
        String::from_utf8(answer(&mut Answer::new(manner, Answers::Always), text.as_bytes(), End::Lf, false)).unwrap()
    }

    #[test]
    fn reverse_goes_by_what_one_sees() {
        for (said, answered) in
            [("hi", "ih\r\n"), ("", "\r\n"), ("cafe\u{301}!", "!e\u{301}fac\r\n"), ("a👨‍👩‍👧b", "b👨‍👩‍👧a\r\n")]
        {
            assert_eq!(answers(Manner::Reverse, said), answered);
        }
        let mut room = Answer::new(Manner::Reverse, Answers::Always);
        assert_eq!(answer(&mut room, b"a\xff\xfe\xc3\xa9z", End::Lf, false), b"z\xc3\xa9\xfe\xffa\r\n");
    }

    #[test]
    fn upper_follows_unicode() {
        assert_eq!(answers(Manner::Upper, "straße ǆ ŉ ﬁ"), "STRASSE Ǆ ʼN FI\r\n");
        assert_eq!(answers(Manner::Upper, "ὀδυσσεύς"), "ὈΔΥΣΣΕΎΣ\r\n");
        let mut room = Answer::new(Manner::Upper, Answers::Always);
        assert_eq!(answer(&mut room, b"a\xffb", End::Lf, false), b"A\xffB\r\n");
    }

    #[test]
    fn echo_gives_the_same_bytes_back() {
        let mut room = Answer::new(Manner::Echo, Answers::Always);
        assert_eq!(answer(&mut room, b"\x00\xff \r!", End::CrLf, false), b"\x00\xff \r!\r\n");
        assert_eq!(answer(&mut room, b"no newline", End::Silence, false), b"no newline");
        assert_eq!(answer(&mut room, b"", End::Lf, true), b"\n");
    }

    #[test]
    fn a_late_newline_is_not_answered_again() {
        let mut room = Answer::new(Manner::Upper, Answers::Always);
        assert_eq!(answer(&mut room, b"hi", End::Silence, false), b"HI\r\n");
        assert_eq!(answer(&mut room, b"", End::Lf, true), b"");
        assert_eq!(answer(&mut room, b"more", End::Lf, true), b"MORE\r\n");
    }

    #[test]
    fn once_hangs_up_after_the_answer() {
        let mut room = Answer::new(Manner::Reverse, Answers::Once);
        assert_eq!(answer(&mut room, b"hi", End::Silence, false), b"ih\r\n");
    }
}
