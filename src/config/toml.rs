//! Parses TOML with the line and column of every key and value, for error messages.
//!
//! The `toml` crate does the parsing; this module converts its tree. To report all errors of a file at once, call
//! [`SpannedTable::parse_lenient`], check the [`SpannedTable::entries`], collect a [`Diagnostic`] for each error, and
//! combine them with [`merge_sorted`].
//!
//! ```
//! use netchat_tui::config::toml::{SpannedTable, merge_sorted};
//! let (table, syntax_errors) = SpannedTable::parse_lenient("colour = true\nnick = bob");
//! let unknown = table.entries().filter(|entry| entry.name() != "nick").map(|entry| entry.unknown(["color", "nick"]));
//! let messages: Vec<String> = merge_sorted(syntax_errors, unknown.collect()).iter().map(ToString::to_string).collect();
//! assert_eq!(messages, [
//!     "line 1, column 1: Unknown name colour. Did you mean color?",
//!     "line 2, column 8: Text needs quotes: \"bob\".",
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

/// Keys and values of a file or of one of its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpannedTable {
    /// In the order of the file.
    entries: Vec<TomlEntry>,
}

impl SpannedTable {
    /// Parses a file without syntax errors.
    ///
    /// # Errors
    /// Returns the syntax errors in the order of the file; never an empty list.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        match Self::parse_lenient(text) {
            (table, errors) if errors.is_empty() => Ok(table),
            (_, errors) => Err(errors),
        }
    }

    /// Parses as much of a file as possible and returns the syntax errors in order, at most one for each line.
    ///
    /// Accepts a byte order mark at the start and CRLF line ends. After a small error such as missing quotes, the entry
    /// has the value that was probably intended.
    pub fn parse_lenient(text: &str) -> (Self, Vec<Diagnostic>) {
        let lines = LineIndex::new(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let errors = syntax_errors::diagnostics(text, &lines, &errors);
        (Self::of(table.get_ref(), "", &lines), errors)
    }

    fn of(table: &DeTable<'_>, path: &str, lines: &LineIndex<'_>) -> Self {
        let mut sorted: Vec<_> = table.iter().collect();
        // `toml` sorts entries by name.
        sorted.sort_by_key(|(key, _)| key.span().start);
        let entries = sorted.into_iter().map(|(key, value)| TomlEntry::of(key, value, path, lines));
        Self { entries: entries.collect() }
    }

    /// Iterates over the entries in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = &TomlEntry> {
        self.entries.iter()
    }

    /// Returns the entry with this name.
    pub fn get(&self, name: &str) -> Option<&TomlEntry> {
        self.entries.iter().find(|entry| entry.name() == name)
    }
}

#[cfg(test)]
mod tests;
