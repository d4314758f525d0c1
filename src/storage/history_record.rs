//! A line of the file: JSON, so that it can hold any text and any tool can read it.
//!
//! `{"t":1700000000000,"server":"127.0.0.1:12345","line":"hello"}`: when (milliseconds since 1970), where, what. Later
//! versions may add to that; what they add is passed over, and kept.

use crate::app::input::history::HistoryEntry;
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

/// A line and when it was entered.
#[derive(Debug)]
pub(super) struct HistoryRecord {
    millis: u64,
    what: HistoryEntry,
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
    /// A line entered now.
    pub(super) fn now(what: HistoryEntry) -> Self {
        // A clock before 1970 has no time worth noting.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { millis: u64::try_from(since.as_millis()).unwrap_or(u64::MAX), what }
    }

    /// Adds it to a file's text, with its newline.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let HistoryEntry { server, line } = &self.what;
        // Numbers and text are always JSON.
        if serde_json::to_writer(&mut *out, &JsonOut { t: self.millis, server, line }).is_ok() {
            out.push(b'\n');
        }
    }
}

/// Reads a line of the file. Nothing where it is none of ours, or only the beginning of one.
pub(super) fn read(line: &[u8]) -> Option<HistoryEntry> {
    let JsonIn { server, line } = serde_json::from_slice(line).ok()?;
    Some(HistoryEntry { server, line })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_ours_is_passed_over() {
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
        fn what_is_written_is_one_line_and_is_read_again(server in any::<String>(), line in any::<String>()) {
            let what = HistoryEntry { server, line };
            let mut out = Vec::new();
            HistoryRecord::now(what.clone()).write(&mut out);
            prop_assert_eq!(out.pop(), Some(b'\n'));
            prop_assert!(!out.contains(&b'\n'));
            prop_assert_eq!(read(&out), Some(what));
            prop_assert_eq!(read(&out[..out.len() - 1]), None, "half a line is none");
        }
    }
}
