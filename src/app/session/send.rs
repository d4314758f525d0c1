//! What leaves for the server: lines, and the end of our side.

use super::send_queue::{Delivery, LostBytes};
use super::{LinkState, QUEUE_LIMIT, SendError, Tab, messages};
use crate::app::logging::WireDirection;
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::transcript::{RowEnd, RowId, RowKind, Transcript};
use crate::app::{Effect, NickMode, Now};
use crate::link::{LinkCommand, SecretBytes};
use bytes::Bytes;
use std::ops::Range;
use std::time::Duration;

/// Whether a connection that stands takes more from us. Either way the server can still send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WriteSide {
    /// It does.
    #[default]
    Open,
    /// Our side is to end once everything is written.
    Closing,
    /// Our side has ended: the server reads the end of the stream (TCP half-close).
    Closed,
}

impl Tab {
    /// Sends a line with its end, in one write; behind lines that are being sent, if there are any. The reason if it cannot
    /// be; then nothing was sent.
    pub(in crate::app) fn send_line(&mut self, now: Now, line: &[u8]) -> Result<Vec<Effect>, SendError> {
        if self.sending.is_some() {
            let parcel = PendingSend::new(PendingSource::Draft, line.to_vec());
            return self.send_parcel(now, parcel, Duration::ZERO).map_err(|(refusal, _parcel)| refusal);
        }
        self.send_bytes(now, &self.with_prefix_and_eol(line))
    }

    /// A line of the user's as it goes out: where the server has no names, with the user's before it. A line with nothing
    /// in it says nothing, and needs nobody who says it.
    pub(in crate::app) fn with_prefix_and_eol(&self, line: &[u8]) -> Vec<u8> {
        let (before, behind) = self.around_line(line.is_empty());
        [before.as_bytes(), line, behind].concat()
    }

    /// What goes out before and behind a line of the user's.
    pub(in crate::app) fn around_line(&self, is_empty: bool) -> (String, &'static [u8]) {
        (if is_empty { String::new() } else { self.prefix() }, self.eol.bytes())
    }

    /// A line with its end.
    pub(in crate::app) fn with_eol(&self, line: &[u8]) -> Vec<u8> {
        [line, self.eol.bytes()].concat()
    }

    /// Bytes that a line of the user's has more when it goes out.
    pub fn prefix_len(&self) -> usize {
        self.prefix().len() + self.eol.bytes().len()
    }

    /// Whether the user's nickname goes out with each line, and the server is never asked for it.
    pub(in crate::app) fn has_prefix(&self) -> bool {
        self.options.nick_mode == NickMode::Prefix
    }

    fn prefix(&self) -> String {
        let nick = self.nick.as_ref().filter(|_| self.has_prefix());
        nick.map(|nick| format!("{nick}: ")).unwrap_or_default()
    }

    /// Sends bytes as they are, in one write. The reason if it cannot be; then nothing was sent.
    pub(in crate::app) fn send_bytes(&mut self, now: Now, bytes: &[u8]) -> Result<Vec<Effect>, SendError> {
        self.check_send(bytes.len())?;
        let mut effects = self.send_all_on_connect_lines(now);
        self.note_line(now, bytes);
        self.record_sent(now, bytes);
        effects.extend(self.send_effect(bytes.to_vec()));
        Ok(effects)
    }

    /// Takes down that bytes are sent, for whoever hands them over. The reason if they cannot be; then nothing was.
    pub(in crate::app) fn queue(&mut self, now: Now, bytes: &[u8]) -> Result<(), SendError> {
        self.check_send(bytes.len())?;
        self.note_line(now, bytes);
        self.record_sent(now, bytes);
        Ok(())
    }

    /// The same for what has been found to be fit to be sent. Gives its place in the log of what was sent.
    pub(in crate::app) fn record_sent(&mut self, now: Now, bytes: &[u8]) -> Range<u64> {
        let start = self.transcript.sent().end;
        self.log.pass(WireDirection::Out, bytes, now.wall);
        self.add_own_row(|transcript| transcript.send(bytes, now.wall));
        let span = start..self.transcript.sent().end;
        self.send_queue.queue(span.clone(), now.elapsed);
        self.traffic.queued = self.send_queue.queued();
        span
    }

    /// Notes a line of the user's: on it depends whether the connection is restored when it ends.
    pub(in crate::app) fn note_line(&mut self, now: Now, bytes: &[u8]) {
        let prefix = self.prefix();
        self.reconnect_policy.on_sent(now, bytes.strip_prefix(prefix.as_bytes()).unwrap_or(bytes));
    }

    /// Sends a line of which only that there was one is kept.
    pub(in crate::app) fn send_hidden(&mut self, now: Now, bytes: SecretBytes) -> Result<Vec<Effect>, SendError> {
        self.check_send(bytes.len())?;
        self.is_free_to_send()?;
        let mut effects = self.send_all_on_connect_lines(now);
        // What it says is not looked at.
        self.reconnect_policy.on_sent(now, &[]);
        effects.push(self.hand_over_unseen(now, bytes));
        Ok(effects)
    }

    /// Takes down that there was a line, and gives it to the link.
    pub(in crate::app) fn hand_over_unseen(&mut self, now: Now, bytes: SecretBytes) -> Effect {
        self.add_own_row(|transcript| {
            // As a line of ours that is seen does: what the server says next is another row.
            transcript.end_open(RowEnd::Interrupted);
            transcript.note(RowKind::Notice, messages::SECRET_SENT, now.wall);
        });
        self.send_queue.queue_unseen(bytes.len(), now.elapsed);
        self.log.skip_secret(bytes.len(), now.wall);
        self.traffic.queued = self.send_queue.queued();
        Effect::Link(self.id, LinkCommand::SendSecret(bytes))
    }

    /// Adds a row of ours, which ends what the server was saying.
    fn add_own_row(&mut self, say: impl FnOnce(&mut Transcript)) {
        self.insert_own_row(say);
        self.idle_row_deadline = None;
    }

    /// Adds a row of ours, while the server goes on with what it was saying.
    pub(in crate::app) fn insert_own_row(&mut self, say: impl FnOnce(&mut Transcript)) {
        let has_read_all = self.unread.is_some_and(|unread| unread >= self.transcript.next());
        say(&mut self.transcript);
        self.keep_up(&[]);
        if has_read_all {
            // Nobody needs to be told that they have not read what they say.
            self.mark_read();
        }
    }

    /// Gives the link what was queued, as one command: of those it takes only so many at once.
    pub(in crate::app) fn send_effect(&self, bytes: Vec<u8>) -> Vec<Effect> {
        if bytes.is_empty() {
            return Vec::new();
        }
        vec![Effect::Link(self.id, LinkCommand::Send(Bytes::from(bytes)))]
    }

    /// Whether so many bytes of the user's can be sent now; the reason if not. They must not overtake the server's secret.
    pub(in crate::app) fn check_send(&self, len: usize) -> Result<(), SendError> {
        self.has_room(len)?;
        if self.on_connect.awaits_secret() { Err(SendError::SecretAwaited) } else { Ok(()) }
    }

    /// Whether the link takes so many bytes now; the reason if not.
    pub(in crate::app) fn has_room(&self, len: usize) -> Result<(), SendError> {
        match &self.link {
            LinkState::Open { .. } if self.next_endpoint.is_some() => Err(SendError::Connecting),
            LinkState::Open { outgoing: WriteSide::Closing | WriteSide::Closed, .. } => Err(SendError::WriteClosed),
            LinkState::Open { .. } if len > QUEUE_LIMIT => Err(SendError::TooLong(len)),
            LinkState::Open { .. } if self.traffic.queued + len > QUEUE_LIMIT => {
                Err(SendError::QueueFull(self.traffic.queued))
            }
            LinkState::Open { .. } => Ok(()),
            LinkState::Opening(_) | LinkState::Waiting(_) => Err(SendError::Connecting),
            LinkState::Idle | LinkState::Closed { .. } => Err(SendError::NotConnected),
        }
    }

    /// Ends our side once everything is written; the server can still send. The reason if it cannot be.
    pub(in crate::app) fn end_input(&mut self, now: Now) -> Result<Vec<Effect>, String> {
        self.check_half_close()?;
        let mut effects = self.send_all_on_connect_lines(now);
        if let LinkState::Open { outgoing, .. } = &mut self.link {
            *outgoing = WriteSide::Closing;
        }
        effects.push(Effect::Link(self.id, LinkCommand::Eof));
        Ok(effects)
    }

    /// Whether our side can be ended; the reason if not.
    pub(in crate::app) fn check_half_close(&self) -> Result<(), String> {
        match &self.link {
            LinkState::Open { .. } if self.sending.is_some() => Err(messages::STILL_SENDING.to_owned()),
            LinkState::Open { outgoing: WriteSide::Open, .. } if self.next_endpoint.is_none() => Ok(()),
            LinkState::Open { outgoing: WriteSide::Closing | WriteSide::Closed, .. } => {
                Err(messages::SIDE_ENDED_ALREADY.to_owned())
            }
            _ => Err(messages::NO_SIDE_TO_END.to_owned()),
        }
    }

    /// Bytes that the server has not taken for a while.
    pub fn waiting(&self) -> usize {
        if self.send_queue.is_slow() { self.send_queue.queued() } else { 0 }
    }

    /// Bytes that the other machine has not acknowledged although some are late; 0 where that is not known.
    pub fn late(&self) -> usize {
        self.send_queue.late()
    }

    /// Whether no more can become of a row than what [`delivery`](Self::delivery) says.
    pub fn is_settled(&self, id: RowId) -> bool {
        self.transcript.kind(id) != Some(RowKind::Sent) || self.send_queue.is_settled(&self.transcript.span(id))
    }

    /// What became of the rows of ours from `first` to `last`, in truth: of a line just sent that it waits. Rows of
    /// others have nowhere to go.
    pub fn delivery(&self, first: RowId, last: RowId) -> Delivery {
        match self.transcript.kind(first) {
            Some(RowKind::Sent) => {
                self.send_queue.delivery(&(self.transcript.span(first).start..self.transcript.span(last).end))
            }
            _ => Delivery::Sent,
        }
    }

    /// The same for the eye, which need not see that a line waits for its wakeup: what waits, or is late, only shows when
    /// that has lasted for a moment.
    pub fn delivery_shown(&self, first: RowId, last: RowId) -> Delivery {
        match self.delivery(first, last) {
            Delivery::Waiting if !self.send_queue.is_slow() => Delivery::Sent,
            Delivery::Unacknowledged if !self.send_queue.is_late_shown() => Delivery::Sent,
            delivery => delivery,
        }
    }

    pub(in crate::app) fn on_written(&mut self, bytes: usize) {
        self.traffic.sent += bytes as u64;
        self.send_queue.written(bytes);
        self.traffic.queued = self.send_queue.queued();
    }

    /// What was refused is what was sent last. What comes back when the link is over has been told of then.
    pub(in crate::app) fn on_not_sent(&mut self, now: Now, bytes: usize) {
        let (_, loss) = self.lose_last(bytes);
        if loss.bytes > 0 {
            self.add_notice(now, RowKind::Error, &messages::not_sent(&loss));
        }
    }

    /// Marks the last bytes handed over as lost. Gives how many of the user's lines are among them.
    fn lose_last(&mut self, bytes: usize) -> (usize, messages::Loss) {
        let LostBytes { bytes, from, has_unseen } = self.send_queue.drop_last(bytes, self.transcript.sent().start);
        self.traffic.queued = self.send_queue.queued();
        let lines = from.map_or(0, |from| self.mark_unsent(from));
        let is_torn = from.is_some_and(|from| self.is_torn(from));
        (lines, messages::Loss { bytes, is_torn, has_secret: has_unseen })
    }

    /// The link is over: what waits will not be sent any more, and what is late will not be acknowledged.
    pub(in crate::app) fn mark_queue_lost(&mut self, now: Now) {
        let late = self.send_queue.end_connection();
        if late == 0 {
            return self.on_not_sent(now, self.send_queue.queued());
        }
        let (lines, loss) = self.lose_last(self.send_queue.queued());
        self.add_notice(now, RowKind::Error, &messages::not_delivered(lines, &loss));
    }

    /// Whether this place in the log of what was sent is inside a row.
    fn is_torn(&self, at: u64) -> bool {
        let ids = (self.transcript.first().0..self.transcript.next().0).rev().map(RowId);
        let mut sent = ids.filter(|&id| self.transcript.kind(id) == Some(RowKind::Sent));
        sent.find(|&id| self.transcript.span(id).start <= at).is_some_and(|id| self.transcript.span(id).start < at)
    }

    pub(in crate::app) fn on_half_closed(&mut self, now: Now) {
        if let LinkState::Open { outgoing, .. } = &mut self.link {
            *outgoing = WriteSide::Closed;
            self.add_notice(now, RowKind::Notice, messages::SIDE_HAS_ENDED);
        }
    }

    pub(in crate::app) fn on_not_half_closed(&mut self, now: Now) {
        if let LinkState::Open { outgoing: outgoing @ WriteSide::Closing, .. } = &mut self.link {
            *outgoing = WriteSide::Open;
            self.add_notice(now, RowKind::Error, messages::SIDE_NOT_ENDED);
        }
    }
}
