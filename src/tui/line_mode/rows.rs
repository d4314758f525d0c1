//! The rows of a transcript as they are printed: each once, when it has come to an end.

use super::input_line::printable;
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView};
use crate::app::{ByteView, Delivery, LocalTime, Tab, TimestampFormat};
use crate::text::format_thousands;
use crate::text::{self, Row};
use std::fmt::Write as _;

/// How much of a transcript has been printed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PrintedRows {
    /// All rows before this one, except for ...
    next: RowId,
    /// ... one that was under way when others behind it were finished.
    open: Option<RowId>,
    /// When the row came that was printed last.
    at: Option<LocalTime>,
    /// Among these are rows of ours that had not arrived for certain when they were printed. Empty if there are none.
    waiting: (RowId, RowId),
    /// Rows of ours that came with the last news.
    ours: usize,
}

/// Rows of ours that are printed at once, and that are printed a second time because they were not delivered. An afternoon of
/// them would not be listened to.
const AT_ONCE: usize = 20;

impl PrintedRows {
    /// Appends the rows that have come to an end and were not printed, and counts those of ours. `are_many` leaves them
    /// out: they are lines of something long that is being sent, and that is told otherwise.
    pub(super) fn print_completed(
        &mut self,
        tab: &Tab,
        time: TimestampFormat,
        are_many: bool,
        out: &mut String,
    ) -> usize {
        let (first, past) = std::mem::take(&mut self.waiting);
        self.ours = 0;
        self.print_new(tab, time, if are_many { 0 } else { AT_ONCE }, out);
        if let (false, Some(more @ 1..)) = (are_many, self.ours.checked_sub(AT_ONCE)) {
            // Writing to a String cannot fail.
            let _ = write!(out, "(and {} more of yours)\r\n", format_thousands(more as u64));
        }
        let still_waits = |&id: &RowId| !tab.is_settled(id);
        let still = (first.0..past.0).map(RowId).find(still_waits).unwrap_or(past);
        report_lost(tab, (first, still), out);
        if still < past {
            self.waiting = (still, past.max(self.waiting.1));
        }
        self.ours
    }

    /// Appends what was not printed at all; of our rows so many.
    fn print_new(&mut self, tab: &Tab, time: TimestampFormat, of_ours: usize, out: &mut String) {
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
            self.ours += usize::from(row.kind == RowKind::Sent);
            if row.end == RowEnd::Open {
                self.open = Some(id);
            } else if row.kind == RowKind::Sent && self.ours > of_ours {
                let _ = self.sent(tab, id);
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
    fn print_run(&mut self, tab: &Tab, view: &RowView<'_>, rows: u64, time: TimestampFormat, out: &mut String) {
        let rows = format_thousands(rows);
        if view.bytes.is_empty() {
            let _ = write!(out, "{}({rows} blank lines)\r\n", stamp(view.at, self.at.replace(view.at), time));
        } else {
            self.print(tab, view, time, out);
            let _ = write!(out, "({rows} times)\r\n");
        }
    }

    /// One row, as a screen reader's user wants to hear it: who speaks only where it is not the peer. Nothing of one that
    /// a filter hides.
    fn print(&mut self, tab: &Tab, view: &RowView<'_>, time: TimestampFormat, out: &mut String) {
        let shown = tab.sieve().at_or_after(tab.transcript(), view.id);
        if shown.is_none_or(|item| item.first > view.id) {
            return;
        }
        out.push_str(&stamp(view.at, self.at.replace(view.at), time));
        out.push_str(match view.kind {
            RowKind::Received => "",
            RowKind::Sent => self.sent(tab, view.id),
            RowKind::Notice | RowKind::Separator => "notice: ",
            RowKind::Error => "error: ",
            RowKind::Backlog => "earlier: ",
        });
        words_of(tab, view, out);
    }

    /// What stands before a row of ours; one that waits is kept in mind.
    fn sent(&mut self, tab: &Tab, id: RowId) -> &'static str {
        if !tab.is_settled(id) {
            let first = if self.waiting.0 < self.waiting.1 { self.waiting.0 } else { id };
            self.waiting = (first, RowId(id.0 + 1));
        }
        match tab.delivery_shown(id, id) {
            Delivery::Sent | Delivery::Unacknowledged => "you: ",
            Delivery::Waiting => "you, waiting: ",
            Delivery::NotSent => "you, not delivered: ",
            Delivery::PartlySent => "you, sent in part: ",
        }
    }
}

/// Appends what a row says, and its end.
fn words_of(tab: &Tab, view: &RowView<'_>, out: &mut String) {
    let mut row = Row::default();
    let lens = tab.lens().of(view.kind);
    match lens.view {
        ByteView::Escaped => text::escape(&view.wire(), &mut row),
        // Nobody listens to a hex dump.
        ByteView::Text | ByteView::Hex => text::decode_in(lens.charset, view.bytes, &mut row),
    }
    out.extend(printable(&row).map(|(text, _)| text));
    out.push_str("\r\n");
}

/// Says of rows that were printed as ours which of them were not delivered after all.
fn report_lost(tab: &Tab, (first, past): (RowId, RowId), out: &mut String) {
    let lost = (first.0..past.0).map(RowId).filter_map(|id| match tab.delivery(id, id) {
        Delivery::NotSent => Some((id, "not delivered: ")),
        Delivery::PartlySent => Some((id, "sent in part: ")),
        Delivery::Sent | Delivery::Unacknowledged | Delivery::Waiting => None,
    });
    let mut more = 0;
    for (n, (id, words)) in lost.enumerate() {
        match tab.transcript().row(id) {
            Some(row) if n < AT_ONCE => {
                out.push_str(words);
                words_of(tab, &row, out);
            }
            _ => more += 1,
        }
    }
    if more > 0 {
        // Writing to a String cannot fail.
        let _ = write!(out, "(and {} more not delivered)\r\n", format_thousands(more));
    }
}

/// How many rows from this one on belong to one fold, and the last of them; where there is more than one.
fn run_from(tab: &Tab, id: RowId) -> Option<(u64, RowId)> {
    let item = tab.render_context().at_or_after(id).filter(|item| item.first <= id && item.last > id)?;
    Some((item.rows - tab.render_context().rows_shown(item.first..id), item.last))
}

/// The time in front of a row, with a blank behind it.
pub(super) fn stamp(at: LocalTime, before: Option<LocalTime>, mode: TimestampFormat) -> String {
    let (hours, minutes, seconds) = at.clock();
    let millis = at.0 % 1000;
    match mode {
        TimestampFormat::Off => String::new(),
        TimestampFormat::Minutes => format!("{hours:02}:{minutes:02} "),
        TimestampFormat::Seconds => format!("{hours:02}:{minutes:02}:{seconds:02} "),
        TimestampFormat::Millis => format!("{hours:02}:{minutes:02}:{seconds:02}.{millis:03} "),
        TimestampFormat::Delta => {
            let since = at.0.saturating_sub(before.unwrap_or(at).0);
            format!("+{}.{:03} ", since / 1000, since % 1000)
        }
    }
}
