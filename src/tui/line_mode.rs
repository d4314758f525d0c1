//! The line-by-line front end of `--plain`, for screen readers and terminals that only print.
//!
//! ```text
//!   notice: Connected to 127.0.0.1:12345.
//!   Thank you for connecting
//!   you: hello
//!   > half a li█
//! ```
//!
//! A screen reader speaks each printed line once. Rows are therefore printed when they are complete and never changed.
//! The [`InputLine`] is below them; a key writes only the difference. Status messages, questions, progress and the help
//! page are printed as lines when they change or open. Modes that need a screen (search, copy, links) are not available;
//! opening one prints a message.

mod announcer;
mod input_line;
mod rows;
mod tabs;

use super::frontend::Frontend;
use super::fullscreen::backend;
use super::osc::TerminalCommand;
use crate::app::view::viewport::{self, Viewport};
use crate::app::{App, Mode};
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
    /// Bytes to be written before the next frame.
    pending: Vec<u8>,
    /// Progress of printing in each tab.
    printed_rows: HashMap<LinkId, PrintedRows>,
    announcer: PromptAnnouncer,
    tabs: AnnouncedTabs,
    /// The input line as the terminal shows it; `None` if it has to be written again.
    input_line: Option<InputLine>,
}

impl<W: Write> LineMode<W> {
    /// Prints to `out`, which needs no buffer: each frame is one write.
    pub fn new(out: W) -> Self {
        Self {
            out,
            pending: Vec::new(),
            printed_rows: HashMap::new(),
            announcer: PromptAnnouncer::default(),
            tabs: AnnouncedTabs::default(),
            input_line: None,
        }
    }

    /// Returns the bytes that bring a terminal of this size up to date.
    fn render(&mut self, app: &App, size: Size) -> Vec<u8> {
        let columns = usize::from(size.width);
        let max_columns = columns * usize::from(size.height.max(2) - 1);
        let input_line = InputLine::of(app, columns, max_columns);
        let mut lines = String::new();
        self.tabs.announce_switch(app, &mut lines);
        let is_sending_many = self.announcer.is_sending_many(app);
        let printed = self.printed_rows.entry(app.tab().id()).or_default();
        let sent_rows = printed.print_completed(app.tab(), app.time(), is_sending_many, &mut lines);
        self.announcer.announce_sending(app, sent_rows, &mut lines);
        self.tabs.announce_news(app, &mut lines);
        self.announcer.announce_changes(app, columns, &mut lines);
        let mut out = std::mem::take(&mut self.pending);
        match &self.input_line {
            Some(shown) if lines.is_empty() => shown.rewrite_as(&input_line, columns, &mut out),
            Some(shown) => shown.erase(columns, &mut out),
            None => out.extend_from_slice(b"\r\x1b[J"),
        }
        if self.input_line.is_none() || !lines.is_empty() {
            out.extend_from_slice(lines.as_bytes());
            input_line.write(columns, &mut out);
        }
        self.input_line = Some(input_line);
        out
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    /// Removes the input line from the screen, so that the next output replaces it.
    fn clear_line(&mut self) {
        if let Some(line) = self.input_line.take() {
            line.erase(usize::from(size().width), &mut self.pending);
        }
    }
}

impl<W: Write> Frontend for LineMode<W> {
    fn draw(&mut self, app: &mut App) -> anyhow::Result<()> {
        let size = size();
        // Nothing is paged here, but the core lays out the draft and its pages for a screen.
        let cells = viewport::Size { columns: usize::from(size.width), lines: usize::from(size.height) };
        app.set_screen_size(Viewport { messages: cells, page: cells, plain: cells, input_columns: cells.columns });
        let bytes = self.render(app, size);
        Ok(self.write(&bytes)?)
    }

    fn is_shown_once(&self, mode: Mode) -> bool {
        announcer::is_shown_once(mode)
    }

    fn repaint(&mut self) -> anyhow::Result<()> {
        self.clear_line();
        Ok(())
    }

    fn terminal_command(&mut self, command: &TerminalCommand) {
        match command {
            // The terminal keeps the mouse, which scrolls its own scrollback.
            TerminalCommand::Mouse(_) => {}
            TerminalCommand::Title(_) | TerminalCommand::Copy(_) | TerminalCommand::Alert(..) => {
                command.write(&mut self.pending);
            }
        }
    }

    fn shutdown(&mut self) -> anyhow::Result<()> {
        self.clear_line();
        let bytes = std::mem::take(&mut self.pending);
        Ok(self.write(&bytes)?)
    }
}

/// Returns columns and lines of the terminal; 80 by 24 where it does not know, as on a serial line.
fn size() -> Size {
    let known = backend::size().ok().filter(|size| size.width > 0 && size.height > 0);
    known.unwrap_or(Size { width: 80, height: 24 })
}

/// Returns standard output without Rust's line buffer, which writes up to the last newline first and the rest at the
/// flush: the draft would flicker with each row.
///
/// # Errors
/// When the process has no free file descriptor.
#[cfg(unix)]
pub fn unbuffered_stdout() -> io::Result<impl Write> {
    use std::os::fd::AsFd as _;
    io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from)
}

/// Returns standard output as it is: a Windows console needs its conversion of UTF-8.
///
/// # Errors
/// Never fails on this system.
#[cfg(not(unix))]
pub fn unbuffered_stdout() -> io::Result<impl Write> {
    Ok(io::stdout())
}

#[cfg(test)]
mod tests;
