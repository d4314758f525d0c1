//! Searches the messages incrementally while the pattern is typed.
//!
//! A *hit* is a row that matches the pattern. Rows are searched in batches: from the rows on the screen back to the
//! oldest, because people mostly search for older messages, then forward to the newest. The nearest hit is displayed as
//! soon as it is found. Keys are handled between batches, and new rows are searched as they arrive.

use super::filter::VisibleRows;
use super::pattern::{CaseMatching, Pattern, Syntax};
use super::row_matcher::RowMatcher;
use super::row_set::RowSet;
use super::scan::ScanProgress;
use super::viewport::{Scroll, ViewOptions};
use crate::app::input::line_editor::LineEditor;
use crate::app::transcript::{RowId, RowKind, Transcript};
use std::ops::Range;

/// Direction of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchDirection {
    /// Towards older rows.
    Older,
    /// Towards newer rows.
    Newer,
}

/// Progress of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Number of the current hit, counted from the oldest as 1; `None` if there is none.
    pub at: Option<u64>,
    /// Number of visible hits so far.
    pub hits: u64,
    /// Whether all rows have been searched.
    pub is_done: bool,
}

/// State of a search, for the status line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchState<'a> {
    /// The pattern is empty.
    Empty,
    /// The pattern is invalid, for this reason.
    Invalid(&'a str),
    /// The search is in progress or complete.
    Running(Progress),
}

/// A search in a transcript: its pattern, its hits, and the current one.
#[derive(Debug)]
pub struct Search {
    prompt: LineEditor,
    syntax: Syntax,
    case: CaseMatching,
    pattern: Option<Result<Pattern, String>>,
    hits: RowSet,
    /// Rows that have been searched.
    progress: ScanProgress,
    /// The current hit.
    current: Option<RowId>,
    /// The row at which the search starts.
    origin: RowId,
    /// The view to return to if the search is cancelled.
    return_view: Scroll,
    matcher: RowMatcher,
}

/// The rows to search and how they are displayed.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct SearchContext<'a> {
    /// All rows.
    pub(in crate::app) transcript: &'a Transcript,
    /// The rows that are visible.
    pub(in crate::app) visible_rows: &'a VisibleRows,
    /// The view and charset in which rows are displayed.
    pub(in crate::app) options: ViewOptions,
}

impl Search {
    /// Creates a search that starts at row `origin`. `return_view` is restored if it is cancelled.
    pub(in crate::app) fn new(origin: RowId, return_view: Scroll, syntax: Syntax, case: CaseMatching) -> Self {
        Self {
            prompt: LineEditor::default(),
            syntax,
            case,
            pattern: None,
            hits: RowSet::default(),
            progress: ScanProgress::default(),
            current: None,
            origin,
            return_view,
            matcher: RowMatcher::default(),
        }
    }

    /// Returns the line in which the pattern is typed.
    pub const fn prompt(&self) -> &LineEditor {
        &self.prompt
    }

    pub(in crate::app) const fn prompt_mut(&mut self) -> &mut LineEditor {
        &mut self.prompt
    }

    /// Returns the syntax of the pattern.
    pub const fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Returns whether the pattern ignores case.
    pub const fn case(&self) -> CaseMatching {
        self.case
    }

    /// Returns the pattern, unless it is empty or invalid.
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()?.as_ref().ok()
    }

    /// Returns the row of the current hit.
    pub const fn current(&self) -> Option<RowId> {
        self.current
    }

    /// Returns the view before the search began.
    pub(in crate::app) const fn return_position(&self) -> Scroll {
        self.return_view
    }

    pub(in crate::app) const fn toggle_syntax(&mut self) {
        self.syntax = match self.syntax {
            Syntax::Literal => Syntax::Regex,
            Syntax::Regex => Syntax::Literal,
        };
    }

    pub(in crate::app) const fn toggle_case(&mut self) {
        self.case = match self.case {
            CaseMatching::Smart => CaseMatching::Exact,
            CaseMatching::Exact => CaseMatching::Smart,
        };
    }

    /// Restarts the search with the pattern typed now.
    pub(in crate::app) fn restart(&mut self, context: SearchContext<'_>) {
        let typed = self.prompt.text();
        self.pattern = (!typed.is_empty()).then(|| Pattern::new(typed, self.syntax, self.case));
        self.hits = RowSet::starting(context.transcript.first());
        self.progress = ScanProgress::at(RowId(self.origin.0 + 1), context.transcript);
        self.current = None;
    }

    /// Restarts the search at the current hit, after the view or charset has changed.
    pub(in crate::app) fn restart_here(&mut self, context: SearchContext<'_>) {
        let (origin, current) = (self.origin, self.current);
        self.origin = current.unwrap_or(origin);
        self.restart(context);
        (self.origin, self.current) = (origin, current);
    }

    /// Returns the state for the status line.
    pub(in crate::app) fn state(&self, transcript: &Transcript, visible_rows: &VisibleRows) -> SearchState<'_> {
        match &self.pattern {
            None => SearchState::Empty,
            Some(Err(sentence)) => SearchState::Invalid(sentence),
            Some(Ok(_)) => {
                let all = transcript.first()..transcript.next();
                let count = |range| visible_rows.count_visible_of(&self.hits, range);
                let at = self.current.map(|current| count(all.start..RowId(current.0 + 1)));
                SearchState::Running(Progress { at, hits: count(all), is_done: !self.has_work(transcript) })
            }
        }
    }

    /// Searches new and changed rows.
    pub(in crate::app) fn update(&mut self, context: SearchContext<'_>) {
        let first = context.transcript.first();
        self.hits.remove_before(first);
        self.current = self.current.filter(|&current| current >= first);
        if let Some(rows) = self.progress.arrivals(context.transcript) {
            self.search_rows(context, &rows);
        }
    }

    /// Whether there are rows to search.
    pub(in crate::app) fn has_work(&self, transcript: &Transcript) -> bool {
        self.pattern().is_some() && !self.progress.is_complete(transcript)
    }

    /// Searches a batch of rows. Returns whether this found the nearest hit.
    pub(in crate::app) fn work(&mut self, context: SearchContext<'_>) -> bool {
        let above = self.progress.next_batch_above(context.transcript);
        let rows = if above.is_empty() { self.progress.next_batch_below(context.transcript) } else { above };
        self.search_rows(context, &rows);
        if self.current.is_none() {
            // The nearest hit at or before the origin, or after it if there is none before.
            let is_back = self.progress.is_complete_above(context.transcript);
            let older = self.nearest(context.visible_rows, RowId(self.origin.0 + 1), SearchDirection::Older);
            let newer = || self.nearest(context.visible_rows, self.origin, SearchDirection::Newer);
            self.current = older.or_else(|| if is_back { newer() } else { None });
            return self.current.is_some();
        }
        false
    }

    fn search_rows(&mut self, context: SearchContext<'_>, rows: &Range<RowId>) {
        self.progress.add(rows, context.transcript);
        let Some(Ok(pattern)) = &self.pattern else { return };
        // Excludes most rows in most searches.
        let has_none = RowMatcher::rules_out(pattern, context.options, context.transcript, rows);
        for id in (rows.start.0..rows.end.0).map(RowId) {
            if has_none && context.transcript.kind(id) == Some(RowKind::Received) {
                self.hits.set(id, false);
                continue;
            }
            // Hidden rows are searched, too: visibility is checked when a hit is displayed.
            let row = context.transcript.row(id);
            let is_hit =
                row.is_some_and(|row| self.matcher.matches(pattern, context.options, context.transcript, &row));
            self.hits.set(id, is_hit);
        }
    }

    /// Moves to the next visible hit in a direction, wrapping around. Returns whether there is one.
    pub(in crate::app) fn go(
        &mut self,
        transcript: &Transcript,
        visible_rows: &VisibleRows,
        direction: SearchDirection,
    ) -> bool {
        let current = self.current.unwrap_or(self.origin);
        let (from, wrapped) = match direction {
            SearchDirection::Older => (current, transcript.next()),
            SearchDirection::Newer => (RowId(current.0 + 1), transcript.first()),
        };
        self.current =
            self.nearest(visible_rows, from, direction).or_else(|| self.nearest(visible_rows, wrapped, direction));
        self.current.is_some()
    }

    /// Returns the nearest visible hit: before a row if older, at or after it if newer.
    fn nearest(&self, visible_rows: &VisibleRows, from: RowId, direction: SearchDirection) -> Option<RowId> {
        let (first, next): (_, fn(&RowSet, RowId) -> Option<RowId>) = match direction {
            SearchDirection::Older => (self.hits.prev_before(from), |hits, row| hits.prev_before(row)),
            SearchDirection::Newer => (self.hits.next_from(from), |hits, row| hits.next_from(RowId(row.0 + 1))),
        };
        std::iter::successors(first, |&row| next(&self.hits, row)).find(|&row| visible_rows.shows(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::time::LocalTime;
    use crate::app::transcript::TranscriptLimits;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_is_a_hit_exactly_if_its_text_matches(
            rows in proptest::collection::vec(("[ab]{0,4}(\u{1b}\\[31m)?[aé\u{7}]{0,2}", any::<bool>()), 1..40),
            pattern in "[ab]{1,2}|é|a\u{1b}", from in 0..40_usize,
        ) {
            let mut transcript = Transcript::new(TranscriptLimits::default());
            for (row, is_ours) in &rows {
                let line = format!("{row}\n");
                if *is_ours { transcript.send(line.as_bytes(), LocalTime(0)) } else { transcript.receive(line.as_bytes(), LocalTime(0)) }
            }
            let mut visible_rows = VisibleRows::default();
            visible_rows.update(&transcript);
            let context = SearchContext { transcript: &transcript, visible_rows: &visible_rows, options: ViewOptions::default() };
            let mut search = Search::new(RowId(from.min(rows.len() - 1) as u64), Scroll::Follow, Syntax::Literal, CaseMatching::Exact);
            search.prompt_mut().insert(&pattern);
            search.restart(context);
            while search.has_work(&transcript) {
                search.work(context);
            }
            for row in transcript.rows() {
                let mut decoded = crate::text::Row::default();
                crate::text::decode(row.bytes, &mut decoded);
                prop_assert_eq!(search.hits.has(row.id), decoded.text().contains(&pattern), "{:?}", decoded.text());
            }
        }
    }
}
