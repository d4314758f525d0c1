//! Who may come in.
//!
//! Connections are counted, not members of the room: one that has left, and has yet to read its last words, still
//! takes a socket and an outbox.

use crate::lab::incident::Refusal;
use crate::lab::limits::Limits;
use std::collections::HashMap;
use std::net::IpAddr;

/// The connections there are.
#[derive(Debug, Default)]
pub(super) struct Door {
    connections: usize,
    per_address: HashMap<IpAddr, usize>,
    is_closed: bool,
}

impl Door {
    /// Counts one more connection.
    ///
    /// # Errors
    /// Why it may not come in. It is not counted then.
    pub(super) fn admit(&mut self, from: IpAddr, limits: &Limits) -> Result<(), Refusal> {
        let from_there = self.per_address.get(&from).copied().unwrap_or_default();
        match (limits.clients, limits.per_address) {
            _ if self.is_closed => return Err(Refusal::Closing),
            (Some(limit), _) if self.connections >= limit => return Err(Refusal::Full(limit)),
            (_, Some(limit)) if from_there >= limit => return Err(Refusal::TooManyFrom(from, limit)),
            _ => {}
        }
        self.connections += 1;
        self.per_address.insert(from, from_there + 1);
        Ok(())
    }

    /// A connection that was admitted is over.
    pub(super) fn release(&mut self, from: IpAddr) {
        self.connections = self.connections.saturating_sub(1);
        if let Some(count) = self.per_address.get_mut(&from) {
            *count -= 1;
            if *count == 0 {
                self.per_address.remove(&from);
            }
        }
    }

    /// Nobody comes in any more.
    pub(super) const fn close(&mut self) {
        self.is_closed = true;
    }

    /// Whether that is so.
    pub(super) const fn is_closed(&self) -> bool {
        self.is_closed
    }
}
