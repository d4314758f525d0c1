//! Visual order of glyphs in rows with right-to-left text (Unicode bidirectional algorithm, UAX #9).
//!
//! This assumes a terminal that draws cells in the order received. Terminals that reorder text themselves, as VTE and
//! Konsole can, must be told not to. The row is the paragraph, with the direction of its first strong character (rules P2,
//! P3). It contains no explicit controls, since these are marks. A glyph is never split. A run of marks is not split either:
//! it is always left to right, and an isolate for the text around it.

use super::glyph::{Glyph, GlyphKind, Row};
use std::ops::Range;
use unicode_bidi::{BidiClass, Level, ParagraphBidiInfo, bidi_class};

/// A glyph at its visual position in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisualGlyph {
    /// Index in [`Row::glyphs`].
    pub glyph: usize,
    /// Whether to draw the glyph mirrored (rule L4, [`mirrored`]): a bracket in right-to-left text.
    pub is_mirrored: bool,
}

/// The embedding levels of a row (rules P2 to I2), from which the order of each of its lines follows.
///
/// Created once for each row and used for all its lines.
#[derive(Debug, Clone)]
pub struct Bidi {
    paragraph: Level,
    /// The level and role of each glyph.
    levels: Vec<(Level, BidiRole)>,
}

/// The role of a glyph in rule L1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BidiRole {
    /// A blank, which at the end of a line gets the level of the paragraph.
    Blank,
    /// A tab, which gets the level of the paragraph, as do the blanks before it.
    Tab,
    /// A part of a run of marks.
    Mark,
    Other,
}

impl Bidi {
    /// Computes the levels of a row. Returns `None`, after one pass over the bytes, if it has no right-to-left text.
    pub fn of(row: &Row) -> Option<Self> {
        if !has_right_to_left(row.text()) {
            return None;
        }
        let roles: Vec<BidiRole> = row.glyphs().iter().map(|glyph| role(row, glyph)).collect();
        let mut paragraph = String::new();
        // Offset in `paragraph` of the character that represents each glyph.
        let mut offsets = Vec::with_capacity(roles.len());
        let mut previous = None;
        for (glyph, &role) in row.glyphs().iter().zip(&roles) {
            if !(role == BidiRole::Mark && previous == Some(BidiRole::Mark)) {
                paragraph.push(representative(row, glyph, role));
            }
            offsets.push(paragraph.char_indices().next_back().map_or(0, |(offset, _)| offset));
            previous = Some(role);
        }
        let info = ParagraphBidiInfo::new(&paragraph, None);
        let level = |offset: usize| info.levels.get(offset).copied().unwrap_or(info.paragraph_level);
        let levels = offsets.into_iter().map(level).zip(roles).collect();
        Some(Self { paragraph: info.paragraph_level, levels })
    }

    /// Returns the visual order of one line, a range of the row's glyphs; `None` if it is the logical order.
    ///
    /// `row` must be the row that the levels were computed for.
    pub fn line(&self, row: &Row, line: Range<usize>) -> Option<Vec<VisualGlyph>> {
        let mut runs = self.runs(line);
        self.reset_blanks(&mut runs);
        if runs.iter().all(|run| run.level.is_ltr()) {
            return None;
        }
        let levels: Vec<Level> = runs.iter().map(|run| run.level).collect();
        let order = ParagraphBidiInfo::reorder_visual(&levels);
        let runs = order.into_iter().filter_map(|index| runs.get(index));
        Some(runs.flat_map(|run| run.glyphs.clone().map(|glyph| visual_glyph(row, glyph, run))).collect())
    }

    /// Splits a line into units of reordering: single glyphs, and runs of marks.
    fn runs(&self, line: Range<usize>) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::with_capacity(line.len());
        let levels = self.levels.get(line.clone()).unwrap_or_default();
        for (glyph, &(level, role)) in line.zip(levels) {
            match runs.last_mut() {
                Some(last) if role == BidiRole::Mark && last.role == BidiRole::Mark => last.glyphs.end = glyph + 1,
                _ => runs.push(Run { glyphs: glyph..glyph + 1, level, role }),
            }
        }
        runs
    }

    /// Applies rule L1: tabs, and blanks before them and at the end of the line, get the level of the paragraph.
    fn reset_blanks(&self, runs: &mut [Run]) {
        let mut is_before_gap = true;
        for run in runs.iter_mut().rev() {
            is_before_gap = match run.role {
                BidiRole::Tab => true,
                BidiRole::Blank => is_before_gap,
                BidiRole::Mark | BidiRole::Other => false,
            };
            if is_before_gap {
                run.level = self.paragraph;
            }
        }
    }
}

fn visual_glyph(row: &Row, glyph: usize, run: &Run) -> VisualGlyph {
    let may_be_mirrored = run.level.is_rtl() && run.role == BidiRole::Other;
    let text = || row.glyphs().get(glyph).map(|glyph| row.text_of(glyph)).unwrap_or_default();
    VisualGlyph { glyph, is_mirrored: may_be_mirrored && mirrored(text()) != text() }
}

struct Run {
    glyphs: Range<usize>,
    level: Level,
    role: BidiRole,
}

/// Whether the text has a right-to-left letter or an Arabic digit. A sequence of Arabic numbers is ordered from right to
/// left, although each number is read from left to right (rule N1).
///
/// Most text without them is decided by the first check, which looks at bytes only.
fn has_right_to_left(text: &str) -> bool {
    // U+0590, the first of them, begins with the byte D6.
    text.bytes().any(|byte| byte >= 0xd6) && text.chars().any(is_right_to_left)
}

fn is_right_to_left(c: char) -> bool {
    // The blocks whose unassigned code points are right-to-left by default (DerivedBidiClass.txt).
    let is_in_block = matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}');
    is_in_block && matches!(bidi_class(c), BidiClass::R | BidiClass::AL | BidiClass::AN)
}

fn role(row: &Row, glyph: &Glyph) -> BidiRole {
    match glyph.kind {
        GlyphKind::Mark => BidiRole::Mark,
        // A tab of a single column is treated as a blank.
        GlyphKind::Blank if glyph.columns > 1 && row.text_of(glyph) == " " => BidiRole::Tab,
        GlyphKind::Blank => BidiRole::Blank,
        // Non-breaking blanks, which are blanks for rule L1.
        GlyphKind::Text if row.text_of(glyph).chars().all(|c| bidi_class(c) == BidiClass::WS) => BidiRole::Blank,
        GlyphKind::Text => BidiRole::Other,
    }
}

/// Returns the character that represents a glyph: its first one, as combining characters follow it (rule W1).
fn representative(row: &Row, glyph: &Glyph, role: BidiRole) -> char {
    match role {
        // The object replacement character, which is neutral.
        BidiRole::Mark => '\u{fffc}',
        BidiRole::Tab => '\t',
        BidiRole::Blank | BidiRole::Other => row.text_of(glyph).chars().next().unwrap_or(' '),
    }
}

/// Returns the mirror image of a bracket or quotation mark (rule L4); any other text unchanged.
///
/// Covers the pairs of BidiMirroring.txt that are common in chat, not the mathematical ones.
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
    let mirror_image = |&(left, right): &(&'static str, &'static str)| match text {
        _ if text == left => Some(right),
        _ if text == right => Some(left),
        _ => None,
    };
    PAIRS.iter().find_map(mirror_image).unwrap_or(text)
}

#[cfg(test)]
mod tests;
