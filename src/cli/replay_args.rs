//! `replay`: a recording on the screen, on a socket, or as packets.

use super::settings_flags::display::DisplayArgs;
use super::settings_flags::terminal::TerminalArgs;
use super::settings_flags::theme::ThemeArgs;
use super::settings_flags::{FileArgs, FlagAssignments};
use crate::app::playback::Speed;
use crate::config::Sources;
use clap::Args;
use clap::builder::{PathBufValueParser, TypedValueParser};
use std::path::{Path, PathBuf};

/// Which recording, and what to do with it.
#[derive(Debug, Clone, Args)]
pub(super) struct ReplayArgs {
    /// The recording, made with --record
    #[arg(value_name = "RECORDING", value_hint = clap::ValueHint::FilePath)]
    recording: PathBuf,

    /// How many times as fast: 2, 4, 8 ..., 0.5
    #[arg(long, value_name = "TIMES", value_parser = speed, default_value = "1", conflicts_with_all = ["serve", "to_pcap"])]
    speed: Speed,

    /// Wait at the beginning
    #[arg(long, conflicts_with_all = ["serve", "to_pcap"])]
    paused: bool,

    /// Play the server's side to whoever connects here, with the pauses there were (ADDR:PORT, :PORT or PORT)
    #[arg(long, value_name = "ADDR:PORT", conflicts_with = "to_pcap")]
    serve: Option<String>,

    /// Write it as packets, for Wireshark; - is standard output
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    to_pcap: Option<PathBuf>,

    #[command(flatten)]
    reading: DisplayArgs,

    #[command(flatten)]
    terminal: TerminalArgs,

    #[command(flatten)]
    looks: ThemeArgs,

    #[command(flatten)]
    file: FileArgs,
}

/// A recording, and what to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayOptions {
    /// Where it is.
    pub recording: PathBuf,
    /// What to do.
    pub way: ReplayMode,
}

/// What can be done with a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplayMode {
    /// Play it on the screen.
    Play {
        /// How fast.
        speed: Speed,
        /// Whether to wait at the beginning.
        is_paused: bool,
        /// Where the client's settings come from.
        sources: Sources,
    },
    /// Play the server's side at this address.
    Serve(String),
    /// Write it as packets into this file.
    ToPcap(PathBuf),
}

/// Reads what a recording is to be called.
pub(super) fn recording() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if path == Path::new("-") { Err("standard output is no place for a recording; name a file") } else { Ok(path) }
    })
}

fn speed(text: &str) -> Result<Speed, String> {
    Speed::parse(text).ok_or_else(|| "it doubles and halves: 0.0625 to 1024, such as 0.5, 2 or 8".to_owned())
}

impl ReplayArgs {
    pub(super) fn resolve(self) -> ReplayOptions {
        let way = match (self.serve, self.to_pcap) {
            (Some(address), _) => ReplayMode::Serve(address),
            (None, Some(path)) => ReplayMode::ToPcap(path),
            (None, None) => {
                let mut flags = FlagAssignments::default();
                self.reading.say(&mut flags);
                self.terminal.say(&mut flags);
                self.looks.say(&mut flags);
                let sources = Sources { config_file: self.file.choice(), flags: flags.into_inner() };
                ReplayMode::Play { speed: self.speed, is_paused: self.paused, sources }
            }
        };
        ReplayOptions { recording: self.recording, way }
    }
}
