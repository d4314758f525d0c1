//! Lines that the other machine does not acknowledge: shown, asked about, marked and offered again.

use super::SIZE;
use crate::support::terminal::{Terminal, sign_colour};
use rustix::process::Signal;
use socket2::{Domain, SockRef, Socket, Type};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// More than the buffer of a peer with [`unread`], in bytes.
const LONG: usize = 20_000;

/// A server of the test whose connections have little room for what is not read.
fn unread() -> (TcpListener, String) {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.set_recv_buffer_size(2048).unwrap();
    listener.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
    listener.listen(4).unwrap();
    let listener = TcpListener::from(listener);
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// The program with two lines under way, of which the peer's buffer holds a part of the first.
/// `sent` marks a sent line, and `said` precedes it.
fn with_late_lines(arguments: &[&str], (sent, said): (&str, &str)) -> (Terminal, TcpStream, TcpListener) {
    let (listener, address) = unread();
    let mut terminal = Terminal::start(&[arguments, &[&address]].concat(), SIZE);
    let peer = listener.accept().unwrap().0;
    terminal.sees("Connected to 127.0.0.1:");
    terminal.type_bytes(&[b"\x1b[200~", &*vec![b'x'; LONG], b"\x1b[201~"].concat());
    terminal.sees("xxxx");
    terminal.type_bytes(b"\r");
    terminal.until_raw("the long line sent", |raw| String::from_utf8_lossy(raw).contains(sent));
    terminal.type_bytes(b"hello\r");
    terminal.sees(&format!("{said}hello"));
    (terminal, peer, listener)
}

/// Resets a connection, as a machine that was switched off and on again does.
fn reset(peer: TcpStream) {
    SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
    drop(peer);
}

#[test]
fn late_lines_are_dim_asked_about_marked_and_offered_again() {
    let (mut terminal, peer, listener) = with_late_lines(&["--theme", "dark"], ("Type a message", "› "));
    let before = terminal.last_screen(|screen| sign_colour(screen, "› hello")).unwrap();
    terminal.until("a dim sign", |screen| sign_colour(screen, "› hello").is_some_and(|colour| colour != before));
    for (line, question) in [(&b"/quit\r"[..], "acknowledged. Quit?"), (b"/close\r", "acknowledged. Close?")] {
        terminal.type_bytes(line);
        terminal.sees(question);
        terminal.answers(b"n");
        terminal.hides(question);
    }
    reset(peer);
    terminal.sees("✗ hello");
    terminal.sees("Not delivered: the other machine");
    let _again = listener.accept().unwrap();
    terminal.sees("2 lines were not delivered. /resend shows them and asks.");
}

#[test]
fn a_program_that_is_ended_says_what_was_not_delivered() {
    let (mut terminal, _peer, _listener) = with_late_lines(&["--plain"], ("you: xxxx", "you: "));
    terminal.signal(Signal::TERM);
    terminal.ended();
    terminal.until_raw("the sentence", |raw| {
        String::from_utf8_lossy(raw).contains("bytes you sent were not acknowledged by the other machine")
    });
}
