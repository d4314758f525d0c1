//! Follows sent bytes from this system's hands to the machine at the other end.
//!
//! A write that succeeds says that the operating system has the bytes, not that they have arrived: with the cable out it
//! goes on succeeding for a minute. TCP knows more, because the other machine acknowledges what it has received.
//! *Acknowledged* means that the system there has the bytes in its receive buffer. Whether the program there has read
//! them cannot be known.
//!
//! On Linux the count is `tcpi_bytes_acked` of `TCP_INFO` (RFC 4898, `tcpEStatsAppHCThruOctetsAcked`). Unlike `SIOCOUTQ`
//! and `/proc/net/tcp` it can be had without unsafe code and is still there after the connection was reset or timed out.
//! Elsewhere there is no such count, and nothing is said about it.

use crate::link::LinkEvent;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Age of unacknowledged bytes from which on they are late. The acknowledgement of a healthy link takes a round trip, and
/// up to 0.2 s more if the other machine delays it (RFC 1122, 4.2.3.2).
const LATE_AFTER: Duration = Duration::from_secs(1);

/// Interval in which the last acknowledgements are looked for while a connection is being closed.
const DRAIN_INTERVAL: Duration = Duration::from_millis(5);

/// State of a count of acknowledged bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledged {
    /// Bytes that the other machine has acknowledged since the connection was opened.
    pub bytes: u64,
    /// Whether the connection is over, so that no more will follow.
    pub is_final: bool,
}

/// Counts the bytes of one connection that the other machine has acknowledged.
pub trait Acknowledgements: Send + Sync {
    /// Reads the count, or `None` if the system does not tell.
    fn read(&self) -> Option<Acknowledged>;
}

/// Compares written bytes with acknowledged bytes, with a timer that runs only while some are missing.
#[derive(Default)]
pub(super) struct AckWatch {
    source: Option<Box<dyn Acknowledgements>>,
    /// Bytes that the system has taken over.
    written: u64,
    /// `written` at the last look: what is missing of it at the next look is late.
    mark: u64,
    next_look: Option<Instant>,
    reported: Option<Report>,
}

/// Progress that the core is to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) acknowledged: u64,
    pub(super) is_late: bool,
}

impl From<Report> for LinkEvent {
    fn from(Report { acknowledged, is_late }: Report) -> Self {
        Self::Acknowledged { bytes: acknowledged, is_late }
    }
}

impl AckWatch {
    pub(super) fn new(source: Option<Box<dyn Acknowledgements>>) -> Self {
        Self { source, ..Self::default() }
    }

    /// Takes note that the system has taken over so many more bytes.
    pub(super) fn add_written(&mut self, bytes: usize) {
        self.written += bytes as u64;
        if self.source.is_some() && self.next_look.is_none() {
            self.mark = self.written;
            self.next_look = Some(Instant::now() + LATE_AFTER);
        }
    }

    /// Waits until the next look is due; for ever while nothing is missing. Cancel-safe.
    pub(super) async fn due(&self) {
        match self.next_look {
            Some(at) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// Looks, and gives what has changed since the last report.
    pub(super) fn look(&mut self) -> Option<Report> {
        let Some(acknowledged) = self.acknowledged() else {
            self.next_look = None;
            return None;
        };
        let is_late = acknowledged < self.mark;
        self.mark = self.written;
        self.next_look = (acknowledged < self.written).then(|| Instant::now() + LATE_AFTER);
        self.report(Report { acknowledged, is_late })
    }

    /// A healthy link has nothing to report: it has never been late.
    fn report(&mut self, report: Report) -> Option<Report> {
        let is_news = match self.reported {
            Some(before) => before != report && (before.is_late || report.is_late),
            None => report.is_late,
        };
        is_news.then(|| *self.reported.insert(report))
    }

    /// Waits until everything is acknowledged, until nothing more will be, or until `deadline`.
    pub(super) async fn drain(&self, deadline: Instant) {
        while let Some(now) = self.read()
            && now.bytes < self.written
            && !now.is_final
            && Instant::now() < deadline
        {
            sleep(DRAIN_INTERVAL).await;
        }
    }

    /// Gives the last report: what is not acknowledged when a link ends is late, whatever its age.
    pub(super) fn last_report(&mut self) -> Option<Report> {
        let acknowledged = self.acknowledged()?;
        self.report(Report { acknowledged, is_late: acknowledged < self.written })
    }

    /// Written bytes that are not acknowledged; 0 where that is not known.
    pub(super) fn missing(&self) -> u64 {
        self.acknowledged().map_or(0, |acknowledged| self.written - acknowledged)
    }

    /// The end of our side counts as one byte, which is none of those written.
    fn acknowledged(&self) -> Option<u64> {
        self.read().map(|now| now.bytes.min(self.written))
    }

    fn read(&self) -> Option<Acknowledged> {
        self.source.as_ref()?.read()
    }
}

/// Counts acknowledged bytes of a TCP socket.
#[cfg(target_os = "linux")]
pub use linux::AckCounter;

#[cfg(target_os = "linux")]
mod linux {
    use super::{Acknowledged, Acknowledgements};
    // The macro names the crate `libc`.
    use nix::libc;
    use nix::sys::socket::getsockopt;
    use nix::sys::socket::sockopt::GetStruct;
    use rustix::net::{ipproto, sockopt};
    use std::os::fd::{AsFd, OwnedFd};

    /// Offset of `tcpi_bytes_acked` in `struct tcp_info`, in bytes (`linux/tcp.h`); `tcpi_state` is its first byte.
    const BYTES_ACKED: usize = 120;

    /// The beginning of `struct tcp_info`, up to and including `tcpi_bytes_acked`.
    type TcpInfoHead = [u8; BYTES_ACKED + 8];

    /// `TCP_CLOSE` of the kernel's states: the connection was reset, timed out, or ended on both sides.
    const CLOSED: u8 = 7;

    #[derive(Debug, Clone, Copy)]
    struct TcpInfo;

    nix::getsockopt_impl!(TcpInfo, libc::IPPROTO_TCP, libc::TCP_INFO, TcpInfoHead, GetStruct<TcpInfoHead>);

    /// Counts acknowledged bytes of a TCP socket, of which it holds a duplicate.
    #[derive(Debug)]
    pub struct AckCounter {
        socket: OwnedFd,
        /// The count before anything was sent: the request for the connection counts as one byte.
        start: u64,
    }

    impl AckCounter {
        /// Starts to count on a connection on which nothing was sent so far. `None` where the system does not tell.
        pub fn new(stream: &impl AsFd) -> Option<Self> {
            // `TCP_INFO` has the count since Linux 4.1, and nix panics where it gets less than it asked for: a socket
            // option that came with 4.12 shows that the kernel is new enough.
            sockopt::socket_cookie(stream).ok()?;
            // Of a connection over several paths (MPTCP) it would be the count of one of them.
            if sockopt::socket_protocol(stream).ok()? != Some(ipproto::TCP) {
                return None;
            }
            let socket = stream.as_fd().try_clone_to_owned().ok()?;
            let (start, _) = read(&socket)?;
            // A kernel that leaves the field empty counts nothing.
            (start > 0).then_some(Self { socket, start })
        }
    }

    impl Acknowledgements for AckCounter {
        fn read(&self) -> Option<Acknowledged> {
            let (bytes, state) = read(&self.socket)?;
            Some(Acknowledged { bytes: bytes.saturating_sub(self.start), is_final: state == CLOSED })
        }
    }

    /// Reads `tcpi_bytes_acked` and `tcpi_state`.
    fn read(socket: &OwnedFd) -> Option<(u64, u8)> {
        let info = getsockopt(socket, TcpInfo).ok()?;
        let (state, bytes) = (info.first()?, info.last_chunk()?);
        Some((u64::from_ne_bytes(*bytes), *state))
    }
}

/// Stands for a count that this system does not have.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub enum AckCounter {}

#[cfg(not(target_os = "linux"))]
impl AckCounter {
    /// Gives `None`: this system does not tell.
    pub const fn new<S>(_stream: &S) -> Option<Self> {
        None
    }
}

#[cfg(not(target_os = "linux"))]
impl Acknowledgements for AckCounter {
    fn read(&self) -> Option<Acknowledged> {
        match *self {}
    }
}

#[cfg(test)]
mod tests;
