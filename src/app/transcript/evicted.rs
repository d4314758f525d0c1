//! Rows that are forgotten before somebody who wants to have each of them has had it.
//!
//! A read may be larger than what is kept, and `/clear` may come in the middle of a row; a log is to have them all the same.

use super::row::{RowEnd, RowId, RowKind};
use super::{RowView, Transcript};
use crate::app::time::LocalTime;

/// A row as it was when it was forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvictedRow {
    id: RowId,
    kind: RowKind,
    end: RowEnd,
    at: LocalTime,
    is_continued: bool,
    bytes: Vec<u8>,
}

/// Which of them are wanted, and those that there are.
#[derive(Debug, Default)]
pub(super) struct EvictionQueue {
    from: Option<RowId>,
    rows: Vec<EvictedRow>,
}

impl EvictedRow {
    /// As the transcript had it.
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
    /// Rows from this one on are wanted, also if they are forgotten: they are copied then, for whoever takes them.
    pub const fn want_from(&mut self, from: Option<RowId>) {
        self.wanted.from = from;
    }

    /// Wanted rows that have been forgotten since this was asked last, the oldest first.
    pub fn take_forgotten(&mut self) -> Vec<EvictedRow> {
        std::mem::take(&mut self.wanted.rows)
    }

    /// Copies a row that is about to be forgotten, if it is wanted.
    pub(super) fn retain(&mut self, id: RowId) {
        if self.wanted.from.is_some_and(|from| from <= id) {
            let row = self.row(id).map(EvictedRow::from);
            self.wanted.rows.extend(row);
        }
    }

    /// The same with all rows.
    pub(super) fn pass_on_all(&mut self) {
        if let Some(from) = self.wanted.from {
            for id in from.max(self.first()).0..self.next().0 {
                self.retain(RowId(id));
            }
        }
    }
}
