//! Sending many lines at a pace: a server reads them as somebody's typing, and the user can stop in time.

use super::{Refusal, Tab};
use crate::app::parcel::{Parcel, Source};
use crate::app::{Effect, Now};
use crate::link::LinkEvent;
use crate::text::grouped;
use std::time::Duration;

/// A parcel on its way.
#[derive(Debug)]
pub struct Sending {
    parcel: Parcel,
    /// The next line to go out.
    next: usize,
    /// When it is its turn; nothing while the server has to read first what is queued.
    due: Option<Duration>,
    /// Between two lines.
    pace: Duration,
}

impl Sending {
    /// Lines that have been sent, and lines in all.
    pub const fn progress(&self) -> (usize, usize) {
        (self.next, self.parcel.len())
    }

    /// What is on its way.
    pub const fn source(&self) -> &Source {
        self.parcel.source()
    }

    /// Whether it waits for the server to read.
    pub const fn is_held_up(&self) -> bool {
        self.due.is_none()
    }

    pub(super) const fn due(&self) -> Option<Duration> {
        self.due
    }
}

impl Tab {
    /// Begins to send, the first line at once. The reason if it cannot be, and the parcel; then nothing was sent.
    pub(in crate::app) fn send_parcel(
        &mut self,
        now: Now,
        parcel: Parcel,
        pace: Duration,
    ) -> Result<Vec<Effect>, (Refusal, Parcel)> {
        if let Err(refusal) = self.could_send(parcel.longest().1 + self.dress()) {
            return Err((refusal, parcel));
        }
        let mut effects = self.greet_now(now);
        self.sending = Some(Sending { parcel, next: 0, due: Some(now.elapsed), pace });
        effects.extend(self.go_on_sending(now));
        Ok(effects)
    }

    /// Sends what is due. Without a pace: as much as may wait for the server at once, all of it handed over together. Line
    /// by line the link would refuse most of a long paste.
    pub(in crate::app) fn go_on_sending(&mut self, now: Now) -> Vec<Effect> {
        let mut out = Vec::new();
        while let Some(mut sending) = self.sending.take_if(|sending| sending.due.is_some_and(|due| due <= now.elapsed))
        {
            let line = sending.parcel.line(sending.next).unwrap_or_default();
            let bytes = match sending.parcel.source() {
                Source::Bytes => line.to_vec(),
                Source::Unsent => sending.parcel.whole_line(sending.next).to_vec(),
                Source::Paste | Source::File(_) | Source::Draft => self.dressed(line),
            };
            // What was checked when it began: only that the queue is full can be the reason, or that the link has ended, and
            // then the end of it stops all this.
            sending.due = self.queue(now, &bytes).is_ok().then(|| now.elapsed + sending.pace);
            if sending.due.is_some() {
                out.extend(bytes);
                sending.next += 1;
            }
            if sending.next < sending.parcel.len() {
                self.sending = Some(sending);
            } else if *sending.parcel.source() == Source::Unsent {
                self.unsent.resent(sending.next);
            }
        }
        self.hand_over(out)
    }

    /// The server has read something: there may be room for what was held up.
    pub(super) fn make_way(&mut self, now: Now, event: &LinkEvent) {
        if let (LinkEvent::Written(_) | LinkEvent::NotSent(_), Some(sending)) = (event, &mut self.sending) {
            sending.due.get_or_insert(now.elapsed);
        }
    }

    /// Stops sending. The sentence to say, if there was anything to stop.
    pub(in crate::app) fn stop_sending(&mut self) -> Option<String> {
        let Sending { parcel, next, .. } = self.sending.take()?;
        let said = format!("Stopped after {} of {} lines.", grouped(next as u64), grouped(parcel.len() as u64));
        Some(match parcel.source() {
            Source::File(path) => {
                let path = crate::text::plain(path);
                format!("{said} Nothing of {path} from line {} on was sent.", grouped(next as u64 + 1))
            }
            // Bytes are one piece, of which there is no rest; a paste is text, and so is a draft.
            Source::Bytes => said,
            Source::Unsent => {
                self.unsent.resent(next);
                format!("{said} /resend offers the rest again.")
            }
            Source::Paste | Source::Draft => {
                let mut rest = parcel.text_from(next).unwrap_or_default();
                // A draft that was there before the paste is still there, and stays a line of its own.
                if !self.prompt.text().is_empty() {
                    rest.push('\n');
                }
                self.prompt.put_in_front(&rest);
                format!("{said} The rest is in the input line.")
            }
        })
    }
}
