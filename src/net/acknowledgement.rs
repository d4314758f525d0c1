//! Tracks which sent bytes have reached the peer's machine.
//!
//! A successful write only means that this system has the bytes: with an unplugged cable, writes succeed for a minute. TCP
//! acknowledgements tell more: an acknowledged byte is in the receive buffer of the peer's system. Whether the peer's program
//! has read it cannot be known.
//!
//! On Linux the count is `tcpi_bytes_acked` of `TCP_INFO` (RFC 4898, `tcpEStatsAppHCThruOctetsAcked`). Unlike `SIOCOUTQ`
//! and `/proc/net/tcp`, it is available without unsafe code and after the connection was reset or timed out. On other
//! systems nothing is reported.

use crate::link::LinkEvent;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Age at which unacknowledged bytes are late. On a healthy link, an acknowledgement takes one round trip, and usually up
/// to 0.2 s more if the peer delays it (RFC 1122, 4.2.3.2).
const LATE_AFTER: Duration = Duration::from_secs(1);

/// Interval in which the count is read while a connection is being closed.
const DRAIN_INTERVAL: Duration = Duration::from_millis(5);

/// State of a count of acknowledged bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledged {
    /// Number of bytes that the peer's machine has acknowledged since the connection was opened.
    pub bytes: u64,
    /// Whether the connection has ended, so that the count will not change.
    pub is_final: bool,
}

/// Counts the bytes of one connection that the peer's machine has acknowledged.
pub trait Acknowledgements: Send + Sync {
    /// Returns the count, or `None` if the system does not report it.
    fn read(&self) -> Option<Acknowledged>;
}

/// Compares written bytes with acknowledged bytes. Its timer runs only while some are not acknowledged.
#[derive(Default)]
pub(super) struct AckWatch {
    source: Option<Box<dyn Acknowledgements>>,
    /// Number of bytes that the system has accepted.
    written: u64,
    /// `written` at the last check: bytes before it that are not acknowledged at the next check are late.
    late_mark: u64,
    next_check: Option<Instant>,
    last_report: Option<Report>,
}

/// Progress to be reported to the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Report {
    /// Number of acknowledged bytes since the connection was opened.
    pub(super) acknowledged: u64,
    /// Whether some unacknowledged bytes are older than [`LATE_AFTER`].
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

    /// Adds bytes that the system has accepted.
    pub(super) fn add_written(&mut self, bytes: usize) {
        self.written += bytes as u64;
        if self.source.is_some() && self.next_check.is_none() {
            self.late_mark = self.written;
            self.next_check = Some(Instant::now() + LATE_AFTER);
        }
    }

    /// Waits until the next check is due; forever while all bytes are acknowledged. Cancel-safe.
    pub(super) async fn due(&self) {
        match self.next_check {
            Some(at) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// Reads the count, and returns a report if it differs from the last one.
    pub(super) fn check(&mut self) -> Option<Report> {
        let Some(acknowledged) = self.acknowledged() else {
            self.next_check = None;
            return None;
        };
        let is_late = acknowledged < self.late_mark;
        self.late_mark = self.written;
        self.next_check = (acknowledged < self.written).then(|| Instant::now() + LATE_AFTER);
        self.report(Report { acknowledged, is_late })
    }

    /// Returns the report if it is to be sent. A link that has never been late sends none.
    fn report(&mut self, report: Report) -> Option<Report> {
        let is_relevant = match self.last_report {
            Some(last) => last != report && (last.is_late || report.is_late),
            None => report.is_late,
        };
        is_relevant.then(|| *self.last_report.insert(report))
    }

    /// Waits until everything is acknowledged, the connection has ended, or `deadline` is reached. Cancel-safe.
    pub(super) async fn drain(&self, deadline: Instant) {
        while let Some(now) = self.read()
            && now.bytes < self.written
            && !now.is_final
            && Instant::now() < deadline
        {
            sleep(DRAIN_INTERVAL).await;
        }
    }

    /// Returns the report for a link that has ended: all unacknowledged bytes are late, whatever their age.
    pub(super) fn final_report(&mut self) -> Option<Report> {
        let acknowledged = self.acknowledged()?;
        self.report(Report { acknowledged, is_late: acknowledged < self.written })
    }

    /// Returns the number of written bytes that are not acknowledged; 0 where that is unknown.
    pub(super) fn unacknowledged(&self) -> u64 {
        self.acknowledged().map_or(0, |acknowledged| self.written - acknowledged)
    }

    fn acknowledged(&self) -> Option<u64> {
        // The limit excludes our FIN, which the system counts as one byte.
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
    type TcpInfoPrefix = [u8; BYTES_ACKED + 8];

    /// The kernel's state `TCP_CLOSE`: the connection was reset, timed out, or closed by both sides.
    const CLOSED: u8 = 7;

    #[derive(Debug, Clone, Copy)]
    struct TcpInfo;

    nix::getsockopt_impl!(TcpInfo, libc::IPPROTO_TCP, libc::TCP_INFO, TcpInfoPrefix, GetStruct<TcpInfoPrefix>);

    /// Counts acknowledged bytes of a TCP socket, with a duplicate of its file descriptor.
    #[derive(Debug)]
    pub struct AckCounter {
        socket: OwnedFd,
        /// The count before anything was sent: our SYN counts as one byte.
        start: u64,
    }

    impl AckCounter {
        /// Creates a counter for a connection on which nothing has been sent. `None` if the system does not report the count.
        pub fn new(stream: &impl AsFd) -> Option<Self> {
            // `TCP_INFO` has the count since Linux 4.1, and nix panics on an older kernel, which returns fewer bytes. This
            // socket option exists since 4.12.
            sockopt::socket_cookie(stream).ok()?;
            // With MPTCP the count would cover only one of the paths.
            if sockopt::socket_protocol(stream).ok()? != Some(ipproto::TCP) {
                return None;
            }
            let socket = stream.as_fd().try_clone_to_owned().ok()?;
            let (start, _) = read(&socket)?;
            // A kernel that does not fill the field returns 0.
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

/// A counter that cannot be created: this system does not report acknowledgements.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub enum AckCounter {}

#[cfg(not(target_os = "linux"))]
impl AckCounter {
    /// Returns `None`: this system does not report acknowledgements.
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
