//! Flows of several keys: search, completion, quoted insert, editor, a command over a draft, questions.

use super::{CLEAR, bytes};
use crate::pty::{SIZE, connected};
use crate::support::terminal::Terminal;
use portable_pty::CommandBuilder;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Waits until the line at the bottom is this, and the cursor in that column.
#[track_caller]
fn bottom(terminal: &Terminal, line: &str, column: u16) {
    terminal.until(&format!("{line:?} and the cursor at {column}"), |screen| {
        let (rows, columns) = screen.size();
        let last = screen.rows(0, columns.get()).last().unwrap_or_default();
        last.trim_end() == line && screen.cursor_position() == (rows.get() - 1, column)
    });
}

/// Asserts the next bytes the peer receives.
#[track_caller]
fn gets(peer: &mut TcpStream, expected: &[u8]) {
    peer.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut got = vec![0; expected.len()];
    peer.read_exact(&mut got).unwrap();
    assert_eq!(got.escape_ascii().to_string(), expected.escape_ascii().to_string());
}

/// The program on a server to which these lines were said.
fn after(lines: &[&str]) -> (Terminal, TcpStream) {
    let (mut terminal, mut peer) = connected();
    for line in lines {
        terminal.type_bytes(format!("{line}\r").as_bytes());
        gets(&mut peer, format!("{line}\n").as_bytes());
    }
    (terminal, peer)
}

const SAID: &[&str] = &["alpha", "beta", "gamma alpha"];

#[test]
fn enter_sends_the_found_line_and_restores_the_draft() {
    let (mut terminal, mut peer) = after(SAID);
    terminal.type_bytes(b"draft\x12alp");
    bottom(&terminal, "(alp) gamma alpha", 4);
    terminal.type_bytes(&bytes::bytes("Ctrl-R"));
    bottom(&terminal, "(alp) alpha", 4);
    // There is no older one.
    terminal.type_bytes(&bytes::bytes("Ctrl-R"));
    terminal.type_bytes(b"\r");
    gets(&mut peer, b"alpha\n");
    bottom(&terminal, "› draft", 7);
}

#[test]
fn esc_keeps_the_draft_and_an_arrow_takes_the_found_line() {
    let (mut terminal, mut peer) = after(SAID);
    terminal.type_bytes(b"draft\x1b[D\x12be");
    bottom(&terminal, "(be) beta", 3);
    terminal.type_bytes(b"\x1b[27u");
    bottom(&terminal, "› draft", 6);
    terminal.type_bytes(b"\x12be");
    bottom(&terminal, "(be) beta", 3);
    terminal.type_bytes(b"\x1b[D");
    bottom(&terminal, "› beta", 5);
    terminal.type_bytes(b"!\r");
    gets(&mut peer, b"bet!a\n");
}

#[test]
fn a_search_that_finds_nothing_sends_nothing_but_the_draft() {
    let (mut terminal, mut peer) = after(SAID);
    terminal.type_bytes(b"draft\x12zz");
    bottom(&terminal, "(zz) draft", 3);
    terminal.type_bytes(b"\x7f\x7f\r");
    gets(&mut peer, b"draft\n");
}

#[test]
fn names_are_completed_and_esc_takes_the_completion_back() {
    let (mut terminal, mut peer) = connected();
    peer.write_all(b"carla: hello\ncarlos: hi\n").unwrap();
    terminal.sees("carlos: hi");
    terminal.type_bytes(b"ca\t");
    bottom(&terminal, "› carlos:", 10);
    terminal.type_bytes(b"\t");
    bottom(&terminal, "› carla:", 9);
    terminal.type_bytes(b"\x1b[27u");
    bottom(&terminal, "› ca", 4);
    terminal.type_bytes(b"\t\x1b[Zyes\r");
    gets(&mut peer, b"carla: yes\n");
}

#[test]
fn ctrl_v_inserts_control_characters_that_are_sent_as_is() {
    let (mut terminal, mut peer) = connected();
    for (key, shown, column) in [
        (&b"\x01"[..], "› ^A", 4),
        (b"\x1b", "› ^A^[", 6),
        // Ctrl-V itself, and Ctrl-C in Kitty's words.
        (b"\x16", "› ^A^[^V", 8),
        (b"\x1b[99;5u", "› ^A^[^V^C", 10),
        (b"\r", "› ^A^[^V^C^M", 12),
        (b"\0", "› ^A^[^V^C^M^@", 14),
        (b"\x7f", "› ^A^[^V^C^M^@^?", 16),
        (b"\t", "› ^A^[^V^C^M^@^?", 18),
    ] {
        terminal.type_bytes(&[b"\x16", key].concat());
        bottom(&terminal, shown, column);
    }
    terminal.type_bytes(b"b\r");
    gets(&mut peer, b"\x01\x1b\x16\x03\r\0\x7f\tb\n");
    // A key that has no character puts nothing in.
    terminal.type_bytes(b"c\x16\x1b[A");
    terminal.sees("That key has no character");
    terminal.type_bytes(b"d\r");
    gets(&mut peer, b"cd\n");
}

#[test]
fn a_draft_of_several_lines_is_sent_line_by_line() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"one\x1b\rtwo\x1b[13;2uthree");
    bottom(&terminal, "› three", 7);
    terminal.type_bytes(b"\r");
    gets(&mut peer, b"one\ntwo\nthree\n");
    terminal.type_bytes(b"\x1b[A");
    bottom(&terminal, "› three", 7);
}

/// The program with an editor.
fn editing(script: &str) -> (Terminal, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_netchat-tui"));
    command.args(["127.0.0.1", &port]);
    command.env("TERM", "xterm-256color");
    command.env_remove("VISUAL");
    command.env("EDITOR", script);
    let terminal = Terminal::run(command, SIZE);
    let (peer, _) = listener.accept().unwrap();
    terminal.sees("Connected");
    (terminal, peer)
}

#[test]
fn an_editor_gets_the_draft_and_gives_it_back_to_be_sent() {
    let (mut terminal, mut peer) =
        editing(r#"sh -c 'text="$(cat "$1")"; printf "%s, edited\nand more\n" "$text" >"$1"' --"#);
    let modes = terminal.modes_now();
    terminal.type_bytes("漢字\x18\x05".as_bytes());
    terminal.until("the draft of two lines", |screen| {
        let text = screen.contents();
        text.contains("› 漢字, edited") && text.contains("› and more") && screen.alternate_screen()
    });
    assert_eq!(terminal.modes_now(), modes);
    terminal.type_bytes(b"!\r");
    gets(&mut peer, "漢字, edited\nand more!\n".as_bytes());
}

#[test]
fn an_editor_that_fails_leaves_the_draft_unchanged() {
    let (mut terminal, mut peer) = editing(r#"sh -c 'echo ruined >"$1"; exit 3' --"#);
    terminal.type_bytes(b"a draft\x18\x05");
    terminal.sees("exited with status 3; the text is unchanged");
    bottom(&terminal, "› a draft", 9);
    terminal.type_bytes(b"\r");
    gets(&mut peer, b"a draft\n");
}

#[test]
fn a_command_amid_a_draft_gives_the_draft_back() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"half a line\x1d");
    bottom(&terminal, "› /", 3);
    terminal.type_bytes(b"\x1b[27u");
    bottom(&terminal, "› half a line", 13);
    terminal.type_bytes(&bytes::bytes("Ctrl-]"));
    bottom(&terminal, "› /", 3);
    terminal.type_bytes(b"eol crlf\r");
    bottom(&terminal, "› half a line", 13);
    terminal.type_bytes(b"!\r");
    gets(&mut peer, b"half a line!\r\n");
}

#[test]
fn ctrl_d_on_an_empty_line_can_end_our_side_alone() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"\x04");
    terminal.sees("h half-closes");
    terminal.type_bytes(b"\x1b[27u");
    terminal.hides("h half-closes");
    terminal.type_bytes(b"hello\r");
    gets(&mut peer, b"hello\n");
    terminal.type_bytes(b"\x04");
    terminal.sees("h half-closes");
    terminal.answers(b"h");
    terminal.sees("Half-close?");
    terminal.answers(b"y");
    assert_eq!(peer.read(&mut [0; 1]).unwrap(), 0, "the end of our side");
    peer.write_all(b"still here\n").unwrap();
    terminal.sees("‹ still here");
}

#[test]
fn what_ctrl_c_clears_comes_back_with_up() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"not yet\x03");
    bottom(&terminal, "› Type a message; Enter to send", 2);
    terminal.type_bytes(b"\x1b[A");
    bottom(&terminal, "› not yet", 9);
    terminal.type_bytes(b"\r");
    gets(&mut peer, b"not yet\n");
}

#[test]
fn up_and_down_move_by_screen_lines_before_history() {
    let (mut terminal, _peer) = after(&["one"]);
    terminal.resize(20, 24);
    let place = |terminal: &Terminal, draft: [&str; 2], cursor: (u16, u16)| {
        terminal.until(&format!("{draft:?} at {cursor:?}"), |screen| {
            let rows: Vec<String> = screen.rows(0, 20).map(|row| row.trim_end().to_owned()).collect();
            rows[22..] == draft && screen.cursor_position() == cursor
        });
    };
    let draft = ["› one xy two yx", "  three four"];
    terminal.type_bytes(b"one xy two yx three four");
    place(&terminal, draft, (23, 12));
    terminal.type_bytes(b"\x1b[A");
    place(&terminal, draft, (22, 12));
    terminal.type_bytes(b"\x1b[B");
    place(&terminal, draft, (23, 12));
    // From the first line on it is the history, in which nothing begins with all of this.
    terminal.type_bytes(b"\x1b[A\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D");
    place(&terminal, draft, (22, 5));
    terminal.type_bytes(b"\x1b[A");
    bottom(&terminal, "› one", 5);
    terminal.type_bytes(b"\x1b[B");
    // As everywhere, behind the end of what is recalled.
    place(&terminal, draft, (23, 12));
    terminal.type_bytes(CLEAR.as_bytes());
    bottom(&terminal, "›", 2);
}
