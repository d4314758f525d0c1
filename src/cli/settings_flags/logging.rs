//! Options of logs, for every command with an input line and for pipes.

use super::{FlagAssignments, choice_parser, setting_parser};
use crate::app::settings::SettingValue;
use clap::{Args, ValueHint};

/// Repeated on each option; see `terminal` for the reason.
const HEADING: &str = "Logging";

/// Options for logs.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct LogArgs {
    /// Log to this file; %h, %p, %d are host, port, date (/log)
    #[arg(hide_short_help = true, short = 'o', long, value_name = "FILE", value_parser = setting_parser("log"), value_hint = ValueHint::FilePath)]
    #[arg(help_heading = HEADING)]
    log: Option<SettingValue>,

    /// Format of the log: text, escaped, jsonl, or raw, which holds only the bytes received [default: text]
    #[arg(hide_short_help = true, long, value_name = "FORMAT", value_parser = choice_parser("log_format"), ignore_case = true, help_heading = HEADING)]
    #[arg(hide_possible_values = true)]
    log_format: Option<SettingValue>,

    /// Log every byte to this file as a hex dump, with direction, offset and time
    #[arg(hide_short_help = true, short = 'x', long, value_name = "FILE", value_parser = setting_parser("hex_log"), value_hint = ValueHint::FilePath)]
    #[arg(help_heading = HEADING)]
    hex_log: Option<SettingValue>,

    /// Rotate a log to NAME.1, NAME.2 ... before it exceeds this size; 0 never rotates [default: 64MiB]
    #[arg(hide_short_help = true, long, value_name = "SIZE", value_parser = setting_parser("log_size"), help_heading = HEADING)]
    #[arg(allow_negative_numbers = true)]
    log_size: Option<SettingValue>,

    /// Show the last N lines of the log at the start [default: 0]
    #[arg(hide_short_help = true, long, value_name = "N", value_parser = setting_parser("backlog"), help_heading = HEADING)]
    #[arg(allow_negative_numbers = true)]
    backlog: Option<SettingValue>,
}

impl LogArgs {
    pub(in crate::cli) fn assign_to(self, flags: &mut FlagAssignments) {
        flags.assign("log", "--log", self.log);
        flags.assign("log_format", "--log-format", self.log_format);
        flags.assign("hex_log", "--hex-log", self.hex_log);
        flags.assign("log_size", "--log-size", self.log_size);
        flags.assign("backlog", "--backlog", self.backlog);
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::Args;
    use std::ffi::OsString;

    #[test]
    fn negative_sizes_get_the_sentence_of_the_range() {
        for (flag, wrong, sentence) in [
            ("--log-size", "-1", "a number of bytes like 64MiB, at least 64KiB, or 0"),
            ("--log-size", "1", "a number of bytes like 64MiB, at least 64KiB, or 0"),
            ("--backlog", "-5", "a number from 0 to 10000"),
            ("--backlog", "10001", "a number from 0 to 10000"),
        ] {
            let message = Args::parse(&["netchat-tui", flag, wrong, "pi"].map(OsString::from)).unwrap_err().to_string();
            assert!(message.contains(sentence), "{flag} {wrong}: {message}");
        }
    }
}
