//! The vocabulary between the core and the network: plain data, no sockets.
//!
//! `app` speaks [`LinkCommand`], `net` answers [`LinkEvent`]; neither sees the other. A *link* is one connection of
//! one tab, from "resolve this name" to "it is over, for this reason". Events carry batches: a whole read, not a line.

mod endpoint;
mod error;
mod secret_bytes;

pub use endpoint::{DEFAULT_PORT, Endpoint, EndpointError};
pub use error::{ErrorCause, LinkError, LinkOp};
pub use secret_bytes::SecretBytes;

use bytes::Bytes;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Names a link, and the tab it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LinkId(pub u32);

/// What the core asks of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkCommand {
    /// Resolve and connect. An open link is closed first, an attempt under way is dropped.
    Open {
        /// Where to.
        endpoint: Endpoint,
        /// The limit for the connect phase, resolving included.
        limit: Duration,
        /// Which of its addresses to try.
        family: Family,
    },
    /// Write these bytes, in order, as they are.
    Send(Bytes),
    /// The same for a secret. The link overwrites its copy once it is written.
    SendSecret(SecretBytes),
    /// Write what is queued, then end our side (TCP half-close: `shutdown(2)` of the writing half). Reading goes on.
    Eof,
    /// Give up the attempt, or hand what is queued to the system and close.
    Close,
}

/// What a link reports. The order of events is the order in which things happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// An attempt to connect began; if the endpoint has a name, it is being looked up.
    Opening(Endpoint),
    /// A connection attempt to this address began. Several may be under way at once (RFC 8305).
    Connecting {
        /// Where to.
        addr: SocketAddr,
        /// Which of the host's addresses it is in the order in which they are tried, from 1.
        index: usize,
        /// How many the host has.
        total: usize,
    },
    /// The connection stands.
    Opened {
        /// The address that answered first.
        peer: SocketAddr,
    },
    /// One read, at most 64 KiB. Never empty.
    Received(Bytes),
    /// So many more bytes were taken over by the operating system.
    Written(usize),
    /// The machine at the other end has acknowledged this many of the bytes written since [`Opened`](Self::Opened).
    ///
    /// Reported only where the system tells, and only while some are late or when that changes: a healthy link never
    /// reports it. The last one before [`Closed`](Self::Closed) says how many arrived. An acknowledgement means that the
    /// system there has the bytes, not that the program there has read them.
    Acknowledged {
        /// Acknowledged bytes, from the first one of this connection on.
        bytes: u64,
        /// Whether bytes are missing that were written at least a second ago, or that will not be acknowledged any more.
        is_late: bool,
    },
    /// These bytes were to be sent and were not: the link was not open, its queue was full, or our side is to end. In the
    /// place of a secret stand as many zeros.
    NotSent(Bytes),
    /// Our side has ended: everything sent was taken over, and the peer will read its end.
    HalfClosed,
    /// Our side was to end and does not: the link was not open, or its queue was full.
    NotHalfClosed,
    /// It is over. Nothing is received until the next [`LinkCommand::Open`].
    Closed(CloseReason),
}

/// Why a link is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloseReason {
    /// The peer ended its side (read returned nothing).
    ByPeer,
    /// We were told to close.
    ByUs,
    /// We were told to close before there was a connection.
    Cancelled,
    /// It did not come about, or it broke.
    Failed(LinkError),
}

/// Which addresses of a host are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Family {
    /// All of them.
    #[default]
    Any,
    /// Those of IPv4 only.
    V4,
    /// Those of IPv6 only.
    V6,
}

impl Family {
    /// Whether an address is one of these.
    pub const fn matches(self, ip: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => ip.is_ipv4(),
            Self::V6 => ip.is_ipv6(),
        }
    }

    /// The family's name, and the letter that asks for it: `IPv4`, `-4`.
    pub(crate) const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Any => ("IP", ""),
            Self::V4 => ("IPv4", "-4"),
            Self::V6 => ("IPv6", "-6"),
        }
    }
}

/// What ends a line on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Eol {
    /// `\n`, what every lab server takes.
    #[default]
    Lf,
    /// `\r\n`, as telnet and the text protocols of the internet have it.
    CrLf,
    /// `\r`, as some device consoles want it.
    Cr,
    /// `\0`.
    Nul,
    /// Nothing: the bytes as typed.
    None,
}

impl Eol {
    /// The bytes put after a line.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
            Self::Nul => b"\0",
            Self::None => b"",
        }
    }

    /// Reads `lf`, `crlf`, `cr`, `nul` or `none`, in whatever case.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [("lf", Self::Lf), ("crlf", Self::CrLf), ("cr", Self::Cr), ("nul", Self::Nul), ("none", Self::None)];
        all.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, eol)| eol)
    }

    /// The word for it, on the command line and in the status line.
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
