//! The user's lines that were not delivered.
//!
//! They are offered after reconnecting and never sent without asking: by then they may be out of date, and a line whose
//! acknowledgement was lost has in fact arrived.

use super::{Tab, messages};
use crate::app::Now;
use crate::app::session::pending_send::PendingSend;
use crate::app::transcript::{RowId, RowKind};
use std::collections::BTreeSet;
use std::ops::Range;

/// The undelivered lines of a tab, as row ids. They are evicted together with their rows.
#[derive(Debug, Default)]
pub(in crate::app) struct Unsent {
    /// The first row of each line.
    lines: BTreeSet<RowId>,
    /// Byte ranges sent automatically on this connection. They are sent again anyway on the next one.
    automatic_ranges: Vec<Range<u64>>,
}

impl Unsent {
    /// Marks a byte range as sent automatically.
    pub(in crate::app) fn mark_automatic(&mut self, span: Range<u64>) {
        self.automatic_ranges.push(span);
    }

    /// Notes a new connection, on which nothing has been sent yet.
    pub(in crate::app) fn begin(&mut self) {
        self.automatic_ranges.clear();
    }

    /// Forgets all lines: they were dismissed, or the tab connects to another server.
    pub(in crate::app) fn forget(&mut self) {
        self.lines.clear();
    }

    /// Removes the first `count` lines, which have been sent again.
    pub(in crate::app) fn resent(&mut self, count: usize) {
        for _ in 0..count {
            self.lines.pop_first();
        }
    }
}

impl Tab {
    /// Marks the user's lines from a byte offset on as undelivered. Returns their number.
    pub(in crate::app) fn mark_unsent(&mut self, from: u64) -> usize {
        let rows = (self.transcript.first().0..self.transcript.next().0).rev().map(RowId);
        let sent = rows.filter(|&id| self.transcript.kind(id) == Some(RowKind::Sent));
        let lost = sent.take_while(|&id| self.transcript.span(id).end > from);
        let is_typed = |id: &RowId| {
            let span = self.transcript.span(*id);
            !self.unsent.automatic_ranges.iter().any(|own| own.start <= span.start && span.end <= own.end)
        };
        // A line that was sent in part is offered whole: without its end the server has not read it as a line.
        let lines: BTreeSet<RowId> =
            lost.filter(is_typed).filter_map(|id| self.transcript.line(id).map(|line| line.first.id)).collect();
        let count = lines.len();
        self.unsent.lines.extend(lines);
        count
    }

    /// Offers the lines on a new connection, until they have been sent or dismissed.
    pub(in crate::app) fn offer_resend(&mut self, now: Now) {
        self.unsent.lines.retain(|&id| id >= self.transcript.first());
        let count = self.unsent.lines.len();
        if count > 0 {
            self.add_notice(now, RowKind::Notice, &messages::unsent(count));
        }
    }

    /// Returns the number of undelivered lines.
    pub fn unsent_lines(&self) -> usize {
        self.unsent.lines.range(self.transcript.first()..).count()
    }

    /// Returns the undelivered lines for a preview; `None` if there are none.
    pub(in crate::app) fn unsent(&mut self) -> Option<PendingSend> {
        self.unsent.lines.retain(|&id| id >= self.transcript.first());
        let lines = self.unsent.lines.iter().filter_map(|&id| self.transcript.line(id));
        let pending = PendingSend::of_lines(lines.map(|line| (line.bytes.into_owned(), line.end.newline())));
        Some(pending).filter(|pending| !pending.is_empty())
    }

    /// Dismisses the undelivered lines.
    pub(in crate::app) fn forget_unsent(&mut self) {
        self.unsent.forget();
    }
}
