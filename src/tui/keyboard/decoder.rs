//! Reads of a terminal to events, with the time of each.
//!
//! ```text
//!              ESC [200~                        text with a line's end, a line's end right behind text
//!    Paste ◄────────────── Keys (half a key) ──────────────────────────────► Burst
//!      │ ▲                  ▲ ▲  └─ 50 ms: what there is ─┐     18 or 60 ms, a key ──┘
//!      │ └─ ESC [200~       │ └───────────────────────────┘
//!      ├── ESC [201~ ───────┤
//!      └── 5 s of keys ─────┴─► aftermath: Keys, and Paste for what comes at once; 50 ms
//! ```
//!
//! Pure: it is handed bytes and instants. Where the reads end, and when they come, decides what is a paste and what was
//! typed, but never what the text is. Time is up only when [`Decoder::expire`] says so, which is asked when there is
//! nothing to read: bytes that waited while a frame was written did not come late.

#[cfg(test)]
mod tests;

use super::burst::{Burst, TOO_SOON, is_end, is_text};
use super::key::decode;
use super::paste::{AFTERMATH, BEGIN, END, Next, Pace, Paste, has_end};
use super::sequence::{extent, extent_at_last};
use crossterm::event::Event as Input;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// How long the rest of a key may take to come. Readline and vim wait for longer; nobody notices this much, and no hand
/// types `[` that soon after Esc.
const PATIENCE: Duration = Duration::from_millis(50);

/// Bytes to events.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    ready: VecDeque<Input>,
    state: State,
    /// When the last read was.
    read: Option<Instant>,
    /// The characters that came last, if nothing else has come since. An Enter is none.
    run: Option<Run>,
    /// Until when the rest of a paste may come that was over without its end.
    aftermath: Option<Instant>,
}

/// Characters in a row, each [`TOO_SOON`] after the one before.
#[derive(Debug, Clone, Copy)]
struct Run {
    len: usize,
    /// When the last of them came.
    at: Instant,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Keys,
    /// What is not certain to be a key yet, and until when more may come.
    Held(Vec<u8>, Instant),
    Paste(Paste),
    Burst(Burst),
}

impl Decoder {
    /// Takes what was read at once.
    pub(super) fn read(&mut self, bytes: &[u8], now: Instant) {
        let since = self.read.replace(now).map(|last| now.saturating_duration_since(last));
        let pace = Pace::of(bytes, since);
        if self.aftermath.is_some_and(|until| now < until) && (pace == Pace::Pasted || has_end(bytes)) {
            self.begin_piece(now);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match std::mem::take(&mut self.state) {
                State::Keys => self.read_keys(rest, now),
                State::Held(held, _) => self.read_held(&held, rest, now),
                State::Paste(paste) => self.read_paste(paste, rest, pace, now),
                State::Burst(burst) => self.read_burst(burst, rest, now),
            };
        }
    }

    /// The next event that is certain.
    pub(super) fn next(&mut self) -> Option<Input> {
        self.ready.pop_front()
    }

    /// Until when more has to come; `None` if nothing is held.
    pub(super) const fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Keys => None,
            State::Held(_, until) => Some(*until),
            State::Paste(paste) => Some(paste.until()),
            State::Burst(burst) => Some(burst.until()),
        }
    }

    /// Nothing has come until now: what is held and past its time is as certain as it will be.
    pub(super) fn expire(&mut self, now: Instant) {
        if self.deadline().is_none_or(|until| now < until) {
            return;
        }
        match std::mem::take(&mut self.state) {
            State::Keys => {}
            State::Held(held, _) => self.give_up(&held),
            State::Paste(paste) => self.lose(paste, now),
            State::Burst(burst) => self.ready.extend(burst.into_inputs()),
        }
    }

    fn read_keys<'a>(&mut self, bytes: &'a [u8], now: Instant) -> &'a [u8] {
        let before = self.run.take().filter(|run| now.saturating_duration_since(run.at) <= TOO_SOON);
        let mut len = before.map_or(0, |run| run.len);
        if let Some(burst) = Burst::begin(bytes, len, now) {
            self.state = State::Burst(burst);
            return &[];
        }
        let mut rest = bytes;
        while let Some((key, behind)) = extent(rest).and_then(|len| rest.split_at_checked(len)) {
            // A report of the terminal, or another key, before or behind lines makes them no less of a paste.
            if let Some((burst, behind)) = Burst::of_lines(rest, now) {
                self.state = State::Burst(burst);
                return behind;
            }
            rest = behind;
            if key == BEGIN {
                self.begin_paste(now);
                return rest;
            }
            if key == END {
                self.aftermath = None;
            }
            let is_character = key.first().is_some_and(|byte| is_text(*byte) && !is_end(*byte));
            len = if is_character { len + 1 } else { 0 };
            self.run = is_character.then_some(Run { len, at: now });
            self.ready.extend(decode(key));
        }
        if !rest.is_empty() {
            // Half a character, perhaps, which the row goes on with.
            self.run = (len > 0).then_some(Run { len, at: now });
            self.state = State::Held(rest.to_vec(), now + PATIENCE);
        }
        &[]
    }

    fn read_held<'a>(&mut self, held: &[u8], bytes: &'a [u8], now: Instant) -> &'a [u8] {
        let all = [held, bytes].concat();
        // The rest is a part of what has just been read, or else it is still held.
        let left = self.read_keys(&all, now).len();
        bytes.get(bytes.len().saturating_sub(left)..).unwrap_or_default()
    }

    /// The beginning of a sequence that never came to an end is no text.
    fn give_up(&mut self, held: &[u8]) {
        let mut rest = held;
        while let Some((key, behind)) = rest.split_at_checked(extent_at_last(rest)).filter(|(key, _)| !key.is_empty()) {
            self.ready.extend(decode(key));
            rest = behind;
        }
    }

    fn begin_paste(&mut self, now: Instant) {
        self.run = None;
        self.aftermath = None;
        self.state = State::Paste(Paste::new(now));
    }

    /// More of a paste that was given up has come. What was half a key is text of it, or the beginning of its end.
    fn begin_piece(&mut self, now: Instant) {
        let mut piece = Paste::piece(now);
        match std::mem::take(&mut self.state) {
            State::Keys => {}
            State::Held(held, _) => {
                piece.push(&held, Pace::Pasted, now);
            }
            other => {
                self.state = other;
                return;
            }
        }
        self.run = None;
        self.state = State::Paste(piece);
    }

    fn read_paste<'a>(&mut self, mut paste: Paste, bytes: &'a [u8], pace: Pace, now: Instant) -> &'a [u8] {
        if paste.is_over(bytes, pace, now) {
            self.lose(paste, now);
            return bytes;
        }
        match paste.push(bytes, pace, now) {
            Next::More => {
                self.state = State::Paste(paste);
                &[]
            }
            Next::End(behind) => {
                self.aftermath = None;
                self.deliver(paste);
                behind
            }
            Next::Another(behind) => {
                self.deliver(paste);
                self.begin_paste(now);
                behind
            }
        }
    }

    fn deliver(&mut self, paste: Paste) {
        self.ready.extend(paste.into_text().map(Input::Paste));
    }

    /// The end of a paste is lost, or late. What is left of it may still be on its way, without a mark at its beginning.
    fn lose(&mut self, paste: Paste, now: Instant) {
        self.aftermath = Some(now + AFTERMATH);
        self.deliver(paste);
    }

    fn read_burst<'a>(&mut self, mut burst: Burst, bytes: &'a [u8], now: Instant) -> &'a [u8] {
        let rest = burst.push(bytes, now);
        if rest.is_empty() {
            self.state = State::Burst(burst);
        } else {
            self.ready.extend(burst.into_inputs());
        }
        rest
    }
}
