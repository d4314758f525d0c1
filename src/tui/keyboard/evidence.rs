//! Evidence that the terminal supports bracketed paste.
//!
//! A terminal that knows mode 2004 answers [`QUERY`] (DECRQM) with its state. Paste markers are evidence too, and so are
//! focus reports: terminals that support one support the other.

use super::bracketed_paste::{PASTE_END, PASTE_START};
use memchr::memmem;

/// Queries the state of bracketed paste: <https://vt100.net/docs/vt510-rm/DECRQM.html>.
pub(crate) const QUERY: &str = "\x1b[?2004$p";

/// Answers in which the mode is supported: set, reset, permanently set.
const SUPPORTED: [&[u8]; 3] = [b"\x1b[?2004;1$y", b"\x1b[?2004;2$y", b"\x1b[?2004;3$y"];

const FOCUS_REPORTS: [&[u8]; 2] = [b"\x1b[I", b"\x1b[O"];

/// Paste markers and the answer without their ESC; `#` is a digit.
const PATTERNS_AFTER_ESC: [&[u8]; 3] = [b"[200~", b"[201~", b"[?2004;#$y"];

/// Whether these bytes show that the terminal supports bracketed paste.
pub(super) fn shows_bracketed_paste(bytes: &[u8]) -> bool {
    let evidence = SUPPORTED.into_iter().chain(FOCUS_REPORTS).chain([PASTE_START, PASTE_END]);
    evidence.into_iter().any(|sequence| memmem::find(bytes, sequence).is_some())
}

/// Whether this sequence is an answer to the query, positive or not.
pub(super) fn answers_query(key: &[u8]) -> bool {
    key.starts_with(b"\x1b[?2004;") && key.ends_with(b"$y")
}

/// How bytes continue a sequence whose ESC was decoded as a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LateRest {
    /// They do not.
    No,
    /// They are the beginning of its rest.
    Partial,
    /// They begin with all of its rest.
    Complete,
}

/// Compares bytes after a lone ESC with the rest of a paste marker or of the answer to the query.
///
/// If they were taken for keys, the lines after the marker would be sent, and the answer would be in the draft. Nobody
/// types either of them after Esc. Sequences that a user may type, such as `[D`, are not compared.
pub(super) fn late_rest(bytes: &[u8]) -> LateRest {
    let matches = |pattern: &&[u8]| {
        pattern.iter().zip(bytes).all(|(wanted, byte)| wanted == byte || *wanted == b'#' && byte.is_ascii_digit())
    };
    match PATTERNS_AFTER_ESC.iter().find(|pattern| matches(pattern)) {
        Some(pattern) if bytes.len() >= pattern.len() => LateRest::Complete,
        Some(_) => LateRest::Partial,
        None => LateRest::No,
    }
}
