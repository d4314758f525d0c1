//! A failure in one sentence a student understands, and the next step.

use super::{ErrorCause, LinkError, LinkOp};
use crate::link::Family;
use humantime::format_duration;
use std::fmt;
use std::net::IpAddr;

pub(super) fn message(error: &LinkError) -> String {
    match error.op {
        LinkOp::Resolve => of_look_up(error),
        LinkOp::Connect => of_connect(error),
        LinkOp::Read | LinkOp::Write => of_link(error),
    }
}

fn of_look_up(error: &LinkError) -> String {
    let host = error.endpoint.host();
    match &error.cause {
        ErrorCause::NoSuchHost(why) => {
            format!("No such host: \"{host}\" ({}). Check the spelling, or use the IP address.", brief(why))
        }
        ErrorCause::NoNameServer => format!(
            "Cannot look up \"{host}\": no name server answers. Is this machine on the network? An IP address needs none."
        ),
        ErrorCause::TimedOut(limit) => format!(
            "Looking up \"{host}\" took longer than {}. Check the network, or use the IP address.",
            format_duration(*limit)
        ),
        ErrorCause::NotOfFamily(family) => of_family(host, *family),
        ErrorCause::NoSuchInterface(zone) => format!(
            "There is no way out of this machine called \"{zone}\", as \"{host}\" has it. `ip link` lists those there are."
        ),
        _ => of_any(error),
    }
}

fn of_family(host: &str, family: Family) -> String {
    let (name, letter) = family.label();
    let ip = host.split('%').next().and_then(|address| address.parse::<IpAddr>().ok());
    let next = format!("Leave {letter} out, or use another address.");
    match ip {
        Some(IpAddr::V4(_)) => format!("{host} is an IPv4 address, and only {name} was asked for ({letter}). {next}"),
        Some(IpAddr::V6(_)) => format!("{host} is an IPv6 address, and only {name} was asked for ({letter}). {next}"),
        None => format!("\"{host}\" has no {name} address, and only {name} was asked for ({letter}). {next}"),
    }
}

fn of_connect(error: &LinkError) -> String {
    let place = AddressText(error);
    match &error.cause {
        ErrorCause::Refused => {
            format!("Nothing is listening on {place} (connection refused). Is the server running, and on that port?")
        }
        ErrorCause::TimedOut(limit) if !limit.is_zero() => format!(
            "{place} did not answer within {}. Is the address right, and is no firewall in the way?",
            format_duration(*limit)
        ),
        ErrorCause::TimedOut(_) => {
            format!("{place} did not answer. Is the address right, and is no firewall in the way?")
        }
        ErrorCause::Unreachable => {
            format!("No route to {place}. Are both machines on the same network, and is the address right?")
        }
        ErrorCause::Reset => {
            format!("{place} broke the connection off while it was made. Try again; is this the right kind of server?")
        }
        ErrorCause::NoIpv6 => {
            format!("No way to {place}: this machine has no IPv6. Use the server's IPv4 address, as in 192.168.1.20.")
        }
        ErrorCause::NoZone => format!(
            "{place} can be on any network of this machine: add the one to use, as in {}%eth0. `ip link` lists them.",
            error.endpoint.host()
        ),
        ErrorCause::Unspecified => {
            format!("{place} is what a server listens on, not where it is. On this machine that is 127.0.0.1.")
        }
        ErrorCause::NoFreePort => format!(
            "This machine has no free port left for a connection to {place}. Close some programs, or wait a minute."
        ),
        _ => of_any(error),
    }
}

fn of_link(error: &LinkError) -> String {
    let place = AddressText(error);
    match &error.cause {
        ErrorCause::TimedOut(_) | ErrorCause::Unreachable => {
            format!("{place} stopped answering: the machine or the network between is gone. Check cable and power.")
        }
        ErrorCause::Reset => format!(
            "{place} reset the connection: it closed without reading all that was sent, or it crashed. Look at its window."
        ),
        ErrorCause::Aborted => format!(
            "This machine broke the connection to {place} off, as it does after sleep or on another network. Connect again."
        ),
        _ => of_any(error),
    }
}

/// What does not depend on what was being done.
fn of_any(error: &LinkError) -> String {
    let place = AddressText(error);
    match &error.cause {
        ErrorCause::NetworkDown => {
            format!("No way to {place}: the network of this machine is down. Check its cable or its Wi-Fi.")
        }
        ErrorCause::Forbidden => format!(
            "This machine does not let us connect to {place}. Is there a firewall on it, or is that no machine's address?"
        ),
        ErrorCause::TooManyFiles => format!(
            "No connection to {place}: too many files and connections are open here. Close some, or raise `ulimit -n`."
        ),
        ErrorCause::Other(why) => format!("{} {place} failed: {}.", error.op.operation_name(), brief(why)),
        cause => format!("{} {place} failed: {}.", error.op.operation_name(), cause.brief()),
    }
}

/// The operating system's words without Rust's wrapping: `failed to lookup ...: Name or service not known`.
fn brief(why: &str) -> &str {
    let core = why.rsplit(": ").next().unwrap_or(why);
    let core = core.split(" (os error").next().unwrap_or(core);
    core.trim_end_matches('.')
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

/// The endpoint, and the address behind it where that says more.
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
