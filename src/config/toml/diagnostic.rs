//! What is wrong with a file, told so that it can be put right.

use super::position::SourcePosition;
use std::fmt;

/// Something that is wrong with a file. Its `Display` is fit for a terminal: the place, then the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub place: SourcePosition,
    /// The key it is about, with the tables it is in: `servers.pi.nick`. Empty where none can be told.
    pub key: String,
    /// A sentence that says what is wrong, and the next step.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// All mistakes of a file, in its order: what is no TOML, and what is but means nothing. Where a line could not be read,
/// what was made of it is not held against it as well.
pub fn merge_sorted(unread: Vec<Diagnostic>, meaningless: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let unread_lines: Vec<usize> = unread.iter().map(|mistake| mistake.place.line).collect();
    let mut all = unread;
    all.extend(meaningless.into_iter().filter(|mistake| !unread_lines.contains(&mistake.place.line)));
    all.sort_by_key(|mistake| mistake.place);
    all
}

/// Bytes of a word that is shown.
const LONGEST: usize = 64;

/// A word of the file, quoted so that it is safe to show.
pub(super) fn quoted(word: &str) -> String {
    let short: String = word.chars().take(LONGEST).collect();
    let more = if short.len() < word.len() { "…" } else { "" };
    format!("{}{more}", short.escape_debug())
}
