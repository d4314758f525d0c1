//! The two threads at work, and what is made of what they report: how it ends.

use super::activity::{Activity, Direction, NextAction, Timeouts};
use super::eol::EolConverter;
use super::error::not_delivered;
use super::observer::Observers;
use super::stdio;
use super::threads::{DownloadResult, Downloader, ThreadReport, UploadResult, Uploader};
use super::{OnStdinEof, PipeError, PipeTarget, Verbosity};
use crate::link::{CloseReason, LinkError, LinkOp};
use crate::net::{self, AckCounter, Acknowledgements as _};
use humantime::format_duration;
use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// Looks at what the server has yet to take, in the time in which nothing may be idle.
const QUEUE_CHECKS: u32 = 4;

/// Time in which what was sent just before the end may still be acknowledged.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// Interval in which that is looked at.
const DRAIN_INTERVAL: Duration = Duration::from_millis(2);

/// A connection, and what is to go through it.
pub(super) struct TransferSetup {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) input: File,
    pub(super) output: File,
    pub(super) taps: Observers,
}

impl TransferSetup {
    /// Moves bytes until it is over. Gives how the connection ended.
    pub(super) fn run(
        self,
        call: &PipeTarget,
        reports: Sender<ThreadReport>,
        received: &Receiver<ThreadReport>,
        say: &dyn Fn(&str),
    ) -> Result<CloseReason, PipeError> {
        let mut conversation = self.begin(call, reports, received).map_err(PipeError::Start)?;
        let done = conversation.run(say);
        let undelivered = conversation.undelivered(&done);
        if call.manners.voice == Verbosity::All {
            say(&conversation.pulse.summary(undelivered));
        }
        match done {
            Ok(reason) if undelivered > 0 => {
                let (endpoint, is_closed) = (call.endpoint.clone(), reason == CloseReason::ByPeer);
                Err(PipeError::Undelivered { endpoint, bytes: undelivered, is_closed })
            }
            Err(trouble) if undelivered > 0 => {
                say(&format!("{}.", not_delivered(undelivered)));
                Err(trouble)
            }
            done => done,
        }
    }

    /// Starts the two threads.
    fn begin<'a>(
        self,
        call: &'a PipeTarget,
        reports: Sender<ThreadReport>,
        received: &'a Receiver<ThreadReport>,
    ) -> io::Result<Transfer<'a>> {
        let Self { stream, peer, input, output, taps } = self;
        let (pulse, acknowledgements) = (Arc::new(Activity::default()), AckCounter::new(&stream));
        let up = Uploader {
            stream: stream.try_clone()?,
            input: input.try_clone()?,
            pulse: Arc::clone(&pulse),
            translation: EolConverter::new(call.eol),
            line_delay: call.manners.line_delay,
            quiet: call.manners.quiet,
            taps: taps.clone(),
        };
        let down = Downloader { stream: stream.try_clone()?, output, pulse: Arc::clone(&pulse), taps: taps.clone() };
        let (of_up, of_down) = (reports.clone(), reports);
        // Whoever hears of it no longer is on the way out.
        thread::Builder::new().name("up".into()).spawn(move || of_up.send(ThreadReport::Up(up.run())))?;
        thread::Builder::new().name("down".into()).spawn(move || of_down.send(ThreadReport::Down(down.run())))?;
        Ok(Transfer {
            call,
            stream,
            peer,
            input,
            pulse,
            acknowledgements,
            taps,
            received,
            clock: Timeouts::new(call.manners.quiet, call.manners.idle),
            under_way: None,
            queue: None,
            unsent: None,
        })
    }
}

/// What `run` knows of the two threads.
struct Transfer<'a> {
    call: &'a PipeTarget,
    stream: TcpStream,
    peer: SocketAddr,
    input: File,
    pulse: Arc<Activity>,
    /// Where the system tells.
    acknowledgements: Option<AckCounter>,
    taps: Observers,
    received: &'a Receiver<ThreadReport>,
    clock: Timeouts,
    /// Bytes that the server had yet to take when they were last counted.
    under_way: Option<u64>,
    /// The same when it was last looked at for `--idle`.
    queue: Option<u64>,
    /// Why nothing more can be sent.
    unsent: Option<io::Error>,
}

impl Transfer<'_> {
    fn run(&mut self, say: &dyn Fn(&str)) -> Result<CloseReason, PipeError> {
        let (endpoint, tells) = (&self.call.endpoint, self.call.manners.voice == Verbosity::All);
        loop {
            match self.next_report()? {
                Some(ThreadReport::Up(UploadResult::Sent | UploadResult::Paused)) => self.end_input(),
                Some(ThreadReport::Up(UploadResult::Input(error))) => return Err(PipeError::Input(error)),
                // Down hears of it as well, and has what the server said before.
                Some(ThreadReport::Up(UploadResult::Link(error))) => self.unsent = Some(error),
                Some(ThreadReport::Down(DownloadResult::Output(error))) => return Err(PipeError::Output(error)),
                Some(ThreadReport::Down(DownloadResult::Link(error))) => {
                    return Err(PipeError::Link(self.failed(LinkOp::Read, &error)));
                }
                Some(ThreadReport::Down(DownloadResult::Closed)) => {
                    if tells {
                        say(&format!("{endpoint} closed the connection."));
                    }
                    return self.finish(say).map(|()| CloseReason::ByPeer);
                }
                Some(ThreadReport::Lost(sentence)) => say(&sentence),
                None => {
                    if tells && let Some(quiet) = self.call.manners.quiet {
                        say(&format!("Nothing came for {} after the end of input.", format_duration(quiet)));
                    }
                    return Ok(CloseReason::ByUs);
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
    fn check_queue(&mut self) {
        let left = net::unacknowledged(&self.stream);
        if self.queue.is_some() && left != self.queue {
            self.pulse.mark_sent(Direction::Up, 0);
        }
        self.queue = left;
    }

    /// How often that is looked at, if it matters.
    fn next_queue_check(&self) -> Option<Duration> {
        self.call.manners.idle.map(|idle| idle / QUEUE_CHECKS)
    }

    /// Waits for news; nothing if there will be none.
    fn next_report(&mut self) -> Result<Option<ThreadReport>, PipeError> {
        loop {
            if self.next_queue_check().is_some() {
                self.check_queue();
            }
            let heard = match self.clock.next(&self.pulse) {
                NextAction::Quiet if self.is_under_way() => {
                    self.clock.end_input(&self.pulse);
                    continue;
                }
                NextAction::Quiet => return Ok(None),
                NextAction::Idle(idle) => return Err(PipeError::Idle { endpoint: self.call.endpoint.clone(), idle }),
                NextAction::Wait(Some(time)) => {
                    self.received.recv_timeout(self.next_queue_check().map_or(time, |look| look.min(time)))
                }
                NextAction::Wait(None) => self.received.recv().map_err(|_gone| RecvTimeoutError::Disconnected),
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
        if self.call.manners.eof == OnStdinEof::HalfClose {
            self.taps.half_close(&self.stream);
        }
    }

    /// The server has closed its side, which may be all that it has closed: what input brings is still sent.
    fn finish(&mut self, say: &dyn Fn(&str)) -> Result<(), PipeError> {
        if let Some(error) = self.unsent.take() {
            return Err(PipeError::Link(self.failed(LinkOp::Write, &error)));
        }
        self.pulse.close();
        if self.clock.has_input_ended() {
            return Ok(());
        }
        if self.pulse.waits_for_input() && !self.wait_for_input()? {
            self.report_unread_input(say);
            return Ok(());
        }
        loop {
            match self.next_report()? {
                Some(ThreadReport::Lost(sentence)) => say(&sentence),
                Some(ThreadReport::Up(UploadResult::Link(error))) => {
                    return Err(PipeError::Unsent(self.failed(LinkOp::Write, &error)));
                }
                Some(ThreadReport::Up(UploadResult::Input(error))) => return Err(PipeError::Input(error)),
                Some(ThreadReport::Up(UploadResult::Paused)) => {
                    self.report_unread_input(say);
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }

    /// Where input had something to say before, it may have more.
    fn report_unread_input(&self, say: &dyn Fn(&str)) {
        let has_begun = self.pulse.has_sent() && !self.input.is_terminal();
        if has_begun || self.call.manners.voice == Verbosity::All {
            let endpoint = &self.call.endpoint;
            say(&format!(
                "{endpoint} closed its side, and input did not end: what it may still bring is not sent (-q never waits)."
            ));
        }
    }

    /// Waits for input in place of the thread that sits in a read of it. Whether something comes.
    fn wait_for_input(&self) -> Result<bool, PipeError> {
        let (quiet, idle) = (self.call.manners.quiet, self.call.manners.idle);
        let shorter = idle.filter(|idle| quiet.is_none_or(|quiet| *idle < quiet));
        let has_more = stdio::has_more(&self.input, shorter.or(quiet));
        match shorter {
            Some(idle) if !has_more => Err(PipeError::Idle { endpoint: self.call.endpoint.clone(), idle }),
            _ => Ok(has_more),
        }
    }

    /// Bytes that the other machine has not acknowledged. What was sent just before the end has [`DRAIN_TIME`] for it.
    /// Gives 0 where it is not known, or of no interest: to somebody who leaves at once, or whose own side broke.
    fn undelivered(&self, done: &Result<CloseReason, PipeError>) -> u64 {
        let quiet = self.call.manners.quiet;
        let Some(counter) = self.acknowledgements.as_ref().filter(|_| quiet != Some(Duration::ZERO)) else { return 0 };
        let limit = match done {
            // What was sent is as old as the silence that followed.
            Ok(CloseReason::ByUs) => DRAIN_TIME.saturating_sub(quiet.unwrap_or_default()),
            Ok(_) => DRAIN_TIME,
            Err(trouble) if trouble.is_of_network() => Duration::ZERO,
            Err(_) => return 0,
        };
        let deadline = Instant::now() + limit;
        loop {
            let Some(now) = counter.read() else { return 0 };
            let left = self.pulse.offered().saturating_sub(now.bytes);
            if left == 0 || now.is_final || Instant::now() >= deadline {
                return left;
            }
            thread::sleep(DRAIN_INTERVAL);
        }
    }

    fn failed(&self, op: LinkOp, error: &io::Error) -> LinkError {
        LinkError::from_io(op, &self.call.endpoint, Some(self.peer), error)
    }
}
