//! History search (Ctrl-R).

use super::*;

fn asked(driver: &Driver) -> (&str, Mode) {
    (driver.app.history_search().map_or("", |finder| finder.text()), driver.app.mode())
}

fn driver() -> Driver {
    let mut driver = Driver::connected();
    for line in ["hello there", "GET /index", "hello world"] {
        driver.enter(line);
    }
    driver.event(Event::Paste("a draft".into()));
    driver.act(Action::HistorySearch);
    driver
}

fn types(driver: &mut Driver, text: &str) {
    text.chars().for_each(|c| drop(driver.event(Event::Char(c))));
}

#[test]
fn the_newest_match_comes_first_and_the_key_finds_older_ones() {
    let mut driver = driver();
    assert_eq!(asked(&driver), ("a draft", Mode::HistorySearch));
    types(&mut driver, "hel");
    assert_eq!(asked(&driver).0, "hello world");
    driver.act(Action::HistorySearch);
    assert_eq!(asked(&driver).0, "hello there");
    driver.act(Action::Search);
    assert_eq!(asked(&driver).0, "hello world");
    driver.act(Action::Edit(Edit::DeleteBack));
    assert_eq!(driver.app.history_search().unwrap().query(), "he");
}

#[test]
fn enter_sends_the_match() {
    let mut driver = driver();
    types(&mut driver, "index");
    assert_eq!(driver.act(Action::Submit), sends(b"GET /index\n"));
    assert_eq!((driver.draft(), driver.app.mode()), ("a draft", Mode::Input), "the draft comes back");
}

#[test]
fn an_arrow_edits_the_match_and_esc_restores_the_draft() {
    let mut driver = driver();
    types(&mut driver, "there");
    driver.act(Action::Edit(Edit::Left));
    let cursor = driver.app.tab().line_editor().cursor();
    assert_eq!((driver.draft(), cursor, driver.app.mode()), ("hello there", 10, Mode::Input));
    for key in [Action::Cancel, Action::AbortInput, Action::QuitOrClear] {
        let mut driver = self::driver();
        types(&mut driver, "there");
        assert_eq!(driver.act(key), []);
        assert_eq!((driver.draft(), driver.app.mode()), ("a draft", Mode::Input));
    }
}

#[test]
fn a_search_without_match_keeps_the_draft() {
    let mut driver = driver();
    types(&mut driver, "zzz");
    driver.act(Action::Complete);
    assert_eq!((driver.draft(), driver.app.mode()), ("a draft", Mode::Input));
    driver.act(Action::HistorySearch);
    types(&mut driver, "inde, and more");
    assert_eq!(driver.act(Action::Submit), [], "the shown line does not match");
    assert_eq!((driver.draft(), driver.app.mode()), ("GET /index", Mode::Input));
}

#[test]
fn history_search_allows_scrolling_while_rows_arrive() {
    let mut driver = driver();
    types(&mut driver, "hel");
    driver.receive(b"news\n");
    driver.act(Action::Scroll(Motion::PageUp));
    assert_eq!(asked(&driver), ("hello world", Mode::HistorySearch));
}
