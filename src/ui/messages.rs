//! The messages: a gutter that says when and who, and the text.

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

/// Columns from which on there is room for a time of eight columns and more, and of five.
const WIDE_MIN_COLUMNS: u16 = 50;
const MEDIUM_MIN_COLUMNS: u16 = 34;

/// Columns of the gutter on a screen of this width: time, sign, and a blank after each.
pub(super) const fn gutter_width(screen: u16, time: TimestampFormat) -> u16 {
    let wanted = match time {
        TimestampFormat::Off => 0,
        TimestampFormat::Minutes => 6,
        TimestampFormat::Seconds | TimestampFormat::Delta => 9,
        TimestampFormat::Millis => 13,
    };
    let room = match screen {
        WIDE_MIN_COLUMNS.. => 13,
        MEDIUM_MIN_COLUMNS.. => 6,
        _ => 0,
    };
    2 + if wanted < room { wanted } else { room }
}

/// Draws the page the tab is at. A page that does not fill the screen stands at its top.
pub(super) fn draw(buffer: &mut Buffer, panes: &Panes, app: &App, theme: &ResolvedTheme) {
    let tab = app.tab();
    let page = tab.page(panes.viewport().messages);
    let mut y = 0;
    for block in &page.rows {
        if block.has_first_line() && !block.is_continuation && block.view.kind != RowKind::Separator {
            draw_gutter(buffer, line(panes.gutter, y), (tab, block), app.time(), theme);
        }
        let height = u16::try_from(block.height()).unwrap_or(u16::MAX);
        draw_block(buffer, panes, y, (tab, block), theme);
        if let Mode::Copy(pick) = app.mode()
            && pick.has_any(block.item.first, block.item.last)
        {
            let rows =
                Rect { y: panes.gutter.y + y, height, width: panes.gutter.width + panes.text.width, ..panes.gutter };
            buffer.set_style(rows, theme.selected);
        }
        y += height;
    }
    if tab.is_scrolled() {
        draw_position(buffer, panes.scrollbar(), tab, &page, theme);
    }
}

/// Draws the messages alone, from the first column to the last.
pub(super) fn draw_bare(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) {
    let size = crate::app::view::viewport::Size { columns: usize::from(area.width), lines: usize::from(area.height) };
    let page = app.tab().page(size);
    let mut y = 0;
    for block in &page.rows {
        for of_block in block.lines() {
            if let ScreenLine::Text(range) = of_block {
                let glyphs = block.layout.row.glyphs().get(range).unwrap_or_default();
                draw_glyphs(
                    buffer,
                    line(area, y),
                    &block.layout.row,
                    glyphs,
                    &|_| theme.of(block.view.kind).text,
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
    (tab, block): (&Tab, &RenderedRow<'_>),
    time: TimestampFormat,
    theme: &ResolvedTheme,
) {
    let words = if time == TimestampFormat::Delta && area.width >= 11 {
        format_delta(block.previous_time, block.view.at)
    } else {
        format_time(block.view.at, area.width)
    };
    draw_words(buffer, area, &words, theme.time);
    let place = Rect { x: area.right() - 2, width: 2, ..area };
    let (sign, style) = gutter_marker(tab, block, theme);
    draw_words(buffer, place, sign, style);
}

/// The sign that says who speaks, or, of what we said ourselves, whether it has arrived.
fn gutter_marker(tab: &Tab, block: &RenderedRow<'_>, theme: &ResolvedTheme) -> (&'static str, Style) {
    let look = theme.of(block.view.kind);
    match tab.delivery_shown(block.item.first, block.item.last) {
        Delivery::Sent => (look.sign, look.sign_style),
        Delivery::Unacknowledged => (look.sign, theme.hint),
        Delivery::Waiting => ("◌", theme.mark),
        Delivery::NotSent | Delivery::PartlySent => ("✗", theme.error.sign_style),
    }
}

fn draw_block(
    buffer: &mut Buffer,
    panes: &Panes,
    mut y: u16,
    (tab, block): (&Tab, &RenderedRow<'_>),
    theme: &ResolvedTheme,
) {
    let accents = tab.highlights(block);
    let row = &block.layout.row;
    let theme = &theme_of(block, theme);
    let looks = RowStyles::new(block, &accents, theme);
    let is_hex = tab.view_options().view == ByteView::Hex;
    // Where every byte counts they stand in the order they were sent in.
    let bidi = block
        .layout
        .bidi
        .get_or_init(|| Some(row).filter(|_| tab.view_options().view == ByteView::Text).and_then(Bidi::of));
    let indent = u16::try_from(block.indent).unwrap_or(0).min(panes.text.width);
    for (n, of_block) in block.lines().enumerate() {
        let indent = if n == 0 && block.has_first_line() { 0 } else { indent };
        let place = line(panes.text, y);
        let place = Rect { x: place.x + indent, width: place.width - indent, ..place };
        match of_block {
            ScreenLine::Text(_) if block.view.kind == RowKind::Separator => {
                draw_row_as_rule(buffer, panes.full_line(y), row, &looks, theme);
            }
            ScreenLine::Text(range) => {
                if let Some(placed) = bidi.as_ref().and_then(|bidi| bidi.line(row, trim_trailing_blanks(row, &range))) {
                    draw_bidi(buffer, place, row, &placed, &|at| looks.of(at), theme);
                } else {
                    let glyphs = row.glyphs().get(range.clone()).unwrap_or_default();
                    draw_glyphs(buffer, place, row, glyphs, &|at| looks.of(range.start + at), theme);
                    if is_hex {
                        dim_hex_frame(buffer, place, row, glyphs, theme);
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

/// The theme for a row: words in the place of several rows are no marks of bytes.
fn theme_of<'a>(block: &RenderedRow<'_>, theme: &'a ResolvedTheme) -> Cow<'a, ResolvedTheme> {
    let stands_for_blanks = block.item.rows > 1 && block.view.bytes.is_empty();
    if stands_for_blanks { Cow::Owned(theme.with_mark(theme.fold)) } else { Cow::Borrowed(theme) }
}

/// In a dump the offsets and the rules stand back behind the bytes.
fn dim_hex_frame(buffer: &mut Buffer, area: Rect, row: &Row, glyphs: &[Glyph], theme: &ResolvedTheme) {
    let marks = glyphs.iter().take_while(|glyph| glyph.kind == GlyphKind::Mark).count();
    let is_rule = glyphs.first().is_some_and(|glyph| row.text_of(glyph) == "─");
    let (style, width) = if is_rule { (theme.rule_day, area.width) } else { (theme.time, fitting(marks, area.width)) };
    buffer.set_style(Rect { width, ..area }, style);
}

fn fitting(columns: usize, width: u16) -> u16 {
    u16::try_from(columns).unwrap_or(width).min(width)
}

/// A line without the blanks at its end. These may hang over the edge, and where they come first, as they do in text from
/// right to left, they would push out as many letters.
fn trim_trailing_blanks(row: &Row, line: &Range<usize>) -> Range<usize> {
    let glyphs = row.glyphs().get(line.clone()).unwrap_or_default();
    let hanging = glyphs.iter().rev().take_while(|glyph| glyph.kind == GlyphKind::Blank).count();
    line.start..line.end - hanging
}

/// What each glyph of a row looks like, before the peer's own colours.
struct RowStyles<'a> {
    base: Style,
    accents: &'a Highlights,
    theme: &'a ResolvedTheme,
}

impl<'a> RowStyles<'a> {
    fn new(block: &RenderedRow<'_>, accents: &'a Highlights, theme: &'a ResolvedTheme) -> Self {
        let base = if accents.is_notice { theme.peer_notice } else { theme.of(block.view.kind).text };
        Self { base, accents, theme }
    }

    fn of(&self, glyph: usize) -> Style {
        let Some(accents) = self.accents.kinds_at(glyph) else { return self.base };
        accents.fold(self.base, |style, accent| match accent {
            HighlightKind::Nick => style.patch(self.theme.nick(self.accents.nick)),
            HighlightKind::Link => style.patch(self.theme.link),
            HighlightKind::Mention => style.patch(self.theme.mention),
            HighlightKind::SearchHit => style.patch(self.theme.hit),
            HighlightKind::CurrentHit => style.patch(self.theme.hit_here),
        })
    }
}

/// A line across the pane with words in it.
fn draw_rule(buffer: &mut Buffer, area: Rect, words: &str, style: Style) {
    let x = draw_words(buffer, area, &format!("── {words} "), style);
    let rest = usize::from(area.right() - x);
    draw_words(buffer, Rect { x, width: area.right() - x, ..area }, &"─".repeat(rest), style);
}

/// A row that is a rule. What was searched for stands out in it as in any other.
fn draw_row_as_rule(buffer: &mut Buffer, area: Rect, row: &Row, looks: &RowStyles<'_>, theme: &ResolvedTheme) {
    draw_rule(buffer, area, row.text(), looks.base);
    let words = Rect { x: area.x + 3.min(area.width), width: area.width.saturating_sub(3), ..area };
    draw_glyphs(buffer, words, row, row.glyphs(), &|at| looks.of(at), theme);
}

/// Where in all there is the page is: a thumb in the last column, as long as its share.
fn draw_position(buffer: &mut Buffer, area: Rect, tab: &Tab, page: &ScreenPage<'_>, theme: &ResolvedTheme) {
    let (Some(Position { row: top, .. }), Some(last)) = (page.top(), page.last()) else { return };
    let (above, on_page, all) = tab.scroll_extent(top, last);
    let height = u64::from(area.height);
    let all = all.max(1);
    let length = (on_page * height / all).clamp(1, height);
    let start = (above * height / all).min(height - length);
    for (n, y) in (0..height).zip(area.top()..area.bottom()) {
        let is_thumb = (start..start + length).contains(&n);
        let (sign, style) = if is_thumb { ("█", theme.thumb) } else { ("│", theme.track) };
        draw_words(buffer, Rect { y, height: 1, ..area }, sign, style);
    }
}

const fn line(area: Rect, n: u16) -> Rect {
    Rect { y: area.y + n, height: 1, ..area }
}

/// The time of day as far as it fits into a gutter of this width.
fn format_time(at: LocalTime, width: u16) -> String {
    let (hours, minutes, seconds) = at.clock();
    match width {
        15.. => at.clock_with_millis(),
        11.. => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        8.. => format!("{hours:02}:{minutes:02}"),
        _ => String::new(),
    }
}

/// How long after the row before: `+0.250`, `+12.3 s`, `+5m03s`, in eight columns at most.
fn format_delta(before: Option<LocalTime>, at: LocalTime) -> String {
    let Some(before) = before else { return String::new() };
    // A clock that was set back is no time that has passed.
    let span = at.0.saturating_sub(before.0);
    let (seconds, millis) = (span / 1000, span % 1000);
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
    fn spans_fit_the_gutter_and_stand_right() {
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
    fn the_gutter_has_the_time_that_was_asked_for_where_there_is_room() {
        for (screen, time, width) in [
            (100, TimestampFormat::Off, 2),
            (100, TimestampFormat::Minutes, 8),
            (100, TimestampFormat::Seconds, 11),
            (100, TimestampFormat::Delta, 11),
            (100, TimestampFormat::Millis, 15),
            (40, TimestampFormat::Millis, 8),
            (20, TimestampFormat::Millis, 2),
        ] {
            assert_eq!(gutter_width(screen, time), width);
        }
    }
}
