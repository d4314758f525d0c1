//! What stands out in a row on the screen: who speaks, the user's name, links, what is searched for.

use super::Tab;
use super::lens::View;
use super::links::links;
use super::reading::Reading;
use super::speaker::{Manner, nick_hash};
use super::transcript::{RowEnd, RowKind};
use super::viewport::Block;
use std::ops::Range;

/// Why something stands out. Of two in one place the later one of this list wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accent {
    /// The nickname of the one who speaks, as a number to choose a colour by.
    Nick(u64),
    /// A link.
    Link,
    /// The user's name, or a word of theirs.
    Mention,
    /// What is searched for.
    Hit,
    /// The same in the row that the search is at.
    HitHere,
}

/// What stands out in one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accents {
    /// Whether the whole row is a server's notice.
    pub is_notice: bool,
    /// Glyphs of the row, and why.
    pub spans: Vec<(Range<usize>, Accent)>,
}

/// Bytes of a row's text that are looked through for links and names: nobody reads on.
const READ: usize = 4096;

impl Tab {
    /// What stands out in a row on the screen.
    pub fn accents(&self, block: &Block<'_>) -> Accents {
        let mut accents = Accents::default();
        let is_spoken = matches!(block.view.kind, RowKind::Received | RowKind::Sent);
        if self.lens().view == View::Text && is_spoken {
            self.add_words(block, &mut accents);
        }
        self.add_hits(block, &mut accents);
        accents.spans.sort_by_key(|(_, accent)| *accent);
        accents
    }

    fn add_words(&self, block: &Block<'_>, accents: &mut Accents) {
        let row = &block.laid.row;
        let text = row.text();
        let text = (READ..READ + 4).find_map(|end| text.get(..end)).unwrap_or(text);
        let mut add = |range: Range<usize>, accent| accents.spans.push((row.glyphs_of_text(range), accent));
        for link in links(text) {
            add(link, Accent::Link);
        }
        if block.view.kind != RowKind::Received || block.view.is_continued {
            return;
        }
        if self.attention.has(block.view.id) {
            for range in self.attention.find(text) {
                add(range, Accent::Mention);
            }
        }
        if let Some(speaker) = self.attention.who().speaker(text) {
            let nick = text.get(speaker.nick.clone()).unwrap_or_default();
            add(speaker.nick.clone(), Accent::Nick(nick_hash(nick)));
            accents.is_notice = speaker.manner == Manner::Notice;
        }
    }

    fn add_hits(&self, block: &Block<'_>, accents: &mut Accents) {
        let Some((search, pattern)) = self.search().and_then(|search| Some((search, search.pattern()?))) else {
            return;
        };
        let accent = if search.here() == Some(block.view.id) { Accent::HitHere } else { Accent::Hit };
        let row = &block.laid.row;
        if self.lens().view == View::Hex {
            // Found in the escaped text, shown on the bytes.
            let mut escaped = crate::text::Row::default();
            crate::text::escape(&block.view.wire(), &mut escaped);
            for range in pattern.ranges(escaped.text().as_bytes()) {
                let found = escaped.glyphs().get(escaped.glyphs_of_text(range)).unwrap_or_default();
                let (Some(first), Some(last)) = (found.first(), found.last()) else { continue };
                let bytes = first.source..=last.source;
                let of_bytes = row.glyphs().iter().enumerate().filter(|(_, glyph)| bytes.contains(&glyph.source));
                accents.spans.extend(of_bytes.map(|(at, _)| (at..at + 1, accent)));
            }
            return;
        }
        if block.view.end != RowEnd::Cut && !block.view.is_continued {
            let ranges = pattern.ranges(row.text().as_bytes());
            accents.spans.extend(ranges.map(|range| (row.glyphs_of_text(range), accent)));
            return;
        }
        let (text, own) = Reading::default().window(self.lens(), self.transcript(), &block.view);
        for range in pattern.ranges(&text) {
            let (start, end) = (range.start.max(own.start), range.end.min(own.end));
            if start < end {
                accents.spans.push((row.glyphs_of_text(start - own.start..end - own.start), accent));
            }
        }
    }
}
