//! Listening: addresses as people write them, and sentences for what can go wrong.

use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs as _};

/// Connections that may wait to be accepted; the system may allow less. When it is full, Linux ignores who wants to
/// connect, and they try again after a whole second.
const BACKLOG: i32 = 4096;

/// What cannot be listened on. `Display` is a sentence with the next step.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Not an address and a port.
    #[error(
        "\"{0}\" is not an address to listen on. Write it as 127.0.0.1:12345, [::1]:12345, or 12345 for a port of this machine alone."
    )]
    NotAnAddress(String),
    /// The process may not open as many files as a server needs; each connection is one.
    #[error(
        "Cannot serve: this process may open {allowed} files, and {needed} are needed for a single client. Allow more: ulimit -n 1024."
    )]
    TooFewFiles {
        /// So many.
        allowed: usize,
        /// So many would do.
        needed: usize,
    },
    /// The system said no.
    #[error("Cannot listen on {address}: {}", explain(*.address, .source, OF_SERVERS))]
    Refused {
        /// Where.
        address: SocketAddr,
        /// What it said.
        source: io::Error,
    },
}

/// How the options are called that say where to listen.
#[derive(Debug, Clone, Copy)]
struct Flags {
    /// Before an address.
    address: &'static str,
    /// What else takes all addresses, as the end of a sentence.
    everywhere: &'static str,
}

const OF_SERVERS: Flags = Flags { address: "--listen", everywhere: ", --lan too" };

const OF_REPLAY: Flags = Flags { address: "--serve", everywhere: "" };

impl ListenError {
    /// The sentence, with the options that `replay` has.
    pub fn of_replay(&self) -> String {
        match self {
            Self::Refused { address, source } => {
                format!("Cannot listen on {address}: {}", explain(*address, source, OF_REPLAY))
            }
            other => other.to_string(),
        }
    }
}

/// Reads `ADDR:PORT`, `NAME:PORT`, `:PORT` or `PORT`; the last two mean 127.0.0.1. Names are looked up, which blocks.
///
/// # Errors
/// When it is none of these, or there is no such name.
pub fn parse(text: &str) -> Result<Vec<SocketAddr>, ListenError> {
    if let Ok(port) = text.strip_prefix(':').unwrap_or(text).parse::<u16>() {
        return Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))]);
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(vec![address]);
    }
    let found = text.to_socket_addrs().map(Iterator::collect::<Vec<_>>).unwrap_or_default();
    if found.is_empty() {
        return Err(ListenError::NotAnAddress(text.escape_debug().to_string()));
    }
    Ok(found)
}

/// All of this machine's addresses, of both kinds if the system has both: IPv6 can be switched off.
pub fn all_interfaces(port: u16) -> Vec<SocketAddr> {
    let all = [SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)), SocketAddr::from((Ipv6Addr::UNSPECIFIED, port))];
    all.into_iter().filter(|address| address.is_ipv4() || socket(*address).is_ok()).collect()
}

/// How a server that listens there is reached from this machine: by that address, or by loopback if it means all.
pub const fn local_address(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(any) if any.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(any) if any.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

/// Starts listening.
///
/// # Errors
/// The sentence.
pub fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    open(address).map_err(|source| ListenError::Refused { address, source })
}

fn socket(address: SocketAddr) -> io::Result<Socket> {
    Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket(address)?;
    // So that a server can be restarted at once, though connections of the one before are in TIME_WAIT (RFC 9293,
    // 3.6.1). On Windows the option means something else: taking a port away from whoever has it.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // Each kind has its own socket; otherwise 0.0.0.0 and [::] would be in each other's way.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn explain(address: SocketAddr, error: &io::Error, flags: Flags) -> String {
    let Flags { address: flag, everywhere } = flags;
    let port = address.port();
    match error.kind() {
        ErrorKind::AddrInUse => {
            let other = if port < u16::MAX { port + 1 } else { 12345 };
            format!(
                "another program has port {port}. If it is a server of yours, stop it or join it; or take another port, like {other}."
            )
        }
        ErrorKind::PermissionDenied if port < 1024 => {
            "ports below 1024 are the system's. Take one from 1024 to 65535, like 12345.".to_owned()
        }
        ErrorKind::AddrNotAvailable => {
            let all =
                if address.is_ipv4() { IpAddr::from(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
            let all = SocketAddr::new(all, port);
            format!("this machine does not have that address. {flag} {all} takes all it has{everywhere}.")
        }
        _ => format!("{error}. Try another address or port: {flag} 127.0.0.1:12345."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(address: &str, kind: ErrorKind) -> String {
        ListenError::Refused { address: address.parse().unwrap(), source: kind.into() }.to_string()
    }

    #[test]
    fn addresses_come_in_several_forms() {
        for (text, address) in [
            ("12345", "127.0.0.1:12345"),
            (":0", "127.0.0.1:0"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            ("[::1]:80", "[::1]:80"),
        ] {
            assert_eq!(parse(text).unwrap(), [address.parse().unwrap()], "{text}");
        }
        assert!(parse("localhost:80").unwrap().iter().all(|address| address.ip().is_loopback()));
        for text in ["", "127.0.0.1", "::1:x", "1.2.3.4:99999", "99999", "no\u{1b}where"] {
            let words = parse(text).unwrap_err().to_string();
            assert!(words.contains("is not an address to listen on") && !words.contains('\u{1b}'), "{words}");
        }
    }

    #[test]
    fn each_refusal_has_a_next_step() {
        for (address, kind, words) in [
            ("127.0.0.1:12345", ErrorKind::AddrInUse, "another program has port 12345"),
            ("127.0.0.1:65535", ErrorKind::AddrInUse, "or take another port, like 12345."),
            ("[::1]:80", ErrorKind::PermissionDenied, "Take one from 1024 to 65535, like 12345."),
            ("10.0.0.9:5000", ErrorKind::AddrNotAvailable, "--listen 0.0.0.0:5000 takes all it has"),
            ("10.0.0.9:5000", ErrorKind::Unsupported, "Try another address"),
        ] {
            let sentence = sentence(address, kind);
            assert!(sentence.starts_with(&format!("Cannot listen on {address}: ")), "{sentence}");
            assert!(sentence.contains(words), "{sentence}");
        }
    }

    #[test]
    fn a_recording_that_is_served_is_told_of_its_own_option() {
        for kind in [ErrorKind::AddrInUse, ErrorKind::AddrNotAvailable, ErrorKind::Unsupported] {
            let error = ListenError::Refused { address: "10.0.0.9:5000".parse().unwrap(), source: kind.into() };
            let words = error.of_replay();
            assert!(!words.contains("--listen") && !words.contains("--lan"), "{words}");
            assert_eq!(words.contains("--serve"), kind != ErrorKind::AddrInUse, "{words}");
        }
    }

    #[test]
    fn a_port_can_be_had_once_and_again_at_once() {
        let first = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = first.local_addr().unwrap();
        assert!(
            matches!(listen(address), Err(ListenError::Refused { source, .. }) if source.kind() == ErrorKind::AddrInUse)
        );
        // The server closes first: the connection is left in TIME_WAIT.
        let client = std::net::TcpStream::connect(address).unwrap();
        drop(first.accept());
        drop((client, first));
        listen(address).unwrap();
    }
}
