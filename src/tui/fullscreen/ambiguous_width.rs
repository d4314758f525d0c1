//! Writing grapheme clusters whose width differs between terminals.
//!
//! A flag, a skin tone, `⌚` with a text selector or a Thai vowel takes one column in one terminal and two in another
//! (ratatui #75, #925, #2357). If the terminal's width differs from ours, the following cells are displaced, and
//! overwriting the cluster leaves a part of it behind. Three measures make both widths come out right:
//!
//! 1. The columns of the cluster are blanked before it is written, in case the terminal's width is smaller, and so is a
//!    blank after a narrow cluster, which leaves room for a wide one ([`pad_ambiguous`]).
//! 2. The cursor is moved explicitly after it, in case the terminal's width is larger; the next cells overwrite the excess
//!    ([`pad_ambiguous`]).
//! 3. A screen line that contains such a cluster, or did in the previous frame, is written as a whole when it changes,
//!    because the state of its cells is unknown ([`AmbiguousLines::refresh`]).

use crate::text::columns;
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthChar;

/// Whether terminals may disagree about the columns of this cluster. A false positive costs only a few bytes.
fn has_ambiguous_width(cluster: &str) -> bool {
    // Called for every cell of every frame, and nearly all cells are ASCII.
    if cluster.len() == 1 {
        return false;
    }
    let mut chars = cluster.chars();
    match (chars.next(), chars.next()) {
        (None, _) => false,
        (Some(c), None) => !has_stable_width(c) || is_ambiguous(c),
        (Some(_), Some(_)) => true,
    }
}

/// Whether this is a symbol that takes two columns in terminals set up for Chinese, Japanese or Korean (UAX #11), such as
/// `●`, `─` and `…` in the frame.
///
/// Letters, such as Cyrillic ones, are not included: with cursor moves every second letter would be overwritten in such a
/// terminal, while a row that is too long can still be read.
fn is_ambiguous(c: char) -> bool {
    c.width() != c.width_cjk() && (!c.is_alphabetic() || c.is_numeric())
}

const fn has_stable_width(c: char) -> bool {
    matches!(c,
        // Latin, Greek, Cyrillic, Armenian; letters of Hebrew and Arabic.
        '\u{20}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{58f}' | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}'
        | '\u{1e00}'..='\u{1fff}'
        // Punctuation, currency, arrows, mathematics, box drawing, shapes, as used in the frame.
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20bf}' | '\u{2100}'..='\u{218f}'
        | '\u{2190}'..='\u{22ff}' | '\u{2400}'..='\u{2426}' | '\u{2500}'..='\u{25fc}'
        // Chinese, Japanese, Korean, except circled numbers and hexagrams, whose width differs between tables.
        | '\u{2e80}'..='\u{2fd5}' | '\u{3000}'..='\u{3029}' | '\u{3031}'..='\u{303c}' | '\u{3041}'..='\u{3096}'
        | '\u{309b}'..='\u{3247}' | '\u{3250}'..='\u{3296}' | '\u{329a}'..='\u{4dbf}' | '\u{4e00}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Column outside every screen. crossterm adds one to it, so it is not `u16::MAX`.
const NO_COLUMN: u16 = u16::MAX - 1;

/// Returns the cells to write, with blanks before and a cursor move after each cluster of ambiguous width.
pub(crate) fn pad_ambiguous(cells: Vec<(u16, u16, &Cell)>) -> Vec<(u16, u16, Cell)> {
    let mut out = Vec::with_capacity(cells.len() + 8);
    let mut cells = cells.into_iter().peekable();
    // Line of the last ambiguous cluster, and the column after it.
    let mut after = (0, 0);
    while let Some((x, y, cell)) = cells.next() {
        if y == after.0 && x < after.1 {
            // ratatui blanks the second half of an emoji after writing it, which would erase it in a terminal with the
            // same width. Its columns have been blanked already.
            continue;
        }
        if !has_ambiguous_width(cell.symbol()) {
            out.push((x, y, cell.clone()));
            continue;
        }
        let mut blank = cell.clone();
        blank.set_symbol(" ");
        let width = u16::try_from(columns(cell.symbol())).unwrap_or(1);
        after = (y, x + width);
        out.extend((x..after.1).map(|x| (x, y, blank.clone())));
        // A blank after a narrow cluster is written first as well, so that it does not cut a cluster that is wide in this
        // terminal.
        let is_blank = |(x, y, cell): &(u16, u16, &Cell)| width == 1 && (*y, *x) == after && cell.symbol() == " ";
        out.extend(cells.next_if(is_blank).map(|(x, y, cell)| (x, y, cell.clone())));
        out.push((x, y, cell.clone()));
        // Forces a cursor move: the backend omits moves between neighbours, and this empty cell has none. A terminal stops
        // at its last column.
        let mut empty = blank;
        empty.set_symbol("");
        out.push((NO_COLUMN, y, empty));
    }
    out
}

/// Whether any of these cells has a cluster of ambiguous width.
pub(crate) fn has_ambiguous(cells: &[(u16, u16, &Cell)]) -> bool {
    cells.iter().any(|(_, _, cell)| has_ambiguous_width(cell.symbol()))
}

/// Screen lines that contained clusters of ambiguous width in the last frame.
#[derive(Debug, Default)]
pub(crate) struct AmbiguousLines {
    area: Rect,
    /// Cells of each line that contained one.
    lines: Vec<Option<Vec<Cell>>>,
}

impl AmbiguousLines {
    /// Marks all cells of changed lines that contain, or contained, an ambiguous cluster, so that they are written.
    pub(crate) fn refresh(&mut self, buffer: &mut Buffer) {
        let area = buffer.area;
        if self.area != area {
            // ratatui clears the screen when its size changes.
            *self = Self { area, lines: vec![None; usize::from(area.height)] };
        }
        let width = usize::from(area.width).max(1);
        for (cells, before) in buffer.content.chunks_mut(width).zip(&mut self.lines) {
            let is_ambiguous = cells.iter().any(|cell| has_ambiguous_width(cell.symbol()));
            if !is_ambiguous && before.is_none() {
                continue;
            }
            let line = cells.to_vec();
            if before.as_ref() != Some(&line) {
                for cell in cells {
                    cell.set_diff_option(CellDiffOption::AlwaysUpdate);
                }
            }
            *before = is_ambiguous.then_some(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::CellWidth as _;

    #[test]
    fn single_letters_are_stable_and_compositions_ambiguous() {
        for stable in ["a", "é", "ж", "漢", "あ", "한", "‹", "›", "⊣", " "] {
            assert!(!has_ambiguous_width(stable), "{stable}");
        }
        for ambiguous in
            ["🇩🇪", "👍🏻", "⌚\u{fe0e}", "❤\u{fe0f}", "e\u{301}", "ำ", "दि", "👋", "\u{600}", "🇩", "●", "─", "㉈", "䷀"]
        {
            assert!(has_ambiguous_width(ambiguous), "{ambiguous}");
        }
    }

    #[test]
    fn ratatui_measures_every_character_as_this_crate_does() {
        // If a cluster were wider in ratatui, the cell after it would never be written.
        let characters = ('\u{a0}'..=char::MAX).filter(|c| c.width().is_some_and(|width| width > 0)).map(String::from);
        let clusters = ["ｶ\u{ff9e}", "ﾊ\u{ff9f}", "❤\u{fe0f}", "🇩🇪", "👨\u{200d}👩\u{200d}👧", "กำ", "क्षि"];
        let mut count = 0;
        for cluster in characters.chain(clusters.map(ToOwned::to_owned)) {
            assert_eq!(columns(&cluster), usize::from(cluster.cell_width()), "{cluster:?}");
            count += 1;
        }
        assert!(count > 250_000, "{count}");
    }

    #[test]
    fn an_ambiguous_cluster_follows_blanks_and_precedes_a_move() {
        let (flag, x) = (Cell::new("🇩🇪"), Cell::new("x"));
        let written = pad_ambiguous(vec![(3, 0, &flag), (5, 0, &x)]);
        let written: Vec<_> = written.iter().map(|(x, _, cell)| (*x, cell.symbol())).collect();
        assert_eq!(written, [(3, " "), (4, " "), (3, "🇩🇪"), (NO_COLUMN, ""), (5, "x")]);
    }

    #[test]
    fn the_second_half_of_an_emoji_is_not_blanked_afterwards() {
        let (heart, blank, x) = (Cell::new("❤\u{fe0f}"), Cell::new(" "), Cell::new("x"));
        let written = pad_ambiguous(vec![(3, 0, &heart), (4, 0, &blank), (5, 0, &x), (4, 1, &x)]);
        let written: Vec<_> = written.iter().map(|(x, y, cell)| (*x, *y, cell.symbol())).collect();
        let heart = "❤\u{fe0f}";
        assert_eq!(written, [(3, 0, " "), (4, 0, " "), (3, 0, heart), (NO_COLUMN, 0, ""), (5, 0, "x"), (4, 1, "x")]);
    }

    #[test]
    fn a_blank_after_a_narrow_cluster_is_written_before_it() {
        let (sign, blank, x) = (Cell::new("●"), Cell::new(" "), Cell::new("x"));
        let written = pad_ambiguous(vec![(3, 0, &sign), (4, 0, &blank), (5, 0, &x), (9, 0, &sign), (10, 0, &x)]);
        let written: Vec<_> = written.iter().map(|(x, _, cell)| (*x, cell.symbol())).collect();
        let moved = [(3, " "), (4, " "), (3, "●"), (NO_COLUMN, ""), (5, "x")];
        assert_eq!(written, [&moved[..], &[(9, " "), (9, "●"), (NO_COLUMN, ""), (10, "x")]].concat());
    }

    #[test]
    fn changed_lines_with_ambiguous_clusters_are_written_whole() {
        let buffer = |line: &str| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
            buffer.set_string(0, 0, line, ratatui::style::Style::new());
            buffer
        };
        let mut lines = AmbiguousLines::default();
        let mut written = Vec::new();
        for line in ["plain", "a 🇩🇪 b", "a 🇩🇪 b", "a 🇩🇪 c", "plain", "other"] {
            let mut buffer = buffer(line);
            lines.refresh(&mut buffer);
            written.push(buffer[(7, 0)].diff_option == CellDiffOption::AlwaysUpdate);
        }
        assert_eq!(written, [false, true, false, true, true, false]);
    }
}
