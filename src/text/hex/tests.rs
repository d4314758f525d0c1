//! Tests of the hex view.

use super::*;
use crate::text::{Glyph, is_harmless};
use proptest::prelude::*;

/// Returns the text of the lines of a dump.
fn lines(bytes: &[u8], first_offset: u64, rules: &[HexSeparator], columns: usize) -> Vec<String> {
    let mut row = Row::default();
    let lines = hex(bytes, first_offset, rules, columns, &mut row);
    lines.into_iter().map(|line| row.glyphs()[line].iter().map(|glyph| row.text_of(glyph)).collect()).collect()
}

fn rule(at: usize, label: &str) -> HexSeparator {
    HexSeparator { at, text: label.to_owned() }
}

const HELLO: &[u8] = b"hello, w\xc3\xb6rld! \x1b[0m\r\n";

#[test]
fn no_bytes_are_one_empty_line() {
    assert_eq!(lines(b"", 0, &[rule(0, "nothing")], 80), [""]);
    assert_eq!(parse_hex_dump(""), Ok(Vec::new()));
}

#[test]
fn the_widest_format_that_fits_is_used() {
    for (columns, expected) in [
        (
            80,
            &[
                "000000  68 65 6c 6c 6f 2c 20 77  c3 b6 72 6c 64 21 20 1b  hello, w..rld! .",
                "000010  5b 30 6d 0d 0a                                    [0m..",
            ][..],
        ),
        (
            73,
            &[
                "000000  6865 6c6c 6f2c 2077 c3b6 726c 6421 201b  hello, w..rld! .",
                "000010  5b30 6d0d 0a                             [0m..",
            ],
        ),
        (
            64,
            &[
                "000000  68 65 6c 6c 6f 2c 20 77  hello, w",
                "000008  c3 b6 72 6c 64 21 20 1b  ..rld! .",
                "000010  5b 30 6d 0d 0a           [0m..",
            ],
        ),
        (
            40,
            &[
                "000000  6865 6c6c 6f2c 2077  hello, w",
                "000008  c3b6 726c 6421 201b  ..rld! .",
                "000010  5b30 6d0d 0a         [0m..",
            ],
        ),
    ] {
        assert_eq!(lines(HELLO, 0, &[], columns), expected, "{columns}");
    }
    for (columns, expected) in [
        (36, "000000  68 65 6c 6c  hell"),
        (24, "000000  6865 6c6c  hell"),
        (22, "68 65 6c 6c  hell"),
        (16, "6865 6c6c  hell"),
        (14, "68 65  he"),
        (3, "68 65  he"),
    ] {
        assert_eq!(lines(HELLO, 0, &[], columns)[0], expected, "{columns}");
    }
}

#[test]
fn offsets_continue_and_have_the_same_width() {
    assert_eq!(lines(b"ab", 0x1f, &[], 80)[0].get(..12), Some("00001f  61 6"));
    let grown = lines(&[0; 32], 0xff_fff0, &[], 80);
    assert!(grown[0].starts_with("00fffff0  00") && grown[1].starts_with("01000000  00"), "{grown:?}");
    assert!(lines(&[0; 16], 0xff_fff0, &[], 80)[0].starts_with("fffff0  00"));
    assert!(lines(b"a", u64::MAX, &[], 90)[0].starts_with("ffffffffffffffff  61  "));
}

#[test]
fn a_rule_ends_the_line_before_it() {
    assert_eq!(
        lines(b"hello\r\n", 0, &[rule(0, "read 3"), rule(3, "read 4"), rule(7, "too far")], 30),
        [
            "── read 3 ────────────────────",
            "000000  68 65 6c     hel",
            "── read 4 ────────────────────",
            "000003  6c 6f 0d 0a  lo..",
        ]
    );
}

#[test]
fn the_label_of_a_rule_is_sanitised_and_truncated() {
    for (label, expected) in [
        ("abcde", "── abcde ─"),
        ("abcdef", "── abcd… ─"),
        ("漢字漢字", "── 漢字… ─"),
        ("a漢字漢字", "── a漢… ──"),
        ("\u{202e}\x07", "── <U+2… ─"),
        ("", "──────────"),
    ] {
        assert_eq!(lines(b"a", 0, &[rule(0, label)], 10)[0], expected);
    }
}

#[test]
fn each_glyph_has_the_offset_of_its_byte() {
    use GlyphKind::{Blank, Mark, Text};
    let mut row = Row::default();
    let lines = hex(b"hello", 0, &[rule(4, "")], 17, &mut row);
    let sources = |line: usize| row.glyphs()[lines[line].clone()].iter().map(|g| g.source).collect::<Vec<_>>();
    assert_eq!(sources(0), [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 0, 1, 2, 3]);
    assert_eq!(sources(1), [4; 17]);
    assert_eq!(sources(2), [4; 14]);
    hex(b"a \n.", 0, &[], 40, &mut row);
    let kinds: Vec<_> = row.glyphs().iter().map(|g| g.kind).collect();
    assert_eq!(kinds[..10], [Mark, Mark, Mark, Mark, Mark, Mark, Blank, Blank, Text, Text]);
    assert_eq!(kinds[kinds.len() - 4..], [Text, Blank, Mark, Text]);
}

#[test]
fn invalid_lines_are_reported_with_their_number() {
    for (text, line) in [
        ("hello", 1),
        ("000000  68 69  ho", 1),
        ("── x\n\n000000  68 6g", 3),
        ("000000", 1),
        ("68 69  hi!", 1),
        ("é8 69  hi", 1),
    ] {
        assert_eq!(parse_hex_dump(text), Err(HexError::InvalidLine(line)), "{text}");
    }
}

#[test]
fn trailing_blanks_may_be_missing() {
    assert_eq!(parse_hex_dump("20 20 20\n000000  2020"), Ok(b"     ".to_vec()));
    assert_eq!(parse_hex_dump("20\n000000  20 41                     A\n"), Ok(b"  A".to_vec()));
}

/// Generates arbitrary bytes, and bytes that look like a dump.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..70),
        "[ 0-9a-f.]{0,70}".prop_map(String::into_bytes),
        "( |20|2e|\\.| \n){0,40}".prop_map(String::into_bytes),
    ]
}

fn any_rules() -> impl Strategy<Value = Vec<HexSeparator>> {
    proptest::collection::btree_map(0..70_usize, "[a-z 0-9漢\u{301}\u{7}]{0,12}", 0..6)
        .prop_map(|rules| rules.into_iter().map(|(at, text)| HexSeparator { at, text }).collect())
}

proptest! {
    #[test]
    fn parse_inverts_hex(
        bytes in any_bytes(), mut rules in any_rules(), columns in 10..200_usize,
        offset in prop_oneof![Just(0), Just(0xff_fff8), any::<u64>()],
    ) {
        rules.retain(|rule| rule.at < bytes.len());
        let lines = lines(&bytes, offset, &rules, columns);
        let text = lines.join("\n");
        prop_assert_eq!(parse_hex_dump(&text), Ok(bytes.clone()), "{}", text);
        let copied: Vec<&str> = lines.iter().map(|line| line.trim_end_matches(' ')).collect();
        prop_assert_eq!(parse_hex_dump(&copied.join("\n")), Ok(bytes), "{}", text);
    }

    #[test]
    fn lines_fit_and_cover_all_glyphs(bytes in any_bytes(), rules in any_rules(), columns in 10..200_usize) {
        let mut row = Row::default();
        let lines = hex(&bytes, 0, &rules, columns, &mut row);
        let mut next = 0;
        for line in lines {
            prop_assert_eq!(line.start, next);
            next = line.end;
            let glyphs = &row.glyphs()[line];
            let width: usize = glyphs.iter().map(|g| usize::from(g.columns)).sum();
            prop_assert!(width <= columns);
            prop_assert!(glyphs.first().is_none_or(|g| row.text_of(g) != RULE) || width == columns);
            prop_assert!(glyphs.iter().all(|g| (g.source as usize) < bytes.len()));
            let is_safe = |g: &Glyph| is_harmless(row.text_of(g)) || row.text_of(g).ends_with('\u{301}');
            prop_assert!(glyphs.iter().all(is_safe));
        }
        prop_assert_eq!(next, row.glyphs().len());
    }

    #[test]
    fn parse_does_not_panic(text in "([0-9a-f]{1,4}| |─|é|\n){0,40}") {
        let _ = parse_hex_dump(&text);
    }
}
