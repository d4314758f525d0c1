//! The command line: what was typed ([`Args`]), and what it comes to ([`ResolvedClient`]).

use crate::config::Sources;
use crate::link::EndpointError;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use client_args::{ClientArgs, RecordArgs};
use config_args::ConfigCommand;
use replay_args::ReplayArgs;
use server_args::{ServerArgs, ServerKindName};
use settings_flags::SettingsArgs;
use shell::ShellCommand;
use std::ffi::OsString;
use std::path::PathBuf;

mod client_args;
mod config_args;
mod hints;
mod misuse;
mod pipe_args;
mod replay_args;
mod server_args;
mod settings_flags;
mod shell;

pub use client_args::{ClientOptions, ResolvedClient, Target};
pub use config_args::{CommandOutput, ConfigJob};
pub use pipe_args::{PipeArgsResolved, RunMode, StdioKind};
pub use replay_args::{ReplayMode, ReplayOptions};
pub use server_args::{ListenOn, ServerOptions};

const EXAMPLES: &str = "\
Examples:
  netchat-tui 127.0.0.1:12345      a lab server on this machine
  netchat-tui pi.local 12345       a classmate's, nc's way of writing it
  netchat-tui -n bob '[::1]:4000'  ask for a nickname at once
  netchat-tui -C mail.example 25   lines end in CRLF
  netchat-tui pi                   a server that the settings file names
  echo hi | netchat-tui pi         as nc does it, for scripts
  netchat-tui host                 start a chat here, and join it
  netchat-tui serve chat --lan     run one for a class

Inside, F1 or /help shows keys and commands.";

const SERVE_EXAMPLES: &str = "\
Examples:
  netchat-tui serve reverse --once       the lab's task 5
  netchat-tui serve chat --lan           a chat for the whole room
  netchat-tui serve relay --rate none --max-per-address none
                                         no limits, for measuring

Everything a server refuses, it explains: to the client and on standard error.";

const REPLAY_EXAMPLES: &str = "\
Examples:
  netchat-tui --record bug.rec pi.local       record a session
  netchat-tui replay bug.rec                  look at it again, in any view
  netchat-tui replay bug.rec --serve :12345   be its server, for another client
  netchat-tui replay bug.rec --to-pcap - | wireshark -k -i -";

/// A terminal chat client for raw TCP line servers.
#[derive(Debug, Clone, Parser)]
#[command(version, about, after_help = hints::below(EXAMPLES), args_conflicts_with_subcommands = true)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    command: Option<CliCommand>,

    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Debug, Clone, Subcommand)]
enum CliCommand {
    /// Start a lab server here and join it in one window
    Host {
        /// Which server
        #[arg(value_enum, default_value = "chat")]
        kind: ServerKindName,

        #[command(flatten)]
        settings: Box<SettingsArgs>,

        #[command(flatten)]
        record: RecordArgs,

        #[command(flatten)]
        server: ServerArgs,
    },
    /// Run a lab server
    #[command(after_help = SERVE_EXAMPLES)]
    Serve {
        /// Which server
        #[arg(value_enum)]
        kind: ServerKindName,

        /// Print what everyone in the room reads (relay, chat)
        #[arg(long)]
        echo: bool,

        #[command(flatten)]
        server: ServerArgs,
    },
    /// Play a recording: here, to another client, or into Wireshark
    #[command(after_help = REPLAY_EXAMPLES)]
    Replay(Box<ReplayArgs>),
    #[command(flatten)]
    Shell(ShellCommand),
    /// Print, check or explain the settings
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// Talk to a server.
    Chat(ClientOptions),
    /// Start a server and talk to it.
    Host {
        /// The server.
        service: ServerOptions,
        /// Where the client's settings come from.
        sources: Sources,
        /// Where to record.
        record: Option<PathBuf>,
    },
    /// Play a recording.
    Replay(ReplayOptions),
    /// Run a server.
    Serve {
        /// The server.
        service: ServerOptions,
        /// Whether to print what everyone in the room reads.
        echo: bool,
    },
    /// Look at the settings.
    Config(ConfigJob),
    /// Print this.
    Print(String),
}

/// What is wrong with arguments that are well formed. Its `Display` is a sentence, fit for a terminal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// The address.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// An option of another kind of server.
    #[error("{option} is not for {kind}: it belongs to {kinds}.")]
    NotForKind {
        /// The option.
        option: &'static str,
        /// The server that was wanted.
        kind: String,
        /// The servers that have it.
        kinds: String,
    },
    /// A flag of pipes, with a terminal at both ends.
    #[error(
        "{0} is for pipes, and input and output are a terminal. Add --pipe to have nc's behaviour. On the screen you stay until you leave, and /eof ends your side."
    )]
    OnlyInPipes(&'static str),
    /// A flag that would add to the bytes, without a terminal.
    #[error(
        "{0} is for the screen: through a pipe goes nothing that is not in it. What the server is to hear goes into it, as in printf \
         '/nick bob\\nhi\\n'; what it asks in telnet's way is answered on the screen only."
    )]
    NotInPipes(&'static str),
    /// Without a terminal, no server.
    #[error("No server given. Without a terminal there is no page to choose one on: netchat-tui HOST PORT.")]
    NoServer,
    /// The manual page of a command that is none.
    #[error("There is no command \"{command}\" that could have a page. The commands are {commands}.")]
    NoPage {
        /// What was asked for.
        command: String,
        /// Those there are.
        commands: String,
    },
}

impl Args {
    /// Reads the words of a command line, the program's name first.
    ///
    /// # Errors
    /// As clap has them, `--help` and `--version` among them; for a flag of PuTTY or nc, and for words that would be taken
    /// for something else, with what to type instead.
    pub fn parse(words: &[OsString]) -> Result<Self, clap::Error> {
        if let Some(sentence) = misuse::misuse(words) {
            return Err(Self::command().error(ErrorKind::ValueValidation, sentence));
        }
        Self::try_parse_from(words).map_err(|error| hints::with_hint(error, words))
    }

    /// Checks what the parser could not.
    ///
    /// # Errors
    /// For an address that is none, or an option that does not fit: the sentence, with the usage of the
    /// command it is about, as clap's own errors are.
    pub fn resolve(self) -> Result<Job, clap::Error> {
        let name = match &self.command {
            None | Some(CliCommand::Shell(ShellCommand::Completions { .. })) => None,
            Some(CliCommand::Shell(ShellCommand::Man { .. })) => Some("man"),
            Some(CliCommand::Host { .. }) => Some("host"),
            Some(CliCommand::Serve { .. }) => Some("serve"),
            Some(CliCommand::Replay(_)) => Some("replay"),
            Some(CliCommand::Config { .. }) => Some("config"),
        };
        self.check().map_err(|sentence| {
            let mut all = Self::command();
            // So that the usage of a subcommand begins with the program's name.
            all.build();
            let command = match name.and_then(|name| all.find_subcommand_mut(name)) {
                Some(command) => command,
                None => &mut all,
            };
            command.error(ErrorKind::ValueValidation, sentence)
        })
    }

    fn check(self) -> Result<Job, UsageError> {
        match self.command {
            None => self.client.resolve().map(Job::Chat),
            Some(CliCommand::Host { kind, settings, record, server }) => {
                let RecordArgs { record } = record;
                Ok(Job::Host { service: server.resolve(kind)?, sources: settings.sources(), record })
            }
            Some(CliCommand::Serve { kind, echo, server }) => {
                kind.check_echo(echo)?;
                Ok(Job::Serve { service: server.resolve(kind)?, echo })
            }
            Some(CliCommand::Replay(replay)) => Ok(Job::Replay(replay.resolve())),
            Some(CliCommand::Config { command }) => Ok(Job::Config(command.resolve())),
            Some(CliCommand::Shell(command)) => command.text(Self::command()).map(Job::Print),
        }
    }
}

#[cfg(test)]
mod tests;
