//! Reads of a terminal to events, with the time of each.
//!
//! ```text
//!              ESC [200~                          text on many lines, no ESC [200~ so far
//!    Paste ◄────────────── Keys (half a key) ──────────────────────────────► Burst
//!      └── ESC [201~, 5 s ──►  ▲  └─ 30 ms: what there is ─┐     50 ms, a key ──┘
//!                              └───────────────────────────┘
//! ```
//!
//! Pure: it is handed bytes and instants. The events depend on the bytes, and on where the reads end only as far as a
//! *burst* is one read by definition. Time is up only when [`Decoder::expire`] says so, which is asked when there is
//! nothing to read: bytes that waited while a frame was written did not come late.

#[cfg(test)]
mod tests;

use super::burst;
use super::key::decode;
use super::paste::{BEGIN, Paste, Text};
use super::sequence::{extent, extent_at_last};
use crossterm::event::Event as Input;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// How long the rest of a key may take to come. Readline and vim wait for longer; nobody notices this much, and no hand
/// types `[` that soon after Esc.
const PATIENCE: Duration = Duration::from_millis(30);

/// Bytes to events.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    ready: VecDeque<Input>,
    state: State,
    marks: Marks,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Keys,
    /// What is not certain to be a key yet, and until when more may come.
    Held(Vec<u8>, Instant),
    Paste(Paste),
    /// The text so far, and until when more may come.
    Burst(Text, Instant),
}

/// Whether the terminal marks what is pasted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Marks {
    /// Not that we know; or it lost one, and more of that paste may come.
    #[default]
    Unseen,
    /// It does, so that a burst of keys is a script's.
    Seen,
}

impl Decoder {
    /// Takes what was read at once.
    pub(super) fn read(&mut self, bytes: &[u8], now: Instant) {
        if matches!(self.state, State::Keys) && self.marks == Marks::Unseen && burst::begins_with(bytes) {
            self.state = State::Burst(Text::default(), now);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match std::mem::take(&mut self.state) {
                State::Keys => self.read_keys(rest, now),
                State::Held(held, _) => self.read_held(&held, rest, now),
                State::Paste(paste) => self.read_paste(paste, rest, now),
                State::Burst(text, _) => self.read_burst(text, rest, now),
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
            State::Held(_, until) | State::Burst(_, until) => Some(*until),
            State::Paste(paste) => Some(paste.until()),
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
            State::Paste(paste) => self.lose(paste),
            State::Burst(text, _) => self.ready.extend(burst::inputs(text)),
        }
    }

    fn read_keys<'a>(&mut self, bytes: &'a [u8], now: Instant) -> &'a [u8] {
        let mut rest = bytes;
        while let Some((key, behind)) = extent(rest).and_then(|len| rest.split_at_checked(len)) {
            rest = behind;
            if key == BEGIN {
                self.state = State::Paste(Paste::new(now));
                return rest;
            }
            self.ready.extend(decode(key));
        }
        if !rest.is_empty() {
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

    fn read_paste<'a>(&mut self, mut paste: Paste, bytes: &'a [u8], now: Instant) -> &'a [u8] {
        if paste.is_over(bytes, now) {
            self.lose(paste);
            return bytes;
        }
        let Some(behind) = paste.push(bytes, now) else {
            self.state = State::Paste(paste);
            return &[];
        };
        self.marks = Marks::Seen;
        self.ready.push_back(Input::Paste(paste.into_text()));
        behind
    }

    /// The end of a paste is lost. What is left of it may still be on its way, without a mark at its beginning.
    fn lose(&mut self, paste: Paste) {
        self.marks = Marks::Unseen;
        self.ready.push_back(Input::Paste(paste.into_text()));
    }

    fn read_burst<'a>(&mut self, mut text: Text, bytes: &'a [u8], now: Instant) -> &'a [u8] {
        if !burst::goes_on_with(bytes) {
            self.ready.extend(burst::inputs(text));
            return bytes;
        }
        text.push(bytes);
        self.state = State::Burst(text, now + burst::PATIENCE);
        &[]
    }
}
