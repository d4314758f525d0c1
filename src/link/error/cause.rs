//! Why something failed, as far as it makes a difference to the person who reads it.

use super::os_error::OsErrorKind;
use crate::link::Family;
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// The reason, as far as it makes a difference to the person who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorCause {
    /// The name has no address.
    NoSuchHost(String),
    /// There is no name server to be asked.
    NoNameServer,
    /// The host has addresses, but none of the kind asked for.
    NotOfFamily(Family),
    /// The address names a way out of this machine that it does not have: `fe80::1%eth9`.
    NoSuchInterface(String),
    /// The address is to be found on each network, and does not say on which: `fe80::1`.
    NoZone,
    /// Not an address of a machine: `0.0.0.0`, which is what servers listen on.
    Unspecified,
    /// Nobody listens on that port.
    Refused,
    /// No answer within this time.
    TimedOut(Duration),
    /// The network has no way there.
    Unreachable,
    /// An IPv6 address, and this machine has no IPv6.
    NoIpv6,
    /// This machine is on no network.
    NetworkDown,
    /// This machine has no port left that the connection could have on our side.
    NoFreePort,
    /// The system does not let us.
    Forbidden,
    /// As many files and connections are open as may be.
    TooManyFiles,
    /// The peer, or something on the way, broke the connection off.
    Reset,
    /// This machine broke the connection off.
    Aborted,
    /// Anything else, in the words of the operating system.
    Other(String),
}

impl ErrorCause {
    /// The cause in a word or two, for the status line.
    pub const fn brief(&self) -> &'static str {
        match self {
            Self::NoSuchHost(_) => "no such host",
            Self::NoNameServer => "no name server",
            Self::NotOfFamily(Family::V4) => "no IPv4 address",
            Self::NotOfFamily(Family::V6) => "no IPv6 address",
            Self::NotOfFamily(Family::Any) | Self::Unspecified => "no address",
            Self::NoSuchInterface(_) => "no such interface",
            Self::NoZone => "no interface given",
            Self::Refused => "refused",
            Self::TimedOut(_) => "timed out",
            Self::Unreachable => "no route",
            Self::NoIpv6 => "no IPv6 here",
            Self::NetworkDown => "no network",
            Self::NoFreePort => "no free port",
            Self::Forbidden => "not allowed",
            Self::TooManyFiles => "too many open files",
            Self::Reset => "reset",
            Self::Aborted => "broken off here",
            Self::Other(_) => "failed",
        }
    }

    /// The resolver's answers reach us without a kind of their own.
    pub(super) fn of_look_up(host: &str, error: &io::Error) -> Self {
        let why = error.to_string();
        if OsErrorKind::of(error) == Some(OsErrorKind::TooManyFiles) {
            return Self::TooManyFiles;
        }
        match host.split_once('%') {
            Some((address, zone)) if address.parse::<Ipv6Addr>().is_ok() => Self::NoSuchInterface(zone.to_owned()),
            _ if TEMPORARY_DNS_MESSAGES.iter().any(|part| why.contains(part)) => Self::NoNameServer,
            _ => Self::NoSuchHost(why),
        }
    }

    pub(super) fn of_connect(ip: Option<IpAddr>, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let is_v6 = ip.is_some_and(|ip| ip.is_ipv6());
        match error.kind() {
            Kind::ConnectionRefused => Self::Refused,
            // A connection that is not there yet can only be broken off from outside.
            Kind::ConnectionAborted => Self::Reset,
            // An IPv6 that is there but has no address of its own says the first, one that was switched off the second.
            Kind::NetworkUnreachable | Kind::AddrNotAvailable if is_v6 => Self::NoIpv6,
            _ if is_v6 && OsErrorKind::of(error) == Some(OsErrorKind::NoSuchFamily) => Self::NoIpv6,
            Kind::AddrNotAvailable if ip.is_some_and(|ip| ip.is_unspecified()) => Self::Unspecified,
            Kind::AddrInUse | Kind::AddrNotAvailable => Self::NoFreePort,
            Kind::InvalidInput if ip.is_some_and(is_link_local) => Self::NoZone,
            _ => Self::of_link(error),
        }
    }

    /// What reading, writing and connecting have in common.
    pub(super) fn of_link(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        match (error.kind(), OsErrorKind::of(error)) {
            // The kernel gave up (no answer to SYN or to keepalive probes); how long that took is its own affair.
            (Kind::TimedOut, _) => Self::TimedOut(Duration::ZERO),
            (Kind::HostUnreachable | Kind::NetworkUnreachable, _) | (_, Some(OsErrorKind::HostDown)) => {
                Self::Unreachable
            }
            (Kind::NetworkDown, _) => Self::NetworkDown,
            (Kind::PermissionDenied, _) => Self::Forbidden,
            (_, Some(OsErrorKind::TooManyFiles)) => Self::TooManyFiles,
            (Kind::ConnectionReset | Kind::BrokenPipe, _) => Self::Reset,
            (Kind::ConnectionAborted, _) => Self::Aborted,
            _ => Self::Other(error.to_string()),
        }
    }
}

/// `EAI_AGAIN`, nobody could be asked: as glibc and the BSDs, Windows, and musl say it.
const TEMPORARY_DNS_MESSAGES: [&str; 3] = ["emporary failure", "emporary error", "Try again"];

/// `fe80::/10` (RFC 4291): the same on every network.
fn is_link_local(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local())
}
