//! What becomes of what was sent, and the end of our side.

use super::*;
use crate::app::{Delivery, Outgoing};

const A_MOMENT: Duration = Duration::from_millis(250);

impl Driver {
    /// What became of each row of ours, in truth and to the eye.
    fn deliveries(&self) -> Vec<(Delivery, Delivery)> {
        let tab = self.app.tab();
        let sent = tab.transcript().rows().filter(|row| row.kind == RowKind::Sent);
        sent.map(|row| (tab.delivery(row.id, row.id), tab.delivery_shown(row.id, row.id))).collect()
    }
}

#[test]
fn on_a_healthy_link_nothing_is_ever_shown_to_wait() {
    let mut driver = Driver::connected();
    driver.receive(b"welcome\n");
    driver.enter("hello");
    assert_eq!(driver.deliveries(), [(Delivery::Waiting, Delivery::Sent)]);
    driver.link(LinkEvent::Written(6));
    assert_eq!(driver.deliveries(), [(Delivery::Sent, Delivery::Sent)]);
    assert_eq!(driver.app.deadline(), None, "and nothing is woken up for it");
}

#[test]
fn what_waits_for_a_moment_is_shown_to_wait_row_by_row() {
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
fn what_waits_when_the_link_ends_is_not_sent_and_stays_so() {
    let mut driver = Driver::connected();
    for line in ["one", "two", "three"] {
        driver.enter(line);
    }
    driver.link(LinkEvent::Written(6));
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(
        driver.last(),
        "Error Not sent: the last 8 bytes did not leave this machine. Of the first line a part did. Whole"
    );
    let count = driver.rows().len();
    driver.link(LinkEvent::NotSent(Bytes::from_static(b"three\n")));
    assert_eq!(driver.rows().len(), count, "what comes back then has been told of");
    driver.act(Action::Submit);
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    driver.enter("four");
    driver.link(LinkEvent::Written(5));
    let shown: Vec<_> = driver.deliveries().into_iter().map(|(_, shown)| shown).collect();
    assert_eq!(shown, [Delivery::Sent, Delivery::PartlySent, Delivery::NotSent, Delivery::Sent]);
}

#[test]
fn a_line_that_the_link_refuses_is_not_sent_and_those_before_it_go_on_waiting() {
    let mut driver = Driver::connected();
    driver.enter("one");
    driver.enter("refused");
    driver.link(LinkEvent::NotSent(Bytes::from_static(b"refused\n")));
    assert_eq!(driver.last(), "Error Not sent: the last 8 bytes did not leave this machine. Whole");
    driver.enter("two");
    driver.link(LinkEvent::Written(8));
    let truth: Vec<_> = driver.deliveries().into_iter().map(|(truth, _)| truth).collect();
    assert_eq!(truth, [Delivery::Sent, Delivery::NotSent, Delivery::Sent]);
    driver.act(Action::HistoryBack);
    driver.act(Action::HistoryBack);
    assert_eq!(driver.draft(), "refused", "nothing typed is lost");
}

#[test]
fn clearing_forgets_the_rows_and_not_what_waits() {
    let mut driver = Driver::connected();
    driver.enter("one");
    driver.enter("/clear");
    assert_eq!(driver.app.tab().traffic().queued, 4);
    driver.enter("two");
    driver.link(LinkEvent::Written(4));
    driver.link(LinkEvent::Closed(CloseReason::ByPeer));
    assert_eq!(driver.deliveries(), [(Delivery::NotSent, Delivery::NotSent)]);
}

fn outgoing(driver: &Driver) -> Option<Outgoing> {
    match driver.app.tab().link() {
        LinkState::Open { outgoing, .. } => Some(*outgoing),
        _ => None,
    }
}

#[test]
fn after_the_end_of_our_side_nothing_is_sent_and_the_draft_stays() {
    let mut driver = Driver::connected();
    assert_eq!(driver.enter("/eof"), [], "it asks first");
    assert_eq!(driver.act(Action::Submit), [Effect::Link(LinkId(0), LinkCommand::Eof)]);
    assert_eq!(outgoing(&driver), Some(Outgoing::Ending));
    for state in [Outgoing::Ending, Outgoing::Ended] {
        assert_eq!(outgoing(&driver), Some(state));
        assert_eq!(driver.enter("more"), []);
        assert_eq!(driver.draft(), "more");
        let words = "Error You have ended your side with /eof; /connect opens a new connection. Whole";
        assert_eq!(driver.last(), words);
        driver.act(Action::Interrupt);
        driver.link(LinkEvent::HalfClosed);
        assert_eq!(driver.last(), "Notice You ended your side. The server can still send. Whole");
    }
    assert_eq!(driver.enter("/eof"), []);
    assert!(driver.last().starts_with("Error You have ended your side already"), "{}", driver.last());
    driver.act(Action::Interrupt);
    driver.receive(b"42\n");
    assert_eq!(driver.last(), "Received 42 Lf");
    assert_eq!(driver.enter("/close"), [Effect::Link(LinkId(0), LinkCommand::Close)]);
    driver.link(LinkEvent::Closed(CloseReason::ByUs));
    assert_eq!(driver.enter("/connect"), opens());
    driver.link(LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() });
    assert_eq!(driver.enter("anew"), sends(b"anew\n"));
}

#[test]
fn where_there_is_no_connection_there_is_no_side_to_end() {
    let mut driver = Driver::new();
    assert_eq!(driver.enter("/eof"), []);
    assert!(driver.last().starts_with("Error Not connected: there is no side to end."), "{}", driver.last());
    driver.link(LinkEvent::NotHalfClosed);
    assert_eq!(outgoing(&driver), None);
}

#[test]
fn an_end_that_the_link_refuses_leaves_our_side_open() {
    let mut driver = Driver::connected();
    driver.enter("/eof");
    driver.act(Action::Submit);
    driver.link(LinkEvent::NotHalfClosed);
    assert!(driver.last().starts_with("Error Your side is still open"), "{}", driver.last());
    assert_eq!(driver.enter("hello"), sends(b"hello\n"));
}

#[test]
fn leaving_asks_while_something_has_not_left() {
    let mut driver = Driver::connected();
    driver.enter("important");
    driver.wait(A_MOMENT);
    assert_eq!(driver.enter("/quit"), []);
    assert_eq!(driver.app.mode(), Mode::ConfirmQuit);
    assert_eq!(driver.act(Action::Submit), [Effect::Quit]);
    driver.act(Action::Cancel);
    driver.enter("/close!");
    assert!(driver.app.flash().unwrap().contains("10 bytes had not left yet"), "{:?}", driver.app.flash());
    driver.act(Action::CommandLine);
    assert_eq!(driver.enter("quit"), [Effect::Quit], "nothing is left to wait for");
}
