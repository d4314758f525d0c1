//! Every state of a link: its words in the status line, wide and narrow, and its sentence among the messages.

use super::*;
use crate::app::logging::{LogConfig, LogFolder, LogPath, LogTarget};
use crate::app::transcript::RowKind;
use crate::link::{ErrorCause, Family, LinkError, LinkOp};
use std::collections::HashSet;

/// A state, and how it is told.
#[derive(Clone)]
struct Told {
    /// What leads to it from an attempt to connect that has just begun.
    way: Vec<Step>,
    /// In the status line of 120 columns.
    wide: &'static str,
    /// In one of 40.
    narrow: &'static str,
    /// How the newest row begins. Nothing where there is no row.
    row: &'static str,
}

#[derive(Clone)]
enum Step {
    Link(LinkEvent),
    Act(Action),
    Say(&'static str),
    /// Seconds.
    Later(u64),
}

fn opened() -> Step {
    Step::Link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() })
}

fn heard() -> Step {
    Step::Link(LinkEvent::Received(Bytes::from_static(b"hi\n")))
}

fn closed(reason: CloseReason) -> Step {
    Step::Link(LinkEvent::Closed(reason))
}

fn failed(op: LinkOp, cause: ErrorCause) -> Step {
    let endpoint = Endpoint::parse("127.0.0.1:12345").unwrap();
    closed(CloseReason::Failed(LinkError { op, endpoint, addr: None, cause }))
}

fn trying(nth: usize, of: usize) -> Step {
    Step::Link(LinkEvent::Connecting { addr: "192.0.2.1:12345".parse().unwrap(), index: nth, total: of })
}

/// A connection that was of use, and dropped after so many seconds.
fn dropped(step: Step) -> Vec<Step> {
    vec![opened(), heard(), Step::Say("hello"), Step::Link(LinkEvent::Written(6)), Step::Later(12), step]
}

fn told(way: Vec<Step>, wide: &'static str, narrow: &'static str, row: &'static str) -> Told {
    Told { way, wide, narrow, row }
}

fn standing() -> Vec<Told> {
    vec![
        told(vec![], "looking up, Esc stops", "looking up", ""),
        told(vec![trying(1, 1)], "trying 192.0.2.1, Esc stops", "trying 192.0.2.1", ""),
        told(vec![trying(2, 3)], "trying 192.0.2.1 (2nd of 3), Esc stops", "trying 2nd of 3", ""),
        told(vec![opened(), heard()], "connected 14:02:10", "connected 14:02:10", "Received hi"),
        told(
            vec![opened(), Step::Later(3)],
            "connected, silent: it may be serving someone else (lab servers take one client at a time)",
            "connected, silent",
            "Notice Connected to 127.0.0.1:12345.",
        ),
        told(
            vec![opened(), heard(), Step::Say("/eof"), Step::Later(1), Step::Act(Action::Submit)],
            "half-closing",
            "half-closing",
            "Received hi",
        ),
        told(
            vec![
                opened(),
                Step::Say("/eof"),
                Step::Later(1),
                Step::Act(Action::Submit),
                Step::Link(LinkEvent::HalfClosed),
            ],
            "receiving only",
            "receiving only",
            "Notice Half-closed. The server can still send.",
        ),
    ]
}

fn over() -> Vec<Told> {
    let end = |step, wide, narrow, row| told(vec![opened(), heard(), Step::Later(5), step], wide, narrow, row);
    vec![
        end(
            closed(CloseReason::ByPeer),
            "closed by server 14:02:15, Enter reconnects",
            "closed by server",
            "Notice The server closed the connection after 5 s. Enter reconnects.",
        ),
        end(
            closed(CloseReason::ByUs),
            "closed 14:02:15, Enter reconnects",
            "closed 14:02:15",
            "Notice Closed the connection to 127.0.0.1:12345 after 5 s. Enter reconnects.",
        ),
        told(
            vec![closed(CloseReason::Cancelled)],
            "stopped 14:02:10, Enter reconnects",
            "stopped 14:02:10",
            "Notice Stopped connecting to 127.0.0.1:12345. Enter reconnects.",
        ),
        end(
            failed(LinkOp::Read, ErrorCause::Reset),
            "reset 14:02:15, Enter reconnects",
            "reset 14:02:15",
            "Error 127.0.0.1:12345 reset the",
        ),
        end(
            failed(LinkOp::Read, ErrorCause::TimedOut(Duration::ZERO)),
            "stopped answering 14:02:15, Enter reconnects",
            "stopped answering",
            "Error 127.0.0.1:12345 stopped answering: the machine or the network is down.",
        ),
    ]
}

fn not_opened() -> Vec<Told> {
    let fail = |op, cause, wide, narrow, row| told(vec![failed(op, cause)], wide, narrow, row);
    vec![
        fail(
            LinkOp::Connect,
            ErrorCause::TimedOut(Duration::from_secs(10)),
            "timed out 14:02:10, Enter reconnects",
            "timed out 14:02:10",
            "Error 127.0.0.1:12345 did not answer within 10s.",
        ),
        fail(
            LinkOp::Resolve,
            ErrorCause::TimedOut(Duration::from_secs(10)),
            "look-up timed out 14:02:10, Enter reconnects",
            "look-up timed out",
            "Error Looking up \"127.0.0.1\" took longer than 10s.",
        ),
        fail(
            LinkOp::Connect,
            ErrorCause::Refused,
            "refused 14:02:10, Enter reconnects",
            "refused 14:02:10",
            "Error Nothing is listening on",
        ),
        fail(
            LinkOp::Resolve,
            ErrorCause::NoSuchHost("Name or service not known".to_owned()),
            "no such host 14:02:10, Enter reconnects",
            "no such host",
            "Error No such host: \"127.0.0.1\"",
        ),
        fail(
            LinkOp::Resolve,
            ErrorCause::NoNameServer,
            "no name server 14:02:10, Enter reconnects",
            "no name server",
            "Error Cannot look up \"127.0.0.1\": no name server answers.",
        ),
        fail(
            LinkOp::Connect,
            ErrorCause::Unreachable,
            "no route 14:02:10, Enter reconnects",
            "no route 14:02:10",
            "Error No route to",
        ),
        fail(
            LinkOp::Connect,
            ErrorCause::Other("too many open files".to_owned()),
            "failed 14:02:10, Enter reconnects",
            "failed 14:02:10",
            "Error Connecting to 127.0.0.1:12345 failed: too many open files.",
        ),
    ]
}

/// What is wrong with this machine, or with the address: `link` tests the sentences.
fn not_opened_here() -> Vec<Told> {
    let fail = |cause, wide, narrow| told(vec![failed(LinkOp::Connect, cause)], wide, narrow, "Error ");
    let zone = || "eth7".to_owned();
    vec![
        fail(ErrorCause::NotOfFamily(Family::V4), "no IPv4 address 14:02:10, Enter reconnects", "no IPv4 address"),
        fail(ErrorCause::NotOfFamily(Family::V6), "no IPv6 address 14:02:10, Enter reconnects", "no IPv6 address"),
        fail(ErrorCause::Unspecified, "no address 14:02:10, Enter reconnects", "no address 14:02:10"),
        fail(ErrorCause::NoSuchInterface(zone()), "no such interface 14:02:10, Enter reconnects", "no such interface"),
        fail(ErrorCause::NoZone, "no interface given 14:02:10, Enter reconnects", "no interface given"),
        fail(ErrorCause::NoIpv6, "no IPv6 here 14:02:10, Enter reconnects", "no IPv6 here"),
        fail(ErrorCause::NetworkDown, "no network 14:02:10, Enter reconnects", "no network 14:02:10"),
        fail(ErrorCause::NoFreePort, "no free port 14:02:10, Enter reconnects", "no free port"),
        fail(ErrorCause::Forbidden, "not allowed 14:02:10, Enter reconnects", "not allowed"),
        fail(ErrorCause::TooManyFiles, "too many open files 14:02:10, Enter reconnects", "too many open files"),
        fail(ErrorCause::Aborted, "aborted here 14:02:10, Enter reconnects", "aborted here"),
    ]
}

fn restoring() -> Vec<Told> {
    let by_peer = || dropped(closed(CloseReason::ByPeer));
    let after = |steps: &[Step]| [by_peer(), vec![Step::Later(2)], steps.to_vec()].concat();
    vec![
        told(
            by_peer(),
            "closed by server, retry 1 in 1 s (Enter: now, Esc: stop)",
            "retry 1 in 1 s",
            "Notice The server closed the connection after 12 s. Reconnecting in 1 s; Esc to stop.",
        ),
        told(
            dropped(failed(LinkOp::Read, ErrorCause::Reset)),
            "reset, retry 1 in 1 s (Enter: now, Esc: stop)",
            "retry 1 in 1 s",
            "Error 127.0.0.1:12345 reset the connection:",
        ),
        told(
            dropped(failed(LinkOp::Read, ErrorCause::TimedOut(Duration::ZERO))),
            "stopped answering, retry 1 in 1 s (Enter: now, Esc: stop)",
            "retry 1 in 1 s",
            "Error 127.0.0.1:12345 stopped answering:",
        ),
        told(after(&[]), "looking up, retry 1, Esc stops", "looking up, retry 1", "Notice The server closed"),
        told(
            after(&[trying(1, 1)]),
            "trying 192.0.2.1, retry 1, Esc stops",
            "trying, retry 1",
            "Notice The server closed",
        ),
        told(
            after(&[failed(LinkOp::Connect, ErrorCause::Refused)]),
            "refused, retry 2 in 2 s (Enter: now, Esc: stop)",
            "retry 2 in 2 s",
            "Error Nothing is listening on 127.0.0.1:12345 (connection refused). Is the server running, and on that \
             port? Retrying; Esc to stop.",
        ),
        told(
            after(&[failed(LinkOp::Connect, ErrorCause::Unreachable)]),
            "no route, retry 2 in 2 s (Enter: now, Esc: stop)",
            "retry 2 in 2 s",
            "Error No route to 127.0.0.1:12345.",
        ),
        told(
            after(&[failed(LinkOp::Resolve, ErrorCause::NoSuchHost("unknown".to_owned()))]),
            "no such host, retry 2 in 2 s (Enter: now, Esc: stop)",
            "retry 2 in 2 s",
            "Error No such host:",
        ),
        told(after(&[opened(), heard()]), "connected 14:02:24", "connected 14:02:24", "Received hi"),
    ]
}

/// The status line, and the newest row.
fn shown(told: &Told, columns: u16) -> (String, String) {
    let mut stage = Stage::opening(columns, 10);
    for step in told.way.clone() {
        match step {
            Step::Link(event) => stage.link(event),
            Step::Act(action) => stage.event(Event::Action(action)),
            Step::Say(line) => stage.say(line),
            Step::Later(seconds) => stage.later(seconds),
        }
    }
    let last = stage.app.tab().transcript().rows().last();
    let row = last.map(|row| format!("{:?} {}", row.kind, String::from_utf8_lossy(row.bytes))).unwrap_or_default();
    (stage.lines()[8].clone(), row)
}

#[test]
fn every_state_has_its_words_and_no_two_are_alike() {
    let mut seen = HashSet::new();
    for told in [standing(), over(), not_opened(), not_opened_here(), restoring()].concat() {
        let (wide, row) = shown(&told, 120);
        let state = wide.split("  ").nth(2).unwrap_or_default();
        assert_eq!(state, told.wide, "{wide}");
        assert!(row.starts_with(told.row) && row.is_empty() == told.row.is_empty(), "{}: {row}", told.wide);
        let (narrow, _) = shown(&told, 40);
        let place = narrow.split("  ").nth(1);
        assert_eq!((place, narrow.split("  ").nth(2)), (Some("127.0.0.1:12345"), Some(told.narrow)), "{narrow}");
        assert!(seen.insert(told.wide), "{} is two states", told.wide);
    }
}

#[test]
fn what_is_being_restored_is_told_in_twenty_columns_too() {
    for (columns, words) in [
        (200, " ◌  127.0.0.1:12345  closed by server, retry 1 in 1 s (Enter: now, Esc: stop)  ↓3 ↑6  "),
        (80, " ◌  127.0.0.1:12345  closed by server, retry 1 in 1 s (Enter: now, Esc: stop)"),
        (60, " ◌  127.0.0.1:12345  closed by server, retry 1 in 1 s"),
        (40, " ◌  127.0.0.1:12345  retry 1 in 1 s"),
        (30, " ◌  retry 1 in 1 s"),
        (20, " ◌  retry 1 in 1 s"),
    ] {
        let waiting = told(dropped(closed(CloseReason::ByPeer)), "", "", "");
        let (status, _) = shown(&waiting, columns);
        assert!(status.starts_with(words), "{columns}: {status}");
    }
}

#[test]
fn that_nothing_is_logged_is_told_as_long_as_there_is_room_for_it() {
    for (host, columns) in
        [("127.0.0.1", 31), ("127.0.0.1", 40), ("127.0.0.1", 50), ("127.0.0.1", 80), ("a-long-name.example.org", 31)]
    {
        let log = LogConfig { text: LogTarget::parse("x").unwrap(), ..LogConfig::default() };
        let app = App::new(Settings { log, ..Settings::default() });
        let mut stage = Stage { app, ..Stage::opening(columns, 10) };
        let _ = stage.app.open(Endpoint::new(host, 12345).unwrap());
        stage.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
        let place = LogPath { folder: LogFolder::Literal, path: "x".to_owned(), date_split: None };
        stage.event(Event::LogOpened { place, result: Err("no room.".to_owned()) });
        let status = stage.lines()[8].clone();
        assert!(status.contains("  not logged") && status.contains(host.get(..9).unwrap()), "{columns}: {status}");
    }
}

#[test]
fn the_countdown_counts_and_the_number_of_the_attempt_grows() {
    let mut stage = Stage::new(100, 10);
    stage.receive(b"hi\n");
    stage.say("hello");
    stage.link(LinkEvent::Closed(CloseReason::ByPeer));
    let Step::Link(refused) = failed(LinkOp::Connect, ErrorCause::Refused) else { unreachable!() };
    for _ in 1..4 {
        stage.later(10);
        stage.link(refused.clone());
    }
    let mut told = Vec::new();
    for _ in 0..7 {
        let status = stage.lines()[8].clone();
        told.push(status.split("retry 4 in ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().to_owned());
        stage.later(1);
    }
    let from: u32 = told[0].parse().unwrap();
    assert!((8..=10).contains(&from), "{told:?}");
    let expected: Vec<_> = (from - 6..=from).rev().map(|seconds| seconds.to_string()).collect();
    assert_eq!(told, expected);
}

#[test]
fn a_restored_connection_is_a_rule_across_the_pane() {
    let mut stage = Stage::new(44, 10);
    stage.say("/nick bob");
    stage.receive(b"hi\n");
    stage.link(LinkEvent::Closed(CloseReason::ByPeer));
    stage.say("/clear");
    stage.later(43);
    stage.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    stage.receive(b"welcome\n");
    let lines = stage.lines();
    assert_eq!(lines[0], "── reconnected 14:02:53, away 43 s ────────");
    assert_eq!(lines[1], "14:02 ‹ welcome");
    let kinds: Vec<_> = stage.app.tab().transcript().rows().map(|row| row.kind).collect();
    assert_eq!(kinds[..2], [RowKind::Separator, RowKind::Received]);
}
