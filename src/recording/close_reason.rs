//! Why a link closed, as stored in recordings.
//!
//! Only what the state of the link needs: the operation, and the cause as the short text of the status line. The message
//! shown to the user is recorded separately.

use crate::link::{CloseReason, Endpoint, ErrorCause, LinkError, LinkOp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Why a link closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedClose {
    /// The peer closed its side.
    ByPeer,
    /// The user closed the link.
    ByUs,
    /// The user cancelled before the connection was established.
    Cancelled,
    /// The connection failed or was lost.
    Failed {
        /// The operation that failed.
        op: FailedOp,
        /// The cause in one or two words ([`ErrorCause::brief`]).
        cause: String,
    },
}

/// The operation during which a link failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailedOp {
    /// Looking up the host name.
    Resolve,
    /// Connecting to an address.
    Connect,
    /// Reading from the connection.
    Read,
    /// Writing to the connection.
    Write,
}

/// Causes that are restored from their text. All others become [`ErrorCause::Other`].
const RESTORED_CAUSES: &[ErrorCause] = &[
    ErrorCause::NoNameServer,
    ErrorCause::Refused,
    ErrorCause::TimedOut(Duration::ZERO),
    ErrorCause::Unreachable,
    ErrorCause::NoIpv6,
    ErrorCause::NetworkDown,
    ErrorCause::NoFreePort,
    ErrorCause::Forbidden,
    ErrorCause::TooManyFiles,
    ErrorCause::Reset,
    ErrorCause::Aborted,
];

impl From<&CloseReason> for RecordedClose {
    fn from(reason: &CloseReason) -> Self {
        match reason {
            CloseReason::ByPeer => Self::ByPeer,
            CloseReason::ByUs => Self::ByUs,
            CloseReason::Cancelled => Self::Cancelled,
            CloseReason::Failed(error) => {
                let op = match error.op {
                    LinkOp::Resolve => FailedOp::Resolve,
                    LinkOp::Connect => FailedOp::Connect,
                    LinkOp::Read => FailedOp::Read,
                    LinkOp::Write => FailedOp::Write,
                };
                Self::Failed { op, cause: error.cause.brief().to_owned() }
            }
        }
    }
}

impl RecordedClose {
    /// Converts to the close reason of a link to `endpoint`.
    pub fn reason(&self, endpoint: &Endpoint) -> CloseReason {
        let (op, brief) = match self {
            Self::ByPeer => return CloseReason::ByPeer,
            Self::ByUs => return CloseReason::ByUs,
            Self::Cancelled => return CloseReason::Cancelled,
            Self::Failed { op, cause } => (*op, cause),
        };
        let op = match op {
            FailedOp::Resolve => LinkOp::Resolve,
            FailedOp::Connect => LinkOp::Connect,
            FailedOp::Read => LinkOp::Read,
            FailedOp::Write => LinkOp::Write,
        };
        let cause = RESTORED_CAUSES.iter().find(|cause| cause.brief() == brief).cloned();
        let cause = cause.unwrap_or_else(|| ErrorCause::Other(brief.clone()));
        CloseReason::Failed(LinkError { op, endpoint: endpoint.clone(), addr: None, cause })
    }

    /// Tells whether the server sent a RST segment.
    pub(super) fn is_reset(&self) -> bool {
        matches!(self, Self::Failed { cause, .. } if *cause == ErrorCause::Reset.brief() || *cause == ErrorCause::Refused.brief())
    }
}
