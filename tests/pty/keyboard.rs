//! What comes from a terminal that is slow, old or cut off.

use super::connected;
use std::io::Read as _;
use std::time::Duration;

#[test]
fn after_a_paste_that_lost_its_end_the_keyboard_is_free_again() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"\x1b[200~the text and no end");
    // The five seconds are real ones here.
    terminal.sees("› the text and no end");
    terminal.type_bytes(b"\r");
    let mut sent = [0; 20];
    peer.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    peer.read_exact(&mut sent).unwrap();
    assert_eq!(&sent, b"the text and no end\n");
}

#[test]
fn a_burst_of_keys_without_a_line_end_arrives_whole() {
    let (mut terminal, mut peer) = connected();
    let text = "漢".repeat(2000) + " the end";
    terminal.type_bytes(text.as_bytes());
    terminal.sees("the end");
    terminal.type_bytes(b"\r");
    let mut sent = vec![0; text.len() + 1];
    peer.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    peer.read_exact(&mut sent).unwrap();
    assert_eq!(String::from_utf8(sent).unwrap(), text + "\n");
}

#[test]
fn lines_pasted_into_a_terminal_that_does_not_mark_them_are_asked_about() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"one\rtwo\r");
    terminal.sees("2 lines pasted, 8 bytes");
    peer.set_nonblocking(true).unwrap();
    assert!(peer.read(&mut [0; 1]).is_err(), "nothing has been sent");
}

#[test]
fn the_late_rest_of_a_paste_is_asked_about_and_not_sent() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"\x1b[200~one\rtwo\r");
    // The five seconds are real ones here.
    terminal.sees("2 lines pasted, 8 bytes");
    terminal.type_bytes(b"three\r");
    terminal.sees("3 lines pasted, 14 bytes");
    terminal.type_bytes(b"four\r\x1b[201~");
    terminal.sees("4 lines pasted, 19 bytes");
    peer.set_nonblocking(true).unwrap();
    assert!(peer.read(&mut [0; 1]).is_err(), "nothing has been sent");
}

#[test]
fn answers_of_the_terminal_are_no_text() {
    let (mut terminal, _peer) = connected();
    terminal.type_bytes(b"a\x1b[?62;22cb\x1b]11;rgb:0000/0000/0000\x1b\\c\x1b[27ud");
    terminal.sees("› abcd");
}
