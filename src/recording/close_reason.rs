//! Why a link was over, as a recording has it.
//!
//! The sentence about it is recorded by itself, as it was shown. What stands here is for the state of the link: a word for
//! each cause, those of the status line.

use crate::link::{CloseReason, Endpoint, ErrorCause, LinkError, LinkOp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The end of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedClose {
    /// The peer ended its side.
    ByPeer,
    /// The user closed it.
    ByUs,
    /// The user gave up before there was a connection.
    Cancelled,
    /// It did not come about, or it broke.
    Failed {
        /// What was being done.
        op: FailedOp,
        /// Why, in a word or two.
        cause: String,
    },
}

/// What was being done when a link failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailedOp {
    /// Looking up the name.
    Resolve,
    /// Connecting.
    Connect,
    /// Reading.
    Read,
    /// Writing.
    Write,
}

/// The causes that are told apart; any other is told by its word.
const CAUSES: &[ErrorCause] = &[
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
    /// The reason again, of a link to `endpoint`.
    pub fn reason(&self, endpoint: &Endpoint) -> CloseReason {
        let (op, word) = match self {
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
        let cause = CAUSES.iter().find(|cause| cause.brief() == word).cloned();
        let cause = cause.unwrap_or_else(|| ErrorCause::Other(word.clone()));
        CloseReason::Failed(LinkError { op, endpoint: endpoint.clone(), addr: None, cause })
    }

    /// Whether a reset, and no end in good order, was seen on the wire.
    pub(super) fn is_reset(&self) -> bool {
        matches!(self, Self::Failed { cause, .. } if *cause == ErrorCause::Reset.brief() || *cause == ErrorCause::Refused.brief())
    }
}
