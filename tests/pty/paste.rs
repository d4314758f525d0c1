//! Pastes into the built program: nothing is sent before it is confirmed, and then every line is sent in order at the
//! configured delay.

use super::{SIZE, connected};
use crate::support::terminal::Terminal;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// The program with these options, on a listener that is kept.
fn listening(options: &[&str]) -> (Terminal, TcpStream, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let terminal = Terminal::start(&[options, &["127.0.0.1", &port]].concat(), SIZE);
    let (peer, _) = listener.accept().unwrap();
    terminal.sees("Connected to 127.0.0.1:");
    (terminal, peer, listener)
}

fn paste(terminal: &mut Terminal, text: &str) {
    terminal.type_bytes(format!("\x1b[200~{text}\x1b[201~").as_bytes());
}

/// Nothing has come, and nothing is on its way: what the program says after it has been read would be behind it.
#[track_caller]
fn got_nothing(peer: &TcpStream) {
    peer.set_nonblocking(true).unwrap();
    let read = peer.peek(&mut [0; 64]);
    assert_eq!(read.map_err(|error| error.kind()), Err(ErrorKind::WouldBlock), "nothing has been sent");
    peer.set_nonblocking(false).unwrap();
}

#[track_caller]
fn gets(peer: &mut TcpStream, expected: &str) {
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut got = vec![0; expected.len()];
    peer.read_exact(&mut got).unwrap();
    assert_eq!(String::from_utf8_lossy(&got), expected);
    got_nothing(peer);
}

/// Waits until these are the last lines of the screen.
#[track_caller]
fn draft(terminal: &Terminal, lines: &[&str]) {
    terminal.until(&format!("the draft {lines:?}"), |screen| {
        let rows: Vec<String> = screen.rows(0, SIZE.0).map(|row| row.trim_end().to_owned()).collect();
        rows[rows.len() - lines.len()..] == *lines
    });
}

#[test]
fn one_line_joins_the_draft_where_the_cursor_is() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"ad\x1b[D");
    paste(&mut terminal, "b漢c");
    draft(&terminal, &["› ab漢cd"]);
    assert_eq!(terminal.cursor().1, 7);
    got_nothing(&peer);
    terminal.type_bytes(b"\r");
    gets(&mut peer, "ab漢cd\n");
}

#[test]
fn one_line_with_its_end_joins_the_draft_and_is_not_sent() {
    for end in ["\r", "\n", "\r\n"] {
        let (mut terminal, mut peer) = connected();
        paste(&mut terminal, &format!("a line{end}"));
        draft(&terminal, &["› a line"]);
        terminal.type_bytes(b"!");
        draft(&terminal, &["› a line!"]);
        got_nothing(&peer);
        terminal.type_bytes(b"\r");
        gets(&mut peer, "a line!\n");
    }
}

/// With blanks on both sides, a tab, wide ones and nothing.
const FIVE: [&str; 5] = ["one", "  zwei\t2 ", "漢字", "", "fünf"];

#[test]
fn five_lines_are_sent_in_order_whatever_they_end_with() {
    for end in ["\r", "\n", "\r\n"] {
        let (mut terminal, mut peer, _) = listening(&["--paste-delay", "0"]);
        let text = FIVE.join(end);
        paste(&mut terminal, &text);
        terminal.sees(&format!("5 lines pasted, {} bytes", text.len()));
        got_nothing(&peer);
        terminal.type_bytes(b"\x1bs");
        gets(&mut peer, &(FIVE.join("\n") + "\n"));
    }
}

#[test]
fn five_lines_to_be_edited_are_the_draft_to_the_byte() {
    for end in ["\r", "\n", "\r\n"] {
        let (mut terminal, mut peer, _) = listening(&["--paste-delay", "0"]);
        terminal.type_bytes(b"<>\x1b[D");
        paste(&mut terminal, &FIVE.join(end));
        terminal.sees("5 lines pasted");
        got_nothing(&peer);
        terminal.type_bytes(b"\x1be");
        draft(&terminal, &["› <one", "›   zwei  2", "› 漢字", "›", "› fünf>"]);
        got_nothing(&peer);
        terminal.type_bytes(b"\r");
        gets(&mut peer, &format!("<{}>\n", FIVE.join("\n")));
    }
}

#[test]
fn five_lines_can_be_joined_or_given_up() {
    let (mut terminal, mut peer) = connected();
    paste(&mut terminal, &FIVE.join("\r"));
    terminal.sees("5 lines pasted");
    terminal.type_bytes(b"\x1bj");
    draft(&terminal, &["› one zwei        2 漢字 fünf"]);
    paste(&mut terminal, &FIVE.join("\r"));
    terminal.sees("5 lines pasted");
    terminal.type_bytes(b"\x1b[27u");
    terminal.sees("Not sent; Ctrl-Y");
    draft(&terminal, &["› one zwei        2 漢字 fünf"]);
    got_nothing(&peer);
    terminal.type_bytes(b"\r");
    gets(&mut peer, "one zwei\t2 漢字 fünf\n");
}

#[test]
fn five_thousand_lines_arrive_in_order() {
    let (mut terminal, peer, _) = listening(&["--paste-delay", "0"]);
    let lines = (0..5000).map(|n| format!("line {n} of many"));
    let text = lines.clone().collect::<Vec<_>>().join("\r");
    paste(&mut terminal, &text);
    terminal.sees("5,000 lines pasted");
    got_nothing(&peer);
    terminal.type_bytes(b"\x1bs");
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut got = BufReader::new(&peer).lines();
    for line in lines {
        assert_eq!(got.next().unwrap().map_err(|error| error.kind()), Ok(line), "in order");
    }
    got_nothing(&peer);
    terminal.sees("line 4999 of many");
}

#[test]
fn the_pace_is_kept() {
    const PACE: Duration = Duration::from_millis(20);
    let (mut terminal, peer, _) = listening(&["--paste-delay", "20ms"]);
    let lines: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    paste(&mut terminal, &lines.join("\r"));
    terminal.sees("20 lines pasted");
    let begin = Instant::now();
    terminal.type_bytes(b"\x1bs");
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut got = BufReader::new(&peer).lines();
    for (n, line) in (0..).zip(&lines) {
        assert_eq!(got.next().unwrap().unwrap(), *line);
        // A line may be read late, but not before its turn. Timers are a millisecond coarse.
        assert!(begin.elapsed() + Duration::from_millis(1) >= PACE * n, "line {n} after {:?}", begin.elapsed());
    }
}

#[test]
fn esc_and_ctrl_c_stop_and_the_rest_is_the_draft() {
    for key in [&b"\x03"[..], b"\x1b[27u"] {
        let (mut terminal, mut peer, _) = listening(&["--paste-delay", "1h"]);
        terminal.type_bytes(b"end\x1b[D");
        paste(&mut terminal, "one\rtwo\rthree\r");
        terminal.sees("3 lines pasted");
        terminal.type_bytes(b"\x1bs");
        gets(&mut peer, "one\n");
        terminal.type_bytes(key);
        terminal.sees("Stopped after 1 of 3 lines. The rest is in the input line.");
        // The key itself did nothing.
        draft(&terminal, &["› two", "› three", "› end"]);
        got_nothing(&peer);
    }
}

#[test]
fn a_draft_of_six_lines_leaves_at_once_and_the_next_is_whole() {
    for (face, sign) in [(&["--plain"][..], ">"), (&[], "›")] {
        let (mut terminal, mut peer, _) = listening(face);
        for line in ["one", "two", "three", "four", "five"] {
            terminal.type_bytes(line.as_bytes());
            terminal.sees(&format!("{sign} {line}"));
            terminal.type_bytes(b"\x1b\r");
        }
        terminal.type_bytes(b"six");
        terminal.sees(&format!("{sign} six"));
        terminal.type_bytes(b"\r");
        // As soon as the first line is there, at a pace the others would not be.
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        peer.read_exact(&mut [0; 4]).unwrap();
        terminal.type_bytes(b"next");
        terminal.sees(&format!("{sign} next"));
        terminal.type_bytes(b"\r");
        gets(&mut peer, "two\nthree\nfour\nfive\nsix\nnext\n");
    }
}

#[test]
fn a_line_entered_while_others_are_sent_waits_behind_them() {
    let (mut terminal, mut peer, _) = listening(&["--paste-delay", "1h"]);
    terminal.type_bytes(b"one\x1b\rtwo\x1b\rthree\r");
    gets(&mut peer, "one\n");
    terminal.sees("1 of 3 sent, Esc stops");
    terminal.type_bytes(b"next");
    draft(&terminal, &["› next"]);
    terminal.type_bytes(b"\r");
    terminal.sees("1 of 4 sent, Esc stops");
    draft(&terminal, &["› Type a message; Enter to send"]);
    terminal.type_bytes(b"half");
    draft(&terminal, &["› half"]);
    got_nothing(&peer);
    terminal.type_bytes(b"\x1b[27u");
    terminal.sees("Stopped after 1 of 4 lines. The rest is in the input line.");
    draft(&terminal, &["› two", "› three", "› next", "› half"]);
    got_nothing(&peer);
}

#[test]
fn keys_while_it_is_asked_change_no_draft_and_text_waits() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"draft\x1b[D");
    paste(&mut terminal, "one\rtwo\r");
    terminal.sees("2 lines pasted, 8 bytes");
    // Characters, and keys that edit, move, recall, clear, complete a command or paste.
    terminal.type_bytes("\x01\x0b\x15\x17\x7f\x19\x1b[A\x1b[B\x1b[H\x1b[3~\x1b\r\x18\x0b\x1d\x12\x04".as_bytes());
    terminal.sees("Choose first");
    // One paste more is asked about with it.
    paste(&mut terminal, "three\r");
    terminal.sees("3 lines pasted, 14 bytes");
    terminal.type_bytes("quit 漢y\x7f".as_bytes());
    terminal.sees("Typed text waits");
    got_nothing(&peer);
    terminal.type_bytes(b"\x1b[27u");
    terminal.sees("Not sent; Ctrl-Y");
    draft(&terminal, &["› drafquit 漢t"]);
    assert_eq!(terminal.cursor().1, 13);
    terminal.type_bytes(b"\r");
    gets(&mut peer, "drafquit 漢t\n");
}

#[test]
fn a_paste_without_its_end_mark_opens_the_preview() {
    let (mut terminal, mut peer) = connected();
    terminal.type_bytes(b"\x1b[200~one\rtwo\rthree");
    // The five seconds are real ones here.
    terminal.sees("3 lines pasted, 13 bytes");
    got_nothing(&peer);
    terminal.type_bytes(b"\x1b[27u");
    terminal.sees("Not sent; Ctrl-Y");
    // The mark comes late. Without it keys at once would be the rest of the paste.
    terminal.type_bytes(b"\x1b[201~keys\r");
    gets(&mut peer, "keys\n");
}

#[test]
fn a_paste_while_disconnected_is_sent_after_reconnecting() {
    let (mut terminal, peer, listener) = listening(&["--paste-delay", "0"]);
    drop(peer);
    terminal.sees("closed by server");
    paste(&mut terminal, &FIVE.join("\r"));
    terminal.sees("5 lines pasted");
    terminal.type_bytes(b"\x1bs");
    terminal.sees("Nothing was sent: not connected.");
    terminal.type_bytes(b"\x1be");
    draft(&terminal, &["› one", "›   zwei  2", "› 漢字", "›", "› fünf"]);
    // Enter has nobody to send it to, and leaves it.
    terminal.type_bytes(b"\r");
    terminal.sees("Not connected. To reconnect, clear the line (Ctrl-C)");
    terminal.type_bytes(b"\x1d");
    draft(&terminal, &["› /"]);
    terminal.type_bytes(b"connect\r");
    let (mut peer, _) = listener.accept().unwrap();
    terminal.sees("── reconnected ");
    draft(&terminal, &["› one", "›   zwei  2", "› 漢字", "›", "› fünf"]);
    got_nothing(&peer);
    terminal.type_bytes(b"\r");
    gets(&mut peer, &(FIVE.join("\n") + "\n"));
}

#[test]
fn lines_unsent_at_a_disconnect_become_the_draft() {
    let (mut terminal, mut peer, listener) = listening(&["--paste-delay", "1h"]);
    paste(&mut terminal, "one\rtwo\rthree\r");
    terminal.sees("3 lines pasted");
    terminal.type_bytes(b"\x1bs");
    gets(&mut peer, "one\n");
    drop(peer);
    terminal.sees("Stopped after 1 of 3 lines. The rest is in the input line.");
    draft(&terminal, &["› two", "› three"]);
    terminal.type_bytes(b"\x1d");
    draft(&terminal, &["› /"]);
    terminal.type_bytes(b"connect\r");
    let (mut peer, _) = listener.accept().unwrap();
    draft(&terminal, &["› two", "› three"]);
    terminal.sees("── reconnected ");
    terminal.type_bytes(b"\r");
    gets(&mut peer, "two\n");
    peer.write_all(b"got it\n").unwrap();
    terminal.sees("‹ got it");
}
