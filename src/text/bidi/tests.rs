//! Tests of the visual order of rows with right-to-left text.

use super::*;
use crate::text::{decode, wrap};
use proptest::prelude::*;

fn decoded(text: &str) -> Row {
    let mut row = Row::default();
    decode(text.as_bytes(), &mut row);
    row
}

fn visual_order(row: &Row, line: Range<usize>) -> Option<Vec<VisualGlyph>> {
    Bidi::of(row)?.line(row, line)
}

/// Returns a line as it is drawn, from left to right.
fn drawn_line(row: &Row, line: Range<usize>) -> Option<String> {
    let order = visual_order(row, line)?;
    let text_of = |item: &VisualGlyph| {
        let text = row.text_of(&row.glyphs()[item.glyph]);
        if item.is_mirrored { mirrored(text) } else { text }
    };
    Some(order.iter().map(text_of).collect())
}

fn drawn(text: &str) -> String {
    let row = decoded(text);
    drawn_line(&row, 0..row.glyphs().len()).unwrap_or_else(|| row.text().to_owned())
}

#[test]
fn rows_without_right_to_left_text_are_not_reordered() {
    for text in
        ["", "hello", "naïve é", "漢字かな", "👩‍🚀 🇬🇧", "한글", "ไทย", "5 ≤ 6", "\u{202e}abc", "٣٤", "\u{1b}[31mx"]
    {
        let row = decoded(text);
        assert_eq!(visual_order(&row, 0..row.glyphs().len()), None, "{text}");
    }
}

// Hebrew is written as escapes, since an editor would reorder it: alef, bet, gimel are U+05D0 to U+05D2.
#[test]
fn hebrew_is_drawn_from_right_to_left() {
    assert_eq!(drawn("\u{5d0}\u{5d1}\u{5d2}"), "\u{5d2}\u{5d1}\u{5d0}");
    assert_eq!(drawn("\u{5d0}\u{5d1} \u{5d2}"), "\u{5d2} \u{5d1}\u{5d0}");
    // Vowel points stay with their letter.
    assert_eq!(drawn("\u{5d0}\u{5b7}\u{5d1}"), "\u{5d1}\u{5d0}\u{5b7}");
}

#[test]
fn words_of_both_directions_share_a_row() {
    for (text, expected) in [
        ("ada: \u{5d0}\u{5d1} \u{5d2} world 123", "ada: \u{5d2} \u{5d1}\u{5d0} world 123"),
        ("\u{5d0}\u{5d1} ada \u{5d2}", "\u{5d2} ada \u{5d1}\u{5d0}"),
        // Numbers are read from left to right, also in Arabic digits.
        ("\u{5d0} 123 \u{5d1}", "\u{5d1} 123 \u{5d0}"),
        ("\u{627} \u{661}\u{662} \u{628}", "\u{628} \u{661}\u{662} \u{627}"),
        ("\u{661}\u{662} \u{663}", "\u{663} \u{661}\u{662}"),
        ("a \u{5d0} 12 b", "a 12 \u{5d0} b"),
        ("\u{5d0} -5!", "!5- \u{5d0}"),
    ] {
        assert_eq!(drawn(text), expected, "{text}");
    }
}

#[test]
fn brackets_are_mirrored_in_right_to_left_text() {
    assert_eq!(drawn("\u{5d0} (\u{5d1}) <\u{5d2}>"), "<\u{5d2}> (\u{5d1}) \u{5d0}");
    assert_eq!(drawn("a (\u{5d1}) b"), "a (\u{5d1}) b");
    assert_eq!(drawn("\u{5d0} (a)"), "(a) \u{5d0}");
    let row = decoded("\u{5d0}(");
    let order = visual_order(&row, 0..2).unwrap();
    assert_eq!(order, [VisualGlyph { glyph: 1, is_mirrored: true }, VisualGlyph { glyph: 0, is_mirrored: false }]);
}

#[test]
fn mirroring_is_its_own_inverse() {
    for c in "()[]{}<>«»‹›≤≥⟨⟩（）［］｛｝＜＞「」『』【】〈〉《》".chars().map(String::from)
    {
        assert_ne!(mirrored(&c), c);
        assert_eq!(mirrored(mirrored(&c)), c);
    }
    assert_eq!(mirrored("a"), "a");
}

#[test]
fn a_run_of_marks_is_kept_together_left_to_right() {
    assert_eq!(drawn("\u{5d0}\u{7}\u{1b}[2J\u{5d1}"), "\u{5d1}^G^[[2J\u{5d0}");
    // Letters in a mark neither affect the direction of the row nor are reordered.
    assert_eq!(drawn("\u{1b}]0;\u{5d0}\u{5d1} (x\u{7}abc \u{5d2}"), "^[]0;\u{5d0}\u{5d1} (x^Gabc \u{5d2}");
    assert_eq!(drawn("abc \u{1b}]0;\u{5d0}\u{5d1}\u{7}"), "abc ^[]0;\u{5d0}\u{5d1}^G");
    assert_eq!(drawn("\u{202e}\u{5d0}\u{5d1}\u{202c}"), "<U+202C>\u{5d1}\u{5d0}<U+202E>");
    let mut row = decoded("\u{5d0}\u{5d1}");
    row.push_label(" ⏎", 4);
    assert_eq!(drawn_line(&row, 0..4).unwrap(), " ⏎\u{5d1}\u{5d0}");
}

#[test]
fn a_mark_split_by_a_line_break_is_a_run_in_each_line() {
    let row = decoded("\u{5d0}\u{5d1}\u{7}\u{6}\u{5d2}");
    assert_eq!(drawn_line(&row, 0..4).unwrap(), "^G\u{5d1}\u{5d0}");
    assert_eq!(drawn_line(&row, 4..7).unwrap(), "\u{5d2}^F");
}

#[test]
fn lines_are_reordered_in_the_direction_of_the_row() {
    let row = decoded("\u{5d0}\u{5d1} \u{5d2}\u{5d3} ab cd");
    let lines = wrap(&row, 6, 6);
    let drawn: Vec<_> = lines.iter().map(|line| drawn_line(&row, line.clone())).collect();
    // The trailing blank is at the end of the line, on the left.
    assert_eq!(drawn, [Some(" \u{5d3}\u{5d2} \u{5d1}\u{5d0}".to_owned()), None]);
    let row = decoded("ab \u{5d0}\u{5d1} cd");
    assert_eq!(drawn_line(&row, 0..2), None);
    assert_eq!(drawn_line(&row, 0..6).unwrap(), "ab \u{5d1}\u{5d0} ");
}

#[test]
fn a_tab_separates_the_text_before_and_after_it() {
    assert_eq!(drawn("a \u{5d0}\t\u{5d1}"), "a \u{5d0} \u{5d1}");
    assert_eq!(drawn("a \u{5d0} \u{5d1}"), "a \u{5d1} \u{5d0}");
}

#[test]
fn a_line_outside_the_row_is_not_reordered() {
    let row = decoded("\u{5d0}");
    assert_eq!(visual_order(&row, 5..9), None);
    assert_eq!(visual_order(&row, 0..0), None);
}

proptest! {
    #[test]
    fn every_glyph_has_one_position(
        text in "([a-z0-9 ()\t\u{7}]|\u{5d0}|\u{5d1}\u{5b7}|\u{627}|\u{661}|漢|👩\u{200d}🚀|\u{202e}|\u{301}){0,40}",
        columns in 1..30_usize,
    ) {
        let row = decoded(&text);
        let bidi = Bidi::of(&row);
        for line in wrap(&row, columns, columns) {
            let order = visual_order(&row, line.clone());
            prop_assert_eq!(&order, &bidi.as_ref().and_then(|bidi| bidi.line(&row, line.clone())));
            let Some(order) = order else { continue };
            let mut glyphs: Vec<usize> = order.iter().map(|item| item.glyph).collect();
            // Adjacent marks stay adjacent and in order.
            for pair in line.clone().collect::<Vec<_>>().windows(2) {
                let is_mark = |index: usize| row.glyphs()[index].kind == GlyphKind::Mark;
                if is_mark(pair[0]) && is_mark(pair[1]) {
                    let position = |index: usize| glyphs.iter().position(|&glyph| glyph == index).unwrap();
                    prop_assert_eq!(position(pair[0]) + 1, position(pair[1]));
                }
            }
            glyphs.sort_unstable();
            prop_assert_eq!(glyphs, line.collect::<Vec<_>>());
        }
    }

    #[test]
    fn plain_text_is_ordered_as_by_unicode_bidi(text in "([a-z0-9 (),.]|[\u{5d0}-\u{5ea}]|[\u{660}-\u{669}]|\u{627}){0,40}") {
        let row = decoded(&text);
        let info = ParagraphBidiInfo::new(&text, None);
        let order = visual_order(&row, 0..row.glyphs().len());
        let drawn: String = match &order {
            Some(order) => order.iter().map(|item| row.text_of(&row.glyphs()[item.glyph])).collect(),
            None => text.clone(),
        };
        prop_assert_eq!(drawn, info.reorder_line(0..text.len()));
    }
}
