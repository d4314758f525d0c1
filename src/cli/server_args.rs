//! Arguments of `serve` and `host`.

use super::UsageError;
use crate::app::settings::duration;
use crate::link::DEFAULT_PORT;
use crate::server::rate_limit::Rate;
use crate::server::rooms::answer::{AnswerLimit, Transform};
use crate::server::rooms::{chat, greet};
use crate::server::{ListenOn, ServerKind, ServerLimits, ServerOptions};
use bytesize::ByteSize;
use clap::{Args, ValueEnum};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// Names of the lab's servers on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ServerKindName {
    /// Sends "Thank you for connecting" and closes after 5 s (tasks 1-4)
    Greet,
    /// Replies with each message reversed (tasks 5-9)
    Reverse,
    /// Replies with each message in upper case (task 7)
    Upper,
    /// Replies with each message unchanged
    Echo,
    /// Sends each line unchanged to all other clients (tasks 13-15)
    Relay,
    /// A relay with nicknames, notices and commands (tasks 16-17)
    Chat,
    /// Tic-tac-toe for two people over plain text
    Game,
}

/// Options of both `serve` and `host`.
#[derive(Debug, Clone, Args)]
pub(super) struct ServerArgs {
    /// Listen on this address: ADDR:PORT, :PORT or PORT; can be given several times [default: 127.0.0.1:12345]
    #[arg(hide_short_help = true, long, value_name = "ADDR:PORT", conflicts_with = "lan")]
    listen: Vec<String>,

    /// Accept connections from other machines; prints the command they need
    #[arg(long)]
    lan: bool,

    /// Listen on this port; 0 chooses a free one
    #[arg(short, long, value_name = "PORT", value_parser = parse_port, default_value_t = DEFAULT_PORT, conflicts_with = "listen")]
    port: u16,

    /// Accept at most N clients; none for no limit
    #[arg(hide_short_help = true, long, value_name = "N", value_parser = parse_count, default_value = "1000")]
    max_clients: Limit<usize>,

    /// Accept at most N clients from one address; none for no limit
    #[arg(hide_short_help = true, long, value_name = "N", value_parser = parse_count, default_value = "100")]
    max_per_address: Limit<usize>,

    /// Accept this many lines per second from a client, after a burst; none for no limit
    #[arg(hide_short_help = true, long, value_name = "LINES[:BURST]", value_parser = parse_rate, default_value = "20:100")]
    rate: Limit<Rate>,

    /// Cut lines longer than this, such as 1000 or 8KiB
    #[arg(hide_short_help = true, long, value_name = "SIZE", value_parser = parse_size, default_value = "8KiB")]
    max_line: usize,

    /// Buffer at most this much for a client that reads slowly
    #[arg(hide_short_help = true, long, value_name = "SIZE", value_parser = parse_size, default_value = "1MiB")]
    outbox: usize,

    /// Show the last N messages to people who join (chat) [default: 20]
    #[arg(hide_short_help = true, long, value_name = "N")]
    history: Option<u16>,

    /// Send the text of this file to people who join (chat)
    #[arg(hide_short_help = true, long, value_name = "FILE")]
    motd: Option<PathBuf>,

    /// Close after this time (greet) [default: 5s]
    #[arg(hide_short_help = true, long, value_name = "TIME", value_parser = duration)]
    linger: Option<Duration>,

    /// Reply once, then close (reverse, upper, echo)
    #[arg(hide_short_help = true, long)]
    once: bool,

    /// Print errors only
    #[arg(hide_short_help = true, short, long)]
    quiet: bool,
}

/// A limit or `none`. A separate type, because clap treats `Option` as an argument that can be omitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit<T>(Option<T>);

impl ServerArgs {
    pub(super) fn resolve(self, name: ServerKindName) -> Result<ServerOptions, UsageError> {
        self.check(name)?;
        let answers = if self.once { AnswerLimit::Once } else { AnswerLimit::Unlimited };
        let kind = match name {
            ServerKindName::Greet => ServerKind::Greet { linger: self.linger.unwrap_or(greet::LINGER) },
            ServerKindName::Reverse => ServerKind::Answer { transform: Transform::Reverse, answers },
            ServerKindName::Upper => ServerKind::Answer { transform: Transform::Upper, answers },
            ServerKindName::Echo => ServerKind::Answer { transform: Transform::Echo, answers },
            ServerKindName::Relay => ServerKind::Relay,
            ServerKindName::Chat => ServerKind::Chat { history: self.history.map_or(chat::HISTORY, usize::from) },
            ServerKindName::Game => ServerKind::Game,
        };
        let listen_on = match (self.lan, self.listen.is_empty()) {
            (true, _) => ListenOn::AllInterfaces(self.port),
            (false, true) => ListenOn::Addresses(vec![self.port.to_string()]),
            (false, false) => ListenOn::Addresses(self.listen),
        };
        let limits = ServerLimits {
            clients: self.max_clients.0,
            per_address: self.max_per_address.0,
            rate: self.rate.0,
            line: self.max_line,
            outbox: self.outbox,
            ..ServerLimits::default()
        };
        Ok(ServerOptions { kind, listen_on, limits, motd: self.motd, is_quiet: self.quiet })
    }

    fn check(&self, name: ServerKindName) -> Result<(), UsageError> {
        let answering = [ServerKindName::Reverse, ServerKindName::Upper, ServerKindName::Echo];
        let unfit = [
            ("--history", self.history.is_some(), &[ServerKindName::Chat][..]),
            ("--motd", self.motd.is_some(), &[ServerKindName::Chat]),
            ("--linger", self.linger.is_some(), &[ServerKindName::Greet]),
            ("--once", self.once, &answering),
        ];
        unfit.into_iter().try_for_each(|(option, is_set, kinds)| name.check(option, is_set, kinds))
    }
}

impl ServerKindName {
    /// Refuses `--echo` for rooms that send nothing to everyone.
    ///
    /// # Errors
    /// If the room is neither relay nor chat.
    pub(super) fn check_echo(self, is_set: bool) -> Result<(), UsageError> {
        self.check("--echo", is_set, &[Self::Relay, Self::Chat])
    }

    /// Refuses an option that this kind of server would ignore.
    fn check(self, option: &'static str, is_set: bool, kinds: &[Self]) -> Result<(), UsageError> {
        if is_set && !kinds.contains(&self) {
            return Err(UsageError::NotForKind { option, kind: kind_name(self), kinds: kind_names(kinds) });
        }
        Ok(())
    }
}

fn kind_name(name: ServerKindName) -> String {
    name.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

fn kind_names(names: &[ServerKindName]) -> String {
    names.iter().map(|name| kind_name(*name)).collect::<Vec<_>>().join(", ")
}

fn parse_port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_not_a_port| "use a number from 0 to 65535".to_owned())
}

fn parse_count(text: &str) -> Result<Limit<usize>, String> {
    match text {
        "none" => Ok(Limit(None)),
        _ => match text.parse() {
            Ok(count @ 1..) => Ok(Limit(Some(count))),
            _ => Err("use a number of at least 1, or none".to_owned()),
        },
    }
}

fn parse_rate(text: &str) -> Result<Limit<Rate>, String> {
    let number = |text: &str| text.parse::<NonZeroU32>().ok();
    let rate = match text.split_once(':') {
        _ if text == "none" => return Ok(Limit(None)),
        Some((lines, burst)) => number(lines).zip(number(burst)),
        // A burst of five seconds, as in the default.
        None => number(text).map(|lines| (lines, lines.saturating_mul(BURST_SECONDS))),
    };
    match rate {
        Some((per_second, burst)) => Ok(Limit(Some(Rate { per_second, burst }))),
        None => Err("use lines per second such as 20, with a burst such as 20:100, or none".to_owned()),
    }
}

const BURST_SECONDS: NonZeroU32 = NonZeroU32::new(5).unwrap();

/// Accepted sizes in bytes; the largest is what a Raspberry Pi can hold for one client.
const SIZES: std::ops::RangeInclusive<u64> = 64..=64 << 20;

fn parse_size(text: &str) -> Result<usize, String> {
    let size = text.parse::<ByteSize>().ok().map(|size| size.as_u64()).filter(|size| SIZES.contains(size));
    size.and_then(|size| usize::try_from(size).ok())
        .ok_or_else(|| "use a size such as 1000, 8KiB or 1MiB, from 64 to 64MiB".to_owned())
}
