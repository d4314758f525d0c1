//! Glyphs and words into cells.

use super::ResolvedTheme;
use crate::text::{self, Glyph, GlyphKind, Row, VisualGlyph, columns};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

/// Draws glyphs of `row` from the left edge of `area`, on its first line; what does not fit is left out. `base` gives the
/// looks of each by its place among them, to which the peer's own are added.
pub(super) fn draw_glyphs(
    buffer: &mut Buffer,
    area: Rect,
    row: &Row,
    glyphs: &[Glyph],
    base: &dyn Fn(usize) -> Style,
    theme: &ResolvedTheme,
) {
    let mut x = area.x;
    for (at, glyph) in glyphs.iter().enumerate() {
        let Some(next) = draw_glyph(buffer, Rect { x, ..area }, (row, glyph), row.text_of(glyph), base(at), theme)
        else {
            return;
        };
        x = next;
    }
}

/// The same for glyphs that stand in another order than they were sent in; `base` goes by their index in the row.
pub(super) fn draw_bidi(
    buffer: &mut Buffer,
    area: Rect,
    row: &Row,
    placed: &[VisualGlyph],
    base: &dyn Fn(usize) -> Style,
    theme: &ResolvedTheme,
) {
    let mut x = area.x;
    for place in placed {
        let Some(glyph) = row.glyphs().get(place.glyph) else { continue };
        let text = row.text_of(glyph);
        let text = if place.is_mirrored { text::mirrored(text) } else { text };
        let Some(next) = draw_glyph(buffer, Rect { x, ..area }, (row, glyph), text, base(place.glyph), theme) else {
            return;
        };
        x = next;
    }
}

/// Draws one glyph as `text`, and gives the column behind it; `None` if it does not fit.
fn draw_glyph(
    buffer: &mut Buffer,
    area: Rect,
    (row, glyph): (&Row, &Glyph),
    text: &str,
    base: Style,
    theme: &ResolvedTheme,
) -> Option<u16> {
    let width = u16::from(glyph.columns);
    let room = area.right().saturating_sub(area.x);
    let style = match glyph.kind {
        // Ours, but a hit or a choice shows on it all the same.
        GlyphKind::Mark if base.bg.is_some() => base,
        GlyphKind::Mark => theme.mark,
        GlyphKind::Text | GlyphKind::Blank => theme.blend_peer_style(base, row.style_of(glyph)),
    };
    if glyph.kind == GlyphKind::Blank {
        buffer.set_style(Rect { width: width.min(room), height: 1, ..area }, style);
    } else if width > room {
        return None;
    } else {
        put(buffer, area.as_position(), text, style);
    }
    Some(area.right().min(area.x + width))
}

/// Draws words of our own and gives the column behind them, at most the right edge of `area`. They may quote a host or
/// a nickname, so they pass the same eyes as everything else.
pub(super) fn draw_words(buffer: &mut Buffer, area: Rect, words: &str, style: Style) -> u16 {
    let mut row = Row::default();
    text::decode_plain(words.as_bytes(), &mut row);
    let mut x = area.x;
    for glyph in row.glyphs() {
        let width = u16::from(glyph.columns);
        if width > area.right() - x {
            break;
        }
        put(buffer, Position { x, y: area.y }, row.text_of(glyph), style);
        x += width;
    }
    x
}

/// Words cut to so many columns, with `…` in place of what had to go.
pub(super) fn truncate(words: &str, width: usize) -> String {
    if text_width(words) <= width {
        return words.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |cluster: &&str| {
        let fits = columns(cluster) <= left;
        left = left.saturating_sub(columns(cluster));
        fits
    };
    let mut short: String = words.graphemes(true).take_while(fits).collect();
    short.push('…');
    short
}

/// One cluster into one cell. The cells under the rest of a wide one stay blank, as ratatui wants them.
fn put(buffer: &mut Buffer, at: Position, cluster: &str, style: Style) {
    if let Some(cell) = buffer.cell_mut(at) {
        cell.set_symbol(cluster).set_style(style);
    }
}

/// Columns of words of our own, as they are drawn.
pub(super) fn text_width(words: &str) -> usize {
    let mut row = Row::default();
    text::decode_plain(words.as_bytes(), &mut row);
    row.columns()
}
