//! The task of one connection: reads, passes input to the hub, and writes the contents of the mailbox.
//!
//! ```text
//!   Active ──► AwaitingHangUp ──► Flushing ──► Draining ──► closed
//!      │  hang-up set         when due     all written,   the client has closed too
//!      └─────────────────────────►┘        write side shut down
//! ```
//!
//! All sockets of a thread share one read buffer, so an idle client costs a socket and a task but no buffer. Input that
//! the hub does not take yet (see [`Hub::feed`]) is kept, and reading stops, so that TCP slows the client down.
//!
//! Closing a socket with unread input sends a reset, which can destroy output that has not arrived (RFC 2525, 2.17). So
//! the write side is shut down first, and the remaining input is read and discarded.

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

/// Maximum time between two successful writes while the remaining output is flushed.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum time between two successful writes to a kicked client, which usually does not read.
const KICK_FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Time that a client has to close its side after the server has closed its own.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// Size of the read buffer in bytes.
const READ_BUFFER_BYTES: usize = 64 << 10;

thread_local! {
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BUFFER_BYTES].into_boxed_slice());
}

/// The state of one connection.
struct Connection {
    stream: TcpStream,
    hub: Arc<Hub>,
    client: HubClient,
    /// Input that the hub has not taken. The socket is not read while there is any.
    pending_input: Vec<u8>,
    /// Whether pending input can be fed as soon as other tasks have run.
    has_more: bool,
    /// When the rate limit allows the pending input.
    retry_at: Option<ServerTime>,
    /// When an incomplete line counts as complete.
    idle_at: Option<ServerTime>,
    phase: ClientPhase,
    /// Whether the client has closed its side.
    has_closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientPhase {
    /// A member of the room.
    Active,
    /// A member of the room whose input is ignored, to be disconnected at `until`.
    AwaitingHangUp { until: ServerTime },
    /// Has left the room. Its output is still written; each successful write extends `until` by `timeout`.
    Flushing { until: ServerTime, timeout: Duration },
    /// All output is written. Input is discarded until the client closes, at most until `until`.
    Draining { until: ServerTime },
}

/// Why [`Connection::wait`] returned.
#[derive(Clone, Copy)]
enum ClientWakeup {
    /// The mailbox has changed.
    Mailbox,
    /// A deadline has passed.
    Timer,
    Writable,
    Readable,
    /// Other tasks have run, and pending input can be fed.
    PendingInput,
}

/// Signals that the connection must be dropped.
struct Closed;

/// Serves one client until its connection ends.
pub(super) async fn serve(stream: TcpStream, client: HubClient, hub: Arc<Hub>) {
    Connection::new(stream, hub, client).run().await;
}

/// Sends a refused client the reason and closes the connection.
pub(super) async fn refuse(mut stream: TcpStream, refusal: AdmissionError, _permit: OwnedSemaphorePermit) {
    let message = refusal.client_message();
    let written = timeout(DRAIN_TIMEOUT, stream.write_all(message.as_bytes())).await;
    if !matches!(written, Ok(Ok(()))) {
        return;
    }
    let _ = stream.shutdown().await;
    let mut discarded = [0; 1024];
    let drain = async { while matches!(stream.read(&mut discarded).await, Ok(1..)) {} };
    let _ = timeout(DRAIN_TIMEOUT, drain).await;
}

impl Connection {
    fn new(stream: TcpStream, hub: Arc<Hub>, client: HubClient) -> Self {
        Self {
            stream,
            hub,
            client,
            pending_input: Vec::new(),
            has_more: false,
            retry_at: None,
            idle_at: None,
            phase: ClientPhase::Active,
            has_closed: false,
        }
    }

    async fn run(mut self) {
        loop {
            let wakeup = self.wait().await;
            if let Err(Closed) = self.handle(wakeup) {
                // Has no effect if the client has left before.
                self.hub.leave(self.client.id, LeaveReason::Broken);
                return self.hub.closed(&self.client);
            }
            if self.has_more || matches!(wakeup, ClientWakeup::Readable) {
                // A flooding client is always readable, and Tokio's budget would let its task run on for long.
                yield_now().await;
            }
        }
    }

    async fn wait(&self) -> ClientWakeup {
        let wants_to_write = !self.client.mailbox.open().outbox.is_empty();
        let wants_to_read = self.pending_input.is_empty() && !self.has_closed;
        let due = self.due();
        let due_at = self.hub.instant(due.unwrap_or_default());
        tokio::select! { biased;
            () = self.client.mailbox.notify.notified() => ClientWakeup::Mailbox,
            () = sleep_until(due_at), if due.is_some() => ClientWakeup::Timer,
            () = ready(()), if self.has_more => ClientWakeup::PendingInput,
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
        let outbox = if self.is_in_room() { self.client.mailbox.open().outbox.due() } else { None };
        [phase, outbox, self.retry_at, self.idle_at].into_iter().flatten().min()
    }

    const fn is_in_room(&self) -> bool {
        matches!(self.phase, ClientPhase::Active | ClientPhase::AwaitingHangUp { .. })
    }

    fn handle(&mut self, wakeup: ClientWakeup) -> Result<(), Closed> {
        match wakeup {
            ClientWakeup::Mailbox => {
                self.on_mailbox();
                self.write()?;
            }
            ClientWakeup::Timer => self.on_due()?,
            ClientWakeup::Writable => self.write()?,
            ClientWakeup::Readable => return self.read(),
            ClientWakeup::PendingInput => {}
        }
        if !self.pending_input.is_empty() && self.retry_at.is_none() {
            self.feed_pending();
        }
        Ok(())
    }

    /// Starts waiting for the hang-up if the hub has requested one.
    fn on_mailbox(&mut self) {
        let hang_up = self.client.mailbox.open().hang_up;
        // A client that waits for a hang-up can get an earlier one: the server is closing.
        if let Some(until) = hang_up.filter(|_| self.is_in_room()) {
            self.phase = ClientPhase::AwaitingHangUp { until };
            self.discard_input();
        }
    }

    fn discard_input(&mut self) {
        (self.pending_input, self.has_more, self.retry_at, self.idle_at) = (Vec::new(), false, None, None);
    }

    fn on_due(&mut self) -> Result<(), Closed> {
        let now = self.hub.now();
        let is_due = |moment: Option<ServerTime>| moment.is_some_and(|moment| moment <= now);
        if is_due(self.idle_at) {
            // On a busy machine more input may have arrived by now.
            self.read()?;
        }
        if is_due(self.idle_at) {
            self.on_idle(now);
        }
        if is_due(self.retry_at) {
            self.feed_pending();
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
        // Before the check: on a busy machine the client may have read without this task having run since.
        self.write()?;
        if self.is_in_room() {
            self.check_outbox(now);
        }
        Ok(())
    }

    fn check_outbox(&mut self, now: ServerTime) {
        let mut mailbox = self.client.mailbox.open();
        let backpressure = mailbox.outbox.tick(now);
        let is_stuck = mailbox.outbox.is_stuck(now);
        drop(mailbox);
        self.hub.on_time_passed(backpressure);
        if is_stuck {
            self.kick(KickReason::TooSlow);
        }
    }

    fn on_idle(&mut self, now: ServerTime) {
        let result = self.hub.feed(&mut self.client, ClientInput::Idle);
        match result {
            InputResult::Blocked => self.idle_at = Some(now + self.hub.limits.idle_timeout),
            InputResult::BlockedUntil(at) => self.idle_at = Some(at),
            InputResult::Consumed | InputResult::YieldTurn | InputResult::Left | InputResult::Kicked(_) => {
                self.on_input_result(result);
            }
        }
    }

    /// Feeds the pending input to the hub again.
    fn feed_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending_input);
        let mut rest = &pending[..];
        let result = self.hub.feed(&mut self.client, ClientInput::Bytes(&mut rest));
        if !rest.is_empty() {
            let consumed = pending.len() - rest.len();
            self.pending_input = pending;
            self.pending_input.drain(..consumed);
        }
        self.on_input_result(result);
    }

    fn on_input_result(&mut self, result: InputResult) {
        let is_line_incomplete = result == InputResult::Consumed && self.client.framer.has_partial_line();
        self.idle_at = is_line_incomplete.then(|| self.hub.now() + self.hub.limits.idle_timeout);
        (self.retry_at, self.has_more) = (None, result == InputResult::YieldTurn && !self.pending_input.is_empty());
        match result {
            InputResult::Consumed | InputResult::YieldTurn | InputResult::Blocked => {}
            InputResult::BlockedUntil(at) => self.retry_at = Some(at),
            InputResult::Left => self.on_mailbox(),
            InputResult::Kicked(reason) => self.kick(reason),
        }
    }

    fn read(&mut self) -> Result<(), Closed> {
        BUFFER.with_borrow_mut(|buffer| match self.stream.try_read(buffer) {
            Ok(0) => {
                self.on_eof();
                self.write()
            }
            Ok(bytes) => {
                if self.phase == ClientPhase::Active {
                    let mut read = buffer.get(..bytes).unwrap_or_default();
                    let result = self.hub.feed(&mut self.client, ClientInput::Bytes(&mut read));
                    self.pending_input.extend_from_slice(read);
                    self.on_input_result(result);
                }
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(_broken) => {
                // A program that exits with unread input resets the connection. Its last line still counts.
                if self.phase == ClientPhase::Active {
                    self.hub.feed(&mut self.client, ClientInput::Eof);
                }
                Err(Closed)
            }
        })
    }

    /// Handles the end of the input: the client leaves the room, and its remaining output is written.
    fn on_eof(&mut self) {
        self.has_closed = true;
        if self.phase == ClientPhase::Active {
            self.hub.feed(&mut self.client, ClientInput::Eof);
        }
        if self.is_in_room() {
            self.leave_room(LeaveReason::Closed, FLUSH_TIMEOUT);
        }
    }

    fn kick(&mut self, reason: KickReason) {
        self.leave_room(LeaveReason::Kicked(reason), KICK_FLUSH_TIMEOUT);
        self.client
            .mailbox
            .open()
            .outbox
            .truncate_with(Bytes::from(format!("* Disconnected: {}\n", reason.for_client())));
    }

    fn leave_room(&mut self, reason: LeaveReason, timeout: Duration) {
        self.hub.leave(self.client.id, reason);
        self.phase = ClientPhase::Flushing { until: self.hub.now() + timeout, timeout };
        self.discard_input();
    }

    fn write(&mut self) -> Result<(), Closed> {
        loop {
            let mut mailbox = self.client.mailbox.open();
            let mut slices = Outbox::no_slices();
            let used = mailbox.outbox.slices(&mut slices);
            let Some(slices @ [_, ..]) = slices.get(..used) else { break };
            let written = match self.stream.try_write_vectored(slices) {
                Ok(0) => return Err(Closed),
                Ok(written) => written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // The client does not read any more, but its input is kept by the system and still counts, even after a
                // reset, which a client causes that closes with unread input.
                Err(_broken) if self.phase == ClientPhase::Active => {
                    let backpressure = mailbox.outbox.close();
                    drop(mailbox);
                    self.hub.on_written(backpressure);
                    return Ok(());
                }
                Err(_broken) => return Err(Closed),
            };
            let backpressure = mailbox.outbox.written(self.hub.now(), written);
            drop(mailbox);
            self.hub.on_written(backpressure);
            if let ClientPhase::Flushing { until, timeout } = &mut self.phase {
                *until = self.hub.now() + *timeout;
            }
        }
        match self.phase {
            ClientPhase::Flushing { .. } => self.finish(),
            ClientPhase::Draining { .. } if self.has_closed => Err(Closed),
            _ => Ok(()),
        }
    }

    /// Shuts down the write side and waits for the client to close its own.
    fn finish(&mut self) -> Result<(), Closed> {
        let closed = SockRef::from(&self.stream).shutdown(Shutdown::Write);
        if self.has_closed || closed.is_err() {
            return Err(Closed);
        }
        self.phase = ClientPhase::Draining { until: self.hub.now() + DRAIN_TIMEOUT };
        Ok(())
    }
}
