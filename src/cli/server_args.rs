//! The options of `serve` and `host`, and what they come to.

use super::UsageError;
use crate::app::settings::duration;
use crate::link::DEFAULT_PORT;
use crate::server::rate_limit::Rate;
use crate::server::rooms::answer::{AnswerLimit, Transform};
use crate::server::rooms::{chat, greet};
use crate::server::{ServerKind, ServerLimits};
use bytesize::ByteSize;
use clap::{Args, ValueEnum};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// The lab's servers, as the command line names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ServerKindName {
    /// Says "Thank you for connecting", and hangs up 5 s later (tasks 1-4)
    Greet,
    /// Answers each message backwards (tasks 5-9)
    Reverse,
    /// Answers each message in capitals (task 7)
    Upper,
    /// Answers each message with itself
    Echo,
    /// Passes each line on to everyone else, byte for byte (tasks 13-15)
    Relay,
    /// Relays with nicknames, announcements and commands (tasks 16-17)
    Chat,
    /// Tic-tac-toe for two over plain text
    Game,
}

/// What both have.
#[derive(Debug, Clone, Args)]
pub(super) struct ServerArgs {
    /// Listen here, 127.0.0.1:12345 if not said; more than once for several (ADDR:PORT, :PORT or PORT)
    #[arg(long, value_name = "ADDR:PORT", conflicts_with = "lan")]
    listen: Vec<String>,

    /// Listen on all of this machine's addresses, and say how others reach it
    #[arg(long)]
    lan: bool,

    /// The port, unless --listen says it
    #[arg(short, long, value_name = "PORT", default_value_t = DEFAULT_PORT, conflicts_with = "listen")]
    port: u16,

    /// Clients at a time, or none for no limit
    #[arg(long, value_name = "N", value_parser = count, default_value = "1000")]
    max_clients: Limit<usize>,

    /// Clients from one address, or none
    #[arg(long, value_name = "N", value_parser = count, default_value = "100")]
    max_per_address: Limit<usize>,

    /// Lines a second from each client, and how many at once; or none
    #[arg(long, value_name = "LINES[:BURST]", value_parser = rate, default_value = "20:100")]
    rate: Limit<Rate>,

    /// Longest line, like 1000 or 8KiB; what is longer is cut
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "8KiB")]
    max_line: usize,

    /// What may wait for a client that reads slowly
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "1MiB")]
    outbox: usize,

    /// Messages that a newcomer gets to read, 20 if not said (chat)
    #[arg(long, value_name = "N")]
    history: Option<u16>,

    /// A text for newcomers (chat)
    #[arg(long, value_name = "FILE")]
    motd: Option<PathBuf>,

    /// How long to wait before hanging up (greet)
    #[arg(long, value_name = "TIME", value_parser = duration)]
    linger: Option<Duration>,

    /// Answer once, then hang up (reverse, upper, echo)
    #[arg(long)]
    once: bool,

    /// No log, only errors
    #[arg(short, long)]
    quiet: bool,
}

/// A limit, or `none`. A type of its own, for clap reads an `Option` as an option that may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit<T>(Option<T>);

/// What to serve, where, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerOptions {
    /// Which server.
    pub kind: ServerKind,
    /// Where.
    pub place: ListenOn,
    /// What it puts up with.
    pub limits: ServerLimits,
    /// A text for newcomers.
    pub motd: Option<PathBuf>,
    /// Whether it keeps from telling what happens.
    pub is_quiet: bool,
}

impl ServerOptions {
    /// What `host` serves if nothing else is said, on this port.
    pub fn chat(port: u16) -> Self {
        Self {
            kind: ServerKind::Chat { history: chat::HISTORY },
            place: ListenOn::Addresses(vec![port.to_string()]),
            limits: ServerLimits::default(),
            motd: None,
            is_quiet: false,
        }
    }
}

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenOn {
    /// Here, as it was typed: names have yet to be looked up.
    Addresses(Vec<String>),
    /// On all addresses, at this port.
    AllInterfaces(u16),
}

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
        let place = match (self.lan, self.listen.is_empty()) {
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
        Ok(ServerOptions { kind, place, limits, motd: self.motd, is_quiet: self.quiet })
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
    /// `--echo` prints what goes to all, and in most rooms nothing does.
    pub(super) fn check_echo(self, is_set: bool) -> Result<(), UsageError> {
        self.check("--echo", is_set, &[Self::Relay, Self::Chat])
    }

    /// An option that the server does not have would be taken, and do nothing.
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

fn count(text: &str) -> Result<Limit<usize>, String> {
    match text {
        "none" => Ok(Limit(None)),
        _ => match text.parse() {
            Ok(count @ 1..) => Ok(Limit(Some(count))),
            _ => Err("it is a number from 1 up, or none".to_owned()),
        },
    }
}

fn rate(text: &str) -> Result<Limit<Rate>, String> {
    let number = |text: &str| text.parse::<NonZeroU32>().ok();
    let rate = match text.split_once(':') {
        _ if text == "none" => return Ok(Limit(None)),
        Some((lines, burst)) => number(lines).zip(number(burst)),
        // Five seconds' worth, as in the default.
        None => number(text).map(|lines| (lines, lines.saturating_mul(BURST_SECONDS))),
    };
    match rate {
        Some((per_second, burst)) => Ok(Limit(Some(Rate { per_second, burst }))),
        None => Err("it is lines a second like 20, with a burst like 20:100, or none".to_owned()),
    }
}

const BURST_SECONDS: NonZeroU32 = NonZeroU32::new(5).unwrap();

/// The smallest that makes sense, and the largest that a Raspberry Pi can stand for one client.
const SIZES: std::ops::RangeInclusive<u64> = 64..=64 << 20;

fn size(text: &str) -> Result<usize, String> {
    let size = text.parse::<ByteSize>().ok().map(|size| size.as_u64()).filter(|size| SIZES.contains(size));
    size.and_then(|size| usize::try_from(size).ok())
        .ok_or_else(|| "it is a number of bytes like 1000, 8KiB or 1MiB, from 64 to 64MiB".to_owned())
}
