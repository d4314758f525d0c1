//! Input history: lines entered on all servers, in this session and earlier ones, oldest first.
//!
//! [`cursor`] steps through it, [`search`] searches it, and [`retention`] limits it. Lines are identified by [`LineId`]
//! instead of their index, because other tabs may add lines, and old lines may be dropped, while a tab shows one.
//!
//! # Lines that are not kept
//! Empty lines, repetitions of the previous line on the same server, and lines that may hold a secret
//! ([`may_hold_secret`](crate::app::may_hold_secret)).

pub(crate) mod cursor;
pub(crate) mod retention;
pub(crate) mod search;

use retention::{HistorySize, RetentionFilter, is_worth_keeping};
use std::collections::{BTreeMap, HashMap};

/// An entered line and its server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The address of the server as the status line shows it; empty if there was none.
    pub server: String,
    /// The text, which may have several lines separated by LF.
    pub line: String,
}

/// Identifies a line of the history. Later lines have greater ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(i64);

impl LineId {
    /// Greater than the id of every line.
    const END: Self = Self(i64::MAX);
}

/// The lines to consider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryScope<'a> {
    /// Lines entered on this server.
    Server(&'a str),
    /// Lines entered on any server.
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
    /// The user entered it.
    Submitted,
    /// The user cleared it. It is not stored for later sessions, because it may have been a mistake.
    Cleared,
}

/// The input history of all servers, within the limits of [`retention`].
#[derive(Debug, Default)]
pub struct History {
    lines: BTreeMap<LineId, HistoryLine>,
    /// The size per server. Servers without lines are removed.
    servers: HashMap<String, HistorySize>,
    all: HistorySize,
    /// The smallest id. Ids of lines from earlier sessions count down from -1.
    first: i64,
    /// The next id for a line of this session, counting up from 0.
    next: i64,
}

#[derive(Debug)]
struct HistoryLine {
    entry: HistoryEntry,
    left: Left,
}

impl History {
    /// Adds a line. Returns the entry to store for later sessions, if any.
    pub fn append_entry(&mut self, server: &str, line: &str, left: Left) -> Option<HistoryEntry> {
        if !is_worth_keeping(line) {
            return None;
        }
        let entry = HistoryEntry { server: server.to_owned(), line: line.to_owned() };
        match self.last_of(server).filter(|last| last.entry.line == line) {
            // A line that was cleared and is now entered.
            Some(last) if (last.left, left) == (Left::Cleared, Left::Submitted) => last.left = left,
            Some(_) => return None,
            None => self.append(entry.clone(), left),
        }
        (left == Left::Submitted).then_some(entry)
    }

    /// Adds lines of earlier sessions, given oldest first, before all present lines.
    pub fn merge_stored(&mut self, earlier: Vec<HistoryEntry>) {
        let mut filter = RetentionFilter::default();
        for line in self.lines.values().rev() {
            filter.keeps(&line.entry.server, &line.entry.line);
        }
        for entry in earlier.into_iter().rev() {
            if filter.keeps(&entry.server, &entry.line) {
                self.first -= 1;
                self.insert(LineId(self.first), entry, Left::Submitted);
            }
        }
    }

    /// Returns the line with an id, if it is still kept.
    pub fn line(&self, id: LineId) -> Option<&str> {
        self.lines.get(&id).map(|line| line.entry.line.as_str())
    }

    /// Returns the servers with entered lines, the one used last first.
    pub fn servers(&self) -> Vec<&str> {
        let mut servers = Vec::with_capacity(self.servers.len());
        let mut remaining = self.servers.clone();
        for line in self.lines.values().rev() {
            if remaining.is_empty() {
                break;
            }
            let server = line.entry.server.as_str();
            if remaining.remove(server).is_some() && !server.is_empty() {
                servers.push(server);
            }
        }
        servers
    }

    /// Returns the lines before an id, the latest first.
    fn older<'a>(&'a self, than: LineId, scope: HistoryScope<'a>) -> impl Iterator<Item = (LineId, &'a str)> {
        self.lines.range(..than).rev().filter_map(move |found| in_scope(found, scope))
    }

    /// Returns the lines after an id, the oldest first.
    fn newer<'a>(&'a self, than: LineId, scope: HistoryScope<'a>) -> impl Iterator<Item = (LineId, &'a str)> {
        self.lines.range(LineId(than.0.saturating_add(1))..).filter_map(move |found| in_scope(found, scope))
    }

    fn last_of(&mut self, server: &str) -> Option<&mut HistoryLine> {
        self.lines.values_mut().rev().find(|line| line.entry.server == server)
    }

    fn append(&mut self, entry: HistoryEntry, left: Left) {
        let server = entry.server.clone();
        self.insert(LineId(self.next), entry, left);
        self.next += 1;
        while self.servers.get(&server).is_some_and(|sum| sum.is_over(retention::PER_SERVER_LIMIT)) {
            self.evict_oldest(HistoryScope::Server(&server));
        }
        while self.all.is_over(retention::TOTAL_LIMIT) {
            self.evict_oldest(HistoryScope::All);
        }
    }

    fn insert(&mut self, id: LineId, entry: HistoryEntry, left: Left) {
        self.all.add(&entry.server, &entry.line);
        match self.servers.get_mut(&entry.server) {
            Some(size) => size.add(&entry.server, &entry.line),
            None => self.servers.entry(entry.server.clone()).or_default().add(&entry.server, &entry.line),
        }
        self.lines.insert(id, HistoryLine { entry, left });
    }

    fn evict_oldest(&mut self, scope: HistoryScope<'_>) {
        let oldest = self.lines.iter().find(|(_, line)| scope.has(&line.entry.server)).map(|(id, _)| *id);
        let Some(HistoryLine { entry, .. }) = oldest.and_then(|id| self.lines.remove(&id)) else { return };
        self.all.remove(&entry.server, &entry.line);
        if let Some(size) = self.servers.get_mut(&entry.server) {
            size.remove(&entry.server, &entry.line);
            if size.lines() == 0 {
                self.servers.remove(&entry.server);
            }
        }
    }
}

fn in_scope<'a>((id, line): (&LineId, &'a HistoryLine), scope: HistoryScope<'_>) -> Option<(LineId, &'a str)> {
    scope.has(&line.entry.server).then_some((*id, line.entry.line.as_str()))
}

#[cfg(test)]
mod tests;
