//! Runs `netchat-tui replay`: plays, serves or converts a recording.

use super::chat::{ChatClient, Peer};
use super::output::print_status;
use super::recording_files;
use super::require_terminal;
use crate::app::playback::Player;
use crate::cli::{ReplayMode, ReplayOptions};
use crate::config::Environment;
use crate::recording::Recording;
use crate::server::listen::ListenError;
use crate::server::playback;
use crate::tui::{Exit, Signals};
use anyhow::Context as _;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;

/// An error that keeps a recording from being served.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct PlaybackServeError(ListenError);

impl PlaybackServeError {
    /// Whether the system refused the address, as opposed to a usage error.
    pub(crate) const fn is_of_network(&self) -> bool {
        !matches!(self.0, ListenError::NotAnAddress(_))
    }
}

pub(crate) fn run(options: ReplayOptions) -> anyhow::Result<Exit> {
    let recording = recording_files::load(&options.recording).map_err(anyhow::Error::msg)?;
    match options.mode {
        ReplayMode::Play { speed, is_paused, sources } => {
            let loaded = sources.load(&Environment::of_process())?;
            anyhow::ensure!(
                !recording.entries().is_empty(),
                "{}: the recording is empty.",
                options.recording.display()
            );
            require_terminal("replay", "replay --serve and --to-pcap work without one")?;
            let player = Player::new(Arc::new(recording)).at_speed(speed);
            let player = if is_paused { player.paused() } else { player };
            ChatClient::new(Peer::Recording(player), loaded.config, sources).run()
        }
        ReplayMode::Serve(address) => serve_recording(&recording, &address),
        ReplayMode::ToPcap(path) => {
            let is_terminal = path == Path::new("-") && io::stdout().is_terminal();
            anyhow::ensure!(!is_terminal, "Packets are binary data. Name a file, or redirect standard output.");
            let count = recording_files::to_pcap(&recording, &path).map_err(anyhow::Error::msg)?;
            recording.damage().message().iter().for_each(|message| print_status(message));
            print_status(&format!("{count} packets written."));
            Ok(Exit::Quit)
        }
    }
}

/// Serves the server's side of a recording until the first signal.
fn serve_recording(recording: &Recording, address: &str) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
    runtime.block_on(async {
        let mut signals = Signals::listen().context("listening for signals")?;
        let server = playback::PlaybackServer::bind(recording, address).map_err(PlaybackServeError)?;
        let connections = server.connection_count();
        anyhow::ensure!(connections > 0, "The recording contains no connection to serve.");
        recording.damage().message().iter().for_each(|message| print_status(message));
        for address in server.addresses() {
            print_status(&format!(
                "Listening on {address}. Recorded connections to serve: {connections}. Press Ctrl-C to stop."
            ));
        }
        let (sender, mut notices) = tokio::sync::mpsc::unbounded_channel::<String>();
        let print_notices = async {
            while let Some(notice) = notices.recv().await {
                print_status(&notice);
            }
        };
        tokio::select! {
            signal = signals.recv() => Ok(Exit::Signal(signal)),
            ((), ()) = async { tokio::join!(playback::serve(server, sender), print_notices) } => Ok(Exit::Quit),
        }
    })
}
