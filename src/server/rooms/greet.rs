//! Lab tasks 1 to 4: sends a greeting and disconnects after a delay.

use crate::server::room::{LeaveReason, Output, PeerId, ReceivedLine, Recipients, Room, ServerTime};
use std::time::Duration;

/// The greeting. It has no newline, as in the lab.
const GREETING: &[u8] = b"Thank you for connecting";

/// Default delay before disconnecting, as in the lab.
pub(crate) const LINGER: Duration = Duration::from_secs(5);

/// Greets each client and disconnects it after a delay.
#[derive(Debug)]
pub(crate) struct Greet {
    linger: Duration,
}

impl Greet {
    /// Creates a room that disconnects each client after `linger`.
    pub(crate) const fn new(linger: Duration) -> Self {
        Self { linger }
    }
}

impl Room for Greet {
    fn joined(&mut self, _now: ServerTime, peer: PeerId, out: &mut Output) {
        out.to(Recipients::One(peer)).extend_from_slice(GREETING);
        out.hang_up(peer, self.linger);
    }

    fn line(&mut self, _now: ServerTime, _from: PeerId, _line: ReceivedLine<'_>, _out: &mut Output) {}

    fn left(&mut self, _now: ServerTime, _peer: PeerId, _why: LeaveReason, _out: &mut Output) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greets_without_a_newline_and_disconnects_later() {
        let (mut room, mut out, peer) = (Greet::new(LINGER), Output::default(), PeerId(7));
        room.joined(ServerTime::ZERO, peer, &mut out);
        let deliveries = out.take_deliveries();
        assert_eq!(deliveries.len(), 1);
        assert_eq!((deliveries[0].to, &deliveries[0].bytes[..]), (Recipients::One(peer), GREETING));
        assert_eq!(out.take_hang_ups(), [(peer, Duration::from_secs(5))]);
    }
}
