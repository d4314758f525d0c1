//! Reading keys from the terminal on Unix, only while the stream is polled.

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

/// Maximum size of one read in bytes. A terminal delivers at most 4 KiB.
const READ_SIZE: usize = 64 << 10;

/// Stream of keyboard, mouse and resize events. It ends when the terminal is gone.
///
/// Nothing is read while the stream is not polled, so that another program can use the terminal. There is no thread, and
/// no wakeup except for input and timeouts of incomplete sequences.
///
/// The terminal is not switched to non-blocking mode: that flag belongs to the open file, which the shell shares.
#[derive(Debug)]
pub struct Keyboard<T: AsRawFd = Stdin> {
    tty: AsyncFd<T>,
    buffer: Box<[u8]>,
    decoder: Decoder,
    /// Sleep until [`Decoder::deadline`]; `None` without a deadline.
    timeout: Option<Pin<Box<Sleep>>>,
    resized: Signal,
    state: TtyState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TtyState {
    Open,
    /// The terminal is gone. Decoded events are still returned.
    Ended,
}

impl Keyboard {
    /// Reads the terminal at standard input. Must be called inside a runtime.
    ///
    /// # Errors
    /// When standard input cannot be polled, because it is no terminal.
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
            buffer: vec![0; READ_SIZE].into(),
            decoder: Decoder::default(),
            timeout: None,
            resized: signal(SignalKind::window_change())?,
            state: TtyState::Open,
        })
    }

    /// Reads once and returns the number of bytes, 0 at the end.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            let mut readiness = ready!(self.tty.poll_read_ready(context))?;
            match try_read(readiness.get_inner(), &mut self.buffer)? {
                Some(count) => return Poll::Ready(Ok(count)),
                // The next iteration registers the waker.
                None => readiness.clear_ready(),
            }
        }
    }

    /// Waits for the decoder's deadline; forever without one.
    fn poll_timeout(&mut self, context: &mut Context<'_>) -> Poll<()> {
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

    /// Expires incomplete input, unless the rest can be read and the runtime has not noticed yet.
    fn expire(&mut self) -> io::Result<()> {
        if let Some(count) = try_read(self.tty.get_ref(), &mut self.buffer)? {
            self.decode(count);
        } else {
            self.decoder.expire(Instant::now());
        }
        Ok(())
    }

    /// Decodes the first `count` bytes of the buffer; 0 means the end.
    fn decode(&mut self, count: usize) {
        match count {
            0 => self.state = TtyState::Ended,
            count => {
                let read = self.buffer.get_mut(..count).unwrap_or_default();
                self.decoder.read(read, Instant::now());
                // May contain a secret.
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
            if this.state == TtyState::Ended {
                return Poll::Ready(None);
            }
            if this.resized.poll_recv(context).is_ready() {
                let (columns, lines) = crossterm::terminal::size().unwrap_or_default();
                return Poll::Ready(Some(Ok(Input::Resize(columns, lines))));
            }
            let step = match this.poll_read(context) {
                Poll::Ready(count) => count.map(|count| this.decode(count)),
                Poll::Pending => {
                    ready!(this.poll_timeout(context));
                    this.expire()
                }
            };
            if let Err(error) = step {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

/// Reads without waiting. Returns 0 at the end, and `None` if nothing can be read now.
fn try_read(tty: impl AsFd, buffer: &mut [u8]) -> io::Result<Option<usize>> {
    // Another program may have read the input that caused the wakeup, and the read would block.
    let mut polled = [PollFd::new(&tty, PollFlags::IN)];
    let read = match retry_on_intr(|| poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))) {
        Ok(0) => return Ok(None),
        Ok(_) => retry_on_intr(|| rustix::io::read(&tty, &mut *buffer)),
        Err(error) => Err(error),
    };
    match read {
        Ok(count) => Ok(Some(count)),
        // The terminal has hung up, or this is an orphaned background process.
        Err(Errno::IO) => Ok(Some(0)),
        Err(Errno::AGAIN) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
