//! What is kept on disk of what is said: options of every command that has an input line, and of pipes.

use super::settings::{Flags, checked, words};
use crate::app::settings::Value;
use clap::{Args, ValueHint};

/// Said with each of them, as in `terminal`.
const HEADING: &str = "Logging";

/// Options for logs.
#[derive(Debug, Clone, Args)]
pub(super) struct LogArgs {
    /// Log what is said to this file, as it is shown; in its name %h is the host, %p the port, %d the date (/log)
    #[arg(short = 'o', long, value_name = "FILE", value_parser = checked("log"), value_hint = ValueHint::FilePath)]
    #[arg(help_heading = HEADING)]
    log: Option<Value>,

    /// How: text, escaped, jsonl, or raw, which is what the server sends and nothing else [default: text]
    #[arg(long, value_name = "FORMAT", value_parser = words("log_format"), ignore_case = true, help_heading = HEADING)]
    #[arg(hide_possible_values = true)]
    log_format: Option<Value>,

    /// Log every byte to this file in hex, with direction, offset and time
    #[arg(short = 'x', long, value_name = "FILE", value_parser = checked("hex_log"), value_hint = ValueHint::FilePath)]
    #[arg(help_heading = HEADING)]
    hex_log: Option<Value>,

    /// Put a log aside (NAME.1, NAME.2 ...) before it is larger than this; 0 never does [default: 64MiB]
    #[arg(long, value_name = "SIZE", value_parser = checked("log_size"), help_heading = HEADING)]
    log_size: Option<Value>,

    /// Show the last lines of the log first, so many [default: 0]
    #[arg(long, value_name = "LINES", value_parser = checked("backlog"), help_heading = HEADING)]
    backlog: Option<Value>,
}

impl LogArgs {
    pub(super) fn say(self, flags: &mut Flags) {
        flags.say("log", "--log", self.log);
        flags.say("log_format", "--log-format", self.log_format);
        flags.say("hex_log", "--hex-log", self.hex_log);
        flags.say("log_size", "--log-size", self.log_size);
        flags.say("backlog", "--backlog", self.backlog);
    }
}
