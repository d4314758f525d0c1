//! Wrapping, cursor positions, and incremental layout compared with a full one.

use super::*;
use crate::app::input::line_editor::tests::words;
use crate::app::input::text_boundaries;
use crate::app::{Edit, KillRing, LineEditor};
use proptest::prelude::*;

fn prompt(text: &str) -> LineEditor {
    let mut prompt = LineEditor::default();
    prompt.insert(text);
    prompt
}

/// The byte range of each screen line.
fn ranges(prompt: &LineEditor, width: usize) -> Vec<Range<usize>> {
    let layout = prompt.layout(width);
    (0..layout.lines()).map(|line| layout.line(line).unwrap()).collect()
}

fn lines(text: &str, width: usize) -> Vec<String> {
    let prompt = prompt(text);
    ranges(&prompt, width).into_iter().map(|range| prompt.text().get(range).unwrap().to_owned()).collect()
}

#[test]
fn lines_break_at_whitespace_and_reserve_a_cursor_cell() {
    for (text, width, expected) in [
        ("", 5, &[""][..]),
        ("abcd", 5, &["abcd"]),
        ("abcde", 5, &["abcd", "e"]),
        ("ab cd", 5, &["ab ", "cd"]),
        // The last column holds one space between words; the cursor after it is on the next line.
        ("abcd ef", 5, &["abcd ", "ef"]),
        ("abcd ", 5, &["abcd ", ""]),
        ("abcd \nx", 5, &["abcd ", "", "x"]),
        ("abcd  ef", 5, &["abcd ", " ef"]),
        ("       ", 5, &["     ", "  "]),
        ("  abcdef", 5, &["  ab", "cdef"]),
        ("a\n\nb\n", 5, &["a", "", "b", ""]),
        ("漢字漢字", 6, &["漢字", "漢字"]),
        ("漢字。漢", 6, &["漢", "字。", "漢"]),
        ("ab漢字", 5, &["ab漢", "字"]),
        // As wide as the screen: on its own line, and the cursor after it is on the next one.
        ("漢字", 2, &["漢", "字", ""]),
        ("ab", 1, &["a", "b", ""]),
        ("a\u{7}b", 5, &["a\u{7}b"]),
        ("a\u{7}b", 4, &["a\u{7}", "b"]),
        ("a\tb", 9, &["a\t", "b"]),
        ("a\tb", 10, &["a\tb"]),
        ("a\r\nb", 5, &["a\r", "b"]),
        ("ab\r\nb", 4, &["ab", "\r", "b"]),
    ] {
        assert_eq!(lines(text, width), expected, "{text:?} in {width}");
    }
}

#[test]
fn offsets_have_screen_positions() {
    for (text, width, offset, expected) in [
        ("abcd", 5, 4, (0, 4)),
        ("abcde", 5, 4, (1, 0)),
        ("abcd ", 5, 4, (0, 4)),
        ("abcd ", 5, 5, (1, 0)),
        ("ab\ncd", 5, 2, (0, 2)),
        ("ab\ncd", 5, 3, (1, 0)),
        ("漢x", 5, 3, (0, 2)),
        ("\u{202e}x", 20, 3, (0, 8)),
        ("\tx", 20, 1, (0, 8)),
        ("a\u{200b}", 20, 4, (0, 9)),
    ] {
        let position = prompt(text).layout(width).place(offset);
        assert_eq!((position.line, position.column), expected, "{offset} of {text:?} in {width}");
    }
}

#[test]
fn only_the_first_screen_line_begins_a_line() {
    let prompt = prompt("abcdef\ngh\n");
    let layout = prompt.layout(5);
    assert_eq!(
        (0..6).map(|line| layout.begins_line(line)).collect::<Vec<_>>(),
        [true, false, true, true, false, false]
    );
    assert_eq!(layout.line(4), None);
}

#[test]
fn up_and_down_keep_the_column() {
    let mut prompt = prompt("abcdefgh\nij\n漢漢漢漢\nklmnopqr");
    prompt.move_to(7);
    let mut seen = Vec::new();
    while prompt.move_line(20, 1) {
        seen.push(prompt.cursor());
    }
    assert_eq!(seen, [11, 12 + 9, 25 + 7]);
    assert!(!prompt.move_line(20, 1));
    assert!(prompt.move_line(20, -9));
    assert_eq!(prompt.cursor(), 7);
    assert!(!prompt.move_line(20, -1));
    // A horizontal move sets a new column.
    prompt.edit(Edit::Left, &mut KillRing::default());
    prompt.move_line(20, 2);
    assert_eq!(prompt.cursor(), 12 + 9);
    assert!(!LineEditor::default().move_line(0, 1));
}

#[test]
fn up_and_down_move_by_screen_lines() {
    let mut prompt = prompt("ab cd ef");
    prompt.move_to(1);
    assert!(prompt.move_line(4, 1));
    assert_eq!(prompt.cursor(), 4);
    assert!(prompt.move_line(4, 1));
    assert_eq!(prompt.cursor(), 7);
}

#[test]
fn an_overlong_cluster_is_clipped() {
    let text = format!("ab{}cd", "e\u{301}".to_owned() + &"\u{301}".repeat(50_000));
    let prompt = prompt(&text);
    let ranges = ranges(&prompt, 80);
    assert_eq!(ranges.len(), 3);
    let mut row = Row::default();
    prompt.layout(80).row(1, &mut row);
    assert!((80..5_000).contains(&row.columns()), "{}", row.columns());
}

#[test]
fn an_edit_reaches_three_lines_back() {
    let mut draft = prompt("a漢。。\u{202e}x");
    assert_eq!(ranges(&draft, 6), [0..1, 1..7, 7..10, 10..13, 13..14]);
    // With a combining mark, the full stop may start a line and is carried over alone.
    draft.replace(10..10, "\u{301}");
    assert_eq!(ranges(&draft, 6), [0..7, 7..12, 12..15, 15..16]);
}

/// A replacement (offset, length, new text) and the width to lay out with after it.
fn change() -> impl Strategy<Value = (usize, usize, String, Option<usize>)> {
    (0..400_usize, prop_oneof![4 => Just(0_usize), 2 => 1..4_usize, 1 => 4..80_usize], words(), layout_width())
}

fn layout_width() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![2 => Just(Some(9)), 1 => Just(None), 1 => (0..30_usize).prop_map(Some)]
}

fn long_words() -> impl Strategy<Value = String> {
    proptest::collection::vec(words(), 0..30).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn incremental_layout_equals_full_layout(
        text in long_words(), changes in proptest::collection::vec(change(), 0..12),
    ) {
        let mut draft = prompt(&text);
        let _ = draft.layout(9);
        for (at, len, new, width) in changes {
            draft.replace(at..at + len, &new);
            if at % 7 == 0 {
                draft.edit(Edit::Undo, &mut KillRing::default());
            }
            if let Some(width) = width {
                prop_assert_eq!(ranges(&draft, width), ranges(&prompt(draft.text()), width));
            }
        }
        prop_assert_eq!(ranges(&draft, 9), ranges(&prompt(draft.text()), 9));
    }

    #[test]
    fn lines_rejoin_to_the_draft_and_fit(text in long_words(), escape in 0..3_usize, width in 0..30_usize) {
        let text = text.replace("ab", ["ab", "\u{1b}[3", "\u{1b}]\u{202e}"][escape]);
        let prompt = prompt(&text);
        let ranges = ranges(&prompt, width);
        let layout = prompt.layout(width);
        let mut row = Row::default();
        let mut next = 0;
        for (index, range) in ranges.iter().enumerate() {
            prop_assert_eq!(layout.begins_line(index), range.start == 0 || text_boundaries::text_before(&text, range.start).ends_with('\n'));
            prop_assert!(range.start == next || text.get(next..range.start) == Some("\n"));
            next = range.end;
            layout.row(index, &mut row);
            let line = text.get(range.clone()).unwrap();
            let is_one = text_boundaries::next_boundary(line, 0) == line.len();
            prop_assert!(row.columns() <= width.max(1) || is_one, "{} of {:?}", index, ranges);
        }
        prop_assert_eq!(next, text.len());
    }

    #[test]
    fn a_position_converts_back_to_its_offset(text in long_words(), width in 1..30_usize) {
        let prompt = prompt(&text);
        let layout = prompt.layout(width);
        let mut at = 0;
        loop {
            let position = layout.place(at);
            prop_assert_eq!(layout.offset(position), at, "{:?}", position);
            prop_assert!(layout.line(position.line).is_some_and(|line| (line.start..=line.end).contains(&at)));
            prop_assert!(position.column < width, "{:?} at {}", position, at);
            if at == text.len() { break }
            at = text_boundaries::next_boundary(&text, at);
        }
    }

    #[test]
    fn measured_columns_equal_drawn_columns(c in any::<char>(), mark in proptest::option::of(any::<char>())) {
        let text: String = std::iter::once(c).chain(mark).collect();
        prop_assume!(!text.contains(['\n', '\r']));
        let prompt = prompt(&text);
        let layout = prompt.layout(100);
        let mut row = Row::default();
        layout.row(0, &mut row);
        prop_assert_eq!(layout.place(text.len()), TextPosition { line: 0, column: row.columns() });
    }
}
