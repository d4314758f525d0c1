//! The send preview, drawn over the last lines of the messages: the size of a pending send, and its first and last lines.

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

/// Maximum height of the preview, in lines.
const MAX_HEIGHT: usize = 14;

/// One line of the preview.
enum PreviewLine {
    /// The line with this index.
    Content(usize),
    /// A placeholder for this number of lines.
    Omitted(usize),
}

/// Draws the preview over the lower part of `area`, from edge to edge: beside a sign of the gutter it would look like a
/// received message.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, app: &App, pending: &PendingSend, theme: &ResolvedTheme) {
    let max_height = usize::from(area.height).min(MAX_HEIGHT);
    if max_height < 2 {
        return;
    }
    if matches!(pending.source(), PendingSource::Bytes) {
        return draw_bytes(buffer, area, pending, max_height, theme);
    }
    let warning = warning(app, pending);
    let lines = choose_lines(pending.len(), max_height - 1 - usize::from(warning.is_some()));
    let area = clear_panel(buffer, area, 1 + lines.len() + usize::from(warning.is_some()));
    draw_heading(buffer, area, pending, theme);
    let digits = pending.len().to_string().len();
    for (y, line) in (area.top() + 1..area.bottom()).zip(&lines) {
        let line_area = Rect { y, height: 1, ..area };
        match line {
            PreviewLine::Content(index) => {
                let x = draw_words(buffer, line_area, &format!(" {:>digits$} ", index + 1), theme.time);
                draw_line(
                    buffer,
                    Rect { x, width: area.right() - x, ..line_area },
                    pending.line(*index).unwrap_or_default(),
                    theme,
                );
            }
            PreviewLine::Omitted(count) => {
                let words = format!(" {:>digits$} {} more", "…", format_thousands(*count as u64));
                let x = draw_words(buffer, line_area, &words, theme.hint);
                if area.right() - x > 6 {
                    draw_words(buffer, Rect { x, width: area.right() - x, ..line_area }, " lines", theme.hint);
                }
            }
        }
    }
    if let Some(warning) = warning {
        let last_line = Rect { y: area.bottom() - 1, height: 1, ..area };
        draw_words(buffer, last_line, &truncate(&format!(" {warning}"), usize::from(area.width)), theme.error.text);
    }
}

/// Clears the last `height` lines of `area` and returns them.
fn clear_panel(buffer: &mut Buffer, area: Rect, height: usize) -> Rect {
    let height = u16::try_from(height).unwrap_or(area.height).min(area.height);
    let area = Rect { y: area.bottom() - height, height, ..area };
    // Includes the margin on the left, which would show the first digit of the time.
    Clear.render(Rect { x: area.x.saturating_sub(1), width: area.width + 1, ..area }, buffer);
    area
}

fn draw_heading(buffer: &mut Buffer, area: Rect, pending: &PendingSend, theme: &ResolvedTheme) {
    let width = usize::from(area.width);
    let forms = title_forms(pending);
    let title = forms.iter().find(|form| text_width(form) + 6 <= width).or(forms.last()).map_or("", String::as_str);
    let rule = "─".repeat(width);
    draw_words(buffer, area, &rule, theme.rule_day);
    draw_words(
        buffer,
        Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area },
        &truncate(&format!(" {title} "), width.saturating_sub(3)),
        theme.heading,
    );
}

fn draw_line(buffer: &mut Buffer, area: Rect, line: &[u8], theme: &ResolvedTheme) {
    let mut row = Row::default();
    // A line may have megabytes, so only about the visible part is decoded: 16 bytes per column, since a character has up
    // to four bytes and combining marks take no column.
    let max_bytes = usize::from(area.width) * 16;
    text::decode_plain(line.get(..max_bytes).unwrap_or(line), &mut row);
    draw_truncated(buffer, area, &row, row.glyphs(), theme);
}

/// Draws glyphs, with `…` at the edge if they do not fit.
fn draw_truncated(buffer: &mut Buffer, area: Rect, row: &Row, glyphs: &[Glyph], theme: &ResolvedTheme) {
    let columns: usize = glyphs.iter().map(|glyph| usize::from(glyph.columns)).sum();
    let is_cut = columns > usize::from(area.width);
    let width = area.width - u16::from(is_cut);
    draw_glyphs(buffer, Rect { width, ..area }, row, glyphs, &|_| Style::new(), theme);
    if is_cut {
        draw_words(buffer, Rect { x: area.x + width, width: 1, ..area }, "…", theme.hint);
    }
}

/// Chooses what to show in `height` lines: the first and the last lines, and the number of lines between them.
fn choose_lines(lines: usize, height: usize) -> Vec<PreviewLine> {
    if lines <= height {
        return (0..lines).map(PreviewLine::Content).collect();
    }
    if height < 2 {
        // The heading shows the number of lines.
        return (0..height).map(PreviewLine::Content).collect();
    }
    // The end is shown too, as it often has lines that were pasted by mistake.
    let last = height.saturating_sub(1) / 2;
    let first = height.saturating_sub(1) - last;
    let gap = [PreviewLine::Omitted(lines - first - last)];
    (0..first).map(PreviewLine::Content).chain(gap).chain((lines - last..lines).map(PreviewLine::Content)).collect()
}

/// Draws raw bytes: escaped on the first line, and as a hex dump below.
fn draw_bytes(buffer: &mut Buffer, area: Rect, pending: &PendingSend, max_height: usize, theme: &ResolvedTheme) {
    let bytes = pending.line(0).unwrap_or_default();
    let width = usize::from(area.width).saturating_sub(1);
    let mut escaped = Row::default();
    // At most what fits: each byte takes at least two columns in the dump.
    let visible = bytes.get(..width * max_height).unwrap_or(bytes);
    text::escape(visible, &mut escaped);
    let mut dump = Row::default();
    let lines = text::hex(visible, 0, &[], width, &mut dump);
    let shown = lines.len().min(max_height.saturating_sub(2));
    let area = clear_panel(buffer, area, 2 + shown);
    draw_heading(buffer, area, pending, theme);
    let inner = |line: u16| Rect { x: area.x + 1, width: area.width - 1, y: area.y + line, height: 1 };
    draw_truncated(buffer, inner(1), &escaped, escaped.glyphs(), theme);
    for (y, line) in (2..).zip(lines.iter().take(shown)) {
        draw_truncated(buffer, inner(y), &dump, dump.glyphs().get(line.clone()).unwrap_or_default(), theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_beside_the_preview_is_cleared() {
        let mut buffer = Buffer::filled(Rect::new(0, 0, 6, 3), ratatui::buffer::Cell::new("x"));
        let area = clear_panel(&mut buffer, Rect::new(1, 0, 5, 3), 2);
        assert_eq!(area, Rect::new(1, 1, 5, 2));
        assert_eq!(buffer, Buffer::with_lines(["xxxxxx", "", ""].map(|line| format!("{line:6}"))));
    }
}
