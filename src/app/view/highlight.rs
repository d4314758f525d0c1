//! What stands out in a row on the screen: who speaks, the user's name, links, what is searched for.
//!
//! Only what is on the screen is looked at, and what it takes to know it: a row may be 64 KiB of hits.

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

/// Why a glyph stands out. Of two reasons the later one of this list wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HighlightKind {
    /// It is of the nickname of the one who speaks.
    Nick = 1,
    /// It is of a link.
    Link = 2,
    /// It is of the user's name, or a word of theirs.
    Mention = 4,
    /// It is what is searched for.
    SearchHit = 8,
    /// The same in the row that the search is at.
    CurrentHit = 16,
}

impl HighlightKind {
    /// All, in the order in which they are laid over each other.
    pub const ALL: [Self; 5] = [Self::Nick, Self::Link, Self::Mention, Self::SearchHit, Self::CurrentHit];
}

/// What stands out in the part of a row that is on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Highlights {
    /// Whether the whole row is a server's notice.
    pub is_notice: bool,
    /// The nickname of the one who speaks, as a number to choose a colour by.
    pub nick: u64,
    /// The glyphs on the screen, and for each its accents as bits.
    glyphs: Range<usize>,
    bits: Vec<u8>,
}

/// Bytes of a row's text that are looked through for links and names: nobody reads on.
const MAX_SCANNED_BYTES: usize = 4096;

impl Highlights {
    /// Why a glyph stands out; `None` if it does not, as most do not.
    pub fn kinds_at(&self, glyph: usize) -> Option<impl Iterator<Item = HighlightKind> + use<>> {
        let at = glyph.checked_sub(self.glyphs.start)?;
        let bits = self.bits.get(at).copied().filter(|&bits| bits != 0)?;
        Some(HighlightKind::ALL.into_iter().filter(move |accent| bits & *accent as u8 != 0))
    }

    fn add(&mut self, glyphs: Range<usize>, accent: HighlightKind) {
        if self.bits.is_empty() {
            self.bits = vec![0; self.glyphs.len()];
        }
        let start = glyphs.start.max(self.glyphs.start) - self.glyphs.start;
        let end = glyphs.end.clamp(self.glyphs.start, self.glyphs.end) - self.glyphs.start;
        for bits in self.bits.get_mut(start..end).unwrap_or_default() {
            *bits |= accent as u8;
        }
    }
}

impl Tab {
    /// What stands out in a row on the screen.
    pub fn accents(&self, block: &RenderedRow<'_>) -> Highlights {
        let on_screen = block.lines().filter_map(|line| match line {
            ScreenLine::Text(range) => Some(range),
            _ => None,
        });
        let glyphs = on_screen.reduce(|all, line| all.start..line.end).unwrap_or_default();
        let mut accents = Highlights { glyphs, ..Highlights::default() };
        let is_spoken = matches!(block.view.kind, RowKind::Received | RowKind::Sent);
        if self.lens().view == ByteView::Text && is_spoken {
            self.add_words(block, &mut accents);
        }
        if let Some(search) = self.search()
            && let Some(pattern) = search.pattern()
        {
            let accent = if search.current() == Some(block.view.id) {
                HighlightKind::CurrentHit
            } else {
                HighlightKind::SearchHit
            };
            self.add_hits(block, pattern, accent, &mut accents);
        }
        accents
    }

    fn add_words(&self, block: &RenderedRow<'_>, accents: &mut Highlights) {
        let row = &block.layout.row;
        let text = row.text();
        let text = (MAX_SCANNED_BYTES..MAX_SCANNED_BYTES + 4).find_map(|end| text.get(..end)).unwrap_or(text);
        for link in links(text) {
            accents.add(row.glyphs_of_text(link), HighlightKind::Link);
        }
        if block.view.kind != RowKind::Received || block.view.is_continued {
            return;
        }
        if self.attention.has(block.view.id) {
            for range in self.attention.find(text) {
                accents.add(row.glyphs_of_text(range), HighlightKind::Mention);
            }
        }
        if let Some(speaker) = self.attention.who().speaker(text) {
            accents.nick = nick_hash(text.get(speaker.nick.clone()).unwrap_or_default());
            accents.is_notice = speaker.manner == SpeechKind::Notice;
            if speaker.manner == SpeechKind::Whisper && self.attention.has(block.view.id) {
                let end = text.find(": ").unwrap_or(speaker.nick.end);
                accents.add(row.glyphs_of_text(0..end), HighlightKind::Mention);
            }
            accents.add(row.glyphs_of_text(speaker.nick), HighlightKind::Nick);
        }
    }

    fn add_hits(&self, block: &RenderedRow<'_>, pattern: &Pattern, accent: HighlightKind, accents: &mut Highlights) {
        let row = &block.layout.row;
        if self.lens().of(block.view.kind).view == ByteView::Hex {
            return add_hits_in_hex(block, pattern, accent, accents);
        }
        let seen = text_of(row, &accents.glyphs);
        let said = row.text().get(..block.layout.content_len).unwrap_or_default().as_bytes();
        if block.view.end != RowEnd::Split && !block.view.is_continued {
            for range in pattern.ranges_in(said, seen) {
                accents.add(row.glyphs_of_text(range), accent);
            }
            return;
        }
        let (text, own) = RowMatcher::default().text_with_context(self.lens(), self.transcript(), &block.view);
        for range in pattern.ranges_in(&text, own.start + seen.start..own.start + seen.end) {
            let (start, end) = (range.start.max(own.start), range.end.min(own.end));
            if start < end {
                accents.add(row.glyphs_of_text(start - own.start..end - own.start), accent);
            }
        }
    }
}

/// Where in the text of a row these glyphs stand.
fn text_of(row: &Row, glyphs: &Range<usize>) -> Range<usize> {
    let start_of = |at| row.glyphs().get(at).map_or(row.text().len(), |glyph| row.text_start(glyph));
    start_of(glyphs.start)..start_of(glyphs.end)
}

/// Found in the escaped text, shown on the bytes: on their digits and on their characters.
fn add_hits_in_hex(block: &RenderedRow<'_>, pattern: &Pattern, accent: HighlightKind, accents: &mut Highlights) {
    let on_screen = block.layout.row.glyphs().get(accents.glyphs.clone()).unwrap_or_default();
    let sources = || on_screen.iter().map(|glyph| glyph.source);
    let (Some(first), Some(last)) = (sources().min(), sources().max()) else { return };
    let mut escaped = Row::default();
    text::escape(&block.view.wire(), &mut escaped);
    let at = |source: u32| escaped.glyphs().partition_point(|glyph| glyph.source < source);
    let seen = text_of(&escaped, &(at(first)..at(last + 1)));
    let mut is_hit = vec![false; (last - first + 1) as usize];
    for range in pattern.ranges_in(escaped.text().as_bytes(), seen) {
        for glyph in escaped.glyphs().get(escaped.glyphs_of_text(range)).unwrap_or_default() {
            if let Some(hit) = glyph.source.checked_sub(first).and_then(|at| is_hit.get_mut(at as usize)) {
                *hit = true;
            }
        }
    }
    let start = accents.glyphs.start;
    let hits: Vec<usize> = on_screen
        .iter()
        .enumerate()
        .filter(|(_, glyph)| is_hit.get((glyph.source - first) as usize) == Some(&true))
        .map(|(at, _)| start + at)
        .collect();
    for at in hits {
        accents.add(at..at + 1, accent);
    }
}
