//! What a tab says about its link, in sentences with the next step.

use crate::app::time::{LocalTime, format_duration};
use crate::app::transcript::RowKind;
use crate::link::{CloseReason, Endpoint};
use crate::text::format_thousands;
use std::net::SocketAddr;
use std::time::Duration;

pub(in crate::app) const SIDE_ENDED_ALREADY: &str =
    "You have ended your side already; the server can still send. /close closes the connection.";

pub(in crate::app) const NO_SIDE_TO_END: &str = "Not connected: there is no side to end. /connect opens a connection.";

pub(in crate::app) const SIDE_HAS_ENDED: &str = "You ended your side. The server can still send.";

pub(in crate::app) const SIDE_NOT_ENDED: &str =
    "Your side is still open: too much waits to be done on this connection. Type /eof again in a moment.";

/// A connection that lasted no longer than this was over at once, as people put it.
const CLOSED_IMMEDIATELY: Duration = Duration::from_millis(100);

/// What Enter does where there is no connection. With a draft in the input line it would not.
pub(in crate::app) const fn again(has_draft: bool) -> &'static str {
    if has_draft { " Enter on an empty line reconnects." } else { " Enter reconnects." }
}

/// What comes next by itself: after a connection, or after an attempt that failed and will be followed by more.
pub(in crate::app) fn again_in(seconds: u64, was_connected: bool) -> String {
    if !was_connected {
        return " Trying on; Esc stops that.".to_owned();
    }
    format!(" Connecting again in {seconds} s; Esc stops that.")
}

/// What was to be restored is given up.
pub(in crate::app) fn stopped(has_draft: bool) -> String {
    format!("Stopped reconnecting.{}", again(has_draft))
}

/// What the rule says behind which the rows are those of the restored connection.
pub(in crate::app) fn reconnected(at: LocalTime, away: Duration) -> String {
    let (hours, minutes, seconds) = at.clock();
    format!("reconnected {hours:02}:{minutes:02}:{seconds:02}, away {}", format_duration(away))
}

/// So many lines could be sent again.
pub(in crate::app) fn unsent(lines: usize) -> String {
    match lines {
        1 => "1 line was not delivered before. /resend shows it and asks.".to_owned(),
        lines => {
            format!("{} lines were not delivered before. /resend shows them and asks.", format_thousands(lines as u64))
        }
    }
}

/// Bytes that were lost.
pub(in crate::app) struct Loss {
    pub(in crate::app) bytes: usize,
    /// Whether they begin inside a line.
    pub(in crate::app) is_torn: bool,
    /// Whether a secret line is among them.
    pub(in crate::app) has_secret: bool,
}

/// Says that bytes were lost here.
pub(in crate::app) fn not_sent(loss: &Loss) -> String {
    let torn = if loss.is_torn { " Of the first line a part did." } else { "" };
    let secret = if loss.has_secret { " The secret line is among them." } else { "" };
    let bytes = format_thousands(loss.bytes as u64);
    format!("Not sent: the last {bytes} bytes did not leave this machine.{torn}{secret}")
}

/// Says that bytes were lost on the way, and perhaps some more here; among them so many of the user's lines.
pub(in crate::app) fn not_delivered(lines: usize, loss: &Loss) -> String {
    let bytes = match loss.bytes {
        1 => "1 byte".to_owned(),
        bytes => format!("{} bytes", format_thousands(bytes as u64)),
    };
    let (end, next) = match lines {
        0 => (format!("the last {bytes}"), ""),
        1 => (format!("the last line ({bytes})"), " /resend offers it once you are connected."),
        lines => {
            let end = format!("the last {} lines ({bytes})", format_thousands(lines as u64));
            (end, " /resend offers them once you are connected.")
        }
    };
    let torn = if loss.is_torn { " Of the first line a part was." } else { "" };
    let secret = if loss.has_secret { " The secret line is among them, and is kept nowhere." } else { "" };
    format!("Not delivered: the other machine has not acknowledged {end}.{torn}{secret}{next}")
}

pub(in crate::app) fn connected(endpoint: Option<&Endpoint>, peer: SocketAddr) -> String {
    match endpoint {
        Some(endpoint) if endpoint.to_string() != peer.to_string() => format!("Connected to {endpoint} ({peer})."),
        _ => format!("Connected to {peer}."),
    }
}

/// Why it is over. `next` is what follows the sentence: what Enter does, or nothing if the way already leads on.
pub(in crate::app) fn closed(
    reason: &CloseReason,
    endpoint: Option<&Endpoint>,
    lasted: Option<Duration>,
    next: &str,
) -> (RowKind, String) {
    let after = match lasted {
        None => String::new(),
        Some(lasted) if lasted < CLOSED_IMMEDIATELY => " at once".to_owned(),
        Some(lasted) => format!(" after {}", format_duration(lasted)),
    };
    let place = endpoint.map(|endpoint| format!(" to {endpoint}")).unwrap_or_default();
    match reason {
        CloseReason::ByPeer => (RowKind::Notice, format!("The server closed the connection{after}.{next}")),
        CloseReason::ByUs => (RowKind::Notice, format!("Closed the connection{place}{after}.{next}")),
        CloseReason::Cancelled => (RowKind::Notice, format!("Stopped connecting{place}.{next}")),
        CloseReason::Failed(error) => (RowKind::Error, format!("{error}{next}")),
    }
}

/// Of a file that was being sent: nothing from this line on has left.
pub(in crate::app) fn file_stopped(path: &str, line: usize) -> String {
    format!(" Nothing of {} from line {} on was sent.", crate::text::sanitize_line(path), format_thousands(line as u64))
}

pub(in crate::app) const BYTES_STOPPED: &str = " The bytes were not sent; Up brings the command back.";

pub(in crate::app) const RESEND_STOPPED: &str = " /resend offers the rest again.";

pub(in crate::app) const REST_IN_INPUT: &str = " The rest is in the input line.";

/// The input line has a command in it.
pub(in crate::app) const REST_AFTER_COMMAND: &str = " The rest comes back to the input line after the command.";

pub(in crate::app) const STILL_SENDING: &str =
    "Lines are still being sent: end your side after that, or stop them with Esc.";

pub(in crate::app) const SECRET_SENT: &str = "Sent a secret line.";

/// `is_asked` says whether we are to do the option, or else the server offers it.
pub(in crate::app) fn speaks_telnet(is_asked: bool, option: &str) -> String {
    let wish = if is_asked { "asks for" } else { "offers" };
    format!("The server speaks telnet (it {wish} {option}). --telnet, or /set telnet on, answers it politely.")
}
