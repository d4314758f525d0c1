//! `netchat-tui replay`.

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

/// Why a recording is not served.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct PlaybackServeError(ListenError);

impl PlaybackServeError {
    /// Whether the system refused it; else it was asked for in wrong words.
    pub(crate) const fn is_of_network(&self) -> bool {
        !matches!(self.0, ListenError::NotAnAddress(_))
    }
}

pub(crate) fn run(replaying: ReplayOptions) -> anyhow::Result<Exit> {
    let tape = recording_files::load(&replaying.recording).map_err(anyhow::Error::msg)?;
    match replaying.mode {
        ReplayMode::Play { speed, is_paused, sources } => {
            let loaded = sources.load(&Environment::of_process())?;
            anyhow::ensure!(!tape.entries().is_empty(), "{}: nothing happened in it.", replaying.recording.display());
            require_terminal("replay", "replay --serve and --to-pcap need none")?;
            let replay = Player::new(Arc::new(tape)).at_speed(speed);
            let replay = if is_paused { replay.paused() } else { replay };
            ChatClient::new(Peer::Recording(replay), loaded.configured, sources).run()
        }
        ReplayMode::Serve(address) => serve_recording(&tape, &address),
        ReplayMode::ToPcap(path) => {
            let is_shown = path == Path::new("-") && io::stdout().is_terminal();
            anyhow::ensure!(!is_shown, "Packets are nothing for a terminal: name a file, or pipe them on.");
            let count = recording_files::to_pcap(&tape, &path).map_err(anyhow::Error::msg)?;
            tape.damage().message().iter().for_each(|sentence| print_status(sentence));
            print_status(&format!("{count} packets written."));
            Ok(Exit::Quit)
        }
    }
}

/// Plays the server's side until Ctrl-C.
fn serve_recording(tape: &Recording, address: &str) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
    runtime.block_on(async {
        let mut signals = Signals::listen().context("listening for signals")?;
        let server = playback::PlaybackServer::bind(tape, address).map_err(PlaybackServeError)?;
        let connections = server.connection_count();
        anyhow::ensure!(connections > 0, "There is no connection in the recording that could be served.");
        tape.damage().message().iter().for_each(|sentence| print_status(sentence));
        for address in server.addresses() {
            print_status(&format!(
                "Listening on {address}: the server's side of {connections} recorded connections. Ctrl-C ends it."
            ));
        }
        let (told, mut news) = tokio::sync::mpsc::unbounded_channel::<String>();
        let heard = async {
            while let Some(words) = news.recv().await {
                print_status(&words);
            }
        };
        tokio::select! {
            signal = signals.recv() => Ok(Exit::Signal(signal)),
            ((), ()) = async { tokio::join!(playback::serve(server, told), heard) } => Ok(Exit::Quit),
        }
    })
}
