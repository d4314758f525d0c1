//! `--theme` and `--color`.

use super::{FlagAssignments, choice_parser};
use crate::app::settings::{SettingValue, find};
use clap::builder::{NonEmptyStringValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, Args, Command};
use std::ffi::OsStr;

/// Options of every command that draws.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ThemeArgs {
    /// Colour theme: dark, light, mono, another built-in theme or one of yours; auto follows COLORFGBG
    /// [default: auto]
    #[arg(hide_short_help = true, long, value_name = "THEME", value_parser = ThemeParser, hide_possible_values = true)]
    theme: Option<SettingValue>,

    /// When to use colours.
    #[arg(
        help = "Use colours: auto (follows NO_COLOR, COLORTERM and TERM), always, never, or a palette of 16 or 256 colours \
        [default: auto]"
    )]
    #[arg(hide_short_help = true, long = "color", value_name = "WHEN", value_parser = choice_parser("color"), ignore_case = true)]
    #[arg(hide_possible_values = true)]
    colours: Option<SettingValue>,
}

impl ThemeArgs {
    pub(in crate::cli) fn assign_to(self, flags: &mut FlagAssignments) {
        flags.assign("theme", "--theme", self.theme);
        flags.assign("color", "--color", self.colours);
    }
}

/// Accepts any word, because the user's themes are not loaded yet, and offers the built-in themes to shells.
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
