//! Options to start a server with.

use super::rooms::chat;
use super::{ServerKind, ServerLimits};
use std::path::PathBuf;

/// A server to start: its kind, addresses and limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerOptions {
    /// Kind of server.
    pub kind: ServerKind,
    /// Addresses to listen on.
    pub listen_on: ListenOn,
    /// Limits on clients, rate and sizes.
    pub limits: ServerLimits,
    /// File with a text for people who join.
    pub motd: Option<PathBuf>,
    /// Whether only errors are printed.
    pub is_quiet: bool,
}

impl ServerOptions {
    /// Returns the options of a chat server on this port of the loopback address.
    pub fn chat(port: u16) -> Self {
        Self {
            kind: ServerKind::Chat { history: chat::HISTORY },
            listen_on: ListenOn::Addresses(vec![port.to_string()]),
            limits: ServerLimits::default(),
            motd: None,
            is_quiet: false,
        }
    }
}

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenOn {
    /// These addresses as typed; names are not resolved yet.
    Addresses(Vec<String>),
    /// All addresses of this machine, at this port.
    AllInterfaces(u16),
}
