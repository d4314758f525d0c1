//! Looking for something in the messages while it is being typed.
//!
//! A *hit* is a row in which the pattern occurs; wherever it does is marked on the screen. Rows are looked through in
//! pieces: from where one was reading back to the oldest, since what one looks for was said before as a
//! rule, then on to the newest. The nearest hit is shown as soon as it is found, keys come before every piece, and rows
//! that arrive meanwhile are looked through as well.

use super::filter::VisibleRows;
use super::pattern::{CaseMatching, Pattern, Syntax};
use super::row_matcher::RowMatcher;
use super::row_set::RowSet;
use super::scan::ScanProgress;
use super::viewport::{Scroll, ViewOptions};
use crate::app::input::line_editor::LineEditor;
use crate::app::transcript::{RowId, RowKind, Transcript};
use std::ops::Range;

/// Which way to the next hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchDirection {
    /// Towards what was said before.
    Older,
    /// Towards what was said after.
    Newer,
}

/// How far a search has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Which hit one is at, the oldest being 1; none while there is none.
    pub at: Option<u64>,
    /// Hits so far.
    pub hits: u64,
    /// Whether all rows have been looked through.
    pub is_done: bool,
}

/// What one is to be told of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchState<'a> {
    /// Nothing has been typed.
    Empty,
    /// What was typed is no regular expression: this is why.
    Invalid(&'a str),
    /// It is being looked for, or has been.
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
    /// Rows that have been looked through.
    reach: ScanProgress,
    /// The hit one is at.
    here: Option<RowId>,
    /// Where one was reading: the row, and the view to go back to.
    from: RowId,
    back: Scroll,
    reading: RowMatcher,
}

/// What is looked through.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct SearchContext<'a> {
    /// All rows.
    pub(in crate::app) transcript: &'a Transcript,
    /// Those that are shown.
    pub(in crate::app) sieve: &'a VisibleRows,
    /// As what they are shown.
    pub(in crate::app) lens: ViewOptions,
}

impl Search {
    /// A search that begins at row `from`, in a view to be gone back to.
    pub(in crate::app) fn new(from: RowId, back: Scroll, syntax: Syntax, case: CaseMatching) -> Self {
        Self {
            prompt: LineEditor::default(),
            syntax,
            case,
            pattern: None,
            hits: RowSet::default(),
            reach: ScanProgress::default(),
            here: None,
            from,
            back,
            reading: RowMatcher::default(),
        }
    }

    /// What is being typed.
    pub const fn prompt(&self) -> &LineEditor {
        &self.prompt
    }

    pub(in crate::app) const fn prompt_mut(&mut self) -> &mut LineEditor {
        &mut self.prompt
    }

    /// How what is typed is understood.
    pub const fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Whether case counts.
    pub const fn case(&self) -> CaseMatching {
        self.case
    }

    /// What is looked for, if it is something.
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()?.as_ref().ok()
    }

    /// The hit one is at.
    pub const fn current(&self) -> Option<RowId> {
        self.here
    }

    /// The view before the search began.
    pub(in crate::app) const fn return_position(&self) -> Scroll {
        self.back
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

    /// Begins anew with what is typed now.
    pub(in crate::app) fn restart(&mut self, hay: SearchContext<'_>) {
        let typed = self.prompt.text();
        self.pattern = (!typed.is_empty()).then(|| Pattern::new(typed, self.syntax, self.case));
        self.hits = RowSet::starting(hay.transcript.first());
        self.reach = ScanProgress::at(RowId(self.from.0 + 1), hay.transcript);
        self.here = None;
    }

    /// Begins anew from the hit one is at, as what is shown is read in another way.
    pub(in crate::app) fn restart_here(&mut self, hay: SearchContext<'_>) {
        let (from, here) = (self.from, self.here);
        self.from = here.unwrap_or(from);
        self.restart(hay);
        (self.from, self.here) = (from, here);
    }

    /// What one is to be told.
    pub(in crate::app) fn state(&self, transcript: &Transcript, sieve: &VisibleRows) -> SearchState<'_> {
        match &self.pattern {
            None => SearchState::Empty,
            Some(Err(sentence)) => SearchState::Invalid(sentence),
            Some(Ok(_)) => {
                let all = transcript.first()..transcript.next();
                let count = |range| sieve.count_shown(&self.hits, range);
                let at = self.here.map(|here| count(all.start..RowId(here.0 + 1)));
                SearchState::Running(Progress { at, hits: count(all), is_done: !self.has_work(transcript) })
            }
        }
    }

    /// Looks through what has come, and what has changed, since the last time.
    pub(in crate::app) fn keep_up(&mut self, hay: SearchContext<'_>) {
        let first = hay.transcript.first();
        self.hits.forget_before(first);
        self.here = self.here.filter(|&here| here >= first);
        if let Some(rows) = self.reach.arrivals(hay.transcript) {
            self.look(hay, &rows);
        }
    }

    /// Whether there are rows to be looked through.
    pub(in crate::app) fn has_work(&self, transcript: &Transcript) -> bool {
        self.pattern().is_some() && !self.reach.is_complete(transcript)
    }

    /// Looks through some of them. Says whether the nearest hit has been found with that.
    pub(in crate::app) fn work(&mut self, hay: SearchContext<'_>) -> bool {
        let above = self.reach.next_batch_above(hay.transcript);
        let rows = if above.is_empty() { self.reach.next_batch_below(hay.transcript) } else { above };
        self.look(hay, &rows);
        if self.here.is_none() {
            // At the row one was reading, or the nearest before it; after it only when there is none before.
            let is_back = self.reach.is_whole_above(hay.transcript);
            let older = self.nearest(hay.sieve, RowId(self.from.0 + 1), SearchDirection::Older);
            let newer = || self.nearest(hay.sieve, self.from, SearchDirection::Newer);
            self.here = older.or_else(|| if is_back { newer() } else { None });
            return self.here.is_some();
        }
        false
    }

    fn look(&mut self, hay: SearchContext<'_>, rows: &Range<RowId>) {
        self.reach.add(rows, hay.transcript);
        let Some(Ok(pattern)) = &self.pattern else { return };
        // Most rows by far, in most searches.
        let is_nowhere = RowMatcher::rules_out(pattern, hay.lens, hay.transcript, rows);
        for id in (rows.start.0..rows.end.0).map(RowId) {
            if is_nowhere && hay.transcript.kind(id) == Some(RowKind::Received) {
                self.hits.set(id, false);
                continue;
            }
            // Whether it is shown may change, and is asked when it matters.
            let row = hay.transcript.row(id);
            let is_hit = row.is_some_and(|row| self.reading.finds(pattern, hay.lens, hay.transcript, &row));
            self.hits.set(id, is_hit);
        }
    }

    /// Goes to the next hit in a direction, round the end. Says whether there is one to show.
    pub(in crate::app) fn go(
        &mut self,
        transcript: &Transcript,
        sieve: &VisibleRows,
        direction: SearchDirection,
    ) -> bool {
        let here = self.here.unwrap_or(self.from);
        let (from, round) = match direction {
            SearchDirection::Older => (here, transcript.next()),
            SearchDirection::Newer => (RowId(here.0 + 1), transcript.first()),
        };
        self.here = self.nearest(sieve, from, direction).or_else(|| self.nearest(sieve, round, direction));
        self.here.is_some()
    }

    /// The nearest hit that is shown: before a row, or at or after it.
    fn nearest(&self, sieve: &VisibleRows, from: RowId, direction: SearchDirection) -> Option<RowId> {
        let (first, next): (_, fn(&RowSet, RowId) -> Option<RowId>) = match direction {
            SearchDirection::Older => (self.hits.prev_before(from), |hits, row| hits.prev_before(row)),
            SearchDirection::Newer => (self.hits.next_from(from), |hits, row| hits.next_from(RowId(row.0 + 1))),
        };
        std::iter::successors(first, |&row| next(&self.hits, row)).find(|&row| sieve.shows(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::time::LocalTime;
    use crate::app::transcript::TranscriptLimits;
    use proptest::prelude::*;

    proptest! {
        /// However many rows are looked at together, and whatever is in them or between them.
        #[test]
        fn a_row_is_a_hit_if_its_text_has_the_pattern(
            rows in proptest::collection::vec(("[ab]{0,4}(\u{1b}\\[31m)?[aé\u{7}]{0,2}", any::<bool>()), 1..40),
            pattern in "[ab]{1,2}|é|a\u{1b}", from in 0..40_usize,
        ) {
            let mut transcript = Transcript::new(TranscriptLimits::default());
            for (row, is_ours) in &rows {
                let line = format!("{row}\n");
                if *is_ours { transcript.send(line.as_bytes(), LocalTime(0)) } else { transcript.receive(line.as_bytes(), LocalTime(0)) }
            }
            let mut sieve = VisibleRows::default();
            sieve.keep_up(&transcript);
            let hay = SearchContext { transcript: &transcript, sieve: &sieve, lens: ViewOptions::default() };
            let mut search = Search::new(RowId(from.min(rows.len() - 1) as u64), Scroll::Follow, Syntax::Literal, CaseMatching::Exact);
            search.prompt_mut().insert(&pattern);
            search.restart(hay);
            while search.has_work(&transcript) {
                search.work(hay);
            }
            for row in transcript.rows() {
                let mut shown = crate::text::Row::default();
                crate::text::decode(row.bytes, &mut shown);
                prop_assert_eq!(search.hits.has(row.id), shown.text().contains(&pattern), "{:?}", shown.text());
            }
        }
    }
}
