//! Derives recording entries from one step of the core.
//!
//! Link events are recorded as they are. Sent lines and notices are taken from the transcripts, in the order shown; so a
//! hidden line, which is in no transcript, cannot get into a recording. Of bytes that were sent but are in no transcript, only
//! the count is recorded.

use crate::app::transcript::{RowEnd, RowId, RowKind, RowView};
use crate::app::{App, Effect, Event, LinkState, Now, Tab, Update};
use crate::link::{LinkCommand, LinkEvent, LinkId};
use crate::recording::{Data, EntryKind, NoticeKind, RecordedClose, RecordingEntry, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// Collects entries by comparing each tab with what was recorded of it before.
#[derive(Debug, Default)]
pub(super) struct EntryCollector {
    clock_start: ClockStart,
    tabs: HashMap<LinkId, TabProgress>,
    /// The link that received data in this step: bytes sent in response may be a telnet reply.
    received_from: Option<LinkId>,
}

/// When the clock of the recording starts.
#[derive(Debug, Clone, Copy, Default)]
enum ClockStart {
    /// At program start; the recording is complete.
    #[default]
    First,
    /// At the next step, which records a snapshot of all tabs.
    Now,
    /// At this time after program start.
    Then(Duration),
}

/// How much of a tab has been recorded.
#[derive(Debug, Default)]
struct TabProgress {
    /// The first row that has not been recorded.
    next_row: RowId,
    nick: Option<String>,
}

/// Bytes sent at once, collected from consecutive rows.
#[derive(Debug, Default)]
struct SentChunk {
    bytes: Vec<u8>,
    /// Local time of the last row.
    wall: u64,
    /// Number of bytes in this and all previous chunks of the step.
    total: u64,
}

impl EntryCollector {
    /// Creates a collector for a recording that starts while the program runs.
    pub(super) fn late() -> Self {
        Self { clock_start: ClockStart::Now, ..Self::default() }
    }

    /// Converts the program's time to the recording's, which starts at 0.
    fn recording_time(&self, now: Now) -> Now {
        match self.clock_start {
            ClockStart::First => now,
            ClockStart::Now => Now { elapsed: Duration::ZERO, ..now },
            ClockStart::Then(start) => Now { elapsed: now.elapsed.saturating_sub(start), ..now },
        }
    }

    /// Returns the entry for an event. To be called before the core handles the event.
    pub(super) fn before_update(&mut self, now: Now, event: &Event) -> Option<RecordingEntry> {
        let Event::Link(id, event) = event else {
            self.received_from = None;
            return None;
        };
        self.received_from = Some(*id).filter(|_| matches!(event, LinkEvent::Received(_)));
        let now = self.recording_time(now);
        EntryKind::of_event(event).map(|what| entry(now, now.wall.0, *id, what))
    }

    /// Returns the entries for the changes made by the core. `is_timer` tells that the event was an expired timer.
    pub(super) fn after_update(&mut self, now: Now, app: &App, update: &Update, is_timer: bool) -> Vec<RecordingEntry> {
        if let ClockStart::Now = self.clock_start {
            self.clock_start = ClockStart::Then(now.elapsed);
            return self.start_snapshot(self.recording_time(now), app);
        }
        let (now, mut entries) = (self.recording_time(now), Vec::new());
        if is_timer && update.redraw {
            entries.push(entry(now, now.wall.0, LinkId(0), EntryKind::Tick));
        }
        for tab in app.tabs() {
            let (is_reply, sent) = (self.received_from == Some(tab.id()), sent_bytes(update, tab.id()));
            let progress = self.tabs.entry(tab.id()).or_default();
            progress.collect_nick(now, tab, &mut entries);
            let collected = progress.collect_rows(now, tab, is_reply, &mut entries);
            if let Some(hidden @ 1..) = sent.checked_sub(collected) {
                let count = usize::try_from(hidden).unwrap_or(usize::MAX);
                entries.push(entry(now, now.wall.0, tab.id(), EntryKind::Hidden(count)));
            }
            if update.effects.contains(&Effect::Link(tab.id(), LinkCommand::Eof)) {
                entries.push(entry(now, now.wall.0, tab.id(), EntryKind::HalfClosing));
            }
        }
        entries
    }

    /// Returns the entries that lead to the current state of all tabs. Earlier messages are not recorded.
    fn start_snapshot(&mut self, now: Now, app: &App) -> Vec<RecordingEntry> {
        let mut entries = Vec::new();
        for tab in app.tabs() {
            let progress = self.tabs.entry(tab.id()).or_default();
            progress.next_row = tab.transcript().next();
            super::snapshot::record_snapshot(now, tab, &mut entries);
            progress.collect_nick(now, tab, &mut entries);
        }
        entries
    }

    /// Returns the closing entries of open links when the program exits. Links with queued bytes get none: whether the bytes
    /// are sent is unknown.
    pub(super) fn exit_entries(&self, now: Now, app: &App) -> Vec<RecordingEntry> {
        let now = self.recording_time(now);
        let is_idle = |tab: &&Tab| matches!(tab.link(), LinkState::Open { .. }) && tab.traffic().queued == 0;
        let closing = app.tabs().iter().filter(is_idle);
        closing.map(|tab| entry(now, now.wall.0, tab.id(), EntryKind::Closed(RecordedClose::ByUs))).collect()
    }
}

/// Returns the number of bytes that an update sends to a link.
fn sent_bytes(update: &Update, to: LinkId) -> u64 {
    let sent = update.effects.iter().filter_map(|effect| match effect {
        Effect::Link(id, LinkCommand::Send(bytes)) if *id == to => Some(bytes.len() as u64),
        Effect::Link(id, LinkCommand::SendSecret(bytes)) if *id == to => Some(bytes.len() as u64),
        _ => None,
    });
    sent.sum()
}

impl TabProgress {
    fn collect_nick(&mut self, now: Now, tab: &Tab, entries: &mut Vec<RecordingEntry>) {
        if self.nick.as_deref() != tab.nick() {
            self.nick = tab.nick().map(ToOwned::to_owned);
            let nick = tab.nick().unwrap_or_default().to_owned();
            entries.push(entry(now, now.wall.0, tab.id(), EntryKind::Nick(nick)));
        }
    }

    /// Adds entries for new rows. Returns the number of sent bytes in them.
    fn collect_rows(&mut self, now: Now, tab: &Tab, is_reply: bool, entries: &mut Vec<RecordingEntry>) -> u64 {
        let transcript = tab.transcript();
        let mut chunk = SentChunk::default();
        for id in (self.next_row.max(transcript.first()).0..transcript.next().0).map(RowId) {
            let kind = transcript.kind(id).unwrap_or(RowKind::Received);
            let Some(row) = transcript.row(id).filter(|_| kind != RowKind::Received) else { continue };
            let Some(mark) = notice_kind(kind) else {
                chunk.add(&row);
                if !matches!(row.end, RowEnd::Lf | RowEnd::CrLf | RowEnd::Cr | RowEnd::Split) {
                    chunk.finish(now, tab.id(), is_reply, entries);
                }
                continue;
            };
            chunk.finish(now, tab.id(), is_reply, entries);
            let words = String::from_utf8_lossy(row.bytes).into_owned();
            entries.push(entry(now, row.at.0, tab.id(), EntryKind::Said { mark, words }));
        }
        chunk.finish(now, tab.id(), is_reply, entries);
        self.next_row = transcript.next();
        chunk.total
    }
}

impl SentChunk {
    fn add(&mut self, row: &RowView<'_>) {
        self.wall = row.at.0;
        let wire = row.wire();
        self.total += wire.len() as u64;
        self.bytes.extend_from_slice(&wire);
    }

    fn finish(&mut self, now: Now, id: LinkId, is_reply: bool, entries: &mut Vec<RecordingEntry>) {
        /// First byte of every telnet command (RFC 854). Never occurs in UTF-8.
        const IAC: u8 = 0xff;
        if self.bytes.is_empty() {
            return;
        }
        let is_telnet_reply = is_reply && self.bytes.first() == Some(&IAC);
        let data = Data(std::mem::take(&mut self.bytes).into());
        let what = if is_telnet_reply { EntryKind::TelnetReply(data) } else { EntryKind::Sent(data) };
        entries.push(entry(now, self.wall, id, what));
    }
}

const fn notice_kind(kind: RowKind) -> Option<NoticeKind> {
    match kind {
        RowKind::Notice => Some(NoticeKind::Notice),
        RowKind::Error => Some(NoticeKind::Error),
        RowKind::Separator => Some(NoticeKind::Rule),
        RowKind::Backlog => Some(NoticeKind::Past),
        RowKind::Received | RowKind::Sent => None,
    }
}

pub(super) fn entry(now: Now, wall: u64, id: LinkId, what: EntryKind) -> RecordingEntry {
    RecordingEntry::new(Timestamp { elapsed: now.elapsed, wall }, id, what)
}
