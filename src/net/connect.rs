//! Resolves a host and connects to the first of its addresses that answers (RFC 8305, "Happy Eyeballs").

use super::network::Connector;
use super::{EventSender, LoopClosed};
use crate::link::{Endpoint, ErrorCause, Family, LinkError, LinkEvent, LinkOp};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// Maximum number of addresses tried for one name. DNS answers may have thousands.
const MAX_ADDRESSES: usize = 32;

/// Delay before the next address is tried in parallel (RFC 8305, section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// An attempt to connect to a host.
#[derive(Debug)]
pub(super) struct Attempt<'a, C: ?Sized> {
    pub(super) network: &'a C,
    pub(super) endpoint: &'a Endpoint,
    /// Time limit for resolving and connecting together.
    pub(super) limit: Duration,
    /// The address family to try.
    pub(super) family: Family,
}

impl<C: Connector + ?Sized> Attempt<'_, C> {
    /// Connects within the limit, and reports each step. The outer error tells that the event loop has ended.
    pub(super) async fn connect(
        self,
        reporter: &EventSender,
    ) -> Result<Result<(C::Stream, SocketAddr), LinkError>, LoopClosed> {
        let deadline = Instant::now() + self.limit;
        reporter.report(LinkEvent::Opening(self.endpoint.clone())).await?;
        let addresses = match timeout_at(deadline, self.addresses()).await {
            Ok(Ok(addresses)) => addresses,
            Ok(Err(error)) => return Ok(Err(error)),
            Err(_elapsed) => return Ok(Err(self.timed_out(LinkOp::Resolve, None))),
        };
        let mut state = RaceState::default();
        match timeout_at(deadline, self.race(addresses, &mut state, reporter)).await {
            Ok(Ok(Some(connected))) => Ok(Ok(connected)),
            Ok(Ok(None)) => Ok(Err(best_error(state.failures, self.endpoint))),
            Ok(Err(LoopClosed)) => Err(LoopClosed),
            Err(_elapsed) => {
                state.failures.push(self.timed_out(LinkOp::Connect, state.last));
                Ok(Err(best_error(state.failures, self.endpoint)))
            }
        }
    }

    /// Returns the addresses to try, in order; at least one.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, LinkError> {
        let Self { network, endpoint, family, .. } = self;
        let failed = |error| LinkError::from_io(LinkOp::Resolve, endpoint, None, &error);
        let found = match endpoint.host().parse::<IpAddr>() {
            Ok(ip) => vec![SocketAddr::new(ip, endpoint.port())],
            Err(_name) => network.resolve(endpoint.host(), endpoint.port()).await.map_err(failed)?,
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

    /// Tries the addresses in order, each [`ATTEMPT_DELAY`] after the previous one or as soon as an attempt fails. The first
    /// connection wins; the other attempts are dropped. Returns `None` if all fail.
    async fn race(
        &self,
        addresses: Vec<SocketAddr>,
        state: &mut RaceState,
        reporter: &EventSender,
    ) -> Result<Option<(C::Stream, SocketAddr)>, LoopClosed> {
        let total = addresses.len();
        let mut untried = addresses.into_iter().enumerate();
        let mut attempts = FuturesUnordered::new();
        loop {
            if let Some((index, addr)) = untried.next() {
                reporter.report(LinkEvent::Connecting { addr, index: index + 1, total }).await?;
                state.last = Some(addr);
                attempts.push(async move { (addr, self.network.connect_to(addr).await) });
            }
            tokio::select! {
                Some((addr, result)) = attempts.next() => match result {
                    Ok(stream) => return Ok(Some((stream, addr))),
                    Err(error) => {
                        state.failures.push(LinkError::from_io(LinkOp::Connect, self.endpoint, Some(addr), &error));
                    }
                },
                () = sleep(ATTEMPT_DELAY), if untried.len() > 0 => {}
            }
            if attempts.is_empty() && untried.len() == 0 {
                return Ok(None);
            }
        }
    }

    fn timed_out(&self, op: LinkOp, addr: Option<SocketAddr>) -> LinkError {
        LinkError { op, endpoint: self.endpoint.clone(), addr, cause: ErrorCause::TimedOut(self.limit) }
    }
}

/// Progress of a race. Kept outside of it, because the time limit may drop the race.
#[derive(Debug, Default)]
struct RaceState {
    failures: Vec<LinkError>,
    /// The address tried last.
    last: Option<SocketAddr>,
}

fn no_address() -> io::Error {
    io::Error::other("it has no address")
}

/// Returns the most informative of several failures: "refused" rather than "unreachable".
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
        // Reported for all IPv6 addresses on a machine without IPv6, and for all addresses without a network.
        ErrorCause::NetworkDown | ErrorCause::NoIpv6 => 5,
        _ => 3,
    }
}

/// Alternates the address families (RFC 8305, section 4), and otherwise keeps the order of the system's resolver (RFC 6724).
/// Removes duplicates.
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
    // Some resolvers return each address once per socket type.
    let mut seen = std::collections::HashSet::new();
    order.retain(|addr| seen.insert(*addr));
    order
}

#[cfg(test)]
mod tests;
