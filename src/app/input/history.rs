//! Lines entered before, in this session and in earlier ones: those of all servers in one row, the oldest first.
//!
//! `recall` walks through it, `history_search` searches it, `config_file` says how much is kept. A line is named by its [`LineId`]
//! and not by its place: while one tab looks at a line, another may enter some, and the oldest may go.
//!
//! # What is not kept
//! Nothing, repetitions of the line before on the same server, and lines that may hold a secret
//! ([`may_hold_secret`](crate::app::may_hold_secret)).

pub mod cursor;
pub mod retention;
pub mod search;

use retention::{HistorySize, RetentionFilter, is_worth_keeping};
use std::collections::{BTreeMap, HashMap};

/// A line that was entered, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The address of the server, as the status line shows it; empty where there was none.
    pub server: String,
    /// The line, or the lines with LF between them.
    pub line: String,
}

/// What a line is known by as long as it is kept. A later line has a greater one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(i64);

impl LineId {
    /// Behind every line.
    const END: Self = Self(i64::MAX);
}

/// Whose lines are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryScope<'a> {
    /// Those entered on this server.
    Server(&'a str),
    /// All.
    All,
}

impl HistoryScope<'_> {
    fn has(self, server: &str) -> bool {
        match self {
            Self::Server(own) => own == server,
            Self::All => true,
        }
    }
}

/// How a line left the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It was entered.
    Submitted,
    /// It was cleared away. Perhaps it should not have been written; it is not kept for later sessions.
    Cleared,
}

/// The lines entered on all servers, oldest first, within a limit.
#[derive(Debug, Default)]
pub struct History {
    lines: BTreeMap<LineId, HistoryLine>,
    /// What is kept of each server; none of them is empty.
    servers: HashMap<String, HistorySize>,
    all: HistorySize,
    /// Those of earlier sessions count down from zero, those of this one up.
    first: i64,
    next: i64,
}

#[derive(Debug)]
struct HistoryLine {
    entry: HistoryEntry,
    left: Left,
}

impl History {
    /// Keeps a line that was entered, or cleared away, on a server. Gives what is to be kept for later sessions, too.
    pub fn append_entry(&mut self, server: &str, line: &str, left: Left) -> Option<HistoryEntry> {
        if !is_worth_keeping(line) {
            return None;
        }
        let what = HistoryEntry { server: server.to_owned(), line: line.to_owned() };
        match self.last_of(server).filter(|last| last.entry.line == line) {
            // It was cleared away, and then entered after all.
            Some(last) if (last.left, left) == (Left::Cleared, Left::Submitted) => last.left = left,
            Some(_) => return None,
            None => self.append(what.clone(), left),
        }
        (left == Left::Submitted).then_some(what)
    }

    /// Takes in what earlier sessions entered, the oldest first. It stands before all that is here.
    pub fn merge_stored(&mut self, earlier: Vec<HistoryEntry>) {
        let mut choice = RetentionFilter::default();
        for entry in self.lines.values().rev() {
            choice.keeps(&entry.entry.server, &entry.entry.line);
        }
        for what in earlier.into_iter().rev() {
            if choice.keeps(&what.server, &what.line) {
                self.first -= 1;
                self.put(LineId(self.first), what, Left::Submitted);
            }
        }
    }

    /// The line of this name, if it is still kept.
    pub fn line(&self, id: LineId) -> Option<&str> {
        self.lines.get(&id).map(|entry| entry.entry.line.as_str())
    }

    /// The servers on which something was entered, each once, the latest first.
    pub fn servers(&self) -> Vec<&str> {
        let mut servers = Vec::with_capacity(self.servers.len());
        let mut left = self.servers.clone();
        for entry in self.lines.values().rev() {
            if left.is_empty() {
                break;
            }
            let server = entry.entry.server.as_str();
            if left.remove(server).is_some() && !server.is_empty() {
                servers.push(server);
            }
        }
        servers
    }

    /// The lines before this one, the latest first.
    fn older<'a>(&'a self, than: LineId, scope: HistoryScope<'a>) -> impl Iterator<Item = (LineId, &'a str)> {
        self.lines.range(..than).rev().filter_map(move |found| in_scope(found, scope))
    }

    /// The lines after this one, the oldest first.
    fn newer<'a>(&'a self, than: LineId, scope: HistoryScope<'a>) -> impl Iterator<Item = (LineId, &'a str)> {
        self.lines.range(LineId(than.0.saturating_add(1))..).filter_map(move |found| in_scope(found, scope))
    }

    fn last_of(&mut self, server: &str) -> Option<&mut HistoryLine> {
        self.lines.values_mut().rev().find(|entry| entry.entry.server == server)
    }

    fn append(&mut self, what: HistoryEntry, left: Left) {
        let server = what.server.clone();
        self.put(LineId(self.next), what, left);
        self.next += 1;
        while self.servers.get(&server).is_some_and(|sum| sum.is_over(retention::PER_SERVER_LIMIT)) {
            self.evict_oldest(HistoryScope::Server(&server));
        }
        while self.all.is_over(retention::TOTAL_LIMIT) {
            self.evict_oldest(HistoryScope::All);
        }
    }

    fn put(&mut self, id: LineId, what: HistoryEntry, left: Left) {
        self.all.add(&what.server, &what.line);
        match self.servers.get_mut(&what.server) {
            Some(sum) => sum.add(&what.server, &what.line),
            None => self.servers.entry(what.server.clone()).or_default().add(&what.server, &what.line),
        }
        self.lines.insert(id, HistoryLine { entry: what, left });
    }

    fn evict_oldest(&mut self, scope: HistoryScope<'_>) {
        let oldest = self.lines.iter().find(|(_, entry)| scope.has(&entry.entry.server)).map(|(id, _)| *id);
        let Some(HistoryLine { entry: what, .. }) = oldest.and_then(|id| self.lines.remove(&id)) else { return };
        self.all.remove(&what.server, &what.line);
        if let Some(sum) = self.servers.get_mut(&what.server) {
            sum.remove(&what.server, &what.line);
            if sum.lines() == 0 {
                self.servers.remove(&what.server);
            }
        }
    }
}

fn in_scope<'a>((id, entry): (&LineId, &'a HistoryLine), scope: HistoryScope<'_>) -> Option<(LineId, &'a str)> {
    scope.has(&entry.entry.server).then_some((*id, entry.entry.line.as_str()))
}

#[cfg(test)]
mod tests;
