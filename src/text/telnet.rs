//! Telnet's commands among the bytes of a row (RFC 854, 855): where they are, and their names.
//!
//! A server that takes us for a telnet client asks its questions in the middle of what it says. Each becomes one mark,
//! such as `<DO TERMINAL-TYPE>`, and is no part of the text around it. Only what is well formed counts: a lone FF is a
//! byte without a meaning, and a subnegotiation that breaks off is so many bytes.
//!
//! A row ends at 0A and 0D, whatever they stand for. So the two options of these numbers, which nobody asks for any more,
//! and a subnegotiation with such a byte in it, are seen as bytes.

use memchr::memchr;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// What each command begins with: "interpret as command".
pub const IAC: u8 = 0xff;
/// The end of a subnegotiation.
pub const SE: u8 = 0xf0;
/// The beginning of one.
pub const SB: u8 = 0xfa;
/// "I will": an offer.
pub const WILL: u8 = 0xfb;
/// "I will not".
pub const WONT: u8 = 0xfc;
/// "Please do": a request.
pub const DO: u8 = 0xfd;
/// "Please do not".
pub const DONT: u8 = 0xfe;

/// Bytes of a subnegotiation that are shown; the other views have them all.
const SHOWN: usize = 24;

/// Which commands there can be, beside text of a charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandSet {
    /// All: FF is nothing else.
    All,
    /// Negotiation only, for FF is a letter: two of it, or one before another letter, are text.
    Negotiation,
    /// That without DONT, because FF FE ends many words, such as "гуляю". A server says DONT to what a client has
    /// offered, and we offer nothing.
    Requests,
}

/// A stretch of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TelnetSegment {
    /// What was said.
    Text(Range<usize>),
    /// A command.
    Command(Range<usize>),
}

/// The command at the start of `bytes`, if there is one: its length, at least 2.
pub(super) fn measure(bytes: &[u8], commands: CommandSet) -> Option<usize> {
    match (bytes, commands) {
        (&[IAC, DONT, _, ..], CommandSet::Requests) => None,
        (&[IAC, DONT, option, ..], _) if begins_utf_16(option, bytes.get(3)) => None,
        (&[IAC, WILL..=DONT, _, ..], _) => Some(3),
        (&[IAC, SB, ..], _) => subnegotiation(bytes),
        (&[IAC, command, ..], CommandSet::All) if command == IAC || command_name(command).is_some() => Some(2),
        _ => None,
    }
}

/// FF FE is a byte order mark, too: what somebody sends in UTF-16 begins like DONT. In telnet there is an option behind it
/// that has a name, for DONT answers an offer, and no NUL behind that.
fn begins_utf_16(option: u8, next: Option<&u8>) -> bool {
    option_name(option).is_none() || next == Some(&0)
}

/// `IAC SB option ... IAC SE`. Inside, FF stands twice for itself; before anything else it says that the end is missing.
fn subnegotiation(bytes: &[u8]) -> Option<usize> {
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

/// The first command from an offset on.
fn next(bytes: &[u8], from: usize, commands: CommandSet) -> Option<Range<usize>> {
    let mut at = from;
    loop {
        let found = at + memchr(IAC, bytes.get(at..)?)?;
        let rest = bytes.get(found..)?;
        if let Some(len) = measure(rest, commands) {
            return Some(found..found + len);
        }
        // Where two are a letter twice, the second begins no command either. That also keeps hostile rows linear.
        at = found + if rest.get(1) == Some(&IAC) { 2 } else { 1 };
    }
}

/// Whether there is a command at all. A row without FF is not looked at further.
pub(super) fn is_in(bytes: &[u8], commands: CommandSet) -> bool {
    next(bytes, 0, commands).is_some()
}

/// The row in its parts, in order and without gaps, none empty.
pub(super) fn parts(bytes: &[u8], commands: CommandSet) -> impl Iterator<Item = TelnetSegment> {
    let mut at = 0;
    let mut command = next(bytes, 0, commands);
    std::iter::from_fn(move || {
        let start = at;
        at = match &command {
            Some(range) if range.start == start => {
                let range = command.take()?;
                at = range.end;
                command = next(bytes, at, commands);
                return Some(TelnetSegment::Command(range));
            }
            Some(range) => range.start,
            None => bytes.len(),
        };
        (start < at).then_some(TelnetSegment::Text(start..at))
    })
}

/// What stands for a command that [`measure`] found.
pub(super) fn describe(command: &[u8]) -> String {
    match *command {
        [IAC, IAC] => "\\xFF".to_owned(),
        [IAC, command] => format!("<IAC {}>", command_name(command).unwrap_or_default()),
        [IAC, verb, option] => format!("<{} {}>", verb_name(verb), option_label(option)),
        [IAC, SB, option, ref data @ .., IAC, SE] => format!("<SB {}{} SE>", option_label(option), unescape(data)),
        _ => String::new(),
    }
}

/// The data of a subnegotiation, FF being there twice for once.
fn unescape(data: &[u8]) -> String {
    let mut words = String::new();
    let mut rest = data;
    for _ in 0..SHOWN {
        let Some((&byte, after)) = rest.split_first() else { break };
        if words.is_empty() {
            words.push(' ');
        }
        match byte {
            b' '..=b'~' => words.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => _ = write!(words, "\\x{byte:02X}"),
        }
        rest = if byte == IAC { after.get(1..).unwrap_or_default() } else { after };
    }
    if !rest.is_empty() {
        words.push_str("...");
    }
    words
}

const fn verb_name(verb: u8) -> &'static str {
    match verb {
        WILL => "WILL",
        WONT => "WONT",
        DO => "DO",
        _ => "DONT",
    }
}

/// Commands of two bytes (RFC 854; 885 and 1184 for those below [`SE`]).
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

/// An option's name, or else its number.
pub fn option_label(option: u8) -> Cow<'static, str> {
    option_name(option).map_or_else(|| Cow::Owned(option.to_string()), Cow::Borrowed)
}

/// The first options, from 0 on, as IANA's register of telnet options has them.
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

/// An option's name: those of IANA's register, and those that game servers agreed upon.
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
