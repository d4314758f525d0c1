//! Which entries are what was typed, and which of them comes first.
//!
//! Each word that is typed has to occur in name and address, in order and with anything between its letters, whatever
//! their case. What begins words or stands together comes first; of equals a saved server before a visited one.

use super::entry::StartPageEntry;
use crate::text::{self, Row};
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Clusters of an entry that are searched. What is longer is no name.
const MAX_CLUSTERS: usize = 512;

/// Those that are what was typed, the best first, with the clusters that are it.
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
    // Stable: the order of the page is that of equals, saved ones first.
    found.sort_by_key(|(is_other, score, entry)| (*is_other, std::cmp::Reverse(*score), entry.kind));
    found.into_iter().map(|(.., entry)| entry).collect()
}

fn score(pattern: &Pattern, searcher: &mut Matcher, text: &str) -> Option<(u32, Vec<usize>)> {
    let mut row = Row::default();
    text::decode_plain(text.as_bytes(), &mut row);
    // A character for each cluster, so that what is found are the clusters that are drawn.
    let first = |glyph| row.text_of(glyph).chars().next().unwrap_or(' ');
    let letters: Vec<char> = row.glyphs().iter().take(MAX_CLUSTERS).map(first).collect();
    let mut indices = Vec::new();
    let score = pattern.indices(Utf32Str::Unicode(&letters), searcher, &mut indices)?;
    let mut matched: Vec<usize> = indices.into_iter().filter_map(|index| usize::try_from(index).ok()).collect();
    matched.sort_unstable();
    matched.dedup();
    Some((score, matched))
}
