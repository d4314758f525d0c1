//! Connects and returns a blocking socket, for callers that read and write it in their own threads (pipe mode).

use super::network::Connector;
use super::{EventSender, SystemNetwork, connect::Attempt, keepalive};
use crate::link::{Endpoint, ErrorCause, Family, LinkError, LinkEvent, LinkId, LinkOp};
use futures_util::future::BoxFuture;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Where to connect, and how.
#[derive(Debug, Clone, Copy)]
pub struct ConnectRequest<'a> {
    /// The host and port.
    pub endpoint: &'a Endpoint,
    /// Time limit for resolving and connecting together.
    pub limit: Duration,
    /// The address family to try.
    pub family: Family,
}

/// A network whose connections are blocking sockets, independent of tokio.
struct BlockingNetwork<'a>(&'a SystemNetwork);

impl Connector for BlockingNetwork<'_> {
    type Stream = TcpStream;

    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        super::Network::resolve(self.0, host, port)
    }

    fn connect_to(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<TcpStream>> {
        Box::pin(async move {
            let stream = self.0.connect(addr).await?;
            keepalive::configure(&stream);
            let stream = stream.into_std()?;
            stream.set_nonblocking(false)?;
            Ok(stream)
        })
    }
}

/// Connects, and calls `on_step` for each step. Returns a blocking socket and the peer's address. Must be called inside a
/// runtime; the socket may outlive it.
///
/// # Errors
/// The reason; if several addresses failed, the most informative one.
pub async fn connect(
    network: &SystemNetwork,
    request: ConnectRequest<'_>,
    mut on_step: impl FnMut(&LinkEvent),
) -> Result<(TcpStream, SocketAddr), LinkError> {
    let ConnectRequest { endpoint, limit, family } = request;
    let (events, mut receiver) = mpsc::channel(1);
    let reporter = EventSender { id: LinkId::default(), events, undelivered: Arc::default() };
    let network = BlockingNetwork(network);
    let attempt = Attempt { network: &network, endpoint, limit, family }.connect(&reporter);
    tokio::pin!(attempt);
    let result = loop {
        tokio::select! { biased;
            Some((_, event)) = receiver.recv() => on_step(&event),
            result = &mut attempt => break result,
        }
    };
    // Cannot fail: the receiver exists until the attempt is finished.
    result.unwrap_or_else(|_closed| {
        Err(LinkError { op: LinkOp::Connect, endpoint: endpoint.clone(), addr: None, cause: ErrorCause::Aborted })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};
    use tokio::net::TcpListener;

    async fn try_connect(network: &SystemNetwork, endpoint: &Endpoint) -> (Result<SocketAddr, String>, Vec<LinkEvent>) {
        let mut steps = Vec::new();
        let request = ConnectRequest { endpoint, limit: Duration::from_secs(10), family: Family::Any };
        let result = connect(network, request, |event| steps.push(event.clone())).await;
        (result.map(|(stream, _)| stream.local_addr().unwrap()).map_err(|error| error.to_string()), steps)
    }

    #[tokio::test]
    async fn steps_are_reported_and_the_source_address_is_used() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint::new("127.0.0.1", listener.local_addr().unwrap().port()).unwrap();
        let source: IpAddr = [127, 0, 0, 5].into();
        // Not every system has the whole of 127/8.
        let Ok(network) = SystemNetwork::from_source(Some(source)) else { return };
        let (local, steps) = try_connect(&network, &endpoint).await;
        assert_eq!(local.unwrap().ip(), source);
        assert!(
            matches!(steps[..], [LinkEvent::Opening(_), LinkEvent::Connecting { index: 1, total: 1, .. }]),
            "{steps:?}"
        );
    }

    #[tokio::test]
    async fn source_of_another_family_is_an_error() {
        let network = SystemNetwork::from_source(Some(Ipv4Addr::LOCALHOST.into())).unwrap();
        let (result, _) = try_connect(&network, &Endpoint::new("::1", 9).unwrap()).await;
        let message = result.unwrap_err();
        assert!(message.contains("its address and the source address (-s) are of different families"), "{message}");
    }

    #[test]
    fn foreign_source_address_is_an_error() {
        // A documentation address (RFC 5737).
        assert!(SystemNetwork::from_source(Some([192, 0, 2, 1].into())).is_err());
    }
}
