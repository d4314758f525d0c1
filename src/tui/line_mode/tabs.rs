//! Several tabs, told in lines: which one is being read, and that something has come in another.

use crate::app::{App, Tab};
use crate::link::LinkId;
use crate::text;
use std::collections::HashMap;
use std::fmt::Write as _;

/// What has been told of them.
#[derive(Debug, Default)]
pub(super) struct AnnouncedTabs {
    shown: Option<LinkId>,
    /// What the other tabs have that has been told.
    elsewhere: HashMap<LinkId, TabNews>,
}

/// What a tab has that has not been read. The greater one is told even if the lesser has been.
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
    /// Appends which tab is read from now on, if that has changed: its rows follow.
    pub(super) fn shown(&mut self, app: &App, out: &mut String) {
        let before = self.shown.replace(app.tab().id());
        if before.is_some() && before != self.shown {
            let (at, count, label) = (app.current() + 1, app.tabs().len(), text::sanitize_line(&app.tab().title()));
            // Writing to a String cannot fail.
            let _ = write!(out, "Tab {at} of {count}: {label}\r\n");
        }
    }

    /// Appends where else something has come. Of each tab once, until it has been read.
    pub(super) fn elsewhere(&mut self, app: &App, out: &mut String) {
        let others = app.tabs().iter().enumerate().filter(|(at, _)| *at != app.current());
        let mut told = HashMap::new();
        for (at, tab) in others {
            let news = TabNews::of(tab);
            let before = self.elsewhere.get(&tab.id()).copied().unwrap_or(TabNews::None);
            if news > before {
                let what = if news == TabNews::Mentions { "You are mentioned" } else { "New messages" };
                let _ = write!(out, "({what} in tab {}: {})\r\n", at + 1, text::sanitize_line(&tab.title()));
            }
            told.insert(tab.id(), news);
        }
        self.elsewhere = told;
    }
}
