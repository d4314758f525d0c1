//! The program without a terminal: nc's place in scripts.
//!
//! ```text
//!   standard input ──► up ────► socket          a thread each way that does nothing but read and write,
//!   standard output ◄── down ◄── socket         and `run`, which waits for them and for the clock
//! ```
//!
//! Bytes go through unchanged both ways (but for the end of lines, where that was asked for), nothing is added to
//! standard output, and what there is to say goes elsewhere. Nothing is kept: each thread has one buffer, and whoever is
//! slow, at either end, is waited for.
//!
//! Threads that wait in `read(2)` are what is fastest here: a poll for each read costs as much as the read, and on Linux
//! `splice(2)` and `sendfile(2)`, which copy nothing, were no faster from end to end than a copy through a buffer that
//! stays in the cache (`BENCHMARKS.md`). A thread in a read cannot be called off either; that is why it is `run` that
//! returns, and the program ends with it.
//!
//! How it ends:
//!
//! - The server closes: that is the end, once standard input has nothing more at the moment. As long as there is more,
//!   it is sent, for a receiver of files closes its own side at once (`ncat -l > FILE < /dev/null`).
//! - Standard input ends: nothing is told the server, unless that was asked for ([`Eof::Tell`]); the lab's servers
//!   answer the end of input with a flood of blank lines. What it says is read until it closes or falls silent, which it
//!   is not while it still takes what it was sent.
//! - Something breaks: [`Trouble`] says what. What the server had said by then is still written.

mod clock;
mod connecting;
mod flow;
mod standard;
mod translation;
mod trouble;

pub use standard::{input, output};
pub use trouble::Trouble;

use crate::link::{Endpoint, Eol, Family, LinkError, LinkOp};
use crate::net;
use clock::{Clock, Direction, Next, Pulse};
use flow::{Down, DownEnd, Report, Up, UpEnd};
use humantime::format_duration;
use std::fs::File;
use std::io;
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;
use translation::Translation;

/// How long silence lasts that means, after the end of input, that the server has said all.
pub const QUIET: Duration = Duration::from_secs(3);

/// Looks at what the server has yet to take, in the time in which nothing may be idle.
const LOOKS: u32 = 4;

/// How to behave between two pipes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manners {
    /// What the connection is for.
    pub purpose: Purpose,
    /// What becomes of a first attempt to connect that fails.
    pub patience: Patience,
    /// What is said.
    pub voice: Voice,
    /// Whether the server is told that standard input has ended.
    pub eof: Eof,
    /// After the end of standard input, how long nothing has to have come; nothing to wait until the server closes.
    pub quiet: Option<Duration>,
    /// How long nothing may have gone either way; nothing for as long as it likes.
    pub idle: Option<Duration>,
    /// Between two lines.
    pub line_delay: Duration,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            purpose: Purpose::default(),
            patience: Patience::default(),
            voice: Voice::default(),
            eof: Eof::default(),
            quiet: Some(QUIET),
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
    Talk,
    /// To see that there is somebody.
    Knock,
}

/// What becomes of a first attempt to connect that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patience {
    /// It is the end.
    #[default]
    Once,
    /// Others follow, until one does not.
    UntilItAnswers,
}

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Voice {
    /// What went wrong.
    #[default]
    Trouble,
    /// What happens.
    All,
}

/// Whether the server is told that standard input has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Eof {
    /// No.
    #[default]
    Keep,
    /// Our side of the connection ends (TCP half-close: `shutdown(2)` of the writing half).
    Tell,
}

/// Where to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
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
    pub manners: Manners,
}

/// Connects, and moves bytes from `input` to the server and from the server to `output`, until it is over. What there
/// is to say on the way is said with `say`, a sentence at a time.
///
/// # Errors
/// If it is not over in good order. Threads may still be waiting for `input` then, as they may be without an error.
pub fn run(call: &Call, input: File, output: File, say: &dyn Fn(&str)) -> Result<(), Trouble> {
    let (stream, peer) = connecting::connect(call, say)?;
    if call.manners.purpose == Purpose::Knock {
        return Ok(());
    }
    let pulse = Arc::new(Pulse::default());
    let done = talk(call, Talk { stream, peer, input, output, pulse: Arc::clone(&pulse) }, say);
    if call.manners.voice == Voice::All {
        say(&pulse.summary());
    }
    done
}

/// A connection, and what is to go through it.
struct Talk {
    stream: TcpStream,
    peer: SocketAddr,
    input: File,
    output: File,
    pulse: Arc<Pulse>,
}

fn talk(call: &Call, talk: Talk, say: &dyn Fn(&str)) -> Result<(), Trouble> {
    let Talk { stream, peer, input, output, pulse } = talk;
    let begun = |error: io::Error| Trouble::Start(error);
    let (reports, received) = mpsc::channel();
    let up = Up {
        stream: stream.try_clone().map_err(begun)?,
        input: input.try_clone().map_err(begun)?,
        pulse: Arc::clone(&pulse),
        translation: Translation::new(call.eol),
        line_delay: call.manners.line_delay,
    };
    let down = Down { stream: stream.try_clone().map_err(begun)?, output, pulse: Arc::clone(&pulse) };
    let (of_up, of_down) = (reports.clone(), reports);
    // Whoever hears of it no longer is on the way out.
    thread::Builder::new().name("up".into()).spawn(move || of_up.send(Report::Up(up.run()))).map_err(begun)?;
    thread::Builder::new().name("down".into()).spawn(move || of_down.send(Report::Down(down.run()))).map_err(begun)?;
    let clock = Clock::new(call.manners.quiet, call.manners.idle);
    Conversation { call, stream, peer, input, pulse, received, clock, under_way: None, queue: None, unsent: None }
        .run(say)
}

/// What `run` knows of the two threads.
struct Conversation<'a> {
    call: &'a Call,
    stream: TcpStream,
    peer: SocketAddr,
    input: File,
    pulse: Arc<Pulse>,
    received: Receiver<Report>,
    clock: Clock,
    /// Bytes that the server had yet to take when they were last counted.
    under_way: Option<u64>,
    /// The same when it was last looked at for `--idle`.
    queue: Option<u64>,
    /// Why nothing more can be sent.
    unsent: Option<io::Error>,
}

impl Conversation<'_> {
    fn run(mut self, say: &dyn Fn(&str)) -> Result<(), Trouble> {
        let (endpoint, tells) = (&self.call.endpoint, self.call.manners.voice == Voice::All);
        loop {
            match self.hear()? {
                Some(Report::Up(UpEnd::Sent | UpEnd::Paused)) => self.end_input(),
                Some(Report::Up(UpEnd::Input(error))) => return Err(Trouble::Input(error)),
                // Down hears of it as well, and has what the server said before.
                Some(Report::Up(UpEnd::Link(error))) => self.unsent = Some(error),
                Some(Report::Down(DownEnd::Output(error))) => return Err(Trouble::Output(error)),
                Some(Report::Down(DownEnd::Link(error))) => {
                    return Err(self.failed(LinkOp::Read, &error));
                }
                Some(Report::Down(DownEnd::Closed)) => {
                    if tells {
                        say(&format!("{endpoint} closed the connection."));
                    }
                    return self.finish();
                }
                None => {
                    if tells && let Some(quiet) = self.call.manners.quiet {
                        say(&format!("Nothing came for {} after the end of input.", format_duration(quiet)));
                    }
                    return Ok(());
                }
            }
        }
    }

    /// Whether the server still takes what was handed to the system, which may be megabytes on a slow line: it cannot
    /// have answered yet. Whoever leaves at once (`-q 0`) does not want to know.
    fn is_under_way(&mut self) -> bool {
        let left = net::unacknowledged(&self.stream).filter(|left| *left > 0);
        let is_less = left.is_some_and(|left| self.under_way.is_none_or(|before| left < before));
        self.under_way = left;
        is_less && self.call.manners.quiet.is_some_and(|quiet| !quiet.is_zero())
    }

    /// A write counts when the system has all of it, which a slow server may take minutes for, and then nothing counts until
    /// the server answers. What it takes meanwhile shows in what is left.
    fn look_at_queue(&mut self) {
        let left = net::unacknowledged(&self.stream);
        if self.queue.is_some() && left != self.queue {
            self.pulse.goes(Direction::Up, 0);
        }
        self.queue = left;
    }

    /// How often that is looked at, if it matters.
    fn until_look(&self) -> Option<Duration> {
        self.call.manners.idle.map(|idle| idle / LOOKS)
    }

    /// Waits for news; nothing if there will be none.
    fn hear(&mut self) -> Result<Option<Report>, Trouble> {
        loop {
            if self.until_look().is_some() {
                self.look_at_queue();
            }
            let heard = match self.clock.next(&self.pulse) {
                Next::Quiet if self.is_under_way() => {
                    self.clock.end_input(&self.pulse);
                    continue;
                }
                Next::Quiet => return Ok(None),
                Next::Idle(idle) => return Err(Trouble::Idle { endpoint: self.call.endpoint.clone(), idle }),
                Next::Wait(Some(time)) => {
                    self.received.recv_timeout(self.until_look().map_or(time, |look| look.min(time)))
                }
                Next::Wait(None) => self.received.recv().map_err(|_gone| RecvTimeoutError::Disconnected),
            };
            match heard {
                Ok(report) => return Ok(Some(report)),
                Err(RecvTimeoutError::Timeout) => {}
                // Both threads report before they end.
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    fn end_input(&mut self) {
        self.clock.end_input(&self.pulse);
        if self.call.manners.eof == Eof::Tell {
            // A connection that is broken is found to be by whoever reads it.
            let _ = self.stream.shutdown(Shutdown::Write);
        }
    }

    /// The server has closed: what is at hand is still sent.
    fn finish(mut self) -> Result<(), Trouble> {
        if let Some(error) = self.unsent.take() {
            return Err(self.failed(LinkOp::Write, &error));
        }
        self.pulse.close();
        if self.clock.has_input_ended() || (self.pulse.waits_for_input() && !standard::has_more(&self.input)) {
            return Ok(());
        }
        match self.hear()? {
            Some(Report::Up(UpEnd::Link(_))) => Err(Trouble::Unsent(self.call.endpoint.clone())),
            Some(Report::Up(UpEnd::Input(error))) => Err(Trouble::Input(error)),
            _ => Ok(()),
        }
    }

    fn failed(&self, op: LinkOp, error: &io::Error) -> Trouble {
        Trouble::Link(LinkError::from_io(op, &self.call.endpoint, Some(self.peer), error))
    }
}
