//! What is told beside the rows: what is asked, found, offered and under way. Each is told when it changes, once.

use super::input_line::printable;
use crate::app::input::history::LineId;
use crate::app::input::history::search::{HistorySearch, SearchStatus};
use crate::app::modes::help::HelpLine;
use crate::app::modes::start_page::{HistoryState, StartPage, StartPageEntry};
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::{App, Mode, PacedSend, Tab};
use crate::link::LinkId;
use crate::text::format_thousands;
use crate::text::{self, Row};
use crate::ui;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::mem::{discriminant, replace};

/// What has been told already.
#[derive(Debug, Default)]
pub(super) struct PromptAnnouncer {
    mode: Mode,
    flash: Option<String>,
    /// What there is to choose from on the start page.
    entries: Vec<String>,
    /// Lines and bytes of what is asked about: a terminal may hand over a paste in parts.
    parcel: Option<(usize, usize)>,
    found: (SearchStatus, Option<LineId>),
    /// How many completions, and where.
    offered: Option<(usize, usize)>,
    sending: Option<SendProgress>,
    /// The links of which it has been told that they are silent.
    silent: HashSet<LinkId>,
}

/// How far the sending of many lines was when it was told.
#[derive(Debug, Clone, Copy)]
struct SendProgress {
    tab: LinkId,
    sent: usize,
    all: usize,
    /// It is told again from so many on.
    next: usize,
    /// That the server does not read has been told since.
    is_held_up: bool,
}

const SILENT: &str = "Connected, but the server says nothing. It may be serving someone else: lab servers take one \
                      client at a time.\r\n";

/// From so many lines on they are not read out while they are sent: how far it is is told instead.
const MANY: usize = 20;

/// Lines between two words about how far it is, at the least: some seconds at the usual pace.
const STEP: usize = 100;

/// Columns of a line that is quoted.
const QUOTED: usize = 200;

/// Lines that are read out of what is about to be sent: so many first ones, and the last.
const FIRST: usize = 3;

impl PromptAnnouncer {
    /// Appends what has changed since the last time, on a screen of so many columns.
    pub(super) fn news(&mut self, app: &App, columns: usize, out: &mut String) {
        let before = replace(&mut self.mode, app.mode());
        if discriminant(&before) != discriminant(&self.mode) {
            announce_question(app, columns, out);
        }
        self.starting(app, out);
        self.parcel(app.preview(), app, out);
        self.finding(app.history_search(), out);
        self.completing(app, out);
        self.announce_silence(app.tab(), out);
        if self.flash.as_deref() != app.flash() {
            self.flash = app.flash().map(str::to_owned);
            self.flash.iter().for_each(|words| out.extend([&*text::sanitize_line(words), "\r\n"]));
        }
    }

    /// Whether what is open is over once it has been told: the next key belongs to the draft then, and it can be asked
    /// for again.
    pub(super) fn is_closed(&mut self) -> bool {
        let is_over = matches!(
            self.mode,
            Mode::Help { .. } | Mode::Search | Mode::PlainText | Mode::Copy(_) | Mode::Links { .. }
        );
        if is_over {
            self.mode = Mode::Input;
        }
        is_over
    }

    /// Whether the rows of ours that are new are lines of many, of which nobody wants to hear each.
    pub(super) fn is_sending_many(&self, app: &App) -> bool {
        self.sending.is_some() || app.tab().sending().is_some_and(|sending| sending.progress().1 > MANY)
    }

    /// Appends how far the sending of many lines is. So many rows of ours have come since the last time.
    pub(super) fn sending(&mut self, app: &App, ours: usize, out: &mut String) {
        let now = app.tab().sending().filter(|sending| sending.progress().1 > MANY);
        self.sending = match (self.sending, now) {
            (way, Some(sending)) => Some(SendProgress::of(way, (app.tab().id(), sending), out)),
            (Some(way), None) => {
                // Otherwise it was stopped, which a notice says.
                if ours >= way.all - way.sent {
                    let _ = write!(out, "All {} lines sent.\r\n", format_thousands(way.all as u64));
                }
                None
            }
            (None, None) => None,
        };
    }

    /// A server that says nothing: once a connection, however long it goes on.
    fn announce_silence(&mut self, tab: &Tab, out: &mut String) {
        if !tab.is_silent() {
            self.silent.remove(&tab.id());
        } else if self.silent.insert(tab.id()) {
            out.push_str(SILENT);
        }
    }

    fn starting(&mut self, app: &App, out: &mut String) {
        let start = app.start_page().filter(|_| app.earlier() == HistoryState::Loaded);
        let entries = start.map_or_else(Vec::new, |start| start.entries().iter().map(StartPageEntry::text).collect());
        if let (true, Some(start)) = (replace(&mut self.entries, entries) != self.entries, start) {
            start_page(start, out);
        }
    }

    fn parcel(&mut self, parcel: Option<&PendingSend>, app: &App, out: &mut String) {
        let size = parcel.map(|parcel| (parcel.len(), parcel.size()));
        if let (true, Some(parcel)) = (replace(&mut self.parcel, size) != size, parcel) {
            about_parcel(app, parcel, out);
        }
    }

    fn finding(&mut self, finder: Option<&HistorySearch>, out: &mut String) {
        let found = finder.map_or_else(Default::default, |finder| (finder.standing(), finder.hit().map(|hit| hit.id)));
        if replace(&mut self.found, found) == found {
            return;
        }
        match found.0 {
            SearchStatus::Waiting => {}
            SearchStatus::Found => found_line("found: ", finder, out),
            // Enter sends what was found with less, and nobody sees that it is still there.
            SearchStatus::NotFound if found.1.is_some() => found_line("Not found. Enter still sends: ", finder, out),
            SearchStatus::NotFound => out.push_str("Not in the history of this server.\r\n"),
            SearchStatus::NoMoreOlder => out.push_str("There is no older one.\r\n"),
            SearchStatus::NoMoreNewer => out.push_str("There is no newer one.\r\n"),
        }
    }

    fn completing(&mut self, app: &App, out: &mut String) {
        let offered = app.completion().map(|completion| (completion.candidates().len(), completion.start()));
        if let (true, Some((count, _))) = (replace(&mut self.offered, offered) != offered, offered) {
            let next = app.keys().expand_key_hints("{complete} for the next");
            let _ = write!(out, "{count} completions: {next}, Esc for none.\r\n");
        }
    }
}

impl SendProgress {
    /// How far it is now, and the words about it where enough has changed.
    fn of(before: Option<Self>, (tab, sending): (LinkId, &PacedSend), out: &mut String) -> Self {
        let (sent, all) = sending.progress();
        let step = STEP.max(all / 10);
        let mut way = before.filter(|way| way.tab == tab && way.all <= all && way.sent <= sent).unwrap_or_else(|| {
            let _ = write!(out, "Sending {} lines, Esc or Ctrl-C stops.\r\n", format_thousands(all as u64));
            Self { tab, sent, all, next: step, is_held_up: false }
        });
        if way.all < all {
            // Enter is to be heard to have taken the line.
            let _ = write!(
                out,
                "{} more behind them, {} lines in all.\r\n",
                format_thousands((all - way.all) as u64),
                format_thousands(all as u64)
            );
        }
        way.sent = sent;
        way.all = all;
        let progress = || format!("{} of {} lines sent", format_thousands(sent as u64), format_thousands(all as u64));
        if sent >= way.next {
            let _ = write!(out, "{}.\r\n", progress());
            way.next = (sent / step + 1) * step;
            way.is_held_up = false;
        }
        if sending.is_held_up() && !replace(&mut way.is_held_up, true) {
            let _ = write!(out, "{}; the server is not reading.\r\n", progress());
        }
        way
    }
}

/// What the core has just turned to ask or show.
fn announce_question(app: &App, columns: usize, out: &mut String) {
    match app.mode() {
        // These are told by themselves: a parcel may grow, and what is on the page comes when the disk has answered.
        Mode::Input | Mode::SendPreview { .. } | Mode::Start => {}
        Mode::HistorySearch => {
            out.push_str("Search the history: type a part of the line, Enter sends it, Esc goes back.\r\n");
        }
        Mode::ConfirmQuit | Mode::ConfirmClose(_) | Mode::ConfirmEof | Mode::ConfirmEofOrQuit | Mode::ConfirmText => {
            let words = ui::prompt_text(app, usize::MAX).unwrap_or_default();
            out.extend([&*text::sanitize_line(words.trim_start()), "\r\n"]);
        }
        Mode::HiddenLine => out.push_str("Type the secret line, Enter sends it, Esc forgets it.\r\n"),
        // A column free at the end: a line that fills the screen would be followed by an empty one on some terminals.
        Mode::Help { .. } => {
            for line in app.help_page(columns.saturating_sub(1)) {
                help_line(&line, out);
            }
        }
        Mode::Search | Mode::PlainText | Mode::Copy(_) | Mode::Links { .. } => {
            out.push_str("That needs the whole screen: start without --plain.\r\n");
        }
    }
}

/// The servers there are to choose from, each with its number.
fn start_page(start: &StartPage, out: &mut String) {
    out.push_str("Where to?\r\n");
    for (n, entry) in start.entries().iter().enumerate() {
        let says = entry.details.first().filter(|says| !says.is_empty()).map(|says| format!(", {says}"));
        // A name is as long as somebody made it.
        let words = format!("{}{}", entry.text().replace('\n', " "), says.unwrap_or_default());
        let _ = write!(out, "{}. ", n + 1);
        quote(words.as_bytes(), out);
    }
    out.push_str("Type a number, a name or an address such as 127.0.0.1:12345, then Enter.\r\n");
}

/// What a parcel is, how it begins and ends, what is wrong with it, and what can be done with it.
fn about_parcel(app: &App, parcel: &PendingSend, out: &mut String) {
    out.extend([&*text::sanitize_line(&ui::title(parcel)), ":\r\n"]);
    let last = parcel.len().saturating_sub(1);
    let gap = last.saturating_sub(FIRST);
    for n in 0..parcel.len().min(FIRST) {
        line_of(parcel, n, out);
    }
    if gap > 0 {
        let lines = if gap == 1 { "line" } else { "lines" };
        let _ = write!(out, "({} {lines} more)\r\n", format_thousands(gap as u64));
    }
    if last >= FIRST {
        line_of(parcel, last, out);
    }
    if let Some(words) = ui::warning(app, parcel) {
        out.extend([&*words, "\r\n"]);
    }
    out.extend([&*ui::choices(parcel, app.keys()), "\r\n"]);
}

fn found_line(words: &str, finder: Option<&HistorySearch>, out: &mut String) {
    out.push_str(words);
    quote(finder.map_or("", HistorySearch::text).as_bytes(), out);
}

fn line_of(parcel: &PendingSend, n: usize, out: &mut String) {
    let line = parcel.line(n).unwrap_or_default();
    if matches!(parcel.source(), PendingSource::Bytes) {
        let mut row = Row::default();
        let seen = line.get(..QUOTED).unwrap_or(line);
        text::escape(seen, &mut row);
        return cut(&row, (seen.len(), line.len()), out);
    }
    let _ = write!(out, "{}: ", n + 1);
    quote(line, out);
}

/// The beginning of a line, as inert as everything else.
fn quote(line: &[u8], out: &mut String) {
    let mut row = Row::default();
    // Four bytes a character at most; of a cluster with more the rest is not missed.
    let seen = line.get(..4 * QUOTED).unwrap_or(line);
    text::decode_plain(seen, &mut row);
    cut(&row, (seen.len(), line.len()), out);
}

/// The first columns of a row, which is of so many bytes of so many, and where there is more, how much it is in all.
fn cut(row: &Row, (seen, bytes): (usize, usize), out: &mut String) {
    let mut left = QUOTED;
    let mut shown = 0;
    for (words, columns) in printable(row) {
        if columns > left {
            break;
        }
        left -= columns;
        shown += 1;
        out.push_str(&words);
    }
    if shown < row.glyphs().len() || seen < bytes {
        let _ = write!(out, "... ({} bytes)", format_thousands(bytes as u64));
    }
    out.push_str("\r\n");
}

fn help_line(line: &HelpLine, out: &mut String) {
    let mut row = Row::default();
    text::decode_plain(line.name.as_bytes(), &mut row);
    let gap = if line.text.is_empty() { 0 } else { line.text_column.saturating_sub(row.columns()) };
    // Writing to a String cannot fail.
    let _ = write!(out, "{}{}{:gap$}{}\r\n", line.heading, row.text(), "", line.text.trim_end());
}
