use super::*;
use crate::app::history::Left;

fn history(lines: &[&str]) -> History {
    let mut history = History::default();
    for line in lines {
        history.push("a", line, Left::Entered);
    }
    history.push("b", "make elsewhere", Left::Entered);
    history
}

fn shown(finder: &Finder) -> (&str, Standing) {
    (finder.text(), finder.standing())
}

#[test]
fn the_newest_hit_first_then_older_ones_and_there_is_an_end() {
    let history = history(&["make all", "list", "Make test", "list"]);
    let mut finder = Finder::new("a", "draft");
    assert_eq!(shown(&finder), ("draft", Standing::Waiting));
    finder.step(&history, Direction::Older);
    assert_eq!(shown(&finder), ("draft", Standing::Waiting));
    finder.type_text(&history, "ake");
    assert_eq!(shown(&finder), ("Make test", Standing::Found));
    assert_eq!(finder.hit().unwrap().range, 1..4);
    finder.step(&history, Direction::Older);
    assert_eq!(shown(&finder), ("make all", Standing::Found));
    finder.step(&history, Direction::Older);
    assert_eq!(shown(&finder), ("make all", Standing::NoOlder));
    finder.step(&history, Direction::Newer);
    assert_eq!(shown(&finder), ("Make test", Standing::Found));
    finder.step(&history, Direction::Newer);
    assert_eq!(shown(&finder), ("Make test", Standing::NoNewer));
    assert_eq!(finder.accept(&history, &mut Recall::default()), "Make test");
}

#[test]
fn a_longer_query_stays_where_it_can_and_a_shorter_one_begins_anew() {
    let history = history(&["abc", "ab", "a"]);
    let mut finder = Finder::new("a", "");
    finder.type_text(&history, "a");
    finder.type_text(&history, "b");
    assert_eq!(shown(&finder), ("ab", Standing::Found));
    finder.type_text(&history, "x");
    assert_eq!(shown(&finder), ("ab", Standing::NotFound));
    finder.step(&history, Direction::Older);
    assert_eq!(shown(&finder), ("ab", Standing::NotFound));
    finder.delete_back(&history);
    assert_eq!(shown(&finder), ("ab", Standing::Found));
    finder.delete_back(&history);
    assert_eq!(shown(&finder), ("a", Standing::Found));
    finder.delete_back(&history);
    assert_eq!(shown(&finder), ("", Standing::Waiting));
    finder.delete_back(&history);
    assert_eq!(finder.query(), "");
}

#[test]
fn a_capital_letter_counts_and_each_text_is_met_once() {
    let history = history(&["Make", "x", "make", "y", "Make", "make"]);
    let mut finder = Finder::new("a", "");
    finder.type_text(&history, "m");
    let mut met = vec![finder.text().to_owned()];
    loop {
        finder.step(&history, Direction::Older);
        if finder.standing() == Standing::NoOlder {
            break;
        }
        met.push(finder.text().to_owned());
    }
    assert_eq!(met, ["make", "Make"]);
    let mut finder = Finder::new("a", "");
    finder.type_text(&history, "M");
    assert_eq!(finder.text(), "Make");
    finder.step(&history, Direction::Older);
    assert_eq!(finder.standing(), Standing::NoOlder);
}

#[test]
fn one_walks_on_from_what_was_taken() {
    let history = history(&["one", "two", "three"]);
    let (mut finder, mut recall) = (Finder::new("a", "draft"), Recall::default());
    finder.type_text(&history, "tw");
    let line = finder.accept(&history, &mut recall);
    assert_eq!(line, "two");
    let step = |shown| crate::app::history::recall::Step { scope: Scope::Server("a"), prefix: None, shown };
    assert_eq!(recall.back(&history, step("two")).as_deref(), Ok("one"));
    assert_eq!(recall.end().as_deref(), Some("draft"));
    assert_eq!(Finder::new("a", "draft").accept(&history, &mut recall), "draft");
    assert_eq!(recall.end(), None);
}

#[test]
fn a_hit_that_is_no_longer_kept_is_still_there_to_be_taken() {
    let mut history = history(&["rare"]);
    let mut finder = Finder::new("a", "");
    finder.type_text(&history, "rare");
    for n in 0..2_000 {
        history.push("a", &n.to_string(), Left::Entered);
    }
    finder.step(&history, Direction::Older);
    assert_eq!(shown(&finder), ("rare", Standing::NoOlder));
    assert_eq!(finder.accept(&history, &mut Recall::default()), "rare");
}

#[test]
fn of_an_enormous_query_nothing_is_taken() {
    let history = history(&["x", &"y".repeat(QUERY_LIMIT)]);
    let mut finder = Finder::new("a", "");
    finder.type_text(&history, "x");
    finder.type_text(&history, &"x".repeat(4 << 20));
    assert_eq!((finder.query(), shown(&finder)), ("x", ("x", Standing::Found)));
    finder.delete_back(&history);
    finder.type_text(&history, &"Y".repeat(QUERY_LIMIT));
    assert_eq!(finder.standing(), Standing::NotFound);
}
