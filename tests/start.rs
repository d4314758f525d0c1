//! The built program when nobody has said where to go: the start page, the servers it remembers, hosting from inside.

use crate::support::serve::Served;
use crate::support::terminal::{StateHome, Terminal};
use std::path::Path;

const SIZE: (u16, u16) = (100, 30);

/// The start page, once it knows where one was.
fn start_page(state: &Path, arguments: &[&str]) -> Terminal {
    let terminal = Terminal::start_with(state, arguments, SIZE);
    terminal.sees("Choose a server");
    terminal
}

/// Leaves by `/quit`, and waits for the end.
fn quit(mut terminal: Terminal) {
    terminal.type_bytes(b"/quit\r");
    assert_eq!(terminal.ended().exit_code(), 0);
    terminal.is_as_before();
}

#[test]
fn from_nothing_to_a_chat_for_two() {
    let mut first = Terminal::start(&[], SIZE);
    first.sees("► 127.0.0.1:12345");
    first.sees("Host a chat here");
    first.type_bytes(b"/host 0\r");
    let screen = first.sees(" (chat).");
    let (_, rest) = screen.split_once("· Listening on ").unwrap();
    let (address, _) = rest.split_once(" (chat).").unwrap();
    first.sees(&format!("· Connected to {address}."));
    first.sees("‹ * Nobody else is here yet.");
    let second = Terminal::start(&[address], SIZE);
    second.sees("‹ * 1 other person is here: ");
    first.type_bytes(b"hello\r");
    second.sees(": hello");
    first.type_bytes(b"/host\r");
    first.sees(&format!("You already host {address}."));
    first.type_bytes(b"\x15/start\r");
    first.sees("hosted here");
    first.type_bytes(b"/quit\r");
    first.sees("1 other person is connected and will be disconnected. Quit?");
    first.answers(b"y");
    assert_eq!(first.ended().exit_code(), 0);
    first.is_as_before();
    second.sees("‹ * The server is closing. Goodbye.");
}

#[test]
fn the_page_hosts_with_two_keys_or_says_who_has_the_port() {
    let mut terminal = Terminal::start(&[], SIZE);
    terminal.sees("Choose a server");
    terminal.type_bytes(b"host");
    terminal.sees("Enter starts a chat on 127.0.0.1:12345 and joins it");
    terminal.type_bytes(b"\r");
    // Other tests on this machine may have it.
    let screen = terminal.until("an answer", |screen| {
        let contents = screen.contents();
        contents.contains("Nobody else is here yet") || contents.contains("Port 12345 is already in use.")
    });
    if screen.contains("Another program") {
        terminal.type_bytes(b"\x15\x1b[B\r");
        terminal.sees("Nobody else is here yet");
    }
    quit(terminal);
}

#[test]
fn a_port_that_is_taken_is_named_with_what_else_to_do() {
    let taken = Served::start(&["chat"]);
    let mut terminal = Terminal::start(&[], SIZE);
    terminal.sees("Choose a server");
    terminal.type_bytes(format!("/host {}\r", taken.port).as_bytes());
    terminal.sees(&format!("Port {} is already in use. If it is a chat, join it: {}.", taken.port, taken.address()));
    terminal.type_bytes(b"\x15/host 0\r");
    terminal.sees("Nobody else is here yet");
    quit(terminal);
}

#[test]
fn recent_servers_are_offered_until_they_are_removed() {
    let server = Served::start(&["chat"]);
    let state = StateHome::new();
    let first = Terminal::start_with(state.path(), &[&server.address()], SIZE);
    first.sees("Nobody else is here yet");
    quit(first);
    let hidden = Terminal::start_with(state.path(), &["--no-history"], SIZE);
    let screen = hidden.sees("Host a chat here");
    assert!(!screen.contains(&server.address()), "{screen}");
    quit(hidden);
    let mut second = start_page(state.path(), &[]);
    second.sees(&format!("► {}", server.address()));
    second.sees("disconnected, just now");
    second.type_bytes(b"\r");
    second.sees("Nobody else is here yet");
    drop(server);
    second.sees("The server closed the connection");
    quit(second);
    let mut third = start_page(state.path(), &[]);
    third.sees("closed by server, just now");
    third.type_bytes(b"\x1b[3~");
    third.sees("Removed 127.0.0.1:");
    third.hides("closed by server");
    quit(third);
    let fourth = start_page(state.path(), &[]);
    let screen = fourth.sees("Host a chat here");
    assert!(!screen.contains("Recent"), "{screen}");
    let file = std::fs::read_to_string(state.path().join("netchat-tui/servers.json")).unwrap();
    assert!(!file.contains("address"), "{file}");
    quit(fourth);
}

#[test]
fn a_damaged_file_is_set_aside_and_said() {
    let state = StateHome::new();
    let folder = state.path().join("netchat-tui");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("servers.json"), "{\"servers\":[{\"addr").unwrap();
    let terminal = start_page(state.path(), &[]);
    terminal.sees("recent servers list was damaged");
    assert_eq!(std::fs::read_to_string(folder.join("servers.json.damaged-1")).unwrap(), "{\"servers\":[{\"addr");
    quit(terminal);
}

#[test]
fn plain_reads_the_list_out_and_takes_a_number() {
    let server = Served::start(&["chat"]);
    let state = StateHome::new();
    let first = Terminal::start_with(state.path(), &[&server.address()], SIZE);
    first.sees("Nobody else is here yet");
    quit(first);
    let mut plain = Terminal::start_with(state.path(), &["--plain"], SIZE);
    plain.sees(&format!("1. {}, disconnected, just now", server.address()));
    plain.sees("Type a number, a name or an address");
    plain.type_bytes(b"1\r");
    plain.sees("Nobody else is here yet");
    quit(plain);
}
