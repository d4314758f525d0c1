//! What can go wrong on a link, as a value: which operation, on which address, why; and the sentence for it.

use super::Endpoint;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// The operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOp {
    /// Looking up the name.
    Resolve,
    /// Making the connection.
    Connect,
    /// Reading from it.
    Read,
    /// Writing to it.
    Write,
}

/// The reason, as far as it makes a difference to the person who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The name has no address.
    NoSuchHost(String),
    /// Nobody listens on that port.
    Refused,
    /// No answer within this time.
    TimedOut(Duration),
    /// The network has no way there.
    Unreachable,
    /// The peer, or something on the way, broke the connection off.
    Reset,
    /// Anything else, in the words of the operating system.
    Other(String),
}

/// A failure with its place. `Display` is a sentence a student understands, with the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", sentence(self))]
pub struct LinkError {
    /// What was being done.
    pub op: LinkOp,
    /// Where the user asked to go.
    pub endpoint: Endpoint,
    /// The address tried last, once one was known.
    pub addr: Option<SocketAddr>,
    /// Why.
    pub cause: Cause,
}

impl LinkError {
    /// Sorts an I/O error by what it means here.
    pub fn from_io(op: LinkOp, endpoint: &Endpoint, addr: Option<SocketAddr>, error: &io::Error) -> Self {
        Self { op, endpoint: endpoint.clone(), addr, cause: Cause::of(op, error) }
    }
}

impl Cause {
    fn of(op: LinkOp, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        match (op, error.kind()) {
            // getaddrinfo's answers reach us without a kind of their own. EAI_AGAIN says that nobody could be asked.
            (LinkOp::Resolve, _) if error.to_string().contains("emporary failure") => Self::Unreachable,
            (LinkOp::Resolve, _) => Self::NoSuchHost(error.to_string()),
            (LinkOp::Connect, Kind::ConnectionRefused) => Self::Refused,
            // The kernel gave up (no answer to SYN or to keepalive probes); how long that took is its own affair.
            (_, Kind::TimedOut) => Self::TimedOut(Duration::ZERO),
            (_, Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown) => Self::Unreachable,
            (_, Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe) => Self::Reset,
            _ => Self::Other(error.to_string()),
        }
    }
}

fn sentence(error: &LinkError) -> String {
    let place = Place(error);
    match (&error.cause, error.op) {
        (Cause::NoSuchHost(why), _) => format!(
            "No such host: \"{}\" ({}). Check the spelling, or use the IP address.",
            error.endpoint.host(),
            brief(why)
        ),
        (Cause::Refused, _) => {
            format!("Nothing is listening on {place} (connection refused). Is the server running, and on that port?")
        }
        (Cause::TimedOut(limit), LinkOp::Resolve) => format!(
            "Looking up \"{}\" took longer than {}. Check the network, or use the IP address.",
            error.endpoint.host(),
            humantime::format_duration(*limit)
        ),
        (Cause::TimedOut(limit), LinkOp::Connect) if !limit.is_zero() => format!(
            "{place} did not answer within {}. Is the address right, and is no firewall in the way?",
            humantime::format_duration(*limit)
        ),
        (Cause::TimedOut(_), LinkOp::Connect) => {
            format!("{place} did not answer. Is the address right, and is no firewall in the way?")
        }
        (Cause::TimedOut(_), _) => {
            format!("{place} stopped answering: the machine or the network between is gone. Check cable and power.")
        }
        (Cause::Unreachable, LinkOp::Resolve) => format!(
            "Cannot look up \"{}\": no name server answers. Is this machine on the network? An IP address needs none.",
            error.endpoint.host()
        ),
        (Cause::Unreachable, _) => {
            format!("No route to {place}. Are both machines on the same network, and is the address right?")
        }
        (Cause::Reset, LinkOp::Connect) => {
            format!("{place} broke the connection off while it was made. Try again; is this the right kind of server?")
        }
        (Cause::Reset, _) => {
            format!(
                "{place} reset the connection: it closed without reading all that was sent, or it crashed. Look at its window."
            )
        }
        (Cause::Other(why), op) => format!("{} {place} failed: {}.", op.gerund(), brief(why)),
    }
}

/// The operating system's words without Rust's wrapping: `failed to lookup ...: Name or service not known`.
fn brief(why: &str) -> &str {
    let core = why.rsplit(": ").next().unwrap_or(why);
    let core = core.split(" (os error").next().unwrap_or(core);
    core.trim_end_matches('.')
}

impl LinkOp {
    const fn gerund(self) -> &'static str {
        match self {
            Self::Resolve => "Looking up",
            Self::Connect => "Connecting to",
            Self::Read => "Reading from",
            Self::Write => "Writing to",
        }
    }
}

/// The endpoint, and the address behind it where that says more.
struct Place<'a>(&'a LinkError);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LinkError { endpoint, addr, .. } = self.0;
        match addr {
            Some(addr) if addr.to_string() != endpoint.to_string() => write!(f, "{endpoint} ({})", addr.ip()),
            _ => write!(f, "{endpoint}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(op: LinkOp, host: &str, addr: Option<&str>, error: &io::Error) -> String {
        let endpoint = Endpoint::new(host, 12345).unwrap();
        LinkError::from_io(op, &endpoint, addr.map(|a| a.parse().unwrap()), error).to_string()
    }

    #[test]
    fn each_failure_has_its_sentence() {
        use io::ErrorKind as Kind;
        for (op, kind, start) in [
            (LinkOp::Connect, Kind::ConnectionRefused, "Nothing is listening on 127.0.0.1:12345 (connection refused)."),
            (LinkOp::Connect, Kind::TimedOut, "127.0.0.1:12345 did not answer."),
            (LinkOp::Connect, Kind::HostUnreachable, "No route to 127.0.0.1:12345."),
            (LinkOp::Connect, Kind::NetworkUnreachable, "No route to 127.0.0.1:12345."),
            (LinkOp::Read, Kind::ConnectionReset, "127.0.0.1:12345 reset the connection:"),
            (LinkOp::Write, Kind::BrokenPipe, "127.0.0.1:12345 reset the connection:"),
            (LinkOp::Read, Kind::TimedOut, "127.0.0.1:12345 stopped answering:"),
            (LinkOp::Read, Kind::OutOfMemory, "Reading from 127.0.0.1:12345 failed: out of memory."),
        ] {
            let sentence = said(op, "127.0.0.1", None, &kind.into());
            assert!(sentence.starts_with(start), "{op:?} {kind:?}: {sentence}");
        }
    }

    #[test]
    fn a_name_is_shown_with_the_address_it_stands_for() {
        let sentence =
            said(LinkOp::Connect, "pi.local", Some("192.0.2.7:12345"), &io::ErrorKind::ConnectionRefused.into());
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
        let error = io::Error::other("failed to lookup address information: Temporary failure in name resolution");
        let sentence = said(LinkOp::Resolve, "pi.local", None, &error);
        assert!(sentence.starts_with("Cannot look up \"pi.local\": no name server answers."), "{sentence}");
    }

    #[test]
    fn our_own_limit_is_named() {
        let endpoint = Endpoint::new("192.0.2.1", 12345).unwrap();
        let error =
            LinkError { op: LinkOp::Connect, endpoint, addr: None, cause: Cause::TimedOut(Duration::from_secs(10)) };
        assert!(error.to_string().starts_with("192.0.2.1:12345 did not answer within 10s."), "{error}");
    }
}
