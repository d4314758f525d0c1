//! The completion menu, drawn over the last lines of the messages.
//!
//! ```text
//!   14:02:10 ‹ ann: hello
//!   │ /save   save all messages as text, escaped or jsonl
//!   │ /send   send a file line by line                       1/2
//!   ─────────────────────────────────────────────────────
//!   › /save █
//! ```
//!
//! It is aligned with the word being completed if it fits there, and only as wide as its entries.

use super::ResolvedTheme;
use super::glyphs::{draw_words, text_width, truncate};
use crate::app::input::completion::{Candidate, Completion};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Maximum height of the menu, in lines.
const MAX_LINES: u16 = 6;

/// Left border of each line, which distinguishes the menu from messages.
const BORDER: &str = "│ ";

/// Columns between a candidate and its help text.
const GAP: u16 = 2;

/// Minimum columns of a help text; without that much room it is left out.
const MIN_HELP_COLUMNS: u16 = 8;

/// Draws the menu into the last lines of `area`, which is the screen above the status line. The completed word begins in
/// column `x`.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, completion: &Completion, x: u16, theme: &ResolvedTheme) {
    let (candidates, chosen) = (completion.candidates(), completion.chosen());
    let lines = u16::try_from(candidates.len()).unwrap_or(u16::MAX);
    let height = MAX_LINES.min(lines).min(max_height(area));
    let columns = MenuColumns::of(candidates);
    let width = columns.total().min(area.width / 3 * 2);
    // The border precedes the candidates, which are aligned with the word.
    let left = x.saturating_sub(2).clamp(area.x, area.right().saturating_sub(width).max(area.x));
    let menu = Rect { x: left, y: area.bottom() - height, width, height };
    let first = first_shown(candidates.len(), chosen, usize::from(height));
    for (y, (index, candidate)) in (menu.top()..menu.bottom()).zip(candidates.iter().enumerate().skip(first)) {
        let line = Rect { y, height: 1, ..menu };
        clear(buffer, line);
        let is_last = y + 1 == menu.bottom();
        let line_width = if is_last { width.saturating_sub(columns.count) } else { width };
        draw_candidate(buffer, Rect { width: line_width, ..line }, candidate, columns.label, theme);
        if is_last {
            let count = format!(" {}/{} ", chosen + 1, candidates.len());
            let width = columns_of(&count).min(width);
            draw_words(buffer, Rect { x: line.right() - width, width, ..line }, &count, theme.hint);
        }
        if index == chosen {
            buffer.set_style(line, theme.selected.add_modifier(Modifier::BOLD));
        }
    }
}

/// Widths of the parts of the menu, in columns. Computed from all candidates, not only the visible ones, so that the menu
/// keeps its width while the selection moves.
struct MenuColumns {
    label: u16,
    help: u16,
    count: u16,
}

impl MenuColumns {
    fn of(candidates: &[Candidate]) -> Self {
        let widest = |width: &dyn Fn(&Candidate) -> u16| candidates.iter().map(width).max().unwrap_or(0);
        Self {
            label: widest(&|candidate| columns_of(&candidate.label)),
            help: widest(&|candidate| columns_of(candidate.help)),
            count: columns_of(&format!(" {0}/{0} ", candidates.len())),
        }
    }

    fn total(&self) -> u16 {
        let help = if self.help == 0 { 0 } else { GAP.saturating_add(self.help) };
        [columns_of(BORDER), self.label, help, 1, self.count].into_iter().fold(0, u16::saturating_add)
    }
}

/// Returns a third of the area's height, at least one line, so that most messages stay visible.
const fn max_height(area: Rect) -> u16 {
    let third = area.height / 3;
    if third == 0 && area.height > 0 { 1 } else { third }
}

/// Returns the index of the first visible candidate. The selected one is in the middle where possible.
fn first_shown(count: usize, chosen: usize, height: usize) -> usize {
    chosen.saturating_sub(height / 2).min(count.saturating_sub(height))
}

/// Draws one candidate and its help text, which begins at `label_columns`.
fn draw_candidate(buffer: &mut Buffer, line: Rect, candidate: &Candidate, label_columns: u16, theme: &ResolvedTheme) {
    let x = draw_words(buffer, line, BORDER, theme.track);
    // The last column stays free.
    let rest = |x: u16| Rect { x, width: line.right().saturating_sub(x.saturating_add(1)), ..line };
    let label_area = rest(x);
    draw_words(buffer, label_area, &truncate(&candidate.label, usize::from(label_area.width)), Style::new());
    let help_area = rest(x.saturating_add(label_columns).saturating_add(GAP));
    if help_area.width >= MIN_HELP_COLUMNS.min(columns_of(candidate.help)) {
        draw_words(buffer, help_area, &truncate(candidate.help, usize::from(help_area.width)), theme.hint);
    }
}

/// Clears a line. A wide character across its left edge is cleared too.
fn clear(buffer: &mut Buffer, line: Rect) {
    if let Some(before) = line.x.checked_sub(1).and_then(|x| buffer.cell_mut((x, line.y)))
        && text_width(before.symbol()) > 1
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
    u16::try_from(text_width(words)).unwrap_or(u16::MAX)
}
