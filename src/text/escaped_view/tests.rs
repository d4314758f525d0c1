//! Tests of the escaped view.

use super::*;
use crate::text::decode_plain;
use proptest::prelude::*;

fn escaped(bytes: &[u8]) -> Row {
    let mut row = Row::default();
    escape(bytes, &mut row);
    row
}

fn escaped_text(text: &str) -> String {
    escaped(text.as_bytes()).text().to_owned()
}

#[test]
fn visible_text_is_unchanged() {
    for text in ["", "hello", "a  b ", "naïve café", "漢字かな", "한글", "שלום", "Привет", "€ → ✓", "🦀", "\u{fffd}"]
    {
        assert_eq!(escaped_text(text), text);
    }
}

#[test]
fn controls_and_invalid_bytes_are_escaped() {
    for (bytes, expected) in [
        (&b"hello\r\n"[..], r"hello\r\n"),
        (b"a\tb\\c\n", r"a\tb\\c\n"),
        (b"\0\x07\x1b[31m\x7f", r"\x00\x07\x1B[31m\x7F"),
        (b"caf\xe9\xc3", r"caf\xE9\xC3"),
        (b"\xed\xa0\x80", r"\xED\xA0\x80"),
        (b"\\x41", r"\\x41"),
    ] {
        assert_eq!(escaped(bytes).text(), expected);
    }
}

#[test]
fn combining_and_invisible_characters_are_escaped() {
    for (text, expected) in [
        ("\u{202e}x\u{200b}", r"\xE2\x80\xAEx\xE2\x80\x8B"),
        ("\u{9b}2J", r"\xC2\x9B2J"),
        ("a\u{a0}b\u{3000}\u{2800}", r"a\xC2\xA0b\xE3\x80\x80\xE2\xA0\x80"),
        ("e\u{301}x", r"e\xCC\x81x"),
        ("ée\u{301}", r"ée\xCC\x81"),
        ("\u{301}x", r"\xCC\x81x"),
        ("👩\u{200d}🚀!", r"👩\xE2\x80\x8D\xF0\x9F\x9A\x80!"),
        ("❤\u{fe0f}", r"❤\xEF\xB8\x8F"),
        ("🇬🇧", r"\xF0\x9F\x87\xAC\xF0\x9F\x87\xA7"),
        ("👍🏽 🏽", r"👍\xF0\x9F\x8F\xBD \xF0\x9F\x8F\xBD"),
        ("\u{1112}\u{1161}\u{11ab}", r"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"),
        ("하\u{11ab}", r"하\xE1\x86\xAB"),
        ("กำ", r"ก\xE0\xB8\xB3"),
        ("क्षि", r"क\xE0\xA5\x8D\xE0\xA4\xB7\xE0\xA4\xBF"),
        ("\u{600}12", r"\xD8\x8012"),
    ] {
        assert_eq!(escaped_text(text), expected);
    }
}

#[test]
fn escapes_are_marks_with_the_offset_of_their_byte() {
    let row = escaped("a é\u{202e}\n".as_bytes());
    assert_eq!(row.text(), r"a é\xE2\x80\xAE\n");
    let kinds: Vec<_> = row.glyphs().iter().map(|g| g.kind).collect();
    assert_eq!(kinds[..3], [GlyphKind::Text, GlyphKind::Blank, GlyphKind::Text]);
    assert!(kinds[3..].iter().all(|&kind| kind == GlyphKind::Mark));
    let sources: Vec<_> = row.glyphs().iter().map(|g| g.source).collect();
    assert_eq!(sources, [0, 1, 2, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 7, 7]);
}

#[test]
fn invalid_escapes_are_reported_with_their_offset() {
    for (text, expected) in [
        ("ab\\", EscapeError::Incomplete(2)),
        ("é\\x4", EscapeError::Incomplete(2)),
        ("\\\\\\x4g", EscapeError::InvalidDigits(2)),
        ("\\xé1", EscapeError::InvalidDigits(0)),
        ("a\\e[2J", EscapeError::Unknown(1)),
        ("\\0", EscapeError::Unknown(0)),
        ("\\", EscapeError::Incomplete(0)),
    ] {
        assert_eq!(unescape(text), Err(expected), "{text}");
    }
    assert_eq!(EscapeError::Unknown(1).to_string(), r"the escape at byte 1 is not one of \\, \r, \n, \t or \xNN");
    assert_eq!(unescape(r"\x1b\x1B\\x"), Ok(b"\x1b\x1b\\x".to_vec()));
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..6),
        "\\PC{0,4}".prop_map(String::into_bytes),
        any::<char>().prop_map(|c| c.to_string().into_bytes()),
        "([a-z\\\\]|\u{301}|\u{200d}|👩|🏽|\u{fe0f}|🇬|\u{1100}|\u{1161}|가|\u{600}|\u{e33}|क|\u{94d}|\r\n){0,6}"
            .prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn unescape_inverts_escape(bytes in any_bytes()) {
        prop_assert_eq!(unescape(escaped(&bytes).text()), Ok(bytes));
    }

    #[test]
    fn escape_to_writes_the_same_text(bytes in any_bytes()) {
        let mut text = "before ".to_owned();
        escape_to(&bytes, &mut text);
        prop_assert_eq!(text, format!("before {}", escaped(&bytes).text()));
    }

    #[test]
    fn sources_cover_every_byte_and_glyphs_are_clusters(bytes in any_bytes()) {
        let row = escaped(&bytes);
        let mut next = 0;
        for glyph in row.glyphs() {
            let text = row.text_of(glyph);
            prop_assert_eq!(text.chars().count(), 1);
            prop_assert_eq!(columns(text), usize::from(glyph.columns));
            prop_assert!(glyph.source as usize == next || glyph.source + 1 == u32::try_from(next).unwrap());
            if glyph.source as usize == next {
                next += if glyph.kind == GlyphKind::Mark { 1 } else { text.len() };
            }
        }
        prop_assert_eq!(next, bytes.len());
        prop_assert_eq!(row.text().graphemes(true).count(), row.glyphs().len());
    }

    #[test]
    fn escaped_text_decodes_to_itself(bytes in any_bytes()) {
        let row = escaped(&bytes);
        let mut again = Row::default();
        decode_plain(row.text().as_bytes(), &mut again);
        prop_assert_eq!(again.text(), row.text());
        prop_assert_eq!(again.columns(), row.columns());
        prop_assert!(again.glyphs().iter().all(|glyph| glyph.kind != GlyphKind::Mark));
    }

    #[test]
    fn unescape_does_not_panic(text in "(\\\\|x|[0-9a-fA-F]|é|[rnt]){0,12}") {
        let _ = unescape(&text);
    }
}
