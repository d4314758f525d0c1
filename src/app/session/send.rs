//! Sending: lines, bytes, hidden lines and the half-close, and the delivery state of what was sent.

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

/// Whether we can still send on an open connection. The server can in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WriteSide {
    /// We can send.
    #[default]
    Open,
    /// Half-closing: nothing more is queued, and the end of the stream follows what is queued already.
    Closing,
    /// Half-closed: the server reads the end of the stream.
    Closed,
}

impl Tab {
    /// Sends a line of the user's with nickname prefix and line ending, in one write, or queues it after lines that are
    /// being sent. On an error, nothing was sent.
    pub(in crate::app) fn send_line(&mut self, now: Now, line: &[u8]) -> Result<Vec<Effect>, SendError> {
        if self.sending.is_some() {
            let pending = PendingSend::new(PendingSource::Draft, line.to_vec());
            return self.send_pending(now, pending, Duration::ZERO).map_err(|(error, _pending)| error);
        }
        self.send_bytes(now, &self.with_prefix_and_eol(line))
    }

    /// Returns the bytes to send for a line of the user's: with the nickname before it, where that is set, and the line
    /// ending after it. An empty line has no nickname.
    pub(in crate::app) fn with_prefix_and_eol(&self, line: &[u8]) -> Vec<u8> {
        let (before, after) = self.around_line(line.is_empty());
        [before.as_bytes(), line, after].concat()
    }

    /// Returns what is sent before and after a line of the user's.
    pub(in crate::app) fn around_line(&self, is_empty: bool) -> (String, &'static [u8]) {
        (if is_empty { String::new() } else { self.prefix() }, self.eol.bytes())
    }

    /// Appends the line ending.
    pub(in crate::app) fn with_eol(&self, line: &[u8]) -> Vec<u8> {
        [line, self.eol.bytes()].concat()
    }

    /// Returns the number of bytes that prefix and line ending add to a line.
    pub fn prefix_len(&self) -> usize {
        self.prefix().len() + self.eol.bytes().len()
    }

    /// Returns whether the nickname is sent before each line, instead of being requested from the server with `/nick`.
    pub(in crate::app) fn has_prefix(&self) -> bool {
        self.options.nick_mode == NickMode::Prefix
    }

    fn prefix(&self) -> String {
        let nick = self.nick.as_ref().filter(|_| self.has_prefix());
        nick.map(|nick| format!("{nick}: ")).unwrap_or_default()
    }

    /// Sends bytes unchanged, in one write. On an error, nothing was sent.
    pub(in crate::app) fn send_bytes(&mut self, now: Now, bytes: &[u8]) -> Result<Vec<Effect>, SendError> {
        self.check_send(bytes.len())?;
        let mut effects = self.send_all_on_connect_lines(now);
        self.note_line(now, bytes);
        self.record_sent(now, bytes);
        effects.extend(self.send_effect(bytes.to_vec()));
        Ok(effects)
    }

    /// Records bytes as sent; the caller hands them to the link. On an error, nothing was recorded.
    pub(in crate::app) fn queue(&mut self, now: Now, bytes: &[u8]) -> Result<(), SendError> {
        self.check_send(bytes.len())?;
        self.note_line(now, bytes);
        self.record_sent(now, bytes);
        Ok(())
    }

    /// Records bytes as sent without checking whether they can be. Returns their range in the log of sent bytes.
    pub(in crate::app) fn record_sent(&mut self, now: Now, bytes: &[u8]) -> Range<u64> {
        let start = self.transcript.sent().end;
        self.log.pass(WireDirection::Out, bytes, now.wall);
        self.add_own_row(|transcript| transcript.send(bytes, now.wall));
        let span = start..self.transcript.sent().end;
        self.send_queue.queue(span.clone(), now.elapsed);
        self.traffic.queued = self.send_queue.queued();
        span
    }

    /// Passes a line of the user's to the reconnect policy, without the nickname prefix.
    pub(in crate::app) fn note_line(&mut self, now: Now, bytes: &[u8]) {
        let prefix = self.prefix();
        self.reconnect_policy.on_sent(now, bytes.strip_prefix(prefix.as_bytes()).unwrap_or(bytes));
    }

    /// Sends a hidden line. Rows, logs and recordings only say that there was one.
    pub(in crate::app) fn send_hidden(&mut self, now: Now, bytes: SecretBytes) -> Result<Vec<Effect>, SendError> {
        self.check_send(bytes.len())?;
        self.is_free_to_send()?;
        let mut effects = self.send_all_on_connect_lines(now);
        // The policy sees an empty line in place of the secret.
        self.reconnect_policy.on_sent(now, &[]);
        effects.push(self.record_hidden(now, bytes));
        Ok(effects)
    }

    /// Records that a hidden line was sent. Returns the effect that sends it.
    pub(in crate::app) fn record_hidden(&mut self, now: Now, bytes: SecretBytes) -> Effect {
        self.add_own_row(|transcript| {
            // Like any sent line, it ends the row that is being received.
            transcript.end_open(RowEnd::Interrupted);
            transcript.note(RowKind::Notice, messages::SECRET_SENT, now.wall);
        });
        self.send_queue.queue_hidden(bytes.len(), now.elapsed);
        self.log.skip_secret(bytes.len(), now.wall);
        self.traffic.queued = self.send_queue.queued();
        Effect::Link(self.id, LinkCommand::SendSecret(bytes))
    }

    /// Adds a row of ours, which ends the row that is being received.
    fn add_own_row(&mut self, add: impl FnOnce(&mut Transcript)) {
        self.insert_own_row(add);
        self.idle_row_deadline = None;
    }

    /// Adds a row of ours without ending the row that is being received.
    pub(in crate::app) fn insert_own_row(&mut self, add: impl FnOnce(&mut Transcript)) {
        let has_read_all = self.unread.is_some_and(|unread| unread >= self.transcript.next());
        add(&mut self.transcript);
        self.on_transcript_changed(&[]);
        if has_read_all {
            // The user's own rows are never unread.
            self.mark_read();
        }
    }

    /// Returns the effect that sends `bytes`, as one command because the link's command queue is short; none if empty.
    pub(in crate::app) fn send_effect(&self, bytes: Vec<u8>) -> Vec<Effect> {
        if bytes.is_empty() {
            return Vec::new();
        }
        vec![Effect::Link(self.id, LinkCommand::Send(Bytes::from(bytes)))]
    }

    /// Checks whether `len` bytes of the user's can be sent now. They must not overtake the server's secret.
    pub(in crate::app) fn check_send(&self, len: usize) -> Result<(), SendError> {
        self.has_room(len)?;
        if self.on_connect.awaits_secret() { Err(SendError::SecretAwaited) } else { Ok(()) }
    }

    /// Checks whether the connection takes `len` more bytes now.
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

    /// Half-closes the connection once everything queued is written. The server can still send.
    ///
    /// # Errors
    /// Returns the sentence for the user if that is not possible now.
    pub(in crate::app) fn end_input(&mut self, now: Now) -> Result<Vec<Effect>, String> {
        self.check_half_close()?;
        let mut effects = self.send_all_on_connect_lines(now);
        if let LinkState::Open { outgoing, .. } = &mut self.link {
            *outgoing = WriteSide::Closing;
        }
        effects.push(Effect::Link(self.id, LinkCommand::Eof));
        Ok(effects)
    }

    /// Checks whether the connection can be half-closed; the error is the sentence for the user.
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

    /// Returns the number of waiting bytes if they have waited for a while, else 0.
    pub fn waiting(&self) -> usize {
        if self.send_queue.is_slow() { self.send_queue.queued() } else { 0 }
    }

    /// Returns the number of unacknowledged bytes if some are late; 0 where acknowledgements are not reported.
    pub fn late(&self) -> usize {
        self.send_queue.late()
    }

    /// Returns whether the [`delivery`](Self::delivery) of a row is final.
    pub fn is_settled(&self, id: RowId) -> bool {
        self.transcript.kind(id) != Some(RowKind::Sent) || self.send_queue.is_settled(&self.transcript.span(id))
    }

    /// Returns the delivery state of the sent rows from `first` to `last`. A line just sent is waiting. For rows that were
    /// not sent by us, returns [`Delivery::Sent`].
    pub fn delivery(&self, first: RowId, last: RowId) -> Delivery {
        match self.transcript.kind(first) {
            Some(RowKind::Sent) => {
                self.send_queue.delivery(&(self.transcript.span(first).start..self.transcript.span(last).end))
            }
            _ => Delivery::Sent,
        }
    }

    /// Returns the delivery state to display: like [`delivery`](Self::delivery), but waiting and late rows count as sent
    /// until that has lasted for a while.
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

    /// Marks the last `bytes` queued bytes as not sent, and reports it. Bytes that the link returns after its close have
    /// been reported already.
    pub(in crate::app) fn on_not_sent(&mut self, now: Now, bytes: usize) {
        let (_, loss) = self.lose_last(bytes);
        if loss.bytes > 0 {
            self.add_notice(now, RowKind::Error, &messages::not_sent(&loss));
        }
    }

    /// Marks the last `bytes` queued bytes as lost. Returns how many of the user's lines are among them.
    fn lose_last(&mut self, bytes: usize) -> (usize, messages::Loss) {
        let LostBytes { bytes, from, has_hidden } = self.send_queue.drop_last(bytes, self.transcript.sent().start);
        self.traffic.queued = self.send_queue.queued();
        let lines = from.map_or(0, |from| self.mark_unsent(from));
        let is_torn = from.is_some_and(|from| self.is_torn(from));
        (lines, messages::Loss { bytes, is_torn, has_secret: has_hidden })
    }

    /// Marks and reports the waiting and late bytes as lost when the connection has ended.
    pub(in crate::app) fn mark_queue_lost(&mut self, now: Now) {
        let late = self.send_queue.end_connection();
        if late == 0 {
            return self.on_not_sent(now, self.send_queue.queued());
        }
        let (lines, loss) = self.lose_last(self.send_queue.queued());
        self.add_notice(now, RowKind::Error, &messages::not_delivered(lines, &loss));
    }

    /// Returns whether an offset in the log of sent bytes is inside a row, not at its start.
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
