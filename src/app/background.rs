//! Work in small steps while the loop is idle: filters and searches over many rows, and exports.

use super::{App, Tab, Update};

impl App {
    /// Returns whether to send [`super::Event::BackgroundStep`] when the loop is idle.
    pub fn has_background_work(&self) -> bool {
        self.is_saving() || self.tabs.iter().any(Tab::has_work)
    }

    /// Returns whether the current tab waits for a filter or search, which must proceed even during a flood.
    pub fn has_urgent_work(&self) -> bool {
        self.tab().has_work()
    }

    /// Runs one step of the background work, that of the current tab first.
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
