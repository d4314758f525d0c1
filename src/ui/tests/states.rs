//! Tests of every connection state: the status line, wide and narrow, and the newest message.

use super::*;
use crate::app::logging::{LogConfig, LogFolder, LogPath, LogTarget};
use crate::app::transcript::RowKind;
use crate::link::{ErrorCause, Family, LinkError, LinkOp};
use std::collections::HashSet;

/// A connection state, and how it is shown.
#[derive(Clone)]
struct StateCase {
    /// The steps that lead to it from the start of a connection attempt.
    steps: Vec<Step>,
    /// The text in a status line of 120 columns.
    wide: &'static str,
    /// The text in a status line of 40 columns.
    narrow: &'static str,
    /// How the newest row begins; empty if there is no row.
    row: &'static str,
}

#[derive(Clone)]
enum Step {
    Link(LinkEvent),
    Act(Action),
    Say(&'static str),
    /// Advances the clock by this many seconds.
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

/// Returns the steps of a connection that was used, and ended after 12 s.
fn dropped(step: Step) -> Vec<Step> {
    vec![opened(), heard(), Step::Say("hello"), Step::Link(LinkEvent::Written(6)), Step::Later(12), step]
}

fn case(steps: Vec<Step>, wide: &'static str, narrow: &'static str, row: &'static str) -> StateCase {
    StateCase { steps, wide, narrow, row }
}

fn connecting_and_open() -> Vec<StateCase> {
    vec![
        case(vec![], "looking up, Esc stops", "looking up", ""),
        case(vec![trying(1, 1)], "trying 192.0.2.1, Esc stops", "trying 192.0.2.1", ""),
        case(vec![trying(2, 3)], "trying 192.0.2.1 (2nd of 3), Esc stops", "trying 2nd of 3", ""),
        case(vec![opened(), heard()], "connected 14:02:10", "connected 14:02:10", "Received hi"),
        case(
            vec![opened(), Step::Later(3)],
            "connected, silent: it may be serving someone else (lab servers take one client at a time)",
            "connected, silent",
            "Notice Connected to 127.0.0.1:12345.",
        ),
        case(
            vec![opened(), heard(), Step::Say("/eof"), Step::Later(1), Step::Act(Action::Submit)],
            "half-closing",
            "half-closing",
            "Received hi",
        ),
        case(
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

fn closed_after_use() -> Vec<StateCase> {
    let end = |step, wide, narrow, row| case(vec![opened(), heard(), Step::Later(5), step], wide, narrow, row);
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
        case(
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

fn not_opened() -> Vec<StateCase> {
    let fail = |op, cause, wide, narrow, row| case(vec![failed(op, cause)], wide, narrow, row);
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
            "lookup timed out 14:02:10, Enter reconnects",
            "lookup timed out",
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

/// Failures of this machine, or of the address. The messages are tested in `link`.
fn not_opened_here() -> Vec<StateCase> {
    let fail = |cause, wide, narrow| case(vec![failed(LinkOp::Connect, cause)], wide, narrow, "Error ");
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

fn reconnecting() -> Vec<StateCase> {
    let by_peer = || dropped(closed(CloseReason::ByPeer));
    let after = |steps: &[Step]| [by_peer(), vec![Step::Later(2)], steps.to_vec()].concat();
    vec![
        case(
            by_peer(),
            "closed by server, retry 1 in 1 s (Enter: now, Esc: stop)",
            "retry 1 in 1 s",
            "Notice The server closed the connection after 12 s. Reconnecting in 1 s; Esc to stop.",
        ),
        case(
            dropped(failed(LinkOp::Read, ErrorCause::Reset)),
            "reset, retry 1 in 1 s (Enter: now, Esc: stop)",
            "retry 1 in 1 s",
            "Error 127.0.0.1:12345 reset the connection:",
        ),
        case(
            dropped(failed(LinkOp::Read, ErrorCause::TimedOut(Duration::ZERO))),
            "stopped answering, retry 1 in 1 s (Enter: now, Esc: stop)",
            "retry 1 in 1 s",
            "Error 127.0.0.1:12345 stopped answering:",
        ),
        case(after(&[]), "looking up, retry 1, Esc stops", "looking up, retry 1", "Notice The server closed"),
        case(
            after(&[trying(1, 1)]),
            "trying 192.0.2.1, retry 1, Esc stops",
            "trying, retry 1",
            "Notice The server closed",
        ),
        case(
            after(&[failed(LinkOp::Connect, ErrorCause::Refused)]),
            "refused, retry 2 in 2 s (Enter: now, Esc: stop)",
            "retry 2 in 2 s",
            "Error Nothing is listening on 127.0.0.1:12345 (connection refused). Is the server running on that port? Retrying; Esc to stop.",
        ),
        case(
            after(&[failed(LinkOp::Connect, ErrorCause::Unreachable)]),
            "no route, retry 2 in 2 s (Enter: now, Esc: stop)",
            "retry 2 in 2 s",
            "Error No route to 127.0.0.1:12345.",
        ),
        case(
            after(&[failed(LinkOp::Resolve, ErrorCause::NoSuchHost("unknown".to_owned()))]),
            "no such host, retry 2 in 2 s (Enter: now, Esc: stop)",
            "retry 2 in 2 s",
            "Error No such host:",
        ),
        case(after(&[opened(), heard()]), "connected 14:02:24", "connected 14:02:24", "Received hi"),
    ]
}

/// Returns the status line and the newest row.
fn shown(case: &StateCase, columns: u16) -> (String, String) {
    let mut stage = Stage::opening(columns, 10);
    for step in case.steps.clone() {
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
fn every_connection_state_has_a_distinct_text() {
    let mut seen = HashSet::new();
    for case in [connecting_and_open(), closed_after_use(), not_opened(), not_opened_here(), reconnecting()].concat() {
        let (wide, row) = shown(&case, 120);
        let state = wide.split("  ").nth(2).unwrap_or_default();
        assert_eq!(state, case.wide, "{wide}");
        assert!(row.starts_with(case.row) && row.is_empty() == case.row.is_empty(), "{}: {row}", case.wide);
        let (narrow, _) = shown(&case, 40);
        let address = narrow.split("  ").nth(1);
        assert_eq!((address, narrow.split("  ").nth(2)), (Some("127.0.0.1:12345"), Some(case.narrow)), "{narrow}");
        assert!(seen.insert(case.wide), "{} is shown for two states", case.wide);
    }
}

#[test]
fn the_retry_is_shown_at_every_width() {
    for (columns, words) in [
        (200, " ◌  127.0.0.1:12345  closed by server, retry 1 in 1 s (Enter: now, Esc: stop)  ↓3 ↑6  "),
        (80, " ◌  127.0.0.1:12345  closed by server, retry 1 in 1 s (Enter: now, Esc: stop)"),
        (60, " ◌  127.0.0.1:12345  closed by server, retry 1 in 1 s"),
        (40, " ◌  127.0.0.1:12345  retry 1 in 1 s"),
        (30, " ◌  retry 1 in 1 s"),
        (20, " ◌  retry 1 in 1 s"),
    ] {
        let waiting = case(dropped(closed(CloseReason::ByPeer)), "", "", "");
        let (status, _) = shown(&waiting, columns);
        assert!(status.starts_with(words), "{columns}: {status}");
    }
}

#[test]
fn a_failed_log_is_shown_while_there_is_room() {
    for (host, columns) in
        [("127.0.0.1", 31), ("127.0.0.1", 40), ("127.0.0.1", 50), ("127.0.0.1", 80), ("a-long-name.example.org", 31)]
    {
        let log = LogConfig { text: LogTarget::parse("x").unwrap(), ..LogConfig::default() };
        let app = App::new(Settings { log, ..Settings::default() });
        let mut stage = Stage { app, ..Stage::opening(columns, 10) };
        let _ = stage.app.open(Endpoint::new(host, 12345).unwrap());
        stage.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
        let place = LogPath { folder: LogFolder::Literal, path: "x".to_owned(), date_split: None };
        stage.event(Event::LogOpened { log: place, result: Err("no room.".to_owned()) });
        let status = stage.lines()[8].clone();
        assert!(status.contains("  not logged") && status.contains(host.get(..9).unwrap()), "{columns}: {status}");
    }
}

#[test]
fn the_countdown_and_the_attempt_number_advance() {
    let mut stage = Stage::new(100, 10);
    stage.receive(b"hi\n");
    stage.say("hello");
    stage.link(LinkEvent::Closed(CloseReason::ByPeer));
    let Step::Link(refused) = failed(LinkOp::Connect, ErrorCause::Refused) else { unreachable!() };
    for _ in 1..4 {
        stage.later(10);
        stage.link(refused.clone());
    }
    let mut seconds = Vec::new();
    for _ in 0..7 {
        let status = stage.lines()[8].clone();
        seconds.push(status.split("retry 4 in ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().to_owned());
        stage.later(1);
    }
    let start: u32 = seconds[0].parse().unwrap();
    assert!((8..=10).contains(&start), "{seconds:?}");
    let expected: Vec<_> = (start - 6..=start).rev().map(|second| second.to_string()).collect();
    assert_eq!(seconds, expected);
}

#[test]
fn a_reconnection_is_a_rule_across_the_pane() {
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
