//! Options of the input line.

use super::{FlagAssignments, setting_parser, value_if};
use crate::app::settings::SettingValue;
use clap::Args;

/// Repeated on each option; see `terminal` for the reason.
const HEADING: &str = "Writing";

/// Options for the input line.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct InputArgs {
    /// Wait this long between two lines of a paste or file, such as 200ms or 1s; 0 sends them at once [default: 50ms]
    #[arg(hide_short_help = true, long, value_name = "TIME", value_parser = setting_parser("paste_delay"), help_heading = HEADING)]
    paste_delay: Option<SettingValue>,

    /// Warn about lines of more than N bytes, which a lab server does not read at once; 0 never warns [default: 1024]
    #[arg(hide_short_help = true, long, value_name = "N", value_parser = setting_parser("line_limit"), help_heading = HEADING)]
    line_limit: Option<SettingValue>,

    /// Do not read or write the history files: input and recent servers are forgotten when you quit
    #[arg(hide_short_help = true, long, help_heading = HEADING)]
    no_history: bool,
}

impl InputArgs {
    pub(in crate::cli) fn assign_to(self, flags: &mut FlagAssignments) {
        flags.assign("paste_delay", "--paste-delay", self.paste_delay);
        flags.assign("line_limit", "--line-limit", self.line_limit);
        flags.assign("history", "--no-history", value_if(self.no_history, "false"));
    }
}
