use super::LinkOp::{Connect, Read, Write};
use super::*;
use crate::link::Family;
use std::io::ErrorKind as Kind;
use std::time::Duration;

fn said(op: LinkOp, host: &str, addr: Option<&str>, error: &io::Error) -> String {
    let endpoint = Endpoint::new(host, 12345).unwrap();
    LinkError::from_io(op, &endpoint, addr.map(|a| a.parse().unwrap()), error).to_string()
}

fn said_for(op: LinkOp, host: &str, cause: ErrorCause) -> String {
    LinkError { op, endpoint: Endpoint::new(host, 12345).unwrap(), addr: None, cause }.to_string()
}

const V4: &str = "127.0.0.1";
const V6: &str = "2001:db8::1";
const NO_IPV6: &str = "No way to [2001:db8::1]:12345: this machine has no IPv6. Use";
const NO_PORT: &str = "This machine has no free port left for a connection to 127.0.0.1:12345.";
const NO_ZONE: &str = "[fe80::1]:12345 can be on any network of this machine: add the one to use, as in fe80::1%eth0.";
const DOWN: &str = "No way to 127.0.0.1:12345: the network of this machine is down. Check";

/// What was done, where, how it failed; how the sentence begins, and the word for the status line.
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
    (Connect, "0.0.0.0", Kind::AddrNotAvailable, "0.0.0.0:12345 is what a server listens on,", "no address"),
    (Connect, "fe80::1", Kind::InvalidInput, NO_ZONE, "no interface given"),
    (Connect, V4, Kind::InvalidInput, "Connecting to 127.0.0.1:12345 failed: invalid input parameter.", "failed"),
    (Connect, V4, Kind::NetworkDown, DOWN, "no network"),
    (Connect, V4, Kind::PermissionDenied, "This machine does not let us connect to 127.0.0.1:12345. Is", "not allowed"),
    (Connect, V4, Kind::ConnectionReset, "127.0.0.1:12345 broke the connection off while it was made.", "reset"),
    (Connect, V4, Kind::ConnectionAborted, "127.0.0.1:12345 broke the connection off while it was made.", "reset"),
    (Read, V4, Kind::ConnectionReset, "127.0.0.1:12345 reset the connection:", "reset"),
    (Write, V4, Kind::BrokenPipe, "127.0.0.1:12345 reset the connection:", "reset"),
    (Read, V4, Kind::ConnectionAborted, "This machine broke the connection to 127.0.0.1:12345 off,", "broken off here"),
    (Read, V4, Kind::TimedOut, "127.0.0.1:12345 stopped answering:", "timed out"),
    (Read, V4, Kind::HostUnreachable, "127.0.0.1:12345 stopped answering:", "no route"),
    (Write, V6, Kind::NetworkUnreachable, "[2001:db8::1]:12345 stopped answering:", "no route"),
    (Write, V4, Kind::NetworkDown, DOWN, "no network"),
    (Read, V4, Kind::OutOfMemory, "Reading from 127.0.0.1:12345 failed: out of memory.", "failed"),
];

#[test]
fn each_failure_has_its_sentence() {
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
fn what_rust_has_no_kind_for_is_known_by_its_number() {
    use rustix::io::Errno;
    for (op, addr, errno, start) in [
        (LinkOp::Connect, "192.0.2.7:12345", Errno::HOSTDOWN, "No route to pi.local:12345 (192.0.2.7)."),
        (LinkOp::Read, "192.0.2.7:12345", Errno::HOSTDOWN, "pi.local:12345 (192.0.2.7) stopped answering:"),
        (
            LinkOp::Connect,
            "192.0.2.7:12345",
            Errno::MFILE,
            "No connection to pi.local:12345 (192.0.2.7): too many files",
        ),
        (
            LinkOp::Connect,
            "192.0.2.7:12345",
            Errno::NFILE,
            "No connection to pi.local:12345 (192.0.2.7): too many files",
        ),
        (
            LinkOp::Connect,
            "[2001:db8::1]:12345",
            Errno::AFNOSUPPORT,
            "No way to pi.local:12345 (2001:db8::1): this machine has no IPv6.",
        ),
        (LinkOp::Connect, "192.0.2.7:12345", Errno::PERM, "This machine does not let us connect"),
        (LinkOp::Connect, "192.0.2.7:12345", Errno::ACCESS, "This machine does not let us connect"),
        (LinkOp::Connect, "[fe80::1]:12345", Errno::INVAL, "pi.local:12345 (fe80::1) can be on any network"),
    ] {
        let error = io::Error::from_raw_os_error(errno.raw_os_error());
        let sentence = said(op, "pi.local", Some(addr), &error);
        assert!(sentence.starts_with(start), "{errno:?}: {sentence}");
    }
    let error = io::Error::from_raw_os_error(Errno::MFILE.raw_os_error());
    let sentence = said(LinkOp::Resolve, "pi.local", None, &error);
    assert!(sentence.starts_with("No connection to pi.local:12345: too many files"), "{sentence}");
}

#[test]
fn a_name_is_shown_with_the_address_it_stands_for() {
    let sentence = said(LinkOp::Connect, "pi.local", Some("192.0.2.7:12345"), &io::ErrorKind::ConnectionRefused.into());
    assert!(sentence.starts_with("Nothing is listening on pi.local:12345 (192.0.2.7)"), "{sentence}");
}

#[test]
fn an_unknown_host_is_named_in_the_systems_words() {
    let error = io::Error::other("failed to lookup address information: Name or service not known");
    assert_eq!(
        said(LinkOp::Resolve, "pi.lcal", None, &error),
        "No such host: \"pi.lcal\" (Name or service not known). Check the spelling, or use the IP address."
    );
}

#[test]
fn a_name_server_that_is_not_there_is_no_unknown_host() {
    for why in [
        "failed to lookup address information: Temporary failure in name resolution",
        "This is usually a temporary error during hostname resolution. (os error 11002)",
        "failed to lookup address information: Try again",
    ] {
        let sentence = said(LinkOp::Resolve, "pi.local", None, &io::Error::other(why));
        assert!(sentence.starts_with("Cannot look up \"pi.local\": no name server answers."), "{sentence}");
    }
}

#[test]
fn an_interface_that_is_not_there_is_no_unknown_host() {
    let error = io::Error::other("failed to lookup address information: Name or service not known");
    let sentence = said(LinkOp::Resolve, "fe80::1%eth9", None, &error);
    assert!(sentence.starts_with("There is no way out of this machine called \"eth9\","), "{sentence}");
}

#[test]
fn our_own_limit_is_named() {
    let limit = ErrorCause::TimedOut(Duration::from_secs(10));
    let sentence = said_for(LinkOp::Connect, "192.0.2.1", limit.clone());
    assert!(sentence.starts_with("192.0.2.1:12345 did not answer within 10s."), "{sentence}");
    let sentence = said_for(LinkOp::Resolve, "pi.local", limit);
    assert!(sentence.starts_with("Looking up \"pi.local\" took longer than 10s."), "{sentence}");
}

#[test]
fn an_address_of_the_other_family_is_named() {
    for (host, family, sentence) in [
        ("192.0.2.1", Family::V6, "192.0.2.1 is an IPv4 address, and only IPv6 was asked for (-6)."),
        ("2001:db8::1", Family::V4, "2001:db8::1 is an IPv6 address, and only IPv4 was asked for (-4)."),
        ("fe80::1%eth0", Family::V4, "fe80::1%eth0 is an IPv6 address, and only IPv4 was asked for (-4)."),
        ("pi.local", Family::V6, "\"pi.local\" has no IPv6 address, and only IPv6 was asked for (-6)."),
    ] {
        let said = said_for(LinkOp::Resolve, host, ErrorCause::NotOfFamily(family));
        assert!(said.starts_with(sentence), "{said}");
    }
}
