//! Tests of decoding rows of UTF-8.

use super::*;
use crate::text::{Glyph, SgrColor, decode};
use proptest::prelude::*;

fn decoded(bytes: &[u8]) -> Row {
    let mut row = Row::default();
    decode(bytes, &mut row);
    row
}

fn decoded_text(bytes: &[u8]) -> String {
    decoded(bytes).text().to_owned()
}

/// Returns the text of the row with its marks between `‹ ›`.
fn marked(bytes: &[u8]) -> String {
    let row = decoded(bytes);
    let mut text = String::new();
    let mut inside = false;
    for glyph in row.glyphs() {
        let is_mark = glyph.kind == GlyphKind::Mark;
        if is_mark != inside {
            text.push(if is_mark { '‹' } else { '›' });
            inside = is_mark;
        }
        text.push_str(row.text_of(glyph));
    }
    if inside {
        text.push('›');
    }
    text
}

#[test]
fn plain_text_is_unchanged() {
    for text in ["", "hello", "héllo wörld", "漢字かな", "שלום", "a  b", "👨‍👩‍👧 ok", "🇬🇧", "❤️", "e\u{301}", "\u{a0}x"]
    {
        assert_eq!(marked(text.as_bytes()), text);
    }
}

#[test]
fn every_c0_control_is_a_mark() {
    for byte in (0..0x20_u8).chain([0x7f]).filter(|byte| !matches!(byte, b'\t' | 0x1b)) {
        let expected = format!("a‹^{}›b", char::from(byte ^ 0x40));
        assert_eq!(marked(&[b'a', byte, b'b']), expected, "{byte:#x}");
    }
}

#[test]
fn a_lone_escape_is_a_mark() {
    assert_eq!(marked(b"a\x1b"), "a‹^[›");
    assert_eq!(marked(b"a\x1b\x01b"), "a‹^[^A›b");
}

#[test]
fn every_c1_control_is_a_mark_in_both_forms() {
    for code in 0x80..=0x9f_u8 {
        let coded = char::from(code).to_string();
        assert_eq!(marked(format!("a{coded}b").as_bytes()), format!("a‹<U+{code:04X}>›b"));
        assert_eq!(marked(&[b'a', code, b'b']), format!("a‹\\x{code:02X}›b"));
    }
}

#[test]
fn escape_sequences_are_marks() {
    for (bytes, expected) in [
        (&b"a\x1b[2Jb"[..], "a‹^[[2J›b"),
        (b"a\x1b]0;title\x07b", "a‹^[]0;title^G›b"),
        (b"a\x1b]8;;http://x\x1b\\b", "a‹^[]8;;http://x^[\\›b"),
        (b"a\x1b]52;c;aGk=\x07b", "a‹^[]52;c;aGk=^G›b"),
        (b"a\x1bPq#0\x1b\\b", "a‹^[Pq#0^[\\›b"),
        (b"a\x1b[10;20Hb", "a‹^[[10;20H›b"),
        (b"a\x1bcb", "a‹^[c›b"),
        (b"a\x1b(0b", "a‹^[(0›b"),
        (b"a\x1b]0;no end", "a‹^[]›0;no end"),
        (b"a\x1b", "a‹^[›"),
        (b"a\x1b]0;\xc3\xa9\xff\tx\x07b", "a‹^[]0;é\\xFF^Ix^G›b"),
    ] {
        assert_eq!(marked(bytes), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn colour_sequences_set_the_style() {
    let row = decoded(b"a\x1b[31mb\x1b[0mc");
    assert_eq!(row.text(), "abc");
    let foreground: Vec<_> = row.glyphs().iter().map(|g| row.style_of(g).foreground).collect();
    assert_eq!(foreground, [None, Some(SgrColor::Indexed(1)), None]);
}

#[test]
fn colour_sequences_about_to_be_sent_are_marks() {
    let mut row = Row::default();
    decode_plain(b"a\x1b[31mb", &mut row);
    assert_eq!(row.text(), "a^[[31mb");
    assert!(row.glyphs().iter().all(|glyph| row.style_of(glyph) == Style::default()));
}

#[test]
fn text_cannot_be_hidden_in_tags_or_selectors() {
    let hidden = format!("🏴{}\u{e007f}", "\u{e0068}\u{e0069}".repeat(15));
    assert!(marked(hidden.as_bytes()).starts_with("🏴‹<U+E0068><U+E0069>"));
    for text in ["a\u{fe0f}", "a\u{fe0e}", "a\u{fe01}", "a\u{e0100}", "漢\u{fe0f}", "❤\u{fe0f}\u{fe0f}"] {
        assert!(marked(text.as_bytes()).contains("‹<U+"), "{text:?}");
    }
    for text in ["❤\u{fe0f}", "1\u{fe0f}\u{20e3}", "漢\u{e0100}", "⌚\u{fe0e}", "\u{1820}\u{180b}"] {
        assert_eq!(marked(text.as_bytes()), text, "{text:?}");
    }
}

#[test]
fn conceal_and_blink_are_marks() {
    assert_eq!(marked(b"\x1b[8msecret"), "‹^[[8m›secret");
    assert_eq!(marked(b"\x1b[5;31mx"), "‹^[[5;31m›x");
}

#[test]
fn bidi_controls_and_invisible_characters_are_marks() {
    for c in
        "\u{202e}\u{2066}\u{200e}\u{61c}\u{200b}\u{200c}\u{200d}\u{ad}\u{feff}\u{2060}\u{3164}\u{2028}\u{fe0f}\u{e0041}"
            .chars()
    {
        let expected = format!("a‹<U+{:04X}>›b", u32::from(c));
        let text = format!("a{c}b");
        // A variation selector is valid after a base.
        if c != '\u{fe0f}' {
            assert_eq!(marked(text.as_bytes()), expected);
        }
        assert_eq!(marked(c.to_string().as_bytes()), expected.trim_matches(['a', 'b']), "alone");
    }
}

#[test]
fn joiners_and_tags_are_valid_only_in_emoji() {
    assert_eq!(marked("👩‍🚀".as_bytes()), "👩‍🚀");
    assert_eq!(marked("a\u{200d}".as_bytes()), "a‹<U+200D>›");
    assert_eq!(marked("👩\u{200d}".as_bytes()), "👩‹<U+200D>›");
    let england = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
    assert_eq!(marked(england.as_bytes()), england);
    assert_eq!(marked("a\u{e0067}".as_bytes()), "a‹<U+E0067>›");
}

#[test]
fn a_combining_mark_without_base_gets_a_dotted_circle() {
    assert_eq!(decoded_text("\u{301}x".as_bytes()), "\u{25cc}\u{301}x");
    assert_eq!(decoded_text(b"a\x1b[1m\xcc\x81"), "a\u{25cc}\u{301}");
}

#[test]
fn excess_combining_marks_are_shown_as_marks() {
    let text = format!("a{}b", "\u{301}".repeat(100));
    let decoded = marked(text.as_bytes());
    assert!(decoded.starts_with(&format!("a{}‹<U+0301>", "\u{301}".repeat(8))), "{decoded}");
    assert_eq!(decoded.matches("<U+0301>").count(), 92);
}

#[test]
fn an_endless_chain_of_joined_emoji_is_split() {
    let row = decoded("👩\u{200d}".repeat(10_000).as_bytes());
    assert!(row.glyphs().len() > 600);
    assert!(row.glyphs().iter().all(|glyph| row.text_of(glyph).chars().count() <= MAX_CLUSTER));
}

#[test]
fn a_very_wide_cluster_is_split() {
    // Long enough for quadratic time to be noticed.
    for cluster in ["\u{600}", "\u{e33}", "क्"] {
        let row = decoded(cluster.repeat(60_000 / cluster.len()).as_bytes());
        assert!(row.glyphs().iter().all(|glyph| usize::from(glyph.columns) <= MAX_CLUSTER_COLUMNS));
    }
    let row = decoded("\u{1100}".repeat(1000).as_bytes());
    assert_eq!(row.columns(), 2000);
    assert!(row.glyphs().iter().all(|glyph| usize::from(glyph.columns) <= MAX_CLUSTER_COLUMNS));
}

#[test]
fn invalid_utf8_bytes_are_marks() {
    assert_eq!(marked(b"caf\xe9!"), "caf‹\\xE9›!");
    assert_eq!(marked(b"\xc3"), "‹\\xC3›");
    assert_eq!(marked(b"\xed\xa0\x80"), "‹\\xED\\xA0\\x80›");
    assert_eq!(marked(b"a\xffb\xfec"), "a‹\\xFF›b‹\\xFE›c");
}

#[test]
fn tabs_extend_to_the_next_tab_stop() {
    let row = decoded("a\tbé漢\tc".as_bytes());
    let widths: Vec<_> = row.glyphs().iter().map(|g| g.columns).collect();
    assert_eq!(widths, [1, 7, 1, 1, 2, 4, 1]);
    assert_eq!(row.columns(), 17);
}

#[test]
fn each_glyph_has_the_offset_of_its_byte() {
    let row = decoded(b"a\xc3\xa9\xff\x1b[31m\tz");
    let sources: Vec<_> = row.glyphs().iter().map(|g| g.source).collect();
    assert_eq!(sources, [0, 1, 3, 3, 3, 3, 9, 10]);
}

#[test]
fn colours_do_not_carry_over_to_the_next_row() {
    let mut row = Row::default();
    decode(b"\x1b[31mred", &mut row);
    decode(b"next", &mut row);
    assert!(row.glyphs().iter().all(|g| row.style_of(g) == Style::default()));
}

fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..6),
        "\\PC{0,4}".prop_map(String::into_bytes),
        any::<char>().prop_map(|c| c.to_string().into_bytes()),
        Just(b"\x1b[".to_vec()),
        Just(b"\x1b]0;".to_vec()),
        Just(b"\x1b\\".to_vec()),
        Just("\u{200d}\u{202e}\u{fe0f}".as_bytes().to_vec()),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn decoded_rows_are_safe(bytes in hostile()) {
        let row = decoded(&bytes);
        for glyph in row.glyphs() {
            let shown = row.text_of(glyph);
            prop_assert!(glyph.columns >= 1 && !shown.is_empty());
            prop_assert!(!shown.chars().any(char::is_control), "{shown:?}");
            let bidi = |c| matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!shown.chars().any(bidi), "{shown:?}");
            prop_assert_eq!(shown.chars().all(|c| is_invisible(c) || c.width() == Some(0)), false, "{:?}", shown);
            if glyph.kind != GlyphKind::Blank {
                prop_assert_eq!(columns(shown), usize::from(glyph.columns));
            }
        }
    }

    #[test]
    fn harmless_text_is_unchanged(text in "(?s)([ -~]|é|漢|\u{301}|\u{202e}|ᄀ|ᅠ|👩|\u{200d}|.){0,40}") {
        let mut row = Row::default();
        decode_plain(text.as_bytes(), &mut row);
        if is_harmless(&text) {
            prop_assert_eq!(row.text(), &text);
            prop_assert!(row.glyphs().iter().all(|glyph| glyph.kind != GlyphKind::Mark));
        }
    }

    #[test]
    fn is_harmless_is_exact_for_single_characters(c in any::<char>()) {
        let text = c.to_string();
        let mut row = Row::default();
        decode_plain(text.as_bytes(), &mut row);
        prop_assert_eq!(is_harmless(&text), row.text() == text && c.width() != Some(0), "{:?}", c);
    }

    #[test]
    fn sources_ascend_and_columns_add_up(bytes in hostile()) {
        let row = decoded(&bytes);
        let sources: Vec<u32> = row.glyphs().iter().map(|g: &Glyph| g.source).collect();
        prop_assert!(sources.is_sorted());
        prop_assert!(sources.iter().all(|&s| (s as usize) < bytes.len()));
        let sum: usize = row.glyphs().iter().map(|g| usize::from(g.columns)).sum();
        prop_assert_eq!(sum, row.columns());
    }

    #[test]
    fn decoding_is_idempotent(bytes in hostile()) {
        let once = decoded_text(&bytes);
        prop_assert_eq!(decoded_text(once.as_bytes()), once);
    }

    #[test]
    fn decode_literal_is_context_free(text in "([a-z ]|é|漢|\u{1b}\\[3?1?m?|\u{1b}\\]|\u{7}|\u{301}|\u{202e}|\u{200d}|👩|🇬|\r\n?){0,20}") {
        let shown = |text: &str| {
            let mut row = Row::default();
            decode_literal(text, &mut row);
            (row.text().to_owned(), row.columns())
        };
        let alone: Vec<_> = text.graphemes(true).map(shown).collect();
        let (text, columns) = shown(&text);
        prop_assert_eq!(alone.iter().map(|(text, _)| text.as_str()).collect::<String>(), text);
        prop_assert_eq!(alone.iter().map(|(_, columns)| columns).sum::<usize>(), columns);
    }
}
