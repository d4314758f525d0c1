//! `--theme` and `--color`: the looks of the client.

use super::{FlagAssignments, one_of};
use crate::app::settings::{SettingValue, find};
use clap::builder::{NonEmptyStringValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, Args, Command};
use std::ffi::OsStr;

/// What every command that draws has.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ThemeArgs {
    /// dark, light, mono, another of the program's or one of yours; auto goes by COLORFGBG, else dark
    #[arg(long, value_name = "THEME", value_parser = ThemeParser, hide_possible_values = true)]
    theme: Option<SettingValue>,

    /// When to use colours.
    #[arg(help = "When to use colours; auto goes by NO_COLOR, COLORTERM and TERM, 16 and 256 say how many")]
    #[arg(long = "color", value_name = "WHEN", value_parser = one_of("color"), ignore_case = true)]
    colours: Option<SettingValue>,
}

impl ThemeArgs {
    pub(in crate::cli) fn say(self, flags: &mut FlagAssignments) {
        flags.say("theme", "--theme", self.theme);
        flags.say("color", "--color", self.colours);
    }
}

/// Takes any word, as the user's themes are not known yet, and offers ours to the shells.
#[derive(Debug, Clone)]
struct ThemeParser;

impl TypedValueParser for ThemeParser {
    type Value = SettingValue;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<SettingValue, clap::Error> {
        NonEmptyStringValueParser::new().parse_ref(command, arg, value).map(SettingValue::Single)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(find("theme")?.choices.iter().map(PossibleValue::new)))
    }
}
