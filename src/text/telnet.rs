//! Finds and names telnet commands in a row (RFC 854, 855).
//!
//! A telnet server sends negotiation in the middle of its text. Each command becomes a mark, such as `<DO TERMINAL-TYPE>`,
//! separate from the text around it. Only well-formed commands are recognised: a single FF, or an incomplete subnegotiation,
//! is shown as bytes.
//!
//! Rows are split at 0A and 0D before commands are recognised. The two obsolete options with these numbers, and
//! subnegotiations that contain such a byte, are therefore shown as bytes.

use memchr::memchr;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// The first byte of every command: "interpret as command".
pub const IAC: u8 = 0xff;
/// End of a subnegotiation.
pub const SE: u8 = 0xf0;
/// Start of a subnegotiation.
pub const SB: u8 = 0xfa;
/// Offers to enable an option.
pub const WILL: u8 = 0xfb;
/// Refuses to enable an option.
pub const WONT: u8 = 0xfc;
/// Asks the peer to enable an option.
pub const DO: u8 = 0xfd;
/// Asks the peer to disable an option.
pub const DONT: u8 = 0xfe;

/// Maximum number of data bytes of a subnegotiation in its mark. The other views show all.
const MAX_SHOWN_BYTES: usize = 24;

/// The commands to recognise, which depends on the charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandSet {
    /// All commands, if FF is not a letter.
    All,
    /// Only negotiation, if FF is a letter: FF FF, or FF before another letter, is text.
    Negotiation,
    /// Negotiation without DONT, as FF FE ends many words in windows-1251, such as "гуляю". A server sends DONT only in
    /// response to offers, and this client makes none.
    Requests,
}

/// A part of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TelnetSegment {
    /// Text of the row.
    Text(Range<usize>),
    /// A single command.
    Command(Range<usize>),
}

/// Returns the length, at least 2, of the command at the start of `bytes`, if there is one.
pub(super) fn command_len(bytes: &[u8], commands: CommandSet) -> Option<usize> {
    match (bytes, commands) {
        (&[IAC, DONT, _, ..], CommandSet::Requests) => None,
        (&[IAC, DONT, option, ..], _) if begins_utf16(option, bytes.get(3)) => None,
        (&[IAC, WILL..=DONT, _, ..], _) => Some(3),
        (&[IAC, SB, ..], _) => subnegotiation_len(bytes),
        (&[IAC, command, ..], CommandSet::All) if command == IAC || command_name(command).is_some() => Some(2),
        _ => None,
    }
}

/// Whether FF FE is a byte order mark of UTF-16 rather than DONT. After DONT, the option has a name, since DONT responds to an
/// offer, and no NUL follows.
fn begins_utf16(option: u8, next: Option<&u8>) -> bool {
    option_name(option).is_none() || next == Some(&0)
}

/// Returns the length of `IAC SB option ... IAC SE`. Inside, FF FF is a data byte FF; FF before any other byte means that the
/// end is missing.
fn subnegotiation_len(bytes: &[u8]) -> Option<usize> {
    bytes.get(2).filter(|&&option| option != IAC)?;
    let mut at = 3;
    loop {
        at += memchr(IAC, bytes.get(at..)?)? + 2;
        match *bytes.get(at - 1)? {
            SE => return Some(at),
            IAC => {}
            _ => return None,
        }
    }
}

/// Finds the first command at or after `start`.
fn find_command(bytes: &[u8], start: usize, commands: CommandSet) -> Option<Range<usize>> {
    let mut at = start;
    loop {
        let found = at + memchr(IAC, bytes.get(at..)?)?;
        let rest = bytes.get(found..)?;
        if let Some(len) = command_len(rest, commands) {
            return Some(found..found + len);
        }
        // The second byte of FF FF begins no command either. This also keeps the search linear.
        at = found + if rest.get(1) == Some(&IAC) { 2 } else { 1 };
    }
}

/// Whether the row contains a command.
pub(super) fn has_command(bytes: &[u8], commands: CommandSet) -> bool {
    find_command(bytes, 0, commands).is_some()
}

/// Splits the row into consecutive, non-empty segments.
pub(super) fn segments(bytes: &[u8], commands: CommandSet) -> impl Iterator<Item = TelnetSegment> {
    let mut at = 0;
    let mut command = find_command(bytes, 0, commands);
    std::iter::from_fn(move || {
        let start = at;
        at = match &command {
            Some(range) if range.start == start => {
                let range = command.take()?;
                at = range.end;
                command = find_command(bytes, at, commands);
                return Some(TelnetSegment::Command(range));
            }
            Some(range) => range.start,
            None => bytes.len(),
        };
        (start < at).then_some(TelnetSegment::Text(start..at))
    })
}

/// Returns the mark for a command that [`command_len`] recognised.
pub(super) fn format_command(command: &[u8]) -> String {
    match *command {
        [IAC, IAC] => "\\xFF".to_owned(),
        [IAC, command] => format!("<IAC {}>", command_name(command).unwrap_or_default()),
        [IAC, verb, option] => format!("<{} {}>", verb_name(verb), option_label(option)),
        [IAC, SB, option, ref data @ .., IAC, SE] => format!("<SB {}{} SE>", option_label(option), format_data(data)),
        _ => String::new(),
    }
}

/// Formats the data of a subnegotiation, in which FF is doubled.
fn format_data(data: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = data;
    for _ in 0..MAX_SHOWN_BYTES {
        let Some((&byte, after)) = rest.split_first() else { break };
        if text.is_empty() {
            text.push(' ');
        }
        match byte {
            b' '..=b'~' => text.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => _ = write!(text, "\\x{byte:02X}"),
        }
        rest = if byte == IAC { after.get(1..).unwrap_or_default() } else { after };
    }
    if !rest.is_empty() {
        text.push_str("...");
    }
    text
}

const fn verb_name(verb: u8) -> &'static str {
    match verb {
        WILL => "WILL",
        WONT => "WONT",
        DO => "DO",
        _ => "DONT",
    }
}

/// Returns the name of a two-byte command (RFC 854; RFC 885 and 1184 for those below [`SE`]).
const fn command_name(command: u8) -> Option<&'static str> {
    Some(match command {
        236 => "EOF",
        237 => "SUSP",
        238 => "ABORT",
        239 => "EOR",
        SE => "SE",
        241 => "NOP",
        242 => "DM",
        243 => "BRK",
        244 => "IP",
        245 => "AO",
        246 => "AYT",
        247 => "EC",
        248 => "EL",
        249 => "GA",
        _ => return None,
    })
}

/// Returns the name of an option, or else its number.
pub fn option_label(option: u8) -> Cow<'static, str> {
    option_name(option).map_or_else(|| Cow::Owned(option.to_string()), Cow::Borrowed)
}

/// The options from 0 on, as in the IANA registry of telnet options.
const OPTIONS: [&str; 50] = [
    "BINARY",
    "ECHO",
    "RCP",
    "SUPPRESS-GO-AHEAD",
    "NAMS",
    "STATUS",
    "TIMING-MARK",
    "RCTE",
    "NAOL",
    "NAOP",
    "NAOCRD",
    "NAOHTS",
    "NAOHTD",
    "NAOFFD",
    "NAOVTS",
    "NAOVTD",
    "NAOLFD",
    "EXTEND-ASCII",
    "LOGOUT",
    "BM",
    "DET",
    "SUPDUP",
    "SUPDUP-OUTPUT",
    "SEND-LOCATION",
    "TERMINAL-TYPE",
    "END-OF-RECORD",
    "TUID",
    "OUTMRK",
    "TTYLOC",
    "3270-REGIME",
    "X.3-PAD",
    "NAWS",
    "TERMINAL-SPEED",
    "TOGGLE-FLOW-CONTROL",
    "LINEMODE",
    "X-DISPLAY-LOCATION",
    "ENVIRON",
    "AUTHENTICATION",
    "ENCRYPT",
    "NEW-ENVIRON",
    "TN3270E",
    "XAUTH",
    "CHARSET",
    "RSP",
    "COM-PORT-OPTION",
    "SUPPRESS-LOCAL-ECHO",
    "START-TLS",
    "KERMIT",
    "SEND-URL",
    "FORWARD-X",
];

/// Returns the name of an option of the IANA registry, or of one that is common among game servers.
///
/// # Examples
/// ```
/// use netchat_tui::text::telnet::option_name;
/// assert_eq!(option_name(24), Some("TERMINAL-TYPE"));
/// assert_eq!(option_name(201), Some("GMCP"));
/// assert_eq!(option_name(99), None);
/// ```
pub fn option_name(option: u8) -> Option<&'static str> {
    Some(match option {
        69 => "MSDP",
        70 => "MSSP",
        85 => "COMPRESS",
        86 => "COMPRESS2",
        90 => "MSP",
        91 => "MXP",
        93 => "ZMP",
        200 => "ATCP",
        201 => "GMCP",
        255 => "EXTENDED-OPTIONS-LIST",
        _ => return OPTIONS.get(usize::from(option)).copied(),
    })
}

#[cfg(test)]
mod tests;
