//! The messages: a gutter with the time and the sender, and the text.

use super::glyphs::{draw_bidi, draw_glyphs, draw_words};
use super::{Panes, ResolvedTheme};
use crate::app::transcript::RowKind;
use crate::app::view::highlight::{HighlightKind, Highlights};
use crate::app::view::viewport::{Position, RenderedRow, ScreenLine, ScreenPage};
use crate::app::{App, ByteView, Delivery, LocalTime, Mode, Tab, TimestampFormat};
use crate::text::{Bidi, Glyph, GlyphKind, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::borrow::Cow;
use std::ops::Range;

/// Minimum screen width for a time with seconds, in columns.
const WIDE_MIN_COLUMNS: u16 = 50;

/// Minimum screen width for a time without seconds, in columns.
const MEDIUM_MIN_COLUMNS: u16 = 34;

/// Returns the width of the gutter in columns: time, sign, and a blank after each.
pub(super) const fn gutter_width(screen_width: u16, time: TimestampFormat) -> u16 {
    let wanted = match time {
        TimestampFormat::Off => 0,
        TimestampFormat::Minutes => 6,
        TimestampFormat::Seconds | TimestampFormat::Delta => 9,
        TimestampFormat::Millis => 13,
    };
    let limit = match screen_width {
        WIDE_MIN_COLUMNS.. => 13,
        MEDIUM_MIN_COLUMNS.. => 6,
        _ => 0,
    };
    2 + if wanted < limit { wanted } else { limit }
}

/// Draws the current page of the tab, aligned to the top.
pub(super) fn draw(buffer: &mut Buffer, panes: &Panes, app: &App, theme: &ResolvedTheme) {
    let tab = app.tab();
    let page = tab.page(panes.viewport().messages);
    let mut y = 0;
    for rendered in &page.rows {
        if rendered.has_first_line() && !rendered.is_continuation && rendered.view.kind != RowKind::Separator {
            draw_gutter(buffer, line(panes.gutter, y), (tab, rendered), app.time(), theme);
        }
        let height = u16::try_from(rendered.height()).unwrap_or(u16::MAX);
        draw_row(buffer, panes, y, (tab, rendered), theme);
        if let Mode::Copy(pick) = app.mode()
            && pick.has_any(rendered.item.first, rendered.item.last)
        {
            let rows =
                Rect { y: panes.gutter.y + y, height, width: panes.gutter.width + panes.text.width, ..panes.gutter };
            buffer.set_style(rows, theme.selected);
        }
        y += height;
    }
    if tab.is_scrolled() {
        draw_scrollbar(buffer, panes.scrollbar(), tab, &page, theme);
    }
}

/// Draws the text of the messages without the gutter, from the first column to the last.
pub(super) fn draw_plain_text(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) {
    let size = crate::app::view::viewport::Size { columns: usize::from(area.width), lines: usize::from(area.height) };
    let page = app.tab().page(size);
    let mut y = 0;
    for rendered in &page.rows {
        for screen_line in rendered.lines() {
            if let ScreenLine::Text(range) = screen_line {
                let glyphs = rendered.layout.row.glyphs().get(range).unwrap_or_default();
                draw_glyphs(
                    buffer,
                    line(area, y),
                    &rendered.layout.row,
                    glyphs,
                    &|_| theme.of(rendered.view.kind).text,
                    theme,
                );
            }
            y += 1;
        }
    }
}

fn draw_gutter(
    buffer: &mut Buffer,
    area: Rect,
    (tab, rendered): (&Tab, &RenderedRow<'_>),
    time: TimestampFormat,
    theme: &ResolvedTheme,
) {
    let words = if time == TimestampFormat::Delta && area.width >= 11 {
        format_delta(rendered.previous_time, rendered.view.at)
    } else {
        format_time(rendered.view.at, area.width)
    };
    draw_words(buffer, area, &words, theme.time);
    let sign_area = Rect { x: area.right() - 2, width: 2, ..area };
    let (sign, style) = gutter_sign(tab, rendered, theme);
    draw_words(buffer, sign_area, sign, style);
}

/// Returns the sign of the sender; for sent rows, it also shows the state of delivery.
fn gutter_sign(tab: &Tab, rendered: &RenderedRow<'_>, theme: &ResolvedTheme) -> (&'static str, Style) {
    let row_style = theme.of(rendered.view.kind);
    match tab.delivery_shown(rendered.item.first, rendered.item.last) {
        Delivery::Sent => (row_style.sign, row_style.sign_style),
        Delivery::Unacknowledged => (row_style.sign, theme.hint),
        Delivery::Waiting => ("◌", theme.mark),
        Delivery::NotSent | Delivery::PartlySent => ("✗", theme.error.sign_style),
    }
}

fn draw_row(
    buffer: &mut Buffer,
    panes: &Panes,
    mut y: u16,
    (tab, rendered): (&Tab, &RenderedRow<'_>),
    theme: &ResolvedTheme,
) {
    let highlights = tab.highlights(rendered);
    let row = &rendered.layout.row;
    let theme = &theme_of(rendered, theme);
    let styles = RowStyles::new(rendered, &highlights, theme);
    let is_hex = tab.view_options().view == ByteView::Hex;
    // The escaped and hex views keep the order of the bytes.
    let bidi = rendered
        .layout
        .bidi
        .get_or_init(|| Some(row).filter(|_| tab.view_options().view == ByteView::Text).and_then(Bidi::of));
    let indent = u16::try_from(rendered.indent).unwrap_or(0).min(panes.text.width);
    for (index, screen_line) in rendered.lines().enumerate() {
        let indent = if index == 0 && rendered.has_first_line() { 0 } else { indent };
        let text_line = line(panes.text, y);
        let text_area = Rect { x: text_line.x + indent, width: text_line.width - indent, ..text_line };
        match screen_line {
            ScreenLine::Text(_) if rendered.view.kind == RowKind::Separator => {
                draw_row_as_rule(buffer, panes.full_line(y), row, &styles, theme);
            }
            ScreenLine::Text(range) => {
                if let Some(visual) = bidi.as_ref().and_then(|bidi| bidi.line(row, trim_trailing_blanks(row, &range))) {
                    draw_bidi(buffer, text_area, row, &visual, &|glyph| styles.of(glyph), theme);
                } else {
                    let glyphs = row.glyphs().get(range.clone()).unwrap_or_default();
                    draw_glyphs(buffer, text_area, row, glyphs, &|index| styles.of(range.start + index), theme);
                    if is_hex {
                        dim_hex_frame(buffer, text_area, row, glyphs, theme);
                    }
                }
            }
            ScreenLine::DateSeparator(at) => {
                draw_rule(buffer, panes.full_line(y), &at.format_date_long(), theme.rule_day);
            }
            ScreenLine::UnreadSeparator => draw_rule(buffer, panes.full_line(y), "unread", theme.rule_unread),
        }
        y += 1;
    }
}

/// Returns the theme for a row. The mark of a row that replaces blank lines is drawn in the style of folds.
fn theme_of<'a>(rendered: &RenderedRow<'_>, theme: &'a ResolvedTheme) -> Cow<'a, ResolvedTheme> {
    let is_fold = rendered.item.rows > 1 && rendered.view.bytes.is_empty();
    if is_fold { Cow::Owned(theme.with_mark(theme.fold)) } else { Cow::Borrowed(theme) }
}

/// Dims the offsets and rules of a hex dump, so that the bytes stand out.
fn dim_hex_frame(buffer: &mut Buffer, area: Rect, row: &Row, glyphs: &[Glyph], theme: &ResolvedTheme) {
    let marks = glyphs.iter().take_while(|glyph| glyph.kind == GlyphKind::Mark).count();
    let is_rule = glyphs.first().is_some_and(|glyph| row.text_of(glyph) == "─");
    let (style, width) = if is_rule {
        (theme.rule_day, area.width)
    } else {
        (theme.time, u16::try_from(marks).unwrap_or(area.width).min(area.width))
    };
    buffer.set_style(Rect { width, ..area }, style);
}

/// Removes the blanks at the end of a line. They may extend past the edge, and in right-to-left text, where they are
/// drawn first, they would push as many letters off the screen.
fn trim_trailing_blanks(row: &Row, line: &Range<usize>) -> Range<usize> {
    let glyphs = row.glyphs().get(line.clone()).unwrap_or_default();
    let hanging = glyphs.iter().rev().take_while(|glyph| glyph.kind == GlyphKind::Blank).count();
    line.start..line.end - hanging
}

/// The style of each glyph of a row, without the peer's own colours.
struct RowStyles<'a> {
    base: Style,
    highlights: &'a Highlights,
    theme: &'a ResolvedTheme,
}

impl<'a> RowStyles<'a> {
    fn new(rendered: &RenderedRow<'_>, highlights: &'a Highlights, theme: &'a ResolvedTheme) -> Self {
        let base = if highlights.is_notice { theme.peer_notice } else { theme.of(rendered.view.kind).text };
        Self { base, highlights, theme }
    }

    fn of(&self, glyph: usize) -> Style {
        let Some(kinds) = self.highlights.kinds_at(glyph) else { return self.base };
        kinds.fold(self.base, |style, kind| match kind {
            HighlightKind::Nick => style.patch(self.theme.nick(self.highlights.nick)),
            HighlightKind::Link => style.patch(self.theme.link),
            HighlightKind::Mention => style.patch(self.theme.mention),
            HighlightKind::SearchHit => style.patch(self.theme.hit),
            HighlightKind::CurrentHit => style.patch(self.theme.hit_here),
        })
    }
}

/// Draws a line across the pane with words in it.
fn draw_rule(buffer: &mut Buffer, area: Rect, words: &str, style: Style) {
    let x = draw_words(buffer, area, &format!("── {words} "), style);
    let rest = usize::from(area.right() - x);
    draw_words(buffer, Rect { x, width: area.right() - x, ..area }, &"─".repeat(rest), style);
}

/// Draws a row as a line across the pane. Search matches in it are highlighted as in any other row.
fn draw_row_as_rule(buffer: &mut Buffer, area: Rect, row: &Row, styles: &RowStyles<'_>, theme: &ResolvedTheme) {
    draw_rule(buffer, area, row.text(), styles.base);
    let words = Rect { x: area.x + 3.min(area.width), width: area.width.saturating_sub(3), ..area };
    draw_glyphs(buffer, words, row, row.glyphs(), &|glyph| styles.of(glyph), theme);
}

/// Draws the scrollbar. The length of the thumb is the page's share of all rows.
fn draw_scrollbar(buffer: &mut Buffer, area: Rect, tab: &Tab, page: &ScreenPage<'_>, theme: &ResolvedTheme) {
    let (Some(Position { row: top, .. }), Some(last)) = (page.top(), page.last()) else { return };
    let (above, on_page, total) = tab.scroll_extent(top, last);
    let height = u64::from(area.height);
    let total = total.max(1);
    let length = (on_page * height / total).clamp(1, height);
    let start = (above * height / total).min(height - length);
    for (index, y) in (0..height).zip(area.top()..area.bottom()) {
        let is_thumb = (start..start + length).contains(&index);
        let (sign, style) = if is_thumb { ("█", theme.thumb) } else { ("│", theme.track) };
        draw_words(buffer, Rect { y, height: 1, ..area }, sign, style);
    }
}

const fn line(area: Rect, n: u16) -> Rect {
    Rect { y: area.y + n, height: 1, ..area }
}

/// Formats the time of day, as precisely as fits into a gutter of this width.
fn format_time(at: LocalTime, width: u16) -> String {
    let (hours, minutes, seconds) = at.clock();
    match width {
        15.. => at.clock_with_millis(),
        11.. => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        8.. => format!("{hours:02}:{minutes:02}"),
        _ => String::new(),
    }
}

/// Formats the time since the previous row: `+0.250`, `+5m03s`, `+2h00m`, right-aligned in eight columns.
fn format_delta(previous: Option<LocalTime>, at: LocalTime) -> String {
    let Some(previous) = previous else { return String::new() };
    // 0 if the clock was set back.
    let elapsed = at.0.saturating_sub(previous.0);
    let (seconds, millis) = (elapsed / 1000, elapsed % 1000);
    let words = match seconds {
        0..100 => format!("+{seconds}.{millis:03}"),
        100..6000 => format!("+{}m{:02}s", seconds / 60, seconds % 60),
        6000..360_000 => format!("+{}h{:02}m", seconds / 3600, seconds / 60 % 60),
        _ => format!("+{}d", seconds / 86_400),
    };
    format!("{words:>8}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_deltas_are_right_aligned_in_eight_columns() {
        for (before, at, words) in [
            (0, 0, "  +0.000"),
            (0, 250, "  +0.250"),
            (1000, 13_300, " +12.300"),
            (0, 303_000, "  +5m03s"),
            (0, 5_999_000, " +99m59s"),
            (0, 7_200_000, "  +2h00m"),
            (0, 400_000_000, "     +4d"),
            (5000, 1000, "  +0.000"),
        ] {
            assert_eq!(format_delta(Some(LocalTime(before)), LocalTime(at)), words);
        }
        assert_eq!(format_delta(None, LocalTime(5)), "");
    }

    #[test]
    fn gutter_width_follows_the_time_format_and_the_screen() {
        for (screen_width, time, width) in [
            (100, TimestampFormat::Off, 2),
            (100, TimestampFormat::Minutes, 8),
            (100, TimestampFormat::Seconds, 11),
            (100, TimestampFormat::Delta, 11),
            (100, TimestampFormat::Millis, 15),
            (40, TimestampFormat::Millis, 8),
            (20, TimestampFormat::Millis, 2),
        ] {
            assert_eq!(gutter_width(screen_width, time), width);
        }
    }
}
