//! The help page.

use super::ResolvedTheme;
use super::glyphs::draw_words;
use crate::app::App;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the page from line `top` on and says whether it goes on below.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, top: usize, app: &App, theme: &ResolvedTheme) -> bool {
    let page = app.help_page(usize::from(area.width));
    let height = usize::from(area.height);
    let top = top.min(page.len().saturating_sub(height));
    for (y, line) in (area.top()..area.bottom()).zip(page.iter().skip(top)) {
        let place = Rect { y, height: 1, ..area };
        draw_words(buffer, place, line.heading, theme.heading);
        draw_words(buffer, place, &line.name, theme.key);
        let at = u16::try_from(line.text_column).unwrap_or(0).min(area.width);
        draw_words(buffer, Rect { x: area.x + at, width: area.width - at, ..place }, &line.text, Style::new());
    }
    top + height < page.len()
}
