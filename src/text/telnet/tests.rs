//! Tests of telnet commands in rows.

use super::*;
use crate::text::{Charset, GlyphKind, Row, decode_in, decode_plain, escape, unescape};
use proptest::prelude::*;

const LATIN_1: &str = "latin-1";

fn row(charset: &str, bytes: &[u8]) -> Row {
    let mut row = Row::default();
    decode_in(Charset::parse(charset).unwrap(), bytes, &mut row);
    row
}

fn decoded_text(charset: &str, bytes: &[u8]) -> String {
    row(charset, bytes).text().to_owned()
}

#[test]
fn commands_are_shown_by_name() {
    for (bytes, expected) in [
        (&b"a\xff\xfd\x18b"[..], "a<DO TERMINAL-TYPE>b"),
        (b"\xff\xfb\x01\xff\xfb\x03login: ", "<WILL ECHO><WILL SUPPRESS-GO-AHEAD>login: "),
        (b"\xff\xfc\x00\xff\xfe\x1f", "<WONT BINARY><DONT NAWS>"),
        (b"\xff\xfd\x63", "<DO 99>"),
        (b"\xff\xfb\xc9", "<WILL GMCP>"),
        (b"\xff\xfd\x31", "<DO FORWARD-X>"),
        (b"\xff\xfd\xff", "<DO EXTENDED-OPTIONS-LIST>"),
        (b"name?\xff\xf9", "name?<IAC GA>"),
        (b"\xff\xf1\xff\xf6\xff\xef", "<IAC NOP><IAC AYT><IAC EOR>"),
        (b"\xff\xfa\x18\x01\xff\xf0x", r"<SB TERMINAL-TYPE \x01 SE>x"),
        (b"\xff\xfa\x1f\x00P\x00\x18\xff\xf0", r"<SB NAWS \x00P\x00\x18 SE>"),
        (b"\xff\xfa\x1f\xff\xff\x00\xff\xf0", r"<SB NAWS \xFF\x00 SE>"),
        (b"\xff\xfa\x56\xff\xf0", "<SB COMPRESS2 SE>"),
        (b"\xff\xfa\xc9Core.Hello {\"a\":1}\xff\xf0", "<SB GMCP Core.Hello {\"a\":1} SE>"),
        (b"\xff\xff", r"\xFF"),
        // Inside a coloured text.
        (b"\x1b[31m\xff\xfb\x01red", "<WILL ECHO>red"),
        ("é\u{301}".as_bytes(), "é\u{301}"),
    ] {
        assert_eq!(decoded_text("utf-8", bytes), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_long_subnegotiation_is_truncated_with_dots() {
    let bytes = [b"\xff\xfa\xc9".as_slice(), &[b'x'; 25], b"\xff\xf0"].concat();
    assert_eq!(decoded_text("utf-8", &bytes), format!("<SB GMCP {}... SE>", "x".repeat(24)));
}

#[test]
fn malformed_commands_are_bytes() {
    for (bytes, expected) in [
        (&b"\xff"[..], r"\xFF"),
        (b"a\xffb", r"a\xFFb"),
        (b"\xff\xfd", r"\xFF\xFD"),
        (b"\xff\xfa\x18\x01", r"\xFF\xFA^X^A"),
        (b"\xff\xfa\x18\xff\xfd\x01", r"\xFF\xFA^X<DO ECHO>"),
        (b"\xff\xfa\xff\xf0", r"\xFF\xFA<IAC SE>"),
        (b"\xff\xeb", r"\xFF\xEB"),
        // UTF-16 with a byte order mark: "hi"; "EU", which begins like a named option; "hi" in the other byte order.
        (b"\xff\xfeh\0i\0", r"\xFF\xFEh^@i^@"),
        (b"\xff\xfeE\0U\0", r"\xFF\xFEE^@U^@"),
        (b"\xfe\xff\0h\0i", r"\xFE\xFF^@h^@i"),
        (b"\xff\xfe\xc0", r"\xFF\xFE\xC0"),
        (b"\xff\xff\xfd\x18", r"\xFF\xFD^X"),
        // A command inside a character.
        (b"\xc3\xff\xf9\xa9", r"\xC3<IAC GA>\xA9"),
    ] {
        assert_eq!(decoded_text("utf-8", bytes), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn only_negotiation_is_recognised_where_ff_is_a_letter() {
    for (charset, bytes, expected) in [
        (LATIN_1, &b"caf\xe9 \xff\xfd\x18\xe9"[..], "café <DO TERMINAL-TYPE>é"),
        (LATIN_1, b"\xff\xff\xf9 \xff", "ÿÿù ÿ"),
        (LATIN_1, b"\xff\xff\xfd\x18", "ÿÿý^X"),
        (LATIN_1, b"\xff\xfa\x18\x01\xff\xf0", r"<SB TERMINAL-TYPE \x01 SE>"),
        ("windows-1252", b"\xff\xfe\x01", "<DONT ECHO>"),
        ("koi8-r", b"\xff\xfb\x01", "<WILL ECHO>"),
        // "guliaiu", which ends with IAC DONT in this charset only.
        ("windows-1251", b"\xe3\xf3\xeb\xff\xfe \xff\xfd\x18\xff", "гуляю <DO TERMINAL-TYPE>я"),
        // FF is undefined in these charsets.
        ("iso-8859-7", b"\xff\xf9\xe1", "<IAC GA>α"),
        ("shift_jis", b"\x93\xfa\xff\xfb\x01\x96\x7b", "日<WILL ECHO>本"),
        ("shift_jis", b"\xff\xf9\xff", "<IAC GA>\\xFF"),
        ("euc-jp", b"\xc6\xfc\xff\xff", "日\\xFF"),
    ] {
        assert_eq!(decoded_text(charset, bytes), expected, "{charset}: {}", bytes.escape_ascii());
    }
}

#[test]
fn marks_have_the_offset_of_their_command() {
    for charset in ["utf-8", LATIN_1, "shift_jis"] {
        let row = row(charset, b"a\xff\xfd\x18b\xff\xfa\x18\xff\xf0c");
        let source = |wanted: &str| row.glyphs().iter().rfind(|glyph| row.text_of(glyph) == wanted).unwrap().source;
        assert_eq!([source("a"), source("b"), source("c"), source("<"), source(">")], [0, 4, 10, 5, 5], "{charset}");
        let marks = row.glyphs().iter().filter(|glyph| glyph.kind == GlyphKind::Mark).count();
        assert_eq!(marks, row.glyphs().len() - 3, "{charset}");
    }
}

#[test]
fn commands_about_to_be_sent_are_shown_as_bytes() {
    let mut row = Row::default();
    decode_plain(b"\xff\xfd\x18", &mut row);
    assert_eq!(row.text(), r"\xFF\xFD^X");
    escape(b"\xff\xfd\x18", &mut row);
    assert_eq!(unescape(row.text()).unwrap(), b"\xff\xfd\x18");
}

#[test]
fn options_have_the_numbers_of_the_registry() {
    for (option, name) in [(1, "ECHO"), (3, "SUPPRESS-GO-AHEAD"), (24, "TERMINAL-TYPE"), (31, "NAWS"), (34, "LINEMODE")]
    {
        assert_eq!(option_name(option), Some(name));
    }
    for (option, name) in [(39, "NEW-ENVIRON"), (42, "CHARSET"), (44, "COM-PORT-OPTION"), (49, "FORWARD-X")] {
        assert_eq!(option_name(option), Some(name));
    }
    assert_eq!((option_name(50), option_label(50)), (None, "50".into()));
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![4 => Just(IAC), 4 => 0xf0..=0xfe_u8, 2 => 0..=0x1f_u8, 2 => b'a'..=b'z', 1 => any::<u8>()];
    proptest::collection::vec(byte, 0..60)
}

fn commands() -> impl Strategy<Value = CommandSet> {
    prop_oneof![Just(CommandSet::All), Just(CommandSet::Negotiation), Just(CommandSet::Requests)]
}

proptest! {
    #[test]
    fn segments_cover_the_row(bytes in bytes(), commands in commands()) {
        let mut at = 0;
        for segment in segments(&bytes, commands) {
            let (TelnetSegment::Text(range) | TelnetSegment::Command(range)) = &segment;
            prop_assert_eq!(range.start, at);
            prop_assert!(range.end > at);
            at = range.end;
            if let TelnetSegment::Command(range) = segment {
                prop_assert_eq!(command_len(&bytes[range.clone()], commands), Some(range.len()));
                prop_assert!(format_command(&bytes[range]).len() > 2);
            }
        }
        prop_assert_eq!(at, bytes.len());
    }

    #[test]
    fn text_around_a_command_is_decoded_separately(
        before in "[a-zé漢 ]{0,5}", command in prop::sample::select(vec![&b"\xff\xfd\x18"[..], b"\xff\xf9", b"\xff\xff"]),
        after in "[a-zé漢 ]{0,5}",
    ) {
        let bytes = [before.as_bytes(), command, after.as_bytes()].concat();
        prop_assert_eq!(decoded_text("utf-8", &bytes), format!("{before}{}{after}", format_command(command)));
    }
}
