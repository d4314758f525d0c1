//! Fuzzy matching of start page entries.
//!
//! The letters of each typed word must occur in order in name and address, ignoring case. Matches at word starts and
//! contiguous matches rank first; among equals, saved servers precede recent ones.

use super::entry::StartPageEntry;
use crate::text::{self, Row};
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Clusters of an entry that are searched.
const MAX_CLUSTERS: usize = 512;

/// Returns the matching entries, best first, with their matched clusters.
pub(super) fn ranked(entries: Vec<StartPageEntry>, typed: &str) -> Vec<StartPageEntry> {
    let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut found: Vec<(bool, u32, StartPageEntry)> = Vec::new();
    for entry in entries {
        if let Some((score, matched)) = score(&pattern, &mut matcher, &entry.text()) {
            let is_other = entry.name.to_lowercase() != typed.to_lowercase();
            found.push((is_other, score, StartPageEntry { matched, ..entry }));
        }
    }
    // The sort is stable, so equals keep the page order.
    found.sort_by_key(|(is_other, score, entry)| (*is_other, std::cmp::Reverse(*score), entry.kind));
    found.into_iter().map(|(.., entry)| entry).collect()
}

fn score(pattern: &Pattern, searcher: &mut Matcher, text: &str) -> Option<(u32, Vec<usize>)> {
    let mut row = Row::default();
    text::decode_plain(text.as_bytes(), &mut row);
    // One character per cluster, so that indices are those of drawn clusters.
    let first = |glyph| row.text_of(glyph).chars().next().unwrap_or(' ');
    let letters: Vec<char> = row.glyphs().iter().take(MAX_CLUSTERS).map(first).collect();
    let mut indices = Vec::new();
    let score = pattern.indices(Utf32Str::Unicode(&letters), searcher, &mut indices)?;
    let mut matched: Vec<usize> = indices.into_iter().filter_map(|index| usize::try_from(index).ok()).collect();
    matched.sort_unstable();
    matched.dedup();
    Some((score, matched))
}
