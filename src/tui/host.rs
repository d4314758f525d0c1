//! What the loop needs from the machine it runs on, beside terminal and network.

use super::terminal;
use crate::app::Wall;
use std::io;

/// The clock on the wall, and the shell.
pub trait Host {
    /// The local time.
    fn wall(&self) -> Wall;

    /// Gives the terminal back, sleeps until told to go on, takes it again.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    fn suspend(&mut self) -> io::Result<()>;

    /// Takes the terminal again after somebody else stopped and continued the program.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    fn resume(&mut self) -> io::Result<()>;
}

/// The real one.
#[derive(Debug, Default)]
pub struct SystemHost(());

impl Host for SystemHost {
    fn wall(&self) -> Wall {
        let now = chrono::Local::now();
        let offset = i64::from(now.offset().local_minus_utc()) * 1000;
        Wall(u64::try_from(now.timestamp_millis() + offset).unwrap_or(0))
    }

    fn suspend(&mut self) -> io::Result<()> {
        terminal::give_back();
        stop();
        terminal::take()
    }

    fn resume(&mut self) -> io::Result<()> {
        // Given back first: crossterm believes that raw mode is still on and would leave it at that.
        terminal::give_back();
        terminal::take()
    }
}

/// Stops the whole job, so that the shell notices, also when it runs us through `cargo run`. SIGSTOP, because SIGTSTP
/// is caught: it comes to us as a request to do just this.
#[cfg(unix)]
fn stop() {
    // Without permission for one of the job's processes nothing is stopped and the program goes on.
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::STOP);
}

/// There is no job control on this system: the screen is drawn anew and that is all.
#[cfg(not(unix))]
fn stop() {}
