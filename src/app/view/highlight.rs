//! Finds the parts of a row to highlight: nicknames, mentions, links and search hits.
//!
//! Only the part of a row on the screen is examined, with some context: a row may have 64 KiB of hits.

use super::links::links;
use super::options::ByteView;
use super::pattern::Pattern;
use super::row_matcher::RowMatcher;
use super::speaker::{SpeechKind, nick_hash};
use super::viewport::{RenderedRow, ScreenLine};
use crate::app::Tab;
use crate::app::transcript::{RowEnd, RowKind};
use crate::text::{self, Row};
use std::ops::Range;

/// Reason for highlighting a glyph. Later kinds take precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HighlightKind {
    /// Nickname of the speaker.
    Nick = 1,
    /// Part of a link.
    Link = 2,
    /// Nickname or highlight word of the user.
    Mention = 4,
    /// Match of the search.
    SearchHit = 8,
    /// Match of the search in the row of the current hit.
    CurrentHit = 16,
}

impl HighlightKind {
    /// All kinds, in order of precedence.
    pub const ALL: [Self; 5] = [Self::Nick, Self::Link, Self::Mention, Self::SearchHit, Self::CurrentHit];
}

/// Highlights in the part of a row that is on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Highlights {
    /// Whether the row is a notice of the server.
    pub is_notice: bool,
    /// Hash of the speaker's nickname, for choosing its colour.
    pub nick: u64,
    /// The glyphs on the screen.
    glyphs: Range<usize>,
    /// The highlight kinds of each of these glyphs as bits; empty if there are none.
    bits: Vec<u8>,
}

/// Bytes of a row's text that are searched for links and names.
const MAX_SCANNED_BYTES: usize = 4096;

impl Highlights {
    /// Returns the highlight kinds of a glyph; `None` if it has none.
    pub fn kinds_at(&self, glyph: usize) -> Option<impl Iterator<Item = HighlightKind> + use<>> {
        let index = glyph.checked_sub(self.glyphs.start)?;
        let bits = self.bits.get(index).copied().filter(|&bits| bits != 0)?;
        Some(HighlightKind::ALL.into_iter().filter(move |kind| bits & *kind as u8 != 0))
    }

    fn add(&mut self, glyphs: Range<usize>, kind: HighlightKind) {
        if self.bits.is_empty() {
            self.bits = vec![0; self.glyphs.len()];
        }
        let start = glyphs.start.max(self.glyphs.start) - self.glyphs.start;
        let end = glyphs.end.clamp(self.glyphs.start, self.glyphs.end) - self.glyphs.start;
        for bits in self.bits.get_mut(start..end).unwrap_or_default() {
            *bits |= kind as u8;
        }
    }
}

impl Tab {
    /// Finds the highlights of a row on the screen.
    pub fn highlights(&self, rendered: &RenderedRow<'_>) -> Highlights {
        let on_screen = rendered.lines().filter_map(|line| match line {
            ScreenLine::Text(range) => Some(range),
            _ => None,
        });
        let glyphs = on_screen.reduce(|all, line| all.start..line.end).unwrap_or_default();
        let mut highlights = Highlights { glyphs, ..Highlights::default() };
        let is_message = matches!(rendered.view.kind, RowKind::Received | RowKind::Sent);
        if self.view_options().view == ByteView::Text && is_message {
            self.add_names_and_links(rendered, &mut highlights);
        }
        if let Some(search) = self.search()
            && let Some(pattern) = search.pattern()
        {
            let kind = if search.current() == Some(rendered.view.id) {
                HighlightKind::CurrentHit
            } else {
                HighlightKind::SearchHit
            };
            self.add_hits(rendered, pattern, kind, &mut highlights);
        }
        highlights
    }

    fn add_names_and_links(&self, rendered: &RenderedRow<'_>, highlights: &mut Highlights) {
        let row = &rendered.layout.row;
        let text = row.text();
        let text = (MAX_SCANNED_BYTES..MAX_SCANNED_BYTES + 4).find_map(|end| text.get(..end)).unwrap_or(text);
        for link in links(text) {
            highlights.add(row.glyphs_of_text(link), HighlightKind::Link);
        }
        if rendered.view.kind != RowKind::Received || rendered.view.is_continued {
            return;
        }
        if self.attention.has(rendered.view.id) {
            for range in self.attention.find(text) {
                highlights.add(row.glyphs_of_text(range), HighlightKind::Mention);
            }
        }
        if let Some(speaker) = self.attention.speaker_rule().speaker(text) {
            highlights.nick = nick_hash(text.get(speaker.nick.clone()).unwrap_or_default());
            highlights.is_notice = speaker.kind == SpeechKind::Notice;
            if speaker.kind == SpeechKind::Whisper && self.attention.has(rendered.view.id) {
                let end = text.find(": ").unwrap_or(speaker.nick.end);
                highlights.add(row.glyphs_of_text(0..end), HighlightKind::Mention);
            }
            highlights.add(row.glyphs_of_text(speaker.nick), HighlightKind::Nick);
        }
    }

    fn add_hits(
        &self,
        rendered: &RenderedRow<'_>,
        pattern: &Pattern,
        kind: HighlightKind,
        highlights: &mut Highlights,
    ) {
        let row = &rendered.layout.row;
        if self.view_options().of(rendered.view.kind).view == ByteView::Hex {
            return add_hits_in_hex(rendered, pattern, kind, highlights);
        }
        let on_screen = text_range(row, &highlights.glyphs);
        let content = row.text().get(..rendered.layout.content_len).unwrap_or_default().as_bytes();
        if rendered.view.end != RowEnd::Split && !rendered.view.is_continued {
            for range in pattern.ranges_in(content, on_screen) {
                highlights.add(row.glyphs_of_text(range), kind);
            }
            return;
        }
        let (text, own) =
            RowMatcher::default().text_with_context(self.view_options(), self.transcript(), &rendered.view);
        for range in pattern.ranges_in(&text, own.start + on_screen.start..own.start + on_screen.end) {
            let (start, end) = (range.start.max(own.start), range.end.min(own.end));
            if start < end {
                highlights.add(row.glyphs_of_text(start - own.start..end - own.start), kind);
            }
        }
    }
}

/// Returns the byte range of glyphs in the text of a row.
fn text_range(row: &Row, glyphs: &Range<usize>) -> Range<usize> {
    let start_of = |index| row.glyphs().get(index).map_or(row.text().len(), |glyph| row.text_start(glyph));
    start_of(glyphs.start)..start_of(glyphs.end)
}

/// Adds hits in the hex view: searches the escaped text and highlights the hex digits and characters of the bytes found.
fn add_hits_in_hex(rendered: &RenderedRow<'_>, pattern: &Pattern, kind: HighlightKind, highlights: &mut Highlights) {
    let on_screen = rendered.layout.row.glyphs().get(highlights.glyphs.clone()).unwrap_or_default();
    let sources = || on_screen.iter().map(|glyph| glyph.source);
    let (Some(first), Some(last)) = (sources().min(), sources().max()) else { return };
    let mut escaped = Row::default();
    text::escape(&rendered.view.wire(), &mut escaped);
    let glyph_at = |source: u32| escaped.glyphs().partition_point(|glyph| glyph.source < source);
    let part = text_range(&escaped, &(glyph_at(first)..glyph_at(last + 1)));
    let mut is_hit = vec![false; (last - first + 1) as usize];
    for range in pattern.ranges_in(escaped.text().as_bytes(), part) {
        for glyph in escaped.glyphs().get(escaped.glyphs_of_text(range)).unwrap_or_default() {
            if let Some(hit) = glyph.source.checked_sub(first).and_then(|index| is_hit.get_mut(index as usize)) {
                *hit = true;
            }
        }
    }
    let start = highlights.glyphs.start;
    let hits: Vec<usize> = on_screen
        .iter()
        .enumerate()
        .filter(|(_, glyph)| is_hit.get((glyph.source - first) as usize) == Some(&true))
        .map(|(index, _)| start + index)
        .collect();
    for glyph in hits {
        highlights.add(glyph..glyph + 1, kind);
    }
}
