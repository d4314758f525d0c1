//! Cutting a row into lines: at blanks where it can, inside a word where it must.
//!
//! A subset of UAX #14 that suits chat: a line may break after blanks and on either side of a wide character (so
//! Chinese and Japanese flow), but not before a closing wide punctuation mark. Blanks at a break hang over the edge
//! unseen instead of opening the next line. The lines are ranges of glyphs, so they always rejoin to the row.

use super::glyph::{Glyph, GlyphKind, Row};
use std::ops::Range;

/// Cuts `row` into lines of at most `first` columns, then `rest` columns (less, where continuation is indented).
///
/// There is at least one line, empty for an empty row; every glyph is in exactly one line, in order. Hanging blanks do
/// not count, and a glyph wider than the limit gets a line for itself: the caller clips.
pub fn wrap(row: &Row, first: usize, rest: usize) -> Vec<Range<usize>> {
    let glyphs = row.glyphs();
    if row.columns() <= first {
        return std::iter::once(0..glyphs.len()).collect();
    }
    let mut wrapper = Wrapper { lines: Vec::new(), start: 0, width: 0, break_at: None, has_word: false };
    let mut before: Option<&Glyph> = None;
    for (at, glyph) in glyphs.iter().enumerate() {
        if glyph.kind == GlyphKind::Blank {
            wrapper.blank(at, glyph);
        } else {
            if may_break_between(row, before, glyph) {
                wrapper.break_at = Some(at);
            }
            // Twice at most: what is carried over from a break may itself be too long for the next line.
            while at > wrapper.start && wrapper.width + usize::from(glyph.columns) > wrapper.limit(first, rest) {
                wrapper.end_line(at, glyphs, rest);
            }
            wrapper.width += usize::from(glyph.columns);
            wrapper.has_word = true;
        }
        before = Some(glyph);
    }
    wrapper.lines.push(wrapper.start..glyphs.len());
    wrapper.lines
}

struct Wrapper {
    lines: Vec<Range<usize>>,
    /// First glyph of the line being filled, and its columns so far.
    start: usize,
    width: usize,
    /// The last place in this line where it may end.
    break_at: Option<usize>,
    /// Whether the line holds more than the blanks it began with: indentation is no place to break.
    has_word: bool,
}

impl Wrapper {
    fn blank(&mut self, at: usize, glyph: &Glyph) {
        self.width += usize::from(glyph.columns);
        if self.has_word {
            self.break_at = Some(at + 1);
        }
    }

    const fn limit(&self, first: usize, rest: usize) -> usize {
        if self.lines.is_empty() { first } else { rest }
    }

    /// Ends the line at the last place that allows it, or right before glyph `at`: where there is no such place, and
    /// where what would be carried over is too long for the next line, which may be narrower.
    fn end_line(&mut self, at: usize, glyphs: &[Glyph], next_limit: usize) {
        let carried = |from: usize| -> usize {
            glyphs.get(from..at).unwrap_or_default().iter().map(|glyph| usize::from(glyph.columns)).sum()
        };
        let fits = |&from: &usize| from > self.start && carried(from) <= next_limit;
        let end = self.break_at.filter(fits).unwrap_or(at);
        self.lines.push(self.start..end);
        self.start = end;
        self.width = carried(end);
        self.has_word = end < at;
        self.break_at = None;
    }
}

fn may_break_between(row: &Row, before: Option<&Glyph>, glyph: &Glyph) -> bool {
    let wide = |g: &Glyph| g.columns > 1 && g.kind == GlyphKind::Text;
    let Some(before) = before else { return false };
    before.kind != GlyphKind::Blank && (wide(before) || wide(glyph)) && !is_closing(row.text_of(glyph))
}

/// Punctuation that East Asian typography keeps off the start of a line (UAX #14 class CL and friends).
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
    fn breaks_at_blanks_which_hang() {
        assert_eq!(lines("to be or not to be", 7, 7), ["to be ", "or not ", "to be"]);
        assert_eq!(lines("to be     or", 5, 5), ["to be     ", "or"]);
    }

    #[test]
    fn continuation_is_narrower_by_the_indent() {
        assert_eq!(lines("aaaa bbbb cccc", 9, 4), ["aaaa bbbb ", "cccc"]);
        assert_eq!(lines("aaaa bbbb cc dd", 9, 4), ["aaaa bbbb ", "cc ", "dd"]);
    }

    #[test]
    fn a_word_too_long_for_a_line_is_cut() {
        assert_eq!(lines("abcdefghij", 4, 4), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("ab cdefghij", 4, 4), ["ab ", "cdef", "ghij"]);
    }

    #[test]
    fn indentation_is_no_place_to_break() {
        assert_eq!(lines("  abcdef", 4, 4), ["  ab", "cdef"]);
    }

    #[test]
    fn wide_characters_flow_and_keep_closing_marks_with_them() {
        assert_eq!(lines("ab漢字漢字", 6, 6), ["ab漢字", "漢字"]);
        assert_eq!(lines("漢字漢。字", 6, 6), ["漢字", "漢。字"]);
    }

    #[test]
    fn what_is_carried_over_fits_the_narrower_line() {
        assert_eq!(lines("漢a。。", 5, 2), ["漢a。", "。"]);
        assert_eq!(lines("a bcd ef", 5, 2), ["a bcd ", "ef"]);
        assert_eq!(lines("ab cdef", 5, 2), ["ab ", "cd", "ef"]);
        assert_eq!(lines("ab cdef", 5, 1), ["ab cd", "e", "f"]);
    }

    #[test]
    fn a_glyph_wider_than_the_line_stands_alone() {
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
            for (n, line) in lines.iter().enumerate() {
                prop_assert_eq!(line.start, next);
                prop_assert!(n == 0 || !line.is_empty());
                next = line.end;
                let glyphs = &row.glyphs()[line.clone()];
                let hanging = glyphs.iter().rev().take_while(|g| g.kind == GlyphKind::Blank).count();
                let seen = &glyphs[..glyphs.len() - hanging];
                let width: usize = seen.iter().map(|g| usize::from(g.columns)).sum();
                let limit = if n == 0 { first } else { rest };
                prop_assert!(width <= limit || seen.len() == 1, "{} > {}", width, limit);
            }
            prop_assert_eq!(next, row.glyphs().len());
        }
    }
}
