//! Delivery of sent lines, and half-close.

use super::*;
use crate::app::{Closing, Delivery, WriteSide};

const A_MOMENT: Duration = Duration::from_millis(250);

impl Driver {
    /// Returns the actual and the shown delivery of each sent row.
    fn deliveries(&self) -> Vec<(Delivery, Delivery)> {
        let tab = self.app.tab();
        let sent = tab.transcript().rows().filter(|row| row.kind == RowKind::Sent);
        sent.map(|row| (tab.delivery(row.id, row.id), tab.delivery_shown(row.id, row.id))).collect()
    }
}

#[test]
fn promptly_written_lines_are_never_marked_waiting() {
    let mut driver = Driver::connected();
    driver.receive(b"welcome\n");
    driver.enter("hello");
    assert_eq!(driver.deliveries(), [(Delivery::Waiting, Delivery::Sent)]);
    driver.link(LinkEvent::Written(6));
    assert_eq!(driver.deliveries(), [(Delivery::Sent, Delivery::Sent)]);
    assert_eq!(driver.app.deadline(), None, "no timer is set");
}

#[test]
fn lines_that_wait_are_marked_row_by_row() {
    let mut driver = Driver::connected();
    driver.enter("one");
    driver.enter("three");
    driver.link(LinkEvent::Written(5));
    driver.wait(A_MOMENT);
    assert_eq!(driver.deliveries(), [(Delivery::Sent, Delivery::Sent), (Delivery::Waiting, Delivery::Waiting)]);
    driver.receive(b"what they say has nowhere to go\n");
    driver.enter("two");
    assert_eq!(driver.deliveries()[2], (Delivery::Waiting, Delivery::Waiting), "now at once");
    driver.link(LinkEvent::Written(9));
    assert!(driver.deliveries().iter().all(|delivery| *delivery == (Delivery::Sent, Delivery::Sent)));
    assert_eq!(driver.app.tab().traffic().queued, 0);
}

#[test]
fn waiting_lines_are_unsent_after_the_connection_ends() {
    let mut driver = Driver::connected();
    for line in ["one", "two", "three"] {
        driver.enter(line);
    }
    driver.link(LinkEvent::Written(6));
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(
        driver.last(),
        "Error Not sent: the last 8 bytes did not leave this machine. Part of the first line did. Complete"
    );
    let count = driver.rows().len();
    driver.link(LinkEvent::NotSent(Bytes::from_static(b"three\n")));
    assert_eq!(driver.rows().len(), count, "returned bytes were reported before");
    driver.act(Action::Submit);
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    driver.enter("four");
    driver.link(LinkEvent::Written(5));
    let shown: Vec<_> = driver.deliveries().into_iter().map(|(_, shown)| shown).collect();
    assert_eq!(shown, [Delivery::Sent, Delivery::PartlySent, Delivery::NotSent, Delivery::Sent]);
}

#[test]
fn a_refused_line_is_not_sent_and_earlier_lines_stay_queued() {
    let mut driver = Driver::connected();
    driver.enter("one");
    driver.enter("refused");
    driver.link(LinkEvent::NotSent(Bytes::from_static(b"refused\n")));
    assert_eq!(driver.last(), "Error Not sent: the last 8 bytes did not leave this machine. Complete");
    driver.enter("two");
    driver.link(LinkEvent::Written(8));
    let truth: Vec<_> = driver.deliveries().into_iter().map(|(truth, _)| truth).collect();
    assert_eq!(truth, [Delivery::Sent, Delivery::NotSent, Delivery::Sent]);
    driver.act(Action::HistoryPrevMatching);
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.draft(), "refused", "nothing typed is lost");
}

#[test]
fn clearing_rows_keeps_the_send_queue() {
    let mut driver = Driver::connected();
    driver.enter("one");
    driver.enter("/clear");
    assert_eq!(driver.app.tab().traffic().queued, 4);
    driver.enter("two");
    driver.link(LinkEvent::Written(4));
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(driver.deliveries(), [(Delivery::NotSent, Delivery::NotSent)]);
}

fn outgoing(driver: &Driver) -> Option<WriteSide> {
    match driver.app.tab().link() {
        LinkState::Open { outgoing, .. } => Some(*outgoing),
        _ => None,
    }
}

#[test]
fn after_half_close_nothing_is_sent_and_the_draft_stays() {
    let mut driver = Driver::connected();
    assert_eq!(driver.enter("/eof"), [], "it asks first");
    assert_eq!(driver.act(Action::Submit), [Effect::Link(LinkId(0), LinkCommand::Eof)]);
    assert_eq!(outgoing(&driver), Some(WriteSide::Closing));
    for state in [WriteSide::Closing, WriteSide::Closed] {
        assert_eq!(outgoing(&driver), Some(state));
        assert_eq!(driver.enter("more"), []);
        assert_eq!(driver.draft(), "more");
        let words = "Error Half-closed with /eof. /connect opens a new connection. Complete";
        assert_eq!(driver.last(), words);
        driver.act(Action::QuitOrClear);
        driver.link(LinkEvent::HalfClosed);
        assert_eq!(driver.last(), "Notice Half-closed. The server can still send. Complete");
    }
    assert_eq!(driver.enter("/eof"), []);
    assert!(driver.last().starts_with("Error Already half-closed"), "{}", driver.last());
    driver.act(Action::QuitOrClear);
    driver.receive(b"42\n");
    assert_eq!(driver.last(), "Received 42 Lf");
    assert_eq!(driver.enter("/close"), [Effect::Link(LinkId(0), LinkCommand::Close)]);
    driver.link(LinkEvent::Closed(CloseReason::ByUs));
    assert_eq!(driver.enter("/connect"), opens());
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert_eq!(driver.enter("anew"), sends(b"anew\n"));
}

#[test]
fn half_close_needs_a_connection() {
    let mut driver = Driver::new();
    assert_eq!(driver.enter("/eof"), []);
    assert!(driver.last().starts_with("Error Not connected: nothing to half-close."), "{}", driver.last());
    driver.link(LinkEvent::NotHalfClosed);
    assert_eq!(outgoing(&driver), None);
}

#[test]
fn a_refused_half_close_keeps_the_connection_open() {
    let mut driver = Driver::connected();
    driver.enter("/eof");
    driver.act(Action::Submit);
    driver.link(LinkEvent::NotHalfClosed);
    assert!(driver.last().starts_with("Error Not half-closed"), "{}", driver.last());
    assert_eq!(driver.enter("hello"), sends(b"hello\n"));
}

#[test]
fn closing_and_quitting_ask_while_bytes_are_unsent() {
    let mut driver = Driver::connected();
    driver.enter("important");
    driver.wait(A_MOMENT);
    assert_eq!(driver.enter("/quit"), []);
    assert_eq!(driver.app.mode(), Mode::ConfirmQuit);
    assert_eq!(driver.act(Action::Submit), [Effect::Quit]);
    driver.act(Action::Cancel);
    assert_eq!(driver.enter("/close!"), []);
    assert_eq!(driver.app.mode(), Mode::ConfirmClose(Closing::Tab));
    driver.act(Action::Submit);
    assert!(
        driver.app.status_message().unwrap().contains("10 bytes are not sent yet"),
        "{:?}",
        driver.app.status_message()
    );
    driver.act(Action::StartCommand);
    assert_eq!(driver.enter("quit"), [Effect::Quit], "nothing is left to wait for");
}

const fn acknowledged(bytes: u64, is_late: bool) -> LinkEvent {
    LinkEvent::Acknowledged { bytes, is_late }
}

/// Returns a connected driver with lines that were written but have not been acknowledged for a second.
fn with_late(lines: &[&str]) -> Driver {
    let mut driver = Driver::connected();
    driver.receive(b"welcome\n");
    for line in lines {
        driver.enter(line);
        driver.link(LinkEvent::Written(line.len() + 1));
    }
    driver.link(acknowledged(0, true));
    driver
}

const LOST: LinkEvent = LinkEvent::Closed(CloseReason::ByPeer);

#[test]
fn late_lines_show_after_three_seconds_until_acknowledged() {
    let mut driver = with_late(&["one", "two"]);
    assert_eq!(driver.deliveries(), [(Delivery::Unacknowledged, Delivery::Sent); 2]);
    driver.wait(Duration::from_secs(2));
    assert_eq!(driver.deliveries(), [(Delivery::Unacknowledged, Delivery::Unacknowledged); 2]);
    driver.link(acknowledged(4, true));
    let [first, second] = driver.deliveries()[..] else { panic!("two lines") };
    assert_eq!((first.1, second.1), (Delivery::Sent, Delivery::Unacknowledged));
    driver.link(acknowledged(8, false));
    assert_eq!(driver.deliveries(), [(Delivery::Sent, Delivery::Sent); 2]);
    assert_eq!(driver.app.deadline(), None, "no timer is set");
}

#[test]
fn late_lines_are_lost_and_offered_after_a_drop() {
    let mut driver = with_late(&["one", "two", "three"]);
    driver.link(acknowledged(6, true));
    driver.link(LOST);
    let words = "Error Not delivered: the other machine has not acknowledged the last 2 lines (8 bytes). \
                 Part of the first line was. /resend offers them once you are connected. Complete";
    assert_eq!(driver.last(), words);
    let shown: Vec<_> = driver.deliveries().into_iter().map(|(_, shown)| shown).collect();
    assert_eq!(shown, [Delivery::Sent, Delivery::PartlySent, Delivery::NotSent]);
    assert_eq!(driver.app.tab().unsent_lines(), 2);
    driver.act(Action::Submit);
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert_eq!(driver.last(), "Notice 2 lines were not delivered. /resend shows them and asks. Complete");
    driver.enter("/resend");
    let parcel = driver.app.preview().unwrap();
    let lines: Vec<_> = (0..parcel.len()).filter_map(|n| parcel.line(n)).collect();
    assert_eq!(lines, [&b"two"[..], b"three"]);
}

#[test]
fn late_and_waiting_lines_are_lost_together() {
    let mut driver = with_late(&["one"]);
    driver.enter("two");
    driver.link(LOST);
    assert!(driver.last().contains("the last 2 lines (8 bytes)"), "{}", driver.last());
    assert_eq!(driver.deliveries(), [(Delivery::NotSent, Delivery::NotSent); 2]);
}

#[test]
fn a_drop_without_overdue_bytes_loses_nothing() {
    for reports in [&[][..], &[acknowledged(0, true), acknowledged(4, false)]] {
        let mut driver = Driver::connected();
        driver.enter("one");
        driver.link(LinkEvent::Written(4));
        for report in reports {
            driver.link(report.clone());
        }
        driver.link(LOST);
        assert_eq!(driver.deliveries(), [(Delivery::Sent, Delivery::Sent)], "{reports:?}");
        assert_eq!(driver.app.tab().unsent_lines(), 0);
    }
}

#[test]
fn acknowledgements_are_per_connection() {
    let mut driver = with_late(&["one"]);
    driver.link(LOST);
    driver.act(Action::Submit);
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    driver.enter("two");
    driver.link(LinkEvent::Written(4));
    driver.link(acknowledged(2, true));
    driver.link(LOST);
    assert_eq!(driver.deliveries()[1].1, Delivery::PartlySent);
}

#[test]
fn a_late_secret_line_is_reported_but_not_offered() {
    let mut driver = Driver::connected();
    driver.enter("/secret");
    driver.event(Event::Paste("hush".into()));
    driver.act(Action::Submit);
    driver.link(LinkEvent::Written(5));
    driver.link(acknowledged(0, true));
    driver.link(LOST);
    let words = "Error Not delivered: the other machine has not acknowledged the last 5 bytes. \
                 They include the secret line, which is not saved. Complete";
    assert_eq!((driver.last().as_str(), driver.app.tab().unsent_lines()), (words, 0));
}

#[test]
fn quitting_asks_only_while_bytes_are_late() {
    let mut healthy = Driver::connected();
    healthy.enter("one");
    healthy.link(LinkEvent::Written(4));
    assert_eq!(healthy.enter("/close"), [Effect::Link(LinkId(0), LinkCommand::Close)]);
    assert_eq!(healthy.enter("/quit"), [Effect::Quit]);

    let mut driver = with_late(&["one"]);
    assert_eq!(driver.enter("/quit"), []);
    assert_eq!(driver.app.mode(), Mode::ConfirmQuit);
    driver.act(Action::Cancel);
    driver.act(Action::EndOfInput);
    assert_eq!(driver.act(Action::Submit), [], "Ctrl-D asks twice");
    assert_eq!(driver.app.mode(), Mode::ConfirmQuit);
    driver.act(Action::Cancel);
    for (answer, effects) in
        [(Action::Cancel, vec![]), (Action::Submit, vec![Effect::Link(LinkId(0), LinkCommand::Close)])]
    {
        assert_eq!(driver.enter("/close"), []);
        assert_eq!(driver.app.mode(), Mode::ConfirmClose(Closing::Connection));
        assert_eq!(driver.act(answer), effects);
        assert_eq!(driver.app.mode(), Mode::Input);
    }
}

#[test]
fn a_drop_during_the_question_closes_nothing() {
    let mut driver = with_late(&["one"]);
    driver.enter("/close");
    driver.link(LinkEvent::Closed(CloseReason::ByUs));
    assert_eq!(driver.act(Action::Submit), []);
    assert!(driver.last().starts_with("Error There is no connection to close."), "{}", driver.last());
}
