//! Name resolution and connections, behind a trait that tests implement in memory.

use super::acknowledgement::{AckCounter, Acknowledgements};
use super::keepalive;
use super::resolver::Resolver;
use futures_util::future::BoxFuture;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::net::{TcpSocket, TcpStream};

/// A bidirectional byte stream.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {
    /// Returns a counter of the bytes that the peer's system acknowledges; `None` where that is not supported. Must be
    /// called before anything is sent.
    fn acknowledgements(&self) -> Option<Box<dyn Acknowledgements>> {
        None
    }
}

impl Duplex for DuplexStream {}

impl Duplex for TcpStream {
    fn acknowledgements(&self) -> Option<Box<dyn Acknowledgements>> {
        AckCounter::new(self).map(|counter| Box::new(counter) as Box<dyn Acknowledgements>)
    }
}

/// Resolves names and connects. [`SystemNetwork`] is the real one; tests have one in memory, with paused time.
pub trait Network: fmt::Debug + Send + Sync {
    /// Returns the addresses of a host, best first (RFC 6724).
    ///
    /// # Errors
    /// The resolver's error.
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;

    /// Connects to one address.
    ///
    /// # Errors
    /// The error of `connect(2)`.
    fn connect(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>>;
}

/// Like [`Network`], with any type of stream.
pub(super) trait Connector {
    /// The type of a connection.
    type Stream;

    /// As [`Network::resolve`].
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;

    /// As [`Network::connect`].
    fn connect_to(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Self::Stream>>;
}

impl Connector for dyn Network + '_ {
    type Stream = Box<dyn Duplex>;

    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Network::resolve(self, host, port)
    }

    fn connect_to(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Self::Stream>> {
        Network::connect(self, addr)
    }
}

/// The network of this machine: its resolver, and TCP.
#[derive(Debug, Default, Clone)]
pub struct SystemNetwork {
    resolver: Resolver,
    /// Local address of all connections; `None` leaves it to the system.
    source: Option<IpAddr>,
}

impl SystemNetwork {
    /// Creates a network whose connections come from this local address, with any port. `None` leaves the address to the
    /// system.
    ///
    /// # Errors
    /// The error of `bind(2)`: this machine does not have that address.
    pub fn from_source(source: Option<IpAddr>) -> io::Result<Self> {
        // Checked with a UDP socket: it sends no packet and takes no TCP port.
        let bound = source.map(|ip| UdpSocket::bind((ip, 0))).transpose();
        bound.map(|_socket| Self { source, ..Self::default() })
    }

    /// Resolves a host to the addresses of the same family as the source address.
    async fn reachable_addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let mut addresses = self.resolver.look_up(host).await?;
        addresses.retain(|addr| self.matches_source(*addr));
        for addr in &mut addresses {
            addr.set_port(port);
        }
        Ok(addresses)
    }

    fn matches_source(&self, addr: SocketAddr) -> bool {
        self.source.is_none_or(|source| source.is_ipv4() == addr.is_ipv4())
    }

    /// Connects to one address and sets `TCP_NODELAY`.
    pub(super) async fn connect(&self, addr: SocketAddr) -> io::Result<TcpStream> {
        if !self.matches_source(addr) {
            return Err(io::Error::other(
                "its address and the source address (-s) are of different families; change or omit -s",
            ));
        }
        let stream = match self.source {
            None => TcpStream::connect(addr).await?,
            Some(source) => {
                let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
                socket.bind(SocketAddr::new(source, 0))?;
                socket.connect(addr).await?
            }
        };
        if is_self_connect(&stream) {
            return Err(reset(&stream));
        }
        // Nagle's algorithm (RFC 896) would delay short lines. A failure only makes sending slower.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

impl Network for SystemNetwork {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(self.reachable_addresses(host, port))
    }

    fn connect(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>> {
        Box::pin(async move { Ok(keepalive::enable(self.connect(addr).await?)) })
    }
}

/// Tells whether a stream is connected to itself. TCP allows both ends to open at once (RFC 9293, 3.5), and they may be the
/// same socket: a client that retries an ephemeral port of this machine on which nothing listens is eventually given that
/// port as its own. It would receive what it sends, and keep the server from binding the port.
fn is_self_connect(stream: &TcpStream) -> bool {
    stream.local_addr().is_ok_and(|local| stream.peer_addr().is_ok_and(|peer| local == peer))
}

/// Resets a connection, so that the port is free at once instead of in TIME-WAIT for a minute. Returns "connection refused",
/// because nothing listens there.
fn reset(stream: &TcpStream) -> io::Error {
    let _ = stream.set_zero_linger();
    io::ErrorKind::ConnectionRefused.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn self_connection_is_detected_and_frees_the_port() {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let addr = socket.local_addr().unwrap();
        let stream = socket.connect(addr).await.unwrap();
        assert!(is_self_connect(&stream));
        assert_eq!(reset(&stream).kind(), io::ErrorKind::ConnectionRefused);
        drop(stream);
        // Without SO_REUSEADDR, like a simple Python server.
        let server = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        server.bind(&addr.into()).unwrap();
    }

    #[tokio::test]
    async fn connection_to_a_listener_is_not_a_self_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        assert!(!is_self_connect(&stream));
    }
}
