use super::LinkOp::{Connect, Read, Write};
use super::*;
use crate::link::Family;
use std::io::ErrorKind as Kind;
use std::time::Duration;

fn message_of(op: LinkOp, host: &str, addr: Option<&str>, error: &io::Error) -> String {
    let endpoint = Endpoint::new(host, 12345).unwrap();
    LinkError::from_io(op, &endpoint, addr.map(|a| a.parse().unwrap()), error).to_string()
}

fn message_for(op: LinkOp, host: &str, cause: ErrorCause) -> String {
    LinkError { op, endpoint: Endpoint::new(host, 12345).unwrap(), addr: None, cause }.to_string()
}

const V4: &str = "127.0.0.1";
const V6: &str = "2001:db8::1";
const NO_IPV6: &str = "Cannot reach [2001:db8::1]:12345: this machine has no IPv6. Use";
const NO_PORT: &str = "No local port is free for a connection to 127.0.0.1:12345.";
const NO_ZONE: &str = "[fe80::1]:12345 is a link-local address: add the network interface, as in fe80::1%eth0.";
const DOWN: &str = "Cannot reach 127.0.0.1:12345: this machine's network is down. Check";

/// Operation, host and error kind; the beginning of the message, and the words for the status line.
const FAILURES: [(LinkOp, &str, Kind, &str, &str); 24] = [
    (Connect, V4, Kind::ConnectionRefused, "Nothing is listening on 127.0.0.1:12345 (connection refused).", "refused"),
    (Connect, V4, Kind::TimedOut, "127.0.0.1:12345 did not answer. Is", "timed out"),
    (Connect, V4, Kind::HostUnreachable, "No route to 127.0.0.1:12345. Are", "no route"),
    (Connect, V4, Kind::NetworkUnreachable, "No route to 127.0.0.1:12345. Are", "no route"),
    (Connect, V6, Kind::HostUnreachable, "No route to [2001:db8::1]:12345. Are", "no route"),
    (Connect, V6, Kind::NetworkUnreachable, NO_IPV6, "no IPv6 here"),
    (Connect, V6, Kind::AddrNotAvailable, NO_IPV6, "no IPv6 here"),
    (Connect, V4, Kind::AddrNotAvailable, NO_PORT, "no free port"),
    (Connect, V4, Kind::AddrInUse, NO_PORT, "no free port"),
    (Connect, "0.0.0.0", Kind::AddrNotAvailable, "0.0.0.0:12345 is for listening,", "no address"),
    (Connect, "fe80::1", Kind::InvalidInput, NO_ZONE, "no interface given"),
    (Connect, V4, Kind::InvalidInput, "Connecting to 127.0.0.1:12345 failed: invalid input parameter.", "failed"),
    (Connect, V4, Kind::NetworkDown, DOWN, "no network"),
    (
        Connect,
        V4,
        Kind::PermissionDenied,
        "This machine does not permit connections to 127.0.0.1:12345. Is",
        "not allowed",
    ),
    (Connect, V4, Kind::ConnectionReset, "127.0.0.1:12345 reset the connection before it was established.", "reset"),
    (Connect, V4, Kind::ConnectionAborted, "127.0.0.1:12345 reset the connection before it was established.", "reset"),
    (Read, V4, Kind::ConnectionReset, "127.0.0.1:12345 reset the connection:", "reset"),
    (Write, V4, Kind::BrokenPipe, "127.0.0.1:12345 reset the connection:", "reset"),
    (Read, V4, Kind::ConnectionAborted, "This machine aborted the connection to 127.0.0.1:12345,", "aborted here"),
    (Read, V4, Kind::TimedOut, "127.0.0.1:12345 stopped answering:", "timed out"),
    (Read, V4, Kind::HostUnreachable, "127.0.0.1:12345 stopped answering:", "no route"),
    (Write, V6, Kind::NetworkUnreachable, "[2001:db8::1]:12345 stopped answering:", "no route"),
    (Write, V4, Kind::NetworkDown, DOWN, "no network"),
    (Read, V4, Kind::OutOfMemory, "Reading from 127.0.0.1:12345 failed: out of memory.", "failed"),
];

#[test]
fn each_failure_has_its_message() {
    for (op, host, kind, start, word) in FAILURES {
        let endpoint = Endpoint::new(host, 12345).unwrap();
        let addr = SocketAddr::new(host.parse().unwrap(), 12345);
        let error = LinkError::from_io(op, &endpoint, Some(addr), &kind.into());
        assert!(error.to_string().starts_with(start), "{op:?} {kind:?}: {error}");
        assert_eq!(error.cause.brief(), word, "{op:?} {kind:?}");
    }
}

#[cfg(unix)]
#[test]
fn errors_without_a_kind_are_known_by_their_number() {
    use rustix::io::Errno;
    for (op, addr, errno, start) in [
        (LinkOp::Connect, "192.0.2.7:12345", Errno::HOSTDOWN, "No route to pi.local:12345 (192.0.2.7)."),
        (LinkOp::Read, "192.0.2.7:12345", Errno::HOSTDOWN, "pi.local:12345 (192.0.2.7) stopped answering:"),
        (
            LinkOp::Connect,
            "192.0.2.7:12345",
            Errno::MFILE,
            "Cannot connect to pi.local:12345 (192.0.2.7): too many open files",
        ),
        (
            LinkOp::Connect,
            "192.0.2.7:12345",
            Errno::NFILE,
            "Cannot connect to pi.local:12345 (192.0.2.7): too many open files",
        ),
        (
            LinkOp::Connect,
            "[2001:db8::1]:12345",
            Errno::AFNOSUPPORT,
            "Cannot reach pi.local:12345 (2001:db8::1): this machine has no IPv6.",
        ),
        (LinkOp::Connect, "192.0.2.7:12345", Errno::PERM, "This machine does not permit connections"),
        (LinkOp::Connect, "192.0.2.7:12345", Errno::ACCESS, "This machine does not permit connections"),
        (LinkOp::Connect, "[fe80::1]:12345", Errno::INVAL, "pi.local:12345 (fe80::1) is a link-local address"),
    ] {
        let error = io::Error::from_raw_os_error(errno.raw_os_error());
        let message = message_of(op, "pi.local", Some(addr), &error);
        assert!(message.starts_with(start), "{errno:?}: {message}");
    }
    let error = io::Error::from_raw_os_error(Errno::MFILE.raw_os_error());
    let message = message_of(LinkOp::Resolve, "pi.local", None, &error);
    assert!(message.starts_with("Cannot connect to pi.local:12345: too many open files"), "{message}");
}

#[test]
fn a_name_is_shown_with_its_address() {
    let message =
        message_of(LinkOp::Connect, "pi.local", Some("192.0.2.7:12345"), &io::ErrorKind::ConnectionRefused.into());
    assert!(message.starts_with("Nothing is listening on pi.local:12345 (192.0.2.7)"), "{message}");
}

#[test]
fn an_unknown_host_has_the_message_of_the_system() {
    let error = io::Error::other("failed to lookup address information: Name or service not known");
    assert_eq!(
        message_of(LinkOp::Resolve, "pi.lcal", None, &error),
        "No such host: \"pi.lcal\" (Name or service not known). Check the spelling, or use the IP address."
    );
}

#[test]
fn a_missing_name_server_is_no_unknown_host() {
    for why in [
        "failed to lookup address information: Temporary failure in name resolution",
        "This is usually a temporary error during hostname resolution. (os error 11002)",
        "failed to lookup address information: Try again",
    ] {
        let message = message_of(LinkOp::Resolve, "pi.local", None, &io::Error::other(why));
        assert!(message.starts_with("Cannot look up \"pi.local\": no name server answers."), "{message}");
    }
}

#[test]
fn a_missing_interface_is_no_unknown_host() {
    let error = io::Error::other("failed to lookup address information: Name or service not known");
    let message = message_of(LinkOp::Resolve, "fe80::1%eth9", None, &error);
    assert!(message.starts_with("No network interface \"eth9\" on this machine,"), "{message}");
}

#[test]
fn the_time_limit_is_named() {
    let limit = ErrorCause::TimedOut(Duration::from_secs(10));
    let message = message_for(LinkOp::Connect, "192.0.2.1", limit.clone());
    assert!(message.starts_with("192.0.2.1:12345 did not answer within 10s."), "{message}");
    let message = message_for(LinkOp::Resolve, "pi.local", limit);
    assert!(message.starts_with("Looking up \"pi.local\" took longer than 10s."), "{message}");
}

#[test]
fn an_address_of_the_other_family_is_named() {
    for (host, family, start) in [
        ("192.0.2.1", Family::V6, "192.0.2.1 is an IPv4 address, but -6 allows only IPv6."),
        ("2001:db8::1", Family::V4, "2001:db8::1 is an IPv6 address, but -4 allows only IPv4."),
        ("fe80::1%eth0", Family::V4, "fe80::1%eth0 is an IPv6 address, but -4 allows only IPv4."),
        ("pi.local", Family::V6, "\"pi.local\" has no IPv6 address, but -6 allows only IPv6."),
    ] {
        let message = message_for(LinkOp::Resolve, host, ErrorCause::NotOfFamily(family));
        assert!(message.starts_with(start), "{message}");
    }
}
