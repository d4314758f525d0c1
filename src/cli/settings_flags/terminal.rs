//! How the client deals with the terminal: options of every command that has one.

use super::{FlagAssignments, one_of, validated};
use crate::app::settings::SettingValue;

/// Said with each of them: as `next_help_heading` it would also stand over the options of whoever comes next.
const HEADING: &str = "Terminal";

/// Options for the terminal.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct TerminalArgs {
    /// Print line by line, without a frame: for screen readers and simple terminals
    #[arg(long, value_name = "BOOL", value_parser = one_of("plain"), num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true", hide_possible_values = true, conflicts_with = "mouse", help_heading = HEADING)]
    plain: Option<SettingValue>,

    /// Scroll with the wheel (the terminal's own selecting then needs Shift)
    #[arg(long, value_name = "BOOL", value_parser = one_of("mouse"), num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true", hide_possible_values = true, help_heading = HEADING)]
    mouse: Option<SettingValue>,

    /// How to call you when you look elsewhere: bell, notify (the desktop, by OSC 9) or off (/alert) [default: bell]
    #[arg(long, value_name = "HOW", value_parser = one_of("alert"), ignore_case = true, help_heading = HEADING)]
    #[arg(hide_possible_values = true)]
    alert: Option<SettingValue>,

    /// How much text a tab keeps, like 64MiB [default: 64MiB]
    #[arg(long, value_name = "SIZE", value_parser = validated("scrollback"), help_heading = HEADING)]
    scrollback: Option<SettingValue>,
}

impl TerminalArgs {
    pub(in crate::cli) fn say(self, flags: &mut FlagAssignments) {
        flags.say("plain", "--plain", self.plain);
        flags.say("mouse", "--mouse", self.mouse);
        flags.say("alert", "--alert", self.alert);
        flags.say("scrollback", "--scrollback", self.scrollback);
    }
}
