//! What is worth recording of a step of the core.
//!
//! What a link reports is taken down as it is. What we send and say is read off the transcripts, which have it in the order in
//! which it is shown; so a line that is kept nowhere cannot be in a recording. Of bytes that were handed over and stand in no
//! transcript only the count is taken down.

use crate::app::transcript::{RowEnd, RowId, RowKind, RowView};
use crate::app::{App, Effect, Event, LinkState, Now, Tab, Update};
use crate::link::{LinkCommand, LinkEvent, LinkId};
use crate::recording::{Data, EntryKind, NoticeKind, RecordedClose, RecordingEntry, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// What has been taken down of each tab.
#[derive(Debug, Default)]
pub(super) struct EntryCollector {
    begins: ClockStart,
    tabs: HashMap<LinkId, TabProgress>,
    /// The link that was heard last, and whether it had said something that its program may have to answer.
    heard: Option<LinkId>,
}

/// When the recording begins.
#[derive(Debug, Clone, Copy, Default)]
enum ClockStart {
    /// With the program, and everything is in it.
    #[default]
    First,
    /// With the next step. How the tabs stand is taken down then.
    Now,
    /// It has, at this time of the program.
    Then(Duration),
}

/// How far a tab has been looked through.
#[derive(Debug, Default)]
struct TabProgress {
    next: RowId,
    nick: Option<String>,
}

/// Bytes of ours that were sent in one go.
#[derive(Debug, Default)]
struct SentChunk {
    bytes: Vec<u8>,
    wall: u64,
    /// Bytes in all, also in what was finished.
    taken: u64,
}

impl EntryCollector {
    /// One that comes when the program has run for a while.
    pub(super) fn late() -> Self {
        Self { begins: ClockStart::Now, ..Self::default() }
    }

    /// The moment on the clock of the recording, which began with it.
    fn moment(&self, now: Now) -> Now {
        match self.begins {
            ClockStart::First => now,
            ClockStart::Now => Now { elapsed: Duration::ZERO, ..now },
            ClockStart::Then(start) => Now { elapsed: now.elapsed.saturating_sub(start), ..now },
        }
    }

    /// What there is of an event before the core has heard it.
    pub(super) fn before_update(&mut self, now: Now, event: &Event) -> Option<RecordingEntry> {
        let Event::Link(id, event) = event else {
            self.heard = None;
            return None;
        };
        self.heard = Some(*id).filter(|_| matches!(event, LinkEvent::Received(_)));
        let now = self.moment(now);
        EntryKind::of_event(event).map(|what| entry(now, now.wall.0, *id, what))
    }

    /// What came of it. `is_time` says that nothing had happened but that time passed.
    pub(super) fn after_update(&mut self, now: Now, app: &App, outcome: &Update, is_time: bool) -> Vec<RecordingEntry> {
        if let ClockStart::Now = self.begins {
            self.begins = ClockStart::Then(now.elapsed);
            return self.begin(self.moment(now), app);
        }
        let (now, mut entries) = (self.moment(now), Vec::new());
        if is_time && outcome.redraw {
            entries.push(entry(now, now.wall.0, LinkId(0), EntryKind::Tick));
        }
        for tab in app.tabs() {
            let (asks, handed_over) = (self.heard == Some(tab.id()), handed_over(outcome, tab.id()));
            let seen = self.tabs.entry(tab.id()).or_default();
            seen.take_nick(now, tab, &mut entries);
            let taken = seen.collect_rows(now, tab, asks, &mut entries);
            if let Some(unseen @ 1..) = handed_over.checked_sub(taken) {
                let count = usize::try_from(unseen).unwrap_or(usize::MAX);
                entries.push(entry(now, now.wall.0, tab.id(), EntryKind::Hidden(count)));
            }
            if outcome.effects.contains(&Effect::Link(tab.id(), LinkCommand::Eof)) {
                entries.push(entry(now, now.wall.0, tab.id(), EntryKind::HalfClosing));
            }
        }
        entries
    }

    /// How all tabs stand. What they have been told before is not in the recording.
    fn begin(&mut self, now: Now, app: &App) -> Vec<RecordingEntry> {
        let mut entries = Vec::new();
        for tab in app.tabs() {
            let seen = self.tabs.entry(tab.id()).or_default();
            seen.next = tab.transcript().next();
            super::snapshot::record_snapshot(now, tab, &mut entries);
            seen.take_nick(now, tab, &mut entries);
        }
        entries
    }

    /// What becomes of the links when the program is left. Where something waits to be sent nobody will hear what becomes of
    /// it.
    pub(super) fn conclude(&self, now: Now, app: &App) -> Vec<RecordingEntry> {
        let now = self.moment(now);
        let is_done = |tab: &&Tab| matches!(tab.link(), LinkState::Open { .. }) && tab.traffic().queued == 0;
        let done = app.tabs().iter().filter(is_done);
        done.map(|tab| entry(now, now.wall.0, tab.id(), EntryKind::Closed(RecordedClose::ByUs))).collect()
    }
}

/// Bytes for a link among the effects.
fn handed_over(outcome: &Update, to: LinkId) -> u64 {
    let sent = outcome.effects.iter().filter_map(|effect| match effect {
        Effect::Link(id, LinkCommand::Send(bytes)) if *id == to => Some(bytes.len() as u64),
        Effect::Link(id, LinkCommand::SendSecret(bytes)) if *id == to => Some(bytes.len() as u64),
        _ => None,
    });
    sent.sum()
}

impl TabProgress {
    fn take_nick(&mut self, now: Now, tab: &Tab, entries: &mut Vec<RecordingEntry>) {
        if self.nick.as_deref() != tab.nick() {
            self.nick = tab.nick().map(ToOwned::to_owned);
            let nick = tab.nick().unwrap_or_default().to_owned();
            entries.push(entry(now, now.wall.0, tab.id(), EntryKind::Nick(nick)));
        }
    }

    /// Takes down what is new. Gives how many bytes of it were sent.
    fn collect_rows(&mut self, now: Now, tab: &Tab, asks: bool, entries: &mut Vec<RecordingEntry>) -> u64 {
        let transcript = tab.transcript();
        let mut write = SentChunk::default();
        for id in (self.next.max(transcript.first()).0..transcript.next().0).map(RowId) {
            let kind = transcript.kind(id).unwrap_or(RowKind::Received);
            let Some(row) = transcript.row(id).filter(|_| kind != RowKind::Received) else { continue };
            let Some(mark) = mark(kind) else {
                write.add(&row);
                if !matches!(row.end, RowEnd::Lf | RowEnd::CrLf | RowEnd::Cr | RowEnd::Split) {
                    write.finish(now, tab.id(), asks, entries);
                }
                continue;
            };
            write.finish(now, tab.id(), asks, entries);
            let words = String::from_utf8_lossy(row.bytes).into_owned();
            entries.push(entry(now, row.at.0, tab.id(), EntryKind::Said { mark, words }));
        }
        write.finish(now, tab.id(), asks, entries);
        self.next = transcript.next();
        write.taken
    }
}

impl SentChunk {
    fn add(&mut self, row: &RowView<'_>) {
        self.wall = row.at.0;
        let wire = row.wire();
        self.taken += wire.len() as u64;
        self.bytes.extend_from_slice(&wire);
    }

    fn finish(&mut self, now: Now, id: LinkId, asks: bool, entries: &mut Vec<RecordingEntry>) {
        /// What begins each word of telnet's (RFC 854), and nothing that is written in UTF-8.
        const IAC: u8 = 0xff;
        if self.bytes.is_empty() {
            return;
        }
        let is_answer = asks && self.bytes.first() == Some(&IAC);
        let data = Data(std::mem::take(&mut self.bytes).into());
        let what = if is_answer { EntryKind::TelnetReply(data) } else { EntryKind::Sent(data) };
        entries.push(entry(now, self.wall, id, what));
    }
}

const fn mark(kind: RowKind) -> Option<NoticeKind> {
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
