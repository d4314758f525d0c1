//! What a server tells the one who runs it.

use super::room::LeaveReason;
use bytes::Bytes;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// Something worth a line in the log. Its `Display` is that line, without the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerEvent {
    /// A client joined.
    Joined {
        /// Whom.
        who: ClientLabel,
        /// Clients there are now.
        client_count: usize,
    },
    /// A client is gone.
    Left {
        /// Whom.
        who: ClientLabel,
        /// Why.
        why: LeaveReason,
        /// Clients there are now.
        here: usize,
    },
    /// Something a room wants noted: `ann is now bob`.
    Note {
        /// About whom.
        address: SocketAddr,
        /// What.
        words: String,
    },
    /// A client said more than it may and has to wait.
    SlowedDown(ClientLabel),
    /// A client was not let in.
    Refused {
        /// Which.
        address: SocketAddr,
        /// Why.
        why: AdmissionError,
    },
    /// No client can be let in for the moment.
    CannotAccept(String),
    /// What everybody in the room got to read.
    Broadcast(Bytes),
}

/// A client, as the log names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLabel {
    /// What the room calls it, if it has names.
    pub name: Option<String>,
    /// Its address.
    pub address: SocketAddr,
}

/// Why a client was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdmissionError {
    /// There are as many clients as there may be.
    Full(usize),
    /// There are as many from its address.
    TooManyFrom(IpAddr, usize),
    /// Its address comes in again and again.
    TooOftenFrom(IpAddr),
    /// The server is about to close.
    Closing,
}

impl fmt::Display for ServerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Joined { who, client_count: here } => write!(f, "joined   {who} ({here} here)"),
            Self::Left { who, why: LeaveReason::Cut(reason), here } => {
                write!(f, "cut off  {who}: {} ({here} here)", reason.for_others())
            }
            Self::Left { who, why: LeaveReason::Broken, here } => {
                write!(f, "left     {who}: the connection broke ({here} here)")
            }
            Self::Left { who, why: LeaveReason::Closed | LeaveReason::HungUp, here } => {
                write!(f, "left     {who} ({here} here)")
            }
            Self::Note { address, words } => write!(f, "noted    {address}: {words}"),
            Self::SlowedDown(who) => write!(f, "slowed   {who}: more lines than --rate allows"),
            Self::Refused { address, why } => write!(f, "refused  {address}: {why}"),
            Self::CannotAccept(why) => write!(f, "refused  everybody for a moment: {why}"),
            // Not as it is: what is told of incidents goes to terminals.
            Self::Broadcast(bytes) => write!(f, "heard    {}", bytes.escape_ascii()),
        }
    }
}

impl fmt::Display for ClientLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} from {}", self.address),
            None => write!(f, "{}", self.address),
        }
    }
}

/// For the log; what the client itself is told is `SendError::text`.
impl fmt::Display for AdmissionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(clients) => write!(f, "no more than {clients} at a time (--max-clients)"),
            Self::TooManyFrom(_, clients) => {
                write!(f, "no more than {clients} from one address (--max-per-address)")
            }
            Self::TooOftenFrom(_) => f.write_str("its address connects too often (--max-per-address)"),
            Self::Closing => f.write_str("the server is closing"),
        }
    }
}

impl AdmissionError {
    /// One line for the client, with what to do next.
    pub fn words(self) -> String {
        match self {
            Self::Full(clients) => {
                format!("* This server is full: it takes no more than {clients} at a time. Try again later.\n")
            }
            Self::TooManyFrom(address, clients) => format!(
                "* Too many connections from {address}: no more than {clients} at a time. Close one, then try again.\n"
            ),
            Self::TooOftenFrom(address) => {
                format!("* Too many connections from {address} in a short time. Wait a second, then try again.\n")
            }
            Self::Closing => "* This server is closing. Try again later.\n".to_owned(),
        }
    }
}

/// Where incidents go. Must not block.
pub type Sink = Box<dyn Fn(ServerEvent) + Send + Sync>;
