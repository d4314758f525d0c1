//! What was said last, for newcomers.

use bytes::BytesMut;
use std::collections::VecDeque;

/// Bytes kept, however few lines that are: each newcomer reads them all, and anybody can write lines of 32 KiB.
const BYTES: usize = 64 << 10;

/// The last lines, as everybody read them. Old ones lend their memory to new ones.
#[derive(Debug)]
pub(super) struct ChatHistory {
    lines: VecDeque<Vec<u8>>,
    /// In `lines`.
    bytes: usize,
    limit: usize,
}

impl ChatHistory {
    /// Keeps the last `limit` lines.
    pub(super) const fn new(limit: usize) -> Self {
        Self { lines: VecDeque::new(), bytes: 0, limit }
    }

    /// Keeps a line, its newline included.
    pub(super) fn push(&mut self, line: &[u8]) {
        let mut lent = Vec::new();
        while self.lines.len() >= self.limit || self.bytes + line.len() > BYTES {
            // It never fits: too long, or nothing is to be kept.
            let Some(oldest) = self.lines.pop_front() else { return };
            self.bytes -= oldest.len();
            lent = oldest;
        }
        if lent.capacity() > 4 * line.len() {
            // The memory of a giant is not for a dwarf.
            lent = Vec::new();
        }
        lent.clear();
        lent.extend_from_slice(line);
        self.bytes += line.len();
        self.lines.push_back(lent);
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
