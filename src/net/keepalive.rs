//! Detects a peer that disappears silently, such as by an unplugged cable.
//!
//! By default TCP sends nothing on an idle connection, and retries unacknowledged data for about 15 minutes. Keepalive
//! probes detect an idle peer: the first after 30 s, then every 5 s, five times. No probes are sent while data is
//! unacknowledged (RFC 1122, 4.2.3.6). For that case Linux has `TCP_USER_TIMEOUT`, which is set to the same time (see
//! `user_timeout`); Windows and macOS give up sooner by default.

use super::Duplex;
use socket2::{SockRef, TcpKeepalive};
use std::time::Duration;
use tokio::net::TcpStream;

/// Idle time before the first probe.
const PROBE_DELAY: Duration = Duration::from_secs(30);

/// Time between two probes.
const PROBE_INTERVAL: Duration = Duration::from_secs(5);

/// Number of unanswered probes after which the connection is closed.
const PROBES: u32 = 5;

/// Makes the system detect within a minute that the peer is gone, where it supports that.
pub(super) fn enable(stream: TcpStream) -> Box<dyn Duplex> {
    configure(&stream);
    #[cfg(target_os = "linux")]
    return Box::new(super::user_timeout::UserTimeoutStream::new(
        stream,
        PROBE_DELAY + PROBE_INTERVAL * PROBES,
        PROBE_DELAY / 2,
    ));
    #[cfg(not(target_os = "linux"))]
    Box::new(stream)
}

/// Returns the number of bytes that are not sent or not acknowledged; `None` where the system does not report it.
#[cfg(target_os = "linux")]
pub fn unacknowledged(stream: &std::net::TcpStream) -> Option<u64> {
    super::user_timeout::unacknowledged(stream)
}

/// Returns the number of bytes that are not sent or not acknowledged; `None` where the system does not report it.
#[cfg(not(target_os = "linux"))]
pub const fn unacknowledged(_stream: &std::net::TcpStream) -> Option<u64> {
    None
}

/// Enables keepalive probes.
pub(super) fn configure(stream: &TcpStream) {
    let keepalive = TcpKeepalive::new().with_time(PROBE_DELAY).with_interval(PROBE_INTERVAL).with_retries(PROBES);
    // The connection works without it.
    let _ = SockRef::from(stream).set_tcp_keepalive(&keepalive);
}
