//! Mentions in floods of rows and names.

use super::*;
use crate::app::view::mention::compilations;

/// Returns the number of unseen mentions in the tab.
fn mentions(driver: &Driver) -> u64 {
    let title = driver.app.window_title();
    let count = title.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(count, _)| count);
    count.map_or(0, |count| count.parse().unwrap())
}

/// Receives rows in reads of this size. Returns the number of patterns compiled.
fn compiled_by(driver: &mut Driver, rows: &[String], bytes_per_read: usize) -> usize {
    let before = compilations();
    for read in rows.concat().as_bytes().chunks(bytes_per_read) {
        driver.receive(read);
    }
    compilations() - before
}

/// Returns a connected driver without focus, so that mentions count as unseen.
fn unwatched() -> Driver {
    let mut driver = Driver::connected();
    driver.event(Event::Focus(Focus::Unfocused));
    driver
}

#[test]
fn a_flood_of_assigned_names_compiles_few_patterns() {
    let floods: [fn(usize) -> String; 5] = [
        |n| format!("* You are n{n}\n"),
        |n| format!("* You are n{n} already.\n"),
        |n| format!("* 2 here: ann, bob. You are n{n}.\n"),
        |n| if n == 0 { "* You are n0\n".to_owned() } else { format!("* n{} is now known as n{n}\n", n - 1) },
        |n| format!("* You are {}{n}\n", "n".repeat(10_000)),
    ];
    for flood in floods {
        for bytes_per_read in [64 * 1024, 20] {
            let rows: Vec<String> = (0..500).map(flood).collect();
            let compiled = compiled_by(&mut unwatched(), &rows, bytes_per_read);
            // Without the limit, each name would compile three patterns.
            assert!(compiled <= 1, "{compiled} for rows as {:.40?}", rows.last());
        }
    }
}

#[test]
fn the_last_assigned_name_of_a_read_counts() {
    let mut driver = unwatched();
    let rows: Vec<String> = (0..100).map(|n| format!("* You are n{n}\n")).collect();
    driver.receive(format!("{}* n99 is now known as ann\n", rows.concat()).as_bytes());
    assert_eq!((driver.app.tab().nick(), mentions(&driver)), (Some("ann"), 0));
    driver.receive(b"bob: ann\nbob: n98\nbob: ANN!\n");
    assert_eq!(mentions(&driver), 2);
}

#[test]
fn rows_before_a_rename_are_matched_with_the_old_name() {
    let mut driver = unwatched();
    driver.receive(b"* You are ann\n");
    driver.receive(b"bob: ann?\n* ann is now known as eve\nbob: eve\nbob: ann\nann: eve, hello\neve: ann\n");
    assert_eq!((driver.app.tab().nick(), mentions(&driver)), (Some("eve"), 3));
}

#[test]
fn an_assigned_name_is_found_in_any_amount_of_data() {
    let mut driver = unwatched();
    driver.receive("* You are Łucja\n".as_bytes());
    let plain = "bob: the quick brown fox\n".repeat(4000);
    for found in 1..=5 {
        driver.receive(plain.as_bytes());
        driver.receive(format!("{plain}bob: łUCJA? Łucjan\n{plain}").as_bytes());
        assert_eq!(mentions(&driver), found);
    }
}

#[test]
fn names_over_100_characters_are_ignored() {
    let mut driver = unwatched();
    driver.receive(b"* You are ann\n");
    driver.receive(format!("* You are {}\n* ann is now known as {}\n", "n".repeat(101), "n".repeat(10_000)).as_bytes());
    assert_eq!(driver.app.tab().nick(), Some("ann"));
    let longest = "é".repeat(100);
    driver.receive(format!("* You are {longest}\nbob: {longest}!\n").as_bytes());
    assert_eq!((driver.app.tab().nick(), mentions(&driver)), (Some(longest.as_str()), 1));
}

#[test]
fn an_assigned_name_that_is_also_configured_counts_once() {
    let options =
        Settings { nick: Some("ann".to_owned()), highlight_words: vec!["eve".to_owned()], ..Settings::default() };
    let mut driver = Driver::with(options);
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    driver.event(Event::Focus(Focus::Unfocused));
    driver.receive(b"* You are ANN\nbob: ann\n* ANN is now known as eve\n* eve has joined\nann: eve\neve: ann\n");
    // A highlight word counts in server notices; our own lines do not count.
    assert_eq!(mentions(&driver), 3);
}

#[test]
fn a_name_in_a_long_row_that_arrives_byte_by_byte_is_found() {
    for end in ["\n", ""] {
        let mut driver = unwatched();
        driver.receive(b"* You are ann\n");
        for byte in format!("{}ann", "x ".repeat(4000)).bytes() {
            driver.receive(&[byte]);
        }
        driver.receive(end.as_bytes());
        driver.wait(Duration::from_secs(1));
        assert_eq!(mentions(&driver), 1, "{end:?}");
    }
}
