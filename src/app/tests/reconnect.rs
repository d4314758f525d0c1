//! Reconnecting, automatic lines, and unsent lines.

use super::*;
use crate::app::session::pending_send::PendingSource;
use crate::app::transcript::RowKind;
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

/// Returns the delay before an attempt, without jitter.
fn nominal(attempt: u32) -> Duration {
    SECOND * [1, 2, 4, 8].get(attempt as usize - 1).copied().unwrap_or(15)
}

fn refused() -> CloseReason {
    CloseReason::Failed(LinkError { op: LinkOp::Connect, endpoint: endpoint(), addr: None, cause: ErrorCause::Refused })
}

fn no_route() -> CloseReason {
    CloseReason::Failed(LinkError {
        op: LinkOp::Connect,
        endpoint: endpoint(),
        addr: None,
        cause: ErrorCause::Unreachable,
    })
}

impl Driver {
    fn opened(&mut self) -> Vec<Effect> {
        self.on_link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() })
    }

    /// Returns the link commands of an event, without the recent-server effect.
    fn on_link(&mut self, event: LinkEvent) -> Vec<Effect> {
        let effects = self.link(event);
        effects.into_iter().filter(|effect| matches!(effect, Effect::Link(..))).collect()
    }

    fn closed(&mut self, reason: CloseReason) {
        assert_eq!(self.on_link(LinkEvent::Closed(reason)), [], "nothing at once");
    }

    /// Returns a driver whose useful connection was dropped.
    fn dropped(options: Settings) -> Self {
        let mut driver = Self::with(options);
        driver.opened();
        driver.receive(b"welcome\n");
        driver.after(SECOND);
        driver.enter("hello");
        driver.link(LinkEvent::Written(6));
        driver.closed(CloseReason::ByPeer);
        driver
    }

    fn waiting(&self) -> Option<&ReconnectWait> {
        match self.app.tab().link() {
            LinkState::Waiting(waiting) => Some(waiting),
            _ => None,
        }
    }

    /// Waits for the next attempt and returns the time waited.
    fn attempt(&mut self) -> Duration {
        let from = self.now.elapsed;
        while self.waiting().is_some() {
            let at = self.app.deadline().unwrap();
            let effects = self.after(at.saturating_sub(self.now.elapsed));
            if !effects.is_empty() {
                assert_eq!(effects, opens());
            }
        }
        self.now.elapsed.saturating_sub(from)
    }
}

#[test]
fn reconnect_delays_are_1_2_4_8_15_15_seconds() {
    let mut driver = Driver::dropped(Settings::default());
    for attempt in 1..50 {
        let took = driver.attempt();
        let least = nominal(attempt);
        assert!(least <= took && took <= least * 6 / 5, "attempt {attempt} after {took:?}");
        assert_eq!(driver.app.tab().attempt(), Some(attempt));
        driver.closed(refused());
    }
}

#[test]
fn a_useful_connection_is_restored_when_lost() {
    for (reconnect, spoke, lasted, reason, is_restored) in [
        (Reconnect::Auto, false, 1, CloseReason::ByPeer, false),
        (Reconnect::Auto, true, 1, CloseReason::ByPeer, true),
        (Reconnect::Auto, false, 29, CloseReason::ByPeer, false),
        (Reconnect::Auto, false, 30, CloseReason::ByPeer, true),
        (Reconnect::Auto, true, 1, no_route(), true),
        (Reconnect::Auto, true, 100, CloseReason::ByUs, false),
        (Reconnect::Auto, true, 100, CloseReason::Cancelled, false),
        (Reconnect::Always, false, 1, CloseReason::ByPeer, true),
        (Reconnect::Always, true, 100, CloseReason::ByUs, false),
        (Reconnect::Never, true, 100, CloseReason::ByPeer, false),
    ] {
        let mut driver = Driver::with(Settings { reconnect, nick: Some("bob".to_owned()), ..Settings::default() });
        driver.opened();
        driver.receive(b"welcome\n");
        if spoke {
            driver.enter("hello");
        }
        driver.after(lasted * SECOND);
        driver.closed(reason.clone());
        assert_eq!(driver.waiting().is_some(), is_restored, "{reconnect:?}, {spoke}, {lasted} s, {reason:?}");
    }
}

#[test]
fn a_failed_first_connect_is_retried_only_with_always() {
    for (reconnect, is_repeated) in [(Reconnect::Auto, false), (Reconnect::Always, true), (Reconnect::Never, false)] {
        let mut driver = Driver::with(Settings { reconnect, ..Settings::default() });
        driver.closed(refused());
        assert_eq!(driver.waiting().is_some(), is_repeated, "{reconnect:?}");
    }
}

#[test]
fn a_server_that_accepts_and_closes_gets_longer_delays() {
    let mut driver = Driver::with(Settings { reconnect: Reconnect::Always, ..Settings::default() });
    for attempt in 1..10 {
        driver.opened();
        driver.receive(b"busy\n");
        driver.closed(CloseReason::ByPeer);
        assert!(driver.attempt() >= nominal(attempt));
    }
    driver.opened();
    driver.receive(b"welcome\n");
    driver.enter("hello");
    driver.closed(CloseReason::ByPeer);
    assert_eq!(driver.waiting().map(|waiting| waiting.attempt), Some(1), "that one was of use");
}

#[test]
fn a_greet_and_close_server_is_retried_three_times() {
    let mut driver = Driver::dropped(Settings::default());
    for attempt in 1..4 {
        assert!(driver.attempt() >= nominal(attempt));
        driver.opened();
        driver.closed(CloseReason::ByPeer);
    }
    let hang_up = |driver: &mut Driver| {
        driver.attempt();
        driver.opened();
        driver.receive(b"Thank you for connecting");
        driver.after(5 * SECOND);
        driver.closed(CloseReason::ByPeer);
    };
    hang_up(&mut driver);
    hang_up(&mut driver);
    driver.attempt();
    driver.closed(refused());
    for _ in 0..3 {
        assert!(driver.waiting().is_some(), "a server that was away in between has been restarted");
        hang_up(&mut driver);
    }
    assert_eq!(driver.waiting(), None);
    assert!(driver.last().ends_with("Enter reconnects. Complete"), "{}", driver.last());
}

#[test]
fn enter_connects_now_and_keeps_the_attempt_count() {
    let mut driver = Driver::dropped(Settings::default());
    driver.attempt();
    driver.closed(refused());
    assert_eq!(driver.enter(""), opens());
    assert_eq!(driver.app.tab().attempt(), Some(2));
    driver.closed(refused());
    assert_eq!(driver.waiting().map(|waiting| waiting.attempt), Some(3));
}

#[test]
fn esc_and_close_stop_reconnecting_at_any_time() {
    let stopped = "Notice Stopped reconnecting. Enter reconnects. Complete";
    // The command is still in the draft when it runs.
    let closed = "Notice Stopped reconnecting. Enter on an empty line reconnects. Complete";
    let esc: fn(&mut Driver) -> Vec<Effect> = |driver| driver.act(Action::Cancel);
    let close: fn(&mut Driver) -> Vec<Effect> = |driver| driver.enter("/close");
    for (stop, at_once) in [(esc, stopped), (close, closed)] {
        let mut driver = Driver::dropped(Settings::default());
        assert_eq!(stop(&mut driver), []);
        assert_eq!((driver.last().as_str(), driver.app.deadline()), (at_once, None));
        assert_eq!(driver.enter(""), opens());

        let mut driver = Driver::dropped(Settings::default());
        driver.attempt();
        assert_eq!(stop(&mut driver), [Effect::Link(LinkId(0), LinkCommand::Close)]);
        driver.closed(CloseReason::Cancelled);
        assert_eq!((driver.last().as_str(), driver.app.deadline()), (stopped, None));

        let mut driver = Driver::dropped(Settings::default());
        driver.attempt();
        stop(&mut driver);
        driver.closed(refused());
        assert!(driver.waiting().is_none(), "that it failed was on its way already");
    }
}

#[test]
fn a_drop_during_close_is_not_reconnected() {
    let mut driver = Driver::connected();
    driver.enter("hello");
    driver.enter("/close");
    driver.closed(CloseReason::ByPeer);
    assert!(driver.waiting().is_none());
}

#[test]
fn no_reconnect_after_quit_or_half_close() {
    for line in ["//quit", "/eof"] {
        let mut driver = Driver::connected();
        driver.enter("hello");
        driver.enter(line);
        driver.act(Action::Submit);
        driver.closed(CloseReason::ByPeer);
        assert_eq!(driver.waiting().is_none(), line == "/eof", "{line}: an empty line went out after it");
    }
    let mut driver = Driver::connected();
    driver.enter("//quit");
    driver.closed(CloseReason::ByPeer);
    assert!(driver.waiting().is_none());
}

impl Driver {
    /// Returns a driver that was greeted and has sent this line.
    fn after_line(line: &str, options: Settings) -> Self {
        let mut driver = Self::with(options);
        driver.opened();
        driver.receive(b"welcome\n");
        driver.after(SECOND);
        driver.enter(line);
        driver.write_all();
        driver
    }

    fn write_all(&mut self) {
        let queued = self.app.tab().traffic().queued;
        self.link(LinkEvent::Written(queued));
    }

    /// Receives data after this time.
    fn receive_after(&mut self, time: Duration, words: &[u8]) {
        self.after(time);
        self.receive(words);
    }
}

fn reset() -> CloseReason {
    CloseReason::Failed(LinkError { op: LinkOp::Read, endpoint: endpoint(), addr: None, cause: ErrorCause::Reset })
}

#[test]
fn a_close_with_the_answer_is_final() {
    for (to_answer, to_close) in [(0, 0), (0, 1999), (9000, 999)] {
        let mut driver = Driver::after_line("hello", Settings::default());
        driver.receive_after(Duration::from_millis(to_answer), b"oll");
        driver.receive(b"eh\r\n");
        driver.after(Duration::from_millis(to_close));
        driver.closed(CloseReason::ByPeer);
        assert_eq!(driver.waiting(), None, "answered after {to_answer} ms, closed {to_close} ms later");
        assert!(driver.last().ends_with("Enter reconnects. Complete"), "{}", driver.last());
        assert_eq!(driver.after(3600 * SECOND), []);
        assert_eq!(driver.enter(""), opens());
        driver.opened();
        driver.enter("hello");
        driver.write_all();
        driver.closed(CloseReason::ByPeer);
        assert!(driver.waiting().is_some(), "an earlier answer is not the answer to a later line");
    }
}

/// Name of a case, and the events after the line.
type Case = (&'static str, fn(&mut Driver));

#[test]
fn a_close_without_an_answer_is_restored() {
    let course: &[Case] = &[
        ("nothing was said", |_| {}),
        ("the last line has no answer", |driver| {
            driver.receive(b"olleh\n");
            driver.enter("again");
            driver.write_all();
        }),
        ("the last line has not left", |driver| {
            driver.enter("again");
            driver.receive(b"olleh\n");
        }),
        ("the server paused after it had answered", |driver| {
            driver.receive(b"olleh\n");
            driver.after(2 * SECOND);
        }),
        ("others went on talking", |driver| {
            driver.receive(b"olleh\n");
            driver.receive_after(SECOND, b"eve: hi\n");
            driver.receive_after(SECOND / 2, b"bob: hi\n");
        }),
        ("others talk all the time", |driver| {
            (0..20).for_each(|_| driver.receive_after(SECOND / 2, b"eve: hi\n"));
        }),
        ("nobody answered for long", |driver| driver.receive_after(10 * SECOND, b"eve: hi\n")),
    ];
    for (what, happens) in course {
        let mut driver = Driver::after_line("hello", Settings::default());
        happens(&mut driver);
        driver.closed(CloseReason::ByPeer);
        assert!(driver.waiting().is_some(), "{what}");
    }
    for reason in [reset(), no_route()] {
        let mut driver = Driver::after_line("hello", Settings::default());
        driver.receive(b"olleh\n");
        driver.closed(reason.clone());
        assert!(driver.waiting().is_some(), "{reason:?} is no clean close");
    }
}

#[test]
fn answers_to_automatic_lines_are_not_final() {
    let options = Settings {
        nick: Some("bob".to_owned()),
        on_connect: vec!["/join lab".to_owned()],
        paste_delay: Duration::ZERO,
        ..Settings::default()
    };
    let mut driver = Driver::with(options);
    driver.opened();
    driver.receive(b"welcome\n");
    driver.write_all();
    driver.after(60 * SECOND);
    driver.receive(b"* You are bob\n");
    driver.closed(CloseReason::ByPeer);
    assert!(driver.waiting().is_some());
}

#[test]
fn after_a_goodbye_every_end_is_final() {
    let goodbyes = [
        "quit",
        "QUIT",
        "QUIT :so long",
        "quit :",
        "exit",
        "Logout",
        "bye",
        "BYE ",
        " .quit",
        "//quit",
        "/raw QUIT\\r\\n",
        "/raw NICK bob\\r\\nQUIT :bye\\r\\n",
    ];
    for goodbye in goodbyes {
        for reason in [CloseReason::ByPeer, reset()] {
            let mut driver = Driver::after_line("hello", Settings::default());
            driver.enter(goodbye);
            if driver.app.preview().is_some() {
                driver.act(Action::PreviewSend);
            }
            driver.closed(reason.clone());
            assert_eq!(driver.waiting(), None, "{goodbye}, {reason:?}");
        }
    }
    for line in ["quite", "QUIT now", "goodbye", "bye all", "exit\u{7f}", "quitting :x", "help quit"] {
        let mut driver = Driver::after_line(line, Settings::default());
        driver.closed(CloseReason::ByPeer);
        assert!(driver.waiting().is_some(), "{line} is no goodbye");
    }
}

#[test]
fn a_goodbye_counts_as_the_last_line_only() {
    let mut driver = Driver::after_line("quit", Settings::default());
    driver.enter("no, wait");
    driver.write_all();
    driver.closed(CloseReason::ByPeer);
    assert!(driver.waiting().is_some());
    // No line was sent on the next connection yet.
    let mut driver = Driver::after_line("quit", Settings::default());
    driver.closed(CloseReason::ByPeer);
    driver.enter("");
    driver.opened();
    driver.after(30 * SECOND);
    driver.closed(CloseReason::ByPeer);
    assert!(driver.waiting().is_some());
}

#[test]
fn a_goodbye_at_the_end_of_a_paste_or_after_a_nickname_counts() {
    let mut driver = Driver::after_line("EHLO here", Settings::default());
    driver.event(Event::Paste("NOOP\nQUIT\n".into()));
    driver.act(Action::PreviewSend);
    driver.after(SECOND);
    driver.closed(CloseReason::ByPeer);
    assert_eq!(driver.waiting(), None);

    let options = Settings { nick: Some("bob".to_owned()), nick_mode: NickMode::Prefix, ..Settings::default() };
    let mut driver = Driver::after_line("bye", options);
    driver.closed(CloseReason::ByPeer);
    assert_eq!(driver.waiting(), None);
}

#[test]
fn always_and_never_override_answers_and_goodbyes() {
    for (reconnect, is_restored) in [(Reconnect::Always, true), (Reconnect::Never, false)] {
        for line in ["hello", "QUIT"] {
            let mut driver = Driver::after_line(line, Settings { reconnect, ..Settings::default() });
            driver.receive(b"221 bye\r\n");
            driver.closed(CloseReason::ByPeer);
            assert_eq!(driver.waiting().is_some(), is_restored, "{reconnect:?}, {line}");
        }
    }
}

#[test]
fn a_close_that_answers_a_secret_line_is_final() {
    let mut driver = Driver::after_line("/secret quit", Settings::default());
    driver.act(Action::Submit);
    driver.write_all();
    driver.receive(b"Login incorrect\r\n");
    driver.closed(CloseReason::ByPeer);
    assert_eq!(driver.waiting(), None);
}

#[test]
fn background_tabs_reconnect_by_the_same_rule() {
    for (answer, is_restored) in [(true, false), (false, true)] {
        let mut driver = Driver::after_line("hello", Settings::default());
        driver.enter("/connect 127.0.0.1:2");
        assert_eq!(driver.app.tabs().len(), 2);
        if answer {
            driver.receive(b"olleh\r\n");
        }
        driver.closed(CloseReason::ByPeer);
        let is_waiting = matches!(driver.app.tabs()[0].link(), LinkState::Waiting(_));
        assert_eq!(is_waiting, is_restored, "answered: {answer}");
    }
}

#[test]
fn enter_with_a_draft_neither_sends_nor_loses_it() {
    let mut driver = Driver::after_line("QUIT", Settings::default());
    "half".chars().for_each(|c| drop(driver.event(Event::Char(c))));
    driver.closed(CloseReason::ByPeer);
    assert!(driver.last().ends_with("Enter on an empty line reconnects. Complete"), "{}", driver.last());
    assert_eq!(driver.act(Action::Submit), []);
    assert_eq!(driver.draft(), "half");
    assert!(
        driver.last().starts_with("Error Not connected. To reconnect, clear the line (Ctrl-C)"),
        "{}",
        driver.last()
    );
}

#[test]
fn connecting_elsewhere_stops_reconnecting() {
    let mut driver = Driver::dropped(Settings::default());
    assert_eq!(driver.app.open(Endpoint::parse("127.0.0.1:2").unwrap()).effects.len(), 1);
    driver.closed(refused());
    assert!(driver.waiting().is_none());
}

#[test]
fn drop_and_reasons_are_reported_once_and_return_by_a_rule() {
    let mut driver = Driver::dropped(Settings::default());
    let from = driver.rows().len() - 1;
    for reason in [refused(), refused(), refused(), no_route(), no_route()] {
        driver.attempt();
        driver.closed(reason);
    }
    driver.attempt();
    driver.opened();
    let rows = driver.rows();
    let expected = [
        "Notice The server closed the connection after 1 s. Reconnecting in 1 s; Esc to stop. Complete",
        "Error Nothing is listening on 127.0.0.1:12345",
        "Error No route to 127.0.0.1:12345.",
        "Separator reconnected 00:00:01, away ",
    ];
    assert_eq!(rows.len() - from, expected.len(), "{rows:?}");
    for (row, expected) in rows[from..].iter().zip(expected) {
        assert!(row.starts_with(expected), "{row}");
    }
}

#[test]
fn a_reconnect_is_noted_in_every_log_and_filter() {
    let mut driver = Driver::dropped(Settings::default());
    driver.attempt();
    driver.opened();
    driver.receive(b"one\ntwo\n");
    driver.enter("/filter two");
    let tab = driver.app.tab();
    let rule = tab.transcript().rows().find(|row| row.kind == RowKind::Separator).unwrap();
    assert_eq!(tab.visible_rows().at_or_after(tab.transcript(), rule.id).map(|item| item.first), Some(rule.id));
}

#[test]
fn nickname_and_on_connect_lines_follow_the_greeting() {
    let options = || Settings {
        nick: Some("bob".to_owned()),
        on_connect: vec!["/join lab".to_owned(), "hi all".to_owned()],
        ..Settings::default()
    };
    let mut driver = Driver::with(options());
    assert_eq!(driver.opened(), []);
    assert_eq!(driver.link(LinkEvent::Received(Bytes::from_static(b"wel"))), sends(b"/nick bob\n"));
    assert_eq!(driver.link(LinkEvent::Received(Bytes::from_static(b"come\n"))), []);
    assert_eq!(driver.after(Duration::from_millis(50)), sends(b"/join lab\n"));
    assert_eq!(driver.after(Duration::from_millis(49)), []);
    assert_eq!(driver.after(Duration::from_millis(1)), sends(b"hi all\n"));
    assert_eq!(driver.after(10 * SECOND), []);

    let mut driver = Driver::with(options());
    driver.opened();
    assert_eq!(driver.after(Duration::from_millis(299)), []);
    assert_eq!(driver.after(Duration::from_millis(1)), sends(b"/nick bob\n"), "it does not greet");
    driver.closed(CloseReason::ByPeer);
    assert_eq!(driver.after(10 * SECOND), [], "what was left is forgotten");
}

#[test]
fn the_nickname_is_sent_first_and_can_be_replaced() {
    let options =
        || Settings { nick: Some("bob".to_owned()), on_connect: vec!["/join lab".to_owned()], ..Settings::default() };
    let sent = |effects: Vec<Effect>| -> String {
        let bytes = effects.into_iter().filter_map(|effect| match effect {
            Effect::Link(_, LinkCommand::Send(bytes)) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            _ => None,
        });
        bytes.collect()
    };
    let mut driver = Driver::with(options());
    driver.opened();
    assert_eq!(sent(driver.enter("hello")), "/nick bob\n/join lab\nhello\n");
    assert_eq!(driver.after(10 * SECOND), []);

    let mut driver = Driver::with(options());
    driver.opened();
    assert_eq!(sent(driver.enter("/nick eve")), "/nick eve\n/join lab\n");
    driver.closed(CloseReason::ByPeer);
    driver.attempt();
    driver.opened();
    assert_eq!(sent(driver.after(SECOND)), "/nick eve\n/join lab\n", "as from then on");

    let mut driver = Driver::with(options());
    driver.opened();
    driver.enter("/eof");
    assert_eq!(sent(driver.act(Action::Submit)), "/nick bob\n/join lab\n", "before our side ends");
}

#[test]
fn prefix_mode_prepends_the_nickname_to_each_line() {
    let options = Settings {
        nick: Some("bob".to_owned()),
        nick_mode: NickMode::Prefix,
        paste_delay: Duration::ZERO,
        ..Settings::default()
    };
    let mut driver = Driver::with(options);
    driver.opened();
    driver.receive(b"welcome\n");
    assert_eq!(driver.after(SECOND), [], "the server is not asked");
    assert_eq!(driver.enter("hello"), sends(b"bob: hello\n"));
    assert_eq!(driver.enter("//x"), sends(b"bob: /x\n"));
    assert_eq!(driver.enter(""), sends(b"\n"));
    driver.event(Event::Paste("one\ntwo\n".into()));
    assert_eq!(driver.act(Action::PreviewSend), sends(b"bob: one\nbob: two\n"));
    driver.enter("/secret key");
    assert_eq!(driver.act(Action::Submit), sends_hidden(b"bob: key\n"));
    driver.enter("/raw x");
    assert_eq!(driver.act(Action::Submit), sends(b"x"));
    assert_eq!(driver.enter("/nick eve"), []);
    assert_eq!(driver.last(), "Notice Your lines are sent as eve: line; no request goes to the server. Complete");
    driver.event(Event::Paste("12345".into()));
    assert_eq!(driver.app.longest_outgoing_line(), "eve: 12345\n".len());
    driver.receive(b"zoe: hi eve\n");
    assert_eq!(driver.app.tab().mentions_up_to(driver.app.tab().transcript().next()).1, 1);
}

#[test]
fn a_line_entered_between_connections_stays_in_the_input() {
    let mut driver = Driver::dropped(Settings::default());
    assert_eq!(driver.enter("late"), []);
    assert_eq!(driver.draft(), "late");
    assert!(driver.last().starts_with("Error Not connected yet"), "{}", driver.last());
}

/// Returns a driver with two of three lines unsent, one of them in part, and an unsent nickname request.
fn with_unsent() -> Driver {
    let mut driver = Driver::with(Settings { nick: Some("bob".to_owned()), ..Settings::default() });
    driver.opened();
    driver.enter("one");
    driver.enter("two");
    driver.enter("/secret key");
    driver.act(Action::Submit);
    driver.enter("three");
    driver.link(LinkEvent::Written("/nick bob\none\nt".len()));
    driver.closed(CloseReason::ByPeer);
    driver.attempt();
    driver.opened();
    driver
}

#[test]
fn unsent_lines_are_offered_and_resent_unchanged() {
    let mut driver = with_unsent();
    assert_eq!(driver.last(), "Notice 2 lines were not delivered. /resend shows them and asks. Complete");
    driver.receive(b"welcome\n");
    driver.enter("/eol crlf");
    assert_eq!(driver.enter("/resend"), []);
    assert_eq!(
        driver.app.preview().map(|parcel| (parcel.source().clone(), parcel.len())),
        Some((PendingSource::Unsent, 2))
    );
    assert_eq!(driver.act(Action::Submit), sends(b"two\n"));
    assert_eq!(driver.after(SECOND), sends(b"three\n"));
    driver.enter("/resend");
    let nothing = "Error Nothing to resend: no line is known to be lost.";
    assert!(driver.last().starts_with(nothing), "{}", driver.last());
    assert_eq!(driver.draft(), "", "nor does it stand before the next line");
}

#[test]
fn unsent_lines_are_offered_until_discarded() {
    let mut driver = with_unsent();
    let again = |driver: &mut Driver| {
        driver.enter("hello");
        driver.link(LinkEvent::Written(100));
        driver.closed(CloseReason::ByPeer);
        driver.attempt();
        driver.opened();
        driver.last()
    };
    driver.enter("/resend");
    driver.act(Action::Cancel);
    assert_eq!(again(&mut driver), "Notice 2 lines were not delivered. /resend shows them and asks. Complete");
    assert_eq!(driver.enter("/quit"), [], "leaving asks as long as there are some");
    assert_eq!(driver.app.mode(), Mode::ConfirmQuit);
    driver.act(Action::Cancel);
    driver.act(Action::QuitOrClear);
    driver.enter("/resend");
    driver.act(Action::Complete);
    driver.act(Action::Submit);
    assert_eq!(driver.app.status_message(), Some("Discarded: these lines are not offered again."));
    assert!(again(&mut driver).starts_with("Separator"), "{}", driver.last());
}

#[test]
fn enter_pressed_to_reconnect_sends_no_empty_line() {
    let mut driver = Driver::dropped(Settings::default());
    driver.attempt();
    driver.opened();
    assert_eq!(driver.enter(""), []);
    driver.after(SECOND);
    assert_eq!(driver.enter(""), sends(b"\n"));
}

#[test]
fn only_typed_lines_for_this_server_are_offered() {
    let mut driver = Driver::with(Settings { nick: Some("bob".to_owned()), ..Settings::default() });
    driver.opened();
    driver.after(SECOND);
    driver.closed(CloseReason::ByPeer);
    driver.enter("");
    driver.opened();
    assert!(driver.last().starts_with("Separator"), "{}", driver.last());

    let mut driver = with_unsent();
    let _ = driver.app.open(Endpoint::parse("127.0.0.1:2").unwrap());
    driver.closed(CloseReason::ByUs);
    driver.link(LinkEvent::Opening(Endpoint::parse("127.0.0.1:2").unwrap()));
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:2".parse().unwrap() });
    driver.enter("/resend");
    assert!(driver.last().starts_with("Error Nothing to resend"), "{}", driver.last());
}

#[test]
fn a_stopped_resend_offers_the_rest() {
    let mut driver = with_unsent();
    driver.enter("/resend");
    driver.act(Action::Submit);
    driver.enter("/resend");
    assert_eq!(driver.last(), "Error These lines are already being sent; Esc stops that. Complete");
    driver.act(Action::Edit(Edit::DeleteToStart));
    driver.act(Action::Cancel);
    assert_eq!(driver.last(), "Notice Stopped after 1 of 2 lines. /resend offers the rest again. Complete");
    driver.enter("/resend");
    assert_eq!(driver.app.preview().and_then(|parcel| parcel.line(0)), Some(&b"three"[..]));
}

#[test]
fn later_unsent_lines_are_offered_too() {
    let mut driver = with_unsent();
    driver.enter("/resend");
    driver.act(Action::Submit);
    driver.after(SECOND);
    driver.link(LinkEvent::Written(100));
    driver.enter("four");
    driver.enter("five");
    driver.closed(CloseReason::ByPeer);
    driver.attempt();
    driver.opened();
    assert_eq!(driver.last(), "Notice 2 lines were not delivered. /resend shows them and asks. Complete");
}

#[test]
fn a_server_silent_for_three_seconds_is_marked_silent() {
    let mut driver = Driver::connected();
    driver.after(Duration::from_millis(2999));
    assert!(!driver.app.tab().is_silent());
    driver.after(Duration::from_millis(1));
    assert!(driver.app.tab().is_silent());
    assert_eq!(driver.app.deadline(), None, "and nothing is woken up for it again");
    let rows = driver.rows().len();
    driver.receive(b"x");
    assert!(!driver.app.tab().is_silent());
    assert_eq!(driver.rows().len(), rows + 1, "no row tells of it");
    driver.after(100 * SECOND);
    assert!(!driver.app.tab().is_silent());
}

/// Events in any order.
#[derive(Debug, Clone)]
enum Happens {
    Link(LinkEvent),
    Enter,
    Esc,
    Close,
    Millis(u64),
}

fn happens() -> impl Strategy<Value = Happens> {
    let peer = "127.0.0.1:12345".parse().unwrap();
    let link = proptest::sample::select(vec![
        LinkEvent::Opening(endpoint()),
        LinkEvent::Connecting { addr: peer, index: 1, total: 1 },
        LinkEvent::Opened { peer },
        LinkEvent::Opened { peer },
        LinkEvent::Received(Bytes::from_static(b"some words\n")),
        LinkEvent::Closed(CloseReason::ByPeer),
        LinkEvent::Closed(refused()),
        LinkEvent::Closed(no_route()),
        LinkEvent::Closed(CloseReason::ByUs),
        LinkEvent::Closed(CloseReason::Cancelled),
        LinkEvent::HalfClosed,
    ]);
    prop_oneof![
        6 => link.prop_map(Happens::Link),
        2 => Just(Happens::Enter),
        1 => Just(Happens::Esc),
        1 => Just(Happens::Close),
        3 => (0..40_000_u64).prop_map(Happens::Millis),
    ]
}

/// A driver that checks each event.
struct Watch {
    driver: Driver,
    /// Time of the last drop.
    ended: Duration,
    /// Whether the user wants no connection.
    is_stopped: bool,
}

impl Watch {
    fn dials(effects: &[Effect]) -> usize {
        effects.iter().filter(|effect| matches!(effect, Effect::Link(_, LinkCommand::Open { .. }))).count()
    }

    /// Handles effects of a user's action. Connecting means that a connection is wanted again.
    fn did(&mut self, effects: &[Effect]) {
        self.is_stopped &= Self::dials(effects) == 0;
    }

    /// Runs `/close` without touching the draft.
    fn close(&mut self) {
        self.is_stopped |= !matches!(self.driver.app.tab().link(), LinkState::Idle | LinkState::Closed { .. });
        self.driver.act(Action::StartCommand);
        "close".chars().for_each(|c| drop(self.driver.event(Event::Char(c))));
        self.driver.act(Action::Submit);
        if matches!(self.driver.app.mode(), Mode::ConfirmClose(_)) {
            self.driver.act(Action::Submit);
        }
        if self.driver.draft().starts_with('/') {
            self.driver.act(Action::QuitOrClear);
        }
    }

    fn pass(&mut self, millis: u64) {
        let end = self.driver.now.elapsed + Duration::from_millis(millis);
        while let Some(at) = self.driver.app.deadline().filter(|at| *at <= end) {
            self.driver.now.elapsed = self.driver.now.elapsed.max(at);
            let attempt = self.driver.app.tab().attempt();
            let effects = self.driver.event(Event::Timer);
            let dials = Self::dials(&effects);
            assert!(dials <= 1, "one attempt for one deadline");
            if dials == 1 {
                assert!(!self.is_stopped, "after /close or Esc");
                let waited = self.driver.now.elapsed.saturating_sub(self.ended);
                assert!(waited >= nominal(attempt.unwrap()), "attempt {attempt:?} after {waited:?}");
            }
        }
        self.driver.now.elapsed = end;
    }

    fn step(&mut self, happens: Happens) {
        match happens {
            Happens::Link(event) => {
                if matches!(event, LinkEvent::Closed(_)) {
                    self.ended = self.driver.now.elapsed;
                }
                let effects = self.driver.link(event);
                assert_eq!(Self::dials(&effects), 0, "no news is a reason to connect at once");
            }
            Happens::Enter if self.driver.draft().is_empty() => {
                let effects = self.driver.act(Action::Submit);
                self.did(&effects);
            }
            Happens::Esc => {
                let link = self.driver.app.tab().link();
                self.is_stopped |= matches!(link, LinkState::Opening(_) | LinkState::Waiting(_));
                self.driver.act(Action::Cancel);
            }
            Happens::Close => self.close(),
            Happens::Enter => {}
            Happens::Millis(millis) => self.pass(millis),
        }
    }
}

proptest! {
    #[test]
    fn no_reconnect_is_early_or_unwanted_and_the_draft_stays(
        course in proptest::collection::vec(happens(), 0..40),
        draft in proptest::sample::select(vec!["", "half a line"]),
        reconnect in proptest::sample::select(vec![Reconnect::Auto, Reconnect::Always, Reconnect::Never]),
    ) {
        let mut driver = Driver::with(Settings { reconnect, nick: Some("bob".to_owned()), ..Settings::default() });
        driver.event(Event::Paste(draft.to_owned()));
        let mut watch = Watch { driver, ended: Duration::ZERO, is_stopped: false };
        for happens in course {
            watch.step(happens);
            prop_assert_eq!(watch.driver.draft(), draft);
            prop_assert!(reconnect != Reconnect::Never || watch.driver.waiting().is_none());
        }
    }
}
