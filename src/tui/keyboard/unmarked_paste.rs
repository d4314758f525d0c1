//! Pastes from a terminal that is not known to support paste markers, recognized by their speed.
//!
//! Such a paste must not be sent line by line before the user has seen it, and it arrives in several reads. But a script
//! or `tmux send-keys` types fast too, and means its `hello` and Enter; and text typed while the terminal is stalled
//! arrives at once. So text that may have been typed since the previous read is keys ([`may_be_typed`]). Otherwise *an
//! Enter that was not typed is held*: a line end in one read with text, or immediately after text. If text follows while it
//! is held, everything is a paste; if not, it is keys. A typed Enter is never held.
//!
//! Much text on one line is a paste, too.

use super::bracketed_paste::{BoundedText, len_before_marker};
use super::escape_sequence::sequence_len;
use super::key::decode;
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;
use tokio::time::Instant;

/// Maximum time between the reads of a paste. Slow connections and programs in between cause gaps of 50 ms.
pub(super) const PASTE_TIMEOUT: Duration = Duration::from_millis(60);

/// Time for which an Enter is held. It is longer than the gaps between the reads of a serial line at 9600 baud, whose UART
/// delivers 16 bytes at once, and short enough for scripts that pause between lines.
pub(super) const ENTER_HOLD: Duration = Duration::from_millis(18);

/// Minimum time between typed characters.
pub(super) const MIN_KEY_INTERVAL: Duration = Duration::from_millis(5);

/// Minimum number of characters, each within [`MIN_KEY_INTERVAL`], for the following Enter to be held. Programs that type
/// one key and then wait for the screen stay below it.
const MIN_FAST_KEYS: usize = 2;

/// Minimum number of bytes for text to be a paste: in one read without a line end, or on one line.
const MIN_PASTE_BYTES: usize = 256;

/// Maximum typing speed in characters per second.
const MAX_TYPING_SPEED: u32 = 20;

/// Maximum stall of the terminal after which text may still be typed. After a longer one a few short lines could be either,
/// and the user is asked.
const MAX_STALL: Duration = Duration::from_millis(350);

/// Minimum typing time granted to text without fast characters before it: a key, Enter and a key may wait in a buffer
/// together.
const MIN_TYPING_TIME: Duration = Duration::from_millis(150);

/// Maximum length of a line in bytes that is entered by the Enter after it.
const MAX_LINE_BYTES: usize = 64 << 10;

/// Held text that may be a paste, decided by the next read or by a timeout.
#[derive(Debug)]
pub(super) struct UnmarkedPaste {
    text: BoundedText,
    until: Instant,
    last_read: Instant,
    /// Time in which the text may have been typed.
    typing_time: Duration,
}

impl UnmarkedPaste {
    /// Returns the beginning of a paste if this read looks like one. `fast_keys` is the number of fast characters right
    /// before it, `since` the time since the previous read.
    pub(super) fn begin(read: &[u8], fast_keys: usize, since: Option<Duration>, now: Instant) -> Option<Self> {
        if !read.iter().all(|byte| is_text(*byte)) {
            return None;
        }
        let line_ends = read.iter().filter(|byte| is_line_end(**byte)).count();
        let begins = match line_ends {
            0 => read.len() >= MIN_PASTE_BYTES,
            count if count == read.len() => fast_keys >= MIN_FAST_KEYS,
            _ => true,
        };
        begins.then(|| Self::new(read, fast_keys, since, now))
    }

    fn new(text: &[u8], fast_keys: usize, since: Option<Duration>, now: Instant) -> Self {
        let min_time = if fast_keys == 0 { MIN_TYPING_TIME } else { Duration::ZERO };
        let typing_time = since.unwrap_or(MAX_STALL).clamp(min_time, MAX_STALL);
        let mut paste = Self { text: BoundedText::default(), until: now, last_read: now, typing_time };
        paste.text.push(text);
        paste.until = now + paste.timeout();
        paste
    }

    /// Returns the lines at the beginning of a read, if there are at least two, and the bytes after them.
    pub(super) fn from_lines(
        read: &[u8],
        fast_keys: usize,
        since: Option<Duration>,
        now: Instant,
    ) -> Option<(Self, &[u8])> {
        let (text, after) = read.split_at_checked(read.iter().take_while(|byte| is_text(**byte)).count())?;
        let lines = text.split(|byte| is_line_end(*byte)).filter(|line| !line.is_empty());
        (lines.take(2).count() == 2).then(|| (Self::new(text, fast_keys, since, now), after))
    }

    pub(super) const fn until(&self) -> Instant {
        self.until
    }

    /// Appends text and returns the bytes that do not belong to it: all if the read begins with a key that is no text, or
    /// else from a paste marker on.
    pub(super) fn push<'a>(&mut self, read: &'a [u8], now: Instant) -> &'a [u8] {
        if !read.first().is_some_and(|byte| is_text(*byte)) {
            return read;
        }
        let (text, rest) = read.split_at_checked(len_before_marker(read)).unwrap_or((read, &[]));
        self.text.push(text);
        self.typing_time += now.saturating_duration_since(self.last_read);
        self.last_read = now;
        self.until = now + self.timeout();
        rest
    }

    /// Returns the events of the held text, and an incomplete character at its end.
    ///
    /// The text is keys if the terminal supports markers or if it may be typed. Otherwise one line with its end is keys, or
    /// a paste and Enter if it is long, so that a long line has the same effect as a short one. Several lines are a paste.
    pub(super) fn into_inputs(mut self, supports_markers: bool) -> (Vec<Input>, Vec<u8>) {
        let partial = self.text.take_partial_character();
        let is_typed = supports_markers || may_be_typed(self.text.as_bytes(), self.typing_time);
        (if is_typed { decode_keys(self.text.as_bytes()) } else { self.into_lines() }, partial)
    }

    fn into_lines(self) -> Vec<Input> {
        let bytes = self.text.as_bytes();
        let line = bytes.iter().position(|byte| is_line_end(*byte)).unwrap_or(bytes.len());
        let (line, rest) = bytes.split_at_checked(line).unwrap_or_default();
        let is_one_line = !rest.is_empty() && rest.iter().all(|byte| is_line_end(*byte));
        match rest {
            _ if is_one_line && (bytes.len() < MIN_PASTE_BYTES || line.is_empty()) => decode_keys(bytes),
            // The core may refuse such a paste, and Enter would then send the draft without it.
            _ if bytes.len() > MAX_LINE_BYTES => vec![self.into_paste()],
            b"\r" => vec![paste(line), press(KeyCode::Enter, KeyModifiers::NONE)],
            b"\n" | b"\r\n" => vec![paste(line), press(KeyCode::Char('j'), KeyModifiers::CONTROL)],
            _ => vec![self.into_paste()],
        }
    }

    /// Returns the time to wait for more: shorter if the text may be typed, or a line with Enter.
    fn timeout(&self) -> Duration {
        let bytes = self.text.as_bytes();
        let line = bytes.iter().position(|byte| is_line_end(*byte)).unwrap_or(bytes.len());
        let is_entered =
            bytes.get(line..).is_some_and(|rest| !rest.is_empty() && rest.iter().all(|byte| is_line_end(*byte)));
        if is_entered || may_be_typed(bytes, self.typing_time) { ENTER_HOLD } else { PASTE_TIMEOUT }
    }

    fn into_paste(self) -> Input {
        Input::Paste(self.text.into_string())
    }
}

/// Whether this text can be typed in this time.
fn may_be_typed(text: &[u8], time: Duration) -> bool {
    let characters = String::from_utf8_lossy(text.get(..MIN_PASTE_BYTES).unwrap_or(text)).chars().count();
    u32::try_from(characters).is_ok_and(|count| count <= (time * MAX_TYPING_SPEED).as_secs().try_into().unwrap_or(0))
}

/// Whether this byte belongs to text: anything but control characters, and tab, CR and LF.
pub(super) const fn is_text(byte: u8) -> bool {
    !byte.is_ascii_control() || matches!(byte, b'\t' | b'\r' | b'\n')
}

/// Whether this byte is CR or LF.
pub(super) const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Decodes text as the keys that type it.
fn decode_keys(text: &[u8]) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut rest = text;
    while let Some((key, after)) = sequence_len(rest).and_then(|len| rest.split_at_checked(len)) {
        inputs.extend(decode(key));
        rest = after;
    }
    inputs
}

fn paste(line: &[u8]) -> Input {
    Input::Paste(String::from_utf8_lossy(line).into_owned())
}

const fn press(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Key(KeyEvent::new(code, modifiers))
}
