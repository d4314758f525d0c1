//! Loads the settings from the file, the environment and the command line.
//!
//! ```text
//!   flags            --eol crlf                  ┐
//!   environment      NETCHAT_TUI_EOL=crlf        │  the first that sets it
//!   [servers.pi]     eol = "crlf"                │  (for that server only)
//!   top of the file  eol = "crlf"                │
//!   defaults         lf                          ┘
//! ```
//!
//! The table [`crate::app::settings::SETTINGS`] defines the settings; this module reads their values. Each value keeps
//! its [`Origin`], which `config show` and `/set` display. All errors are collected and reported together, and with any
//! error nothing starts: half of the intended settings may be worse than none.
//!
//! The file is `config.toml` in `netchat-tui` below the user's configuration folder. `NETCHAT_TUI_CONFIG` or `--config`
//! names another file, which must exist; the default file is optional. `--no-config` reads no file.

mod document;
mod environment;
mod example;
mod file;
mod keys;
mod secrets;
mod servers;
mod show;
mod themes;
pub mod toml;

pub use environment::Environment;
pub use example::example;
pub use file::ConfigFile;
pub use servers::RESERVED;
pub use show::show;
pub use themes::check_themes;

use crate::app::settings::{Origin, SETTINGS, Setting, SettingValue};
use crate::app::{FrontendKind, LoadedConfig, SavedServer, Settings, TimestampFormat};
use crate::text::suggest::suggest;
use document::{Document, ParseContext};
use file::{ConfigText, LoadError};
use std::fmt;
use std::path::PathBuf;

/// A setting, its value and the origin of the value.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Setting that gets the value.
    pub setting: &'static Setting,
    /// Value, which the setting accepts.
    pub value: SettingValue,
    /// Place the value comes from.
    pub origin: Origin,
}

impl PartialEq for Assignment {
    fn eq(&self, other: &Self) -> bool {
        self.setting.name == other.setting.name && self.value == other.value && self.origin == other.origin
    }
}

impl Eq for Assignment {}

impl Assignment {
    /// Checks a value and assigns it to a setting.
    ///
    /// # Errors
    /// Returns a sentence with the accepted values, and the most similar one, if the setting does not accept this one.
    pub fn new(setting: &'static Setting, value: SettingValue, origin: Origin) -> Result<Self, String> {
        setting.set(&mut Settings::default(), &value).map_err(|message| match suggest_value(setting, &value) {
            Some(word) => format!("{message} Did you mean {word}?"),
            None => message,
        })?;
        Ok(Self { setting, value, origin })
    }
}

/// Returns the choice of a setting that is most similar to a rejected value.
fn suggest_value(setting: &Setting, value: &SettingValue) -> Option<&'static str> {
    match value {
        SettingValue::Single(word) => suggest(word, setting.choices.iter().copied()),
        SettingValue::List(_) => None,
    }
}

/// Sources of the settings besides the environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// Settings file to read.
    pub config_file: ConfigFile,
    /// Settings given as flags; they override all others.
    pub flags: Vec<Assignment>,
}

/// Settings merged from all sources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// Settings, named servers, keys and themes.
    pub config: LoadedConfig,
}

/// All errors in the settings. `Display` gives one line for each, after a line with the name of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Settings file, if it has errors.
    file: Option<String>,
    /// Errors in the file, each with its position.
    file_errors: Vec<String>,
    /// Errors in variables, flags and themes.
    other_errors: Vec<String>,
    /// Advice that applies only at the start of the program.
    startup_hint: Option<&'static str>,
}

/// Advice for a settings file that cannot be read.
const NO_CONFIG_HINT: &str = "--no-config starts without it.";

/// Errors in the file that are shown while the program runs; more would push the messages off the screen.
const MAX_ERRORS_SHOWN: usize = 10;

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))?;
        self.startup_hint.map_or(Ok(()), |hint| write!(f, " {hint}"))
    }
}

impl std::error::Error for ConfigError {}

impl From<String> for ConfigError {
    /// Makes an error of a sentence that is not about a line of the file.
    fn from(message: String) -> Self {
        Self { file: None, file_errors: Vec::new(), other_errors: vec![message], startup_hint: None }
    }
}

impl From<LoadError> for ConfigError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Absent(message) => Self::from(message),
            LoadError::Unreadable(message) => Self { startup_hint: Some(NO_CONFIG_HINT), ..Self::from(message) },
        }
    }
}

impl ConfigError {
    /// Returns the lines of the whole error, without the advice for the start.
    pub fn lines(&self) -> Vec<String> {
        self.first_lines(self.file_errors.len())
    }

    /// Returns the lines to show while the program runs, with at most ten errors of the file.
    pub fn while_running(&self) -> String {
        self.first_lines(MAX_ERRORS_SHOWN).join("\n")
    }

    fn first_lines(&self, max_errors: usize) -> Vec<String> {
        let head = self.file.as_ref().map(|file| match self.file_errors.len() {
            1 => format!("1 error in {file}:"),
            count => format!("{count} errors in {file}:"),
        });
        let errors = self.file_errors.iter().take(max_errors).map(|error| format!("  {error}"));
        let rest = self.file_errors.len().saturating_sub(max_errors);
        let more = (rest > 0).then(|| format!("  and {rest} more: run netchat-tui config check"));
        head.into_iter().chain(errors).chain(more).chain(self.other_errors.iter().cloned()).collect()
    }
}

impl Sources {
    /// Reads and merges the settings. Blocks on file access.
    ///
    /// # Errors
    /// Returns an error for a file that cannot be read, and otherwise all errors in the file, the environment and the
    /// flags.
    pub fn load(&self, environment: &Environment) -> Result<Loaded, ConfigError> {
        let (themes, theme_warnings) = themes::load(&self.config_file, environment);
        let (document, file) = match file::find(&self.config_file, environment)? {
            ConfigText::Nothing => (Document::default(), None),
            ConfigText::Bytes { path, bytes } => {
                (Document::read(ParseContext { path: &path, themes: &themes }, &bytes), Some(path))
            }
        };
        let (variables, mut other_errors) = environment.assignments();
        other_errors.extend(variables.iter().chain(&self.flags).filter_map(|it| themes::theme_error(&themes, it)));
        if !document.errors.is_empty() || !other_errors.is_empty() {
            let file_errors: Vec<String> = document.errors.iter().map(ToString::to_string).collect();
            let file = file.filter(|_| !file_errors.is_empty());
            return Err(ConfigError { file, file_errors, other_errors, startup_hint: None });
        }
        let forced = environment.forced_settings();
        let overrides = [variables.as_slice(), self.flags.as_slice(), forced.as_slice()];
        let options = merge_layers([&[], document.assignments.as_slice()], overrides);
        let servers = document.servers.iter().map(|section| SavedServer {
            name: section.name.clone(),
            endpoint: section.endpoint.clone(),
            options: Settings {
                server: Some(section.name.clone()),
                ..merge_layers([document.assignments.as_slice(), section.assignments.as_slice()], overrides)
            },
        });
        let servers: Vec<SavedServer> = servers.collect();
        let warnings =
            [environment.unknown_variables(), theme_warnings, secrets::warnings(&options, &servers)].concat();
        let config = LoadedConfig { options, servers, keys: document.keys, themes, file, warnings };
        Ok(Loaded { config })
    }
}

/// Applies the layers in order; later ones override earlier ones.
fn merge_layers(file: [&[Assignment]; 2], overrides: [&[Assignment]; 3]) -> Settings {
    let mut options = Settings::default();
    for assignment in file.into_iter().chain(overrides).flatten() {
        // `Assignment::new` has checked the value.
        let _ = assignment.setting.set_from(&mut options, &assignment.value, assignment.origin.clone());
    }
    let is_time_set = SETTINGS.iter().any(|it| it.name == "time" && it.origin(&options) != &Origin::Default);
    if options.frontend == FrontendKind::Lines && !is_time_set {
        // A screen reader would read the time before every row; `/time` turns it on.
        options.time = TimestampFormat::Off;
    }
    options
}

/// Returns the path of the settings file, whether or not it exists.
///
/// # Errors
/// Returns a sentence if no file is read, or if the user has no home folder.
pub fn path(choice: &ConfigFile, environment: &Environment) -> Result<PathBuf, ConfigError> {
    Ok(file::path(choice, environment)?)
}

#[cfg(test)]
mod tests;
