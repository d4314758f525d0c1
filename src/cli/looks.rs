//! `--theme` and `--color`: the looks of the client.

use crate::looks::{AUTO, Colours, Depth, Looks, ThemeName, names_of_ours};
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Args, Command, ValueEnum};
use std::ffi::OsStr;

/// What every command that draws has.
#[derive(Debug, Clone, Args)]
pub(super) struct LooksArgs {
    /// The theme: dark, light, mono, one of yours ...; auto goes by COLORFGBG, else dark
    #[arg(long, value_name = "THEME", value_parser = ThemeParser, hide_possible_values = true)]
    theme: Option<Theme>,

    /// When to use colours.
    #[arg(help = "When to use colours; auto goes by NO_COLOR, COLORTERM and TERM, 16 and 256 say how many")]
    #[arg(long = "color", value_name = "WHEN", value_enum, default_value = "auto", hide_default_value = true)]
    colours: ColoursWord,
}

/// A theme, or the one that suits the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Theme {
    Auto,
    Called(ThemeName),
}

/// Takes any word, as the user's themes are not known yet, and offers ours to the shells.
#[derive(Debug, Clone)]
struct ThemeParser;

impl TypedValueParser for ThemeParser {
    type Value = Theme;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Theme, clap::Error> {
        let word = StringValueParser::new().parse_ref(command, arg, value)?;
        let name = ThemeName::new(&word);
        Ok(if name.word() == AUTO { Theme::Auto } else { Theme::Called(name) })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new([AUTO].into_iter().chain(names_of_ours()).map(PossibleValue::new)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColoursWord {
    Auto,
    Never,
    #[value(name = "16")]
    Sixteen,
    #[value(name = "256")]
    TwoFiftySix,
    Always,
}

impl LooksArgs {
    /// Whether there is a theme of this name is found out by [`crate::looks::Themes::find`].
    pub(super) fn resolve(self) -> Looks {
        let theme = match self.theme {
            None | Some(Theme::Auto) => None,
            Some(Theme::Called(name)) => Some(name),
        };
        let colours = match self.colours {
            ColoursWord::Auto => Colours::Auto,
            ColoursWord::Never => Colours::Never,
            ColoursWord::Sixteen => Colours::Only(Depth::Sixteen),
            ColoursWord::TwoFiftySix => Colours::Only(Depth::TwoFiftySix),
            ColoursWord::Always => Colours::Always,
        };
        Looks { theme, colours }
    }
}
