//! The face of `--plain`, for ears and for terminals that only print: no frame, no second screen, one row a line.
//!
//! ```text
//!   notice: Connected to 127.0.0.1:12345.
//!   Thank you for connecting
//!   you: hello
//!   > half a li█
//! ```
//!
//! A screen reader speaks what is printed, once. So rows are appended to the terminal's own screen when they are
//! finished, never changed and never drawn again, and below them stands the [`InputLine`] being written, of which only what
//! has changed is written. What the other face shows beside the rows is `kitty_key_code` in rows here: a link's state in its
//! notices, a question when it is asked, a word about a key when it has one, the help page when it is asked for, which
//! closes it again. What needs a screen to be looked around on (searching, picking rows, links) is not here, and says so.

mod announcer;
mod input_line;
mod rows;
mod tabs;

use super::frontend::Frontend;
use super::fullscreen::backend;
use super::osc::TerminalCommand;
use crate::app::view::viewport::{self, Viewport};
use crate::app::{Action, App};
use crate::link::LinkId;
use announcer::PromptAnnouncer;
use input_line::InputLine;
use ratatui::layout::Size;
use rows::PrintedRows;
use std::collections::HashMap;
use std::io::{self, Write};
use tabs::AnnouncedTabs;

/// Prints the program line by line, for screen readers and simple terminals.
#[derive(Debug)]
pub struct LineMode<W> {
    out: W,
    /// What goes out with the next frame and in front of it.
    pending: Vec<u8>,
    /// How much of each tab has been printed.
    printed_rows: HashMap<LinkId, PrintedRows>,
    /// What has been told beside the rows.
    told: PromptAnnouncer,
    tabs: AnnouncedTabs,
    /// The line being written as it stands on the screen, if it does.
    line: Option<InputLine>,
}

impl<W: Write> LineMode<W> {
    /// Prints to `out`, which need not buffer: it gets one write a frame.
    pub fn new(out: W) -> Self {
        Self {
            out,
            pending: Vec::new(),
            printed_rows: HashMap::new(),
            told: PromptAnnouncer::default(),
            tabs: AnnouncedTabs::default(),
            line: None,
        }
    }

    /// Everything that has changed since the last time, on a terminal of this size.
    fn render(&mut self, app: &App, size: Size) -> Vec<u8> {
        let columns = usize::from(size.width);
        let room = columns * usize::from(size.height.max(2) - 1);
        let line = InputLine::of(app, columns, room);
        let mut news = String::new();
        self.tabs.shown(app, &mut news);
        let is_sending_many = self.told.is_sending_many(app);
        let printed = self.printed_rows.entry(app.tab().id()).or_default();
        let ours = printed.print_completed(app.tab(), app.time(), is_sending_many, &mut news);
        self.told.sending(app, ours, &mut news);
        self.tabs.elsewhere(app, &mut news);
        self.told.news(app, columns, &mut news);
        let mut out = std::mem::take(&mut self.pending);
        match &self.line {
            Some(shown) if news.is_empty() => shown.rewrite_as(&line, columns, &mut out),
            Some(shown) => shown.erase(columns, &mut out),
            None => out.extend_from_slice(b"\r\x1b[J"),
        }
        if self.line.is_none() || !news.is_empty() {
            out.extend_from_slice(news.as_bytes());
            line.write(columns, &mut out);
        }
        self.line = Some(line);
        out
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    /// Takes the line being written off the screen. What is printed next stands in its place.
    fn clear_line(&mut self) {
        if let Some(line) = self.line.take() {
            line.erase(usize::from(size().width), &mut self.pending);
        }
    }
}

impl<W: Write> Frontend for LineMode<W> {
    fn draw(&mut self, app: &mut App) -> anyhow::Result<Option<Action>> {
        let size = size();
        // Nothing pages here; the core lays out for a screen like any other.
        let cells = viewport::Size { columns: usize::from(size.width), lines: usize::from(size.height) };
        app.set_screen_size(Viewport { messages: cells, page: cells, plain: cells, input_columns: cells.columns });
        let bytes = self.render(app, size);
        self.write(&bytes)?;
        Ok(self.told.is_closed().then_some(Action::Cancel))
    }

    fn repaint(&mut self) -> anyhow::Result<()> {
        self.clear_line();
        Ok(())
    }

    fn terminal_command(&mut self, aside: &TerminalCommand) {
        match aside {
            // There is nothing to scroll but what the terminal scrolls itself, with the mouse.
            TerminalCommand::Mouse(_) => {}
            TerminalCommand::Title(_) | TerminalCommand::Copy(_) | TerminalCommand::Alert(..) => {
                aside.write(&mut self.pending);
            }
        }
    }

    fn shutdown(&mut self) -> anyhow::Result<()> {
        self.clear_line();
        let bytes = std::mem::take(&mut self.pending);
        Ok(self.write(&bytes)?)
    }
}

/// Columns and lines of the terminal; of one that does not know, a serial line as a rule, the usual.
fn size() -> Size {
    let told = backend::size().ok().filter(|size| size.width > 0 && size.height > 0);
    told.unwrap_or(Size { width: 80, height: 24 })
}

/// Standard output that writes what it is given when it is given it. Rust's own writes up to the last newline, and the
/// rest at the flush: the draft would be gone for a moment with each row.
///
/// # Errors
/// When the system has no more file descriptors.
#[cfg(unix)]
pub fn unbuffered_stdout() -> io::Result<impl Write> {
    use std::os::fd::AsFd as _;
    io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from)
}

/// Standard output. Its console takes no bytes but through it.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn unbuffered_stdout() -> io::Result<impl Write> {
    Ok(io::stdout())
}

#[cfg(test)]
mod tests;
