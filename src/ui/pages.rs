//! Pages that replace the messages: the help page and the list of links.

use super::ResolvedTheme;
use super::glyphs::{draw_words, truncate};
use crate::app::App;
use crate::app::view::links::LinkHit;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the help page from line `top` on. Returns whether there are more lines below.
pub(super) fn draw_help(buffer: &mut Buffer, area: Rect, top: usize, app: &App, theme: &ResolvedTheme) -> bool {
    let page = app.help_page(usize::from(area.width));
    let height = usize::from(area.height);
    let top = top.min(page.len().saturating_sub(height));
    for (y, line) in (area.top()..area.bottom()).zip(page.iter().skip(top)) {
        let line_area = Rect { y, height: 1, ..area };
        draw_words(buffer, line_area, line.heading, theme.heading);
        draw_words(buffer, line_area, &line.name, theme.key);
        let indent = u16::try_from(line.text_column).unwrap_or(0).min(area.width);
        let text_area = Rect { x: area.x + indent, width: area.width - indent, ..line_area };
        draw_words(buffer, text_area, &line.text, Style::new());
    }
    top + height < page.len()
}

/// Draws the page of links that contains the selected one. Returns whether there are more links below.
pub(super) fn draw_links(
    buffer: &mut Buffer,
    area: Rect,
    links: &[LinkHit],
    selected: usize,
    theme: &ResolvedTheme,
) -> bool {
    let height = usize::from(area.height).max(1);
    // Paged rather than scrolled, so that the links do not move with the selection.
    let first = selected / height * height;
    for (y, (index, link)) in (area.top()..area.bottom()).zip(links.iter().enumerate().skip(first)) {
        let line_area = Rect { y, height: 1, ..area };
        let number = format!("{:>3}  ", index + 1);
        let x = draw_words(buffer, line_area, &number, theme.time);
        let url_area = Rect { x, width: area.right() - x, ..line_area };
        draw_words(buffer, url_area, &truncate(&link.url, usize::from(url_area.width)), theme.link);
        if index == selected {
            buffer.set_style(line_area, theme.selected);
        }
    }
    first + height < links.len()
}
