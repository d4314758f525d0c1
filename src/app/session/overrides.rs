//! Settings of a tab that differ from those it was given.
//!
//! Commands and keys such as `/eol`, `/view` and F2 change a tab without changing its settings. These changes count as
//! overrides, like `/set`, and survive a reload of the settings file.

use super::Tab;
use crate::app::Settings;
use crate::app::commands::settings::SettingChange;
use crate::app::settings::{Origin, SETTINGS, Setting, SettingValue, TakesEffect};
use crate::app::transcript::{RowId, Transcript};
use crate::app::view::viewport::ViewOptions;

/// The nickname to use from the next connection on. The server knows the user by the current one until then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::app) enum PendingNick {
    /// The current nickname.
    #[default]
    Same,
    /// Another nickname, or none.
    Other(Option<String>),
}

/// The name of the nickname setting.
const NICK: &str = "nick";

fn tab_settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| setting.is_per_tab())
}

impl Tab {
    /// Returns the settings in force, with the changes made by commands and keys.
    pub fn effective(&self) -> Settings {
        Settings {
            nick: self.nick.clone(),
            eol: self.eol,
            view_options: self.view_options,
            speaker_rule: self.attention.speaker_rule().clone(),
            highlight_words: self.attention.words().to_vec(),
            ..self.options.clone()
        }
    }

    /// Returns whether a setting was changed in this tab, by `/set` or by another command.
    pub(in crate::app) fn is_overridden(&self, setting: &Setting) -> bool {
        let is_pending = setting.name == NICK && self.next_nick != PendingNick::Same;
        setting.origin(&self.options) == &Origin::Session
            || (!is_pending && !setting.is_same(&self.effective(), &self.options))
    }

    /// Overrides a setting in this tab.
    pub(in crate::app) fn set(&mut self, setting: &'static Setting, value: &SettingValue) -> Result<(), String> {
        let mut options = self.effective();
        setting.set_from(&mut options, value, Origin::Session)?;
        if setting.name == NICK {
            self.next_nick = PendingNick::Same;
        }
        self.apply(options);
        Ok(())
    }

    /// Applies reloaded settings, except those overridden here. Returns the settings that changed.
    ///
    /// A new nickname takes effect with the next connection if the server knows the user by the current one.
    pub(in crate::app) fn apply_reloaded(&mut self, given: &Settings) -> Vec<SettingChange> {
        let (before, mut options) = (self.effective(), self.effective());
        let mut changed = Vec::new();
        for setting in tab_settings() {
            if self.is_overridden(setting) {
                // The value was valid when it was set.
                let _ = setting.set_from(&mut options, &setting.get(&before), Origin::Session);
            } else {
                setting.copy(given, &mut options);
                changed.extend(
                    Some((setting, setting.takes_effect)).filter(|_| !setting.is_same(&self.options, &options)),
                );
            }
        }
        let is_known = self.is_open() && !self.has_prefix() && before.nick != options.nick;
        let nick = options.nick.clone();
        if is_known {
            options.nick = before.nick;
        }
        self.apply(options);
        self.next_nick = PendingNick::Same;
        if is_known {
            self.options.nick.clone_from(&nick);
            self.next_nick = PendingNick::Other(nick);
            let nick_changes = changed.iter_mut().filter(|(setting, _)| setting.name == NICK);
            nick_changes.for_each(|(_, counts)| *counts = TakesEffect::NextConnection);
        }
        changed
    }

    /// Assigns the tab to another server and drops the overrides for the old one. Overrides made before the tab had a
    /// server are kept.
    pub(in crate::app) fn reassign_to(&mut self, given: &Settings) {
        let (before, mut options) = (self.effective(), given.clone());
        for setting in tab_settings().filter(|setting| self.endpoint.is_none() && self.is_overridden(setting)) {
            // The value was valid when it was set.
            let _ = setting.set_from(&mut options, &setting.get(&before), Origin::Session);
        }
        if self.transcript.next() == RowId(0) {
            // The limits of a transcript can be set only while it is empty.
            self.transcript = Transcript::new(options.limits);
        }
        self.apply(options);
        self.next_nick = PendingNick::Same;
    }

    /// Applies a pending nickname when a connection opens.
    pub(in crate::app) fn take_next_nick(&mut self) {
        match std::mem::take(&mut self.next_nick) {
            PendingNick::Other(Some(nick)) => self.set_nick(&nick),
            PendingNick::Other(None) => self.forget_nick(),
            PendingNick::Same => return,
        }
        self.options.nick.clone_from(&self.nick);
    }

    /// Replaces the settings and passes each change to the part of the tab that depends on it.
    fn apply(&mut self, options: Settings) {
        let before = self.effective();
        self.eol = options.eol;
        if before.nick != options.nick {
            match &options.nick {
                Some(nick) => self.set_nick(nick),
                None => self.forget_nick(),
            }
        }
        if before.view_options != options.view_options {
            self.set_view_options(ViewOptions { reply_time: self.view_options.reply_time, ..options.view_options });
        }
        if before.speaker_rule != options.speaker_rule {
            self.set_speaker_rule(options.speaker_rule.clone());
        }
        if before.highlight_words != options.highlight_words {
            self.set_words(options.highlight_words.clone());
        }
        self.options = Settings { view_options: self.view_options, ..options };
    }

    pub(in crate::app) fn forget_nick(&mut self) {
        self.nick = None;
        self.attention.clear_requested_nick(&self.transcript);
    }
}
