//! Limits of the history, and the choice of lines to keep. They apply to the history in memory and on disk.

use crate::app::modes::hidden_line::may_hold_secret;
use std::collections::HashMap;

/// A number of lines, and of bytes of these lines and their server names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct HistorySize {
    lines: usize,
    bytes: usize,
}

/// The limit for each server. The last line is kept even if it is longer.
pub(super) const PER_SERVER_LIMIT: HistorySize = HistorySize { lines: 1_000, bytes: 1 << 20 };

/// The limit for all servers together.
pub(super) const TOTAL_LIMIT: HistorySize = HistorySize { lines: 20_000, bytes: 8 << 20 };

impl HistorySize {
    /// Returns the number of lines.
    pub(crate) const fn lines(self) -> usize {
        self.lines
    }

    /// Adds a line.
    pub(super) const fn add(&mut self, server: &str, line: &str) {
        self.lines += 1;
        self.bytes += server.len() + line.len();
    }

    /// Subtracts a line.
    pub(super) const fn remove(&mut self, server: &str, line: &str) {
        self.lines -= 1;
        self.bytes -= server.len() + line.len();
    }

    /// Returns whether it exceeds a limit. A single line never does.
    pub(super) const fn is_over(self, limit: Self) -> bool {
        self.lines > limit.lines || self.lines > 1 && self.bytes > limit.bytes
    }
}

/// Returns whether a line may be kept: it is not empty and holds no secret.
pub(super) fn is_worth_keeping(line: &str) -> bool {
    !line.is_empty() && !may_hold_secret(line)
}

/// Chooses the lines of a history to keep. It must be given the lines from the newest to the oldest.
#[derive(Debug, Default)]
pub(crate) struct RetentionFilter {
    servers: HashMap<String, ServerQuota>,
    all: HistorySize,
}

/// The lines of one server so far.
#[derive(Debug, Default)]
struct ServerQuota {
    size: HistorySize,
    /// The last line kept, which is the next newer one.
    newer: String,
}

impl RetentionFilter {
    /// Returns whether to keep a line. After a line that exceeds the limit of its server, no older line of that server is
    /// kept.
    pub(crate) fn keeps(&mut self, server: &str, line: &str) -> bool {
        if !is_worth_keeping(line) || self.all.is_over(TOTAL_LIMIT) {
            return false;
        }
        if !self.servers.contains_key(server) {
            self.servers.insert(server.to_owned(), ServerQuota::default());
        }
        let Some(quota) = self.servers.get_mut(server) else { return false };
        if quota.newer == line || quota.size.is_over(PER_SERVER_LIMIT) {
            return false;
        }
        quota.size.add(server, line);
        if quota.size.is_over(PER_SERVER_LIMIT) {
            return false;
        }
        line.clone_into(&mut quota.newer);
        self.all.add(server, line);
        !self.all.is_over(TOTAL_LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter_lines(lines: &[(&str, &str)]) -> Vec<bool> {
        let mut filter = RetentionFilter::default();
        lines.iter().map(|(server, line)| filter.keeps(server, line)).collect()
    }

    #[test]
    fn empty_lines_repetitions_and_secrets_are_not_kept() {
        let lines = [("a", "x"), ("a", "x"), ("b", "x"), ("a", ""), ("a", "y"), ("a", "x")];
        assert_eq!(filter_lines(&lines), [true, false, true, false, true, true]);
        for line in [
            "/secret",
            "/secret hunter2",
            "/secrets",
            " /Secret x",
            "hello\n/secret x",
            "//secret hunter2",
            "a /secret",
            "/secrt hunter2",
        ] {
            assert!(!is_worth_keeping(line), "{line}");
        }
        for line in ["/sec", "a secret", "/secrt", " "] {
            assert!(is_worth_keeping(line), "{line}");
        }
    }

    #[test]
    fn after_a_servers_limit_only_lines_of_others_are_kept() {
        let big = "x".repeat(PER_SERVER_LIMIT.bytes);
        assert_eq!(filter_lines(&[("a", "1"), ("a", &big), ("a", "2"), ("b", "3")]), [true, false, false, true]);
        assert_eq!(filter_lines(&[("a", &big), ("a", "2")]), [true, false], "the last line always");
        let mut filter = RetentionFilter::default();
        let kept = (0..3_000).filter(|number: &usize| filter.keeps("a", &number.to_string())).count();
        assert_eq!(kept, PER_SERVER_LIMIT.lines);
    }

    #[test]
    fn the_total_limit_holds_for_any_number_of_servers() {
        let mut filter = RetentionFilter::default();
        let kept = (0..30_000).filter(|number: &usize| filter.keeps(&number.to_string(), "hello")).count();
        assert_eq!(kept, TOTAL_LIMIT.lines);
        let mut filter = RetentionFilter::default();
        let kept = (0..100).filter(|number: &usize| filter.keeps(&number.to_string(), &"x".repeat(1 << 20))).count();
        assert_eq!(kept, 7);
        assert!(!filter.keeps("small", "x"));
    }
}
