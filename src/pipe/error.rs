//! What can go wrong, and whose fault it is.

use crate::link::{Endpoint, LinkError};
use humantime::format_duration;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

/// Why it is not over in good order. `Display` is a sentence with the next step.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    /// No connection came about, or it broke.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The server took less than there was.
    #[error("{} closed the connection before all of standard input was sent. Look at its window, or send less.", .0.endpoint)]
    Unsent(LinkError),
    /// The other machine has not acknowledged what was sent.
    #[error("{}", undelivered(endpoint, *bytes, *is_closed))]
    Undelivered {
        /// The server.
        endpoint: Endpoint,
        /// How many bytes. Some of them may still arrive after the program has ended.
        bytes: u64,
        /// Whether the server had closed the connection.
        is_closed: bool,
    },
    /// Nothing went either way for so long.
    #[error("Nothing came from {endpoint} and nothing went to it for {} (--idle).", format_duration(*idle))]
    Idle {
        /// The server.
        endpoint: Endpoint,
        /// How long.
        idle: Duration,
    },
    /// The address that connections were to come from is not ours.
    #[error("This machine does not have the address {0} (-s). `ip address` lists those it has.")]
    Source(IpAddr),
    /// Standard input cannot be read.
    #[error("Standard input cannot be read: {}.", plain(.0))]
    Input(io::Error),
    /// Standard output takes no more.
    #[error("{}", of_output(.0))]
    Output(io::Error),
    /// The system has not what is needed to begin.
    #[error("Nothing was begun: {}.", plain(.0))]
    Start(io::Error),
}

impl PipeError {
    /// Whether it is the network's, or the server's.
    pub const fn is_of_network(&self) -> bool {
        matches!(self, Self::Link(_) | Self::Unsent(_) | Self::Undelivered { .. } | Self::Idle { .. })
    }
}

/// Says how many bytes were not delivered, as the beginning of a sentence.
pub(super) fn not_delivered(bytes: u64) -> String {
    if bytes == 1 { "1 byte was not delivered".to_owned() } else { format!("{bytes} bytes were not delivered") }
}

fn undelivered(endpoint: &Endpoint, bytes: u64, is_closed: bool) -> String {
    let lost = not_delivered(bytes);
    if is_closed {
        return format!(
            "{lost}: {endpoint} closed the connection without acknowledging them. Look at its window, or send less."
        );
    }
    format!(
        "{lost}: {endpoint} has not acknowledged them. Wait longer with -q TIME, or leave without looking with -q 0."
    )
}

fn of_output(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::BrokenPipe => {
            "Standard output was closed: whoever read it has ended, and the server was still talking.".into()
        }
        io::ErrorKind::StorageFull => {
            "Standard output takes no more: the disk is full. Make room, or write it elsewhere.".into()
        }
        _ => format!("Standard output takes no more: {}.", plain(error)),
    }
}

/// The system's words without Rust's number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
