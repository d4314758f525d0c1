//! Host and port of a server, and the notations in which users write them.

use std::fmt;
use std::net::Ipv6Addr;
use thiserror::Error;

/// Port of all servers in the lab sheet.
pub const DEFAULT_PORT: u16 = 12345;

/// Default port of a `telnet://` URL (RFC 4248).
const TELNET_PORT: &str = ":23";

/// Host used if only a port is given.
const LOOPBACK: &str = "127.0.0.1";

/// Host (a name or IP address, never empty) and port (never 0) of a server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    host: String,
    port: u16,
}

/// Reason why a text is no endpoint. `Display` is the sentence shown to the user.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// The text is empty or white space.
    #[error("No address given. Write HOST:PORT, for example 127.0.0.1:12345.")]
    Empty,
    /// The port is not a number from 1 to 65535.
    #[error("\"{0}\" is not a port. A port is a number from 1 to 65535; the lab's is 12345.")]
    Port(String),
    /// A bracket is missing, or the text after it is no port.
    #[error("\"{0}\" is not a valid address. Write an IPv6 address with its port as [::1]:12345.")]
    Brackets(String),
    /// The host contains characters that no host name or address has.
    #[error("\"{0}\" is not a host name or address. Write HOST:PORT, for example 127.0.0.1:12345.")]
    Host(String),
    /// The text is a web address.
    #[error("\"{0}\" is a URL. Write only HOST:PORT, for example 127.0.0.1:12345.")]
    Url(String),
    /// The text is a URL with another scheme.
    #[error("\"{0}\": only plain TCP is supported. Write only HOST:PORT, for example 127.0.0.1:12345.")]
    Scheme(String),
    /// The text is a telnet URL.
    #[error("\"{0}\" is a telnet URL. Write {1}; --telnet, or /set telnet on, answers the server's negotiation.")]
    Telnet(String, String),
    /// The port follows a slash.
    #[error("\"{0}\": use a colon before the port. Write {1}.")]
    Slash(String, String),
    /// A user name precedes the host, as with mail and ssh.
    #[error("\"{0}\": plain TCP has no login. Write only {1}; -n NAME asks for a nickname.")]
    User(String, String),
    /// The text ends with a colon.
    #[error("There is no port after the colon in \"{0}\". A port is a number from 1 to 65535; the lab's is 12345.")]
    NoPort(String),
    /// The address contains a port, and another one is given.
    #[error("Two ports given: \"{0}\" and \"{1}\". Write only one.")]
    TwoPorts(String, String),
}

impl Endpoint {
    /// Creates an endpoint.
    ///
    /// # Errors
    /// When the host is empty or contains other characters than those of names and addresses, or the port is 0.
    pub fn new(host: &str, port: u16) -> Result<Self, EndpointError> {
        if host.is_empty() {
            return Err(EndpointError::Empty);
        }
        if port == 0 {
            return Err(EndpointError::Port("0".into()));
        }
        // Letters of any script, for internationalized names (RFC 5890), but no characters that hide or reorder text.
        if !host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%')) {
            return Err(EndpointError::Host(host.escape_debug().to_string()));
        }
        Ok(Self { host: host.to_owned(), port })
    }

    /// Parses `HOST:PORT`, `HOST PORT`, `[V6]:PORT`, `V6`, `HOST` (port 12345), `:PORT` or `PORT` (on 127.0.0.1).
    /// A `tcp://` at the beginning is ignored.
    ///
    /// # Errors
    /// If the text has none of these forms.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let mut words = text.split_whitespace();
        let address = words.next().ok_or(EndpointError::Empty)?;
        match (words.next(), words.next()) {
            (port, None) => Self::from_words(address, port),
            (_, Some(_)) => Err(EndpointError::Host(text.trim().escape_debug().to_string())),
        }
    }

    /// Parses an address and an optional port from separate arguments, as in nc's `HOST PORT`.
    ///
    /// # Errors
    /// As [`Endpoint::parse`].
    pub fn from_words(address: &str, port: Option<&str>) -> Result<Self, EndpointError> {
        let address = strip_scheme(address.trim())?;
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

    /// Returns the name or IP address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port, 1 to 65535.
    pub const fn port(&self) -> u16 {
        self.port
    }
}

/// Formats as `host:port` or `[v6]:port`.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Removes `tcp://`. Notations of other programs are recognized, so that each has its own error message.
fn strip_scheme(address: &str) -> Result<&str, EndpointError> {
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

/// Splits an address into the host and the text of the port, if there is one.
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
    // The zone in `fe80::1%eth0` is no part of the address.
    let is_bare_v6 = address.split('%').next().is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    if is_bare_v6 {
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
    // `u16::from_str` would accept "+80".
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
    fn every_notation_is_parsed() {
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
    fn each_invalid_notation_has_its_message() {
        for (text, part) in [
            ("", "No address given"),
            ("   ", "No address given"),
            ("host:0", "\"0\" is not a port"),
            ("host:65536", "\"65536\" is not a port"),
            ("host:", "no port after the colon in \"host:\""),
            (":", "no port after the colon"),
            ("http://host", "is a URL"),
            ("nc://host:23", "\"nc://host:23\": only plain TCP is supported. Write only HOST:PORT"),
            ("telnet://host:23", "\"telnet://host:23\" is a telnet URL. Write host:23; --telnet"),
            ("telnet://host/", "Write host:23; --telnet"),
            ("telnet://[::1]", "Write [::1]:23; --telnet"),
            ("telnet://[::1]:2323", "Write [::1]:2323; --telnet"),
            ("telnet://a/b", "only plain TCP is supported"),
            ("tcp://", "No address given"),
            ("tcp://tcp://a", "is not a port"),
            ("user@host", "\"user@host\": plain TCP has no login. Write only host; -n NAME"),
            ("@", "\"@\" is not a host name"),
            ("host/23", "\"host/23\": use a colon before the port. Write host:23."),
            ("host/x", "\"host/x\" is not a host name"),
            ("/23", "\"/23\" is not a host name"),
            ("a\u{202e}b.c", "\"a\\u{202e}b.c\" is not a host name"),
            ("4000 5000", "Two ports given: \"4000\" and \"5000\". Write only one."),
            ("host:+80", "\"+80\" is not a port"),
            ("host http", "\"http\" is not a port"),
            ("99999", "\"99999\" is not a port"),
            ("[::1", "is not a valid address"),
            ("[::1]x", "is not a valid address"),
            ("1:2:3", "is not a valid address"),
            ("[]:80", "No address given"),
            ("host:80 81", "Two ports given: \"host:80\" and \"81\". Write only one."),
            ("a b c", "is not a host name"),
        ] {
            let message = shown(text);
            assert!(message.starts_with("error: ") && message.contains(part), "{text:?} gave {message}");
        }
    }
}
