//! A tab and its settings: those it was given, and what has been made of them since.
//!
//! Commands and keys change a tab beside its settings: `/eol`, `/view`, F2. That counts as set here, and is not taken
//! back by a settings file that is read anew.

use super::Tab;
use crate::app::Options;
use crate::app::configured::Change;
use crate::app::settings::{Counts, Origin, SETTINGS, Setting, Value};
use crate::app::transcript::{RowId, Transcript};
use crate::app::viewport::Lens;

/// The nickname from the next connection on: the server knows one by the one in use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum NextNick {
    /// The one in use.
    #[default]
    Same,
    /// This one, or none.
    Other(Option<String>),
}

/// The setting of the nickname.
const NICK: &str = "nick";

fn of_servers() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| setting.is_of_tab())
}

impl Tab {
    /// The settings as they are in force here.
    pub fn in_force(&self) -> Options {
        Options {
            nick: self.nick.clone(),
            eol: self.eol,
            lens: self.lens,
            who: self.attention.who().clone(),
            words: self.attention.words().to_vec(),
            ..self.options.clone()
        }
    }

    /// Whether somebody has set this here, by `/set` or by another command.
    pub(in crate::app) fn is_set_here(&self, setting: &Setting) -> bool {
        let waits = setting.name == NICK && self.next_nick != NextNick::Same;
        setting.origin(&self.options) == &Origin::Set || (!waits && !setting.is_same(&self.in_force(), &self.options))
    }

    /// Sets something here.
    pub(in crate::app) fn set(&mut self, setting: &'static Setting, value: &Value) -> Result<(), String> {
        let mut options = self.in_force();
        setting.set_from(&mut options, value, Origin::Set)?;
        if setting.name == NICK {
            self.next_nick = NextNick::Same;
        }
        self.put_in_force(options);
        Ok(())
    }

    /// Goes on with other settings, but for what was set here. Gives those that are not what they were.
    /// A server that knows one by a nickname is not told of another; that one is for the next connection.
    pub(in crate::app) fn adopt(&mut self, given: &Options) -> Vec<Change> {
        let (before, mut options) = (self.in_force(), self.in_force());
        let mut changed = Vec::new();
        for setting in of_servers() {
            if self.is_set_here(setting) {
                // It has been taken before.
                let _ = setting.set_from(&mut options, &setting.get(&before), Origin::Set);
            } else {
                setting.copy(given, &mut options);
                changed.extend(Some((setting, setting.counts)).filter(|_| !setting.is_same(&self.options, &options)));
            }
        }
        let is_known = self.is_open() && !self.has_prefix() && before.nick != options.nick;
        let nick = options.nick.clone();
        if is_known {
            options.nick = before.nick;
        }
        self.put_in_force(options);
        self.next_nick = NextNick::Same;
        if is_known {
            self.options.nick.clone_from(&nick);
            self.next_nick = NextNick::Other(nick);
            let of_nick = changed.iter_mut().filter(|(setting, _)| setting.name == NICK);
            of_nick.for_each(|(_, counts)| *counts = Counts::NextConnection);
        }
        changed
    }

    /// Is another server's from now on: nothing that was set for the one before is kept. What was set before there was any
    /// is meant for this one.
    pub(in crate::app) fn become_of(&mut self, given: &Options) {
        let (before, mut options) = (self.in_force(), given.clone());
        for setting in of_servers().filter(|setting| self.endpoint.is_none() && self.is_set_here(setting)) {
            // It has been taken before.
            let _ = setting.set_from(&mut options, &setting.get(&before), Origin::Set);
        }
        if self.transcript.next() == RowId(0) {
            // How much it keeps can only be said before there is anything.
            self.transcript = Transcript::new(options.limits);
        }
        self.put_in_force(options);
        self.next_nick = NextNick::Same;
    }

    /// A connection begins: what waited for one is in force.
    pub(super) fn take_next_nick(&mut self) {
        match std::mem::take(&mut self.next_nick) {
            NextNick::Other(Some(nick)) => self.set_nick(&nick),
            NextNick::Other(None) => self.forget_nick(),
            NextNick::Same => return,
        }
        self.options.nick.clone_from(&self.nick);
    }

    /// Where something is no more as it was, what goes by it is told.
    fn put_in_force(&mut self, options: Options) {
        let before = self.in_force();
        self.eol = options.eol;
        if before.nick != options.nick {
            match &options.nick {
                Some(nick) => self.set_nick(nick),
                None => self.forget_nick(),
            }
        }
        if before.lens != options.lens {
            self.look_through(Lens { reply_time: self.lens.reply_time, ..options.lens });
        }
        if before.who != options.who {
            self.set_who(options.who.clone());
        }
        if before.words != options.words {
            self.set_words(options.words.clone());
        }
        self.options = Options { lens: self.lens, ..options };
    }

    pub(super) fn forget_nick(&mut self) {
        self.nick = None;
        self.attention.ask_for_none(&self.transcript);
    }
}
