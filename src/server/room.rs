//! The interface between the hub and a server's behaviour: the [`Room`] state machine, its input and its output.
//!
//! A room has no sockets, tasks or clock. The hub splits input into [`ReceivedLine`]s, passes them on one at a time, and
//! carries out what the room writes to its [`Output`]. So a whole server is one small file that can be tested as a
//! function.

use bytes::BytesMut;
use std::time::Duration;

/// Identifies a client. Unique within a server run; later clients have greater ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

/// A point in time, measured from the start of the server.
pub type ServerTime = Duration;

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// With `\n`.
    Lf,
    /// With `\r\n`.
    CrLf,
    /// Without a newline: no input followed for the idle timeout. Some student clients send none.
    Idle,
    /// At the length limit. The rest of the line is discarded.
    Limit,
    /// Without a newline: the client half-closed or closed the connection.
    Eof,
}

impl LineEnd {
    /// The bytes that end the line when it is passed on. A line cut at the limit gets `\n`.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf | Self::Limit => b"\n",
            Self::CrLf => b"\r\n",
            Self::Idle | Self::Eof => b"",
        }
    }
}

/// A line from a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedLine<'a> {
    /// The bytes before the end. Never contains LF; may contain a bare CR.
    pub text: &'a [u8],
    /// How the line ended.
    pub end: LineEnd,
    /// Whether the line before ended with [`LineEnd::Idle`] and this one follows it: the rest of a slowly typed line, or
    /// only its newline (then `text` is empty).
    pub continues: bool,
}

impl ReceivedLine<'_> {
    /// Whether this is only the late newline of the line before.
    pub const fn is_late_newline(&self) -> bool {
        self.continues && self.text.is_empty()
    }
}

/// The clients that receive a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipients {
    /// One client.
    One(PeerId),
    /// All clients except one.
    AllExcept(PeerId),
    /// All clients except two.
    AllExceptTwo(PeerId, PeerId),
    /// All clients.
    All,
}

impl Recipients {
    /// Whether `peer` is a recipient.
    pub fn includes(self, peer: PeerId) -> bool {
        match self {
            Self::One(one) => peer == one,
            Self::AllExcept(one) => peer != one,
            Self::AllExceptTwo(one, other) => peer != one && peer != other,
            Self::All => true,
        }
    }
}

/// Bytes and their recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomDelivery {
    /// The recipients.
    pub to: Recipients,
    /// The bytes to send.
    pub bytes: BytesMut,
}

/// Why a client left, for the log and the notice in the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveReason {
    /// The client closed or half-closed the connection.
    Closed,
    /// The connection broke.
    Broken,
    /// The room disconnected it with [`Output::hang_up`].
    HungUp,
    /// The hub disconnected it.
    Kicked(KickReason),
}

/// Why the hub disconnected a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KickReason {
    /// It stopped reading while its outbox was full.
    TooSlow,
    /// It exceeded the rate limit for too long.
    OverRate,
}

impl KickReason {
    /// The reason for other people and the log: a clause to follow a colon.
    pub const fn for_others(self) -> &'static str {
        match self {
            Self::TooSlow => "it stopped reading",
            Self::OverRate => "it exceeded the rate limit for too long",
        }
    }

    /// The reason for the client itself, to follow a colon, and the next step.
    pub const fn for_client(self) -> &'static str {
        match self {
            Self::TooSlow => "you stopped reading. Reconnect to continue.",
            Self::OverRate => "you exceeded the rate limit for too long. Reconnect and send more slowly.",
        }
    }
}

/// The actions of a room: bytes to send, clients to disconnect and lines to log, each in order.
///
/// Consecutive bytes for the same recipients form one [`RoomDelivery`]. So a burst of lines from one client is one
/// buffer, to which the outbox of each recipient refers.
#[derive(Debug, Default)]
pub struct Output {
    deliveries: Vec<RoomDelivery>,
    /// Total bytes of all deliveries except the last.
    sealed: usize,
    hang_ups: Vec<(PeerId, Duration)>,
    log: Vec<(PeerId, String)>,
}

impl Output {
    /// The buffer for bytes to `to`, which implements [`std::fmt::Write`]. Lines need their own newline.
    pub fn to(&mut self, to: Recipients) -> &mut BytesMut {
        let fits = self.deliveries.last().is_some_and(|last| last.to == to);
        if !fits {
            self.sealed = self.len();
            self.deliveries.push(RoomDelivery { to, bytes: BytesMut::new() });
        }
        let last = self.deliveries.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "a delivery exists or has just been pushed")]
        &mut self.deliveries[last].bytes
    }

    /// Disconnects `peer` after a delay, once its output is written. Its further input does not reach the room.
    pub fn hang_up(&mut self, peer: PeerId, after: Duration) {
        self.hang_ups.push((peer, after));
    }

    /// Adds a line about `peer` to the server's log, which prefixes its address: `ann is now bob`.
    pub fn log(&mut self, peer: PeerId, message: impl Into<String>) {
        self.log.push((peer, message.into()));
    }

    /// Total bytes of all deliveries.
    pub fn len(&self) -> usize {
        self.sealed + self.deliveries.last().map_or(0, |last| last.bytes.len())
    }

    /// Whether a client is to be disconnected.
    pub const fn hangs_up(&self) -> bool {
        !self.hang_ups.is_empty()
    }

    /// Whether there are no actions.
    pub fn is_empty(&self) -> bool {
        self.deliveries.is_empty() && self.hang_ups.is_empty() && self.log.is_empty()
    }

    /// Removes and returns the deliveries.
    pub fn take_deliveries(&mut self) -> Vec<RoomDelivery> {
        self.sealed = 0;
        std::mem::take(&mut self.deliveries)
    }

    /// Removes and returns the clients to disconnect, with their delays.
    pub fn take_hang_ups(&mut self) -> Vec<(PeerId, Duration)> {
        std::mem::take(&mut self.hang_ups)
    }

    /// Removes and returns the log lines.
    pub fn take_log(&mut self) -> Vec<(PeerId, String)> {
        std::mem::take(&mut self.log)
    }
}

/// The behaviour of a server as a state machine: each event of a client produces output for any clients.
pub trait Room: std::fmt::Debug + Send {
    /// Handles a client that has connected.
    fn joined(&mut self, now: ServerTime, peer: PeerId, out: &mut Output);

    /// Handles a line from a client that has joined and not left.
    fn line(&mut self, now: ServerTime, from: PeerId, line: ReceivedLine<'_>, out: &mut Output);

    /// Handles a client that has left. It receives nothing more.
    fn left(&mut self, now: ServerTime, peer: PeerId, reason: LeaveReason, out: &mut Output);

    /// When [`Room::tick`] must be called, if the room has a timer.
    fn due(&self) -> Option<ServerTime> {
        None
    }

    /// Handles the timer of [`Room::due`].
    fn tick(&mut self, _now: ServerTime, _out: &mut Output) {}

    /// The nickname of a client, for the log; `None` in rooms without nicknames.
    fn name(&self, _peer: PeerId) -> Option<&str> {
        None
    }
}
