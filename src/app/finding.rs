//! Ctrl-R: searching the history, as the keys drive it.

use super::history::finder::{Finder, Standing};
use super::prompt::Edit;
use super::search::Direction;
use super::{Action, App, Mode, Now, Outcome};

impl App {
    /// The search of the history, while one is searching.
    pub const fn finder(&self) -> Option<&Finder> {
        self.finder.as_ref()
    }

    pub(super) fn begin_finding(&mut self) -> Outcome {
        self.finder = Some(Finder::new(&self.server(), self.tab().prompt().text()));
        self.enter(Mode::Find)
    }

    pub(super) fn act_in_find(&mut self, now: Now, action: Action) -> Outcome {
        match action {
            Action::SearchOlder | Action::HistoryBack | Action::HistoryBackPlain => self.find(Direction::Older),
            Action::Search | Action::HistoryForward | Action::HistoryForwardPlain => self.find(Direction::Newer),
            Action::Edit(Edit::DeleteBack) => {
                let history = std::mem::take(&mut self.history);
                self.finder.iter_mut().for_each(|finder| finder.delete_back(&history));
                self.history = history;
                Outcome::changed(true)
            }
            Action::Cancel | Action::Abort | Action::Interrupt => self.end_finding(false),
            Action::Scroll(motion) => {
                let size = self.viewport.text;
                Outcome::changed(self.tab_mut().scroll(size, motion))
            }
            // A line that is not what was asked for is not sent for it.
            Action::Submit if self.finder().is_some_and(|finder| finder.standing() == Standing::NotFound) => {
                self.end_finding(true)
            }
            // As in shells: the line is sent as it stands there.
            Action::Submit => {
                let _ = self.end_finding(true);
                self.submit(now)
            }
            Action::Complete | Action::CompleteBack => self.end_finding(true),
            // Whoever moves in the line wants to change it before it is sent.
            action => {
                let left = self.end_finding(true);
                let outcome = self.act_beside(now, action);
                Outcome { redraw: left.redraw || outcome.redraw, ..outcome }
            }
        }
    }

    pub(super) fn type_in_find(&mut self, text: &str) -> Outcome {
        let history = std::mem::take(&mut self.history);
        self.finder.iter_mut().for_each(|finder| finder.type_text(&history, text));
        self.history = history;
        Outcome::changed(true)
    }

    fn find(&mut self, direction: Direction) -> Outcome {
        let history = std::mem::take(&mut self.history);
        self.finder.iter_mut().for_each(|finder| finder.step(&history, direction));
        self.history = history;
        Outcome::changed(true)
    }

    /// Back to the draft, with the line that was found or as it was.
    fn end_finding(&mut self, takes_hit: bool) -> Outcome {
        if let Some(mut finder) = self.finder.take().filter(|_| takes_hit) {
            finder.set_draft(self.tab().prompt().text());
            let mut recall = std::mem::take(&mut self.tab_mut().recall);
            let line = finder.accept(&self.history, &mut recall);
            self.tab_mut().recall = recall;
            if line != self.tab().prompt().text() {
                self.tab_mut().prompt_mut().set(line);
            }
        }
        self.enter(Mode::Compose)
    }
}
