//! Search in the messages.

use crate::app::input::line_editor::Edit;
use crate::app::view::pattern::{CaseMatching, Syntax};
use crate::app::view::search::SearchDirection;
use crate::app::{Action, App, ByteView, Mode, Update};

impl App {
    pub(in crate::app) fn enter_search(&mut self) -> Update {
        let size = self.viewport.messages;
        self.tab_mut().begin_search(size, Syntax::Literal, CaseMatching::Smart);
        self.enter(Mode::Search)
    }

    pub(in crate::app) fn on_search_action(&mut self, action: Action) -> Update {
        let size = self.viewport.messages;
        match action {
            // Rows contain no newlines.
            Action::Edit(Edit::NewLine) => return Update::default(),
            Action::Edit(edit) => return self.edit_search(edit),
            Action::LineEndOrScrollBottom => return self.edit_search(Edit::End),
            Action::EndOfInput => return self.edit_search(Edit::DeleteForward),
            Action::Search | Action::HistorySearch
                if self.tab().search().is_some_and(|search| search.prompt().text().is_empty()) =>
            {
                let last = std::mem::take(&mut self.last_search_query);
                return self.on_search_text(&last);
            }
            Action::HistoryPrevMatching | Action::HistoryPrev | Action::HistorySearch => {
                self.tab_mut().go_to_next_hit(size, SearchDirection::Older);
            }
            Action::HistoryNextMatching | Action::HistoryNext | Action::Search => {
                self.tab_mut().go_to_next_hit(size, SearchDirection::Newer);
            }
            Action::Scroll(motion) => {
                self.tab_mut().scroll(size, motion);
            }
            Action::Submit => return self.end_search(true),
            Action::Cancel | Action::QuitOrClear | Action::AbortInput => return self.end_search(false),
            Action::SearchCase => self.change_search(crate::app::view::search::Search::toggle_case),
            Action::ToggleSearchRegex => self.change_search(crate::app::view::search::Search::toggle_syntax),
            Action::CycleView => {
                let update = self.next_view();
                self.tab_mut().restart_search_here();
                return update;
            }
            Action::CycleTimestamps => return self.next_time(),
            _ => return Update::default(),
        }
        Update::redraw(true)
    }

    pub(in crate::app) fn on_search_text(&mut self, text: &str) -> Update {
        let size = self.viewport.messages;
        if let Some(search) = &mut self.tab_mut().search {
            search.prompt_mut().insert(text);
        }
        self.tab_mut().restart_search(size);
        Update::redraw(true)
    }

    fn edit_search(&mut self, edit: Edit) -> Update {
        let size = self.viewport.messages;
        let before = self.tab().search().map(|search| search.prompt().text().to_owned());
        let mut kills = std::mem::take(&mut self.kill_ring);
        let search = self.tab_mut().search.as_mut();
        let changed = search.is_some_and(|search| search.prompt_mut().edit(edit, &mut kills));
        self.kill_ring = kills;
        if before.as_deref() != self.tab().search().map(|search| search.prompt().text()) {
            self.tab_mut().restart_search(size);
        }
        Update::redraw(changed)
    }

    fn change_search(&mut self, change: impl FnOnce(&mut crate::app::view::search::Search)) {
        let size = self.viewport.messages;
        if let Some(search) = &mut self.tab_mut().search {
            change(search);
        }
        self.tab_mut().restart_search(size);
    }

    fn end_search(&mut self, stays: bool) -> Update {
        if let Some(search) = self.tab().search().filter(|search| !search.prompt().text().is_empty()) {
            self.last_search_query = search.prompt().text().to_owned();
        }
        self.tab_mut().end_search(stays);
        self.mode = Mode::Input;
        Update::redraw(true)
    }

    /// Switches to the next view.
    pub(in crate::app) fn next_view(&mut self) -> Update {
        let view = self.tab().view_options().view.next();
        self.set_view(view)
    }

    pub(in crate::app) fn set_view(&mut self, view: ByteView) -> Update {
        let view_options = crate::app::view::viewport::ViewOptions { view, ..self.tab().view_options() };
        self.tab_mut().set_view_options(view_options);
        self.set_status_message(format!("View: {}", view.name()))
    }
}
