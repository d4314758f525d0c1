//! Lab tasks 13 to 15: what one client says, all the others read, byte for byte.
//!
//! A message that came without a newline is passed on without. If it is somebody else's turn to speak then, those who
//! read both get a newline between, so that two people's words never share a line: the one thing the lab's relay gets
//! wrong. Of two clients alone with each other neither reads a byte that the other has not sent, but for words of the
//! server's own about their trouble.

use crate::server::room::{LeaveReason, LineEnd, Output, PeerId, ReceivedLine, Recipients, Room, ServerTime};

/// Passes the bytes of each client to all others unchanged.
#[derive(Debug, Default)]
pub struct Relay {
    /// Whose last message had no end.
    open: Option<PeerId>,
    interrupted: Option<InterruptedLine>,
}

/// A message without an end that was given one because somebody else spoke.
#[derive(Debug, Clone, Copy)]
struct InterruptedLine {
    whose: PeerId,
    /// The one who has not read the end, having written the next message instead.
    by: PeerId,
}

impl Room for Relay {
    fn joined(&mut self, _now: ServerTime, _peer: PeerId, _out: &mut Output) {}

    fn line(&mut self, _now: ServerTime, from: PeerId, line: ReceivedLine<'_>, out: &mut Output) {
        if let Some(InterruptedLine { by, .. }) = self.interrupted.take_if(|interrupted| interrupted.whose == from)
            && line.is_late_newline()
        {
            // The others have an end of it already.
            out.to(Recipients::One(by)).extend_from_slice(line.end.bytes());
            return;
        }
        if let Some(whose) = self.open.filter(|whose| *whose != from) {
            out.to(Recipients::AllExceptTwo(from, whose)).extend_from_slice(b"\n");
            self.interrupted = Some(InterruptedLine { whose, by: from });
        }
        let bytes = out.to(Recipients::AllExcept(from));
        bytes.extend_from_slice(line.text);
        bytes.extend_from_slice(line.end.bytes());
        self.open = matches!(line.end, LineEnd::Idle | LineEnd::Eof).then_some(from);
    }

    fn left(&mut self, _now: ServerTime, _peer: PeerId, _why: LeaveReason, _out: &mut Output) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEERS: [PeerId; 3] = [PeerId(0), PeerId(1), PeerId(2)];

    /// What each of three has read after these lines, each with who said it, its end, and whether it continues.
    fn read(lines: &[(usize, &str, LineEnd, bool)]) -> [String; 3] {
        let (mut room, mut out, mut read) = (Relay::default(), Output::default(), [const { String::new() }; 3]);
        for (from, text, end, continues) in lines {
            let line = ReceivedLine { text: text.as_bytes(), end: *end, continues: *continues };
            room.line(ServerTime::ZERO, PEERS[*from], line, &mut out);
            for delivery in out.take_deliveries() {
                for (peer, read) in PEERS.iter().zip(&mut read) {
                    if delivery.to.includes(*peer) {
                        read.push_str(std::str::from_utf8(&delivery.bytes).unwrap());
                    }
                }
            }
        }
        read
    }

    #[test]
    fn lines_go_unchanged_to_all_the_others() {
        let all = read(&[(0, "a\r", LineEnd::Lf, false), (0, "b", LineEnd::CrLf, false), (1, "c", LineEnd::Lf, false)]);
        assert_eq!(all, ["c\n", "a\r\nb\r\n", "a\r\nb\r\nc\n"]);
    }

    #[test]
    fn one_speakers_pieces_stay_together() {
        let all =
            read(&[(0, "hel", LineEnd::Idle, false), (0, "lo", LineEnd::Lf, true), (1, "hi", LineEnd::Lf, false)]);
        assert_eq!(all, ["hi\n", "hello\n", "hello\nhi\n"]);
    }

    #[test]
    fn two_speakers_never_share_a_line_and_read_each_other_unchanged() {
        let all = read(&[
            (0, "one", LineEnd::Idle, false),
            (1, "two", LineEnd::Idle, false),
            (0, "", LineEnd::Lf, true),
            (0, "three", LineEnd::Lf, false),
        ]);
        assert_eq!(all, ["two", "one\nthree\n", "one\ntwo\nthree\n"]);
    }
}
