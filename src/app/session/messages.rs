//! The notices of a tab about its connection. Each names the next step where there is one.

use crate::app::time::{LocalTime, format_duration};
use crate::app::transcript::RowKind;
use crate::link::{CloseReason, Endpoint};
use crate::text::format_thousands;
use std::net::SocketAddr;
use std::time::Duration;

pub(in crate::app) const SIDE_ENDED_ALREADY: &str =
    "Already half-closed; the server can still send. /close closes the connection.";

pub(in crate::app) const NO_SIDE_TO_END: &str = "Not connected: nothing to half-close. /connect opens a connection.";

pub(in crate::app) const SIDE_HAS_ENDED: &str = "Half-closed. The server can still send.";

pub(in crate::app) const SIDE_NOT_ENDED: &str = "Not half-closed: the connection is busy. Type /eof again in a moment.";

/// A connection that lasted less than this is reported as closed "at once".
const CLOSED_IMMEDIATELY: Duration = Duration::from_millis(100);

/// Returns how to reconnect by key: Enter reconnects only while the input line is empty.
pub(in crate::app) const fn reconnect_hint(has_draft: bool) -> &'static str {
    if has_draft { " Enter on an empty line reconnects." } else { " Enter reconnects." }
}

/// Returns the announcement of the next automatic attempt. The seconds are left out after a failed attempt, which is
/// not reported again.
pub(in crate::app) fn retry_hint(seconds: u64, was_connected: bool) -> String {
    if !was_connected {
        return " Retrying; Esc to stop.".to_owned();
    }
    format!(" Reconnecting in {seconds} s; Esc to stop.")
}

/// Returns the notice that reconnecting was stopped.
pub(in crate::app) fn stopped(has_draft: bool) -> String {
    format!("Stopped reconnecting.{}", reconnect_hint(has_draft))
}

/// Returns the text of the separator between the rows of the old connection and those of the new one.
pub(in crate::app) fn reconnected(at: LocalTime, away: Duration) -> String {
    let (hours, minutes, seconds) = at.clock();
    format!("reconnected {hours:02}:{minutes:02}:{seconds:02}, away {}", format_duration(away))
}

/// Returns the offer to send `lines` undelivered lines again.
pub(in crate::app) fn unsent(lines: usize) -> String {
    match lines {
        1 => "1 line was not delivered. /resend shows it and asks.".to_owned(),
        lines => {
            format!("{} lines were not delivered. /resend shows them and asks.", format_thousands(lines as u64))
        }
    }
}

/// Bytes that were not delivered.
pub(in crate::app) struct Loss {
    pub(in crate::app) bytes: usize,
    /// Whether the first of them is inside a line, whose start was delivered.
    pub(in crate::app) is_torn: bool,
    /// Whether a secret line is among them.
    pub(in crate::app) has_secret: bool,
}

/// Returns the error for bytes that did not leave this machine.
pub(in crate::app) fn not_sent(loss: &Loss) -> String {
    let torn = if loss.is_torn { " Part of the first line did." } else { "" };
    let secret = if loss.has_secret { " They include the secret line." } else { "" };
    let bytes = format_thousands(loss.bytes as u64);
    format!("Not sent: the last {bytes} bytes did not leave this machine.{torn}{secret}")
}

/// Returns the error for bytes that were sent and not acknowledged, or not sent. `lines` counts the user's lines among them.
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
    let torn = if loss.is_torn { " Part of the first line was." } else { "" };
    let secret = if loss.has_secret { " They include the secret line, which is not saved." } else { "" };
    format!("Not delivered: the other machine has not acknowledged {end}.{torn}{secret}{next}")
}

pub(in crate::app) fn connected(endpoint: Option<&Endpoint>, peer: SocketAddr) -> String {
    match endpoint {
        Some(endpoint) if endpoint.to_string() != peer.to_string() => format!("Connected to {endpoint} ({peer})."),
        _ => format!("Connected to {peer}."),
    }
}

/// Returns the notice that a connection, or an attempt, has ended. `next` is appended and may be empty.
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
    let target = endpoint.map(|endpoint| format!(" to {endpoint}")).unwrap_or_default();
    match reason {
        CloseReason::ByPeer => (RowKind::Notice, format!("The server closed the connection{after}.{next}")),
        CloseReason::ByUs => (RowKind::Notice, format!("Closed the connection{target}{after}.{next}")),
        CloseReason::Cancelled => (RowKind::Notice, format!("Stopped connecting{target}.{next}")),
        CloseReason::Failed(error) => (RowKind::Error, format!("{error}{next}")),
    }
}

/// Returns the sentence for a file of which nothing from line number `line` on was sent.
pub(in crate::app) fn file_stopped(path: &str, line: usize) -> String {
    format!(" {} was not sent from line {} on.", crate::text::sanitize_line(path), format_thousands(line as u64))
}

pub(in crate::app) const BYTES_STOPPED: &str = " The bytes were not sent; Up brings the command back.";

pub(in crate::app) const RESEND_STOPPED: &str = " /resend offers the rest again.";

pub(in crate::app) const REST_IN_INPUT: &str = " The rest is in the input line.";

/// Replaces [`REST_IN_INPUT`] while a command is being typed.
pub(in crate::app) const REST_AFTER_COMMAND: &str = " The rest comes back to the input line after the command.";

pub(in crate::app) const STILL_SENDING: &str =
    "Lines are still being sent. Half-close after that, or press Esc to stop them.";

pub(in crate::app) const SECRET_SENT: &str = "Sent a secret line.";

/// Returns the notice for a telnet request. `is_asked`: the server asks us to enable `option`; otherwise it offers to.
pub(in crate::app) fn speaks_telnet(is_asked: bool, option: &str) -> String {
    let verb = if is_asked { "asks for" } else { "offers" };
    format!("The server speaks telnet (it {verb} {option}). Use --telnet or /set telnet on to answer.")
}
