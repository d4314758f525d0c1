//! What is about to be sent, over the last lines of the messages: how much it is, how it begins and how it ends.

use super::ResolvedTheme;
use super::glyphs::{draw_glyphs, draw_words, text_width, truncate};
use crate::app::App;
use crate::app::prompts::{title_forms, warning};
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::text::format_thousands;
use crate::text::{self, Glyph, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget as _};

/// Lines it may take, however high the screen: enough to know it again.
const MAX_HEIGHT: usize = 14;

/// One line of the panel.
enum PreviewLine {
    /// Of the parcel, by number.
    Content(usize),
    /// So many that are left out.
    Omitted(usize),
}

/// Draws over the lower part of `area`, from edge to edge: a sign of the gutter beside it would say that a peer speaks.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, app: &App, parcel: &PendingSend, theme: &ResolvedTheme) {
    let room = usize::from(area.height).min(MAX_HEIGHT);
    if room < 2 {
        return;
    }
    if matches!(parcel.source(), PendingSource::Bytes) {
        return draw_bytes(buffer, area, parcel, room, theme);
    }
    let warning = warning(app, parcel);
    let lines = choose(parcel.len(), room - 1 - usize::from(warning.is_some()));
    let area = panel(buffer, area, 1 + lines.len() + usize::from(warning.is_some()));
    heading(buffer, area, parcel, theme);
    let digits = parcel.len().to_string().len();
    for (y, line) in (area.top() + 1..area.bottom()).zip(&lines) {
        let place = Rect { y, height: 1, ..area };
        match line {
            PreviewLine::Content(n) => {
                let x = draw_words(buffer, place, &format!(" {:>digits$} ", n + 1), theme.time);
                draw_line(
                    buffer,
                    Rect { x, width: area.right() - x, ..place },
                    parcel.line(*n).unwrap_or_default(),
                    theme,
                );
            }
            PreviewLine::Omitted(left_out) => {
                let words = format!(" {:>digits$} {} more", "…", format_thousands(*left_out as u64));
                let x = draw_words(buffer, place, &words, theme.hint);
                if area.right() - x > 6 {
                    draw_words(buffer, Rect { x, width: area.right() - x, ..place }, " lines", theme.hint);
                }
            }
        }
    }
    if let Some(words) = warning {
        let place = Rect { y: area.bottom() - 1, height: 1, ..area };
        draw_words(buffer, place, &truncate(&format!(" {words}"), usize::from(area.width)), theme.error.text);
    }
}

/// The last `height` lines of `area`, made blank.
fn panel(buffer: &mut Buffer, area: Rect, height: usize) -> Rect {
    let height = u16::try_from(height).unwrap_or(area.height).min(area.height);
    let area = Rect { y: area.bottom() - height, height, ..area };
    // The margin on the left as well: the first digit of a time would stand there.
    Clear.render(Rect { x: area.x.saturating_sub(1), width: area.width + 1, ..area }, buffer);
    area
}

fn heading(buffer: &mut Buffer, area: Rect, parcel: &PendingSend, theme: &ResolvedTheme) {
    let width = usize::from(area.width);
    let forms = title_forms(parcel);
    let words = forms.iter().find(|words| text_width(words) + 6 <= width).or(forms.last()).map_or("", String::as_str);
    let rule = "─".repeat(width);
    draw_words(buffer, area, &rule, theme.rule_day);
    draw_words(
        buffer,
        Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area },
        &truncate(&format!(" {words} "), width.saturating_sub(3)),
        theme.heading,
    );
}

fn draw_line(buffer: &mut Buffer, area: Rect, line: &[u8], theme: &ResolvedTheme) {
    let mut row = Row::default();
    // No more of it than can be seen: a line may have megabytes. A character has four bytes at most, and some have no
    // column of their own.
    let seen = usize::from(area.width) * 16;
    text::decode_plain(line.get(..seen).unwrap_or(line), &mut row);
    draw_cut(buffer, area, &row, row.glyphs(), theme);
}

/// Draws glyphs, with `…` at the edge where there are more of them than fit.
fn draw_cut(buffer: &mut Buffer, area: Rect, row: &Row, glyphs: &[Glyph], theme: &ResolvedTheme) {
    let columns: usize = glyphs.iter().map(|glyph| usize::from(glyph.columns)).sum();
    let is_cut = columns > usize::from(area.width);
    let width = area.width - u16::from(is_cut);
    draw_glyphs(buffer, Rect { width, ..area }, row, glyphs, &|_| Style::new(), theme);
    if is_cut {
        draw_words(buffer, Rect { x: area.x + width, width: 1, ..area }, "…", theme.hint);
    }
}

/// Which lines are shown in so many: the first and the last ones, and how many there are between them.
fn choose(lines: usize, room: usize) -> Vec<PreviewLine> {
    if lines <= room {
        return (0..lines).map(PreviewLine::Content).collect();
    }
    if room < 2 {
        // How many there are is said above.
        return (0..room).map(PreviewLine::Content).collect();
    }
    // The end is where a paste has what nobody wanted to send.
    let last = room.saturating_sub(1) / 2;
    let first = room.saturating_sub(1) - last;
    let gap = [PreviewLine::Omitted(lines - first - last)];
    (0..first).map(PreviewLine::Content).chain(gap).chain((lines - last..lines).map(PreviewLine::Content)).collect()
}

/// Escaped, and by number below.
fn draw_bytes(buffer: &mut Buffer, area: Rect, parcel: &PendingSend, room: usize, theme: &ResolvedTheme) {
    let bytes = parcel.line(0).unwrap_or_default();
    let width = usize::from(area.width).saturating_sub(1);
    let mut escaped = Row::default();
    // As many as there is room for; each has two columns at least in the dump.
    let seen = bytes.get(..width * room).unwrap_or(bytes);
    text::escape(seen, &mut escaped);
    let mut dump = Row::default();
    let lines = text::hex(seen, 0, &[], width, &mut dump);
    let shown = lines.len().min(room.saturating_sub(2));
    let area = panel(buffer, area, 2 + shown);
    heading(buffer, area, parcel, theme);
    let inner = |n: u16| Rect { x: area.x + 1, width: area.width - 1, y: area.y + n, height: 1 };
    draw_cut(buffer, inner(1), &escaped, escaped.glyphs(), theme);
    for (n, line) in (2..).zip(lines.iter().take(shown)) {
        draw_cut(buffer, inner(n), &dump, dump.glyphs().get(line.clone()).unwrap_or_default(), theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_messages_is_left_beside_the_panel() {
        let mut buffer = Buffer::filled(Rect::new(0, 0, 6, 3), ratatui::buffer::Cell::new("x"));
        let area = panel(&mut buffer, Rect::new(1, 0, 5, 3), 2);
        assert_eq!(area, Rect::new(1, 1, 5, 2));
        assert_eq!(buffer, Buffer::with_lines(["xxxxxx", "", ""].map(|line| format!("{line:6}"))));
    }
}
