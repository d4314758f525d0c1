//! Focus, window title, and alerts about mentions.

use crate::app::{AlertMethod, App, Effect, Focus, Now, Tab, Update};
use crate::link::LinkId;
use std::time::Duration;

/// Shortest time between two alerts.
const ALERT_COOLDOWN: Duration = Duration::from_secs(5);

/// Characters of the line that an alert quotes.
const MAX_QUOTE: usize = 120;

impl App {
    /// Returns the window title: one line without control characters that begins with the number of unseen mentions.
    pub fn window_title(&self) -> String {
        let place = self.tab().endpoint().map_or_else(String::new, |endpoint| format!("{endpoint} - "));
        let count = match self.tabs.iter().map(Tab::unseen_mentions).sum::<u64>() {
            0 => String::new(),
            count => format!("({count}) "),
        };
        crate::text::sanitize_line(&format!("{count}{place}netchat-tui"))
    }

    /// Returns an alert if a new mention is not visible to the user.
    pub(in crate::app) fn alert_if_unfocused(&mut self, now: Now, id: LinkId) -> Option<Effect> {
        let is_shown = self.tab().id() == id;
        let row = self.tab_of(id)?.take_pending_alert()?;
        let is_soon = self.last_alert.is_some_and(|called| now.elapsed < called + ALERT_COOLDOWN);
        if is_shown && self.focus == Focus::Focused || is_soon || self.options.alert == AlertMethod::Off {
            return None;
        }
        self.last_alert = Some(now.elapsed);
        let message = self.tab_of(id)?.row_excerpt(row, MAX_QUOTE);
        Some(Effect::Alert { method: self.options.alert, message })
    }

    pub(in crate::app) fn on_focus(&mut self, focus: Focus) -> Update {
        self.focus = focus;
        // Everything on the screen counts as read when the focus is lost.
        if focus == Focus::Unfocused && !self.tab().is_scrolled() {
            self.tab_mut().mark_read();
        }
        Update::redraw(true)
    }
}
