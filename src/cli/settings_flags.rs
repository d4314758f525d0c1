//! The flags that are settings: options of every command that has an input line.
//!
//! None has a value of its own accord: what is not said here may be said in the environment or the settings file, and
//! the help tells what it is where nobody says it.

pub(super) mod connection;
pub(super) mod display;
pub(super) mod input;
pub(super) mod logging;
pub(super) mod terminal;
pub(super) mod theme;

use crate::app::settings::{Origin, SettingValue, find};
use crate::config::{Assignment, ConfigFile, Sources};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use connection::ConnectionArgs;
use display::DisplayArgs;
use input::InputArgs;
use logging::LogArgs;
use std::path::PathBuf;
use terminal::TerminalArgs;
use theme::ThemeArgs;

/// Talking, reading, writing, the terminal, the looks, and the file that all of these are in.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct SettingsArgs {
    #[command(flatten)]
    talking: ConnectionArgs,

    #[command(flatten)]
    reading: DisplayArgs,

    #[command(flatten)]
    writing: InputArgs,

    #[command(flatten)]
    logging: LogArgs,

    #[command(flatten)]
    terminal: TerminalArgs,

    #[command(flatten)]
    looks: ThemeArgs,

    #[command(flatten)]
    file: FileArgs,
}

impl SettingsArgs {
    /// Where the settings come from.
    pub(super) fn sources(self) -> Sources {
        let mut flags = FlagAssignments::default();
        self.talking.say(&mut flags);
        self.reading.say(&mut flags);
        self.writing.say(&mut flags);
        self.logging.collect_into(&mut flags);
        self.terminal.say(&mut flags);
        self.looks.say(&mut flags);
        Sources { config_file: self.file.choice(), flags: flags.into_inner() }
    }
}

/// Which settings file.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct FileArgs {
    /// Read the settings from this file; `netchat-tui config path` tells which it is else
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Settings")]
    config: Option<PathBuf>,

    /// Read no settings file
    #[arg(long, help_heading = "Settings")]
    no_config: bool,
}

impl FileArgs {
    pub(super) fn choice(self) -> ConfigFile {
        match (self.config, self.no_config) {
            (Some(path), _) => ConfigFile::Path(path),
            (None, true) => ConfigFile::None,
            (None, false) => ConfigFile::Default,
        }
    }
}

/// What flags say.
#[derive(Debug, Default)]
pub(super) struct FlagAssignments(Vec<Assignment>);

impl FlagAssignments {
    /// All of it.
    pub(super) fn into_inner(self) -> Vec<Assignment> {
        self.0
    }

    /// `flag` sets the setting `name`, if it was given.
    pub(super) fn say(&mut self, name: &'static str, flag: &'static str, value: Option<SettingValue>) {
        // Every flag's value has been through `checked` or `words`, so that none is lost here.
        let said = find(name).zip(value).map(|(setting, value)| Assignment::new(setting, value, Origin::Flag(flag)));
        self.0.extend(said.and_then(Result::ok));
    }
}

/// The parser of a flag that sets `name`.
pub(super) fn validated(
    name: &'static str,
) -> impl Fn(&str) -> Result<SettingValue, String> + Clone + Send + Sync + 'static {
    move |text| {
        let setting = find(name).ok_or("there is no such setting")?;
        // A flag that may be given several times has one of the list each time.
        Assignment::new(setting, SettingValue::Single(text.to_owned()), Origin::Default).map(|said| said.value)
    }
}

/// The parser of a flag that sets `name` to one of its words.
pub(super) fn one_of(name: &'static str) -> impl TypedValueParser<Value = SettingValue> {
    PossibleValuesParser::new(find(name).map_or(&[][..], |setting| setting.choices)).map(SettingValue::Single)
}

/// The value of a flag that has only one.
pub(super) fn is_set(flag: bool, value: &str) -> Option<SettingValue> {
    flag.then(|| SettingValue::Single(value.to_owned()))
}
