//! `/set` and `/reload`.
//!
//! `/reload` keeps values set by flags or in the program, and a file with an error changes nothing.

use super::table::SlashCommand;
use crate::app::settings::servers::LoadedConfig;
use crate::app::settings::{Origin, SETTINGS, Scope, Setting, SettingValue, TakesEffect, find};
use crate::app::transcript::RowKind;
use crate::app::{App, Effect, MouseCapture, Now, Settings, Update};
use crate::text::suggest::suggest;

/// Effects of a command, or the reason why it was refused.
type Done = Result<Vec<Effect>, String>;

/// A setting changed by `/reload`, and when the change takes effect.
pub(in crate::app) type SettingChange = (&'static Setting, TakesEffect);

/// The empty value for `/set`, where no argument shows the value.
const EMPTY_VALUE: &str = "\"\"";

impl App {
    /// Sets the path of the settings file.
    #[must_use]
    pub fn with_file(self, file: Option<String>) -> Self {
        Self { config_path: file, ..self }
    }

    /// Adds notices about the settings.
    pub fn warn(&mut self, now: Now, warnings: &[String]) {
        for warning in warnings {
            self.add_notice(now, RowKind::Notice, warning);
        }
    }

    /// Runs `/set`.
    pub(in crate::app) fn set_command(&mut self, now: Now, command: &SlashCommand, arguments: &str) -> Done {
        let (name, text) = arguments.split_once(char::is_whitespace).unwrap_or((arguments, ""));
        if name.is_empty() {
            self.list_settings(now);
            return Ok(Vec::new());
        }
        let Some(setting) = find(&name.to_ascii_lowercase()) else {
            let near = suggest(name, SETTINGS.iter().map(|setting| setting.name));
            let near = near.map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
            return Err(format!(
                "There is no setting {}.{near} Tab completes the names.",
                crate::text::sanitize_line(name)
            ));
        };
        if !text.trim().is_empty() && matches!(setting.name, "log" | "hex_log") {
            self.check_not_playback()?;
        }
        match text.trim() {
            "" => {
                self.show_setting(setting);
                Ok(Vec::new())
            }
            // The nickname is also requested from the server.
            nick if setting.name == "nick" && nick != EMPTY_VALUE => self.nick(now, command, nick),
            EMPTY_VALUE => self.set(now, setting, &setting.read("")),
            text => self.set(now, setting, &setting.read(text)),
        }
    }

    /// Shows a setting's value, origin and syntax.
    fn show_setting(&mut self, setting: &Setting) {
        let (value, origin) = (self.display_value(setting), self.origin(setting));
        self.status_message = Some(format!("{} is {value} ({origin}). It takes {}.", setting.name, setting.syntax));
    }

    /// Lists the settings that differ from their defaults.
    fn list_settings(&mut self, now: Now) {
        let is_other = |it: &&Setting| self.origin(it) != "default" || it.get(&self.effective(it)) != it.default();
        let others: Vec<&Setting> = SETTINGS.iter().filter(is_other).collect();
        let rows: Vec<String> = others
            .iter()
            .map(|it| format!("{} is {} ({}).", it.name, self.display_value(it), self.origin(it)))
            .collect();
        for row in &rows {
            self.add_notice(now, RowKind::Notice, row);
        }
        let rest = match (rows.len(), SETTINGS.len() - rows.len()) {
            (0, all) => format!("All {all} settings have their defaults"),
            (_, rest) => format!("{rest} more have their defaults"),
        };
        let help = self.keys.expand_key_hints("{help|/help}");
        self.add_notice(
            now,
            RowKind::Notice,
            &format!("{rest}. /set NAME [VALUE]: Tab completes both, and {help} shows more."),
        );
    }

    /// Formats a setting's value for display.
    fn display_value(&self, setting: &Setting) -> String {
        let value = Some(setting.display_value(&self.effective(setting)).to_string()).filter(|value| !value.is_empty());
        crate::text::sanitize_line(&value.unwrap_or_else(|| "nothing".to_owned()))
    }

    /// Formats the origin of a setting's value for display. Keys and other commands count as the session, too.
    fn origin(&self, setting: &Setting) -> String {
        let is_set_here = match setting.scope {
            Scope::Global => self.is_set_for_all(setting),
            Scope::PerServer | Scope::OneServer => self.tab().is_overridden(setting),
        };
        let options = self.effective(setting);
        let origin = if is_set_here { &Origin::Session } else { setting.origin(&options) };
        crate::text::sanitize_line(&origin.to_string())
    }

    /// Returns the settings that hold a setting: those of the current tab if it is per tab.
    fn effective(&self, setting: &Setting) -> Settings {
        match setting.scope {
            Scope::Global => self.options.clone(),
            Scope::PerServer | Scope::OneServer => self.tab().effective(),
        }
    }

    /// Sets a value for the current tab if the setting is per tab, otherwise for all tabs; also for new tabs if it affects
    /// no open one.
    fn set(&mut self, now: Now, setting: &'static Setting, value: &SettingValue) -> Done {
        let mouse = self.options.mouse;
        if setting.name == "theme" {
            self.themes.check_word(&value.to_string())?;
        }
        if setting.is_per_tab() {
            self.tab_mut().set(setting, value)?;
        }
        if setting.scope == Scope::Global || setting.takes_effect == TakesEffect::NextTab {
            setting.set_from(&mut self.options, value, Origin::Session)?;
        }
        if setting.name == "theme" {
            // Otherwise the theme chosen with `/theme` would override it.
            self.theme = None;
        }
        self.status_message =
            Some(format!("{} is {}{}.", setting.name, self.display_value(setting), setting.takes_effect.note()));
        let mut effects = self.mouse_effect(mouse);
        effects.extend(self.answer_telnet(now));
        Ok(effects)
    }

    /// Answers pending telnet requests in tabs where telnet is on now.
    fn answer_telnet(&mut self, now: Now) -> Vec<Effect> {
        let wanted = self.tabs.iter_mut().filter(|tab| tab.options().answer_telnet);
        wanted.flat_map(|tab| tab.answer_telnet(now)).collect()
    }

    /// Switches mouse capture if the setting changed.
    fn mouse_effect(&self, before: MouseCapture) -> Vec<Effect> {
        if self.options.mouse == before { Vec::new() } else { vec![Effect::Mouse(self.options.mouse)] }
    }

    /// Handles the result of `/reload`.
    pub(in crate::app) fn on_config_reloaded(&mut self, now: Now, result: Result<Box<LoadedConfig>, String>) -> Update {
        match result {
            Ok(config) if config.file.is_none() && self.config_path.is_some() => self.refuse_missing_file(now),
            Ok(config) => {
                let update = self.apply_reloaded(now, *config);
                self.list_again(now);
                update
            }
            Err(errors) => {
                for line in errors.lines() {
                    self.add_notice(now, RowKind::Error, line);
                }
                self.add_notice(now, RowKind::Error, "Nothing was changed. Correct the file and /reload again.");
                Update::redraw(true)
            }
        }
    }

    /// Refuses a reload without the file, which would drop servers and keys but keep other values.
    fn refuse_missing_file(&mut self, now: Now) -> Update {
        let file = self.config_path.as_deref().unwrap_or_default();
        let text = format!("Nothing was changed: {file} does not exist. Restore it and /reload again.");
        self.add_notice(now, RowKind::Error, &text);
        Update::redraw(true)
    }

    fn apply_reloaded(&mut self, now: Now, config: LoadedConfig) -> Update {
        let mouse = self.options.mouse;
        let changed_for_all = self.apply_reloaded_globals(&config.options);
        let is_other = self.servers != config.servers;
        let mut changed: Vec<SettingChange> = Vec::new();
        for tab in &mut self.tabs {
            let server = tab.options().server.as_deref();
            let own = config.servers.iter().find(|one| Some(one.name.as_str()) == server);
            match (own, server) {
                (Some(own), _) => changed.extend(tab.apply_reloaded(&own.options)),
                (None, None) => changed.extend(tab.apply_reloaded(&config.options)),
                // The server's section is gone; the tab keeps its settings.
                (None, Some(_)) => {}
            }
        }
        let (kept, changed_for_all): (Vec<&'static Setting>, Vec<&'static Setting>) = changed_for_all
            .into_iter()
            .filter(|it| changed.iter().all(|(other, _)| other.name != it.name))
            .partition(|it| it.is_per_tab() && self.tab().is_overridden(it));
        changed.extend(changed_for_all.into_iter().map(|it| (it, it.takes_effect)));
        let kept =
            kept.into_iter().map(|it| format!("{} stays {}, as set here", it.name, self.display_value(it))).collect();
        let others =
            [("servers", is_other), ("keys", self.keys != config.keys), ("themes", self.themes != config.themes)];
        (self.servers, self.keys, self.themes) = (config.servers, config.keys, config.themes);
        self.config_path = config.file;
        let text = reload_summary(self.config_path.as_deref(), &changed, &others, kept);
        self.add_notice(now, RowKind::Notice, &text);
        self.warn(now, &config.warnings);
        let mut effects = self.mouse_effect(mouse);
        effects.extend(self.answer_telnet(now));
        Update { effects, redraw: true }
    }

    /// Returns whether a setting was changed for all tabs in this session.
    fn is_set_for_all(&self, setting: &Setting) -> bool {
        setting.origin(&self.options) == &Origin::Session || !setting.is_same(&self.options, &self.loaded_settings)
    }

    /// Applies reloaded global settings, except those set in this session. Returns the changed ones.
    fn apply_reloaded_globals(&mut self, loaded: &Settings) -> Vec<&'static Setting> {
        let mut changed = Vec::new();
        for setting in SETTINGS {
            if self.is_set_for_all(setting) {
                let value = setting.get(&self.options);
                // The value was accepted before.
                let _ = setting.set_from(&mut self.options, &value, Origin::Session);
            } else {
                changed.extend(Some(setting).filter(|_| !setting.is_same(&self.options, loaded)));
                setting.copy(loaded, &mut self.options);
            }
        }
        self.loaded_settings = self.options.clone();
        changed
    }
}

/// Summarises a reload.
fn reload_summary(file: Option<&str>, changed: &[SettingChange], others: &[(&str, bool)], kept: Vec<String>) -> String {
    let Some(file) = file else {
        return "There is no settings file; netchat-tui config path prints where it belongs.".to_owned();
    };
    let named = |of: &[TakesEffect]| {
        let those = |it: &&Setting| changed.iter().any(|(one, counts)| one.name == it.name && of.contains(counts));
        let names: Vec<&str> = SETTINGS.iter().filter(those).map(|it| it.name).collect();
        Some(names.join(", ")).filter(|names| !names.is_empty())
    };
    let mut parts = Vec::new();
    parts.extend(named(&[TakesEffect::Now, TakesEffect::NextTab]).map(|names| format!("{names} changed")));
    parts.extend(others.iter().filter(|(_, is_other)| *is_other).map(|(what, _)| format!("{what} changed")));
    parts.extend(named(&[TakesEffect::NextConnection]).map(|names| format!("{names}: from the next connection on")));
    parts.extend(named(&[TakesEffect::NextStart]).map(|names| format!("{names}: from the next start on")));
    parts.extend(kept);
    if parts.is_empty() {
        parts.push("no changes".to_owned());
    }
    format!("Settings read from {file}: {}.", parts.join("; "))
}
