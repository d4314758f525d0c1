use super::*;
use crate::app::input::history::{HistoryEntry, Left};
use proptest::prelude::*;

/// A tab's input line over a history.
#[derive(Default)]
struct Line {
    history: History,
    recall: HistoryCursor,
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
        self.text = self.recall.back(&self.history, step)?;
        Ok(())
    }

    fn forward(&mut self, prefix: Option<&str>) -> bool {
        let step = HistoryQuery { scope: HistoryScope::Server("a"), prefix, shown: &self.text };
        let found = self.recall.forward(&self.history, step);
        let is_found = found.is_some();
        self.text = found.unwrap_or_else(|| self.text.clone());
        is_found
    }

    fn enter(&mut self) {
        self.history.append_entry("a", &self.text, Left::Submitted);
        self.text = self.recall.end().unwrap_or_default();
    }
}

#[test]
fn history_keeps_the_draft_and_what_it_recalls() {
    let mut line = Line::with(&["one", "two"]);
    line.text = "draft".into();
    line.back(None).unwrap();
    assert_eq!(line.text, "two");
    line.text.push('!');
    line.back(None).unwrap();
    assert_eq!(line.text, "one");
    assert_eq!(line.back(None), Err(NoEntry::Oldest));
    assert!(line.forward(None));
    assert_eq!(line.text, "two!", "what was changed is there again");
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
    assert_eq!(line.text, "two", "the stored line is as it was");
}

#[test]
fn a_walk_keeps_its_prefix_and_a_plain_step_drops_it() {
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
fn a_line_that_looks_like_the_one_shown_is_passed_over() {
    let mut line = Line::with(&["make", "makefile", "make"]);
    line.text = "make".into();
    line.back(Some("make")).unwrap();
    assert_eq!(line.text, "makefile");
    line.back(Some("")).unwrap();
    assert_eq!(line.text, "make");
    assert_eq!(line.back(Some("")), Err(NoEntry::OlderPrefix("make".into())));
}

#[test]
fn lines_that_come_and_go_meanwhile_move_nothing() {
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
    for n in 0..2_000 {
        line.history.append_entry("a", &n.to_string(), Left::Submitted);
    }
    assert_eq!(line.text, "of another tab");
    assert_eq!(line.back(None), Err(NoEntry::Oldest), "all that was older has gone");
    line.forward(None);
    assert_eq!(line.text, "1000");
}

#[test]
fn what_was_found_otherwise_is_where_one_walks_on_from() {
    let mut line = Line::with(&["one", "two", "three"]);
    let (two, _) = line.history.older(LineId::END, HistoryScope::All).nth(1).unwrap();
    line.recall.go_to(&line.history, two, "draft");
    line.text = "two".into();
    line.back(Some("two")).unwrap();
    assert_eq!(line.text, "one");
    line.recall.go_to(&line.history, two, "one");
    line.text = "two".into();
    for text in ["three", "draft"] {
        line.forward(Some(""));
        assert_eq!(line.text, text);
    }
}

#[test]
fn a_long_prefix_is_quoted_in_part_and_without_what_drives_a_terminal() {
    assert_eq!(
        NoEntry::Prefix("é".repeat(50)).to_string(),
        format!("Nothing in the history begins with \"{}…\".", "é".repeat(40))
    );
    assert!(!NoEntry::Prefix("a\nb\u{1b}[2J".into()).to_string().contains(char::is_control));
}

proptest! {
    /// Back to the oldest and forward again: every line once each way, and the draft as it was.
    #[test]
    fn a_plain_walk_meets_every_line_and_ends_at_the_draft(
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

    /// With a prefix, whatever is recalled begins with it, and no step shows the same text again.
    #[test]
    fn a_walk_with_a_prefix_shows_its_lines_only(
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
            let is_draft = line.recall.walk.is_none();
            prop_assert_eq!(before != line.text, moved && (!is_draft || before != prefix));
        }
    }
}

#[test]
fn a_change_is_kept_also_where_one_leaves_the_line_by_searching() {
    let mut line = Line::with(&["alpha", "beta"]);
    line.back(None).unwrap();
    line.text.push_str(" changed");
    let (alpha, _) = line.history.older(LineId::END, HistoryScope::All).nth(1).unwrap();
    line.recall.go_to(&line.history, alpha, &line.text.clone());
    line.text = "alpha".into();
    line.forward(None);
    assert_eq!(line.text, "beta changed");
}
