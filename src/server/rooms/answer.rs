//! Lab tasks 5 to 9, and the first deliverable: servers that answer what they are told, once (tasks 5 to 7) or until
//! the client goes (tasks 8 and 9).
//!
//! Each client is answered as if it were alone; the lab's own server takes one at a time and lets the others wait.

use crate::server::room::{LeaveReason, Output, PeerId, ReceivedLine, Recipients, Room, ServerTime};
use bytes::BytesMut;
use std::time::Duration;
use unicode_segmentation::UnicodeSegmentation as _;

/// What the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transform {
    /// The message backwards, by what one sees as a character; ends in CR LF, as in the lab.
    Reverse,
    /// The message in capitals; ends in CR LF, as in the lab. All of Unicode's full mapping: `ß` becomes `SS`.
    Upper,
    /// The same bytes.
    Echo,
}

/// Answers each line with a transformation of it.
#[derive(Debug)]
pub struct AnswerRoom {
    manner: Transform,
    answers: AnswerLimit,
}

/// How often a client is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerLimit {
    /// Until it goes.
    Unlimited,
    /// Once; then the server hangs up.
    Once,
}

impl AnswerRoom {
    /// Answers in this manner, so often.
    pub const fn new(manner: Transform, answers: AnswerLimit) -> Self {
        Self { manner, answers }
    }
}

impl Room for AnswerRoom {
    fn joined(&mut self, _now: ServerTime, _peer: PeerId, _out: &mut Output) {}

    fn line(&mut self, _now: ServerTime, from: PeerId, line: ReceivedLine<'_>, out: &mut Output) {
        let answer = out.to(Recipients::One(from));
        match self.manner {
            Transform::Echo => {
                answer.extend_from_slice(line.text);
                answer.extend_from_slice(line.end.bytes());
            }
            // Its newline has been answered with the message.
            Transform::Reverse | Transform::Upper if line.is_late_newline() => return,
            Transform::Reverse => reverse(line.text, answer),
            Transform::Upper => upper(line.text, answer),
        }
        if self.answers == AnswerLimit::Once {
            out.hang_up(from, Duration::ZERO);
        }
    }

    fn left(&mut self, _now: ServerTime, _peer: PeerId, _why: LeaveReason, _out: &mut Output) {}
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
    use crate::server::room::LineEnd;

    const PEER: PeerId = PeerId(1);

    fn answer(room: &mut AnswerRoom, text: &[u8], end: LineEnd, continues: bool) -> Vec<u8> {
        let mut out = Output::default();
        room.line(ServerTime::ZERO, PEER, ReceivedLine { text, end, continues }, &mut out);
        let hung_up = out.take_hang_ups();
        assert_eq!(hung_up.len(), usize::from(room.answers == AnswerLimit::Once));
        let deliveries = out.take_deliveries();
        assert!(deliveries.iter().all(|delivery| delivery.to == Recipients::One(PEER)));
        deliveries.into_iter().flat_map(|delivery| delivery.bytes).collect()
    }

    fn answers(manner: Transform, text: &str) -> String {
        String::from_utf8(answer(
            &mut AnswerRoom::new(manner, AnswerLimit::Unlimited),
            text.as_bytes(),
            LineEnd::Lf,
            false,
        ))
        .unwrap()
    }

    #[test]
    fn reverse_goes_by_what_one_sees() {
        for (said, answered) in
            [("hi", "ih\r\n"), ("", "\r\n"), ("cafe\u{301}!", "!e\u{301}fac\r\n"), ("a👨‍👩‍👧b", "b👨‍👩‍👧a\r\n")]
        {
            assert_eq!(answers(Transform::Reverse, said), answered);
        }
        let mut room = AnswerRoom::new(Transform::Reverse, AnswerLimit::Unlimited);
        assert_eq!(answer(&mut room, b"a\xff\xfe\xc3\xa9z", LineEnd::Lf, false), b"z\xc3\xa9\xfe\xffa\r\n");
    }

    #[test]
    fn upper_follows_unicode() {
        assert_eq!(answers(Transform::Upper, "straße ǆ ŉ ﬁ"), "STRASSE Ǆ ʼN FI\r\n");
        assert_eq!(answers(Transform::Upper, "ὀδυσσεύς"), "ὈΔΥΣΣΕΎΣ\r\n");
        let mut room = AnswerRoom::new(Transform::Upper, AnswerLimit::Unlimited);
        assert_eq!(answer(&mut room, b"a\xffb", LineEnd::Lf, false), b"A\xffB\r\n");
    }

    #[test]
    fn echo_gives_the_same_bytes_back() {
        let mut room = AnswerRoom::new(Transform::Echo, AnswerLimit::Unlimited);
        assert_eq!(answer(&mut room, b"\x00\xff \r!", LineEnd::CrLf, false), b"\x00\xff \r!\r\n");
        assert_eq!(answer(&mut room, b"no newline", LineEnd::Idle, false), b"no newline");
        assert_eq!(answer(&mut room, b"", LineEnd::Lf, true), b"\n");
    }

    #[test]
    fn a_late_newline_is_not_answered_again() {
        let mut room = AnswerRoom::new(Transform::Upper, AnswerLimit::Unlimited);
        assert_eq!(answer(&mut room, b"hi", LineEnd::Idle, false), b"HI\r\n");
        assert_eq!(answer(&mut room, b"", LineEnd::Lf, true), b"");
        assert_eq!(answer(&mut room, b"more", LineEnd::Lf, true), b"MORE\r\n");
    }

    #[test]
    fn once_hangs_up_after_the_answer() {
        let mut room = AnswerRoom::new(Transform::Reverse, AnswerLimit::Once);
        assert_eq!(answer(&mut room, b"hi", LineEnd::Idle, false), b"ih\r\n");
    }
}
