//! How the client behaves, wherever its server is: the options that every command with an input line has.

use super::looks::LooksArgs;
use super::reading::ReadingArgs;
use super::terminal::{FaceKind, TerminalArgs};
use super::writing::WritingArgs;
use crate::app::Options;
use crate::looks::Looks;

/// Reading, writing, the terminal and the looks.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct MannerArgs {
    #[command(flatten)]
    reading: ReadingArgs,

    #[command(flatten)]
    writing: WritingArgs,

    #[command(flatten)]
    terminal: TerminalArgs,

    #[command(flatten)]
    looks: LooksArgs,
}

/// The same, checked and complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manner {
    /// How the core behaves.
    pub options: Options,
    /// What to show.
    pub face: FaceKind,
    /// What it looks like.
    pub looks: Looks,
    /// Whether what is entered is kept for later sessions.
    pub keeps_history: bool,
}

impl MannerArgs {
    /// The core's `options` with these set, and the rest.
    pub(super) fn resolve(self, options: Options) -> Manner {
        let options = self.terminal.applied_to(options);
        let options = self.reading.applied_to(options);
        let options = self.writing.applied_to(options);
        let keeps_history = self.writing.keeps_history();
        Manner { options, face: self.terminal.face(), looks: self.looks.resolve(), keeps_history }
    }
}
