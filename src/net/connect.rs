//! From a name to a connection: look up, then race the addresses (RFC 8305, "Happy Eyeballs").

use super::network::Connector;
use super::{EventSender, LoopClosed};
use crate::link::{Endpoint, ErrorCause, Family, LinkError, LinkEvent, LinkOp};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// Addresses tried for one name; there is no server with more, and there are answers with thousands.
const MAX_ADDRESSES: usize = 32;

/// How long one address has the field to itself before the next one is tried as well (RFC 8305, section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// A wish to connect.
#[derive(Debug)]
pub(super) struct Attempt<'a, D: ?Sized> {
    pub(super) network: &'a D,
    pub(super) endpoint: &'a Endpoint,
    /// For looking up and connecting together.
    pub(super) limit: Duration,
    /// Which of the addresses to try.
    pub(super) family: Family,
}

impl<D: Connector + ?Sized> Attempt<'_, D> {
    /// Connects within the limit, reporting each step. The outer error: nobody is there to hear of it.
    pub(super) async fn connect(
        self,
        reporter: &EventSender,
    ) -> Result<Result<(D::Stream, SocketAddr), LinkError>, LoopClosed> {
        let deadline = Instant::now() + self.limit;
        reporter.report(LinkEvent::Opening(self.endpoint.clone())).await?;
        let addresses = match timeout_at(deadline, self.addresses()).await {
            Ok(Ok(addresses)) => addresses,
            Ok(Err(error)) => return Ok(Err(error)),
            Err(_elapsed) => return Ok(Err(self.timed_out(LinkOp::Resolve, None))),
        };
        let mut course = RaceState::default();
        match timeout_at(deadline, self.race(addresses, &mut course, reporter)).await {
            Ok(Ok(Some(connected))) => Ok(Ok(connected)),
            Ok(Ok(None)) => Ok(Err(best_error(course.failures, self.endpoint))),
            Ok(Err(LoopClosed)) => Err(LoopClosed),
            Err(_elapsed) => {
                course.failures.push(self.timed_out(LinkOp::Connect, course.last));
                Ok(Err(best_error(course.failures, self.endpoint)))
            }
        }
    }

    /// The addresses to try, in the order in which to try them. Never none.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, LinkError> {
        let Self { network, endpoint, family, .. } = self;
        let failed = |error| LinkError::from_io(LinkOp::Resolve, endpoint, None, &error);
        let found = match endpoint.host().parse::<IpAddr>() {
            Ok(ip) => vec![SocketAddr::new(ip, endpoint.port())],
            Err(_name) => network.look_up(endpoint.host(), endpoint.port()).await.map_err(failed)?,
        };
        if found.is_empty() {
            return Err(failed(no_address()));
        }
        let mut order = interleave(found.into_iter().filter(|addr| family.matches(addr.ip())).collect());
        if order.is_empty() {
            let (op, endpoint) = (LinkOp::Resolve, (*endpoint).clone());
            return Err(LinkError { op, endpoint, addr: None, cause: ErrorCause::NotOfFamily(*family) });
        }
        order.truncate(MAX_ADDRESSES);
        Ok(order)
    }

    /// Tries the addresses one after another, each 250 ms after the one before or as soon as that has failed; the
    /// first connection wins and the other attempts are dropped. `None` when all have failed.
    async fn race(
        &self,
        addresses: Vec<SocketAddr>,
        course: &mut RaceState,
        reporter: &EventSender,
    ) -> Result<Option<(D::Stream, SocketAddr)>, LoopClosed> {
        let of = addresses.len();
        let mut waiting = addresses.into_iter().enumerate();
        let mut dialling = FuturesUnordered::new();
        loop {
            if let Some((index, addr)) = waiting.next() {
                reporter.report(LinkEvent::Connecting { addr, index: index + 1, total: of }).await?;
                course.last = Some(addr);
                dialling.push(async move { (addr, self.network.dial(addr).await) });
            }
            tokio::select! {
                Some((addr, result)) = dialling.next() => match result {
                    Ok(stream) => return Ok(Some((stream, addr))),
                    Err(error) => {
                        course.failures.push(LinkError::from_io(LinkOp::Connect, self.endpoint, Some(addr), &error));
                    }
                },
                () = sleep(ATTEMPT_DELAY), if waiting.len() > 0 => {}
            }
            if dialling.is_empty() && waiting.len() == 0 {
                return Ok(None);
            }
        }
    }

    fn timed_out(&self, op: LinkOp, addr: Option<SocketAddr>) -> LinkError {
        LinkError { op, endpoint: self.endpoint.clone(), addr, cause: ErrorCause::TimedOut(self.limit) }
    }
}

/// How a race went so far; it may be cut off by the limit.
#[derive(Debug, Default)]
struct RaceState {
    failures: Vec<LinkError>,
    /// The address dialled last.
    last: Option<SocketAddr>,
}

fn no_address() -> io::Error {
    io::Error::other("it has no address")
}

/// Of several failures the one that says most: somebody refused, rather than there is no way.
fn best_error(mut failures: Vec<LinkError>, endpoint: &Endpoint) -> LinkError {
    failures.sort_by_key(|failure| error_rank(&failure.cause));
    failures.into_iter().next().unwrap_or_else(|| LinkError::from_io(LinkOp::Resolve, endpoint, None, &no_address()))
}

const fn error_rank(cause: &ErrorCause) -> u8 {
    match cause {
        ErrorCause::Refused | ErrorCause::Reset | ErrorCause::Aborted => 0,
        ErrorCause::Forbidden | ErrorCause::NoFreePort | ErrorCause::TooManyFiles => 1,
        ErrorCause::TimedOut(_) => 2,
        ErrorCause::Unreachable => 4,
        // What a machine without IPv6 says of half of all addresses, or one without a network of all.
        ErrorCause::NetworkDown | ErrorCause::NoIpv6 => 5,
        _ => 3,
    }
}

/// The order of the system's resolver (RFC 6724), with the address families taking turns (RFC 8305, section 4).
fn interleave(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = found.into_iter().partition(|addr| addr.is_ipv6() == first_is_v6);
    let mut order = Vec::with_capacity(first.len() + second.len());
    let mut second = second.into_iter();
    for addr in first {
        order.push(addr);
        order.extend(second.next());
    }
    order.extend(second);
    // The resolver lists an address once per socket type on some systems.
    let mut seen = std::collections::HashSet::new();
    order.retain(|addr| seen.insert(*addr));
    order
}

#[cfg(test)]
mod tests;
