//! A tab that hears again what was recorded.
//!
//! Bytes and the course of the link take the same way as they did; the words of the program come off the tape, so what it
//! would say by itself is not said meanwhile.

use crate::app::session::{ByteCounters, LinkState, Tab, WriteSide};
use crate::app::transcript::{IDLE_ROW_END, RowEnd};
use crate::app::{Now, playback};
use crate::link::LinkEvent;
use crate::recording::{Data, EntryKind};

/// Whose words stand among the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::app) enum SessionSource {
    /// The program's, as it speaks.
    #[default]
    Live,
    /// Those on the tape.
    Playback,
}

impl Tab {
    /// Hears an entry of the tape. Nothing comes of it but what is shown.
    pub(in crate::app) fn replay(&mut self, now: Now, what: &EntryKind) {
        self.source = SessionSource::Playback;
        match what {
            EntryKind::Sent(Data(bytes)) => drop(self.record_sent(now, bytes)),
            EntryKind::TelnetReply(Data(bytes)) => self.replay_answer(now, bytes),
            EntryKind::Hidden(count) => {
                self.insert_own_row(|transcript| transcript.end_open(RowEnd::Interrupted));
                self.idle_row_deadline = None;
                // More than can wait was never sent.
                self.send_queue.queue_unseen((*count).min(crate::app::session::QUEUE_LIMIT), now.elapsed);
                self.traffic.queued = self.send_queue.queued();
            }
            // No more than there is: a tape may be damaged, or somebody's own.
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
                self.transcript.note(playback::kind(*mark), words, now.wall);
                self.keep_up(&[]);
            }
            EntryKind::Nick(nick) => self.replay_nick(nick),
            EntryKind::Tick => drop(self.on_timer(now)),
            what => {
                if let Some(event) = what.event(self.endpoint.as_ref()) {
                    // There is nobody to hear what it would lead to.
                    let _ = self.on_link(now, event);
                }
            }
        }
        self.source = SessionSource::Live;
    }

    /// Whether what it says and does is its own, and not on the tape.
    pub(in crate::app) fn is_live(&self) -> bool {
        self.source == SessionSource::Live
    }

    /// The server may have told it just before; then what it was called by stays found.
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
        // As when the read came that this answers.
        self.idle_row_deadline = self.transcript.has_open_row().then(|| now.elapsed + IDLE_ROW_END);
    }

    /// Forgets what it has heard; how it is looked at stays as it is.
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
