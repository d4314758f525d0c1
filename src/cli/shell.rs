//! What the program says of itself to a shell: completions, and its manual pages.
//!
//! Both are made from the definitions of the command line, so neither can tell of an option that is not there.

use super::UsageError;
use clap::{Command, Subcommand, ValueEnum};

mod completions;
mod man;

const COMPLETIONS_HELP: &str = "\
Where each shell looks for it:
  bash        netchat-tui completions bash > ~/.local/share/bash-completion/completions/netchat-tui
  zsh         netchat-tui completions zsh > DIR/_netchat-tui, with DIR in $fpath before compinit
  fish        netchat-tui completions fish > ~/.config/fish/completions/netchat-tui.fish
  powershell  netchat-tui completions powershell >> $PROFILE

Names of saved servers are completed as well; the script asks for them each time.";

const MAN_HELP: &str = "\
Examples:
  netchat-tui man | man -l -
  netchat-tui man serve > /usr/local/share/man/man1/netchat-tui-serve.1";

/// Commands that print something for a shell, and need no terminal.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum ShellCommand {
    /// Print the script that completes arguments in a shell
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: ShellName,
    },
    /// Print the manual page of the program, or of one of its commands
    #[command(after_help = MAN_HELP)]
    Man {
        /// Which command, such as serve
        command: Option<String>,
    },
}

/// The shells there are scripts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ShellName {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

impl ShellCommand {
    /// What is to be printed about a program with this command line.
    ///
    /// # Errors
    /// If there is no such command to have a page.
    pub(super) fn text(self, program: Command) -> Result<String, UsageError> {
        match self {
            Self::Completions { shell } => Ok(completions::script(shell, &program)),
            Self::Man { command } => man::page(program, command.as_deref()),
        }
    }
}

#[cfg(test)]
mod tests;
