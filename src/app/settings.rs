//! All settings: what they are called, which values they take, what they do.
//!
//! One table ([`SETTINGS`]) makes the settings file, its example, the variables of the environment, `/set`, and what all of
//! them complain about; the command line lays its flags over by the same names. A setting is a place in [`Settings`] with a
//! way in and a way out, both as text.
//!
//! ```
//! use netchat_tui::app::{Settings, settings};
//! let mut options = Settings::default();
//! let eol = settings::find("eol").unwrap();
//! eol.set(&mut options, &eol.read("crlf"))?;
//! assert_eq!(eol.get(&options).to_string(), "crlf");
//! assert_eq!(eol.set(&mut options, &eol.read("vt")), Err("eol is lf, crlf, cr, nul or none, not \"vt\".".into()));
//! # Ok::<(), String>(())
//! ```

mod accessors;
mod origin;
pub(super) mod resolved;
pub(super) mod servers;
mod table;
mod value;

pub use origin::{Origin, Origins};
pub use table::SETTINGS;
pub use value::{SettingValue, duration, duration_or_none};

use super::Settings;
use super::modes::hidden_line::{hidden_argument, may_hold_secret};
use accessors::{Accessors, InvalidValue};

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// What it is called in the settings file and behind `/set`: `paste_delay`.
    pub name: &'static str,
    /// What it takes, in words that fit behind "is".
    pub syntax: &'static str,
    /// All that it takes, where these are few words; some of it, where there are many; or nothing.
    pub choices: &'static [&'static str],
    /// What it does, in sentences.
    pub help: &'static str,
    /// How it is written in the settings file.
    pub form: ValueKind,
    /// Where it can be set.
    pub scope: Scope,
    /// From when on it counts.
    pub counts: TakesEffect,
    accessors: Accessors,
}

/// How a setting is written in the settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// `"..."`.
    Text,
    /// `"..."`, or a number without quotes.
    Number,
    /// `true` or `false`.
    Switch,
    /// `["...", "..."]`; where there is one line only, its words.
    Words,
    /// The same; where there is one line only, that line.
    Lines,
}

/// Where a setting can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// For everything.
    Global,
    /// For everything, and for one server alone; `/set` sets it for the current tab.
    PerServer,
    /// For one server alone, in its section; `/set` sets it for the current tab.
    OneServer,
}

/// From when on a setting counts that is changed while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakesEffect {
    /// At once.
    Now,
    /// From the next connection on.
    NextConnection,
    /// For tabs that are opened then.
    NextTab,
    /// When the program is started the next time.
    NextStart,
}

impl TakesEffect {
    /// A word about it behind what was set; nothing where it counts at once.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Now => "",
            Self::NextConnection => " (from the next connection on)",
            Self::NextTab => " (for tabs you open from now on)",
            Self::NextStart => " (counts when the program is started: put it into the settings file)",
        }
    }
}

/// The setting of this name: with `-` for `_`, as flags have it, it is found, too.
pub fn find(name: &str) -> Option<&'static Setting> {
    let is_meant = |setting: &&Setting| {
        setting.name.len() == name.len()
            && setting
                .name
                .bytes()
                .zip(name.bytes())
                .all(|(ours, theirs)| ours == theirs || (ours == b'_' && theirs == b'-'))
    };
    SETTINGS.iter().find(is_meant)
}

impl Setting {
    /// Whether a tab can have its own value.
    pub fn is_of_tab(&self) -> bool {
        self.scope != Scope::Global
    }

    /// Reads a value as it is written where there is one line for it: behind `/set`, in a variable.
    pub fn read(&self, text: &str) -> SettingValue {
        let many = |words: Vec<&str>| SettingValue::List(words.into_iter().map(ToOwned::to_owned).collect());
        match self.form {
            ValueKind::Text | ValueKind::Number | ValueKind::Switch => SettingValue::Single(text.to_owned()),
            ValueKind::Words => many(text.split_whitespace().collect()),
            ValueKind::Lines => many(text.lines().filter(|line| !line.is_empty()).collect()),
        }
    }

    /// Sets it. What was set is left as it was where that fails.
    ///
    /// # Errors
    /// If this is no value of it: a sentence that says what would be.
    pub fn set(&self, options: &mut Settings, value: &SettingValue) -> Result<(), String> {
        self.accessors.set(options, value).map_err(|fault| match fault {
            InvalidValue::UnknownWord => format!("{} is {}, not {:?}.", self.name, self.syntax, value.short()),
            InvalidValue::Message(says) => says,
        })
    }

    /// The same, and notes where it was said.
    ///
    /// # Errors
    /// As above.
    pub fn set_from(&self, options: &mut Settings, value: &SettingValue, origin: Origin) -> Result<(), String> {
        self.set(options, value)?;
        options.origins.note(self.name, origin);
        Ok(())
    }

    /// What it is set to.
    pub fn get(&self, options: &Settings) -> SettingValue {
        self.accessors.get(options)
    }

    /// What it is set to, fit to be shown: of a line that may hold a secret only that there is one.
    pub fn shown(&self, options: &Settings) -> SettingValue {
        let conceal = |line: String| {
            let is_secret = may_hold_secret(&line) && hidden_argument(&line) != Some("");
            if is_secret { "/secret (not shown)".to_owned() } else { line }
        };
        match self.get(options) {
            SettingValue::List(lines) if self.form == ValueKind::Lines => {
                SettingValue::List(lines.into_iter().map(conceal).collect())
            }
            value => value,
        }
    }

    /// Where that was said.
    pub fn origin<'a>(&self, options: &'a Settings) -> &'a Origin {
        options.origins.of(self.name)
    }

    /// Sets it as it is set elsewhere.
    pub fn copy(&self, from: &Settings, to: &mut Settings) {
        // What was taken once is taken again.
        let _ = self.set_from(to, &self.get(from), self.origin(from).clone());
    }

    /// Whether it is the same in both.
    pub fn is_same(&self, one: &Settings, other: &Settings) -> bool {
        self.get(one) == self.get(other)
    }

    /// What it is where nobody sets it.
    pub fn default(&self) -> SettingValue {
        self.get(&Settings::default())
    }
}

#[cfg(test)]
mod tests;
