//! Applying recorded entries to a tab.
//!
//! Bytes and link events are handled as if they were live. Notices come from the recording, so the tab adds none itself.

use crate::app::session::{ByteCounters, LinkState, Tab, WriteSide};
use crate::app::transcript::{IDLE_ROW_END, RowEnd};
use crate::app::{Now, playback};
use crate::link::LinkEvent;
use crate::recording::{Data, EntryKind};

/// The source of a tab's events and notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::app) enum SessionSource {
    /// A real connection; the tab adds notices.
    #[default]
    Live,
    /// A recording, which contains the notices.
    Playback,
}

impl Tab {
    /// Applies a recorded entry. Its effects are dropped; only the display changes.
    pub(in crate::app) fn replay(&mut self, now: Now, entry: &EntryKind) {
        self.source = SessionSource::Playback;
        match entry {
            EntryKind::Sent(Data(bytes)) => drop(self.record_sent(now, bytes)),
            EntryKind::TelnetReply(Data(bytes)) => self.replay_answer(now, bytes),
            EntryKind::Hidden(count) => {
                self.insert_own_row(|transcript| transcript.end_open(RowEnd::Interrupted));
                self.idle_row_deadline = None;
                // A longer line could not have been sent. The recording may be damaged or made by hand.
                self.send_queue.queue_hidden((*count).min(crate::app::session::QUEUE_LIMIT), now.elapsed);
                self.traffic.queued = self.send_queue.queued();
            }
            // Limited for the same reason.
            EntryKind::NotSent(count) => self.on_not_sent(now, (*count).min(self.send_queue.queued())),
            EntryKind::Written(count) => {
                let _ = self.on_link(now, LinkEvent::Written((*count).min(self.send_queue.queued())));
            }
            EntryKind::HalfClosing => {
                if let LinkState::Open { outgoing, .. } = &mut self.link {
                    *outgoing = WriteSide::Closing;
                }
            }
            EntryKind::Said { mark, words } => {
                self.transcript.note(playback::notice_row_kind(*mark), words, now.wall);
                self.on_transcript_changed(&[]);
            }
            EntryKind::Nick(nick) => self.replay_nick(nick),
            EntryKind::Tick => drop(self.on_timer(now)),
            entry => {
                if let Some(event) = entry.event(self.endpoint.as_ref()) {
                    let _ = self.on_link(now, event);
                }
            }
        }
        self.source = SessionSource::Live;
    }

    /// Returns whether it handles a live event, not a recorded one.
    pub(in crate::app) fn is_live(&self) -> bool {
        self.source == SessionSource::Live
    }

    /// Sets the recorded nickname, unless the server has just given it: setting it again would lose found mentions.
    fn replay_nick(&mut self, nick: &str) {
        match nick {
            nick if self.nick().unwrap_or_default() == nick => {}
            "" => self.forget_nick(),
            nick => self.set_nick(nick),
        }
    }

    fn replay_answer(&mut self, now: Now, bytes: &[u8]) {
        let start = self.transcript.sent().end;
        self.insert_own_row(|transcript| transcript.reply(bytes, now.wall));
        self.send_queue.queue(start..self.transcript.sent().end, now.elapsed);
        self.traffic.queued = self.send_queue.queued();
        // As after the read that this answers.
        self.idle_row_deadline = self.transcript.has_open_row().then(|| now.elapsed + IDLE_ROW_END);
    }

    /// Resets the conversation to its start. View options are kept.
    pub(in crate::app) fn reset(&mut self) {
        self.clear();
        self.transcript.reset();
        self.link = LinkState::Idle;
        self.traffic = ByteCounters::default();
        self.send_queue = crate::app::session::SendQueue::default();
        self.on_connect = crate::app::session::OnConnectQueue::default();
        self.reconnect_policy = crate::app::session::ReconnectPolicy::default();
        self.unsent = crate::app::session::Unsent::default();
        self.negotiation = crate::app::session::telnet::Negotiation::default();
        self.forget_nick();
        self.attention.clear_server_nick();
        self.mention_at = None;
        self.pending_alert = None;
    }
}
