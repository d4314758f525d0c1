//! Decoding timed reads of a terminal into events.
//!
//! ```text
//!              ESC [200~                             only without known marker support: characters and a line end
//!    Paste ◄────────────── Keys (incomplete key) ──────────────────────────► UnmarkedPaste
//!      │ ▲                  ▲ ▲  └─ 50 ms or 5 s: decode as it is ┐       18 or 60 ms, a key ──┘
//!      │ └─ ESC [200~       │ └──────────────────────────────────┘
//!      ├── ESC [201~ ───────┤
//!      └── 5 s without text ┴─► Keys, and for 60 s or until a key that is no text: fast text is a remainder of the paste
//! ```
//!
//! The decoder is pure: it receives bytes and instants. Support of paste markers is known from the answer to
//! [`super::evidence::QUERY`], a marker or a focus report. From then on text without markers is keys, however it is split
//! into reads and whatever the pauses. The exception is ESC with nothing after it for 50 ms, which is the Esc key.
//!
//! Without known support, the ends and times of reads decide what is a paste and what was typed, but never change the
//! text. Timeouts take effect only in [`Decoder::expire`], which is called when there is nothing to read: bytes that waited
//! while a frame was written are not late.

#[cfg(test)]
mod tests;

use super::bracketed_paste::{AfterText, InputSpeed, LATE_TIMEOUT, PASTE_END, PASTE_START, Paste, has_end};
use super::escape_sequence::{ESC, is_ambiguous, sequence_len, sequence_len_at_timeout};
use super::evidence::{LateRest, answers_query, late_rest, shows_bracketed_paste};
use super::key::decode;
use super::unmarked_paste::{MIN_KEY_INTERVAL, UnmarkedPaste, is_line_end, is_text};
use crossterm::event::Event as Input;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Maximum time from ESC to the rest of its sequence; after that it is the Esc key. Readline and vim wait longer. This is
/// too short to notice, and to type `[` after Esc.
const ESC_TIMEOUT: Duration = Duration::from_millis(50);

/// Maximum time for the rest of a sequence or character whose beginning is no key itself. Longer than most stalls of a
/// connection; bounded, so that a broken sequence does not block the keyboard.
const REST_TIMEOUT: Duration = Duration::from_secs(5);

/// Decodes reads into events.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    ready: VecDeque<Input>,
    state: State,
    last_read: Option<Instant>,
    /// Fast characters at the end of the input so far. Enter ends the run.
    fast_run: Option<FastRun>,
    /// Time until which the rest of an abandoned paste is expected.
    late_paste_until: Option<Instant>,
    /// Whether the terminal is known to support paste markers.
    supports_markers: bool,
    /// Whether the query was answered since [`Decoder::take_answer`].
    is_answered: bool,
    /// Whether the last key was an ESC whose rest may still arrive: see [`late_rest`].
    has_lone_esc: bool,
}

/// Consecutive characters, each within [`MIN_KEY_INTERVAL`] of the previous one.
#[derive(Debug, Clone, Copy)]
struct FastRun {
    len: usize,
    last: Instant,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Keys,
    /// Beginning of a key, and the time until which it may be completed.
    Incomplete(Vec<u8>, Instant),
    /// Bytes after a lone ESC that may be the rest of a paste marker or answer, and the time until which more may arrive.
    Late(Vec<u8>, Instant),
    Paste(Paste),
    UnmarkedPaste(UnmarkedPaste),
}

impl Decoder {
    /// Decodes the bytes of one read.
    pub(super) fn read(&mut self, bytes: &[u8], now: Instant) {
        let since = self.last_read.replace(now).map(|last| now.saturating_duration_since(last));
        let speed = InputSpeed::of(bytes, since);
        // Applies to bytes before the evidence, too.
        self.supports_markers = self.supports_markers || shows_bracketed_paste(bytes);
        if self.late_paste_until.is_some_and(|until| now < until) && (speed == InputSpeed::Pasted || has_end(bytes)) {
            self.begin_remainder(bytes, now);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match std::mem::take(&mut self.state) {
                State::Keys if self.has_lone_esc => self.read_late(&[], rest, since, now),
                State::Keys => self.read_keys(rest, since, now),
                State::Incomplete(held, _) => self.read_held(&held, rest, since, now),
                State::Late(held, _) => self.read_late(&held, rest, since, now),
                State::Paste(paste) => self.read_paste(paste, rest, speed, now),
                State::UnmarkedPaste(paste) => self.read_unmarked_paste(paste, rest, now),
            };
        }
    }

    /// Returns the next complete event.
    pub(super) fn next(&mut self) -> Option<Input> {
        self.ready.pop_front()
    }

    /// Returns the time at which [`Decoder::expire`] has to be called; `None` if nothing is held.
    pub(super) const fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Keys => None,
            State::Incomplete(_, until) | State::Late(_, until) => Some(*until),
            State::Paste(paste) => Some(paste.until()),
            State::UnmarkedPaste(paste) => Some(paste.until()),
        }
    }

    /// Decodes held bytes as they are if their deadline has passed. Call it only if nothing can be read.
    pub(super) fn expire(&mut self, now: Instant) {
        if self.deadline().is_none_or(|until| now < until) {
            return;
        }
        match std::mem::take(&mut self.state) {
            State::Keys => {}
            State::Incomplete(held, _) => self.discard_incomplete(&held),
            State::Late(held, _) => {
                self.read_keys(&held, None, now);
            }
            State::Paste(paste) => self.abandon_paste(paste, now),
            State::UnmarkedPaste(paste) => self.end_unmarked_paste(paste, now),
        }
    }

    /// Whether the terminal has answered the query since the last call.
    pub(super) const fn take_answer(&mut self) -> bool {
        std::mem::replace(&mut self.is_answered, false)
    }

    /// Decodes keys up to the start of a paste and returns the bytes after it. `since` is the time since the previous read.
    fn read_keys<'a>(&mut self, bytes: &'a [u8], since: Option<Duration>, now: Instant) -> &'a [u8] {
        let before = self.fast_run.take().filter(|run| now.saturating_duration_since(run.last) <= MIN_KEY_INTERVAL);
        let mut len = before.map_or(0, |run| run.len);
        if let Some(paste) = UnmarkedPaste::begin(bytes, len, since, now).filter(|_| !self.supports_markers) {
            self.state = State::UnmarkedPaste(paste);
            return &[];
        }
        let mut rest = bytes;
        while let Some((key, after)) = sequence_len(rest).and_then(|len| rest.split_at_checked(len)) {
            // Lines are a paste even with a report of the terminal or another key before or after them.
            if !self.supports_markers
                && let Some((paste, after)) = UnmarkedPaste::from_lines(rest, len, since, now)
            {
                self.state = State::UnmarkedPaste(paste);
                return after;
            }
            rest = after;
            if key == PASTE_START {
                self.begin_paste(now);
                return rest;
            }
            let is_character = key.first().is_some_and(|byte| is_text(*byte) && !is_line_end(*byte));
            len = if is_character { len + 1 } else { 0 };
            self.fast_run = is_character.then_some(FastRun { len, last: now });
            self.emit_key(key);
        }
        if !rest.is_empty() {
            // An incomplete character may continue the run.
            self.fast_run = (len > 0).then_some(FastRun { len, last: now });
            self.hold(rest, now);
        }
        &[]
    }

    /// Emits the event of a complete key, and evaluates its evidence about the terminal.
    fn emit_key(&mut self, key: &[u8]) {
        self.supports_markers = self.supports_markers || shows_bracketed_paste(key);
        self.is_answered |= answers_query(key);
        let input = decode(key);
        let is_text = key.first().is_some_and(|byte| is_text(*byte));
        // A key that is no text follows the whole paste, so its end marker is lost and not late.
        if key == PASTE_END || !is_text && matches!(input, Some(Input::Key(_))) {
            self.late_paste_until = None;
        }
        self.ready.extend(input);
    }

    fn hold(&mut self, incomplete: &[u8], now: Instant) {
        let timeout = if is_ambiguous(incomplete) { ESC_TIMEOUT } else { REST_TIMEOUT };
        self.state = State::Incomplete(incomplete.to_vec(), now + timeout);
    }

    /// Decodes held bytes together with new ones and returns the new bytes that are left.
    fn read_held<'a>(&mut self, held: &[u8], bytes: &'a [u8], since: Option<Duration>, now: Instant) -> &'a [u8] {
        let all = [held, bytes].concat();
        let left = self.read_keys(&all, since, now).len();
        bytes.get(bytes.len().saturating_sub(left)..).unwrap_or_default()
    }

    /// Decodes bytes after an ESC that was emitted as a key.
    fn read_late<'a>(&mut self, held: &[u8], bytes: &'a [u8], since: Option<Duration>, now: Instant) -> &'a [u8] {
        self.has_lone_esc = false;
        let all = [held, bytes].concat();
        match late_rest(&all) {
            LateRest::No => self.read_held(held, bytes, since, now),
            LateRest::Partial => {
                self.state = State::Late(all, now + REST_TIMEOUT);
                &[]
            }
            LateRest::Complete => self.read_held(&[&[ESC], held].concat(), bytes, since, now),
        }
    }

    /// Decodes held bytes whose time is over. The beginning of a sequence is dropped; it is no text.
    fn discard_incomplete(&mut self, held: &[u8]) {
        let mut rest = held;
        while let Some((key, after)) =
            rest.split_at_checked(sequence_len_at_timeout(rest)).filter(|(key, _)| !key.is_empty())
        {
            self.emit_key(key);
            self.has_lone_esc = key == [ESC];
            rest = after;
        }
    }

    fn begin_paste(&mut self, now: Instant) {
        self.fast_run = None;
        self.late_paste_until = None;
        self.state = State::Paste(Paste::new(now));
    }

    /// Begins a remainder of an abandoned paste. An incomplete key is its text, or the beginning of its end marker.
    fn begin_remainder(&mut self, bytes: &[u8], now: Instant) {
        let held = match std::mem::take(&mut self.state) {
            State::Keys if self.has_lone_esc && late_rest(bytes) != LateRest::No => vec![ESC],
            State::Keys => Vec::new(),
            State::Incomplete(held, _) => held,
            State::Late(held, _) => [&[ESC], &*held].concat(),
            other => {
                self.state = other;
                return;
            }
        };
        let mut remainder = Paste::remainder(now);
        remainder.push(&held, InputSpeed::Pasted, now);
        self.fast_run = None;
        self.has_lone_esc = false;
        self.state = State::Paste(remainder);
    }

    fn read_paste<'a>(&mut self, mut paste: Paste, bytes: &'a [u8], speed: InputSpeed, now: Instant) -> &'a [u8] {
        if paste.is_over(bytes, speed, now) {
            self.abandon_paste(paste, now);
            return bytes;
        }
        match paste.push(bytes, speed, now) {
            AfterText::More => {
                self.state = State::Paste(paste);
                &[]
            }
            AfterText::End(after) => {
                self.late_paste_until = None;
                self.emit_paste(paste);
                after
            }
            AfterText::Another(after) => {
                self.emit_paste(paste);
                self.begin_paste(now);
                after
            }
        }
    }

    fn emit_paste(&mut self, paste: Paste) {
        let (text, _) = paste.into_text();
        self.ready.extend(text.map(Input::Paste));
    }

    /// Ends a paste whose end marker is lost or late. The rest of it may still arrive.
    fn abandon_paste(&mut self, paste: Paste, now: Instant) {
        self.late_paste_until = Some(now + LATE_TIMEOUT);
        let (text, partial) = paste.into_text();
        self.ready.extend(text.map(Input::Paste));
        match &*partial {
            [] => {}
            // The end marker may begin with it, so it is not emitted as the Esc key.
            [ESC] => self.has_lone_esc = true,
            partial => self.hold(partial, now),
        }
    }

    fn read_unmarked_paste<'a>(&mut self, mut paste: UnmarkedPaste, bytes: &'a [u8], now: Instant) -> &'a [u8] {
        let rest = paste.push(bytes, now);
        if rest.is_empty() {
            self.state = State::UnmarkedPaste(paste);
        } else {
            self.end_unmarked_paste(paste, now);
        }
        rest
    }

    fn end_unmarked_paste(&mut self, paste: UnmarkedPaste, now: Instant) {
        let (inputs, partial) = paste.into_inputs(self.supports_markers);
        self.ready.extend(inputs);
        if !partial.is_empty() {
            self.hold(&partial, now);
        }
    }
}
