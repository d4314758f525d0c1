//! Lines sent before, and which of them is being looked at.

use std::collections::VecDeque;

/// Lines kept.
const MAX_LINES: usize = 1_000;

/// Bytes kept in all of them together, the last line always.
const MAX_BYTES: usize = 1 << 20;

/// A line that was entered, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The address of the server, as the status line shows it; empty where there was none.
    pub server: String,
    /// The line, or the lines with LF between them.
    pub line: String,
}

/// Lines entered before.
#[derive(Debug, Default)]
pub struct History {
    lines: VecDeque<String>,
    bytes: usize,
    recall: Option<Recall>,
}

/// Looking back: at which line, and from what draft.
#[derive(Debug)]
struct Recall {
    index: usize,
    draft: String,
}

impl History {
    /// Remembers a line, and gives back the draft that was put aside to recall it. Empty lines and repetitions of the
    /// last are not worth remembering.
    pub(super) fn push(&mut self, line: String) -> Option<String> {
        let draft = self.recall.take().map(|recall| recall.draft);
        if !line.is_empty() && self.lines.back() != Some(&line) {
            self.bytes += line.len();
            self.lines.push_back(line);
        }
        while self.lines.len() > MAX_LINES || self.lines.len() > 1 && self.bytes > MAX_BYTES {
            self.bytes -= self.lines.pop_front().map_or(0, |line| line.len());
        }
        draft
    }

    /// The line before the one shown, or the last one; `draft` is put aside the first time.
    pub(super) fn back(&mut self, draft: &str) -> Option<String> {
        let shown = self.recall.as_ref().map_or(self.lines.len(), |recall| recall.index);
        let index = shown.checked_sub(1)?;
        let line = self.lines.get(index)?.clone();
        match &mut self.recall {
            Some(recall) => recall.index = index,
            None => self.recall = Some(Recall { index, draft: draft.to_owned() }),
        }
        Some(line)
    }

    /// The line after the one shown; after the last, the draft that was put aside.
    pub(super) fn forward(&mut self) -> Option<String> {
        let recall = self.recall.as_mut()?;
        recall.index += 1;
        match self.lines.get(recall.index) {
            Some(line) => Some(line.clone()),
            None => self.recall.take().map(|recall| recall.draft),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_and_nothing_are_not_kept() {
        let mut history = History::default();
        for line in ["a", "a", "", "b", "a"] {
            history.push(line.to_owned());
        }
        assert_eq!(history.lines, ["a", "b", "a"]);
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let mut history = History::default();
        for n in 0..=MAX_LINES {
            history.push(n.to_string());
        }
        assert_eq!(history.lines.front().map(String::as_str), Some("1"));
        assert_eq!(history.lines.len(), MAX_LINES);
        for _ in 0..3 {
            history.push("x".repeat(MAX_BYTES));
            history.push("y".repeat(MAX_BYTES));
        }
        assert_eq!((history.lines.len(), history.bytes), (1, MAX_BYTES));
        history.push("1".into());
        history.push("2".into());
        assert_eq!(history.lines, ["1", "2"]);
    }
}
