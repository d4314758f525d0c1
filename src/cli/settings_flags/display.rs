//! How messages are shown, at first: options of every command that shows some. Each is a command of the program, too.

use super::{FlagAssignments, one_of, validated};
use crate::app::settings::SettingValue;
use clap::Args;

/// Said with each of them, as in `terminal`.
const HEADING: &str = "Reading";

/// Options for the messages.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct DisplayArgs {
    /// What to show of the bytes: text, escaped or hex (/view) [default: text]
    #[arg(long, value_name = "VIEW", value_parser = one_of("view"), ignore_case = true, help_heading = HEADING)]
    #[arg(hide_possible_values = true)]
    view: Option<SettingValue>,

    /// The time beside a message: off, minutes, seconds, ms or delta (/time) [default: seconds]
    #[arg(long, value_name = "TIME", value_parser = one_of("time"), ignore_case = true, help_heading = HEADING)]
    #[arg(hide_possible_values = true)]
    time: Option<SettingValue>,

    /// Read messages in this charset, such as latin-1 or windows-1252 (/encoding) [default: utf-8]
    #[arg(long, value_name = "NAME", value_parser = validated("encoding"), help_heading = HEADING)]
    encoding: Option<SettingValue>,

    /// How names are found in messages: auto, off, or a pattern with the name in parentheses (/who) [default: auto]
    #[arg(long, visible_alias = "who", value_name = "HOW", value_parser = validated("names"), help_heading = HEADING)]
    names: Option<SettingValue>,

    /// A word that counts as a mention, beside your nickname; may be given several times (/highlight)
    #[arg(long, value_name = "WORD", help_heading = HEADING)]
    highlight: Vec<String>,
}

impl DisplayArgs {
    pub(in crate::cli) fn say(self, flags: &mut FlagAssignments) {
        flags.say("view", "--view", self.view);
        flags.say("time", "--time", self.time);
        flags.say("encoding", "--encoding", self.encoding);
        flags.say("names", "--names", self.names);
        let words = Some(self.highlight).filter(|words| !words.is_empty());
        flags.say("highlight", "--highlight", words.map(SettingValue::List));
    }
}
