//! `host`: a server and its first client in one window, in a terminal.

use super::free_port;
use crate::support::serve::Served;
use crate::support::terminal::Terminal;

const SIZE: (u16, u16) = (100, 30);

/// Returns the nickname after `* You are ` on the screen.
fn name_in(terminal: &Terminal) -> String {
    let text = terminal.sees(". Change it with /nick NAME");
    let (_, rest) = text.split_once("* You are ").unwrap();
    rest.split('.').next().unwrap().to_owned()
}

#[test]
fn two_terminals_and_no_manual_are_a_chat() {
    let port = free_port().to_string();
    let address = format!("127.0.0.1:{port}");
    let mut first = Terminal::start(&["host", "--port", &port], SIZE);
    first.sees(&format!("· Listening on {address} (chat)."));
    first.sees(&format!("netchat-tui {address}"));
    first.sees(&format!("· Connected to {address}."));
    first.sees("‹ * Nobody else is here yet.");
    let one = name_in(&first);
    let mut second = Terminal::start(&[&address], SIZE);
    second.sees(&format!("‹ * 1 other person is here: {one}"));
    let other = name_in(&second);
    assert_ne!(one, other);
    first.sees(&format!("‹ * {other} joined"));

    second.type_bytes("hello, ça va?\r".as_bytes());
    first.sees(&format!("‹ {other}: hello, ça va?"));
    first.type_bytes(b"fine\r");
    second.sees(&format!("‹ {one}: fine"));

    first.type_bytes(b"/quit\r");
    first.sees("1 other person is connected and will be disconnected. Quit?");
    first.type_bytes(b"\x1b");
    first.until("no question", |screen| !screen.contents().contains("Quit?"));
    first.type_bytes(b"\x15still here\r");
    second.sees(&format!("‹ {one}: still here"));
    second.type_bytes(b"/quit\r");
    assert_eq!(second.ended().exit_code(), 0);
    second.is_as_before();
    first.sees(&format!("‹ * {other} left"));
    first.type_bytes(b"/quit\r");
    assert_eq!(first.ended().exit_code(), 0);
    first.is_as_before();
}

#[test]
fn who_quits_all_the_same_says_goodbye_to_the_others() {
    let port = free_port().to_string();
    let mut first = Terminal::start(&["host", "relay", "-p", &port], SIZE);
    first.sees("· Connected to ");
    let second = Terminal::start(&["127.0.0.1", &port], SIZE);
    // A relay does not tell who comes, so the server does.
    first.sees("· joined   127.0.0.1:");
    first.sees("(2 here)");
    first.type_bytes(b"\x03");
    first.sees("1 other person is connected and will be disconnected. Quit?");
    first.answers(b"y");
    assert_eq!(first.ended().exit_code(), 0);
    first.is_as_before();
    second.sees("‹ * The server is closing. Goodbye.");
    second.sees("· The server closed the connection");
}

#[test]
fn host_on_a_port_that_is_taken_says_so_and_touches_no_terminal() {
    let taken = Served::start(&["chat"]);
    let mut terminal = Terminal::start(&["host", "--port", &taken.port.to_string()], (200, 10));
    let said = terminal.sees(&format!("Cannot listen on {}: port {} is already in use.", taken.address(), taken.port));
    assert!(said.contains("Stop or join that server, or use another port, such as "), "{said}");
    assert_eq!(terminal.ended().exit_code(), 1);
    assert!(!String::from_utf8_lossy(&terminal.raw()).contains("\x1b[?1049h"));
    terminal.is_as_before();
}
