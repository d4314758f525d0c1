//! Keys that come faster than hands type: a paste on a terminal that does not mark it.
//!
//! Such a paste must not be sent line by line before anybody has looked at it. But a script or `tmux send-keys` types
//! fast too, and its `hello` and Enter are meant; so are a few lines' ends by a held key. What is taken for a paste is
//! text behind a line's end in a single read, or a lot of it on one line.

use super::paste::Text;
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;

/// How long more of it may take to come.
pub(super) const PATIENCE: Duration = Duration::from_millis(50);

/// Bytes of text in one read that are a paste without a line's end in it.
const MANY: usize = 256;

/// Bytes in one read that are a paste if they are on two lines, the second without its end. Less may be a hand whose keys
/// came late, all at once, over a slow line.
const SOME: usize = 16;

/// Bytes of a line that a script may type with Enter behind it.
const LONGEST_LINE: usize = 64 << 10;

/// Whether this read is the beginning of a paste.
pub(super) fn begins_with(read: &[u8]) -> bool {
    if read.iter().any(|byte| is_key(*byte)) {
        return false;
    }
    let (ends, lines) = ends_and_lines(read);
    lines >= 2 && (ends >= 2 || read.len() >= SOME) || ends == 0 && read.len() >= MANY
}

/// Whether this read is more of it: all but what begins with a key that is no text.
pub(super) fn goes_on_with(read: &[u8]) -> bool {
    !read.first().is_some_and(|byte| is_key(*byte))
}

/// The paste; and Enter by itself if the text is one line with its end. That is what comes from a script that types a
/// long line, and whoever pastes one with its end gets what a short one does.
pub(super) fn inputs(text: Text) -> impl Iterator<Item = Input> {
    let enter = match text.as_bytes() {
        // A line so long is not meant for Enter: the paste may be refused, and Enter would send what stands there.
        bytes if bytes.len() > LONGEST_LINE => None,
        [.., last @ (b'\r' | b'\n')] if ends_and_lines(text.as_bytes()).0 == 1 => Some(*last),
        _ => None,
    };
    let mut text = text.into_string();
    let key = enter.map(|last| {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        match last {
            b'\r' => KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE),
            _ => KeyEvent::new(KeyCode::Char('j'), KeyModifiers::CONTROL),
        }
    });
    [Some(Input::Paste(text)), key.map(Input::Key)].into_iter().flatten()
}

/// A control that is no part of a text.
const fn is_key(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n')
}

/// Ends of lines, CR LF being one; and lines that have text.
fn ends_and_lines(bytes: &[u8]) -> (usize, usize) {
    let ends = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
    let doubled = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    let lines = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|line| !line.is_empty()).count();
    (ends - doubled, lines)
}
