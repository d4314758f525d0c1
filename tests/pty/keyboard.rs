//! Keyboard input from a slow, old or interrupted terminal.

use super::{SIZE, connected};
use crate::support::terminal::Terminal;
use rustix::process::Signal;
use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// The program in a terminal that does not mark pastes.
fn connected_mute() -> (Terminal, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let terminal = Terminal::start_mute(&["127.0.0.1", &port], SIZE);
    let (peer, _) = listener.accept().unwrap();
    terminal.sees("Connected to 127.0.0.1:");
    (terminal, peer)
}

#[track_caller]
fn gets(peer: &mut TcpStream, expected: &str) {
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut sent = vec![0; expected.len()];
    peer.read_exact(&mut sent).unwrap();
    assert_eq!(String::from_utf8_lossy(&sent), expected);
}

#[test]
fn lines_typed_ahead_are_sent_each_where_pastes_are_marked() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"ok\rb");
    terminal.sees("\u{203a} b");
    terminal.type_bytes("ye\rone line\rand another, of many words\r\u{e9}".as_bytes());
    gets(&mut peer, "ok\nbye\none line\nand another, of many words\n");
    terminal.sees("\u{203a} \u{e9}");
}

#[test]
fn keys_typed_while_the_program_is_stopped_are_kept() {
    for (mut terminal, _peer) in [connected(), connected_mute()] {
        let raw_mode = terminal.modes_now();
        terminal.signal(Signal::STOP);
        terminal.until_process_is('T');
        terminal.type_bytes(b"abc");
        terminal.signal(Signal::CONT);
        terminal.sees("\u{203a} abc");
        terminal.until("raw mode", |_| terminal.modes_now() == raw_mode);
    }
}

#[test]
fn a_sequence_and_a_character_in_two_reads_are_whole() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"ab");
    terminal.sees("\u{203a} ab");
    for (first, second, shown) in [
        (&b"\x1b["[..], &b"Dx"[..], "\u{203a} axb"),
        (b"\xc3", b"\xa9", "\u{203a} ax\u{e9}b"),
        (b"\x1b]11;rgb:0", b"/0/0\x1b\\y", "\u{203a} ax\u{e9}yb"),
    ] {
        terminal.type_bytes(first);
        // The stall itself: longer than ESC waits for what is behind it.
        std::thread::sleep(Duration::from_millis(300));
        terminal.type_bytes(second);
        terminal.sees(shown);
    }
    terminal.type_bytes(b"\r");
    gets(&mut peer, "ax\u{e9}yb\n");
}

#[test]
fn text_typed_while_a_paste_is_asked_about_is_typed_behind_it() {
    for arguments in [&[][..], &["--plain"]] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let mut terminal = Terminal::start(&[arguments, &["127.0.0.1", &port]].concat(), SIZE);
        let (mut peer, _) = listener.accept().unwrap();
        terminal.sees("Connected to 127.0.0.1:");
        terminal.type_bytes(b"\x1b[200~one\rtwo\x1b[201~ and\rbye\r");
        terminal.sees("Typed text waits");
        terminal.type_bytes(b"\x1be");
        terminal.sees("bye");
        terminal.type_bytes(b"\r");
        gets(&mut peer, "one\ntwo and\nbye\n");
    }
}

#[test]
fn text_typed_before_a_question_is_no_answer() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"/eof\ryes\rmore\r");
    terminal.sees("Typed text waits");
    terminal.type_bytes(b"\x1b[27u");
    gets(&mut peer, "yes\nmore\n");
}

#[test]
fn the_answer_of_the_terminal_is_not_left_for_the_shell() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let mut terminal = Terminal::start_mute(&["127.0.0.1", &port], SIZE);
    let (_peer, _) = listener.accept().unwrap();
    terminal.sees("Connected to 127.0.0.1:");
    terminal.type_bytes(b"/quit\r");
    // The screen is given back, and the answer still under way.
    terminal.until("the main screen", |screen| !screen.alternate_screen());
    terminal.type_bytes(b"\x1b[?2004;1$y");
    assert_eq!(terminal.ended().exit_code(), 0);
    terminal.is_as_before();
    assert_eq!(terminal.unread(), 0, "nothing is left to be read");
}

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
fn lines_pasted_without_marks_are_asked_about() {
    let (mut terminal, mut peer) = connected_mute();
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
