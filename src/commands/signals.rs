//! Receives the signals that stop a server.

pub(crate) use system::Signals;

#[cfg(unix)]
mod system {
    use std::future::poll_fn;
    use std::task::Poll;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Receives SIGINT, SIGTERM and SIGHUP. Must be created inside a tokio runtime.
    #[derive(Debug)]
    pub(crate) struct Signals(Vec<Signal>);

    impl Signals {
        /// Starts to listen. Leaves out signals that the system refuses, and SIGHUP if it is ignored.
        pub(crate) fn listen() -> Self {
            let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
            if !ignores_hang_up() {
                kinds.push(SignalKind::hangup());
            }
            Self(kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect())
        }

        /// Waits for the next signal.
        pub(crate) async fn next(&mut self) {
            poll_fn(|context| {
                // Poll all of them, because each stores its own waker.
                let polled = self.0.iter_mut().map(|signal| signal.poll_recv(context).is_ready());
                if polled.fold(false, |any, is_ready| any | is_ready) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
    }

    /// Whether SIGHUP is ignored, as under `nohup`. Listening would undo that.
    fn ignores_hang_up() -> bool {
        // proc(5): a hexadecimal mask with SIGHUP in bit 0. On systems other than Linux, reading the disposition needs
        // unsafe code, so that SIGHUP counts as ignored.
        let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return true };
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & 1 == 1)
    }
}

#[cfg(not(unix))]
mod system {
    /// Receives Ctrl-C.
    #[derive(Debug)]
    pub(crate) struct Signals(());

    impl Signals {
        /// Starts to listen.
        pub(crate) const fn listen() -> Self {
            Self(())
        }

        /// Waits for the next Ctrl-C.
        pub(crate) async fn next(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
        }
    }
}
