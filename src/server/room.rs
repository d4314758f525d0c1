//! What every lab server is: a *room*, a state machine fed with who joined, what line came and who left, which answers
//! with who gets to read what.
//!
//! A room knows no socket, no task and no clock. The hub owns those: it frames bytes into `InputLine`s, hands them over
//! one at a time, and carries out what stands in [`Output`]. So a whole server can be read in one small file, and tested
//! as a function.

use bytes::BytesMut;
use std::time::Duration;

/// Names a client of a server. No two clients of one server run have the same; later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

/// A moment, as time since the server started.
pub type ServerTime = Duration;

/// What ended a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// Nothing: no more came for a while. Student clients send without a newline.
    Idle,
    /// It was longer than a line may be. The rest of it has been thrown away.
    Limit,
    /// Nothing: the client closed its side.
    Eof,
}

impl LineEnd {
    /// The bytes that end the line when it is passed on unchanged. A line that had to be cut gets an end of its own.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf | Self::Limit => b"\n",
            Self::CrLf => b"\r\n",
            Self::Idle | Self::Eof => b"",
        }
    }
}

/// One message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedLine<'a> {
    /// The bytes before the end. Any bytes but LF, a bare CR among them.
    pub text: &'a [u8],
    /// What ended it.
    pub end: LineEnd,
    /// The message before was ended by `ServerHandle::Idle` and this is what followed: the rest of a slowly typed line, or
    /// only its newline (then `text` is empty).
    pub continues: bool,
}

impl ReceivedLine<'_> {
    /// Whether this is no message at all but the late newline of the one before.
    pub const fn is_late_newline(&self) -> bool {
        self.continues && self.text.is_empty()
    }
}

/// Who is to read something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipients {
    /// This client.
    One(PeerId),
    /// Everybody but this client.
    AllExcept(PeerId),
    /// Everybody but these two.
    AllExceptTwo(PeerId, PeerId),
    /// Everybody.
    All,
}

impl Recipients {
    /// Whether `peer` is one of them.
    pub fn includes(self, peer: PeerId) -> bool {
        match self {
            Self::One(one) => peer == one,
            Self::AllExcept(one) => peer != one,
            Self::AllExceptTwo(one, other) => peer != one && peer != other,
            Self::All => true,
        }
    }
}

/// Bytes for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomDelivery {
    /// Who.
    pub to: Recipients,
    /// What.
    pub bytes: BytesMut,
}

/// Why somebody left. For the words in the log and the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveReason {
    /// Closed the connection, or its side of it.
    Closed,
    /// The connection broke.
    Broken,
    /// The server ended it: it said so with [`Output::hang_up`].
    HungUp,
    /// The server cut it off.
    Cut(KickReason),
}

/// Why a client was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KickReason {
    /// It did not read what waited for it.
    TooSlow,
    /// It kept saying more than it may.
    TooMuch,
}

impl KickReason {
    /// For those who read about it: a clause to follow a colon.
    pub const fn for_others(self) -> &'static str {
        match self {
            Self::TooSlow => "it did not read what waited for it",
            Self::TooMuch => "it kept saying more than the server takes",
        }
    }

    /// For the client itself: a sentence with the next step.
    pub const fn for_client(self) -> &'static str {
        match self {
            Self::TooSlow => "you did not read what waited for you. Connect again to go on.",
            Self::TooMuch => "you kept saying more than the server takes. Connect again, and say it more slowly.",
        }
    }
}

/// What a room wants done, in order.
///
/// Consecutive bytes for the same readers are one `Delivery`, so that a burst of lines from one client becomes one
/// buffer, and that buffer is what each reader's outbox refers to.
#[derive(Debug, Default)]
pub struct Output {
    deliveries: Vec<RoomDelivery>,
    /// Bytes in all of them but the last.
    sealed: usize,
    hang_ups: Vec<(PeerId, Duration)>,
    log: Vec<(PeerId, String)>,
}

impl Output {
    /// Where to write what `to` is to read. Implements [`std::fmt::Write`]; lines need their own newline.
    pub fn to(&mut self, to: Recipients) -> &mut BytesMut {
        let fits = self.deliveries.last().is_some_and(|last| last.to == to);
        if !fits {
            self.sealed = self.len();
            self.deliveries.push(RoomDelivery { to, bytes: BytesMut::new() });
        }
        let last = self.deliveries.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "there is one: it was there or has just been pushed")]
        &mut self.deliveries[last].bytes
    }

    /// Ends the connection of `peer` after a time, once it has been sent all it was told. Nothing it says from now on
    /// reaches the room.
    pub fn hang_up(&mut self, peer: PeerId, after: Duration) {
        self.hang_ups.push((peer, after));
    }

    /// A line for the server's log, about `peer`, whose address it gets: `ann is now bob`.
    pub fn log(&mut self, peer: PeerId, words: impl Into<String>) {
        self.log.push((peer, words.into()));
    }

    /// Bytes written so far.
    pub fn len(&self) -> usize {
        self.sealed + self.deliveries.last().map_or(0, |last| last.bytes.len())
    }

    /// Whether somebody's connection is to be ended.
    pub const fn hangs_up(&self) -> bool {
        !self.hang_ups.is_empty()
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.deliveries.is_empty() && self.hang_ups.is_empty() && self.log.is_empty()
    }

    /// Takes what was said, leaving nothing.
    pub fn take_deliveries(&mut self) -> Vec<RoomDelivery> {
        self.sealed = 0;
        std::mem::take(&mut self.deliveries)
    }

    /// Takes who is to go, and after what time.
    pub fn take_hang_ups(&mut self) -> Vec<(PeerId, Duration)> {
        std::mem::take(&mut self.hang_ups)
    }

    /// Takes the lines for the log.
    pub fn take_log(&mut self) -> Vec<(PeerId, String)> {
        std::mem::take(&mut self.log)
    }
}

/// One lab server as a state machine: each event of a client yields the output for all.
pub trait Room: std::fmt::Debug + Send {
    /// A client has connected.
    fn joined(&mut self, now: ServerTime, peer: PeerId, out: &mut Output);

    /// A client that has joined and not left said this.
    fn line(&mut self, now: ServerTime, from: PeerId, line: ReceivedLine<'_>, out: &mut Output);

    /// A client has gone. It reads nothing any more.
    fn left(&mut self, now: ServerTime, peer: PeerId, why: LeaveReason, out: &mut Output);

    /// When to call [`Room::tick`], if the room waits for anything.
    fn due(&self) -> Option<ServerTime> {
        None
    }

    /// The moment named by [`Room::due`] has come.
    fn tick(&mut self, _now: ServerTime, _out: &mut Output) {}

    /// What the room calls a client, for the log.
    fn name(&self, _peer: PeerId) -> Option<&str> {
        None
    }
}
