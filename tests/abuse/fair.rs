//! Clients that never stop talking, where the server lets them: the others have their turn all the same.

use super::{Flood, Talk};
use crate::support::serve::Served;
use std::io::Read as _;

/// Most bytes of the flood that are passed on during ten exchanges of two other clients. That is a measure of the
/// turns it gets for one of theirs which no slow machine changes.
fn others_have_their_turn(words: &[u8], most: u64) {
    let server = Served::start(&["chat", "--rate", "none"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    let mut answers = eve.stream.try_clone().unwrap();
    let flood = Flood::start(&eve, words.repeat((256 << 10) / words.len()));
    let reading = std::thread::spawn(move || {
        let mut chunk = vec![0; 64 << 10];
        while matches!(answers.read(&mut chunk), Ok(1..)) {}
    });
    talk.goes_on();
    let before = flood.sent();
    talk.goes_on();
    talk.goes_on();
    let taken = flood.sent() - before;
    assert!(taken < most, "{taken} bytes");
    drop(flood);
    reading.join().unwrap();
    eve.stream.read(&mut [0]).unwrap_or_default();
}

#[test]
fn a_flood_of_empty_lines_does_not_starve_others() {
    others_have_their_turn(b"\n", 8 << 20);
}

#[test]
fn a_flood_of_wrong_commands_does_not_starve_others() {
    others_have_their_turn(b"/msg x y\n", 8 << 20);
}
