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
    /// Time between two lines of a paste or a file that is sent; 0 for none
    #[arg(long, value_name = "TIME", value_parser = delay, default_value = "50ms", help_heading = HEADING)]
    paste_delay: Duration,

    /// Warn when a line has more bytes than the server reads at once; 0 never does
    #[arg(long, value_name = "BYTES", default_value_t = 1024, help_heading = HEADING)]
    line_limit: usize,

    /// Read and write no history file: what is entered is forgotten at the end
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
