use super::*;
use crate::server::outbox::{BACKPRESSURE_TIME, Outbox, STALL_TIMEOUT};
use crate::server::rate_limit::Rate;
use crate::server::rooms::relay::Relay;
use std::net::Ipv4Addr;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::time::advance;

/// A hub with a relay room, and its log.
struct TestHub {
    hub: Hub,
    log: Arc<Mutex<Vec<String>>>,
}

impl TestHub {
    fn new(limits: ServerLimits) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&log);
        let sink: Sink = Box::new(move |event| written.lock().unwrap().push(event.to_string()));
        Self { hub: Hub::new(Box::<Relay>::default(), limits, sink, false), log }
    }

    fn join(&self) -> HubClient {
        self.hub.join(address(1)).unwrap()
    }

    /// Feeds `text`. Returns the result and the bytes that were not taken.
    fn feed<'a>(&self, client: &mut HubClient, mut text: &'a [u8]) -> (InputResult, &'a [u8]) {
        let result = self.hub.feed(client, ClientInput::Bytes(&mut text));
        (result, text)
    }
}

fn address(last: u8) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::new(10, 0, 0, last), 5000))
}

fn no_limits() -> ServerLimits {
    ServerLimits { clients: None, per_address: None, rate: None, ..ServerLimits::default() }
}

/// Takes all output of a client, as if it were written.
fn read(hub: &Hub, client: &HubClient) -> String {
    let mut text = String::new();
    loop {
        let mut mailbox = client.mailbox.open();
        let mut slices = Outbox::no_slices();
        let used = mailbox.outbox.slices(&mut slices);
        let bytes: Vec<u8> = slices[..used].iter().flat_map(|slice| slice.iter().copied()).collect();
        if bytes.is_empty() {
            return text;
        }
        let backpressure = mailbox.outbox.written(hub.now(), bytes.len());
        drop(mailbox);
        hub.on_written(backpressure);
        text.push_str(std::str::from_utf8(&bytes).unwrap());
    }
}

/// Whether the client's task has been woken since the last call.
async fn is_woken(client: &HubClient) -> bool {
    tokio::time::timeout(Duration::ZERO, client.mailbox.notify.notified()).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_warned_once_then_delayed_then_disconnected() {
    let rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(5).unwrap() };
    let server = TestHub::new(ServerLimits { rate: Some(rate), ..ServerLimits::default() });
    let (mut ann, bob) = (server.join(), server.join());
    let flood = "x\n".repeat(10_000);
    let (result, mut rest) = server.feed(&mut ann, flood.as_bytes());
    assert_eq!(rest.len(), flood.len() - 10, "five lines at once");
    let mut lines = 5;
    let mut result = result;
    while let InputResult::BlockedUntil(at) = result {
        advance(at.saturating_sub(server.hub.now())).await;
        (result, rest) = server.feed(&mut ann, rest);
        lines = (flood.len() - rest.len()) / 2;
    }
    assert_eq!(result, InputResult::Kicked(KickReason::OverRate));
    assert_eq!(lines, 5 + 10 * 60, "a minute at the allowed rate");
    let notice = read(&server.hub, &ann);
    assert_eq!(notice, "* Slow down: the limit is 10 lines a second. The rest of your lines are delayed.\n");
    assert_eq!(read(&server.hub, &bob).len(), lines * 2);
    let log = server.log.lock().unwrap();
    assert_eq!(log.iter().filter(|line| line.starts_with("slowed")).count(), 1, "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_restores_the_burst() {
    let rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(5).unwrap() };
    let server = TestHub::new(ServerLimits { rate: Some(rate), ..ServerLimits::default() });
    let mut ann = server.join();
    for _ in 0..200 {
        assert_eq!(server.feed(&mut ann, b"1\n2\n3\n4\n5\n").0, InputResult::Consumed);
        advance(Duration::from_millis(500)).await;
    }
    assert_eq!(read(&server.hub, &ann), "");
}

#[tokio::test(start_paused = true)]
async fn senders_wait_for_a_full_outbox_for_a_short_time() {
    let server = TestHub::new(ServerLimits { outbox: 1000, ..no_limits() });
    let (mut ann, bob, mut cid) = (server.join(), server.join(), server.join());
    assert_eq!(server.feed(&mut ann, &[b'x'; 999]).0, InputResult::Consumed);
    assert_eq!(
        server.feed(&mut ann, b"\nmore\n"),
        (InputResult::Consumed, &b""[..]),
        "the line that fills the outbox is taken"
    );
    assert_eq!(server.feed(&mut ann, b"more\n"), (InputResult::Blocked, &b"more\n"[..]));
    read(&server.hub, &cid);
    assert_eq!(server.feed(&mut cid, b"hello\n").0, InputResult::Blocked);
    assert!(!is_woken(&ann).await);
    advance(BACKPRESSURE_TIME).await;
    let backpressure = bob.mailbox.open().outbox.tick(server.hub.now());
    server.hub.on_time_passed(backpressure);
    assert!(is_woken(&ann).await && is_woken(&cid).await);
    assert_eq!(server.feed(&mut ann, b"more\n").0, InputResult::Consumed);
    assert_eq!(read(&server.hub, &cid), "more\n");
    assert!(!bob.mailbox.open().outbox.is_stuck(server.hub.now()));
    advance(STALL_TIMEOUT.saturating_sub(BACKPRESSURE_TIME)).await;
    assert!(bob.mailbox.open().outbox.is_stuck(server.hub.now()));
    let kept = read(&server.hub, &bob);
    assert!(kept.ends_with("x\nmore\n* You missed 1 line: you were reading too slowly.\n"), "{kept}");
    assert!(!bob.mailbox.open().outbox.is_stuck(server.hub.now()));
}

#[tokio::test(start_paused = true)]
async fn senders_do_not_wait_for_a_client_that_has_left() {
    let server = TestHub::new(ServerLimits { outbox: 10, ..no_limits() });
    let (mut ann, bob, cid) = (server.join(), server.join(), server.join());
    server.feed(&mut ann, b"more than ten\n");
    assert_eq!(server.feed(&mut ann, b"x\n").0, InputResult::Blocked);
    server.hub.leave(bob.id, LeaveReason::Closed);
    assert_eq!(server.feed(&mut ann, b"x\n").0, InputResult::Blocked, "cid's outbox is full, too");
    // Its remaining output is still written.
    assert_eq!(read(&server.hub, &bob), "more than ten\n");
    assert_eq!(server.feed(&mut ann, b"x\n").0, InputResult::Blocked);
    read(&server.hub, &cid);
    assert!(is_woken(&ann).await);
    assert_eq!(server.feed(&mut ann, b"x\n").0, InputResult::Consumed);
}

#[tokio::test]
async fn mapped_ipv4_addresses_count_as_ipv4() {
    let server = TestHub::new(ServerLimits { clients: Some(3), per_address: Some(1), ..ServerLimits::default() });
    let first = server.join();
    let mapped = SocketAddr::new(Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped().into(), 5001);
    let refusal = server.hub.join(mapped).unwrap_err();
    assert_eq!(refusal, AdmissionError::TooManyFrom(address(1).ip(), 1));
    assert!(
        server.log.lock().unwrap().last().unwrap().starts_with("refused  10.0.0.1:5001: too many from its address")
    );
    server.hub.leave(first.id, LeaveReason::Closed);
    server.hub.leave(first.id, LeaveReason::Closed);
    assert!(server.hub.join(mapped).is_err(), "it has left the room, but its connection is open");
    server.hub.closed(&first);
    for last in 1..=3 {
        server.hub.join(address(last)).unwrap();
    }
    assert_eq!(server.hub.join(address(4)).unwrap_err(), AdmissionError::Full(3));
}

#[tokio::test]
async fn closing_sends_a_goodbye_and_refuses_new_clients() {
    let server = TestHub::new(no_limits());
    let (mut ann, bob) = (server.join(), server.join());
    server.hub.close();
    assert!(is_woken(&ann).await && is_woken(&bob).await);
    assert_eq!(server.feed(&mut ann, b"too late\n").0, InputResult::Left);
    server.hub.leave(ann.id, LeaveReason::HungUp);
    for client in [&ann, &bob] {
        assert_eq!(read(&server.hub, client), "* The server is closing. Goodbye.\n");
    }
    assert_eq!(server.hub.join(address(2)).unwrap_err(), AdmissionError::Closing);
}

#[tokio::test]
async fn an_incomplete_character_waits_for_its_rest() {
    let server = TestHub::new(no_limits());
    let (mut ann, bob) = (server.join(), server.join());
    server.feed(&mut ann, b"caf\xc3");
    assert_eq!(server.hub.feed(&mut ann, ClientInput::Idle), InputResult::Consumed);
    assert_eq!(read(&server.hub, &bob), "caf");
    assert!(ann.framer.has_partial_line());
    server.feed(&mut ann, b"\xa9\n");
    assert_eq!(read(&server.hub, &bob), "é\n");
}

#[tokio::test]
async fn a_turn_takes_a_limited_number_of_lines() {
    let server = TestHub::new(no_limits());
    let mut ann = server.join();
    let input = b"\n".repeat(MAX_LINES_PER_TURN + 1);
    assert_eq!(server.feed(&mut ann, &input), (InputResult::YieldTurn, &b"\n"[..]));
}

#[tokio::test]
async fn waiting_senders_are_woken_in_order() {
    let server = TestHub::new(ServerLimits { outbox: 10, ..no_limits() });
    let (mut ann, mut bob, cid) = (server.join(), server.join(), server.join());
    server.feed(&mut ann, b"more than ten\n");
    read(&server.hub, &bob);
    assert_eq!(server.feed(&mut bob, b"x\n").0, InputResult::Blocked);
    assert_eq!(server.feed(&mut ann, b"x\n").0, InputResult::Blocked);
    let first = bob.ticket.unwrap();
    assert!(first < ann.ticket.unwrap());
    assert_eq!(server.feed(&mut bob, b"x\n").0, InputResult::Blocked);
    assert_eq!(bob.ticket, Some(first), "another attempt keeps the position");
    read(&server.hub, &cid);
    assert_eq!(server.feed(&mut bob, b"x\n").0, InputResult::Consumed);
    assert_eq!(bob.ticket, None);
}

#[tokio::test]
async fn an_incomplete_line_does_not_exceed_the_rate() {
    let rate = Rate { per_second: NonZeroU32::new(1).unwrap(), burst: NonZeroU32::new(1).unwrap() };
    let server = TestHub::new(ServerLimits { rate: Some(rate), ..ServerLimits::default() });
    let mut ann = server.join();
    assert_eq!(server.feed(&mut ann, b"one\ntw"), (InputResult::Consumed, &b""[..]));
    assert_eq!(read(&server.hub, &ann), "");
    assert!(matches!(server.feed(&mut ann, b"o\n"), (InputResult::BlockedUntil(_), b"o\n")));
    assert!(read(&server.hub, &ann).starts_with("* Slow down: "));
}

#[tokio::test]
async fn input_after_a_hang_up_in_the_same_read_is_ignored() {
    let hub = Hub::new(
        Box::new(crate::server::rooms::answer::AnswerRoom::new(
            crate::server::rooms::answer::Transform::Echo,
            crate::server::rooms::answer::AnswerLimit::Once,
        )),
        no_limits(),
        Box::new(|_| {}),
        false,
    );
    let mut ann = hub.join(address(1)).unwrap();
    let mut input = &b"one\ntwo\n"[..];
    assert_eq!(hub.feed(&mut ann, ClientInput::Bytes(&mut input)), InputResult::Left);
    assert_eq!(read(&hub, &ann), "one\n");
}

#[tokio::test(start_paused = true)]
async fn many_stalled_readers_delay_a_room_by_one_second() {
    let server = TestHub::new(ServerLimits { outbox: 10, ..no_limits() });
    let mut ann = server.join();
    let mut waits = 0;
    for _ in 0..30 {
        let stalled = server.join();
        assert_eq!(server.feed(&mut ann, b"more than ten\n").0, InputResult::Consumed);
        if server.feed(&mut ann, b"x\n").0 == InputResult::Blocked {
            waits += 1;
            advance(BACKPRESSURE_TIME).await;
            let backpressure = stalled.mailbox.open().outbox.tick(server.hub.now());
            server.hub.on_time_passed(backpressure);
        }
    }
    assert_eq!(waits, 10, "a second in all");
}

#[tokio::test(start_paused = true)]
async fn reconnecting_does_not_reset_the_rate_limit() {
    let rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(5).unwrap() };
    let server = TestHub::new(ServerLimits { rate: Some(rate), per_address: Some(1000), ..ServerLimits::default() });
    let listener = server.hub.join(address(2)).unwrap();
    for lines in [5, 1, 1] {
        let mut spammer = server.join();
        server.feed(&mut spammer, b"spam\nspam\nspam\nspam\nspam\nspam\n");
        server.hub.leave(spammer.id, LeaveReason::Closed);
        server.hub.closed(&spammer);
        assert_eq!(read(&server.hub, &listener).matches("spam").count(), lines);
    }
    let mut others: Vec<HubClient> = (3..100).map(|_| server.join()).collect();
    let last = others.last_mut().unwrap();
    server.feed(last, b"spam\nspam\n");
    assert_eq!(
        read(&server.hub, &listener).matches("spam").count(),
        1,
        "many connections at once start without a burst"
    );
    assert_eq!(server.hub.join(address(1)).unwrap_err(), AdmissionError::TooOftenFrom(address(1).ip()));
    advance(Duration::from_millis(100)).await;
    server.hub.join(address(1)).unwrap();
}
