//! The line being written, or whatever is typed in its place.

use super::ResolvedTheme;
use super::glyphs::{draw_glyphs, draw_words, text_width, truncate};
use super::status_line::playback;
use crate::app::input::history::search::HistorySearch;
use crate::app::{App, LineEditor, LinkState, Mode, WriteSide};
use crate::text::{self, Glyph, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation as _;

/// Columns of the sign before each line.
const MARKER_COLUMNS: u16 = 2;

/// Columns there are for the draft.
pub(super) const fn columns(area: Rect) -> usize {
    area.width.saturating_sub(MARKER_COLUMNS) as usize
}

/// Lines there are to be for it on a screen of this size: as many as it has, up to a third of the screen.
pub(super) fn height(screen: Rect, app: &App) -> u16 {
    if matches!(app.mode(), Mode::HiddenLine | Mode::HistorySearch | Mode::Search) || app.start_page().is_some() {
        return 1;
    }
    let lines = app.tab().line_editor().layout(columns(screen)).lines();
    u16::try_from(lines).unwrap_or(u16::MAX).min(screen.height / 3).max(1)
}

/// Draws what is typed, and says where the cursor is.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) -> Position {
    match (app.mode(), app.secret(), app.history_search(), app.tab().search()) {
        (Mode::HiddenLine, Some(secret), ..) => draw_secret(buffer, area, secret.counts(), theme),
        (Mode::HistorySearch, _, Some(finder), _) => draw_find(buffer, area, finder, theme),
        (Mode::Search, .., Some(search)) => draw_search(buffer, area, search.prompt(), theme),
        _ => match app.start_page() {
            Some(start) => draw_start(buffer, area, start.prompt(), theme),
            None => draw_draft(buffer, area, app, theme),
        },
    }
}

/// Draws what is typed on the start page.
fn draw_start(buffer: &mut Buffer, area: Rect, typed: &LineEditor, theme: &ResolvedTheme) -> Position {
    let x = draw_words(buffer, area, "› ", theme.prompt_sign);
    let area = Rect { x, width: area.right() - x, ..area };
    if typed.text().is_empty() {
        let fits = |hint: &&&str| text_width(hint) < usize::from(area.width);
        draw_words(buffer, area, START_HINTS.iter().find(fits).copied().unwrap_or_default(), theme.hint);
        return area.as_position();
    }
    draw_line(buffer, area, (typed.text(), typed.cursor()), &|_| Style::new(), theme)
}

const START_HINTS: [&str; 3] = [
    "Type a part of a name, an address such as 127.0.0.1:12345, or a /command",
    "Type a name or an address: HOST:PORT",
    "HOST:PORT",
];

/// Draws the draft, as much of it as fits around the cursor. Each line that will be sent as one has the sign before it.
fn draw_draft(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) -> Position {
    let tab = app.tab();
    let sign = if matches!(tab.link(), LinkState::Open { .. }) { theme.prompt_sign } else { theme.hint };
    let draft = tab.line_editor();
    if draft.text().is_empty() {
        let x = draw_words(buffer, area, "› ", sign);
        let area = Rect { x, width: area.right() - x, ..area };
        let hint = app
            .replay()
            .map_or_else(|| hint(tab.link()).to_owned(), |replay| playback::hint(replay, area.width.into()));
        let hint = hint.as_str();
        if text_width(hint) < usize::from(area.width) {
            draw_words(buffer, area, hint, theme.hint);
        }
        return area.as_position();
    }
    let layout = draft.layout(columns(area));
    let place = layout.place(draft.cursor());
    let top = top(place.line, layout.lines(), usize::from(area.height));
    let mut row = Row::default();
    for (y, line) in (area.top()..area.bottom()).zip(top..layout.lines()) {
        let line_area = Rect { y, height: 1, ..area };
        let (above, below) = (line == top && top > 0, y + 1 == area.bottom() && line + 1 < layout.lines());
        let words = match (above, below) {
            (true, _) => "↑ ",
            (_, true) => "↓ ",
            _ if layout.begins_line(line) => "› ",
            _ => "",
        };
        draw_words(buffer, line_area, words, if above || below { theme.hint } else { sign });
        // The same eyes as for what a peer sends: a pasted escape shows as a mark, not as what it would do.
        layout.row(line, &mut row);
        let text = Rect { x: area.x + MARKER_COLUMNS, width: area.width - MARKER_COLUMNS, ..line_area };
        draw_glyphs(buffer, text, &row, row.glyphs(), &|_| Style::new(), theme);
    }
    let column = u16::try_from(place.column).unwrap_or(u16::MAX).min(area.width - MARKER_COLUMNS - 1);
    let line = u16::try_from(place.line - top).unwrap_or(0);
    Position { x: area.x + MARKER_COLUMNS + column, y: area.y + line }
}

/// The column of the screen that a byte of the draft stands in.
pub(super) fn column_of(area: Rect, draft: &LineEditor, offset: usize) -> u16 {
    let column = draft.layout(columns(area)).place(offset).column;
    area.x + MARKER_COLUMNS + u16::try_from(column).unwrap_or(u16::MAX).min(area.width - MARKER_COLUMNS)
}

/// The first line shown of so many, so that the cursor's is among them. It moves by half the height, so that the text does
/// not move with each line one goes.
fn top(cursor: usize, lines: usize, height: usize) -> usize {
    let step = (height / 2).max(1);
    let over = (cursor + 1).saturating_sub(height);
    (over.div_ceil(step) * step).min(lines.saturating_sub(height))
}

/// Draws what is searched for in the place of the draft.
fn draw_search(buffer: &mut Buffer, area: Rect, typed: &LineEditor, theme: &ResolvedTheme) -> Position {
    let x = draw_words(buffer, area, "? ", theme.prompt_sign);
    let area = Rect { x, width: area.right() - x, ..area };
    if typed.text().is_empty() {
        draw_words(buffer, area, &truncate(SEARCH_HINT, usize::from(area.width)), theme.hint);
        return area.as_position();
    }
    draw_line(buffer, area, (typed.text(), typed.cursor()), &|_| Style::new(), theme)
}

const SEARCH_HINT: &str = "Search: Up and Down go from hit to hit, Enter stays, Esc goes back";

/// Draws what is searched for in the history, and the line that was found, the cursor behind the former.
fn draw_find(buffer: &mut Buffer, area: Rect, finder: &HistorySearch, theme: &ResolvedTheme) -> Position {
    // At least half of the line is for what was found.
    let query = text_tail(finder.query(), usize::from(area.width / 2).saturating_sub(4));
    let x = draw_words(buffer, area, &format!("({query}"), theme.prompt_sign);
    let cursor = Position { x, y: area.y };
    let x = draw_words(buffer, Rect { x, width: area.right() - x, ..area }, ") ", theme.prompt_sign);
    let hit = finder.hit().map_or(0..0, |hit| hit.range.clone());
    let style = |glyph: &Glyph| if hit.contains(&(glyph.source as usize)) { theme.hit_here } else { Style::new() };
    let mut row = Row::default();
    text::decode_plain(finder.text().as_bytes(), &mut row);
    let mut area = Rect { x, width: area.right() - x, ..area };
    let glyphs = window_around(&row, &hit, usize::from(area.width));
    let (first, last) = (row.glyphs().first(), row.glyphs().last());
    if glyphs.first().map(|glyph| glyph.source) != first.map(|glyph| glyph.source) {
        let x = draw_words(buffer, area, "…", theme.hint);
        area = Rect { x, width: area.right() - x, ..area };
    }
    if glyphs.last().map(|glyph| glyph.source) != last.map(|glyph| glyph.source) {
        area.width = area.width.saturating_sub(1);
        draw_words(buffer, Rect { x: area.right(), width: 1, ..area }, "…", theme.hint);
    }
    draw_glyphs(buffer, area, &row, glyphs, &|at| glyphs.get(at).map_or(Style::new(), style), theme);
    cursor
}

/// The glyphs to show in `width` columns so that the hit is among them, with a column left free on each side that is cut.
fn window_around<'a>(row: &'a Row, hit: &Range<usize>, width: usize) -> &'a [Glyph] {
    if row.columns() <= width {
        return row.glyphs();
    }
    let width = width.saturating_sub(2);
    let columns_to = |to: usize| -> usize {
        let before = row.glyphs().iter().take_while(|glyph| (glyph.source as usize) < to);
        before.map(|glyph| usize::from(glyph.columns)).sum()
    };
    let (start, end) = (columns_to(hit.start), columns_to(hit.end));
    // More of the line is read behind the hit than before it.
    let lead = width.saturating_sub(end - start) / 3;
    let hidden = start.saturating_sub(lead).min(row.columns() - width);
    let first = skipped(row.glyphs(), hidden);
    let shown = row.glyphs().get(first..).unwrap_or_default();
    let mut left = width;
    let fits = |glyph: &&Glyph| {
        let fits = usize::from(glyph.columns) <= left;
        left = left.saturating_sub(usize::from(glyph.columns));
        fits
    };
    let count = shown.iter().take_while(fits).count();
    shown.get(..count).unwrap_or_default()
}

/// The end of words, if they are too wide.
fn text_tail(words: &str, width: usize) -> String {
    if text_width(words) <= width {
        return words.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |cluster: &&str| {
        let fits = text_width(cluster) <= left;
        left = left.saturating_sub(text_width(cluster));
        fits
    };
    let len: usize = words.graphemes(true).rev().take_while(fits).map(str::len).sum();
    format!("…{}", words.get(words.len() - len..).unwrap_or_default())
}

/// Draws a dot for each of so many characters, the cursor behind so many of them.
fn draw_secret(buffer: &mut Buffer, area: Rect, (count, before): (usize, usize), theme: &ResolvedTheme) -> Position {
    let x = draw_words(buffer, area, "• ", theme.prompt_sign);
    let area = Rect { x, width: area.right() - x, ..area };
    let width = usize::from(area.width).max(1);
    // Page by page: dots look all the same.
    let first = before / width * width;
    draw_words(buffer, area, &"•".repeat(count.saturating_sub(first).min(width)), theme.sent.text);
    if count == 0 {
        draw_words(buffer, area, &truncate("A secret line", width), theme.hint);
    }
    Position { x: area.x + u16::try_from(before - first).unwrap_or(0), y: area.y }
}

/// Draws one line, as much of it as fits around the cursor, and says where that is.
fn draw_line(
    buffer: &mut Buffer,
    area: Rect,
    (line, cursor): (&str, usize),
    style: &dyn Fn(usize) -> Style,
    theme: &ResolvedTheme,
) -> Position {
    let mut row = Row::default();
    text::decode_plain(line.as_bytes(), &mut row);
    let (glyphs, cursor) = window(&row, cursor, usize::from(area.width));
    draw_glyphs(buffer, area, &row, glyphs, style, theme);
    Position { x: area.x + u16::try_from(cursor).unwrap_or(0).min(area.width - 1), y: area.y }
}

/// The glyphs to show in `width` columns so that the cursor is among them, and the cursor's column there.
///
/// The window moves by half its width, so that typing does not shift the text with each key.
fn window(row: &Row, cursor: usize, width: usize) -> (&[Glyph], usize) {
    let before = |glyph: &&Glyph| (glyph.source as usize) < cursor;
    let cursor_column: usize = row.glyphs().iter().take_while(before).map(|g| usize::from(g.columns)).sum();
    let step = (width / 2).max(1);
    let hidden = match (cursor_column + 1).checked_sub(width) {
        None | Some(0) => 0,
        Some(over) => over.div_ceil(step) * step,
    };
    let first = skipped(row.glyphs(), hidden);
    let left: usize = row.glyphs().iter().take(first).map(|glyph| usize::from(glyph.columns)).sum();
    (row.glyphs().get(first..).unwrap_or_default(), cursor_column.saturating_sub(left))
}

/// How many glyphs have to go so that this many columns are gone, or one more.
fn skipped(glyphs: &[Glyph], columns: usize) -> usize {
    let mut gone = 0;
    let goes = |glyph: &&Glyph| {
        let goes = gone < columns;
        gone += usize::from(glyph.columns);
        goes
    };
    glyphs.iter().take_while(goes).count()
}

const fn hint(link: &LinkState) -> &'static str {
    match link {
        LinkState::Open { outgoing: WriteSide::Closing | WriteSide::Closed, .. } => "Half-closed, /close closes",
        LinkState::Open { .. } => "Write a line, Enter sends it",
        LinkState::Opening(_) => "Connecting, Esc stops",
        LinkState::Idle => "/connect HOST:PORT",
        LinkState::Waiting(_) => "Enter connects now, Esc stops",
        LinkState::Closed { .. } => "Enter reconnects",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(draft: &str, cursor: usize, width: usize) -> (String, usize) {
        let mut row = Row::default();
        text::decode(draft.as_bytes(), &mut row);
        let (glyphs, column) = window(&row, cursor, width);
        (glyphs.iter().map(|g| row.text_of(g)).collect(), column)
    }

    #[test]
    fn a_short_draft_stands_still() {
        assert_eq!(shown("hello", 5, 10), ("hello".into(), 5));
        assert_eq!(shown("hello", 0, 10), ("hello".into(), 0));
        assert_eq!(shown("123456789", 9, 10), ("123456789".into(), 9));
    }

    #[test]
    fn a_long_one_moves_by_half_the_width() {
        assert_eq!(shown("0123456789", 10, 10), ("56789".into(), 5));
        assert_eq!(shown("0123456789abcd", 14, 10), ("56789abcd".into(), 9));
        assert_eq!(shown("0123456789abcde", 15, 10), ("abcde".into(), 5));
        assert_eq!(shown("0123456789abcde", 3, 10), ("0123456789abcde".into(), 3));
    }

    #[test]
    fn wide_characters_count_as_two() {
        assert_eq!(shown("漢字漢字漢字", 6, 10), ("漢字漢字漢字".into(), 4));
        let (text, column) = shown("漢字漢字漢字", 18, 10);
        assert_eq!((text.as_str(), column), ("字漢字", 6));
    }
}
