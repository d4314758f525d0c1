//! Lab tasks 5 to 9 and the first deliverable: answers one line (tasks 5 to 7) or every line (tasks 8 and 9).
//!
//! Clients are served concurrently; the lab's server serves one after another.

use crate::server::room::{LeaveReason, Output, PeerId, ReceivedLine, Recipients, Room, ServerTime};
use bytes::BytesMut;
use std::time::Duration;
use unicode_segmentation::UnicodeSegmentation as _;

/// How a line becomes its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transform {
    /// Reverses the line by grapheme clusters; ends with CR LF, as in the lab.
    Reverse,
    /// Converts to upper case by Unicode's full mapping (`ß` becomes `SS`); ends with CR LF, as in the lab.
    Upper,
    /// Returns the bytes unchanged.
    Echo,
}

/// Answers lines with a transformation of them.
#[derive(Debug)]
pub(crate) struct AnswerRoom {
    transform: Transform,
    answers: AnswerLimit,
}

/// How often a client is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerLimit {
    /// Every line is answered.
    Unlimited,
    /// The first line is answered, then the client is disconnected.
    Once,
}

impl AnswerRoom {
    /// Creates a room that answers with `transform`, as often as `answers` allows.
    pub(crate) const fn new(transform: Transform, answers: AnswerLimit) -> Self {
        Self { transform, answers }
    }
}

impl Room for AnswerRoom {
    fn joined(&mut self, _now: ServerTime, _peer: PeerId, _out: &mut Output) {}

    fn line(&mut self, _now: ServerTime, from: PeerId, line: ReceivedLine<'_>, out: &mut Output) {
        let answer = out.to(Recipients::One(from));
        match self.transform {
            Transform::Echo => {
                answer.extend_from_slice(line.text);
                answer.extend_from_slice(line.end.bytes());
            }
            // The message has been answered with a line end already.
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

/// Appends `text` reversed; each byte that is not UTF-8 counts as a character.
fn reverse(text: &[u8], into: &mut BytesMut) {
    let chunks: Vec<_> = text.utf8_chunks().collect();
    for chunk in chunks.iter().rev() {
        chunk.invalid().iter().rev().for_each(|byte| into.extend_from_slice(&[*byte]));
        chunk.valid().graphemes(true).rev().for_each(|cluster| into.extend_from_slice(cluster.as_bytes()));
    }
    into.extend_from_slice(b"\r\n");
}

/// Appends `text` in upper case; bytes that are not UTF-8 stay unchanged.
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

    fn answers(transform: Transform, text: &str) -> String {
        String::from_utf8(answer(
            &mut AnswerRoom::new(transform, AnswerLimit::Unlimited),
            text.as_bytes(),
            LineEnd::Lf,
            false,
        ))
        .unwrap()
    }

    #[test]
    fn reverse_keeps_grapheme_clusters() {
        for (line, expected) in
            [("hi", "ih\r\n"), ("", "\r\n"), ("cafe\u{301}!", "!e\u{301}fac\r\n"), ("a👨‍👩‍👧b", "b👨‍👩‍👧a\r\n")]
        {
            assert_eq!(answers(Transform::Reverse, line), expected);
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
    fn echo_returns_the_same_bytes() {
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
    fn once_disconnects_after_the_answer() {
        let mut room = AnswerRoom::new(Transform::Reverse, AnswerLimit::Once);
        assert_eq!(answer(&mut room, b"hi", LineEnd::Idle, false), b"ih\r\n");
    }
}
