//! Lines sent before, and which of them is being looked at.

use std::collections::VecDeque;

/// Lines kept.
const MAX_LINES: usize = 1_000;

#[derive(Debug, Default)]
pub(super) struct History {
    lines: VecDeque<String>,
    recall: Option<Recall>,
}

/// Looking back: at which line, and from what draft.
#[derive(Debug)]
struct Recall {
    index: usize,
    draft: String,
}

impl History {
    /// Remembers a line. Empty ones and repetitions of the last are not worth it.
    pub(super) fn push(&mut self, line: String) {
        self.recall = None;
        if line.is_empty() || self.lines.back() == Some(&line) {
            return;
        }
        if self.lines.len() == MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
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
        assert_eq!(history.lines.len(), MAX_LINES);
        assert_eq!(history.lines.front().map(String::as_str), Some("1"));
    }
}
