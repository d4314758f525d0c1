//! Signs that a terminal marks what is pasted.
//!
//! [`QUERY`] asks for them: DECRQM for the mode 2004. A terminal that knows the mode answers with its state. A mark shows
//! it too, and so does a report of focus: terminals that have the one have the other.

use super::bracketed_paste::{PASTE_END, PASTE_START};
use memchr::memmem;

/// Asks whether bracketed paste is known: <https://vt100.net/docs/vt510-rm/DECRQM.html>.
pub(crate) const QUERY: &str = "\x1b[?2004$p";

/// The answer with each state in which the mode is known and can be set: set, reset, always set.
const YES: [&[u8]; 3] = [b"\x1b[?2004;1$y", b"\x1b[?2004;2$y", b"\x1b[?2004;3$y"];

/// Reports of focus.
const FOCUS: [&[u8]; 2] = [b"\x1b[I", b"\x1b[O"];

/// What comes behind ESC in marks and in the answer; `#` is a digit.
const LATE: [&[u8]; 3] = [b"[200~", b"[201~", b"[?2004;#$y"];

/// Whether these bytes show that the terminal marks pastes.
pub(super) fn shows_marking(bytes: &[u8]) -> bool {
    let signs = YES.into_iter().chain(FOCUS).chain([PASTE_START, PASTE_END]);
    signs.into_iter().any(|sign| memmem::find(bytes, sign).is_some())
}

/// Whether this sequence is the answer, whatever it says.
pub(super) fn answers_query(key: &[u8]) -> bool {
    key.starts_with(b"\x1b[?2004;") && key.ends_with(b"$y")
}

/// Whether bytes are the rest of a sequence whose ESC came long before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LateRest {
    /// They are text.
    No,
    /// They may be, if more follows.
    Half,
    /// They begin with all of it.
    Whole,
}

/// Whether these bytes, behind an ESC that was given out as a key, are the rest of a mark or of the answer.
///
/// A mark that is not recognized would have the lines behind it sent, and the answer would end up in the draft. A hand does
/// not type either. What a hand may type, such as `[D`, is not looked for.
pub(super) fn late_rest(bytes: &[u8]) -> LateRest {
    let fits = |form: &&[u8]| {
        form.iter().zip(bytes).all(|(wanted, byte)| wanted == byte || *wanted == b'#' && byte.is_ascii_digit())
    };
    match LATE.iter().find(|form| fits(form)) {
        Some(form) if bytes.len() >= form.len() => LateRest::Whole,
        Some(_) => LateRest::Half,
        None => LateRest::No,
    }
}
