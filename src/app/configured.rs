//! Settings that are looked at, changed and read anew while the program runs.
//!
//! What is set here stays set: a settings file that is read anew (`/reload`) changes what nobody has set on the command
//! line or in the program, and a file with a mistake in it changes nothing.

use super::command::Command;
use super::server::Configured;
use super::settings::{Counts, Origin, SETTINGS, Scope, Setting, Value, find};
use super::transcript::RowKind;
use super::{App, Effect, Mouse, Now, Options, Outcome};

/// What a command did, or the sentence that says why it did not.
type Done = Result<Vec<Effect>, String>;

/// What stands for nothing behind `/set`, where nothing would ask for the value.
const NOTHING: &str = "\"\"";

impl App {
    /// `/set`.
    pub(super) fn set_command(&mut self, now: Now, command: &Command, arguments: &str) -> Done {
        let (name, text) = arguments.split_once(char::is_whitespace).unwrap_or((arguments, ""));
        if name.is_empty() {
            let help = self.keys.fill("{help|/help}");
            return Err(format!("What is to be set? {}; Tab completes both, and {help} shows more.", command.usage()));
        }
        let Some(setting) = find(name) else {
            return Err(format!("There is no setting {}. Tab completes their names.", crate::text::plain(name)));
        };
        match text.trim() {
            "" => {
                self.tell_setting(setting);
                Ok(Vec::new())
            }
            // The server is asked as well.
            nick if setting.name == "nick" && nick != NOTHING => self.nick(now, command, nick),
            NOTHING => self.set(now, setting, &setting.read("")),
            text => self.set(now, setting, &setting.read(text)),
        }
    }

    /// What it is, where that was said, and what it could be.
    fn tell_setting(&mut self, setting: &Setting) {
        let options = self.in_force(setting);
        let value = Some(setting.get(&options).to_string()).filter(|value| !value.is_empty());
        let value = value.unwrap_or_else(|| "nothing".to_owned());
        let words = format!("{} is {value} ({}). It takes {}.", setting.name, setting.origin(&options), setting.takes);
        self.flash = Some(crate::text::plain(&words));
    }

    /// The settings that a setting is looked up in: those of the current tab, if it can have its own.
    fn in_force(&self, setting: &Setting) -> Options {
        match setting.scope {
            Scope::Everywhere => self.options.clone(),
            Scope::Server => self.tab().in_force(),
        }
    }

    /// Sets it: for the current tab if that can have its own, else for all; and for all tabs that are opened from now on
    /// if it counts for none that is open.
    fn set(&mut self, now: Now, setting: &'static Setting, value: &Value) -> Done {
        let mouse = self.options.mouse;
        if setting.name == "theme" {
            self.themes.check_word(&value.to_string())?;
        }
        if setting.scope == Scope::Server {
            self.tab_mut().set(setting, value)?;
        }
        if setting.scope == Scope::Everywhere || setting.counts == Counts::NextTab {
            setting.set_from(&mut self.options, value, Origin::Set)?;
        }
        if setting.name == "theme" {
            // Else what `/theme` said for everywhere would hide it.
            self.theme = None;
        }
        let shown = Some(setting.get(&self.in_force(setting)).to_string()).filter(|value| !value.is_empty());
        let shown = crate::text::plain(&shown.unwrap_or_else(|| "nothing".to_owned()));
        self.flash = Some(format!("{} is {shown}{}.", setting.name, setting.counts.says()));
        let mut effects = self.mouse_since(mouse);
        effects.extend(self.answer_telnet(now));
        Ok(effects)
    }

    /// What servers that speak telnet have asked for gets its answer in the tabs where that is wanted by now.
    fn answer_telnet(&mut self, now: Now) -> Vec<Effect> {
        let wanted = self.tabs.iter_mut().filter(|tab| tab.options().answers_telnet);
        wanted.flat_map(|tab| tab.answer_telnet(now)).collect()
    }

    /// The mouse changes hands if it was somebody else's.
    fn mouse_since(&self, before: Mouse) -> Vec<Effect> {
        if self.options.mouse == before { Vec::new() } else { vec![Effect::Mouse(self.options.mouse)] }
    }

    /// `/reload` has been carried out.
    pub(super) fn configured(&mut self, now: Now, result: Result<Box<Configured>, String>) -> Outcome {
        match result {
            Ok(configured) => {
                let outcome = self.adopt(now, *configured);
                self.list_again(now);
                outcome
            }
            Err(says) => {
                for line in says.lines() {
                    self.note(now, RowKind::Error, line);
                }
                self.note(now, RowKind::Error, "Nothing has changed. Put it right, and /reload again.");
                Outcome::changed(true)
            }
        }
    }

    fn adopt(&mut self, now: Now, configured: Configured) -> Outcome {
        let mouse = self.options.mouse;
        let mut changed = self.adopt_for_all(&configured.options);
        let is_other = self.servers != configured.servers;
        for tab in &mut self.tabs {
            let server = tab.options().server.as_deref();
            let own = configured.servers.iter().find(|one| Some(one.name.as_str()) == server);
            match (own, server) {
                (Some(own), _) => changed.extend(tab.adopt(&own.options)),
                (None, None) => changed.extend(tab.adopt(&configured.options)),
                // Its section is gone; one goes on there as one began.
                (None, Some(_)) => {}
            }
        }
        let others = [
            ("servers", is_other),
            ("keys", self.keys != configured.keys),
            ("themes", self.themes != configured.themes),
        ];
        (self.servers, self.keys, self.themes) = (configured.servers, configured.keys, configured.themes);
        let words = read_anew(configured.file.as_deref(), &changed, &others);
        self.note(now, RowKind::Notice, &words);
        let mut effects = self.mouse_since(mouse);
        effects.extend(self.answer_telnet(now));
        Outcome { effects, redraw: true }
    }

    /// Takes over what is for everything, but for what was set here. Gives the names of what is not what it was.
    fn adopt_for_all(&mut self, given: &Options) -> Vec<&'static str> {
        let mut changed = Vec::new();
        for setting in SETTINGS {
            let is_set_here =
                setting.origin(&self.options) == &Origin::Set || !setting.is_same(&self.options, &self.given);
            if is_set_here {
                let value = setting.get(&self.options);
                // It has been taken before.
                let _ = setting.set_from(&mut self.options, &value, Origin::Set);
            } else {
                changed.extend(Some(setting.name).filter(|_| !setting.is_same(&self.options, given)));
                setting.copy(given, &mut self.options);
            }
        }
        self.given = self.options.clone();
        changed
    }
}

/// What came of reading the settings anew.
fn read_anew(file: Option<&str>, changed: &[&str], others: &[(&str, bool)]) -> String {
    let Some(file) = file else {
        return "There is no settings file: netchat-tui config path tells where it would be.".to_owned();
    };
    let named = |setting: &&Setting| changed.contains(&setting.name);
    let at_once: Vec<&str> =
        SETTINGS.iter().filter(named).filter(|it| it.counts != Counts::NextStart).map(|it| it.name).collect();
    let later: Vec<&str> =
        SETTINGS.iter().filter(named).filter(|it| it.counts == Counts::NextStart).map(|it| it.name).collect();
    let mut parts = Vec::new();
    if !at_once.is_empty() {
        parts.push(format!("{} changed", at_once.join(", ")));
    }
    parts.extend(others.iter().filter(|(_, is_other)| *is_other).map(|(what, _)| format!("{what} changed")));
    if !later.is_empty() {
        parts.push(format!("{} will count at the next start", later.join(", ")));
    }
    if parts.is_empty() {
        parts.push("nothing has changed".to_owned());
    }
    format!("Settings read from {file}: {}.", parts.join("; "))
}
