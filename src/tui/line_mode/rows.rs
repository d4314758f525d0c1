//! Printing the rows of a transcript: each once, when it is complete.

use super::input_line::printable;
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView};
use crate::app::{ByteView, Delivery, LocalTime, Tab, TimestampFormat};
use crate::text::format_thousands;
use crate::text::{self, Row};
use std::fmt::Write as _;

/// Progress of printing a transcript.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PrintedRows {
    /// First row that has not been printed, except for `open`.
    next: RowId,
    /// Row before `next` that was not complete when rows behind it were.
    open: Option<RowId>,
    /// Time of the row printed last.
    last_time: Option<LocalTime>,
    /// Range of rows that holds all sent rows whose delivery was not settled when they were printed; may be empty.
    unsettled: (RowId, RowId),
    /// Number of sent rows since the last frame.
    sent_rows: usize,
}

/// Maximum number of sent rows printed in one frame, and of undelivered rows printed again. The rest is counted.
const MAX_SENT_ROWS: usize = 20;

impl PrintedRows {
    /// Appends complete rows that have not been printed, and returns how many of them were sent by the user. Sent rows
    /// are left out if `is_sending_many`: the announcer reports the progress of a long send.
    pub(super) fn print_completed(
        &mut self,
        tab: &Tab,
        time: TimestampFormat,
        is_sending_many: bool,
        out: &mut String,
    ) -> usize {
        let (first, past) = std::mem::take(&mut self.unsettled);
        self.sent_rows = 0;
        self.print_new(tab, time, if is_sending_many { 0 } else { MAX_SENT_ROWS }, out);
        if let (false, Some(more @ 1..)) = (is_sending_many, self.sent_rows.checked_sub(MAX_SENT_ROWS)) {
            // Writing to a String cannot fail.
            let _ = write!(out, "(and {} more of yours)\r\n", format_thousands(more as u64));
        }
        let is_unsettled = |&id: &RowId| !tab.is_settled(id);
        let settled_past = (first.0..past.0).map(RowId).find(is_unsettled).unwrap_or(past);
        report_lost(tab, (first, settled_past), out);
        if settled_past < past {
            self.unsettled = (settled_past, past.max(self.unsettled.1));
        }
        self.sent_rows
    }

    /// Appends rows that have not been printed, at most `max_sent` of those sent.
    fn print_new(&mut self, tab: &Tab, time: TimestampFormat, max_sent: usize, out: &mut String) {
        let transcript = tab.transcript();
        if let Some(row) = self.open.and_then(|id| transcript.row(id))
            && row.end != RowEnd::Open
        {
            self.print(tab, &row, time, out);
            self.open = None;
        }
        // An empty transcript was cleared by the user, and its rows need not be reported. Eviction keeps one row.
        let skipped = transcript.first().0.saturating_sub(self.next.0);
        if skipped > 0 && transcript.first() < transcript.next() {
            // Writing to a String cannot fail.
            let _ = write!(out, "({skipped} rows skipped)\r\n");
        }
        self.open = self.open.filter(|id| *id >= transcript.first());
        let mut id = self.next.max(transcript.first());
        while let Some(row) = transcript.row(id) {
            self.sent_rows += usize::from(row.kind == RowKind::Sent);
            if row.end == RowEnd::Open {
                self.open = Some(id);
            } else if row.kind == RowKind::Sent && self.sent_rows > max_sent {
                let _ = self.sent_prefix(tab, id);
            } else if let Some((rows, last)) = fold_from(tab, id) {
                self.print_run(tab, &row, rows, time, out);
                id = last;
            } else {
                self.print(tab, &row, time, out);
            }
            id = RowId(id.0 + 1);
        }
        self.next = id;
    }

    /// Appends equal rows as one line with their number, as a screen folds them.
    fn print_run(&mut self, tab: &Tab, view: &RowView<'_>, rows: u64, time: TimestampFormat, out: &mut String) {
        let rows = format_thousands(rows);
        if view.bytes.is_empty() {
            let timestamp = timestamp(view.at, self.last_time.replace(view.at), time);
            let _ = write!(out, "{timestamp}({rows} blank lines)\r\n");
        } else {
            self.print(tab, view, time, out);
            let _ = write!(out, "({rows} times)\r\n");
        }
    }

    /// Appends a row unless a filter hides it. Rows of the peer have no prefix, so that a screen reader does not repeat it.
    fn print(&mut self, tab: &Tab, view: &RowView<'_>, time: TimestampFormat, out: &mut String) {
        let shown = tab.visible_rows().at_or_after(tab.transcript(), view.id);
        if shown.is_none_or(|item| item.first > view.id) {
            return;
        }
        out.push_str(&timestamp(view.at, self.last_time.replace(view.at), time));
        out.push_str(match view.kind {
            RowKind::Received => "",
            RowKind::Sent => self.sent_prefix(tab, view.id),
            RowKind::Notice | RowKind::Separator => "notice: ",
            RowKind::Error => "error: ",
            RowKind::Backlog => "earlier: ",
        });
        write_content(tab, view, out);
    }

    /// Returns the prefix of a sent row, and remembers the row if its delivery is not settled.
    fn sent_prefix(&mut self, tab: &Tab, id: RowId) -> &'static str {
        if !tab.is_settled(id) {
            let first = if self.unsettled.0 < self.unsettled.1 { self.unsettled.0 } else { id };
            self.unsettled = (first, RowId(id.0 + 1));
        }
        match tab.delivery_shown(id, id) {
            Delivery::Sent | Delivery::Unacknowledged => "you: ",
            Delivery::Waiting => "you, waiting: ",
            Delivery::NotSent => "you, not delivered: ",
            Delivery::PartlySent => "you, partly sent: ",
        }
    }
}

/// Appends the text of a row in the tab's view and charset, and a line end. The hex view is read as text.
fn write_content(tab: &Tab, view: &RowView<'_>, out: &mut String) {
    let mut row = Row::default();
    let view_options = tab.view_options().of(view.kind);
    match view_options.view {
        ByteView::Escaped => text::escape(&view.wire(), &mut row),
        ByteView::Text | ByteView::Hex => text::decode_in(view_options.charset, view.bytes, &mut row),
    }
    out.extend(printable(&row).map(|(text, _)| text));
    out.push_str("\r\n");
}

/// Appends the sent rows of a printed range that turned out not to be delivered.
fn report_lost(tab: &Tab, (first, past): (RowId, RowId), out: &mut String) {
    let lost = (first.0..past.0).map(RowId).filter_map(|id| match tab.delivery(id, id) {
        Delivery::NotSent => Some((id, "not delivered: ")),
        Delivery::PartlySent => Some((id, "partly sent: ")),
        Delivery::Sent | Delivery::Unacknowledged | Delivery::Waiting => None,
    });
    let mut more = 0;
    for (index, (id, prefix)) in lost.enumerate() {
        match tab.transcript().row(id) {
            Some(row) if index < MAX_SENT_ROWS => {
                out.push_str(prefix);
                write_content(tab, &row, out);
            }
            _ => more += 1,
        }
    }
    if more > 0 {
        // Writing to a String cannot fail.
        let _ = write!(out, "(and {} more not delivered)\r\n", format_thousands(more));
    }
}

/// Returns the number of rows from `id` on that are folded into one, and the last of them; `None` if it is only one row.
fn fold_from(tab: &Tab, id: RowId) -> Option<(u64, RowId)> {
    let item = tab.render_context().at_or_after(id).filter(|item| item.first <= id && item.last > id)?;
    Some((item.rows - tab.render_context().count_visible(item.first..id), item.last))
}

/// Formats the time of a row, with a trailing space. `before` is the time of the previous row, for [`TimestampFormat::Delta`].
pub(super) fn timestamp(at: LocalTime, before: Option<LocalTime>, format: TimestampFormat) -> String {
    let (hours, minutes, seconds) = at.clock();
    let millis = at.0 % 1000;
    match format {
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
