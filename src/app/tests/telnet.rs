//! Telnet negotiation: replies, rows and notices.

use super::*;
use proptest::prelude::*;

const ASKS: &[u8] = b"\xff\xfd\x18\xff\xfb\x01login: ";
const REFUSED: &[u8] = b"\xff\xfc\x18\xff\xfe\x01";

fn answering() -> Driver {
    let mut driver = Driver::with(Settings { answer_telnet: true, ..Settings::default() });
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    driver
}

impl Driver {
    /// Returns the bytes sent in reply to `bytes`.
    fn replies(&mut self, bytes: &[u8]) -> Vec<u8> {
        let effects = self.link(LinkEvent::Received(Bytes::copy_from_slice(bytes)));
        sent(&effects)
    }

    fn kinds(&self) -> Vec<(RowKind, Vec<u8>, transcript::RowEnd)> {
        self.app.tab().transcript().rows().map(|row| (row.kind, row.bytes.to_vec(), row.end)).collect()
    }

    fn notices(&self) -> usize {
        self.kinds()
            .iter()
            .filter(|(kind, bytes, _)| *kind == RowKind::Notice && bytes.starts_with(b"The server sp"))
            .count()
    }
}

fn sent(effects: &[Effect]) -> Vec<u8> {
    let bytes = effects.iter().map(|effect| match effect {
        Effect::Link(_, LinkCommand::Send(bytes)) => bytes.to_vec(),
        effect => panic!("{effect:?}"),
    });
    bytes.collect::<Vec<_>>().concat()
}

#[test]
fn telnet_requests_are_refused_and_shown_in_the_row() {
    let mut driver = answering();
    assert_eq!(driver.replies(ASKS), REFUSED);
    assert_eq!(driver.replies(b"bob\r\n"), b"");
    let rows = driver.kinds();
    assert_eq!(rows[1], (RowKind::Received, [ASKS, b"bob"].concat(), transcript::RowEnd::CrLf));
    assert_eq!(rows[2], (RowKind::Sent, REFUSED.to_vec(), transcript::RowEnd::Unterminated));
    assert_eq!((rows.len(), driver.notices()), (3, 0));
    assert_eq!(driver.app.tab().traffic().queued, REFUSED.len());
}

#[test]
fn an_option_is_refused_once_per_connection() {
    let mut driver = answering();
    assert_eq!(driver.replies(&b"\xff\xfd\x18".repeat(1000)), b"\xff\xfc\x18");
    assert_eq!(driver.replies(b"\xff\xfe\x18\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0\xff\xf6"), b"");
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.act(Action::Submit);
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert_eq!(driver.replies(b"\xff\xfd\x18"), b"\xff\xfc\x18");
}

#[test]
fn an_unfinished_telnet_command_is_dropped_on_reconnect() {
    let mut driver = answering();
    assert_eq!(driver.replies(b"\xff\xfd"), b"");
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.act(Action::Submit);
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert_eq!(driver.replies(b"\x18"), b"");
}

#[test]
fn without_the_setting_telnet_gets_one_notice_only() {
    let mut driver = Driver::connected();
    for _ in 0..3 {
        assert_eq!(driver.replies(ASKS), b"");
    }
    let said = "The server speaks telnet (it asks for TERMINAL-TYPE). Use --telnet or /set telnet on to answer.";
    assert!(driver.kinds().contains(&(RowKind::Notice, said.into(), transcript::RowEnd::Complete)));
    assert_eq!(driver.notices(), 1);
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    driver.act(Action::Submit);
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    driver.replies(b"\xff\xfb\x01");
    assert_eq!(driver.notices(), 2);
    assert!(driver.last().contains("(it offers ECHO)"), "{}", driver.last());
}

#[test]
fn other_high_bytes_are_not_reported_as_telnet() {
    let mut driver = Driver::connected();
    for bytes in
        [&b"\xff\xff\xff\xff"[..], b"\xff\xfd", b"\x80\n", b"\xff\xfb\x63", b"\xff\xfe\x01\xff\xfc\x01", b"\xff\xf9"]
    {
        driver.receive(bytes);
    }
    assert_eq!(driver.notices(), 0);
}

#[test]
fn pending_telnet_requests_are_answered_once_enabled() {
    let mut driver = Driver::connected();
    driver.receive(ASKS);
    let now = driver.now;
    let tab = driver.app.tab_mut();
    assert_eq!(sent(&tab.answer_telnet(now)), REFUSED);
    assert_eq!(sent(&tab.answer_telnet(now)), b"");
}

#[test]
fn telnet_is_not_answered_after_half_close() {
    let mut driver = answering();
    driver.enter("/eof");
    driver.act(Action::Submit);
    assert_eq!(driver.replies(ASKS), b"");
    driver.link(LinkEvent::HalfClosed);
    assert_eq!(driver.replies(b"\xff\xfd\x01"), b"");
}

#[test]
fn telnet_refusals_follow_queued_lines() {
    let mut driver = answering();
    let line = "x".repeat(crate::app::session::QUEUE_LIMIT - 1);
    driver.event(Event::Paste(format!("{line}\ny")));
    driver.act(Action::PreviewSend);
    assert_eq!(driver.app.tab().traffic().queued, crate::app::session::QUEUE_LIMIT);
    assert_eq!(driver.replies(ASKS), REFUSED);
}

#[test]
fn telnet_replies_keep_the_draft_and_the_idle_row_end() {
    let mut driver = answering();
    driver.event(Event::Char('h'));
    driver.receive(ASKS);
    assert_eq!(driver.app.tab().line_editor().text(), "h");
    driver.wait(Duration::from_millis(500));
    assert_eq!(driver.kinds()[1].2, transcript::RowEnd::Idle);
}

fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let byte = prop_oneof![3 => Just(0xff_u8), 3 => 0xf0..=0xfe_u8, 2 => 0..4_u8, 2 => Just(b'\n'), 1 => any::<u8>()];
    proptest::collection::vec(proptest::collection::vec(byte, 0..12), 0..8)
}

proptest! {
    #[test]
    fn rows_and_replies_do_not_depend_on_reads(reads in pieces()) {
        let outcome = |reads: &[Vec<u8>]| {
            let mut driver = answering();
            let replies: Vec<u8> = reads.iter().flat_map(|read| driver.replies(read)).collect();
            let (ours, theirs): (Vec<_>, Vec<_>) =
                driver.kinds().into_iter().partition(|(kind, ..)| *kind == RowKind::Sent);
            // Replies to one read share a row; the read size depends on the network.
            let ours: Vec<u8> = ours.into_iter().flat_map(|(_, bytes, _)| bytes).collect();
            (replies, theirs, ours)
        };
        prop_assert_eq!(outcome(&reads), outcome(&[reads.concat()]));
    }
}
