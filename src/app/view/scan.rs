//! How far a look at all rows has come: one stretch of rows, growing both ways from where it began.

use crate::app::transcript::{RowId, Transcript};
use std::ops::Range;

/// Rows looked at in one piece of work, and their bytes: a millisecond or two.
const ROWS_AT_ONCE: u64 = 4096;
const BYTES_AT_ONCE: u64 = 64 * 1024;

/// An open row longer than this is looked at again only once it has grown by a [`GROWTH`]th, or has ended. Otherwise each
/// of its bytes that arrives alone would cost a look at all those before it.
const LONG_ROW_BYTES: u64 = 1024;
const GROWTH: u64 = 8;

/// The range of rows that a background scan has covered.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct ScanProgress {
    seen: Range<RowId>,
    /// Rows from here on could still change when they were looked at.
    settled: RowId,
    /// The end of the transcript the last time.
    next: RowId,
    /// Bytes of row `settled` when it was looked at the last time.
    settled_bytes: u64,
}

impl ScanProgress {
    /// Nothing has been looked at yet; it begins before row `pivot`.
    pub(in crate::app) fn at(pivot: RowId, transcript: &Transcript) -> Self {
        let pivot = pivot.clamp(transcript.first(), transcript.next());
        Self { seen: pivot..pivot, settled: pivot, next: transcript.next(), settled_bytes: 0 }
    }

    /// What has been looked at.
    pub(in crate::app) fn seen(&self) -> Range<RowId> {
        self.seen.clone()
    }

    /// After each change of the transcript: the rows to look at at once, those that came and those that could still
    /// change. None while rows before them wait to be looked at; then these are among them.
    pub(in crate::app) fn arrivals(&mut self, transcript: &Transcript) -> Option<Range<RowId>> {
        let (first, next) = (transcript.first(), transcript.next());
        self.seen = self.seen.start.max(first)..self.seen.end.max(first);
        let from = self.settled.clamp(self.seen.start, self.seen.end);
        let is_behind = self.seen.end < self.next;
        self.next = next;
        if is_behind {
            self.seen.end = from;
            return None;
        }
        if from < next && self.is_as_good_as_seen(from, transcript) {
            return Some(RowId(from.0 + 1)..next);
        }
        Some(from..next)
    }

    /// Whether a row is long, still open, and little longer than when it was looked at.
    fn is_as_good_as_seen(&self, id: RowId, transcript: &Transcript) -> bool {
        let len = transcript.len_of(id);
        id == self.settled
            && self.settled_bytes >= LONG_ROW_BYTES
            && len < self.settled_bytes + self.settled_bytes / GROWTH
            && transcript.is_open(id)
    }

    /// Rows have been looked at that adjoin those before.
    pub(in crate::app) fn add(&mut self, rows: &Range<RowId>, transcript: &Transcript) {
        self.seen = self.seen.start.min(rows.start)..self.seen.end.max(rows.end);
        let settled = transcript.first_mutable_row();
        if settled != self.settled || rows.contains(&settled) {
            self.settled_bytes = if rows.contains(&settled) { transcript.len_of(settled) } else { 0 };
        }
        self.settled = settled;
    }

    /// Whether everything that is kept has been looked at.
    pub(in crate::app) fn is_complete(&self, transcript: &Transcript) -> bool {
        self.seen.start <= transcript.first() && self.seen.end >= transcript.next()
    }

    /// Whether there is nothing older to look at.
    pub(in crate::app) fn is_whole_above(&self, transcript: &Transcript) -> bool {
        self.seen.start <= transcript.first()
    }

    /// The next piece of work towards the newest row. Empty if that has been reached.
    pub(in crate::app) fn next_batch_below(&self, transcript: &Transcript) -> Range<RowId> {
        let rows = (self.seen.end.0..transcript.next().0).map(RowId);
        self.seen.end..RowId(self.seen.end.0 + batch_len(transcript, rows))
    }

    /// The next piece of work towards the oldest row. Empty if that has been reached.
    pub(in crate::app) fn next_batch_above(&self, transcript: &Transcript) -> Range<RowId> {
        let rows = (transcript.first().0..self.seen.start.0).rev().map(RowId);
        RowId(self.seen.start.0 - batch_len(transcript, rows))..self.seen.start
    }
}

/// How many of these rows make a piece of work: at least one, if there is one.
fn batch_len(transcript: &Transcript, ids: impl Iterator<Item = RowId>) -> u64 {
    let (mut rows, mut bytes) = (0, 0);
    for id in ids {
        rows += 1;
        bytes += transcript.len_of(id);
        if rows >= ROWS_AT_ONCE || bytes >= BYTES_AT_ONCE {
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
    fn looks_at_everything_once_and_again_at_what_could_change() {
        let mut transcript = Transcript::new(TranscriptLimits::default());
        for n in 0..10_000 {
            transcript.receive(format!("row {n}\n").as_bytes(), LocalTime(0));
        }
        let mut reach = ScanProgress::at(RowId(5000), &transcript);
        let mut pieces = Vec::new();
        while !reach.is_complete(&transcript) {
            let below = reach.next_batch_below(&transcript);
            let piece = if below.is_empty() { reach.next_batch_above(&transcript) } else { below };
            reach.add(&piece, &transcript);
            pieces.push(piece.start.0..piece.end.0);
        }
        assert_eq!(pieces, [5000..9096, 9096..10_000, 904..5000, 0..904]);
        transcript.receive(b"begun", LocalTime(0));
        let news = reach.arrivals(&transcript).unwrap();
        assert_eq!(news, RowId(10_000)..RowId(10_001));
        reach.add(&news, &transcript);
        transcript.receive(b" and ended\nnext", LocalTime(0));
        assert_eq!(reach.arrivals(&transcript), Some(RowId(10_000)..RowId(10_002)));
    }

    #[test]
    fn a_long_open_row_is_seen_anew_when_it_has_grown_or_ended() {
        let mut transcript = Transcript::new(TranscriptLimits::default());
        let mut reach = ScanProgress::at(RowId(0), &transcript);
        let mut seen_bytes = 0;
        let mut take_in = |transcript: &mut Transcript, bytes: &[u8]| {
            transcript.receive(bytes, LocalTime(0));
            let rows = reach.arrivals(transcript).unwrap();
            seen_bytes += (rows.start.0..rows.end.0).map(|id| transcript.len_of(RowId(id))).sum::<u64>();
            reach.add(&rows, transcript);
            rows.start.0..rows.end.0
        };
        assert_eq!(take_in(&mut transcript, b"x"), 0..1);
        assert_eq!(take_in(&mut transcript, &[b'x'; 4000]), 0..1);
        assert_eq!(take_in(&mut transcript, &[b'x'; 100]), 1..1);
        transcript.note(RowKind::Notice, "meanwhile", LocalTime(0));
        assert_eq!(take_in(&mut transcript, b"x"), 1..2);
        assert_eq!(take_in(&mut transcript, &[b'x'; 500]), 0..2);
        assert_eq!(take_in(&mut transcript, b"\n"), 0..2);
        for _ in 0..60_000 {
            take_in(&mut transcript, b"x");
        }
        // Were the whole row looked at for each of its bytes, that would be 1.8 GB.
        assert!(seen_bytes < 3_000_000, "{seen_bytes}");
    }

    #[test]
    fn what_changes_while_it_is_behind_is_looked_at_again() {
        let mut transcript = Transcript::new(TranscriptLimits::default());
        transcript.receive(&b"x\n".repeat(10_000), LocalTime(0));
        transcript.receive(b"open", LocalTime(0));
        let mut reach = ScanProgress::at(RowId(0), &transcript);
        let piece = reach.next_batch_below(&transcript);
        reach.add(&piece, &transcript);
        transcript.receive(b" still", LocalTime(0));
        assert_eq!(reach.arrivals(&transcript), None);
        assert_eq!(reach.seen(), RowId(0)..RowId(4096));
    }
}
