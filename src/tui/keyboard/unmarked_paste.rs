//! Keys that come faster than hands type, from a terminal that is not known to mark pastes: a paste without marks.
//!
//! Such a paste must not be sent line by line before anybody has looked at it, and it does not come in one read. But a
//! script or `tmux send-keys` types fast too, and its `hello` and Enter are meant; and what a hand types while the terminal
//! is held up comes at once. So what a hand may have typed since the read before is keys ([`is_by_hand`]), and of more *an Enter that no hand has pressed is held*:
//! text with a line's end in one read, or a line's end right behind text. If text follows while it is held, all is a paste;
//! if not, it is the keys it looked like. An Enter of a hand waits for nothing.
//!
//! A lot of text on one line is a paste too.

use super::bracketed_paste::{BoundedText, extent_of_text};
use super::escape_sequence::sequence_len;
use super::key::decode;
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;
use tokio::time::Instant;

/// How long more of it may take to come. A slow line or a program in between makes gaps of 50 ms.
pub(super) const PASTE_TIMEOUT: Duration = Duration::from_millis(60);

/// How long an Enter is held. Longer than the gaps between the reads of a serial line at 9600 baud (its UART hands over 16
/// bytes at once), and so short that a script which waits a moment between its lines has each of them entered.
pub(super) const ENTER_HOLD: Duration = Duration::from_millis(18);

/// No hand types characters so soon one after the other.
pub(super) const MIN_KEY_INTERVAL: Duration = Duration::from_millis(5);

/// So many characters in a row, each too soon, and an Enter too soon behind them: no hand, nor a program that types key by
/// key and looks at the screen after each.
const MIN_FAST_KEYS: usize = 2;

/// Bytes of text that are more than keys: in one read without a line's end, or on the line that is held.
const MIN_PASTE_BYTES: usize = 256;

/// Characters a second that a hand types, at the most.
const HAND_PER_SECOND: u32 = 20;

/// How long the terminal may have been held up for what comes then to be taken for typed. After a longer wait a few short
/// lines could be either, and are asked about.
const HELD_UP: Duration = Duration::from_millis(350);

/// How long a hand counts as typing at the least, unless characters came too soon right before: a key, Enter and a key may
/// wait in a buffer together.
const ROLLOVER: Duration = Duration::from_millis(150);

/// Bytes of a line that a script may type with Enter behind it.
const LONGEST_LINE: usize = 64 << 10;

/// What is held, to be decided when more comes or nothing does.
#[derive(Debug)]
pub(super) struct UnmarkedPaste {
    text: BoundedText,
    until: Instant,
    /// When the last of it came.
    at: Instant,
    /// How long a hand may have typed at it.
    hand: Duration,
}

impl UnmarkedPaste {
    /// The burst that this read is the beginning of, if it is. `run` says how many characters came right before it, each
    /// too soon; `since` is the time from the read before.
    pub(super) fn begin(read: &[u8], run: usize, since: Option<Duration>, now: Instant) -> Option<Self> {
        if !read.iter().all(|byte| is_text(*byte)) {
            return None;
        }
        let ends = read.iter().filter(|byte| is_end(**byte)).count();
        let begins = match ends {
            0 => read.len() >= MIN_PASTE_BYTES,
            all if all == read.len() => run >= MIN_FAST_KEYS,
            _ => true,
        };
        begins.then(|| {
            let mut burst = Self::new(run, since, now);
            burst.text.push(read);
            burst.until = now + burst.patience();
            burst
        })
    }

    fn new(run: usize, since: Option<Duration>, now: Instant) -> Self {
        let least = if run == 0 { ROLLOVER } else { Duration::ZERO };
        let hand = since.unwrap_or(HELD_UP).clamp(least, HELD_UP);
        Self { text: BoundedText::default(), until: now + PASTE_TIMEOUT, at: now, hand }
    }

    /// The lines that this begins with, if they are more than one, and what is behind them.
    pub(super) fn of_lines(read: &[u8], run: usize, since: Option<Duration>, now: Instant) -> Option<(Self, &[u8])> {
        let (text, behind) = read.split_at_checked(read.iter().take_while(|byte| is_text(**byte)).count())?;
        let lines = text.split(|byte| is_end(*byte)).filter(|line| !line.is_empty());
        (lines.take(2).count() == 2).then(|| {
            let mut burst = Self::new(run, since, now);
            burst.text.push(text);
            burst.until = now + burst.patience();
            (burst, behind)
        })
    }

    pub(super) const fn until(&self) -> Instant {
        self.until
    }

    /// Takes what is more of it and gives the rest: all if this begins with a key that is no text, else what follows from
    /// a mark on, which is none of it.
    pub(super) fn push<'a>(&mut self, read: &'a [u8], now: Instant) -> &'a [u8] {
        if !read.first().is_some_and(|byte| is_text(*byte)) {
            return read;
        }
        let (text, rest) = read.split_at_checked(extent_of_text(read)).unwrap_or((read, &[]));
        self.text.push(text);
        self.hand += now.saturating_duration_since(self.at);
        self.at = now;
        self.until = now + self.patience();
        rest
    }

    /// What it is, if nothing is to follow, and half a character that it breaks off with. It is keys where the terminal marks
    /// pastes, or where a hand may have typed it. Else one line with its end is keys, or pasted if it is long, with Enter by
    /// itself: whoever pastes such a line gets what a short one does. More is a paste.
    pub(super) fn into_inputs(mut self, marks_pastes: bool) -> (Vec<Input>, Vec<u8>) {
        let half = self.text.take_half_character();
        let is_typed = marks_pastes || is_by_hand(self.text.as_bytes(), self.hand);
        (if is_typed { typed(self.text.as_bytes()) } else { self.into_lines() }, half)
    }

    fn into_lines(self) -> Vec<Input> {
        let bytes = self.text.as_bytes();
        let line = bytes.iter().position(|byte| is_end(*byte)).unwrap_or(bytes.len());
        let (line, ends) = bytes.split_at_checked(line).unwrap_or_default();
        let is_line = !ends.is_empty() && ends.iter().all(|byte| is_end(*byte));
        match ends {
            _ if is_line && (bytes.len() < MIN_PASTE_BYTES || line.is_empty()) => typed(bytes),
            // A line so long is not meant for Enter: the paste may be refused, and Enter would send what stands there.
            _ if bytes.len() > LONGEST_LINE => vec![self.into_paste()],
            b"\r" => vec![pasted(line), press(KeyCode::Enter, KeyModifiers::NONE)],
            b"\n" | b"\r\n" => vec![pasted(line), press(KeyCode::Char('j'), KeyModifiers::CONTROL)],
            _ => vec![self.into_paste()],
        }
    }

    /// How long more may take to come: of what is a paste for certain, or of what may only have been typed or entered.
    fn patience(&self) -> Duration {
        let bytes = self.text.as_bytes();
        let line = bytes.iter().position(|byte| is_end(*byte)).unwrap_or(bytes.len());
        let is_entered =
            bytes.get(line..).is_some_and(|ends| !ends.is_empty() && ends.iter().all(|byte| is_end(*byte)));
        if is_entered || is_by_hand(bytes, self.hand) { ENTER_HOLD } else { PASTE_TIMEOUT }
    }

    fn into_paste(self) -> Input {
        Input::Paste(self.text.into_string())
    }
}

/// Whether a hand may have typed this text in so much time.
fn is_by_hand(text: &[u8], time: Duration) -> bool {
    let characters = String::from_utf8_lossy(text.get(..MIN_PASTE_BYTES).unwrap_or(text)).chars().count();
    u32::try_from(characters).is_ok_and(|count| count <= (time * HAND_PER_SECOND).as_secs().try_into().unwrap_or(0))
}

/// Whether this byte is of a text, or a line's end: all but controls.
pub(super) const fn is_text(byte: u8) -> bool {
    !byte.is_ascii_control() || matches!(byte, b'\t' | b'\r' | b'\n')
}

/// Whether a line ends with this byte.
pub(super) const fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Text as the keys that type it.
fn typed(text: &[u8]) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut rest = text;
    while let Some((key, behind)) = sequence_len(rest).and_then(|len| rest.split_at_checked(len)) {
        inputs.extend(decode(key));
        rest = behind;
    }
    inputs
}

fn pasted(line: &[u8]) -> Input {
    Input::Paste(String::from_utf8_lossy(line).into_owned())
}

const fn press(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Key(KeyEvent::new(code, modifiers))
}
