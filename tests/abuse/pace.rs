//! Clients that say more than they may.

use super::Talk;
use crate::support::serve::{Client, Served};

/// Reads this many numbered lines of eve's, each once and in order.
#[track_caller]
fn all_arrive(client: &mut Client, count: usize) {
    for n in 0..count {
        let read = client.reads_until(&format!("eve: line {n}\n"));
        assert_eq!(read.matches("eve: ").count(), 1, "{read}");
    }
}

#[test]
fn a_client_over_the_rate_is_warned_once_and_loses_nothing() {
    let server = Served::start(&["chat", "--rate", "200:100"]);
    let mut talk = Talk::start(&server);
    let (mut eve, mut carol) = (server.named("eve"), server.named("carol"));
    let lines = (0..400).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
    eve.sends(lines.as_bytes());
    eve.reads_until("* Slow down: the limit is 200 lines a second. The rest of your lines are delayed.\n");
    talk.goes_on();
    server.logs("slowed   eve from 127.0.0.1:");
    all_arrive(&mut carol, 400);
    eve.says("/names");
    let told = eve.reads_until("4 here: ");
    assert_eq!(told.matches("Slow down").count(), 0, "told once");
    talk.goes_on();
}

#[test]
fn throttled_lines_arrive_after_the_client_has_closed() {
    let server = Served::start(&["chat", "--rate", "200:100"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    talk.both_read("known as eve\n");
    let lines = (0..250).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
    eve.sends(lines.as_bytes());
    eve.sends(b"goodbye");
    // With nothing unread, so that closing it is an orderly end and not a reset.
    eve.reads_until("The rest of your lines are delayed.\n");
    drop(eve);
    // The first of these is answered with a reset, the next cannot be sent.
    for _ in 0..20 {
        talk.ann.says("are you there?");
        talk.bob.reads_until("ann: are you there?\n");
    }
    all_arrive(&mut talk.ann, 250);
    talk.ann.reads_until("eve: goodbye\n* eve left\n");
    talk.goes_on();
}

#[test]
fn nothing_after_a_goodbye_is_heard_though_it_came_with_it() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    talk.both_read("known as eve\n");
    eve.sends(b"before\n/quit\nafter\n/nick ghost\n");
    assert_eq!(talk.ann.reads_until("* eve left\n"), "eve: before\n* eve left\n");
    assert!(eve.reads_to_end().ends_with("* Goodbye.\n"));
    talk.goes_on();
    let server = Served::start(&["echo", "--once"]);
    let mut eve = server.client();
    eve.sends(b"one\ntwo\nthree\n");
    assert_eq!(eve.reads_to_end(), "one\n");
}
