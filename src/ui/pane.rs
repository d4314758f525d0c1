//! The messages: a gutter that says when and who, and the text.

use super::glyphs::{draw_glyphs, draw_words};
use super::{Panes, Theme};
use crate::app::viewport::{Block, Line, hanging_indent};
use crate::app::{Tab, Wall};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns from which on the gutter has the time with and without seconds.
const WITH_SECONDS: u16 = 50;
const WITH_MINUTES: u16 = 34;

/// Columns of the gutter on a screen of this width: time, sign, and a blank after each.
pub(super) const fn gutter_width(screen: u16) -> u16 {
    match screen {
        WITH_SECONDS.. => 11,
        WITH_MINUTES.. => 8,
        _ => 2,
    }
}

/// Draws the page the tab is at. A page that does not fill the screen stands at its top.
pub(super) fn draw(buffer: &mut Buffer, panes: &Panes, tab: &Tab, theme: &Theme) {
    let page = tab.page(panes.viewport().text);
    let mut y = 0;
    for block in &page.blocks {
        if block.has_first_line() && !block.view.is_continued {
            draw_gutter(buffer, line(panes.gutter, y), block, theme);
        }
        y = draw_lines(buffer, panes.text, y, block, theme);
    }
}

fn draw_gutter(buffer: &mut Buffer, area: Rect, block: &Block<'_>, theme: &Theme) {
    let look = theme.of(block.view.kind);
    draw_words(buffer, area, &time(block.view.at, area.width), theme.time);
    let sign = Rect { x: area.right() - 2, width: 2, ..area };
    draw_words(buffer, sign, look.sign, look.sign_style);
}

fn draw_lines(buffer: &mut Buffer, area: Rect, mut y: u16, block: &Block<'_>, theme: &Theme) -> u16 {
    let indent = u16::try_from(hanging_indent(usize::from(area.width), crate::app::View::Text)).unwrap_or(0);
    for (n, of_block) in block.lines().enumerate() {
        let is_first = n == 0 && block.has_first_line();
        let indent = if is_first { 0 } else { indent };
        let place = line(area, y);
        let place = Rect { x: place.x + indent, width: place.width - indent, ..place };
        if let Line::Text(range) = of_block {
            let glyphs = block.laid.row.glyphs().get(range).unwrap_or_default();
            draw_glyphs(buffer, place, &block.laid.row, glyphs, theme.of(block.view.kind).text, theme);
        }
        y += 1;
    }
    y
}

const fn line(area: Rect, n: u16) -> Rect {
    Rect { y: area.y + n, height: 1, ..area }
}

/// The time of day as far as it fits into a gutter of this width.
fn time(at: Wall, width: u16) -> String {
    let (hours, minutes, seconds) = at.clock();
    match width {
        11.. => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        8.. => format!("{hours:02}:{minutes:02}"),
        _ => String::new(),
    }
}
