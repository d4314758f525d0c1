//! Text between the marks of a bracketed paste, and what becomes of it when the second mark comes late or never.
//!
//! A mark can be lost with a connection that stalls (<https://github.com/irssi/irssi/issues/942>), and all that is
//! typed afterwards would be text of the paste. So a paste is over when for five seconds no text has come, or for thirty
//! only what a hand types: single characters, each by itself.
//!
//! The rest of it may only have been slow, and its lines must not be sent as if somebody had typed them. This is the
//! *aftermath*: for a minute, or until the late mark, a new paste or a key that is no text, what comes faster than a hand
//! types is a piece of that paste, and a line's end in it is no Enter. Keys of a hand are keys.

use super::escape_sequence::sequence_len;
use super::unmarked_paste::is_text;
use memchr::memmem;
use std::time::Duration;
use tokio::time::Instant;

/// What a terminal puts before the text.
pub(super) const PASTE_START: &[u8] = b"\x1b[200~";

/// What it puts behind it.
pub(super) const PASTE_END: &[u8] = b"\x1b[201~";

/// What both begin with.
const MARKER_PREFIX: &[u8] = b"\x1b[20";

/// Bytes of a text that are kept. The core refuses less than this, in its own words; the rest is read and forgotten.
const LIMIT: usize = 8 << 20;

/// How long the end may take after text has come.
pub(super) const END_TIMEOUT: Duration = Duration::from_secs(5);

/// How long it may take after text has come that no hand types.
pub(super) const HAND_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the rest of a paste that was given up may take.
pub(super) const LATE_TIMEOUT: Duration = Duration::from_secs(60);

/// Between two keys of a hand is more. On a serial line a paste comes a few bytes at a time.
pub(super) const MIN_KEY_INTERVAL: Duration = Duration::from_millis(50);

/// A text that grows, up to a limit.
#[derive(Debug, Default)]
pub(super) struct BoundedText(Vec<u8>);

impl BoundedText {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = LIMIT.saturating_sub(self.0.len());
        self.0.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// What is no UTF-8 becomes U+FFFD.
    pub(super) fn into_string(self) -> String {
        String::from_utf8(self.0).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// Takes off the beginning of a character at the end, if there is one.
    pub(super) fn take_half_character(&mut self) -> Vec<u8> {
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

/// How what was read has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputSpeed {
    /// Several characters in one read, or one right behind what came before it.
    Pasted,
    /// A character by itself.
    Typed,
    /// No text.
    Keys,
}

impl InputSpeed {
    /// `since` is the time from the read before, if there was one. Characters are counted, not bytes: `é` is a key.
    pub(super) fn of(read: &[u8], since: Option<Duration>) -> Self {
        match letters(read) {
            0 => Self::Keys,
            1 if since.is_none_or(|since| since > MIN_KEY_INTERVAL) => Self::Typed,
            _ => Self::Pasted,
        }
    }
}

/// Characters of text, up to two. Those of a sequence are not text: a held arrow and a moved mouse paste nothing.
fn letters(read: &[u8]) -> usize {
    let mut rest = read;
    let keys = std::iter::from_fn(|| {
        let (key, behind) = rest.split_at_checked(sequence_len(rest).unwrap_or(rest.len()).max(1))?;
        rest = behind;
        key.first()
    });
    keys.filter(|first| is_text(**first)).take(2).count()
}

/// What stands behind some bytes of a paste.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AfterText<'a> {
    /// More of it.
    More,
    /// The end has come, and then these bytes.
    End(&'a [u8]),
    /// Another paste has begun, with these bytes: the end of this one is lost.
    Another(&'a [u8]),
}

/// What makes a text a paste, and when it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PasteKind {
    /// The mark before it.
    Marked,
    /// Its pace, and that the end of a paste is missing.
    Remainder,
}

/// A paste that has begun.
#[derive(Debug)]
pub(super) struct Paste {
    kind: PasteKind,
    text: BoundedText,
    /// The last bytes that came, if a mark may begin with them.
    tail: Vec<u8>,
    /// When the mark counts as lost, or the piece as complete.
    until: Instant,
    /// The latest that single characters put that off to.
    latest: Instant,
}

impl Paste {
    /// What follows the mark.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            kind: PasteKind::Marked,
            text: BoundedText::default(),
            tail: Vec::new(),
            until: now + END_TIMEOUT,
            latest: now + HAND_TIMEOUT,
        }
    }

    /// A piece of one that was given up.
    pub(super) fn piece(now: Instant) -> Self {
        Self { kind: PasteKind::Remainder, until: now + MIN_KEY_INTERVAL, ..Self::new(now) }
    }

    pub(super) const fn until(&self) -> Instant {
        self.until
    }

    /// Whether these are keys, because it should have ended by now and this is not more of it.
    pub(super) fn is_over(&self, bytes: &[u8], pace: InputSpeed, now: Instant) -> bool {
        if pace == InputSpeed::Pasted {
            return false;
        }
        let joined = self.joined(bytes);
        let is_late = now >= self.until;
        match self.kind {
            PasteKind::Marked => is_late && mark(&joined).is_none(),
            // A mark may come byte by byte, and Esc is none of a hand's here.
            PasteKind::Remainder => mark(&joined).is_none() && (is_late || beginning_of_mark(&joined) < bytes.len()),
        }
    }

    /// Takes text.
    pub(super) fn push<'a>(&mut self, bytes: &'a [u8], pace: InputSpeed, now: Instant) -> AfterText<'a> {
        match self.kind {
            PasteKind::Marked => self.put_off(pace, now),
            PasteKind::Remainder => self.until = now + MIN_KEY_INTERVAL,
        }
        let joined = self.joined(bytes);
        let Some((at, mark)) = mark(&joined) else {
            let tail = joined.len() - beginning_of_mark(&joined);
            self.text.push(joined.get(..tail).unwrap_or_default());
            self.tail = joined.get(tail..).unwrap_or_default().to_vec();
            return AfterText::More;
        };
        let behind = bytes.get(at + PASTE_END.len() - self.tail.len()..).unwrap_or_default();
        self.tail.clear();
        self.text.push(joined.get(..at).unwrap_or_default());
        match mark {
            Marker::Begin => AfterText::Another(behind),
            Marker::End => AfterText::End(behind),
        }
    }

    fn put_off(&mut self, pace: InputSpeed, now: Instant) {
        match pace {
            InputSpeed::Pasted => (self.until, self.latest) = (now + END_TIMEOUT, now + HAND_TIMEOUT),
            InputSpeed::Typed => self.until = (now + END_TIMEOUT).min(self.latest),
            InputSpeed::Keys => {}
        }
    }

    /// The text, and the half of a mark or a character that it breaks off with. No text if it is an empty piece, which
    /// nobody has pasted.
    pub(super) fn into_text(mut self) -> (Option<String>, Vec<u8>) {
        let half = if self.tail.is_empty() { self.text.take_half_character() } else { self.tail };
        let is_there = self.kind == PasteKind::Marked || !self.text.as_bytes().is_empty();
        (is_there.then(|| self.text.into_string()), half)
    }

    fn joined(&self, bytes: &[u8]) -> Vec<u8> {
        [&self.tail, bytes].concat()
    }
}

/// Where text ends because a mark begins, or may begin with the last bytes.
pub(super) fn extent_of_text(bytes: &[u8]) -> usize {
    mark(bytes).map_or_else(|| bytes.len() - beginning_of_mark(bytes), |(at, _)| at)
}

/// Whether the mark behind a paste is in these bytes.
pub(super) fn has_end(bytes: &[u8]) -> bool {
    memmem::find(bytes, PASTE_END).is_some()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    Begin,
    End,
}

/// Where the first mark is, and which.
fn mark(bytes: &[u8]) -> Option<(usize, Marker)> {
    memmem::find_iter(bytes, MARKER_PREFIX).find_map(|at| match bytes.get(at..at + PASTE_END.len()) {
        Some(PASTE_END) => Some((at, Marker::End)),
        Some(PASTE_START) => Some((at, Marker::Begin)),
        _ => None,
    })
}

/// How many of the last bytes a mark may begin with.
fn beginning_of_mark(bytes: &[u8]) -> usize {
    let may_begin = |mark: &[u8], len| mark.get(..len).is_some_and(|part| bytes.ends_with(part));
    (1..PASTE_END.len()).rev().find(|len| may_begin(PASTE_END, *len) || may_begin(PASTE_START, *len)).unwrap_or(0)
}
