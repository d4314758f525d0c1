//! Completion scripts and manual pages, generated from the definition of the command line.

use super::UsageError;
use clap::{Command, Subcommand, ValueEnum};

mod completions;
mod man;

const COMPLETIONS_HELP: &str = "\
Where to install it:
  bash        netchat-tui completions bash > ~/.local/share/bash-completion/completions/netchat-tui
  zsh         netchat-tui completions zsh > DIR/_netchat-tui, with DIR in $fpath before compinit
  fish        netchat-tui completions fish > ~/.config/fish/completions/netchat-tui.fish
  powershell  netchat-tui completions powershell >> $PROFILE

Saved servers and your own themes are completed, too.";

const MAN_HELP: &str = "\
Examples:
  netchat-tui man | man -l -
  netchat-tui man serve > /usr/local/share/man/man1/netchat-tui-serve.1";

/// Commands that print a script or a page and need no terminal.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum ShellCommand {
    /// Print the completion script of a shell
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// Shell to complete in
        #[arg(value_enum)]
        shell: ShellName,
    },
    /// Print the manual page of the program or of a command
    #[command(after_help = MAN_HELP)]
    Man {
        /// Command, such as serve
        command: Option<String>,
    },
}

/// Shells with a completion script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ShellName {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

impl ShellCommand {
    /// Returns the script or page for a program with this command line.
    ///
    /// # Errors
    /// If a page is requested for an unknown command.
    pub(super) fn text(self, program: Command) -> Result<String, UsageError> {
        match self {
            Self::Completions { shell } => Ok(completions::script(shell, &program)),
            Self::Man { command } => man::page(program, command.as_deref()),
        }
    }
}

#[cfg(test)]
mod tests;
