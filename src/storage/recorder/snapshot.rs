//! How a tab stands when a recording begins that comes late: as if it had all happened in that moment.

use super::collector::entry;
use crate::app::{LinkState, Now, Tab, WriteSide};
use crate::recording::{EntryKind, RecordedClose, RecordingEntry};

/// Takes down what leads to where a tab stands.
pub(super) fn record_snapshot(now: Now, tab: &Tab, entries: &mut Vec<RecordingEntry>) {
    let Some(endpoint) = tab.endpoint() else { return };
    let mut add = |wall, what| entries.push(entry(now, wall, tab.id(), what));
    let wall = now.wall.0;
    add(wall, EntryKind::Opening(endpoint.to_string()));
    match tab.link() {
        LinkState::Idle | LinkState::Opening(None) => {}
        LinkState::Opening(Some(dialled)) => {
            add(wall, EntryKind::Connecting { addr: dialled.addr, nth: dialled.nth, of: dialled.of });
        }
        LinkState::Open { peer, since, outgoing } => {
            // Since when it stands is shown.
            add(since.wall.0, EntryKind::Opened(*peer));
            if let queued @ 1.. = tab.traffic().queued {
                // What it is was said before; that it is written will be told.
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
