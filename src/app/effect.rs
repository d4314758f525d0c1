//! Effects that the core asks the program for.

use super::input::history::HistoryEntry;
use super::logging::{Framing, LogPath};
use super::settings::resolved::{AlertMethod, MouseCapture, SecretSource};
use super::settings::servers::RecentServer;
use crate::link::{Endpoint, LinkCommand, LinkId, SecretBytes};

/// A request to the program around the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send a command to a tab's connection.
    Link(LinkId, LinkCommand),
    /// Quit the program.
    Quit,
    /// Suspend the program (SIGTSTP).
    Suspend,
    /// Redraw every cell.
    Repaint,
    /// Copy the text to the terminal's clipboard (OSC 52).
    CopyToClipboard(String),
    /// Alert the user to a mention. The core limits how often.
    Alert {
        /// Bell or notification.
        method: AlertMethod,
        /// The line, without control characters.
        message: String,
    },
    /// Switch mouse capture.
    Mouse(MouseCapture),
    /// Run the next step of an export.
    Export(ExportStep),
    /// Append to a log, or read its end.
    Log(LogCommand),
    /// List a directory; answered by [`super::Event::DirListed`].
    ListDir(String),
    /// Read a file; answered by [`super::Event::FileRead`].
    ReadFile {
        /// Path of the file.
        path: String,
        /// Largest accepted size in bytes.
        limit: u64,
    },
    /// Open the text in the user's editor; answered by [`super::Event::EditorClosed`].
    OpenEditor(String),
    /// Append to the stored history.
    AppendHistory(HistoryEntry),
    /// Close the connection of a removed tab.
    DropLink(LinkId),
    /// Reload the settings; answered by [`super::Event::ConfigReloaded`].
    ReloadConfig,
    /// Store a visited server and the result of the visit.
    SaveRecentServer(RecentServer),
    /// Remove a server from the stored recent servers.
    DeleteRecentServer(Endpoint),
    /// Start recording all connections to this file; answered by [`super::Event::Recording`].
    StartRecording(String),
    /// Finish the recording; answered by [`super::Event::Recording`].
    StopRecording,
    /// Read a secret; answered by [`super::Event::Secret`], once and within a minute.
    ReadSecret {
        /// The tab that needs it.
        tab: LinkId,
        /// Repeated in the answer, so that answers for an earlier connection are ignored.
        number: u64,
        /// Command or file.
        source: SecretSource,
    },
    /// Start a chat server on this loopback port, 0 for any free one; answered by [`super::Event::ServerStarted`].
    StartServer(u16),
}

/// A secret and a warning about its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadSecret {
    /// The line without its line end, not empty.
    pub line: SecretBytes,
    /// A sentence about an unsafe source, such as a file that others can read.
    pub warning: Option<String>,
}

/// The reason why no server was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartServerError {
    /// One sentence for the user.
    pub message: String,
    /// Address of the server that already uses the port, if that is the reason.
    pub address_in_use: Option<Endpoint>,
}

/// A step of an export: one `Create`, any number of `Write`, one `Finish`. Exactly one [`super::Event::ExportFinished`]
/// follows each `Create`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportStep {
    /// Create this file, which must not exist.
    Create(String),
    /// Append these bytes.
    Write(Vec<u8>),
    /// Close the file.
    Finish,
}

/// A request about a log. Appends are written in order, and before the frame that shows the rows is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogCommand {
    /// Append bytes, opening or creating the log. [`super::Event::LogOpened`] reports the opening and any failure.
    Append {
        /// The log.
        log: LogPath,
        /// Bytes to append.
        bytes: Vec<u8>,
        /// Unit after which the log may be rotated.
        framing: Framing,
        /// Size in bytes at which the log is rotated to `NAME.1`, `NAME.2` and so on; 0 disables rotation.
        max_size: u64,
    },
    /// Read the last lines; answered by [`super::Event::LogTail`].
    Tail {
        /// The tab that needs it.
        tab: LinkId,
        /// The log.
        log: LogPath,
        /// Number of lines, at least 1.
        lines: usize,
    },
}

/// Result of handling an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "effects must be carried out"]
pub struct Update {
    /// Effects to carry out, in this order.
    pub effects: Vec<Effect>,
    /// Whether the screen must be redrawn.
    pub redraw: bool,
}

impl Update {
    pub(super) const fn redraw(redraw: bool) -> Self {
        Self { effects: Vec::new(), redraw }
    }

    pub(super) fn effect(effect: Effect) -> Self {
        Self { effects: vec![effect], redraw: true }
    }
}
