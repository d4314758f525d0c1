//! The two things a link asks the operating system for, behind a face that tests can put on.

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
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemNetwork(());

impl Network for SystemNetwork {
    fn look_up<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { tokio::net::lookup_host((host, port)).await.map(Iterator::collect) })
    }

    fn dial(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>> {
        Box::pin(async move {
            let stream = TcpStream::connect(addr).await?;
            // Lines are short and somebody waits for each of them: no Nagle (RFC 896). Without it, it is only slower.
            let _ = stream.set_nodelay(true);
            Ok(Box::new(stream) as Box<dyn Duplex>)
        })
    }
}
