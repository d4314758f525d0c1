//! Which rows are shown, and which of them stand for others: the filter, and the folds.
//!
//! Nothing is lost by either. The sieve keeps a set of rows that are shown, and of these the set of those that are
//! *heads*: a head begins a run, and the rows after it that are shown and no heads repeat it. A long enough run is one
//! [`Item`]: `(3,412 blank lines)`.
//!
//! Rows are judged as they come. When what they are judged by changes, everything that is kept has to be judged anew; that
//! is done in pieces, outwards from where one is reading, so that the screen is right at once and
//! keys do not wait for a million rows. Rows not judged yet are not shown yet.

use super::bits::Bits;
use super::pattern::Pattern;
use super::reach::Reach;
use super::reading::Reading;
use super::transcript::{RowEnd, RowId, RowKind, RowView, Transcript};
use super::viewport::Lens;
use crate::text::Charset;
use std::collections::BTreeSet;
use std::ops::Range;

/// What to do with the rows in which a pattern occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
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
    pub way: Way,
}

/// Which runs of rows become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folds {
    /// Blank rows.
    pub blank: bool,
    /// Rows that say the same.
    pub same: bool,
}

impl Default for Folds {
    fn default() -> Self {
        Self { blank: true, same: false }
    }
}

/// Blank rows that are worth folding: two of them may be a paragraph.
const BLANK_RUN: u64 = 3;

/// The same for rows that repeat.
const SAME_RUN: u64 = 2;

/// One thing to show: a row, or a run of rows in the place of its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The row that is shown.
    pub first: RowId,
    /// The last of the rows it stands for, itself if for no other.
    pub last: RowId,
    /// How many rows it stands for, itself included.
    pub rows: u64,
}

impl Item {
    /// A row that stands for no other.
    pub(super) const fn single(row: RowId) -> Self {
        Self { first: row, last: row, rows: 1 }
    }
}

/// See the module's words.
#[derive(Debug, Default)]
pub struct Sieve {
    shown: Bits,
    heads: Bits,
    /// Rows that have been judged.
    reach: Reach,
    filter: Option<Filter>,
    folds: Folds,
    charset: Charset,
    /// Heads of runs that were unfolded by hand.
    unfolded: BTreeSet<RowId>,
    reading: Reading,
}

impl Sieve {
    /// The filter that is set.
    pub const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// What is folded.
    pub const fn folds(&self) -> Folds {
        self.folds
    }

    /// One that reads rows in this charset.
    pub(super) fn new(charset: Charset) -> Self {
        Self { charset, ..Self::default() }
    }

    /// Whether all rows down to the newest have been judged: what is not shown there is not to be.
    pub(super) fn is_whole_below(&self, transcript: &Transcript) -> bool {
        self.reach.seen().end >= transcript.next()
    }

    /// Reads rows in another charset. Without a filter nothing depends on it.
    pub(super) fn set_charset(&mut self, transcript: &Transcript, pivot: RowId, charset: Charset) {
        self.charset = charset;
        if self.filter.is_some() {
            self.set(transcript, pivot, |_, _| {});
        }
    }

    /// Those of a set of rows that are shown and have an id in `range`.
    pub(super) fn count_shown(&self, rows: &Bits, range: Range<RowId>) -> u64 {
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
    pub(super) fn shown_in(&self, range: Range<RowId>) -> u64 {
        self.shown.count(range)
    }

    /// Whether a row is shown, be it as part of a run.
    pub(super) fn shows(&self, id: RowId) -> bool {
        self.shown.has(id)
    }

    /// Changes what rows are judged by; they are judged anew, from `pivot` outwards.
    pub(super) fn set(
        &mut self,
        transcript: &Transcript,
        pivot: RowId,
        change: impl FnOnce(&mut Option<Filter>, &mut Folds),
    ) {
        change(&mut self.filter, &mut self.folds);
        self.shown = Bits::starting(transcript.first());
        self.heads = Bits::starting(transcript.first());
        self.unfolded.clear();
        self.reach = Reach::at(pivot, transcript);
        // So that the next frame has something to show.
        self.work(transcript);
        self.work(transcript);
    }

    /// Folds the run that a row is in, or unfolds it. Says whether there is one.
    pub(super) fn toggle(&mut self, transcript: &Transcript, id: RowId) -> bool {
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
    pub(super) fn keep_up(&mut self, transcript: &Transcript) {
        let first = transcript.first();
        if self.reach.seen().start < first {
            let head = self.heads.before(RowId(first.0 + 1)).filter(|head| self.unfolded.contains(head));
            self.shown.forget_before(first);
            self.heads.forget_before(first);
            self.unfolded = self.unfolded.split_off(&first);
            if head.is_some() && !self.heads.has(first) {
                // What is left of a run that was unfolded stays so.
                self.unfolded.insert(first);
            }
        }
        if let Some(rows) = self.reach.arrivals(transcript) {
            self.judge(transcript, rows);
        }
    }

    /// Whether there are rows to be judged.
    pub(super) fn has_work(&self, transcript: &Transcript) -> bool {
        !self.reach.is_whole(transcript)
    }

    /// Judges some of them: first those below, then those above.
    pub(super) fn work(&mut self, transcript: &Transcript) {
        let below = self.reach.piece_below(transcript);
        let rows = if below.is_empty() { self.reach.piece_above(transcript) } else { below };
        self.judge(transcript, rows);
    }

    /// Judges rows, which must adjoin those judged before.
    fn judge(&mut self, transcript: &Transcript, ids: Range<RowId>) {
        let judged = self.reach.seen();
        let known = ids.start.min(judged.start)..ids.end.max(judged.end);
        if self.filter.is_none() && !self.folds.same {
            self.judge_blanks(transcript, &ids);
            return;
        }
        let mut before = self.shown.before(ids.start);
        for id in (ids.start.0..ids.end.0).map(RowId) {
            let shows = self.passes(transcript, id, &known);
            self.shown.set(id, shows);
            self.heads.set(id, shows && !self.repeats(transcript, before, id));
            if shows {
                before = Some(id);
            }
        }
        self.reach.add(&ids, transcript);
        // The first row behind them has another before it now.
        self.judge_head(transcript, ids.end);
    }

    /// The same where all rows are shown and only blank ones can be folded, as in a flood that nobody filters.
    fn judge_blanks(&mut self, transcript: &Transcript, ids: &Range<RowId>) {
        self.reach.add(ids, transcript);
        self.shown.fill(ids.clone());
        self.heads.fill(ids.clone());
        for id in (ids.start.0..ids.end.0).map(RowId).filter(|&id| transcript.is_blank(id)) {
            let before = self.shown.before(id);
            self.heads.set(id, !self.repeats(transcript, before, id));
        }
        self.judge_head(transcript, ids.end);
    }

    /// Judges anew whether the first row shown from `id` on begins a run.
    fn judge_head(&mut self, transcript: &Transcript, id: RowId) {
        if let Some(row) = self.shown.at_or_after(id) {
            let before = self.shown.before(row);
            self.heads.set(row, !self.repeats(transcript, before, row));
        }
    }

    /// Whether a row says what the one shown before it does, and such rows are folded.
    fn repeats(&self, transcript: &Transcript, before: Option<RowId>, id: RowId) -> bool {
        let Some(before) = before else { return false };
        let is_of_one_kind = || transcript.kind(before) == transcript.kind(id);
        if transcript.is_blank(id) {
            return self.folds.blank && transcript.is_blank(before) && is_of_one_kind();
        }
        self.folds.same && is_of_one_kind() && is_same(transcript, before, id)
    }

    fn passes(&mut self, transcript: &Transcript, id: RowId, known: &Range<RowId>) -> bool {
        let Some(filter) = &self.filter else { return true };
        let Some(view) = transcript.row(id) else { return false };
        if matches!(view.kind, RowKind::Notice | RowKind::Error | RowKind::Rule) {
            return true;
        }
        let keeps = filter.way == Way::Keep;
        let lens = Lens { charset: self.charset, ..Lens::default() };
        let is_found = self.reading.finds(&filter.pattern, lens, transcript, &view);
        if view.end != RowEnd::Cut && !view.is_continued {
            return is_found == keeps;
        }
        let before = transcript.piece_before(id).filter(|before| known.contains(before));
        let after = transcript.next_piece(id).filter(|after| self.reach.seen().contains(after));
        let near: Vec<bool> = before.into_iter().chain(after).map(|piece| self.shown.has(piece) == keeps).collect();
        let is_in_line = is_found || near.contains(&true);
        if is_in_line && near.contains(&false) {
            self.pass_line(transcript, id, keeps, known);
        }
        is_in_line == keeps
    }

    /// What holds for one piece of a line holds for all of them that have been, or are being, judged.
    fn pass_line(&mut self, transcript: &Transcript, id: RowId, shows: bool, known: &Range<RowId>) {
        let before = std::iter::successors(transcript.piece_before(id), |&id| transcript.piece_before(id));
        let after = std::iter::successors(transcript.next_piece(id), |&id| transcript.next_piece(id));
        for piece in before.chain(after) {
            if known.contains(&piece) {
                self.shown.set(piece, shows);
                self.heads.set(piece, shows);
                self.judge_head(transcript, RowId(piece.0 + 1));
            }
        }
    }

    /// The first row shown at or after `id`.
    pub(super) fn row_at_or_after(&self, id: RowId) -> Option<RowId> {
        self.shown.at_or_after(id)
    }

    /// The last row shown before `id`.
    pub(super) fn row_before(&self, id: RowId) -> Option<RowId> {
        self.shown.before(id)
    }

    /// The first item at or after a row; the run that the row is in, if it is in one.
    pub fn at_or_after(&self, transcript: &Transcript, id: RowId) -> Option<Item> {
        self.shown.at_or_after(id.max(transcript.first())).and_then(|row| self.item_of(transcript, row))
    }

    /// The last item before a row.
    pub fn before(&self, transcript: &Transcript, id: RowId) -> Option<Item> {
        self.shown.before(id).and_then(|row| self.item_of(transcript, row))
    }

    fn item_of(&self, transcript: &Transcript, row: RowId) -> Option<Item> {
        let run = self.run_of(transcript, row)?;
        if run.rows > 1 && is_long(transcript, run) && !self.unfolded.contains(&run.first) {
            return Some(run);
        }
        Some(Item::single(row))
    }

    /// The run that a row is in, however short.
    fn run_of(&self, transcript: &Transcript, row: RowId) -> Option<Item> {
        let after = RowId(row.0 + 1);
        // Where the head has been evicted, the first of the run that is left stands for it.
        let first = self.heads.before(after).or_else(|| self.shown.at_or_after(transcript.first()))?;
        let end = self.heads.at_or_after(after).unwrap_or(self.reach.seen().end);
        let last = self.shown.before(end)?;
        Some(Item { first, last, rows: self.shown.count(first..end) })
    }
}

/// Whether a run is long enough to be folded.
fn is_long(transcript: &Transcript, run: Item) -> bool {
    run.rows >= if transcript.is_blank(run.first) { BLANK_RUN } else { SAME_RUN }
}

/// Whether two whole rows hold the same.
fn is_same(transcript: &Transcript, before: RowId, id: RowId) -> bool {
    let is_whole = |row: &RowView<'_>| !matches!(row.end, RowEnd::Open | RowEnd::Cut) && !row.is_continued;
    match (transcript.row(before), transcript.row(id)) {
        (Some(a), Some(b)) => is_whole(&a) && is_whole(&b) && a.bytes == b.bytes,
        _ => false,
    }
}
