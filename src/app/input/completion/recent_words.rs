//! Completion of nicknames and words from recent rows.
//!
//! Rows are searched from the newest back when Tab is pressed. No index is kept.

use super::{Candidate, MAX_CANDIDATES, has_prefix};
use crate::app::Tab;
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView};
use crate::app::view::speaker::SpeechKind;
use crate::text::{self, Glyph, GlyphKind, Row};
use std::collections::HashSet;

/// Number of rows that are searched.
const MAX_ROWS: usize = 2_000;

/// Bytes that are searched in all rows together.
const MAX_BYTES: usize = 256 * 1024;

/// Bytes that are searched in one row.
const MAX_ROW_BYTES: usize = 4096;

/// Minimum length of a word in characters.
const MIN_WORD_CHARS: usize = 4;

/// Maximum length of a word in bytes.
const MAX_WORD_BYTES: usize = 200;

/// Punctuation that is removed before a word.
const OPENING: &[char] = &['(', '[', '{', '<', '"', '\'', '`', '*', '“', '‘', '„', '«', '¿', '¡'];
/// Punctuation that is removed after a word.
const CLOSING: &[char] =
    &['.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '`', '*', '”', '’', '“', '»', '…'];

/// Returns nicknames and words from messages that start with `typed`.
///
/// First come the nicknames of speakers, the latest first, then nicknames in notices of the server, the user's own last;
/// then words, those in the typed case first. After a leading `@`, which is kept, only nicknames are returned.
/// `is_first`: the word starts the draft, so a nickname addresses someone and gets a colon.
pub(in crate::app) fn recent_words(tab: &Tab, typed: &str, is_first: bool) -> Vec<Candidate> {
    let (at, name) = typed.strip_prefix('@').map_or(("", typed), |name| ("@", name));
    let mut found = RecentWords { typed, name, ..RecentWords::default() };
    let mut row = Row::default();
    for view in latest_rows(tab) {
        found.search_row(tab, &view, &mut row);
    }
    let suffix = if is_first { ": " } else { " " };
    let nick = |nick: String| Candidate::new(&format!("{at}{nick}"), suffix, "");
    let word = |word: String| Candidate::new(&word, " ", "");
    let (nicks, words) = found.into_sorted(tab.nick());
    let both = nicks.into_iter().filter_map(nick).chain(words.into_iter().filter_map(word));
    both.take(MAX_CANDIDATES).collect()
}

/// Returns the rows within the limits, the newest first.
fn latest_rows(tab: &Tab) -> impl Iterator<Item = RowView<'_>> {
    let transcript = tab.transcript();
    let mut left = MAX_BYTES;
    let ids = (transcript.first().0..transcript.next().0).rev().take(MAX_ROWS);
    ids.map_while(move |id| {
        let row = transcript.row(RowId(id))?;
        // An empty row counts as one byte.
        left = left.checked_sub(row.bytes.len().clamp(1, MAX_ROW_BYTES))?;
        Some(row)
    })
}

/// The matches of a search, the latest first.
#[derive(Debug, Default)]
struct RecentWords<'a> {
    typed: &'a str,
    /// `typed` without a leading `@`.
    name: &'a str,
    /// Nicknames of speakers.
    speakers: Vec<String>,
    /// Nicknames in notices, for example of people who joined.
    mentioned: Vec<String>,
    words: Vec<String>,
    /// A copy of `words`, to find duplicates.
    known: HashSet<String>,
}

impl RecentWords<'_> {
    fn search_row(&mut self, tab: &Tab, view: &RowView<'_>, row: &mut Row) {
        if !matches!(view.kind, RowKind::Received | RowKind::Sent) {
            return;
        }
        let bytes = view.bytes.get(..MAX_ROW_BYTES).unwrap_or(view.bytes);
        text::decode_in(tab.view_options().of(view.kind).charset, bytes, row);
        if view.kind == RowKind::Received && !view.is_continued {
            self.find_nick(tab, row);
        }
        if !self.typed.is_empty() && self.typed == self.name {
            self.find_words(row, view.is_continued, bytes.len() < view.bytes.len() || view.end == RowEnd::Split);
        }
    }

    fn find_nick(&mut self, tab: &Tab, row: &Row) {
        let Some(speaker) = tab.attention.speaker_rule().speaker(row.text()) else { return };
        let glyphs = row.glyphs().get(row.glyphs_of_text(speaker.nick.clone())).unwrap_or_default();
        let Some(nick) = row.text().get(speaker.nick).filter(|nick| is_single_word(nick) && is_text(glyphs)) else {
            return;
        };
        let is_you = nick.eq_ignore_ascii_case("you");
        if has_prefix(nick, self.name) && !is_you {
            let list = if speaker.kind == SpeechKind::Notice { &mut self.mentioned } else { &mut self.speakers };
            list.push(nick.to_owned());
        }
    }

    /// Finds the words of a row. Where the line was split, the first or last word may be incomplete and is left out.
    fn find_words(&mut self, row: &Row, is_start_split: bool, is_end_split: bool) {
        let mut words: Vec<&[Glyph]> = row.glyphs().split(|glyph| glyph.kind == GlyphKind::Blank).collect();
        if is_end_split {
            words.pop();
        }
        for glyphs in words.into_iter().skip(usize::from(is_start_split)).filter(|glyphs| is_text(glyphs)) {
            let (Some(first), Some(last)) = (glyphs.first(), glyphs.last()) else { continue };
            let end = row.text_start(last) + row.text_of(last).len();
            let word = row.text().get(row.text_start(first)..end).unwrap_or_default();
            self.add_word(word.trim_start_matches(OPENING).trim_end_matches(CLOSING));
        }
    }

    fn add_word(&mut self, word: &str) {
        let is_wanted = has_prefix(word, self.typed)
            && word.len() > self.typed.len()
            && word.chars().nth(MIN_WORD_CHARS - 1).is_some()
            && is_single_word(word);
        if is_wanted && self.known.insert(word.to_owned()) {
            self.words.push(word.to_owned());
        }
    }

    /// Returns the nicknames and the words in the order of the menu, without duplicates.
    fn into_sorted(self, own: Option<&str>) -> (Vec<String>, Vec<String>) {
        let own = own.map(lower);
        let mut known = HashSet::new();
        let mut nicks: Vec<String> = self.speakers.into_iter().chain(self.mentioned).collect();
        nicks.retain(|nick| known.insert(lower(nick)));
        nicks.sort_by_key(|nick| Some(lower(nick)) == own);
        let mut words = self.words;
        words.retain(|word| !known.contains(&lower(word)));
        words.sort_by_key(|word| !word.starts_with(self.typed));
        (nicks, words)
    }
}

/// Returns whether all glyphs show text as sent, without marks or whitespace.
fn is_text(glyphs: &[Glyph]) -> bool {
    glyphs.iter().all(|glyph| glyph.kind == GlyphKind::Text)
}

/// Returns whether a text is one word of at most [`MAX_WORD_BYTES`].
fn is_single_word(word: &str) -> bool {
    !word.is_empty() && word.len() <= MAX_WORD_BYTES && !word.contains(char::is_whitespace)
}

fn lower(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).collect()
}
