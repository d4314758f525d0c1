//! The two things a link asks the operating system for, behind a face that tests can put on.

use super::keepalive;
use super::resolver::Resolver;
use futures_util::future::BoxFuture;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A connection: bytes both ways.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Names and connections. [`SystemNetwork`] is the real one; a test has one of memory, with a clock that can be wound.
pub trait Network: fmt::Debug + Send + Sync {
    /// The addresses of a host, best first (RFC 6724).
    ///
    /// # Errors
    /// As the resolver has them.
    fn look_up<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;

    /// Connects to one address.
    ///
    /// # Errors
    /// As `connect(2)` has them.
    fn dial(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>>;
}

/// The network of this machine: its resolver, and TCP.
#[derive(Debug, Default, Clone)]
pub struct SystemNetwork(Resolver);

impl Network for SystemNetwork {
    fn look_up<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move {
            let mut found = self.0.look_up(host).await?;
            for addr in &mut found {
                addr.set_port(port);
            }
            Ok(found)
        })
    }

    fn dial(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>> {
        Box::pin(async move {
            let stream = TcpStream::connect(addr).await?;
            if is_itself(&stream) {
                return Err(let_go(&stream));
            }
            // Lines are short and somebody waits for each of them: no Nagle (RFC 896). Without it, it is only slower.
            let _ = stream.set_nodelay(true);
            Ok(keepalive::keep(stream))
        })
    }
}

/// Whether a stream has found itself: TCP lets two ends open at once (RFC 9293, 3.5), and they may be the same end. It
/// comes to that where nobody listens on a port of this machine from among those that the system gives to callers: who
/// tries for long enough is given that very port, would talk to himself, and keep the server from having it back.
fn is_itself(stream: &TcpStream) -> bool {
    stream.local_addr().is_ok_and(|local| stream.peer_addr().is_ok_and(|peer| local == peer))
}

/// Lets go of it without the minute in which the port would still be taken. What that means: nobody listened.
fn let_go(stream: &TcpStream) -> io::Error {
    let _ = stream.set_zero_linger();
    io::ErrorKind::ConnectionRefused.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::{TcpListener, TcpSocket};

    #[tokio::test]
    async fn a_stream_that_found_itself_is_known_and_leaves_the_port() {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let addr = socket.local_addr().unwrap();
        let stream = socket.connect(addr).await.unwrap();
        assert!(is_itself(&stream));
        assert_eq!(let_go(&stream).kind(), io::ErrorKind::ConnectionRefused);
        drop(stream);
        // As a server in Python without SO_REUSEADDR does.
        let server = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        server.bind(&addr.into()).unwrap();
    }

    #[tokio::test]
    async fn a_stream_to_somebody_else_is_not_itself() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        assert!(!is_itself(&stream));
    }
}
