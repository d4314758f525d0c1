//! Taking over the terminal, and restoring it on every way out.

use crate::app::MouseCapture;
use crossterm::Command;
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::style::{Print, ResetColor};
use crossterm::terminal::{
    Clear, ClearType, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the program has the terminal. One per process, like the terminal; the panic hook reads it.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// Whether the main screen is used instead of the alternate one.
static INLINE: AtomicBool = AtomicBool::new(false);

/// Whether the mouse is captured, to capture it again after a suspension.
static MOUSE_CAPTURED: AtomicBool = AtomicBool::new(false);

/// Turns off bidi reordering by the terminal (BDSM, ECMA-48 7.2.1). `ui` orders right-to-left text in the cells, and VTE
/// and mintty would reorder it again.
/// <https://terminal-wg.pages.freedesktop.org/bidi/recommendation/escape-sequences.html>
const EXPLICIT_ORDER: &str = "\x1b[8l";

/// Turns bidi reordering on, the default of terminals that support it. The recommendation above asks programs to do this
/// when they end.
const IMPLICIT_ORDER: &str = "\x1b[8h";

/// Saves the window title on the terminal's stack (XTWINOPS 22; xterm, VTE, kitty, foot, Windows Terminal, tmux). A
/// terminal without that stack keeps the program's last title: querying the title could leave the answer as typed text.
const SAVE_TITLE: &str = "\x1b[22;2t";
/// Restores the saved window title (XTWINOPS 23).
const RESTORE_TITLE: &str = "\x1b[23;2t";

/// Enables Kitty's keyboard protocol with two flags: 1 distinguishes keys (Esc from Alt, Ctrl-Enter from Enter), 4 reports
/// alternate keys, without which Alt-< is Alt-Shift-, and Ctrl on a Cyrillic keyboard is no letter. The alternate screen
/// has its own stack of flags, so the shell's is not changed.
/// <https://sw.kovidgoyal.net/kitty/keyboard-protocol/#progressive-enhancement>
const ENABLE_KITTY_KEYS: &str = "\x1b[>5u";
/// Restores the previous flags of Kitty's keyboard protocol.
const DISABLE_KITTY_KEYS: &str = "\x1b[<u";

/// Keeps the terminal in raw mode with bracketed paste and focus reports, and restores it when dropped.
///
/// The full screen uses the alternate screen without line wrap: text that is wider in the terminal than expected must not
/// continue in the next line's gutter.
///
/// Every way out restores the terminal: quitting, errors and signals by `Drop`, panics by [`install_panic_hook`] (with
/// `panic = "abort"` nothing is dropped). Restoring twice does nothing.
#[derive(Debug)]
pub struct TerminalGuard(());

impl TerminalGuard {
    /// Takes over the terminal with its alternate screen.
    ///
    /// # Errors
    /// When there is no terminal or it cannot be set up; it is restored then.
    pub fn enter() -> io::Result<Self> {
        Self::enter_with(false)
    }

    /// Takes over the terminal without changing its screen, from the cursor's line on.
    ///
    /// # Errors
    /// When there is no terminal or it cannot be set up; it is restored then.
    pub fn enter_inline() -> io::Result<Self> {
        Self::enter_with(true)
    }

    fn enter_with(is_inline: bool) -> io::Result<Self> {
        INLINE.store(is_inline, Ordering::SeqCst);
        acquire()?;
        Ok(Self(()))
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        restore();
    }
}

/// Restores the terminal for another program. Its modes are saved, because a program that is killed, such as an editor,
/// may leave it in raw mode.
pub(crate) fn release() {
    restore();
    saved_modes::save();
}

/// Takes over the terminal in one write, also after a suspension.
pub(crate) fn acquire() -> io::Result<()> {
    // Otherwise raw mode left by another program would be taken for the terminal's original mode.
    saved_modes::restore();
    ACTIVE.store(true, Ordering::SeqCst);
    let set_up = || {
        let mut out = io::stdout();
        // Sent first: output of a terminal that does not know the query is cleared with the screen or line.
        if supports_osc() && query::start() {
            queue!(out, Print(query::TEXT))?;
        }
        if supports_osc() {
            queue!(out, Print(SAVE_TITLE))?;
        }
        if !INLINE.load(Ordering::SeqCst) {
            // The Linux console has no alternate screen and would show its old content otherwise. The text order comes
            // first, because a terminal stores it with each line that it writes or clears.
            queue!(out, EnterAlternateScreen, Print(EXPLICIT_ORDER), Clear(ClearType::All), DisableLineWrap)?;
        }
        if supports_kitty_keys() {
            queue!(out, Print(ENABLE_KITTY_KEYS))?;
        }
        if MOUSE_CAPTURED.load(Ordering::SeqCst) {
            queue!(out, mouse_on())?;
        }
        if is_dumb() {
            return io::Write::flush(&mut out);
        }
        execute!(out, EnableBracketedPaste, EnableFocusChange)
    };
    let result = enable_raw_mode().and_then(|()| set_up());
    result.inspect_err(|_| restore())
}

/// Takes over the terminal again after a stop, during which its modes may have changed. Unread input is kept, including
/// the answer to a query.
pub(crate) fn reacquire() -> io::Result<()> {
    restore_modes(false);
    acquire()
}

/// Restores the terminal's modes, even in the middle of a frame. Waits for the answer to a query first.
///
/// Errors are ignored: they mean that the terminal is gone.
pub(crate) fn restore() {
    restore_modes(query::is_pending());
}

fn restore_modes(wait_for_answer: bool) {
    saved_modes::restore();
    if !ACTIVE.swap(false, Ordering::SeqCst) {
        return;
    }
    // The user may type for the shell as soon as the screen is restored. Raw mode is kept while waiting for the answer, so
    // that it is not echoed.
    if !wait_for_answer {
        let _ = disable_raw_mode();
    }
    let reset = || {
        let mut out = io::stdout();
        if is_dumb() {
            return io::Write::flush(&mut out);
        }
        queue!(out, EndSynchronizedUpdate, ResetColor, mouse_off(), DisableFocusChange, DisableBracketedPaste, Show)?;
        if supports_kitty_keys() {
            queue!(out, Print(DISABLE_KITTY_KEYS))?;
        }
        if !INLINE.load(Ordering::SeqCst) {
            queue!(out, EnableLineWrap, Print(IMPLICIT_ORDER), LeaveAlternateScreen)?;
        }
        if supports_osc() {
            queue!(out, Print(RESTORE_TITLE))?;
        }
        execute!(out)
    };
    let _ = reset();
    if wait_for_answer {
        query::wait_for_answer();
        let _ = disable_raw_mode();
    }
}

/// Records that the keyboard has read the answer to the query for bracketed paste.
#[cfg(unix)]
pub(crate) fn on_query_answered() {
    query::on_answered();
}

/// Installs a panic hook that restores the terminal before the panic of any thread is reported.
pub fn install_panic_hook() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let is_in_line = ACTIVE.load(Ordering::SeqCst) && INLINE.load(Ordering::SeqCst);
        restore();
        if is_in_line {
            // Puts the report below the draft.
            let _ = execute!(io::stdout(), Print("\r\n"));
        }
        report(info);
    }));
}

/// Appends the sequence that starts or ends mouse capture, and remembers which.
pub(crate) fn set_mouse_capture(capture: MouseCapture, out: &mut Vec<u8>) {
    MOUSE_CAPTURED.store(capture == MouseCapture::On, Ordering::SeqCst);
    // Writing to memory cannot fail; a Windows console without a mouse may.
    let _ = match capture {
        MouseCapture::On => queue!(out, mouse_on()),
        MouseCapture::Off => queue!(out, mouse_off()),
    };
}

/// Whether the terminal supports OSC sequences for title, clipboard and notifications. The Linux console does not, and
/// older kernels print them (<https://git.kernel.org/torvalds/c/63f3a16db915>); neither do dumb terminals.
pub(crate) fn supports_osc() -> bool {
    std::env::var_os("TERM").is_none_or(|name| name != "linux" && name != "dumb")
}

/// Whether Kitty's keyboard protocol is requested. Terminals ignore unknown sequences, but some read this one as "restore
/// cursor" (<https://github.com/migueldeicaza/SwiftTerm/pull/500>), so it is used only in full screen, where the next
/// frame moves the cursor anyway. A Windows console delivers key events instead of sequences.
fn supports_kitty_keys() -> bool {
    cfg!(unix) && supports_osc() && !INLINE.load(Ordering::SeqCst)
}

/// Whether the terminal is `dumb` and prints escape sequences as text.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|name| name == "dumb")
}

/// Enables reports of button presses, which include the wheel, with SGR coordinates. crossterm's command also enables
/// motion reports (1003), which would wake the program whenever the mouse moves.
#[cfg(not(windows))]
fn mouse_on() -> impl Command {
    Print("\x1b[?1000h\x1b[?1006h")
}

#[cfg(not(windows))]
fn mouse_off() -> impl Command {
    Print("\x1b[?1006l\x1b[?1000l")
}

/// Enables the mouse as an input mode of the Windows console.
#[cfg(windows)]
fn mouse_on() -> impl Command {
    crossterm::event::EnableMouseCapture
}

#[cfg(windows)]
fn mouse_off() -> impl Command {
    crossterm::event::DisableMouseCapture
}

/// The query whether the terminal supports bracketed paste.
///
/// The program waits for the answer only before it restores the terminal, because the shell would read it as typed text.
/// The wait is bounded: some terminals never answer.
#[cfg(unix)]
mod query {
    use memchr::memmem;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::retry_on_intr;
    use rustix::stdio::stdin;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Mutex, PoisonError};
    use std::time::{Duration, Instant};

    pub(super) use crate::tui::keyboard::QUERY as TEXT;

    /// End of the answer. Its beginning may have been read already.
    const ANSWER_END: &[u8] = b"$y";

    /// Maximum time from the query to its answer.
    const TIMEOUT: Duration = Duration::from_secs(2);

    static WAS_STARTED: AtomicBool = AtomicBool::new(false);

    /// Time until which the answer may arrive; `None` if it has.
    static DEADLINE: Mutex<Option<Instant>> = Mutex::new(None);

    /// Starts waiting for the answer and returns `true` the first time; the query is sent once.
    pub(super) fn start() -> bool {
        let is_first = !WAS_STARTED.swap(true, Ordering::SeqCst);
        if is_first {
            *DEADLINE.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + TIMEOUT);
        }
        is_first
    }

    pub(super) fn on_answered() {
        DEADLINE.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Whether the answer may still arrive.
    pub(super) fn is_pending() -> bool {
        DEADLINE.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|deadline| Instant::now() < deadline)
    }

    /// Reads input until the answer has arrived or its time is over.
    pub(super) fn wait_for_answer() {
        let deadline = DEADLINE.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (mut read, mut buffer) = (Vec::new(), [0; 256]);
        while let Some(left) = deadline.and_then(|deadline| deadline.checked_duration_since(Instant::now())) {
            let tv_sec = left.as_secs().try_into().unwrap_or_default();
            let timeout = Timespec { tv_sec, tv_nsec: left.subsec_nanos().into() };
            let mut polled = [PollFd::from_borrowed_fd(stdin(), PollFlags::IN)];
            let Ok(1..) = retry_on_intr(|| poll(&mut polled, Some(&timeout))) else { return };
            let Ok(count @ 1..) = retry_on_intr(|| rustix::io::read(stdin(), &mut buffer)) else { return };
            read.extend_from_slice(buffer.get(..count).unwrap_or_default());
            if memmem::find(&read, ANSWER_END).is_some() {
                return;
            }
        }
    }
}

/// No query: a Windows console delivers events without paste markers.
#[cfg(not(unix))]
mod query {
    pub(super) const TEXT: &str = "";

    pub(super) const fn start() -> bool {
        false
    }

    pub(super) const fn is_pending() -> bool {
        false
    }

    pub(super) const fn wait_for_answer() {}
}

/// Terminal modes while another program has the terminal.
#[cfg(unix)]
mod saved_modes {
    use rustix::stdio::stdin;
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use std::sync::{Mutex, PoisonError};

    static MODES: Mutex<Option<Termios>> = Mutex::new(None);

    /// Saves the current modes.
    pub(super) fn save() {
        *MODES.lock().unwrap_or_else(PoisonError::into_inner) = tcgetattr(stdin()).ok();
    }

    /// Restores the saved modes once. Errors mean that the terminal is gone.
    pub(super) fn restore() {
        if let Some(modes) = MODES.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = tcsetattr(stdin(), OptionalActions::Now, &modes);
        }
    }
}

/// Nothing to save: a Windows console has separate modes for each program.
#[cfg(not(unix))]
mod saved_modes {
    pub(super) const fn save() {}
    pub(super) const fn restore() {}
}
