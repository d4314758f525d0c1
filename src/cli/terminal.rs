//! How the client deals with the terminal: options of every command that has one.

use crate::app::{AlertWay, Mouse, Options, TimeMode};
use clap::ValueEnum;

/// Said with each of them: as `next_help_heading` it would also stand over the options of whoever comes next.
const HEADING: &str = "Terminal";

/// Options for the terminal.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct TerminalArgs {
    /// Print line by line, without a frame: for screen readers and simple terminals
    #[arg(long, conflicts_with = "mouse", help_heading = HEADING)]
    plain: bool,

    /// Scroll with the wheel (the terminal's own selecting then needs Shift)
    #[arg(long, help_heading = HEADING)]
    mouse: bool,

    /// How to call you when you look elsewhere: a bell, a notification of the desktop (OSC 9), or not
    #[arg(long, value_name = "HOW", value_enum, default_value = "bell", help_heading = HEADING)]
    alert: AlertName,
}

/// The names of alerts on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AlertName {
    Bell,
    Notify,
    Off,
}

impl TerminalArgs {
    /// The core's options with these set.
    pub(super) fn applied_to(&self, options: Options) -> Options {
        let alert = match self.alert {
            AlertName::Bell => AlertWay::Bell,
            AlertName::Notify => AlertWay::Notify,
            AlertName::Off => AlertWay::Silent,
        };
        let mouse = if self.mouse { Mouse::Program } else { Mouse::Terminal };
        // Nobody wants to hear the time before every row; `/time` turns it on.
        let time = if self.plain { TimeMode::Off } else { options.time };
        Options { time, alert, mouse, ..options }
    }

    /// Which face the client shows.
    pub(super) const fn face(&self) -> FaceKind {
        if self.plain { FaceKind::Plain } else { FaceKind::Screen }
    }
}

/// What the user sees the client by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FaceKind {
    /// The whole screen.
    #[default]
    Screen,
    /// Line by line.
    Plain,
}
