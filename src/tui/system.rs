//! The operating system as the event loop uses it: local time, suspending, and lending the terminal.

use super::terminal;
use crate::app::LocalTime;
use std::io;

/// Operating system services for the event loop; tests use their own.
pub trait System {
    /// Returns the local time.
    fn local_time(&self) -> LocalTime;

    /// Restores the terminal, stops the process until SIGCONT, and takes the terminal over again. Does nothing if no
    /// shell could continue the process.
    ///
    /// # Errors
    /// When the terminal cannot be taken over again.
    fn suspend(&mut self) -> io::Result<Suspended>;

    /// Takes the terminal over again after another process stopped and continued this one.
    ///
    /// # Errors
    /// When the terminal cannot be taken over again.
    fn resume(&mut self) -> io::Result<()>;

    /// Returns the user's editor as a shell command; `None` if none is set.
    fn editor(&self) -> Option<String>;

    /// Restores the terminal for another program.
    fn release_terminal(&mut self);

    /// Takes the terminal over again after [`System::release_terminal`].
    ///
    /// # Errors
    /// When the terminal cannot be taken over again.
    fn reclaim_terminal(&mut self) -> io::Result<()>;

    /// Stops the process until SIGCONT while another program, which is stopped as well, has the terminal. Does nothing if
    /// no shell could continue the process.
    fn wait_for_continue(&mut self);
}

/// Result of a request to suspend the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspended {
    /// The process was suspended and has been continued.
    Yes,
    /// There is no shell with job control that could continue the process.
    Unavailable,
}

/// Services of the operating system that the process runs on.
#[derive(Debug, Default)]
pub struct RealSystem(());

impl System for RealSystem {
    fn local_time(&self) -> LocalTime {
        LocalTime(crate::storage::local_time::local_time())
    }

    fn suspend(&mut self) -> io::Result<Suspended> {
        if !has_shell() {
            return Ok(Suspended::Unavailable);
        }
        terminal::restore();
        let suspended = stop_job();
        terminal::acquire()?;
        Ok(suspended)
    }

    fn resume(&mut self) -> io::Result<()> {
        // crossterm would do nothing otherwise, because it assumes that raw mode is still on.
        terminal::reacquire()
    }

    /// Returns `VISUAL` unless the terminal is dumb, or else `EDITOR`, as git does.
    fn editor(&self) -> Option<String> {
        let value = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let has_screen = value("TERM").is_none_or(|term| term != "dumb");
        value("VISUAL").filter(|_| has_screen).or_else(|| value("EDITOR"))
    }

    fn release_terminal(&mut self) {
        terminal::release();
    }

    fn reclaim_terminal(&mut self) -> io::Result<()> {
        terminal::acquire()
    }

    fn wait_for_continue(&mut self) {
        if has_shell() {
            stop_process();
        }
    }
}

/// Whether a shell could continue the process. A shell with job control puts each job into its own process group; in the
/// group of the session leader (`ssh -t host netchat-tui`, `xterm -e netchat-tui`) there is no such shell.
#[cfg(unix)]
fn has_shell() -> bool {
    rustix::process::getsid(None).is_ok_and(|session| session != rustix::process::getpgrp())
}

/// Stops the whole job, so that the shell notices even if it started this process through `cargo run`. Uses SIGSTOP,
/// because SIGTSTP is handled as a request to call this function.
#[cfg(unix)]
fn stop_job() -> Suspended {
    match rustix::process::kill_current_process_group(rustix::process::Signal::STOP) {
        Ok(()) => Suspended::Yes,
        // Fails without permission for any process of the job.
        Err(_) => Suspended::Unavailable,
    }
}

/// Stops this process only. Other processes of the job restore the terminal before they stop.
#[cfg(unix)]
fn stop_process() {
    // A process may always signal itself.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}

#[cfg(not(unix))]
const fn stop_process() {}

/// Returns `false`: this system has no job control.
#[cfg(not(unix))]
const fn has_shell() -> bool {
    false
}

#[cfg(not(unix))]
const fn stop_job() -> Suspended {
    Suspended::Unavailable
}
