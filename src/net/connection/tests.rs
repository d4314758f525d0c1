use super::*;
use crate::link::LinkId;
use crate::net::Acknowledged;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio::task::JoinHandle;

/// A connection in memory: the peer's end, and the two channels of the link.
struct TestConnection {
    peer: DuplexStream,
    commands: mpsc::Sender<LinkCommand>,
    events: mpsc::Receiver<(LinkId, LinkEvent)>,
    task: JoinHandle<Result<ConnectionEnd, LoopClosed>>,
}

fn connection(buffer: usize, queue: usize) -> TestConnection {
    acknowledging_connection(buffer, queue, None)
}

fn acknowledging_connection(
    buffer: usize,
    queue: usize,
    acknowledgements: Option<Box<dyn Acknowledgements>>,
) -> TestConnection {
    let (near, peer) = tokio::io::duplex(buffer);
    let (commands, mut receiver) = mpsc::channel(64);
    let (sender, events) = mpsc::channel(queue);
    let reporter = EventSender { id: LinkId(0), events: sender, undelivered: Arc::default() };
    let task = tokio::spawn(async move { run(near, acknowledgements, &mut receiver, &reporter).await });
    TestConnection { peer, commands, events, task }
}

impl TestConnection {
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
async fn text_without_newline_is_reported_at_once() {
    let mut connection = connection(1024, 16);
    connection.peer.write_all(b"Thank you for connecting").await.unwrap();
    assert_eq!(connection.event().await.unwrap(), received(b"Thank you for connecting"));
}

#[tokio::test(start_paused = true)]
async fn sent_bytes_arrive_in_order_and_are_counted() {
    let mut connection = connection(1024, 16);
    connection.send(b"one\n").await;
    connection.send(b"two\n").await;
    let mut received_bytes = [0; 8];
    connection.peer.read_exact(&mut received_bytes).await.unwrap();
    assert_eq!(&received_bytes, b"one\ntwo\n");
    let mut written = 0;
    while written < 8 {
        match connection.event().await {
            Some(LinkEvent::Written(count)) => written += count,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(written, 8);
}

#[tokio::test(start_paused = true)]
async fn close_by_peer_is_reported_after_its_last_bytes() {
    let mut connection = connection(1024, 16);
    connection.peer.write_all(b"bye").await.unwrap();
    drop(connection.peer);
    assert_eq!(connection.events.recv().await.unwrap().1, received(b"bye"));
    assert!(matches!(connection.task.await.unwrap(), Ok(ConnectionEnd::ByPeer)));
}

#[tokio::test(start_paused = true)]
async fn simultaneous_floods_do_not_deadlock() {
    // Both sides write a megabyte before they read. With a 1 KiB pipe, a side that does not read while writing deadlocks.
    let mut connection = connection(1024, 2);
    let flood = vec![b'x'; 1 << 20];
    connection.send(&flood).await;
    let (mut far_reader, mut far_writer) =
        tokio::io::split(std::mem::replace(&mut connection.peer, tokio::io::duplex(1).0));
    let writing = tokio::spawn(async move {
        far_writer.write_all(&vec![b'y'; 1 << 20]).await.unwrap();
    });
    let reading = tokio::spawn(async move {
        let mut received_bytes = vec![0; 1 << 20];
        far_reader.read_exact(&mut received_bytes).await.unwrap();
        received_bytes
    });
    let mut count = 0;
    while count < 1 << 20 {
        if let Some(LinkEvent::Received(bytes)) = connection.event().await {
            count += bytes.len();
        }
    }
    writing.await.unwrap();
    assert!(reading.await.unwrap() == flood);
}

#[tokio::test(start_paused = true)]
async fn busy_event_loop_stops_reading() {
    let mut connection = connection(1 << 20, 1);
    connection.peer.write_all(&vec![b'x'; 1 << 20]).await.unwrap();
    // The queue holds one read; the rest stays in the pipe, so the peer blocks.
    let flood = vec![b'y'; 1 << 20];
    let more = connection.peer.write_all(&flood);
    assert!(tokio::time::timeout(Duration::from_secs(60), more).await.is_err());
    assert_eq!(connection.events.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn closing_sends_queued_bytes() {
    let mut connection = connection(16, 16);
    connection.send(b"a line longer than the pipe between us\n").await;
    connection.commands.send(LinkCommand::Close).await.unwrap();
    let mut received_bytes = Vec::new();
    connection.peer.read_to_end(&mut received_bytes).await.unwrap();
    assert_eq!(received_bytes, b"a line longer than the pipe between us\n");
    assert!(matches!(connection.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
}

#[tokio::test(start_paused = true)]
async fn closing_waits_a_second_for_a_stalled_peer() {
    let connection = connection(16, 16);
    connection.send(&[b'x'; 1000]).await;
    connection.commands.send(LinkCommand::Close).await.unwrap();
    let start = Instant::now();
    assert!(matches!(connection.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
    assert_eq!(start.elapsed(), CLOSE_GRACE);
}

/// Returns the number of bytes written and the bytes received before the write side is shut down.
async fn until_half_closed(connection: &mut TestConnection) -> (usize, Vec<u8>) {
    let (mut written, mut received_bytes) = (0, Vec::new());
    loop {
        match connection.event().await.unwrap() {
            LinkEvent::Written(count) => written += count,
            LinkEvent::Received(bytes) => received_bytes.extend_from_slice(&bytes),
            LinkEvent::HalfClosed => return (written, received_bytes),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn half_close_follows_queued_bytes_and_reading_continues() {
    let mut connection = connection(16, 16);
    connection.send(b"a line longer than the pipe between us\n").await;
    connection.commands.send(LinkCommand::Eof).await.unwrap();
    let mut received_bytes = Vec::new();
    connection.peer.read_to_end(&mut received_bytes).await.unwrap();
    assert_eq!(received_bytes, b"a line longer than the pipe between us\n");
    assert_eq!(until_half_closed(&mut connection).await, (39, Vec::new()));
    connection.peer.write_all(b"42\n").await.unwrap();
    assert_eq!(connection.event().await.unwrap(), received(b"42\n"));
    drop(connection.peer);
    assert!(matches!(connection.task.await.unwrap(), Ok(ConnectionEnd::ByPeer)));
}

#[tokio::test(start_paused = true)]
async fn bytes_after_a_half_close_are_reported_as_not_sent() {
    let mut connection = connection(1024, 16);
    connection.commands.send(LinkCommand::Eof).await.unwrap();
    connection.send(b"too late\n").await;
    connection.commands.send(LinkCommand::Eof).await.unwrap();
    assert_eq!(until_half_closed(&mut connection).await, (0, Vec::new()));
    assert_eq!(connection.event().await.unwrap(), LinkEvent::NotSent(Bytes::from_static(b"too late\n")));
    connection.commands.send(LinkCommand::Close).await.unwrap();
    assert!(matches!(connection.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
    assert_eq!(connection.events.recv().await, None, "the second half-close is ignored");
}

#[tokio::test(start_paused = true)]
async fn closing_works_while_a_half_close_is_pending() {
    let connection = connection(16, 16);
    connection.send(&[b'x'; 1000]).await;
    connection.commands.send(LinkCommand::Eof).await.unwrap();
    connection.commands.send(LinkCommand::Close).await.unwrap();
    let start = Instant::now();
    assert!(matches!(connection.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
    assert_eq!(start.elapsed(), CLOSE_GRACE);
}

#[tokio::test(start_paused = true)]
async fn last_bytes_are_read_after_a_failed_write() {
    // A stream whose writes fail while it has bytes left to read, as after a reset.
    struct BrokenStream(std::io::Cursor<&'static [u8]>, io::ErrorKind);
    impl AsyncRead for BrokenStream {
        fn poll_read(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
            buffer: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            std::pin::Pin::new(&mut self.0).poll_read(context, buffer)
        }
    }
    impl AsyncWrite for BrokenStream {
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
    // The peer closed in order and exited; or it reset the connection, and the write consumes the error.
    for (kind, is_reset) in [(io::ErrorKind::BrokenPipe, false), (io::ErrorKind::ConnectionReset, true)] {
        let (commands, mut receiver) = mpsc::channel(4);
        let (sender, mut events) = mpsc::channel(16);
        commands.send(LinkCommand::Send(Bytes::from_static(b"hello?\n"))).await.unwrap();
        let stream = BrokenStream(std::io::Cursor::new(b"you were kicked"), kind);
        let reporter = EventSender { id: LinkId(0), events: sender, undelivered: Arc::default() };
        let ended = run(stream, None, &mut receiver, &reporter).await;
        assert_eq!(matches!(ended, Ok(ConnectionEnd::Write(_))), is_reset, "{ended:?}");
        assert_eq!(matches!(ended, Ok(ConnectionEnd::ByPeer)), !is_reset, "{ended:?}");
        assert_eq!(events.recv().await.unwrap().1, received(b"you were kicked"));
    }
}

#[tokio::test(start_paused = true)]
async fn large_message_arrives_whole_in_small_reads() {
    let mut connection = connection(777, 3);
    let all: Vec<u8> = (0..1_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let sent = all.clone();
    let mut peer = std::mem::replace(&mut connection.peer, tokio::io::duplex(1).0);
    tokio::spawn(async move {
        peer.write_all(&sent).await.unwrap();
    });
    assert!(connection.received().await == all);
}

/// A peer that acknowledges at most this number of bytes.
struct Acknowledges(u64);

impl Acknowledgements for Acknowledges {
    fn read(&self) -> Option<Acknowledged> {
        Some(Acknowledged { bytes: self.0, is_final: false })
    }
}

impl TestConnection {
    async fn expect_events(&mut self, events: &[LinkEvent]) {
        for event in events {
            assert_eq!(self.event().await.as_ref(), Some(event));
        }
    }
}

const fn acknowledged(bytes: u64) -> LinkEvent {
    LinkEvent::Acknowledged { bytes, is_late: true }
}

#[tokio::test(start_paused = true)]
async fn unacknowledged_bytes_are_reported_after_a_second() {
    let mut connection = acknowledging_connection(1024, 16, Some(Box::new(Acknowledges(2))));
    connection.send(b"hello\n").await;
    connection.expect_events(&[LinkEvent::Written(6)]).await;
    let start = Instant::now();
    connection.expect_events(&[acknowledged(2)]).await;
    assert_eq!(start.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn last_report_counts_acknowledged_bytes() {
    for by_peer in [false, true] {
        let mut connection = acknowledging_connection(1024, 16, Some(Box::new(Acknowledges(4))));
        connection.send(b"hello\n").await;
        connection.expect_events(&[LinkEvent::Written(6)]).await;
        let start = Instant::now();
        if by_peer {
            drop(connection.peer);
            // Not `event`, because `peer` has been moved out.
            let event = connection.events.recv().await.map(|(_, event)| event);
            assert_eq!(event, Some(acknowledged(4)));
        } else {
            connection.commands.send(LinkCommand::Close).await.unwrap();
            connection.expect_events(&[acknowledged(4)]).await;
        }
        let waited = start.elapsed();
        assert!(waited >= CLOSE_GRACE && waited < CLOSE_GRACE * 2, "{waited:?}");
        connection.task.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn acknowledged_link_closes_at_once() {
    let mut connection = acknowledging_connection(1024, 16, Some(Box::new(Acknowledges(6))));
    connection.send(b"hello\n").await;
    connection.expect_events(&[LinkEvent::Written(6)]).await;
    let start = Instant::now();
    connection.commands.send(LinkCommand::Close).await.unwrap();
    assert!(matches!(connection.task.await.unwrap(), Ok(ConnectionEnd::ByUs(None))));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn secret_is_sent_in_order_and_reported_as_zeros() {
    let mut connection = connection(3, 16);
    connection.send(b"one\n").await;
    let secret = || LinkCommand::SendSecret(SecretBytes::concat(&[b"hunter2\n"]));
    connection.commands.send(secret()).await.unwrap();
    connection.send(b"two\n").await;
    connection.commands.send(LinkCommand::Eof).await.unwrap();
    let mut read = Vec::new();
    connection.peer.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, b"one\nhunter2\ntwo\n");
    connection.commands.send(secret()).await.unwrap();
    let refused = loop {
        if let LinkEvent::NotSent(bytes) = connection.event().await.unwrap() {
            break bytes;
        }
    };
    assert_eq!(refused, [0; 8][..]);
}
