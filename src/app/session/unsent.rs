//! Lines of the user's that were to be sent and were not delivered. They are offered, and never sent unasked: the server
//! may be another by then, or the moment gone, and a line whose acknowledgement was lost has arrived all the same.

use super::{Tab, messages};
use crate::app::Now;
use crate::app::session::pending_send::PendingSend;
use crate::app::transcript::{RowId, RowKind};
use std::collections::BTreeSet;
use std::ops::Range;

/// Lines that were not delivered. They are identified by their rows in the transcript, and evicted with them.
#[derive(Debug, Default)]
pub(in crate::app) struct Unsent {
    /// The first row of each line.
    lines: BTreeSet<RowId>,
    /// What went out by itself on this connection, in the log of what was sent: it will again.
    automatic_ranges: Vec<Range<u64>>,
}

impl Unsent {
    /// A stretch of the log that goes out by itself on each connection.
    pub(in crate::app) fn mark_automatic(&mut self, span: Range<u64>) {
        self.automatic_ranges.push(span);
    }

    /// Another connection: nothing has gone out on it.
    pub(in crate::app) fn begin(&mut self) {
        self.automatic_ranges.clear();
    }

    /// They were dismissed, or one has gone to another server.
    pub(in crate::app) fn forget(&mut self) {
        self.lines.clear();
    }

    /// The first so many have been sent again.
    pub(in crate::app) fn resent(&mut self, count: usize) {
        for _ in 0..count {
            self.lines.pop_first();
        }
    }
}

impl Tab {
    /// Keeps the user's lines of the log from here on: they were not delivered. Gives how many they are.
    pub(in crate::app) fn mark_unsent(&mut self, from: u64) -> usize {
        let rows = (self.transcript.first().0..self.transcript.next().0).rev().map(RowId);
        let sent = rows.filter(|&id| self.transcript.kind(id) == Some(RowKind::Sent));
        let lost = sent.take_while(|&id| self.transcript.span(id).end > from);
        let is_the_users = |id: &RowId| {
            let span = self.transcript.span(*id);
            !self.unsent.automatic_ranges.iter().any(|own| own.start <= span.start && span.end <= own.end)
        };
        // A long line is offered whole, although a part of it may have left: its end has not.
        let lines: BTreeSet<RowId> =
            lost.filter(is_the_users).filter_map(|id| self.transcript.line(id).map(|line| line.first.id)).collect();
        let count = lines.len();
        self.unsent.lines.extend(lines);
        count
    }

    /// Offers them, on each connection until they have been sent or dismissed.
    pub(in crate::app) fn offer_resend(&mut self, now: Now) {
        self.unsent.lines.retain(|&id| id >= self.transcript.first());
        let count = self.unsent.lines.len();
        if count > 0 {
            self.add_notice(now, RowKind::Notice, &messages::unsent(count));
        }
    }

    /// How many there are.
    pub fn unsent_lines(&self) -> usize {
        self.unsent.lines.range(self.transcript.first()..).count()
    }

    /// Them, to be looked at; nothing if there are none.
    pub(in crate::app) fn unsent(&mut self) -> Option<PendingSend> {
        self.unsent.lines.retain(|&id| id >= self.transcript.first());
        let lines = self.unsent.lines.iter().filter_map(|&id| self.transcript.line(id));
        let parcel = PendingSend::of_lines(lines.map(|line| (line.bytes.into_owned(), line.end.newline())));
        Some(parcel).filter(|parcel| !parcel.is_empty())
    }

    /// They are not wanted any more.
    pub(in crate::app) fn forget_unsent(&mut self) {
        self.unsent.forget();
    }
}
