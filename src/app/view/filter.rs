//! Determines which rows are visible: applies the filter and folds repeated rows.
//!
//! [`VisibleRows`] keeps the set of visible rows and the set of *run starts* among them. The visible rows between two run
//! starts repeat the first one. A long enough run is displayed as one [`DisplayItem`]: `(3,412 blank lines)`. Hidden and
//! folded rows stay in the transcript.
//!
//! Rows are evaluated as they arrive. After a change of the filter, all rows are evaluated again in batches, starting at
//! the rows on the screen, so that keys never wait for a million rows. Rows not evaluated yet are not visible.

use super::pattern::Pattern;
use super::row_matcher::RowMatcher;
use super::row_set::RowSet;
use super::scan::ScanProgress;
use super::viewport::ViewOptions;
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView, Transcript};
use crate::text::Charset;
use std::collections::BTreeSet;
use std::ops::Range;

/// Whether a filter shows or hides matching rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterMode {
    /// Shows only matching rows.
    Keep,
    /// Hides matching rows.
    Hide,
}

/// A filter. Messages of the program are always visible, because they report the state of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Pattern to match rows against.
    pub pattern: Pattern,
    /// Whether matching rows are shown or hidden.
    pub mode: FilterMode,
}

/// Which runs of rows are folded into one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folds {
    /// Folds blank rows.
    pub blank: bool,
    /// Folds rows with equal text.
    pub repeated: bool,
}

impl Default for Folds {
    fn default() -> Self {
        Self { blank: true, repeated: false }
    }
}

/// Minimum number of blank rows to fold. Two may separate paragraphs.
const MIN_BLANK_RUN: u64 = 3;

/// Minimum number of equal rows to fold.
const MIN_EQUAL_RUN: u64 = 2;

/// An item to display: a single row, or a run of rows represented by the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisplayItem {
    /// The displayed row.
    pub first: RowId,
    /// The last row of the run; equal to `first` for a single row.
    pub last: RowId,
    /// Number of rows in the run.
    pub rows: u64,
}

impl DisplayItem {
    /// Returns the item for a single row.
    pub(in crate::app) const fn single(row: RowId) -> Self {
        Self { first: row, last: row, rows: 1 }
    }
}

/// The set of visible rows, after filter and folds.
#[derive(Debug, Default)]
pub struct VisibleRows {
    /// Rows that pass the filter.
    visible: RowSet,
    /// Visible rows that do not repeat the previous one.
    run_starts: RowSet,
    /// Rows that have been evaluated.
    progress: ScanProgress,
    filter: Option<Filter>,
    folds: Folds,
    charset: Charset,
    /// First rows of runs that the user unfolded.
    unfolded: BTreeSet<RowId>,
    matcher: RowMatcher,
}

impl VisibleRows {
    /// Returns the filter, if one is set.
    pub const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// Returns which runs are folded.
    pub const fn folds(&self) -> Folds {
        self.folds
    }

    /// Returns an empty set for rows in this charset.
    pub(in crate::app) fn new(charset: Charset) -> Self {
        Self { charset, ..Self::default() }
    }

    /// Whether all rows down to the newest have been evaluated.
    pub(in crate::app) fn is_complete_below(&self, transcript: &Transcript) -> bool {
        self.progress.scanned().end >= transcript.next()
    }

    /// Changes the charset. Evaluates all rows again if there is a filter, starting at row `pivot`.
    pub(in crate::app) fn set_charset(&mut self, transcript: &Transcript, pivot: RowId, charset: Charset) {
        self.charset = charset;
        if self.filter.is_some() {
            self.set(transcript, pivot, |_, _| {});
        }
    }

    /// Counts the visible rows of another set in `range`.
    pub(in crate::app) fn count_visible_of(&self, rows: &RowSet, range: Range<RowId>) -> u64 {
        if self.filter.is_none() { rows.count(range) } else { rows.count_with(&self.visible, range) }
    }

    /// Returns the number of rows hidden by the filter, among those evaluated so far.
    pub fn hidden(&self) -> u64 {
        if self.filter.is_none() {
            return 0;
        }
        let evaluated = self.progress.scanned();
        evaluated.end.0.saturating_sub(evaluated.start.0) - self.visible.count(evaluated)
    }

    /// Counts the visible rows in `range`, including folded ones.
    pub(in crate::app) fn count_visible(&self, range: Range<RowId>) -> u64 {
        self.visible.count(range)
    }

    /// Whether a row is visible, possibly as part of a fold.
    pub(in crate::app) fn shows(&self, id: RowId) -> bool {
        self.visible.has(id)
    }

    /// Changes the filter and the folds. All rows are evaluated again, starting at row `pivot`.
    pub(in crate::app) fn set(
        &mut self,
        transcript: &Transcript,
        pivot: RowId,
        change: impl FnOnce(&mut Option<Filter>, &mut Folds),
    ) {
        change(&mut self.filter, &mut self.folds);
        self.visible = RowSet::starting(transcript.first());
        self.run_starts = RowSet::starting(transcript.first());
        self.unfolded.clear();
        self.progress = ScanProgress::at(pivot, transcript);
        // One batch below and one above the pivot, for the next frame.
        self.work(transcript);
        self.work(transcript);
    }

    /// Folds or unfolds the run that contains a row. Returns false if the row is in no run that is long enough.
    pub(in crate::app) fn toggle(&mut self, transcript: &Transcript, id: RowId) -> bool {
        let Some(run) = self.run_of(transcript, id) else { return false };
        if run.rows < 2 || !is_long(transcript, run) {
            return false;
        }
        if !self.unfolded.remove(&run.first) {
            self.unfolded.insert(run.first);
        }
        true
    }

    /// Evaluates new and changed rows. Must be called after each change of the transcript.
    pub(in crate::app) fn update(&mut self, transcript: &Transcript) {
        let first = transcript.first();
        if self.progress.scanned().start < first {
            let start = self.run_starts.prev_before(RowId(first.0 + 1)).filter(|start| self.unfolded.contains(start));
            self.visible.remove_before(first);
            self.run_starts.remove_before(first);
            self.unfolded = self.unfolded.split_off(&first);
            if start.is_some() && !self.run_starts.has(first) {
                // The rest of an unfolded run stays unfolded.
                self.unfolded.insert(first);
            }
        }
        if let Some(rows) = self.progress.arrivals(transcript) {
            self.evaluate(transcript, rows);
        }
    }

    /// Whether there are rows to evaluate.
    pub(in crate::app) fn has_work(&self, transcript: &Transcript) -> bool {
        !self.progress.is_complete(transcript)
    }

    /// Evaluates a batch of rows: first newer ones, then older ones.
    pub(in crate::app) fn work(&mut self, transcript: &Transcript) {
        let below = self.progress.next_batch_below(transcript);
        let rows = if below.is_empty() { self.progress.next_batch_above(transcript) } else { below };
        self.evaluate(transcript, rows);
    }

    /// Evaluates rows, which must adjoin those evaluated before.
    fn evaluate(&mut self, transcript: &Transcript, ids: Range<RowId>) {
        let evaluated = self.progress.scanned();
        let known = ids.start.min(evaluated.start)..ids.end.max(evaluated.end);
        if self.filter.is_none() && !self.folds.repeated {
            self.evaluate_unfiltered(transcript, &ids);
            return;
        }
        let mut before = self.visible.prev_before(ids.start);
        for id in (ids.start.0..ids.end.0).map(RowId) {
            let is_visible = self.passes_filter(transcript, id, &known);
            self.visible.set(id, is_visible);
            self.run_starts.set(id, is_visible && !self.repeats(transcript, before, id));
            if is_visible {
                before = Some(id);
            }
        }
        self.progress.add(&ids, transcript);
        // The row after the batch has a new predecessor.
        self.evaluate_run_start(transcript, ids.end);
    }

    /// Evaluates rows if all are visible and only blank ones are folded. Faster than [`Self::evaluate`].
    fn evaluate_unfiltered(&mut self, transcript: &Transcript, ids: &Range<RowId>) {
        self.progress.add(ids, transcript);
        self.visible.insert_range(ids.clone());
        self.run_starts.insert_range(ids.clone());
        for id in (ids.start.0..ids.end.0).map(RowId).filter(|&id| transcript.is_blank(id)) {
            let before = self.visible.prev_before(id);
            self.run_starts.set(id, !self.repeats(transcript, before, id));
        }
        self.evaluate_run_start(transcript, ids.end);
    }

    /// Determines again whether the first visible row at or after `id` starts a run.
    fn evaluate_run_start(&mut self, transcript: &Transcript, id: RowId) {
        if let Some(row) = self.visible.next_from(id) {
            let before = self.visible.prev_before(row);
            self.run_starts.set(row, !self.repeats(transcript, before, row));
        }
    }

    /// Whether a row repeats the visible row before it and such rows are folded.
    fn repeats(&self, transcript: &Transcript, before: Option<RowId>, id: RowId) -> bool {
        let Some(before) = before else { return false };
        let is_same_kind = || transcript.kind(before) == transcript.kind(id);
        if transcript.is_blank(id) {
            return self.folds.blank && transcript.is_blank(before) && is_same_kind();
        }
        self.folds.repeated && is_same_kind() && has_same_text(transcript, before, id)
    }

    fn passes_filter(&mut self, transcript: &Transcript, id: RowId, known: &Range<RowId>) -> bool {
        let Some(filter) = &self.filter else { return true };
        let Some(view) = transcript.row(id) else { return false };
        if matches!(view.kind, RowKind::Notice | RowKind::Error | RowKind::Separator) {
            return true;
        }
        let keeps = filter.mode == FilterMode::Keep;
        let options = ViewOptions { charset: self.charset, ..ViewOptions::default() };
        let is_match = self.matcher.matches(&filter.pattern, options, transcript, &view);
        if view.end != RowEnd::Split && !view.is_continued {
            return is_match == keeps;
        }
        let before = transcript.previous_piece(id).filter(|before| known.contains(before));
        let after = transcript.next_piece(id).filter(|after| self.progress.scanned().contains(after));
        let adjacent: Vec<bool> =
            before.into_iter().chain(after).map(|piece| self.visible.has(piece) == keeps).collect();
        let line_matches = is_match || adjacent.contains(&true);
        if line_matches && adjacent.contains(&false) {
            self.set_line(transcript, id, keeps, known);
        }
        line_matches == keeps
    }

    /// Shows or hides all rows of a split line that are in `known`, the rows evaluated so far or in this batch.
    fn set_line(&mut self, transcript: &Transcript, id: RowId, is_visible: bool, known: &Range<RowId>) {
        let before = std::iter::successors(transcript.previous_piece(id), |&id| transcript.previous_piece(id));
        let after = std::iter::successors(transcript.next_piece(id), |&id| transcript.next_piece(id));
        for piece in before.chain(after) {
            if known.contains(&piece) {
                self.visible.set(piece, is_visible);
                self.run_starts.set(piece, is_visible);
                self.evaluate_run_start(transcript, RowId(piece.0 + 1));
            }
        }
    }

    /// Returns the first visible row at or after `id`, ignoring folds.
    pub(in crate::app) fn row_at_or_after(&self, id: RowId) -> Option<RowId> {
        self.visible.next_from(id)
    }

    /// Returns the last visible row before `id`, ignoring folds.
    pub(in crate::app) fn row_before(&self, id: RowId) -> Option<RowId> {
        self.visible.prev_before(id)
    }

    /// Returns the first item at or after a row; if the row is in a fold, that fold.
    pub fn at_or_after(&self, transcript: &Transcript, id: RowId) -> Option<DisplayItem> {
        self.visible.next_from(id.max(transcript.first())).and_then(|row| self.item_of(transcript, row))
    }

    /// Returns the last item before a row.
    pub fn before(&self, transcript: &Transcript, id: RowId) -> Option<DisplayItem> {
        self.visible.prev_before(id).and_then(|row| self.item_of(transcript, row))
    }

    fn item_of(&self, transcript: &Transcript, row: RowId) -> Option<DisplayItem> {
        let run = self.run_of(transcript, row)?;
        if run.rows > 1 && is_long(transcript, run) && !self.unfolded.contains(&run.first) {
            return Some(run);
        }
        Some(DisplayItem::single(row))
    }

    /// Returns the run that contains a row; possibly a single row.
    fn run_of(&self, transcript: &Transcript, row: RowId) -> Option<DisplayItem> {
        let after = RowId(row.0 + 1);
        // If the start of the run has been evicted, the run starts at the first row left.
        let first = self.run_starts.prev_before(after).or_else(|| self.visible.next_from(transcript.first()))?;
        let end = self.run_starts.next_from(after).unwrap_or(self.progress.scanned().end);
        let last = self.visible.prev_before(end)?;
        Some(DisplayItem { first, last, rows: self.visible.count(first..end) })
    }
}

/// Whether a run is long enough to be folded.
fn is_long(transcript: &Transcript, run: DisplayItem) -> bool {
    run.rows >= if transcript.is_blank(run.first) { MIN_BLANK_RUN } else { MIN_EQUAL_RUN }
}

/// Whether two complete rows have the same bytes.
fn has_same_text(transcript: &Transcript, before: RowId, id: RowId) -> bool {
    let is_whole = |row: &RowView<'_>| !matches!(row.end, RowEnd::Open | RowEnd::Split) && !row.is_continued;
    match (transcript.row(before), transcript.row(id)) {
        (Some(a), Some(b)) => is_whole(&a) && is_whole(&b) && a.bytes == b.bytes,
        _ => false,
    }
}
