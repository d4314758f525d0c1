//! Records the state of a tab when a recording starts late: as events that all happen at that moment.

use super::collector::entry;
use crate::app::{LinkState, Now, Tab, WriteSide};
use crate::recording::{EntryKind, RecordedClose, RecordingEntry};

/// Adds the entries that lead to the current state of a tab.
pub(super) fn record_snapshot(now: Now, tab: &Tab, entries: &mut Vec<RecordingEntry>) {
    let Some(endpoint) = tab.endpoint() else { return };
    let mut add = |wall, what| entries.push(entry(now, wall, tab.id(), what));
    let wall = now.wall.0;
    add(wall, EntryKind::Opening(endpoint.to_string()));
    match tab.link() {
        LinkState::Idle | LinkState::Opening(None) => {}
        LinkState::Opening(Some(attempt)) => {
            add(wall, EntryKind::Connecting { addr: attempt.addr, nth: attempt.nth, of: attempt.of });
        }
        LinkState::Open { peer, since, outgoing } => {
            // The real time, because the status line shows how long the link has been open.
            add(since.wall.0, EntryKind::Opened(*peer));
            if let queued @ 1.. = tab.traffic().queued {
                // These bytes were queued before the recording; later entries report them as written.
                add(wall, EntryKind::Hidden(queued));
            }
            match outgoing {
                WriteSide::Open => {}
                WriteSide::Closing => add(wall, EntryKind::HalfClosing),
                WriteSide::Closed => add(wall, EntryKind::HalfClosed),
            }
        }
        LinkState::Waiting(waiting) => add(waiting.at.0, EntryKind::Closed(RecordedClose::from(&waiting.reason))),
        LinkState::Closed { reason, at } => add(at.0, EntryKind::Closed(RecordedClose::from(reason))),
    }
}
