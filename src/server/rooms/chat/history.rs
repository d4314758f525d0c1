//! The latest messages, for new clients.

use bytes::BytesMut;
use std::collections::VecDeque;

/// Maximum total size in bytes. Each new client receives all of it, and any client can cause lines of 32 KiB.
const MAX_BYTES: usize = 64 << 10;

/// The latest lines as they were sent. New lines reuse the memory of removed ones.
#[derive(Debug)]
pub(super) struct ChatHistory {
    lines: VecDeque<Vec<u8>>,
    /// Total bytes in `lines`.
    bytes: usize,
    limit: usize,
}

impl ChatHistory {
    /// Creates a history of at most `limit` lines.
    pub(super) const fn new(limit: usize) -> Self {
        Self { lines: VecDeque::new(), bytes: 0, limit }
    }

    /// Appends a line, including its newline. Removes old lines as needed; a line that never fits is dropped.
    pub(super) fn push(&mut self, line: &[u8]) {
        let mut reused = Vec::new();
        while self.lines.len() >= self.limit || self.bytes + line.len() > MAX_BYTES {
            let Some(oldest) = self.lines.pop_front() else { return };
            self.bytes -= oldest.len();
            reused = oldest;
        }
        if reused.capacity() > 4 * line.len() {
            // Releases an allocation that is much too large.
            reused = Vec::new();
        }
        reused.clear();
        reused.extend_from_slice(line);
        self.bytes += line.len();
        self.lines.push_back(reused);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Appends all lines, oldest first.
    pub(super) fn write_to(&self, buffer: &mut BytesMut) {
        for line in &self.lines {
            buffer.extend_from_slice(line);
        }
    }
}
