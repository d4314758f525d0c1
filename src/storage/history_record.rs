//! One line of the history file: a JSON object, which can hold any text and which other tools can read.
//!
//! `{"t":1700000000000,"server":"127.0.0.1:12345","line":"hello"}`: milliseconds since 1970-01-01 UTC, server, text.
//! Unknown keys of later versions are ignored when reading and kept in the file.

use crate::app::input::history::HistoryEntry;
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

/// A history entry with the time at which it was entered.
#[derive(Debug)]
pub(super) struct HistoryRecord {
    /// Milliseconds since 1970-01-01 UTC.
    millis: u64,
    entry: HistoryEntry,
}

#[derive(Serialize)]
struct JsonOut<'a> {
    t: u64,
    server: &'a str,
    line: &'a str,
}

#[derive(Deserialize)]
struct JsonIn {
    #[serde(default)]
    server: String,
    line: String,
}

impl HistoryRecord {
    /// Creates a record with the current time.
    pub(super) fn now(entry: HistoryEntry) -> Self {
        // A clock before 1970 gives 0.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { millis: u64::try_from(since.as_millis()).unwrap_or(u64::MAX), entry }
    }

    /// Appends the record as one line, with its newline.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let HistoryEntry { server, line } = &self.entry;
        // Numbers and strings always serialize.
        if serde_json::to_writer(&mut *out, &JsonOut { t: self.millis, server, line }).is_ok() {
            out.push(b'\n');
        }
    }
}

/// Parses a line of the file. `None` if it is not a history record or is truncated.
pub(super) fn read(line: &[u8]) -> Option<HistoryEntry> {
    let JsonIn { server, line } = serde_json::from_slice(line).ok()?;
    Some(HistoryEntry { server, line })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_lines_are_rejected_and_unknown_keys_ignored() {
        for line in ["", "hello", "{}", r#"{"line":1}"#, r#"{"server":"a:1","line":"x""#, "[1]", "\u{0}"] {
            assert_eq!(read(line.as_bytes()), None, "{line}");
        }
        assert_eq!(read(b"{\"line\":\"\xff\"}"), None);
        let later = r#"{"v":2,"t":5,"server":"a:1","line":"x","mood":"fine"}"#;
        assert_eq!(read(later.as_bytes()), Some(HistoryEntry { server: "a:1".into(), line: "x".into() }));
        assert_eq!(read(br#"{"line":"x"}"#).unwrap().server, "");
    }

    proptest! {
        #[test]
        fn record_is_one_line_and_reads_back(server in any::<String>(), line in any::<String>()) {
            let entry = HistoryEntry { server, line };
            let mut out = Vec::new();
            HistoryRecord::now(entry.clone()).write(&mut out);
            prop_assert_eq!(out.pop(), Some(b'\n'));
            prop_assert!(!out.contains(&b'\n'));
            prop_assert_eq!(read(&out), Some(entry));
            prop_assert_eq!(read(&out[..out.len() - 1]), None, "a truncated line");
        }
    }
}
