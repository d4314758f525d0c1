//! `netchat-tui replay`.

use crate::needs_terminal;
use crate::talk::{Client, Room};
use crate::words::say;
use anyhow::Context as _;
use netchat_tui::app::replay::Replay;
use netchat_tui::cli::{ReplayWay, Replaying};
use netchat_tui::config::Environment;
use netchat_tui::record::Tape;
use netchat_tui::replay;
use netchat_tui::serve::ServeError;
use netchat_tui::tui::{Exit, Signals};
use std::sync::Arc;

pub(crate) fn play(replaying: Replaying) -> anyhow::Result<Exit> {
    let tape = replay::load(&replaying.recording).map_err(anyhow::Error::msg)?;
    match replaying.way {
        ReplayWay::Play { speed, is_paused, sources } => {
            let loaded = sources.load(&Environment::of_process())?;
            needs_terminal("replay", "replay --serve and --to-pcap need none")?;
            let replay = Replay::new(Arc::new(tape)).at_speed(speed);
            let replay = if is_paused { replay.at_rest() } else { replay };
            Client::new(Room::Tape(replay), loaded.configured, sources).run()
        }
        ReplayWay::Serve(address) => serve_tape(&tape, &address),
        ReplayWay::ToPcap(path) => {
            let count = replay::to_pcap(&tape, &path).map_err(anyhow::Error::msg)?;
            tape.damage().sentence().iter().for_each(|sentence| say(sentence));
            say(&format!("{count} packets written."));
            Ok(Exit::Quit)
        }
    }
}

/// Plays the server's side until Ctrl-C.
fn serve_tape(tape: &Tape, address: &str) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
    runtime.block_on(async {
        let mut signals = Signals::listen().context("listening for signals")?;
        let server = replay::Server::bind(tape, address).map_err(ServeError::from)?;
        let connections = server.connections();
        anyhow::ensure!(connections > 0, "There is no connection in the recording that could be served.");
        tape.damage().sentence().iter().for_each(|sentence| say(sentence));
        for address in server.addresses() {
            say(&format!(
                "Listening on {address}: the server's side of {connections} recorded connections. Ctrl-C ends it."
            ));
        }
        let (told, mut news) = tokio::sync::mpsc::unbounded_channel::<String>();
        let heard = async {
            while let Some(words) = news.recv().await {
                say(&words);
            }
        };
        tokio::select! {
            signal = signals.recv() => Ok(Exit::Signal(signal)),
            ((), ()) = async { tokio::join!(replay::serve(server, told), heard) } => Ok(Exit::Quit),
        }
    })
}
