//! nc's flags for scripts, and whether there is to be a screen at all.
//!
//! Of the flags of the client those that say how to connect and how lines end hold here too. What is about the screen is
//! of no account. What would add to the bytes that go through (a nickname, answers to telnet) is refused, for whoever
//! wrote it counts on it; where it stands in the settings file it was not meant for scripts, and is left alone.

use super::UsageError;
use super::settings_flags::{FlagAssignments, is_set};
use crate::app::settings::{Origin, SettingValue, duration, duration_or_none};
use crate::config::Assignment;
use crate::pipe::{ConnectRetry, DEFAULT_QUIET_TIMEOUT, OnStdinEof, PipeOptions, Purpose, Verbosity};
use clap::Args;
use std::net::IpAddr;
use std::time::Duration;

/// Said with each of them, as in `terminal`.
const HEADING: &str = "In pipes and scripts";

/// Options for input and output that are no terminal.
#[derive(Debug, Clone, Args)]
pub(super) struct PipingArgs {
    /// Be nc, as without a terminal: standard input to the server, what it says to standard output, nothing else
    #[arg(long, help_heading = HEADING)]
    pipe: bool,

    /// Tell the server when standard input ends (half-close), as nc -N and ncat do
    #[arg(short = 'N', long, help_heading = HEADING)]
    half_close: bool,

    /// Once input or the server has ended, leave when the other brings nothing for this time, or never (3s unless said, never with -N)
    #[arg(short, long, value_name = "TIME", value_parser = quiet, allow_negative_numbers = true, help_heading = HEADING)]
    #[arg(overrides_with = "quit_after")]
    quit_after: Option<QuietTimeout>,

    /// Leave, with status 1, when nothing has come or gone for this time
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = HEADING)]
    idle: Option<Duration>,

    /// Wait this long between two lines
    #[arg(long, value_name = "TIME", value_parser = duration_or_none, help_heading = HEADING)]
    line_delay: Option<Duration>,

    /// Say on standard error what happens (the screen always does)
    #[arg(short, long, action = clap::ArgAction::Count, help_heading = HEADING)]
    verbose: u8,

    #[command(flatten)]
    reaching: ConnectArgs,
}

/// nc's flags for the connection itself.
#[derive(Debug, Clone, Args)]
struct ConnectArgs {
    /// Connect and leave: status 0 if a server is there, else 1
    #[arg(short = 'z', long, help_heading = HEADING)]
    probe: bool,

    /// Try to connect until the server answers
    #[arg(long, conflicts_with_all = ["reconnect", "no_reconnect"], help_heading = HEADING)]
    retry: bool,

    /// Connect from this address of this machine
    #[arg(short, long, value_name = "IP")]
    source: Option<IpAddr>,
}

/// How long a server is quiet that has said all; nothing for no such time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct QuietTimeout(Option<Duration>);

fn quiet(text: &str) -> Result<QuietTimeout, String> {
    // Debian's nc has -1 for it.
    if text.eq_ignore_ascii_case("never") || text.parse::<f64>().is_ok_and(|seconds| seconds < 0.0) {
        return Ok(QuietTimeout(None));
    }
    duration_or_none(text).map(|time| QuietTimeout(Some(time))).map_err(|says| format!("{says}; never is one too"))
}

/// What stands at the two ends of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StdioKind {
    /// Input and output are a terminal.
    Terminal,
    /// One of them is not.
    Other,
}

/// What a call is seen by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunMode {
    /// A screen.
    Interactive,
    /// Nothing: bytes go through.
    Pipe(PipeOptions),
}

/// What was said about pipes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PipeArgsResolved {
    /// The address to connect from.
    pub source: Option<IpAddr>,
    /// `--pipe`, or what is the same.
    is_requested: bool,
    manners: PipeOptions,
    /// A flag that a screen has no use for.
    pipe_only_flag: Option<&'static str>,
}

impl PipingArgs {
    /// What of it is a setting, for the screen.
    pub(super) fn settings(&self) -> Vec<Assignment> {
        let mut flags = FlagAssignments::default();
        flags.say("reconnect", "--retry", is_set(self.reaching.retry, "always"));
        flags.into_inner()
    }

    pub(super) fn resolve(self) -> PipeArgsResolved {
        let only_here = [
            (self.half_close, "--half-close (-N)"),
            (self.quit_after.is_some(), "--quit-after (-q)"),
            (self.idle.is_some(), "--idle"),
            (self.line_delay.is_some(), "--line-delay"),
        ];
        let manners = PipeOptions {
            purpose: if self.reaching.probe { Purpose::Probe } else { Purpose::Transfer },
            patience: ConnectRetry::Never,
            voice: if self.verbose > 0 { Verbosity::All } else { Verbosity::Errors },
            eof: if self.half_close { OnStdinEof::HalfClose } else { OnStdinEof::KeepOpen },
            // A server that was told the end closes when it has said all.
            quiet: self.quit_after.map_or((!self.half_close).then_some(DEFAULT_QUIET_TIMEOUT), |quiet| quiet.0),
            idle: self.idle,
            line_delay: self.line_delay.unwrap_or_default(),
        };
        PipeArgsResolved {
            source: self.reaching.source,
            is_requested: self.pipe || self.reaching.probe,
            manners,
            pipe_only_flag: only_here.into_iter().find(|(is_said, _)| *is_said).map(|(_, flag)| flag),
        }
    }
}

/// Settings that would add to what goes through.
const SETTINGS_THAT_ADD_OUTPUT: [&str; 3] = ["nick", "nick_mode", "telnet"];

impl PipeArgsResolved {
    /// What the call is seen by, with these flags beside.
    ///
    /// # Errors
    /// For flags that are of no use then: each with what to do instead.
    pub fn way(&self, ends: StdioKind, flags: &[Assignment]) -> Result<RunMode, UsageError> {
        if ends == StdioKind::Terminal && !self.is_requested {
            return self.pipe_only_flag.map_or(Ok(RunMode::Interactive), |flag| Err(UsageError::OnlyInPipes(flag)));
        }
        let adds = |said: &&Assignment| {
            SETTINGS_THAT_ADD_OUTPUT.contains(&said.setting.name)
                && said.value != SettingValue::Single("false".to_owned())
        };
        let adding = flags.iter().find(adds);
        if let Some(Origin::Flag(flag)) = adding.map(|said| &said.origin) {
            return Err(UsageError::NotInPipes(flag));
        }
        // A connection that drops cannot be restored here, as nobody could tell where it broke. The first can be insisted on.
        let insists = |said: &Assignment| {
            said.setting.name == "reconnect" && said.value == SettingValue::Single("always".to_owned())
        };
        let patience = if flags.iter().any(insists) { ConnectRetry::UntilConnected } else { ConnectRetry::Never };
        Ok(RunMode::Pipe(PipeOptions { patience, ..self.manners.clone() }))
    }
}
