//! Causes of link errors, as far as they lead to different advice.

use super::os_error::OsErrorKind;
use crate::link::Family;
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// Cause of a link error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorCause {
    /// The host name has no address; contains the resolver's message.
    NoSuchHost(String),
    /// No name server answers.
    NoNameServer,
    /// The host has addresses, but none of this family.
    NotOfFamily(Family),
    /// The zone of the address is no network interface of this machine: `fe80::1%eth9`.
    NoSuchInterface(String),
    /// A link-local address without a zone: `fe80::1`.
    NoZone,
    /// The address is unspecified, such as `0.0.0.0`, on which servers listen.
    Unspecified,
    /// No program listens on the port.
    Refused,
    /// No answer within this time; zero if the operating system set the limit.
    TimedOut(Duration),
    /// There is no route to the address.
    Unreachable,
    /// The address is IPv6, and this machine has no IPv6.
    NoIpv6,
    /// This machine's network is down.
    NetworkDown,
    /// No local port is free for the connection.
    NoFreePort,
    /// The operating system or a firewall does not permit it.
    Forbidden,
    /// The limit of open files and sockets is reached.
    TooManyFiles,
    /// The peer, or a device on the way, reset the connection.
    Reset,
    /// This machine aborted the connection.
    Aborted,
    /// Any other error; contains the operating system's message.
    Other(String),
}

impl ErrorCause {
    /// Returns the cause in a few words, for the status line.
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
            Self::Aborted => "aborted here",
            Self::Other(_) => "failed",
        }
    }

    /// Determines the cause of a resolver error from its text, because it has no `ErrorKind`.
    pub(super) fn of_resolve(host: &str, error: &io::Error) -> Self {
        let message = error.to_string();
        if OsErrorKind::of(error) == Some(OsErrorKind::TooManyFiles) {
            return Self::TooManyFiles;
        }
        match host.split_once('%') {
            Some((address, zone)) if address.parse::<Ipv6Addr>().is_ok() => Self::NoSuchInterface(zone.to_owned()),
            _ if TEMPORARY_DNS_MESSAGES.iter().any(|part| message.contains(part)) => Self::NoNameServer,
            _ => Self::NoSuchHost(message),
        }
    }

    pub(super) fn of_connect(ip: Option<IpAddr>, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let is_v6 = ip.is_some_and(|ip| ip.is_ipv6());
        match error.kind() {
            Kind::ConnectionRefused => Self::Refused,
            // This machine cannot abort a connection that is not established.
            Kind::ConnectionAborted => Self::Reset,
            // The first without an IPv6 address on any interface, the second if IPv6 is switched off.
            Kind::NetworkUnreachable | Kind::AddrNotAvailable if is_v6 => Self::NoIpv6,
            _ if is_v6 && OsErrorKind::of(error) == Some(OsErrorKind::NoSuchFamily) => Self::NoIpv6,
            Kind::AddrNotAvailable if ip.is_some_and(|ip| ip.is_unspecified()) => Self::Unspecified,
            Kind::AddrInUse | Kind::AddrNotAvailable => Self::NoFreePort,
            Kind::InvalidInput if ip.is_some_and(is_link_local) => Self::NoZone,
            _ => Self::of_io(error),
        }
    }

    /// Determines a cause that reading, writing and connecting can have.
    pub(super) fn of_io(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        match (error.kind(), OsErrorKind::of(error)) {
            // The kernel received no answer to SYN or keepalive probes, after a time that it does not report.
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

/// Parts of the messages for `EAI_AGAIN` of glibc and the BSDs, Windows, and musl.
const TEMPORARY_DNS_MESSAGES: [&str; 3] = ["emporary failure", "emporary error", "Try again"];

/// Whether an address is in `fe80::/10` (RFC 4291), which exists on every network.
fn is_link_local(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local())
}
