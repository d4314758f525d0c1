//! Completion with Tab.

use super::*;
use crate::app::commands::complete::CompletionState;
use crate::app::commands::table::{ArgumentKind, COMMANDS};
use proptest::prelude::*;

const LINES: &str = "\
ann: hello Annotation, see http://lab.example/rules.\n\
anton: Hello there, (Wörterbuch)\n\
* berta has joined\n\
<Émile> commands: /names, /nick, /news\n\
you -> cem: annually\n";

/// Returns a driver with received lines and a draft, whose cursor is at `|`.
fn drafted(lines: &[u8], drawn: &str) -> Driver {
    let mut driver = Driver::connected();
    driver.receive(lines);
    draft(&mut driver, drawn);
    driver
}

fn draft(driver: &mut Driver, drawn: &str) {
    let (left, right) = drawn.split_once('|').unwrap();
    driver.app.completion = CompletionState::Idle;
    let prompt = driver.app.tab_mut().prompt_mut();
    prompt.set(format!("{left}{right}"));
    prompt.replace(left.len()..left.len(), "");
}

fn drawn(driver: &Driver) -> String {
    let prompt = driver.app.tab().line_editor();
    let (left, right) = prompt.text().split_at(prompt.cursor());
    format!("{left}|{right}")
}

/// Presses keys: `⇥` is Tab, `⇤` Shift-Tab, `␛` Esc; other characters are typed.
fn press(driver: &mut Driver, keys: &str) {
    for key in keys.chars() {
        driver.event(match key {
            '⇥' => Event::Action(Action::Complete),
            '⇤' => Event::Action(Action::CompleteBack),
            '␛' => Event::Action(Action::Cancel),
            c => Event::Char(c),
        });
    }
}

fn shown(driver: &Driver) -> Vec<&str> {
    let menu = driver.app.completion();
    menu.iter().flat_map(|menu| menu.candidates()).map(|one| one.label.as_str()).collect()
}

#[test]
fn tab_completes_the_word_at_the_cursor() {
    for (before, keys, after) in [
        // Commands.
        ("/vi|", "⇥", "/view |"),
        ("/VI|", "⇥", "/view |"),
        ("/clo|", "⇥", "/close|"),
        ("/c|", "⇥", "/connect |"),
        ("/c|", "⇥⇥", "/close|"),
        ("/c|", "⇤", "/clear|"),
        ("/c|", "⇥⇤", "/clear|"),
        ("/c|", "⇥⇥⇥", "/close!|"),
        ("/c|", "⇥⇥⇥⇥⇥", "/connect |"),
        ("/c|", "⇥⇥␛", "/c|"),
        ("/c|", "⇥x", "/connect x|"),
        ("/ni|ck bob", "⇥", "/nick |ck bob"),
        ("/vi| hex", "⇥", "/view| hex"),
        ("/na|", "⇥", "/names |"),
        ("/n|", "⇥⇥⇥⇥", "/nick |"),
        ("//vi|", "⇥", "//vi|"),
        // Arguments of commands.
        ("/view |", "⇥", "/view text |"),
        ("/view h|", "⇥", "/view hex |"),
        ("/view hex x|", "⇥", "/view hex x|"),
        ("/filter h|", "⇥", "/filter hide |"),
        ("/encoding koi|", "⇥", "/encoding koi8-r |"),
        ("/connect |", "⇥", "/connect 127.0.0.1:12345|"),
        ("/nick an|", "⇥", "/nick an|"),
        // Nicknames and words.
        ("|", "⇥", "cem: |"),
        ("|", "⇥⇥", "Émile: |"),
        ("an|", "⇥", "anton: |"),
        ("an|", "⇥⇥", "ann: |"),
        ("an|", "⇥⇥⇥", "annually |"),
        ("an|", "⇥⇥⇥⇥", "Annotation |"),
        ("An|", "⇥⇥⇥", "Annotation |"),
        ("an|", "⇤␛", "an|"),
        ("an|", "⇥hi", "anton: hi|"),
        ("an| hi", "⇥", "anton:| hi"),
        ("hi an|", "⇥", "hi anton |"),
        ("hi @an|", "⇥⇥", "hi @ann |"),
        ("@an|", "⇥", "@anton: |"),
        ("@a|", "⇥⇥⇥", "@anton: |"),
        ("éM|", "⇥", "Émile: |"),
        ("BE|", "⇥", "berta: |"),
        ("hel|", "⇥", "hello |"),
        ("hel|", "⇥⇥", "Hello |"),
        ("x wör|", "⇥", "x Wörterbuch |"),
        ("ann\nan|", "⇥", "ann\nanton |"),
        ("http|", "⇥", "http://lab.example/rules |"),
        ("/names be|", "⇥", "/names berta |"),
        ("hello |", "⇥", "hello |"),
        ("the|", "⇥⇥⇥", "there |"),
        ("xyz|", "⇥⇤␛", "xyz|"),
    ] {
        let mut driver = drafted(LINES.as_bytes(), before);
        press(&mut driver, keys);
        assert_eq!(drawn(&driver), after, "{before} {keys}");
    }
}

#[test]
fn a_missing_completion_is_reported() {
    for (before, words) in [
        ("xyz|", "No completion for xyz."),
        ("/xyz|", "No completion for /xyz."),
        ("hi |", "Nothing to complete: type the start of a word."),
        ("/close |", "Nothing to complete: type the start of a word."),
        ("a\u{1b}[2J|", "No completion for a^[[2J."),
    ] {
        let mut driver = drafted(b"", before);
        press(&mut driver, "⇥");
        assert_eq!((driver.app.status_message(), shown(&driver).len()), (Some(words), 0), "{before}");
        assert_eq!(drawn(&driver), before);
    }
    let mut driver = drafted(b"", &format!("{}|", "漢".repeat(100_000)));
    press(&mut driver, "⇥");
    assert_eq!(driver.app.status_message().map(|words| words.chars().count()), Some(QUOTED_AT_MOST));
}

const QUOTED_AT_MOST: usize = "No completion for ".len() + 42;

#[test]
fn other_keys_accept_the_candidate_and_act() {
    for (event, after) in [
        (Event::Char('!'), "hi anton !|"),
        (Event::Paste("x".to_owned()), "hi anton x|"),
        (Event::Paste("x\ny".to_owned()), "hi anton |"),
        (Event::Action(Action::Edit(Edit::Start)), "|hi anton "),
        (Event::Action(Action::Edit(Edit::Right)), "hi anton |"),
        (Event::Action(Action::Scroll(Motion::Bottom)), "hi anton |"),
        (Event::Action(Action::Help), "hi anton |"),
    ] {
        let mut driver = drafted(LINES.as_bytes(), "hi an|");
        press(&mut driver, "⇥");
        assert!(driver.app.completion().is_some());
        let outcome = driver.app.update(driver.now, event.clone());
        assert!(outcome.redraw && driver.app.completion().is_none(), "{event:?}");
        assert_eq!(drawn(&driver), after, "{event:?}");
    }
    let mut driver = drafted(LINES.as_bytes(), "an|");
    press(&mut driver, "⇥");
    assert!(matches!(driver.act(Action::Submit)[..], [Effect::Link(..)]));
    assert_eq!(driver.last(), "Sent anton:  Lf");
}

#[test]
fn a_draft_changed_during_completion_is_completed_again() {
    let mut driver = drafted(LINES.as_bytes(), "an|");
    press(&mut driver, "⇥");
    driver.app.tab_mut().prompt_mut().set("漢 hel".to_owned());
    press(&mut driver, "⇥");
    assert_eq!(drawn(&driver), "漢 hello |");
    driver.app.tab_mut().prompt_mut().set("xyz".to_owned());
    press(&mut driver, "␛");
    assert_eq!((drawn(&driver).as_str(), shown(&driver).len()), ("xyz|", 0));
}

#[test]
fn incoming_data_keeps_the_candidates() {
    let mut driver = drafted(LINES.as_bytes(), "an|");
    press(&mut driver, "⇥");
    let before: Vec<_> = shown(&driver).into_iter().map(str::to_owned).collect();
    driver.receive("andrea: hello\n".repeat(3000).as_bytes());
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    press(&mut driver, "⇥");
    assert_eq!((drawn(&driver).as_str(), shown(&driver) == before), ("ann: |", true));
}

#[test]
fn esc_closes_the_menu_before_it_stops_connecting() {
    let mut driver = Driver::new();
    draft(&mut driver, "/c|");
    press(&mut driver, "⇥");
    assert_eq!(driver.act(Action::Cancel), []);
    assert_eq!(driver.act(Action::Cancel), [Effect::Link(LinkId(0), LinkCommand::Close)]);
}

#[test]
fn the_users_own_name_comes_last() {
    let mut driver = drafted(LINES.as_bytes(), "/nick anton|");
    driver.act(Action::Submit);
    draft(&mut driver, "an|");
    press(&mut driver, "⇥");
    assert_eq!(shown(&driver)[..2], ["ann", "anton"]);
}

#[test]
fn control_characters_are_never_completed() {
    for line in [
        "evil\x1b[2J: x",
        "evil\u{202e}: evil\u{202e}word",
        "\x1b]0;evil\x07evil: evil\x07word",
        "evil\u{200b}: evil\u{ad}word evil\x08word evil\rword",
        "<evil\u{1b}> evil\u{9b}31m",
        "evil\u{2066}: x",
    ] {
        let mut driver = drafted(&[line.as_bytes(), b" evil\xffword\n"].concat(), "evi|");
        press(&mut driver, "⇥");
        let draft = driver.draft().to_owned();
        assert!(matches!(draft.as_str(), "evi" | "evil: " | "evil "), "{line:?}: {draft:?}");
    }
    // A user's pattern may match anything as a name.
    let mut driver = drafted(b"e^[x\x1b[2J says y\ne f says y\n", "/who ^(.+) says|");
    driver.act(Action::Submit);
    draft(&mut driver, "e|");
    press(&mut driver, "⇥");
    assert_eq!(driver.draft(), "e");
}

#[test]
fn words_in_coloured_text_are_completed() {
    let mut driver = drafted(b"\x1b[31mann\x1b[0m: \x1b[1mbold\x1b[0mface\n", "bo|");
    press(&mut driver, "⇥");
    assert_eq!(driver.draft(), "boldface ");
}

#[test]
fn at_most_200_recent_candidates_are_offered() {
    let lines = (0..10_000).map(|n| format!("bob{n}: word{n}\n")).collect::<Vec<_>>().concat();
    let mut driver = drafted(lines.as_bytes(), "bo|");
    press(&mut driver, "⇥");
    assert_eq!((driver.draft(), shown(&driver).len()), ("bob9999: ", 200));
    draft(&mut driver, "bob1|");
    press(&mut driver, "⇥");
    assert_eq!(driver.app.status_message(), Some("No completion for bob1."), "their messages are too old");
    let mut driver = drafted(&[b"ann: x\n", &b"y".repeat(300)[..], &b"\n".repeat(3000)].concat(), "an|");
    press(&mut driver, "⇥");
    assert_eq!(driver.draft(), "an");
}

#[test]
fn only_the_start_of_a_long_row_is_scanned() {
    let mut driver = drafted(&[b"ann: ", &b"word".repeat(50_000)[..]].concat(), "wor|");
    press(&mut driver, "⇥");
    assert_eq!(driver.draft(), "wor", "the word is beyond the scanned part");
    draft(&mut driver, "a|");
    press(&mut driver, "⇥");
    assert_eq!(driver.draft(), "ann: ");
}

fn listed(driver: &mut Driver, folder: &str, names: &[&str]) {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    driver.event(Event::DirListed { folder: folder.to_owned(), names });
}

#[test]
fn files_are_completed_after_the_listing() {
    let mut driver = drafted(b"", "/save text ~/no|");
    assert_eq!(driver.act(Action::Complete), [Effect::ListDir("~/".to_owned())]);
    assert_eq!(driver.act(Action::Complete), [], "once is enough");
    assert!(driver.app.completion().is_none());
    listed(&mut driver, "~/", &["notes/", "notes.txt", "x"]);
    assert_eq!((drawn(&driver).as_str(), shown(&driver)), ("/save text ~/notes/|", vec!["notes/", "notes.txt"]));
    press(&mut driver, "⇥␛⇤");
    listed(&mut driver, "~/", &["notes/", "now"]);
    assert_eq!(drawn(&driver), "/save text ~/now|");
}

#[test]
fn a_single_directory_is_entered() {
    let mut driver = drafted(b"", "/save pic|");
    assert_eq!(driver.act(Action::Complete), [Effect::ListDir(String::new())]);
    listed(&mut driver, "", &["pictures/"]);
    assert_eq!(drawn(&driver), "/save pictures/|");
    assert_eq!(driver.act(Action::Complete), [Effect::ListDir("pictures/".to_owned())]);
    listed(&mut driver, "pictures/", &[]);
    assert_eq!(driver.app.status_message(), Some("No completion for pictures/."));
}

#[test]
fn formats_come_before_files() {
    let mut driver = drafted(b"", "/save te|");
    driver.act(Action::Complete);
    // The last two would be parsed as a format.
    listed(&mut driver, "", &["tea", "x", "text", "text 2"]);
    assert_eq!(shown(&driver), ["text", "tea"]);
    draft(&mut driver, "/save text te|");
    driver.act(Action::Complete);
    listed(&mut driver, "", &["tea", "x", "text", "text 2"]);
    assert_eq!(shown(&driver), ["tea", "text", "text 2"]);
}

#[test]
fn a_listing_for_another_draft_is_ignored() {
    for keys in ["t", "␛", " "] {
        let mut driver = drafted(b"", "/save no|");
        driver.act(Action::Complete);
        press(&mut driver, keys);
        let before = drawn(&driver);
        listed(&mut driver, "", &["notes", "not"]);
        assert_eq!((drawn(&driver), shown(&driver).len(), driver.app.status_message()), (before, 0, None), "{keys}");
    }
    let mut driver = drafted(b"", "/save no|");
    driver.act(Action::Complete);
    listed(&mut driver, "other/", &["not"]);
    driver.act(Action::Help);
    listed(&mut driver, "", &["not"]);
    assert_eq!(drawn(&driver), "/save no|");
    listed(&mut driver, "", &["not"]);
    assert_eq!(drawn(&driver), "/save no|", "nobody asked");
}

#[test]
fn a_lone_tilde_completes_to_the_home_directory() {
    let mut driver = drafted(b"", "/save ~|");
    assert_eq!(driver.act(Action::Complete), []);
    assert_eq!(drawn(&driver), "/save ~/|");
}

#[test]
fn commands_accept_their_completions() {
    for command in COMMANDS {
        let ArgumentKind::Names(names) = command.takes else { continue };
        for name in names.iter().filter(|&&name| name != "hide") {
            let mut driver = Driver::connected();
            driver.enter(&format!("/{} {name}", command.name));
            assert!(!driver.last().starts_with("Error"), "/{} {name}: {}", command.name, driver.last());
            assert_eq!(driver.draft(), "");
        }
    }
}

proptest! {
    #[test]
    fn esc_restores_the_draft_after_any_completion(
        said in proptest::collection::vec(any::<u8>(), 0..60), lines in "([aA]nn|é|\u{301}|:| |<|>|\n|.){0,30}",
        left in "(/|@|a|n|é| |save|\n){0,4}", right in "( |\u{301}|x){0,2}", keys in "[⇥⇤]{1,4}",
    ) {
        let mut driver = drafted(&[lines.as_bytes(), &said].concat(), &format!("{left}|{right}"));
        let before = drawn(&driver);
        press(&mut driver, "⇥");
        if driver.app.completion().is_some() {
            press(&mut driver, &keys);
            prop_assert!(driver.draft().ends_with(&right));
            prop_assert!(!driver.draft().contains(|c: char| c.is_control() && c != '\n'));
            press(&mut driver, "␛");
            prop_assert_eq!(driver.draft(), before.replace('|', ""));
        } else {
            let is_same = drawn(&driver) == before;
            prop_assert!(driver.app.status_message().is_none() || is_same);
        }
        prop_assert!(driver.app.completion().is_none());
    }
}

#[test]
fn completing_to_the_same_text_adds_no_undo_step() {
    for (keys, after) in [("⇥␛", "/save log|"), ("⇥⇥", "/save log.txt|"), ("⇥⇥␛", "/save log|")] {
        let mut driver = Driver::connected();
        driver.event(Event::Paste("/save log".into()));
        for key in keys.chars() {
            press(&mut driver, &key.to_string());
            driver.event(Event::DirListed { folder: String::new(), names: vec!["log".into(), "log.txt".into()] });
        }
        assert_eq!(drawn(&driver), after, "{keys}");
    }
}

#[test]
fn ctrl_g_closes_the_menu_and_nothing_else() {
    let mut driver = drafted(b"", "a draft|");
    driver.act(Action::StartCommand);
    press(&mut driver, "e⇥");
    driver.act(Action::AbortInput);
    assert_eq!(drawn(&driver), "/e|");
}
