use super::*;
use crate::app::input::history::{HistoryEntry, Left};
use proptest::prelude::*;

/// An input line with a history.
#[derive(Default)]
struct Line {
    history: History,
    cursor: HistoryCursor,
    text: String,
}

impl Line {
    fn with(lines: &[&str]) -> Self {
        let mut line = Self::default();
        for text in lines {
            line.history.append_entry("a", text, Left::Submitted);
        }
        line
    }

    fn back(&mut self, prefix: Option<&str>) -> Result<(), NoEntry> {
        let step = HistoryQuery { scope: HistoryScope::Server("a"), prefix, shown: &self.text };
        self.text = self.cursor.back(&self.history, step)?;
        Ok(())
    }

    fn forward(&mut self, prefix: Option<&str>) -> bool {
        let step = HistoryQuery { scope: HistoryScope::Server("a"), prefix, shown: &self.text };
        let found = self.cursor.forward(&self.history, step);
        let is_found = found.is_some();
        self.text = found.unwrap_or_else(|| self.text.clone());
        is_found
    }

    fn enter(&mut self) {
        self.history.append_entry("a", &self.text, Left::Submitted);
        self.text = self.cursor.end().unwrap_or_default();
    }
}

#[test]
fn history_keeps_the_draft_and_edits_of_recalled_lines() {
    let mut line = Line::with(&["one", "two"]);
    line.text = "draft".into();
    line.back(None).unwrap();
    assert_eq!(line.text, "two");
    line.text.push('!');
    line.back(None).unwrap();
    assert_eq!(line.text, "one");
    assert_eq!(line.back(None), Err(NoEntry::Oldest));
    assert!(line.forward(None));
    assert_eq!(line.text, "two!", "the edit is kept");
    assert!(line.forward(None));
    assert_eq!(line.text, "draft");
    assert!(!line.forward(None));
    line.back(None).unwrap();
    assert_eq!(line.text, "two!");
    line.back(None).unwrap();
    line.enter();
    assert_eq!(line.text, "draft");
    line.back(None).unwrap();
    line.back(None).unwrap();
    assert_eq!(line.text, "two", "the history is not changed");
}

#[test]
fn steps_keep_the_first_prefix_until_a_step_without_one() {
    let mut line = Line::with(&["ab", "x", "ac", "y"]);
    line.text = "a".into();
    line.back(Some("a")).unwrap();
    assert_eq!(line.text, "ac");
    line.back(Some("ac")).unwrap();
    assert_eq!(line.text, "ab");
    assert_eq!(line.back(Some("")), Err(NoEntry::OlderPrefix("a".into())));
    line.forward(None);
    assert_eq!(line.text, "x");
    line.forward(Some("a"));
    assert_eq!(line.text, "ac", "no prefix from there on");
    line.forward(None);
    line.forward(None);
    assert_eq!(line.text, "a");
    assert_eq!(line.back(Some("z")), Err(NoEntry::Prefix("z".into())));
    assert_eq!(line.text, "a");
}

#[test]
fn lines_equal_to_the_displayed_one_are_skipped() {
    let mut line = Line::with(&["make", "makefile", "make"]);
    line.text = "make".into();
    line.back(Some("make")).unwrap();
    assert_eq!(line.text, "makefile");
    line.back(Some("")).unwrap();
    assert_eq!(line.text, "make");
    assert_eq!(line.back(Some("")), Err(NoEntry::OlderPrefix("make".into())));
}

#[test]
fn lines_added_and_dropped_do_not_move_the_cursor() {
    let mut line = Line::with(&["old", "newer"]);
    line.back(None).unwrap();
    line.back(None).unwrap();
    line.history.append_entry("a", "of another tab", Left::Submitted);
    line.history.merge_stored(vec![HistoryEntry { server: "a".into(), line: "ancient".into() }]);
    line.back(None).unwrap();
    assert_eq!(line.text, "ancient");
    for text in ["old", "newer", "of another tab", ""] {
        assert!(line.forward(None));
        assert_eq!(line.text, text);
    }
    line.back(None).unwrap();
    for number in 0..2_000 {
        line.history.append_entry("a", &number.to_string(), Left::Submitted);
    }
    assert_eq!(line.text, "of another tab");
    assert_eq!(line.back(None), Err(NoEntry::Oldest), "all older lines were dropped");
    line.forward(None);
    assert_eq!(line.text, "1000");
}

#[test]
fn steps_continue_from_a_line_found_by_search() {
    let mut line = Line::with(&["one", "two", "three"]);
    let (two, _) = line.history.older(LineId::END, HistoryScope::All).nth(1).unwrap();
    line.cursor.go_to(&line.history, two, "draft");
    line.text = "two".into();
    line.back(Some("two")).unwrap();
    assert_eq!(line.text, "one");
    line.cursor.go_to(&line.history, two, "one");
    line.text = "two".into();
    for text in ["three", "draft"] {
        line.forward(Some(""));
        assert_eq!(line.text, text);
    }
}

#[test]
fn a_prefix_is_quoted_shortened_and_without_controls() {
    assert_eq!(
        NoEntry::Prefix("é".repeat(50)).to_string(),
        format!("Nothing in the history begins with \"{}…\".", "é".repeat(40))
    );
    assert!(!NoEntry::Prefix("a\nb\u{1b}[2J".into()).to_string().contains(char::is_control));
}

proptest! {
    #[test]
    fn stepping_back_and_forth_recalls_every_line_and_the_draft(
        lines in proptest::collection::vec("[ab]{1,2}", 0..12),
        draft in "[abc]{0,2}",
    ) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut line = Line::with(&lines);
        line.text.clone_from(&draft);
        let mut shown = vec![draft.clone()];
        while line.back(None).is_ok() {
            shown.push(line.text.clone());
        }
        let mut kept = lines;
        kept.dedup();
        kept.reverse();
        if kept.first() == Some(&draft.as_str()) {
            kept.remove(0);
        }
        prop_assert_eq!(&shown[1..], &kept[..]);
        while line.forward(None) {}
        prop_assert_eq!(line.text, draft);
    }

    /// Also checks that every step displays another text.
    #[test]
    fn steps_with_a_prefix_recall_only_lines_with_it(
        lines in proptest::collection::vec("[ab]{1,3}", 0..12),
        prefix in "[ab]{1,2}",
        steps in proptest::collection::vec(any::<bool>(), 0..30),
    ) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut line = Line::with(&lines);
        line.text.clone_from(&prefix);
        for is_back in steps {
            let before = line.text.clone();
            let moved = if is_back { line.back(Some(&prefix)).is_ok() } else { line.forward(Some(&prefix)) };
            prop_assert!(line.text.starts_with(&prefix));
            let is_draft = line.cursor.position.is_none();
            prop_assert_eq!(before != line.text, moved && (!is_draft || before != prefix));
        }
    }
}

#[test]
fn an_edit_is_kept_when_a_search_leaves_the_line() {
    let mut line = Line::with(&["alpha", "beta"]);
    line.back(None).unwrap();
    line.text.push_str(" changed");
    let (alpha, _) = line.history.older(LineId::END, HistoryScope::All).nth(1).unwrap();
    line.cursor.go_to(&line.history, alpha, &line.text.clone());
    line.text = "alpha".into();
    line.forward(None);
    assert_eq!(line.text, "beta changed");
}
