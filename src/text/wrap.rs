//! Wraps a row into lines, at blanks if possible, otherwise inside a word.
//!
//! Implements a subset of UAX #14 for chat: a line may break after blanks and on either side of a wide character, so that
//! Chinese and Japanese text flows, but not before wide closing punctuation. Blanks at a break extend past the edge instead
//! of starting the next line. Lines are consecutive ranges of glyphs that cover the whole row.

use super::glyph::{Glyph, GlyphKind, Row};
use std::ops::Range;

/// Wraps `row` into a first line of at most `first` columns, and further lines of at most `rest` columns.
///
/// Returns at least one line, empty for an empty row. Every glyph is in exactly one line, in order. Trailing blanks do not
/// count towards the width. A glyph wider than the limit gets its own line, which the caller clips.
pub fn wrap(row: &Row, first: usize, rest: usize) -> Vec<Range<usize>> {
    let glyphs = row.glyphs();
    if row.columns() <= first {
        return std::iter::once(0..glyphs.len()).collect();
    }
    let mut wrapper = Wrapper { lines: Vec::new(), start: 0, width: 0, break_at: None, has_word: false };
    let mut previous: Option<&Glyph> = None;
    for (index, glyph) in glyphs.iter().enumerate() {
        if glyph.kind == GlyphKind::Blank {
            wrapper.blank(index, glyph);
        } else {
            if may_break_between(row, previous, glyph) {
                wrapper.break_at = Some(index);
            }
            // At most twice: the rest after a break may be too long for the next line.
            while index > wrapper.start && wrapper.width + usize::from(glyph.columns) > wrapper.limit(first, rest) {
                wrapper.end_line(index, glyphs, rest);
            }
            wrapper.width += usize::from(glyph.columns);
            wrapper.has_word = true;
        }
        previous = Some(glyph);
    }
    wrapper.lines.push(wrapper.start..glyphs.len());
    wrapper.lines
}

struct Wrapper {
    lines: Vec<Range<usize>>,
    /// First glyph of the current line, and its width in columns so far.
    start: usize,
    width: usize,
    /// The last glyph before which the current line may break.
    break_at: Option<usize>,
    /// Whether the line has more than its leading blanks; it does not break after indentation.
    has_word: bool,
}

impl Wrapper {
    fn blank(&mut self, index: usize, glyph: &Glyph) {
        self.width += usize::from(glyph.columns);
        if self.has_word {
            self.break_at = Some(index + 1);
        }
    }

    const fn limit(&self, first: usize, rest: usize) -> usize {
        if self.lines.is_empty() { first } else { rest }
    }

    /// Ends the line at the last possible break. Ends it before glyph `index` if there is none, or if the rest would be
    /// too long for the next line, which may be narrower.
    fn end_line(&mut self, index: usize, glyphs: &[Glyph], next_limit: usize) {
        let width_from = |start: usize| -> usize {
            glyphs.get(start..index).unwrap_or_default().iter().map(|glyph| usize::from(glyph.columns)).sum()
        };
        let fits = |&start: &usize| start > self.start && width_from(start) <= next_limit;
        let end = self.break_at.filter(fits).unwrap_or(index);
        self.lines.push(self.start..end);
        self.start = end;
        self.width = width_from(end);
        self.has_word = end < index;
        self.break_at = None;
    }
}

fn may_break_between(row: &Row, previous: Option<&Glyph>, glyph: &Glyph) -> bool {
    let is_wide = |g: &Glyph| g.columns > 1 && g.kind == GlyphKind::Text;
    let Some(previous) = previous else { return false };
    previous.kind != GlyphKind::Blank && (is_wide(previous) || is_wide(glyph)) && !is_closing(row.text_of(glyph))
}

/// Whether `text` is East Asian punctuation that must not start a line (UAX #14, class CL and some others).
pub fn is_closing(text: &str) -> bool {
    matches!(
        text,
        "、" | "。"
            | "，"
            | "．"
            | "！"
            | "？"
            | "："
            | "；"
            | "）"
            | "」"
            | "』"
            | "】"
            | "》"
            | "〉"
            | "〕"
            | "ー"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::decode;
    use proptest::prelude::*;

    fn row(text: &str) -> Row {
        let mut row = Row::default();
        decode(text.as_bytes(), &mut row);
        row
    }

    fn lines(text: &str, first: usize, rest: usize) -> Vec<String> {
        let row = row(text);
        wrap(&row, first, rest)
            .into_iter()
            .map(|range| row.glyphs()[range].iter().map(|glyph| row.text_of(glyph)).collect())
            .collect()
    }

    #[test]
    fn an_empty_row_is_one_empty_line() {
        assert_eq!(lines("", 10, 8), [""]);
    }

    #[test]
    fn lines_break_after_blanks() {
        assert_eq!(lines("to be or not to be", 7, 7), ["to be ", "or not ", "to be"]);
        assert_eq!(lines("to be     or", 5, 5), ["to be     ", "or"]);
    }

    #[test]
    fn continuation_lines_may_be_narrower() {
        assert_eq!(lines("aaaa bbbb cccc", 9, 4), ["aaaa bbbb ", "cccc"]);
        assert_eq!(lines("aaaa bbbb cc dd", 9, 4), ["aaaa bbbb ", "cc ", "dd"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_split() {
        assert_eq!(lines("abcdefghij", 4, 4), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("ab cdefghij", 4, 4), ["ab ", "cdef", "ghij"]);
    }

    #[test]
    fn lines_do_not_break_after_indentation() {
        assert_eq!(lines("  abcdef", 4, 4), ["  ab", "cdef"]);
    }

    #[test]
    fn wide_characters_break_except_before_closing_marks() {
        assert_eq!(lines("ab漢字漢字", 6, 6), ["ab漢字", "漢字"]);
        assert_eq!(lines("漢字漢。字", 6, 6), ["漢字", "漢。字"]);
    }

    #[test]
    fn the_rest_after_a_break_fits_the_narrower_line() {
        assert_eq!(lines("漢a。。", 5, 2), ["漢a。", "。"]);
        assert_eq!(lines("a bcd ef", 5, 2), ["a bcd ", "ef"]);
        assert_eq!(lines("ab cdef", 5, 2), ["ab ", "cd", "ef"]);
        assert_eq!(lines("ab cdef", 5, 1), ["ab cd", "e", "f"]);
    }

    #[test]
    fn a_glyph_wider_than_the_line_has_its_own_line() {
        assert_eq!(lines("漢字", 1, 1), ["漢", "字"]);
    }

    proptest! {
        #[test]
        fn lines_rejoin_to_the_row_and_fit(
            text in "([a-zé漢🦰 \t\u{301}。]|👨‍👩‍👧){0,80}", first in 1..23_usize, indent in 0..5_usize,
        ) {
            let row = row(&text);
            let rest = first.saturating_sub(indent).max(1);
            let lines = wrap(&row, first, rest);
            let mut next = 0;
            for (index, line) in lines.iter().enumerate() {
                prop_assert_eq!(line.start, next);
                prop_assert!(index == 0 || !line.is_empty());
                next = line.end;
                let glyphs = &row.glyphs()[line.clone()];
                let trailing = glyphs.iter().rev().take_while(|g| g.kind == GlyphKind::Blank).count();
                let visible = &glyphs[..glyphs.len() - trailing];
                let width: usize = visible.iter().map(|g| usize::from(g.columns)).sum();
                let limit = if index == 0 { first } else { rest };
                prop_assert!(width <= limit || visible.len() == 1, "{} > {}", width, limit);
            }
            prop_assert_eq!(next, row.glyphs().len());
        }
    }
}
