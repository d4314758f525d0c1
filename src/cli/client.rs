//! The options of the client, and what they come to.

use super::manner::{Manner, MannerArgs};
use super::{UsageError, time};
use crate::app::{Options, is_nickname};
use crate::link::{Endpoint, Eol};
use clap::Args;
use std::time::Duration;

/// The address, and how to talk.
#[derive(Debug, Clone, Args)]
pub(super) struct ClientArgs {
    /// Where to connect.
    #[arg(help = "HOST:PORT, HOST, [V6]:PORT, :PORT or PORT; without one, the servers you know")]
    address: Option<String>,

    /// The port, as nc has it
    port: Option<String>,

    /// Ask the server for this nickname (sends "/nick NAME" on each connection)
    #[arg(short, long, value_name = "NAME")]
    nick: Option<String>,

    /// What ends a line that is sent: lf, crlf, cr, nul or none (/eol)
    #[arg(long, value_name = "EOL", value_parser = eol, default_value = "lf")]
    eol: Eol,

    /// Lines end in CRLF (the same as --eol crlf)
    #[arg(short = 'C', long, conflicts_with = "eol")]
    crlf: bool,

    /// Give up connecting after this time, like 500ms, 5s, 2m; seconds if bare
    #[arg(short = 'w', long = "wait", value_name = "TIME", value_parser = time, default_value = "10s")]
    connect_limit: Duration,

    #[command(flatten)]
    manner: MannerArgs,
}

/// Where to connect and how, checked and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to connect; nothing to have it chosen.
    pub endpoint: Option<Endpoint>,
    /// How to behave.
    pub manner: Manner,
}

impl ClientArgs {
    pub(super) fn resolve(self) -> Result<Config, UsageError> {
        let nick = checked(self.nick)?;
        let endpoint = match &self.address {
            Some(address) => Some(Endpoint::from_words(address, self.port.as_deref())?),
            None => None,
        };
        let eol = if self.crlf { Eol::CrLf } else { self.eol };
        let options = Options { eol, nick, connect_limit: self.connect_limit, ..Options::default() };
        Ok(Config { endpoint, manner: self.manner.resolve(options) })
    }
}

/// The nickname, if it is one.
pub(super) fn checked(nick: Option<String>) -> Result<Option<String>, UsageError> {
    match nick {
        Some(nick) if !is_nickname(&nick) => Err(UsageError::Nickname(nick.escape_debug().to_string())),
        nick => Ok(nick),
    }
}

fn eol(word: &str) -> Result<Eol, String> {
    Eol::parse(word).ok_or_else(|| "lines end with lf, crlf, cr, nul or none".to_owned())
}
