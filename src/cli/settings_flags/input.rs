//! How lines are written and sent: options of every command that has an input line.

use super::{FlagAssignments, is_set, validated};
use crate::app::settings::SettingValue;
use clap::Args;

/// Said with each of them, as in `terminal`.
const HEADING: &str = "Writing";

/// Options for the input line.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct InputArgs {
    /// Wait so long between two lines of a paste or a file, like 200ms, 1s; 0 does not wait [default: 50ms]
    #[arg(long, value_name = "TIME", value_parser = validated("paste_delay"), help_heading = HEADING)]
    paste_delay: Option<SettingValue>,

    /// Warn of a line with more bytes than a lab server reads at once; 0 never warns [default: 1024]
    #[arg(long, value_name = "BYTES", value_parser = validated("line_limit"), help_heading = HEADING)]
    line_limit: Option<SettingValue>,

    /// Read and write no history file: what you enter and where you were is forgotten when you leave
    #[arg(long, help_heading = HEADING)]
    no_history: bool,
}

impl InputArgs {
    pub(in crate::cli) fn say(self, flags: &mut FlagAssignments) {
        flags.say("paste_delay", "--paste-delay", self.paste_delay);
        flags.say("line_limit", "--line-limit", self.line_limit);
        flags.say("history", "--no-history", is_set(self.no_history, "false"));
    }
}
