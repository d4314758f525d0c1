//! How a tab stands when a recording begins that comes late: as if it had all happened in that moment.

use super::entry;
use crate::app::{LinkState, Now, Outgoing, Tab};
use crate::record::{Ending, Entry, What};

/// Takes down what leads to where a tab stands.
pub(super) fn take_down(now: Now, tab: &Tab, entries: &mut Vec<Entry>) {
    let Some(endpoint) = tab.endpoint() else { return };
    let mut add = |wall, what| entries.push(entry(now, wall, tab.id(), what));
    let wall = now.wall.0;
    add(wall, What::Opening(endpoint.to_string()));
    match tab.link() {
        LinkState::Idle | LinkState::Opening(None) => {}
        LinkState::Opening(Some(dialled)) => {
            add(wall, What::Connecting { addr: dialled.addr, nth: dialled.nth, of: dialled.of });
        }
        LinkState::Open { peer, since, outgoing } => {
            // Since when it stands is shown.
            add(since.wall.0, What::Opened(*peer));
            if let queued @ 1.. = tab.traffic().queued {
                // What it is was said before; that it is written will be told.
                add(wall, What::Secret(queued));
            }
            match outgoing {
                Outgoing::Open => {}
                Outgoing::Ending => add(wall, What::Ending),
                Outgoing::Ended => add(wall, What::HalfClosed),
            }
        }
        LinkState::Waiting(waiting) => add(waiting.at.0, What::Closed(Ending::from(&waiting.reason))),
        LinkState::Closed { reason, at } => add(at.0, What::Closed(Ending::from(reason))),
    }
}
