//! Nicknames and words that were seen of late.
//!
//! Looked for when they are wanted, in rows from the newest back: nothing is kept for it.

use super::{Candidate, MAX_CANDIDATES, begins};
use crate::app::Tab;
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView};
use crate::app::view::speaker::SpeechKind;
use crate::text::{self, Glyph, GlyphKind, Row};
use std::collections::HashSet;

/// How far back is looked: rows, and bytes of them.
const MAX_ROWS: usize = 2_000;
const MAX_BYTES: usize = 256 * 1024;

/// Bytes of one row that are looked at: nobody reads on.
const MAX_ROW_BYTES: usize = 4096;

/// Characters from which on a word is worth a key, and bytes of the longest one.
const MIN_WORD: usize = 4;
const MAX_WORD: usize = 200;

/// Signs that stand before and behind words.
const OPENING: &[char] = &['(', '[', '{', '<', '"', '\'', '`', '*', '“', '‘', '„', '«', '¿', '¡'];
const CLOSING: &[char] =
    &['.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '`', '*', '”', '’', '“', '»', '…'];

/// What was said that begins with what is typed: nicknames of those who spoke, the latest first, then of those who were
/// told of, the user's own last; then words, those in the same case first. A leading `@` is kept, and means nicknames.
/// `is_first`: nothing stands before it in the draft, so that a nickname is whom the line is for.
pub(in crate::app) fn recent_words(tab: &Tab, typed: &str, is_first: bool) -> Vec<Candidate> {
    let (at, name) = typed.strip_prefix('@').map_or(("", typed), |name| ("@", name));
    let mut found = RecentWords { typed, name, ..RecentWords::default() };
    let mut row = Row::default();
    for view in latest(tab) {
        found.look_at(tab, &view, &mut row);
    }
    let follows = if is_first { ": " } else { " " };
    let nick = |nick: String| Candidate::new(&format!("{at}{nick}"), follows, "");
    let word = |word: String| Candidate::new(&word, " ", "");
    let (nicks, words) = found.in_order(tab.nick());
    let both = nicks.into_iter().filter_map(nick).chain(words.into_iter().filter_map(word));
    both.take(MAX_CANDIDATES).collect()
}

/// The latest rows, the newest first.
fn latest(tab: &Tab) -> impl Iterator<Item = RowView<'_>> {
    let transcript = tab.transcript();
    let mut left = MAX_BYTES;
    let ids = (transcript.first().0..transcript.next().0).rev().take(MAX_ROWS);
    ids.map_while(move |id| {
        let row = transcript.row(RowId(id))?;
        // An empty one costs something, too.
        left = left.checked_sub(row.bytes.len().clamp(1, MAX_ROW_BYTES))?;
        Some(row)
    })
}

/// What has been found, the latest first, each once.
#[derive(Debug, Default)]
struct RecentWords<'a> {
    typed: &'a str,
    /// The same without its `@`.
    name: &'a str,
    spoke: Vec<String>,
    /// Named in a notice: they have joined, for instance.
    told_of: Vec<String>,
    words: Vec<String>,
    /// All words, as they are.
    known: HashSet<String>,
}

impl RecentWords<'_> {
    fn look_at(&mut self, tab: &Tab, view: &RowView<'_>, row: &mut Row) {
        if !matches!(view.kind, RowKind::Received | RowKind::Sent) {
            return;
        }
        let bytes = view.bytes.get(..MAX_ROW_BYTES).unwrap_or(view.bytes);
        text::decode_in(tab.lens().of(view.kind).charset, bytes, row);
        if view.kind == RowKind::Received && !view.is_continued {
            self.look_for_nick(tab, row);
        }
        if !self.typed.is_empty() && self.typed == self.name {
            self.look_for_words(row, view.is_continued, bytes.len() < view.bytes.len() || view.end == RowEnd::Split);
        }
    }

    fn look_for_nick(&mut self, tab: &Tab, row: &Row) {
        let Some(speaker) = tab.attention.who().speaker(row.text()) else { return };
        let glyphs = row.glyphs().get(row.glyphs_of_text(speaker.nick.clone())).unwrap_or_default();
        let Some(nick) = row.text().get(speaker.nick).filter(|nick| is_fit(nick) && is_text(glyphs)) else { return };
        let is_you = nick.eq_ignore_ascii_case("you");
        if begins(nick, self.name) && !is_you {
            let list = if speaker.manner == SpeechKind::Notice { &mut self.told_of } else { &mut self.spoke };
            list.push(nick.to_owned());
        }
    }

    /// Words at an end of the row where the line was cut may be torn.
    fn look_for_words(&mut self, row: &Row, is_torn_before: bool, is_torn_behind: bool) {
        let mut words: Vec<&[Glyph]> = row.glyphs().split(|glyph| glyph.kind == GlyphKind::Blank).collect();
        if is_torn_behind {
            words.pop();
        }
        for glyphs in words.into_iter().skip(usize::from(is_torn_before)).filter(|glyphs| is_text(glyphs)) {
            let (Some(first), Some(last)) = (glyphs.first(), glyphs.last()) else { continue };
            let end = row.text_start(last) + row.text_of(last).len();
            let word = row.text().get(row.text_start(first)..end).unwrap_or_default();
            self.add_word(word.trim_start_matches(OPENING).trim_end_matches(CLOSING));
        }
    }

    fn add_word(&mut self, word: &str) {
        let is_wanted = begins(word, self.typed)
            && word.len() > self.typed.len()
            && word.chars().nth(MIN_WORD - 1).is_some()
            && is_fit(word);
        if is_wanted && self.known.insert(word.to_owned()) {
            self.words.push(word.to_owned());
        }
    }

    /// Nicknames and words in the order in which they are offered.
    fn in_order(self, own: Option<&str>) -> (Vec<String>, Vec<String>) {
        let own = own.map(lower);
        let mut known = HashSet::new();
        let mut nicks: Vec<String> = self.spoke.into_iter().chain(self.told_of).collect();
        nicks.retain(|nick| known.insert(lower(nick)));
        nicks.sort_by_key(|nick| Some(lower(nick)) == own);
        let mut words = self.words;
        words.retain(|word| !known.contains(&lower(word)));
        words.sort_by_key(|word| !word.starts_with(self.typed));
        (nicks, words)
    }
}

/// Whether all of it is as it was sent, without a mark or a blank.
fn is_text(glyphs: &[Glyph]) -> bool {
    glyphs.iter().all(|glyph| glyph.kind == GlyphKind::Text)
}

/// Whether it is one word that is not too long.
fn is_fit(word: &str) -> bool {
    !word.is_empty() && word.len() <= MAX_WORD && !word.contains(char::is_whitespace)
}

fn lower(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).collect()
}
