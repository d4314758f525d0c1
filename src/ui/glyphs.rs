//! Draws glyphs and strings into cells.

use super::ResolvedTheme;
use crate::text::{self, Glyph, GlyphKind, Row, VisualGlyph, columns};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

/// Draws glyphs of `row` on the first line of `area`, from its left edge. Glyphs that do not fit are left out.
///
/// `base` returns the style of a glyph by its index in `glyphs`; the peer's style is blended over it.
pub(super) fn draw_glyphs(
    buffer: &mut Buffer,
    area: Rect,
    row: &Row,
    glyphs: &[Glyph],
    base: &dyn Fn(usize) -> Style,
    theme: &ResolvedTheme,
) {
    let mut x = area.x;
    for (index, glyph) in glyphs.iter().enumerate() {
        let Some(next) = draw_glyph(buffer, Rect { x, ..area }, (row, glyph), row.text_of(glyph), base(index), theme)
        else {
            return;
        };
        x = next;
    }
}

/// Draws glyphs in visual order, as [`draw_glyphs`] does. `base` is called with their index in the row.
pub(super) fn draw_bidi(
    buffer: &mut Buffer,
    area: Rect,
    row: &Row,
    visual: &[VisualGlyph],
    base: &dyn Fn(usize) -> Style,
    theme: &ResolvedTheme,
) {
    let mut x = area.x;
    for item in visual {
        let Some(glyph) = row.glyphs().get(item.glyph) else { continue };
        let text = row.text_of(glyph);
        let text = if item.is_mirrored { text::mirrored(text) } else { text };
        let Some(next) = draw_glyph(buffer, Rect { x, ..area }, (row, glyph), text, base(item.glyph), theme) else {
            return;
        };
        x = next;
    }
}

/// Draws one glyph as `text`. Returns the column after it; `None` if it does not fit.
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
        // A search match or a selection overrides the style of a mark.
        GlyphKind::Mark if base.bg.is_some() => base,
        GlyphKind::Mark => theme.mark,
        GlyphKind::Text | GlyphKind::Blank => theme.blend_peer_style(base, row.style_of(glyph)),
    };
    if glyph.kind == GlyphKind::Blank {
        buffer.set_style(Rect { width: width.min(room), height: 1, ..area }, style);
    } else if width > room {
        return None;
    } else {
        draw_cluster(buffer, area.as_position(), text, style);
    }
    Some(area.right().min(area.x + width))
}

/// Draws a string of the program on the first line of `area`. Returns the column after it, at most the right edge.
///
/// It is decoded like received text, since it may quote a host name or a nickname.
pub(super) fn draw_words(buffer: &mut Buffer, area: Rect, words: &str, style: Style) -> u16 {
    let mut row = Row::default();
    text::decode_plain(words.as_bytes(), &mut row);
    let mut x = area.x;
    for glyph in row.glyphs() {
        let width = u16::from(glyph.columns);
        if width > area.right() - x {
            break;
        }
        draw_cluster(buffer, Position { x, y: area.y }, row.text_of(glyph), style);
        x += width;
    }
    x
}

/// Cuts a string to `width` columns, with `…` in place of the rest.
pub(super) fn truncate(words: &str, width: usize) -> String {
    if text_width(words) <= width {
        return words.to_owned();
    }
    let mut free = width.saturating_sub(1);
    let fits = |cluster: &&str| {
        let fits = columns(cluster) <= free;
        free = free.saturating_sub(columns(cluster));
        fits
    };
    let mut short: String = words.graphemes(true).take_while(fits).collect();
    short.push('…');
    short
}

/// Sets one cell to a cluster. The other cells of a wide cluster stay blank, as ratatui requires.
fn draw_cluster(buffer: &mut Buffer, position: Position, cluster: &str, style: Style) {
    if let Some(cell) = buffer.cell_mut(position) {
        cell.set_symbol(cluster).set_style(style);
    }
}

/// Returns the columns that [`draw_words`] takes for a string.
pub(super) fn text_width(words: &str) -> usize {
    let mut row = Row::default();
    text::decode_plain(words.as_bytes(), &mut row);
    row.columns()
}
