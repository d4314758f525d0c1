//! Parses listen addresses, opens listening sockets and explains errors.

use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs as _};

/// Connections that may wait to be accepted; the system may allow fewer. When the queue is full, Linux ignores further
/// attempts, and the clients retry only after a second.
const BACKLOG: i32 = 4096;

/// Why a server cannot listen. `Display` is a sentence with the next step.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Not an address and a port.
    #[error(
        "\"{0}\" is not an address to listen on. Use 127.0.0.1:12345, [::1]:12345, or 12345 for this machine only."
    )]
    NotAnAddress(String),
    /// The limit of open files leaves no room for a client; each connection is one file.
    #[error(
        "Cannot start the server: it may open {allowed} files but needs {needed}. Raise the limit: ulimit -n 1024."
    )]
    TooFewFiles {
        /// Files that the process may open.
        allowed: usize,
        /// Files that a server with one client needs.
        needed: usize,
    },
    /// The system refused to listen.
    #[error("Cannot listen on {address}: {}", explain(*.address, .source))]
    Refused {
        /// The address that was asked for.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
}

impl ListenError {
    /// Whether the address belongs to no interface of this machine.
    pub fn is_address_unavailable(&self) -> bool {
        matches!(self, Self::Refused { source, .. } if source.kind() == ErrorKind::AddrNotAvailable)
    }
}

/// Parses `ADDR:PORT`, `NAME:PORT`, `:PORT` or `PORT`; the last two mean 127.0.0.1. Blocks while a name is resolved.
///
/// # Errors
/// When the text has none of these forms, or the name does not resolve.
pub(crate) fn parse(text: &str) -> Result<Vec<SocketAddr>, ListenError> {
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

/// The wildcard addresses, `0.0.0.0` and, unless the system has IPv6 disabled, `[::]`.
pub(crate) fn all_interfaces(port: u16) -> Vec<SocketAddr> {
    let all = [SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)), SocketAddr::from((Ipv6Addr::UNSPECIFIED, port))];
    all.into_iter().filter(|address| address.is_ipv4() || socket(*address).is_ok()).collect()
}

/// The address at which this machine reaches a server: the listening address, or loopback for a wildcard address.
pub(crate) const fn local_address(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(any) if any.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(any) if any.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

/// Opens a non-blocking listening socket.
///
/// # Errors
/// [`ListenError::Refused`] with the system's error.
pub(crate) fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    open(address).map_err(|source| ListenError::Refused { address, source })
}

fn socket(address: SocketAddr) -> io::Result<Socket> {
    Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket(address)?;
    // Allows an immediate restart while old connections are in TIME_WAIT (RFC 9293, 3.6.1). On Windows the option would
    // let this process take over a port in use.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // Otherwise [::] would also claim the port of 0.0.0.0.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Describes a system error and the next step, to follow a colon.
fn explain(address: SocketAddr, error: &io::Error) -> String {
    let port = address.port();
    match error.kind() {
        ErrorKind::AddrInUse => {
            let other = if port < u16::MAX { port + 1 } else { 12345 };
            format!("port {port} is already in use. Stop or join that server, or use another port, such as {other}.")
        }
        ErrorKind::PermissionDenied if port < 1024 => {
            "ports below 1024 are reserved. Use one from 1024 to 65535, such as 12345.".to_owned()
        }
        ErrorKind::AddrNotAvailable => {
            let all =
                if address.is_ipv4() { IpAddr::from(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
            let all = SocketAddr::new(all, port);
            format!("this machine does not have that address. Use {all} to listen on all its addresses.")
        }
        _ => format!("{error}. Try another address or port, such as 127.0.0.1:12345."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(address: &str, kind: ErrorKind) -> String {
        ListenError::Refused { address: address.parse().unwrap(), source: kind.into() }.to_string()
    }

    #[test]
    fn listen_addresses_have_several_forms() {
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
            ("127.0.0.1:12345", ErrorKind::AddrInUse, "port 12345 is already in use"),
            ("127.0.0.1:65535", ErrorKind::AddrInUse, "or use another port, such as 12345."),
            ("[::1]:80", ErrorKind::PermissionDenied, "Use one from 1024 to 65535, such as 12345."),
            ("10.0.0.9:5000", ErrorKind::AddrNotAvailable, "Use 0.0.0.0:5000 to listen on all its addresses"),
            ("10.0.0.9:5000", ErrorKind::Unsupported, "Try another address"),
        ] {
            let sentence = sentence(address, kind);
            assert!(sentence.starts_with(&format!("Cannot listen on {address}: ")), "{sentence}");
            assert!(sentence.contains(words), "{sentence}");
            assert!(!sentence.contains("--"), "options are for the command line to name: {sentence}");
        }
    }

    #[test]
    fn a_port_is_exclusive_and_free_again_at_once() {
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
