//! A tab and its settings: those it was given, and what has been made of them since.
//!
//! Commands and keys change a tab beside its settings: `/eol`, `/view`, F2. That counts as set here, and is not taken
//! back by a settings file that is read anew.

use super::Tab;
use crate::app::Settings;
use crate::app::commands::settings::SettingChange;
use crate::app::settings::{Origin, SETTINGS, Setting, SettingValue, TakesEffect};
use crate::app::transcript::{RowId, Transcript};
use crate::app::view::viewport::ViewOptions;

/// The nickname from the next connection on: the server knows one by the one in use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::app) enum PendingNick {
    /// The one in use.
    #[default]
    Same,
    /// This one, or none.
    Other(Option<String>),
}

/// The setting of the nickname.
const NICK: &str = "nick";

fn of_servers() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| setting.is_per_tab())
}

impl Tab {
    /// The settings as they are in force here.
    pub fn effective(&self) -> Settings {
        Settings {
            nick: self.nick.clone(),
            eol: self.eol,
            lens: self.view_options,
            speaker_rule: self.attention.who().clone(),
            highlight_words: self.attention.words().to_vec(),
            ..self.options.clone()
        }
    }

    /// Whether somebody has set this here, by `/set` or by another command.
    pub(in crate::app) fn is_overridden(&self, setting: &Setting) -> bool {
        let waits = setting.name == NICK && self.next_nick != PendingNick::Same;
        setting.origin(&self.options) == &Origin::Session
            || (!waits && !setting.is_same(&self.effective(), &self.options))
    }

    /// Sets something here.
    pub(in crate::app) fn set(&mut self, setting: &'static Setting, value: &SettingValue) -> Result<(), String> {
        let mut options = self.effective();
        setting.set_from(&mut options, value, Origin::Session)?;
        if setting.name == NICK {
            self.next_nick = PendingNick::Same;
        }
        self.apply(options);
        Ok(())
    }

    /// Goes on with other settings, but for what was set here. Gives those that are not what they were.
    /// A server that knows one by a nickname is not told of another; that one is for the next connection.
    pub(in crate::app) fn apply_reloaded(&mut self, given: &Settings) -> Vec<SettingChange> {
        let (before, mut options) = (self.effective(), self.effective());
        let mut changed = Vec::new();
        for setting in of_servers() {
            if self.is_overridden(setting) {
                // It has been taken before.
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
            let of_nick = changed.iter_mut().filter(|(setting, _)| setting.name == NICK);
            of_nick.for_each(|(_, counts)| *counts = TakesEffect::NextConnection);
        }
        changed
    }

    /// Is another server's from now on: nothing that was set for the one before is kept. What was set before there was any
    /// is meant for this one.
    pub(in crate::app) fn reassign_to(&mut self, given: &Settings) {
        let (before, mut options) = (self.effective(), given.clone());
        for setting in of_servers().filter(|setting| self.endpoint.is_none() && self.is_overridden(setting)) {
            // It has been taken before.
            let _ = setting.set_from(&mut options, &setting.get(&before), Origin::Session);
        }
        if self.transcript.next() == RowId(0) {
            // How much it keeps can only be said before there is anything.
            self.transcript = Transcript::new(options.limits);
        }
        self.apply(options);
        self.next_nick = PendingNick::Same;
    }

    /// A connection begins: what waited for one is in force.
    pub(in crate::app) fn take_next_nick(&mut self) {
        match std::mem::take(&mut self.next_nick) {
            PendingNick::Other(Some(nick)) => self.set_nick(&nick),
            PendingNick::Other(None) => self.forget_nick(),
            PendingNick::Same => return,
        }
        self.options.nick.clone_from(&self.nick);
    }

    /// Where something is no more as it was, what goes by it is told.
    fn apply(&mut self, options: Settings) {
        let before = self.effective();
        self.eol = options.eol;
        if before.nick != options.nick {
            match &options.nick {
                Some(nick) => self.set_nick(nick),
                None => self.forget_nick(),
            }
        }
        if before.lens != options.lens {
            self.set_view_options(ViewOptions { reply_time: self.view_options.reply_time, ..options.lens });
        }
        if before.speaker_rule != options.speaker_rule {
            self.set_who(options.speaker_rule.clone());
        }
        if before.highlight_words != options.highlight_words {
            self.set_words(options.highlight_words.clone());
        }
        self.options = Settings { lens: self.view_options, ..options };
    }

    pub(in crate::app) fn forget_nick(&mut self) {
        self.nick = None;
        self.attention.clear_requested_nick(&self.transcript);
    }
}
