//! Search, as the keys drive it.

use super::pattern::{Case, Syntax};
use super::prompt::Edit;
use super::search::Direction;
use super::{Action, App, Mode, Outcome, View};

impl App {
    pub(super) fn begin_search(&mut self) -> Outcome {
        let size = self.viewport.text;
        self.tab_mut().begin_search(size, Syntax::Literal, Case::Smart);
        self.enter(Mode::Search)
    }

    pub(super) fn act_in_search(&mut self, action: Action) -> Outcome {
        let size = self.viewport.text;
        match action {
            // Rows have no newlines in them.
            Action::Edit(Edit::NewLine) => return Outcome::default(),
            Action::Edit(edit) => return self.edit_search(edit),
            Action::EndOfText => return self.edit_search(Edit::End),
            Action::EndOfInput => return self.edit_search(Edit::DeleteForward),
            Action::Search | Action::SearchOlder
                if self.tab().search().is_some_and(|search| search.prompt().text().is_empty()) =>
            {
                let last = std::mem::take(&mut self.searched);
                return self.type_in_search(&last);
            }
            Action::HistoryBack | Action::HistoryBackPlain | Action::SearchOlder => {
                self.tab_mut().next_hit(size, Direction::Older);
            }
            Action::HistoryForward | Action::HistoryForwardPlain | Action::Search => {
                self.tab_mut().next_hit(size, Direction::Newer);
            }
            Action::Scroll(motion) => {
                self.tab_mut().scroll(size, motion);
            }
            Action::Submit => return self.end_search(true),
            Action::Cancel | Action::Interrupt | Action::Abort => return self.end_search(false),
            Action::SearchCase => self.change_search(super::search::Search::toggle_case),
            Action::SearchRegex => self.change_search(super::search::Search::toggle_syntax),
            Action::NextView => {
                let outcome = self.next_view();
                self.tab_mut().search_here();
                return outcome;
            }
            Action::NextTime => return self.next_time(),
            _ => return Outcome::default(),
        }
        Outcome::changed(true)
    }

    pub(super) fn type_in_search(&mut self, text: &str) -> Outcome {
        let size = self.viewport.text;
        if let Some(search) = &mut self.tab_mut().search {
            search.prompt_mut().insert(text);
        }
        self.tab_mut().search_anew(size);
        Outcome::changed(true)
    }

    fn edit_search(&mut self, edit: Edit) -> Outcome {
        let size = self.viewport.text;
        let before = self.tab().search().map(|search| search.prompt().text().to_owned());
        let mut kills = std::mem::take(&mut self.kills);
        let search = self.tab_mut().search.as_mut();
        let changed = search.is_some_and(|search| search.prompt_mut().edit(edit, &mut kills));
        self.kills = kills;
        if before.as_deref() != self.tab().search().map(|search| search.prompt().text()) {
            self.tab_mut().search_anew(size);
        }
        Outcome::changed(changed)
    }

    fn change_search(&mut self, change: impl FnOnce(&mut super::search::Search)) {
        let size = self.viewport.text;
        if let Some(search) = &mut self.tab_mut().search {
            change(search);
        }
        self.tab_mut().search_anew(size);
    }

    fn end_search(&mut self, stays: bool) -> Outcome {
        if let Some(search) = self.tab().search().filter(|search| !search.prompt().text().is_empty()) {
            self.searched = search.prompt().text().to_owned();
        }
        self.tab_mut().end_search(stays);
        self.mode = Mode::Compose;
        Outcome::changed(true)
    }

    /// The next view of the same bytes.
    pub(super) fn next_view(&mut self) -> Outcome {
        let view = self.tab().lens().view.next();
        self.set_view(view)
    }

    pub(super) fn set_view(&mut self, view: View) -> Outcome {
        let lens = super::viewport::Lens { view, ..self.tab().lens() };
        self.tab_mut().look_through(lens);
        self.say(format!("View: {}", view.name()))
    }
}
