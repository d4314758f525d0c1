//! Plain data exchanged between the core and the network.
//!
//! `app` sends [`LinkCommand`]s and `net` answers with [`LinkEvent`]s; neither imports the other. A *link* is a tab's
//! connection, from looking up the host to the reason why it was closed. An event carries a whole read, not a line.

mod endpoint;
mod error;
mod secret_bytes;

pub use endpoint::{DEFAULT_PORT, Endpoint, EndpointError};
pub use error::{ErrorCause, LinkError, LinkOp};
pub use secret_bytes::SecretBytes;

use bytes::Bytes;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Identifies a link and the tab that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LinkId(pub u32);

/// Command of the core to a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkCommand {
    /// Resolves the host and connects. An open connection is closed first; a pending attempt is dropped.
    Open {
        /// Server to connect to.
        endpoint: Endpoint,
        /// Maximum time for resolving and connecting together.
        limit: Duration,
        /// Address family to try.
        family: Family,
    },
    /// Writes these bytes after those queued before.
    Send(Bytes),
    /// Writes these bytes like [`Send`](Self::Send). The link overwrites its copy once it is written.
    SendSecret(SecretBytes),
    /// Writes the queued bytes, then half-closes the connection (`shutdown(2)` of the writing half). Reading continues.
    Eof,
    /// Drops a pending attempt, or hands the queued bytes to the operating system and closes the connection.
    Close,
}

/// Event of a link. Events arrive in the order in which they happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// An attempt to connect began; if the endpoint has a name, it is being looked up.
    Opening(Endpoint),
    /// Connecting to this address began. Several attempts may be pending at once (RFC 8305).
    Connecting {
        /// Address of the attempt.
        addr: SocketAddr,
        /// 1-based index among the host's addresses, in the order in which they are tried.
        index: usize,
        /// Number of the host's addresses.
        total: usize,
    },
    /// The connection is established.
    Opened {
        /// Address that answered first.
        peer: SocketAddr,
    },
    /// Bytes of one read: at least 1, at most 64 KiB.
    Received(Bytes),
    /// The operating system accepted this many more bytes.
    Written(usize),
    /// The peer's machine has acknowledged this many of the bytes written since [`Opened`](Self::Opened).
    ///
    /// Reported only on systems that provide the number, and only while bytes are late or when that changes: a healthy link
    /// never reports it. The last one before [`Closed`](Self::Closed) has the number of bytes that arrived. An
    /// acknowledgement means that the peer's operating system has the bytes, not that its program has read them.
    Acknowledged {
        /// Acknowledged bytes since the connection was established.
        bytes: u64,
        /// Whether unacknowledged bytes were written at least a second ago, or will never be acknowledged.
        is_late: bool,
    },
    /// These bytes were not sent: the link was not open, its queue was full, or it is being half-closed. A secret is
    /// replaced by as many zeros.
    NotSent(Bytes),
    /// The connection is half-closed: the operating system has accepted all bytes, and the peer will read the end.
    HalfClosed,
    /// The connection was not half-closed: the link was not open, or its queue was full.
    NotHalfClosed,
    /// The link is closed. Nothing is received until the next [`LinkCommand::Open`].
    Closed(CloseReason),
}

/// Reason why a link was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloseReason {
    /// The peer closed its side: a read returned no bytes.
    ByPeer,
    /// [`LinkCommand::Close`] closed the connection.
    ByUs,
    /// [`LinkCommand::Close`] ended the attempt before the connection was established.
    Cancelled,
    /// Connecting failed, or the connection broke.
    Failed(LinkError),
}

/// Address family of the addresses that are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Family {
    /// IPv4 and IPv6 addresses.
    #[default]
    Any,
    /// Only IPv4 addresses.
    V4,
    /// Only IPv6 addresses.
    V6,
}

impl Family {
    /// Whether an address belongs to this family.
    pub const fn matches(self, ip: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => ip.is_ipv4(),
            Self::V6 => ip.is_ipv6(),
        }
    }

    /// Returns the family's name and its option, such as `IPv4` and `-4`.
    pub(crate) const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Any => ("IP", ""),
            Self::V4 => ("IPv4", "-4"),
            Self::V6 => ("IPv6", "-6"),
        }
    }
}

/// Line end that is appended to a sent line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Eol {
    /// `\n`, which every lab server accepts.
    #[default]
    Lf,
    /// `\r\n`, used by telnet and the text protocols of the internet.
    CrLf,
    /// `\r`, expected by some device consoles.
    Cr,
    /// A zero byte.
    Nul,
    /// No line end: the bytes as typed.
    None,
}

impl Eol {
    /// Returns the bytes appended to a line.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
            Self::Nul => b"\0",
            Self::None => b"",
        }
    }

    /// Parses `lf`, `crlf`, `cr`, `nul` or `none`, ignoring case.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [("lf", Self::Lf), ("crlf", Self::CrLf), ("cr", Self::Cr), ("nul", Self::Nul), ("none", Self::None)];
        all.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, eol)| eol)
    }

    /// Returns the name shown to the user, such as `CRLF`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Cr => "CR",
            Self::Nul => "NUL",
            Self::None => "no EOL",
        }
    }
}
