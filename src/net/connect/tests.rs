use super::*;
use crate::link::LinkId;
use crate::net::{Duplex, Network};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::mpsc;

/// A network of one name, where every address refuses or all are silent.
#[derive(Debug)]
struct Stage {
    name: Vec<SocketAddr>,
    answer: Option<io::ErrorKind>,
}

impl Network for Stage {
    fn resolve<'a>(&'a self, host: &'a str, _port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        assert!(host.parse::<IpAddr>().is_err(), "{host} is no name");
        Box::pin(async { Ok(self.name.clone()) })
    }

    fn connect(&self, _addr: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Duplex>>> {
        Box::pin(async {
            match self.answer {
                Some(kind) => Err(kind.into()),
                None => std::future::pending().await,
            }
        })
    }
}

/// An address, which it was, of how many.
type Tried = (SocketAddr, usize, usize);

impl Stage {
    const REFUSES: Option<io::ErrorKind> = Some(io::ErrorKind::ConnectionRefused);

    /// What was tried, and how it ended.
    async fn tries(&self, host: &str, family: Family) -> (Vec<Tried>, ErrorCause) {
        let (sender, mut events) = mpsc::channel(1000);
        let endpoint = Endpoint::new(host, 1).unwrap();
        let network: &dyn Network = self;
        let attempt = Attempt { network, endpoint: &endpoint, limit: Duration::from_secs(10), family };
        let outcome =
            attempt.connect(&EventSender { id: LinkId(0), events: sender, undelivered: Arc::default() }).await.unwrap();
        let mut tried = Vec::new();
        while let Some((_, event)) = events.recv().await {
            if let LinkEvent::Connecting { addr, index: nth, total: of } = event {
                tried.push((addr, nth, of));
            }
        }
        match outcome {
            Ok(_) => panic!("nobody accepts here"),
            Err(error) => (tried, error.cause),
        }
    }
}

fn addresses(list: &str) -> Vec<SocketAddr> {
    list.split_whitespace().map(|addr| addr.parse().unwrap()).collect()
}

#[test]
fn address_families_take_turns_and_no_address_comes_twice() {
    assert_eq!(
        interleave(addresses("[::1]:1 [::2]:1 [::3]:1 1.1.1.1:1 [::1]:1 2.2.2.2:1")),
        addresses("[::1]:1 1.1.1.1:1 [::2]:1 2.2.2.2:1 [::3]:1")
    );
    assert_eq!(interleave(addresses("1.1.1.1:1 [::1]:1")), addresses("1.1.1.1:1 [::1]:1"));
}

#[test]
fn of_several_failures_the_refusal_is_told() {
    let endpoint = Endpoint::parse("pi.local").unwrap();
    let failure = |cause| LinkError { op: LinkOp::Connect, endpoint: endpoint.clone(), addr: None, cause };
    let told = best_error(vec![failure(ErrorCause::Unreachable), failure(ErrorCause::Refused)], &endpoint);
    assert_eq!(told.cause, ErrorCause::Refused);
}

#[tokio::test]
async fn each_address_is_tried_and_counted() {
    let stage = Stage { name: addresses("[::1]:1 [::2]:1 1.1.1.1:1"), answer: Stage::REFUSES };
    let order = addresses("[::1]:1 1.1.1.1:1 [::2]:1");
    let counted: Vec<_> = order.into_iter().zip(1..).map(|(addr, nth)| (addr, nth, 3)).collect();
    assert_eq!(stage.tries("pi.local", Family::Any).await, (counted, ErrorCause::Refused));
}

#[tokio::test]
async fn only_addresses_of_the_family_asked_for_are_tried() {
    let stage = Stage { name: addresses("[::1]:1 1.1.1.1:1"), answer: Stage::REFUSES };
    let one = |addr: &str| (vec![(addr.parse().unwrap(), 1, 1)], ErrorCause::Refused);
    assert_eq!(stage.tries("pi.local", Family::V4).await, one("1.1.1.1:1"));
    assert_eq!(stage.tries("pi.local", Family::V6).await, one("[::1]:1"));
    assert_eq!(stage.tries("192.0.2.1", Family::V4).await, one("192.0.2.1:1"));
}

#[tokio::test]
async fn without_an_address_of_the_family_asked_for_nothing_is_tried() {
    let stage = Stage { name: addresses("1.1.1.1:1"), answer: Stage::REFUSES };
    for (host, family) in [("pi.local", Family::V6), ("192.0.2.1", Family::V6), ("::1", Family::V4)] {
        assert_eq!(stage.tries(host, family).await, (Vec::new(), ErrorCause::NotOfFamily(family)), "{host}");
    }
}

#[tokio::test]
async fn a_name_without_addresses_is_no_host_whatever_family_is_asked_for() {
    let stage = Stage { name: Vec::new(), answer: Stage::REFUSES };
    for family in [Family::Any, Family::V6] {
        let (tried, cause) = stage.tries("pi.local", family).await;
        assert!(tried.is_empty() && matches!(cause, ErrorCause::NoSuchHost(_)), "{cause:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_name_with_thousands_of_addresses_a_few_are_tried() {
    let name: Vec<_> =
        (0..4000_u16).map(|n| SocketAddr::new([10, 0, n.to_be_bytes()[0], n.to_be_bytes()[1]].into(), 1)).collect();
    for answer in [Stage::REFUSES, None] {
        let (tried, _) = Stage { name: name.clone(), answer }.tries("pi.local", Family::Any).await;
        assert_eq!(tried.len(), MAX_ADDRESSES);
        assert_eq!(tried.last().map(|&(_, nth, of)| (nth, of)), Some((MAX_ADDRESSES, MAX_ADDRESSES)));
    }
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_over_all_addresses_together() {
    let name = addresses("1.1.1.1:1 2.2.2.2:1 [::1]:1");
    let start = Instant::now();
    let (_, cause) = Stage { name, answer: None }.tries("pi.local", Family::Any).await;
    assert_eq!((cause, start.elapsed()), (ErrorCause::TimedOut(Duration::from_secs(10)), Duration::from_secs(10)));
}
