//! Taking the terminal over, and giving it back as it was, whatever happens.

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

/// Whether the terminal is ours. One per process, as the terminal is, and read by the panic hook.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// Whether it was taken by the line, the screen left as it is.
static INLINE: AtomicBool = AtomicBool::new(false);

/// Whether the mouse is ours, so that it is again after a suspension.
static MOUSE_CAPTURED: AtomicBool = AtomicBool::new(false);

/// BDSM (ECMA-48 7.2.1): the order of right-to-left text is ours to make, in the cells. VTE and mintty would reorder
/// what `ui` has ordered already. <https://terminal-wg.pages.freedesktop.org/bidi/recommendation/escape-sequences.html>
const EXPLICIT_ORDER: &str = "\x1b[8l";

/// Implicit is the default of terminals that order by themselves; others know neither. The same recommendation tells
/// programs to set it when they end.
const IMPLICIT_ORDER: &str = "\x1b[8h";

/// XTWINOPS 22 and 23: the window's title onto a stack of the terminal's, and back (xterm, VTE, kitty, foot, Windows
/// Terminal, tmux ...). A terminal that has no such stack keeps our last title: it cannot be asked what it
/// was without the risk of the answer ending up as typed text.
const SAVE_TITLE: &str = "\x1b[22;2t";
const RESTORE_TITLE: &str = "\x1b[23;2t";

/// Kitty's keyboard protocol, the parts that tell keys apart (1: Esc from Alt, Ctrl-Enter from Enter) and what else a key
/// may be (4: without it Alt-< is Alt-Shift-, and Ctrl on a Cyrillic keyboard no letter), onto a stack of the terminal's,
/// and back: <https://sw.kovidgoyal.net/kitty/keyboard-protocol/#progressive-enhancement>. The alternate
/// screen has a stack of its own, so nothing is left behind on the shell's.
const ENABLE_KITTY_KEYS: &str = "\x1b[>5u";
const DISABLE_KITTY_KEYS: &str = "\x1b[<u";

/// Holds the terminal in raw mode, with bracketed paste and reports of focus, and as a rule on the alternate screen,
/// without line wrap (what a terminal takes for wider than we do must not run over into the next gutter). Dropping it
/// gives it back.
///
/// Every way out passes here: quitting, errors and signals by `Drop`, panics by [`install_panic_hook`] (with
/// `panic = "abort"` nothing is dropped). Giving back twice does nothing.
#[derive(Debug)]
pub struct TerminalGuard(());

impl TerminalGuard {
    /// Takes the terminal over, the whole screen of it.
    ///
    /// # Errors
    /// When there is no terminal or it refuses; then it is as it was.
    pub fn enter() -> io::Result<Self> {
        Self::enter_by(false)
    }

    /// Takes the terminal over from the line the cursor is in, the screen left as it is.
    ///
    /// # Errors
    /// When there is no terminal or it refuses; then it is as it was.
    pub fn enter_plain() -> io::Result<Self> {
        Self::enter_by(true)
    }

    fn enter_by(the_line: bool) -> io::Result<Self> {
        INLINE.store(the_line, Ordering::SeqCst);
        acquire()?;
        Ok(Self(()))
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back for another program to have it for a while. What that leaves behind is undone when the terminal
/// is taken again, or given back for good: an editor that was killed leaves it raw.
pub(crate) fn release() {
    restore();
    lent::note();
}

/// The steps of taking over, also after a suspension. One write.
pub(crate) fn acquire() -> io::Result<()> {
    // Or what another program left would be taken for how the terminal was.
    lent::restore();
    ACTIVE.store(true, Ordering::SeqCst);
    let screen = || {
        let mut out = io::stdout();
        // First: what a terminal makes of a query that it does not know is cleared with the screen or the line.
        if supports_osc() && query::is_to_be_asked() {
            queue!(out, Print(query::WORDS))?;
        }
        if supports_osc() {
            queue!(out, Print(SAVE_TITLE))?;
        }
        if !INLINE.load(Ordering::SeqCst) {
            // Cleared, because the Linux console has no alternate screen and would show what was there through ours;
            // after the order is set, because a terminal notes it with each line that it writes or clears.
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
    let taken = enable_raw_mode().and_then(|()| screen());
    taken.inspect_err(|_| restore())
}

/// Takes the terminal over again after a stop, in which its modes may have been changed. Input that waits to be read is kept:
/// the answer to a query in it goes to the keyboard as ever.
pub(crate) fn reacquire() -> io::Result<()> {
    give_back(false);
    acquire()
}

/// Gives the terminal back in the modes it had, also in the middle of a frame. An answer that is still to come is read first.
///
/// Errors are passed over: where the terminal is gone there is nothing to give back.
pub(crate) fn restore() {
    give_back(query::is_due());
}

fn give_back(is_answer_due: bool) {
    lent::restore();
    if !ACTIVE.swap(false, Ordering::SeqCst) {
        return;
    }
    // Whoever sees the screen come back may type for the shell at once. While the answer to the query is still under way the
    // terminal stays raw, so that it is not shown.
    if !is_answer_due {
        let _ = disable_raw_mode();
    }
    let screen = || {
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
    let _ = screen();
    if is_answer_due {
        query::wait_for_answer();
        let _ = disable_raw_mode();
    }
}

/// Takes note that the answer to the query for bracketed paste has been read.
#[cfg(unix)]
pub(crate) fn note_answer() {
    query::note_answer();
}

/// Gives the terminal back before a panic is reported, from whatever thread it comes.
pub fn install_panic_hook() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let is_amid_a_line = ACTIVE.load(Ordering::SeqCst) && INLINE.load(Ordering::SeqCst);
        restore();
        if is_amid_a_line {
            // The report stands below the draft and not behind it.
            let _ = execute!(io::stdout(), Print("\r\n"));
        }
        report(info);
    }));
}

/// Appends what gives the mouse to the program or the terminal, and keeps in mind whose it is.
pub(crate) fn set_mouse_capture(owner: MouseCapture, out: &mut Vec<u8>) {
    MOUSE_CAPTURED.store(owner == MouseCapture::On, Ordering::SeqCst);
    // Writing to memory cannot fail, and a console without a mouse has none to give.
    let _ = match owner {
        MouseCapture::On => queue!(out, mouse_on()),
        MouseCapture::Off => queue!(out, mouse_off()),
    };
}

/// Whether this terminal takes operating system commands: title, clipboard, notification. The Linux console has none of
/// them, and older kernels print what is meant to be one (<https://git.kernel.org/torvalds/c/63f3a16db915>); `dumb`
/// says so itself.
pub(crate) fn supports_osc() -> bool {
    std::env::var_os("TERM").is_none_or(|name| name != "linux" && name != "dumb")
}

/// Whether the keyboard's protocol is asked for. Terminals pass over what they do not know; but some take it for "cursor
/// to where it was saved" (<https://github.com/migueldeicaza/SwiftTerm/pull/500>), so it stays on the screen where
/// the next frame puts the cursor anyway. The console of Windows has keys, not sequences.
fn supports_kitty_keys() -> bool {
    cfg!(unix) && supports_osc() && !INLINE.load(Ordering::SeqCst)
}

/// Whether the terminal says of itself that it only prints: what it does not know it shows.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|name| name == "dumb")
}

/// Presses only, which is what a wheel sends, with coordinates in SGR's way. crossterm's own command also asks for every
/// motion (1003), which would wake the program whenever the mouse moves.
#[cfg(not(windows))]
fn mouse_on() -> impl Command {
    Print("\x1b[?1000h\x1b[?1006h")
}

#[cfg(not(windows))]
fn mouse_off() -> impl Command {
    Print("\x1b[?1006l\x1b[?1000l")
}

/// The console of Windows has the mouse as an input mode, not as a sequence.
#[cfg(windows)]
fn mouse_on() -> impl Command {
    crossterm::event::EnableMouseCapture
}

#[cfg(windows)]
fn mouse_off() -> impl Command {
    crossterm::event::DisableMouseCapture
}

/// The query whether the terminal knows bracketed paste, and its answer.
///
/// Nothing waits for the answer but the end: whoever has the terminal then would get it as typed text. Some terminals never
/// answer, so the wait is bounded.
#[cfg(unix)]
mod query {
    use memchr::memmem;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::retry_on_intr;
    use rustix::stdio::stdin;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Mutex, PoisonError};
    use std::time::{Duration, Instant};

    pub(super) use crate::tui::keyboard::QUERY as WORDS;

    /// What the answer ends with. Its beginning may have been read already.
    const END: &[u8] = b"$y";

    /// How long an answer may take from the query on.
    const TIMEOUT: Duration = Duration::from_secs(2);

    static WAS_ASKED: AtomicBool = AtomicBool::new(false);

    /// Until when the answer may come; none if it has.
    static DUE: Mutex<Option<Instant>> = Mutex::new(None);

    /// Whether this is the first time. It is asked once.
    pub(super) fn is_to_be_asked() -> bool {
        let is_first = !WAS_ASKED.swap(true, Ordering::SeqCst);
        if is_first {
            *DUE.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + TIMEOUT);
        }
        is_first
    }

    pub(super) fn note_answer() {
        DUE.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Whether the answer may still come.
    pub(super) fn is_due() -> bool {
        DUE.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|due| Instant::now() < due)
    }

    /// Reads until the answer has come, or will not come any more.
    pub(super) fn wait_for_answer() {
        let due = DUE.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (mut read, mut buffer) = (Vec::new(), [0; 256]);
        while let Some(left) = due.and_then(|due| due.checked_duration_since(Instant::now())) {
            let tv_sec = left.as_secs().try_into().unwrap_or_default();
            let timeout = Timespec { tv_sec, tv_nsec: left.subsec_nanos().into() };
            let mut polled = [PollFd::from_borrowed_fd(stdin(), PollFlags::IN)];
            let Ok(1..) = retry_on_intr(|| poll(&mut polled, Some(&timeout))) else { return };
            let Ok(count @ 1..) = retry_on_intr(|| rustix::io::read(stdin(), &mut buffer)) else { return };
            read.extend_from_slice(buffer.get(..count).unwrap_or_default());
            if memmem::find(&read, END).is_some() {
                return;
            }
        }
    }
}

/// A console has events and no marks.
#[cfg(not(unix))]
mod query {
    pub(super) const WORDS: &str = "";

    pub(super) const fn is_to_be_asked() -> bool {
        false
    }

    pub(super) const fn is_due() -> bool {
        false
    }

    pub(super) const fn wait_for_answer() {}
}

/// The modes of a terminal that is lent.
#[cfg(unix)]
mod lent {
    use rustix::stdio::stdin;
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use std::sync::{Mutex, PoisonError};

    static MODES: Mutex<Option<Termios>> = Mutex::new(None);

    /// Keeps how they are.
    pub(super) fn note() {
        *MODES.lock().unwrap_or_else(PoisonError::into_inner) = tcgetattr(stdin()).ok();
    }

    /// Makes them what they were, once. Where the terminal is gone there is nothing to restore.
    pub(super) fn restore() {
        if let Some(modes) = MODES.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = tcsetattr(stdin(), OptionalActions::Now, &modes);
        }
    }
}

/// A console has its modes for each program.
#[cfg(not(unix))]
mod lent {
    pub(super) const fn note() {}
    pub(super) const fn restore() {}
}
