//! Keeps `TCP_USER_TIMEOUT` from closing connections whose peer is alive but not reading (zero window).
//!
//! `TCP_USER_TIMEOUT` (RFC 5482) limits how long sent data may stay unacknowledged. Linux also applies it to data that it
//! could not send because the peer's window is closed: a server in `time.sleep(300)` with a full buffer answers every
//! window probe and is disconnected nevertheless (`tcp_probe_timer`; measured on 6.18, with 6 KB sent to a buffer of 2 KB).
//! RFC 1122 (4.2.2.17) requires such a connection to stay open as long as the peer answers.
//!
//! So the timeout is disabled while window probes are answered. `/proc/self/net/tcp` shows that, as the kind of timer of the
//! socket and the number of unanswered probes; `TCP_INFO` has the same data, but needs unsafe code. It is read every 15 s
//! while data is unacknowledged; an idle link causes no wake-ups.
//!
//! A machine that disappears while its window is closed is detected late: the kernel probes it at growing intervals, up to
//! two minutes.

use crate::net::{Acknowledgements, Duplex};
use socket2::SockRef;
use std::fs;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Sleep, sleep};

/// Number of unanswered probes after which the peer counts as gone. One may be in flight when the table is read.
const MAX_UNANSWERED: u32 = 3;

/// The kernel's timer kind for zero-window probes (`tcp_diag`, `/proc/net/tcp`).
const ZERO_WINDOW_TIMER: u32 = 4;

/// A stream that fails if the peer does not acknowledge data within a limit, but not if it only does not read.
#[derive(Debug)]
pub(super) struct UserTimeoutStream {
    stream: TcpStream,
    limit: Duration,
    interval: Duration,
    monitor: Monitor,
}

#[derive(Debug)]
enum Monitor {
    /// All data is acknowledged.
    Idle,
    /// Waits for the next query.
    Waiting(Pin<Box<Sleep>>),
    /// Reads the system's table, in a thread because it is long on a machine with many connections.
    Querying(JoinHandle<Option<SocketQueue>>),
}

/// State of the kernel's send queue of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SocketQueue {
    /// Number of bytes that are not sent or not acknowledged.
    bytes: u64,
    /// Kind of the timer that is running.
    timer: u32,
    /// Number of unanswered probes.
    unanswered: u32,
}

impl UserTimeoutStream {
    /// Creates a stream whose peer must acknowledge data within `limit`. The send queue is queried at this interval, which
    /// must be at most half of the limit.
    pub(super) fn new(stream: TcpStream, limit: Duration, interval: Duration) -> Self {
        let stream = Self { stream, limit, interval, monitor: Monitor::Idle };
        stream.set_user_timeout(Some(limit));
        stream
    }

    fn set_user_timeout(&self, limit: Option<Duration>) {
        // If this fails, a lost peer is detected later.
        let _ = SockRef::from(&self.stream).set_tcp_user_timeout(limit);
    }

    /// Advances the monitor. Ready when it is idle.
    fn poll_monitor(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            self.monitor = match &mut self.monitor {
                Monitor::Idle => return Poll::Ready(()),
                Monitor::Waiting(sleep) => {
                    ready!(sleep.as_mut().poll(context));
                    self.query()
                }
                Monitor::Querying(query) => {
                    let queue = ready!(Pin::new(query).poll(context)).ok().flatten();
                    self.update_limit(queue)
                }
            };
        }
    }

    fn query(&self) -> Monitor {
        match rustix::fs::fstat(&self.stream) {
            Ok(stat) => Monitor::Querying(tokio::task::spawn_blocking(move || look_up(stat.st_ino))),
            Err(_) => self.update_limit(None),
        }
    }

    /// Disables the timeout while the peer's window is closed. An unknown state counts as that: a late detection is better
    /// than a wrong disconnect.
    fn update_limit(&self, queue: Option<SocketQueue>) -> Monitor {
        let is_zero_window = queue.is_none_or(SocketQueue::is_zero_window);
        self.set_user_timeout((!is_zero_window).then_some(self.limit));
        match queue {
            Some(SocketQueue { bytes: 1.., .. }) => Monitor::Waiting(Box::pin(sleep(self.interval))),
            Some(_) | None => Monitor::Idle,
        }
    }

    fn on_written(&mut self, context: &mut Context<'_>) {
        if matches!(self.monitor, Monitor::Idle) {
            self.monitor = Monitor::Waiting(Box::pin(sleep(self.interval)));
            let _ = self.poll_monitor(context);
        }
    }
}

impl SocketQueue {
    const fn is_zero_window(self) -> bool {
        self.bytes > 0 && self.timer == ZERO_WINDOW_TIMER && self.unanswered < MAX_UNANSWERED
    }
}

/// Returns the number of bytes of this socket that are not sent or not acknowledged.
pub(super) fn unacknowledged(stream: &std::net::TcpStream) -> Option<u64> {
    let inode = rustix::fs::fstat(stream).ok()?.st_ino;
    look_up(inode).map(|queue| queue.bytes)
}

/// Finds the socket with this inode in the system's tables.
fn look_up(inode: u64) -> Option<SocketQueue> {
    ["/proc/self/net/tcp", "/proc/self/net/tcp6"]
        .into_iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .find_map(|table| table.lines().find_map(|line| parse_line(line, inode)))
}

/// Parses a line of the table if it has this inode: `sl local remote state tx:rx timer:when retransmits uid probes inode ...`.
/// `uid`, `probes` and `inode` are decimal, the numbers before them hexadecimal.
fn parse_line(line: &str, inode: u64) -> Option<SocketQueue> {
    let mut words = line.split_whitespace().skip(4);
    let (bytes, _) = words.next()?.split_once(':')?;
    let (timer, _) = words.next()?.split_once(':')?;
    let mut words = words.skip(2);
    let unanswered = words.next()?.parse().ok()?;
    if words.next()?.parse() != Ok(inode) {
        return None;
    }
    let (bytes, timer) = (u64::from_str_radix(bytes, 16).ok()?, u32::from_str_radix(timer, 16).ok()?);
    Some(SocketQueue { bytes, timer, unanswered })
}

impl Duplex for UserTimeoutStream {
    fn acknowledgements(&self) -> Option<Box<dyn Acknowledgements>> {
        self.stream.acknowledgements()
    }
}

impl AsyncRead for UserTimeoutStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Advanced here, because the link always polls for reading.
        let _ = self.poll_monitor(context);
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for UserTimeoutStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.on_written(context);
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use socket2::{Domain, Socket, Type};
    use std::net::{SocketAddr, TcpStream as Peer};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::timeout;

    const LIMIT: Duration = Duration::from_secs(2);

    /// Connects to a peer with a small receive buffer.
    async fn connected() -> (TcpStream, Peer) {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        listener.set_recv_buffer_size(2048).unwrap();
        listener.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
        listener.listen(1).unwrap();
        let addr = listener.local_addr().unwrap().as_socket().unwrap();
        let stream = TcpStream::connect(addr).await.unwrap();
        (stream, listener.accept().unwrap().0.into())
    }

    /// Fills the buffers of a peer that does not read. Returns whether the stream fails within three times the limit.
    async fn send_to_stalled_peer<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> Result<(), io::ErrorKind> {
        stream.write_all(&[b'x'; 16 << 10]).await.unwrap();
        match timeout(LIMIT * 3, stream.read_u8()).await {
            Ok(Ok(_)) => panic!("the peer sends nothing"),
            Ok(Err(error)) => Err(error.kind()),
            Err(_elapsed) => Ok(()),
        }
    }

    #[tokio::test]
    async fn peer_with_a_closed_window_is_not_disconnected() {
        let ((plain, _plain_peer), (watched, mut peer)) = (connected().await, connected().await);
        SockRef::from(&plain).set_tcp_user_timeout(Some(LIMIT)).unwrap();
        let (mut plain, mut watched) = (plain, UserTimeoutStream::new(watched, LIMIT, LIMIT / 4));
        let (plain_result, watched_result) =
            tokio::join!(send_to_stalled_peer(&mut plain), send_to_stalled_peer(&mut watched));
        if plain_result.is_ok() {
            eprintln!("this kernel does not disconnect a peer with a closed window: nothing is tested");
        }
        assert_eq!(watched_result, Ok(()));
        assert_eq!(SockRef::from(&watched.stream).tcp_user_timeout().unwrap(), None);

        // The peer reads again: it receives everything, and the timeout is enabled again.
        let reading = tokio::task::spawn_blocking(move || {
            std::io::Read::read_exact(&mut peer, &mut [0; 16 << 10]).unwrap();
            peer
        });
        let idle = std::future::poll_fn(|context| watched.poll_monitor(context));
        timeout(LIMIT * 10, idle).await.unwrap();
        assert_eq!(SockRef::from(&watched.stream).tcp_user_timeout().unwrap(), Some(LIMIT));
        let _peer = reading.await.unwrap();
    }

    #[tokio::test]
    async fn send_queue_is_found_by_inode() {
        let (mut stream, _peer) = connected().await;
        let inode = rustix::fs::fstat(&stream).unwrap().st_ino;
        assert_eq!(look_up(inode).unwrap().bytes, 0);
        stream.write_all(&vec![b'x'; 64 << 10]).await.unwrap();
        assert!(look_up(inode).unwrap().bytes > 0);
        assert_eq!(look_up(u64::MAX), None);
    }

    #[test]
    fn line_of_the_table_is_parsed() {
        let line =
            "   1: 0100007F:9C40 0100007F:3039 01 002D87DC:00000000 04:00000530 00000000     0        2 4711 2 0";
        let queue = SocketQueue { bytes: 0x2d_87dc, timer: 4, unanswered: 2 };
        assert_eq!(parse_line(line, 4711), Some(queue));
        assert_eq!(parse_line(line, 4712), None);
        for other in
            ["", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"]
        {
            assert_eq!(parse_line(other, 4711), None, "{other:?}");
        }
        assert!(queue.is_zero_window());
        assert!(!SocketQueue { unanswered: MAX_UNANSWERED, ..queue }.is_zero_window(), "the peer is gone");
        assert!(!SocketQueue { timer: 1, ..queue }.is_zero_window(), "a retransmission timer");
        assert!(!SocketQueue { bytes: 0, ..queue }.is_zero_window());
    }
}
