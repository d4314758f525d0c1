use super::*;
use crate::link::LinkId;
use crate::net::{Duplex, Network};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::mpsc;

/// A network in which every host has these addresses, and connecting fails with this error or hangs.
#[derive(Debug)]
struct TestNetwork {
    addresses: Vec<SocketAddr>,
    error: Option<io::ErrorKind>,
}

impl Network for TestNetwork {
    fn resolve<'a>(&'a self, host: &'a str, _port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        assert!(host.parse::<IpAddr>().is_err(), "{host} is not a name");
        Box::pin(async { Ok(self.addresses.clone()) })
    }

    fn connect(&self, _addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>> {
        Box::pin(async {
            match self.error {
                Some(kind) => Err(kind.into()),
                None => std::future::pending().await,
            }
        })
    }
}

/// An address, its 1-based index, and the number of addresses.
type Tried = (SocketAddr, usize, usize);

impl TestNetwork {
    const REFUSED: Option<io::ErrorKind> = Some(io::ErrorKind::ConnectionRefused);

    /// Connects, and returns the addresses tried and the error.
    async fn try_connect(&self, host: &str, family: Family) -> (Vec<Tried>, ErrorCause) {
        let (sender, mut events) = mpsc::channel(1000);
        let endpoint = Endpoint::new(host, 1).unwrap();
        let network: &dyn Network = self;
        let attempt = Attempt { network, endpoint: &endpoint, limit: Duration::from_secs(10), family };
        let result =
            attempt.connect(&EventSender { id: LinkId(0), events: sender, undelivered: Arc::default() }).await.unwrap();
        let mut tried = Vec::new();
        while let Some((_, event)) = events.recv().await {
            if let LinkEvent::Connecting { addr, index, total } = event {
                tried.push((addr, index, total));
            }
        }
        match result {
            Ok(_) => panic!("every attempt fails or hangs"),
            Err(error) => (tried, error.cause),
        }
    }
}

fn addresses(list: &str) -> Vec<SocketAddr> {
    list.split_whitespace().map(|addr| addr.parse().unwrap()).collect()
}

#[test]
fn address_families_alternate_without_duplicates() {
    assert_eq!(
        interleave(addresses("[::1]:1 [::2]:1 [::3]:1 1.1.1.1:1 [::1]:1 2.2.2.2:1")),
        addresses("[::1]:1 1.1.1.1:1 [::2]:1 2.2.2.2:1 [::3]:1")
    );
    assert_eq!(interleave(addresses("1.1.1.1:1 [::1]:1")), addresses("1.1.1.1:1 [::1]:1"));
}

#[test]
fn refusal_is_the_most_informative_failure() {
    let endpoint = Endpoint::parse("pi.local").unwrap();
    let failure = |cause| LinkError { op: LinkOp::Connect, endpoint: endpoint.clone(), addr: None, cause };
    let best = best_error(vec![failure(ErrorCause::Unreachable), failure(ErrorCause::Refused)], &endpoint);
    assert_eq!(best.cause, ErrorCause::Refused);
}

#[tokio::test]
async fn addresses_are_tried_in_order_and_counted() {
    let network = TestNetwork { addresses: addresses("[::1]:1 [::2]:1 1.1.1.1:1"), error: TestNetwork::REFUSED };
    let order = addresses("[::1]:1 1.1.1.1:1 [::2]:1");
    let counted: Vec<_> = order.into_iter().zip(1..).map(|(addr, index)| (addr, index, 3)).collect();
    assert_eq!(network.try_connect("pi.local", Family::Any).await, (counted, ErrorCause::Refused));
}

#[tokio::test]
async fn only_addresses_of_the_requested_family_are_tried() {
    let network = TestNetwork { addresses: addresses("[::1]:1 1.1.1.1:1"), error: TestNetwork::REFUSED };
    let one = |addr: &str| (vec![(addr.parse().unwrap(), 1, 1)], ErrorCause::Refused);
    assert_eq!(network.try_connect("pi.local", Family::V4).await, one("1.1.1.1:1"));
    assert_eq!(network.try_connect("pi.local", Family::V6).await, one("[::1]:1"));
    assert_eq!(network.try_connect("192.0.2.1", Family::V4).await, one("192.0.2.1:1"));
}

#[tokio::test]
async fn nothing_is_tried_without_an_address_of_the_family() {
    let network = TestNetwork { addresses: addresses("1.1.1.1:1"), error: TestNetwork::REFUSED };
    for (host, family) in [("pi.local", Family::V6), ("192.0.2.1", Family::V6), ("::1", Family::V4)] {
        assert_eq!(network.try_connect(host, family).await, (Vec::new(), ErrorCause::NotOfFamily(family)), "{host}");
    }
}

#[tokio::test]
async fn name_without_addresses_is_an_unknown_host() {
    let network = TestNetwork { addresses: Vec::new(), error: TestNetwork::REFUSED };
    for family in [Family::Any, Family::V6] {
        let (tried, cause) = network.try_connect("pi.local", family).await;
        assert!(tried.is_empty() && matches!(cause, ErrorCause::NoSuchHost(_)), "{cause:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn number_of_addresses_tried_is_limited() {
    let addresses: Vec<_> =
        (0..4000_u16).map(|n| SocketAddr::new([10, 0, n.to_be_bytes()[0], n.to_be_bytes()[1]].into(), 1)).collect();
    for error in [TestNetwork::REFUSED, None] {
        let network = TestNetwork { addresses: addresses.clone(), error };
        let (tried, _) = network.try_connect("pi.local", Family::Any).await;
        assert_eq!(tried.len(), MAX_ADDRESSES);
        assert_eq!(tried.last().map(|&(_, index, total)| (index, total)), Some((MAX_ADDRESSES, MAX_ADDRESSES)));
    }
}

#[tokio::test(start_paused = true)]
async fn time_limit_covers_all_addresses() {
    let addresses = addresses("1.1.1.1:1 2.2.2.2:1 [::1]:1");
    let start = Instant::now();
    let (_, cause) = TestNetwork { addresses, error: None }.try_connect("pi.local", Family::Any).await;
    assert_eq!((cause, start.elapsed()), (ErrorCause::TimedOut(Duration::from_secs(10)), Duration::from_secs(10)));
}
