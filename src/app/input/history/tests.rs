use super::*;
use proptest::prelude::*;

fn entered(lines: &[(&str, &str)]) -> History {
    let mut history = History::default();
    for (server, line) in lines {
        history.append_entry(server, line, Left::Submitted);
    }
    history
}

fn lines(history: &History) -> Vec<(&str, &str)> {
    history.lines.values().map(|entry| (entry.entry.server.as_str(), entry.entry.line.as_str())).collect()
}

fn entries(lines: &[(&str, &str)]) -> Vec<HistoryEntry> {
    lines.iter().map(|(server, line)| HistoryEntry { server: (*server).into(), line: (*line).into() }).collect()
}

#[test]
fn empty_lines_and_repetitions_are_not_kept() {
    let history = entered(&[("a", "x"), ("b", "x"), ("a", "x"), ("a", ""), ("a", "y"), ("a", "x")]);
    assert_eq!(lines(&history), [("a", "x"), ("b", "x"), ("a", "y"), ("a", "x")]);
}

#[test]
fn a_cleared_line_is_not_stored_until_it_is_entered() {
    let mut history = History::default();
    assert_eq!(history.append_entry("a", "x", Left::Cleared), None);
    assert_eq!(lines(&history), [("a", "x")]);
    assert_eq!(history.append_entry("a", "x", Left::Submitted), entries(&[("a", "x")]).pop());
    assert_eq!(history.append_entry("a", "x", Left::Submitted), None);
    assert_eq!(history.append_entry("a", "x", Left::Cleared), None);
    assert_eq!(lines(&history), [("a", "x")]);
    assert_eq!(history.append_entry("a", "/secret x", Left::Submitted), None);
}

#[test]
fn the_oldest_lines_of_a_server_are_dropped_at_its_limit() {
    let mut history = entered(&[("b", "stays")]);
    for number in 0..=1_000 {
        history.append_entry("a", &number.to_string(), Left::Submitted);
    }
    assert_eq!(lines(&history)[..2], [("b", "stays"), ("a", "1")]);
    assert_eq!(history.lines.len(), 1_001);
    for _ in 0..3 {
        history.append_entry("a", &"x".repeat(1 << 20), Left::Submitted);
        history.append_entry("a", &"y".repeat(1 << 20), Left::Submitted);
    }
    assert_eq!(history.lines.len(), 2);
    history.append_entry("a", "1", Left::Submitted);
    history.append_entry("a", "2", Left::Submitted);
    assert_eq!(lines(&history), [("b", "stays"), ("a", "1"), ("a", "2")]);
}

#[test]
fn the_oldest_lines_are_dropped_at_the_total_limit() {
    let mut history = History::default();
    for number in 0..20_100 {
        history.append_entry(&number.to_string(), "hello", Left::Submitted);
    }
    assert_eq!((history.lines.len(), history.servers.len(), history.all.lines()), (20_000, 20_000, 20_000));
    assert_eq!(lines(&history)[0], ("100", "hello"));
}

#[test]
fn lines_of_earlier_sessions_come_first() {
    let mut history = entered(&[("a", "now")]);
    history.merge_stored(entries(&[("b", "1"), ("a", "2"), ("a", "now")]));
    assert_eq!(lines(&history), [("b", "1"), ("a", "2"), ("a", "now")]);
    history.append_entry("a", "later", Left::Submitted);
    history.merge_stored(entries(&[("c", "first"), ("c", "first"), ("c", "/secret")]));
    assert_eq!(lines(&history)[..2], [("c", "first"), ("b", "1")]);
    assert_eq!(history.servers(), ["a", "b", "c"]);
}

#[test]
fn the_latest_lines_of_a_long_stored_history_are_kept() {
    let mut history = entered(&[("a", "now")]);
    history
        .merge_stored((0..3_000).map(|number| HistoryEntry { server: "a".into(), line: number.to_string() }).collect());
    assert_eq!(lines(&history)[0], ("a", "2001"));
    assert_eq!(history.lines.len(), 1_000);
}

proptest! {
    #[test]
    fn sizes_match_the_kept_lines(
        pushed in proptest::collection::vec(("[ab]?", 0..400_000_usize), 0..20),
        earlier in proptest::collection::vec(("[ab]?", 0..400_000_usize), 0..10),
    ) {
        let mut history = History::default();
        for (server, len) in pushed {
            history.append_entry(&server, &"x".repeat(len), Left::Submitted);
        }
        let earlier = earlier.into_iter().map(|(server, len)| HistoryEntry { server, line: "y".repeat(len) });
        history.merge_stored(earlier.collect());
        history.append_entry("a", "last", Left::Submitted);
        let mut servers: HashMap<String, HistorySize> = HashMap::new();
        let mut all = HistorySize::default();
        for (server, line) in lines(&history) {
            servers.entry(server.to_owned()).or_default().add(server, line);
            all.add(server, line);
        }
        prop_assert!(servers.values().all(|sum| !sum.is_over(crate::app::input::history::retention::PER_SERVER_LIMIT)));
        prop_assert_eq!(&servers, &history.servers);
        prop_assert_eq!(all, history.all);
    }
}
