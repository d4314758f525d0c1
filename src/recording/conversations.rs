//! The connections of a recording one by one: who said what on each, and when.

use super::{Data, EntryKind, RecordedClose, RecordingEntry};
use bytes::{Bytes, BytesMut};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

/// Who did something on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The program that recorded.
    Client,
    /// The server.
    Server,
}

/// One step of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversationStep {
    /// These bytes went out.
    Data(Bytes),
    /// So many bytes went out that are kept nowhere.
    Hidden(usize),
    /// This side ended.
    Eof,
    /// It broke off.
    Reset,
}

/// One connection, or an attempt at one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// With whom.
    pub peer: SocketAddr,
    /// When the attempt began.
    pub dialled: Duration,
    /// When it stood, if it ever did.
    pub opened: Option<Duration>,
    /// What happened on it, in its order.
    pub turns: Vec<(Duration, Side, ConversationStep)>,
}

/// What was queued on a link and has not been written.
#[derive(Debug)]
enum Queued {
    Bytes(BytesMut),
    Secret(usize),
}

/// A link as it is gone through.
#[derive(Debug, Default)]
struct RecordedLinkState {
    /// Addresses that are being tried, and since when.
    dialling: Vec<(SocketAddr, Duration)>,
    /// The place of the connection among all.
    open: Option<usize>,
    queue: std::collections::VecDeque<Queued>,
    /// Whether our side has ended, and the server's.
    has_ended: bool,
}

/// All connections, in the order in which they were tried.
pub fn streams(entries: &[RecordingEntry]) -> Vec<Conversation> {
    let mut all = Vec::new();
    let mut courses: HashMap<u32, RecordedLinkState> = HashMap::new();
    for entry in entries {
        courses.entry(entry.link).or_default().take(entry, &mut all);
    }
    for course in courses.into_values() {
        course.dialling.into_iter().for_each(|tried| all.push(attempt(tried)));
    }
    all.sort_by_key(|stream| stream.dialled);
    all
}

fn attempt((peer, dialled): (SocketAddr, Duration)) -> Conversation {
    Conversation { peer, dialled, opened: None, turns: Vec::new() }
}

impl RecordedLinkState {
    fn take(&mut self, entry: &RecordingEntry, all: &mut Vec<Conversation>) {
        let at = entry.elapsed();
        match &entry.what {
            EntryKind::Connecting { addr, .. } => self.dialling.push((*addr, at)),
            EntryKind::Opened(peer) => self.open(*peer, at, all),
            EntryKind::Received(Data(bytes)) => self.add(all, at, Side::Server, ConversationStep::Data(bytes.clone())),
            EntryKind::Sent(Data(bytes)) | EntryKind::TelnetReply(Data(bytes)) => {
                self.queue.push_back(Queued::Bytes(BytesMut::from(bytes.as_ref())));
            }
            EntryKind::Hidden(count) => self.queue.push_back(Queued::Secret(*count)),
            EntryKind::Written(count) => self.written(*count, at, all),
            EntryKind::NotSent(count) => self.lose(*count),
            EntryKind::HalfClosed => {
                self.has_ended = true;
                self.add(all, at, Side::Client, ConversationStep::Eof);
            }
            EntryKind::Closed(ending) => self.close(ending, at, all),
            EntryKind::Opening(_)
            | EntryKind::HalfClosing
            | EntryKind::NotHalfClosed
            | EntryKind::Said { .. }
            | EntryKind::Nick(_)
            | EntryKind::Tick => {}
        }
    }

    fn open(&mut self, peer: SocketAddr, at: Duration, all: &mut Vec<Conversation>) {
        let mut dialled = at;
        for (addr, since) in self.dialling.drain(..) {
            if addr == peer {
                dialled = since;
            } else {
                all.push(attempt((addr, since)));
            }
        }
        self.open = Some(all.len());
        self.has_ended = false;
        all.push(Conversation { peer, dialled, opened: Some(at), turns: Vec::new() });
    }

    fn add(&self, all: &mut [Conversation], at: Duration, side: Side, turn: ConversationStep) {
        if let Some(stream) = self.open.and_then(|open| all.get_mut(open)) {
            stream.turns.push((at, side, turn));
        }
    }

    fn written(&mut self, count: usize, at: Duration, all: &mut [Conversation]) {
        let mut left = count;
        let mut said = BytesMut::new();
        while left > 0
            && let Some(first) = self.queue.front_mut()
        {
            match first {
                Queued::Bytes(bytes) => {
                    let taken = bytes.split_to(left.min(bytes.len()));
                    left -= taken.len();
                    said.extend_from_slice(&taken);
                    if bytes.is_empty() {
                        self.queue.pop_front();
                    }
                }
                Queued::Secret(count) => {
                    let taken = left.min(*count);
                    (left, *count) = (left - taken, *count - taken);
                    if *count == 0 {
                        self.queue.pop_front();
                    }
                    if !said.is_empty() {
                        self.add(all, at, Side::Client, ConversationStep::Data(said.split().freeze()));
                    }
                    self.add(all, at, Side::Client, ConversationStep::Hidden(taken));
                }
            }
        }
        if !said.is_empty() {
            self.add(all, at, Side::Client, ConversationStep::Data(said.freeze()));
        }
    }

    /// The last so many bytes of the queue stay here.
    fn lose(&mut self, count: usize) {
        let mut left = count;
        while left > 0
            && let Some(last) = self.queue.back_mut()
        {
            let rest = match last {
                Queued::Bytes(bytes) => {
                    let taken = left.min(bytes.len());
                    bytes.truncate(bytes.len() - taken);
                    left -= taken;
                    bytes.len()
                }
                Queued::Secret(count) => {
                    let taken = left.min(*count);
                    (left, *count) = (left - taken, *count - taken);
                    *count
                }
            };
            if rest == 0 {
                self.queue.pop_back();
            }
        }
    }

    fn close(&mut self, ending: &RecordedClose, at: Duration, all: &mut Vec<Conversation>) {
        self.queue.clear();
        for (addr, since) in self.dialling.drain(..) {
            let mut tried = attempt((addr, since));
            if ending.is_reset() {
                tried.turns.push((at, Side::Server, ConversationStep::Reset));
            }
            all.push(tried);
        }
        let turns: &[_] = match ending {
            RecordedClose::ByPeer if self.has_ended => &[(Side::Server, ConversationStep::Eof)],
            RecordedClose::ByPeer => &[(Side::Server, ConversationStep::Eof), (Side::Client, ConversationStep::Eof)],
            RecordedClose::ByUs | RecordedClose::Cancelled if self.has_ended => &[],
            RecordedClose::ByUs | RecordedClose::Cancelled => &[(Side::Client, ConversationStep::Eof)],
            RecordedClose::Failed { .. } if ending.is_reset() => &[(Side::Server, ConversationStep::Reset)],
            RecordedClose::Failed { .. } => &[],
        };
        for (side, turn) in turns {
            self.add(all, at, *side, turn.clone());
        }
        self.open = None;
        self.has_ended = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::LinkId;
    use crate::recording::Timestamp;

    fn entry(ms: u64, what: EntryKind) -> RecordingEntry {
        RecordingEntry::new(Timestamp { elapsed: Duration::from_millis(ms), wall: ms }, LinkId(0), what)
    }

    fn sent(text: &str) -> EntryKind {
        EntryKind::Sent(text.as_bytes().into())
    }

    #[test]
    fn bytes_count_when_they_were_written_and_what_was_not_is_not_there() {
        let peer = "127.0.0.1:12345".parse().unwrap();
        let what = [
            EntryKind::Connecting { addr: peer, nth: 1, of: 1 },
            EntryKind::Opened(peer),
            sent("one\n"),
            EntryKind::Hidden(3),
            sent("two\n"),
            sent("never\n"),
            EntryKind::Written(5),
            EntryKind::NotSent(6),
            EntryKind::Written(6),
            EntryKind::Closed(RecordedClose::ByPeer),
        ];
        let entries: Vec<_> = (0..).zip(what).map(|(ms, what)| entry(ms, what)).collect();
        let all = streams(&entries);
        let turns: Vec<_> = all[0].turns.iter().map(|(_, side, turn)| (*side, turn.clone())).collect();
        assert_eq!((all.len(), all[0].opened), (1, Some(Duration::from_millis(1))));
        assert_eq!(
            turns,
            [
                (Side::Client, ConversationStep::Data("one\n".into())),
                (Side::Client, ConversationStep::Hidden(1)),
                (Side::Client, ConversationStep::Hidden(2)),
                (Side::Client, ConversationStep::Data("two\n".into())),
                (Side::Server, ConversationStep::Eof),
                (Side::Client, ConversationStep::Eof),
            ]
        );
    }
}
