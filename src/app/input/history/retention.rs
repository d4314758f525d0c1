//! How much of a history is kept, and which lines are worth it. What is in memory and what is on the disk go by the same.

use crate::app::modes::hidden_line::may_hold_secret;
use std::collections::HashMap;

/// Lines and bytes, of lines and of the names of their servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HistorySize {
    lines: usize,
    bytes: usize,
}

/// What is kept of each server. The last line is kept whatever it takes.
pub(super) const PER_SERVER_LIMIT: HistorySize = HistorySize { lines: 1_000, bytes: 1 << 20 };

/// What is kept in all.
pub(super) const TOTAL_LIMIT: HistorySize = HistorySize { lines: 20_000, bytes: 8 << 20 };

impl HistorySize {
    /// How many lines.
    pub const fn lines(self) -> usize {
        self.lines
    }

    /// Counts a line.
    pub(super) const fn add(&mut self, server: &str, line: &str) {
        self.lines += 1;
        self.bytes += server.len() + line.len();
    }

    /// Counts a line no more.
    pub(super) const fn remove(&mut self, server: &str, line: &str) {
        self.lines -= 1;
        self.bytes -= server.len() + line.len();
    }

    /// Whether it is more than this. One line never is.
    pub(super) const fn is_over(self, limit: Self) -> bool {
        self.lines > limit.lines || self.lines > 1 && self.bytes > limit.bytes
    }
}

/// Whether a line may be kept at all: there is something in it, and no secret.
pub(super) fn is_worth_keeping(line: &str) -> bool {
    !line.is_empty() && !may_hold_secret(line)
}

/// Chooses what is kept of a history, being shown its lines from the newest to the oldest.
#[derive(Debug, Default)]
pub struct RetentionFilter {
    servers: HashMap<String, ServerQuota>,
    all: HistorySize,
}

/// What was shown of one server.
#[derive(Debug, Default)]
struct ServerQuota {
    sum: HistorySize,
    /// The line shown last, which is the next newer one.
    newer: String,
}

impl RetentionFilter {
    /// Whether this line is kept. Of a server of which one had no room, no older one is.
    pub fn keeps(&mut self, server: &str, line: &str) -> bool {
        if !is_worth_keeping(line) || self.all.is_over(TOTAL_LIMIT) {
            return false;
        }
        if !self.servers.contains_key(server) {
            self.servers.insert(server.to_owned(), ServerQuota::default());
        }
        let Some(chosen) = self.servers.get_mut(server) else { return false };
        if chosen.newer == line || chosen.sum.is_over(PER_SERVER_LIMIT) {
            return false;
        }
        chosen.sum.add(server, line);
        if chosen.sum.is_over(PER_SERVER_LIMIT) {
            return false;
        }
        line.clone_into(&mut chosen.newer);
        self.all.add(server, line);
        !self.all.is_over(TOTAL_LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(lines: &[(&str, &str)]) -> Vec<bool> {
        let mut choice = RetentionFilter::default();
        lines.iter().map(|(server, line)| choice.keeps(server, line)).collect()
    }

    #[test]
    fn nothing_repetitions_and_secrets_are_not_kept() {
        let lines = [("a", "x"), ("a", "x"), ("b", "x"), ("a", ""), ("a", "y"), ("a", "x")];
        assert_eq!(chosen(&lines), [true, false, true, false, true, true]);
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
    fn of_a_server_that_is_full_no_older_line_is_kept_and_of_others_they_are() {
        let big = "x".repeat(PER_SERVER_LIMIT.bytes);
        assert_eq!(chosen(&[("a", "1"), ("a", &big), ("a", "2"), ("b", "3")]), [true, false, false, true]);
        assert_eq!(chosen(&[("a", &big), ("a", "2")]), [true, false], "the last line always");
        let mut choice = RetentionFilter::default();
        let kept = (0..3_000).filter(|n: &usize| choice.keeps("a", &n.to_string())).count();
        assert_eq!(kept, PER_SERVER_LIMIT.lines);
    }

    #[test]
    fn however_many_servers_there_are_there_is_an_end() {
        let mut choice = RetentionFilter::default();
        let kept = (0..30_000).filter(|n: &usize| choice.keeps(&n.to_string(), "hello")).count();
        assert_eq!(kept, TOTAL_LIMIT.lines);
        let mut choice = RetentionFilter::default();
        let kept = (0..100).filter(|n: &usize| choice.keeps(&n.to_string(), &"x".repeat(1 << 20))).count();
        assert_eq!(kept, 7);
        assert!(!choice.keeps("small", "x"));
    }
}
