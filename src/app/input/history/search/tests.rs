use super::*;
use crate::app::input::history::Left;

fn history(lines: &[&str]) -> History {
    let mut history = History::default();
    for line in lines {
        history.append_entry("a", line, Left::Submitted);
    }
    history.append_entry("b", "make elsewhere", Left::Submitted);
    history
}

fn shown(finder: &HistorySearch) -> (&str, SearchStatus) {
    (finder.text(), finder.standing())
}

#[test]
fn search_starts_with_the_newest_hit_and_stops_at_the_ends() {
    let history = history(&["make all", "list", "Make test", "list"]);
    let mut finder = HistorySearch::new("a", "draft");
    assert_eq!(shown(&finder), ("draft", SearchStatus::Waiting));
    finder.step(&history, SearchDirection::Older);
    assert_eq!(shown(&finder), ("draft", SearchStatus::Waiting));
    finder.type_text(&history, "ake");
    assert_eq!(shown(&finder), ("Make test", SearchStatus::Found));
    assert_eq!(finder.hit().unwrap().range, 1..4);
    finder.step(&history, SearchDirection::Older);
    assert_eq!(shown(&finder), ("make all", SearchStatus::Found));
    finder.step(&history, SearchDirection::Older);
    assert_eq!(shown(&finder), ("make all", SearchStatus::NoMoreOlder));
    finder.step(&history, SearchDirection::Newer);
    assert_eq!(shown(&finder), ("Make test", SearchStatus::Found));
    finder.step(&history, SearchDirection::Newer);
    assert_eq!(shown(&finder), ("Make test", SearchStatus::NoMoreNewer));
    assert_eq!(finder.accept(&history, &mut HistoryCursor::default()), "Make test");
}

#[test]
fn a_longer_query_keeps_the_hit_and_a_shorter_one_restarts() {
    let history = history(&["abc", "ab", "a"]);
    let mut finder = HistorySearch::new("a", "");
    finder.type_text(&history, "a");
    finder.type_text(&history, "b");
    assert_eq!(shown(&finder), ("ab", SearchStatus::Found));
    finder.type_text(&history, "x");
    assert_eq!(shown(&finder), ("ab", SearchStatus::NotFound));
    finder.step(&history, SearchDirection::Older);
    assert_eq!(shown(&finder), ("ab", SearchStatus::NotFound));
    finder.delete_back(&history);
    assert_eq!(shown(&finder), ("ab", SearchStatus::Found));
    finder.delete_back(&history);
    assert_eq!(shown(&finder), ("a", SearchStatus::Found));
    finder.delete_back(&history);
    assert_eq!(shown(&finder), ("", SearchStatus::Waiting));
    finder.delete_back(&history);
    assert_eq!(finder.query(), "");
}

#[test]
fn capital_letters_match_exactly_and_duplicates_are_skipped() {
    let history = history(&["Make", "x", "make", "y", "Make", "make"]);
    let mut finder = HistorySearch::new("a", "");
    finder.type_text(&history, "m");
    let mut hits = vec![finder.text().to_owned()];
    loop {
        finder.step(&history, SearchDirection::Older);
        if finder.standing() == SearchStatus::NoMoreOlder {
            break;
        }
        hits.push(finder.text().to_owned());
    }
    assert_eq!(hits, ["make", "Make"]);
    let mut finder = HistorySearch::new("a", "");
    finder.type_text(&history, "M");
    assert_eq!(finder.text(), "Make");
    finder.step(&history, SearchDirection::Older);
    assert_eq!(finder.standing(), SearchStatus::NoMoreOlder);
}

#[test]
fn up_continues_from_an_accepted_hit() {
    let history = history(&["one", "two", "three"]);
    let (mut finder, mut recall) = (HistorySearch::new("a", "draft"), HistoryCursor::default());
    finder.type_text(&history, "tw");
    let line = finder.accept(&history, &mut recall);
    assert_eq!(line, "two");
    let step = |shown| crate::app::input::history::cursor::HistoryQuery {
        scope: HistoryScope::Server("a"),
        prefix: None,
        shown,
    };
    assert_eq!(recall.back(&history, step("two")).as_deref(), Ok("one"));
    assert_eq!(recall.end().as_deref(), Some("draft"));
    assert_eq!(HistorySearch::new("a", "draft").accept(&history, &mut recall), "draft");
    assert_eq!(recall.end(), None);
}

#[test]
fn a_hit_can_be_accepted_after_its_line_was_dropped() {
    let mut history = history(&["rare"]);
    let mut finder = HistorySearch::new("a", "");
    finder.type_text(&history, "rare");
    for number in 0..2_000 {
        history.append_entry("a", &number.to_string(), Left::Submitted);
    }
    finder.step(&history, SearchDirection::Older);
    assert_eq!(shown(&finder), ("rare", SearchStatus::NoMoreOlder));
    assert_eq!(finder.accept(&history, &mut HistoryCursor::default()), "rare");
}

#[test]
fn text_that_makes_the_query_too_long_is_ignored() {
    let history = history(&["x", &"y".repeat(QUERY_LIMIT)]);
    let mut finder = HistorySearch::new("a", "");
    finder.type_text(&history, "x");
    finder.type_text(&history, &"x".repeat(4 << 20));
    assert_eq!((finder.query(), shown(&finder)), ("x", ("x", SearchStatus::Found)));
    finder.delete_back(&history);
    finder.type_text(&history, &"Y".repeat(QUERY_LIMIT));
    assert_eq!(finder.standing(), SearchStatus::NotFound);
}
