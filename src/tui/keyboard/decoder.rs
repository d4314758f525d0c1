//! Reads of a terminal to events, with the time of each.
//!
//! ```text
//!              ESC [200~                        only where pastes may be unmarked: several characters and a line end
//!    Paste ◄────────────── Keys (half a key) ──────────────────────────────► Burst
//!      │ ▲                  ▲ ▲  └─ 50 ms or 5 s: what there is ─┐     18 or 60 ms, a key ──┘
//!      │ └─ ESC [200~       │ └──────────────────────────────────┘
//!      ├── ESC [201~ ───────┤
//!      └── 5 s without text ┴─► aftermath: Keys, and Paste for what comes at once; 60 s, a key that is no text
//! ```
//!
//! Pure: it is handed bytes and instants. A terminal that marks pastes is known by the answer to [`super::evidence::QUERY`], by a mark or by
//! a report of focus. From then on text without marks is keys, and neither the ends of reads nor the pauses between them
//! change what the keys are. The exception is ESC with nothing behind it for 50 ms, which is the key.
//!
//! Of a terminal that is not known to mark pastes, the ends of reads and their times decide what is a paste and what was
//! typed, but never what the text is. Time is up only when [`Decoder::expire`] says so, which is asked when there is
//! nothing to read: bytes that waited while a frame was written did not come late.

#[cfg(test)]
mod tests;

use super::bracketed_paste::{AfterText, InputSpeed, LATE_TIMEOUT, PASTE_END, PASTE_START, Paste, has_end};
use super::escape_sequence::{ESC, is_ambiguous, sequence_len, sequence_len_at_timeout};
use super::evidence::{LateRest, answers_query, late_rest, shows_marking};
use super::key::decode;
use super::unmarked_paste::{MIN_KEY_INTERVAL, UnmarkedPaste, is_end, is_text};
use crossterm::event::Event as Input;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// How long ESC waits for the rest of a sequence before it is the key Esc. Readline and vim wait for longer; nobody notices
/// this much, and no hand types `[` that soon after Esc.
const ESC_TIMEOUT: Duration = Duration::from_millis(50);

/// How long the rest of a sequence or a character may take once its beginning cannot be a key by itself. Longer than links
/// stall as a rule; bounded, so that a broken sequence does not wait for ever.
const REST_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes to events.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    ready: VecDeque<Input>,
    state: State,
    /// When the last read was.
    read: Option<Instant>,
    /// The characters that came last, if nothing else has come since. An Enter is none.
    run: Option<FastRun>,
    /// Until when the rest of a paste may come that was over without its end.
    late_paste_until: Option<Instant>,
    /// Whether the terminal is known to mark what is pasted.
    marks_pastes: bool,
    /// Whether the answer to the query has come.
    is_answered: bool,
    /// Whether the last key was ESC whose rest may still come: see [`late_rest`].
    has_lone_esc: bool,
}

/// Characters in a row, each [`MIN_KEY_INTERVAL`] after the one before.
#[derive(Debug, Clone, Copy)]
struct FastRun {
    len: usize,
    /// When the last of them came.
    at: Instant,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Keys,
    /// What is not certain to be a key yet, and until when more may come.
    Incomplete(Vec<u8>, Instant),
    /// What came behind a lone ESC and may be the rest of a mark or of the answer, and until when more may come.
    Late(Vec<u8>, Instant),
    Paste(Paste),
    UnmarkedPaste(UnmarkedPaste),
}

impl Decoder {
    /// Takes what was read at once.
    pub(super) fn read(&mut self, bytes: &[u8], now: Instant) {
        let since = self.read.replace(now).map(|last| now.saturating_duration_since(last));
        let pace = InputSpeed::of(bytes, since);
        // Also for what stands before it in this read.
        self.marks_pastes = self.marks_pastes || shows_marking(bytes);
        if self.late_paste_until.is_some_and(|until| now < until) && (pace == InputSpeed::Pasted || has_end(bytes)) {
            self.begin_piece(bytes, now);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match std::mem::take(&mut self.state) {
                State::Keys if self.has_lone_esc => self.read_late(&[], rest, since, now),
                State::Keys => self.read_keys(rest, since, now),
                State::Incomplete(held, _) => self.read_held(&held, rest, since, now),
                State::Late(held, _) => self.read_late(&held, rest, since, now),
                State::Paste(paste) => self.read_paste(paste, rest, pace, now),
                State::UnmarkedPaste(burst) => self.read_burst(burst, rest, now),
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
            State::Incomplete(_, until) | State::Late(_, until) => Some(*until),
            State::Paste(paste) => Some(paste.until()),
            State::UnmarkedPaste(burst) => Some(burst.until()),
        }
    }

    /// Nothing has come until now: what is held and past its time is as certain as it will be.
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
            State::UnmarkedPaste(burst) => self.end_burst(burst, now),
        }
    }

    /// Whether the terminal has answered the query, since this was last asked.
    pub(super) const fn take_answer(&mut self) -> bool {
        std::mem::replace(&mut self.is_answered, false)
    }

    /// `since` is the time from the read before.
    fn read_keys<'a>(&mut self, bytes: &'a [u8], since: Option<Duration>, now: Instant) -> &'a [u8] {
        let before = self.run.take().filter(|run| now.saturating_duration_since(run.at) <= MIN_KEY_INTERVAL);
        let mut len = before.map_or(0, |run| run.len);
        if let Some(burst) = UnmarkedPaste::begin(bytes, len, since, now).filter(|_| !self.marks_pastes) {
            self.state = State::UnmarkedPaste(burst);
            return &[];
        }
        let mut rest = bytes;
        while let Some((key, behind)) = sequence_len(rest).and_then(|len| rest.split_at_checked(len)) {
            // A report of the terminal, or another key, before or behind lines makes them no less of a paste.
            if !self.marks_pastes
                && let Some((burst, behind)) = UnmarkedPaste::of_lines(rest, len, since, now)
            {
                self.state = State::UnmarkedPaste(burst);
                return behind;
            }
            rest = behind;
            if key == PASTE_START {
                self.begin_paste(now);
                return rest;
            }
            let is_character = key.first().is_some_and(|byte| is_text(*byte) && !is_end(*byte));
            len = if is_character { len + 1 } else { 0 };
            self.run = is_character.then_some(FastRun { len, at: now });
            self.give_out(key);
        }
        if !rest.is_empty() {
            // Half a character, perhaps, which the row goes on with.
            self.run = (len > 0).then_some(FastRun { len, at: now });
            self.hold(rest, now);
        }
        &[]
    }

    /// Takes note of what a whole key tells of the terminal, and gives out what it means.
    fn give_out(&mut self, key: &[u8]) {
        self.marks_pastes = self.marks_pastes || shows_marking(key);
        self.is_answered |= answers_query(key);
        let input = decode(key);
        let is_text = key.first().is_some_and(|byte| is_text(*byte));
        // Keys come behind all of a paste: its end is lost, and not late.
        if key == PASTE_END || !is_text && matches!(input, Some(Input::Key(_))) {
            self.late_paste_until = None;
        }
        self.ready.extend(input);
    }

    fn hold(&mut self, half: &[u8], now: Instant) {
        let timeout = if is_ambiguous(half) { ESC_TIMEOUT } else { REST_TIMEOUT };
        self.state = State::Incomplete(half.to_vec(), now + timeout);
    }

    fn read_held<'a>(&mut self, held: &[u8], bytes: &'a [u8], since: Option<Duration>, now: Instant) -> &'a [u8] {
        let all = [held, bytes].concat();
        // The rest is a part of what has just been read, or else it is still held.
        let left = self.read_keys(&all, since, now).len();
        bytes.get(bytes.len().saturating_sub(left)..).unwrap_or_default()
    }

    /// What comes behind an ESC that was given out as a key.
    fn read_late<'a>(&mut self, held: &[u8], bytes: &'a [u8], since: Option<Duration>, now: Instant) -> &'a [u8] {
        self.has_lone_esc = false;
        let all = [held, bytes].concat();
        match late_rest(&all) {
            LateRest::No => self.read_held(held, bytes, since, now),
            LateRest::Half => {
                self.state = State::Late(all, now + REST_TIMEOUT);
                &[]
            }
            LateRest::Whole => self.read_held(&[&[ESC], held].concat(), bytes, since, now),
        }
    }

    /// The beginning of a sequence that never came to an end is no text.
    fn discard_incomplete(&mut self, held: &[u8]) {
        let mut rest = held;
        while let Some((key, behind)) =
            rest.split_at_checked(sequence_len_at_timeout(rest)).filter(|(key, _)| !key.is_empty())
        {
            self.give_out(key);
            self.has_lone_esc = key == [ESC];
            rest = behind;
        }
    }

    fn begin_paste(&mut self, now: Instant) {
        self.run = None;
        self.late_paste_until = None;
        self.state = State::Paste(Paste::new(now));
    }

    /// More of a paste that was given up has come. What was half a key is text of it, or the beginning of its end.
    fn begin_piece(&mut self, bytes: &[u8], now: Instant) {
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
        let mut piece = Paste::piece(now);
        piece.push(&held, InputSpeed::Pasted, now);
        self.run = None;
        self.has_lone_esc = false;
        self.state = State::Paste(piece);
    }

    fn read_paste<'a>(&mut self, mut paste: Paste, bytes: &'a [u8], pace: InputSpeed, now: Instant) -> &'a [u8] {
        if paste.is_over(bytes, pace, now) {
            self.abandon_paste(paste, now);
            return bytes;
        }
        match paste.push(bytes, pace, now) {
            AfterText::More => {
                self.state = State::Paste(paste);
                &[]
            }
            AfterText::End(behind) => {
                self.late_paste_until = None;
                self.emit_paste(paste);
                behind
            }
            AfterText::Another(behind) => {
                self.emit_paste(paste);
                self.begin_paste(now);
                behind
            }
        }
    }

    fn emit_paste(&mut self, paste: Paste) {
        let (text, _) = paste.into_text();
        self.ready.extend(text.map(Input::Paste));
    }

    /// The end of a paste is lost, or late. What is left of it may still be on its way, without a mark at its beginning.
    fn abandon_paste(&mut self, paste: Paste, now: Instant) {
        self.late_paste_until = Some(now + LATE_TIMEOUT);
        let (text, half) = paste.into_text();
        self.ready.extend(text.map(Input::Paste));
        match &*half {
            [] => {}
            // It is no key: the end of the paste may begin with it.
            [ESC] => self.has_lone_esc = true,
            half => self.hold(half, now),
        }
    }

    fn read_burst<'a>(&mut self, mut burst: UnmarkedPaste, bytes: &'a [u8], now: Instant) -> &'a [u8] {
        let rest = burst.push(bytes, now);
        if rest.is_empty() {
            self.state = State::UnmarkedPaste(burst);
        } else {
            self.end_burst(burst, now);
        }
        rest
    }

    fn end_burst(&mut self, burst: UnmarkedPaste, now: Instant) {
        let (inputs, half) = burst.into_inputs(self.marks_pastes);
        self.ready.extend(inputs);
        if !half.is_empty() {
            self.hold(&half, now);
        }
    }
}
