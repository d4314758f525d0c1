//! `--theme` and `--color`: the looks of the client.

use super::settings::{Flags, words};
use crate::app::settings::Value;
use clap::Args;

/// What every command that draws has.
#[derive(Debug, Clone, Args)]
pub(super) struct LooksArgs {
    /// Colours for a dark or a light ground, or none; auto goes by COLORFGBG, else dark
    #[arg(long, value_name = "THEME", value_parser = words("theme"), ignore_case = true)]
    theme: Option<Value>,

    /// When to use colours.
    #[arg(help = "When to use colours; auto goes by NO_COLOR, COLORTERM and TERM, 16 and 256 say how many")]
    #[arg(long = "color", value_name = "WHEN", value_parser = words("color"), ignore_case = true)]
    colours: Option<Value>,
}

impl LooksArgs {
    pub(super) fn say(self, flags: &mut Flags) {
        flags.say("theme", "--theme", self.theme);
        flags.say("color", "--color", self.colours);
    }
}
