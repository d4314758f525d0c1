//! TOML with places: every key and every value knows its line and column, so that whatever is wrong with it can be told
//! where it stands.
//!
//! The parser is `toml`'s; what is here is the walk over its tree. Whoever reads a file takes [`SpannedTable::parse_lenient`], goes
//! through [`SpannedTable::entries`], collects a [`Diagnostic`] for each thing that is wrong, and tells [`merge_sorted`] of them: nobody
//! wants to start a program five times to find five of them.
//!
//! ```
//! use netchat_tui::config::toml::{SpannedTable, merge_sorted};
//! let (table, unread) = SpannedTable::parse_lenient("colour = true\nnick = bob");
//! let wrong = table.entries().filter(|entry| entry.name() != "nick").map(|entry| entry.unknown(["color", "nick"]));
//! let told: Vec<String> = merge_sorted(unread, wrong.collect()).iter().map(ToString::to_string).collect();
//! assert_eq!(told, [
//!     "line 1, column 1: There is no colour. Did you mean color?",
//!     "line 2, column 8: Text goes between quotes: \"bob\".",
//! ]);
//! ```

mod diagnostic;
mod entry;
mod position;
mod syntax_errors;

pub use diagnostic::{Diagnostic, merge_sorted};
pub use entry::{TomlEntry, TomlValue};
pub use position::{SourcePosition, utf8};

use position::LineIndex;
use toml::de::DeTable;

/// Keys and their values: a whole file, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpannedTable {
    /// In the order of the file.
    entries: Vec<TomlEntry>,
}

impl SpannedTable {
    /// Reads a file that has to be right.
    ///
    /// # Errors
    /// What is no TOML in it, in the order of the file; never empty.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        match Self::parse_lenient(text) {
            (table, mistakes) if mistakes.is_empty() => Ok(table),
            (_, mistakes) => Err(mistakes),
        }
    }

    /// Reads as much of a file as can be read, and says what cannot: in the order of the file, once for each line.
    ///
    /// A byte order mark at the start and CRLF at the end of a line are fine. Of a mistake that is a slip, such as missing
    /// quotes, the value is what was meant.
    pub fn parse_lenient(text: &str) -> (Self, Vec<Diagnostic>) {
        let lines = LineIndex::new(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let mistakes = syntax_errors::diagnostics(text, &lines, &errors);
        (Self::of(table.get_ref(), "", &lines), mistakes)
    }

    fn of(table: &DeTable<'_>, path: &str, lines: &LineIndex<'_>) -> Self {
        let mut sorted: Vec<_> = table.iter().collect();
        // `toml` has them by name.
        sorted.sort_by_key(|(key, _)| key.span().start);
        let entries = sorted.into_iter().map(|(key, value)| TomlEntry::of(key, value, path, lines));
        Self { entries: entries.collect() }
    }

    /// What is in it, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = &TomlEntry> {
        self.entries.iter()
    }

    /// The entry of this name.
    pub fn get(&self, name: &str) -> Option<&TomlEntry> {
        self.entries.iter().find(|entry| entry.name() == name)
    }
}

#[cfg(test)]
mod tests;
