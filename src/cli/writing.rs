//! How lines are written and sent: options of every command that has an input line.

use super::delay;
use crate::app::Options;
use clap::Args;
use std::time::Duration;

/// Said with each of them, as in `terminal`.
const HEADING: &str = "Writing";

/// Options for the input line.
#[derive(Debug, Clone, Args)]
pub(super) struct WritingArgs {
    /// Wait so long between two lines of a paste or a file, like 200ms, 1s; 0 does not wait
    #[arg(long, value_name = "TIME", value_parser = delay, default_value = "50ms", help_heading = HEADING)]
    paste_delay: Duration,

    /// Warn of a line with more bytes than a lab server reads at once; 0 never warns
    #[arg(long, value_name = "BYTES", default_value_t = 1024, help_heading = HEADING)]
    line_limit: usize,

    /// Read and write no history file: what you enter is forgotten when you leave
    #[arg(long, help_heading = HEADING)]
    no_history: bool,
}

impl WritingArgs {
    /// The core's options with these set.
    pub(super) fn applied_to(&self, options: Options) -> Options {
        Options { pace: self.paste_delay, line_limit: self.line_limit, ..options }
    }

    /// Whether what is entered is kept for later sessions.
    pub(super) const fn keeps_history(&self) -> bool {
        !self.no_history
    }
}
