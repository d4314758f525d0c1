//! What is worth recording of a step of the core.
//!
//! What a link reports is taken down as it is. What we send and say is read off the transcripts, which have it in the order in
//! which it is shown; so a line that is kept nowhere cannot be in a recording. Of bytes that were handed over and stand in no
//! transcript only the count is taken down.

use crate::app::transcript::{RowEnd, RowId, RowKind, RowView};
use crate::app::{App, Effect, Event, LinkState, Now, Outcome, Tab};
use crate::link::{LinkCommand, LinkEvent, LinkId};
use crate::record::{Data, Ending, Entry, Line, Mark, Stamp, What};
use std::collections::HashMap;

/// What has been taken down of each tab.
#[derive(Debug, Default)]
pub(super) struct Scribe {
    tabs: HashMap<LinkId, Seen>,
    /// The link that was heard last, and whether it had said something that its program may have to answer.
    heard: Option<LinkId>,
}

/// How far a tab has been looked through.
#[derive(Debug, Default)]
struct Seen {
    next: RowId,
    nick: Option<String>,
}

/// Bytes of ours that were sent in one go.
#[derive(Debug, Default)]
struct Write {
    bytes: Vec<u8>,
    wall: u64,
    /// Bytes in all, also in what was finished.
    taken: u64,
}

impl Scribe {
    /// What there is of an event before the core has heard it.
    pub(super) fn hear(&mut self, now: Now, event: &Event) -> Option<Line> {
        let Event::Link(id, event) = event else {
            self.heard = None;
            return None;
        };
        self.heard = Some(*id).filter(|_| matches!(event, LinkEvent::Received(_)));
        Some(line(now, now.wall.0, *id, event.into()))
    }

    /// What came of it. `is_time` says that nothing had happened but that time passed.
    pub(super) fn look(&mut self, now: Now, app: &App, outcome: &Outcome, is_time: bool) -> Vec<Line> {
        let mut lines = Vec::new();
        if is_time && outcome.redraw {
            lines.push(line(now, now.wall.0, LinkId(0), What::Passed));
        }
        for tab in app.tabs() {
            let (asks, handed_over) = (self.heard == Some(tab.id()), handed_over(outcome, tab.id()));
            let seen = self.tabs.entry(tab.id()).or_default();
            seen.take_nick(now, tab, &mut lines);
            let taken = seen.take_rows(now, tab, asks, &mut lines);
            if let Some(unseen @ 1..) = handed_over.checked_sub(taken) {
                let count = usize::try_from(unseen).unwrap_or(usize::MAX);
                lines.push(line(now, now.wall.0, tab.id(), What::Secret(count)));
            }
            if outcome.effects.contains(&Effect::Link(tab.id(), LinkCommand::Eof)) {
                lines.push(line(now, now.wall.0, tab.id(), What::Ending));
            }
        }
        lines
    }
}

/// What becomes of the links when the program is left. Where something waits to be sent nobody will hear what becomes of it.
pub(super) fn conclude(now: Now, app: &App) -> Vec<Line> {
    let is_done = |tab: &&Tab| matches!(tab.link(), LinkState::Open { .. }) && tab.traffic().queued == 0;
    let done = app.tabs().iter().filter(is_done);
    done.map(|tab| line(now, now.wall.0, tab.id(), What::Closed(Ending::ByUs))).collect()
}

/// Bytes for a link among the effects.
fn handed_over(outcome: &Outcome, to: LinkId) -> u64 {
    let sent = outcome.effects.iter().filter_map(|effect| match effect {
        Effect::Link(id, LinkCommand::Send(bytes)) if *id == to => Some(bytes.len() as u64),
        _ => None,
    });
    sent.sum()
}

impl Seen {
    fn take_nick(&mut self, now: Now, tab: &Tab, lines: &mut Vec<Line>) {
        if self.nick.as_deref() != tab.nick() {
            self.nick = tab.nick().map(ToOwned::to_owned);
            lines.extend(tab.nick().map(|nick| line(now, now.wall.0, tab.id(), What::Nick(nick.to_owned()))));
        }
    }

    /// Takes down what is new. Gives how many bytes of it were sent.
    fn take_rows(&mut self, now: Now, tab: &Tab, asks: bool, lines: &mut Vec<Line>) -> u64 {
        let transcript = tab.transcript();
        let mut write = Write::default();
        for id in (self.next.max(transcript.first()).0..transcript.next().0).map(RowId) {
            let kind = transcript.kind(id).unwrap_or(RowKind::Received);
            let Some(row) = transcript.row(id).filter(|_| kind != RowKind::Received) else { continue };
            let Some(mark) = mark(kind) else {
                write.add(&row);
                if !matches!(row.end, RowEnd::Lf | RowEnd::CrLf | RowEnd::Cr | RowEnd::Cut) {
                    write.finish(now, tab.id(), asks, lines);
                }
                continue;
            };
            write.finish(now, tab.id(), asks, lines);
            let words = String::from_utf8_lossy(row.bytes).into_owned();
            lines.push(line(now, row.at.0, tab.id(), What::Said { mark, words }));
        }
        write.finish(now, tab.id(), asks, lines);
        self.next = transcript.next();
        write.taken
    }
}

impl Write {
    fn add(&mut self, row: &RowView<'_>) {
        self.wall = row.at.0;
        let wire = row.wire();
        self.taken += wire.len() as u64;
        self.bytes.extend_from_slice(&wire);
    }

    fn finish(&mut self, now: Now, id: LinkId, asks: bool, lines: &mut Vec<Line>) {
        /// What begins each word of telnet's (RFC 854), and nothing that is written in UTF-8.
        const IAC: u8 = 0xff;
        if self.bytes.is_empty() {
            return;
        }
        let is_answer = asks && self.bytes.first() == Some(&IAC);
        let data = Data(std::mem::take(&mut self.bytes).into());
        let what = if is_answer { What::Answered(data) } else { What::Sent(data) };
        lines.push(line(now, self.wall, id, what));
    }
}

const fn mark(kind: RowKind) -> Option<Mark> {
    match kind {
        RowKind::Notice => Some(Mark::Notice),
        RowKind::Error => Some(Mark::Error),
        RowKind::Rule => Some(Mark::Rule),
        RowKind::Past => Some(Mark::Past),
        RowKind::Received | RowKind::Sent => None,
    }
}

fn line(now: Now, wall: u64, id: LinkId, what: What) -> Line {
    Line::Entry(Entry::new(Stamp { elapsed: now.elapsed, wall }, id, what))
}
