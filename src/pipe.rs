//! Copies standard input to a server and its output to standard output, like nc in scripts.
//!
//! ```text
//!   standard input ──► uploader ──► socket      one thread for each direction, which reads and writes,
//!   standard output ◄── downloader ◄── socket   and `run`, which waits for their reports and for timeouts
//! ```
//!
//! Bytes pass unchanged in both directions, except for line ends if requested. Nothing is added to standard output;
//! messages go to a callback. Each thread has one buffer, so that a slow reader at either end slows the transfer. An
//! [`Observer`] such as [`RecordingObserver`] sees all bytes.
//!
//! Threads that block in `read(2)` are fastest: a poll before each read costs as much as the read, and on Linux the
//! zero-copy calls `splice(2)` and `sendfile(2)` were no faster than copying through a buffer in the cache
//! (`docs/benchmarks.md`). A blocked read cannot be cancelled; `run` returns while a thread may still be in one, and the
//! end of the program ends the thread.
//!
//! How a transfer ends:
//!
//! - **The server closes:** standard output ends. Further input is still sent, because a receiver of files closes its
//!   sending side at once (`ncat -l > FILE < /dev/null`), and only a write shows whether the server has closed both. The
//!   transfer ends when input ends, or brings nothing for the quiet timeout. Input from a terminal is not waited for.
//! - **Standard input ends:** the connection stays open, unless [`OnStdinEof::HalfClose`] is set, because the lab's
//!   servers answer a half-close with a flood of blank lines. Output is copied until the server closes or is silent for
//!   the quiet timeout. The timeout does not run while the server still acknowledges data.
//! - **Undelivered bytes:** in both cases, bytes that the other machine has not acknowledged are an error. An
//!   acknowledgement means that the other system has the bytes, not that the program there has read them. There is no
//!   check on systems other than Linux, nor with a quiet timeout of zero (`-q 0`).
//! - **A failure:** [`PipeError`] gives the cause. Data that was received before it is still written.

mod activity;
mod connect;
mod eol;
mod error;
mod log_observer;
mod observer;
mod recording_observer;
mod stdio;
mod threads;
mod transfer;

pub use error::PipeError;
pub use log_observer::{LogObserver, open_logs};
pub use observer::{Observer, PipeEvent};
pub use recording_observer::RecordingObserver;
pub use stdio::{input, output};

use crate::link::{CloseReason, Endpoint, Eol, Family};
use observer::Observers;
use std::fs::File;
use std::net::IpAddr;
use std::sync::mpsc;
use std::time::Duration;
use threads::ThreadReport;
use transfer::TransferSetup;

/// Default for [`PipeOptions::quiet_timeout`].
pub const DEFAULT_QUIET_TIMEOUT: Duration = Duration::from_secs(3);

/// Options of pipe mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipeOptions {
    /// Purpose of the connection.
    pub purpose: Purpose,
    /// Whether to retry a failed first connection.
    pub connect_retry: ConnectRetry,
    /// Messages to report.
    pub verbosity: Verbosity,
    /// Whether to half-close the connection at the end of standard input.
    pub on_stdin_eof: OnStdinEof,
    /// Time without data from one side, after the other has ended, that ends the transfer; `None` waits for its end.
    pub quiet_timeout: Option<Duration>,
    /// Time without data in either direction that is an error; `None` for no limit.
    pub idle_timeout: Option<Duration>,
    /// Pause between two lines of input.
    pub line_delay: Duration,
}

impl Default for PipeOptions {
    fn default() -> Self {
        Self {
            purpose: Purpose::default(),
            connect_retry: ConnectRetry::default(),
            verbosity: Verbosity::default(),
            on_stdin_eof: OnStdinEof::default(),
            quiet_timeout: Some(DEFAULT_QUIET_TIMEOUT),
            idle_timeout: None,
            line_delay: Duration::ZERO,
        }
    }
}

/// Purpose of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Purpose {
    /// Copies bytes in both directions.
    #[default]
    Transfer,
    /// Connects to test whether the server accepts, and closes at once.
    Probe,
}

/// Whether to retry a failed first connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConnectRetry {
    /// The first failure is the result.
    #[default]
    Never,
    /// Retries until the server accepts, unless the failure is permanent.
    UntilConnected,
}

/// Messages that a pipe reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verbosity {
    /// Errors only.
    #[default]
    Errors,
    /// Errors and the progress of the connection.
    All,
}

/// Action at the end of standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnStdinEof {
    /// Keeps the connection open in both directions.
    #[default]
    KeepOpen,
    /// Half-closes the connection (`shutdown(2)` of the sending side).
    HalfClose,
}

/// A server to connect to, with all options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipeTarget {
    /// Address of the server.
    pub endpoint: Endpoint,
    /// Time limit of one attempt to connect, including the name lookup.
    pub connect_timeout: Duration,
    /// Address family to use.
    pub family: Family,
    /// Local address to connect from; `None` lets the system choose.
    pub source: Option<IpAddr>,
    /// Line end that replaces each newline of the input.
    pub eol: Eol,
    /// Other options.
    pub options: PipeOptions,
}

/// Files and observers of a pipe.
#[derive(Debug)]
pub struct PipeIo {
    /// Source of the bytes to send.
    pub input: File,
    /// Destination of received bytes.
    pub output: File,
    /// Observers of the bytes and the connection.
    pub observers: Vec<Box<dyn Observer>>,
}

/// Connects and copies bytes in both directions until the transfer ends. Calls `report` with each message, a sentence.
///
/// Blocks. When it returns, with or without an error, a thread may still be blocked in a read of `input`.
///
/// # Errors
/// Returns an error if the connection or a file fails, a timeout expires, or bytes were not delivered.
pub fn run(target: &PipeTarget, io: PipeIo, report: &dyn Fn(&str)) -> Result<(), PipeError> {
    let PipeIo { input, output, observers } = io;
    let (sender, receiver) = mpsc::channel();
    let observers = Observers::new(observers, sender.clone());
    let result = connect::connect(target, &observers, report).and_then(|(stream, peer)| {
        let setup = TransferSetup { stream, peer, input, output, observers: observers.clone() };
        let result = match target.options.purpose {
            Purpose::Transfer => setup.run(target, sender, &receiver, report),
            Purpose::Probe => Ok(CloseReason::ByUs),
        };
        observers.close(close_reason(&result));
        result.map(drop)
    });
    for message in receiver.try_iter() {
        // An observer may have failed after the transfer read its last report.
        if let ThreadReport::ObserverFailed(message) = message {
            report(&message);
        }
    }
    result
}

/// Returns the reason that observers record for the end of the connection.
fn close_reason(result: &Result<CloseReason, PipeError>) -> CloseReason {
    match result {
        Ok(reason) => reason.clone(),
        Err(PipeError::Link(error) | PipeError::Unsent(error)) => CloseReason::Failed(error.clone()),
        Err(PipeError::Undelivered { is_closed: true, .. }) => CloseReason::ByPeer,
        Err(_local) => CloseReason::ByUs,
    }
}
