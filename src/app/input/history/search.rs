//! Searching the history while one types (Ctrl-R in shells).
//!
//! The newest line of this server with the query in it is the hit; a step goes on to older or newer ones. Each text is met
//! once, where it was entered last. At either end it stays where it is and says so: what comes after the oldest line is not
//! the newest, but another query.

use super::cursor::HistoryCursor;
use super::{History, HistoryScope, LineId};
use crate::app::view::pattern::{CaseMatching, Pattern, Syntax};
use crate::app::view::search::SearchDirection;
use std::collections::HashSet;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation as _;

/// Bytes of a query. What is longer was pasted by mistake, and would make each key slow.
const QUERY_LIMIT: usize = 4 << 10;

/// A line with the query in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its name.
    pub id: LineId,
    /// The line.
    pub line: String,
    /// Where the query stands in it first, in bytes.
    pub range: Range<usize>,
}

impl Hit {
    fn new((id, line, range): (LineId, &str, Range<usize>)) -> Self {
        Self { id, line: line.to_owned(), range }
    }
}

/// How the search stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchStatus {
    /// Nothing has been asked for yet.
    #[default]
    Waiting,
    /// The hit is what was asked for.
    Found,
    /// No line has the query in it; the hit, if there is one, is that of the query when it was shorter.
    NotFound,
    /// There is no older hit; the one before stays.
    NoMoreOlder,
    /// There is no newer hit; the one before stays.
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
    /// Begins to search what was entered on this server. `draft` is what stands in the input line.
    pub fn new(server: &str, draft: &str) -> Self {
        Self {
            server: server.to_owned(),
            draft: draft.to_owned(),
            query: String::new(),
            hit: None,
            standing: SearchStatus::Waiting,
        }
    }

    /// Follows the input line: lines that were not sent may have been put into it.
    pub fn set_draft(&mut self, draft: &str) {
        draft.clone_into(&mut self.draft);
    }

    /// What is searched for. It finds capital letters, too, unless it has some.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// What was found.
    pub const fn hit(&self) -> Option<&Hit> {
        self.hit.as_ref()
    }

    /// How it stands.
    pub const fn standing(&self) -> SearchStatus {
        self.standing
    }

    /// What the input line shows: the hit, or else the draft.
    pub fn text(&self) -> &str {
        self.hit.as_ref().map_or(&self.draft, |hit| &hit.line)
    }

    /// Adds to the query. The hit stays if it has the longer one in it, too. Of what is longer than a query can be nothing
    /// is taken.
    pub fn type_text(&mut self, history: &History, text: &str) {
        if self.query.len() + text.len() <= QUERY_LIMIT {
            self.query.push_str(text);
        }
        let from = self.hit.as_ref().map_or(LineId::END, |hit| hit.id);
        self.search(history, from);
    }

    /// Takes the last character of the query away, and searches from the newest line again.
    pub fn delete_back(&mut self, history: &History) {
        let last = self.query.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.query.truncate(last);
        self.hit = None;
        self.search(history, LineId::END);
    }

    /// Goes on to the next hit.
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
        // Of a query that is nowhere, there is no older one either.
        let none = if self.standing == SearchStatus::NotFound { SearchStatus::NotFound } else { none };
        self.set_result(next, none);
    }

    /// Takes the hit: gives the line for the input, and `recall` goes on from it. The draft, where there is no hit.
    pub fn accept(self, history: &History, recall: &mut HistoryCursor) -> String {
        let Some(hit) = self.hit else { return self.draft };
        recall.go_to(history, hit.id, &self.draft);
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

    /// All hits, the newest first; of the same text the newest only.
    fn hits<'a>(&'a self, history: &'a History) -> impl Iterator<Item = (LineId, &'a str, Range<usize>)> {
        // Every text is a pattern that stands for itself.
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
