//! Tracks the progress of a background scan over all rows, which grows in both directions from where it began.

use crate::app::transcript::{RowId, Transcript};
use std::ops::Range;

/// Maximum rows in a batch. A batch takes a millisecond or two.
const MAX_BATCH_ROWS: u64 = 4096;

/// Bytes after which a batch ends.
const MAX_BATCH_BYTES: u64 = 64 * 1024;

/// Length in bytes above which an open row is rescanned only after it has grown by a part of [`RESCAN_GROWTH`] or ended.
/// Otherwise every byte that arrives alone would cause a scan of the whole row.
const LONG_ROW_BYTES: u64 = 1024;

/// Inverse of the fraction by which a long row must grow before it is rescanned: an eighth.
const RESCAN_GROWTH: u64 = 8;

/// The range of rows that a background scan has covered.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct ScanProgress {
    scanned: Range<RowId>,
    /// First row that could still change when it was scanned.
    first_mutable: RowId,
    /// End of the transcript at the last update.
    next: RowId,
    /// Length of row `first_mutable` in bytes when it was last scanned.
    mutable_bytes: u64,
}

impl ScanProgress {
    /// Starts a scan at row `pivot`.
    pub(in crate::app) fn at(pivot: RowId, transcript: &Transcript) -> Self {
        let pivot = pivot.clamp(transcript.first(), transcript.next());
        Self { scanned: pivot..pivot, first_mutable: pivot, next: transcript.next(), mutable_bytes: 0 }
    }

    /// Returns the rows scanned so far.
    pub(in crate::app) fn scanned(&self) -> Range<RowId> {
        self.scanned.clone()
    }

    /// Returns the rows to scan after the transcript has changed: new rows, and rows that could still change. Returns
    /// `None` if older rows have not been scanned yet; the scan reaches the new ones later.
    pub(in crate::app) fn arrivals(&mut self, transcript: &Transcript) -> Option<Range<RowId>> {
        let (first, next) = (transcript.first(), transcript.next());
        self.scanned = self.scanned.start.max(first)..self.scanned.end.max(first);
        let from = self.first_mutable.clamp(self.scanned.start, self.scanned.end);
        let is_behind = self.scanned.end < self.next;
        self.next = next;
        if is_behind {
            self.scanned.end = from;
            return None;
        }
        if from < next && self.has_hardly_grown(from, transcript) {
            return Some(RowId(from.0 + 1)..next);
        }
        Some(from..next)
    }

    /// Whether a row is long, still open, and little longer than when it was last scanned.
    fn has_hardly_grown(&self, id: RowId, transcript: &Transcript) -> bool {
        let len = transcript.len_of(id);
        id == self.first_mutable
            && self.mutable_bytes >= LONG_ROW_BYTES
            && len < self.mutable_bytes + self.mutable_bytes / RESCAN_GROWTH
            && transcript.is_open(id)
    }

    /// Records that rows were scanned. They must adjoin or overlap those scanned before.
    pub(in crate::app) fn add(&mut self, rows: &Range<RowId>, transcript: &Transcript) {
        self.scanned = self.scanned.start.min(rows.start)..self.scanned.end.max(rows.end);
        let first_mutable = transcript.first_mutable_row();
        if first_mutable != self.first_mutable || rows.contains(&first_mutable) {
            self.mutable_bytes = if rows.contains(&first_mutable) { transcript.len_of(first_mutable) } else { 0 };
        }
        self.first_mutable = first_mutable;
    }

    /// Whether all rows have been scanned.
    pub(in crate::app) fn is_complete(&self, transcript: &Transcript) -> bool {
        self.scanned.start <= transcript.first() && self.scanned.end >= transcript.next()
    }

    /// Whether all older rows have been scanned.
    pub(in crate::app) fn is_complete_above(&self, transcript: &Transcript) -> bool {
        self.scanned.start <= transcript.first()
    }

    /// Returns the next rows to scan towards the newest; empty if that has been reached.
    pub(in crate::app) fn next_batch_below(&self, transcript: &Transcript) -> Range<RowId> {
        let rows = (self.scanned.end.0..transcript.next().0).map(RowId);
        self.scanned.end..RowId(self.scanned.end.0 + batch_len(transcript, rows))
    }

    /// Returns the next rows to scan towards the oldest; empty if that has been reached.
    pub(in crate::app) fn next_batch_above(&self, transcript: &Transcript) -> Range<RowId> {
        let rows = (transcript.first().0..self.scanned.start.0).rev().map(RowId);
        RowId(self.scanned.start.0 - batch_len(transcript, rows))..self.scanned.start
    }
}

/// Returns how many of these rows form a batch: at least one, if there is any.
fn batch_len(transcript: &Transcript, ids: impl Iterator<Item = RowId>) -> u64 {
    let (mut rows, mut bytes) = (0, 0);
    for id in ids {
        rows += 1;
        bytes += transcript.len_of(id);
        if rows >= MAX_BATCH_ROWS || bytes >= MAX_BATCH_BYTES {
            break;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::time::LocalTime;
    use crate::app::transcript::{RowKind, TranscriptLimits};

    #[test]
    fn scans_each_row_once_and_mutable_rows_again() {
        let mut transcript = Transcript::new(TranscriptLimits::default());
        for n in 0..10_000 {
            transcript.receive(format!("row {n}\n").as_bytes(), LocalTime(0));
        }
        let mut progress = ScanProgress::at(RowId(5000), &transcript);
        let mut batches = Vec::new();
        while !progress.is_complete(&transcript) {
            let below = progress.next_batch_below(&transcript);
            let batch = if below.is_empty() { progress.next_batch_above(&transcript) } else { below };
            progress.add(&batch, &transcript);
            batches.push(batch.start.0..batch.end.0);
        }
        assert_eq!(batches, [5000..9096, 9096..10_000, 904..5000, 0..904]);
        transcript.receive(b"begun", LocalTime(0));
        let arrivals = progress.arrivals(&transcript).unwrap();
        assert_eq!(arrivals, RowId(10_000)..RowId(10_001));
        progress.add(&arrivals, &transcript);
        transcript.receive(b" and ended\nnext", LocalTime(0));
        assert_eq!(progress.arrivals(&transcript), Some(RowId(10_000)..RowId(10_002)));
    }

    #[test]
    fn a_long_open_row_is_rescanned_when_it_has_grown_or_ended() {
        let mut transcript = Transcript::new(TranscriptLimits::default());
        let mut progress = ScanProgress::at(RowId(0), &transcript);
        let mut scanned_bytes = 0;
        let mut receive = |transcript: &mut Transcript, bytes: &[u8]| {
            transcript.receive(bytes, LocalTime(0));
            let rows = progress.arrivals(transcript).unwrap();
            scanned_bytes += (rows.start.0..rows.end.0).map(|id| transcript.len_of(RowId(id))).sum::<u64>();
            progress.add(&rows, transcript);
            rows.start.0..rows.end.0
        };
        assert_eq!(receive(&mut transcript, b"x"), 0..1);
        assert_eq!(receive(&mut transcript, &[b'x'; 4000]), 0..1);
        assert_eq!(receive(&mut transcript, &[b'x'; 100]), 1..1);
        transcript.note(RowKind::Notice, "meanwhile", LocalTime(0));
        assert_eq!(receive(&mut transcript, b"x"), 1..2);
        assert_eq!(receive(&mut transcript, &[b'x'; 500]), 0..2);
        assert_eq!(receive(&mut transcript, b"\n"), 0..2);
        for _ in 0..60_000 {
            receive(&mut transcript, b"x");
        }
        // Scanning the whole row for each byte would read 1.8 GB.
        assert!(scanned_bytes < 3_000_000, "{scanned_bytes}");
    }

    #[test]
    fn rows_that_change_before_they_are_reached_are_rescanned() {
        let mut transcript = Transcript::new(TranscriptLimits::default());
        transcript.receive(&b"x\n".repeat(10_000), LocalTime(0));
        transcript.receive(b"open", LocalTime(0));
        let mut progress = ScanProgress::at(RowId(0), &transcript);
        let batch = progress.next_batch_below(&transcript);
        progress.add(&batch, &transcript);
        transcript.receive(b" still", LocalTime(0));
        assert_eq!(progress.arrivals(&transcript), None);
        assert_eq!(progress.scanned(), RowId(0)..RowId(4096));
    }
}
