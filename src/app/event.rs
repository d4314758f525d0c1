//! Events that the core handles.

use super::action::Action;
use super::effect::{ReadSecret, StartServerError};
use super::input::history::HistoryEntry;
use super::logging::LogPath;
use super::settings::servers::{LoadedConfig, RecentServer};
use crate::link::{Endpoint, LinkEvent, LinkId};

/// An event from the terminal, the network or the program around the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A bound key.
    Action(Action),
    /// A typed character.
    Char(char),
    /// Pasted text, as the terminal delivered it.
    Paste(String),
    /// An event of a tab's connection.
    Link(LinkId, LinkEvent),
    /// An event of the hosted server.
    HostedServer(HostEvent),
    /// The time of [`super::App::deadline`] has come.
    Timer,
    /// [`super::Effect::Suspend`] was refused, because no shell could resume the program.
    SuspendUnavailable,
    /// The terminal window gained or lost the focus. Terminals that do not report it count as focused.
    Focus(Focus),
    /// The loop is idle and [`super::App::has_background_work`] is true.
    BackgroundStep,
    /// Answer to [`super::Effect::ListDir`]; empty if the directory cannot be read.
    DirListed {
        /// The directory as requested.
        folder: String,
        /// Names in it; those of directories end with `/`.
        names: Vec<String>,
    },
    /// Answer to [`super::Effect::ReadFile`].
    FileRead {
        /// The path as requested.
        path: String,
        /// The contents, or a sentence with the reason.
        result: Result<Vec<u8>, String>,
    },
    /// Answer to [`super::Effect::OpenEditor`]: the edited text, or a sentence with the reason for the failure.
    EditorClosed(Result<String, String>),
    /// Input history of earlier sessions, oldest first.
    HistoryLoaded(Vec<HistoryEntry>),
    /// The history or the recent servers cannot be stored, or their file was damaged: a sentence about it.
    StorageWarning(String),
    /// A recording started, ended or failed ([`super::Effect::StartRecording`] or `--record`).
    Recording(RecordingEvent),
    /// Answer to [`super::Effect::ReloadConfig`]: the settings, or one error per line.
    ConfigReloaded(Result<Box<LoadedConfig>, String>),
    /// Recent servers of earlier sessions, latest first. Sent once, even if there are none.
    RecentServersLoaded(Vec<RecentServer>),
    /// Answer to [`super::Effect::StartServer`]: the address and the lines of the banner, or the error.
    ServerStarted(Result<(Endpoint, Vec<String>), StartServerError>),
    /// A log was opened for [`super::LogCommand::Append`], or cannot be opened or written. Appending again reopens it.
    LogOpened {
        /// The log.
        log: LogPath,
        /// The path to display, or a sentence with the error.
        result: Result<String, String>,
    },
    /// Answer to [`super::LogCommand::Tail`], once per request.
    LogTail {
        /// The tab of the request.
        tab: LinkId,
        /// The path to display and complete lines, empty without a log; or a sentence with the error.
        result: Result<(String, Vec<u8>), String>,
    },
    /// Answer to [`super::Effect::ReadSecret`].
    Secret {
        /// The tab of the request.
        tab: LinkId,
        /// Number of the request.
        number: u64,
        /// The secret, or a clause with the reason for the failure.
        result: Result<ReadSecret, String>,
    },
    /// Result of [`super::Effect::Export`].
    ExportFinished {
        /// The path as requested.
        path: String,
        /// Bytes written, or a sentence with the error.
        result: Result<u64, String>,
    },
}

/// Whether the terminal window has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// Keys reach this window, or the terminal does not report the focus.
    #[default]
    Focused,
    /// Another window has the focus.
    Unfocused,
}

/// An event of the hosted server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostEvent {
    /// A line for the person who hosts it.
    Notice(String),
    /// Number of connected clients.
    ClientCount(usize),
}

impl From<HostEvent> for Event {
    fn from(event: HostEvent) -> Self {
        Self::HostedServer(event)
    }
}

/// An event of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordingEvent {
    /// Started, with this path.
    Begun(String),
    /// Stopped on request; the file at this path is complete.
    Ended(String),
    /// Could not start or continue: one sentence.
    Failed(String),
}
