use super::*;
use crate::link::LinkId;
use crate::net::Acknowledged;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio::task::JoinHandle;

/// A connection over memory: the far end, and the two channels of the link.
struct Wire {
    peer: DuplexStream,
    commands: mpsc::Sender<LinkCommand>,
    events: mpsc::Receiver<(LinkId, LinkEvent)>,
    task: JoinHandle<Result<ConnectionEnd, LoopClosed>>,
}

fn wire(buffer: usize, queue: usize) -> Wire {
    acknowledging_wire(buffer, queue, None)
}

fn acknowledging_wire(buffer: usize, queue: usize, acknowledgements: Option<Box<dyn Acknowledgements>>) -> Wire {
    let (near, peer) = tokio::io::duplex(buffer);
    let (commands, mut receiver) = mpsc::channel(64);
    let (sender, events) = mpsc::channel(queue);
    let reporter = EventSender { id: LinkId(0), events: sender, undelivered: Arc::default() };
    let task = tokio::spawn(async move { run(near, acknowledgements, &mut receiver, &reporter).await });
    Wire { peer, commands, events, task }
}

impl Wire {
    async fn event(&mut self) -> Option<LinkEvent> {
        self.events.recv().await.map(|(_, event)| event)
    }

    async fn send(&self, bytes: &[u8]) {
        self.commands.send(LinkCommand::Send(Bytes::copy_from_slice(bytes))).await.unwrap();
    }

    /// Everything received until the link ends.
    async fn received(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        while let Some(event) = self.event().await {
            if let LinkEvent::Received(bytes) = event {
                all.extend_from_slice(&bytes);
            }
        }
        all
    }
}

const fn received(bytes: &'static [u8]) -> LinkEvent {
    LinkEvent::Received(Bytes::from_static(bytes))
}

#[tokio::test(start_paused = true)]
async fn a_read_is_passed_on_at_once_newline_or_not() {
    let mut wire = wire(1024, 16);
    wire.peer.write_all(b"Thank you for connecting").await.unwrap();
    assert_eq!(wire.event().await.unwrap(), received(b"Thank you for connecting"));
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_arrives_in_order_and_is_accounted_for() {
    let mut wire = wire(1024, 16);
    wire.send(b"one\n").await;
    wire.send(b"two\n").await;
    let mut got = [0; 8];
    wire.peer.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"one\ntwo\n");
    let mut written = 0;
    while written < 8 {
        match wire.event().await {
            Some(LinkEvent::Written(count)) => written += count,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(written, 8);
}

#[tokio::test(start_paused = true)]
async fn the_peers_end_is_reported_after_its_last_bytes() {
    let mut wire = wire(1024, 16);
    wire.peer.write_all(b"bye").await.unwrap();
    drop(wire.peer);
    assert_eq!(wire.events.recv().await.unwrap().1, received(b"bye"));
    assert!(matches!(wire.task.await.unwrap(), Ok(ConnectionEnd::ByPeer)));
}

#[tokio::test(start_paused = true)]
async fn two_talkative_peers_do_not_block_each_other() {
    // Both sides write a megabyte before they read: with a 1 KiB pipe, whoever does not read while writing hangs.
    let mut wire = wire(1024, 2);
    let flood = vec![b'x'; 1 << 20];
    wire.send(&flood).await;
    let (mut far_reader, mut far_writer) = tokio::io::split(std::mem::replace(&mut wire.peer, tokio::io::duplex(1).0));
    let writing = tokio::spawn(async move {
        far_writer.write_all(&vec![b'y'; 1 << 20]).await.unwrap();
    });
    let reading = tokio::spawn(async move {
        let mut got = vec![0; 1 << 20];
        far_reader.read_exact(&mut got).await.unwrap();
        got
    });
    let mut count = 0;
    while count < 1 << 20 {
        if let Some(LinkEvent::Received(bytes)) = wire.event().await {
            count += bytes.len();
        }
    }
    writing.await.unwrap();
    assert!(reading.await.unwrap() == flood);
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_does_not_listen_stops_the_reading() {
    let mut wire = wire(1 << 20, 1);
    wire.peer.write_all(&vec![b'x'; 1 << 20]).await.unwrap();
    // The queue holds one read; the rest stays in the pipe, so the peer cannot write on.
    let flood = vec![b'y'; 1 << 20];
    let more = wire.peer.write_all(&flood);
    assert!(tokio::time::timeout(Duration::from_secs(60), more).await.is_err());
    assert_eq!(wire.events.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn closing_hands_over_what_is_queued() {
    let mut wire = wire(16, 16);
    wire.send(b"a line longer than the pipe between us\n").await;
    wire.commands.send(LinkCommand::Close).await.unwrap();
    let mut got = Vec::new();
    wire.peer.read_to_end(&mut got).await.unwrap();
    assert_eq!(got, b"a line longer than the pipe between us\n");
    assert!(matches!(wire.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
}

#[tokio::test(start_paused = true)]
async fn closing_waits_a_second_for_a_peer_that_does_not_read() {
    let wire = wire(16, 16);
    wire.send(&[b'x'; 1000]).await;
    wire.commands.send(LinkCommand::Close).await.unwrap();
    let start = Instant::now();
    assert!(matches!(wire.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
    assert_eq!(start.elapsed(), CLOSE_GRACE);
}

/// Everything until our side has ended: how much was written before, and what was received.
async fn until_half_closed(wire: &mut Wire) -> (usize, Vec<u8>) {
    let (mut written, mut got) = (0, Vec::new());
    loop {
        match wire.event().await.unwrap() {
            LinkEvent::Written(count) => written += count,
            LinkEvent::Received(bytes) => got.extend_from_slice(&bytes),
            LinkEvent::HalfClosed => return (written, got),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_our_side_comes_behind_what_is_queued_and_reading_goes_on() {
    let mut wire = wire(16, 16);
    wire.send(b"a line longer than the pipe between us\n").await;
    wire.commands.send(LinkCommand::Eof).await.unwrap();
    let mut got = Vec::new();
    wire.peer.read_to_end(&mut got).await.unwrap();
    assert_eq!(got, b"a line longer than the pipe between us\n");
    assert_eq!(until_half_closed(&mut wire).await, (39, Vec::new()));
    wire.peer.write_all(b"42\n").await.unwrap();
    assert_eq!(wire.event().await.unwrap(), received(b"42\n"));
    drop(wire.peer);
    assert!(matches!(wire.task.await.unwrap(), Ok(ConnectionEnd::ByPeer)));
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_behind_the_end_comes_back() {
    let mut wire = wire(1024, 16);
    wire.commands.send(LinkCommand::Eof).await.unwrap();
    wire.send(b"too late\n").await;
    wire.commands.send(LinkCommand::Eof).await.unwrap();
    assert_eq!(until_half_closed(&mut wire).await, (0, Vec::new()));
    assert_eq!(wire.event().await.unwrap(), LinkEvent::NotSent(Bytes::from_static(b"too late\n")));
    wire.commands.send(LinkCommand::Close).await.unwrap();
    assert!(matches!(wire.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
    assert_eq!(wire.events.recv().await, None, "the second end is none");
}

#[tokio::test(start_paused = true)]
async fn closing_works_while_the_end_waits_for_a_peer_that_does_not_read() {
    let wire = wire(16, 16);
    wire.send(&[b'x'; 1000]).await;
    wire.commands.send(LinkCommand::Eof).await.unwrap();
    wire.commands.send(LinkCommand::Close).await.unwrap();
    let start = Instant::now();
    assert!(matches!(wire.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
    assert_eq!(start.elapsed(), CLOSE_GRACE);
}

#[tokio::test(start_paused = true)]
async fn the_last_words_of_a_peer_that_is_gone_are_still_read() {
    // A stream whose writing fails while there is something left to read, as after a reset.
    struct Torn(std::io::Cursor<&'static [u8]>, io::ErrorKind);
    impl AsyncRead for Torn {
        fn poll_read(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
            buffer: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            std::pin::Pin::new(&mut self.0).poll_read(context, buffer)
        }
    }
    impl AsyncWrite for Torn {
        fn poll_write(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            _: &[u8],
        ) -> std::task::Poll<io::Result<usize>> {
            std::task::Poll::Ready(Err(self.1.into()))
        }
        fn poll_flush(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            std::task::Poll::Ready(Ok(()))
        }
        fn poll_shutdown(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            std::task::Poll::Ready(Ok(()))
        }
    }
    // It closed in order, and then there was nobody; or it reset the connection, which the write was the first to hear.
    for (kind, is_reset) in [(io::ErrorKind::BrokenPipe, false), (io::ErrorKind::ConnectionReset, true)] {
        let (commands, mut receiver) = mpsc::channel(4);
        let (sender, mut events) = mpsc::channel(16);
        commands.send(LinkCommand::Send(Bytes::from_static(b"hello?\n"))).await.unwrap();
        let torn = Torn(std::io::Cursor::new(b"you were kicked"), kind);
        let reporter = EventSender { id: LinkId(0), events: sender, undelivered: Arc::default() };
        let ended = run(torn, None, &mut receiver, &reporter).await;
        assert_eq!(matches!(ended, Ok(ConnectionEnd::Write(_))), is_reset, "{ended:?}");
        assert_eq!(matches!(ended, Ok(ConnectionEnd::ByPeer)), !is_reset, "{ended:?}");
        assert_eq!(events.recv().await.unwrap().1, received(b"you were kicked"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_megabyte_arrives_whole_through_a_small_pipe() {
    let mut wire = wire(777, 3);
    let all: Vec<u8> = (0..1_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let sent = all.clone();
    let mut peer = std::mem::replace(&mut wire.peer, tokio::io::duplex(1).0);
    tokio::spawn(async move {
        peer.write_all(&sent).await.unwrap();
    });
    assert!(wire.received().await == all);
}

/// Acknowledges this many bytes and no more.
struct Acknowledges(u64);

impl Acknowledgements for Acknowledges {
    fn read(&self) -> Option<Acknowledged> {
        Some(Acknowledged { bytes: self.0, is_final: false })
    }
}

impl Wire {
    async fn hears(&mut self, events: &[LinkEvent]) {
        for event in events {
            assert_eq!(self.event().await.as_ref(), Some(event));
        }
    }
}

const fn acknowledged(bytes: u64) -> LinkEvent {
    LinkEvent::Acknowledged { bytes, is_late: true }
}

#[tokio::test(start_paused = true)]
async fn bytes_that_are_not_acknowledged_are_reported_after_a_second() {
    let mut wire = acknowledging_wire(1024, 16, Some(Box::new(Acknowledges(2))));
    wire.send(b"hello\n").await;
    wire.hears(&[LinkEvent::Written(6)]).await;
    let begun = Instant::now();
    wire.hears(&[acknowledged(2)]).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn however_a_link_ends_the_last_report_says_what_arrived() {
    for by_peer in [false, true] {
        let mut wire = acknowledging_wire(1024, 16, Some(Box::new(Acknowledges(4))));
        wire.send(b"hello\n").await;
        wire.hears(&[LinkEvent::Written(6)]).await;
        let begun = Instant::now();
        if by_peer {
            drop(wire.peer);
            // The last field of the wire that is needed.
            let event = wire.events.recv().await.map(|(_, event)| event);
            assert_eq!(event, Some(acknowledged(4)));
        } else {
            wire.commands.send(LinkCommand::Close).await.unwrap();
            wire.hears(&[acknowledged(4)]).await;
        }
        let waited = begun.elapsed();
        assert!(waited >= CLOSE_GRACE && waited < CLOSE_GRACE * 2, "{waited:?}");
        wire.task.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_with_everything_acknowledged_closes_at_once() {
    let mut wire = acknowledging_wire(1024, 16, Some(Box::new(Acknowledges(6))));
    wire.send(b"hello\n").await;
    wire.hears(&[LinkEvent::Written(6)]).await;
    let begun = Instant::now();
    wire.commands.send(LinkCommand::Close).await.unwrap();
    assert!(matches!(wire.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_written_in_its_turn_and_refused_as_zeros() {
    let mut wire = wire(3, 16);
    wire.send(b"one\n").await;
    let secret = || LinkCommand::SendSecret(SecretBytes::concat(&[b"hunter2\n"]));
    wire.commands.send(secret()).await.unwrap();
    wire.send(b"two\n").await;
    wire.commands.send(LinkCommand::Eof).await.unwrap();
    let mut read = Vec::new();
    wire.peer.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, b"one\nhunter2\ntwo\n");
    wire.commands.send(secret()).await.unwrap();
    let refused = loop {
        if let LinkEvent::NotSent(bytes) = wire.event().await.unwrap() {
            break bytes;
        }
    };
    assert_eq!(refused, [0; 8][..]);
}
