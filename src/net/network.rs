//! The two things a link asks the operating system for, behind a face that tests can put on.

use super::acknowledgement::{AckCounter, Acknowledgements};
use super::keepalive;
use super::resolver::Resolver;
use futures_util::future::BoxFuture;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::net::{TcpSocket, TcpStream};

/// A connection: bytes both ways.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {
    /// Starts to count the bytes that the other machine acknowledges; `None` where that is not known. To be asked for
    /// before anything is sent.
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

/// Names and connections. [`SystemNetwork`] is the real one; a test has one of memory, with a clock that can be wound.
pub trait Network: fmt::Debug + Send + Sync {
    /// The addresses of a host, best first (RFC 6724).
    ///
    /// # Errors
    /// As the resolver has them.
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;

    /// Connects to one address.
    ///
    /// # Errors
    /// As `connect(2)` has them.
    fn connect(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>>;
}

/// What a race for a connection needs: [`Network`], whatever its connections are.
pub(super) trait Connector {
    /// A connection.
    type Stream;

    /// As [`Network::resolve`].
    fn look_up<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;

    /// As [`Network::connect`].
    fn dial(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Self::Stream>>;
}

impl Connector for dyn Network + '_ {
    type Stream = Box<dyn Duplex>;

    fn look_up<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Network::resolve(self, host, port)
    }

    fn dial(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Self::Stream>> {
        Network::connect(self, addr)
    }
}

/// The network of this machine: its resolver, and TCP.
#[derive(Debug, Default, Clone)]
pub struct SystemNetwork {
    resolver: Resolver,
    /// Our address on each connection, where it is not left to the system.
    source: Option<IpAddr>,
}

impl SystemNetwork {
    /// One whose connections come from this address, on whatever port. Nothing leaves it to the system.
    ///
    /// # Errors
    /// As `bind(2)` has them: this machine does not have that address.
    pub fn from_source(source: Option<IpAddr>) -> io::Result<Self> {
        // No packet is sent. A port of TCP might be missed by somebody.
        let bound = source.map(|ip| UdpSocket::bind((ip, 0))).transpose();
        bound.map(|_socket| Self { source, ..Self::default() })
    }

    /// The addresses of a host that can be reached from ours.
    async fn find(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let mut found = self.resolver.look_up(host).await?;
        found.retain(|addr| self.fits(*addr));
        for addr in &mut found {
            addr.set_port(port);
        }
        Ok(found)
    }

    fn fits(&self, addr: SocketAddr) -> bool {
        self.source.is_none_or(|source| source.is_ipv4() == addr.is_ipv4())
    }

    /// Connects to one address; nothing is set on the connection but that lines go out at once.
    pub(super) async fn connect(&self, addr: SocketAddr) -> io::Result<TcpStream> {
        if !self.fits(addr) {
            return Err(io::Error::other(
                "its address and the source address (-s) are of different families; use a matching -s or omit it",
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
        // Lines are short and somebody waits for each of them: no Nagle (RFC 896). Without it, it is only slower.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

impl Network for SystemNetwork {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(self.find(host, port))
    }

    fn connect(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>> {
        Box::pin(async move { Ok(keepalive::enable(self.connect(addr).await?)) })
    }
}

/// Whether a stream has found itself: TCP lets two ends open at once (RFC 9293, 3.5), and they may be the same end. It
/// comes to that where nobody listens on a port of this machine from among those that the system gives to callers: who
/// tries for long enough is given that very port, would talk to himself, and keep the server from having it back.
fn is_self_connect(stream: &TcpStream) -> bool {
    stream.local_addr().is_ok_and(|local| stream.peer_addr().is_ok_and(|peer| local == peer))
}

/// Lets go of it without the minute in which the port would still be taken. What that means: nobody listened.
fn reset(stream: &TcpStream) -> io::Error {
    let _ = stream.set_zero_linger();
    io::ErrorKind::ConnectionRefused.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_stream_that_found_itself_is_known_and_leaves_the_port() {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let addr = socket.local_addr().unwrap();
        let stream = socket.connect(addr).await.unwrap();
        assert!(is_self_connect(&stream));
        assert_eq!(reset(&stream).kind(), io::ErrorKind::ConnectionRefused);
        drop(stream);
        // As a server in Python without SO_REUSEADDR does.
        let server = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        server.bind(&addr.into()).unwrap();
    }

    #[tokio::test]
    async fn a_stream_to_somebody_else_is_not_itself() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        assert!(!is_self_connect(&stream));
    }
}
