//! Lab tasks 13 to 15: what one client says, all the others read, byte for byte.
//!
//! A message that came without a newline is passed on without. If it is somebody else's turn to speak then, those who
//! read both get a newline between, so that two people's words never share a line: the one thing the lab's relay gets
//! wrong. Of two clients alone with each other neither reads a byte that the other has not sent, but for words of the
//! server's own about their trouble.

use super::room::{Departure, End, Line, Moment, Out, PeerId, Room, To};

/// See the module's words.
#[derive(Debug, Default)]
pub struct Relay {
    /// Whose last message had no end.
    open: Option<PeerId>,
    interrupted: Option<Interrupted>,
}

/// A message without an end that was given one because somebody else spoke.
#[derive(Debug, Clone, Copy)]
struct Interrupted {
    whose: PeerId,
    /// The one who has not read the end, having written the next message instead.
    by: PeerId,
}

impl Room for Relay {
    fn joined(&mut self, _now: Moment, _peer: PeerId, _out: &mut Out) {}

    fn line(&mut self, _now: Moment, from: PeerId, line: Line<'_>, out: &mut Out) {
        if let Some(Interrupted { by, .. }) = self.interrupted.take_if(|interrupted| interrupted.whose == from)
            && line.is_late_end()
        {
            // The others have an end of it already.
            out.to(To::One(by)).extend_from_slice(line.end.bytes());
            return;
        }
        if let Some(whose) = self.open.filter(|whose| *whose != from) {
            out.to(To::AllButBoth(from, whose)).extend_from_slice(b"\n");
            self.interrupted = Some(Interrupted { whose, by: from });
        }
        let bytes = out.to(To::AllBut(from));
        bytes.extend_from_slice(line.text);
        bytes.extend_from_slice(line.end.bytes());
        self.open = matches!(line.end, End::Silence | End::Eof).then_some(from);
    }

    fn left(&mut self, _now: Moment, _peer: PeerId, _why: Departure, _out: &mut Out) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEERS: [PeerId; 3] = [PeerId(0), PeerId(1), PeerId(2)];

    /// What each of three has read after these lines, each with who said it, its end, and whether it continues.
    fn read(lines: &[(usize, &str, End, bool)]) -> [String; 3] {
        let (mut room, mut out, mut read) = (Relay::default(), Out::default(), [const { String::new() }; 3]);
        for (from, text, end, continues) in lines {
            let line = Line { text: text.as_bytes(), end: *end, continues: *continues };
            room.line(Moment::ZERO, PEERS[*from], line, &mut out);
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
        let all = read(&[(0, "a\r", End::Lf, false), (0, "b", End::CrLf, false), (1, "c", End::Lf, false)]);
        assert_eq!(all, ["c\n", "a\r\nb\r\n", "a\r\nb\r\nc\n"]);
    }

    #[test]
    fn one_speakers_pieces_stay_together() {
        let all = read(&[(0, "hel", End::Silence, false), (0, "lo", End::Lf, true), (1, "hi", End::Lf, false)]);
        assert_eq!(all, ["hi\n", "hello\n", "hello\nhi\n"]);
    }

    #[test]
    fn two_speakers_never_share_a_line_and_read_each_other_unchanged() {
        let all = read(&[
            (0, "one", End::Silence, false),
            (1, "two", End::Silence, false),
            (0, "", End::Lf, true),
            (0, "three", End::Lf, false),
        ]);
        assert_eq!(all, ["two", "one\nthree\n", "one\ntwo\nthree\n"]);
    }
}
