//! Runs the two threads and decides from their reports and the timeouts how the transfer ends.

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

/// Number of checks for acknowledged data in one idle timeout.
const CHECKS_PER_IDLE_TIMEOUT: u32 = 4;

/// Time to wait at the end for the acknowledgement of the last bytes.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// Interval between two checks during [`DRAIN_TIME`].
const DRAIN_INTERVAL: Duration = Duration::from_millis(2);

/// A connection and the files to connect to it.
pub(super) struct TransferSetup {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) input: File,
    pub(super) output: File,
    pub(super) observers: Observers,
}

impl TransferSetup {
    /// Copies data until the transfer ends. Returns how the connection ended.
    pub(super) fn run(
        self,
        target: &PipeTarget,
        sender: Sender<ThreadReport>,
        receiver: &Receiver<ThreadReport>,
        report: &dyn Fn(&str),
    ) -> Result<CloseReason, PipeError> {
        let mut transfer = self.start(target, sender, receiver).map_err(PipeError::Start)?;
        let result = transfer.run(report);
        let undelivered = transfer.undelivered_bytes(&result);
        if target.options.verbosity == Verbosity::All {
            report(&transfer.activity.summary(undelivered));
        }
        match result {
            Ok(reason) if undelivered > 0 => {
                let (endpoint, is_closed) = (target.endpoint.clone(), reason == CloseReason::ByPeer);
                Err(PipeError::Undelivered { endpoint, bytes: undelivered, is_closed })
            }
            Err(error) if undelivered > 0 => {
                report(&format!("{}.", not_delivered(undelivered)));
                Err(error)
            }
            result => result,
        }
    }

    /// Starts the two threads.
    fn start<'a>(
        self,
        target: &'a PipeTarget,
        sender: Sender<ThreadReport>,
        receiver: &'a Receiver<ThreadReport>,
    ) -> io::Result<Transfer<'a>> {
        let Self { stream, peer, input, output, observers } = self;
        let (activity, ack_counter) = (Arc::new(Activity::default()), AckCounter::new(&stream));
        let uploader = Uploader {
            stream: stream.try_clone()?,
            input: input.try_clone()?,
            activity: Arc::clone(&activity),
            eol_converter: EolConverter::new(target.eol),
            line_delay: target.options.line_delay,
            quiet_timeout: target.options.quiet_timeout,
            observers: observers.clone(),
        };
        let downloader = Downloader {
            stream: stream.try_clone()?,
            output,
            activity: Arc::clone(&activity),
            observers: observers.clone(),
        };
        let (upload_sender, download_sender) = (sender.clone(), sender);
        // A failed send means that the program is about to exit.
        let upload = move || upload_sender.send(ThreadReport::Upload(uploader.run()));
        let download = move || download_sender.send(ThreadReport::Download(downloader.run()));
        thread::Builder::new().name("up".into()).spawn(upload)?;
        thread::Builder::new().name("down".into()).spawn(download)?;
        Ok(Transfer {
            target,
            stream,
            peer,
            input,
            activity,
            ack_counter,
            observers,
            receiver,
            timeouts: Timeouts::new(target.options.quiet_timeout, target.options.idle_timeout),
            unacknowledged_at_quiet: None,
            unacknowledged_at_check: None,
            write_error: None,
        })
    }
}

/// State of a running transfer.
struct Transfer<'a> {
    target: &'a PipeTarget,
    stream: TcpStream,
    peer: SocketAddr,
    input: File,
    activity: Arc<Activity>,
    /// Counter of acknowledged bytes; `None` if the system has none.
    ack_counter: Option<AckCounter>,
    observers: Observers,
    receiver: &'a Receiver<ThreadReport>,
    timeouts: Timeouts,
    /// Unacknowledged bytes when the quiet timeout last expired.
    unacknowledged_at_quiet: Option<u64>,
    /// Unacknowledged bytes at the last check for the idle timeout.
    unacknowledged_at_check: Option<u64>,
    /// Error of the uploader, after which nothing more can be sent.
    write_error: Option<io::Error>,
}

impl Transfer<'_> {
    fn run(&mut self, report: &dyn Fn(&str)) -> Result<CloseReason, PipeError> {
        let (endpoint, is_verbose) = (&self.target.endpoint, self.target.options.verbosity == Verbosity::All);
        loop {
            match self.next_report()? {
                Some(ThreadReport::Upload(UploadResult::Sent | UploadResult::TimedOut)) => self.end_input(),
                Some(ThreadReport::Upload(UploadResult::Input(error))) => return Err(PipeError::Input(error)),
                // The downloader notices it, too, after it has read the remaining data.
                Some(ThreadReport::Upload(UploadResult::Link(error))) => self.write_error = Some(error),
                Some(ThreadReport::Download(DownloadResult::Output(error))) => return Err(PipeError::Output(error)),
                Some(ThreadReport::Download(DownloadResult::Link(error))) => {
                    return Err(PipeError::Link(self.link_error(LinkOp::Read, &error)));
                }
                Some(ThreadReport::Download(DownloadResult::Closed)) => {
                    if is_verbose {
                        report(&format!("{endpoint} closed the connection."));
                    }
                    return self.send_remaining_input(report).map(|()| CloseReason::ByPeer);
                }
                Some(ThreadReport::ObserverFailed(message)) => report(&message),
                None => {
                    if is_verbose && let Some(quiet) = self.target.options.quiet_timeout {
                        report(&format!("Nothing received for {} after the end of input.", format_duration(quiet)));
                    }
                    return Ok(CloseReason::ByUs);
                }
            }
        }
    }

    /// Whether the server has acknowledged data since the quiet timeout last expired. On a slow link, megabytes may be in
    /// the send buffer, and the server cannot have answered yet. Always `false` with a quiet timeout of zero.
    fn is_still_sending(&mut self) -> bool {
        let left = net::unacknowledged(&self.stream).filter(|left| *left > 0);
        let is_less = left.is_some_and(|left| self.unacknowledged_at_quiet.is_none_or(|before| left < before));
        self.unacknowledged_at_quiet = left;
        is_less && self.target.options.quiet_timeout.is_some_and(|quiet| !quiet.is_zero())
    }

    /// Restarts the idle timeout if the server has acknowledged data since the last check. The uploader marks activity only
    /// when a write has returned, which may take minutes with a slow server.
    fn check_acknowledged(&mut self) {
        let left = net::unacknowledged(&self.stream);
        if self.unacknowledged_at_check.is_some() && left != self.unacknowledged_at_check {
            self.activity.mark_written(Direction::Up, 0);
        }
        self.unacknowledged_at_check = left;
    }

    /// Interval between two checks for acknowledged data, if there is an idle timeout.
    fn check_interval(&self) -> Option<Duration> {
        self.target.options.idle_timeout.map(|idle| idle / CHECKS_PER_IDLE_TIMEOUT)
    }

    /// Waits for a report. Returns `None` when the quiet timeout has expired.
    fn next_report(&mut self) -> Result<Option<ThreadReport>, PipeError> {
        loop {
            if self.check_interval().is_some() {
                self.check_acknowledged();
            }
            let received = match self.timeouts.next(&self.activity) {
                NextAction::Quiet if self.is_still_sending() => {
                    self.timeouts.end_input(&self.activity);
                    continue;
                }
                NextAction::Quiet => return Ok(None),
                NextAction::Idle(idle) => return Err(PipeError::Idle { endpoint: self.target.endpoint.clone(), idle }),
                NextAction::Wait(Some(time)) => {
                    self.receiver.recv_timeout(self.check_interval().map_or(time, |interval| interval.min(time)))
                }
                NextAction::Wait(None) => self.receiver.recv().map_err(|_disconnected| RecvTimeoutError::Disconnected),
            };
            match received {
                Ok(report) => return Ok(Some(report)),
                Err(RecvTimeoutError::Timeout) => {}
                // Both threads have ended, and have reported before.
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    fn end_input(&mut self) {
        self.timeouts.end_input(&self.activity);
        if self.target.options.on_stdin_eof == OnStdinEof::HalfClose {
            self.observers.half_close(&self.stream);
        }
    }

    /// Sends the remaining input after the server has closed its side; it may still be receiving.
    fn send_remaining_input(&mut self, report: &dyn Fn(&str)) -> Result<(), PipeError> {
        if let Some(error) = self.write_error.take() {
            return Err(PipeError::Link(self.link_error(LinkOp::Write, &error)));
        }
        self.activity.mark_closed();
        if self.timeouts.has_input_ended() {
            return Ok(());
        }
        if self.activity.is_reading_input() && !self.wait_for_input()? {
            self.report_unread_input(report);
            return Ok(());
        }
        loop {
            match self.next_report()? {
                Some(ThreadReport::ObserverFailed(message)) => report(&message),
                Some(ThreadReport::Upload(UploadResult::Link(error))) => {
                    return Err(PipeError::Unsent(self.link_error(LinkOp::Write, &error)));
                }
                Some(ThreadReport::Upload(UploadResult::Input(error))) => return Err(PipeError::Input(error)),
                Some(ThreadReport::Upload(UploadResult::TimedOut)) => {
                    self.report_unread_input(report);
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }

    /// Reports that further input is not sent, if some was sent before or progress is reported.
    fn report_unread_input(&self, report: &dyn Fn(&str)) {
        let has_sent = self.activity.has_sent() && !self.input.is_terminal();
        if has_sent || self.target.options.verbosity == Verbosity::All {
            let endpoint = &self.target.endpoint;
            report(&format!(
                "{endpoint} closed the connection before the input ended. Further input is not sent; -q never waits for it."
            ));
        }
    }

    /// Waits until the input has data or ends, while the uploader is blocked in a read. Returns `false` after the quiet
    /// timeout.
    fn wait_for_input(&self) -> Result<bool, PipeError> {
        let (quiet, idle) = (self.target.options.quiet_timeout, self.target.options.idle_timeout);
        let shorter_idle = idle.filter(|idle| quiet.is_none_or(|quiet| *idle < quiet));
        let has_more = stdio::has_more(&self.input, shorter_idle.or(quiet));
        match shorter_idle {
            Some(idle) if !has_more => Err(PipeError::Idle { endpoint: self.target.endpoint.clone(), idle }),
            _ => Ok(has_more),
        }
    }

    /// Returns the number of bytes that the other machine has not acknowledged, after waiting at most [`DRAIN_TIME`] for
    /// the last ones. Returns 0 if the number is unknown, with a quiet timeout of zero, and after an error of this machine.
    fn undelivered_bytes(&self, result: &Result<CloseReason, PipeError>) -> u64 {
        let quiet = self.target.options.quiet_timeout;
        let Some(counter) = self.ack_counter.as_ref().filter(|_| quiet != Some(Duration::ZERO)) else { return 0 };
        let limit = match result {
            // The last bytes were sent at least one quiet timeout ago.
            Ok(CloseReason::ByUs) => DRAIN_TIME.saturating_sub(quiet.unwrap_or_default()),
            Ok(_) => DRAIN_TIME,
            Err(error) if error.is_of_network() => Duration::ZERO,
            Err(_) => return 0,
        };
        let deadline = Instant::now() + limit;
        loop {
            let Some(acknowledged) = counter.read() else { return 0 };
            let left = self.activity.offered().saturating_sub(acknowledged.bytes);
            if left == 0 || acknowledged.is_final || Instant::now() >= deadline {
                return left;
            }
            thread::sleep(DRAIN_INTERVAL);
        }
    }

    fn link_error(&self, op: LinkOp, error: &io::Error) -> LinkError {
        LinkError::from_io(op, &self.target.endpoint, Some(self.peer), error)
    }
}
