//! Text that may be meant as hidden input: hidden or confirmed, and never stored.

use super::*;

/// Lines that are hidden input, with the secret behind the command.
const HIDDEN: [&str; 4] = ["/secret hunter2", " /secret hunter2", "/SECRET hunter2", "/Secret\thunter2"];

/// Lines that need confirmation to be sent as text, and the text sent.
const ASKED: [(&str, &str); 8] = [
    ("//secret hunter2", "/secret hunter2\n"),
    ("///secret hunter2", "//secret hunter2\n"),
    ("hello /secret hunter2", "hello /secret hunter2\n"),
    ("/secrethunter2", "/secrethunter2\n"),
    ("/secrt hunter2", "/secrt hunter2\n"),
    ("\u{ff0f}secret hunter2", "\u{ff0f}secret hunter2\n"),
    ("\\secret hunter2", "\\secret hunter2\n"),
    ("7secret hunter2", "7secret hunter2\n"),
];

impl Driver {
    /// Returns everything that outlasts the draft: messages, history and stored lines.
    fn stored(&mut self) -> String {
        let rows = self.rows();
        let mut lines = Vec::new();
        for _ in 0..3 {
            self.act(Action::HistoryPrev);
            lines.push(self.draft().to_owned());
        }
        format!("{rows:?} {lines:?} {:?}", self.kept)
    }
}

fn sent(effects: &[Effect]) -> String {
    let bytes = effects.iter().filter_map(|effect| match effect {
        Effect::Link(_, LinkCommand::Send(bytes)) => Some(bytes.as_ref()),
        _ => None,
    });
    String::from_utf8(bytes.collect::<Vec<_>>().concat()).unwrap()
}

#[test]
fn every_spelling_of_the_command_is_hidden_input() {
    for line in HIDDEN {
        let mut driver = Driver::connected();
        assert_eq!(driver.enter(line), [], "{line:?}");
        assert_eq!((driver.app.mode(), driver.draft()), (Mode::HiddenLine, ""), "{line:?}");
        assert_eq!(driver.act(Action::Submit), sends_hidden(b"hunter2\n"), "{line:?}");
        assert!(!driver.stored().contains("hunter2"), "{line:?}");
        assert!(!format!("{:?}", driver.app).contains("hunter2"), "{line:?}");
    }
}

#[test]
fn text_that_may_hold_a_secret_needs_confirmation() {
    for (line, text) in ASKED {
        for answer in [Event::Action(Action::Submit), Event::Char('y'), Event::Char('Y')] {
            let mut driver = Driver::connected();
            assert_eq!(driver.enter(line), [], "{line:?}");
            assert_eq!((driver.app.mode(), driver.draft()), (Mode::ConfirmText, line));
            assert_eq!(sent(&driver.event(answer)), text);
            assert_eq!((driver.app.mode(), driver.draft()), (Mode::Input, ""));
            driver.act(Action::HistoryPrev);
            assert_eq!((driver.draft(), driver.kept.as_slice()), ("", &[][..]), "{line:?}");
        }
    }
}

#[test]
fn no_returns_to_the_draft() {
    for answer in [Event::Action(Action::Cancel), Event::Action(Action::QuitOrClear), Event::Char('n')] {
        let mut driver = Driver::connected();
        driver.enter("//secret hunter2");
        assert_eq!(driver.event(answer), []);
        assert_eq!((driver.app.mode(), driver.draft()), (Mode::Input, "//secret hunter2"));
        driver.act(Action::QuitOrClear);
        assert!(!driver.stored().contains("hunter2"), "cleared away it is not stored either");
    }
}

#[test]
fn other_keys_leave_the_question_and_edit() {
    let mut driver = Driver::connected();
    driver.enter("//secret hunter2");
    driver.act(Action::Edit(Edit::Start));
    driver.act(Action::Edit(Edit::DeleteForward));
    assert_eq!(driver.draft(), "/secret hunter2");
    driver.act(Action::Submit);
    assert_eq!(driver.act(Action::Submit), sends_hidden(b"hunter2\n"));
}

#[test]
fn without_a_connection_no_question_is_asked() {
    let mut driver = Driver::connected();
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.enter("//secret hunter2");
    assert_eq!((driver.app.mode(), driver.draft()), (Mode::Input, "//secret hunter2"));
    assert!(driver.last().starts_with("Error Not connected"), "{}", driver.last());
}

#[test]
fn a_connection_lost_during_the_question_loses_no_line() {
    let mut driver = Driver::connected();
    driver.enter("//secret hunter2");
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(driver.act(Action::Submit), []);
    assert_eq!(driver.draft(), "//secret hunter2");
}

#[test]
fn a_secret_in_a_later_line_needs_confirmation() {
    let mut driver = Driver::with(Settings { paste_delay: Duration::ZERO, ..Settings::default() });
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    for c in "hello".chars() {
        driver.event(Event::Char(c));
    }
    driver.act(Action::Edit(Edit::NewLine));
    assert_eq!(driver.enter("/secret hunter2"), []);
    assert_eq!(driver.app.mode(), Mode::ConfirmText);
    driver.act(Action::Cancel);
    assert_eq!(driver.draft(), "hello\n/secret hunter2");
    driver.act(Action::Submit);
    assert_eq!(sent(&driver.act(Action::Submit)), "hello\n/secret hunter2\n");
    assert_eq!(driver.kept, []);
}

#[test]
fn a_paste_with_a_secret_needs_a_second_confirmation() {
    let mut driver = Driver::with(Settings { paste_delay: Duration::ZERO, ..Settings::default() });
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    driver.event(Event::Paste("hello\n/secret hunter2\n".into()));
    assert_eq!(driver.act(Action::PreviewSend), []);
    assert_eq!(driver.app.mode(), Mode::ConfirmText);
    for event in [Event::Char('x'), Event::Action(Action::Help), Event::Action(Action::Tab(TabMove::Next))] {
        assert_eq!(driver.event(event), []);
        assert_eq!(driver.app.mode(), Mode::ConfirmText);
    }
    driver.event(Event::Paste("more\n".into()));
    assert_eq!((driver.app.mode(), driver.app.preview().unwrap().len()), (Mode::SendPreview { chosen: 0 }, 3));
    driver.act(Action::PreviewSend);
    driver.act(Action::Cancel);
    assert_eq!(driver.app.mode(), Mode::SendPreview { chosen: 0 });
    driver.act(Action::PreviewSend);
    assert_eq!(sent(&driver.act(Action::Submit)), "hello\n/secret hunter2\nmore\n");
    assert!(driver.app.preview().is_none());
}

#[test]
fn a_dismissed_paste_with_a_secret_is_not_kept() {
    let mut driver = Driver::connected();
    driver.event(Event::Paste("hello\n/secret hunter2\n".into()));
    driver.act(Action::Cancel);
    assert_eq!(driver.app.status_message(), Some("Nothing was sent."));
    driver.act(Action::Edit(Edit::Yank));
    assert_eq!(driver.draft(), "");
}

#[test]
fn escape_after_the_command_key_leaves_an_empty_line() {
    let mut driver = Driver::connected();
    driver.act(Action::StartCommand);
    driver.act(Action::Cancel);
    assert_eq!(driver.draft(), "");
    driver.enter("/secret hunter2");
    assert_eq!((driver.app.mode(), driver.draft()), (Mode::HiddenLine, ""));
    driver.act(Action::Cancel);
    driver.act(Action::StartCommand);
    for c in "/eol crlf".chars() {
        driver.event(Event::Char(c));
    }
    driver.act(Action::Cancel);
    assert_eq!(driver.draft(), "", "a command that was begun goes as well");
    driver.act(Action::Edit(Edit::Undo));
    assert_eq!(driver.draft(), "/eol crlf", "and undo has it back");
}

#[test]
fn escape_keeps_text_typed_over_the_command_keys_slash() {
    let mut driver = Driver::connected();
    driver.act(Action::StartCommand);
    driver.act(Action::Edit(Edit::DeleteBack));
    for c in "hello".chars() {
        driver.event(Event::Char(c));
    }
    driver.act(Action::Cancel);
    assert_eq!(driver.draft(), "hello");
}

#[test]
fn a_killed_secret_is_restored_by_undo_only() {
    for kill in [Edit::DeleteToStart, Edit::DeleteWordBack, Edit::KillWordBack, Edit::KillLine] {
        let mut driver = Driver::connected();
        for c in "/secret hunter2".chars() {
            driver.event(Event::Char(c));
        }
        driver.act(Action::Edit(kill));
        assert!(!driver.draft().contains("hunter2"), "{kill:?}");
        driver.act(Action::Edit(Edit::Yank));
        assert!(!driver.draft().contains("hunter2"), "{kill:?}");
        driver.act(Action::Edit(Edit::Undo));
        assert_eq!(driver.draft(), "/secret hunter2", "{kill:?}");
    }
}

#[test]
fn kills_before_a_secret_can_still_be_yanked() {
    let mut driver = Driver::connected();
    for c in "kept".chars() {
        driver.event(Event::Char(c));
    }
    driver.act(Action::Edit(Edit::DeleteToStart));
    for c in "/secret x".chars() {
        driver.event(Event::Char(c));
    }
    driver.act(Action::Edit(Edit::DeleteToStart));
    for c in "also".chars() {
        driver.event(Event::Char(c));
    }
    driver.act(Action::Edit(Edit::DeleteToStart));
    driver.act(Action::Edit(Edit::Yank));
    assert_eq!(driver.draft(), "also");
    driver.act(Action::Edit(Edit::YankPop));
    assert_eq!(driver.draft(), "kept");
}

#[test]
fn the_editor_does_not_open_a_secret() {
    for line in ["/secret hunter2", "//secret hunter2"] {
        let mut driver = Driver::connected();
        for c in line.chars() {
            driver.event(Event::Char(c));
        }
        assert_eq!(driver.act(Action::OpenEditor), []);
        assert_eq!(driver.draft(), line);
        assert!(driver.app.status_message().unwrap().contains("editors keep copies"));
    }
}

#[test]
fn a_closed_tabs_draft_with_a_secret_is_not_kept() {
    let mut driver = Driver::connected();
    driver.event(Event::Paste("x /secret hunter2".into()));
    driver.act(Action::StartCommand);
    driver.enter("/close!");
    driver.act(Action::Edit(Edit::Yank));
    assert!(!driver.draft().contains("hunter2"), "{}", driver.draft());
}

#[test]
fn secrets_in_a_stored_history_are_skipped() {
    let mut driver = Driver::connected();
    let line = |line: &str| HistoryEntry { server: "127.0.0.1:12345".into(), line: line.into() };
    driver.event(Event::HistoryLoaded(vec![line("hello"), line("//secret hunter2")]));
    driver.act(Action::HistoryPrev);
    assert_eq!(driver.draft(), "hello");
}

#[test]
fn start_page_errors_do_not_quote_a_secret() {
    for line in ["/secret hunter2", " /SECRET hunter2", "//secret hunter2", "x/secret=hunter2", "/secret=hunter2"] {
        let mut driver = Driver::connected();
        driver.app = App::new(Settings::default());
        let _ = driver.app.start(driver.now);
        driver.enter(line);
        assert_eq!(driver.app.mode(), Mode::Start);
        driver.act(Action::Edit(Edit::DeleteToStart));
        driver.act(Action::Edit(Edit::Yank));
        assert_eq!(driver.app.start_page().unwrap().prompt().text(), "");
        assert!(!driver.rows().concat().contains("hunter2"), "{line}: {:?}", driver.rows());
    }
}

/// Connects to a server with a secret and these `on_connect` lines. Returns the effects, too.
fn with_source(on_connect: &[&str]) -> (Driver, Vec<Effect>) {
    let on_connect = on_connect.iter().map(|&line| line.to_owned()).collect();
    let secret_command = "pass show lab".to_owned();
    let mut driver = Driver::with(Settings {
        nick: Some("bob".into()),
        on_connect,
        secret_command,
        paste_delay: Duration::ZERO,
        ..Settings::default()
    });
    let mut effects = driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    effects.extend(driver.link(LinkEvent::Received(Bytes::from_static(b"welcome\n"))));
    effects.extend(driver.after(Duration::from_secs(10)));
    effects.retain(|effect| !matches!(effect, Effect::SaveRecentServer(_)));
    (driver, effects)
}

fn request(number: u64) -> Effect {
    Effect::ReadSecret { tab: LinkId(0), number, source: SecretSource::Command("pass show lab".to_owned()) }
}

fn answer(number: u64) -> Event {
    let line = SecretBytes::concat(&[b"hunter2"]);
    Event::Secret { tab: LinkId(0), number, result: Ok(ReadSecret { line, warning: None }) }
}

#[test]
fn the_secret_is_sent_between_nickname_and_on_connect() {
    let (mut driver, effects) = with_source(&["/join lab"]);
    assert_eq!(effects, [vec![request(1)], sends(b"/nick bob\n")].concat(), "nothing overtakes the secret");
    assert_eq!(driver.event(answer(1)), [sends_hidden(b"hunter2\n"), sends(b"/join lab\n")].concat());
    assert!(driver.rows().contains(&"Notice Sent a secret line. Complete".to_owned()));
    assert!(!driver.stored().contains("hunter2") && !format!("{:?}", driver.app).contains("hunter2"));
    assert_eq!(driver.event(answer(1)), [], "once a connection");
}

#[test]
fn secret_in_on_connect_marks_its_position() {
    let (mut driver, effects) = with_source(&["login bob", " /SECRET", "/join lab"]);
    assert_eq!(effects, [vec![request(1)], sends(b"/nick bob\nlogin bob\n")].concat());
    assert_eq!(driver.event(answer(1)), [sends_hidden(b"hunter2\n"), sends(b"/join lab\n")].concat());
}

#[test]
fn the_secret_is_read_and_sent_once_per_connection() {
    let (mut driver, _) = with_source(&[]);
    driver.event(answer(1));
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(driver.event(answer(1)), []);
    let opened = driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert!(opened.contains(&request(2)), "{opened:?}");
    assert_eq!(driver.event(answer(1)), [], "the answer is for the previous connection");
    driver.after(Duration::from_secs(10));
    assert_eq!(driver.event(answer(2)), sends_hidden(b"hunter2\n"));
}

#[test]
fn typed_lines_do_not_overtake_the_secret() {
    let (mut driver, _) = with_source(&["/join lab"]);
    assert_eq!(driver.enter("hello"), []);
    assert_eq!(driver.draft(), "hello");
    assert!(driver.last().starts_with("Error The server's secret is still being read"), "{}", driver.last());
    driver.event(answer(1));
    assert_eq!(driver.act(Action::Submit), sends(b"hello\n"));
}

#[test]
fn an_unreadable_secret_stops_the_on_connect_lines() {
    for (lines, others) in [(&["/join lab"][..], ", nor were the lines after it"), (&[], "")] {
        let (mut driver, _) = with_source(lines);
        let result = Err("pass ended with status 1".to_owned());
        assert_eq!(driver.event(Event::Secret { tab: LinkId(0), number: 1, result }), []);
        let words = format!(
            "Error The secret was not sent{others}: pass ended with status 1. /secret sends one by hand. Complete"
        );
        assert_eq!(driver.last(), words);
        assert_eq!(driver.enter("hello"), sends(b"hello\n"));
    }
}

#[test]
fn secrets_in_on_connect_are_hidden_or_withheld() {
    let on_connect = [" /SECRET hunter2", "//secret hunter3", "/secret", "hi"].map(str::to_owned).to_vec();
    let mut driver = Driver::with(Settings { on_connect, paste_delay: Duration::ZERO, ..Settings::default() });
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    let effects = driver.after(Duration::from_secs(1));
    assert_eq!(effects, [sends_hidden(b"hunter2\n"), sends(b"hi\n")].concat());
    let rows = driver.rows().concat();
    assert!(rows.contains("Line 2 of on_connect may hold a secret and was not sent"), "{rows}");
    assert!(!rows.contains("hunter"), "{rows}");
    driver.enter("/set on_connect");
    assert!(driver.app.status_message().unwrap().contains("/secret (not shown)"), "{:?}", driver.app.status_message());
    driver.enter("/set");
    assert!(!driver.rows().concat().contains("hunter"));
}
