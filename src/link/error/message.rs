//! Messages for link errors: what happened, then the next step.

use super::{ErrorCause, LinkError, LinkOp};
use crate::link::Family;
use humantime::format_duration;
use std::fmt;
use std::net::IpAddr;

pub(super) fn message(error: &LinkError) -> String {
    match error.op {
        LinkOp::Resolve => for_resolve(error),
        LinkOp::Connect => for_connect(error),
        LinkOp::Read | LinkOp::Write => for_io(error),
    }
}

fn for_resolve(error: &LinkError) -> String {
    let host = error.endpoint.host();
    match &error.cause {
        ErrorCause::NoSuchHost(message) => {
            format!("No such host: \"{host}\" ({}). Check the spelling, or use the IP address.", strip_prefix(message))
        }
        ErrorCause::NoNameServer => {
            format!("Cannot look up \"{host}\": no name server answers. Check the network, or use the IP address.")
        }
        ErrorCause::TimedOut(limit) => format!(
            "Looking up \"{host}\" took longer than {}. Check the network, or use the IP address.",
            format_duration(*limit)
        ),
        ErrorCause::NotOfFamily(family) => for_family(host, *family),
        ErrorCause::NoSuchInterface(zone) => format!(
            "No network interface \"{zone}\" on this machine, as in \"{host}\". `ip link` lists the interfaces."
        ),
        _ => for_any_op(error),
    }
}

fn for_family(host: &str, family: Family) -> String {
    let (name, option) = family.label();
    let ip = host.split('%').next().and_then(|address| address.parse::<IpAddr>().ok());
    let next = format!("Remove {option}, or use another address.");
    match ip {
        Some(IpAddr::V4(_)) => format!("{host} is an IPv4 address, but {option} allows only {name}. {next}"),
        Some(IpAddr::V6(_)) => format!("{host} is an IPv6 address, but {option} allows only {name}. {next}"),
        None => format!("\"{host}\" has no {name} address, but {option} allows only {name}. {next}"),
    }
}

fn for_connect(error: &LinkError) -> String {
    let address = AddressText(error);
    match &error.cause {
        ErrorCause::Refused => {
            format!("Nothing is listening on {address} (connection refused). Is the server running on that port?")
        }
        ErrorCause::TimedOut(limit) if !limit.is_zero() => format!(
            "{address} did not answer within {}. Is the address right? Is a firewall in the way?",
            format_duration(*limit)
        ),
        ErrorCause::TimedOut(_) => {
            format!("{address} did not answer. Is the address right? Is a firewall in the way?")
        }
        ErrorCause::Unreachable => {
            format!("No route to {address}. Are both machines on the same network, and is the address right?")
        }
        ErrorCause::Reset => {
            format!(
                "{address} reset the connection before it was established. Try again; is this the right kind of server?"
            )
        }
        ErrorCause::NoIpv6 => {
            format!(
                "Cannot reach {address}: this machine has no IPv6. Use the server's IPv4 address, as in 192.168.1.20."
            )
        }
        ErrorCause::NoZone => format!(
            "{address} is a link-local address: add the network interface, as in {}%eth0. `ip link` lists them.",
            error.endpoint.host()
        ),
        ErrorCause::Unspecified => {
            format!("{address} is for listening, not for connecting. For this machine, use 127.0.0.1.")
        }
        ErrorCause::NoFreePort => {
            format!("No local port is free for a connection to {address}. Close some programs, or wait a minute.")
        }
        _ => for_any_op(error),
    }
}

fn for_io(error: &LinkError) -> String {
    let address = AddressText(error);
    match &error.cause {
        ErrorCause::TimedOut(_) | ErrorCause::Unreachable => {
            format!("{address} stopped answering: the machine or the network is down. Check cable and power.")
        }
        ErrorCause::Reset => format!(
            "{address} reset the connection: it closed without reading everything, or it crashed. Check the server's output."
        ),
        ErrorCause::Aborted => format!(
            "This machine aborted the connection to {address}, as after sleep or a network change. Connect again."
        ),
        _ => for_any_op(error),
    }
}

/// Returns the message for a cause that is the same for every operation.
fn for_any_op(error: &LinkError) -> String {
    let address = AddressText(error);
    match &error.cause {
        ErrorCause::NetworkDown => {
            format!("Cannot reach {address}: this machine's network is down. Check its cable or Wi-Fi.")
        }
        ErrorCause::Forbidden => format!(
            "This machine does not permit connections to {address}. Is a firewall active, or is it a broadcast address?"
        ),
        ErrorCause::TooManyFiles => format!(
            "Cannot connect to {address}: too many open files and connections. Close some, or raise `ulimit -n`."
        ),
        ErrorCause::Other(message) => {
            format!("{} {address} failed: {}.", error.op.operation_name(), strip_prefix(message))
        }
        cause => format!("{} {address} failed: {}.", error.op.operation_name(), cause.brief()),
    }
}

/// Returns the operating system's message without Rust's prefix: `failed to lookup ...: Name or service not known`.
fn strip_prefix(message: &str) -> &str {
    let text = message.rsplit(": ").next().unwrap_or(message);
    let text = text.split(" (os error").next().unwrap_or(text);
    text.trim_end_matches('.')
}

impl LinkOp {
    const fn operation_name(self) -> &'static str {
        match self {
            Self::Resolve => "Looking up",
            Self::Connect => "Connecting to",
            Self::Read => "Reading from",
            Self::Write => "Writing to",
        }
    }
}

/// Formats the endpoint, followed by the address if it differs.
struct AddressText<'a>(&'a LinkError);

impl fmt::Display for AddressText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LinkError { endpoint, addr, .. } = self.0;
        match addr {
            Some(addr) if addr.to_string() != endpoint.to_string() => write!(f, "{endpoint} ({})", addr.ip()),
            _ => write!(f, "{endpoint}"),
        }
    }
}
