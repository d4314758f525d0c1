//! The life of a tab's connection: connecting, events, close, and the next attempt.

use super::reconnect::CloseInfo;
use super::{ByteCounters, ConnectAttempt, LinkState, ReconnectWait, Tab, WriteSide, messages};
use crate::app::logging::WireDirection;
use crate::app::settings::servers::is_same;
use crate::app::transcript::{IDLE_ROW_END, RowEnd, RowKind};
use crate::app::{Effect, Now, Settings};
use crate::link::{CloseReason, Endpoint, LinkCommand, LinkEvent};
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;

/// After an automatic reconnect, Enter on an empty line sends nothing for this long: it was pressed to reconnect.
const IGNORE_ENTER_AFTER_RECONNECT: Duration = Duration::from_secs(1);

impl Tab {
    /// Connects to `endpoint`. A current connection is closed first.
    pub(in crate::app) fn open(&mut self, endpoint: Endpoint) -> Vec<Effect> {
        self.start = None;
        self.reconnect_policy.stay();
        match self.link {
            LinkState::Idle | LinkState::Waiting(_) | LinkState::Closed { .. } => {
                self.retarget(endpoint.clone());
                self.link = LinkState::Opening(None);
            }
            // The close of the old connection is still to be reported with its address.
            LinkState::Opening(_) | LinkState::Open { .. } => self.next_endpoint = Some(endpoint.clone()),
        }
        self.start_connect(endpoint)
    }

    fn start_connect(&self, endpoint: Endpoint) -> Vec<Effect> {
        let Settings { connect_limit: limit, family, .. } = self.options;
        vec![Effect::Link(self.id, LinkCommand::Open { endpoint, limit, family })]
    }

    /// Sets the server. Undelivered lines and reconnect attempts for another server are dropped.
    fn retarget(&mut self, endpoint: Endpoint) {
        if !self.endpoint.as_ref().is_some_and(|own| is_same(own, &endpoint)) {
            self.reconnect_policy.forget();
            self.unsent.forget();
        }
        self.endpoint = Some(endpoint);
    }

    fn has_draft(&self) -> bool {
        !self.prompt.text().is_empty()
    }

    /// Stops connecting or reconnecting. Does nothing while connected.
    pub(in crate::app) fn cancel(&mut self, now: Now) -> Vec<Effect> {
        match self.link {
            LinkState::Opening(_) | LinkState::Waiting(_) => self.close(now),
            LinkState::Idle | LinkState::Open { .. } | LinkState::Closed { .. } => Vec::new(),
        }
    }

    /// Disconnects, or stops waiting to reconnect.
    pub(in crate::app) fn close(&mut self, now: Now) -> Vec<Effect> {
        self.reconnect_policy.leave();
        if let LinkState::Waiting(_) = self.link {
            self.reconnect_policy.give_up();
            self.add_notice(now, RowKind::Notice, &messages::stopped(self.has_draft()));
            self.link = LinkState::Closed { reason: CloseReason::Cancelled, at: now.wall };
            return Vec::new();
        }
        self.hold_sending();
        vec![Effect::Link(self.id, LinkCommand::Close)]
    }

    /// Returns the number of the next or current attempt to reconnect, from 1; `None` if not reconnecting.
    pub fn attempt(&self) -> Option<u32> {
        Some(self.reconnect_policy.attempt()).filter(|&attempt| attempt > 0)
    }

    /// Returns whether the tab reconnected automatically less than a second ago.
    pub(in crate::app) fn has_just_reconnected(&self, now: Now) -> bool {
        let is_new = |since: Now| now.elapsed < since.elapsed + IGNORE_ENTER_AFTER_RECONNECT;
        self.attempt().is_some() && matches!(self.link, LinkState::Open { since, .. } if is_new(since))
    }

    /// Counts down to the next attempt and makes it when it is due. Returns whether the countdown has changed.
    pub(in crate::app) fn on_retry_tick(&mut self, now: Now) -> (Vec<Effect>, bool) {
        match &mut self.link {
            LinkState::Waiting(waiting) if waiting.retry_at <= now.elapsed => {
                self.link = LinkState::Opening(None);
                let endpoint = self.endpoint.clone();
                (endpoint.map(|endpoint| self.start_connect(endpoint)).unwrap_or_default(), true)
            }
            LinkState::Waiting(waiting) => (Vec::new(), waiting.tick(now)),
            _ => (Vec::new(), false),
        }
    }

    pub(in crate::app) fn on_link(&mut self, now: Now, event: LinkEvent) -> Vec<Effect> {
        self.on_queue_drained(now, &event);
        match event {
            LinkEvent::Opening(endpoint) => {
                self.retarget(endpoint);
                self.next_endpoint = None;
                self.link = LinkState::Opening(None);
            }
            LinkEvent::Connecting { addr, index: nth, total: of } => {
                self.link = LinkState::Opening(Some(ConnectAttempt { addr, nth, of }));
            }
            LinkEvent::Opened { peer } => return self.on_opened(now, peer),
            LinkEvent::Received(bytes) => return self.on_received(now, &bytes),
            LinkEvent::Written(bytes) => self.on_written(bytes),
            LinkEvent::Acknowledged { bytes, is_late } => self.send_queue.acknowledged(bytes, is_late, now.elapsed),
            LinkEvent::NotSent(bytes) => self.on_not_sent(now, bytes.len()),
            LinkEvent::HalfClosed => self.on_half_closed(now),
            LinkEvent::NotHalfClosed => self.on_not_half_closed(now),
            LinkEvent::Closed(reason) => self.on_closed(now, &reason),
        }
        Vec::new()
    }

    fn on_opened(&mut self, now: Now, peer: SocketAddr) -> Vec<Effect> {
        self.link = LinkState::Open { peer, since: now, outgoing: WriteSide::Open };
        self.has_been_open = true;
        self.log.begin();
        self.traffic = ByteCounters::default();
        self.send_queue.begin_connection();
        self.attention.clear_server_nick();
        self.negotiation = super::telnet::Negotiation::default();
        let (away, is_same) = self.reconnect_policy.opened(now, peer);
        if let Some(away) = away {
            self.add_notice(now, RowKind::Separator, &messages::reconnected(now.wall, away));
        }
        if away.is_none() || !is_same {
            self.add_notice(now, RowKind::Notice, &messages::connected(self.endpoint.as_ref(), peer));
        }
        self.unsent.begin();
        self.offer_resend(now);
        // A user who is about to disconnect sends no more lines.
        if self.reconnect_policy.is_leaving() { Vec::new() } else { self.begin_greeting(now).into_iter().collect() }
    }

    fn on_received(&mut self, now: Now, bytes: &Bytes) -> Vec<Effect> {
        self.traffic.received += bytes.len() as u64;
        self.reconnect_policy.on_received(now);
        self.log.pass(WireDirection::In, bytes, now.wall);
        self.transcript.receive(bytes, now.wall);
        self.on_transcript_changed(bytes);
        self.idle_row_deadline = self.transcript.has_open_row().then(|| now.elapsed + IDLE_ROW_END);
        let mut effects = self.negotiate(now, bytes);
        self.on_connect.on_server_data(now);
        effects.extend(self.send_on_connect_lines(now));
        effects
    }

    fn on_closed(&mut self, now: Now, reason: &CloseReason) {
        self.transcript.end_open(RowEnd::Unterminated);
        self.on_transcript_changed(&[]);
        self.idle_row_deadline = None;
        self.on_connect = super::OnConnectQueue::default();
        let (lasted, was_half_closed) = match self.link {
            LinkState::Open { since, outgoing, .. } => {
                (Some(now.elapsed.saturating_sub(since.elapsed)), outgoing != WriteSide::Open)
            }
            _ => (None, false),
        };
        let was_reconnecting = self.attempt().is_some();
        let was_expected = was_half_closed || self.next_endpoint.is_some();
        let (has_spoken, has_sent_all) = (self.traffic.received > 0, self.send_queue.queued() == 0);
        let end = CloseInfo { reason, lasted, has_spoken, was_expected, has_sent_all };
        let attempt = self.reconnect_policy.on_closed(now, end, self.options.reconnect);
        let link = match attempt {
            Some(attempt) => LinkState::Waiting(ReconnectWait::begin(now, self.id, attempt, reason.clone())),
            None => LinkState::Closed { reason: reason.clone(), at: now.wall },
        };
        self.report_close(now, reason, (lasted, was_reconnecting), &link);
        self.mark_queue_lost(now);
        if let Some(words) = self.stop_sending() {
            self.add_notice(now, RowKind::Notice, &words);
        }
        self.link = link;
    }

    /// Reports a close and the next step. An attempt that failed for the same reason as the one before is not reported.
    fn report_close(
        &mut self,
        now: Now,
        reason: &CloseReason,
        (lasted, was_reconnecting): (Option<Duration>, bool),
        next: &LinkState,
    ) {
        let is_new = self.reconnect_policy.is_new_reason(reason);
        let next = match next {
            LinkState::Waiting(_) if lasted.is_none() && !is_new => return,
            LinkState::Waiting(waiting) => messages::retry_hint(waiting.seconds_left, lasted.is_some()),
            _ if self.next_endpoint.is_some() => String::new(),
            _ if was_reconnecting && *reason == CloseReason::Cancelled => {
                return self.add_notice(now, RowKind::Notice, &messages::stopped(self.has_draft()));
            }
            _ => messages::reconnect_hint(self.has_draft()).to_owned(),
        };
        let (kind, words) = messages::closed(reason, self.endpoint.as_ref(), lasted, &next);
        self.add_notice(now, kind, &words);
    }
}
