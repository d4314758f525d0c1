//! The user who looks elsewhere: that they do, and what calls them back.

use crate::app::{AlertMethod, App, Effect, Focus, Now, Tab, Update};
use crate::link::LinkId;
use std::time::Duration;

/// How long the user is left in peace after a call, whatever comes.
const ALERT_COOLDOWN: Duration = Duration::from_secs(5);

/// Characters of a line that a call quotes.
const MAX_QUOTE: usize = 120;

impl App {
    /// What the window should be called: one line, free of control characters. It begins with how many mentions have not
    /// been seen, so that it can be told from a list of windows.
    pub fn window_title(&self) -> String {
        let place = self.tab().endpoint().map_or_else(String::new, |endpoint| format!("{endpoint} - "));
        let count = match self.tabs.iter().map(Tab::unseen_mentions).sum::<u64>() {
            0 => String::new(),
            count => format!("({count}) "),
        };
        crate::text::sanitize_line(&format!("{count}{place}netchat-tui"))
    }

    /// Calls the user if somebody has mentioned them and they look elsewhere.
    pub(in crate::app) fn alert_if_unfocused(&mut self, now: Now, id: LinkId) -> Option<Effect> {
        let is_shown = self.tab().id() == id;
        let row = self.tab_of(id)?.take_pending_alert()?;
        let is_soon = self.last_alert.is_some_and(|called| now.elapsed < called + ALERT_COOLDOWN);
        if is_shown && self.focus == Focus::Focused || is_soon || self.options.alert == AlertMethod::Off {
            return None;
        }
        self.last_alert = Some(now.elapsed);
        let words = self.tab_of(id)?.row_excerpt(row, MAX_QUOTE);
        Some(Effect::Alert { way: self.options.alert, words })
    }

    pub(in crate::app) fn focus(&mut self, focus: Focus) -> Update {
        self.focus = focus;
        // Who turns away while everything is on the screen has read it.
        if focus == Focus::Unfocused && !self.tab().is_scrolled() {
            self.tab_mut().mark_read();
        }
        Update::redraw(true)
    }
}
