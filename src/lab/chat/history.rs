//! What was said last, for newcomers.

use bytes::BytesMut;
use std::collections::VecDeque;

/// The last lines, as everybody read them. Old ones lend their memory to new ones.
#[derive(Debug)]
pub(super) struct History {
    lines: VecDeque<Vec<u8>>,
    limit: usize,
}

impl History {
    /// Keeps the last `limit` lines.
    pub(super) const fn new(limit: usize) -> Self {
        Self { lines: VecDeque::new(), limit }
    }

    /// Keeps a line, its newline included.
    pub(super) fn keep(&mut self, line: &[u8]) {
        let oldest = if self.lines.len() < self.limit { Some(Vec::new()) } else { self.lines.pop_front() };
        if let Some(mut kept) = oldest {
            kept.clear();
            kept.extend_from_slice(line);
            self.lines.push_back(kept);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Oldest first.
    pub(super) fn write_to(&self, words: &mut BytesMut) {
        for line in &self.lines {
            words.extend_from_slice(line);
        }
    }
}
