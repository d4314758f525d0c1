//! One key, or two one after the other.

use super::{Chord, key_names};
use std::fmt;

/// One key, or two pressed in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Sequence {
    /// The key that begins a sequence of two.
    pub(super) prefix: Option<Chord>,
    /// The only key, or the second.
    pub(super) last: Chord,
}

impl Sequence {
    /// A key alone.
    pub(super) const fn of(last: Chord) -> Self {
        Self { prefix: None, last }
    }

    /// Reads `Ctrl-A`, `Ctrl-X,Ctrl-E` or `C-x C-e`.
    ///
    /// # Errors
    /// A sentence that says why it cannot be read.
    pub(super) fn parse(name: &str) -> Result<Self, String> {
        let name = name.trim();
        let whole = key_names::read(name);
        let Some((first, second)) = split_first(name).filter(|_| whole.is_err()) else { return whole.map(Self::of) };
        if split_first(second).is_some() {
            return Err("A sequence has two keys: Ctrl-X,E.".to_owned());
        }
        Ok(Self { prefix: Some(key_names::read(first)?), last: key_names::read(second)? })
    }
}

/// The first key and what comes behind it, be it `,`, a blank or ` , ` that stands between.
fn split_first(name: &str) -> Option<(&str, &str)> {
    let is_separator = |c: char| c == ',' || c.is_whitespace();
    let mut before = None;
    // The comma of `Alt-,` is a key, as is one at the very start.
    let (at, _) = name.char_indices().find(|(_, c)| {
        let before = before.replace(*c);
        is_separator(*c) && before.is_some_and(|before| !matches!(before, '-' | '+'))
    })?;
    let (first, rest) = name.split_at_checked(at)?;
    let mut second = rest.trim_start();
    // A comma alone is the key itself.
    if let Some(behind) = second.strip_prefix(',').map(str::trim_start).filter(|behind| !behind.is_empty()) {
        second = behind;
    }
    Some((first, second.trim_end()))
}

/// As the help page has it: `Ctrl-X Ctrl-E`, `Ctrl-X U`.
impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(prefix) = self.prefix else { return write!(f, "{}", self.last) };
        let last = self.last.to_string();
        let is_letter = last.len() == 1;
        write!(f, "{prefix} {}", if is_letter { last.to_ascii_uppercase() } else { last })
    }
}
