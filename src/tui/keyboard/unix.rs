//! Reading the terminal: when it has something, and only when asked.

#[cfg(test)]
mod tests;

use super::decoder::Decoder;
use crate::tui::terminal;
use crossterm::event::Event as Input;
use futures_util::Stream;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use std::io::{self, Stdin};
use std::os::fd::{AsFd, AsRawFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, Sleep, sleep_until};
use zeroize::Zeroize as _;

/// Bytes read at once. A terminal gives 4 KiB.
const READ: usize = 64 << 10;

/// What is typed, as it comes; and new sizes of the window.
///
/// The stream ends with the terminal. While it is not polled nothing is read, so that another program may have the
/// terminal for a while. There is no thread, and no wakeup but for a key or the rest of one.
///
/// The terminal is not made non-blocking: the setting belongs to the open file, and the shell shares that.
#[derive(Debug)]
pub struct Keyboard<T: AsRawFd = Stdin> {
    tty: AsyncFd<T>,
    buffer: Box<[u8]>,
    decoder: Decoder,
    /// Ends when [`Decoder::deadline`] does; none if there is no deadline.
    timeout: Option<Pin<Box<Sleep>>>,
    resized: Signal,
    condition: TtyState,
}

/// Whether the terminal is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TtyState {
    Open,
    /// It is gone; what was read before still is to be handed out.
    Ended,
}

impl Keyboard {
    /// The terminal at the standard input. Must be called inside a runtime.
    ///
    /// # Errors
    /// When the system cannot tell when there is something to read, because it is no terminal.
    pub fn open() -> io::Result<Self> {
        Self::on(io::stdin())
    }
}

impl<T: AsRawFd + AsFd> Keyboard<T> {
    fn on(tty: T) -> io::Result<Self> {
        #[expect(
            deprecated,
            reason = "since tokio 1.54 for implementations of `AsRawFd` that lie; what replaces it is unsafe to call"
        )]
        let tty = AsyncFd::with_interest(tty, Interest::READABLE)?;
        Ok(Self {
            tty,
            buffer: vec![0; READ].into(),
            decoder: Decoder::default(),
            timeout: None,
            resized: signal(SignalKind::window_change())?,
            condition: TtyState::Open,
        })
    }

    /// Reads once, or tells that there is nothing to read. No bytes: the end.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            let mut readiness = ready!(self.tty.poll_read_ready(context))?;
            match try_read(readiness.get_inner(), &mut self.buffer)? {
                Some(count) => return Poll::Ready(Ok(count)),
                // The next round leaves the waker.
                None => readiness.clear_ready(),
            }
        }
    }

    /// Waits until what is held is past its time; for ever if nothing is.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.decoder.deadline() else {
            self.timeout = None;
            return Poll::Pending;
        };
        let sleep = self.timeout.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        sleep.as_mut().poll(context)
    }

    /// What is held is past its time, unless the rest has come and the runtime has not heard of it yet.
    fn expire(&mut self) -> io::Result<()> {
        if let Some(count) = try_read(self.tty.get_ref(), &mut self.buffer)? {
            self.take(count);
        } else {
            self.decoder.expire(Instant::now());
        }
        Ok(())
    }

    fn take(&mut self, count: usize) {
        match count {
            0 => self.condition = TtyState::Ended,
            count => {
                let read = self.buffer.get_mut(..count).unwrap_or_default();
                self.decoder.read(read, Instant::now());
                // It may have been a secret.
                read.zeroize();
            }
        }
        if self.decoder.take_answer() {
            terminal::on_query_answered();
        }
    }
}

impl<T: AsRawFd + AsFd + Unpin> Stream for Keyboard<T> {
    type Item = io::Result<Input>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(input) = this.decoder.next() {
                return Poll::Ready(Some(Ok(input)));
            }
            if this.condition == TtyState::Ended {
                return Poll::Ready(None);
            }
            if this.resized.poll_recv(context).is_ready() {
                let (columns, lines) = crossterm::terminal::size().unwrap_or_default();
                return Poll::Ready(Some(Ok(Input::Resize(columns, lines))));
            }
            let step = match this.poll_read(context) {
                Poll::Ready(count) => count.map(|count| this.take(count)),
                Poll::Pending => {
                    ready!(this.poll_patience(context));
                    this.expire()
                }
            };
            if let Err(error) = step {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

/// Reads if that is possible without waiting. No bytes are the end, `None` is nothing for now.
fn try_read(tty: impl AsFd, buffer: &mut [u8]) -> io::Result<Option<usize>> {
    // Somebody else may have read what we were woken for, and then the read would wait.
    let mut polled = [PollFd::new(&tty, PollFlags::IN)];
    let read = match retry_on_intr(|| poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))) {
        Ok(0) => return Ok(None),
        Ok(_) => retry_on_intr(|| rustix::io::read(&tty, &mut *buffer)),
        Err(error) => Err(error),
    };
    match read {
        Ok(count) => Ok(Some(count)),
        // After a hangup; or in the background with nobody to fetch us from there.
        Err(Errno::IO) => Ok(Some(0)),
        Err(Errno::AGAIN) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
