//! Events that a server reports to its operator, and reasons to refuse a client.

use super::room::LeaveReason;
use bytes::Bytes;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// An event of a running server. `Display` formats it as a log line without the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerEvent {
    /// A client joined.
    Joined {
        /// The new client.
        client: ClientLabel,
        /// Connected clients, including this one.
        client_count: usize,
    },
    /// A client left or was disconnected.
    Left {
        /// The client that left.
        client: ClientLabel,
        /// How its connection ended.
        reason: LeaveReason,
        /// Clients that remain.
        client_count: usize,
    },
    /// A room reported something about a client, such as `ann is now bob`.
    Note {
        /// The client's address.
        address: SocketAddr,
        /// The report, without a final period.
        message: String,
    },
    /// A client exceeded the rate limit and is throttled.
    SlowedDown(ClientLabel),
    /// A connection was refused.
    Refused {
        /// The peer's address.
        address: SocketAddr,
        /// Why it was refused.
        error: AdmissionError,
    },
    /// The system cannot accept connections for the moment; holds its error message.
    CannotAccept(String),
    /// A room sent these bytes to more than one client.
    Broadcast(Bytes),
}

/// Identifies a client in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLabel {
    /// Its nickname, in rooms that have nicknames.
    pub name: Option<String>,
    /// Its address, with IPv4-mapped IPv6 addresses written as IPv4.
    pub address: SocketAddr,
}

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdmissionError {
    /// The server has this many clients, its maximum.
    Full(usize),
    /// The address has this many connections, the maximum per address.
    TooManyFrom(IpAddr, usize),
    /// The address opens connections too quickly.
    TooOftenFrom(IpAddr),
    /// The server is shutting down.
    Closing,
}

/// A limit of [`super::ServerLimits`] that an event is about.
///
/// Callers with a command line use it to name the option that changes the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigurableLimit {
    /// The maximum number of clients.
    Clients,
    /// The maximum number of connections from one address.
    ClientsPerAddress,
    /// The rate of lines from one client.
    LineRate,
}

impl ServerEvent {
    /// The limit that a client has reached, if the event reports one.
    pub const fn limit(&self) -> Option<ConfigurableLimit> {
        match self {
            Self::SlowedDown(_) => Some(ConfigurableLimit::LineRate),
            Self::Refused { error: AdmissionError::Full(_), .. } => Some(ConfigurableLimit::Clients),
            Self::Refused { error: AdmissionError::TooManyFrom(..) | AdmissionError::TooOftenFrom(_), .. } => {
                Some(ConfigurableLimit::ClientsPerAddress)
            }
            Self::Refused { error: AdmissionError::Closing, .. }
            | Self::Joined { .. }
            | Self::Left { .. }
            | Self::Note { .. }
            | Self::CannotAccept(_)
            | Self::Broadcast(_) => None,
        }
    }
}

impl fmt::Display for ServerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Joined { client, client_count } => write!(f, "joined   {client} ({client_count} here)"),
            Self::Left { client, reason: LeaveReason::Kicked(reason), client_count } => {
                write!(f, "cut off  {client}: {} ({client_count} here)", reason.for_others())
            }
            Self::Left { client, reason: LeaveReason::Broken, client_count } => {
                write!(f, "left     {client}: the connection broke ({client_count} here)")
            }
            Self::Left { client, reason: LeaveReason::Closed | LeaveReason::HungUp, client_count } => {
                write!(f, "left     {client} ({client_count} here)")
            }
            Self::Note { address, message } => write!(f, "noted    {address}: {message}"),
            Self::SlowedDown(client) => write!(f, "slowed   {client}: over the rate limit"),
            Self::Refused { address, error } => write!(f, "refused  {address}: {error}"),
            Self::CannotAccept(error) => write!(f, "refused  all new clients for the moment: {error}"),
            // Escaped, because log lines go to terminals.
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

/// Formats the reason for the log. [`AdmissionError::client_message`] is for the client.
impl fmt::Display for AdmissionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(limit) => write!(f, "the server is full, the limit is {limit}"),
            Self::TooManyFrom(_, limit) => write!(f, "too many from its address, the limit is {limit}"),
            Self::TooOftenFrom(_) => f.write_str("its address connects too often"),
            Self::Closing => f.write_str("the server is closing"),
        }
    }
}

impl AdmissionError {
    /// The line that the refused client receives: the reason and the next step.
    pub fn client_message(self) -> String {
        match self {
            Self::Full(limit) => format!("* This server is full: the limit is {limit}. Try again later.\n"),
            Self::TooManyFrom(address, limit) => {
                format!("* Too many connections from {address}: the limit is {limit}. Close one, then try again.\n")
            }
            Self::TooOftenFrom(address) => {
                format!("* Too many connections from {address} in a short time. Wait a second, then try again.\n")
            }
            Self::Closing => "* This server is closing. Try again later.\n".to_owned(),
        }
    }
}

/// Receives the events of a server. It must not block.
pub type Sink = Box<dyn Fn(ServerEvent) + Send + Sync>;
