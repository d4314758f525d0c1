//! Sending many lines at a pace, so that the server reads them one by one and the user can stop in time.
//!
//! Messages sent meanwhile are queued after these lines, never between them.

use super::{SendError, Tab, messages};
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::{Effect, Now};
use crate::link::LinkEvent;
use crate::text::format_thousands;
use std::collections::VecDeque;
use std::time::Duration;

/// Bytes that may be queued after the current send. If sending stops, their text goes back to the input line.
const MAX_QUEUED_BYTES: usize = 4 << 20;

/// Sends that may be queued after the current one.
const MAX_QUEUED_SENDS: usize = 10_000;

/// A `PendingSend` that is being sent line by line, and those queued after it.
#[derive(Debug)]
pub struct PacedSend {
    current: PendingSend,
    /// Index of the next line of `current`.
    next: usize,
    /// Sent after `current`, in this order.
    queued: VecDeque<PendingSend>,
    /// Lines of the sends that are finished.
    lines_before: usize,
    /// Lines of all sends, finished, current and queued.
    lines: usize,
    /// When the next line is sent; `None` while the server has to read what is in the send queue.
    due: Option<Duration>,
    /// Delay between two lines.
    pace: Duration,
}

impl PacedSend {
    fn new(now: Now, pending: PendingSend, pace: Duration) -> Self {
        let lines = pending.len();
        let queued = VecDeque::new();
        Self { current: pending, next: 0, queued, lines_before: 0, lines, due: Some(now.elapsed), pace }
    }

    /// Returns the lines sent so far, and all lines, queued ones included.
    pub const fn progress(&self) -> (usize, usize) {
        (self.lines_before + self.next, self.lines)
    }

    /// Returns whether sending is paused until the server reads.
    pub const fn is_held_up(&self) -> bool {
        self.due.is_none()
    }

    /// Returns whether any of it comes from `/resend`.
    pub(in crate::app) fn has_unsent(&self) -> bool {
        self.sends().any(|pending| *pending.source() == PendingSource::Unsent)
    }

    pub(in crate::app) const fn due(&self) -> Option<Duration> {
        self.due
    }

    fn sends(&self) -> impl Iterator<Item = &PendingSend> {
        std::iter::once(&self.current).chain(&self.queued)
    }

    /// Queues `pending` after all others, or returns it if the limits are reached.
    fn add(&mut self, pending: PendingSend) -> Result<(), PendingSend> {
        let queued_bytes = self.queued.iter().map(PendingSend::size).sum::<usize>();
        if self.queued.len() >= MAX_QUEUED_SENDS || queued_bytes + pending.size() > MAX_QUEUED_BYTES {
            return Err(pending);
        }
        self.lines += pending.len();
        self.queued.push_back(pending);
        Ok(())
    }

    /// Continues with the next queued send. Returns whether there is one.
    fn advance(&mut self) -> bool {
        let Some(pending) = self.queued.pop_front() else { return false };
        self.lines_before += std::mem::replace(&mut self.current, pending).len();
        self.next = 0;
        true
    }
}

impl Tab {
    /// Starts sending, the first line immediately, or queues `pending` if lines are being sent already.
    ///
    /// # Errors
    /// Returns the reason and `pending` itself if it cannot be sent. Then nothing was sent.
    pub(in crate::app) fn send_pending(
        &mut self,
        now: Now,
        pending: PendingSend,
        pace: Duration,
    ) -> Result<Vec<Effect>, (SendError, PendingSend)> {
        if let Err(error) = self.check_send(pending.longest().1 + self.prefix_len()) {
            return Err((error, pending));
        }
        if let Some(sending) = &mut self.sending {
            return sending.add(pending).map(|()| Vec::new()).map_err(|pending| (SendError::StillSending, pending));
        }
        let mut effects = self.send_all_on_connect_lines(now);
        self.sending = Some(PacedSend::new(now, pending, pace));
        effects.extend(self.send_due_lines(now));
        Ok(effects)
    }

    /// Returns the number of lines still to be sent.
    pub(in crate::app) fn lines_to_send(&self) -> usize {
        self.sending.as_ref().map_or(0, |sending| sending.progress().1 - sending.progress().0)
    }

    /// Checks that no lines are being sent. Anything sent immediately would come between them.
    pub(in crate::app) const fn is_free_to_send(&self) -> Result<(), SendError> {
        if self.sending.is_some() { Err(SendError::StillSending) } else { Ok(()) }
    }

    /// Sends the lines that are due. With a zero pace, sends as many as the send queue takes, in one command: as
    /// separate commands, the link would refuse most lines of a long paste.
    pub(in crate::app) fn send_due_lines(&mut self, now: Now) -> Vec<Effect> {
        let mut out = Vec::new();
        while let Some(mut sending) = self.sending.take_if(|sending| sending.due.is_some_and(|due| due <= now.elapsed))
        {
            let line = sending.current.line(sending.next).unwrap_or_default();
            let bytes = match sending.current.source() {
                PendingSource::Bytes => line.to_vec(),
                PendingSource::Unsent => sending.current.line_with_end(sending.next).to_vec(),
                PendingSource::Paste | PendingSource::File(_) | PendingSource::Draft => self.with_prefix_and_eol(line),
            };
            // Everything else was checked at the start, so an error means that the queue is full, or that the connection
            // has ended, whose close event stops the sending.
            sending.due = self.queue(now, &bytes).is_ok().then(|| now.elapsed + sending.pace);
            if sending.due.is_some() {
                out.extend(bytes);
                sending.next += 1;
            }
            if sending.next >= sending.current.len() {
                if *sending.current.source() == PendingSource::Unsent {
                    self.unsent.resent(sending.next);
                }
                if !sending.advance() {
                    break;
                }
            }
            self.sending = Some(sending);
        }
        self.send_effect(out)
    }

    /// Resumes paused sending after a link event that may have made room in the send queue.
    pub(in crate::app) fn on_queue_drained(&mut self, now: Now, event: &LinkEvent) {
        if self.reconnect_policy.is_leaving() {
            return;
        }
        if let (LinkEvent::Written(_) | LinkEvent::NotSent(_), Some(sending)) = (event, &mut self.sending) {
            sending.due.get_or_insert(now.elapsed);
        }
    }

    /// Pauses sending while the connection is being closed; its close event then stops it.
    pub(in crate::app) const fn hold_sending(&mut self) {
        if let Some(sending) = &mut self.sending {
            sending.due = None;
        }
    }

    /// Stops sending. Returns the notice for the user, if lines were being sent.
    ///
    /// Unsent text goes back to the input line. For files and bytes, the notice says which part was not sent.
    pub(in crate::app) fn stop_sending(&mut self) -> Option<String> {
        let PacedSend { current, next, queued, lines_before, lines, .. } = self.sending.take()?;
        let sent = format_thousands((lines_before + next) as u64);
        let mut notice = format!("Stopped after {sent} of {} lines.", format_thousands(lines as u64));
        let mut texts = Vec::new();
        let first_lines = std::iter::once(next).chain(std::iter::repeat(0));
        for (pending, first) in std::iter::once(current).chain(queued).zip(first_lines) {
            match pending.source() {
                PendingSource::File(path) => notice.push_str(&messages::file_stopped(path, first + 1)),
                // Bytes are sent as one piece, so all or nothing of them is left.
                PendingSource::Bytes => notice.push_str(if first == 0 { messages::BYTES_STOPPED } else { "" }),
                PendingSource::Unsent => {
                    self.unsent.resent(first);
                    notice.push_str(messages::RESEND_STOPPED);
                }
                // Pastes and drafts are valid UTF-8.
                PendingSource::Paste | PendingSource::Draft => texts.push(pending.text_from(first).unwrap_or_default()),
            }
        }
        if !texts.is_empty() {
            notice.push_str(self.put_back(&texts.join("\n")));
        }
        Some(notice)
    }
}
