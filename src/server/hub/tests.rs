use super::*;
use crate::server::outbox::{BACKPRESSURE_TIME, Outbox, STALL_TIMEOUT};
use crate::server::rate_limit::Rate;
use crate::server::rooms::relay::Relay;
use std::net::Ipv4Addr;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::time::advance;

/// A hub with a relay in it, and its log.
struct Stage {
    hub: Hub,
    log: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    fn new(limits: ServerLimits) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&log);
        let sink: Sink = Box::new(move |incident| written.lock().unwrap().push(incident.to_string()));
        Self { hub: Hub::new(Box::<Relay>::default(), limits, sink, false), log }
    }

    fn join(&self) -> HubClient {
        self.hub.join(address(1)).unwrap()
    }

    /// Hears all it can of `text`. How far it got, and what is left.
    fn hear<'a>(&self, speaker: &mut HubClient, mut text: &'a [u8]) -> (InputResult, &'a [u8]) {
        let heard = self.hub.feed(speaker, ClientInput::Bytes(&mut text));
        (heard, text)
    }
}

fn address(last: u8) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::new(10, 0, 0, last), 5000))
}

fn no_limits() -> ServerLimits {
    ServerLimits { clients: None, per_address: None, rate: None, ..ServerLimits::default() }
}

/// Writes all that waits for a client.
fn read(hub: &Hub, speaker: &HubClient) -> String {
    let mut text = String::new();
    loop {
        let mut inside = speaker.mailbox.open();
        let mut slices = Outbox::no_slices();
        let used = inside.outbox.slices(&mut slices);
        let bytes: Vec<u8> = slices[..used].iter().flat_map(|slice| slice.iter().copied()).collect();
        if bytes.is_empty() {
            return text;
        }
        let holding = inside.outbox.written(hub.now(), bytes.len());
        drop(inside);
        hub.on_written(holding);
        text.push_str(std::str::from_utf8(&bytes).unwrap());
    }
}

/// Whether its task has been woken since it was last asked.
async fn is_told(speaker: &HubClient) -> bool {
    tokio::time::timeout(Duration::ZERO, speaker.mailbox.notify.notified()).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn who_says_too_much_is_told_once_then_delayed_then_cut_off() {
    let rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(5).unwrap() };
    let stage = Stage::new(ServerLimits { rate: Some(rate), ..ServerLimits::default() });
    let (mut ann, bob) = (stage.join(), stage.join());
    let flood = "x\n".repeat(10_000);
    let (heard, mut rest) = stage.hear(&mut ann, flood.as_bytes());
    assert_eq!(rest.len(), flood.len() - 10, "five lines at once");
    let mut lines = 5;
    let mut heard = heard;
    while let InputResult::BlockedUntil(at) = heard {
        advance(at.saturating_sub(stage.hub.now())).await;
        (heard, rest) = stage.hear(&mut ann, rest);
        lines = (flood.len() - rest.len()) / 2;
    }
    assert_eq!(heard, InputResult::Kicked(KickReason::TooMuch));
    assert_eq!(lines, 5 + 10 * 60, "for a minute it was heard at its rate");
    let told = read(&stage.hub, &ann);
    assert_eq!(told, "* Slow down: this server takes 10 lines a second from each. The rest of yours waits.\n");
    assert_eq!(read(&stage.hub, &bob).len(), lines * 2);
    let log = stage.log.lock().unwrap();
    assert_eq!(log.iter().filter(|line| line.starts_with("slowed")).count(), 1, "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_makes_up_for_a_burst() {
    let rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(5).unwrap() };
    let stage = Stage::new(ServerLimits { rate: Some(rate), ..ServerLimits::default() });
    let mut ann = stage.join();
    for _ in 0..200 {
        assert_eq!(stage.hear(&mut ann, b"1\n2\n3\n4\n5\n").0, InputResult::Consumed);
        advance(Duration::from_millis(500)).await;
    }
    assert_eq!(read(&stage.hub, &ann), "");
}

#[tokio::test(start_paused = true)]
async fn those_who_speak_wait_for_a_full_outbox_but_not_for_long() {
    let stage = Stage::new(ServerLimits { outbox: 1000, ..no_limits() });
    let (mut ann, bob, mut cid) = (stage.join(), stage.join(), stage.join());
    assert_eq!(stage.hear(&mut ann, &[b'x'; 999]).0, InputResult::Consumed);
    assert_eq!(
        stage.hear(&mut ann, b"\nmore\n"),
        (InputResult::Consumed, &b""[..]),
        "what makes it full is still taken"
    );
    assert_eq!(stage.hear(&mut ann, b"more\n"), (InputResult::Blocked, &b"more\n"[..]));
    read(&stage.hub, &cid);
    assert_eq!(stage.hear(&mut cid, b"hello\n").0, InputResult::Blocked);
    assert!(!is_told(&ann).await);
    advance(BACKPRESSURE_TIME).await;
    let holding = bob.mailbox.open().outbox.tick(stage.hub.now());
    stage.hub.on_time_passed(holding);
    assert!(is_told(&ann).await && is_told(&cid).await);
    assert_eq!(stage.hear(&mut ann, b"more\n").0, InputResult::Consumed);
    assert_eq!(read(&stage.hub, &cid), "more\n");
    assert!(!bob.mailbox.open().outbox.is_stuck(stage.hub.now()));
    advance(STALL_TIMEOUT.saturating_sub(BACKPRESSURE_TIME)).await;
    assert!(bob.mailbox.open().outbox.is_stuck(stage.hub.now()));
    let kept = read(&stage.hub, &bob);
    assert!(kept.ends_with("x\nmore\n* You missed 1 line: you were reading too slowly.\n"), "{kept}");
    assert!(!bob.mailbox.open().outbox.is_stuck(stage.hub.now()));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_one_that_has_left_and_it_is_not_counted_twice() {
    let stage = Stage::new(ServerLimits { outbox: 10, ..no_limits() });
    let (mut ann, bob, cid) = (stage.join(), stage.join(), stage.join());
    stage.hear(&mut ann, b"more than ten\n");
    assert_eq!(stage.hear(&mut ann, b"x\n").0, InputResult::Blocked);
    stage.hub.leave(bob.id, LeaveReason::Closed);
    assert_eq!(stage.hear(&mut ann, b"x\n").0, InputResult::Blocked, "cid is as full");
    // Its last words are still written.
    assert_eq!(read(&stage.hub, &bob), "more than ten\n");
    assert_eq!(stage.hear(&mut ann, b"x\n").0, InputResult::Blocked);
    read(&stage.hub, &cid);
    assert!(is_told(&ann).await);
    assert_eq!(stage.hear(&mut ann, b"x\n").0, InputResult::Consumed);
}

#[tokio::test]
async fn clients_are_counted_by_address_whatever_form_it_has() {
    let stage = Stage::new(ServerLimits { clients: Some(3), per_address: Some(1), ..ServerLimits::default() });
    let first = stage.join();
    let mapped = SocketAddr::new(Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped().into(), 5001);
    let refusal = stage.hub.join(mapped).unwrap_err();
    assert_eq!(refusal, AdmissionError::TooManyFrom(address(1).ip(), 1));
    assert!(stage.log.lock().unwrap().last().unwrap().starts_with("refused  10.0.0.1:5001: no more than 1 from one"));
    stage.hub.leave(first.id, LeaveReason::Closed);
    stage.hub.leave(first.id, LeaveReason::Closed);
    assert!(stage.hub.join(mapped).is_err(), "it has left the room, and the connection is still there");
    stage.hub.closed(&first);
    for last in 1..=3 {
        stage.hub.join(address(last)).unwrap();
    }
    assert_eq!(stage.hub.join(address(4)).unwrap_err(), AdmissionError::Full(3));
}

#[tokio::test]
async fn the_end_is_a_goodbye_to_all_and_nobody_comes_in_any_more() {
    let stage = Stage::new(no_limits());
    let (mut ann, bob) = (stage.join(), stage.join());
    stage.hub.close();
    assert!(is_told(&ann).await && is_told(&bob).await);
    assert_eq!(stage.hear(&mut ann, b"too late\n").0, InputResult::Left);
    stage.hub.leave(ann.id, LeaveReason::HungUp);
    for speaker in [&ann, &bob] {
        assert_eq!(read(&stage.hub, speaker), "* The server is closing. Goodbye.\n");
    }
    assert_eq!(stage.hub.join(address(2)).unwrap_err(), AdmissionError::Closing);
}

#[tokio::test]
async fn half_a_character_waits_for_its_other_half() {
    let stage = Stage::new(no_limits());
    let (mut ann, bob) = (stage.join(), stage.join());
    stage.hear(&mut ann, b"caf\xc3");
    assert_eq!(stage.hub.feed(&mut ann, ClientInput::Idle), InputResult::Consumed);
    assert_eq!(read(&stage.hub, &bob), "caf");
    assert!(ann.framer.awaits_silence());
    stage.hear(&mut ann, b"\xa9\n");
    assert_eq!(read(&stage.hub, &bob), "é\n");
}

#[tokio::test]
async fn one_turn_is_not_without_end() {
    let stage = Stage::new(no_limits());
    let mut ann = stage.join();
    let words = b"\n".repeat(MAX_LINES_PER_TURN + 1);
    assert_eq!(stage.hear(&mut ann, &words), (InputResult::YieldTurn, &b"\n"[..]));
}

#[tokio::test]
async fn those_who_wait_to_speak_are_told_in_the_order_they_came() {
    let stage = Stage::new(ServerLimits { outbox: 10, ..no_limits() });
    let (mut ann, mut bob, cid) = (stage.join(), stage.join(), stage.join());
    stage.hear(&mut ann, b"more than ten\n");
    read(&stage.hub, &bob);
    assert_eq!(stage.hear(&mut bob, b"x\n").0, InputResult::Blocked);
    assert_eq!(stage.hear(&mut ann, b"x\n").0, InputResult::Blocked);
    let first = bob.ticket.unwrap();
    assert!(first < ann.ticket.unwrap());
    assert_eq!(stage.hear(&mut bob, b"x\n").0, InputResult::Blocked);
    assert_eq!(bob.ticket, Some(first), "asking again does not cost the place");
    read(&stage.hub, &cid);
    assert_eq!(stage.hear(&mut bob, b"x\n").0, InputResult::Consumed);
    assert_eq!(bob.ticket, None);
}

#[tokio::test]
async fn the_beginning_of_a_line_is_not_more_than_may_be_said() {
    let rate = Rate { per_second: NonZeroU32::new(1).unwrap(), burst: NonZeroU32::new(1).unwrap() };
    let stage = Stage::new(ServerLimits { rate: Some(rate), ..ServerLimits::default() });
    let mut ann = stage.join();
    assert_eq!(stage.hear(&mut ann, b"one\ntw"), (InputResult::Consumed, &b""[..]));
    assert_eq!(read(&stage.hub, &ann), "");
    assert!(matches!(stage.hear(&mut ann, b"o\n"), (InputResult::BlockedUntil(_), b"o\n")));
    assert!(read(&stage.hub, &ann).starts_with("* Slow down: "));
}

#[tokio::test]
async fn what_follows_a_hang_up_in_the_same_read_is_not_heard() {
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
    let mut words = &b"one\ntwo\n"[..];
    assert_eq!(hub.feed(&mut ann, ClientInput::Bytes(&mut words)), InputResult::Left);
    assert_eq!(read(&hub, &ann), "one\n");
}

#[tokio::test(start_paused = true)]
async fn many_who_do_not_read_hold_a_room_up_for_a_second_and_no_longer() {
    let stage = Stage::new(ServerLimits { outbox: 10, ..no_limits() });
    let mut ann = stage.join();
    let mut waits = 0;
    for _ in 0..30 {
        let deaf = stage.join();
        assert_eq!(stage.hear(&mut ann, b"more than ten\n").0, InputResult::Consumed);
        if stage.hear(&mut ann, b"x\n").0 == InputResult::Blocked {
            waits += 1;
            advance(BACKPRESSURE_TIME).await;
            let holding = deaf.mailbox.open().outbox.tick(stage.hub.now());
            stage.hub.on_time_passed(holding);
        }
    }
    assert_eq!(waits, 10, "a second in all");
}

#[tokio::test(start_paused = true)]
async fn coming_back_does_not_make_up_for_having_said_too_much() {
    let rate = Rate { per_second: NonZeroU32::new(10).unwrap(), burst: NonZeroU32::new(5).unwrap() };
    let stage = Stage::new(ServerLimits { rate: Some(rate), per_address: Some(1000), ..ServerLimits::default() });
    let listener = stage.hub.join(address(2)).unwrap();
    for lines in [5, 1, 1] {
        let mut spammer = stage.join();
        stage.hear(&mut spammer, b"spam\nspam\nspam\nspam\nspam\nspam\n");
        stage.hub.leave(spammer.id, LeaveReason::Closed);
        stage.hub.closed(&spammer);
        assert_eq!(read(&stage.hub, &listener).matches("spam").count(), lines);
    }
    let mut others: Vec<HubClient> = (3..100).map(|_| stage.join()).collect();
    let last = others.last_mut().unwrap();
    stage.hear(last, b"spam\nspam\n");
    assert_eq!(read(&stage.hub, &listener).matches("spam").count(), 1, "of many who come at once nobody has a burst");
    assert_eq!(stage.hub.join(address(1)).unwrap_err(), AdmissionError::TooOftenFrom(address(1).ip()));
    advance(Duration::from_millis(100)).await;
    stage.hub.join(address(1)).unwrap();
}
