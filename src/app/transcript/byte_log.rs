//! Stores the bytes of one direction in segments.

use crate::app::time::LocalTime;
use std::collections::VecDeque;
use std::ops::Range;

/// Maximum size of a segment. A new segment starts only when the next append would exceed it.
const SEGMENT_BYTES: usize = 1 << 20;

/// Maximum number of read marks. They must not outweigh the text if a peer sends single bytes.
const MAX_MARKS: usize = 1 << 18;

/// The start of a read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadMark {
    /// Offset of its first byte in the log.
    pub offset: u64,
    /// Time of the read or write.
    pub at: LocalTime,
}

/// An append-only byte log. Offsets never change; memory is freed from the front in whole segments.
#[derive(Debug, Default)]
pub(super) struct ByteLog {
    segments: VecDeque<LogSegment>,
    marks: VecDeque<ReadMark>,
    /// Offset of the first byte that is not evicted.
    front: u64,
    end: u64,
}

#[derive(Debug)]
struct LogSegment {
    /// Offset of the first byte in the log.
    base: u64,
    bytes: Vec<u8>,
}

impl ByteLog {
    /// Returns the offset after the last byte.
    pub(super) const fn end(&self) -> u64 {
        self.end
    }

    /// Returns the number of bytes that are not evicted.
    pub(super) const fn len(&self) -> u64 {
        self.end - self.front
    }

    /// Appends the bytes of one read or write. They stay contiguous with the bytes from offset `keep`, so that the row
    /// under way is always one slice; together they must fit into a segment.
    pub(super) fn append(&mut self, bytes: &[u8], keep: u64, at: LocalTime) {
        debug_assert!(bytes.len() as u64 + self.end - keep <= SEGMENT_BYTES as u64);
        if self.marks.len() == MAX_MARKS {
            self.marks.pop_front();
        }
        self.marks.push_back(ReadMark { offset: self.end, at });
        match self.segments.back_mut() {
            Some(segment) if segment.bytes.len() + bytes.len() <= SEGMENT_BYTES => {
                segment.bytes.extend_from_slice(bytes);
            }
            Some(segment) => {
                let tail = segment.bytes.split_off(usize::try_from(keep - segment.base).unwrap_or(usize::MAX));
                let mut next = Vec::with_capacity(SEGMENT_BYTES);
                next.extend_from_slice(&tail);
                next.extend_from_slice(bytes);
                self.segments.push_back(LogSegment { base: keep, bytes: next });
            }
            None => self.segments.push_back(LogSegment { base: self.end, bytes: bytes.to_vec() }),
        }
        self.end += bytes.len() as u64;
    }

    /// Returns `len` bytes from offset `start`; empty if they are evicted or not contiguous.
    pub(super) fn slice(&self, start: u64, len: u64) -> &[u8] {
        let after = self.segments.partition_point(|segment| segment.base <= start);
        let Some(segment) = after.checked_sub(1).and_then(|index| self.segments.get(index)) else { return &[] };
        let from = usize::try_from(start - segment.base).unwrap_or(usize::MAX);
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        segment.bytes.get(from..from.saturating_add(len)).unwrap_or_default()
    }

    /// Evicts everything before `offset`. Memory is freed in whole segments.
    pub(super) fn evict_before(&mut self, offset: u64) {
        self.front = self.front.max(offset);
        while self.segments.front().is_some_and(|segment| segment.base + segment.bytes.len() as u64 <= self.front) {
            self.segments.pop_front();
        }
        // The mark of the read that contains `front` is kept.
        while self.marks.get(1).is_some_and(|second| second.offset <= self.front) {
            self.marks.pop_front();
        }
    }

    /// Returns the reads or writes that began in `range`, with their lengths in bytes.
    pub(super) fn reads(&self, range: Range<u64>) -> Vec<(ReadMark, u64)> {
        let first = self.marks.partition_point(|mark| mark.offset < range.start);
        let ends = self.marks.iter().skip(first + 1).map(|mark| mark.offset).chain([self.end]);
        let reads = self.marks.iter().skip(first).zip(ends);
        reads.take_while(|(mark, _)| mark.offset < range.end).map(|(mark, end)| (*mark, end - mark.offset)).collect()
    }

    /// Iterates over the starts of reads or writes, oldest first.
    pub(super) fn marks(&self) -> impl Iterator<Item = ReadMark> + '_ {
        self.marks.iter().copied()
    }
}

#[cfg(test)]
impl ByteLog {
    /// Returns the bytes of memory allocated for segments.
    pub(super) fn memory_used(&self) -> usize {
        self.segments.iter().map(|segment| segment.bytes.capacity()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_stay_valid_and_kept_bytes_contiguous() {
        let mut log = ByteLog::default();
        let mut all = Vec::new();
        let mut keep = 0;
        for n in 0..200_u64 {
            let bytes: Vec<u8> = (0..20_000).map(|i| u8::try_from((i + n) % 251).unwrap()).collect();
            log.append(&bytes, keep, LocalTime(n));
            all.extend_from_slice(&bytes);
            let from = usize::try_from(keep).unwrap();
            assert_eq!(log.slice(keep, log.end() - keep), &all[from..]);
            keep = log.end() - (n * 37) % 9_000;
        }
        assert_eq!(log.end(), 4_000_000);
        assert_eq!(log.slice(2_000_000, 10), &all[2_000_000..2_000_010]);
    }

    #[test]
    fn eviction_frees_segments_and_keeps_the_current_mark() {
        let mut log = ByteLog::default();
        for n in 0..100 {
            log.append(&vec![7; 50_000], log.end(), LocalTime(n));
        }
        assert!(log.memory_used() >= 5_000_000);
        log.evict_before(4_975_000);
        assert!(log.memory_used() <= 2 * SEGMENT_BYTES, "{}", log.memory_used());
        assert_eq!(log.len(), 25_000);
        assert_eq!(log.marks().next(), Some(ReadMark { offset: 4_950_000, at: LocalTime(99) }));
        assert_eq!(log.slice(0, 10), b"");
    }
}
