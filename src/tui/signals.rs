//! What the system tells the process.

use std::io;

/// A signal with a meaning here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT from outside; the key is not a signal in raw mode.
    Interrupt,
    /// SIGQUIT.
    Quit,
    /// SIGTERM.
    Terminate,
    /// SIGHUP: the terminal is gone.
    HangUp,
    /// SIGTSTP: stop, please.
    Stop,
    /// SIGCONT: go on.
    Continue,
}

impl Signal {
    /// Its number, as exit statuses have it (128 and this).
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

/// The signals of this process as they come.
#[derive(Debug, Default)]
pub struct Signals(system::Source);

impl Signals {
    /// Starts listening. Must be called inside a runtime.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn listen() -> io::Result<Self> {
        system::Source::listen().map(Self)
    }

    /// Hears nothing, ever: for tests.
    pub fn none() -> Self {
        Self::default()
    }

    /// The next signal. Cancel-safe.
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
                let heard = self.0.iter_mut().find_map(|(name, source)| match source.poll_recv(context) {
                    Poll::Ready(Some(())) => Some(*name),
                    _ => None,
                });
                heard.map_or(Poll::Pending, Poll::Ready)
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
