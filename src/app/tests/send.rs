//! Pastes, files, bytes and secrets: confirmation and paced sending.

use super::*;

const PACE: Duration = Duration::from_millis(50);

/// Returns the bytes that effects send.
fn sent(effects: &[Effect]) -> String {
    let bytes = effects.iter().filter_map(|effect| match effect {
        Effect::Link(_, LinkCommand::Send(bytes)) => Some(bytes.as_ref()),
        Effect::Link(_, LinkCommand::SendSecret(bytes)) => Some(bytes.as_slice()),
        _ => None,
    });
    String::from_utf8(bytes.collect::<Vec<_>>().concat()).unwrap()
}

impl Driver {
    fn paste(&mut self, text: &str) {
        assert_eq!(self.event(Event::Paste(text.to_owned())), [], "nothing leaves with a paste");
    }

    /// Waits one line delay and returns the bytes sent.
    fn pace(&mut self) -> String {
        self.now.elapsed += PACE;
        let effects = self.event(Event::Timer);
        sent(&effects)
    }
}

#[test]
fn a_one_line_paste_joins_the_draft_without_its_newline() {
    for text in ["one", "one\n", "one\r\n", "one\r"] {
        let mut driver = Driver::connected();
        driver.event(Event::Char('>'));
        driver.paste(text);
        assert_eq!((driver.draft(), driver.app.mode()), (">one", Mode::Input), "{text:?}");
    }
}

#[test]
fn several_pasted_lines_ask_first_and_keys_are_ignored() {
    let mut driver = Driver::connected();
    driver.enter("before");
    driver.event(Event::Char('d'));
    driver.paste("one\r\ntwo\rthree\n");
    for c in "yes send it jse".chars() {
        assert_eq!(driver.event(Event::Char(c)), []);
    }
    for action in
        [Action::HistoryPrevMatching, Action::Edit(Edit::DeleteBack), Action::Help, Action::Search, Action::EndOfInput]
    {
        assert_eq!(driver.act(action), []);
    }
    assert_eq!((driver.draft(), driver.app.mode()), ("d", Mode::SendPreview { chosen: 0 }));
    assert_eq!(driver.app.preview().unwrap().len(), 3);
}

#[test]
fn enter_right_after_a_paste_sends_nothing() {
    let mut driver = Driver::connected();
    driver.paste("one\ntwo\n");
    assert_eq!(driver.act(Action::Submit), []);
    assert_eq!((driver.draft(), driver.app.mode()), ("one\ntwo", Mode::Input));
}

#[test]
fn a_paste_can_be_joined_edited_or_cancelled() {
    for (action, draft) in [
        (Action::PreviewJoin, "a one two"),
        (Action::PreviewEdit, "a one\n two"),
        (Action::Cancel, "a "),
        (Action::QuitOrClear, "a "),
        (Action::AbortInput, "a "),
    ] {
        let mut driver = Driver::connected();
        driver.paste("a ");
        driver.paste("one\n two\n");
        assert_eq!(driver.act(action), []);
        assert_eq!((driver.draft(), driver.app.mode()), (draft, Mode::Input), "{action:?}");
    }
}

#[test]
fn arrows_select_a_choice_and_enter_takes_it() {
    let mut driver = Driver::connected();
    driver.paste("one\ntwo");
    for _ in 0..2 {
        driver.act(Action::Edit(Edit::Right));
    }
    driver.act(Action::Complete);
    driver.act(Action::CompleteBack);
    assert_eq!(sent(&driver.act(Action::Submit)), "one\n", "Send is the third");
    assert_eq!(driver.pace(), "two\n");
}

#[test]
fn paced_lines_are_sent_in_order_one_at_a_time() {
    let mut driver = Driver::connected();
    let text: String = (0..5000).flat_map(|n| ["line ".to_owned(), n.to_string(), "\n".to_owned()]).collect();
    driver.paste(&text);
    let mut all = sent(&driver.act(Action::PreviewSend));
    assert_eq!(all, "line 0\n", "the first at once");
    for _ in 1..5000 {
        assert_eq!(driver.app.deadline(), Some(driver.now.elapsed + PACE));
        let line = driver.pace();
        assert_eq!(line.lines().count(), 1);
        all.push_str(&line);
        let queued = driver.app.tab().traffic().queued;
        driver.link(LinkEvent::Written(queued));
    }
    assert_eq!(all, text);
    assert_eq!((driver.pace().as_str(), driver.app.deadline()), ("", None));
}

#[test]
fn without_a_delay_all_lines_that_fit_are_one_command() {
    let mut driver = Driver::connected();
    driver.enter("/set paste_delay 0");
    let text = "0123456789\n".repeat(200_000);
    driver.paste(&text);
    let mut all = String::new();
    let mut effects = driver.act(Action::PreviewSend);
    while let [Effect::Link(_, LinkCommand::Send(bytes))] = &effects[..] {
        assert!(bytes.len() <= crate::app::session::QUEUE_LIMIT && bytes.ends_with(b"9\n"), "whole lines");
        all.push_str(str::from_utf8(bytes).unwrap());
        let written = bytes.len();
        effects = driver.link(LinkEvent::Written(written));
        effects.extend(driver.event(Event::Timer));
    }
    assert_eq!(effects, []);
    assert!(all == text, "all of it, in order");
}

#[test]
fn esc_and_ctrl_c_stop_and_restore_the_rest() {
    for key in [Event::Action(Action::Cancel), Event::Action(Action::QuitOrClear)] {
        let mut driver = Driver::connected();
        driver.receive(b"welcome\n");
        driver.event(Event::Char('d'));
        driver.paste("1\n2\n3\n4\n");
        driver.act(Action::PreviewSend);
        assert_eq!(driver.pace(), "2\n");
        assert_eq!(driver.event(key), []);
        assert_eq!(driver.draft(), "3\n4\nd", "what was there before is behind it");
        driver.wait(Duration::from_secs(1));
        assert_eq!((driver.pace().as_str(), driver.app.deadline()), ("", None));
        assert!(driver.last().contains("Stopped after 2 of 4 lines."), "{}", driver.last());
    }
}

/// Returns this number of lines: `1`, `2`, ...
fn numbers(lines: usize) -> String {
    (1..=lines).map(|n| n.to_string()).collect::<Vec<_>>().join("\n")
}

impl Driver {
    /// Connects and enters a draft of this number of lines. Returns the bytes sent at once, too.
    fn entered(lines: usize, options: Settings) -> (Self, String) {
        let mut driver = Self::with(options);
        driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
        driver.receive(b"welcome\n");
        driver.write(&numbers(lines));
        let at_once = driver.act(Action::Submit);
        (driver, sent(&at_once))
    }

    /// Types text, with Alt-Enter between lines.
    fn write(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' => drop(self.act(Action::Edit(Edit::NewLine))),
                c => drop(self.event(Event::Char(c))),
            }
        }
    }

    /// Returns all bytes sent by timers.
    fn rest(&mut self) -> String {
        let effects = self.after(Duration::from_secs(60));
        sent(&effects)
    }
}

#[test]
fn a_draft_of_20_lines_is_sent_at_once_and_a_longer_one_paced() {
    for (lines, at_once) in [(2, numbers(2)), (20, numbers(20)), (21, "1".to_owned())] {
        let (mut driver, sent) = Driver::entered(lines, Settings::default());
        assert_eq!(sent, at_once + "\n", "{lines} lines");
        assert_eq!(sent + &driver.rest(), numbers(lines) + "\n");
    }
}

#[test]
fn an_explicit_delay_also_applies_to_short_drafts() {
    let options = Settings { paste_delay: Duration::from_secs(1), ..Settings::default() };
    assert_eq!(Driver::entered(3, options).1, "1\n");
    let mut driver = Driver::connected();
    // An explicit delay counts even if it equals the default.
    driver.enter("/set paste_delay 50ms");
    driver.write("1\n2");
    assert_eq!(sent(&driver.act(Action::Submit)), "1\n");
    assert_eq!(driver.pace(), "2\n");
}

#[test]
fn text_typed_after_enter_is_the_next_line() {
    let (mut driver, at_once) = Driver::entered(6, Settings::default());
    assert_eq!(at_once, "1\n2\n3\n4\n5\n6\n");
    assert_eq!(sent(&driver.enter("next")), "next\n");
    let (mut driver, at_once) = Driver::entered(30, Settings::default());
    for c in "next".chars() {
        driver.now.elapsed += Duration::from_millis(1);
        driver.event(Event::Char(c));
    }
    assert_eq!((driver.draft(), driver.app.tab().sending().is_some()), ("next", true), "no key is swallowed");
    assert_eq!(driver.act(Action::Submit), [], "it waits behind the others");
    assert_eq!(driver.draft(), "");
    assert_eq!(driver.app.tab().sending().unwrap().progress(), (1, 31));
    assert_eq!(at_once + &driver.rest(), numbers(30) + "\nnext\n");
    assert!(driver.app.tab().sending().is_none());
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.draft(), "next", "it is in the history like every line");
}

#[test]
fn other_keys_do_not_stop_a_paced_send() {
    let keys = [
        Action::Complete,
        Action::Edit(Edit::Left),
        Action::Edit(Edit::DeleteBack),
        Action::Edit(Edit::NewLine),
        Action::HistoryPrevMatching,
        Action::Help,
        Action::Search,
        Action::HistorySearch,
        Action::StartCommand,
        Action::CycleView,
        Action::EndOfInput,
        Action::AbortInput,
        Action::QuotedInsert,
    ];
    for key in keys {
        let (mut driver, _) = Driver::entered(30, Settings::default());
        driver.act(key);
        assert!(driver.app.tab().sending().is_some(), "{key:?}");
        assert_eq!(driver.rest().lines().count(), 29, "{key:?}");
    }
}

#[test]
fn lines_entered_during_a_paced_send_wait_in_order() {
    let (mut driver, at_once) = Driver::entered(25, Settings::default());
    driver.enter("one");
    driver.enter("");
    driver.write("two\nthree");
    driver.act(Action::Submit);
    driver.paste("four\nfive");
    driver.act(Action::PreviewSend);
    driver.enter("/raw six");
    driver.act(Action::PreviewSend);
    driver.enter("//seven");
    assert_eq!(at_once + &driver.rest(), numbers(25) + "\none\n\ntwo\nthree\nfour\nfive\nsix/seven\n");
}

#[test]
fn commands_refused_during_a_paced_send_stay_in_the_draft() {
    let (mut driver, _) = Driver::entered(30, Settings::default());
    driver.enter("/nick eve");
    assert_eq!(driver.draft(), "/nick eve");
    assert!(driver.last().starts_with("Error Lines are still being sent"), "{}", driver.last());
    driver.act(Action::Edit(Edit::DeleteToStart));
    driver.enter("/eof");
    assert_eq!(driver.app.mode(), Mode::Input);
    assert!(driver.last().starts_with("Error Lines are still being sent"), "{}", driver.last());
    driver.enter("/secret");
    driver.event(Event::Char('x'));
    assert_eq!(driver.act(Action::Submit), []);
    assert_eq!(driver.app.mode(), Mode::HiddenLine);
    assert!(driver.app.status_message().unwrap().starts_with("Nothing was sent: lines are still being sent"));
    driver.rest();
    assert_eq!(sent(&driver.act(Action::Submit)), "x\n");
}

#[test]
fn unsent_lines_return_before_the_draft() {
    let stops: [fn(&mut Driver); 3] = [
        |driver| drop(driver.act(Action::Cancel)),
        |driver| drop(driver.act(Action::QuitOrClear)),
        |driver| drop(driver.link(LinkEvent::Closed(CloseReason::ByPeer))),
    ];
    for stop in stops {
        for (typed_before, draft) in [("", "20\n21\nbehind\nnext"), ("ne", "20\n21\nbehind\nnext")] {
            let (mut driver, _) = Driver::entered(21, Settings::default());
            driver.after(PACE * 18);
            let queued = driver.app.tab().traffic().queued;
            driver.link(LinkEvent::Written(queued));
            driver.enter("behind");
            driver.write(typed_before);
            stop(&mut driver);
            assert!(driver.rows().iter().any(|row| row.contains("Stopped after 19 of 22 lines. The rest is in")));
            driver.write("next".strip_prefix(typed_before).unwrap());
            assert_eq!(driver.draft(), draft, "typed before: {typed_before:?}");
        }
    }
}

#[test]
fn restored_lines_can_be_sent_again_unchanged() {
    let (mut driver, _) = Driver::entered(21, Settings::default());
    driver.after(PACE * 18);
    driver.act(Action::Cancel);
    assert_eq!(sent(&driver.act(Action::Submit)), "20\n21\n", "without an empty line after it");
}

#[test]
fn a_command_runs_although_the_paced_send_stops() {
    let (mut driver, _) = Driver::entered(21, Settings::default());
    driver.after(PACE * 18);
    driver.write("/eol c");
    driver.act(Action::Cancel);
    assert!(driver.last().ends_with("The rest comes back to the input line after the command. Complete"));
    assert_eq!(driver.enter("rlf"), []);
    assert_eq!((driver.draft(), driver.app.tab().eol()), ("20\n21", crate::link::Eol::CrLf));
}

#[test]
fn closing_stops_a_paced_send_and_keeps_the_rest() {
    let (mut driver, _) = Driver::entered(21, Settings::default());
    let queued = driver.app.tab().traffic().queued;
    driver.link(LinkEvent::Written(queued));
    driver.enter("behind");
    driver.enter("/close");
    assert_eq!(driver.rest(), "", "nothing more goes out");
    driver.link(LinkEvent::Closed(CloseReason::ByUs));
    assert_eq!(driver.draft(), numbers(21).replacen("1\n", "", 1) + "\nbehind");

    let (mut driver, _) = Driver::entered(21, Settings::default());
    driver.enter("behind");
    driver.write("half");
    driver.act(Action::StartCommand);
    driver.enter("close!");
    let flash = driver.app.status_message().unwrap().to_owned();
    assert!(flash.contains("21 of its lines were not sent.") && flash.contains("Ctrl-Y"), "{flash}");
    driver.enter("127.0.0.1:2");
    driver.act(Action::Edit(Edit::Yank));
    let kept = numbers(21).replacen("1\n", "", 1) + "\nbehind\nhalf";
    assert_eq!(driver.draft(), kept);
}

#[test]
fn a_background_tab_keeps_sending_after_esc_elsewhere() {
    let (mut driver, _) = Driver::entered(21, Settings::default());
    driver.enter("behind");
    driver.enter("/connect 127.0.0.1:2");
    assert_eq!(driver.app.current(), 1);
    driver.act(Action::Cancel);
    assert!(driver.rest().ends_with("\n21\nbehind\n"));
}

#[test]
fn quitting_asks_while_lines_are_still_to_be_sent() {
    let (mut driver, _) = Driver::entered(30, Settings::default());
    assert_eq!(driver.enter("/quit"), []);
    assert_eq!(driver.app.mode(), Mode::ConfirmQuit);
    assert_eq!(driver.app.still_sending(), 29);
    driver.act(Action::Cancel);
    driver.rest();
    let queued = driver.app.tab().traffic().queued;
    driver.link(LinkEvent::Written(queued));
    assert_eq!(driver.enter("/quit"), [Effect::Quit]);
}

#[test]
fn lines_restored_while_the_editor_is_open_are_kept() {
    let drop_link = |driver: &mut Driver| driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    let started = || {
        let (mut driver, _) = Driver::entered(21, Settings::default());
        driver.after(PACE * 18);
        let queued = driver.app.tab().traffic().queued;
        driver.link(LinkEvent::Written(queued));
        driver
    };
    for (draft, text) in [("", "edited"), ("dra", "draft"), ("dra", "")] {
        let mut driver = started();
        driver.write(draft);
        driver.act(Action::OpenEditor);
        drop_link(&mut driver);
        driver.event(Event::EditorClosed(Ok(text.to_owned())));
        assert_eq!(driver.draft(), format!("20\n21\n{text}").trim_end(), "{draft:?}, {text:?}");
    }
    let mut driver = started();
    driver.act(Action::HistorySearch);
    driver.event(Event::Char('1'));
    drop_link(&mut driver);
    driver.act(Action::Complete);
    assert!(driver.draft().starts_with("1\n2\n"), "what was found: {}", driver.draft());
    driver.act(Action::HistoryNextMatching);
    driver.act(Action::Edit(Edit::TextEnd));
    driver.act(Action::HistoryNextMatching);
    assert_eq!(driver.draft(), "20\n21");
}

#[test]
fn scrolling_does_not_stop_a_paced_send() {
    let mut driver = Driver::connected();
    driver.paste("1\n2\n");
    driver.act(Action::PreviewSend);
    driver.act(Action::Scroll(Motion::PageUp));
    driver.event(Event::Focus(Focus::Unfocused));
    assert_eq!(driver.pace(), "2\n");
}

#[test]
fn a_lost_connection_stops_a_paced_send_and_keeps_the_rest() {
    let mut driver = Driver::connected();
    driver.paste("1\n2\n3\n");
    driver.act(Action::PreviewSend);
    driver.link(LinkEvent::Written(2));
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(driver.draft(), "2\n3");
    driver.act(Action::Cancel);
    assert_eq!(driver.app.deadline(), None, "not even to connect again, which Esc has stopped");
}

#[test]
fn a_paced_send_pauses_for_a_slow_server_and_resumes() {
    let mut driver = Driver::connected();
    driver.receive(b"welcome\n");
    let line = "x".repeat(QUEUE_LIMIT - 10);
    driver.paste(&format!("{line}\nsecond line\nthird\n"));
    driver.act(Action::PreviewSend);
    assert_eq!(driver.pace(), "");
    assert!(driver.app.tab().sending().unwrap().is_held_up());
    driver.wait(Duration::from_secs(1));
    assert_eq!(driver.app.deadline(), None, "the server wakes it, not the clock");
    driver.link(LinkEvent::Written(line.len() + 1));
    assert_eq!(sent(&driver.event(Event::Timer)), "second line\n");
    assert_eq!(driver.pace(), "third\n");
}

#[test]
fn a_paste_stays_in_the_preview_until_connected() {
    let mut driver = Driver::new();
    driver.paste("1\n2\n");
    assert_eq!(driver.act(Action::PreviewSend), []);
    assert_eq!(driver.app.mode(), Mode::SendPreview { chosen: 0 });
    assert!(driver.app.status_message().unwrap().contains("Alt-E moves it"), "Ctrl-C, as for a line, would lose it");
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert_eq!(sent(&driver.act(Action::PreviewSend)), "1\n");
}

#[test]
fn a_multi_line_draft_is_one_history_entry() {
    let mut driver = Driver::connected();
    driver.paste("//one\n\n/quit");
    driver.act(Action::PreviewEdit);
    assert_eq!(sent(&driver.act(Action::Submit)), "//one\n\n/quit\n", "whatever its lines begin with");
    assert_eq!(driver.draft(), "");
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.draft(), "//one\n\n/quit");
}

#[test]
fn paste_parts_share_one_preview() {
    let mut driver = Driver::connected();
    driver.paste("one\ntw");
    driver.paste("o\nthree");
    driver.act(Action::PreviewEdit);
    assert_eq!(driver.draft(), "one\ntwo\nthree");
}

#[test]
fn a_file_is_previewed_and_sent_as_lines() {
    let mut driver = Driver::connected();
    driver.enter("/eol crlf");
    let load = Effect::ReadFile { path: "notes.txt".into(), limit: 16 << 20 };
    assert_eq!(driver.enter("/send notes.txt"), [load]);
    let loaded = |result| Event::FileRead { path: "notes.txt".into(), result };
    assert_eq!(driver.event(loaded(Ok(b"one\n\xfftwo".to_vec()))), []);
    assert_eq!(driver.act(Action::PreviewEdit), []);
    assert!(driver.app.status_message().unwrap().contains("Line 2 is not UTF-8"), "{:?}", driver.app.status_message());
    assert_eq!(sent(&driver.act(Action::Submit)), "one\r\n");
    driver.now.elapsed += PACE;
    let effects = driver.event(Event::Timer);
    assert_eq!(effects, sends(b"\xfftwo\r\n"), "bytes that are no text go as they are");
    driver.event(loaded(Err("No such file: notes.txt.".into())));
    assert_eq!(driver.last(), "Error No such file: notes.txt. Complete");
    driver.event(loaded(Ok(Vec::new())));
    assert!(driver.last().contains("is empty"), "{}", driver.last());
}

#[test]
fn bytes_are_previewed_and_sent_unchanged() {
    for (line, bytes) in [(r"/raw hello\x00\n", &b"hello\0\n"[..]), ("/hex 68 69 0a", b"hi\n"), (r"/raw \xff", b"\xff")]
    {
        let mut driver = Driver::connected();
        assert_eq!(driver.enter(line), [], "{line} asks first");
        assert_eq!(driver.app.preview().unwrap().line(0), Some(bytes));
        let send = LinkCommand::Send(Bytes::copy_from_slice(bytes));
        assert_eq!(driver.act(Action::Submit), [Effect::Link(LinkId(0), send)]);
    }
    for wrong in ["/raw", "/hex", "/hex 6", r"/raw \q"] {
        let mut driver = Driver::connected();
        assert_eq!(driver.enter(wrong), []);
        assert_eq!((driver.draft(), driver.app.mode()), (wrong, Mode::Input));
        assert!(driver.last().starts_with("Error"), "{wrong}: {}", driver.last());
    }
}

#[test]
fn eol_changes_the_line_ending() {
    let mut driver = Driver::connected();
    for (word, end) in [("crlf", "\r\n"), ("CR", "\r"), ("nul", "\0"), ("none", ""), ("lf", "\n")] {
        driver.enter(&format!("/eol {word}"));
        assert_eq!(sent(&driver.enter("x")), format!("x{end}"));
    }
    driver.enter("/eol dos");
    assert!(driver.last().contains("lf, crlf, cr, nul or none"));
    assert_eq!(driver.draft(), "/eol dos");
}

#[test]
fn a_secret_line_is_sent_and_stored_nowhere() {
    let mut driver = Driver::connected();
    driver.enter("/secret");
    driver.event(Event::Paste("hunter2 and\nmore".into()));
    driver.act(Action::Edit(Edit::DeleteWordBack));
    driver.event(Event::Char('!'));
    assert_eq!(sent(&driver.act(Action::Submit)), "hunter2 !\n");
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.draft(), "", "and the command that asked for it is not worth keeping");
    let seen = format!("{:?} {:?}", driver.rows(), driver.app);
    assert!(!seen.contains("hunter2"), "{seen}");
}

#[test]
fn a_cancelled_secret_is_discarded() {
    let mut driver = Driver::connected();
    driver.enter("/secret");
    driver.event(Event::Char('x'));
    for action in [Action::Help, Action::Search, Action::OpenEditor, Action::HistoryPrevMatching] {
        assert_eq!(driver.act(action), []);
        assert_eq!(driver.app.mode(), Mode::HiddenLine);
    }
    assert_eq!(driver.act(Action::Cancel), []);
    assert!(driver.app.hidden_line().is_none());
    assert_eq!(driver.draft(), "");
}

#[test]
fn a_command_can_be_entered_over_a_draft() {
    let mut driver = Driver::connected();
    driver.event(Event::Paste("half a line".into()));
    driver.act(Action::StartCommand);
    assert_eq!(driver.draft(), "/");
    // A slash typed out of habit is accepted.
    for c in "/eol crlf".chars() {
        driver.event(Event::Char(c));
    }
    driver.act(Action::Submit);
    assert_eq!((driver.draft(), driver.app.tab().eol()), ("half a line", crate::link::Eol::CrLf));
    driver.act(Action::StartCommand);
    driver.act(Action::Cancel);
    assert_eq!(driver.draft(), "half a line");
}

#[test]
fn without_a_delay_any_number_of_lines_is_one_command() {
    let mut driver = Driver::with(Settings { paste_delay: Duration::ZERO, ..Settings::default() });
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    driver.paste(&"x\n".repeat(5000));
    let effects = driver.act(Action::PreviewSend);
    assert_eq!((effects.len(), sent(&effects)), (1, "x\n".repeat(5000)));
}

#[test]
fn a_line_filling_the_queue_is_sent_and_one_byte_more_is_not() {
    let mut driver = Driver::connected();
    driver.paste(&format!("{}\ny", "x".repeat(QUEUE_LIMIT)));
    assert_eq!(driver.act(Action::PreviewSend), []);
    assert!(
        driver.app.status_message().unwrap().contains("at most 1048576 can be queued"),
        "{:?}",
        driver.app.status_message()
    );
    driver.act(Action::Cancel);
    driver.paste(&format!("{}\ny", "x".repeat(QUEUE_LIMIT - 1)));
    assert_eq!(sent(&driver.act(Action::PreviewSend)).len(), QUEUE_LIMIT);
}

#[test]
fn a_late_file_does_not_replace_the_current_send() {
    let mut driver = Driver::connected();
    driver.enter("/send slow.txt");
    driver.paste("1\n2\n3\n");
    driver.act(Action::PreviewSend);
    driver.event(Event::FileRead { path: "slow.txt".into(), result: Ok(b"file".to_vec()) });
    assert!(driver.last().contains("Use /send again"), "{}", driver.last());
    assert_eq!((driver.pace(), driver.pace()), ("2\n".to_owned(), "3\n".to_owned()));
}

#[test]
fn two_stashed_drafts_are_both_restored() {
    let mut driver = Driver::connected();
    driver.paste("one");
    driver.act(Action::StartCommand);
    driver.act(Action::Edit(Edit::DeleteBack));
    driver.paste("two");
    driver.act(Action::StartCommand);
    driver.act(Action::Cancel);
    assert_eq!(driver.draft(), "one\ntwo");
}

#[test]
fn hidden_input_and_search_have_one_line() {
    let mut driver = Driver::connected();
    driver.enter("/secret");
    driver.event(Event::Char('a'));
    driver.act(Action::Edit(Edit::NewLine));
    driver.event(Event::Char('b'));
    assert_eq!(sent(&driver.act(Action::Submit)), "ab\n");
    driver.act(Action::Search);
    driver.act(Action::Edit(Edit::NewLine));
    assert_eq!(driver.app.tab().search().unwrap().prompt().text(), "");
}

#[test]
fn a_late_file_does_not_interrupt_another_mode() {
    let loaded = || Event::FileRead { path: "f".into(), result: Ok(b"FILE".to_vec()) };
    for action in [
        Action::EndOfInput,
        Action::HistorySearch,
        Action::Search,
        Action::PlainTextMode,
        Action::Help,
        Action::QuitOrClear,
    ] {
        let mut driver = Driver::connected();
        driver.enter("/send f");
        driver.act(action);
        let mode = driver.app.mode();
        assert_eq!(driver.event(loaded()), []);
        assert!(driver.app.mode() == mode && driver.app.preview().is_none(), "{action:?}");
    }
    let mut driver = Driver::connected();
    driver.enter("/send f");
    driver.event(Event::Char('h'));
    driver.event(loaded());
    assert_eq!(driver.act(Action::Submit), [], "this Enter was for the line");
    assert_eq!(driver.draft(), "h");
}

#[test]
fn a_paste_does_not_join_previewed_bytes() {
    let mut driver = Driver::connected();
    driver.enter("/hex 68 69");
    driver.paste("PASTED\n");
    assert_eq!(sent(&driver.act(Action::PreviewSend)), "hi");
}

#[test]
fn each_sent_secret_has_a_notice_in_its_place() {
    let mut driver = Driver::connected();
    driver.receive(b"Password: ");
    for _ in 0..2 {
        driver.enter("/secret");
        driver.event(Event::Char('x'));
        driver.act(Action::Submit);
    }
    driver.receive(b"Welcome\r\n");
    let rows = driver.rows();
    let expected = [
        "Received Password:  Interrupted",
        "Notice Sent a secret line. Complete",
        "Notice Sent a secret line. Complete",
        "Received Welcome CrLf",
    ];
    assert_eq!(rows[rows.len() - 4..], expected);
}

#[test]
fn an_unsent_secret_is_reported_but_not_shown() {
    let mut driver = Driver::connected();
    driver.enter("/secret");
    driver.event(Event::Paste("a long password indeed".into()));
    driver.act(Action::Submit);
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(
        driver.last(),
        "Error Not sent: the last 23 bytes did not leave this machine. They include the secret line. Complete"
    );
}

#[test]
fn raw_and_secret_keep_surrounding_spaces() {
    let mut driver = Driver::connected();
    driver.enter("/raw login: ");
    assert_eq!(sent(&driver.act(Action::Submit)), "login: ");
    driver.enter("/secret  pass ");
    assert_eq!(sent(&driver.act(Action::Submit)), " pass \n");
}

#[test]
fn refused_data_frees_the_queue_for_the_next_line() {
    let mut driver = Driver::connected();
    driver.paste(&format!("{}\nsecond\n", "x".repeat(QUEUE_LIMIT - 5)));
    let effects = driver.act(Action::PreviewSend);
    let [Effect::Link(_, LinkCommand::Send(bytes))] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(driver.pace(), "");
    driver.link(LinkEvent::NotSent(bytes.clone()));
    assert_eq!(sent(&driver.event(Event::Timer)), "second\n");
}

#[test]
fn a_prepended_text_keeps_the_cursor_position() {
    let mut driver = Driver::connected();
    driver.paste("draft");
    driver.act(Action::Edit(Edit::Left));
    driver.paste("1\n2\n");
    driver.act(Action::PreviewSend);
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.event(Event::Char('!'));
    assert_eq!(driver.draft(), "2\ndraf!t");
}

#[test]
fn a_refused_send_names_the_keys_of_the_preview() {
    let mut driver = Driver::connected();
    driver.paste("1\n2\n");
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.act(Action::PreviewSend);
    let words = "Nothing was sent: not connected. Alt-S tries again, Alt-E moves it to the input line.";
    assert_eq!(driver.app.status_message(), Some(words));
}

#[test]
fn a_secret_is_hidden_with_or_without_a_connection() {
    let mut driver = Driver::connected();
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.enter("/secret");
    driver.event(Event::Paste("hunter2\nand more\n".into()));
    assert!(driver.app.status_message().unwrap().contains("first line"));
    assert_eq!(driver.act(Action::Submit), []);
    assert_eq!((driver.draft(), driver.app.mode()), ("", Mode::HiddenLine));
    assert!(driver.app.status_message().unwrap().starts_with("Nothing was sent: not connected."));
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert_eq!(sent(&driver.act(Action::Submit)), "hunter2\n");
}

#[test]
fn a_dismissed_paste_can_be_yanked() {
    let mut driver = Driver::connected();
    driver.paste("1\n2\n");
    driver.act(Action::QuitOrClear);
    assert_eq!(driver.draft(), "");
    driver.act(Action::Edit(Edit::Yank));
    assert_eq!(driver.draft(), "1\n2");
}
