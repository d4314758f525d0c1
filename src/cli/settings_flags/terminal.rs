//! Options of the terminal, for every command that draws.

use super::{FlagAssignments, choice_parser, setting_parser};
use crate::app::settings::SettingValue;

/// Repeated on each option, because `next_help_heading` would also apply to the options flattened after these.
const HEADING: &str = "Terminal";

/// Options for the terminal.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct TerminalArgs {
    /// Print messages line by line, for screen readers and simple terminals
    #[arg(hide_short_help = true, long, value_name = "BOOL", value_parser = choice_parser("plain"), num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true", hide_possible_values = true, conflicts_with = "mouse", help_heading = HEADING)]
    plain: Option<SettingValue>,

    /// Scroll with the mouse wheel; hold Shift to select text
    #[arg(hide_short_help = true, long, value_name = "BOOL", value_parser = choice_parser("mouse"), num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true", hide_possible_values = true, help_heading = HEADING)]
    mouse: Option<SettingValue>,

    /// How to alert you to mentions while unfocused: bell, notify (desktop notification, OSC 9) or off (/alert)
    /// [default: bell]
    #[arg(hide_short_help = true, long, value_name = "HOW", value_parser = choice_parser("alert"), ignore_case = true, help_heading = HEADING)]
    #[arg(hide_possible_values = true)]
    alert: Option<SettingValue>,

    /// Amount of text a tab keeps, such as 64MiB [default: 64MiB]
    #[arg(hide_short_help = true, long, value_name = "SIZE", value_parser = setting_parser("scrollback"), help_heading = HEADING)]
    scrollback: Option<SettingValue>,
}

impl TerminalArgs {
    pub(in crate::cli) fn assign_to(self, flags: &mut FlagAssignments) {
        flags.assign("plain", "--plain", self.plain);
        flags.assign("mouse", "--mouse", self.mouse);
        flags.assign("alert", "--alert", self.alert);
        flags.assign("scrollback", "--scrollback", self.scrollback);
    }
}
