//! Signals from the operating system.

use std::io;

/// Signal that the client handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT from another process; in raw mode Ctrl-C is a key and no signal.
    Interrupt,
    /// SIGQUIT from another process.
    Quit,
    /// SIGTERM, or the request to end the process.
    Terminate,
    /// SIGHUP: the terminal is gone.
    HangUp,
    /// SIGTSTP: the request to suspend the process.
    Stop,
    /// SIGCONT: the process was continued.
    Continue,
}

impl Signal {
    /// Returns the signal's number on Linux. The exit status is 128 plus this number.
    pub const fn number(self) -> u8 {
        match self {
            Self::HangUp => 1,
            Self::Interrupt => 2,
            Self::Quit => 3,
            Self::Terminate => 15,
            Self::Continue => 18,
            Self::Stop => 20,
        }
    }
}

/// Receives the signals of this process.
#[derive(Debug, Default)]
pub struct Signals(system::Source);

impl Signals {
    /// Starts listening. Must be called inside a runtime.
    ///
    /// # Errors
    /// When a signal handler cannot be installed.
    pub fn listen() -> io::Result<Self> {
        system::Source::listen().map(Self)
    }

    /// Creates a receiver that never receives a signal, for tests.
    pub fn none() -> Self {
        Self::default()
    }

    /// Waits for the next signal. Cancel-safe.
    pub async fn recv(&mut self) -> Signal {
        self.0.recv().await
    }
}

#[cfg(unix)]
mod system {
    use super::Signal;
    use std::future::poll_fn;
    use std::io;
    use std::task::Poll;
    use tokio::signal::unix::{self, SignalKind, signal};

    #[derive(Debug, Default)]
    pub(super) struct Source(Vec<(Signal, unix::Signal)>);

    impl Source {
        pub(super) fn listen() -> io::Result<Self> {
            let kinds = [
                (Signal::Terminate, SignalKind::terminate()),
                (Signal::HangUp, SignalKind::hangup()),
                (Signal::Interrupt, SignalKind::interrupt()),
                (Signal::Quit, SignalKind::quit()),
                (Signal::Stop, SignalKind::from_raw(i32::from(Signal::Stop.number()))),
                (Signal::Continue, SignalKind::from_raw(i32::from(Signal::Continue.number()))),
            ];
            kinds.into_iter().map(|(name, kind)| Ok((name, signal(kind)?))).collect::<io::Result<_>>().map(Self)
        }

        pub(super) async fn recv(&mut self) -> Signal {
            poll_fn(|context| {
                let received = self.0.iter_mut().find_map(|(name, source)| match source.poll_recv(context) {
                    Poll::Ready(Some(())) => Some(*name),
                    _ => None,
                });
                received.map_or(Poll::Pending, Poll::Ready)
            })
            .await
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::Signal;
    use std::io;

    #[derive(Debug, Default)]
    pub(super) struct Source {
        is_listening: bool,
    }

    impl Source {
        pub(super) fn listen() -> io::Result<Self> {
            Ok(Self { is_listening: true })
        }

        pub(super) async fn recv(&mut self) -> Signal {
            if self.is_listening && tokio::signal::ctrl_c().await.is_ok() {
                return Signal::Interrupt;
            }
            std::future::pending().await
        }
    }
}
