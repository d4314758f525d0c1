//! Defines all settings in one table: names, accepted values, help texts.
//!
//! The settings file, its example, the environment variables, `/set` and their error messages are derived from
//! [`SETTINGS`]; command-line options refer to settings by the same names. A [`Setting`] reads and writes one field of
//! [`Settings`] as text.
//!
//! ```
//! use netchat_tui::app::{Settings, settings};
//! let mut options = Settings::default();
//! let eol = settings::find("eol").unwrap();
//! eol.set(&mut options, &eol.read("crlf"))?;
//! assert_eq!(eol.get(&options).to_string(), "crlf");
//! assert_eq!(eol.set(&mut options, &eol.read("vt")), Err("eol must be lf, crlf, cr, nul or none, not \"vt\".".into()));
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

/// A setting: its name, accepted values, help text, and access to its field of [`Settings`].
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Name in the settings file and in `/set`, such as `paste_delay`.
    pub name: &'static str,
    /// Describes the accepted values; completes a sentence that begins with "NAME is".
    pub syntax: &'static str,
    /// Words offered for completion. All accepted words where these are few, a selection where they are many.
    pub choices: &'static [&'static str],
    /// Describes the setting in complete sentences.
    pub help: &'static str,
    /// Value syntax in the settings file.
    pub kind: ValueKind,
    /// Whether servers can have their own value.
    pub scope: Scope,
    /// When a change made at run time takes effect.
    pub takes_effect: TakesEffect,
    accessors: Accessors,
}

/// How the value of a setting is written in the settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A string, `"..."`.
    Text,
    /// A string, or a number without quotes.
    Number,
    /// A boolean, `true` or `false`.
    Switch,
    /// A list of words, `["...", "..."]`. Separated by spaces where the value has to fit on one line.
    Words,
    /// A list of lines, `["...", "..."]`. In `/set` a single line; in a variable separated by newlines.
    Lines,
}

/// Where a setting can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// At the top of the settings file only: one value for the whole program.
    Global,
    /// At the top of the settings file or in the section of a server; `/set` changes the current tab.
    PerServer,
    /// In the section of a server only; `/set` changes the current tab.
    OneServer,
}

/// When a setting that is changed at run time takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakesEffect {
    /// As soon as it is changed.
    Now,
    /// When a connection is opened next.
    NextConnection,
    /// In tabs that are opened afterwards.
    NextTab,
    /// After a restart, if it was written to the settings file.
    NextStart,
}

impl TakesEffect {
    /// Returns the note that follows a changed value, with a leading space; empty for [`Self::Now`].
    pub const fn note(self) -> &'static str {
        match self {
            Self::Now => "",
            Self::NextConnection => " (from the next connection)",
            Self::NextTab => " (for new tabs)",
            Self::NextStart => " (at startup only: put it in the settings file)",
        }
    }
}

/// Finds a setting by name. `-` and `_` are equivalent, because command-line options use `-`.
pub fn find(name: &str) -> Option<&'static Setting> {
    let has_name = |setting: &&Setting| {
        setting.name.len() == name.len()
            && setting
                .name
                .bytes()
                .zip(name.bytes())
                .all(|(expected, given)| expected == given || (expected == b'_' && given == b'-'))
    };
    SETTINGS.iter().find(has_name)
}

impl Setting {
    /// Whether each tab can have its own value.
    pub fn is_per_tab(&self) -> bool {
        self.scope != Scope::Global
    }

    /// Splits the text of `/set` or of a variable into a value, without validating it.
    pub fn read(&self, text: &str) -> SettingValue {
        let list = |parts: Vec<&str>| SettingValue::List(parts.into_iter().map(ToOwned::to_owned).collect());
        match self.kind {
            ValueKind::Text | ValueKind::Number | ValueKind::Switch => SettingValue::Single(text.to_owned()),
            ValueKind::Words => list(text.split_whitespace().collect()),
            ValueKind::Lines => list(text.lines().filter(|line| !line.is_empty()).collect()),
        }
    }

    /// Validates and stores a value.
    ///
    /// # Errors
    /// If the value is not accepted: a sentence naming the accepted values. `options` is unchanged then.
    pub fn set(&self, options: &mut Settings, value: &SettingValue) -> Result<(), String> {
        self.accessors.set(options, value).map_err(|error| match error {
            InvalidValue::UnknownWord => format!("{} must be {}, not {:?}.", self.name, self.syntax, value.short()),
            InvalidValue::Message(message) => message,
        })
    }

    /// Validates and stores a value and records its origin.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn set_from(&self, options: &mut Settings, value: &SettingValue, origin: Origin) -> Result<(), String> {
        self.set(options, value)?;
        options.origins.note(self.name, origin);
        Ok(())
    }

    /// Returns the current value.
    pub fn get(&self, options: &Settings) -> SettingValue {
        self.accessors.get(options)
    }

    /// Returns the current value for display. Lines that may contain a secret are replaced by a placeholder.
    pub fn display_value(&self, options: &Settings) -> SettingValue {
        let redact = |line: String| {
            let is_secret = may_hold_secret(&line) && hidden_argument(&line) != Some("");
            if is_secret { "/secret (not shown)".to_owned() } else { line }
        };
        match self.get(options) {
            SettingValue::List(lines) if self.kind == ValueKind::Lines => {
                SettingValue::List(lines.into_iter().map(redact).collect())
            }
            value => value,
        }
    }

    /// Returns the place where the current value was set.
    pub fn origin<'a>(&self, options: &'a Settings) -> &'a Origin {
        options.origins.of(self.name)
    }

    /// Copies the value and its origin from one set of settings to another.
    pub fn copy(&self, from: &Settings, to: &mut Settings) {
        // A stored value has been validated, so this cannot fail.
        let _ = self.set_from(to, &self.get(from), self.origin(from).clone());
    }

    /// Whether both have the same value; origins are ignored.
    pub fn is_same(&self, one: &Settings, other: &Settings) -> bool {
        self.get(one) == self.get(other)
    }

    /// Returns the default value.
    pub fn default(&self) -> SettingValue {
        self.get(&Settings::default())
    }
}

#[cfg(test)]
mod tests;
