//! Connects once, or retries until the server accepts, and reports the progress.

use super::observer::Observers;
use super::{ConnectRetry, PipeError, PipeTarget, Verbosity};
use crate::link::{ErrorCause, LinkError, LinkEvent};
use crate::net::{self, ConnectRequest, SystemNetwork};
use std::mem::discriminant;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;
use tokio::time::sleep;

/// Delays before the first retries in milliseconds: short for a script that has just started the server.
const FIRST_RETRY_DELAYS_MS: [u64; 3] = [100, 200, 400];

/// Delay before each further retry in milliseconds: long enough not to burden a machine that is starting up.
const RETRY_DELAY_MS: u64 = 1000;

/// Connects to the target and returns the stream and the server's address.
///
/// # Errors
/// Returns the error of the first attempt, or with [`ConnectRetry::UntilConnected`] the first permanent error.
pub(super) fn connect(
    target: &PipeTarget,
    observers: &Observers,
    report: &dyn Fn(&str),
) -> Result<(TcpStream, SocketAddr), PipeError> {
    let to_error =
        |_| target.source.map_or_else(|| PipeError::Start(std::io::ErrorKind::Other.into()), PipeError::Source);
    let network = SystemNetwork::from_source(target.source).map_err(to_error)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(PipeError::Start)?;
    let connected = runtime.block_on(attempts(target, &network, observers, report));
    // A name lookup blocks its thread and cannot be cancelled; do not wait for it.
    runtime.shutdown_background();
    connected.map_err(PipeError::Link)
}

async fn attempts(
    target: &PipeTarget,
    network: &SystemNetwork,
    observers: &Observers,
    report: &dyn Fn(&str),
) -> Result<(TcpStream, SocketAddr), LinkError> {
    let request = ConnectRequest { endpoint: &target.endpoint, limit: target.connect_timeout, family: target.family };
    let is_verbose = target.options.verbosity == Verbosity::All;
    let mut delays = FIRST_RETRY_DELAYS_MS.into_iter();
    let mut last_reported: Option<LinkError> = None;
    loop {
        let on_event = |event: &LinkEvent| {
            observers.on_link_event(event);
            if is_verbose && let Some(progress) = describe_progress(event) {
                report(&progress);
            }
        };
        let error = match net::connect(network, request, on_event).await {
            Ok((stream, peer)) => {
                observers.on_link_event(&LinkEvent::Opened { peer });
                if is_verbose {
                    report(&connected_message(target, peer, stream.local_addr().ok()));
                }
                return Ok((stream, peer));
            }
            Err(error) => error,
        };
        observers.on_connect_error(&error);
        if target.options.connect_retry == ConnectRetry::Never || is_permanent(&error.cause) {
            return Err(error);
        }
        if last_reported.as_ref().is_none_or(|last| discriminant(&last.cause) != discriminant(&error.cause)) {
            report(&format!("{error} Retrying until it answers (--retry)."));
        }
        last_reported = Some(error);
        sleep(Duration::from_millis(delays.next().unwrap_or(RETRY_DELAY_MS))).await;
    }
}

/// Whether a retry would fail with the same error, regardless of the server and the network.
const fn is_permanent(cause: &ErrorCause) -> bool {
    matches!(cause, ErrorCause::NotOfFamily(_) | ErrorCause::NoZone | ErrorCause::Unspecified | ErrorCause::Forbidden)
}

/// Returns the message for an event while connecting.
fn describe_progress(event: &LinkEvent) -> Option<String> {
    match event {
        LinkEvent::Opening(endpoint) if endpoint.host().parse::<IpAddr>().is_err() => {
            Some(format!("Looking up {}.", endpoint.host()))
        }
        LinkEvent::Connecting { addr, total: 1, .. } => Some(format!("Connecting to {addr}.")),
        LinkEvent::Connecting { addr, index, total } => Some(format!("Connecting to {addr} ({index} of {total}).")),
        _ => None,
    }
}

/// Returns the message for a new connection with the addresses of both ends.
fn connected_message(target: &PipeTarget, peer: SocketAddr, local: Option<SocketAddr>) -> String {
    let PipeTarget { endpoint, .. } = target;
    let address = if peer.to_string() == endpoint.to_string() { String::new() } else { format!(" ({})", peer.ip()) };
    let from = local.map_or_else(String::new, |local| format!(", from {local}"));
    format!("Connected to {endpoint}{address}{from}.")
}
