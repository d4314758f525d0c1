//! Errors of a link: the operation, the address, the cause, and the message for the user.

mod cause;
mod message;
mod os_error;

pub use cause::ErrorCause;

use super::Endpoint;
use message::message;
use std::io;
use std::net::SocketAddr;

/// Operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOp {
    /// Looking up the host name.
    Resolve,
    /// Establishing the connection.
    Connect,
    /// Reading from the connection.
    Read,
    /// Writing to the connection.
    Write,
}

/// Failure of a link. `Display` is a sentence for a student, with the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message(self))]
pub struct LinkError {
    /// Operation that failed.
    pub op: LinkOp,
    /// Server as the user named it.
    pub endpoint: Endpoint,
    /// Address that was tried last; `None` if the host was not resolved.
    pub addr: Option<SocketAddr>,
    /// Cause of the failure.
    pub cause: ErrorCause,
}

impl LinkError {
    /// Determines the cause of an I/O error.
    pub fn from_io(op: LinkOp, endpoint: &Endpoint, addr: Option<SocketAddr>, error: &io::Error) -> Self {
        let cause = match op {
            LinkOp::Resolve => ErrorCause::of_resolve(endpoint.host(), error),
            LinkOp::Connect => ErrorCause::of_connect(addr.map(|addr| addr.ip()), error),
            LinkOp::Read | LinkOp::Write => ErrorCause::of_io(error),
        };
        Self { op, endpoint: endpoint.clone(), addr, cause }
    }
}

#[cfg(test)]
mod tests;
