//! The real loop and servers that speak telnet: a real one, and one that asks in the worst way.

use crate::support::lab::has_peer;
use crate::support::{Session, local};
use netchat_tui::app::Settings;
use netchat_tui::net::SystemNetwork;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

fn session(listener: &TcpListener, answers_telnet: bool) -> Session {
    let options = Settings { answer_telnet: answers_telnet, ..Settings::default() };
    let address = listener.local_addr().unwrap().to_string();
    Session::with(Arc::new(SystemNetwork::default()), &address, options, (100, 30))
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

/// telnetd on a connection, as inetd starts it: what is typed comes back.
struct Telnetd(Child);

impl Telnetd {
    fn on(connection: TcpStream) -> Self {
        let side = |connection| Stdio::from(OwnedFd::from(connection));
        let command = ["-h", "-E", "/bin/cat"];
        let input = side(connection.try_clone().unwrap());
        Self(Command::new("telnetd").args(command).stdin(input).stdout(side(connection)).spawn().unwrap())
    }
}

impl Drop for Telnetd {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_real_telnet_server_is_refused_all_it_asks_and_then_serves() {
    if !has_peer("telnetd") {
        return;
    }
    local(async {
        let listener = listener();
        let mut session = session(&listener, true);
        session.sees("Connected").await;
        let _server = Telnetd::on(listener.accept().unwrap().0);
        session.sees("<WONT TERMINAL-TYPE>").await;
        session.sees("<DO TERMINAL-TYPE>").await;
        session.say("hello");
        // The server may still be asking; replies then follow its questions.
        session.until("hello to come back".to_owned(), |shown| shown.text().matches("hello").count() > 1).await;
        assert!(!session.shown().text().contains("The server speaks telnet"));
    })
    .await;
}

#[tokio::test]
async fn without_the_option_it_is_told_of_and_nothing_goes_out() {
    local(async {
        let listener = listener();
        let mut session = session(&listener, false);
        session.sees("Connected").await;
        let (mut peer, _) = listener.accept().unwrap();
        peer.write_all(b"\xff\xfd\x18\xff\xfb\x01login: ").unwrap();
        session.sees("‹ <DO TERMINAL-TYPE><WILL ECHO>login:").await;
        session.sees("The server speaks telnet (it asks for TERMINAL-TYPE).").await;
        session.say("bob");
        session.sees("› bob").await;
        let mut got = [0; 4];
        peer.read_exact(&mut got).unwrap();
        assert_eq!(&got, b"bob\n", "the first that goes out");
    })
    .await;
}

#[tokio::test]
async fn repeated_telnet_requests_get_one_answer_per_option() {
    local(async {
        let listener = listener();
        let mut session = session(&listener, true);
        session.sees("Connected").await;
        let (mut peer, _) = listener.accept().unwrap();
        // A loop, byte by byte in places, as a slow link has it.
        for _ in 0..200 {
            for piece in [&b"\xff"[..], b"\xfd", b"\x18\xff\xfb", b"\x01", b"\xff\xfe\x18\xff\xfa\x18\x01\xff\xf0"] {
                peer.write_all(piece).unwrap();
            }
        }
        peer.write_all(b"\r\nthe end\r\n").unwrap();
        session.sees("‹ the end").await;
        session.say("bye");
        session.sees("› bye").await;
        let mut got = [0; 10];
        peer.read_exact(&mut got).unwrap();
        assert_eq!(&got, b"\xff\xfc\x18\xff\xfe\x01bye\n");
    })
    .await;
}
