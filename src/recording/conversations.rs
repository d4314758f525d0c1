//! Splits a recording into its connections: what each side sent, and when.

use super::{Data, EntryKind, RecordedClose, RecordingEntry};
use bytes::{Bytes, BytesMut};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

/// One side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The program that made the recording.
    Client,
    /// The server it was connected to.
    Server,
}

/// One step of a connection, by one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversationStep {
    /// Sends these bytes.
    Data(Bytes),
    /// Sends this number of bytes, which are not stored.
    Hidden(usize),
    /// Closes its side.
    Eof,
    /// Resets the connection.
    Reset,
}

/// One connection, or an attempt at one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Address of the server.
    pub peer: SocketAddr,
    /// Time at which the attempt started.
    pub started: Duration,
    /// Time at which the connection was established, if it was.
    pub opened: Option<Duration>,
    /// Steps of both sides in order, each with its time.
    pub steps: Vec<(Duration, Side, ConversationStep)>,
}

/// Bytes queued on a link and not yet written.
#[derive(Debug)]
enum Queued {
    Bytes(BytesMut),
    Hidden(usize),
}

/// State of a link while its entries are read.
#[derive(Debug, Default)]
struct RecordedLinkState {
    /// Addresses that are being tried, and since when.
    attempts: Vec<(SocketAddr, Duration)>,
    /// Index of the open connection among all conversations.
    open: Option<usize>,
    queue: std::collections::VecDeque<Queued>,
    /// Whether the client has half-closed.
    is_half_closed: bool,
}

/// Returns all connections and attempts, in the order in which they were started.
pub fn conversations(entries: &[RecordingEntry]) -> Vec<Conversation> {
    let mut all = Vec::new();
    let mut links: HashMap<u32, RecordedLinkState> = HashMap::new();
    for entry in entries {
        links.entry(entry.link).or_default().apply(entry, &mut all);
    }
    for link in links.into_values() {
        link.attempts.into_iter().for_each(|attempt| all.push(failed_attempt(attempt)));
    }
    all.sort_by_key(|conversation| conversation.started);
    all
}

fn failed_attempt((peer, started): (SocketAddr, Duration)) -> Conversation {
    Conversation { peer, started, opened: None, steps: Vec::new() }
}

impl RecordedLinkState {
    fn apply(&mut self, entry: &RecordingEntry, all: &mut Vec<Conversation>) {
        let at = entry.elapsed();
        match &entry.what {
            EntryKind::Connecting { addr, .. } => self.attempts.push((*addr, at)),
            EntryKind::Opened(peer) => self.open(*peer, at, all),
            EntryKind::Received(Data(bytes)) => self.add(all, at, Side::Server, ConversationStep::Data(bytes.clone())),
            EntryKind::Sent(Data(bytes)) | EntryKind::TelnetReply(Data(bytes)) => {
                self.queue.push_back(Queued::Bytes(BytesMut::from(bytes.as_ref())));
            }
            EntryKind::Hidden(count) => self.queue.push_back(Queued::Hidden(*count)),
            EntryKind::Written(count) => self.add_written(*count, at, all),
            EntryKind::NotSent(count) => self.drop_unsent(*count),
            EntryKind::HalfClosed => {
                self.is_half_closed = true;
                self.add(all, at, Side::Client, ConversationStep::Eof);
            }
            EntryKind::Closed(reason) => self.close(reason, at, all),
            EntryKind::Opening(_)
            | EntryKind::HalfClosing
            | EntryKind::NotHalfClosed
            | EntryKind::Said { .. }
            | EntryKind::Nick(_)
            | EntryKind::Tick => {}
        }
    }

    fn open(&mut self, peer: SocketAddr, at: Duration, all: &mut Vec<Conversation>) {
        let mut started = at;
        for (addr, since) in self.attempts.drain(..) {
            if addr == peer {
                started = since;
            } else {
                all.push(failed_attempt((addr, since)));
            }
        }
        self.open = Some(all.len());
        self.is_half_closed = false;
        all.push(Conversation { peer, started, opened: Some(at), steps: Vec::new() });
    }

    fn add(&self, all: &mut [Conversation], at: Duration, side: Side, step: ConversationStep) {
        if let Some(conversation) = self.open.and_then(|open| all.get_mut(open)) {
            conversation.steps.push((at, side, step));
        }
    }

    /// Moves the first `count` bytes of the queue to the open conversation.
    fn add_written(&mut self, count: usize, at: Duration, all: &mut [Conversation]) {
        let mut left = count;
        let mut written = BytesMut::new();
        while left > 0
            && let Some(first) = self.queue.front_mut()
        {
            match first {
                Queued::Bytes(bytes) => {
                    let taken = bytes.split_to(left.min(bytes.len()));
                    left -= taken.len();
                    written.extend_from_slice(&taken);
                    if bytes.is_empty() {
                        self.queue.pop_front();
                    }
                }
                Queued::Hidden(count) => {
                    let taken = left.min(*count);
                    (left, *count) = (left - taken, *count - taken);
                    if *count == 0 {
                        self.queue.pop_front();
                    }
                    if !written.is_empty() {
                        self.add(all, at, Side::Client, ConversationStep::Data(written.split().freeze()));
                    }
                    self.add(all, at, Side::Client, ConversationStep::Hidden(taken));
                }
            }
        }
        if !written.is_empty() {
            self.add(all, at, Side::Client, ConversationStep::Data(written.freeze()));
        }
    }

    /// Removes the last `count` bytes of the queue.
    fn drop_unsent(&mut self, count: usize) {
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
                Queued::Hidden(count) => {
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

    fn close(&mut self, reason: &RecordedClose, at: Duration, all: &mut Vec<Conversation>) {
        self.queue.clear();
        for (addr, since) in self.attempts.drain(..) {
            let mut attempt = failed_attempt((addr, since));
            if reason.is_reset() {
                attempt.steps.push((at, Side::Server, ConversationStep::Reset));
            }
            all.push(attempt);
        }
        let steps: &[_] = match reason {
            RecordedClose::ByPeer if self.is_half_closed => &[(Side::Server, ConversationStep::Eof)],
            RecordedClose::ByPeer => &[(Side::Server, ConversationStep::Eof), (Side::Client, ConversationStep::Eof)],
            RecordedClose::ByUs | RecordedClose::Cancelled if self.is_half_closed => &[],
            RecordedClose::ByUs | RecordedClose::Cancelled => &[(Side::Client, ConversationStep::Eof)],
            RecordedClose::Failed { .. } if reason.is_reset() => &[(Side::Server, ConversationStep::Reset)],
            RecordedClose::Failed { .. } => &[],
        };
        for (side, step) in steps {
            self.add(all, at, *side, step.clone());
        }
        self.open = None;
        self.is_half_closed = false;
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
    fn only_written_bytes_are_in_a_conversation() {
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
        let all = conversations(&entries);
        let steps: Vec<_> = all[0].steps.iter().map(|(_, side, step)| (*side, step.clone())).collect();
        assert_eq!((all.len(), all[0].opened), (1, Some(Duration::from_millis(1))));
        assert_eq!(
            steps,
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
