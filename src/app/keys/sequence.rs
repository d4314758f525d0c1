//! Represents a bound key sequence: one key, or two pressed in order.

use super::{Chord, key_names};
use std::fmt;

/// One key, or two pressed in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Sequence {
    /// The first key, if there are two.
    pub(super) prefix: Option<Chord>,
    /// The only key, or the second.
    pub(super) last: Chord,
}

impl Sequence {
    /// Returns the sequence of a single key.
    pub(super) const fn of(last: Chord) -> Self {
        Self { prefix: None, last }
    }

    /// Parses `Ctrl-A`, `Ctrl-X,Ctrl-E` or `C-x C-e`.
    ///
    /// # Errors
    /// If this is no sequence: a sentence with the reason.
    pub(super) fn parse(name: &str) -> Result<Self, String> {
        let name = name.trim();
        let whole = key_names::parse_key(name);
        let Some((first, second)) = split_first(name).filter(|_| whole.is_err()) else { return whole.map(Self::of) };
        if split_first(second).is_some() {
            return Err("A sequence has at most two keys, as in Ctrl-X,E.".to_owned());
        }
        Ok(Self { prefix: Some(key_names::parse_key(first)?), last: key_names::parse_key(second)? })
    }
}

/// Splits a sequence into its first key and the rest, at a comma, a space or both.
fn split_first(name: &str) -> Option<(&str, &str)> {
    let is_separator = |c: char| c == ',' || c.is_whitespace();
    let mut before = None;
    // A comma at the start or after a modifier, as in `Alt-,`, is a key.
    let (at, _) = name.char_indices().find(|(_, c)| {
        let before = before.replace(*c);
        is_separator(*c) && before.is_some_and(|before| !matches!(before, '-' | '+'))
    })?;
    let (first, rest) = name.split_at_checked(at)?;
    let mut second = rest.trim_start();
    // A comma followed by nothing is the second key.
    if let Some(after) = second.strip_prefix(',').map(str::trim_start).filter(|after| !after.is_empty()) {
        second = after;
    }
    Some((first, second.trim_end()))
}

/// Formats a sequence as on the help page: `Ctrl-X Ctrl-E`, `Ctrl-X U`.
impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(prefix) = self.prefix else { return write!(f, "{}", self.last) };
        let last = self.last.to_string();
        let is_letter = last.len() == 1;
        write!(f, "{prefix} {}", if is_letter { last.to_ascii_uppercase() } else { last })
    }
}
