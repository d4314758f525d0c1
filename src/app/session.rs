//! One conversation: a link, what was said on it, the draft, and the place one is reading at.

pub(super) mod connection;
pub(super) mod draft;
pub(super) mod label;
pub(super) mod logging;
pub(super) mod messages;
pub(super) mod on_connect;
pub(super) mod overrides;
pub(super) mod paced_send;
pub mod pending_send;
pub(super) mod reconnect;
pub(super) mod send;
pub(super) mod send_error;
pub(super) mod send_queue;
pub(super) mod telnet;
pub(super) mod unsent;

pub use paced_send::PacedSend;
pub use send::WriteSide;
pub use send_error::SendError;
pub use send_queue::Delivery;

use super::input::history::cursor::HistoryCursor;
use super::input::line_editor::LineEditor;
use super::logging::{BacklogState, TabLog};
use super::modes::start_page::StartPage;
use super::modes::typeahead::TypeAhead;
use super::time::{LocalTime, Now};
use super::transcript::{RowEnd, RowId, RowKind, Transcript};
use super::view::filter::VisibleRows;
use super::view::mention_tracker::MentionTracker;
use super::view::search::Search;
use super::view::viewport::{LayoutCache, Scroll, ViewOptions};
use super::{Settings, Update};
use crate::link::{CloseReason, Endpoint, Eol, LinkId};
pub(super) use on_connect::OnConnectQueue;
use overrides::PendingNick;
pub(super) use reconnect::ReconnectPolicy;
pub(super) use send_queue::SendQueue;
use std::net::SocketAddr;
use std::time::Duration;
pub(super) use unsent::Unsent;

/// Bytes that may wait for a server that does not read. What would go beyond stays in the input line.
pub const QUEUE_LIMIT: usize = 1 << 20;

/// How the link stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LinkState {
    /// Never asked to connect.
    #[default]
    Idle,
    /// Looking up the name, then trying this address.
    Opening(Option<ConnectAttempt>),
    /// Connected.
    Open {
        /// To whom.
        peer: SocketAddr,
        /// Since when.
        since: Now,
        /// Whether it takes more from us.
        outgoing: WriteSide,
    },
    /// It dropped, and will be restored by itself.
    Waiting(ReconnectWait),
    /// It is over.
    Closed {
        /// Why.
        reason: CloseReason,
        /// When.
        at: LocalTime,
    },
}

/// An address that is being tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectAttempt {
    /// Which.
    pub addr: SocketAddr,
    /// The how many-th of them it is, from 1.
    pub nth: usize,
    /// How many the host has.
    pub of: usize,
}

/// Between two attempts to restore a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconnectWait {
    /// Why the connection, or the last attempt, is over.
    pub reason: CloseReason,
    /// When that was.
    pub at: LocalTime,
    /// Which attempt comes next, from 1.
    pub attempt: u32,
    /// When it does, on the clock of [`Now::elapsed`].
    pub retry_at: Duration,
    /// Seconds until then, to the nearest and at least 1, as they were told last.
    pub seconds_left: u64,
}

/// Bytes over the connection that stands, or stood last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByteCounters {
    /// Read from the peer.
    pub received: u64,
    /// Handed to the operating system.
    pub sent: u64,
    /// Still waiting to be.
    pub queued: usize,
}

/// One conversation: connection, transcript, draft and view.
#[derive(Debug)]
pub struct Tab {
    id: LinkId,
    /// How to behave on this server.
    options: Settings,
    pub(super) endpoint: Option<Endpoint>,
    /// Whether there has ever been a connection.
    has_been_open: bool,
    pub(super) link: LinkState,
    pub(super) transcript: Transcript,
    pub(super) visible_rows: VisibleRows,
    pub(super) view_options: ViewOptions,
    prompt: LineEditor,
    pub(super) history_cursor: HistoryCursor,
    /// The start page, until it has led somewhere.
    pub(super) start: Option<StartPage>,
    /// The draft while a command is typed in its place.
    stashed_draft: Option<String>,
    /// Typed while a question was open.
    pub(super) typeahead: TypeAhead,
    pub(super) scroll: Scroll,
    /// The first row that had not been read when one turned away; the rule stands before it.
    pub(super) unread: Option<RowId>,
    /// The first row that has not been on the screen, before one's eyes.
    pub(super) unseen: RowId,
    pub(super) attention: MentionTracker,
    /// The mention that was jumped to.
    pub(super) mention_at: Option<RowId>,
    /// A mention that has just come.
    pub(super) pending_alert: Option<RowId>,
    pub(super) search: Option<Search>,
    pub(super) layout_cache: LayoutCache,
    /// Whether the messages are shown alone, without gutter and indent.
    pub(super) is_plain_text: bool,
    pub(super) traffic: ByteCounters,
    pub(super) send_queue: SendQueue,
    nick: Option<String>,
    next_nick: PendingNick,
    eol: Eol,
    /// Where to connect once the link that is alive has ended.
    next_endpoint: Option<Endpoint>,
    /// When the row under way will have been silent for long enough to count as finished.
    pub(super) idle_row_deadline: Option<Duration>,
    /// Lines on their way out at a pace.
    sending: Option<PacedSend>,
    pub(super) reconnect_policy: ReconnectPolicy,
    pub(super) on_connect: OnConnectQueue,
    /// How often the secret of the server was asked for.
    secret_requests: u64,
    pub(super) unsent: Unsent,
    pub(super) negotiation: telnet::Negotiation,
    pub(super) source: super::playback::tab::SessionSource,
    pub(super) log: TabLog,
    pub(super) backlog: BacklogState,
}

impl Tab {
    pub(super) fn new(id: LinkId, options: &Settings) -> Self {
        Self {
            id,
            options: options.clone(),
            endpoint: None,
            has_been_open: false,
            link: LinkState::Idle,
            transcript: Transcript::new(options.limits),
            visible_rows: VisibleRows::new(options.lens.charset),
            view_options: options.lens,
            prompt: LineEditor::default(),
            history_cursor: HistoryCursor::default(),
            start: None,
            stashed_draft: None,
            typeahead: TypeAhead::default(),
            scroll: Scroll::Follow,
            unread: None,
            unseen: RowId(0),
            attention: MentionTracker::new(
                options.speaker_rule.clone(),
                options.highlight_words.clone(),
                options.nick.clone(),
                options.lens.charset,
            ),
            mention_at: None,
            pending_alert: None,
            search: None,
            layout_cache: LayoutCache::default(),
            is_plain_text: false,
            traffic: ByteCounters::default(),
            send_queue: SendQueue::default(),
            nick: options.nick.clone(),
            next_nick: PendingNick::Same,
            eol: options.eol,
            next_endpoint: None,
            idle_row_deadline: None,
            sending: None,
            reconnect_policy: ReconnectPolicy::default(),
            on_connect: OnConnectQueue::default(),
            secret_requests: 0,
            unsent: Unsent::default(),
            negotiation: telnet::Negotiation::default(),
            source: super::playback::tab::SessionSource::Live,
            log: TabLog::default(),
            backlog: BacklogState::default(),
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

    /// How to behave on this server, as it was set; [`Tab::effective`] has what commands have made of it.
    pub const fn options(&self) -> &Settings {
        &self.options
    }

    /// What went over the wire.
    pub const fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// The draft.
    pub const fn line_editor(&self) -> &LineEditor {
        &self.prompt
    }

    /// How much went over the wire.
    pub const fn traffic(&self) -> ByteCounters {
        self.traffic
    }

    /// The nickname the server has told us we have, or else the one we asked for.
    pub fn nick(&self) -> Option<&str> {
        self.attention.server_nick().or(self.nick.as_deref())
    }

    /// What ends a line on its way out.
    pub const fn eol(&self) -> Eol {
        self.eol
    }

    pub(super) const fn set_eol(&mut self, eol: Eol) {
        self.eol = eol;
    }

    pub(super) const fn prompt_mut(&mut self) -> &mut LineEditor {
        &mut self.prompt
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        let waiting = match &self.link {
            LinkState::Waiting(waiting) => Some(waiting.deadline()),
            _ => None,
        };
        let sending = self.sending.as_ref().and_then(PacedSend::due);
        let own = [self.idle_row_deadline, self.send_queue.deadline(), sending, self.on_connect.deadline(), waiting];
        own.into_iter().flatten().min()
    }

    /// What is being sent line by line.
    pub const fn sending(&self) -> Option<&PacedSend> {
        self.sending.as_ref()
    }

    /// Says something, unless it has just been said.
    pub(super) fn add_notice(&mut self, now: Now, kind: RowKind, words: &str) {
        if !self.is_live() {
            return;
        }
        let last = self.transcript.next().0.checked_sub(1).and_then(|id| self.transcript.row(RowId(id)));
        if last.is_none_or(|row| row.kind != kind || row.bytes != words.as_bytes()) {
            self.transcript.note(kind, words, now.wall);
            self.keep_up(&[]);
        }
    }

    pub(super) fn set_nick(&mut self, nick: &str) {
        self.next_nick = PendingNick::Same;
        self.nick = Some(nick.to_owned());
        self.attention.set_requested_nick(&self.transcript, nick);
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.link, LinkState::Open { .. })
    }

    pub(super) fn on_timer(&mut self, now: Now) -> Update {
        let is_silent = self.idle_row_deadline.is_some_and(|at| at <= now.elapsed);
        if is_silent {
            self.idle_row_deadline = None;
            self.transcript.end_open(RowEnd::Idle);
            self.keep_up(&[]);
        }
        let is_slow = self.send_queue.on_due(now.elapsed);
        let is_missing = self.on_connect.on_due(now);
        let mut effects = self.send_on_connect_lines(now);
        effects.extend(self.send_due_lines(now));
        let (attempt, has_counted) = self.on_retry_tick(now);
        effects.extend(attempt);
        let redraw = is_silent || is_slow || is_missing || has_counted || !effects.is_empty();
        Update { effects, redraw }
    }
}
