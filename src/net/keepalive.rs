//! How a peer is found that went without a word: its cable pulled, its battery empty.
//!
//! TCP says nothing by itself while nothing is sent, and gives up what it did send after a quarter of an hour. So it is
//! made to ask: 30 s after the last word, then every 5 s, five times. While something of ours is under way it does not
//! ask (RFC 1122, 4.2.3.6), and on Linux another limit finds the peer, after the same time; Windows and macOS give
//! up sooner by themselves. Why that limit has to be watched over is told in `timeout`.

use super::Duplex;
use socket2::{SockRef, TcpKeepalive};
use std::time::Duration;
use tokio::net::TcpStream;

/// How long nothing came before the first question.
const IDLE: Duration = Duration::from_secs(30);

/// Between two questions.
const INTERVAL: Duration = Duration::from_secs(5);

/// Questions without an answer that mean: gone.
const PROBES: u32 = 5;

/// Has the system find out when the peer of this stream is gone, within a minute. Where it cannot, it is not asked to.
pub(super) fn enable(stream: TcpStream) -> Box<dyn Duplex> {
    configure(&stream);
    #[cfg(target_os = "linux")]
    return Box::new(super::user_timeout::UserTimeoutStream::new(stream, IDLE + INTERVAL * PROBES, IDLE / 2));
    #[cfg(not(target_os = "linux"))]
    Box::new(stream)
}

/// Bytes that the peer has not acknowledged, or that have yet to be sent to it; nothing where the system does not tell.
#[cfg(target_os = "linux")]
pub fn unacknowledged(stream: &std::net::TcpStream) -> Option<u64> {
    super::user_timeout::unacknowledged(stream)
}

/// Bytes that the peer has not acknowledged, or that have yet to be sent to it; nothing where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub const fn unacknowledged(_stream: &std::net::TcpStream) -> Option<u64> {
    None
}

/// Has the system ask a silent peer whether it is there.
pub(super) fn configure(stream: &TcpStream) {
    let keepalive = TcpKeepalive::new().with_time(IDLE).with_interval(INTERVAL).with_retries(PROBES);
    // None of it is needed to talk.
    let _ = SockRef::from(stream).set_tcp_keepalive(&keepalive);
}
