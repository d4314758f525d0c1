//! What is done a piece at a time while nothing else is to be: filters and searches of many rows, files that are saved.

use super::{App, Outcome, Tab};

impl App {
    /// Whether there is something to go on with when nothing else is to be done: then send [`super::Event::Work`].
    pub fn has_work(&self) -> bool {
        self.is_saving() || self.tabs.iter().any(Tab::has_work)
    }

    /// Whether what is on the screen waits for a part of it: a filter, a search. A flood is no reason to put that off.
    pub fn has_pressing_work(&self) -> bool {
        self.tab().has_work()
    }

    /// Goes on with what is under way: what is on the screen before what is not.
    pub(super) fn work(&mut self) -> Outcome {
        if self.tab().has_work() {
            let size = self.viewport.text;
            self.tab_mut().work(size);
            return Outcome::changed(true);
        }
        if self.is_saving() {
            return Outcome { effects: self.save_piece(), redraw: false };
        }
        let size = self.viewport.text;
        if let Some(tab) = self.tabs.iter_mut().find(|tab| tab.has_work()) {
            tab.work(size);
        }
        Outcome::changed(true)
    }
}
