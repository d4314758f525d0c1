//! Runs a server in this process and the client beside it.

use super::chat::{ChatClient, Peer};
use super::client::expand_path;
use super::require_terminal;
use super::serve::{BoundServer, HostedServer};
use crate::cli::ServerOptions;
use crate::config::{Environment, Sources};
use crate::tui::Exit;
use std::path::PathBuf;

/// Starts the server, then the client that joins it.
pub(super) fn run(service: ServerOptions, sources: Sources, record: Option<PathBuf>) -> anyhow::Result<Exit> {
    // Before the terminal is taken: what is wrong can be said in plain sight then.
    let loaded = sources.load(&Environment::of_process())?;
    require_terminal("host", "netchat-tui serve chat runs the server alone")?;
    let hosted = HostedServer::start(BoundServer::new(service)?)?;
    let record = record.map(|path| expand_path(path, Some(&hosted.endpoint))).transpose()?;
    ChatClient::new(Peer::Hosted(hosted), loaded.configured, sources).with_recording(record.as_deref())?.run()
}
