//! The lines of a recording.

use super::{Data, RecordedClose};
use crate::link::{Endpoint, LinkEvent, LinkId};
use serde::{Deserialize, Serialize};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// Value of [`Session::format`].
pub const FORMAT: &str = "netchat-tui recording";

/// Version of the format that is written, and the highest that is read.
pub const VERSION: u32 = 1;

/// One line of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RecordingLine {
    /// The start of a session.
    Session(Session),
    /// An event within the session.
    Entry(RecordingEntry),
}

/// The header of a session: the first line of a file, and of each later session appended to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Always [`FORMAT`].
    pub format: String,
    /// Version of the format; at most [`VERSION`].
    pub version: u32,
    /// Name and version of the program that wrote the session, such as `netchat-tui 0.1.0`.
    pub program: String,
    /// Start of the session, in milliseconds since 1970-01-01 00:00 UTC.
    pub utc: u64,
}

/// An event with its time and link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingEntry {
    /// Microseconds since the start of the session, by a monotonic clock.
    #[serde(rename = "us")]
    pub micros: u64,
    /// Local time as shown, in milliseconds since 1970-01-01 00:00 local time.
    pub wall: u64,
    /// Number of the link, from 0; 0 for events that belong to none.
    pub link: u32,
    /// The event.
    pub what: EntryKind,
}

/// The two times of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// Monotonic time since the start of the session.
    pub elapsed: Duration,
    /// Local time, as in [`RecordingEntry::wall`].
    pub wall: u64,
}

/// An event of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// An attempt to connect to `HOST:PORT` started.
    Opening(String),
    /// An address is being tried.
    Connecting {
        /// The address that is tried.
        addr: SocketAddr,
        /// 1-based index among the host's addresses.
        nth: usize,
        /// Number of addresses to try.
        of: usize,
    },
    /// The connection to this address was established.
    Opened(SocketAddr),
    /// The bytes of one read.
    Received(Data),
    /// Bytes queued for the server.
    Sent(Data),
    /// Bytes queued in reply to telnet negotiation.
    #[serde(rename = "answered")]
    TelnetReply(Data),
    /// Number of bytes queued that are not stored: a hidden line.
    #[serde(rename = "secret")]
    Hidden(usize),
    /// Number of queued bytes that the system accepted, oldest first.
    Written(usize),
    /// Number of queued bytes, from the end of the queue, that will not be sent.
    NotSent(usize),
    /// A half-close was requested, to follow the queued bytes.
    #[serde(rename = "ending")]
    HalfClosing,
    /// Our side of the connection is closed.
    HalfClosed,
    /// The requested half-close did not happen.
    NotHalfClosed,
    /// The link closed.
    Closed(RecordedClose),
    /// The program showed a message of its own among the received ones.
    Said {
        /// How the message was shown.
        mark: NoticeKind,
        /// The text of the message.
        words: String,
    },
    /// The user's nickname from now on; empty for none.
    Nick(String),
    /// Time passed with a visible effect, such as text without a newline that counts as complete.
    #[serde(rename = "passed")]
    Tick,
}

/// How a message of the program was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// As a notice.
    Notice,
    /// As an error.
    Error,
    /// As a separator line.
    Rule,
    /// As a row of an older log, with the time of that row.
    Past,
}

impl Session {
    /// Creates the header of a session that starts at `utc` (milliseconds since 1970-01-01 00:00 UTC).
    pub fn begin(utc: u64) -> Self {
        let program = format!("netchat-tui {}", env!("CARGO_PKG_VERSION"));
        Self { format: FORMAT.to_owned(), version: VERSION, program, utc }
    }
}

impl RecordingEntry {
    /// Creates an entry. Times beyond `u64::MAX` microseconds saturate.
    pub fn new(at: Timestamp, link: LinkId, what: EntryKind) -> Self {
        let micros = u64::try_from(at.elapsed.as_micros()).unwrap_or(u64::MAX);
        Self { micros, wall: at.wall, link: link.0, what }
    }

    /// Returns the time since the start of the session.
    pub const fn elapsed(&self) -> Duration {
        Duration::from_micros(self.micros)
    }

    /// Returns the link of the event.
    pub const fn link(&self) -> LinkId {
        LinkId(self.link)
    }

    /// Tells whether the event is visible on the wire. Playback steps from one to the next.
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
    /// Converts a link event. `None` for acknowledgements, which are not recorded.
    pub fn of_event(event: &LinkEvent) -> Option<Self> {
        Some(match event {
            LinkEvent::Opening(endpoint) => Self::Opening(endpoint.to_string()),
            LinkEvent::Connecting { addr, index: nth, total: of } => {
                Self::Connecting { addr: *addr, nth: *nth, of: *of }
            }
            LinkEvent::Opened { peer } => Self::Opened(*peer),
            LinkEvent::Received(bytes) => Self::Received(Data(bytes.clone())),
            LinkEvent::Written(count) => Self::Written(*count),
            // The count is enough: the bytes were recorded when they were queued.
            LinkEvent::NotSent(bytes) => Self::NotSent(bytes.len()),
            LinkEvent::HalfClosed => Self::HalfClosed,
            LinkEvent::NotHalfClosed => Self::NotHalfClosed,
            LinkEvent::Closed(reason) => Self::Closed(reason.into()),
            LinkEvent::Acknowledged { .. } => return None,
        })
    }

    /// Converts back to the link event it was made from. `None` for events that did not come from the link, and for
    /// [`EntryKind::NotSent`], whose bytes are unknown. `endpoint` is the endpoint of the link.
    pub fn event(&self, endpoint: Option<&Endpoint>) -> Option<LinkEvent> {
        Some(match self {
            Self::Opening(address) => LinkEvent::Opening(Endpoint::parse(address).ok()?),
            Self::Connecting { addr, nth, of } => LinkEvent::Connecting { addr: *addr, index: *nth, total: *of },
            Self::Opened(peer) => LinkEvent::Opened { peer: *peer },
            Self::Received(data) => LinkEvent::Received(data.0.clone()),
            Self::Written(count) => LinkEvent::Written(*count),
            Self::HalfClosed => LinkEvent::HalfClosed,
            Self::NotHalfClosed => LinkEvent::NotHalfClosed,
            Self::Closed(reason) => LinkEvent::Closed(reason.reason(endpoint?)),
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
    /// Appends the line as JSON, with its newline.
    ///
    /// # Errors
    /// Never in practice: all values can be represented in JSON.
    pub fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.push(b'\n');
        Ok(())
    }
}
