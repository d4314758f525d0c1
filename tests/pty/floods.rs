//! Floods of rows that a server can make expensive, in the built program.

use super::SIZE;
use crate::support::terminal::Terminal;
use std::io::{Read, Write};
use std::net::TcpListener;

/// Rows that each grant another nickname: 1 MB. With a pattern compiled for each, the built program takes minutes.
fn granted_names() -> Vec<u8> {
    let rows = (0..).flat_map(|n| [format!("* You are n{n}\n"), format!("* n{n} is now known as m{n}\n")]);
    let rows: Vec<String> = rows.take(40_000).collect();
    rows.concat().into_bytes()
}

#[test]
fn keys_are_answered_in_a_flood_of_granted_names() {
    for arguments in [&[][..], &["--plain"]] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut terminal = Terminal::start(&[arguments, &[&address]].concat(), SIZE);
        let (mut peer, _) = listener.accept().unwrap();
        terminal.sees("Connected to 127.0.0.1:");
        let mut flooding = peer.try_clone().unwrap();
        let flood = std::thread::spawn(move || {
            flooding.write_all(&granted_names()).unwrap();
            flooding.write_all(b"bob: m19999, that was all\n").unwrap();
        });
        terminal.type_bytes(b"typed meanwhile\r");
        let mut sent = [0; 16];
        peer.read_exact(&mut sent).unwrap();
        assert_eq!(&sent, b"typed meanwhile\n");
        terminal.sees("bob: m19999, that was all");
        flood.join().unwrap();
    }
}
