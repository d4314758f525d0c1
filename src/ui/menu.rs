//! The menu of completions, over the last lines of the messages.
//!
//! ```text
//!   14:02:10 ‹ ann: hello
//!   │ ann
//!   │ anna
//!   │ /alert [bell|notify|off]  how a mention calls  2/17
//!   ── status ──
//!   › ann: █
//! ```
//!
//! It stands over what is drawn below it, above the word it is for where it fits. It is as wide as it has to be, so that
//! it hides no more than it must.

use super::Theme;
use super::glyphs::{draw_words, shorten, words_width};
use crate::app::complete::{Candidate, Completion};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Lines of it at most.
const MAX_LINES: u16 = 6;

/// What stands before each line, so that it cannot be taken for a message.
const EDGE: &str = "│ ";

/// Columns between a candidate and the word about it, and the least that makes such a word worth showing.
const GAP: usize = 2;
const MIN_SAYS: usize = 8;

/// Draws it into the last lines of `area`, which has the lines of the whole screen down to where the menu may stand. The
/// word it is for begins in column `x`.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, completion: &Completion, x: u16, theme: &Theme) {
    let (all, chosen) = (completion.candidates(), completion.chosen());
    let height = MAX_LINES.min(lines_of(all.len())).min(most_lines(area));
    if height == 0 {
        return;
    }
    let first = first_shown(all.len(), chosen, usize::from(height));
    let count = format!(" {}/{} ", chosen + 1, all.len());
    let shown = all.get(first..).unwrap_or_default();
    // As wide as all of them would have it, not only those shown: it should stand still while one goes through.
    let width = u16::try_from(wanted(all) + words_width(&count)).unwrap_or(u16::MAX).min(area.width / 3 * 2);
    // The sign and a blank stand before the word.
    let left = x.saturating_sub(2).clamp(area.x, area.right().saturating_sub(width).max(area.x));
    let menu = Rect { x: left, y: area.bottom() - height, width, height };
    for (y, (n, candidate)) in (menu.top()..menu.bottom()).zip(shown.iter().enumerate()) {
        let line = Rect { y, height: 1, ..menu };
        let room = if y + 1 == menu.bottom() { width.saturating_sub(columns_of(&count)) } else { width };
        clear(buffer, line);
        draw_candidate(buffer, Rect { width: room, ..line }, candidate, theme);
        if first + n == chosen {
            buffer.set_style(line, theme.selected.add_modifier(Modifier::BOLD));
        }
    }
    let (y, width) = (menu.bottom() - 1, columns_of(&count).min(menu.width));
    draw_words(buffer, Rect { x: menu.right() - width, y, width, height: 1 }, &count, theme.hint);
}

/// A third of what there is, so that one still sees whom one answers.
const fn most_lines(area: Rect) -> u16 {
    let third = area.height / 3;
    if third == 0 && area.height > 0 { 1 } else { third }
}

/// The first line shown: the chosen one is in the middle where that can be.
fn first_shown(all: usize, chosen: usize, height: usize) -> usize {
    chosen.saturating_sub(height / 2).min(all.saturating_sub(height))
}

/// Columns that the widest line has to have, but for the count.
fn wanted(all: &[Candidate]) -> usize {
    let says = |says: &str| if says.is_empty() { 0 } else { GAP + words_width(says) };
    let widest = all.iter().map(|one| words_width(&one.shown) + says(one.says)).max();
    words_width(EDGE) + widest.unwrap_or(0) + 1
}

fn draw_candidate(buffer: &mut Buffer, line: Rect, candidate: &Candidate, theme: &Theme) {
    let x = draw_words(buffer, line, EDGE, theme.track);
    let rest = |x: u16| Rect { x, width: line.right().saturating_sub(x + 1), ..line };
    let room = rest(x);
    let x = draw_words(buffer, room, &shorten(&candidate.shown, usize::from(room.width)), Style::new());
    let room = rest(x + 2);
    if usize::from(room.width) >= MIN_SAYS.min(words_width(candidate.says)) {
        draw_words(buffer, room, &shorten(candidate.says, usize::from(room.width)), theme.hint);
    }
}

/// Takes away what is drawn there. A wide character that the edge cuts goes whole.
fn clear(buffer: &mut Buffer, line: Rect) {
    if let Some(before) = line.x.checked_sub(1).and_then(|x| buffer.cell_mut((x, line.y)))
        && words_width(before.symbol()) > 1
    {
        before.set_symbol(" ");
    }
    for x in line.left()..line.right() {
        if let Some(cell) = buffer.cell_mut((x, line.y)) {
            cell.reset();
        }
    }
}

fn columns_of(words: &str) -> u16 {
    u16::try_from(words_width(words)).unwrap_or(u16::MAX)
}

fn lines_of(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
