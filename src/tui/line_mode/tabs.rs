//! Announcing tabs in line mode: switching to another tab, and new messages in other tabs.

use crate::app::{App, Tab};
use crate::link::LinkId;
use crate::text;
use std::collections::HashMap;
use std::fmt::Write as _;

/// Announcements about tabs that have been printed.
#[derive(Debug, Default)]
pub(super) struct AnnouncedTabs {
    current: Option<LinkId>,
    /// News of the other tabs that has been announced.
    announced: HashMap<LinkId, TabNews>,
}

/// Unread content of a tab, in ascending importance. A more important kind is announced although a less important one
/// has been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum TabNews {
    None,
    Rows,
    Mentions,
}

impl TabNews {
    fn of(tab: &Tab) -> Self {
        match (tab.new_rows(), tab.unseen_mentions()) {
            (0, 0) => Self::None,
            (_, 0) => Self::Rows,
            _ => Self::Mentions,
        }
    }
}

impl AnnouncedTabs {
    /// Appends the number and title of the current tab if it has changed.
    pub(super) fn announce_switch(&mut self, app: &App, out: &mut String) {
        let before = self.current.replace(app.tab().id());
        if before.is_some() && before != self.current {
            let (number, count) = (app.current() + 1, app.tabs().len());
            let title = text::sanitize_line(&app.tab().title());
            // Writing to a String cannot fail.
            let _ = write!(out, "Tab {number} of {count}: {title}\r\n");
        }
    }

    /// Appends the other tabs that have unread content, each once until it has been read.
    pub(super) fn announce_news(&mut self, app: &App, out: &mut String) {
        let others = app.tabs().iter().enumerate().filter(|(index, _)| *index != app.current());
        let mut announced = HashMap::new();
        for (index, tab) in others {
            let news = TabNews::of(tab);
            let before = self.announced.get(&tab.id()).copied().unwrap_or(TabNews::None);
            if news > before {
                let subject = if news == TabNews::Mentions { "Mention" } else { "New messages" };
                let _ = write!(out, "({subject} in tab {}: {})\r\n", index + 1, text::sanitize_line(&tab.title()));
            }
            announced.insert(tab.id(), news);
        }
        self.announced = announced;
    }
}
