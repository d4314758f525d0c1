//! Patience with a peer that lives and does not read.
//!
//! `TCP_USER_TIMEOUT` (RFC 5482) is how long what we sent may stand unacknowledged. Linux applies it as well to what it
//! could *not* send because the peer's window is shut: a server in `time.sleep(300)` with a full buffer answers every
//! probe and is cut off all the same (`tcp_probe_timer`; measured on 6.18, with 6 KB sent to a buffer of 2 KB). RFC
//! 1122 (4.2.2.17) wants such a connection kept open for as long as the peer answers.
//!
//! So the limit holds except while such probes are answered. Which of it is the case stands in `/proc/self/net/tcp`, as
//! the kind of timer that runs for the socket and the number of probes without an answer; `TCP_INFO` has the same, but
//! not without unsafe code. It is looked at every 15 s while something of ours is under way and not otherwise: a link
//! that is idle wakes nobody.
//!
//! A machine that goes while it was not reading is found late: the kernel asks it ever more rarely, at last every two
//! minutes.

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

/// Probes without an answer from which on nobody is believed to be there. One may be under way as we look.
const UNANSWERED: u32 = 3;

/// The kernel's kind of timer for probes of a shut window (`tcp_diag`, `/proc/net/tcp`).
const PROBES_WINDOW: u32 = 4;

/// A stream whose peer may take this long to acknowledge, and as long as it likes to read.
#[derive(Debug)]
pub(super) struct UserTimeoutStream {
    stream: TcpStream,
    limit: Duration,
    interval: Duration,
    watch: Monitor,
}

#[derive(Debug)]
enum Monitor {
    /// Nothing of ours is under way.
    Idle,
    /// Until the next look.
    Waiting(Pin<Box<Sleep>>),
    /// At the system's table, which is long on a machine with many connections: in a thread.
    Querying(JoinHandle<Option<SocketQueue>>),
}

/// What the system says of what we sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SocketQueue {
    /// Not acknowledged, or not sent.
    bytes: u64,
    timer: u32,
    unanswered: u32,
}

impl UserTimeoutStream {
    /// The peer may take `limit` to acknowledge. Whether it is reading is looked at in this interval, of which more
    /// than one has to fit into the limit.
    pub(super) fn new(stream: TcpStream, limit: Duration, interval: Duration) -> Self {
        let patient = Self { stream, limit, interval, watch: Monitor::Idle };
        patient.set_limit(Some(limit));
        patient
    }

    fn set_limit(&self, limit: Option<Duration>) {
        // Without it a peer that is gone is found later.
        let _ = SockRef::from(&self.stream).set_tcp_user_timeout(limit);
    }

    /// Carries the watch on. Ready when there is none to be carried on.
    fn poll_watch(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            self.watch = match &mut self.watch {
                Monitor::Idle => return Poll::Ready(()),
                Monitor::Waiting(sleep) => {
                    ready!(sleep.as_mut().poll(context));
                    self.query()
                }
                Monitor::Querying(looking) => {
                    let queue = ready!(Pin::new(looking).poll(context)).ok().flatten();
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

    /// Who cannot be seen is believed to live: found late is better than cut off.
    fn update_limit(&self, queue: Option<SocketQueue>) -> Monitor {
        let is_waited_for = queue.is_none_or(SocketQueue::is_zero_window);
        self.set_limit((!is_waited_for).then_some(self.limit));
        match queue {
            Some(SocketQueue { bytes: 1.., .. }) => Monitor::Waiting(Box::pin(sleep(self.interval))),
            Some(_) | None => Monitor::Idle,
        }
    }

    fn wrote(&mut self, context: &mut Context<'_>) {
        if matches!(self.watch, Monitor::Idle) {
            self.watch = Monitor::Waiting(Box::pin(sleep(self.interval)));
            let _ = self.poll_watch(context);
        }
    }
}

impl SocketQueue {
    const fn is_zero_window(self) -> bool {
        self.bytes > 0 && self.timer == PROBES_WINDOW && self.unanswered < UNANSWERED
    }
}

/// Bytes of this socket that its peer has not acknowledged, or was not sent.
pub(super) fn unacknowledged(stream: &std::net::TcpStream) -> Option<u64> {
    let inode = rustix::fs::fstat(stream).ok()?.st_ino;
    look_up(inode).map(|queue| queue.bytes)
}

/// The line of this socket in the system's tables.
fn look_up(inode: u64) -> Option<SocketQueue> {
    ["/proc/self/net/tcp", "/proc/self/net/tcp6"]
        .into_iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .find_map(|table| table.lines().find_map(|line| read(line, inode)))
}

/// `sl local remote state tx:rx timer:when retransmits uid probes inode ...`, the numbers in hex but for the last four.
fn read(line: &str, inode: u64) -> Option<SocketQueue> {
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
        // Somebody reads for as long as the link lives, so this is where the watch goes on.
        let _ = self.poll_watch(context);
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for UserTimeoutStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.wrote(context);
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

    /// A connection to a peer whose buffer is small.
    async fn connected() -> (TcpStream, Peer) {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        listener.set_recv_buffer_size(2048).unwrap();
        listener.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
        listener.listen(1).unwrap();
        let addr = listener.local_addr().unwrap().as_socket().unwrap();
        let stream = TcpStream::connect(addr).await.unwrap();
        (stream, listener.accept().unwrap().0.into())
    }

    /// What becomes of a stream in three times the limit when its peer does not read.
    async fn fate<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> Result<(), io::ErrorKind> {
        stream.write_all(&[b'x'; 16 << 10]).await.unwrap();
        match timeout(LIMIT * 3, stream.read_u8()).await {
            Ok(Ok(_)) => panic!("the peer says nothing"),
            Ok(Err(error)) => Err(error.kind()),
            Err(_elapsed) => Ok(()),
        }
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_is_waited_for_though_the_system_would_cut_it_off() {
        let ((bare, _bare_peer), (watched, mut peer)) = (connected().await, connected().await);
        SockRef::from(&bare).set_tcp_user_timeout(Some(LIMIT)).unwrap();
        let (mut bare, mut watched) = (bare, UserTimeoutStream::new(watched, LIMIT, LIMIT / 4));
        let (cut, kept) = tokio::join!(fate(&mut bare), fate(&mut watched));
        if cut.is_ok() {
            eprintln!("this kernel does not cut off a peer that does not read: nothing shown");
        }
        assert_eq!(kept, Ok(()));
        assert_eq!(SockRef::from(&watched.stream).tcp_user_timeout().unwrap(), None);

        // It wakes up: everything is there, and the limit holds again.
        let reading = tokio::task::spawn_blocking(move || {
            std::io::Read::read_exact(&mut peer, &mut [0; 16 << 10]).unwrap();
            peer
        });
        let until_at_rest = std::future::poll_fn(|context| watched.poll_watch(context));
        timeout(LIMIT * 10, until_at_rest).await.unwrap();
        assert_eq!(SockRef::from(&watched.stream).tcp_user_timeout().unwrap(), Some(LIMIT));
        let _peer = reading.await.unwrap();
    }

    #[tokio::test]
    async fn the_system_says_what_is_under_way() {
        let (mut stream, _peer) = connected().await;
        let inode = rustix::fs::fstat(&stream).unwrap().st_ino;
        assert_eq!(look_up(inode).unwrap().bytes, 0);
        stream.write_all(&vec![b'x'; 64 << 10]).await.unwrap();
        assert!(look_up(inode).unwrap().bytes > 0);
        assert_eq!(look_up(u64::MAX), None);
    }

    #[test]
    fn a_line_of_the_table_is_read() {
        let line =
            "   1: 0100007F:9C40 0100007F:3039 01 002D87DC:00000000 04:00000530 00000000     0        2 4711 2 0";
        let queue = SocketQueue { bytes: 0x2d_87dc, timer: 4, unanswered: 2 };
        assert_eq!(read(line, 4711), Some(queue));
        assert_eq!(read(line, 4712), None);
        for half in
            ["", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"]
        {
            assert_eq!(read(half, 4711), None, "{half:?}");
        }
        assert!(queue.is_zero_window());
        assert!(!SocketQueue { unanswered: UNANSWERED, ..queue }.is_zero_window(), "it is gone");
        assert!(!SocketQueue { timer: 1, ..queue }.is_zero_window(), "that is a retransmission");
        assert!(!SocketQueue { bytes: 0, ..queue }.is_zero_window());
    }
}
