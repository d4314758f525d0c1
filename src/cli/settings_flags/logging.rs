//! What is kept on disk of what is said: options of every command that has an input line, and of pipes.

use super::{FlagAssignments, one_of, validated};
use crate::app::settings::SettingValue;
use clap::{Args, ValueHint};

/// Said with each of them, as in `terminal`.
const HEADING: &str = "Logging";

/// Options for logs.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct LogArgs {
    /// Log what is said to this file, as it is shown; in its name %h is the host, %p the port, %d the date (/log)
    #[arg(short = 'o', long, value_name = "FILE", value_parser = validated("log"), value_hint = ValueHint::FilePath)]
    #[arg(help_heading = HEADING)]
    log: Option<SettingValue>,

    /// How: text, escaped, jsonl, or raw, which is what the server sends and nothing else [default: text]
    #[arg(long, value_name = "FORMAT", value_parser = one_of("log_format"), ignore_case = true, help_heading = HEADING)]
    #[arg(hide_possible_values = true)]
    log_format: Option<SettingValue>,

    /// Log every byte to this file in hex, with direction, offset and time
    #[arg(short = 'x', long, value_name = "FILE", value_parser = validated("hex_log"), value_hint = ValueHint::FilePath)]
    #[arg(help_heading = HEADING)]
    hex_log: Option<SettingValue>,

    /// Put a log aside (NAME.1, NAME.2 ...) before it is larger than this; 0 never does [default: 64MiB]
    #[arg(long, value_name = "SIZE", value_parser = validated("log_size"), help_heading = HEADING)]
    #[arg(allow_negative_numbers = true)]
    log_size: Option<SettingValue>,

    /// Show the last lines of the log first, so many [default: 0]
    #[arg(long, value_name = "LINES", value_parser = validated("backlog"), help_heading = HEADING)]
    #[arg(allow_negative_numbers = true)]
    backlog: Option<SettingValue>,
}

impl LogArgs {
    pub(in crate::cli) fn collect_into(self, flags: &mut FlagAssignments) {
        flags.say("log", "--log", self.log);
        flags.say("log_format", "--log-format", self.log_format);
        flags.say("hex_log", "--hex-log", self.hex_log);
        flags.say("log_size", "--log-size", self.log_size);
        flags.say("backlog", "--backlog", self.backlog);
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::Args;
    use std::ffi::OsString;

    #[test]
    fn what_is_below_nothing_gets_the_sentence_of_what_is_too_much() {
        for (flag, wrong, sentence) in [
            ("--log-size", "-1", "a number of bytes like 64MiB, at least 64KiB, or 0"),
            ("--log-size", "1", "a number of bytes like 64MiB, at least 64KiB, or 0"),
            ("--backlog", "-5", "a number from 0 to 10000"),
            ("--backlog", "10001", "a number from 0 to 10000"),
        ] {
            let said = Args::parse(&["netchat-tui", flag, wrong, "pi"].map(OsString::from)).unwrap_err().to_string();
            assert!(said.contains(sentence), "{flag} {wrong}: {said}");
        }
    }
}
