//! The order in which glyphs are drawn where a row has text that is read from right to left (UAX #9).
//!
//! For a terminal that writes cells in the order it gets them: one that orders them itself (VTE, Konsole and others can)
//! would turn them twice, and has to be told not to. The row is the paragraph, with the direction of its first strong
//! character (rules P2, P3); there are no explicit controls in it, since these are marks. A glyph moves as one. So does
//! a run of marks: these are our words about bytes, always left to right, and to the text around them they are what UAX
//! #9 calls an isolate, a neutral thing of unknown content.

use super::glyph::{Glyph, GlyphKind, Row};
use std::ops::Range;
use unicode_bidi::{BidiClass, Level, ParagraphBidiInfo, bidi_class};

/// A glyph in its place in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisualGlyph {
    /// Index in [`Row::glyphs`].
    pub glyph: usize,
    /// Whether [`mirrored`] gives what is to be drawn (rule L4): a bracket in text from right to left.
    pub is_mirrored: bool,
}

/// The levels of a row (rules P2 to I2), from which the order in each of its lines follows. For one row; it is meant to be
/// made once and asked for each line.
#[derive(Debug, Clone)]
pub struct Bidi {
    paragraph: Level,
    /// One for each glyph.
    levels: Vec<(Level, BidiRole)>,
}

/// What rule L1 wants to know of a glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BidiRole {
    /// At the end of a line it goes where the line ends.
    Blank,
    /// A tab: it has its place between what is before and behind it, and so have the blanks before it.
    Tab,
    /// One that belongs together with the marks beside it.
    Mark,
    Other,
}

impl Bidi {
    /// Looks at a row. `None` if nothing in it is read from right to left; that costs one pass over bytes.
    pub fn of(row: &Row) -> Option<Self> {
        if !has_right_to_left(row.text()) {
            return None;
        }
        let roles: Vec<BidiRole> = row.glyphs().iter().map(|glyph| role(row, glyph)).collect();
        let mut paragraph = String::new();
        // Where in the paragraph the character is that speaks for each glyph.
        let mut places = Vec::with_capacity(roles.len());
        let mut before = None;
        for (glyph, &role) in row.glyphs().iter().zip(&roles) {
            if !(role == BidiRole::Mark && before == Some(BidiRole::Mark)) {
                paragraph.push(representative(row, glyph, role));
            }
            places.push(paragraph.char_indices().next_back().map_or(0, |(at, _)| at));
            before = Some(role);
        }
        let info = ParagraphBidiInfo::new(&paragraph, None);
        let level = |at: usize| info.levels.get(at).copied().unwrap_or(info.paragraph_level);
        let levels = places.into_iter().map(level).zip(roles).collect();
        Some(Self { paragraph: info.paragraph_level, levels })
    }

    /// The order in one line of the row it was made of, a range of its glyphs. `None` if it is the order they are in.
    pub fn line(&self, row: &Row, line: Range<usize>) -> Option<Vec<VisualGlyph>> {
        let mut pieces = self.pieces(line);
        self.reset_blanks(&mut pieces);
        if pieces.iter().all(|piece| piece.level.is_ltr()) {
            return None;
        }
        let levels: Vec<Level> = pieces.iter().map(|piece| piece.level).collect();
        let order = ParagraphBidiInfo::reorder_visual(&levels);
        let pieces = order.into_iter().filter_map(|n| pieces.get(n));
        Some(pieces.flat_map(|piece| piece.glyphs.clone().map(|glyph| placed(row, glyph, piece))).collect())
    }

    /// What moves as one: the glyphs of a line, the marks by runs.
    fn pieces(&self, line: Range<usize>) -> Vec<Run> {
        let mut pieces: Vec<Run> = Vec::with_capacity(line.len());
        let there = self.levels.get(line.clone()).unwrap_or_default();
        for (glyph, &(level, role)) in line.zip(there) {
            match pieces.last_mut() {
                Some(last) if role == BidiRole::Mark && last.role == BidiRole::Mark => last.glyphs.end = glyph + 1,
                _ => pieces.push(Run { glyphs: glyph..glyph + 1, level, role }),
            }
        }
        pieces
    }

    /// Rule L1: tabs, and blanks before them and at the end of the line, have the level of the paragraph.
    fn reset_blanks(&self, pieces: &mut [Run]) {
        let mut is_before_gap = true;
        for piece in pieces.iter_mut().rev() {
            is_before_gap = match piece.role {
                BidiRole::Tab => true,
                BidiRole::Blank => is_before_gap,
                BidiRole::Mark | BidiRole::Other => false,
            };
            if is_before_gap {
                piece.level = self.paragraph;
            }
        }
    }
}

fn placed(row: &Row, glyph: usize, piece: &Run) -> VisualGlyph {
    let may_be_mirrored = piece.level.is_rtl() && piece.role == BidiRole::Other;
    let text = || row.glyphs().get(glyph).map(|glyph| row.text_of(glyph)).unwrap_or_default();
    VisualGlyph { glyph, is_mirrored: may_be_mirrored && mirrored(text()) != text() }
}

struct Run {
    glyphs: Range<usize>,
    level: Level,
    role: BidiRole,
}

/// Whether there is a letter that is read from right to left, or an Arabic digit: numbers of these follow each other
/// from the right, though each is read from the left (rule N1). No text with none comes further than the first check,
/// save Chinese and the like, which does not come further than the second.
fn has_right_to_left(text: &str) -> bool {
    // U+0590, the first there is, begins with the byte D6.
    text.bytes().any(|byte| byte >= 0xd6) && text.chars().any(is_right_to_left)
}

fn is_right_to_left(c: char) -> bool {
    // The blocks in which unassigned code points, too, are taken for letters of that kind (DerivedBidiClass.txt).
    let is_in_block = matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}');
    is_in_block && matches!(bidi_class(c), BidiClass::R | BidiClass::AL | BidiClass::AN)
}

fn role(row: &Row, glyph: &Glyph) -> BidiRole {
    match glyph.kind {
        GlyphKind::Mark => BidiRole::Mark,
        // A tab of a single column cannot be told from a blank here, and is hardly seen to be more.
        GlyphKind::Blank if glyph.columns > 1 && row.text_of(glyph) == " " => BidiRole::Tab,
        GlyphKind::Blank => BidiRole::Blank,
        // Blanks at which no line may break, but which hang at its end like others.
        GlyphKind::Text if row.text_of(glyph).chars().all(|c| bidi_class(c) == BidiClass::WS) => BidiRole::Blank,
        GlyphKind::Text => BidiRole::Other,
    }
}

/// The character that speaks for a glyph: its first, as those that combine follow it in whatever they do (rule W1).
fn representative(row: &Row, glyph: &Glyph, role: BidiRole) -> char {
    match role {
        // Stands for an object in text, and is neutral.
        BidiRole::Mark => '\u{fffc}',
        BidiRole::Tab => '\t',
        BidiRole::Blank | BidiRole::Other => row.text_of(glyph).chars().next().unwrap_or(' '),
    }
}

/// What is drawn for a bracket or quotation mark in text from right to left (rule L4); all else as it is.
///
/// The pairs of BidiMirroring.txt that are typed in chats, not its mathematics.
pub fn mirrored(text: &str) -> &str {
    const PAIRS: [(&str, &str); 17] = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("<", ">"),
        ("«", "»"),
        ("‹", "›"),
        ("≤", "≥"),
        ("⟨", "⟩"),
        ("（", "）"),
        ("［", "］"),
        ("｛", "｝"),
        ("＜", "＞"),
        ("「", "」"),
        ("『", "』"),
        ("【", "】"),
        ("〈", "〉"),
        ("《", "》"),
    ];
    let other = |&(left, right): &(&'static str, &'static str)| match text {
        _ if text == left => Some(right),
        _ if text == right => Some(left),
        _ => None,
    };
    PAIRS.iter().find_map(other).unwrap_or(text)
}

#[cfg(test)]
mod tests;
