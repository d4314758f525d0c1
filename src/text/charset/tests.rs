//! Tests of decoding rows in other charsets.

use super::*;
use crate::text::{GlyphKind, decode_plain};
use proptest::prelude::*;

fn charset(label: &str) -> Charset {
    Charset::parse(label).unwrap()
}

fn decoded(charset: Charset, bytes: &[u8]) -> Row {
    let mut row = Row::default();
    decode_in(charset, bytes, &mut row);
    row
}

fn sources(row: &Row) -> Vec<u32> {
    row.glyphs().iter().map(|glyph| glyph.source).collect()
}

/// A charset for each way of decoding, and all with peculiarities.
const LABELS: [&str; 16] = [
    "utf-8",
    "latin-1",
    "windows-1252",
    "windows-1253",
    "koi8-r",
    "iso-8859-7",
    "x-user-defined",
    "macintosh",
    "shift_jis",
    "euc-jp",
    "iso-2022-jp",
    "euc-kr",
    "big5",
    "gbk",
    "gb18030",
    "windows-874",
];

#[test]
fn names_are_parsed_to_the_same_charset() {
    for label in LABELS {
        let charset = charset(label);
        assert_eq!(Charset::parse(charset.name()), Ok(charset), "{label}");
    }
    assert_eq!(Charset::default(), Charset::UTF_8);
    assert!(Charset::UTF_8.is_utf8() && !charset("latin-1").is_utf8());
}

#[test]
fn labels_select_a_charset() {
    for (label, name) in [
        ("utf-8", "UTF-8"),
        (" Utf8\t", "UTF-8"),
        ("Latin-1", "latin-1"),
        ("l1", "latin-1"),
        ("ISO-8859-1", "latin-1"),
        ("iso8859-1", "latin-1"),
        ("cp1252", "windows-1252"),
        ("Windows-1252", "windows-1252"),
        ("latin2", "ISO-8859-2"),
        ("koi8-r", "KOI8-R"),
        ("SJIS", "Shift_JIS"),
    ] {
        assert_eq!(Charset::parse(label).unwrap().name(), name, "{label}");
    }
}

#[test]
fn unsupported_charsets_are_refused_with_the_reason() {
    for (label, expected) in [
        (
            "UTF-16",
            "\"UTF-16\" is not supported: rows end at the byte 0A, which is also part of UTF-16 characters. Have the server send utf-8, or use the hex view.",
        ),
        (
            "utf-16be",
            "\"utf-16be\" is not supported: rows end at the byte 0A, which is also part of UTF-16 characters. Have the server send utf-8, or use the hex view.",
        ),
        ("hz-gb-2312", "\"hz-gb-2312\" is not supported, as text can be hidden in it. Have the server send utf-8."),
        ("cp437", "There is no charset \"cp437\". Try utf-8, latin-1, windows-1252, shift_jis or koi8-r."),
        ("", "There is no charset \"\". Try utf-8, latin-1, windows-1252, shift_jis or koi8-r."),
        ("a\x1b[2J", "There is no charset \"a^[[2J\". Try utf-8, latin-1, windows-1252, shift_jis or koi8-r."),
    ] {
        assert_eq!(Charset::parse(label).unwrap_err().to_string(), expected);
    }
}

#[test]
fn text_is_decoded_with_the_offsets_of_its_bytes() {
    for (label, bytes, text, expected) in [
        ("utf-8", &b"caf\xc3\xa9!"[..], "café!", &[0, 1, 2, 3, 5][..]),
        ("latin-1", b"caf\xe9!", "café!", &[0, 1, 2, 3, 4]),
        ("windows-1252", b"\x80 5 \xe9", "€ 5 é", &[0, 1, 2, 3, 4]),
        ("koi8-r", b"\xf0\xd2\xc9!", "При!", &[0, 1, 2, 3]),
        ("iso-8859-7", b"\xe1\xe2x", "αβx", &[0, 1, 2]),
        ("windows-874", b"\xa1\xd3", "กำ", &[0]),
        ("shift_jis", b"a\x83\x65\x83\x58\x83\x67\xb1", "aテストｱ", &[0, 1, 3, 5, 7]),
        // The second byte of this character is a backslash.
        ("shift_jis", b"\x95\x5c\\", "表\\", &[0, 2]),
        ("euc-jp", b"\xc6\xfc\x8e\xb1\x8f\xb0\xa1x", "日ｱ丂x", &[0, 2, 4, 7]),
        ("euc-kr", b"\xc7\xd1\xb1\xdb.", "한글.", &[0, 2, 4]),
        ("big5", b"\xa4\xa4x", "中x", &[0, 2]),
        // Two bytes encode two characters of one cluster.
        ("big5", b"a\x88\x62b", "aÊ\u{304}b", &[0, 1, 3]),
        ("gb18030", b"\xd6\xd0\x94\x39\xda\x33x", "中💩x", &[0, 2, 6]),
        ("iso-2022-jp", b"a\x1b$BF|K\\\x1b(Bb", "a日本b", &[0, 4, 6, 11]),
        ("iso-2022-jp", b"\x1b(J\\\x1b(I1\x1b(B\\", "¥ｱ\\", &[3, 7, 11]),
    ] {
        let row = decoded(charset(label), bytes);
        assert_eq!(row.text(), text, "{label}");
        assert_eq!(sources(&row), expected, "{label} {text}");
    }
}

#[test]
fn latin_1_has_controls_where_windows_1252_has_letters() {
    for byte in 0x80..=0x9f_u8 {
        assert_eq!(decoded(charset("latin-1"), &[b'a', byte]).text(), format!("a<U+{byte:04X}>"));
    }
    assert_eq!(decoded(charset("windows-1252"), b"\x93a\x94").text(), "“a”");
    // Five bytes are undefined in windows-1252; the Encoding Standard decodes them as controls.
    assert_eq!(decoded(charset("windows-1252"), b"\x81").text(), "<U+0081>");
}

#[test]
fn invalid_bytes_are_marks() {
    for (label, bytes, text, expected) in [
        ("windows-1253", &b"a\xd2\xffb"[..], "a\\xD2\\xFFb", &[0, 1, 1, 1, 1, 2, 2, 2, 2, 3][..]),
        // Incomplete at the end, and in the middle, where decoding restarts at the next byte.
        ("shift_jis", b"a\x83", "a\\x83", &[0, 1, 1, 1, 1]),
        ("shift_jis", b"\x83!\xff", "\\x83!\\xFF", &[0, 0, 0, 0, 1, 2, 2, 2, 2]),
        ("euc-kr", b"\xc7\xd1\xb1", "한\\xB1", &[0, 2, 2, 2, 2]),
        ("euc-jp", b"\x8f\xb0", "\\x8F\\xB0", &[0, 0, 0, 0, 1, 1, 1, 1]),
        ("gb18030", b"\x81\x30\x81", "\\x81\\x30\\x81", &[0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]),
        ("gb18030", b"\x81\x30x", "\\x810x", &[0, 0, 0, 0, 1, 2]),
        ("iso-2022-jp", b"\x1b$BF|K", "日\\x4B", &[3, 5, 5, 5, 5]),
        ("iso-2022-jp", b"\x1b$BF\x1b(Bx\xe9", "\\x46x\\xE9", &[3, 3, 3, 3, 7, 8, 8, 8, 8]),
        // The last two bytes would be a letter in UTF-8.
        ("windows-1253", b"\xd2\xff\xc3\xa9", "\\xD2\\xFFΓ©", &[0, 0, 0, 0, 1, 1, 1, 1, 2, 3]),
    ] {
        let row = decoded(charset(label), bytes);
        assert_eq!(row.text(), text, "{label}");
        assert_eq!(sources(&row), expected, "{label} {text}");
    }
}

#[test]
fn escapes_and_controls_are_decoded_as_in_utf8() {
    let row = decoded(charset("koi8-r"), b"\x1b[31m\xf0\x1b[2J\x07\t\xf0");
    assert_eq!(row.text(), "П^[[2J^G П");
    assert!(row.style_of(&row.glyphs()[0]).foreground.is_some());
    assert_eq!(sources(&row), [5, 6, 6, 7, 8, 9, 10, 10, 11, 12]);
    // An invalid byte inside a control string.
    let row = decoded(charset("windows-1253"), b"\x1b]0;\xe1\xd2\x07!");
    assert_eq!(row.text(), "^[]0;α\\xD2^G!");
    assert_eq!(row.glyphs().iter().filter(|glyph| glyph.kind != GlyphKind::Mark).count(), 1);
    // A control string that ends with a C1 control.
    assert_eq!(decoded(charset("latin-1"), b"\x1b]0;t\x9cx").glyphs().last().unwrap().kind, GlyphKind::Text);
    // Sequences that designate no character set are shown.
    let row = decoded(charset("iso-2022-jp"), b"\x1b[1mx\x1b[2J\x1b$BF|\x07");
    assert_eq!(row.text(), "x^[[2J日^G");
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..6),
        proptest::collection::vec(0x80..=0xff_u8, 0..6),
        proptest::sample::select(vec![
            &b"\x1b$B"[..],
            b"\x1b(J",
            b"\x1b(B",
            b"\x1b(I",
            b"\x1b[31m",
            b"\x1b]0;",
            b"\x1b",
            b"\x07",
            b"F|",
            b"\x9c",
            b"a",
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn decoded_rows_are_safe_in_every_charset(bytes in any_bytes()) {
        for label in LABELS {
            let row = decoded(charset(label), &bytes);
            let sources = sources(&row);
            prop_assert!(sources.is_sorted(), "{}", label);
            prop_assert!(sources.iter().all(|&source| (source as usize) < bytes.len()), "{}", label);
            prop_assert!(!row.text().chars().any(char::is_control), "{}: {:?}", label, row.text());
            let mut again = Row::default();
            decode_plain(row.text().as_bytes(), &mut again);
            prop_assert_eq!(again.text(), row.text(), "{}", label);
        }
    }

    #[test]
    fn valid_text_is_decoded_as_by_encoding_rs(bytes in any_bytes()) {
        for label in LABELS.into_iter().filter(|label| !matches!(*label, "latin-1" | "iso-2022-jp")) {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&bytes) else { continue };
            if telnet::has_command(&bytes, charset(label).telnet_commands()) {
                continue;
            }
            let mut expected = Row::default();
            decode(text.as_bytes(), &mut expected);
            let row = decoded(charset(label), &bytes);
            prop_assert_eq!(row.text(), expected.text(), "{}", label);
        }
    }

    #[test]
    fn encoded_text_is_decoded(text in "[ -~é€Пя日本ｱ한글中表αβ]{0,20}") {
        for label in LABELS.into_iter().filter(|label| !matches!(*label, "latin-1" | "x-user-defined")) {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let (bytes, _, has_unmappable) = encoding.encode(&text);
            if !has_unmappable {
                // The expected text is decoded again, since the encoder may convert half-width katakana to full width.
                let expected = encoding.decode_without_bom_handling(&bytes).0;
                let row = decoded(charset(label), &bytes);
                prop_assert_eq!(row.text(), &*expected, "{}", label);
            }
        }
    }
}
