//! One conversation: its connection, transcript, draft and view.

pub(super) mod connection;
pub(super) mod draft;
pub(super) mod label;
pub(super) mod logging;
pub(super) mod messages;
pub(super) mod on_connect;
pub(super) mod overrides;
pub(super) mod paced_send;
pub(crate) mod pending_send;
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

/// Bytes that may be queued for a server that does not read. Longer input is refused and stays in the input line.
pub const QUEUE_LIMIT: usize = 1 << 20;

/// The state of a tab's connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LinkState {
    /// Never asked to connect.
    #[default]
    Idle,
    /// Connecting: looking up the host, or trying one of its addresses.
    Opening(Option<ConnectAttempt>),
    /// Connected, perhaps half-closed.
    Open {
        /// The address of the server.
        peer: SocketAddr,
        /// When the connection was opened.
        since: Now,
        /// Whether we can still send.
        outgoing: WriteSide,
    },
    /// Disconnected, and waiting to reconnect automatically.
    Waiting(ReconnectWait),
    /// Disconnected; nothing happens until the user reconnects.
    Closed {
        /// The reason why the connection or attempt ended.
        reason: CloseReason,
        /// When it ended.
        at: LocalTime,
    },
}

/// An address that is being tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectAttempt {
    /// The address and port.
    pub addr: SocketAddr,
    /// 1-based index among the host's addresses.
    pub nth: usize,
    /// Number of addresses the host has.
    pub of: usize,
}

/// The wait between two attempts to reconnect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconnectWait {
    /// Why the connection, or the last attempt, ended.
    pub reason: CloseReason,
    /// When it ended.
    pub at: LocalTime,
    /// Number of the next attempt, from 1.
    pub attempt: u32,
    /// When the next attempt is made, on the clock of [`Now::elapsed`].
    pub retry_at: Duration,
    /// Seconds until then as last displayed, rounded to the nearest and at least 1.
    pub seconds_left: u64,
}

/// Byte counts of the current connection, or of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByteCounters {
    /// Bytes read from the server.
    pub received: u64,
    /// Bytes handed to the operating system.
    pub sent: u64,
    /// Bytes waiting to be handed over.
    pub queued: usize,
}

/// One conversation: connection, transcript, draft and view.
#[derive(Debug)]
pub struct Tab {
    id: LinkId,
    /// The settings for this server, without what commands changed beside them.
    options: Settings,
    pub(super) endpoint: Option<Endpoint>,
    has_been_open: bool,
    pub(super) link: LinkState,
    pub(super) transcript: Transcript,
    pub(super) visible_rows: VisibleRows,
    pub(super) view_options: ViewOptions,
    prompt: LineEditor,
    pub(super) history_cursor: HistoryCursor,
    /// The start page, until the user connects.
    pub(super) start: Option<StartPage>,
    /// The draft that was put aside while a command is typed.
    stashed_draft: Option<String>,
    /// Text typed while a question was open.
    pub(super) typeahead: TypeAhead,
    pub(super) scroll: Scroll,
    /// The first row that was unread when the user looked away; the unread separator is drawn before it.
    pub(super) unread: Option<RowId>,
    /// The first row that has not been displayed while the user was looking.
    pub(super) unseen: RowId,
    pub(super) attention: MentionTracker,
    /// The mention that was last jumped to.
    pub(super) mention_at: Option<RowId>,
    /// A new mention that has not been signalled yet.
    pub(super) pending_alert: Option<RowId>,
    pub(super) search: Option<Search>,
    pub(super) layout_cache: LayoutCache,
    /// Whether messages are shown without gutter and indent, for copying with the mouse.
    pub(super) is_plain_text: bool,
    pub(super) traffic: ByteCounters,
    pub(super) send_queue: SendQueue,
    nick: Option<String>,
    next_nick: PendingNick,
    eol: Eol,
    /// The server to connect to when the current connection has ended.
    next_endpoint: Option<Endpoint>,
    /// When an incomplete row counts as finished, unless more of it arrives.
    pub(super) idle_row_deadline: Option<Duration>,
    /// Lines that are being sent at a pace.
    sending: Option<PacedSend>,
    pub(super) reconnect_policy: ReconnectPolicy,
    pub(super) on_connect: OnConnectQueue,
    /// Number of requests for the server's secret; the number identifies a request.
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
            visible_rows: VisibleRows::new(options.view_options.charset),
            view_options: options.view_options,
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
                options.view_options.charset,
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

    /// Returns the id of its link.
    pub const fn id(&self) -> LinkId {
        self.id
    }

    /// Returns the server it is or was connected to, or is connecting to.
    pub const fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    /// Returns the state of the connection.
    pub const fn link(&self) -> &LinkState {
        &self.link
    }

    /// Returns the settings for this server; [`Tab::effective`] includes what commands changed beside them.
    pub const fn options(&self) -> &Settings {
        &self.options
    }

    /// Returns the rows and bytes sent and received, and the notices between them.
    pub const fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Returns the editor with the draft.
    pub const fn line_editor(&self) -> &LineEditor {
        &self.prompt
    }

    /// Returns the byte counts of the connection.
    pub const fn traffic(&self) -> ByteCounters {
        self.traffic
    }

    /// Returns the nickname the server has given us, or else the one we asked for.
    pub fn nick(&self) -> Option<&str> {
        self.attention.server_nick().or(self.nick.as_deref())
    }

    /// Returns the line ending for lines that are sent.
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

    /// Returns the progress of lines that are being sent at a pace.
    pub const fn sending(&self) -> Option<&PacedSend> {
        self.sending.as_ref()
    }

    /// Adds a notice, unless the last row is the same one.
    pub(super) fn add_notice(&mut self, now: Now, kind: RowKind, words: &str) {
        if !self.is_live() {
            return;
        }
        let last = self.transcript.next().0.checked_sub(1).and_then(|id| self.transcript.row(RowId(id)));
        if last.is_none_or(|row| row.kind != kind || row.bytes != words.as_bytes()) {
            self.transcript.note(kind, words, now.wall);
            self.on_transcript_changed(&[]);
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
        let is_idle = self.idle_row_deadline.is_some_and(|at| at <= now.elapsed);
        if is_idle {
            self.idle_row_deadline = None;
            self.transcript.end_open(RowEnd::Idle);
            self.on_transcript_changed(&[]);
        }
        let is_slow = self.send_queue.on_due(now.elapsed);
        let is_overdue = self.on_connect.on_due(now);
        let mut effects = self.send_on_connect_lines(now);
        effects.extend(self.send_due_lines(now));
        let (attempt, has_counted) = self.on_retry_tick(now);
        effects.extend(attempt);
        let redraw = is_idle || is_slow || is_overdue || has_counted || !effects.is_empty();
        Update { effects, redraw }
    }
}
