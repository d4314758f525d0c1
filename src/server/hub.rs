//! Connects the client tasks of a server with its [`Room`].
//!
//! A client task feeds bytes to the hub ([`Hub::feed`]). The hub splits them into lines, passes each to the room, and puts
//! the room's output into the mailboxes by reference: a burst of lines is one buffer, however many clients receive it.
//! Each mailbox wakes its client task, which writes the output. So no client waits for a write to another.
//!
//! One lock protects the room and the list of clients. It is held for at most one read or [`MAX_LINES_PER_TURN`] lines.
//! With one thread it is never contended; it allows the tasks to run on any runtime (see [`super::Server`]).

mod admission;
mod mailbox;
mod state;

use super::event::{AdmissionError, ServerEvent, Sink};
use super::framer::Framer;
use super::limits::ServerLimits;
use super::outbox::Backpressure;
use super::rate_limit::{Rate, RateLimiter};
use super::room::{KickReason, LeaveReason, LineEnd, Output, PeerId, Recipients, Room, RoomDelivery, ServerTime};
use admission::Admission;
use mailbox::Mailbox;
use state::{HubState, Member};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

/// Bytes of output that are collected before they are delivered to the mailboxes.
const DISPATCH_BYTES: usize = 64 << 10;

/// Maximum number of lines from one client before other tasks run.
const MAX_LINES_PER_TURN: usize = 2048;

/// Refused clients that receive the reason at the same time; further ones are closed without it.
pub(super) const MAX_REFUSING: usize = 64;

/// The hub's state of one client, owned by the client's task.
#[derive(Debug)]
pub(super) struct HubClient {
    pub(super) id: PeerId,
    pub(super) address: SocketAddr,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) framer: Framer,
    rate_limiter: RateLimiter,
    /// Position among the senders that wait for a slow reader, kept until a line is taken.
    ticket: Option<u64>,
    /// Start of the period over the rate limit for which the client has received a notice.
    notified_over_since: Option<ServerTime>,
}

/// Input of a client.
#[derive(Debug)]
pub(super) enum ClientInput<'a, 'i> {
    /// Bytes of a read. The slice is advanced behind the bytes taken.
    Bytes(&'a mut &'i [u8]),
    /// A pause, which ends an incomplete line.
    Idle,
    /// The end of the input.
    Eof,
}

/// How much input [`Hub::feed`] has taken, and when to feed the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputResult {
    /// All of the input.
    Consumed,
    /// As many lines as one turn allows. Feed the rest after other tasks have run.
    YieldTurn,
    /// Feed the rest after the mailbox has notified the client, or after its output is written.
    Blocked,
    /// Feed the rest at this time.
    BlockedUntil(ServerTime),
    /// The client is about to be disconnected and its input is ignored.
    Left,
    /// The client must be disconnected.
    Kicked(KickReason),
}

/// Connects the clients of one server with its room.
pub(super) struct Hub {
    state: Mutex<HubState>,
    /// Notified when the room's [`Room::due`] has changed.
    pub(super) rescheduled: Notify,
    /// Permits for refused clients that receive the reason.
    pub(super) refusals: Arc<Semaphore>,
    pub(super) limits: ServerLimits,
    started: Instant,
    events: Sink,
    reports_broadcasts: bool,
}

impl Hub {
    /// Creates a hub for `room`. Reports events to `events`, broadcasts only with `reports_broadcasts`.
    pub(super) fn new(room: Box<dyn Room>, limits: ServerLimits, events: Sink, reports_broadcasts: bool) -> Self {
        let state = HubState {
            room,
            members: BTreeMap::new(),
            admission: Admission::default(),
            next_id: 0,
            out: Output::default(),
            awaited_readers: 0,
            failed_waits: RateLimiter::default(),
            waiting_senders: BTreeMap::new(),
            last_ticket: 0,
            last_due: None,
        };
        let (rescheduled, refusals, started) = (Notify::new(), Arc::new(Semaphore::new(MAX_REFUSING)), Instant::now());
        Self { state: Mutex::new(state), rescheduled, refusals, limits, started, events, reports_broadcasts }
    }

    /// The current time.
    pub(super) fn now(&self) -> ServerTime {
        self.started.elapsed()
    }

    /// Converts a time to Tokio's clock.
    pub(super) fn instant(&self, moment: ServerTime) -> Instant {
        self.started + moment
    }

    pub(super) fn report(&self, event: ServerEvent) {
        (self.events)(event);
    }

    /// Admits a client and adds it to the room.
    ///
    /// # Errors
    /// Why it is refused. The refusal has been reported.
    pub(super) fn join(&self, address: SocketAddr) -> Result<HubClient, AdmissionError> {
        let mut state = self.state();
        // An IPv4 client of an IPv6 socket has an IPv4-mapped address.
        let ip = address.ip().to_canonical();
        let address = SocketAddr::new(ip, address.port());
        let now = self.now();
        let rate_limiter = match state.admission.admit(ip, &self.limits, now) {
            Ok(rate_limiter) => rate_limiter,
            Err(error) => {
                drop(state);
                self.report(ServerEvent::Refused { address, error });
                return Err(error);
            }
        };
        let id = PeerId(state.next_id);
        state.next_id += 1;
        let mailbox = Arc::new(Mailbox::new(self.limits.outbox));
        state.members.insert(id, Member { mailbox: Arc::clone(&mailbox), address });
        let HubState { room, out, .. } = &mut *state;
        room.joined(now, id, out);
        let client = state.client_label(id, address);
        self.report(ServerEvent::Joined { client, client_count: state.members.len() });
        self.deliver_output(&mut state, now, id);
        let framer = Framer::new(self.limits.line);
        Ok(HubClient { id, address, mailbox, framer, rate_limiter, ticket: None, notified_over_since: None })
    }

    /// Releases the connection of a client. Call after [`Hub::leave`], when its socket is closed.
    pub(super) fn closed(&self, client: &HubClient) {
        let now = self.now();
        self.state().admission.release(client.address.ip(), client.rate_limiter, now);
    }

    /// Removes a client from the room, if it has not left before. Its output stays in its mailbox.
    pub(super) fn leave(&self, id: PeerId, reason: LeaveReason) {
        let mut state = self.state();
        let Some(member) = state.members.remove(&id) else { return };
        if member.mailbox.open().outbox.release() == Backpressure::Ended {
            state.release_backpressure();
        }
        let client = state.client_label(id, member.address);
        let now = self.now();
        let HubState { room, out, .. } = &mut *state;
        room.left(now, id, reason, out);
        self.report(ServerEvent::Left { client, reason, client_count: state.members.len() });
        self.deliver_output(&mut state, now, id);
    }

    /// Passes the input of a client to the room, as far as backpressure and the rate limit allow.
    pub(super) fn feed(&self, client: &mut HubClient, input: ClientInput<'_, '_>) -> InputResult {
        let mut state = self.state();
        let now = self.now();
        let result = self.feed_lines(&mut state, now, client, input);
        self.deliver_output(&mut state, now, client.id);
        result
    }

    /// Passes complete lines to the room. The caller delivers the remaining output.
    fn feed_lines(
        &self,
        state: &mut HubState,
        now: ServerTime,
        client: &mut HubClient,
        mut input: ClientInput<'_, '_>,
    ) -> InputResult {
        for _line in 0..MAX_LINES_PER_TURN {
            if matches!(&input, ClientInput::Bytes(bytes) if bytes.is_empty()) {
                return InputResult::Consumed;
            }
            if let Some(result) = self.blocked_reason(state, now, client, &input) {
                return result;
            }
            let line = match &mut input {
                ClientInput::Bytes(bytes) => client.framer.take(bytes),
                ClientInput::Idle => client.framer.on_idle(),
                ClientInput::Eof => client.framer.finish(),
            };
            let Some(line) = line else { return InputResult::Consumed };
            client.ticket = None;
            if let Some(rate) = self.limits.rate {
                client.rate_limiter.consume(rate, now);
            }
            let is_cut = line.end == LineEnd::Limit;
            let HubState { room, out, .. } = &mut *state;
            room.line(now, client.id, line, out);
            // A hang-up takes effect before the next line.
            if is_cut || out.len() >= DISPATCH_BYTES || out.hangs_up() {
                self.deliver_output(state, now, client.id);
            }
            if is_cut {
                client.mailbox.send_notice(too_long(self.limits.line));
            }
            if matches!(input, ClientInput::Idle) {
                // The framer may have kept an incomplete character.
                break;
            }
        }
        if matches!(&input, ClientInput::Bytes(bytes) if !bytes.is_empty()) {
            InputResult::YieldTurn
        } else {
            InputResult::Consumed
        }
    }

    /// Why no further line of a client can be taken now, if so.
    fn blocked_reason(
        &self,
        state: &mut HubState,
        now: ServerTime,
        client: &mut HubClient,
        input: &ClientInput<'_, '_>,
    ) -> Option<InputResult> {
        let mailbox = client.mailbox.open();
        if mailbox.hang_up.is_some() {
            return Some(InputResult::Left);
        }
        if matches!(input, ClientInput::Eof) {
            // The last line is not delayed: the task does not wait any more.
            return None;
        }
        if mailbox.outbox.is_full() {
            return Some(InputResult::Blocked);
        }
        drop(mailbox);
        if state.awaited_readers > 0 {
            let ticket = *client.ticket.get_or_insert_with(|| state.next_ticket());
            state.waiting_senders.insert(ticket, Arc::clone(&client.mailbox));
            return Some(InputResult::Blocked);
        }
        if matches!(input, ClientInput::Bytes(bytes) if !client.framer.has_line(bytes)) {
            return None;
        }
        let rate = self.limits.rate?;
        let at = client.rate_limiter.check(rate, now).err()?;
        let since = client.rate_limiter.over_since()?;
        if now >= since + self.limits.max_time_over_rate {
            return Some(InputResult::Kicked(KickReason::OverRate));
        }
        if client.notified_over_since != Some(since) {
            client.notified_over_since = Some(since);
            // The notice follows the output for the lines before.
            self.deliver_output(state, now, client.id);
            client.mailbox.send_notice(slow_down(rate));
            self.report(ServerEvent::SlowedDown(state.client_label(client.id, client.address)));
        }
        Some(InputResult::BlockedUntil(at))
    }
}

impl Hub {
    /// When [`Hub::tick`] must be called, if the room has a timer.
    pub(super) fn due(&self) -> Option<ServerTime> {
        self.state().room.due()
    }

    /// Runs the room's timer if it is due.
    pub(super) fn tick(&self) {
        let mut state = self.state();
        let now = self.now();
        if state.room.due().is_some_and(|due| due <= now) {
            let HubState { room, out, .. } = &mut *state;
            room.tick(now, out);
            self.deliver_output(&mut state, now, SERVER_ID);
        }
    }

    /// Sends all clients a goodbye, disconnects them, and refuses new ones. The client tasks end on their own.
    pub(super) fn close(&self) {
        let mut state = self.state();
        let now = self.now();
        for member in state.members.values() {
            member.mailbox.send_notice(GOODBYE);
            member.mailbox.hang_up(now);
        }
        state.admission.close();
    }

    /// Handles a change of backpressure after a write to a client.
    pub(super) fn on_written(&self, backpressure: Backpressure) {
        if backpressure == Backpressure::Ended {
            self.state().release_backpressure();
        }
    }

    /// Handles a change of backpressure after a timeout of a client's outbox.
    pub(super) fn on_time_passed(&self, backpressure: Backpressure) {
        if backpressure == Backpressure::Ended {
            self.state().on_backpressure_timeout(self.now());
        }
    }

    fn state(&self) -> MutexGuard<'_, HubState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries out the room's output. `author` is the client whose input caused it, or [`SERVER_ID`].
    fn deliver_output(&self, state: &mut HubState, now: ServerTime, author: PeerId) {
        if !state.out.is_empty() {
            for RoomDelivery { to, bytes } in state.out.take_deliveries() {
                if state.admission.is_closed() {
                    // Nothing follows the goodbye, not even notices of the clients that leave.
                    continue;
                }
                let bytes = bytes.freeze();
                state.deliver(now, author, to, &bytes);
                if self.reports_broadcasts && !matches!(to, Recipients::One(_)) {
                    self.report(ServerEvent::Broadcast(bytes));
                }
            }
            for (peer, after) in state.out.take_hang_ups() {
                if let Some(member) = state.members.get(&peer) {
                    member.mailbox.hang_up(now + after);
                }
            }
            for (peer, message) in state.out.take_log() {
                if let Some(member) = state.members.get(&peer) {
                    self.report(ServerEvent::Note { address: member.address, message });
                }
            }
        }
        let due = state.room.due();
        if std::mem::replace(&mut state.last_due, due) != due {
            self.rescheduled.notify_one();
        }
    }
}

/// The author of output that no client caused.
const SERVER_ID: PeerId = PeerId(u64::MAX);

/// The notice to all clients when the server stops.
const GOODBYE: &str = "* The server is closing. Goodbye.\n";

fn too_long(limit: usize) -> String {
    format!("* That line was too long: it was cut to {limit} bytes.\n")
}

fn slow_down(rate: Rate) -> String {
    let lines = match rate.per_second.get() {
        1 => "1 line".to_owned(),
        lines => format!("{lines} lines"),
    };
    format!("* Slow down: the limit is {lines} a second. The rest of your lines are delayed.\n")
}

#[cfg(test)]
mod tests;
