//! One client's connection: a task that reads, hands over what it reads, and writes what the mailbox holds.
//!
//! ```text
//!   Talking ──► Lingering ──► Leaving ──► Draining ──► gone
//!      │  hang up later   at its time  all written,   the client has closed too
//!      └──────────────────────►┘       our side closed
//! ```
//!
//! Sockets are read into one buffer per thread, so that a client which says nothing costs a socket and this task, no
//! buffer. What may not be heard yet (see `Hub::hear`) is kept, and nothing more read: TCP tells the client to wait.
//!
//! A connection is not just dropped: closing a socket with unread input makes the system send a reset, which can
//! destroy the last words on their way (RFC 2525, 2.17). So our side is closed first and the rest is read and forgotten.

use super::event::AdmissionError;
use super::hub::{ClientInput, Hub, HubClient, InputResult};
use super::outbox::Outbox;
use super::room::{KickReason, LeaveReason, ServerTime};
use bytes::Bytes;
use socket2::SockRef;
use std::cell::RefCell;
use std::future::{poll_fn, ready};
use std::io::ErrorKind;
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::yield_now;
use tokio::time::{sleep_until, timeout};

/// How long a client that is to be gone may take to read what waits for it, from one byte to the next.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

/// The same for one that has been cut off, which does not read as a rule.
const KICK_FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a client may take to close its side once we have closed ours.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// Bytes of one read.
const READ: usize = 64 << 10;

thread_local! {
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ].into_boxed_slice());
}

/// One client: its socket, its place in the hub, and what is still to be read and written.
struct Connection {
    stream: TcpStream,
    hub: Arc<Hub>,
    speaker: HubClient,
    /// Read, and not yet heard. While there is some, nothing more is read.
    pending_input: Vec<u8>,
    /// It can be heard as soon as the others have had their turn.
    has_more: bool,
    /// When to try again to have it heard, if that is a matter of time.
    again_at: Option<ServerTime>,
    /// When what was said without a newline is a message.
    silence_at: Option<ServerTime>,
    phase: ClientPhase,
    /// It has closed its side.
    has_closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientPhase {
    /// In the room.
    Active,
    /// In the room and no longer heard, until then.
    AwaitingHangUp { until: ServerTime },
    /// Out of the room, with last words to read. Given up then, unless it has read some of them by then.
    Flushing { until: ServerTime, patience: Duration },
    /// All is said. Given up then.
    Draining { until: ServerTime },
}

/// What ended the waiting.
#[derive(Clone, Copy)]
enum ClientWakeup {
    Told,
    Due,
    Writable,
    Readable,
    /// The others have had their turn.
    More,
}

/// The connection is to be dropped.
struct Closed;

/// Serves one client until it is gone.
pub(super) async fn serve(stream: TcpStream, speaker: HubClient, hub: Arc<Hub>) {
    Connection::new(stream, hub, speaker).run().await;
}

/// Tells a client why it is not let in.
pub(super) async fn refuse(mut stream: TcpStream, refusal: AdmissionError, _turn: OwnedSemaphorePermit) {
    let words = refusal.words();
    let written = timeout(DRAIN_TIMEOUT, stream.write_all(words.as_bytes())).await;
    if !matches!(written, Ok(Ok(()))) {
        return;
    }
    let _ = stream.shutdown().await;
    let mut forgotten = [0; 1024];
    let drain = async { while matches!(stream.read(&mut forgotten).await, Ok(1..)) {} };
    let _ = timeout(DRAIN_TIMEOUT, drain).await;
}

impl Connection {
    fn new(stream: TcpStream, hub: Arc<Hub>, speaker: HubClient) -> Self {
        Self {
            stream,
            hub,
            speaker,
            pending_input: Vec::new(),
            has_more: false,
            again_at: None,
            silence_at: None,
            phase: ClientPhase::Active,
            has_closed: false,
        }
    }

    async fn run(mut self) {
        loop {
            let turn = self.wait().await;
            if let Err(Closed) = self.take(turn) {
                // If it has not left by now, it has been lost.
                self.hub.leave(self.speaker.id, LeaveReason::Broken);
                return self.hub.closed(&self.speaker);
            }
            if self.has_more || matches!(turn, ClientWakeup::Readable) {
                // One that never stops talking is always readable; the runtime by itself would let it go on a
                // hundred times.
                yield_now().await;
            }
        }
    }

    async fn wait(&self) -> ClientWakeup {
        let wants_to_write = !self.speaker.mailbox.open().outbox.is_empty();
        let wants_to_read = self.pending_input.is_empty() && !self.has_closed;
        let due = self.due();
        let due_at = self.hub.instant(due.unwrap_or_default());
        tokio::select! { biased;
            () = self.speaker.mailbox.notify.notified() => ClientWakeup::Told,
            () = sleep_until(due_at), if due.is_some() => ClientWakeup::Due,
            () = ready(()), if self.has_more => ClientWakeup::More,
            _ready = poll_fn(|context| self.stream.poll_write_ready(context)), if wants_to_write => ClientWakeup::Writable,
            _ready = poll_fn(|context| self.stream.poll_read_ready(context)), if wants_to_read => ClientWakeup::Readable,
        }
    }

    fn due(&self) -> Option<ServerTime> {
        let phase = match self.phase {
            ClientPhase::Active => None,
            ClientPhase::AwaitingHangUp { until }
            | ClientPhase::Flushing { until, .. }
            | ClientPhase::Draining { until } => Some(until),
        };
        let outbox = if self.is_in_room() { self.speaker.mailbox.open().outbox.due() } else { None };
        [phase, outbox, self.again_at, self.silence_at].into_iter().flatten().min()
    }

    const fn is_in_room(&self) -> bool {
        matches!(self.phase, ClientPhase::Active | ClientPhase::AwaitingHangUp { .. })
    }

    fn take(&mut self, turn: ClientWakeup) -> Result<(), Closed> {
        match turn {
            ClientWakeup::Told => {
                self.on_mailbox();
                self.write()?;
            }
            ClientWakeup::Due => self.on_due()?,
            ClientWakeup::Writable => self.write()?,
            ClientWakeup::Readable => return self.read(),
            ClientWakeup::More => {}
        }
        if !self.pending_input.is_empty() && self.again_at.is_none() {
            self.hear_rest();
        }
        Ok(())
    }

    /// Does what the hub wants: stop listening, for one thing.
    fn on_mailbox(&mut self) {
        let hang_up = self.speaker.mailbox.open().hang_up;
        // One that lingers may have to go sooner: the server is being stopped.
        if let Some(until) = hang_up.filter(|_| self.is_in_room()) {
            self.phase = ClientPhase::AwaitingHangUp { until };
            self.stop_hearing();
        }
    }

    fn stop_hearing(&mut self) {
        (self.pending_input, self.has_more, self.again_at, self.silence_at) = (Vec::new(), false, None, None);
    }

    fn on_due(&mut self) -> Result<(), Closed> {
        let now = self.hub.now();
        let is_due = |moment: Option<ServerTime>| moment.is_some_and(|moment| moment <= now);
        if is_due(self.silence_at) {
            // On a busy machine the time may be up and more have come.
            self.read()?;
        }
        if is_due(self.silence_at) {
            self.on_silence(now);
        }
        if is_due(self.again_at) {
            self.hear_rest();
        }
        match self.phase {
            ClientPhase::AwaitingHangUp { until } if until <= now => {
                self.leave_room(LeaveReason::HungUp, FLUSH_TIMEOUT);
            }
            ClientPhase::Flushing { until, .. } | ClientPhase::Draining { until } if until <= now => {
                return Err(Closed);
            }
            _ => {}
        }
        // Before judging it: on a busy machine a client may well have read, and its task not have come to know.
        self.write()?;
        if self.is_in_room() {
            self.check_outbox(now);
        }
        Ok(())
    }

    fn check_outbox(&mut self, now: ServerTime) {
        let mut inside = self.speaker.mailbox.open();
        let holding = inside.outbox.tick(now);
        let is_stuck = inside.outbox.is_stuck(now);
        drop(inside);
        self.hub.on_time_passed(holding);
        if is_stuck {
            self.cut(KickReason::TooSlow);
        }
    }

    fn on_silence(&mut self, now: ServerTime) {
        let heard = self.hub.feed(&mut self.speaker, ClientInput::Idle);
        match heard {
            InputResult::Blocked => self.silence_at = Some(now + self.hub.limits.silence),
            InputResult::BlockedUntil(at) => self.silence_at = Some(at),
            InputResult::Consumed | InputResult::YieldTurn | InputResult::Left | InputResult::Kicked(_) => {
                self.on_input_result(heard);
            }
        }
    }

    /// Tries to have heard what could not be heard yet.
    fn hear_rest(&mut self) {
        let unheard = std::mem::take(&mut self.pending_input);
        let mut rest = &unheard[..];
        let heard = self.hub.feed(&mut self.speaker, ClientInput::Bytes(&mut rest));
        if !rest.is_empty() {
            let done = unheard.len() - rest.len();
            self.pending_input = unheard;
            self.pending_input.drain(..done);
        }
        self.on_input_result(heard);
    }

    fn on_input_result(&mut self, heard: InputResult) {
        let waits_for_end = heard == InputResult::Consumed && self.speaker.framer.awaits_silence();
        self.silence_at = waits_for_end.then(|| self.hub.now() + self.hub.limits.silence);
        (self.again_at, self.has_more) = (None, heard == InputResult::YieldTurn && !self.pending_input.is_empty());
        match heard {
            InputResult::Consumed | InputResult::YieldTurn | InputResult::Blocked => {}
            InputResult::BlockedUntil(at) => self.again_at = Some(at),
            InputResult::Left => self.on_mailbox(),
            InputResult::Kicked(reason) => self.cut(reason),
        }
    }

    fn read(&mut self) -> Result<(), Closed> {
        BUFFER.with_borrow_mut(|buffer| match self.stream.try_read(buffer) {
            Ok(0) => {
                self.on_end();
                self.write()
            }
            Ok(bytes) => {
                if self.phase == ClientPhase::Active {
                    let mut read = buffer.get(..bytes).unwrap_or_default();
                    let heard = self.hub.feed(&mut self.speaker, ClientInput::Bytes(&mut read));
                    self.pending_input.extend_from_slice(read);
                    self.on_input_result(heard);
                }
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(_broken) => {
                // A program that ends with something unread leaves with a reset, and what it had said is said.
                if self.phase == ClientPhase::Active {
                    self.hub.feed(&mut self.speaker, ClientInput::Eof);
                }
                Err(Closed)
            }
        })
    }

    /// The client has closed its side: it has said all it wants to say, and is taken at its word. What it has yet to
    /// read is still written.
    fn on_end(&mut self) {
        self.has_closed = true;
        if self.phase == ClientPhase::Active {
            self.hub.feed(&mut self.speaker, ClientInput::Eof);
        }
        if self.is_in_room() {
            self.leave_room(LeaveReason::Closed, FLUSH_TIMEOUT);
        }
    }

    fn cut(&mut self, reason: KickReason) {
        self.leave_room(LeaveReason::Cut(reason), KICK_FLUSH_TIMEOUT);
        self.speaker.mailbox.open().outbox.truncate_with(Bytes::from(format!("* Cut off: {}\n", reason.for_client())));
    }

    fn leave_room(&mut self, why: LeaveReason, patience: Duration) {
        self.hub.leave(self.speaker.id, why);
        self.phase = ClientPhase::Flushing { until: self.hub.now() + patience, patience };
        self.stop_hearing();
    }

    fn write(&mut self) -> Result<(), Closed> {
        loop {
            let mut inside = self.speaker.mailbox.open();
            let mut slices = Outbox::no_slices();
            let used = inside.outbox.slices(&mut slices);
            let Some(slices @ [_, ..]) = slices.get(..used) else { break };
            let written = match self.stream.try_write_vectored(slices) {
                Ok(0) => return Err(Closed),
                Ok(written) => written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // It reads no more. What it said before is still to be heard: the system keeps it for us, even after a
                // reset, which a client causes that closes with something unread.
                Err(_broken) if self.phase == ClientPhase::Active => {
                    let holding = inside.outbox.close();
                    drop(inside);
                    self.hub.on_written(holding);
                    return Ok(());
                }
                Err(_broken) => return Err(Closed),
            };
            let holding = inside.outbox.written(self.hub.now(), written);
            drop(inside);
            self.hub.on_written(holding);
            if let ClientPhase::Flushing { until, patience } = &mut self.phase {
                *until = self.hub.now() + *patience;
            }
        }
        match self.phase {
            ClientPhase::Flushing { .. } => self.finish(),
            ClientPhase::Draining { .. } if self.has_closed => Err(Closed),
            _ => Ok(()),
        }
    }

    /// All is written: closes our side, and waits for the client to close its.
    fn finish(&mut self) -> Result<(), Closed> {
        let closed = SockRef::from(&self.stream).shutdown(Shutdown::Write);
        if self.has_closed || closed.is_err() {
            return Err(Closed);
        }
        self.phase = ClientPhase::Draining { until: self.hub.now() + DRAIN_TIMEOUT };
        Ok(())
    }
}
