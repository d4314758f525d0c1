//! Delivery in the real loop: a server that does not read, a server that is gone, and half-close.

use crate::support::lab::Server;
use crate::support::memory::Memory;
use crate::support::{Session, local};
use crossterm::event::{Event as Input, KeyCode};
use netchat_tui::net::SystemNetwork;
use netchat_tui::tui::Exit;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::sleep;

/// A session that is connected, and the far end.
async fn connected() -> (Session, DuplexStream) {
    let (network, mut accepted) = Memory::new(&[]);
    let mut session = Session::start(network, "127.0.0.1:12345");
    let peer = accepted.recv().await.unwrap();
    session.sees("Connected to 127.0.0.1:12345.").await;
    (session, peer)
}

/// More than the pipe of memory holds, in one line.
fn fill_the_pipe(session: &Session) {
    session.input(Input::Paste("x".repeat(70_000)));
    session.key(KeyCode::Enter);
}

#[tokio::test(start_paused = true)]
async fn a_line_on_a_healthy_link_is_never_shown_as_pending() {
    local(async {
        let (mut session, mut peer) = connected().await;
        // That the server says nothing has been shown by then.
        session.sees("connected, silent").await;
        session.type_text("hello");
        session.sees("hello").await;
        let before = session.shown().frames;
        session.key(KeyCode::Enter);
        let shown = session.until("the line".to_owned(), |shown| shown.rows().len() > 1).await;
        assert_eq!(shown.rows()[1], "› hello");
        peer.read_exact(&mut [0; 6]).await.unwrap();
        sleep(Duration::from_secs(5)).await;
        // As many as before rows had a fate: the count in the status line is in time for it.
        assert_eq!(session.shown().frames - before, 1);
        assert_eq!(session.shown().rows()[1], "› hello");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn lines_queue_for_a_server_that_does_not_read() {
    local(async {
        let (mut session, mut peer) = connected().await;
        fill_the_pipe(&session);
        session.say("late");
        let shown = session.sees("◌ late").await;
        assert!(shown.text().contains("queued"), "{}", shown.text());
        let mut got = vec![0; 70_001 + 5];
        peer.read_exact(&mut got).await.unwrap();
        let shown = session.sees("› late").await;
        assert!(!shown.text().contains("◌ "), "{}", shown.text());
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn lines_that_waited_when_the_server_went_are_marked_for_good() {
    local(async {
        let (mut session, peer) = connected().await;
        fill_the_pipe(&session);
        session.say("lost");
        session.sees("◌ lost").await;
        drop(peer);
        session.sees("✗ lost").await;
        session.sees("! Not sent: the last").await;
        session.key(KeyCode::Enter);
        // The row of the first connection is far above.
        let shown = session.sees("── reconnected ").await;
        assert!(shown.text().contains("✗ lost"), "{}", shown.text());
        session.key(KeyCode::Up);
        session.until("the line again".to_owned(), |shown| shown.line(29).contains("lost")).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_the_end_of_input_is_read() {
    local(async {
        let (mut session, mut peer) = connected().await;
        session.say("one");
        session.say("/eof");
        session.sees("Half-close?").await;
        session.reads_question().await;
        session.say("");
        let mut got = Vec::new();
        peer.read_to_end(&mut got).await.unwrap();
        assert_eq!(got, b"one\n");
        let shown = session.sees("· Half-closed. The server can still send.").await;
        assert!(shown.line(28).contains("receiving only"), "{}", shown.line(28));
        peer.write_all(b"4 bytes\n").await.unwrap();
        session.sees("‹ 4 bytes").await;
        session.say("more");
        let shown = session.sees("! Half-closed with /eof. /connect opens a new connection.").await;
        assert!(shown.line(29).contains("more"));
        session.ctrl('u');
        drop(peer);
        session.sees("· The server closed the connection").await;
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn half_close_follows_queued_lines_and_ends_with_the_link() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = Session::start(network, "127.0.0.1:1");
        let _deaf = accepted.recv().await.unwrap();
        session.sees("Connected to 127.0.0.1:1.").await;
        fill_the_pipe(&session);
        session.say("/eof");
        session.sees("Half-close?").await;
        session.reads_question().await;
        session.say("");
        session.sees("half-closing").await;
        session.say("/connect 127.0.0.1:2");
        let mut new = accepted.recv().await.unwrap();
        session.sees("Connected to 127.0.0.1:2.").await;
        session.say("hello");
        let mut got = [0; 6];
        new.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"hello\n");
    })
    .await;
}

/// A lab server of the test's own, as a student would write it, gone with it.
struct Script(PathBuf);

impl Script {
    fn new(name: &str, answer: &str) -> Self {
        let path = std::env::temp_dir().join(format!("netchat-{}-{name}.py", std::process::id()));
        let lines = [
            "import socket",
            "server = socket.socket()",
            "server.bind(('127.0.0.1', 0))",
            "server.listen(5)",
            "print(f'Listening on 127.0.0.1:{server.getsockname()[1]}')",
            "while True:",
            "    client = server.accept()[0]",
            answer,
            "    client.close()",
        ];
        std::fs::write(&path, lines.join("\n")).unwrap();
        Self(path)
    }

    async fn session(&self) -> (Server, Session) {
        let server = Server::start(self.0.to_str().unwrap());
        let mut session = Session::start(Arc::new(SystemNetwork::default()), &server.address());
        session.sees("Connected to ").await;
        (server, session)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_server_in_python_that_reads_to_the_end_gives_its_answer() {
    local(async {
        let script = Script::new(
            "count",
            "    data = b''.join(iter(lambda: client.recv(1024), b''))\n    client.sendall(f'{len(data)} bytes'.encode())",
        );
        let (_server, mut session) = script.session().await;
        session.say("hello");
        session.say("/eof");
        session.sees("Half-close?").await;
        session.reads_question().await;
        session.say("");
        session.sees("‹ 6 bytes").await;
        session.sees("· The server closed the connection").await;
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test]
async fn a_blank_line_flood_after_half_close_leaves_keys_usable() {
    local(async {
        let script = Script::new(
            "flood",
            "    while True:\n        try:\n            client.sendall(client.recv(1024).strip()[::-1] + b'\\r\\n')\n        except OSError:\n            break",
        );
        let (_server, mut session) = script.session().await;
        session.say("hello");
        session.sees("‹ olleh").await;
        session.say("/eof");
        session.sees("Half-close?").await;
        session.reads_question().await;
        session.say("");
        session.sees("blank lines)").await;
        session.type_text("still here");
        session.sees("still here").await;
        session.ctrl('u');
        session.say("/close");
        let shown = session.sees("· Closed the connection").await;
        assert!(shown.text().contains("‹ olleh"), "the flood is folded: {}", shown.text());
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}
