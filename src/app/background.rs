//! What is done a piece at a time while nothing else is to be: filters and searches of many rows, files that are saved.

use super::{App, Tab, Update};

impl App {
    /// Whether there is something to go on with when nothing else is to be done: then send [`super::Event::BackgroundStep`].
    pub fn has_background_work(&self) -> bool {
        self.is_saving() || self.tabs.iter().any(Tab::has_work)
    }

    /// Whether what is on the screen waits for a part of it: a filter, a search. A flood is no reason to put that off.
    pub fn has_urgent_work(&self) -> bool {
        self.tab().has_work()
    }

    /// Goes on with what is under way: what is on the screen before what is not.
    pub(super) fn background_step(&mut self) -> Update {
        if self.tab().has_work() {
            let size = self.viewport.messages;
            self.tab_mut().work(size);
            return Update::redraw(true);
        }
        if self.is_saving() {
            return Update { effects: self.export_chunk(), redraw: false };
        }
        let size = self.viewport.messages;
        if let Some(tab) = self.tabs.iter_mut().find(|tab| tab.has_work()) {
            tab.work(size);
        }
        Update::redraw(true)
    }
}
