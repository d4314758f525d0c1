//! The end of a server, whatever its clients are at.

#![cfg(unix)]

use super::{Talk, joined, numbered};
use crate::support::serve::Served;
use std::thread::spawn;

const GOODBYE: &str = "* The server is closing. Goodbye.\n";

#[test]
fn a_client_that_never_reads_does_not_delay_shutdown() {
    let mut server = Served::start(&["relay", "--rate", "none"]);
    let (never, mut reader, mut sender) = (joined(&server), joined(&server), joined(&server));
    let lines = numbered(0..40_000);
    let copy = lines.clone();
    let thread = spawn(move || {
        sender.sends(&copy);
        sender
    });
    reader.reads(&lines);
    let mut sender = thread.join().unwrap();
    server.signal("TERM");
    assert_eq!(reader.reads_to_end(), GOODBYE);
    assert_eq!(sender.reads_to_end(), GOODBYE);
    assert!(server.ended().success());
    drop(never);
}

#[test]
fn those_whose_words_wait_get_the_goodbye_too() {
    let mut server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    eve.sends(&b"too much\n".repeat(1000));
    eve.reads_until("* Slow down: ");
    server.signal("INT");
    for client in [&mut talk.ann, &mut talk.bob, &mut eve] {
        let read = client.reads_to_end();
        assert!(read.ends_with(GOODBYE), "{read}");
    }
    assert!(server.ended().success());
}

#[test]
fn those_who_were_to_be_hung_up_on_later_go_at_once() {
    let server = Served::start(&["greet", "--linger", "1h"]);
    let mut client = joined(&server);
    server.signal("TERM");
    assert_eq!(client.reads_to_end(), format!("Thank you for connecting\n{GOODBYE}"));
    drop(client);
    let log = server.rest_of_log();
    // Otherwise it is dropped when patience is at its end, and there is no line.
    assert!(log.iter().any(|line| line.contains("left     127.0.0.1:")), "{log:#?}");
}
