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
fn the_newest_hit_first_then_older_ones_and_there_is_an_end() {
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
fn a_longer_query_stays_where_it_can_and_a_shorter_one_begins_anew() {
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
fn a_capital_letter_counts_and_each_text_is_met_once() {
    let history = history(&["Make", "x", "make", "y", "Make", "make"]);
    let mut finder = HistorySearch::new("a", "");
    finder.type_text(&history, "m");
    let mut met = vec![finder.text().to_owned()];
    loop {
        finder.step(&history, SearchDirection::Older);
        if finder.standing() == SearchStatus::NoMoreOlder {
            break;
        }
        met.push(finder.text().to_owned());
    }
    assert_eq!(met, ["make", "Make"]);
    let mut finder = HistorySearch::new("a", "");
    finder.type_text(&history, "M");
    assert_eq!(finder.text(), "Make");
    finder.step(&history, SearchDirection::Older);
    assert_eq!(finder.standing(), SearchStatus::NoMoreOlder);
}

#[test]
fn one_walks_on_from_what_was_taken() {
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
fn a_hit_that_is_no_longer_kept_is_still_there_to_be_taken() {
    let mut history = history(&["rare"]);
    let mut finder = HistorySearch::new("a", "");
    finder.type_text(&history, "rare");
    for n in 0..2_000 {
        history.append_entry("a", &n.to_string(), Left::Submitted);
    }
    finder.step(&history, SearchDirection::Older);
    assert_eq!(shown(&finder), ("rare", SearchStatus::NoMoreOlder));
    assert_eq!(finder.accept(&history, &mut HistoryCursor::default()), "rare");
}

#[test]
fn of_an_enormous_query_nothing_is_taken() {
    let history = history(&["x", &"y".repeat(QUERY_LIMIT)]);
    let mut finder = HistorySearch::new("a", "");
    finder.type_text(&history, "x");
    finder.type_text(&history, &"x".repeat(4 << 20));
    assert_eq!((finder.query(), shown(&finder)), ("x", ("x", SearchStatus::Found)));
    finder.delete_back(&history);
    finder.type_text(&history, &"Y".repeat(QUERY_LIMIT));
    assert_eq!(finder.standing(), SearchStatus::NotFound);
}
