//! The input: the draft, or the line typed instead of it in a mode.

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

/// Columns of the prompt sign before each line.
const PROMPT_COLUMNS: u16 = 2;

/// Returns the columns available for the draft.
pub(super) const fn columns(area: Rect) -> usize {
    area.width.saturating_sub(PROMPT_COLUMNS) as usize
}

/// Returns the height of the input: that of the draft, up to a third of the screen.
pub(super) fn height(screen: Rect, app: &App) -> u16 {
    if matches!(app.mode(), Mode::HiddenLine | Mode::HistorySearch | Mode::Search) || app.start_page().is_some() {
        return 1;
    }
    let lines = app.tab().line_editor().layout(columns(screen)).lines();
    u16::try_from(lines).unwrap_or(u16::MAX).min(screen.height / 3).max(1)
}

/// Draws the input and returns the position of the cursor.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) -> Position {
    match (app.mode(), app.hidden_line(), app.history_search(), app.tab().search()) {
        (Mode::HiddenLine, Some(secret), ..) => draw_secret(buffer, area, secret.counts(), theme),
        (Mode::HistorySearch, _, Some(search), _) => draw_history_search(buffer, area, search, theme),
        (Mode::Search, .., Some(search)) => draw_search(buffer, area, search.prompt(), theme),
        _ => match app.start_page() {
            Some(start) => draw_start(buffer, area, start.prompt(), theme),
            None => draw_draft(buffer, area, app, theme),
        },
    }
}

/// Draws the input of the start page.
fn draw_start(buffer: &mut Buffer, area: Rect, editor: &LineEditor, theme: &ResolvedTheme) -> Position {
    let x = draw_words(buffer, area, "› ", theme.prompt_sign);
    let area = Rect { x, width: area.right() - x, ..area };
    if editor.text().is_empty() {
        let fits = |hint: &&&str| text_width(hint) < usize::from(area.width);
        draw_words(buffer, area, START_HINTS.iter().find(fits).copied().unwrap_or_default(), theme.hint);
        return area.as_position();
    }
    draw_line(buffer, area, (editor.text(), editor.cursor()), &|_| Style::new(), theme)
}

const START_HINTS: [&str; 3] =
    ["Type an address (host:port), part of a name, or a /command", "Type a name or HOST:PORT", "HOST:PORT"];

/// Draws the lines of the draft around the cursor. The prompt sign marks where a line to send begins.
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
        if text_width(&hint) < usize::from(area.width) {
            draw_words(buffer, area, &hint, theme.hint);
        }
        return area.as_position();
    }
    let layout = draft.layout(columns(area));
    let cursor = layout.place(draft.cursor());
    let top = first_visible_line(cursor.line, layout.lines(), usize::from(area.height));
    let mut row = Row::default();
    for (y, line) in (area.top()..area.bottom()).zip(top..layout.lines()) {
        let line_area = Rect { y, height: 1, ..area };
        let (has_more_above, has_more_below) =
            (line == top && top > 0, y + 1 == area.bottom() && line + 1 < layout.lines());
        let line_sign = match (has_more_above, has_more_below) {
            (true, _) => "↑ ",
            (_, true) => "↓ ",
            _ if layout.begins_line(line) => "› ",
            _ => "",
        };
        draw_words(buffer, line_area, line_sign, if has_more_above || has_more_below { theme.hint } else { sign });
        // Decoded like received text, so that a pasted escape sequence is shown as a mark.
        layout.row(line, &mut row);
        let text_area = Rect { x: area.x + PROMPT_COLUMNS, width: area.width - PROMPT_COLUMNS, ..line_area };
        draw_glyphs(buffer, text_area, &row, row.glyphs(), &|_| Style::new(), theme);
    }
    let column = u16::try_from(cursor.column).unwrap_or(u16::MAX).min(area.width - PROMPT_COLUMNS - 1);
    let line = u16::try_from(cursor.line - top).unwrap_or(0);
    Position { x: area.x + PROMPT_COLUMNS + column, y: area.y + line }
}

/// Returns the screen column of a byte offset in the draft.
pub(super) fn column_of(area: Rect, draft: &LineEditor, offset: usize) -> u16 {
    let column = draft.layout(columns(area)).place(offset).column;
    area.x + PROMPT_COLUMNS + u16::try_from(column).unwrap_or(u16::MAX).min(area.width - PROMPT_COLUMNS)
}

/// Returns the first visible line of the draft, so that the cursor's line is visible.
///
/// It moves by half the height, so that the text does not scroll with every line the cursor moves.
fn first_visible_line(cursor: usize, lines: usize, height: usize) -> usize {
    let step = (height / 2).max(1);
    let hidden = (cursor + 1).saturating_sub(height);
    (hidden.div_ceil(step) * step).min(lines.saturating_sub(height))
}

/// Draws the pattern of the search.
fn draw_search(buffer: &mut Buffer, area: Rect, editor: &LineEditor, theme: &ResolvedTheme) -> Position {
    let x = draw_words(buffer, area, "? ", theme.prompt_sign);
    let area = Rect { x, width: area.right() - x, ..area };
    if editor.text().is_empty() {
        draw_words(buffer, area, &truncate(SEARCH_HINT, usize::from(area.width)), theme.hint);
        return area.as_position();
    }
    draw_line(buffer, area, (editor.text(), editor.cursor()), &|_| Style::new(), theme)
}

const SEARCH_HINT: &str = "Search: Up and Down select a match, Enter stays there, Esc goes back";

/// Draws the query of the history search and the line found. The cursor is after the query.
fn draw_history_search(buffer: &mut Buffer, area: Rect, search: &HistorySearch, theme: &ResolvedTheme) -> Position {
    // At least half of the line is for the line found.
    let query = text_tail(search.query(), usize::from(area.width / 2).saturating_sub(4));
    let x = draw_words(buffer, area, &format!("({query}"), theme.prompt_sign);
    let cursor = Position { x, y: area.y };
    let x = draw_words(buffer, Rect { x, width: area.right() - x, ..area }, ") ", theme.prompt_sign);
    let hit = search.hit().map_or(0..0, |hit| hit.range.clone());
    let style = |glyph: &Glyph| if hit.contains(&(glyph.source as usize)) { theme.hit_here } else { Style::new() };
    let mut row = Row::default();
    text::decode_plain(search.text().as_bytes(), &mut row);
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
    draw_glyphs(buffer, area, &row, glyphs, &|index| glyphs.get(index).map_or(Style::new(), style), theme);
    cursor
}

/// Returns the glyphs that fit into `width` columns around the match. A row that is cut leaves a column for `…` on each
/// side.
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
    // A third of the free columns goes before the match, the rest after it.
    let lead = width.saturating_sub(end - start) / 3;
    let hidden = start.saturating_sub(lead).min(row.columns() - width);
    let first = glyphs_to_skip(row.glyphs(), hidden);
    let shown = row.glyphs().get(first..).unwrap_or_default();
    let mut free = width;
    let fits = |glyph: &&Glyph| {
        let fits = usize::from(glyph.columns) <= free;
        free = free.saturating_sub(usize::from(glyph.columns));
        fits
    };
    let count = shown.iter().take_while(fits).count();
    shown.get(..count).unwrap_or_default()
}

/// Returns the end of a string that is too wide, with `…` before it.
fn text_tail(words: &str, width: usize) -> String {
    if text_width(words) <= width {
        return words.to_owned();
    }
    let mut free = width.saturating_sub(1);
    let fits = |cluster: &&str| {
        let fits = text_width(cluster) <= free;
        free = free.saturating_sub(text_width(cluster));
        fits
    };
    let len: usize = words.graphemes(true).rev().take_while(fits).map(str::len).sum();
    format!("…{}", words.get(words.len() - len..).unwrap_or_default())
}

/// Draws a dot for each character of a hidden line. `before` of them are before the cursor.
fn draw_secret(buffer: &mut Buffer, area: Rect, (count, before): (usize, usize), theme: &ResolvedTheme) -> Position {
    let x = draw_words(buffer, area, "• ", theme.prompt_sign);
    let area = Rect { x, width: area.right() - x, ..area };
    let width = usize::from(area.width).max(1);
    // Paged, as scrolling would not be visible with equal dots.
    let first = before / width * width;
    draw_words(buffer, area, &"•".repeat(count.saturating_sub(first).min(width)), theme.sent.text);
    if count == 0 {
        draw_words(buffer, area, &truncate("Hidden input", width), theme.hint);
    }
    Position { x: area.x + u16::try_from(before - first).unwrap_or(0), y: area.y }
}

/// Draws the part of a line around the cursor, and returns the position of the cursor.
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

/// Returns the glyphs from the first one to show in `width` columns, and the column of the cursor among them.
///
/// The window moves by half its width, so that the text does not shift with every key.
fn window(row: &Row, cursor: usize, width: usize) -> (&[Glyph], usize) {
    let before = |glyph: &&Glyph| (glyph.source as usize) < cursor;
    let cursor_column: usize = row.glyphs().iter().take_while(before).map(|g| usize::from(g.columns)).sum();
    let step = (width / 2).max(1);
    let hidden = match (cursor_column + 1).checked_sub(width) {
        None | Some(0) => 0,
        Some(excess) => excess.div_ceil(step) * step,
    };
    let first = glyphs_to_skip(row.glyphs(), hidden);
    let skipped: usize = row.glyphs().iter().take(first).map(|glyph| usize::from(glyph.columns)).sum();
    (row.glyphs().get(first..).unwrap_or_default(), cursor_column.saturating_sub(skipped))
}

/// Returns how many glyphs to skip to hide `columns` columns, or one more if a wide glyph is in between.
fn glyphs_to_skip(glyphs: &[Glyph], columns: usize) -> usize {
    let mut hidden = 0;
    let is_hidden = |glyph: &&Glyph| {
        let is_hidden = hidden < columns;
        hidden += usize::from(glyph.columns);
        is_hidden
    };
    glyphs.iter().take_while(is_hidden).count()
}

const fn hint(link: &LinkState) -> &'static str {
    match link {
        LinkState::Open { outgoing: WriteSide::Closing | WriteSide::Closed, .. } => "Half-closed; /close disconnects",
        LinkState::Open { .. } => "Type a message; Enter to send",
        LinkState::Opening(_) => "Connecting; Esc stops",
        LinkState::Idle => "/connect HOST:PORT",
        LinkState::Waiting(_) => "Enter connects now; Esc stops",
        LinkState::Closed { .. } => "Enter reconnects",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visible(draft: &str, cursor: usize, width: usize) -> (String, usize) {
        let mut row = Row::default();
        text::decode(draft.as_bytes(), &mut row);
        let (glyphs, column) = window(&row, cursor, width);
        (glyphs.iter().map(|g| row.text_of(g)).collect(), column)
    }

    #[test]
    fn a_short_draft_is_not_scrolled() {
        assert_eq!(visible("hello", 5, 10), ("hello".into(), 5));
        assert_eq!(visible("hello", 0, 10), ("hello".into(), 0));
        assert_eq!(visible("123456789", 9, 10), ("123456789".into(), 9));
    }

    #[test]
    fn a_long_draft_scrolls_by_half_the_width() {
        assert_eq!(visible("0123456789", 10, 10), ("56789".into(), 5));
        assert_eq!(visible("0123456789abcd", 14, 10), ("56789abcd".into(), 9));
        assert_eq!(visible("0123456789abcde", 15, 10), ("abcde".into(), 5));
        assert_eq!(visible("0123456789abcde", 3, 10), ("0123456789abcde".into(), 3));
    }

    #[test]
    fn wide_characters_count_as_two() {
        assert_eq!(visible("漢字漢字漢字", 6, 10), ("漢字漢字漢字".into(), 4));
        let (text, column) = visible("漢字漢字漢字", 18, 10);
        assert_eq!((text.as_str(), column), ("字漢字", 6));
    }
}
