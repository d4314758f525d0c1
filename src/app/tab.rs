//! One conversation: a link, what was said on it, the draft, and the place one is reading at.

mod view;
mod words;

use super::attention::Attention;
use super::history::recall::Recall;
use super::prompt::Prompt;
use super::search::Search;
use super::sieve::Sieve;
use super::time::{Now, Wall};
use super::transcript::{RowEnd, RowId, RowKind, SILENCE, Transcript};
use super::viewport::{Layouts, Lens, Scroll};
use super::{Effect, Options};
use crate::link::{CloseReason, Endpoint, Eol, LinkCommand, LinkEvent, LinkId};
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;

/// Bytes that may wait for a server that does not read. What would go beyond stays in the input line.
pub const QUEUE_LIMIT: usize = 1 << 20;

/// How the link stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LinkState {
    /// Never asked to connect.
    #[default]
    Idle,
    /// Looking up the name, then trying this address.
    Opening(Option<SocketAddr>),
    /// Connected.
    Open {
        /// To whom.
        peer: SocketAddr,
        /// Since when.
        since: Now,
    },
    /// It is over.
    Closed {
        /// Why.
        reason: CloseReason,
        /// When.
        at: Wall,
    },
}

/// Bytes over the connection that stands, or stood last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Read from the peer.
    pub received: u64,
    /// Handed to the operating system.
    pub sent: u64,
    /// Still waiting to be.
    pub queued: usize,
}

/// See the module's words.
#[derive(Debug)]
pub struct Tab {
    id: LinkId,
    endpoint: Option<Endpoint>,
    link: LinkState,
    transcript: Transcript,
    sieve: Sieve,
    lens: Lens,
    prompt: Prompt,
    pub(super) recall: Recall,
    scroll: Scroll,
    /// The first row that had not been read when one turned away; the rule stands before it.
    unread: Option<RowId>,
    /// The first row that has not been on the screen, before one's eyes.
    unseen: RowId,
    pub(super) attention: Attention,
    /// The mention that was jumped to.
    pub(super) mention_at: Option<RowId>,
    /// A mention that has just come.
    call: Option<RowId>,
    pub(super) search: Option<Search>,
    layouts: Layouts,
    /// Whether the messages are shown alone, without gutter and indent.
    is_bare: bool,
    traffic: Traffic,
    nick: Option<String>,
    eol: Eol,
    /// Where to connect once the link that is alive has ended.
    heading_for: Option<Endpoint>,
    /// When the row under way will have been silent for long enough to count as finished.
    silent_at: Option<Duration>,
}

impl Tab {
    pub(super) fn new(id: LinkId, options: &Options) -> Self {
        Self {
            id,
            endpoint: None,
            link: LinkState::Idle,
            transcript: Transcript::new(options.limits),
            sieve: Sieve::new(options.lens.charset),
            lens: options.lens,
            prompt: Prompt::default(),
            recall: Recall::default(),
            scroll: Scroll::Follow,
            unread: None,
            unseen: RowId(0),
            attention: Attention::new(
                options.who.clone(),
                options.words.clone(),
                options.nick.clone(),
                options.lens.charset,
            ),
            mention_at: None,
            call: None,
            search: None,
            layouts: Layouts::default(),
            is_bare: false,
            traffic: Traffic::default(),
            nick: options.nick.clone(),
            eol: options.eol,
            heading_for: None,
            silent_at: None,
        }
    }

    /// Its link.
    pub const fn id(&self) -> LinkId {
        self.id
    }

    /// Where it is, or wants to be, connected.
    pub const fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    /// How the link stands.
    pub const fn link(&self) -> &LinkState {
        &self.link
    }

    /// What went over the wire.
    pub const fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// The draft.
    pub const fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    /// How much went over the wire.
    pub const fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// The nickname the server has told us we have, or else the one we asked for.
    pub fn nick(&self) -> Option<&str> {
        self.attention.granted().or(self.nick.as_deref())
    }

    /// What ends a line on its way out.
    pub const fn eol(&self) -> Eol {
        self.eol
    }

    pub(super) const fn prompt_mut(&mut self) -> &mut Prompt {
        &mut self.prompt
    }

    pub(super) const fn deadline(&self) -> Option<Duration> {
        self.silent_at
    }

    /// Says something, unless it has just been said.
    pub(super) fn note(&mut self, now: Now, kind: RowKind, words: &str) {
        let last = self.transcript.next().0.checked_sub(1).and_then(|id| self.transcript.row(RowId(id)));
        if last.is_none_or(|row| row.kind != kind || row.bytes != words.as_bytes()) {
            self.transcript.note(kind, words, now.wall);
            self.keep_up(&[]);
        }
    }

    pub(super) fn set_nick(&mut self, nick: &str) {
        self.nick = Some(nick.to_owned());
        self.attention.ask_for(&self.transcript, nick);
    }

    /// Connects to `endpoint`, leaving where it was.
    pub(super) fn open(&mut self, endpoint: Endpoint, limit: Duration) -> Vec<Effect> {
        match self.link {
            LinkState::Idle | LinkState::Closed { .. } => {
                self.endpoint = Some(endpoint.clone());
                self.link = LinkState::Opening(None);
            }
            // The end of the old link has yet to be told, with the old address.
            LinkState::Opening(_) | LinkState::Open { .. } => self.heading_for = Some(endpoint.clone()),
        }
        vec![Effect::Link(self.id, LinkCommand::Open { endpoint, limit })]
    }

    /// Stops connecting; leaves a connection that stands alone.
    pub(super) fn cancel(&self) -> Vec<Effect> {
        match self.link {
            LinkState::Opening(_) => self.close(),
            _ => Vec::new(),
        }
    }

    pub(super) fn close(&self) -> Vec<Effect> {
        vec![Effect::Link(self.id, LinkCommand::Close)]
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.link, LinkState::Open { .. })
    }

    /// Sends lines, each with its end, in one write. The reason if it cannot be; then nothing was sent.
    pub(super) fn send(&mut self, now: Now, text: &str) -> Result<Vec<Effect>, String> {
        let lines = text.split('\n');
        let eol = self.eol.bytes();
        let len: usize = lines.clone().map(|line| line.len() + eol.len()).sum();
        match &self.link {
            LinkState::Open { .. } if self.heading_for.is_some() => return Err(words::NOT_YET_CONNECTED.to_owned()),
            LinkState::Open { .. } if len > QUEUE_LIMIT => return Err(words::too_long(len)),
            LinkState::Open { .. } if self.traffic.queued + len > QUEUE_LIMIT => {
                return Err(words::queue_full(self.traffic.queued));
            }
            LinkState::Open { .. } => {}
            LinkState::Opening(_) => return Err(words::NOT_YET_CONNECTED.to_owned()),
            LinkState::Idle | LinkState::Closed { .. } => return Err(words::NOT_CONNECTED.to_owned()),
        }
        let mut out = Vec::with_capacity(len);
        let has_read_all = self.unread.is_some_and(|unread| unread >= self.transcript.next());
        for line in lines {
            let from = out.len();
            out.extend_from_slice(line.as_bytes());
            out.extend_from_slice(eol);
            self.transcript.send(out.get(from..).unwrap_or_default(), now.wall);
        }
        self.keep_up(&[]);
        if has_read_all {
            // Nobody needs to be told that they have not read what they say.
            self.mark_read();
        }
        self.silent_at = None;
        if out.is_empty() {
            return Ok(Vec::new());
        }
        self.traffic.queued += len;
        Ok(vec![Effect::Link(self.id, LinkCommand::Send(Bytes::from(out)))])
    }

    pub(super) fn on_due(&mut self, now: Now) -> bool {
        let due = self.silent_at.is_some_and(|at| at <= now.elapsed);
        if due {
            self.silent_at = None;
            self.transcript.end_open(RowEnd::Silence);
            self.keep_up(&[]);
        }
        due
    }

    pub(super) fn on_link(&mut self, now: Now, event: LinkEvent) -> Vec<Effect> {
        match event {
            LinkEvent::Opening(endpoint) => {
                self.endpoint = Some(endpoint);
                self.heading_for = None;
                self.link = LinkState::Opening(None);
            }
            LinkEvent::Connecting(addr) => self.link = LinkState::Opening(Some(addr)),
            LinkEvent::Opened { peer } => return self.on_opened(now, peer),
            LinkEvent::Received(bytes) => self.on_received(now, &bytes),
            LinkEvent::Written(bytes) => {
                self.traffic.sent += bytes as u64;
                self.traffic.queued = self.traffic.queued.saturating_sub(bytes);
            }
            LinkEvent::NotSent(bytes) => self.on_not_sent(now, &bytes),
            LinkEvent::Closed(reason) => self.on_closed(now, reason),
        }
        Vec::new()
    }

    fn on_opened(&mut self, now: Now, peer: SocketAddr) -> Vec<Effect> {
        self.link = LinkState::Open { peer, since: now };
        self.traffic = Traffic::default();
        self.attention.forget_granted();
        self.note(now, RowKind::Notice, &words::connected(self.endpoint.as_ref(), peer));
        match self.nick.clone() {
            // A fresh connection has an empty queue: this cannot be refused.
            Some(nick) => self.send(now, &format!("/nick {nick}")).unwrap_or_default(),
            None => Vec::new(),
        }
    }

    fn on_received(&mut self, now: Now, bytes: &Bytes) {
        self.traffic.received += bytes.len() as u64;
        self.transcript.receive(bytes, now.wall);
        self.keep_up(bytes);
        self.silent_at = self.transcript.awaits_silence().then(|| now.elapsed + SILENCE);
    }

    fn on_not_sent(&mut self, now: Now, bytes: &Bytes) {
        self.traffic.queued = self.traffic.queued.saturating_sub(bytes.len());
        self.note(now, RowKind::Error, &words::not_sent(bytes.len()));
    }

    fn on_closed(&mut self, now: Now, reason: CloseReason) {
        self.transcript.end_open(RowEnd::Unterminated);
        self.keep_up(&[]);
        self.silent_at = None;
        let lasted = match self.link {
            LinkState::Open { since, .. } => Some(now.elapsed.saturating_sub(since.elapsed)),
            _ => None,
        };
        let unsent = std::mem::take(&mut self.traffic.queued);
        let next = if self.heading_for.is_some() { "" } else { words::AGAIN };
        let (kind, words) = words::closed(&reason, self.endpoint.as_ref(), lasted, next);
        self.note(now, kind, &words);
        if unsent > 0 {
            self.note(now, RowKind::Error, &words::not_sent(unsent));
        }
        self.link = LinkState::Closed { reason, at: now.wall };
    }
}
