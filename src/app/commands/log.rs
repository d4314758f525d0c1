//! `/log`, log failures, and the backlog.

use super::table::SlashCommand;
use crate::app::logging::{BacklogState, LogFormat, LogPath, LogStatus, LogTarget, PathConflict};
use crate::app::settings::{SettingValue, find};
use crate::app::transcript::RowKind;
use crate::app::{App, Effect, Now, Settings, Update};
use crate::link::LinkId;
use crate::text::sanitize_line;

/// Effects of a command, or the reason why it was refused.
type Done = Result<Vec<Effect>, String>;

/// Error for a raw log requested by two tabs.
const ANOTHER_TAB_LOGS_HERE: &str = "Not logged: another tab writes to this file, and a raw log cannot hold two servers. Use /log raw FILE with \
                     another name; %h and %p in it stand for host and port.";

/// Error for logging during playback.
const NOT_IN_PLAYBACK: &str = "A recording cannot be logged again. Use /save FILE to save its messages.";

impl App {
    /// Returns the effects that append new rows to the logs.
    pub(in crate::app) fn flush_logs(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = Vec::new();
        // Playback is not logged.
        if self.replay.is_none() {
            for tab in &mut self.tabs {
                let (appends, result) = self.log_registry.flush_tab(tab, now.wall, false);
                effects.extend(appends);
                if result == Err(PathConflict) {
                    tab.add_notice(now, RowKind::Error, ANOTHER_TAB_LOGS_HERE);
                }
            }
        }
        effects
    }

    /// Returns the effects that complete all logs when the program quits.
    pub(in crate::app) fn finish_logs(&mut self, now: Now) -> Vec<Effect> {
        if self.replay.is_some() {
            return Vec::new();
        }
        let registry = &mut self.log_registry;
        self.tabs.iter_mut().flat_map(|tab| registry.flush_tab(tab, now.wall, true).0).collect()
    }

    /// Returns the effects that complete the log of a tab before it closes.
    pub(in crate::app) fn finish_log(&mut self, now: Now, at: usize) -> Vec<Effect> {
        let tab = self.tabs.get_mut(at).filter(|_| self.replay.is_none());
        tab.map_or_else(Vec::new, |tab| self.log_registry.flush_tab(tab, now.wall, true).0)
    }

    /// Handles the opening or failure of a log.
    pub(in crate::app) fn on_log_opened(&mut self, now: Now, log: LogPath, result: Result<String, String>) -> Update {
        match result {
            Ok(path) => self.log_registry.opened(log, path),
            Err(message) => self.on_log_failed(now, &log, &message),
        }
        Update::redraw(true)
    }

    fn on_log_failed(&mut self, now: Now, log: &LogPath, message: &str) {
        // The status message may claim that the log is on.
        self.status_message = None;
        let mut is_reported = false;
        for tab in &mut self.tabs {
            if tab.log.fail(log) {
                tab.add_notice(now, RowKind::Error, &format!("Logging stopped. {message} /log on tries again."));
                is_reported = true;
            }
        }
        if !is_reported {
            // The log was rotated or ended meanwhile, or its tab is closed.
            let text = format!("The last log lines were not saved. {message}");
            let writer = self.log_registry.writer(log).and_then(|id| self.place_of(id)).unwrap_or(self.current);
            self.tabs.get_mut(writer).into_iter().for_each(|tab| tab.add_notice(now, RowKind::Error, &text));
        }
    }

    /// Runs `/log`.
    pub(in crate::app) fn log_command(&mut self, now: Now, command: &SlashCommand, arguments: &str) -> Done {
        self.check_not_playback()?;
        let (kind, rest) = arguments.split_once(char::is_whitespace).unwrap_or((arguments, ""));
        let (kind, rest) = (kind.to_ascii_lowercase(), rest.trim());
        let is_format = LogFormat::NAMES.iter().any(|(name, _)| *name == kind);
        match kind.as_str() {
            "" => {
                self.status_message = Some(self.logging_status());
                return Ok(Vec::new());
            }
            _ if (is_format || kind == "hex") && rest.is_empty() => {
                return Err(format!("Usage: {}", command.usage()));
            }
            _ if (is_format || kind == "hex") && self.is_other_log(&kind, rest) => {
                return Err(format!(
                    "{} is already the other log of this tab. Use a different file.",
                    sanitize_line(rest)
                ));
            }
            "hex" => self.set_tab_setting("hex_log", rest)?,
            _ if is_format => {
                self.set_tab_setting("log", rest)?;
                self.set_tab_setting("log_format", &kind)?;
            }
            "off" if rest.is_empty() => self.stop_logging()?,
            "on" if rest.is_empty() => self.resume_logging()?,
            _ => {
                self.set_tab_setting("log", arguments)?;
                // The extension decides the format, as for `/save`; the previous format does not apply.
                let is_jsonl = arguments.to_ascii_lowercase().ends_with(".jsonl");
                let format = if is_jsonl { "jsonl" } else { self.tab_settings().log.format.name() };
                self.set_tab_setting("log_format", format)?;
            }
        }
        let own = self.tab().log.places();
        self.tab_mut().log.retry(&own);
        let effects = self.flush_logs(now);
        self.status_message = Some(self.logging_status());
        Ok(effects)
    }

    /// Checks that the tab is not a playback.
    pub(in crate::app) fn check_not_playback(&self) -> Result<(), String> {
        if self.replay.is_some() { Err(NOT_IN_PLAYBACK.to_owned()) } else { Ok(()) }
    }

    fn stop_logging(&mut self) -> Result<(), String> {
        let config = self.tab().options().log.clone();
        self.tab_mut().log.end(config);
        self.set_tab_setting("log", "off")?;
        self.set_tab_setting("hex_log", "off")
    }

    /// Retries failed logs, also in other tabs with the same file, or resumes a log that was turned off.
    fn resume_logging(&mut self) -> Result<(), String> {
        if self.is_logging_wanted() {
            let own = self.tab().log.places();
            self.tabs.iter_mut().for_each(|tab| tab.log.retry(&own));
            return Ok(());
        }
        let ended = self.tab_mut().log.take_ended();
        let resumes_hex = ended.hex != LogTarget::Off && self.tab().options().log.hex == LogTarget::Off;
        if resumes_hex {
            self.set_tab_setting("hex_log", ended.hex.name())?;
        }
        match ended.text {
            LogTarget::Off if resumes_hex => Ok(()),
            LogTarget::Off => self.set_tab_setting("log", "on"),
            rows => {
                self.set_tab_setting("log", rows.name())?;
                self.set_tab_setting("log_format", ended.format.name())
            }
        }
    }

    /// Returns whether rows should be logged, or a log has failed.
    fn is_logging_wanted(&self) -> bool {
        let tab = self.tab();
        tab.options().log.text != LogTarget::Off || tab.log.standing() == LogStatus::Failed
    }

    /// Returns the settings of the current tab without changes made in it.
    fn tab_settings(&self) -> &Settings {
        let name = self.tab().options().server.as_deref();
        let own = self.servers.iter().find(|server| Some(server.name.as_str()) == name);
        own.map_or(&self.loaded_settings, |server| &server.options)
    }

    /// Returns whether the other log of the tab has this file name.
    fn is_other_log(&self, kind: &str, name: &str) -> bool {
        let config = &self.tab().options().log;
        let other = if kind == "hex" { &config.text } else { &config.hex };
        matches!(other, LogTarget::File(other) if other.as_str() == name)
    }

    fn set_tab_setting(&mut self, name: &str, value: &str) -> Result<(), String> {
        let setting = find(name).ok_or_else(|| format!("There is no setting {name}."))?;
        self.tab_mut().set(setting, &SettingValue::Single(value.to_owned()))
    }

    /// Describes the logs of the current tab.
    fn logging_status(&self) -> String {
        let (log, config) = (&self.tab().log, &self.tab().options().log);
        let [rows, wire] = log.both();
        let both = [
            self.log_status(rows, &config.text, &format!("to {{}} ({})", config.format.name())),
            self.log_status(wire, &config.hex, "hex to {}"),
        ];
        let describe = |standing: LogStatus| {
            let of = both.iter().filter(|(other, _)| *other == standing);
            of.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(", ")
        };
        match (describe(LogStatus::On).as_str(), describe(LogStatus::Failed).as_str()) {
            ("", "") => "Not logging. /log on or /log FILE starts now; /save FILE saves earlier messages.".to_owned(),
            (on, "") => format!("Logging {on}."),
            ("", failed) => format!("Not logging {failed}, see above. /log on tries again."),
            (on, failed) => format!("Logging {on}, but not {failed}: see above. /log on tries again."),
        }
    }

    /// Describes one log: its state and path.
    fn log_status(
        &self,
        (standing, place): (LogStatus, Option<&LogPath>),
        to: &LogTarget,
        form: &str,
    ) -> (LogStatus, String) {
        let path = match (place, to) {
            (Some(place), _) => sanitize_line(self.log_registry.path(place)),
            (None, LogTarget::File(name)) => sanitize_line(name.as_str()),
            (None, LogTarget::Default | LogTarget::Off) => "the default file".to_owned(),
        };
        // Nothing is written before the tab has a server.
        let standing = if *to != LogTarget::Off && standing == LogStatus::Off { LogStatus::On } else { standing };
        (standing, form.replace("{}", &path))
    }

    /// Delays the first connection of a tab until its backlog has been read.
    pub fn defer_until_backlog(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let mut ready = Vec::with_capacity(effects.len());
        for effect in effects.drain(..) {
            let id = if let Effect::Link(id, _) = &effect { Some(*id) } else { None };
            match id.and_then(|id| self.tabs.iter_mut().find(|tab| tab.id() == id)) {
                Some(tab) => ready.extend(tab.defer_connect(now, effect)),
                None => ready.push(effect),
            }
        }
        *effects = ready;
    }

    /// Handles the last rows of a log.
    pub(in crate::app) fn on_log_tail(
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
            Err(message) => {
                tab.add_notice(now, RowKind::Error, &format!("Earlier log lines are not shown: {message}"));
            }
        }
        Update { effects, redraw: true }
    }
}
