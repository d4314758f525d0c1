//! A lab server that is killed and started again, five times, under the real loop.
//!
//! The loop runs on paused time over a network of memory; what goes over that network is carried to the real process and
//! back by the test, with sockets that block. While the test waits for the server nothing else runs, and the paused clock
//! stands; so 90 s without a server take no time, and everything the server says is its own. The server gets another port
//! each time, as it binds without `SO_REUSEADDR` and would have to wait a minute for the one it had; the client knows
//! nothing of that.

use crate::support::lab::{Server, has_peer};
use crate::support::memory::{Accepted, Answer, Memory};
use crate::support::{Session, Shown, local};
use crossterm::event::KeyCode;
use netchat_tui::app::Settings;
use netchat_tui::tui::Exit;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep, timeout};

const ADDRESS: &str = "127.0.0.1:12345";

/// Minimum delay before each attempt, in seconds.
const BACKOFF: [u64; 5] = [1, 2, 4, 8, 15];

/// A real connection to a lab server, which blocks.
struct Socket(TcpStream);

impl Socket {
    fn new(server: &Server) -> Self {
        let socket = TcpStream::connect(server.address()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self(socket)
    }

    /// Reads up to and with `words` and the end of their line.
    fn read_line_with(&mut self, words: &str) -> Vec<u8> {
        let mut read = Vec::new();
        while !String::from_utf8_lossy(&read).contains(words) || !read.ends_with(b"\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            read.extend(byte);
        }
        read
    }
}

/// One connection of the client's, with the test in the middle.
struct Carried {
    client: DuplexStream,
    server: Socket,
}

impl Carried {
    async fn new(accepted: &mut Accepted, server: &Server) -> Self {
        let client = timeout(Duration::from_secs(60), accepted.recv()).await.expect("the client connects").unwrap();
        Self { client, server: Socket::new(server) }
    }

    /// Carries what the server says, up to the line with `words`.
    async fn carry_in(&mut self, words: &str) {
        let bytes = self.server.read_line_with(words);
        self.client.write_all(&bytes).await.unwrap();
    }

    /// Carries what the client says, which has to be this.
    async fn carry_out(&mut self, expected: &[u8]) {
        let mut bytes = vec![0; expected.len()];
        self.client.read_exact(&mut bytes).await.unwrap();
        assert_eq!(bytes, expected);
        self.server.0.write_all(&bytes).unwrap();
    }

    /// The server is gone, and the client hears of it.
    async fn hang_up(mut self) {
        let mut said = [0; 64];
        let wait = timeout(Duration::from_secs(1), self.client.read(&mut said)).await;
        assert!(wait.is_err(), "nothing but the nickname went out: {said:?}");
        assert!(matches!(self.server.0.read(&mut said), Ok(0) | Err(_)), "the server has closed");
    }
}

/// Greeting and nickname, on a connection that has just been made.
async fn greet(session: &mut Session, carried: &mut Carried) {
    carried.carry_in("* You are").await;
    carried.carry_out(b"/nick bob\n").await;
    carried.carry_in("is now known as bob").await;
    // Until it has been read.
    sleep(Duration::from_secs(1)).await;
    session.sees("  nick bob  ").await;
}

/// The messages without the bar at the right, which tells of what has come below.
fn pane(shown: &Shown) -> Vec<String> {
    shown.lines()[..58].iter().map(|line| line.trim_end_matches(['█', '│']).to_owned()).collect()
}

/// Fills the screen with what somebody else says, and begins a line up there.
async fn read_back(session: &mut Session, carried: &mut Carried, server: &Server) -> Shown {
    let mut other = Socket::new(server);
    other.read_line_with("* You are");
    for n in 0..100 {
        other.0.write_all(format!("line {n}\n").as_bytes()).unwrap();
        // One at a time: the server takes what it reads at once for one message.
        carried.carry_in(&format!(": line {n}")).await;
    }
    drop(other);
    carried.carry_in(" left").await;
    session.sees("line 99").await;
    session.type_text("half a 漢字 line");
    session.key(KeyCode::Left);
    session.key(KeyCode::PageUp);
    session.sees("▼ End").await
}

/// The attempts since one, in time: each failed at once, so the next came after the backoff.
fn check_backoff(network: &Arc<Memory>, dropped: Instant, from: usize) {
    let dialled = network.dialled();
    let mut last = dropped;
    for (n, (_, at)) in dialled[from..].iter().enumerate() {
        let backoff = Duration::from_secs(BACKOFF.get(n).copied().unwrap_or(15));
        let waited = *at - last;
        assert!(waited >= backoff, "attempt {} after {waited:?}", n + 1);
        last = *at;
    }
    assert!(dialled.len() > from + 5, "it went on for longer than a minute");
}

#[tokio::test(start_paused = true)]
async fn a_lab_server_may_restart_five_times_and_nothing_is_lost() {
    if !has_peer("python3") {
        return;
    }
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let options = Settings { nick: Some("bob".to_owned()), ..Settings::default() };
        let mut session = Session::with(network.clone(), ADDRESS, options, (100, 60));
        let mut server = Server::start("nick.py");
        let mut carried = Carried::new(&mut accepted, &server).await;
        greet(&mut session, &mut carried).await;
        let before = read_back(&mut session, &mut carried, &server).await;
        for round in 1..=5 {
            // A connection that stood for half a minute is worth being restored, even if nothing was said on it.
            sleep(Duration::from_secs(30)).await;
            network.answer(ADDRESS, Answer::Refuse(ErrorKind::ConnectionRefused));
            server.kill();
            carried.hang_up().await;
            let (dropped, attempts) = (Instant::now(), network.dialled().len());
            session.sees("closed by server, retry 1 in 1 s").await;
            sleep(Duration::from_secs(90)).await;
            session.sees("refused, retry").await;
            server = Server::start("nick.py");
            network.answer(ADDRESS, Answer::Accept(Duration::ZERO));
            carried = Carried::new(&mut accepted, &server).await;
            check_backoff(&network, dropped, attempts);
            greet(&mut session, &mut carried).await;
            let after = session.sees("connected 14:").await;
            assert_eq!((after.line(59), after.cursor), (before.line(59), before.cursor), "the draft, in round {round}");
            assert_eq!(pane(&after), pane(&before), "what is read, in round {round}");
        }
        let attempts = network.dialled().len();
        session.ctrl(']');
        session.say("close");
        session.sees("closed 14:").await;
        assert_eq!(session.shown().line(59), before.line(59), "the draft is back");
        sleep(Duration::from_secs(3600)).await;
        assert_eq!(network.dialled().len(), attempts, "none after /close");
        assert_eq!(session.shown().text().matches("── reconnected 14:").count(), 5, "{}", session.shown().text());
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

/// Connected, of use, and dropped; from now on nobody listens.
async fn dropped(network: &Arc<Memory>, accepted: &mut Accepted) -> Session {
    let mut session = Session::start(network.clone(), ADDRESS);
    let mut peer = accepted.recv().await.unwrap();
    session.sees("Connected to").await;
    session.say("hello");
    peer.read_exact(&mut [0; 6]).await.unwrap();
    network.answer(ADDRESS, Answer::Refuse(ErrorKind::ConnectionRefused));
    drop(peer);
    session.sees("retry 1 in 1 s").await;
    session
}

#[tokio::test(start_paused = true)]
async fn enter_tries_at_once_and_esc_ends_it() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = dropped(&network, &mut accepted).await;
        session.sees("refused, retry 5 in").await;
        let (start, attempts) = (Instant::now(), network.dialled().len());
        session.key(KeyCode::Enter);
        session.sees("refused, retry 6 in").await;
        assert_eq!(network.dialled().len(), attempts + 1);
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
        session.key(KeyCode::Esc);
        session.sees("· Stopped reconnecting. Enter reconnects.").await;
        sleep(Duration::from_secs(3600)).await;
        assert_eq!(network.dialled().len(), attempts + 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn waiting_wakes_the_loop_once_a_second_and_then_never() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = dropped(&network, &mut accepted).await;
        sleep(Duration::from_secs(60)).await;
        session.sees("in 15 s").await;
        let before = session.shown().frames;
        sleep(Duration::from_secs(10)).await;
        let frames = session.shown().frames - before;
        assert!((9..=11).contains(&frames), "{frames} frames in 10 s");
        session.key(KeyCode::Esc);
        session.sees("Stopped reconnecting").await;
        let before = session.shown().frames;
        sleep(Duration::from_secs(3600)).await;
        assert_eq!(session.shown().frames, before);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nobody_is_hammered_who_accepts_and_hangs_up() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = dropped(&network, &mut accepted).await;
        network.answer(ADDRESS, Answer::Accept(Duration::ZERO));
        let start = Instant::now();
        for _ in 0..20 {
            drop(accepted.recv().await.unwrap());
        }
        assert!(start.elapsed() >= Duration::from_secs(1 + 2 + 4 + 8 + 15 * 16), "{:?}", start.elapsed());
        session.sees("closed by server, retry 21 in").await;
    })
    .await;
}

/// A session that is connected and greeted, with a line for each connection, and the server's end.
async fn greeted(network: &Arc<Memory>, accepted: &mut Accepted, greeting: &[u8]) -> (Session, DuplexStream) {
    let options = Settings { on_connect: vec!["login".to_owned()], ..Settings::default() };
    let mut session = Session::with(network.clone(), ADDRESS, options, (100, 30));
    let mut peer = accepted.recv().await.unwrap();
    session.sees("Connected to").await;
    peer.write_all(greeting).await.unwrap();
    reads(&mut peer, b"login\n").await;
    (session, peer)
}

async fn reads(peer: &mut DuplexStream, expected: &[u8]) {
    let mut read = vec![0; expected.len()];
    peer.read_exact(&mut read).await.unwrap();
    assert_eq!(read, expected);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_ended_stays_closed_until_enter() {
    let conversations: [(&[u8], &str, &[u8]); 8] = [
        // once.py
        (b"", "hello", b"olleh\r\n"),
        // Redis 7
        (b"", "QUIT", b"+OK\r\n"),
        // ngircd 26
        (b":irc NOTICE * :hi\r\n", "QUIT :so long", b"ERROR :Closing connection\r\n"),
        // aiosmtpd 1.4
        (b"220 host Python SMTP\r\n", "QUIT", b"221 Bye\r\n"),
        // vsftpd 3
        (b"220 (vsFTPd 3.0.3)\r\n", "quit", b"221 Goodbye.\r\n"),
        // A shell behind telnetd
        (b"$ ", "exit", b"logout\r\n"),
        // sqlite3 behind socat closes without a word.
        (b"sqlite> ", ".quit", b""),
        // http.server of Python, to a request without a version
        (b"", "GET /", b"<!DOCTYPE HTML>\n<html>\n</html>\n"),
    ];
    for (greeting, line, answer) in conversations {
        local(async {
            let (network, mut accepted) = Memory::new(&[]);
            let (mut session, mut peer) = greeted(&network, &mut accepted, greeting).await;
            session.say(line);
            reads(&mut peer, format!("{line}\n").as_bytes()).await;
            peer.write_all(answer).await.unwrap();
            drop(peer);
            session.sees("The server closed the connection").await;
            let shown = session.sees("closed by server 14:").await;
            assert!(shown.text().contains(", Enter reconnects"), "{}", shown.text());
            sleep(Duration::from_secs(3600)).await;
            assert_eq!(network.dialled().len(), 1, "after {line}");
            session.key(KeyCode::Enter);
            let mut peer = accepted.recv().await.unwrap();
            reads(&mut peer, b"login\n").await;
            assert_eq!(session.quit().await, Exit::Quit);
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_chat_whose_server_goes_while_others_talk_is_restored() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let (mut session, mut peer) = greeted(&network, &mut accepted, b"welcome\n").await;
        session.say("hello");
        reads(&mut peer, b"hello\n").await;
        peer.write_all(b"eve: hi\n").await.unwrap();
        session.sees("eve: hi").await;
        sleep(Duration::from_secs(1)).await;
        peer.write_all(b"eve: anybody here?\n").await.unwrap();
        session.sees("anybody").await;
        drop(peer);
        session.sees("closed by server, retry 1 in 1 s").await;
        let mut peer = accepted.recv().await.unwrap();
        reads(&mut peer, b"login\n").await;
    })
    .await;
}
