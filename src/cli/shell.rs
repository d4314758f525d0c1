//! Completion scripts and manual pages, generated from the definition of the command line.

use super::{HELP_TEMPLATE, UsageError};
use clap::{Command, Subcommand, ValueEnum};

mod completions;
mod man;

const COMPLETIONS_HELP: &str = "\
Examples:
  netchat-tui completions zsh > _netchat-tui
  netchat-tui completions powershell >> $PROFILE

Where the script belongs:
  bash        ~/.local/share/bash-completion/completions/netchat-tui
  zsh         _netchat-tui in a directory of $fpath, before compinit runs
  fish        ~/.config/fish/completions/netchat-tui.fish
  powershell  at the end of $PROFILE";

const COMPLETIONS_NOTES: &str = "The script also completes saved servers and your own themes.";

const MAN_HELP: &str = "\
Examples:
  netchat-tui man | man -l -
  netchat-tui man serve | man -l -

Install all pages:
  cd /usr/local/share/man/man1
  netchat-tui man > netchat-tui.1
  for command in host serve replay completions man config; do
    netchat-tui man $command > netchat-tui-$command.1
  done";

/// Commands that print a script or a page and need no terminal.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum ShellCommand {
    /// Print the completion script of a shell
    #[command(help_template = HELP_TEMPLATE, before_long_help = COMPLETIONS_HELP, after_long_help = COMPLETIONS_NOTES)]
    #[command(after_help = [COMPLETIONS_HELP, COMPLETIONS_NOTES].join("\n\n"))]
    Completions {
        /// Shell to generate the script for
        #[arg(value_enum)]
        shell: ShellName,
    },
    /// Print the manual page of the program or of a command
    #[command(help_template = HELP_TEMPLATE, before_long_help = MAN_HELP, after_help = MAN_HELP, after_long_help = "")]
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
