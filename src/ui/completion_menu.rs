//! The menu of completions, over the last lines of the messages.
//!
//! ```text
//!   14:02:10 ‹ ann: hello
//!   │ /save   save all messages as text, escaped or jsonl
//!   │ /send   send a file line by line                       1/2
//!   ─────────────────────────────────────────────────────
//!   › /save █
//! ```
//!
//! It lies over the messages, above the word it is for where it fits. It is as wide as it has to be, so that
//! it hides no more than it must.

use super::ResolvedTheme;
use super::glyphs::{draw_words, text_width, truncate};
use crate::app::input::completion::{Candidate, Completion};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Lines of it at most.
const MAX_LINES: u16 = 6;

/// What stands before each line, so that it cannot be taken for a message.
const BORDER: &str = "│ ";

/// Columns between a candidate and the word about it, and the least that makes such a word worth showing.
const GAP: u16 = 2;
const MIN_SAYS: u16 = 8;

/// Draws it into the last lines of `area`, which has the lines of the whole screen down to where the menu may stand. The
/// word it is for begins in column `x`.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, completion: &Completion, x: u16, theme: &ResolvedTheme) {
    let (all, chosen) = (completion.candidates(), completion.chosen());
    let lines = u16::try_from(all.len()).unwrap_or(u16::MAX);
    let height = MAX_LINES.min(lines).min(most_lines(area));
    let columns = MenuColumns::of(all);
    let width = columns.all().min(area.width / 3 * 2);
    // The sign and a blank stand before the word.
    let left = x.saturating_sub(2).clamp(area.x, area.right().saturating_sub(width).max(area.x));
    let menu = Rect { x: left, y: area.bottom() - height, width, height };
    let first = first_shown(all.len(), chosen, usize::from(height));
    for (y, (n, candidate)) in (menu.top()..menu.bottom()).zip(all.iter().enumerate().skip(first)) {
        let line = Rect { y, height: 1, ..menu };
        clear(buffer, line);
        let is_last = y + 1 == menu.bottom();
        let room = if is_last { width.saturating_sub(columns.count) } else { width };
        draw_candidate(buffer, Rect { width: room, ..line }, candidate, columns.shown, theme);
        if is_last {
            let count = format!(" {}/{} ", chosen + 1, all.len());
            let width = columns_of(&count).min(width);
            draw_words(buffer, Rect { x: line.right() - width, width, ..line }, &count, theme.hint);
        }
        if n == chosen {
            buffer.set_style(line, theme.selected.add_modifier(Modifier::BOLD));
        }
    }
}

/// How wide its parts are: as all candidates would have it, not only those on the screen, so that it stands still while
/// one goes through them.
struct MenuColumns {
    shown: u16,
    help: u16,
    count: u16,
}

impl MenuColumns {
    fn of(all: &[Candidate]) -> Self {
        let widest = |words: &dyn Fn(&Candidate) -> u16| all.iter().map(words).max().unwrap_or(0);
        Self {
            shown: widest(&|one| columns_of(&one.label)),
            help: widest(&|one| columns_of(one.help)),
            count: columns_of(&format!(" {0}/{0} ", all.len())),
        }
    }

    fn all(&self) -> u16 {
        let says = if self.help == 0 { 0 } else { GAP.saturating_add(self.help) };
        [columns_of(BORDER), self.shown, says, 1, self.count].into_iter().fold(0, u16::saturating_add)
    }
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

/// One candidate; the word about it begins where it does for all of them.
fn draw_candidate(buffer: &mut Buffer, line: Rect, candidate: &Candidate, columns: u16, theme: &ResolvedTheme) {
    let x = draw_words(buffer, line, BORDER, theme.track);
    // A column free at the end.
    let rest = |x: u16| Rect { x, width: line.right().saturating_sub(x.saturating_add(1)), ..line };
    let room = rest(x);
    draw_words(buffer, room, &truncate(&candidate.label, usize::from(room.width)), Style::new());
    let room = rest(x.saturating_add(columns).saturating_add(GAP));
    if room.width >= MIN_SAYS.min(columns_of(candidate.help)) {
        draw_words(buffer, room, &truncate(candidate.help, usize::from(room.width)), theme.hint);
    }
}

/// Takes away what is drawn there. A wide character that the edge cuts goes whole.
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
