//! Lines that are too long, too short, too slow or have no end.

use super::{Talk, joined, resets};
use crate::support::serve::Served;
use std::thread::sleep;
use std::time::{Duration, Instant};

#[test]
fn a_line_at_the_limit_is_whole_and_one_byte_more_is_cut() {
    let server = Served::start(&["chat", "--max-line", "100"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    let full = "x".repeat(100);
    let words = "* That line was too long: it was cut to 100 bytes.\n";
    eve.sends(format!("{full}\n{full}\r\nok\n").as_bytes());
    talk.ann.reads_until(&format!("eve: {full}\neve: {full}\neve: ok\n"));
    for long in [format!("{full}y\n"), format!("{full}y\r\n"), format!("{full}\ry\n"), format!("{full}{full}{full}\n")]
    {
        eve.sends(long.as_bytes());
        let told = eve.reads_until(words);
        assert!(told.ends_with(&format!("\n{words}")) || told == words, "{told}");
        talk.ann.reads_until(&format!("eve: {full}\n"));
    }
    eve.says("that was all");
    assert_eq!(talk.ann.reads_until("eve: that was all\n"), "eve: that was all\n");
    talk.goes_on();
}

#[test]
fn a_mebibyte_without_a_newline_is_one_cut_line_and_told_once() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    eve.sends(&vec![b'x'; 1 << 20]);
    let read = talk.both_read(&format!("eve: {}\n", "x".repeat(8192)));
    assert_eq!(read.matches("eve: ").count(), 1);
    assert!(!talk.goes_on().contains('x'));
    eve.sends(b"the end of it\nand now\n");
    assert_eq!(talk.both_read("eve: and now\n"), "eve: and now\n");
    eve.says("/names");
    assert_eq!(eve.reads_until("here: ").matches("That line was too long").count(), 1);
    #[cfg(target_os = "linux")]
    assert!(server.memory("VmHWM") < 32 << 10);
}

#[test]
fn a_long_line_in_dribbles_is_cut_where_one_in_a_piece_is() {
    let server = Served::start(&["chat", "--max-line", "100"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    for _ in 0..15 {
        eve.sends(b"xxxxxxxxxx");
        sleep(Duration::from_millis(10));
    }
    eve.sends(b"\nnext\n");
    eve.reads_until("was too long: it was cut to 100 bytes");
    // However the pauses fell, no byte is there twice, and what is beyond the limit is not there at all.
    let read = talk.ann.reads_until("eve: next\n");
    let said: String = read.lines().filter_map(|line| line.strip_prefix("eve: ")).collect();
    assert!(said.trim_end_matches("next").len() <= 150, "{read}");
    talk.goes_on();
}

#[test]
fn a_byte_at_a_time_within_the_silence_is_one_line() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    let mut attempts = 0;
    loop {
        let mut longest = Duration::ZERO;
        for byte in b"slow but steady" {
            let start = Instant::now();
            eve.sends(&[*byte]);
            sleep(Duration::from_millis(25));
            longest = longest.max(start.elapsed());
        }
        eve.sends(b"\n");
        let read = talk.ann.reads_until("y\n");
        attempts += 1;
        // On a busy machine the client itself may have paused for longer than it wanted; then it says it again.
        if longest < Duration::from_millis(100) || attempts == 20 {
            assert!(read.ends_with("eve: slow but steady\n"), "{read}");
            break;
        }
    }
    talk.goes_on();
}

#[test]
fn a_byte_at_a_time_with_longer_pauses_is_a_line_each() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    talk.both_read("known as eve\n");
    for byte in ["a", "b", "c"] {
        eve.sends(byte.as_bytes());
        let read = talk.both_read(&format!("eve: {byte}\n"));
        assert_eq!(read, format!("eve: {byte}\n"));
    }
    // The late newline of the last is no message.
    eve.sends(b"\nd\n");
    assert_eq!(talk.both_read("eve: d\n"), "eve: d\n");
    talk.goes_on();
}

#[test]
fn clients_that_send_no_newlines_take_part() {
    let server = Served::start(&["chat"]);
    let (mut ann, mut eve) = (server.client(), server.client());
    ann.sends(b"/nick ann");
    ann.reads_until("known as ann\n");
    eve.reads_until("known as ann\n");
    eve.sends("/nick \u{44f}".as_bytes());
    ann.reads_until("known as \u{44f}\n");
    ann.sends(b"hello");
    eve.reads_until("ann: hello\n");
    eve.sends("привет".as_bytes());
    ann.reads_until("\u{44f}: привет\n");
}

#[test]
fn a_flood_of_empty_lines_says_nothing_and_is_slowed_down() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    talk.both_read("known as eve\n");
    eve.sends(&b"\r\n\n".repeat(10_000));
    eve.reads_until("* Slow down: the limit is 20 lines a second. The rest of your lines are delayed.\n");
    server.logs("slowed   eve from 127.0.0.1:");
    assert_eq!(talk.goes_on(), "");
}

#[test]
fn an_unterminated_last_line_is_delivered_on_half_close() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    let mut eve = server.named("eve");
    eve.sends(b"one\nand so goodb");
    eve.sends(b"ye");
    eve.half_closes();
    talk.ann.reads_until("eve: one\neve: and so goodbye\n* eve left\n");
    // She gets what was on its way to her, and an end.
    assert!(!eve.reads_to_end().contains("eve left"));
    talk.goes_on();
}

#[test]
fn last_words_are_heard_from_clients_that_close_at_once() {
    let server = Served::start(&["relay", "--max-per-address", "none"]);
    let mut ann = joined(&server);
    for n in 0..50 {
        let mut eve = server.client();
        eve.sends(format!("{n}\nlast of {n}").as_bytes());
        drop(eve);
        ann.reads(format!("{n}\nlast of {n}").as_bytes());
        // Somebody else's turn: the open line gets an end.
        let mut bob = server.client();
        bob.sends(b"ok\n");
        ann.reads(b"\nok\n");
    }
}

#[test]
fn what_has_come_before_a_reset_in_mid_line_is_said() {
    let server = Served::start(&["chat"]);
    let mut talk = Talk::start(&server);
    for _ in 0..5 {
        let mut eve = server.named("eve");
        eve.says("whole");
        talk.ann.reads_until("eve: whole\n");
        // As a student's client does that sends no newline, reads nothing, and ends.
        eve.sends(b"I lo");
        resets(eve);
        assert_eq!(talk.ann.reads_until("* eve left\n"), "eve: I lo\n* eve left\n");
        talk.goes_on();
    }
}
