//! Incremental search of the history (Ctrl-R).
//!
//! The newest line of the server that contains the query is the hit; a step moves to an older or newer one. Equal lines
//! are found once, where they were entered last. The search does not wrap around: at either end the hit stays, and the
//! status says so.

use super::cursor::HistoryCursor;
use super::{History, HistoryScope, LineId};
use crate::app::view::pattern::{CaseMatching, Pattern, Syntax};
use crate::app::view::search::SearchDirection;
use std::collections::HashSet;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation as _;

/// Maximum length of a query in bytes. A longer one would make each key slow, and was probably pasted by mistake.
const QUERY_LIMIT: usize = 4 << 10;

/// A line that contains the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The id of the line.
    pub id: LineId,
    /// The text of the line.
    pub line: String,
    /// Byte range of the first match in it.
    pub range: Range<usize>,
}

impl Hit {
    fn new((id, line, range): (LineId, &str, Range<usize>)) -> Self {
        Self { id, line: line.to_owned(), range }
    }
}

/// The status of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchStatus {
    /// The query is empty.
    #[default]
    Waiting,
    /// The hit contains the query.
    Found,
    /// No line contains the query. The hit, if there is one, is that of a shorter query.
    NotFound,
    /// There is no older hit; the current one stays.
    NoMoreOlder,
    /// There is no newer hit; the current one stays.
    NoMoreNewer,
}

/// Searches the history incrementally (Ctrl-R).
#[derive(Debug)]
pub struct HistorySearch {
    server: String,
    draft: String,
    query: String,
    hit: Option<Hit>,
    standing: SearchStatus,
}

impl HistorySearch {
    /// Starts a search of the lines entered on a server. `draft` is the text of the input line.
    pub fn new(server: &str, draft: &str) -> Self {
        Self {
            server: server.to_owned(),
            draft: draft.to_owned(),
            query: String::new(),
            hit: None,
            standing: SearchStatus::Waiting,
        }
    }

    /// Updates the text of the input line, to which unsent lines may have been added.
    pub fn set_draft(&mut self, draft: &str) {
        draft.clone_into(&mut self.draft);
    }

    /// Returns the query. Case is ignored unless the query has capital letters.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Returns the current hit.
    pub const fn hit(&self) -> Option<&Hit> {
        self.hit.as_ref()
    }

    /// Returns the status.
    pub const fn standing(&self) -> SearchStatus {
        self.standing
    }

    /// Returns the text to display in the input line: the hit, or else the draft.
    pub fn text(&self) -> &str {
        self.hit.as_ref().map_or(&self.draft, |hit| &hit.line)
    }

    /// Appends to the query and searches from the current hit on. Text that would make the query too long is ignored.
    pub fn type_text(&mut self, history: &History, text: &str) {
        if self.query.len() + text.len() <= QUERY_LIMIT {
            self.query.push_str(text);
        }
        let from = self.hit.as_ref().map_or(LineId::END, |hit| hit.id);
        self.search(history, from);
    }

    /// Deletes the last character of the query and searches from the newest line again.
    pub fn delete_back(&mut self, history: &History) {
        let last = self.query.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.query.truncate(last);
        self.hit = None;
        self.search(history, LineId::END);
    }

    /// Moves to the next hit in a direction.
    pub fn step(&mut self, history: &History, direction: SearchDirection) {
        if self.query.is_empty() {
            return;
        }
        let at = self.hit.as_ref().map_or(LineId::END, |hit| hit.id);
        let (next, none) = match direction {
            SearchDirection::Older => (self.hits(history).find(|hit| hit.0 < at), SearchStatus::NoMoreOlder),
            SearchDirection::Newer => {
                (self.hits(history).take_while(|hit| hit.0 > at).last(), SearchStatus::NoMoreNewer)
            }
        };
        let next = next.map(Hit::new);
        // A query that is not found at all keeps that status.
        let none = if self.standing == SearchStatus::NotFound { SearchStatus::NotFound } else { none };
        self.set_result(next, none);
    }

    /// Ends the search and returns the text for the input line: the hit, to which `cursor` is moved, or else the draft.
    pub fn accept(self, history: &History, cursor: &mut HistoryCursor) -> String {
        let Some(hit) = self.hit else { return self.draft };
        cursor.go_to(history, hit.id, &self.draft);
        hit.line
    }

    fn search(&mut self, history: &History, from: LineId) {
        if self.query.is_empty() {
            self.standing = SearchStatus::Waiting;
            return;
        }
        let next = self.hits(history).find(|hit| hit.0 <= from).map(Hit::new);
        self.set_result(next, SearchStatus::NotFound);
    }

    fn set_result(&mut self, next: Option<Hit>, otherwise: SearchStatus) {
        self.standing = if next.is_some() { SearchStatus::Found } else { otherwise };
        self.hit = next.or(self.hit.take());
    }

    /// Returns all hits, the newest first, without older duplicates.
    fn hits<'a>(&'a self, history: &'a History) -> impl Iterator<Item = (LineId, &'a str, Range<usize>)> {
        // A literal pattern is always valid.
        let pattern = Pattern::new(&self.query, Syntax::Literal, CaseMatching::Smart).ok();
        let mut seen = HashSet::new();
        history
            .older(LineId::END, HistoryScope::Server(&self.server))
            .filter_map(move |(id, line)| Some((id, line, pattern.as_ref()?.ranges(line.as_bytes()).next()?)))
            .filter(move |(_, line, _)| seen.insert(*line))
    }
}

#[cfg(test)]
mod tests;
