//! The help page.

use super::Theme;
use super::glyphs::{draw_words, words_width};
use crate::app::help::{HelpLine, page};
use crate::text::{self, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns for the names of things, and the least that is left for their words beside them.
const NAMES: u16 = 36;
const BESIDE: u16 = 40;

/// Draws the page from line `top` on and says whether it goes on below. Where there is no room side by side, the words
/// stand under the names.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, top: usize, theme: &Theme) -> bool {
    let mut rest = Rect { x: area.x + 1, width: area.width - 1, ..area };
    for line in page().iter().skip(top) {
        if rest.height == 0 {
            return true;
        }
        let used = match line {
            HelpLine::Heading(words) => {
                draw_words(buffer, rest, words, theme.heading);
                1
            }
            HelpLine::Entry(name, words) => entry(buffer, rest, name, words, theme),
            HelpLine::Blank => 1,
        };
        let used = used.min(rest.height);
        rest = Rect { y: rest.y + used, height: rest.height - used, ..rest };
    }
    false
}

fn entry(buffer: &mut Buffer, area: Rect, name: &str, words: &str, theme: &Theme) -> u16 {
    let is_beside = area.width >= NAMES + BESIDE && words_width(name) < usize::from(NAMES);
    let name_height = paragraph(buffer, area, name, theme.key);
    let place = if is_beside {
        Rect { x: area.x + NAMES, width: area.width - NAMES, ..area }
    } else {
        let indented = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        Rect { y: area.y + name_height, height: area.height.saturating_sub(name_height), ..indented }
    };
    let height = paragraph(buffer, place, words, ratatui::style::Style::new());
    if is_beside { name_height.max(height) } else { name_height + height }
}

/// Wrapped words of our own; gives the lines they took.
fn paragraph(buffer: &mut Buffer, area: Rect, words: &str, style: ratatui::style::Style) -> u16 {
    let mut row = Row::default();
    text::decode(words.as_bytes(), &mut row);
    let width = usize::from(area.width).max(1);
    let mut height = 0;
    for range in text::wrap(&row, width, width) {
        if height < area.height {
            let line: String = row.glyphs().get(range).unwrap_or_default().iter().map(|g| row.text_of(g)).collect();
            draw_words(buffer, Rect { y: area.y + height, height: 1, ..area }, &line, style);
        }
        height += 1;
    }
    height
}
