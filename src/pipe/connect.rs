//! Connecting: once, or until somebody answers; and what is said of it.

use super::observer::Observers;
use super::{ConnectRetry, PipeError, PipeTarget, Verbosity};
use crate::link::{ErrorCause, LinkError, LinkEvent};
use crate::net::{self, ConnectRequest, SystemNetwork};
use std::mem::discriminant;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;
use tokio::time::sleep;

/// Milliseconds before the attempts that follow the first, and before all others. A script that has just started a server waits
/// for it, and one that waits for a machine to come up is no burden to it.
const RETRY_DELAYS: [u64; 3] = [100, 200, 400];
const LAST: u64 = 1000;

pub(super) fn connect(
    call: &PipeTarget,
    taps: &Observers,
    say: &dyn Fn(&str),
) -> Result<(TcpStream, SocketAddr), PipeError> {
    let not_ours =
        |_| call.source.map_or_else(|| PipeError::Start(std::io::ErrorKind::Other.into()), PipeError::Source);
    let network = SystemNetwork::from_source(call.source).map_err(not_ours)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(PipeError::Start)?;
    let connected = runtime.block_on(attempts(call, &network, taps, say));
    // A name being looked up sits in a thread that cannot be stopped.
    runtime.shutdown_background();
    connected.map_err(PipeError::Link)
}

async fn attempts(
    call: &PipeTarget,
    network: &SystemNetwork,
    taps: &Observers,
    say: &dyn Fn(&str),
) -> Result<(TcpStream, SocketAddr), LinkError> {
    let wanted = ConnectRequest { endpoint: &call.endpoint, limit: call.limit, family: call.family };
    let mut pauses = RETRY_DELAYS.into_iter();
    let mut told: Option<LinkError> = None;
    loop {
        let heard = |event: &LinkEvent| {
            taps.step(event);
            if call.manners.voice == Verbosity::All
                && let Some(step) = step(event)
            {
                say(&step);
            }
        };
        let error = match net::connect(network, wanted, heard).await {
            Ok((stream, peer)) => {
                taps.step(&LinkEvent::Opened { peer });
                if call.manners.voice == Verbosity::All {
                    say(&connected(call, peer, stream.local_addr().ok()));
                }
                return Ok((stream, peer));
            }
            Err(error) => error,
        };
        taps.failed(&error);
        if call.manners.patience == ConnectRetry::Never || is_permanent(&error.cause) {
            return Err(error);
        }
        if told.as_ref().is_none_or(|told| discriminant(&told.cause) != discriminant(&error.cause)) {
            say(&format!("{error} Trying again until it answers (--retry)."));
        }
        told = Some(error);
        sleep(Duration::from_millis(pauses.next().unwrap_or(LAST))).await;
    }
}

/// Whether another attempt would come to the same, whatever becomes of the server and the network.
const fn is_permanent(cause: &ErrorCause) -> bool {
    matches!(cause, ErrorCause::NotOfFamily(_) | ErrorCause::NoZone | ErrorCause::Unspecified | ErrorCause::Forbidden)
}

fn step(event: &LinkEvent) -> Option<String> {
    match event {
        LinkEvent::Opening(endpoint) if endpoint.host().parse::<IpAddr>().is_err() => {
            Some(format!("Looking up {}.", endpoint.host()))
        }
        LinkEvent::Connecting { addr, total: 1, .. } => Some(format!("Connecting to {addr}.")),
        LinkEvent::Connecting { addr, index: nth, total: of } => Some(format!("Connecting to {addr} ({nth} of {of}).")),
        _ => None,
    }
}

fn connected(call: &PipeTarget, peer: SocketAddr, local: Option<SocketAddr>) -> String {
    let PipeTarget { endpoint, .. } = call;
    let by = if peer.to_string() == endpoint.to_string() { String::new() } else { format!(" ({})", peer.ip()) };
    let from = local.map_or_else(String::new, |local| format!(", from {local}"));
    format!("Connected to {endpoint}{by}{from}.")
}
