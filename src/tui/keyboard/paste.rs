//! Text between the marks of a bracketed paste, and what becomes of it when the second mark never comes.
//!
//! A mark can be lost with a connection that stalls (<https://github.com/irssi/irssi/issues/942>), and all that is
//! typed afterwards would be text of the paste. So a paste in which nothing but single keys arrive any more is over.

use memchr::memmem;
use std::time::Duration;
use tokio::time::Instant;

/// What a terminal puts before the text.
pub(super) const BEGIN: &[u8] = b"\x1b[200~";

/// What it puts behind it.
pub(super) const END: &[u8] = b"\x1b[201~";

/// Bytes of a text that are kept. The core refuses less than this, in its own words; the rest is read and forgotten.
const LIMIT: usize = 8 << 20;

/// How long the end may take after text has come.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes within [`AT_ONCE`] that no hand has typed. A key held down is a third of that.
const MANY: usize = 16;

/// On a serial line a paste comes a few bytes at a time.
const AT_ONCE: Duration = Duration::from_millis(50);

/// A text that grows, up to a limit.
#[derive(Debug, Default)]
pub(super) struct Text(Vec<u8>);

impl Text {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = LIMIT.saturating_sub(self.0.len());
        self.0.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// What is no UTF-8 becomes U+FFFD.
    pub(super) fn into_string(self) -> String {
        String::from_utf8(self.0).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A paste that has begun.
#[derive(Debug)]
pub(super) struct Paste {
    text: Text,
    /// The last bytes that came, if the mark may begin with them.
    tail: Vec<u8>,
    /// When the mark counts as lost.
    until: Instant,
    /// Since when how many bytes came at once.
    lately: (Instant, usize),
}

impl Paste {
    pub(super) fn new(now: Instant) -> Self {
        Self { text: Text::default(), tail: Vec::new(), until: now + PATIENCE, lately: (now, 0) }
    }

    pub(super) const fn until(&self) -> Instant {
        self.until
    }

    /// Whether these are keys, because the paste should have ended by now and this is not more of it.
    pub(super) fn is_over(&self, bytes: &[u8], now: Instant) -> bool {
        now >= self.until && bytes.len() < MANY && memmem::find(&self.joined(bytes), END).is_none()
    }

    /// Takes text; gives what is behind the end if it has come.
    pub(super) fn push<'a>(&mut self, bytes: &'a [u8], now: Instant) -> Option<&'a [u8]> {
        self.note(bytes.len(), now);
        let joined = self.joined(bytes);
        let before = self.tail.len();
        if let Some(at) = memmem::find(&joined, END) {
            self.tail.clear();
            self.text.push(joined.get(..at).unwrap_or_default());
            return bytes.get(at + END.len() - before..);
        }
        let tail = joined.len() - beginning_of_end(&joined);
        self.text.push(joined.get(..tail).unwrap_or_default());
        self.tail = joined.get(tail..).unwrap_or_default().to_vec();
        None
    }

    /// The text, with what looked like the end and was not.
    pub(super) fn into_text(mut self) -> String {
        self.text.push(&self.tail);
        self.text.into_string()
    }

    fn joined(&self, bytes: &[u8]) -> Vec<u8> {
        [&self.tail, bytes].concat()
    }

    /// Text that comes in numbers puts the end off; single keys do not.
    fn note(&mut self, len: usize, now: Instant) {
        let (since, count) = self.lately;
        self.lately = if now < since + AT_ONCE { (since, count + len) } else { (now, len) };
        if self.lately.1 >= MANY {
            self.until = now + PATIENCE;
        }
    }
}

/// How many of the last bytes the mark may begin with.
fn beginning_of_end(bytes: &[u8]) -> usize {
    (1..END.len()).rev().find(|len| END.get(..*len).is_some_and(|part| bytes.ends_with(part))).unwrap_or(0)
}
