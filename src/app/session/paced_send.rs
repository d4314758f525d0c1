//! Sending many lines at a pace: a server reads them as somebody's typing, and the user can stop in time.
//!
//! What the user sends meanwhile waits behind these lines, so that nothing is put between them.

use super::{SendError, Tab, messages};
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::{Effect, Now};
use crate::link::LinkEvent;
use crate::text::format_thousands;
use std::collections::VecDeque;
use std::time::Duration;

/// Bytes that may wait behind what is being sent. When the sending stops, they go back to the input line.
const MAX_BEHIND_BYTES: usize = 4 << 20;

/// Parcels that may wait behind what is being sent.
const MAX_BEHIND: usize = 10_000;

/// A parcel on its way, and what is to be sent after it.
#[derive(Debug)]
pub struct PacedSend {
    parcel: PendingSend,
    /// The next line to go out.
    next: usize,
    /// Sent after it, in this order.
    behind: VecDeque<PendingSend>,
    /// Lines of the parcels before it.
    lines_before: usize,
    /// Lines of all parcels.
    lines: usize,
    /// When it is its turn; nothing while the server has to read first what is queued.
    due: Option<Duration>,
    /// Between two lines.
    pace: Duration,
}

impl PacedSend {
    fn new(now: Now, parcel: PendingSend, pace: Duration) -> Self {
        let lines = parcel.len();
        Self { parcel, next: 0, behind: VecDeque::new(), lines_before: 0, lines, due: Some(now.elapsed), pace }
    }

    /// Lines that have been sent, and lines in all, those behind included.
    pub const fn progress(&self) -> (usize, usize) {
        (self.lines_before + self.next, self.lines)
    }

    /// Whether it waits for the server to read.
    pub const fn is_held_up(&self) -> bool {
        self.due.is_none()
    }

    /// Whether lines that were not sent before are among these.
    pub(in crate::app) fn has_unsent(&self) -> bool {
        self.parcels().any(|parcel| *parcel.source() == PendingSource::Unsent)
    }

    pub(in crate::app) const fn due(&self) -> Option<Duration> {
        self.due
    }

    fn parcels(&self) -> impl Iterator<Item = &PendingSend> {
        std::iter::once(&self.parcel).chain(&self.behind)
    }

    /// Adds what is to be sent after the rest; gives it back where no more can wait.
    fn add(&mut self, parcel: PendingSend) -> Result<(), PendingSend> {
        let waiting = self.behind.iter().map(PendingSend::size).sum::<usize>();
        if self.behind.len() >= MAX_BEHIND || waiting + parcel.size() > MAX_BEHIND_BYTES {
            return Err(parcel);
        }
        self.lines += parcel.len();
        self.behind.push_back(parcel);
        Ok(())
    }

    /// Goes on with the parcel behind. Says whether there is one.
    fn advance(&mut self) -> bool {
        let Some(parcel) = self.behind.pop_front() else { return false };
        self.lines_before += std::mem::replace(&mut self.parcel, parcel).len();
        self.next = 0;
        true
    }
}

impl Tab {
    /// Begins to send, the first line at once; behind what is being sent already, if something is. The reason if it cannot
    /// be, and the parcel; then nothing was sent.
    pub(in crate::app) fn send_parcel(
        &mut self,
        now: Now,
        parcel: PendingSend,
        pace: Duration,
    ) -> Result<Vec<Effect>, (SendError, PendingSend)> {
        if let Err(refusal) = self.check_send(parcel.longest().1 + self.prefix_len()) {
            return Err((refusal, parcel));
        }
        if let Some(sending) = &mut self.sending {
            return sending.add(parcel).map(|()| Vec::new()).map_err(|parcel| (SendError::StillSending, parcel));
        }
        let mut effects = self.send_all_on_connect_lines(now);
        self.sending = Some(PacedSend::new(now, parcel, pace));
        effects.extend(self.send_due_lines(now));
        Ok(effects)
    }

    /// Lines that are still to be sent, each at its time.
    pub(in crate::app) fn lines_to_send(&self) -> usize {
        self.sending.as_ref().map_or(0, |sending| sending.progress().1 - sending.progress().0)
    }

    /// Whether nothing is being sent line by line: what has to go out at once would come between the lines.
    pub(in crate::app) const fn is_free_to_send(&self) -> Result<(), SendError> {
        if self.sending.is_some() { Err(SendError::StillSending) } else { Ok(()) }
    }

    /// Sends what is due. Without a pace: as much as may wait for the server at once, all of it handed over together. Line
    /// by line the link would refuse most of a long paste.
    pub(in crate::app) fn send_due_lines(&mut self, now: Now) -> Vec<Effect> {
        let mut out = Vec::new();
        while let Some(mut sending) = self.sending.take_if(|sending| sending.due.is_some_and(|due| due <= now.elapsed))
        {
            let line = sending.parcel.line(sending.next).unwrap_or_default();
            let bytes = match sending.parcel.source() {
                PendingSource::Bytes => line.to_vec(),
                PendingSource::Unsent => sending.parcel.line_with_end(sending.next).to_vec(),
                PendingSource::Paste | PendingSource::File(_) | PendingSource::Draft => self.with_prefix_and_eol(line),
            };
            // What was checked when it began: only that the queue is full can be the reason, or that the link has ended, and
            // then the end of it stops all this.
            sending.due = self.queue(now, &bytes).is_ok().then(|| now.elapsed + sending.pace);
            if sending.due.is_some() {
                out.extend(bytes);
                sending.next += 1;
            }
            if sending.next >= sending.parcel.len() {
                if *sending.parcel.source() == PendingSource::Unsent {
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

    /// The server has read something: there may be room for what was held up.
    pub(in crate::app) fn on_queue_drained(&mut self, now: Now, event: &LinkEvent) {
        if self.reconnect_policy.is_leaving() {
            return;
        }
        if let (LinkEvent::Written(_) | LinkEvent::NotSent(_), Some(sending)) = (event, &mut self.sending) {
            sending.due.get_or_insert(now.elapsed);
        }
    }

    /// Sends no more of it: the connection is being closed, and its end stops the sending.
    pub(in crate::app) const fn hold_sending(&mut self) {
        if let Some(sending) = &mut self.sending {
            sending.due = None;
        }
    }

    /// Stops sending. The sentence to say, if there was anything to stop.
    ///
    /// Text goes back to the input line. Files and bytes do not: the sentence says what of them was not sent.
    pub(in crate::app) fn stop_sending(&mut self) -> Option<String> {
        let PacedSend { parcel, next, behind, lines_before, lines, .. } = self.sending.take()?;
        let sent = format_thousands((lines_before + next) as u64);
        let mut said = format!("Stopped after {sent} of {} lines.", format_thousands(lines as u64));
        let mut texts = Vec::new();
        let first_lines = std::iter::once(next).chain(std::iter::repeat(0));
        for (parcel, first) in std::iter::once(parcel).chain(behind).zip(first_lines) {
            match parcel.source() {
                PendingSource::File(path) => said.push_str(&messages::file_stopped(path, first + 1)),
                // Bytes are one piece, of which there is no rest.
                PendingSource::Bytes => said.push_str(if first == 0 { messages::BYTES_STOPPED } else { "" }),
                PendingSource::Unsent => {
                    self.unsent.resent(first);
                    said.push_str(messages::RESEND_STOPPED);
                }
                // A paste is text, and so is a draft.
                PendingSource::Paste | PendingSource::Draft => texts.push(parcel.text_from(first).unwrap_or_default()),
            }
        }
        if !texts.is_empty() {
            said.push_str(self.put_back(&texts.join("\n")));
        }
        Some(said)
    }
}
