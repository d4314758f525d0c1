//! `replay`: plays a recording on the screen, serves it on a socket, or writes it as packets.

use super::settings_flags::display::DisplayArgs;
use super::settings_flags::terminal::TerminalArgs;
use super::settings_flags::theme::ThemeArgs;
use super::settings_flags::{FileArgs, FlagAssignments};
use crate::app::playback::Speed;
use crate::config::Sources;
use clap::Args;
use clap::builder::{PathBufValueParser, TypedValueParser};
use std::path::{Path, PathBuf};

/// Arguments of `replay`.
#[derive(Debug, Clone, Args)]
pub(super) struct ReplayArgs {
    /// Recording made with --record
    #[arg(value_name = "RECORDING", value_hint = clap::ValueHint::FilePath)]
    recording: PathBuf,

    /// Playback speed: 0.5, 1, 2, 4, 8 ...
    #[arg(long, value_name = "TIMES", value_parser = parse_speed, default_value = "1", conflicts_with_all = ["serve", "to_pcap"])]
    speed: Speed,

    /// Start paused
    #[arg(long, conflicts_with_all = ["serve", "to_pcap"])]
    paused: bool,

    /// Replay the server's side, with its pauses, to each client that connects; ADDR:PORT, :PORT or PORT
    #[arg(long, value_name = "ADDR:PORT", conflicts_with = "to_pcap")]
    serve: Option<String>,

    /// Convert to a pcap file for Wireshark; - writes to standard output
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    to_pcap: Option<PathBuf>,

    #[command(flatten)]
    display: DisplayArgs,

    #[command(flatten)]
    terminal: TerminalArgs,

    #[command(flatten)]
    theme: ThemeArgs,

    #[command(flatten)]
    file: FileArgs,
}

/// Checked arguments of `replay`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayOptions {
    /// Path of the recording.
    pub recording: PathBuf,
    /// How to replay it.
    pub mode: ReplayMode,
}

/// How to replay a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplayMode {
    /// Plays it on the screen.
    Play {
        /// Playback speed.
        speed: Speed,
        /// Whether playback starts paused.
        is_paused: bool,
        /// Sources of the client's settings.
        sources: Sources,
    },
    /// Serves the server's side at this address.
    Serve(String),
    /// Writes it as packets to this file.
    ToPcap(PathBuf),
}

/// Returns the parser of a recording's file name.
pub(super) fn recording_parser() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if path == Path::new("-") {
            Err("a recording cannot be written to standard output; name a file")
        } else {
            Ok(path)
        }
    })
}

fn parse_speed(text: &str) -> Result<Speed, String> {
    Speed::parse(text).ok_or_else(|| "use a power of two from 0.0625 to 1024, such as 0.5, 2 or 8".to_owned())
}

impl ReplayArgs {
    pub(super) fn resolve(self) -> ReplayOptions {
        let mode = match (self.serve, self.to_pcap) {
            (Some(address), _) => ReplayMode::Serve(address),
            (None, Some(path)) => ReplayMode::ToPcap(path),
            (None, None) => {
                let mut flags = FlagAssignments::default();
                self.display.assign_to(&mut flags);
                self.terminal.assign_to(&mut flags);
                self.theme.assign_to(&mut flags);
                let sources = Sources { config_file: self.file.choice(), flags: flags.into_inner() };
                ReplayMode::Play { speed: self.speed, is_paused: self.paused, sources }
            }
        };
        ReplayOptions { recording: self.recording, mode }
    }
}
