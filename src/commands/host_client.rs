//! Runs a server in this process and the client beside it.

use super::chat::{ChatClient, Peer};
use super::client::expand_path;
use super::require_terminal;
use super::serve::{BoundServer, HostedServer};
use crate::config::{Environment, Sources};
use crate::server::ServerOptions;
use crate::tui::Exit;
use std::path::PathBuf;

/// Starts the server, then the client that joins it.
pub(super) fn run(options: ServerOptions, sources: Sources, record: Option<PathBuf>) -> anyhow::Result<Exit> {
    // Errors in the settings must be reported before the terminal is taken over.
    let loaded = sources.load(&Environment::of_process())?;
    require_terminal("host", "Run only the server with netchat-tui serve chat")?;
    let hosted = HostedServer::start(BoundServer::new(options)?)?;
    let record = record.map(|path| expand_path(path, Some(&hosted.endpoint))).transpose()?;
    ChatClient::new(Peer::Hosted(hosted), loaded.config, sources).with_recording(record.as_deref())?.run()
}
