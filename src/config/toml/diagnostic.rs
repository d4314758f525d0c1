//! An error in a TOML file with its position.

use super::position::SourcePosition;
use std::fmt;

/// An error in a TOML file. `Display` writes the position and the message and is safe for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Position of the error.
    pub position: SourcePosition,
    /// Key with the tables it is in, such as `servers.pi.nick`; empty if unknown.
    pub key: String,
    /// Sentence with the error and the next step.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.message)
    }
}

/// Merges syntax errors and errors in the meaning of entries in the order of the file.
///
/// Drops errors of the second kind in lines that have a syntax error, because the entry is a guess there.
pub fn merge_sorted(syntax_errors: Vec<Diagnostic>, entry_errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let unreadable_lines: Vec<usize> = syntax_errors.iter().map(|error| error.position.line).collect();
    let mut all = syntax_errors;
    all.extend(entry_errors.into_iter().filter(|error| !unreadable_lines.contains(&error.position.line)));
    all.sort_by_key(|error| error.position);
    all
}

/// Longest quotation from the file, in characters.
const MAX_QUOTED_CHARS: usize = 64;

/// Shortens a word of the file and escapes control characters.
pub(super) fn quoted(word: &str) -> String {
    let short: String = word.chars().take(MAX_QUOTED_CHARS).collect();
    let more = if short.len() < word.len() { "…" } else { "" };
    format!("{}{more}", short.escape_debug())
}
