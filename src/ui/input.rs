//! The line being written.

use super::Theme;
use super::glyphs::{draw_glyphs, draw_words, shorten, words_width};
use crate::app::{LinkState, Outgoing, Prompt, Tab};
use crate::text::{self, Glyph, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Draws the draft, as much of it as fits around the cursor, and says where the cursor is.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, tab: &Tab, theme: &Theme) -> Position {
    let is_open = matches!(tab.link(), LinkState::Open { outgoing: Outgoing::Open, .. });
    let x = draw_words(buffer, area, "› ", if is_open { theme.sign } else { theme.hint });
    let area = Rect { x, width: area.right() - x, ..area };
    let draft = tab.prompt();
    if draft.text().is_empty() {
        let hint = hint(tab.link());
        if words_width(hint) < usize::from(area.width) {
            draw_words(buffer, area, hint, theme.hint);
        }
        return area.as_position();
    }
    draw_text(buffer, area, draft, theme)
}

/// Draws what is searched for in the place of the draft, and says where the cursor is.
pub(super) fn draw_search(buffer: &mut Buffer, area: Rect, typed: &Prompt, theme: &Theme) -> Position {
    let x = draw_words(buffer, area, "? ", theme.sign);
    let area = Rect { x, width: area.right() - x, ..area };
    if typed.text().is_empty() {
        draw_words(buffer, area, &shorten(SEARCH_HINT, usize::from(area.width)), theme.hint);
        return area.as_position();
    }
    draw_text(buffer, area, typed, theme)
}

const SEARCH_HINT: &str = "Search: Up and Down go from hit to hit, Enter stays, Esc goes back";

fn draw_text(buffer: &mut Buffer, area: Rect, draft: &Prompt, theme: &Theme) -> Position {
    let mut row = Row::default();
    // The same eyes as for what a peer sends: a pasted escape shows as a mark, not as what it would do.
    text::decode_plain(draft.text().as_bytes(), &mut row);
    let (glyphs, cursor) = window(&row, draft.cursor(), usize::from(area.width));
    draw_glyphs(buffer, area, &row, glyphs, &|_| Style::new(), theme);
    Position { x: area.x + u16::try_from(cursor).unwrap_or(0).min(area.width - 1), y: area.y }
}

/// The glyphs to show in `width` columns so that the cursor is among them, and the cursor's column there.
///
/// The window moves by half its width, so that typing does not shift the text with each key.
fn window(row: &Row, cursor: usize, width: usize) -> (&[Glyph], usize) {
    let before = |glyph: &&Glyph| (glyph.source as usize) < cursor;
    let cursor_column: usize = row.glyphs().iter().take_while(before).map(|g| usize::from(g.columns)).sum();
    let step = (width / 2).max(1);
    let hidden = match (cursor_column + 1).checked_sub(width) {
        None | Some(0) => 0,
        Some(over) => over.div_ceil(step) * step,
    };
    let mut left = 0;
    let mut first = 0;
    for glyph in row.glyphs() {
        if left >= hidden {
            break;
        }
        left += usize::from(glyph.columns);
        first += 1;
    }
    (row.glyphs().get(first..).unwrap_or_default(), cursor_column.saturating_sub(left))
}

const fn hint(link: &LinkState) -> &'static str {
    match link {
        LinkState::Open { outgoing: Outgoing::Ending | Outgoing::Ended, .. } => {
            "You have ended your side, /close closes"
        }
        LinkState::Open { .. } => "Write a line, Enter sends it",
        LinkState::Opening(_) => "Connecting, Esc stops",
        LinkState::Idle => "/connect HOST:PORT",
        LinkState::Closed { .. } => "Enter connects again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(draft: &str, cursor: usize, width: usize) -> (String, usize) {
        let mut row = Row::default();
        text::decode(draft.as_bytes(), &mut row);
        let (glyphs, column) = window(&row, cursor, width);
        (glyphs.iter().map(|g| row.text_of(g)).collect(), column)
    }

    #[test]
    fn a_short_draft_stands_still() {
        assert_eq!(shown("hello", 5, 10), ("hello".into(), 5));
        assert_eq!(shown("hello", 0, 10), ("hello".into(), 0));
        assert_eq!(shown("123456789", 9, 10), ("123456789".into(), 9));
    }

    #[test]
    fn a_long_one_moves_by_half_the_width() {
        assert_eq!(shown("0123456789", 10, 10), ("56789".into(), 5));
        assert_eq!(shown("0123456789abcd", 14, 10), ("56789abcd".into(), 9));
        assert_eq!(shown("0123456789abcde", 15, 10), ("abcde".into(), 5));
        assert_eq!(shown("0123456789abcde", 3, 10), ("0123456789abcde".into(), 3));
    }

    #[test]
    fn wide_characters_count_as_two() {
        assert_eq!(shown("漢字漢字漢字", 6, 10), ("漢字漢字漢字".into(), 4));
        let (text, column) = shown("漢字漢字漢字", 18, 10);
        assert_eq!((text.as_str(), column), ("字漢字", 6));
    }
}
