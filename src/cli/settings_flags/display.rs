//! Options of the message pane. Each is also a command inside the program.

use super::{FlagAssignments, choice_parser, setting_parser};
use crate::app::settings::SettingValue;
use clap::Args;

/// Repeated on each option; see `terminal` for the reason.
const HEADING: &str = "Reading";

/// Options for the messages.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct DisplayArgs {
    /// Show messages as text, escaped or hex (/view) [default: text]
    #[arg(hide_short_help = true, long, value_name = "VIEW", value_parser = choice_parser("view"), ignore_case = true, help_heading = HEADING)]
    #[arg(hide_possible_values = true)]
    view: Option<SettingValue>,

    /// Time beside each message: off, minutes, seconds, ms or delta (/time) [default: seconds]
    #[arg(hide_short_help = true, long, value_name = "TIME", value_parser = choice_parser("time"), ignore_case = true, help_heading = HEADING)]
    #[arg(hide_possible_values = true)]
    time: Option<SettingValue>,

    /// Decode messages from this charset, such as latin-1 or windows-1252 (/encoding) [default: utf-8]
    #[arg(hide_short_help = true, long, value_name = "NAME", value_parser = setting_parser("encoding"), help_heading = HEADING)]
    encoding: Option<SettingValue>,

    /// Recognise nicknames in messages: auto, off, or a regular expression with the nickname in parentheses (/who)
    /// [default: auto]
    #[arg(hide_short_help = true, long, visible_alias = "who", value_name = "HOW", value_parser = setting_parser("names"), help_heading = HEADING)]
    names: Option<SettingValue>,

    /// Treat this word as a mention, like your nickname; can be given several times (/highlight)
    #[arg(hide_short_help = true, long, value_name = "WORD", help_heading = HEADING)]
    highlight: Vec<String>,
}

impl DisplayArgs {
    pub(in crate::cli) fn assign_to(self, flags: &mut FlagAssignments) {
        flags.assign("view", "--view", self.view);
        flags.assign("time", "--time", self.time);
        flags.assign("encoding", "--encoding", self.encoding);
        flags.assign("names", "--names", self.names);
        let words = Some(self.highlight).filter(|words| !words.is_empty());
        flags.assign("highlight", "--highlight", words.map(SettingValue::List));
    }
}
