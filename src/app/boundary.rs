//! What comes into the core, and what goes out of it.

use super::action::Action;
use super::commands::host::HostEvent;
use super::commands::record::RecordingEvent;
use super::input::history::HistoryEntry;
use super::logging::{Framing, LogPath};
use super::settings::servers::{LoadedConfig, RecentServer};
use crate::link::{Endpoint, LinkCommand, LinkEvent, LinkId, SecretBytes};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key with a meaning.
    Action(Action),
    /// A character key.
    Char(char),
    /// Pasted text, as the terminal delivered it.
    Paste(String),
    /// News from a link.
    Link(LinkId, LinkEvent),
    /// News of the server that is hosted here.
    HostedServer(HostEvent),
    /// The moment named by [`super::App::deadline`] has come.
    Timer,
    /// The program was to be suspended, and there is no shell to come back from.
    SuspendUnavailable,
    /// The window has the focus, or has it no more. Terminals that do not tell are taken to have it.
    Focus(Focus),
    /// There is time for a piece of what is under way ([`super::App::has_background_work`]).
    BackgroundStep,
    /// Names in a directory ([`Effect::ListDir`]); empty if it cannot be read.
    DirListed {
        /// The folder, as it was asked for.
        folder: String,
        /// Names in it, those of folders with a `/` at the end.
        names: Vec<String>,
    },
    /// Contents of a file ([`Effect::ReadFile`]), or the reason why it could not be read.
    FileRead {
        /// The file, as it was asked for.
        path: String,
        /// Its bytes.
        result: Result<Vec<u8>, String>,
    },
    /// The editor is done ([`Effect::OpenEditor`]): the text, or the sentence that says why there is none.
    EditorClosed(Result<String, String>),
    /// What was entered in earlier sessions, the oldest first.
    HistoryLoaded(Vec<HistoryEntry>),
    /// Lines or servers cannot be kept for later sessions, or a file of them was damaged: the sentence about it.
    StorageWarning(String),
    /// A recording has begun, or is over ([`Effect::Record`], or one that was begun with the program).
    Recording(RecordingEvent),
    /// The settings have been read anew ([`Effect::ReloadConfig`]), or the sentences that say what is wrong with them.
    ConfigReloaded(Result<Box<LoadedConfig>, String>),
    /// Servers that were visited in earlier sessions, the latest first; comes once, also if there are none.
    RecentServersLoaded(Vec<RecentServer>),
    /// A server has been started here ([`Effect::StartServer`]): where it is, and what it says about itself; or why there is none.
    ServerStarted(Result<(Endpoint, Vec<String>), StartServerError>),
    /// A log has been opened (`LogCommand::LogAppend`): where it is, as it is told. Or it cannot be, or can be written no more:
    /// the sentence about it. What is appended to it after that opens it anew.
    LogOpened {
        /// Which.
        place: LogPath,
        /// Where it is, or what is wrong.
        result: Result<String, String>,
    },
    /// Last lines of a log ([`LogCommand::Tail`]), or the reason why they could not be read. Follows each request once.
    LogTail {
        /// The tab it was asked for.
        tab: LinkId,
        /// The path as it is told, and whole lines, nothing where there is no log; or the sentence.
        result: Result<(String, Vec<u8>), String>,
    },
    /// The secret of a tab's server ([`Effect::ReadSecret`]), or the clause that says why there is none.
    Secret {
        /// The tab it was asked for.
        tab: LinkId,
        /// The number of the request.
        number: u64,
        /// The secret.
        result: Result<ReadSecret, String>,
    },
    /// How [`Effect::Export`] has ended: bytes written, or the sentence that says why not.
    ExportFinished {
        /// Where to.
        path: String,
        /// How it ended.
        result: Result<u64, String>,
    },
}

/// Whether keys reach this window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// They do.
    #[default]
    Focused,
    /// Another window has them.
    Unfocused,
}

/// Something to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Hand this to the link.
    Link(LinkId, LinkCommand),
    /// End the program.
    Quit,
    /// Put the program to sleep.
    Suspend,
    /// Draw every cell anew.
    Repaint,
    /// Put this text on the clipboard of the terminal (OSC 52).
    CopyToClipboard(String),
    /// Call the user, whose eyes are elsewhere. The core has seen to it that this does not come too often.
    Alert {
        /// How.
        way: AlertMethod,
        /// What about: one line, free of control characters.
        words: String,
    },
    /// Who gets the mouse from now on.
    Mouse(MouseCapture),
    /// The next step of writing a file.
    Export(ExportStep),
    /// Something about a log.
    Log(LogCommand),
    /// Say what is in this folder; [`Event::DirListed`] answers.
    ListDir(String),
    /// Read this file, of at most so many bytes; [`Event::FileRead`] answers.
    ReadFile {
        /// Which.
        path: String,
        /// A larger one is refused.
        limit: u64,
    },
    /// Let the user change this text in the editor of their choice; [`Event::EditorClosed`] answers.
    OpenEditor(String),
    /// Keep this line for later sessions.
    AppendHistory(HistoryEntry),
    /// The tab of this link is gone: close it, and forget it.
    DropLink(LinkId),
    /// Read the settings anew; [`Event::ConfigReloaded`] answers.
    ReloadConfig,
    /// Keep for later sessions that this server was visited, and how that went.
    SaveRecentServer(RecentServer),
    /// Keep this server no longer.
    DeleteRecentServer(Endpoint),
    /// Record everything in this file from now on, or nothing any more; [`Event::Recording`] answers.
    Record(Option<String>),
    /// Read a secret; [`Event::Secret`] answers, once and within a minute.
    ReadSecret {
        /// For this tab.
        tab: LinkId,
        /// Comes back with the answer: an answer for an earlier connection is ignored.
        number: u64,
        /// Where from.
        source: SecretSource,
    },
    /// Start a chat server here, on this port of the loopback, 0 for any that is free; [`Event::ServerStarted`] answers.
    StartServer(u16),
}

/// Where the secret of a server is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The first line that this command prints: words as a shell has them.
    Command(String),
    /// The first line of this file.
    File(String),
}

/// A secret that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadSecret {
    /// The line, without its end. Not empty.
    pub line: SecretBytes,
    /// A sentence about what is wrong with its place, such as a file that others can read.
    pub warning: Option<String>,
}

/// Why no server was started here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartServerError {
    /// The sentence for it.
    pub sentence: String,
    /// Where another program has the port.
    pub taken: Option<Endpoint>,
}

/// How to call a user who looks elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlertMethod {
    /// BEL.
    #[default]
    Bell,
    /// A notification of the desktop (OSC 9).
    Notify,
    /// Not at all.
    Off,
}

/// Who gets the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseCapture {
    /// The terminal, for selecting text.
    #[default]
    Off,
    /// The program, for the wheel.
    On,
}

/// Writing a file, in steps: one `Create`, then any number of `Write`, then `Finish`. Whatever happens after `Create`,
/// exactly one [`Event::ExportFinished`] follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportStep {
    /// Make this file, which must not exist.
    Create(String),
    /// Append these bytes.
    Write(Vec<u8>),
    /// All is written.
    Finish,
}

/// What is done with a log. It is written in the order in which this is asked for, and before the frame that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogCommand {
    /// Append these bytes to it, opening or making it. [`Event::LogOpened`] answers when it is opened, and when that or the
    /// writing fails.
    Append {
        /// Where.
        place: LogPath,
        /// What.
        bytes: Vec<u8>,
        /// Where it may be cut off and gone on with.
        ending: Framing,
        /// Bytes beyond which it is put aside (`NAME.1`, `NAME.2` and so on) and begun anew; 0 never.
        largest: u64,
    },
    /// Say what it ends with: so many lines. [`Event::LogTail`] answers.
    Tail {
        /// For this tab.
        tab: LinkId,
        /// Where.
        place: LogPath,
        /// How many lines, at least 1.
        lines: usize,
    },
}

/// The answer to an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "effects have to be carried out"]
pub struct Update {
    /// In this order.
    pub effects: Vec<Effect>,
    /// Whether a new frame is wanted.
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
