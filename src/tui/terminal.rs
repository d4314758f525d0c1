//! Taking the terminal over, and giving it back as it was, whatever happens.

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::style::ResetColor;
use crossterm::terminal::{
    Clear, ClearType, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is ours. One per process, as the terminal is, and read by the panic hook.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Holds the terminal in raw mode, on the alternate screen, with bracketed paste and without line wrap (what a terminal
/// takes for wider than we do must not run over into the next gutter). Dropping it gives it back.
///
/// Every way out passes here: quitting, errors and signals by `Drop`, panics by [`install_panic_hook`] (with
/// `panic = "abort"` nothing is dropped). Giving back twice does nothing.
#[derive(Debug)]
pub struct Guard(());

impl Guard {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When there is no terminal or it refuses; then it is as it was.
    pub fn enter() -> io::Result<Self> {
        take()?;
        Ok(Self(()))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// The steps of taking over, also after a suspension.
pub(super) fn take() -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    let screen = || {
        // Cleared, because the Linux console has no alternate screen and would show what was there through ours.
        execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All), EnableBracketedPaste, DisableLineWrap)
    };
    let taken = enable_raw_mode().and_then(|()| screen());
    taken.inspect_err(|_| give_back())
}

/// The same backwards, and what a frame that was cut short may have left behind.
///
/// Errors are passed over: where the terminal is gone there is nothing to give back.
pub(super) fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let _ = disable_raw_mode();
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        ResetColor,
        EnableLineWrap,
        DisableBracketedPaste,
        Show,
        LeaveAlternateScreen
    );
}

/// Gives the terminal back before a panic is reported, from whatever thread it comes.
pub fn install_panic_hook() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        give_back();
        report(info);
    }));
}
