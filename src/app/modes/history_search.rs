//! History search (Ctrl-R).

use crate::app::input::history::search::{HistorySearch, SearchStatus};
use crate::app::input::line_editor::Edit;
use crate::app::view::search::SearchDirection;
use crate::app::{Action, App, Mode, Now, Update};

impl App {
    /// Returns the history search, if it is open.
    pub const fn history_search(&self) -> Option<&HistorySearch> {
        self.history_search.as_ref()
    }

    pub(in crate::app) fn enter_history_search(&mut self) -> Update {
        self.history_search = Some(HistorySearch::new(&self.server(), self.tab().line_editor().text()));
        self.enter(Mode::HistorySearch)
    }

    pub(in crate::app) fn on_history_search_action(&mut self, now: Now, action: Action) -> Update {
        match action {
            Action::HistorySearch | Action::HistoryPrevMatching | Action::HistoryPrev => {
                self.find(SearchDirection::Older)
            }
            Action::Search | Action::HistoryNextMatching | Action::HistoryNext => self.find(SearchDirection::Newer),
            Action::Edit(Edit::DeleteBack) => {
                let history = std::mem::take(&mut self.history);
                self.history_search.iter_mut().for_each(|finder| finder.delete_back(&history));
                self.history = history;
                Update::redraw(true)
            }
            Action::Cancel | Action::AbortInput | Action::QuitOrClear => self.leave_history_search(false),
            Action::Scroll(motion) => {
                let size = self.viewport.messages;
                Update::redraw(self.tab_mut().scroll(size, motion))
            }
            // Without a match, Enter must not send the last line shown.
            Action::Submit
                if self.history_search().is_some_and(|finder| finder.standing() == SearchStatus::NotFound) =>
            {
                self.leave_history_search(true)
            }
            // As in shells, Enter sends the line.
            Action::Submit => {
                let _ = self.leave_history_search(true);
                self.submit(now)
            }
            Action::Complete | Action::CompleteBack => self.leave_history_search(true),
            // Other keys edit the found line.
            action => {
                let left = self.leave_history_search(true);
                let update = self.exit_mode_and_run(now, action);
                Update { redraw: left.redraw || update.redraw, ..update }
            }
        }
    }

    pub(in crate::app) fn on_history_search_text(&mut self, text: &str) -> Update {
        let history = std::mem::take(&mut self.history);
        self.history_search.iter_mut().for_each(|finder| finder.type_text(&history, text));
        self.history = history;
        Update::redraw(true)
    }

    fn find(&mut self, direction: SearchDirection) -> Update {
        let history = std::mem::take(&mut self.history);
        self.history_search.iter_mut().for_each(|finder| finder.step(&history, direction));
        self.history = history;
        Update::redraw(true)
    }

    /// Returns to the draft, replaced by the found line if `takes_hit`.
    fn leave_history_search(&mut self, takes_hit: bool) -> Update {
        if let Some(mut finder) = self.history_search.take().filter(|_| takes_hit) {
            finder.set_draft(self.tab().line_editor().text());
            let mut recall = std::mem::take(&mut self.tab_mut().history_cursor);
            let line = finder.accept(&self.history, &mut recall);
            self.tab_mut().history_cursor = recall;
            if line != self.tab().line_editor().text() {
                self.tab_mut().prompt_mut().set(line);
            }
        }
        self.enter(Mode::Input)
    }
}
