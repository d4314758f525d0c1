//! The real loop against the lab's servers, as students write them, and beside nc.

use crate::support::lab::Server;
use crate::support::peer::{Peer, Program};
use crate::support::{Session, local};
use netchat_tui::net::SystemNetwork;
use netchat_tui::tui::Exit;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

fn session(address: &str) -> Session {
    Session::start(Arc::new(SystemNetwork::default()), address)
}

async fn connected(server: &Server) -> Session {
    let mut session = session(&server.address());
    session.sees(&format!("Connected to {}.", server.address())).await;
    session
}

#[tokio::test]
async fn greet_is_on_the_screen_at_once_and_its_close_is_told() {
    local(async {
        let server = Server::start("greet.py");
        let mut session = connected(&server).await;
        session.sees("‹ Thank you for connecting …").await;
        session.sees("‹ Thank you for connecting ⊣").await;
        session.sees("· The server closed the connection after 5 s.").await;
        session.sees("closed by server").await;
        session.say("/help");
        session.sees("Commands").await;
        assert_eq!(session.quit().await, Exit::Quit, "the client stays until told to go");
    })
    .await;
}

#[tokio::test]
async fn reverse_answers_one_client_at_a_time() {
    local(async {
        let server = Server::start("reverse.py");
        let mut first = connected(&server).await;
        first.say("hello");
        first.sees("‹ olleh").await;
        let mut second = connected(&server).await;
        second.say("waiting");
        first.say("again");
        first.sees("‹ niaga").await;
        assert!(!second.shown().text().contains("gnitiaw"));
        assert_eq!(first.quit().await, Exit::Quit);
        second.sees("‹ gnitiaw").await;
    })
    .await;
}

#[tokio::test]
async fn once_answers_and_hangs_up() {
    local(async {
        let server = Server::start("once.py");
        let mut session = connected(&server).await;
        session.say("hello");
        session.sees("‹ olleh").await;
        session.sees("· The server closed the connection").await;
        let shown = session.sees("closed by server ").await;
        assert!(shown.text().contains("Enter reconnects"), "{}", shown.text());
        session.say("");
        session.sees("●").await;
        session.say("twice");
        session.sees("‹ eciwt").await;
    })
    .await;
}

#[tokio::test]
async fn upper_and_echo_answer_until_the_client_goes() {
    local(async {
        for (script, answers) in [("upper.py", ["HÉLLO", "STRASSE"]), ("echo.py", ["héllo", "straße"])] {
            let server = Server::start(script);
            let mut session = connected(&server).await;
            for (line, answer) in ["héllo", "straße"].into_iter().zip(answers) {
                session.say(line);
                session.sees(&format!("‹ {answer}")).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn two_chat_over_relay_while_a_third_is_nc() {
    local(async {
        let server = Server::start("relay.py");
        let (mut alice, mut bob) = (connected(&server).await, connected(&server).await);
        alice.say("hi bob");
        bob.sees("‹ hi bob").await;
        bob.say("hi alice, ça va?");
        alice.sees("‹ hi alice, ça va?").await;
        if !Program::Nc.is_here() {
            return;
        }
        let mut nc = Peer::start(Program::Nc, server.port);
        nc.says("nc here");
        alice.sees("‹ nc here").await;
        bob.sees("‹ nc here").await;
        alice.say("hello nc");
        nc.reads(b"hello nc\n").await;
    })
    .await;
}

/// The chat of tasks 16 and 17, on `select` or on `asyncore`.
async fn chat_with_nicknames(script: &str) {
    let server = Server::start(script);
    let mut alice = connected(&server).await;
    alice.sees("‹ * You are ").await;
    let mut bob = connected(&server).await;
    alice.sees(" joined").await;
    bob.say("/nick bob");
    alice.sees(" is now known as bob").await;
    assert!(bob.sees("is now known as bob").await.line(28).contains("nick bob"));
    bob.say("hello");
    alice.sees("‹ bob: hello").await;
    if Program::Nc.is_here() {
        let mut nc = Peer::start(Program::Nc, server.port);
        nc.reads_until("* You are").await;
        nc.says("nc here");
        alice.sees(": nc here").await;
        bob.sees(": nc here").await;
        bob.say("hi nc");
        nc.reads_until("\nbob: hi nc\r\n").await;
    }
    assert_eq!(bob.quit().await, Exit::Quit);
    alice.sees("‹ * bob left").await;
}

#[tokio::test]
async fn two_chat_over_nick_while_a_third_is_nc() {
    local(chat_with_nicknames("nick.py")).await;
}

#[tokio::test]
async fn two_chat_over_asyncore_while_a_third_is_nc() {
    let has_asyncore = Command::new("python3").args(["-W", "ignore", "-c", "import asyncore"]).status().unwrap();
    if !has_asyncore.success() {
        eprintln!("\n*** NOT RUN: this python3 has no asyncore; pip install pyasyncore brings it ***\n");
        return;
    }
    local(chat_with_nicknames("asyncore_chat.py")).await;
}

#[tokio::test]
async fn messages_without_newline_are_separated_by_silence() {
    local(async {
        let server = Server::start("relay.py");
        let mut session = connected(&server).await;
        let mut client = Peer::start(Program::Sender, server.port);
        client.says("hi");
        session.sees("‹ hi ⊣").await;
        sleep(Duration::from_secs(2)).await;
        client.says("there");
        let shown = session.sees("‹ there ⊣").await;
        assert_eq!(shown.rows()[1..], ["‹ hi ⊣", "‹ there ⊣"]);
    })
    .await;
}

#[tokio::test]
async fn a_line_in_two_pieces_is_one_row() {
    local(async {
        let server = Server::start("relay.py");
        let mut session = connected(&server).await;
        let mut client = TcpStream::connect(server.address()).unwrap();
        client.write_all(b"abc").unwrap();
        session.sees("‹ abc …").await;
        client.write_all(b"def\n").unwrap();
        let shown = session.sees("‹ abcdef").await;
        assert_eq!(shown.rows()[1..], ["‹ abcdef"]);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_killed_is_told_and_the_pane_stays_readable() {
    local(async {
        let mut server = Server::start("nick.py");
        let mut session = connected(&server).await;
        session.sees("* You are").await;
        session.type_text("a thought");
        server.kill();
        let shown = session.sees("The server closed the connection").await;
        assert!(shown.text().contains("* You are") && shown.line(29).contains("a thought"), "{}", shown.text());
        session.ctrl('u');
        session.say("");
        session.sees(&format!("! Nothing is listening on {} (connection refused).", server.address())).await;
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test]
async fn a_reset_has_its_sentence() {
    local(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut session = session(&listener.local_addr().unwrap().to_string());
        session.sees("Connected").await;
        session.say("unread");
        // Closing with something unread is a reset; wait, off this thread, until it is there to be unread.
        let closed = tokio::task::spawn_blocking(move || listener.accept().unwrap().0.peek(&mut [0; 1]).unwrap());
        closed.await.unwrap();
        session.sees("reset the connection: it closed without reading everything").await;
        session.sees("retry 1 in 1 s").await;
    })
    .await;
}

#[tokio::test]
async fn an_unknown_host_has_its_sentence() {
    local(async {
        let mut session = session("no-such-host.invalid");
        session.sees("! No such host: \"no-such-host.invalid\"").await;
    })
    .await;
}

#[tokio::test]
async fn localhost_is_found_by_whichever_address_listens() {
    local(async {
        let server = Server::start("upper.py");
        let mut session = session(&format!("localhost:{}", server.port));
        session.sees(&format!("Connected to localhost:{} (127.0.0.1:{}).", server.port, server.port)).await;
    })
    .await;
}

#[tokio::test]
async fn twenty_megabytes_arrive_and_the_keys_go_on_working() {
    local(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut session = session(&listener.local_addr().unwrap().to_string());
        session.sees("Connected").await;
        let (mut peer, _) = listener.accept().unwrap();
        session.type_text("a draft");
        let before = session.sees("a draft").await.input();
        let flood = std::thread::spawn(move || {
            let lines = "user007: the quick brown fox jumps over the lazy dog, message\n".repeat(1000);
            for _ in 0..320 {
                peer.write_all(lines.as_bytes()).unwrap();
            }
            peer.write_all(b"the very last line\n").unwrap();
            let mut got = [0; 8];
            peer.read_exact(&mut got).unwrap();
            got
        });
        let shown = session.sees("the very last line").await;
        assert_eq!(shown.input(), before);
        session.say("");
        assert_eq!(&tokio::task::spawn_blocking(|| flood.join().unwrap()).await.unwrap(), b"a draft\n");
    })
    .await;
}
