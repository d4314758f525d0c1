//! Keeps evicted rows until they are logged.
//!
//! A read may exceed the limits of the transcript, and `/clear` may come in the middle of a row. Logs must contain these
//! rows nevertheless.

use super::row::{RowEnd, RowId, RowKind};
use super::{RowView, Transcript};
use crate::app::time::LocalTime;

/// A copy of a row, made when it was evicted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvictedRow {
    id: RowId,
    kind: RowKind,
    end: RowEnd,
    at: LocalTime,
    is_continued: bool,
    bytes: Vec<u8>,
}

/// Queues copies of evicted rows.
#[derive(Debug, Default)]
pub(super) struct EvictionQueue {
    /// First row to copy when evicted; `None` to copy no rows.
    from: Option<RowId>,
    rows: Vec<EvictedRow>,
}

impl EvictedRow {
    /// Returns the row as [`Transcript::row`] would.
    pub fn view(&self) -> RowView<'_> {
        let Self { id, kind, end, at, is_continued, .. } = *self;
        RowView { id, kind, end, at, is_continued, bytes: &self.bytes }
    }
}

impl From<RowView<'_>> for EvictedRow {
    fn from(row: RowView<'_>) -> Self {
        let RowView { id, kind, end, at, is_continued, bytes } = row;
        Self { id, kind, end, at, is_continued, bytes: bytes.to_vec() }
    }
}

impl Transcript {
    /// Sets the first row to copy when it is evicted, for [`Self::take_evicted`]. `None` copies no rows.
    pub const fn keep_evicted_from(&mut self, from: Option<RowId>) {
        self.evicted.from = from;
    }

    /// Returns the rows copied since the last call, oldest first.
    pub fn take_evicted(&mut self) -> Vec<EvictedRow> {
        std::mem::take(&mut self.evicted.rows)
    }

    /// Copies a row that is about to be evicted, if requested.
    pub(super) fn queue_evicted(&mut self, id: RowId) {
        if self.evicted.from.is_some_and(|from| from <= id) {
            let row = self.row(id).map(EvictedRow::from);
            self.evicted.rows.extend(row);
        }
    }

    /// Copies all rows that are about to be evicted, if requested.
    pub(super) fn queue_all_evicted(&mut self) {
        if let Some(from) = self.evicted.from {
            for id in from.max(self.first()).0..self.next().0 {
                self.queue_evicted(RowId(id));
            }
        }
    }
}
