//! Clusters on whose width terminals disagree, and how to write them so that it does not matter.
//!
//! A flag, a skin tone, `⌚` with a text selector or a Thai vowel may take one column in one terminal and two in the
//! next (ratatui #75, #925, #2357). If ours and the terminal's opinion differ, what follows is displaced, and what is
//! later written over the cluster leaves a part of it behind. Three things together make either opinion come out right:
//!
//! 1. The columns we think it takes are blanked before it is written ([`pad_ambiguous`]), in case it takes fewer; and so is a
//!    blank behind a narrow one, which has room to be wide then.
//! 2. The cursor is told where to go after it, in case it takes more ([`pad_ambiguous`]); the next cells overwrite the excess.
//! 3. A line of the screen that holds one, or held one in the frame before, is written whole when it changes
//!    ([`AmbiguousLines::refresh`]), since nobody knows which of its cells are what they should be.

use crate::text::columns;
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthChar;

/// Whether terminals may disagree about the columns of this cluster. Single characters of scripts that all terminals
/// place alike are not doubtful; everything else is, which costs a few bytes and nothing more.
fn has_ambiguous_width(cluster: &str) -> bool {
    // Nearly every cell there is, and every cell is asked about in every frame.
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

/// Whether this is a symbol that takes two columns where a terminal is set up for Chinese, Japanese or Korean (UAX #11);
/// some of our own frame are: `●`, `─`, `…`.
///
/// Letters of that kind, Cyrillic ones say, are let be: of text on such a terminal every other letter would be written
/// over, and a row that is too long can at least be read.
fn is_ambiguous(c: char) -> bool {
    c.width() != c.width_cjk() && (!c.is_alphabetic() || c.is_numeric())
}

const fn has_stable_width(c: char) -> bool {
    matches!(c,
        // Latin, Greek, Cyrillic, Armenian; letters of Hebrew and Arabic.
        '\u{20}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{58f}' | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}'
        | '\u{1e00}'..='\u{1fff}'
        // Punctuation, currency, arrows, mathematics, box drawing, shapes: what our own frame is made of.
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20bf}' | '\u{2100}'..='\u{218f}'
        | '\u{2190}'..='\u{22ff}' | '\u{2400}'..='\u{2426}' | '\u{2500}'..='\u{25fc}'
        // Chinese, Japanese, Korean; without the numbers in circles and the hexagrams, which some tables have as one
        // column and some as two.
        | '\u{2e80}'..='\u{2fd5}' | '\u{3000}'..='\u{3029}' | '\u{3031}'..='\u{303c}' | '\u{3041}'..='\u{3096}'
        | '\u{309b}'..='\u{3247}' | '\u{3250}'..='\u{3296}' | '\u{329a}'..='\u{4dbf}' | '\u{4e00}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3ffff}')
}

/// A column no screen has, and crossterm can still count up from.
const NO_COLUMN: u16 = u16::MAX - 1;

/// The cells to write, with what makes doubtful ones harmless put in: blanks before, a move of the cursor after.
pub(crate) fn pad_ambiguous(cells: Vec<(u16, u16, &Cell)>) -> Vec<(u16, u16, Cell)> {
    let mut out = Vec::with_capacity(cells.len() + 8);
    let mut cells = cells.into_iter().peekable();
    // The line of the doubtful cluster written last, and the column behind it.
    let mut behind = (0, 0);
    while let Some((x, y, cell)) = cells.next() {
        if y == behind.0 && x < behind.1 {
            // ratatui blanks the second half of an emoji once more after writing it, and to a terminal that agrees about
            // its columns this is the end of it. They have been blanked already.
            continue;
        }
        if !has_ambiguous_width(cell.symbol()) {
            out.push((x, y, cell.clone()));
            continue;
        }
        let mut blank = cell.clone();
        blank.set_symbol(" ");
        let width = u16::try_from(columns(cell.symbol())).unwrap_or(1);
        behind = (y, x + width);
        out.extend((x..behind.1).map(|x| (x, y, blank.clone())));
        // A blank behind a narrow one comes before it, too: if the terminal takes the cluster for wide, it has the room
        // and stays whole.
        let is_blank = |(x, y, cell): &(u16, u16, &Cell)| width == 1 && (*y, *x) == behind && cell.symbol() == " ";
        out.extend(cells.next_if(is_blank).map(|(x, y, cell)| (x, y, cell.clone())));
        out.push((x, y, cell.clone()));
        // Nothing, written where no cell has a neighbour (a terminal stops at its last column): a backend that leaves
        // out moves between neighbours has to move to the next.
        let mut nothing = blank;
        nothing.set_symbol("");
        out.push((NO_COLUMN, y, nothing));
    }
    out
}

/// Whether any of these cells needs care.
pub(crate) fn has_doubtful(cells: &[(u16, u16, &Cell)]) -> bool {
    cells.iter().any(|(_, _, cell)| has_ambiguous_width(cell.symbol()))
}

/// The lines of the screen that held something doubtful when they were drawn last.
#[derive(Debug, Default)]
pub(crate) struct AmbiguousLines {
    area: Rect,
    held: Vec<Option<Vec<Cell>>>,
}

impl AmbiguousLines {
    /// Marks lines to be written whole: those that hold, or held, a doubtful cluster and are not what they were.
    pub(crate) fn refresh(&mut self, buffer: &mut Buffer) {
        let area = buffer.area;
        if self.area != area {
            // The screen has been cleared for its new size.
            *self = Self { area, held: vec![None; usize::from(area.height)] };
        }
        let width = usize::from(area.width).max(1);
        for (cells, before) in buffer.content.chunks_mut(width).zip(&mut self.held) {
            let holds = cells.iter().any(|cell| has_ambiguous_width(cell.symbol()));
            if !holds && before.is_none() {
                continue;
            }
            let now = cells.to_vec();
            if before.as_ref() != Some(&now) {
                for cell in cells {
                    cell.set_diff_option(CellDiffOption::AlwaysUpdate);
                }
            }
            *before = holds.then_some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::CellWidth as _;

    #[test]
    fn plain_scripts_are_certain_and_compositions_doubtful() {
        for certain in ["a", "é", "ж", "漢", "あ", "한", "‹", "›", "⊣", " "] {
            assert!(!has_ambiguous_width(certain), "{certain}");
        }
        for doubtful in
            ["🇩🇪", "👍🏻", "⌚\u{fe0e}", "❤\u{fe0f}", "e\u{301}", "ำ", "दि", "👋", "\u{600}", "🇩", "●", "─", "㉈", "䷀"]
        {
            assert!(has_ambiguous_width(doubtful), "{doubtful}");
        }
    }

    #[test]
    fn ratatui_has_every_character_as_wide_as_we_have() {
        // Were it wider there, the cell behind it would never be written.
        let of_one = ('\u{a0}'..=char::MAX).filter(|c| c.width().is_some_and(|width| width > 0)).map(String::from);
        let of_more = ["ｶ\u{ff9e}", "ﾊ\u{ff9f}", "❤\u{fe0f}", "🇩🇪", "👨\u{200d}👩\u{200d}👧", "กำ", "क्षि"];
        let mut counted = 0;
        for cluster in of_one.chain(of_more.map(ToOwned::to_owned)) {
            assert_eq!(columns(&cluster), usize::from(cluster.cell_width()), "{cluster:?}");
            counted += 1;
        }
        assert!(counted > 250_000, "{counted}");
    }

    #[test]
    fn a_doubtful_cluster_is_written_over_blanks_and_the_cursor_told() {
        let (flag, x) = (Cell::new("🇩🇪"), Cell::new("x"));
        let written = pad_ambiguous(vec![(3, 0, &flag), (5, 0, &x)]);
        let written: Vec<_> = written.iter().map(|(x, _, cell)| (*x, cell.symbol())).collect();
        assert_eq!(written, [(3, " "), (4, " "), (3, "🇩🇪"), (NO_COLUMN, ""), (5, "x")]);
    }

    #[test]
    fn the_second_half_of_an_emoji_is_not_blanked_behind_it() {
        let (heart, blank, x) = (Cell::new("❤\u{fe0f}"), Cell::new(" "), Cell::new("x"));
        let written = pad_ambiguous(vec![(3, 0, &heart), (4, 0, &blank), (5, 0, &x), (4, 1, &x)]);
        let written: Vec<_> = written.iter().map(|(x, y, cell)| (*x, *y, cell.symbol())).collect();
        let heart = "❤\u{fe0f}";
        assert_eq!(written, [(3, 0, " "), (4, 0, " "), (3, 0, heart), (NO_COLUMN, 0, ""), (5, 0, "x"), (4, 1, "x")]);
    }

    #[test]
    fn a_blank_behind_a_narrow_one_is_room_for_it() {
        let (sign, blank, x) = (Cell::new("●"), Cell::new(" "), Cell::new("x"));
        let written = pad_ambiguous(vec![(3, 0, &sign), (4, 0, &blank), (5, 0, &x), (9, 0, &sign), (10, 0, &x)]);
        let written: Vec<_> = written.iter().map(|(x, _, cell)| (*x, cell.symbol())).collect();
        let moved = [(3, " "), (4, " "), (3, "●"), (NO_COLUMN, ""), (5, "x")];
        assert_eq!(written, [&moved[..], &[(9, " "), (9, "●"), (NO_COLUMN, ""), (10, "x")]].concat());
    }

    #[test]
    fn a_line_is_written_whole_when_a_doubtful_cluster_comes_goes_or_moves() {
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
