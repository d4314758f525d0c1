//! The notice for recordings with more connections than there can be tabs.

use crate::app::tabs::TABS_LIMIT;
use crate::link::LinkId;
use crate::recording::{EntryKind, Recording};
use std::collections::HashSet;
use std::ops::Range;

/// The number of connections in a recording, and the start of the first one without a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::app) struct TabLimitNotice {
    connections: usize,
    /// Index of the first entry of the first connection without a tab.
    first_without_tab: Option<usize>,
}

impl TabLimitNotice {
    /// Counts the connections of a recording.
    pub(in crate::app) fn of(recording: &Recording) -> Self {
        let mut links: HashSet<LinkId> = HashSet::new();
        let mut first_without_tab = None;
        for (index, entry) in recording.entries().iter().enumerate() {
            // Ticks belong to all connections.
            if entry.what != EntryKind::Tick && links.insert(entry.link()) && links.len() == TABS_LIMIT + 1 {
                first_without_tab = Some(index);
            }
        }
        Self { connections: links.len(), first_without_tab }
    }

    /// Returns the notice and the index of its entry, if that entry is in the batch just played.
    pub(in crate::app) fn sentence(self, batch: &Range<usize>) -> Option<(usize, String)> {
        let index = self.first_without_tab.filter(|index| batch.contains(index))?;
        let Self { connections, .. } = self;
        let words = format!(
            "The recording has {connections} connections; the first {TABS_LIMIT} are shown. \
             netchat-tui replay FILE --to-pcap FILE exports all."
        );
        Some((index, words))
    }
}
