//! What can go wrong on a link, as a value: which operation, on which address, why; and the sentence for it.

mod cause;
mod message;
mod os_error;

pub use cause::ErrorCause;

use super::Endpoint;
use message::message;
use std::io;
use std::net::SocketAddr;

/// The operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOp {
    /// Looking up the name.
    Resolve,
    /// Making the connection.
    Connect,
    /// Reading from it.
    Read,
    /// Writing to it.
    Write,
}

/// A failure with its place. `Display` is a sentence a student understands, with the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message(self))]
pub struct LinkError {
    /// What was being done.
    pub op: LinkOp,
    /// Where the user asked to go.
    pub endpoint: Endpoint,
    /// The address tried last, once one was known.
    pub addr: Option<SocketAddr>,
    /// Why.
    pub cause: ErrorCause,
}

impl LinkError {
    /// Sorts an I/O error by what it means here.
    pub fn from_io(op: LinkOp, endpoint: &Endpoint, addr: Option<SocketAddr>, error: &io::Error) -> Self {
        let cause = match op {
            LinkOp::Resolve => ErrorCause::of_look_up(endpoint.host(), error),
            LinkOp::Connect => ErrorCause::of_connect(addr.map(|addr| addr.ip()), error),
            LinkOp::Read | LinkOp::Write => ErrorCause::of_link(error),
        };
        Self { op, endpoint: endpoint.clone(), addr, cause }
    }
}

#[cfg(test)]
mod tests;
