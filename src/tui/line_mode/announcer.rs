//! Announcing everything besides rows: questions, search results, completions, progress and status messages. Each is
//! printed once when it changes.

use super::input_line::printable;
use crate::app::input::history::LineId;
use crate::app::input::history::search::{HistorySearch, SearchStatus};
use crate::app::modes::help::HelpLine;
use crate::app::modes::start_page::{HistoryState, StartPage, StartPageEntry};
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::{App, Mode, PacedSend, Tab, prompts};
use crate::link::LinkId;
use crate::text::format_thousands;
use crate::text::{self, Row};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::mem::{discriminant, replace};

/// Announcements that have been printed.
#[derive(Debug, Default)]
pub(super) struct PromptAnnouncer {
    mode: Mode,
    status_message: Option<String>,
    /// Entries of the start page.
    entries: Vec<String>,
    /// Lines and bytes of the pending send, which grows if a terminal hands over a paste in parts.
    pending_send: Option<(usize, usize)>,
    search: (SearchStatus, Option<LineId>),
    /// Number of completions, and their position in the draft.
    completions: Option<(usize, usize)>,
    sending: Option<SendProgress>,
    /// Links announced as silent.
    silent: HashSet<LinkId>,
}

/// Last announced progress of sending many lines.
#[derive(Debug, Clone, Copy)]
struct SendProgress {
    tab: LinkId,
    sent: usize,
    total: usize,
    /// Number of sent lines at which progress is announced again.
    next: usize,
    /// Whether it was announced since then that the server is not reading.
    is_stalled: bool,
}

const SILENT_SERVER: &str = "Connected, but the server has sent nothing. It may be busy with another client: lab \
                             servers serve one at a time.\r\n";

/// Largest number of lines that are printed one by one while they are sent. For more, progress is announced.
const MAX_PRINTED_SEND: usize = 20;

/// Minimum number of lines between two announcements of progress.
const PROGRESS_STEP: usize = 100;

/// Maximum columns of a quoted line.
const MAX_QUOTED_COLUMNS: usize = 200;

/// Lines printed from the beginning of a pending send; the last line is printed as well.
const FIRST_LINES: usize = 3;

/// Whether a mode ends when it has been announced: the help page, and the modes that need a screen.
pub(super) const fn is_shown_once(mode: Mode) -> bool {
    matches!(mode, Mode::Help { .. } | Mode::Search | Mode::PlainText | Mode::Copy(_) | Mode::Links { .. })
}

impl PromptAnnouncer {
    /// Appends everything that has changed since the last call, for a terminal of this width.
    pub(super) fn announce_changes(&mut self, app: &App, columns: usize, out: &mut String) {
        let mode = app.mode();
        // The loop returns to the input line after a mode that is shown once, which may be opened again at once.
        let before = replace(&mut self.mode, if is_shown_once(mode) { Mode::Input } else { mode });
        if discriminant(&before) != discriminant(&mode) {
            announce_mode(app, columns, out);
        }
        self.announce_start_page(app, out);
        self.announce_pending_send(app.preview(), app, out);
        self.announce_search(app.history_search(), out);
        self.announce_completions(app, out);
        self.announce_silence(app.tab(), out);
        if self.status_message.as_deref() != app.status_message() {
            self.status_message = app.status_message().map(str::to_owned);
            self.status_message.iter().for_each(|message| out.extend([&*text::sanitize_line(message), "\r\n"]));
        }
    }

    /// Whether new sent rows belong to a long send, whose rows are not printed.
    pub(super) fn is_sending_many(&self, app: &App) -> bool {
        self.sending.is_some() || app.tab().sending().is_some_and(|sending| sending.progress().1 > MAX_PRINTED_SEND)
    }

    /// Appends the progress of a long send. `sent_rows` is the number of rows sent since the last call.
    pub(super) fn announce_sending(&mut self, app: &App, sent_rows: usize, out: &mut String) {
        let current = app.tab().sending().filter(|sending| sending.progress().1 > MAX_PRINTED_SEND);
        self.sending = match (self.sending, current) {
            (before, Some(sending)) => Some(SendProgress::announce(before, (app.tab().id(), sending), out)),
            (Some(before), None) => {
                // With fewer rows the user stopped it, and a notice says so.
                if sent_rows >= before.total - before.sent {
                    let _ = write!(out, "All {} lines sent.\r\n", format_thousands(before.total as u64));
                }
                None
            }
            (None, None) => None,
        };
    }

    /// Appends that the server is silent, once a connection.
    fn announce_silence(&mut self, tab: &Tab, out: &mut String) {
        if !tab.is_silent() {
            self.silent.remove(&tab.id());
        } else if self.silent.insert(tab.id()) {
            out.push_str(SILENT_SERVER);
        }
    }

    fn announce_start_page(&mut self, app: &App, out: &mut String) {
        let start = app.start_page().filter(|_| app.earlier() == HistoryState::Loaded);
        let entries = start.map_or_else(Vec::new, |start| start.entries().iter().map(StartPageEntry::text).collect());
        if let (true, Some(start)) = (replace(&mut self.entries, entries) != self.entries, start) {
            write_start_page(start, out);
        }
    }

    fn announce_pending_send(&mut self, pending: Option<&PendingSend>, app: &App, out: &mut String) {
        let size = pending.map(|pending| (pending.len(), pending.size()));
        if let (true, Some(pending)) = (replace(&mut self.pending_send, size) != size, pending) {
            write_pending_send(app, pending, out);
        }
    }

    fn announce_search(&mut self, search: Option<&HistorySearch>, out: &mut String) {
        let result = search.map_or_else(Default::default, |search| (search.standing(), search.hit().map(|hit| hit.id)));
        if replace(&mut self.search, result) == result {
            return;
        }
        match result.0 {
            SearchStatus::Waiting => {}
            SearchStatus::Found => write_match("found: ", search, out),
            // Enter sends the match of the shorter query, which is not on the screen any more.
            SearchStatus::NotFound if result.1.is_some() => write_match("Not found. Enter still sends: ", search, out),
            SearchStatus::NotFound => out.push_str("Not in the history of this server.\r\n"),
            SearchStatus::NoMoreOlder => out.push_str("No older match.\r\n"),
            SearchStatus::NoMoreNewer => out.push_str("No newer match.\r\n"),
        }
    }

    fn announce_completions(&mut self, app: &App, out: &mut String) {
        let completions = app.completion().map(|completion| (completion.candidates().len(), completion.start()));
        if let (true, Some((count, _))) = (replace(&mut self.completions, completions) != completions, completions) {
            let next = app.keys().expand_key_hints("{complete} for the next");
            let _ = write!(out, "{count} completions: {next}, Esc to cancel.\r\n");
        }
    }
}

impl SendProgress {
    /// Returns the current progress, and appends it if a step has been reached or something has changed.
    fn announce(before: Option<Self>, (tab, sending): (LinkId, &PacedSend), out: &mut String) -> Self {
        let (sent, total) = sending.progress();
        let step = PROGRESS_STEP.max(total / 10);
        let continues = |before: &Self| before.tab == tab && before.total <= total && before.sent <= sent;
        let mut progress = before.filter(continues).unwrap_or_else(|| {
            let _ = write!(out, "Sending {} lines; Esc or Ctrl-C to stop.\r\n", format_thousands(total as u64));
            Self { tab, sent, total, next: step, is_stalled: false }
        });
        if progress.total < total {
            // Confirms Enter: the line is queued behind the others.
            let _ = write!(
                out,
                "{} more queued, {} lines in total.\r\n",
                format_thousands((total - progress.total) as u64),
                format_thousands(total as u64)
            );
        }
        progress.sent = sent;
        progress.total = total;
        let count = || format!("{} of {} lines sent", format_thousands(sent as u64), format_thousands(total as u64));
        if sent >= progress.next {
            let _ = write!(out, "{}.\r\n", count());
            progress.next = (sent / step + 1) * step;
            progress.is_stalled = false;
        }
        if sending.is_held_up() && !replace(&mut progress.is_stalled, true) {
            let _ = write!(out, "{}; the server is not reading.\r\n", count());
        }
        progress
    }
}

/// Appends the question or page of a mode that has been entered.
fn announce_mode(app: &App, columns: usize, out: &mut String) {
    match app.mode() {
        // Announced by content: a pending send may grow, and the entries of the start page are loaded from disk.
        Mode::Input | Mode::SendPreview { .. } | Mode::Start => {}
        Mode::HistorySearch => {
            out.push_str("Search the history: type part of a line. Enter sends the match, Esc cancels.\r\n");
        }
        Mode::ConfirmQuit | Mode::ConfirmClose(_) | Mode::ConfirmEof | Mode::ConfirmEofOrQuit | Mode::ConfirmText => {
            let question = prompts::question_forms(app).and_then(|forms| forms.into_iter().next()).unwrap_or_default();
            out.extend([&*text::sanitize_line(question.trim_start()), "\r\n"]);
        }
        Mode::HiddenLine => out.push_str("Hidden input: Enter sends, Esc cancels. Not saved anywhere.\r\n"),
        // Leaves the last column free: some terminals would print an empty line after a line of full width.
        Mode::Help { .. } => {
            for line in app.help_page(columns.saturating_sub(1)) {
                write_help_line(&line, out);
            }
        }
        Mode::Search | Mode::PlainText | Mode::Copy(_) | Mode::Links { .. } => {
            out.push_str("Not available with --plain: it needs the whole screen.\r\n");
        }
    }
}

/// Appends the numbered entries of the start page.
fn write_start_page(start: &StartPage, out: &mut String) {
    out.push_str("Choose a server:\r\n");
    for (index, entry) in start.entries().iter().enumerate() {
        let details = entry.details.first().filter(|details| !details.is_empty());
        let details = details.map(|details| format!(", {details}")).unwrap_or_default();
        let line = format!("{}{details}", entry.text().replace('\n', " "));
        let _ = write!(out, "{}. ", index + 1);
        write_quoted(line.as_bytes(), out);
    }
    out.push_str("Type a number, a name or an address such as 127.0.0.1:12345, then press Enter.\r\n");
}

/// Appends the title of a pending send, its first and last lines, its warning and the choices.
fn write_pending_send(app: &App, pending: &PendingSend, out: &mut String) {
    let [title, ..] = prompts::title_forms(pending);
    out.extend([&*text::sanitize_line(&title), ":\r\n"]);
    let last = pending.len().saturating_sub(1);
    let omitted = last.saturating_sub(FIRST_LINES);
    for index in 0..pending.len().min(FIRST_LINES) {
        write_pending_line(pending, index, out);
    }
    if omitted > 0 {
        let lines = if omitted == 1 { "line" } else { "lines" };
        let _ = write!(out, "({} {lines} more)\r\n", format_thousands(omitted as u64));
    }
    if last >= FIRST_LINES {
        write_pending_line(pending, last, out);
    }
    if let Some(warning) = prompts::warning(app, pending) {
        out.extend([&*warning, "\r\n"]);
    }
    out.extend([&*prompts::choices(pending, app.keys()), "\r\n"]);
}

fn write_match(prefix: &str, search: Option<&HistorySearch>, out: &mut String) {
    out.push_str(prefix);
    write_quoted(search.map_or("", HistorySearch::text).as_bytes(), out);
}

/// Appends a line of a pending send with its number; bytes are escaped and have no number.
fn write_pending_line(pending: &PendingSend, index: usize, out: &mut String) {
    let line = pending.line(index).unwrap_or_default();
    if matches!(pending.source(), PendingSource::Bytes) {
        let mut row = Row::default();
        let prefix = line.get(..MAX_QUOTED_COLUMNS).unwrap_or(line);
        text::escape(prefix, &mut row);
        return write_truncated(&row, (prefix.len(), line.len()), out);
    }
    let _ = write!(out, "{}: ", index + 1);
    write_quoted(line, out);
}

/// Appends the beginning of a line with its control characters made visible.
fn write_quoted(line: &[u8], out: &mut String) {
    let mut row = Row::default();
    // A UTF-8 character has at most four bytes.
    let prefix = line.get(..4 * MAX_QUOTED_COLUMNS).unwrap_or(line);
    text::decode_plain(prefix, &mut row);
    write_truncated(&row, (prefix.len(), line.len()), out);
}

/// Appends the first [`MAX_QUOTED_COLUMNS`] of a row that was decoded from `decoded` of `total` bytes, and the total if
/// anything is left out.
fn write_truncated(row: &Row, (decoded, total): (usize, usize), out: &mut String) {
    let mut left = MAX_QUOTED_COLUMNS;
    let mut glyphs = 0;
    for (text, columns) in printable(row) {
        if columns > left {
            break;
        }
        left -= columns;
        glyphs += 1;
        out.push_str(&text);
    }
    if glyphs < row.glyphs().len() || decoded < total {
        let _ = write!(out, "... ({} bytes)", format_thousands(total as u64));
    }
    out.push_str("\r\n");
}

fn write_help_line(line: &HelpLine, out: &mut String) {
    let mut row = Row::default();
    text::decode_plain(line.name.as_bytes(), &mut row);
    let gap = if line.text.is_empty() { 0 } else { line.text_column.saturating_sub(row.columns()) };
    // Writing to a String cannot fail.
    let _ = write!(out, "{}{}{:gap$}{}\r\n", line.heading, row.text(), "", line.text.trim_end());
}
