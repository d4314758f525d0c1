//! Text between paste markers, and its end when the end marker is late or lost.
//!
//! A marker can be lost with a stalled connection (<https://github.com/irssi/irssi/issues/942>), and everything typed
//! afterwards would become part of the paste. So a paste ends when no text has arrived for five seconds, or only typed
//! text, which is single characters with pauses, for thirty.
//!
//! The rest of such an *abandoned* paste may only be slow, and its lines must not be sent as if they had been typed.
//! For a minute, or until the late marker, a new paste or a key that is no text, input faster than typing is therefore a
//! remainder of that paste, and a line end in it is no Enter. Typed keys are keys.

use super::escape_sequence::sequence_len;
use super::unmarked_paste::is_text;
use memchr::memmem;
use std::time::Duration;
use tokio::time::Instant;

/// Marker before the text.
pub(super) const PASTE_START: &[u8] = b"\x1b[200~";

/// Marker after the text.
pub(super) const PASTE_END: &[u8] = b"\x1b[201~";

/// Common beginning of both markers.
const MARKER_PREFIX: &[u8] = b"\x1b[20";

/// Maximum size of a paste in bytes; more is read and dropped. The core refuses smaller pastes with a message.
const MAX_PASTE_BYTES: usize = 8 << 20;

/// Maximum time from the last text to the end marker.
pub(super) const END_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum time to the end marker from the last text that was faster than typing.
pub(super) const TYPED_TIMEOUT: Duration = Duration::from_secs(30);

/// Time in which the rest of an abandoned paste is expected.
pub(super) const LATE_TIMEOUT: Duration = Duration::from_secs(60);

/// Minimum time between typed characters. On a serial line a paste arrives a few bytes at a time, but faster.
pub(super) const MIN_KEY_INTERVAL: Duration = Duration::from_millis(50);

/// Text of at most [`MAX_PASTE_BYTES`]; more is dropped.
#[derive(Debug, Default)]
pub(super) struct BoundedText(Vec<u8>);

impl BoundedText {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let capacity = MAX_PASTE_BYTES.saturating_sub(self.0.len());
        self.0.extend_from_slice(bytes.get(..capacity).unwrap_or(bytes));
    }

    /// Converts to a string; bytes that are not UTF-8 become U+FFFD.
    pub(super) fn into_string(self) -> String {
        String::from_utf8(self.0).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// Removes and returns an incomplete UTF-8 character at the end.
    pub(super) fn take_partial_character(&mut self) -> Vec<u8> {
        let end = self.0.len();
        let start = (end.saturating_sub(3)..end).find(|start| {
            let tail = self.0.get(*start..).map(std::str::from_utf8);
            tail.is_some_and(|tail| tail.is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none()))
        });
        self.0.split_off(start.unwrap_or(end))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// How fast the text of a read arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputSpeed {
    /// Several characters in one read, or one within [`MIN_KEY_INTERVAL`] of the previous read.
    Pasted,
    /// A single character after a pause.
    Typed,
    /// Keys without text.
    Keys,
}

impl InputSpeed {
    /// Classifies a read. `since` is the time since the previous read, if there was one. Counts characters, not bytes.
    pub(super) fn of(read: &[u8], since: Option<Duration>) -> Self {
        match count_characters(read) {
            0 => Self::Keys,
            1 if since.is_none_or(|since| since > MIN_KEY_INTERVAL) => Self::Typed,
            _ => Self::Pasted,
        }
    }
}

/// Counts text characters, up to two. Bytes of sequences do not count: a held arrow key or a moved mouse is no paste.
fn count_characters(read: &[u8]) -> usize {
    let mut rest = read;
    let keys = std::iter::from_fn(|| {
        let (key, after) = rest.split_at_checked(sequence_len(rest).unwrap_or(rest.len()).max(1))?;
        rest = after;
        key.first()
    });
    keys.filter(|first| is_text(**first)).take(2).count()
}

/// How a paste continues after [`Paste::push`].
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AfterText<'a> {
    /// The paste has not ended.
    More,
    /// The end marker was found; these bytes follow it.
    End(&'a [u8]),
    /// A start marker was found, so the end marker is lost; these bytes follow the start marker.
    Another(&'a [u8]),
}

/// How a paste was recognized, which decides when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PasteKind {
    /// By its start marker.
    Marked,
    /// By its speed, after an abandoned paste.
    Remainder,
}

/// A paste that has not ended.
#[derive(Debug)]
pub(super) struct Paste {
    kind: PasteKind,
    text: BoundedText,
    /// Last bytes, if they may be the beginning of a marker.
    tail: Vec<u8>,
    /// Time at which the end marker counts as lost, or the remainder as complete.
    until: Instant,
    /// Latest `until` that typed text can lead to.
    latest: Instant,
}

impl Paste {
    /// Creates a paste after its start marker.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            kind: PasteKind::Marked,
            text: BoundedText::default(),
            tail: Vec::new(),
            until: now + END_TIMEOUT,
            latest: now + TYPED_TIMEOUT,
        }
    }

    /// Creates a remainder of an abandoned paste.
    pub(super) fn remainder(now: Instant) -> Self {
        Self { kind: PasteKind::Remainder, until: now + MIN_KEY_INTERVAL, ..Self::new(now) }
    }

    pub(super) const fn until(&self) -> Instant {
        self.until
    }

    /// Whether these bytes are keys because the paste should have ended and they do not belong to it.
    pub(super) fn is_over(&self, bytes: &[u8], speed: InputSpeed, now: Instant) -> bool {
        if speed == InputSpeed::Pasted {
            return false;
        }
        let joined = self.joined(bytes);
        let is_late = now >= self.until;
        match self.kind {
            PasteKind::Marked => is_late && find_marker(&joined).is_none(),
            // The marker may arrive byte by byte, so its ESC is not the Esc key.
            PasteKind::Remainder => {
                find_marker(&joined).is_none() && (is_late || partial_marker_len(&joined) < bytes.len())
            }
        }
    }

    /// Appends text up to the next marker.
    pub(super) fn push<'a>(&mut self, bytes: &'a [u8], speed: InputSpeed, now: Instant) -> AfterText<'a> {
        match self.kind {
            PasteKind::Marked => self.extend_deadline(speed, now),
            PasteKind::Remainder => self.until = now + MIN_KEY_INTERVAL,
        }
        let joined = self.joined(bytes);
        let Some((at, marker)) = find_marker(&joined) else {
            let tail = joined.len() - partial_marker_len(&joined);
            self.text.push(joined.get(..tail).unwrap_or_default());
            self.tail = joined.get(tail..).unwrap_or_default().to_vec();
            return AfterText::More;
        };
        let after = bytes.get(at + PASTE_END.len() - self.tail.len()..).unwrap_or_default();
        self.tail.clear();
        self.text.push(joined.get(..at).unwrap_or_default());
        match marker {
            Marker::Start => AfterText::Another(after),
            Marker::End => AfterText::End(after),
        }
    }

    fn extend_deadline(&mut self, speed: InputSpeed, now: Instant) {
        match speed {
            InputSpeed::Pasted => (self.until, self.latest) = (now + END_TIMEOUT, now + TYPED_TIMEOUT),
            InputSpeed::Typed => self.until = (now + END_TIMEOUT).min(self.latest),
            InputSpeed::Keys => {}
        }
    }

    /// Returns the text, and an incomplete marker or character at its end. An empty remainder has no text.
    pub(super) fn into_text(mut self) -> (Option<String>, Vec<u8>) {
        let partial = if self.tail.is_empty() { self.text.take_partial_character() } else { self.tail };
        let has_text = self.kind == PasteKind::Marked || !self.text.as_bytes().is_empty();
        (has_text.then(|| self.text.into_string()), partial)
    }

    fn joined(&self, bytes: &[u8]) -> Vec<u8> {
        [&self.tail, bytes].concat()
    }
}

/// Returns the number of bytes before a marker, or before last bytes that may be the beginning of one.
pub(super) fn len_before_marker(bytes: &[u8]) -> usize {
    find_marker(bytes).map_or_else(|| bytes.len() - partial_marker_len(bytes), |(at, _)| at)
}

/// Whether these bytes contain the end marker.
pub(super) fn has_end(bytes: &[u8]) -> bool {
    memmem::find(bytes, PASTE_END).is_some()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    Start,
    End,
}

/// Finds the first marker and its position.
fn find_marker(bytes: &[u8]) -> Option<(usize, Marker)> {
    memmem::find_iter(bytes, MARKER_PREFIX).find_map(|at| match bytes.get(at..at + PASTE_END.len()) {
        Some(PASTE_END) => Some((at, Marker::End)),
        Some(PASTE_START) => Some((at, Marker::Start)),
        _ => None,
    })
}

/// Returns the number of last bytes that may be the beginning of a marker.
fn partial_marker_len(bytes: &[u8]) -> usize {
    let may_begin = |marker: &[u8], len| marker.get(..len).is_some_and(|part| bytes.ends_with(part));
    (1..PASTE_END.len()).rev().find(|len| may_begin(PASTE_END, *len) || may_begin(PASTE_START, *len)).unwrap_or(0)
}
