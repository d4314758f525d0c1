//! Options of pipe mode, and the choice between screen and pipe.
//!
//! The client's options for connecting and for line ends also apply to a pipe; those of the screen are ignored. Options
//! that would add bytes (a nickname, telnet replies) are refused as flags, because the caller expects an effect, and
//! ignored in the settings file, which is not written for scripts.

use super::UsageError;
use super::settings_flags::{FlagAssignments, value_if};
use crate::app::settings::{Origin, SettingValue, duration, duration_or_none};
use crate::config::Assignment;
use crate::pipe::{ConnectRetry, DEFAULT_QUIET_TIMEOUT, OnStdinEof, PipeOptions, Purpose, Verbosity};
use clap::Args;
use std::net::IpAddr;
use std::time::Duration;

/// Repeated on each option; see `settings_flags::terminal` for the reason.
const HEADING: &str = "In pipes and scripts";

/// Options of pipe mode.
#[derive(Debug, Clone, Args)]
pub(super) struct PipingArgs {
    /// Behave like nc even on a terminal: copy standard input to the server and its output to standard output
    #[arg(hide_short_help = true, long, help_heading = HEADING)]
    pipe: bool,

    /// Half-close the connection when standard input ends, like nc -N and ncat
    #[arg(hide_short_help = true, short = 'N', long, help_heading = HEADING)]
    half_close: bool,

    /// After the end of input, quit once the server is silent for this time, or never (default: 3s; never with -N)
    #[arg(hide_short_help = true, short, long, value_name = "TIME", value_parser = parse_quiet_timeout, allow_negative_numbers = true, help_heading = HEADING)]
    #[arg(overrides_with = "quit_after")]
    quit_after: Option<QuietTimeout>,

    /// Quit with status 1 when nothing is sent or received for this time
    #[arg(hide_short_help = true, long, value_name = "TIME", value_parser = duration, help_heading = HEADING)]
    idle: Option<Duration>,

    /// Wait this long between two lines of input
    #[arg(hide_short_help = true, long, value_name = "TIME", value_parser = duration_or_none, help_heading = HEADING)]
    line_delay: Option<Duration>,

    /// Print the progress of the connection on standard error
    #[arg(hide_short_help = true, short, long, action = clap::ArgAction::Count, help_heading = HEADING)]
    verbose: u8,

    #[command(flatten)]
    reaching: ConnectArgs,
}

/// Flags of nc about connecting.
#[derive(Debug, Clone, Args)]
struct ConnectArgs {
    /// Connect and quit: status 0 if a server accepts, otherwise 1
    #[arg(hide_short_help = true, short = 'z', long, help_heading = HEADING)]
    probe: bool,

    /// Retry until the server accepts the connection
    #[arg(hide_short_help = true, long, conflicts_with_all = ["reconnect", "no_reconnect"], help_heading = HEADING)]
    retry: bool,

    /// Connect from this local address
    #[arg(hide_short_help = true, short, long, value_name = "IP")]
    source: Option<IpAddr>,
}

/// Value of `--quit-after`; `None` for `never`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct QuietTimeout(Option<Duration>);

fn parse_quiet_timeout(text: &str) -> Result<QuietTimeout, String> {
    // Debian's nc uses -1 for never.
    if text.eq_ignore_ascii_case("never") || text.parse::<f64>().is_ok_and(|seconds| seconds < 0.0) {
        return Ok(QuietTimeout(None));
    }
    duration_or_none(text).map(|time| QuietTimeout(Some(time))).map_err(|message| format!("{message}; or never"))
}

/// Kind of standard input and output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StdioKind {
    /// Both are a terminal.
    Terminal,
    /// At least one is not a terminal.
    Other,
}

/// Mode of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunMode {
    /// On the screen, with an input line.
    Interactive,
    /// As a pipe between standard input, the server and standard output.
    Pipe(PipeOptions),
}

/// Checked options of pipe mode.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PipeArgsResolved {
    /// Local address to connect from.
    pub source: Option<IpAddr>,
    /// Whether `--pipe` or `--probe` was given.
    is_requested: bool,
    options: PipeOptions,
    /// A given flag that has no effect on the screen.
    pipe_only_flag: Option<&'static str>,
}

impl PipingArgs {
    /// Returns the options that are settings on the screen.
    pub(super) fn settings(&self) -> Vec<Assignment> {
        let mut flags = FlagAssignments::default();
        flags.assign("reconnect", "--retry", value_if(self.reaching.retry, "always"));
        flags.into_inner()
    }

    pub(super) fn resolve(self) -> PipeArgsResolved {
        let only_here = [
            (self.half_close, "--half-close (-N)"),
            (self.quit_after.is_some(), "--quit-after (-q)"),
            (self.idle.is_some(), "--idle"),
            (self.line_delay.is_some(), "--line-delay"),
        ];
        let options = PipeOptions {
            purpose: if self.reaching.probe { Purpose::Probe } else { Purpose::Transfer },
            connect_retry: ConnectRetry::Never,
            verbosity: if self.verbose > 0 { Verbosity::All } else { Verbosity::Errors },
            on_stdin_eof: if self.half_close { OnStdinEof::HalfClose } else { OnStdinEof::KeepOpen },
            // After a half-close, the server closes when it has sent everything.
            quiet_timeout: self.quit_after.map_or((!self.half_close).then_some(DEFAULT_QUIET_TIMEOUT), |quiet| quiet.0),
            idle_timeout: self.idle,
            line_delay: self.line_delay.unwrap_or_default(),
        };
        PipeArgsResolved {
            source: self.reaching.source,
            is_requested: self.pipe || self.reaching.probe,
            options,
            pipe_only_flag: only_here.into_iter().find(|(is_set, _)| *is_set).map(|(_, flag)| flag),
        }
    }
}

/// Settings that would add bytes to the connection.
const SETTINGS_THAT_ADD_OUTPUT: [&str; 3] = ["nick", "nick_mode", "telnet"];

impl PipeArgsResolved {
    /// Returns whether to run on the screen or as a pipe.
    ///
    /// # Errors
    /// For flags that have no effect in that mode.
    pub fn run_mode(&self, stdio: StdioKind, flags: &[Assignment]) -> Result<RunMode, UsageError> {
        if stdio == StdioKind::Terminal && !self.is_requested {
            return self.pipe_only_flag.map_or(Ok(RunMode::Interactive), |flag| Err(UsageError::OnlyInPipes(flag)));
        }
        let adds = |assignment: &&Assignment| {
            SETTINGS_THAT_ADD_OUTPUT.contains(&assignment.setting.name)
                && assignment.value != SettingValue::Single("false".to_owned())
        };
        let adding = flags.iter().find(adds);
        if let Some(Origin::Flag(flag)) = adding.map(|assignment| &assignment.origin) {
            return Err(if *flag == "--telnet" { UsageError::TelnetInPipe } else { UsageError::NicknameInPipe(flag) });
        }
        // A lost connection cannot be restored in a pipe, because the position is unknown. Only the first can be retried.
        let always_reconnects = |assignment: &Assignment| {
            assignment.setting.name == "reconnect" && assignment.value == SettingValue::Single("always".to_owned())
        };
        let connect_retry =
            if flags.iter().any(always_reconnects) { ConnectRetry::UntilConnected } else { ConnectRetry::Never };
        Ok(RunMode::Pipe(PipeOptions { connect_retry, ..self.options.clone() }))
    }
}
