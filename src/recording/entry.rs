//! The words of the format, one line each.

use super::{Data, RecordedClose};
use crate::link::{Endpoint, LinkEvent, LinkId};
use serde::{Deserialize, Serialize};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// What the first line calls the file.
pub const FORMAT: &str = "netchat-tui recording";

/// The version of the format that is written, and the highest that is read.
pub const VERSION: u32 = 1;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RecordingLine {
    /// A program begins to record.
    Session(Session),
    /// Something happened.
    Entry(RecordingEntry),
}

/// The head of a session: the first line of a file, and wherever a file is gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Always [`FORMAT`].
    pub format: String,
    /// Which version of it.
    pub version: u32,
    /// What wrote it: `netchat-tui 0.1.0`.
    pub program: String,
    /// When it began: milliseconds since 1970-01-01 00:00 UTC.
    pub utc: u64,
}

/// Something that happened on one link, or between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingEntry {
    /// Microseconds since the session began, by a clock that nobody sets.
    #[serde(rename = "us")]
    pub micros: u64,
    /// The local time as it was shown: milliseconds since 1970-01-01 00:00.
    pub wall: u64,
    /// The link. 0 where none is meant.
    pub link: u32,
    /// What it was.
    pub what: EntryKind,
}

/// When something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// Since the session began.
    pub elapsed: Duration,
    /// As in `ExportRow::local_time`.
    pub wall: u64,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// An attempt to connect began, to this host and port.
    Opening(String),
    /// This address is tried.
    Connecting {
        /// The address.
        addr: SocketAddr,
        /// The how many-th it is, from 1.
        nth: usize,
        /// Of how many.
        of: usize,
    },
    /// The connection stands, with this address.
    Opened(SocketAddr),
    /// One read.
    Received(Data),
    /// The user's program put these bytes into the queue to the server.
    Sent(Data),
    /// The same in answer to what the server had asked its program, and not its user.
    #[serde(rename = "answered")]
    TelnetReply(Data),
    /// The same of so many bytes that are kept nowhere.
    #[serde(rename = "secret")]
    Hidden(usize),
    /// The system took so many of them, the oldest first.
    Written(usize),
    /// The last so many of them were not sent.
    NotSent(usize),
    /// Our side is to end once all is written.
    #[serde(rename = "ending")]
    HalfClosing,
    /// Our side has ended.
    HalfClosed,
    /// Our side was to end and does not.
    NotHalfClosed,
    /// The link is over.
    Closed(RecordedClose),
    /// The program said something among the messages.
    Said {
        /// As what.
        mark: NoticeKind,
        /// Its words.
        words: String,
    },
    /// The nickname that is ours from now on; empty for none.
    Nick(String),
    /// Time passed, and that was worth showing: text without a newline was finished, a server had been silent.
    #[serde(rename = "passed")]
    Tick,
}

/// What the program's words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A notice.
    Notice,
    /// An error.
    Error,
    /// A rule across the messages.
    Rule,
    /// A row of a log of earlier days; its time is that of the row.
    Past,
}

impl Session {
    /// The head that this program writes.
    pub fn begin(utc: u64) -> Self {
        let program = format!("netchat-tui {}", env!("CARGO_PKG_VERSION"));
        Self { format: FORMAT.to_owned(), version: VERSION, program, utc }
    }
}

impl RecordingEntry {
    /// Something that happened at this time.
    pub fn new(at: Timestamp, link: LinkId, what: EntryKind) -> Self {
        let micros = u64::try_from(at.elapsed.as_micros()).unwrap_or(u64::MAX);
        Self { micros, wall: at.wall, link: link.0, what }
    }

    /// When it happened, since the session began.
    pub const fn elapsed(&self) -> Duration {
        Duration::from_micros(self.micros)
    }

    /// Its link.
    pub const fn link(&self) -> LinkId {
        LinkId(self.link)
    }

    /// Whether one sees it on the wire: what one steps by.
    pub const fn is_wire_event(&self) -> bool {
        matches!(
            self.what,
            EntryKind::Opened(_)
                | EntryKind::Received(_)
                | EntryKind::Sent(_)
                | EntryKind::TelnetReply(_)
                | EntryKind::Hidden(_)
                | EntryKind::Closed(_)
                | EntryKind::HalfClosed
        )
    }
}

impl EntryKind {
    /// What a recording keeps of an event. It keeps no acknowledgements: they say nothing about what was sent or received.
    pub fn of_event(event: &LinkEvent) -> Option<Self> {
        Some(match event {
            LinkEvent::Opening(endpoint) => Self::Opening(endpoint.to_string()),
            LinkEvent::Connecting { addr, index: nth, total: of } => {
                Self::Connecting { addr: *addr, nth: *nth, of: *of }
            }
            LinkEvent::Opened { peer } => Self::Opened(*peer),
            LinkEvent::Received(bytes) => Self::Received(Data(bytes.clone())),
            LinkEvent::Written(count) => Self::Written(*count),
            // Which bytes is known, unless they are a secret.
            LinkEvent::NotSent(bytes) => Self::NotSent(bytes.len()),
            LinkEvent::HalfClosed => Self::HalfClosed,
            LinkEvent::NotHalfClosed => Self::NotHalfClosed,
            LinkEvent::Closed(reason) => Self::Closed(reason.into()),
            LinkEvent::Acknowledged { .. } => return None,
        })
    }

    /// What the core would have heard, if that is how it came to know. `endpoint` is where the link leads.
    pub fn event(&self, endpoint: Option<&Endpoint>) -> Option<LinkEvent> {
        Some(match self {
            Self::Opening(place) => LinkEvent::Opening(Endpoint::parse(place).ok()?),
            Self::Connecting { addr, nth, of } => LinkEvent::Connecting { addr: *addr, index: *nth, total: *of },
            Self::Opened(peer) => LinkEvent::Opened { peer: *peer },
            Self::Received(data) => LinkEvent::Received(data.0.clone()),
            Self::Written(count) => LinkEvent::Written(*count),
            Self::HalfClosed => LinkEvent::HalfClosed,
            Self::NotHalfClosed => LinkEvent::NotHalfClosed,
            Self::Closed(ending) => LinkEvent::Closed(ending.reason(endpoint?)),
            Self::Sent(_)
            | Self::TelnetReply(_)
            | Self::Hidden(_)
            | Self::NotSent(_)
            | Self::HalfClosing
            | Self::Said { .. }
            | Self::Nick(_)
            | Self::Tick => return None,
        })
    }
}

impl RecordingLine {
    /// The line as it stands in a file, its newline included.
    ///
    /// # Errors
    /// None: there is nothing in it that JSON does not have.
    pub fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.push(b'\n');
        Ok(())
    }
}
