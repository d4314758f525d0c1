//! Limits the log lines of a flood of events.
//!
//! A program that connects and disconnects in a loop causes 50,000 events a second. Of each kind, only the first
//! [`MAX_LINES`] events of a second are logged; the others are summarised as a number.

use crate::server::ServerEvent;
use std::time::{Duration, Instant};

/// Log lines per kind and second. Enough for a class that joins at once.
const MAX_LINES: u64 = 50;

/// Groups events that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventKind {
    Joined,
    Left,
    Refused,
    Other,
}

/// Counts events per kind and second.
#[derive(Debug)]
pub(crate) struct LogThrottle {
    /// Start of the current interval.
    since: Instant,
    /// Events of each kind in the interval, indexed by [`EventKind`].
    counts: [u64; 4],
    /// Number of clients after the last event.
    client_count: usize,
}

impl LogThrottle {
    /// Length of the interval in which events are counted.
    pub(crate) const INTERVAL: Duration = Duration::from_secs(1);

    /// Creates a throttle whose first interval starts at `now`.
    pub(crate) const fn new(now: Instant) -> Self {
        Self { since: now, counts: [0; 4], client_count: 0 }
    }

    /// Counts an event. Returns whether to log it.
    pub(crate) fn allows(&mut self, event: &ServerEvent) -> bool {
        if let ServerEvent::Joined { client_count, .. } | ServerEvent::Left { client_count, .. } = event {
            self.client_count = *client_count;
        }
        let kind = match event {
            ServerEvent::Joined { .. } => EventKind::Joined,
            ServerEvent::Left { .. } => EventKind::Left,
            ServerEvent::Refused { .. } => EventKind::Refused,
            ServerEvent::Note { .. } | ServerEvent::SlowedDown(_) | ServerEvent::CannotAccept(_) => EventKind::Other,
            // Room output is limited by bytes instead.
            ServerEvent::Broadcast(_) => return true,
        };
        let [joined, left, refused, other] = &mut self.counts;
        let count = match kind {
            EventKind::Joined => joined,
            EventKind::Left => left,
            EventKind::Refused => refused,
            EventKind::Other => other,
        };
        *count += 1;
        *count <= MAX_LINES
    }

    /// When a summary is due, if events were left out in this interval.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.counts.iter().any(|count| *count > MAX_LINES).then(|| self.since + Self::INTERVAL)
    }

    /// Starts a new interval if the current one is over, and returns a summary line for each kind with omitted events.
    pub(crate) fn next_interval(&mut self, now: Instant) -> Vec<String> {
        if now < self.since + Self::INTERVAL {
            return Vec::new();
        }
        self.since = now;
        let labels = ["joined ", "left   ", "refused", "and    "];
        let counts = std::mem::take(&mut self.counts).into_iter().zip(labels);
        let omitted =
            counts.filter_map(|(count, label)| Some((count.checked_sub(MAX_LINES).filter(|more| *more > 0)?, label)));
        omitted
            .map(|(more, label)| format!("{label}  {more} more in that second ({} here)", self.client_count))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::AdmissionError;

    #[test]
    fn a_flood_is_logged_as_some_lines_and_a_number() {
        let start = Instant::now();
        let mut throttle = LogThrottle::new(start);
        let address = "10.0.0.9:5000".parse().unwrap();
        let refused = ServerEvent::Refused { address, error: AdmissionError::Full(3) };
        let noted = ServerEvent::Note { address, message: "is now bob".to_owned() };
        let logged = (0..70).filter(|_| throttle.allows(&refused)).count();
        assert_eq!(logged, 50);
        assert!(throttle.allows(&noted), "one kind does not hide another");
        assert_eq!(throttle.next_interval(start + LogThrottle::INTERVAL / 2), Vec::<String>::new());
        assert_eq!(throttle.due(), Some(start + LogThrottle::INTERVAL));
        assert_eq!(throttle.next_interval(start + LogThrottle::INTERVAL), ["refused  20 more in that second (0 here)"]);
        assert!(throttle.allows(&refused));
        assert_eq!(throttle.due(), None);
    }
}
