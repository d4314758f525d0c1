//! The kill ring: killed texts that can be yanked into any draft, in any tab.

use std::collections::VecDeque;

/// Maximum number of entries.
const MAX_ENTRIES: usize = 10;

/// Bytes of all entries together. The newest entry is kept even if it is longer.
const MAX_BYTES: usize = 1 << 20;

/// The texts killed last: at most 10 entries and 1 MiB, not counting the newest entry.
#[derive(Debug, Default)]
pub struct KillRing {
    /// Newest first.
    entries: VecDeque<String>,
    bytes: usize,
    /// Index of the entry to yank next.
    at: usize,
    token: RingToken,
}

/// Identifies a use of the ring. Drafts share the ring, and only the draft that used it last may extend an entry or
/// rotate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RingToken(u64);

/// The side on which a kill extends the newest entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KillSide {
    /// Before it: the text was left of the cursor.
    Prepend,
    /// After it: the text was right of the cursor.
    Append,
}

impl KillRing {
    /// Saves `text`. Extends the newest entry if `previous` was the last use of the ring; otherwise adds an entry.
    pub(super) fn kill(&mut self, text: &str, side: KillSide, previous: Option<RingToken>) -> RingToken {
        match self.entries.front_mut().filter(|_| previous == Some(self.token)) {
            Some(entry) if side == KillSide::Prepend => entry.insert_str(0, text),
            Some(entry) => entry.push_str(text),
            None => self.entries.push_front(text.to_owned()),
        }
        self.bytes += text.len();
        self.at = 0;
        while self.entries.len() > MAX_ENTRIES || self.entries.len() > 1 && self.bytes > MAX_BYTES {
            self.bytes -= self.entries.pop_back().map_or(0, |entry| entry.len());
        }
        self.next_token()
    }

    /// Adds a text that was not killed in a draft.
    pub fn push(&mut self, text: &str) {
        self.kill(text, KillSide::Append, None);
    }

    /// Returns the text to yank.
    pub(super) fn yank(&mut self) -> Option<(&str, RingToken)> {
        let token = self.next_token();
        Some((self.entries.get(self.at)?, token))
    }

    /// Rotates to the entry killed before, or from the oldest to the newest, and returns it. Later yanks return it too.
    /// Returns `None` if `previous` was not the last use of the ring.
    pub(super) fn rotate(&mut self, previous: RingToken) -> Option<(&str, RingToken)> {
        if previous != self.token || self.entries.is_empty() {
            return None;
        }
        self.at = (self.at + 1) % self.entries.len();
        self.yank()
    }

    const fn next_token(&mut self) -> RingToken {
        self.token.0 += 1;
        self.token
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
        let token = ring.kill("b", KillSide::Append, None);
        let token = ring.kill("c", KillSide::Append, Some(token));
        let token = ring.kill("a", KillSide::Prepend, Some(token));
        ring.kill("x", KillSide::Prepend, None);
        // Another draft has killed in between.
        ring.kill("y", KillSide::Prepend, Some(token));
        assert_eq!(texts(&ring), ["y", "x", "abc"]);
        assert_eq!(ring.bytes, 5);
    }

    #[test]
    fn the_ring_rotates_and_a_kill_resets_it_to_the_newest() {
        let mut ring = KillRing::default();
        assert_eq!(ring.yank(), None);
        for text in ["a", "b", "c"] {
            ring.kill(text, KillSide::Append, None);
        }
        let (text, mut token) = ring.yank().unwrap();
        assert_eq!(text, "c");
        for expected in ["b", "a", "c", "b"] {
            let (text, next) = ring.rotate(token).unwrap();
            assert_eq!(text, expected);
            assert_eq!(ring.rotate(token), None, "an old token is refused");
            token = next;
        }
        assert_eq!(ring.yank().unwrap().0, "b");
        ring.kill("d", KillSide::Append, None);
        assert_eq!(ring.yank().unwrap().0, "d");
    }

    #[test]
    fn the_oldest_entries_are_dropped_at_the_limits() {
        let mut ring = KillRing::default();
        for number in 0..=MAX_ENTRIES {
            ring.kill(&number.to_string(), KillSide::Append, None);
        }
        assert_eq!((ring.entries.len(), ring.entries.back().unwrap().as_str()), (MAX_ENTRIES, "1"));
        let token = ring.kill(&"x".repeat(MAX_BYTES), KillSide::Append, None);
        assert_eq!((ring.entries.len(), ring.bytes), (1, MAX_BYTES));
        ring.kill("y", KillSide::Append, Some(token));
        assert_eq!((ring.entries.len(), ring.bytes), (1, MAX_BYTES + 1));
        ring.kill("z", KillSide::Append, None);
        assert_eq!((texts(&ring), ring.bytes), (vec!["z"], 1));
    }
}
