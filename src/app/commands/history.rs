//! The history, as keys and Enter use it.

use crate::app::input::history::cursor::{HistoryCursor, HistoryQuery, NoEntry};
use crate::app::input::history::{History, HistoryEntry, HistoryScope, Left};
use crate::app::transcript::RowKind;
use crate::app::{App, Effect, Now, Update};
use crate::link::LinkId;

/// Through which lines a step in the history leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum HistoryFilter {
    /// Those of this server that begin with what stands left of the cursor.
    Matching,
    /// All of this server.
    All,
    /// Those of all servers that begin with what stands left of the cursor.
    AllServers,
}

impl App {
    /// What was entered, here and in earlier sessions.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// The server that what is entered belongs to, as the status line shows it; nothing where there is none.
    pub(in crate::app) fn server(&self) -> String {
        self.tab().endpoint().map(ToString::to_string).unwrap_or_default()
    }

    pub(in crate::app) fn history_back(&mut self, way: HistoryFilter) -> Update {
        match self.step(way, HistoryCursor::back) {
            Ok(line) => self.show_recalled(line),
            // Everybody sees that.
            Err(NoEntry::Oldest) => Update::redraw(false),
            Err(no_line) => self.set_status_message(no_line.to_string()),
        }
    }

    pub(in crate::app) fn history_forward(&mut self, way: HistoryFilter) -> Update {
        match self.step(way, HistoryCursor::forward) {
            Some(line) => self.show_recalled(line),
            None => Update::redraw(false),
        }
    }

    fn step<T>(
        &mut self,
        way: HistoryFilter,
        take: impl FnOnce(&mut HistoryCursor, &History, HistoryQuery<'_>) -> T,
    ) -> T {
        let server = self.server();
        let mut recall = std::mem::take(&mut self.tab_mut().history_cursor);
        let prompt = self.tab().line_editor();
        let shown = prompt.text();
        let (scope, prefix) = match way {
            HistoryFilter::Matching => (HistoryScope::Server(&server), shown.get(..prompt.cursor())),
            HistoryFilter::All => (HistoryScope::Server(&server), None),
            HistoryFilter::AllServers => (HistoryScope::All, shown.get(..prompt.cursor())),
        };
        let taken = take(&mut recall, &self.history, HistoryQuery { scope, prefix, shown });
        self.tab_mut().history_cursor = recall;
        taken
    }

    fn show_recalled(&mut self, line: String) -> Update {
        self.tab_mut().prompt_mut().set(line);
        Update::redraw(true)
    }

    /// The line in a tab's input line has been sent or carried out, or is to go: it becomes history. The tab may be gone
    /// by now.
    pub(in crate::app) fn commit_line(&mut self, id: LinkId, server: &str, line: &str, left: Left) -> Option<Effect> {
        if let Some(tab) = self.tab_of(id) {
            tab.line_entered();
        }
        self.history.append_entry(server, line, left).map(Effect::AppendHistory)
    }

    /// Clears the draft away. It is not lost: Up brings it back.
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
