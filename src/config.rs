//! The settings: what the file, the environment and the command line come to.
//!
//! ```text
//!   flags            --eol crlf                  ┐
//!   environment      NETCHAT_TUI_EOL=crlf        │  the first that says it
//!   [servers.pi]     eol = "crlf"                │  (for that server alone)
//!   top of the file  eol = "crlf"                │
//!   defaults         lf                          ┘
//! ```
//!
//! What can be set at all is the table [`crate::app::settings::SETTINGS`]; here it meets text that people wrote. Each value keeps
//! where it was said ([`Origin`]), so that `config show` and `/set` can tell. Whatever is wrong is collected, and
//! told all at once: then nothing is started, for half of what was wanted may be worse than nothing.
//!
//! The file is `config.toml` in the folder `netchat-tui` among the user's settings; `NETCHAT_TUI_CONFIG` or `--config`
//! name another one, and `--no-config` has none be read. Where none was named none need be there.

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

/// Something that was set, and where.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// What.
    pub setting: &'static Setting,
    /// To what. It has been seen that the setting takes it.
    pub value: SettingValue,
    /// Where.
    pub origin: Origin,
}

impl PartialEq for Assignment {
    fn eq(&self, other: &Self) -> bool {
        self.setting.name == other.setting.name && self.value == other.value && self.origin == other.origin
    }
}

impl Eq for Assignment {}

impl Assignment {
    /// Reads what was said about a setting.
    ///
    /// # Errors
    /// If it does not take that value: a sentence that says what would be one, the nearest included.
    pub fn new(setting: &'static Setting, value: SettingValue, origin: Origin) -> Result<Self, String> {
        setting.set(&mut Settings::default(), &value).map_err(|says| match suggest_value(setting, &value) {
            Some(word) => format!("{says} Did you mean {word}?"),
            None => says,
        })?;
        Ok(Self { setting, value, origin })
    }
}

/// The word that was probably meant where this is none of the setting.
fn suggest_value(setting: &Setting, value: &SettingValue) -> Option<&'static str> {
    match value {
        SettingValue::Single(word) => suggest(word, setting.choices.iter().copied()),
        SettingValue::List(_) => None,
    }
}

/// Where the settings are to come from: which file, and what the command line says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// The file.
    pub config_file: ConfigFile,
    /// The flags.
    pub flags: Vec<Assignment>,
}

/// What they came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The settings, and the servers that have a name.
    pub configured: LoadedConfig,
}

/// What is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, if it was read and something is wrong in it.
    file: Option<String>,
    /// What is wrong in it, each with its place.
    mistakes: Vec<String>,
    /// What is wrong elsewhere.
    others: Vec<String>,
    /// What one can do at the start, and not while the program runs.
    hint: Option<&'static str>,
}

/// What to do about a file that is in the way.
const NO_CONFIG_HINT: &str = "--no-config starts without it.";

/// Mistakes that are told while the program runs: more would hide what was said before.
const MAX_ERRORS_SHOWN: usize = 10;

/// A line each, the first of which names the file.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))?;
        self.hint.map_or(Ok(()), |words| write!(f, " {words}"))
    }
}

impl std::error::Error for ConfigError {}

impl From<String> for ConfigError {
    /// Something that is wrong without the file: a sentence.
    fn from(says: String) -> Self {
        Self { file: None, mistakes: Vec::new(), others: vec![says], hint: None }
    }
}

impl From<LoadError> for ConfigError {
    fn from(missed: LoadError) -> Self {
        match missed {
            LoadError::Absent(says) => Self::from(says),
            LoadError::Unreadable(says) => Self { hint: Some(NO_CONFIG_HINT), ..Self::from(says) },
        }
    }
}

impl ConfigError {
    /// What is told, line by line.
    pub fn lines(&self) -> Vec<String> {
        self.first_lines(self.mistakes.len())
    }

    /// What is told while the program runs: a line each, the first ten mistakes of the file.
    pub fn while_running(&self) -> String {
        self.first_lines(MAX_ERRORS_SHOWN).join("\n")
    }

    fn first_lines(&self, most: usize) -> Vec<String> {
        let head = self.file.as_ref().map(|file| match self.mistakes.len() {
            1 => format!("There is a mistake in {file}:"),
            count => format!("There are {count} mistakes in {file}:"),
        });
        let mistakes = self.mistakes.iter().take(most).map(|mistake| format!("  {mistake}"));
        let rest = self.mistakes.len().saturating_sub(most);
        let more = (rest > 0).then(|| format!("  and {rest} more: netchat-tui config check"));
        head.into_iter().chain(mistakes).chain(more).chain(self.others.iter().cloned()).collect()
    }
}

impl Sources {
    /// Reads the settings. May wait for the disk.
    ///
    /// # Errors
    /// For a file that cannot be read, and for all that is wrong in it and in the environment.
    pub fn load(&self, environment: &Environment) -> Result<Loaded, ConfigError> {
        let (themes, strange) = themes::load(&self.config_file, environment);
        let (document, file) = match file::find(&self.config_file, environment)? {
            ConfigText::Nothing => (Document::default(), None),
            ConfigText::Bytes { path, bytes } => {
                (Document::read(ParseContext { path: &path, themes: &themes }, &bytes), Some(path))
            }
        };
        let (variables, mut others) = environment.assignments();
        others.extend(variables.iter().chain(&self.flags).filter_map(|said| themes::theme_error(&themes, said)));
        if !document.mistakes.is_empty() || !others.is_empty() {
            let mistakes: Vec<String> = document.mistakes.iter().map(ToString::to_string).collect();
            let file = file.filter(|_| !mistakes.is_empty());
            return Err(ConfigError { file, mistakes, others, hint: None });
        }
        let demands = environment.forced_settings();
        let over = [variables.as_slice(), self.flags.as_slice(), demands.as_slice()];
        let options = merge_layers([&[], document.said.as_slice()], over);
        let servers = document.servers.iter().map(|section| SavedServer {
            name: section.name.clone(),
            endpoint: section.endpoint.clone(),
            options: Settings {
                server: Some(section.name.clone()),
                ..merge_layers([document.said.as_slice(), section.said.as_slice()], over)
            },
        });
        let servers: Vec<SavedServer> = servers.collect();
        let warnings = [environment.unknown_variables(), strange, secrets::warnings(&options, &servers)].concat();
        let configured = LoadedConfig { options, servers, keys: document.keys, themes, file, warnings };
        Ok(Loaded { configured })
    }
}

/// All layers over each other, the strongest last.
fn merge_layers(file: [&[Assignment]; 2], over: [&[Assignment]; 3]) -> Settings {
    let mut options = Settings::default();
    for said in file.into_iter().chain(over).flatten() {
        // It has been tried when it was read.
        let _ = said.setting.set_from(&mut options, &said.value, said.origin.clone());
    }
    let is_time_said = SETTINGS.iter().any(|it| it.name == "time" && it.origin(&options) != &Origin::Default);
    if options.frontend == FrontendKind::Lines && !is_time_said {
        // Nobody wants to hear the time before every row; `/time` turns it on.
        options.time = TimestampFormat::Off;
    }
    options
}

/// Where the settings file is, or would be.
///
/// # Errors
/// Where there is none: a sentence.
pub fn path(choice: &ConfigFile, environment: &Environment) -> Result<PathBuf, ConfigError> {
    Ok(file::path(choice, environment)?)
}

#[cfg(test)]
mod tests;
