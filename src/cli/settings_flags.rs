//! Flags that override settings, for every command with an input line.
//!
//! None has a default in clap: without the flag, the environment or the settings file decides. The help text states the
//! setting's own default.

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

/// All flags that override settings, and the choice of the settings file.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct SettingsArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    #[command(flatten)]
    display: DisplayArgs,

    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    logging: LogArgs,

    #[command(flatten)]
    terminal: TerminalArgs,

    #[command(flatten)]
    theme: ThemeArgs,

    #[command(flatten)]
    file: FileArgs,
}

impl SettingsArgs {
    /// Returns the settings file and the flags that override it.
    pub(super) fn sources(self) -> Sources {
        let mut flags = FlagAssignments::default();
        self.connection.assign_to(&mut flags);
        self.display.assign_to(&mut flags);
        self.input.assign_to(&mut flags);
        self.logging.assign_to(&mut flags);
        self.terminal.assign_to(&mut flags);
        self.theme.assign_to(&mut flags);
        Sources { config_file: self.file.choice(), flags: flags.into_inner() }
    }
}

/// Choice of the settings file.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct FileArgs {
    /// Read settings from this file; `netchat-tui config path` prints the default
    #[arg(hide_short_help = true, long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Settings")]
    config: Option<PathBuf>,

    /// Do not read a settings file
    #[arg(hide_short_help = true, long, help_heading = "Settings")]
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

/// Settings assigned by flags.
#[derive(Debug, Default)]
pub(super) struct FlagAssignments(Vec<Assignment>);

impl FlagAssignments {
    /// Returns the assignments in command-line order of their groups.
    pub(super) fn into_inner(self) -> Vec<Assignment> {
        self.0
    }

    /// Assigns the setting `name` if `flag` was given.
    pub(super) fn assign(&mut self, name: &'static str, flag: &'static str, value: Option<SettingValue>) {
        // Every value was parsed by `setting_parser` or `choice_parser`, so none is dropped here.
        let assignment =
            find(name).zip(value).map(|(setting, value)| Assignment::new(setting, value, Origin::Flag(flag)));
        self.0.extend(assignment.and_then(Result::ok));
    }
}

/// Returns the parser of a flag that sets `name`.
pub(super) fn setting_parser(
    name: &'static str,
) -> impl Fn(&str) -> Result<SettingValue, String> + Clone + Send + Sync + 'static {
    move |text| {
        let setting = find(name).ok_or("there is no such setting")?;
        // A repeatable flag holds one element of its list each time.
        Assignment::new(setting, SettingValue::Single(text.to_owned()), Origin::Default)
            .map(|assignment| assignment.value)
    }
}

/// Returns the parser of a flag that sets `name` to one of its choices.
pub(super) fn choice_parser(name: &'static str) -> impl TypedValueParser<Value = SettingValue> {
    PossibleValuesParser::new(find(name).map_or(&[][..], |setting| setting.choices)).map(SettingValue::Single)
}

/// Returns `value` if the flag was given.
pub(super) fn value_if(flag: bool, value: &str) -> Option<SettingValue> {
    flag.then(|| SettingValue::Single(value.to_owned()))
}
