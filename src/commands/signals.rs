//! What ends a server.

/// SIGINT, SIGTERM and SIGHUP as they come.
pub(crate) use system::Signals;

#[cfg(unix)]
mod system {
    use std::future::poll_fn;
    use std::task::Poll;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// See above. Must be made inside a runtime.
    #[derive(Debug)]
    pub(crate) struct Signals(Vec<Signal>);

    impl Signals {
        /// Listens to those that the system lets us listen to.
        pub(crate) fn listen() -> Self {
            let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
            if !ignores_hang_up() {
                kinds.push(SignalKind::hangup());
            }
            Self(kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect())
        }

        /// The next one.
        pub(crate) async fn next(&mut self) {
            poll_fn(|context| {
                // All of them: each keeps the waker of its own.
                let polled = self.0.iter_mut().map(|signal| signal.poll_recv(context).is_ready());
                if polled.fold(false, |any, heard| any | heard) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
    }

    /// Whether the process was started by `nohup`. Listening would undo that.
    fn ignores_hang_up() -> bool {
        // proc(5): a mask in hexadecimal digits, and SIGHUP is the first signal. Elsewhere than on Linux there is no
        // way to know without unsafe code; then the closed terminal is no reason to end.
        let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return true };
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & 1 == 1)
    }
}

#[cfg(not(unix))]
mod system {
    /// See above.
    #[derive(Debug)]
    pub(crate) struct Signals(());

    impl Signals {
        /// There is only Ctrl-C here.
        pub(crate) const fn listen() -> Self {
            Self(())
        }

        /// The next one.
        pub(crate) async fn next(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
        }
    }
}
