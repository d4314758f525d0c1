//! Any bytes as one row: what comes out holds nothing harmful, and its lines rejoin to it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netchat_tui::text::{self, GlyphKind, Row, columns};

fuzz_target!(|bytes: &[u8]| {
    let Some((&width, bytes)) = bytes.split_first() else { return };
    let mut row = Row::default();
    text::decode(bytes, &mut row);
    let mut sum = 0;
    let mut source = 0;
    for glyph in row.glyphs() {
        let shown = row.text_of(glyph);
        assert!(!shown.is_empty() && !shown.chars().any(char::is_control), "{shown:?}");
        assert!(!shown.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')), "{shown:?}");
        assert!(glyph.kind == GlyphKind::Blank || columns(shown) == usize::from(glyph.columns), "{shown:?}");
        assert!(glyph.source >= source && (glyph.source as usize) < bytes.len());
        source = glyph.source;
        sum += usize::from(glyph.columns);
    }
    assert_eq!(sum, row.columns());
    let width = usize::from(width).max(1);
    let lines = text::wrap(&row, width, width.saturating_sub(2).max(1));
    assert_eq!(lines.first().map(|line| line.start), Some(0));
    assert_eq!(lines.last().map(|line| line.end), Some(row.glyphs().len()));
    assert!(lines.windows(2).all(|pair| pair[0].end == pair[1].start));
});
