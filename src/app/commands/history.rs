//! Input history: recalling and adding entries.

use crate::app::input::history::cursor::{HistoryCursor, HistoryQuery, NoEntry};
use crate::app::input::history::{History, HistoryEntry, HistoryScope, Left};
use crate::app::transcript::RowKind;
use crate::app::{App, Effect, Now, Update};
use crate::link::LinkId;

/// The entries that a step in the history visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum HistoryFilter {
    /// Entries of this server that begin with the text before the cursor.
    Matching,
    /// All entries of this server.
    All,
    /// Entries of all servers that begin with the text before the cursor.
    AllServers,
}

impl App {
    /// Returns the input history of this and earlier sessions.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// Returns the server of new entries, or an empty string.
    pub(in crate::app) fn server(&self) -> String {
        self.tab().endpoint().map(ToString::to_string).unwrap_or_default()
    }

    pub(in crate::app) fn history_back(&mut self, filter: HistoryFilter) -> Update {
        match self.step(filter, HistoryCursor::back) {
            Ok(line) => self.show_recalled(line),
            // Visible without a message.
            Err(NoEntry::Oldest) => Update::redraw(false),
            Err(no_line) => self.set_status_message(no_line.to_string()),
        }
    }

    pub(in crate::app) fn history_forward(&mut self, filter: HistoryFilter) -> Update {
        match self.step(filter, HistoryCursor::forward) {
            Some(line) => self.show_recalled(line),
            None => Update::redraw(false),
        }
    }

    fn step<T>(
        &mut self,
        filter: HistoryFilter,
        take: impl FnOnce(&mut HistoryCursor, &History, HistoryQuery<'_>) -> T,
    ) -> T {
        let server = self.server();
        let mut cursor = std::mem::take(&mut self.tab_mut().history_cursor);
        let prompt = self.tab().line_editor();
        let shown = prompt.text();
        let (scope, prefix) = match filter {
            HistoryFilter::Matching => (HistoryScope::Server(&server), shown.get(..prompt.cursor())),
            HistoryFilter::All => (HistoryScope::Server(&server), None),
            HistoryFilter::AllServers => (HistoryScope::All, shown.get(..prompt.cursor())),
        };
        let taken = take(&mut cursor, &self.history, HistoryQuery { scope, prefix, shown });
        self.tab_mut().history_cursor = cursor;
        taken
    }

    fn show_recalled(&mut self, line: String) -> Update {
        self.tab_mut().prompt_mut().set(line);
        Update::redraw(true)
    }

    /// Adds a submitted or cleared line to the history and empties the draft. The tab may be gone.
    pub(in crate::app) fn commit_line(&mut self, id: LinkId, server: &str, line: &str, left: Left) -> Option<Effect> {
        if let Some(tab) = self.tab_of(id) {
            tab.line_entered();
        }
        self.history.append_entry(server, line, left).map(Effect::AppendHistory)
    }

    /// Clears the draft and keeps it in the history.
    pub(in crate::app) fn clear_draft(&mut self) -> Update {
        let (id, server, line) = (self.tab().id(), self.server(), self.tab().line_editor().text().to_owned());
        let effects = self.commit_line(id, &server, &line, Left::Cleared).into_iter().collect();
        Update { effects, redraw: true }
    }

    pub(in crate::app) fn on_history_loaded(&mut self, earlier: Vec<HistoryEntry>) -> Update {
        self.history.merge_stored(earlier);
        Update::redraw(false)
    }

    pub(in crate::app) fn on_storage_warning(&mut self, now: Now, sentence: &str) -> Update {
        self.add_notice(now, RowKind::Notice, sentence);
        Update::redraw(true)
    }
}
