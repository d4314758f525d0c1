//! The program without a terminal: nc's place in scripts.
//!
//! ```text
//!   standard input ──► up ────► socket          a thread each way that does nothing but read and write,
//!   standard output ◄── down ◄── socket         and `run`, which waits for them and for the clock
//! ```
//!
//! Bytes go through unchanged both ways (but for the end of lines, where that was asked for), nothing is added to
//! standard output, and what there is to say goes elsewhere. Nothing is kept: each thread has one buffer, and whoever is
//! slow, at either end, is waited for. Who wants to know what goes through is a [`Observer`] ([`RecordingObserver`]).
//!
//! Threads that wait in `read(2)` are what is fastest here: a poll for each read costs as much as the read, and on Linux
//! `splice(2)` and `sendfile(2)`, which copy nothing, were no faster from end to end than a copy through a buffer that
//! stays in the cache (`docs/benchmarks.md`). A thread in a read cannot be called off either; that is why it is `run` that
//! returns, and the program ends with it.
//!
//! How it ends:
//!
//! - The server closes: standard output ends. As long as input brings more, that is sent, for a receiver of files closes its own
//!   side at once (`ncat -l > FILE < /dev/null`); who has closed altogether cannot be told from it before something is
//!   sent. It is over when input ends, or brings nothing for as long as a server may be silent. Nobody waits for somebody at a
//!   terminal.
//! - Standard input ends: nothing is told the server, unless that was asked for ([`OnStdinEof::HalfClose`]); the lab's servers
//!   answer the end of input with a flood of blank lines. What it says is read until it closes or falls silent, which it
//!   is not while it still takes what it was sent.
//! - However it ends: bytes that the other machine has not acknowledged are not delivered, and that is no good order.
//!   Acknowledged means that the system there has them; whether the program there reads them cannot be known. Where this
//!   system does not tell (other than Linux), or nobody wants to wait (`-q 0`), nothing is said.
//! - Something breaks: [`PipeError`] says what. What the server had said by then is still written.

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
pub use log_observer::{LogObserver, logs};
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

/// How long silence lasts that means, after the end of input, that the server has said all, and the other way round.
pub const DEFAULT_QUIET_TIMEOUT: Duration = Duration::from_secs(3);

/// How to behave between two pipes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipeOptions {
    /// What the connection is for.
    pub purpose: Purpose,
    /// What becomes of a first attempt to connect that fails.
    pub patience: ConnectRetry,
    /// What is said.
    pub voice: Verbosity,
    /// Whether the server is told that standard input has ended.
    pub eof: OnStdinEof,
    /// After the end of one side, how long nothing has to have come from the other; nothing to wait until that ends, too.
    pub quiet: Option<Duration>,
    /// How long nothing may have gone either way; nothing for as long as it likes.
    pub idle: Option<Duration>,
    /// Between two lines.
    pub line_delay: Duration,
}

impl Default for PipeOptions {
    fn default() -> Self {
        Self {
            purpose: Purpose::default(),
            patience: ConnectRetry::default(),
            voice: Verbosity::default(),
            eof: OnStdinEof::default(),
            quiet: Some(DEFAULT_QUIET_TIMEOUT),
            idle: None,
            line_delay: Duration::ZERO,
        }
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Purpose {
    /// Bytes both ways.
    #[default]
    Transfer,
    /// To see that there is somebody.
    Probe,
}

/// What becomes of a first attempt to connect that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConnectRetry {
    /// It is the end.
    #[default]
    Never,
    /// Others follow, until one does not.
    UntilConnected,
}

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verbosity {
    /// What went wrong.
    #[default]
    Errors,
    /// What happens.
    All,
}

/// Whether the server is told that standard input has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnStdinEof {
    /// No.
    #[default]
    KeepOpen,
    /// Our side of the connection ends (TCP half-close: `shutdown(2)` of the writing half).
    HalfClose,
}

/// Where to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipeTarget {
    /// Where.
    pub endpoint: Endpoint,
    /// For one attempt to connect, looking up included.
    pub limit: Duration,
    /// Which of its addresses to try.
    pub family: Family,
    /// Our address, where it is not left to the system.
    pub source: Option<IpAddr>,
    /// What a newline becomes on its way out.
    pub eol: Eol,
    /// The rest.
    pub manners: PipeOptions,
}

/// What bytes come from and go to, beside the server.
#[derive(Debug)]
pub struct PipeIo {
    /// Goes to the server.
    pub input: File,
    /// Comes from the server.
    pub output: File,
    /// Who is told of both.
    pub taps: Vec<Box<dyn Observer>>,
}

/// Connects, and moves bytes from `input` to the server and from the server to `output`, until it is over. What there
/// is to say on the way is said with `say`, a sentence at a time.
///
/// # Errors
/// If it is not over in good order. Threads may still be waiting for `input` then, as they may be without an error.
pub fn run(call: &PipeTarget, ends: PipeIo, say: &dyn Fn(&str)) -> Result<(), PipeError> {
    let PipeIo { input, output, taps } = ends;
    let (reports, received) = mpsc::channel();
    let taps = Observers::new(taps, reports.clone());
    let done = connect::connect(call, &taps, say).and_then(|(stream, peer)| {
        let talk = TransferSetup { stream, peer, input, output, taps: taps.clone() };
        let done = match call.manners.purpose {
            Purpose::Transfer => talk.run(call, reports, &received, say),
            Purpose::Probe => Ok(CloseReason::ByUs),
        };
        taps.close(ending(&done));
        done.map(drop)
    });
    for report in received.try_iter() {
        // Nobody has heard of it yet who was lost as it ended.
        if let ThreadReport::Lost(sentence) = report {
            say(&sentence);
        }
    }
    done
}

/// What became of the connection, as those are told who hear of it.
fn ending(done: &Result<CloseReason, PipeError>) -> CloseReason {
    match done {
        Ok(reason) => reason.clone(),
        Err(PipeError::Link(error) | PipeError::Unsent(error)) => CloseReason::Failed(error.clone()),
        Err(PipeError::Undelivered { is_closed: true, .. }) => CloseReason::ByPeer,
        Err(_ours) => CloseReason::ByUs,
    }
}
