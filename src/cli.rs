//! The command line: parsing ([`Args`]) and checking ([`Job`]).

use crate::config::Sources;
use crate::link::EndpointError;
use crate::server::ServerOptions;
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

/// Forms of use, for the usage line and the SYNOPSIS of the manual page.
const FORMS_OF_USE: [&str; 5] = [
    "netchat-tui [OPTIONS] [ADDRESS] [PORT]",
    "netchat-tui host [OPTIONS] [KIND]",
    "netchat-tui serve [OPTIONS] KIND",
    "netchat-tui replay [OPTIONS] RECORDING",
    "netchat-tui config|completions|man ...",
];

const USAGE: &str = "netchat-tui [OPTIONS] [ADDRESS] [PORT]
       netchat-tui <COMMAND>";

const EXAMPLES: &str = "\
Examples:
  netchat-tui 127.0.0.1:12345      a lab server on this machine
  netchat-tui pi.local 12345       a classmate's; the port as for nc
  netchat-tui -n bob '[::1]:4000'  request the nickname bob
  netchat-tui -C mail.example 25   end lines with CRLF
  netchat-tui pi                   a server saved in the settings file
  echo hi | netchat-tui pi         send a line and print the reply, like nc
  netchat-tui host                 start a chat and join it
  netchat-tui serve chat --lan     run a chat for a class";

const SHORT_EXAMPLES: &str = "\
Examples:
  netchat-tui pi.local 12345  connect to a server
  netchat-tui host            start a chat and join it
  echo hi | netchat-tui pi    send a line and print the reply, like nc";

const INSIDE: &str = "Inside the program, F1 or /help shows all keys and commands.";

const SERVE_EXAMPLES: &str = "\
Examples:
  netchat-tui serve reverse --once  the server of the lab's task 5
  netchat-tui serve chat --lan      a chat for the class
  netchat-tui serve relay --rate none --max-per-address none
                                    a relay without limits, for benchmarks";

const SERVE_NOTES: &str = "A refused client gets the reason in one line; the log on standard error has it too.";

const HOST_EXAMPLES: &str = "\
Examples:
  netchat-tui host               start a chat on this machine and join it
  netchat-tui host --lan         let other machines join
  netchat-tui host game -p 4000  host the game on port 4000";

const REPLAY_EXAMPLES: &str = "\
Examples:
  netchat-tui --record bug.rec pi.local       record a session
  netchat-tui replay bug.rec                  play it on the screen
  netchat-tui replay bug.rec --serve :12345   replay the server's side
  netchat-tui replay bug.rec --to-pcap - | wireshark -k -i -";

const CONFIG_EXAMPLES: &str = "\
Examples:
  netchat-tui config example  print a settings file to start from
  netchat-tui config check    report the errors in yours
  netchat-tui config show pi  print the settings for the saved server pi";

/// Places the examples of the long help (`before_long_help`) between usage and options. A summary has them at its end.
const HELP_TEMPLATE: &str = "{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}{all-args}{after-help}";

/// Parsed arguments of the command line.
#[derive(Debug, Clone, Parser)]
#[command(version, about = "A terminal chat client for raw TCP line servers", override_usage = USAGE, args_conflicts_with_subcommands = true)]
#[command(help_template = HELP_TEMPLATE, before_long_help = [EXAMPLES, hints::COMING_FROM].join("\n\n"))]
#[command(after_help = summary_end(SHORT_EXAMPLES), after_long_help = INSIDE, disable_help_subcommand = true, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    command: Option<CliCommand>,

    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Debug, Clone, Subcommand)]
enum CliCommand {
    /// Start a lab server and join it in one window
    #[command(help_template = HELP_TEMPLATE, before_long_help = HOST_EXAMPLES)]
    #[command(after_help = summary_end(HOST_EXAMPLES), after_long_help = INSIDE)]
    Host {
        /// Kind of server
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
    #[command(help_template = HELP_TEMPLATE, before_long_help = SERVE_EXAMPLES)]
    #[command(after_help = summary_end(SERVE_EXAMPLES), after_long_help = SERVE_NOTES)]
    Serve {
        /// Kind of server
        #[arg(value_enum)]
        kind: ServerKindName,

        /// Print the messages that all clients receive (relay, chat)
        #[arg(long)]
        echo: bool,

        #[command(flatten)]
        server: ServerArgs,
    },
    /// Play, serve or convert a recording
    #[command(help_template = HELP_TEMPLATE, before_long_help = REPLAY_EXAMPLES)]
    #[command(after_help = summary_end(REPLAY_EXAMPLES), after_long_help = "")]
    Replay(Box<ReplayArgs>),
    #[command(flatten)]
    Shell(ShellCommand),
    /// Print or check the settings
    #[command(help_template = HELP_TEMPLATE, before_long_help = CONFIG_EXAMPLES)]
    #[command(after_help = summary_end(CONFIG_EXAMPLES), after_long_help = "")]
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

/// A task that the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// Runs the client.
    Chat(ClientOptions),
    /// Starts a server and runs the client beside it.
    Host {
        /// Server to start.
        server: ServerOptions,
        /// Sources of the client's settings.
        sources: Sources,
        /// File to record to.
        record: Option<PathBuf>,
    },
    /// Replays a recording.
    Replay(ReplayOptions),
    /// Runs a server.
    Serve {
        /// Server to run.
        server: ServerOptions,
        /// Whether to print the messages that all clients receive.
        echo: bool,
    },
    /// Prints or checks settings.
    Config(ConfigJob),
    /// Prints a text.
    Print(String),
}

/// An error in arguments that parsed. `Display` is one sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// The address is invalid.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The option belongs to another kind of server.
    #[error("{option} does not apply to {kind}, only to {kinds}.")]
    NotForKind {
        /// The option.
        option: &'static str,
        /// The requested kind.
        kind: String,
        /// The kinds that accept the option.
        kinds: String,
    },
    /// A flag of pipe mode was used on a terminal.
    #[error(
        "{0} has no effect on a terminal. Add --pipe to behave like nc; on the screen, /eof half-closes the connection."
    )]
    OnlyInPipes(&'static str),
    /// `--nick` or a like setting was used in pipe mode, which adds no bytes.
    #[error("{0} has no effect in a pipe. Send it yourself: printf '/nick bob\\nhi\\n' | netchat-tui HOST PORT.")]
    NicknameInPipe(&'static str),
    /// `--telnet` was used in pipe mode, which adds no bytes.
    #[error("--telnet has no effect in a pipe: telnet options are negotiated on the screen only. Leave it out.")]
    TelnetInPipe,
    /// No server was given, and there is no terminal for the start page.
    #[error("No server given, and there is no terminal for the start page. Use netchat-tui HOST PORT.")]
    NoServer,
    /// A manual page was requested for an unknown command.
    #[error("There is no command \"{command}\". Commands with a manual page: {commands}.")]
    NoPage {
        /// The requested command.
        command: String,
        /// The existing commands.
        commands: String,
    },
}

impl Args {
    /// Parses the words of a command line, the program's name first.
    ///
    /// # Errors
    /// For `--help`, `--version` and invalid arguments. A flag of PuTTY, telnet or nc, and words that would be
    /// misunderstood, get a sentence with the right usage.
    pub fn parse(words: &[OsString]) -> Result<Self, clap::Error> {
        if let Some(sentence) = misuse::misuse(words) {
            return Err(usage_error(&sentence));
        }
        Self::try_parse_from(words).map_err(|error| without_usage(hints::with_hint(error, words)))
    }

    /// Checks arguments that depend on each other.
    ///
    /// # Errors
    /// For an invalid address, or an option that does not apply.
    pub fn resolve(self) -> Result<Job, clap::Error> {
        self.check().map_err(|error| usage_error(&error.to_string()))
    }

    fn check(self) -> Result<Job, UsageError> {
        match self.command {
            None => self.client.resolve().map(Job::Chat),
            Some(CliCommand::Host { kind, settings, record, server }) => {
                let RecordArgs { record } = record;
                Ok(Job::Host { server: server.resolve(kind)?, sources: settings.sources(), record })
            }
            Some(CliCommand::Serve { kind, echo, server }) => {
                kind.check_echo(echo)?;
                Ok(Job::Serve { server: server.resolve(kind)?, echo })
            }
            Some(CliCommand::Replay(replay)) => Ok(Job::Replay(replay.resolve())),
            Some(CliCommand::Config { command }) => Ok(Job::Config(command.resolve())),
            Some(CliCommand::Shell(command)) => command.text(Self::command()).map(Job::Print),
        }
    }
}

/// Returns the end of a summary: its examples and the way to the long help.
fn summary_end(examples: &str) -> String {
    format!("{examples}\n\n--help shows everything.")
}

/// Returns an error with this sentence, without the usage that clap would add.
fn usage_error(sentence: &str) -> clap::Error {
    clap::Error::raw(ErrorKind::ValueValidation, format!("{sentence}\n\n{TRY_HELP}\n"))
}

const TRY_HELP: &str = "For more information, try '--help'.";

/// Removes from an error of clap's the usage, and the tip to pass a mistyped option as a value (`-- --option`).
///
/// A missing subcommand is left as it is, because its text is the command's whole help.
fn without_usage(error: clap::Error) -> clap::Error {
    let kind = error.kind();
    if !error.use_stderr() || kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return error;
    }
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let is_noise = |paragraph: &str| paragraph.starts_with("Usage:") || paragraph.starts_with("  tip: to pass ");
    let paragraphs = text.split("\n\n").filter(|paragraph| !is_noise(paragraph));
    clap::Error::raw(kind, paragraphs.collect::<Vec<_>>().join("\n\n"))
}

#[cfg(test)]
mod tests;
