//! One connection without a task: for who reads and writes the socket in threads of its own.

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
    /// Where.
    pub endpoint: &'a Endpoint,
    /// The limit, looking up included.
    pub limit: Duration,
    /// Which of its addresses to try.
    pub family: Family,
}

/// A network of sockets that tokio does not have to know any more.
struct BlockingNetwork<'a>(&'a SystemNetwork);

impl Connector for BlockingNetwork<'_> {
    type Stream = TcpStream;

    fn look_up<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        super::Network::resolve(self.0, host, port)
    }

    fn dial(&self, addr: SocketAddr) -> BoxFuture<'_, io::Result<TcpStream>> {
        Box::pin(async move {
            let stream = self.0.connect(addr).await?;
            keepalive::configure(&stream);
            let stream = stream.into_std()?;
            stream.set_nonblocking(false)?;
            Ok(stream)
        })
    }
}

/// Connects, telling `heard` each step. The socket is a blocking one. Must be called inside a runtime, which it outlives.
///
/// # Errors
/// Why not: of several addresses that which says most.
pub async fn connect(
    network: &SystemNetwork,
    wanted: ConnectRequest<'_>,
    mut heard: impl FnMut(&LinkEvent),
) -> Result<(TcpStream, SocketAddr), LinkError> {
    let ConnectRequest { endpoint, limit, family } = wanted;
    let (events, mut receiver) = mpsc::channel(1);
    let reporter = EventSender { id: LinkId::default(), events, undelivered: Arc::default() };
    let network = BlockingNetwork(network);
    let connecting = Attempt { network: &network, endpoint, limit, family }.connect(&reporter);
    tokio::pin!(connecting);
    let result = loop {
        tokio::select! { biased;
            Some((_, event)) = receiver.recv() => heard(&event),
            result = &mut connecting => break result,
        }
    };
    // We listened until it was over, so it cannot have found us gone.
    result.unwrap_or_else(|_gone| {
        Err(LinkError { op: LinkOp::Connect, endpoint: endpoint.clone(), addr: None, cause: ErrorCause::Aborted })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};
    use tokio::net::TcpListener;

    async fn knock(network: &SystemNetwork, endpoint: &Endpoint) -> (Result<SocketAddr, String>, Vec<LinkEvent>) {
        let mut told = Vec::new();
        let wanted = ConnectRequest { endpoint, limit: Duration::from_secs(10), family: Family::Any };
        let result = connect(network, wanted, |event| told.push(event.clone())).await;
        (result.map(|(stream, _)| stream.local_addr().unwrap()).map_err(|error| error.to_string()), told)
    }

    #[tokio::test]
    async fn each_step_is_told_and_the_connection_comes_from_where_it_was_to() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint::new("127.0.0.1", listener.local_addr().unwrap().port()).unwrap();
        let source: IpAddr = [127, 0, 0, 5].into();
        // Not every system has the whole of 127/8.
        let Ok(network) = SystemNetwork::from_source(Some(source)) else { return };
        let (local, told) = knock(&network, &endpoint).await;
        assert_eq!(local.unwrap().ip(), source);
        assert!(
            matches!(told[..], [LinkEvent::Opening(_), LinkEvent::Connecting { index: 1, total: 1, .. }]),
            "{told:?}"
        );
    }

    #[tokio::test]
    async fn a_source_of_the_other_family_is_an_error() {
        let network = SystemNetwork::from_source(Some(Ipv4Addr::LOCALHOST.into())).unwrap();
        let (result, _) = knock(&network, &Endpoint::new("::1", 9).unwrap()).await;
        let sentence = result.unwrap_err();
        assert!(sentence.contains("its address and the source address (-s) are of different families"), "{sentence}");
    }

    #[test]
    fn an_address_that_is_not_ours_is_an_error() {
        // For documentation (RFC 5737): nobody has it.
        assert!(SystemNetwork::from_source(Some([192, 0, 2, 1].into())).is_err());
    }
}
