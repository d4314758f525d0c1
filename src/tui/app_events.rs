//! Events on their way to the core, recorded where a recording is made.

use super::{EventLoop, Frontend, System};
use crate::app::{App, Event, Update};
use crate::link::{LinkEvent, LinkId};
use crate::net::Events;
use crossterm::event::Event as Input;
use futures_util::Stream;
use std::io;

/// Receives the next event of a link, once `room` is there for it. Cancel-safe if `room` is.
pub(super) async fn next_link_event(
    room: impl Future<Output = ()>,
    events: &mut Events,
) -> Option<(LinkId, LinkEvent)> {
    room.await;
    events.recv().await
}

impl<F, S, H> EventLoop<F, S, H>
where
    F: Frontend,
    S: Stream<Item = io::Result<Input>> + Unpin,
    H: System,
{
    /// Hands an event to the core, and both to the recording.
    pub(super) fn update_app(&mut self, app: &mut App, event: Event) -> Update {
        let now = self.now();
        self.errands.recorder.update_app(now, app, event)
    }

    /// Records the end of the session.
    pub(super) fn record_exit(&mut self, app: &App) {
        let now = self.now();
        self.errands.recorder.record_exit(now, app);
    }
}
