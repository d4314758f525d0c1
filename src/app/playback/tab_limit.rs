//! Recordings of more connections than there can be tabs.

use crate::app::tabs::TABS_LIMIT;
use crate::link::LinkId;
use crate::recording::{EntryKind, Recording};
use std::collections::HashSet;
use std::ops::Range;

/// How many connections there are, and where the first that has no tab begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::app) struct TabLimitNotice {
    connections: usize,
    /// An index of the tape's entries.
    first_left_out: Option<usize>,
}

impl TabLimitNotice {
    /// Counts those of a tape.
    pub(in crate::app) fn of(tape: &Recording) -> Self {
        let mut links: HashSet<LinkId> = HashSet::new();
        let mut first_left_out = None;
        for (index, entry) in tape.entries().iter().enumerate() {
            // Time passes for all of them.
            if entry.what != EntryKind::Tick && links.insert(entry.link()) && links.len() == TABS_LIMIT + 1 {
                first_left_out = Some(index);
            }
        }
        Self { connections: links.len(), first_left_out }
    }

    /// What has to be said once these entries have been told, and of which of them.
    pub(in crate::app) fn sentence(self, told: &Range<usize>) -> Option<(usize, String)> {
        let index = self.first_left_out.filter(|index| told.contains(index))?;
        let Self { connections, .. } = self;
        let words = format!(
            "The recording has {connections} connections; the first {TABS_LIMIT} have tabs. netchat-tui replay FILE --to-pcap FILE \
             has all."
        );
        Some((index, words))
    }
}
