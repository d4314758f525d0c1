//! How the client deals with the terminal: options of every command that has one.

use crate::app::{AlertWay, Mouse, Options};
use clap::ValueEnum;

/// Options for the terminal.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Terminal")]
pub(super) struct TerminalArgs {
    /// Print line by line, without a frame: for screen readers and simple terminals
    #[arg(long, conflicts_with = "mouse")]
    plain: bool,

    /// Scroll with the wheel (the terminal's own selecting then needs Shift)
    #[arg(long)]
    mouse: bool,

    /// How to call you when you are mentioned and look elsewhere
    #[arg(long, value_name = "HOW", value_enum, default_value = "bell")]
    alert: AlertName,
}

/// The names of alerts on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AlertName {
    /// The terminal's bell
    Bell,
    /// A notification of the desktop, where the terminal passes it on (OSC 9)
    Notify,
    /// Not at all
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
        Options { alert, mouse, ..options }
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
