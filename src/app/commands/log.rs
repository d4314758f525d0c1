//! Logs as the program keeps them: `/log`, what goes wrong with one, and the rows of earlier days.

use super::table::SlashCommand;
use crate::app::logging::{BacklogState, LogFormat, LogPath, LogStatus, LogTarget, PathConflict};
use crate::app::settings::{SettingValue, find};
use crate::app::transcript::RowKind;
use crate::app::{App, Effect, Now, Settings, Update};
use crate::link::LinkId;
use crate::text::sanitize_line;

/// What a command did, or the sentence that says why it did not.
type Done = Result<Vec<Effect>, String>;

/// What has to be said of a raw log that two tabs were to write.
const ANOTHER_TAB_LOGS_HERE: &str = "Not logged: another tab writes to this file, and a raw log has no place to tell them apart. /log FILE takes \
                     another; with %h and %p in a name there is one for each server.";

/// What is said of logs where a recording is played.
const NOT_IN_PLAYBACK: &str = "This is a recording: it was logged when it was live. /save writes what is shown.";

impl App {
    /// What there is to be logged now.
    pub(in crate::app) fn flush_logs(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = Vec::new();
        // A recording has been logged when it was live.
        if self.replay.is_none() {
            for tab in &mut self.tabs {
                let (steps, done) = self.log_registry.flush_tab(tab, now.wall, false);
                effects.extend(steps);
                if done == Err(PathConflict) {
                    tab.add_notice(now, RowKind::Error, ANOTHER_TAB_LOGS_HERE);
                }
            }
        }
        effects
    }

    /// What is left to be logged of all tabs now that the program ends.
    pub(in crate::app) fn finish_logs(&mut self, now: Now) -> Vec<Effect> {
        if self.replay.is_some() {
            return Vec::new();
        }
        let keeper = &mut self.log_registry;
        self.tabs.iter_mut().flat_map(|tab| keeper.flush_tab(tab, now.wall, true).0).collect()
    }

    /// The same of one tab, which is about to be closed.
    pub(in crate::app) fn finish_log(&mut self, now: Now, at: usize) -> Vec<Effect> {
        let tab = self.tabs.get_mut(at).filter(|_| self.replay.is_none());
        tab.map_or_else(Vec::new, |tab| self.log_registry.flush_tab(tab, now.wall, true).0)
    }

    /// A log has been opened, or cannot be written.
    pub(in crate::app) fn on_log_opened(&mut self, now: Now, place: LogPath, result: Result<String, String>) -> Update {
        match result {
            Ok(path) => self.log_registry.opened(place, path),
            Err(sentence) => self.on_log_failed(now, &place, &sentence),
        }
        Update::redraw(true)
    }

    fn on_log_failed(&mut self, now: Now, place: &LogPath, sentence: &str) {
        // It may say that it is written.
        self.status_message = None;
        let mut is_told = false;
        for tab in &mut self.tabs {
            if tab.log.fail(place) {
                tab.add_notice(now, RowKind::Error, &format!("No more is logged. {sentence} /log on tries again."));
                is_told = true;
            }
        }
        if !is_told {
            // It is yesterday's, was ended meanwhile, or its tab is closed.
            let words = format!("The last log lines were not saved. {sentence}");
            let writer = self.log_registry.writer(place).and_then(|id| self.place_of(id)).unwrap_or(self.current);
            self.tabs.get_mut(writer).into_iter().for_each(|tab| tab.add_notice(now, RowKind::Error, &words));
        }
    }

    /// `/log`.
    pub(in crate::app) fn log_command(&mut self, now: Now, command: &SlashCommand, words: &str) -> Done {
        self.may_log()?;
        let (kind, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let (kind, rest) = (kind.to_ascii_lowercase(), rest.trim());
        let is_format = LogFormat::NAMES.iter().any(|(name, _)| *name == kind);
        match kind.as_str() {
            "" => {
                self.status_message = Some(self.logs_words());
                return Ok(Vec::new());
            }
            _ if (is_format || kind == "hex") && rest.is_empty() => {
                return Err(format!("Where to? {}.", command.usage()));
            }
            _ if (is_format || kind == "hex") && self.is_of_other(&kind, rest) => {
                return Err(format!("{} is the other log already: give each a file of its own.", sanitize_line(rest)));
            }
            "hex" => self.set_tab_setting("hex_log", rest)?,
            _ if is_format => {
                self.set_tab_setting("log", rest)?;
                self.set_tab_setting("log_format", &kind)?;
            }
            "off" if rest.is_empty() => self.log_no_more()?,
            "on" if rest.is_empty() => self.log_again()?,
            _ => {
                self.set_tab_setting("log", words)?;
                // As for `/save`; what was said of a file before is not meant for this one.
                let is_objects = words.to_ascii_lowercase().ends_with(".jsonl");
                let format = if is_objects { "jsonl" } else { self.tab_settings().log.format.name() };
                self.set_tab_setting("log_format", format)?;
            }
        }
        let own = self.tab().log.places();
        self.tab_mut().log.retry(&own);
        let effects = self.flush_logs(now);
        self.status_message = Some(self.logs_words());
        Ok(effects)
    }

    /// Whether anything is logged here at all.
    pub(in crate::app) fn may_log(&self) -> Result<(), String> {
        if self.replay.is_some() { Err(NOT_IN_PLAYBACK.to_owned()) } else { Ok(()) }
    }

    fn log_no_more(&mut self) -> Result<(), String> {
        let wish = self.tab().options().log.clone();
        self.tab_mut().log.end(wish);
        self.set_tab_setting("log", "off")?;
        self.set_tab_setting("hex_log", "off")
    }

    /// What has failed is tried again where it was, in other tabs as well that logged to the same file. What was turned
    /// off goes on where it was.
    fn log_again(&mut self) -> Result<(), String> {
        if self.is_logging_wanted() {
            let own = self.tab().log.places();
            self.tabs.iter_mut().for_each(|tab| tab.log.retry(&own));
            return Ok(());
        }
        let ended = self.tab_mut().log.take_ended();
        let goes_on_in_hex = ended.hex != LogTarget::Off && self.tab().options().log.hex == LogTarget::Off;
        if goes_on_in_hex {
            self.set_tab_setting("hex_log", ended.hex.name())?;
        }
        match ended.text {
            LogTarget::Off if goes_on_in_hex => Ok(()),
            LogTarget::Off => self.set_tab_setting("log", "on"),
            rows => {
                self.set_tab_setting("log", rows.name())?;
                self.set_tab_setting("log_format", ended.format.name())
            }
        }
    }

    /// Whether the rows are to be kept, or something that has failed.
    fn is_logging_wanted(&self) -> bool {
        let tab = self.tab();
        tab.options().log.text != LogTarget::Off || tab.log.standing() == LogStatus::Failed
    }

    /// The settings of the current tab before anything was changed in it.
    fn tab_settings(&self) -> &Settings {
        let name = self.tab().options().server.as_deref();
        let own = self.servers.iter().find(|server| Some(server.name.as_str()) == name);
        own.map_or(&self.loaded_settings, |server| &server.options)
    }

    /// Whether the other log of the tab has this name.
    fn is_of_other(&self, kind: &str, name: &str) -> bool {
        let wish = &self.tab().options().log;
        let other = if kind == "hex" { &wish.text } else { &wish.hex };
        matches!(other, LogTarget::File(other) if other.as_str() == name)
    }

    fn set_tab_setting(&mut self, name: &str, value: &str) -> Result<(), String> {
        let setting = find(name).ok_or_else(|| format!("There is no setting {name}."))?;
        self.tab_mut().set(setting, &SettingValue::Single(value.to_owned()))
    }

    /// What is logged of the current tab, in a sentence.
    fn logs_words(&self) -> String {
        let (log, wish) = (&self.tab().log, &self.tab().options().log);
        let [rows, wire] = log.both();
        let both = [
            self.log_words(rows, &wish.text, &format!("to {{}} ({})", wish.format.name())),
            self.log_words(wire, &wish.hex, "hex to {}"),
        ];
        let words = |standing: LogStatus| {
            let of = both.iter().filter(|(other, _)| *other == standing);
            of.map(|(_, words)| words.as_str()).collect::<Vec<_>>().join(", ")
        };
        match (words(LogStatus::On).as_str(), words(LogStatus::Failed).as_str()) {
            ("", "") => "Nothing is logged. /log on, or /log FILE, begins here; /save has what came before.".to_owned(),
            (on, "") => format!("Logging {on}."),
            ("", failed) => format!("Not logged {failed}: see above. /log on tries again."),
            (on, failed) => format!("Logging {on}, but not {failed}: see above. /log on tries again."),
        }
    }

    /// How one of the logs stands, and where it is.
    fn log_words(
        &self,
        (standing, place): (LogStatus, Option<&LogPath>),
        to: &LogTarget,
        form: &str,
    ) -> (LogStatus, String) {
        let path = match (place, to) {
            (Some(place), _) => sanitize_line(self.log_registry.path(place)),
            (None, LogTarget::File(name)) => sanitize_line(name.as_str()),
            (None, LogTarget::Default | LogTarget::Off) => "a file of its own".to_owned(),
        };
        // Before the tab leads anywhere nothing is written.
        let standing = if *to != LogTarget::Off && standing == LogStatus::Off { LogStatus::On } else { standing };
        (standing, form.replace("{}", &path))
    }

    /// Asks for the last rows of the log of a tab that is about to connect for the first time, and lets that wait for them.
    pub fn defer_until_backlog(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let mut held = Vec::with_capacity(effects.len());
        for effect in effects.drain(..) {
            let id = if let Effect::Link(id, _) = &effect { Some(*id) } else { None };
            match id.and_then(|id| self.tabs.iter_mut().find(|tab| tab.id() == id)) {
                Some(tab) => held.extend(tab.defer_connect(now, effect)),
                None => held.push(effect),
            }
        }
        *effects = held;
    }

    /// The last rows of a log have been read.
    pub(in crate::app) fn log_tail(
        &mut self,
        now: Now,
        id: LinkId,
        result: Result<(String, Vec<u8>), String>,
    ) -> Update {
        let Some(tab) = self.tab_of(id) else { return Update::default() };
        let BacklogState::Loading(effects) = std::mem::replace(&mut tab.backlog, BacklogState::Done) else {
            return Update::default();
        };
        match result {
            Ok((path, bytes)) => tab.show_backlog(now, &path, &bytes),
            Err(sentence) => {
                tab.add_notice(now, RowKind::Error, &format!("What was logged before is not shown: {sentence}"));
            }
        }
        Update { effects, redraw: true }
    }
}
