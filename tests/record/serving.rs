//! The server's side of a recording, played to a client over real sockets.

use netchat_tui::link::LinkId;
use netchat_tui::recording::{Data, EntryKind, RecordedClose, Recording, RecordingEntry, Timestamp};
use netchat_tui::server::playback::{PlaybackServer, serve};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(20);

fn tape(what: &[EntryKind]) -> Recording {
    let peer = "127.0.0.1:12345".parse().unwrap();
    let stamp = |ms| Timestamp { elapsed: Duration::from_millis(ms), wall: ms };
    let all = [EntryKind::Opened(peer)].into_iter().chain(what.iter().cloned());
    (0..).zip(all).map(|(n, what)| RecordingEntry::new(stamp(n * 5), LinkId(0), what)).collect()
}

fn said(text: &str) -> EntryKind {
    EntryKind::Received(Data::from(text.as_bytes()))
}

fn sent(text: &str) -> [EntryKind; 2] {
    [EntryKind::Sent(Data::from(text.as_bytes())), EntryKind::Written(text.len())]
}

fn served(tape: &Recording) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let server = PlaybackServer::bind(tape, "127.0.0.1:0").unwrap();
    let address = server.addresses()[0];
    let (told, hears) = mpsc::unbounded_channel();
    tokio::spawn(serve(server, told));
    (address, hears)
}

async fn told(hears: &mut mpsc::UnboundedReceiver<String>, words: &str) {
    let found = async {
        while let Some(line) = hears.recv().await {
            if line.contains(words) {
                return;
            }
        }
        panic!("never told: {words}");
    };
    tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("not told: {words}"));
}

#[tokio::test]
async fn the_client_reads_what_was_recorded_once_it_has_said_its_part() {
    let [sent_a, written_a] = sent("hello\n");
    let tape = tape(&[said("Welcome"), sent_a, written_a, said("olleh\r\n"), EntryKind::Closed(RecordedClose::ByPeer)]);
    let (address, mut hears) = served(&tape);
    for _ in 0..2 {
        let mut client = TcpStream::connect(address).await.unwrap();
        let mut greeting = [0; 7];
        client.read_exact(&mut greeting).await.unwrap();
        assert_eq!(&greeting, b"Welcome");
        client.write_all(b"hel").await.unwrap();
        client.write_all(b"lo\n").await.unwrap();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"olleh\r\n");
        told(&mut hears, "closed, as recorded").await;
    }
}

#[tokio::test]
async fn what_the_client_sends_in_place_of_it_is_told_and_it_goes_on() {
    let [sent_a, written_a] = sent("hello\n");
    let tape = tape(&[sent_a, written_a, said("olleh\n"), EntryKind::Closed(RecordedClose::ByPeer)]);
    let (address, mut hears) = served(&tape);
    let mut client = TcpStream::connect(address).await.unwrap();
    told(&mut hears, r#"waiting for "hello\n""#).await;
    client.write_all(b"help\n").await.unwrap();
    let mut all = Vec::new();
    client.read_to_end(&mut all).await.unwrap();
    assert_eq!(all, b"olleh\n");
    told(&mut hears, r#"message 1 differs at byte 3: expected "hello\n", received "help\n""#).await;
}

#[tokio::test]
async fn a_client_that_leaves_is_told_and_harms_nobody() {
    let [sent_a, written_a] = sent("hello\n");
    let tape = tape(&[sent_a, written_a, said("olleh\n"), EntryKind::Closed(RecordedClose::ByPeer)]);
    let (address, mut hears) = served(&tape);
    drop(TcpStream::connect(address).await.unwrap());
    told(&mut hears, "half-closed by the client earlier than recorded").await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"hello\n").await.unwrap();
    let mut all = Vec::new();
    client.read_to_end(&mut all).await.unwrap();
    assert_eq!(all, b"olleh\n");
}

#[tokio::test]
async fn what_a_client_sends_too_much_does_not_cost_it_the_last_words() {
    let long = "last words\n".repeat(300_000);
    let tape = tape(&[said(&long), EntryKind::Closed(RecordedClose::ByPeer)]);
    let (address, mut hears) = served(&tape);
    let mut client = TcpStream::connect(address).await.unwrap();
    // It talks the whole time, more than anybody reads, and is slow to read.
    let (mut reads, mut writes) = client.split();
    let mut all = Vec::new();
    let talking = async {
        while writes.write_all(b"and on\n").await.is_ok() {
            tokio::task::yield_now().await;
        }
        std::future::pending::<()>().await;
    };
    let reading = async {
        while reads.read_buf(&mut all).await.unwrap() > 0 {
            all.reserve(64 << 10);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::select! {
        () = talking => {}
        () = reading => {}
    }
    assert_eq!(all.len(), long.len());
    told(&mut hears, "more bytes were received").await;
}
