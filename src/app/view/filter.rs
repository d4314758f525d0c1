//! Which rows are shown, and which of them stand for others: the filter, and the folds.
//!
//! Nothing is lost by either. The sieve keeps a set of rows that are shown, and of these the set of those that are
//! *heads*: a head begins a run, and the rows after it that are shown and no heads repeat it. A long enough run is one
//! [`DisplayItem`]: `(3,412 blank lines)`.
//!
//! Rows are judged as they come. When what they are judged by changes, everything that is kept has to be judged anew; that
//! is done in pieces, outwards from where one is reading, so that the screen is right at once and
//! keys do not wait for a million rows. Rows not judged yet are not shown yet.

use super::pattern::Pattern;
use super::row_matcher::RowMatcher;
use super::row_set::RowSet;
use super::scan::ScanProgress;
use super::viewport::ViewOptions;
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView, Transcript};
use crate::text::Charset;
use std::collections::BTreeSet;
use std::ops::Range;

/// What to do with the rows in which a pattern occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterMode {
    /// Show only them.
    Keep,
    /// Show all but them.
    Hide,
}

/// A filter. The program's own rows pass in any case: they say how the connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// What is looked for.
    pub pattern: Pattern,
    /// What it means.
    pub way: FilterMode,
}

/// Which runs of rows become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folds {
    /// Blank rows.
    pub blank: bool,
    /// Rows that say the same.
    pub repeated: bool,
}

impl Default for Folds {
    fn default() -> Self {
        Self { blank: true, repeated: false }
    }
}

/// Blank rows that are worth folding: two of them may be a paragraph.
const BLANK_RUN: u64 = 3;

/// The same for rows that repeat.
const SAME_RUN: u64 = 2;

/// One thing to show: a row, or a run of rows in the place of its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisplayItem {
    /// The row that is shown.
    pub first: RowId,
    /// The last of the rows it stands for, itself if for no other.
    pub last: RowId,
    /// How many rows it stands for, itself included.
    pub rows: u64,
}

impl DisplayItem {
    /// A row that stands for no other.
    pub(in crate::app) const fn single(row: RowId) -> Self {
        Self { first: row, last: row, rows: 1 }
    }
}

/// The rows that are visible: the filter and the folds applied, as a set.
#[derive(Debug, Default)]
pub struct VisibleRows {
    shown: RowSet,
    run_starts: RowSet,
    /// Rows that have been judged.
    reach: ScanProgress,
    filter: Option<Filter>,
    folds: Folds,
    charset: Charset,
    /// Heads of runs that were unfolded by hand.
    unfolded: BTreeSet<RowId>,
    reading: RowMatcher,
}

impl VisibleRows {
    /// The filter that is set.
    pub const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// What is folded.
    pub const fn folds(&self) -> Folds {
        self.folds
    }

    /// One that reads rows in this charset.
    pub(in crate::app) fn new(charset: Charset) -> Self {
        Self { charset, ..Self::default() }
    }

    /// Whether all rows down to the newest have been judged: what is not shown there is not to be.
    pub(in crate::app) fn is_complete_below(&self, transcript: &Transcript) -> bool {
        self.reach.seen().end >= transcript.next()
    }

    /// Reads rows in another charset. Without a filter nothing depends on it.
    pub(in crate::app) fn set_charset(&mut self, transcript: &Transcript, pivot: RowId, charset: Charset) {
        self.charset = charset;
        if self.filter.is_some() {
            self.set(transcript, pivot, |_, _| {});
        }
    }

    /// Those of a set of rows that are shown and have an id in `range`.
    pub(in crate::app) fn count_shown(&self, rows: &RowSet, range: Range<RowId>) -> u64 {
        if self.filter.is_none() { rows.count(range) } else { rows.count_with(&self.shown, range) }
    }

    /// Rows the filter keeps from being shown, as far as they have been judged.
    pub fn hidden(&self) -> u64 {
        if self.filter.is_none() {
            return 0;
        }
        let judged = self.reach.seen();
        judged.end.0.saturating_sub(judged.start.0) - self.shown.count(judged)
    }

    /// Rows shown with an id in `range`.
    pub(in crate::app) fn shown_in(&self, range: Range<RowId>) -> u64 {
        self.shown.count(range)
    }

    /// Whether a row is shown, be it as part of a run.
    pub(in crate::app) fn shows(&self, id: RowId) -> bool {
        self.shown.has(id)
    }

    /// Changes what rows are judged by; they are judged anew, from `pivot` outwards.
    pub(in crate::app) fn set(
        &mut self,
        transcript: &Transcript,
        pivot: RowId,
        change: impl FnOnce(&mut Option<Filter>, &mut Folds),
    ) {
        change(&mut self.filter, &mut self.folds);
        self.shown = RowSet::starting(transcript.first());
        self.run_starts = RowSet::starting(transcript.first());
        self.unfolded.clear();
        self.reach = ScanProgress::at(pivot, transcript);
        // So that the next frame has something to show.
        self.work(transcript);
        self.work(transcript);
    }

    /// Folds the run that a row is in, or unfolds it. Says whether there is one.
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

    /// Judges what has come, and what has changed, since the last time. To be called after each change of the transcript.
    pub(in crate::app) fn keep_up(&mut self, transcript: &Transcript) {
        let first = transcript.first();
        if self.reach.seen().start < first {
            let head = self.run_starts.prev_before(RowId(first.0 + 1)).filter(|head| self.unfolded.contains(head));
            self.shown.forget_before(first);
            self.run_starts.forget_before(first);
            self.unfolded = self.unfolded.split_off(&first);
            if head.is_some() && !self.run_starts.has(first) {
                // What is left of a run that was unfolded stays so.
                self.unfolded.insert(first);
            }
        }
        if let Some(rows) = self.reach.arrivals(transcript) {
            self.evaluate(transcript, rows);
        }
    }

    /// Whether there are rows to be judged.
    pub(in crate::app) fn has_work(&self, transcript: &Transcript) -> bool {
        !self.reach.is_complete(transcript)
    }

    /// Judges some of them: first those below, then those above.
    pub(in crate::app) fn work(&mut self, transcript: &Transcript) {
        let below = self.reach.next_batch_below(transcript);
        let rows = if below.is_empty() { self.reach.next_batch_above(transcript) } else { below };
        self.evaluate(transcript, rows);
    }

    /// Judges rows, which must adjoin those judged before.
    fn evaluate(&mut self, transcript: &Transcript, ids: Range<RowId>) {
        let judged = self.reach.seen();
        let known = ids.start.min(judged.start)..ids.end.max(judged.end);
        if self.filter.is_none() && !self.folds.repeated {
            self.judge_blanks(transcript, &ids);
            return;
        }
        let mut before = self.shown.prev_before(ids.start);
        for id in (ids.start.0..ids.end.0).map(RowId) {
            let shows = self.passes_filter(transcript, id, &known);
            self.shown.set(id, shows);
            self.run_starts.set(id, shows && !self.repeats(transcript, before, id));
            if shows {
                before = Some(id);
            }
        }
        self.reach.add(&ids, transcript);
        // The first row behind them has another before it now.
        self.evaluate_run_start(transcript, ids.end);
    }

    /// The same where all rows are shown and only blank ones can be folded, as in a flood that nobody filters.
    fn judge_blanks(&mut self, transcript: &Transcript, ids: &Range<RowId>) {
        self.reach.add(ids, transcript);
        self.shown.insert_range(ids.clone());
        self.run_starts.insert_range(ids.clone());
        for id in (ids.start.0..ids.end.0).map(RowId).filter(|&id| transcript.is_blank(id)) {
            let before = self.shown.prev_before(id);
            self.run_starts.set(id, !self.repeats(transcript, before, id));
        }
        self.evaluate_run_start(transcript, ids.end);
    }

    /// Judges anew whether the first row shown from `id` on begins a run.
    fn evaluate_run_start(&mut self, transcript: &Transcript, id: RowId) {
        if let Some(row) = self.shown.next_from(id) {
            let before = self.shown.prev_before(row);
            self.run_starts.set(row, !self.repeats(transcript, before, row));
        }
    }

    /// Whether a row says what the one shown before it does, and such rows are folded.
    fn repeats(&self, transcript: &Transcript, before: Option<RowId>, id: RowId) -> bool {
        let Some(before) = before else { return false };
        let is_of_one_kind = || transcript.kind(before) == transcript.kind(id);
        if transcript.is_blank(id) {
            return self.folds.blank && transcript.is_blank(before) && is_of_one_kind();
        }
        self.folds.repeated && is_of_one_kind() && is_same(transcript, before, id)
    }

    fn passes_filter(&mut self, transcript: &Transcript, id: RowId, known: &Range<RowId>) -> bool {
        let Some(filter) = &self.filter else { return true };
        let Some(view) = transcript.row(id) else { return false };
        if matches!(view.kind, RowKind::Notice | RowKind::Error | RowKind::Separator) {
            return true;
        }
        let keeps = filter.way == FilterMode::Keep;
        let lens = ViewOptions { charset: self.charset, ..ViewOptions::default() };
        let is_found = self.reading.finds(&filter.pattern, lens, transcript, &view);
        if view.end != RowEnd::Split && !view.is_continued {
            return is_found == keeps;
        }
        let before = transcript.previous_piece(id).filter(|before| known.contains(before));
        let after = transcript.next_piece(id).filter(|after| self.reach.seen().contains(after));
        let near: Vec<bool> = before.into_iter().chain(after).map(|piece| self.shown.has(piece) == keeps).collect();
        let is_in_line = is_found || near.contains(&true);
        if is_in_line && near.contains(&false) {
            self.mark_line(transcript, id, keeps, known);
        }
        is_in_line == keeps
    }

    /// What holds for one piece of a line holds for all of them that have been, or are being, judged.
    fn mark_line(&mut self, transcript: &Transcript, id: RowId, shows: bool, known: &Range<RowId>) {
        let before = std::iter::successors(transcript.previous_piece(id), |&id| transcript.previous_piece(id));
        let after = std::iter::successors(transcript.next_piece(id), |&id| transcript.next_piece(id));
        for piece in before.chain(after) {
            if known.contains(&piece) {
                self.shown.set(piece, shows);
                self.run_starts.set(piece, shows);
                self.evaluate_run_start(transcript, RowId(piece.0 + 1));
            }
        }
    }

    /// The first row shown at or after `id`.
    pub(in crate::app) fn row_at_or_after(&self, id: RowId) -> Option<RowId> {
        self.shown.next_from(id)
    }

    /// The last row shown before `id`.
    pub(in crate::app) fn row_before(&self, id: RowId) -> Option<RowId> {
        self.shown.prev_before(id)
    }

    /// The first item at or after a row; the run that the row is in, if it is in one.
    pub fn at_or_after(&self, transcript: &Transcript, id: RowId) -> Option<DisplayItem> {
        self.shown.next_from(id.max(transcript.first())).and_then(|row| self.item_of(transcript, row))
    }

    /// The last item before a row.
    pub fn before(&self, transcript: &Transcript, id: RowId) -> Option<DisplayItem> {
        self.shown.prev_before(id).and_then(|row| self.item_of(transcript, row))
    }

    fn item_of(&self, transcript: &Transcript, row: RowId) -> Option<DisplayItem> {
        let run = self.run_of(transcript, row)?;
        if run.rows > 1 && is_long(transcript, run) && !self.unfolded.contains(&run.first) {
            return Some(run);
        }
        Some(DisplayItem::single(row))
    }

    /// The run that a row is in, however short.
    fn run_of(&self, transcript: &Transcript, row: RowId) -> Option<DisplayItem> {
        let after = RowId(row.0 + 1);
        // Where the head has been evicted, the first of the run that is left stands for it.
        let first = self.run_starts.prev_before(after).or_else(|| self.shown.next_from(transcript.first()))?;
        let end = self.run_starts.next_from(after).unwrap_or(self.reach.seen().end);
        let last = self.shown.prev_before(end)?;
        Some(DisplayItem { first, last, rows: self.shown.count(first..end) })
    }
}

/// Whether a run is long enough to be folded.
fn is_long(transcript: &Transcript, run: DisplayItem) -> bool {
    run.rows >= if transcript.is_blank(run.first) { BLANK_RUN } else { SAME_RUN }
}

/// Whether two whole rows hold the same.
fn is_same(transcript: &Transcript, before: RowId, id: RowId) -> bool {
    let is_whole = |row: &RowView<'_>| !matches!(row.end, RowEnd::Open | RowEnd::Split) && !row.is_continued;
    match (transcript.row(before), transcript.row(id)) {
        (Some(a), Some(b)) => is_whole(&a) && is_whole(&b) && a.bytes == b.bytes,
        _ => false,
    }
}
