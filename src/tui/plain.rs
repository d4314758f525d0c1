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
//! finished, never changed and never drawn again, and below them stands the [`Line`] being written, of which only what
//! has changed is written. What the other face shows beside the rows is told in rows here: a link's state in its
//! notices, a question when it is asked, a word about a key when it has one, the help page when it is asked for, which
//! closes it again. What needs a screen to be looked around on (searching, picking rows, links) is not here, and says so.

mod line;

use super::aside::Aside;
use super::face::Face;
use super::screen;
use crate::app::help::{self, HelpLine};
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView};
use crate::app::viewport::scene::grouped;
use crate::app::viewport::{self, Viewport};
use crate::app::{Action, App, Delivery, Mode, Tab, TimeMode, View, Wall};
use crate::link::LinkId;
use crate::text::{self, Row};
use crate::ui;
use line::{Line, spelled};
use ratatui::layout::Size;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// See the module's words.
#[derive(Debug)]
pub struct Plain<W> {
    out: W,
    /// What goes out with the next frame and in front of it.
    pending: Vec<u8>,
    /// How much of each tab has been printed.
    printed: HashMap<LinkId, Printed>,
    /// What the question or page was that was printed last.
    mode: Mode,
    /// The word about a key that was printed last.
    flash: Option<String>,
    /// The line being written as it stands on the screen, if it does.
    line: Option<Line>,
}

/// How much of a transcript has been printed.
#[derive(Debug, Clone, Copy, Default)]
struct Printed {
    /// All rows before this one, except for ...
    next: RowId,
    /// ... one that was under way when others behind it were finished.
    open: Option<RowId>,
    /// When the row came that was printed last.
    at: Option<Wall>,
    /// Among these are rows of ours that still waited when they were printed. Empty if there are none.
    waiting: (RowId, RowId),
}

/// Rows that are printed a second time because they were not sent. An afternoon of them would not be listened to.
const LOST_AT_ONCE: usize = 20;

impl<W: Write> Plain<W> {
    /// Prints to `out`, which need not buffer: it gets one write a frame.
    pub fn new(out: W) -> Self {
        Self { out, pending: Vec::new(), printed: HashMap::new(), mode: Mode::Compose, flash: None, line: None }
    }

    /// Everything that has changed since the last time, on a terminal of this size.
    fn paint(&mut self, app: &App, size: Size) -> Vec<u8> {
        let columns = usize::from(size.width);
        let room = columns * usize::from(size.height.max(2) - 1);
        let line = Line::of(app.tab().prompt(), room);
        let mut news = String::new();
        self.printed.entry(app.tab().id()).or_default().rest_of(app.tab(), app.time(), &mut news);
        if std::mem::replace(&mut self.mode, app.mode()) != app.mode() {
            asked(app, columns, &mut news);
        }
        if self.flash.as_deref() != app.flash() {
            self.flash = app.flash().map(str::to_owned);
            self.flash.iter().for_each(|words| news.extend([&*text::plain(words), "\r\n"]));
        }
        let mut out = std::mem::take(&mut self.pending);
        match &self.line {
            Some(shown) if news.is_empty() => shown.become_line(&line, columns, &mut out),
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
    fn erase(&mut self) {
        if let Some(line) = self.line.take() {
            line.erase(usize::from(size().width), &mut self.pending);
        }
    }
}

impl<W: Write> Face for Plain<W> {
    fn draw(&mut self, app: &mut App) -> anyhow::Result<Option<Action>> {
        let size = size();
        // Nothing pages here; the core lays out for a screen like any other.
        let cells = viewport::Size { columns: usize::from(size.width), lines: usize::from(size.height) };
        app.fit(Viewport { text: cells, page: cells, bare: cells, input: cells.columns });
        let bytes = self.paint(app, size);
        self.write(&bytes)?;
        if !matches!(self.mode, Mode::Help { .. } | Mode::Search | Mode::Bare | Mode::Pick(_) | Mode::Links { .. }) {
            return Ok(None);
        }
        // Read out, a page is over: the next key belongs to the draft, and the page can be asked for again.
        self.mode = Mode::Compose;
        Ok(Some(Action::Cancel))
    }

    fn repaint(&mut self) -> anyhow::Result<()> {
        self.erase();
        Ok(())
    }

    fn aside(&mut self, aside: &Aside) {
        match aside {
            // There is nothing to scroll but what the terminal scrolls itself, with the mouse.
            Aside::Mouse(_) => {}
            Aside::Title(_) | Aside::Copy(_) | Aside::Alert(..) => aside.write(&mut self.pending),
        }
    }

    fn leave(&mut self) -> anyhow::Result<()> {
        self.erase();
        let bytes = std::mem::take(&mut self.pending);
        Ok(self.write(&bytes)?)
    }
}

/// Columns and lines of the terminal; of one that does not know, a serial line as a rule, the usual.
fn size() -> Size {
    let told = screen::size().ok().filter(|size| size.width > 0 && size.height > 0);
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

impl Printed {
    /// Appends the rows that have come to an end and were not printed.
    fn rest_of(&mut self, tab: &Tab, time: TimeMode, out: &mut String) {
        let (first, past) = std::mem::take(&mut self.waiting);
        self.news_of(tab, time, out);
        let still_waits = |&id: &RowId| tab.delivery(id, id) == Delivery::Waiting;
        let still = (first.0..past.0).map(RowId).find(still_waits).unwrap_or(past);
        lost_of(tab, (first, still), out);
        if still < past {
            self.waiting = (still, past.max(self.waiting.1));
        }
    }

    /// Appends what was not printed at all.
    fn news_of(&mut self, tab: &Tab, time: TimeMode, out: &mut String) {
        let transcript = tab.transcript();
        if let Some(row) = self.open.and_then(|id| transcript.row(id))
            && row.end != RowEnd::Open
        {
            self.print(tab, &row, time, out);
            self.open = None;
        }
        // A transcript without rows has been cleared: what was in it is not missed. Evicting leaves one.
        let missed = transcript.first().0.saturating_sub(self.next.0);
        if missed > 0 && transcript.first() < transcript.next() {
            // Writing to a String cannot fail.
            let _ = write!(out, "({missed} rows skipped)\r\n");
        }
        self.open = self.open.filter(|id| *id >= transcript.first());
        let mut id = self.next.max(transcript.first());
        while let Some(row) = transcript.row(id) {
            if row.end == RowEnd::Open {
                self.open = Some(id);
            } else if let Some((rows, last)) = run_from(tab, id) {
                self.print_run(tab, &row, rows, time, out);
                id = last;
            } else {
                self.print(tab, &row, time, out);
            }
            id = RowId(id.0 + 1);
        }
        self.next = id;
    }

    /// A run of rows that are folded on a screen, as far as it has come.
    fn print_run(&mut self, tab: &Tab, view: &RowView<'_>, rows: u64, time: TimeMode, out: &mut String) {
        let rows = grouped(rows);
        if view.bytes.is_empty() {
            let _ = write!(out, "{}({rows} blank lines)\r\n", stamp(view.at, self.at.replace(view.at), time));
        } else {
            self.print(tab, view, time, out);
            let _ = write!(out, "({rows} times)\r\n");
        }
    }

    /// One row, as a screen reader's user wants to hear it: who speaks only where it is not the peer. Nothing of one that
    /// a filter hides.
    fn print(&mut self, tab: &Tab, view: &RowView<'_>, time: TimeMode, out: &mut String) {
        let shown = tab.sieve().at_or_after(tab.transcript(), view.id);
        if shown.is_none_or(|item| item.first > view.id) {
            return;
        }
        out.push_str(&stamp(view.at, self.at.replace(view.at), time));
        out.push_str(match view.kind {
            RowKind::Received => "",
            RowKind::Sent => self.sent(tab, view.id),
            RowKind::Notice => "notice: ",
            RowKind::Error => "error: ",
        });
        words_of(tab, view, out);
    }

    /// What stands before a row of ours; one that waits is kept in mind.
    fn sent(&mut self, tab: &Tab, id: RowId) -> &'static str {
        if tab.delivery(id, id) == Delivery::Waiting {
            let first = if self.waiting.0 < self.waiting.1 { self.waiting.0 } else { id };
            self.waiting = (first, RowId(id.0 + 1));
        }
        match tab.delivery_shown(id, id) {
            Delivery::Sent => "you: ",
            Delivery::Waiting => "you, waiting: ",
            Delivery::NotSent => "you, not sent: ",
            Delivery::PartlySent => "you, sent in part: ",
        }
    }
}

/// Appends what a row says, and its end.
fn words_of(tab: &Tab, view: &RowView<'_>, out: &mut String) {
    let mut row = Row::default();
    let lens = tab.lens().of(view.kind);
    match lens.view {
        View::Escaped => text::escape(&view.wire(), &mut row),
        // Nobody listens to a hex dump.
        View::Text | View::Hex => text::decode_in(lens.charset, view.bytes, &mut row),
    }
    out.extend(spelled(&row).map(|(text, _)| text));
    out.push_str("\r\n");
}

/// Says of rows that were printed as ours which of them did not leave after all.
fn lost_of(tab: &Tab, (first, past): (RowId, RowId), out: &mut String) {
    let lost = (first.0..past.0).map(RowId).filter_map(|id| match tab.delivery(id, id) {
        Delivery::NotSent => Some((id, "not sent: ")),
        Delivery::PartlySent => Some((id, "sent in part: ")),
        Delivery::Sent | Delivery::Waiting => None,
    });
    let mut more = 0;
    for (n, (id, words)) in lost.enumerate() {
        match tab.transcript().row(id) {
            Some(row) if n < LOST_AT_ONCE => {
                out.push_str(words);
                words_of(tab, &row, out);
            }
            _ => more += 1,
        }
    }
    if more > 0 {
        // Writing to a String cannot fail.
        let _ = write!(out, "(and {} more not sent)\r\n", grouped(more));
    }
}

/// How many rows from this one on belong to one fold, and the last of them; where there is more than one.
fn run_from(tab: &Tab, id: RowId) -> Option<(u64, RowId)> {
    let item = tab.scene().at_or_after(id).filter(|item| item.first <= id && item.last > id)?;
    Some((item.rows - tab.scene().rows_shown(item.first..id), item.last))
}

/// The time in front of a row, with a blank behind it.
fn stamp(at: Wall, before: Option<Wall>, mode: TimeMode) -> String {
    let (hours, minutes, seconds) = at.clock();
    let millis = at.0 % 1000;
    match mode {
        TimeMode::Off => String::new(),
        TimeMode::Minutes => format!("{hours:02}:{minutes:02} "),
        TimeMode::Seconds => format!("{hours:02}:{minutes:02}:{seconds:02} "),
        TimeMode::Millis => format!("{hours:02}:{minutes:02}:{seconds:02}.{millis:03} "),
        TimeMode::Delta => {
            let since = at.0.saturating_sub(before.unwrap_or(at).0);
            format!("+{}.{:03} ", since / 1000, since % 1000)
        }
    }
}

/// What the core has just turned to ask or show.
fn asked(app: &App, columns: usize, out: &mut String) {
    match app.mode() {
        Mode::Compose => {}
        Mode::Find => out.push_str("Search the history: type a part of the line, Enter sends it, Esc goes back.\r\n"),
        Mode::ConfirmQuit | Mode::ConfirmEof | Mode::AskEnd | Mode::Preview { .. } => {
            let words = ui::question(app, usize::MAX).unwrap_or_default();
            out.push_str(&text::plain(words.trim_start()));
            out.push_str("\r\n");
        }
        Mode::Secret => out.push_str("Type the secret line, Enter sends it, Esc forgets it.\r\n"),
        // A column free at the end: a line that fills the screen would be followed by an empty one on some terminals.
        Mode::Help { .. } => help::page(columns.saturating_sub(1)).iter().for_each(|line| help_line(line, out)),
        Mode::Search | Mode::Bare | Mode::Pick(_) | Mode::Links { .. } => {
            out.push_str("That needs the whole screen: start without --plain.\r\n");
        }
    }
}

fn help_line(line: &HelpLine, out: &mut String) {
    let mut row = Row::default();
    text::decode_plain(line.name.as_bytes(), &mut row);
    let gap = if line.words.is_empty() { 0 } else { line.words_at.saturating_sub(row.columns()) };
    // Writing to a String cannot fail.
    let _ = write!(out, "{}{}{:gap$}{}\r\n", line.heading, row.text(), "", line.words.trim_end());
}

#[cfg(test)]
mod tests;
