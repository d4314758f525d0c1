//! How much of a flood is told line by line.
//!
//! A program that connects and disconnects in a loop is 50,000 lines a second. So many of a kind are told as they come;
//! the others, as a number when the second is over.

use crate::server::ServerEvent;
use std::time::{Duration, Instant};

/// Lines of a kind in a second. A class that joins at once is told by name.
const LINES: u64 = 50;

/// Incidents that are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventKind {
    Joined,
    Left,
    Refused,
    Other,
}

/// Limits how many log lines are written per second, and counts the others.
#[derive(Debug)]
pub(crate) struct LogThrottle {
    /// The second under way.
    since: Instant,
    /// Incidents of each kind in it.
    counts: [u64; 4],
    /// Clients there were after the last of them.
    here: usize,
}

impl LogThrottle {
    /// What a second is here.
    pub(crate) const SECOND: Duration = Duration::from_secs(1);

    pub(crate) const fn new(now: Instant) -> Self {
        Self { since: now, counts: [0; 4], here: 0 }
    }

    /// Counts an incident. Whether it is to be told.
    pub(crate) fn allows(&mut self, incident: &ServerEvent) -> bool {
        if let ServerEvent::Joined { client_count: here, .. } | ServerEvent::Left { here, .. } = incident {
            self.here = *here;
        }
        let kind = match incident {
            ServerEvent::Joined { .. } => EventKind::Joined,
            ServerEvent::Left { .. } => EventKind::Left,
            ServerEvent::Refused { .. } => EventKind::Refused,
            ServerEvent::Note { .. } | ServerEvent::SlowedDown(_) | ServerEvent::CannotAccept(_) => EventKind::Other,
            // That has a limit of its own.
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
        *count <= LINES
    }

    /// When there will be numbers to tell, if there will be.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.counts.iter().any(|count| *count > LINES).then(|| self.since + Self::SECOND)
    }

    /// If the second is over, begins another, and gives what has not been told in the one before.
    pub(crate) fn next_interval(&mut self, now: Instant) -> Vec<String> {
        if now < self.since + Self::SECOND {
            return Vec::new();
        }
        self.since = now;
        let words = ["joined ", "left   ", "refused", "and    "];
        let counts = std::mem::take(&mut self.counts).into_iter().zip(words);
        let more = counts.filter_map(|(count, word)| Some((count.checked_sub(LINES).filter(|more| *more > 0)?, word)));
        more.map(|(more, word)| format!("{word}  {more} more in that second ({} here)", self.here)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::AdmissionError;

    #[test]
    fn a_flood_is_some_lines_and_a_number() {
        let start = Instant::now();
        let mut gate = LogThrottle::new(start);
        let address = "10.0.0.9:5000".parse().unwrap();
        let refused = ServerEvent::Refused { address, why: AdmissionError::Full(3) };
        let noted = ServerEvent::Note { address, words: "is now bob".to_owned() };
        let told = (0..70).filter(|_| gate.allows(&refused)).count();
        assert_eq!(told, 50);
        assert!(gate.allows(&noted), "one kind does not hide another");
        assert_eq!(gate.next_interval(start + LogThrottle::SECOND / 2), Vec::<String>::new());
        assert_eq!(gate.due(), Some(start + LogThrottle::SECOND));
        assert_eq!(gate.next_interval(start + LogThrottle::SECOND), ["refused  20 more in that second (0 here)"]);
        assert!(gate.allows(&refused));
        assert_eq!(gate.due(), None);
    }
}
