//! The page of links.

use super::ResolvedTheme;
use super::glyphs::{draw_words, truncate};
use crate::app::view::links::LinkHit;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws as many of the links as fit around the chosen one, and says whether they go on below.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, links: &[LinkHit], at: usize, theme: &ResolvedTheme) -> bool {
    let height = usize::from(area.height).max(1);
    // A page at a time, so that the links stand still while one goes over them.
    let first = at / height * height;
    for (y, (n, found)) in (area.top()..area.bottom()).zip(links.iter().enumerate().skip(first)) {
        let place = Rect { y, height: 1, ..area };
        let number = format!("{:>3}  ", n + 1);
        let x = draw_words(buffer, place, &number, theme.time);
        let rest = Rect { x, width: area.right() - x, ..place };
        draw_words(buffer, rest, &truncate(&found.url, usize::from(rest.width)), theme.link);
        if n == at {
            buffer.set_style(place, theme.selected);
        }
    }
    first + height < links.len()
}
