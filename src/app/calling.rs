//! The user who looks elsewhere: that they do, and what calls them back.

use super::{AlertWay, App, Effect, Focus, Now, Outcome, Tab};
use crate::link::LinkId;
use std::time::Duration;

/// How long the user is left in peace after a call, whatever comes.
const PEACE: Duration = Duration::from_secs(5);

/// Characters of a line that a call quotes.
const QUOTED: usize = 120;

impl App {
    /// What the window should be called: one line, free of control characters. It begins with how many mentions have not
    /// been seen, so that it can be told from a list of windows.
    pub fn title(&self) -> String {
        let place = self.tab().endpoint().map_or_else(String::new, |endpoint| format!("{endpoint} - "));
        let count = match self.tabs.iter().map(Tab::unseen_mentions).sum::<u64>() {
            0 => String::new(),
            count => format!("({count}) "),
        };
        crate::text::sanitize_line(&format!("{count}{place}netchat-tui"))
    }

    /// Calls the user if somebody has mentioned them and they look elsewhere.
    pub(super) fn call(&mut self, now: Now, id: LinkId) -> Option<Effect> {
        let is_shown = self.tab().id() == id;
        let row = self.tab_of(id)?.take_call()?;
        let is_soon = self.called.is_some_and(|called| now.elapsed < called + PEACE);
        if is_shown && self.focus == Focus::Here || is_soon || self.options.alert == AlertWay::Silent {
            return None;
        }
        self.called = Some(now.elapsed);
        let words = self.tab_of(id)?.beginning_of(row, QUOTED);
        Some(Effect::Alert { way: self.options.alert, words })
    }

    pub(super) fn focus(&mut self, focus: Focus) -> Outcome {
        self.focus = focus;
        // Who turns away while everything is on the screen has read it.
        if focus == Focus::Elsewhere && !self.tab().is_scrolled() {
            self.tab_mut().mark_read();
        }
        Outcome::changed(true)
    }
}
