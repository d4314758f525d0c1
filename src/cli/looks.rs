//! `--theme` and `--color`: the looks of the client.

use crate::looks::{Colours, Depth, Looks, ThemeName};
use clap::{Args, ValueEnum};

/// What every command that draws has.
#[derive(Debug, Clone, Args)]
pub(super) struct LooksArgs {
    /// Colours for a dark or a light ground, or none; auto goes by COLORFGBG, else dark
    #[arg(long, value_name = "THEME", value_enum, default_value = "auto", hide_default_value = true)]
    theme: ThemeWord,

    /// When to use colours.
    #[arg(help = "When to use colours; auto goes by NO_COLOR, COLORTERM and TERM, 16 and 256 say how many")]
    #[arg(long = "color", value_name = "WHEN", value_enum, default_value = "auto", hide_default_value = true)]
    colours: ColoursWord,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ThemeWord {
    Auto,
    Dark,
    Light,
    Mono,
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
    pub(super) const fn resolve(self) -> Looks {
        let theme = match self.theme {
            ThemeWord::Auto => None,
            ThemeWord::Dark => Some(ThemeName::Dark),
            ThemeWord::Light => Some(ThemeName::Light),
            ThemeWord::Mono => Some(ThemeName::Mono),
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
