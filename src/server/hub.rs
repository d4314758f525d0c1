//! The middle of a server: the one [`Room`], and a mailbox for each client.
//!
//! A client's task hands over bytes (`Hub::on_server_data`); the hub frames them, asks the room about each line, and puts what
//! the room wants said into the mailboxes, by reference: a burst of lines is one buffer, however many read it. Each
//! mailbox wakes its client's task, which does the writing. So nobody waits while somebody else is written to.
//!
//! The room and the list of clients are behind one lock, held for the time it takes to handle at most one read, or
//! [`MAX_LINES_PER_TURN`] lines of it.
//! On one thread nobody ever waits for it, and taking it costs next to nothing; it is there so that the tasks may run on
//! any runtime, which is how [`super::Server`] came to choose one.

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

/// Bytes put together before they are handed to the mailboxes.
const DISPATCH_BYTES: usize = 64 << 10;

/// Lines heard from one client before others have their turn.
const MAX_LINES_PER_TURN: usize = 2048;

/// Clients that may be told at once that they are not let in; a flood of them is just closed.
pub(super) const MAX_REFUSING: usize = 64;

/// A client, as its task keeps it.
#[derive(Debug)]
pub(super) struct HubClient {
    pub(super) id: PeerId,
    pub(super) address: SocketAddr,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) framer: Framer,
    pace: RateLimiter,
    /// Its place among those who wait to speak, which it keeps until it has spoken.
    ticket: Option<u64>,
    /// The time of saying too much that it has been told of.
    told_over: Option<ServerTime>,
}

/// What there is to be heard.
#[derive(Debug)]
pub(super) enum ClientInput<'a, 'i> {
    /// A read. What has been heard of it is gone from it.
    Bytes(&'a mut &'i [u8]),
    /// Nothing more for a while.
    Idle,
    /// Nothing more for good.
    Eof,
}

/// How far hearing got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputResult {
    /// All of it.
    Consumed,
    /// As much as is fair towards the others, who are to have their turn now.
    YieldTurn,
    /// The rest has to wait until the client has been told, or has read what waits for it.
    Blocked,
    /// The rest has to wait until then.
    BlockedUntil(ServerTime),
    /// The server is going to hang up and hears no more.
    Left,
    /// The client is to be cut off.
    Kicked(KickReason),
}

/// Connects the clients of one server with its room.
pub(super) struct Hub {
    state: Mutex<HubState>,
    /// The room's [`Room::due`] is another than it was.
    pub(super) rescheduled: Notify,
    /// So many may be told at once that they are not let in.
    pub(super) refusals: Arc<Semaphore>,
    pub(super) limits: ServerLimits,
    started: Instant,
    incidents: Sink,
    hears: bool,
}

impl Hub {
    /// A hub for this room. Whether it `hears`, that is reports what everybody is told, is up to the one who runs it.
    pub(super) fn new(room: Box<dyn Room>, limits: ServerLimits, incidents: Sink, hears: bool) -> Self {
        let state = HubState {
            room,
            members: BTreeMap::new(),
            door: Admission::default(),
            next: 0,
            out: Output::default(),
            holding: 0,
            in_vain: RateLimiter::default(),
            held: BTreeMap::new(),
            tickets: 0,
            due: None,
        };
        let (rescheduled, refusals, started) = (Notify::new(), Arc::new(Semaphore::new(MAX_REFUSING)), Instant::now());
        Self { state: Mutex::new(state), rescheduled, refusals, limits, started, incidents, hears }
    }

    /// The time on the clock of `WriteContext`s.
    pub(super) fn now(&self) -> ServerTime {
        self.started.elapsed()
    }

    /// The same moment on tokio's clock.
    pub(super) fn instant(&self, moment: ServerTime) -> Instant {
        self.started + moment
    }

    pub(super) fn report(&self, incident: ServerEvent) {
        (self.incidents)(incident);
    }

    /// Lets a client in.
    ///
    /// # Errors
    /// Why not. It has been reported.
    pub(super) fn join(&self, address: SocketAddr) -> Result<HubClient, AdmissionError> {
        let mut state = self.state();
        // A client that came to an IPv6 socket from an IPv4 address is counted as what it is.
        let ip = address.ip().to_canonical();
        let address = SocketAddr::new(ip, address.port());
        let now = self.now();
        let pace = match state.door.admit(ip, &self.limits, now) {
            Ok(pace) => pace,
            Err(why) => {
                drop(state);
                self.report(ServerEvent::Refused { address, why });
                return Err(why);
            }
        };
        let id = PeerId(state.next);
        state.next += 1;
        let mailbox = Arc::new(Mailbox::new(self.limits.outbox));
        state.members.insert(id, Member { mailbox: Arc::clone(&mailbox), address });
        let HubState { room, out, .. } = &mut *state;
        room.joined(now, id, out);
        let who = state.client_label(id, address);
        self.report(ServerEvent::Joined { who, client_count: state.members.len() });
        self.deliver_output(&mut state, now, id);
        let framer = Framer::new(self.limits.line);
        Ok(HubClient { id, address, mailbox, framer, pace, ticket: None, told_over: None })
    }

    /// The connection of a client that was let in is over.
    pub(super) fn closed(&self, speaker: &HubClient) {
        let now = self.now();
        self.state().door.release(speaker.address.ip(), speaker.pace, now);
    }

    /// Takes a client out of the room. What waits for it stays in its mailbox.
    pub(super) fn leave(&self, id: PeerId, why: LeaveReason) {
        let mut state = self.state();
        let Some(member) = state.members.remove(&id) else { return };
        if member.mailbox.open().outbox.release() == Backpressure::Ended {
            state.release_backpressure();
        }
        let who = state.client_label(id, member.address);
        let now = self.now();
        let HubState { room, out, .. } = &mut *state;
        room.left(now, id, why, out);
        self.report(ServerEvent::Left { who, why, here: state.members.len() });
        self.deliver_output(&mut state, now, id);
    }

    /// Hears what a client says, as far as it may say it now.
    pub(super) fn feed(&self, speaker: &mut HubClient, words: ClientInput<'_, '_>) -> InputResult {
        let mut state = self.state();
        let now = self.now();
        let heard = self.feed_lines(&mut state, now, speaker, words);
        self.deliver_output(&mut state, now, speaker.id);
        heard
    }

    /// The part of `Hub::on_server_data` that says no line twice and leaves what was said last to be dispatched.
    fn feed_lines(
        &self,
        state: &mut HubState,
        now: ServerTime,
        speaker: &mut HubClient,
        mut words: ClientInput<'_, '_>,
    ) -> InputResult {
        for _line in 0..MAX_LINES_PER_TURN {
            if matches!(&words, ClientInput::Bytes(input) if input.is_empty()) {
                return InputResult::Consumed;
            }
            if let Some(hindrance) = self.blocked_reason(state, now, speaker, &words) {
                return hindrance;
            }
            let line = match &mut words {
                ClientInput::Bytes(input) => speaker.framer.take(input),
                ClientInput::Idle => speaker.framer.on_idle(),
                ClientInput::Eof => speaker.framer.finish(),
            };
            let Some(line) = line else { return InputResult::Consumed };
            speaker.ticket = None;
            if let Some(rate) = self.limits.rate {
                speaker.pace.consume(rate, now);
            }
            let is_cut = line.end == LineEnd::Limit;
            let HubState { room, out, .. } = &mut *state;
            room.line(now, speaker.id, line, out);
            // Whoever is to be gone is not heard any more: that has to be known before the next line.
            if is_cut || out.len() >= DISPATCH_BYTES || out.hangs_up() {
                self.deliver_output(state, now, speaker.id);
            }
            if is_cut {
                speaker.mailbox.send_notice(too_long(self.limits.line));
            }
            if matches!(words, ClientInput::Idle) {
                // Half a character may be left, which is held back for the rest to follow.
                break;
            }
        }
        if matches!(&words, ClientInput::Bytes(input) if !input.is_empty()) {
            InputResult::YieldTurn
        } else {
            InputResult::Consumed
        }
    }

    /// What keeps this client from being heard.
    fn blocked_reason(
        &self,
        state: &mut HubState,
        now: ServerTime,
        speaker: &mut HubClient,
        words: &ClientInput<'_, '_>,
    ) -> Option<InputResult> {
        let mailbox = speaker.mailbox.open();
        if mailbox.hang_up.is_some() {
            return Some(InputResult::Left);
        }
        if matches!(words, ClientInput::Eof) {
            // Its last words do not wait: there is nobody left to wait.
            return None;
        }
        if mailbox.outbox.is_full() {
            return Some(InputResult::Blocked);
        }
        drop(mailbox);
        if state.holding > 0 {
            let ticket = *speaker.ticket.get_or_insert_with(|| state.next_ticket());
            state.held.insert(ticket, Arc::clone(&speaker.mailbox));
            return Some(InputResult::Blocked);
        }
        if matches!(words, ClientInput::Bytes(input) if !speaker.framer.has_line(input)) {
            return None;
        }
        let rate = self.limits.rate?;
        let at = speaker.pace.check(rate, now).err()?;
        let since = speaker.pace.over_since()?;
        if now >= since + self.limits.max_time_over_rate {
            return Some(InputResult::Kicked(KickReason::TooMuch));
        }
        if speaker.told_over != Some(since) {
            speaker.told_over = Some(since);
            // Behind what it has been answered so far.
            self.deliver_output(state, now, speaker.id);
            speaker.mailbox.send_notice(slow_down(rate));
            self.report(ServerEvent::SlowedDown(state.client_label(speaker.id, speaker.address)));
        }
        Some(InputResult::BlockedUntil(at))
    }
}

impl Hub {
    /// When to call [`Hub::tick`], if ever.
    pub(super) fn due(&self) -> Option<ServerTime> {
        self.state().room.due()
    }

    /// Lets the room do what it wanted to do about now.
    pub(super) fn tick(&self) {
        let mut state = self.state();
        let now = self.now();
        if state.room.due().is_some_and(|due| due <= now) {
            let HubState { room, out, .. } = &mut *state;
            room.tick(now, out);
            self.deliver_output(&mut state, now, SERVER_ID);
        }
    }

    /// Says goodbye to everybody and lets nobody in any more. The clients' tasks end by themselves.
    pub(super) fn close(&self) {
        let mut state = self.state();
        let now = self.now();
        for member in state.members.values() {
            member.mailbox.send_notice(GOODBYE);
            member.mailbox.hang_up(now);
        }
        state.door.close();
    }

    /// Something was written to a client.
    pub(super) fn on_written(&self, holding: Backpressure) {
        if holding == Backpressure::Ended {
            self.state().release_backpressure();
        }
    }

    /// Time has passed for a client.
    pub(super) fn on_time_passed(&self, holding: Backpressure) {
        if holding == Backpressure::Ended {
            self.state().on_backpressure_timeout(self.now());
        }
    }

    fn state(&self) -> MutexGuard<'_, HubState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands out what the room wants done. `author` is the one whose words led to it.
    fn deliver_output(&self, state: &mut HubState, now: ServerTime, author: PeerId) {
        if !state.out.is_empty() {
            for RoomDelivery { to, bytes } in state.out.take_deliveries() {
                if state.door.is_closed() {
                    // After the goodbye nobody is told that everybody leaves.
                    continue;
                }
                let bytes = bytes.freeze();
                state.deliver(now, author, to, &bytes);
                if self.hears && !matches!(to, Recipients::One(_)) {
                    self.report(ServerEvent::Broadcast(bytes));
                }
            }
            for (peer, after) in state.out.take_hang_ups() {
                if let Some(member) = state.members.get(&peer) {
                    member.mailbox.hang_up(now + after);
                }
            }
            for (peer, words) in state.out.take_log() {
                if let Some(member) = state.members.get(&peer) {
                    self.report(ServerEvent::Note { address: member.address, words });
                }
            }
        }
        let due = state.room.due();
        if std::mem::replace(&mut state.due, due) != due {
            self.rescheduled.notify_one();
        }
    }
}

/// The author of what nobody said.
const SERVER_ID: PeerId = PeerId(u64::MAX);

/// What everybody reads when the server is stopped.
const GOODBYE: &str = "* The server is closing. Goodbye.\n";

fn too_long(limit: usize) -> String {
    format!("* That line was too long: what was beyond {limit} bytes was thrown away.\n")
}

fn slow_down(rate: Rate) -> String {
    let lines = match rate.per_second.get() {
        1 => "1 line".to_owned(),
        lines => format!("{lines} lines"),
    };
    format!("* Slow down: this server takes {lines} a second from each. The rest of yours waits.\n")
}

#[cfg(test)]
mod tests;
