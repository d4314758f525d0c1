//! Errors of pipe mode.

use crate::link::{Endpoint, LinkError};
use crate::storage;
use humantime::format_duration;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

/// An error that ends a pipe. `Display` is a sentence with the next step.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    /// The connection failed or was lost.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The server closed the connection before all input was sent.
    #[error("{} closed the connection before all of standard input was sent. Check its output, or send less.", .0.endpoint)]
    Unsent(LinkError),
    /// The other machine has not acknowledged all bytes.
    #[error("{}", undelivered(endpoint, *bytes, *is_closed))]
    Undelivered {
        /// Address of the server.
        endpoint: Endpoint,
        /// Number of bytes. Some of them may still arrive after the program has ended.
        bytes: u64,
        /// Whether the server has closed the connection.
        is_closed: bool,
    },
    /// No data passed in either direction for the idle timeout.
    #[error("Nothing was sent to or received from {endpoint} for {} (--idle).", format_duration(*idle))]
    Idle {
        /// Address of the server.
        endpoint: Endpoint,
        /// Idle timeout.
        idle: Duration,
    },
    /// This machine does not have the source address.
    #[error("This machine does not have the address {0} (-s). List its addresses with `ip address`.")]
    Source(IpAddr),
    /// Standard input cannot be read.
    #[error("Cannot read standard input: {}.", storage::os_error_text(.0))]
    Input(io::Error),
    /// Standard output cannot be written.
    #[error("{}", describe_output_error(.0))]
    Output(io::Error),
    /// The system refused a resource that is needed to start, such as a thread.
    #[error("Cannot start: {}.", storage::os_error_text(.0))]
    Start(io::Error),
}

impl PipeError {
    /// Whether the network or the server caused the error.
    pub const fn is_of_network(&self) -> bool {
        matches!(self, Self::Link(_) | Self::Unsent(_) | Self::Undelivered { .. } | Self::Idle { .. })
    }
}

/// Returns the beginning of a sentence with the number of bytes that were not delivered.
pub(super) fn not_delivered(bytes: u64) -> String {
    if bytes == 1 { "1 byte was not delivered".to_owned() } else { format!("{bytes} bytes were not delivered") }
}

fn undelivered(endpoint: &Endpoint, bytes: u64, is_closed: bool) -> String {
    let problem = not_delivered(bytes);
    if is_closed {
        return format!(
            "{problem}: {endpoint} closed the connection without acknowledging them. Check its output, or send less."
        );
    }
    format!("{problem}: {endpoint} has not acknowledged them. Wait longer with -q TIME, or skip this check with -q 0.")
}

fn describe_output_error(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::BrokenPipe => "Standard output was closed while the server was still sending.".into(),
        io::ErrorKind::StorageFull => {
            "Cannot write to standard output: the disk is full. Free some space or write elsewhere.".into()
        }
        _ => format!("Cannot write to standard output: {}.", storage::os_error_text(error)),
    }
}
