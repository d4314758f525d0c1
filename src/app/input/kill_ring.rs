//! What was killed, to be put in again elsewhere: in another place, another line, another tab.

use std::collections::VecDeque;

/// Entries kept.
const MAX_ENTRIES: usize = 10;

/// Bytes kept in all of them together, the newest always: what was cut last can be put back however long it is.
const MAX_BYTES: usize = 1 << 20;

/// The texts killed last. Bounded: 10 entries and 1 MiB, the oldest go; the newest alone may be longer.
#[derive(Debug, Default)]
pub struct KillRing {
    /// Newest first.
    entries: VecDeque<String>,
    bytes: usize,
    /// The one that is put in next.
    at: usize,
    turn: RingToken,
}

/// Which use of the ring this was. Several drafts share a ring: only the one that used it last may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RingToken(u64);

/// On which side a kill joins the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KillSide {
    /// Text left of the cursor.
    Prepend,
    /// Text right of it.
    Append,
}

impl KillRing {
    /// Keeps `text`: with the newest entry if `before` was the last use of the ring, else as an entry of its own.
    pub(super) fn kill(&mut self, text: &str, grow: KillSide, before: Option<RingToken>) -> RingToken {
        match self.entries.front_mut().filter(|_| before == Some(self.turn)) {
            Some(entry) if grow == KillSide::Prepend => entry.insert_str(0, text),
            Some(entry) => entry.push_str(text),
            None => self.entries.push_front(text.to_owned()),
        }
        self.bytes += text.len();
        self.at = 0;
        while self.entries.len() > MAX_ENTRIES || self.entries.len() > 1 && self.bytes > MAX_BYTES {
            self.bytes -= self.entries.pop_back().map_or(0, |entry| entry.len());
        }
        self.next_turn()
    }

    /// Keeps a text that was not cut out of a draft and never came to be in one.
    pub fn push(&mut self, text: &str) {
        self.kill(text, KillSide::Append, None);
    }

    /// What is to be put in.
    pub(super) fn yank(&mut self) -> Option<(&str, RingToken)> {
        let turn = self.next_turn();
        Some((self.entries.get(self.at)?, turn))
    }

    /// What is to be put in instead of what [`KillRing::yank`] gave; it will be given next time, too. Behind the oldest
    /// comes the newest. Nothing if the ring has been used by another since.
    pub(super) fn rotate(&mut self, before: RingToken) -> Option<(&str, RingToken)> {
        if before != self.turn || self.entries.is_empty() {
            return None;
        }
        self.at = (self.at + 1) % self.entries.len();
        self.yank()
    }

    const fn next_turn(&mut self) -> RingToken {
        self.turn.0 += 1;
        self.turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(ring: &KillRing) -> Vec<&str> {
        ring.entries.iter().map(String::as_str).collect()
    }

    #[test]
    fn kills_in_a_row_are_one_entry() {
        let mut ring = KillRing::default();
        let turn = ring.kill("b", KillSide::Append, None);
        let turn = ring.kill("c", KillSide::Append, Some(turn));
        let turn = ring.kill("a", KillSide::Prepend, Some(turn));
        ring.kill("x", KillSide::Prepend, None);
        // Somebody else has killed in between.
        ring.kill("y", KillSide::Prepend, Some(turn));
        assert_eq!(texts(&ring), ["y", "x", "abc"]);
        assert_eq!(ring.bytes, 5);
    }

    #[test]
    fn it_turns_round_and_a_kill_begins_again_with_the_newest() {
        let mut ring = KillRing::default();
        assert_eq!(ring.yank(), None);
        for text in ["a", "b", "c"] {
            ring.kill(text, KillSide::Append, None);
        }
        let (text, mut turn) = ring.yank().unwrap();
        assert_eq!(text, "c");
        for expected in ["b", "a", "c", "b"] {
            let (text, next) = ring.rotate(turn).unwrap();
            assert_eq!(text, expected);
            assert_eq!(ring.rotate(turn), None, "the turn before is over");
            turn = next;
        }
        assert_eq!(ring.yank().unwrap().0, "b");
        ring.kill("d", KillSide::Append, None);
        assert_eq!(ring.yank().unwrap().0, "d");
    }

    #[test]
    fn the_oldest_goes_when_there_is_too_much() {
        let mut ring = KillRing::default();
        for n in 0..=MAX_ENTRIES {
            ring.kill(&n.to_string(), KillSide::Append, None);
        }
        assert_eq!((ring.entries.len(), ring.entries.back().unwrap().as_str()), (MAX_ENTRIES, "1"));
        let turn = ring.kill(&"x".repeat(MAX_BYTES), KillSide::Append, None);
        assert_eq!((ring.entries.len(), ring.bytes), (1, MAX_BYTES));
        ring.kill("y", KillSide::Append, Some(turn));
        assert_eq!((ring.entries.len(), ring.bytes), (1, MAX_BYTES + 1));
        ring.kill("z", KillSide::Append, None);
        assert_eq!((texts(&ring), ring.bytes), (vec!["z"], 1));
    }
}
