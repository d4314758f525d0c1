//! Lab tasks 13 to 15: sends each line to all other clients, byte for byte.
//!
//! A message without a newline is passed on without one. If another client sends next, the clients that receive both get
//! a newline between them, so that two people's text never shares a line; the lab's relay gets this wrong. With only two
//! clients, neither receives a byte that the other has not sent, except for notices of the server.

use crate::server::room::{LeaveReason, LineEnd, Output, PeerId, ReceivedLine, Recipients, Room, ServerTime};

/// Sends the bytes of each client to all others unchanged.
#[derive(Debug, Default)]
pub(crate) struct Relay {
    /// The client whose last message had no newline.
    open: Option<PeerId>,
    interrupted: Option<InterruptedLine>,
}

/// A message without a newline that was completed because another client sent something.
#[derive(Debug, Clone, Copy)]
struct InterruptedLine {
    whose: PeerId,
    /// The client that sent the next message, and so has not received the newline.
    by: PeerId,
}

impl Room for Relay {
    fn joined(&mut self, _now: ServerTime, _peer: PeerId, _out: &mut Output) {}

    fn line(&mut self, _now: ServerTime, from: PeerId, line: ReceivedLine<'_>, out: &mut Output) {
        if let Some(InterruptedLine { by, .. }) = self.interrupted.take_if(|interrupted| interrupted.whose == from)
            && line.is_late_newline()
        {
            // The others have received a newline already.
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

    /// The output for each of three clients after these lines, each as sender, text, end, and whether it continues.
    fn relay(lines: &[(usize, &str, LineEnd, bool)]) -> [String; 3] {
        let (mut room, mut out, mut outputs) = (Relay::default(), Output::default(), [const { String::new() }; 3]);
        for (from, text, end, continues) in lines {
            let line = ReceivedLine { text: text.as_bytes(), end: *end, continues: *continues };
            room.line(ServerTime::ZERO, PEERS[*from], line, &mut out);
            for delivery in out.take_deliveries() {
                for (peer, output) in PEERS.iter().zip(&mut outputs) {
                    if delivery.to.includes(*peer) {
                        output.push_str(std::str::from_utf8(&delivery.bytes).unwrap());
                    }
                }
            }
        }
        outputs
    }

    #[test]
    fn lines_go_unchanged_to_all_others() {
        let all =
            relay(&[(0, "a\r", LineEnd::Lf, false), (0, "b", LineEnd::CrLf, false), (1, "c", LineEnd::Lf, false)]);
        assert_eq!(all, ["c\n", "a\r\nb\r\n", "a\r\nb\r\nc\n"]);
    }

    #[test]
    fn the_parts_of_one_message_stay_together() {
        let all =
            relay(&[(0, "hel", LineEnd::Idle, false), (0, "lo", LineEnd::Lf, true), (1, "hi", LineEnd::Lf, false)]);
        assert_eq!(all, ["hi\n", "hello\n", "hello\nhi\n"]);
    }

    #[test]
    fn two_clients_never_share_a_line() {
        let all = relay(&[
            (0, "one", LineEnd::Idle, false),
            (1, "two", LineEnd::Idle, false),
            (0, "", LineEnd::Lf, true),
            (0, "three", LineEnd::Lf, false),
        ]);
        assert_eq!(all, ["two", "one\nthree\n", "one\ntwo\nthree\n"]);
    }
}
