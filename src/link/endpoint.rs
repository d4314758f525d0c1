//! Where to connect: a host and a port, and the spellings people use for them.

use std::fmt;
use std::net::Ipv6Addr;
use thiserror::Error;

/// The port of every server of the lab sheet.
pub const DEFAULT_PORT: u16 = 12345;

/// What `telnet://HOST` leaves out (RFC 4248).
const TELNET_PORT: &str = ":23";

/// The host meant where only a port is given.
const LOOPBACK: &str = "127.0.0.1";

/// A host (name or literal address, never empty) and a port (never 0).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    host: String,
    port: u16,
}

/// Why some text names no endpoint. Its `Display` is the sentence shown to the user.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// Nothing, or only blanks.
    #[error("No address given. Write HOST:PORT, for example 127.0.0.1:12345.")]
    Empty,
    /// Something that cannot be a port number.
    #[error("\"{0}\" is not a port. A port is a number from 1 to 65535; the lab's is 12345.")]
    Port(String),
    /// A bracket without its partner, or text behind it that is no port.
    #[error("\"{0}\" does not read as an address. An IPv6 address with a port is written [::1]:12345.")]
    Brackets(String),
    /// Characters that no host name or address has.
    #[error("\"{0}\" is not a host name or address. Write HOST:PORT, for example 127.0.0.1:12345.")]
    Host(String),
    /// A web address.
    #[error("\"{0}\" is the address of a page. Write only HOST:PORT, for example 127.0.0.1:12345.")]
    Url(String),
    /// An address with another scheme.
    #[error("\"{0}\": this program speaks plain TCP only. Write only HOST:PORT, for example 127.0.0.1:12345.")]
    Scheme(String),
    /// The address of a server that speaks telnet, as a browser has it.
    #[error(
        "\"{0}\" is how a browser writes it. Write {1}; with --telnet, or /set telnet on, its questions are answered."
    )]
    Telnet(String, String),
    /// A port behind a slash.
    #[error("\"{0}\": the port stands behind a colon. Write {1}.")]
    Slash(String, String),
    /// A user before the host, as in mail and ssh.
    #[error("\"{0}\": plain TCP has no user to log in. Write only {1}; -n NAME asks for a nickname.")]
    User(String, String),
    /// A colon and nothing behind it.
    #[error("There is no port behind the colon of \"{0}\". A port is a number from 1 to 65535; the lab's is 12345.")]
    NoPort(String),
    /// A port both in the address and behind it.
    #[error("Two ports given: \"{0}\" has one already, and then \"{1}\".")]
    TwoPorts(String, String),
}

impl Endpoint {
    /// Makes an endpoint from parts.
    ///
    /// # Errors
    /// When the host is empty or holds blanks, or the port is 0.
    pub fn new(host: &str, port: u16) -> Result<Self, EndpointError> {
        if host.is_empty() {
            return Err(EndpointError::Empty);
        }
        if port == 0 {
            return Err(EndpointError::Port("0".into()));
        }
        // Letters of any script: names may be written as people read them (RFC 5890). Nothing that hides or reorders.
        if !host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%')) {
            return Err(EndpointError::Host(host.escape_debug().to_string()));
        }
        Ok(Self { host: host.to_owned(), port })
    }

    /// Reads `HOST:PORT`, `HOST PORT`, `[V6]:PORT`, `V6`, `HOST` (port 12345), `:PORT` or `PORT` (on 127.0.0.1).
    /// A `tcp://` before it says nothing new.
    ///
    /// # Errors
    /// A sentence that says what is wrong and how it is written.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let mut words = text.split_whitespace();
        let address = words.next().ok_or(EndpointError::Empty)?;
        match (words.next(), words.next()) {
            (port, None) => Self::from_words(address, port),
            (_, Some(_)) => Err(EndpointError::Host(text.trim().escape_debug().to_string())),
        }
    }

    /// The same from two arguments, nc's `HOST PORT` included.
    ///
    /// # Errors
    /// As [`Endpoint::parse`].
    pub fn from_words(address: &str, port: Option<&str>) -> Result<Self, EndpointError> {
        let address = plain(address.trim())?;
        let (host, inner) = split(address)?;
        let number = match (inner, port) {
            (Some(_), Some(port)) => return Err(EndpointError::TwoPorts(address.into(), port.into())),
            (None, Some(port)) if is_number(host) => {
                return Err(EndpointError::TwoPorts(host.into(), port.into()));
            }
            (Some(""), None) => return Err(EndpointError::NoPort(address.escape_debug().to_string())),
            (Some(text), None) | (None, Some(text)) => parse_port(text)?,
            (None, None) if is_number(host) => return Self::new(LOOPBACK, parse_port(host)?),
            (None, None) => DEFAULT_PORT,
        };
        let no_host = host.is_empty() && address.starts_with(':');
        Self::new(if no_host { LOOPBACK } else { host }, number)
    }

    /// The name or literal address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, 1 to 65535.
    pub const fn port(&self) -> u16 {
        self.port
    }
}

/// As one would type it: `host:port`, `[v6]:port`.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// The address without `tcp://`. What other programs write is told apart here, so that it gets a sentence of its own.
fn plain(address: &str) -> Result<&str, EndpointError> {
    let shown = |text: &str| text.escape_debug().to_string();
    let scheme =
        address.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest.trim_end_matches('/')));
    match scheme {
        Some((scheme, rest)) if scheme == "tcp" => return Ok(rest),
        Some((scheme, rest)) if scheme == "telnet" && !rest.contains(['/', '@']) => {
            let port = if split(rest).is_ok_and(|(_, port)| port.is_none()) { TELNET_PORT } else { "" };
            return Err(EndpointError::Telnet(shown(address), shown(rest) + port));
        }
        Some((scheme, _)) if matches!(scheme.as_str(), "http" | "https") => {
            return Err(EndpointError::Url(shown(address)));
        }
        Some(_) => return Err(EndpointError::Scheme(shown(address))),
        None => {}
    }
    match (address.rsplit_once('@'), address.split_once('/')) {
        (Some((_, host)), _) if !host.is_empty() => Err(EndpointError::User(shown(address), shown(host))),
        (_, Some((host, port))) if !host.is_empty() && is_number(port) => {
            Err(EndpointError::Slash(shown(address), shown(&format!("{host}:{port}"))))
        }
        _ => Ok(address),
    }
}

/// Host and, if it is written in, port text.
fn split(address: &str) -> Result<(&str, Option<&str>), EndpointError> {
    if let Some(rest) = address.strip_prefix('[') {
        let brackets = || EndpointError::Brackets(address.escape_debug().to_string());
        let (host, tail) = rest.split_once(']').ok_or_else(brackets)?;
        return match tail.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if tail.is_empty() => Ok((host, None)),
            None => Err(brackets()),
        };
    }
    // `fe80::1%eth0` carries a zone, which is no part of the address proper.
    let bare_v6 = address.split('%').next().is_some_and(|a| a.parse::<Ipv6Addr>().is_ok());
    if bare_v6 {
        return Ok((address, None));
    }
    match address.rsplit_once(':') {
        Some((host, _)) if host.contains(':') => Err(EndpointError::Brackets(address.escape_debug().to_string())),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((address, None)),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn parse_port(text: &str) -> Result<u16, EndpointError> {
    // `u16::from_str` takes "+80"; people who write that mean something else.
    let number = if is_number(text) { text.parse().ok() } else { None };
    number.filter(|&n| n != 0).ok_or_else(|| EndpointError::Port(text.escape_debug().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Endpoint::parse(text).map_or_else(|e| format!("error: {e}"), |e| e.to_string())
    }

    #[test]
    fn reads_every_spelling() {
        for (text, expected) in [
            ("127.0.0.1:12345", "127.0.0.1:12345"),
            ("pi.local 4000", "pi.local:4000"),
            ("pi.local", "pi.local:12345"),
            (" pi.local:80 ", "pi.local:80"),
            (":4000", "127.0.0.1:4000"),
            ("4000", "127.0.0.1:4000"),
            ("[::1]:4000", "[::1]:4000"),
            ("[::1] 4000", "[::1]:4000"),
            ("[::1]", "[::1]:12345"),
            ("::1", "[::1]:12345"),
            ("::1 4000", "[::1]:4000"),
            ("fe80::1%eth0 4000", "[fe80::1%eth0]:4000"),
            ("tcp://pi:4000", "pi:4000"),
            ("TCP://pi:4000/", "pi:4000"),
            ("tcp://[::1] 4000", "[::1]:4000"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_the_rest() {
        for (text, part) in [
            ("", "No address given"),
            ("   ", "No address given"),
            ("host:0", "\"0\" is not a port"),
            ("host:65536", "\"65536\" is not a port"),
            ("host:", "no port behind the colon of \"host:\""),
            (":", "no port behind the colon"),
            ("http://host", "is the address of a page"),
            ("nc://host:23", "\"nc://host:23\": this program speaks plain TCP only. Write only HOST:PORT"),
            ("telnet://host:23", "\"telnet://host:23\" is how a browser writes it. Write host:23; with --telnet"),
            ("telnet://host/", "Write host:23; with --telnet"),
            ("telnet://[::1]", "Write [::1]:23; with --telnet"),
            ("telnet://[::1]:2323", "Write [::1]:2323; with --telnet"),
            ("telnet://a/b", "plain TCP only"),
            ("tcp://", "No address given"),
            ("tcp://tcp://a", "is not a port"),
            ("user@host", "\"user@host\": plain TCP has no user to log in. Write only host; -n NAME"),
            ("@", "\"@\" is not a host name"),
            ("host/23", "\"host/23\": the port stands behind a colon. Write host:23."),
            ("host/x", "\"host/x\" is not a host name"),
            ("/23", "\"/23\" is not a host name"),
            ("a\u{202e}b.c", "\"a\\u{202e}b.c\" is not a host name"),
            ("4000 5000", "Two ports given: \"4000\" has one already, and then \"5000\""),
            ("host:+80", "\"+80\" is not a port"),
            ("host http", "\"http\" is not a port"),
            ("99999", "\"99999\" is not a port"),
            ("[::1", "does not read as an address"),
            ("[::1]x", "does not read as an address"),
            ("1:2:3", "does not read as an address"),
            ("[]:80", "No address given"),
            ("host:80 81", "Two ports given: \"host:80\" has one already, and then \"81\""),
            ("a b c", "is not a host name"),
        ] {
            let said = shown(text);
            assert!(said.starts_with("error: ") && said.contains(part), "{text:?} gave {said}");
        }
    }
}
