//! What the loop needs from the machine it runs on, beside terminal and network.

use super::terminal;
use crate::app::LocalTime;
use std::io;

/// The clock on the wall, and the shell.
pub trait System {
    /// The local time.
    fn local_time(&self) -> LocalTime;

    /// Gives the terminal back, sleeps until told to go on, takes it again; unless nobody could tell.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    fn suspend(&mut self) -> io::Result<Suspended>;

    /// Takes the terminal again after somebody else stopped and continued the program.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    fn resume(&mut self) -> io::Result<()>;

    /// The editor the user wants, a command in words as a shell has them; `None` if they have not said.
    fn editor(&self) -> Option<String>;

    /// Gives the terminal back, for another program to have it for a while.
    fn release_terminal(&mut self);

    /// Takes the terminal again after [`System::release_terminal`].
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    fn reclaim_terminal(&mut self) -> io::Result<()>;

    /// Sleeps until told to go on, while another program has the terminal and was told the same; unless nobody could
    /// tell.
    fn wait_for_continue(&mut self);
}

/// Whether a suspension took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspended {
    /// It did, and is over.
    Yes,
    /// There is no shell with job control to bring the program back.
    Unavailable,
}

/// The real one.
#[derive(Debug, Default)]
pub struct RealSystem(());

impl System for RealSystem {
    fn local_time(&self) -> LocalTime {
        LocalTime(crate::storage::recording_file::local_time())
    }

    fn suspend(&mut self) -> io::Result<Suspended> {
        if !has_shell() {
            return Ok(Suspended::Unavailable);
        }
        terminal::restore();
        let stopped = stop();
        terminal::acquire()?;
        Ok(stopped)
    }

    fn resume(&mut self) -> io::Result<()> {
        // Given back first: crossterm takes raw mode to be on still, and would change nothing.
        terminal::reacquire()
    }

    /// As git does: `VISUAL` where there is a screen, or else `EDITOR`.
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
            stop_alone();
        }
    }
}

/// Whether somebody could continue us: a shell with job control puts each job into a process group of its own. In the
/// group of the session's leader (`ssh -t host netchat-tui`, `xterm -e netchat-tui`) there is nobody.
#[cfg(unix)]
fn has_shell() -> bool {
    rustix::process::getsid(None).is_ok_and(|session| session != rustix::process::getpgrp())
}

/// Stops the whole job, so that the shell notices, also when it runs us through `cargo run`. SIGSTOP, because SIGTSTP
/// is caught: it comes to us as a request to do just this.
#[cfg(unix)]
fn stop() -> Suspended {
    match rustix::process::kill_current_process_group(rustix::process::Signal::STOP) {
        Ok(()) => Suspended::Yes,
        // Without permission for one of the job's processes nothing is stopped.
        Err(_) => Suspended::Unavailable,
    }
}

/// Stops this process only: the others of the job are about to put the terminal in order before they stop.
#[cfg(unix)]
fn stop_alone() {
    // Nobody may forbid us this.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}

#[cfg(not(unix))]
const fn stop_alone() {}

/// There is no job control on this system.
#[cfg(not(unix))]
const fn has_shell() -> bool {
    false
}

#[cfg(not(unix))]
const fn stop() -> Suspended {
    Suspended::Unavailable
}
