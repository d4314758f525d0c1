//! Tests of all bytes that must not reach a terminal, in the three views: a mark in the text view, bytes in the others.

use super::invisible::is_invisible;
use super::{GlyphKind, Row, decode, escape, hex, parse_hex_dump, unescape};
use unicode_width::UnicodeWidthChar;

/// Bytes between an `a` and a `b`, and how the text view and the escaped view show them.
struct Case {
    bytes: Vec<u8>,
    text: String,
    escaped: String,
}

/// Individual cases: bytes, text view, escaped view.
const NAMED: [(&[u8], &str, &str); 44] = [
    // C0 and DEL, by their names in ECMA-48.
    (b"\x00", "^@", r"\x00"),           // NUL
    (b"\x07", "^G", r"\x07"),           // BEL
    (b"\x08", "^H", r"\x08"),           // BS
    (b"\t", "\t", r"\t"),               // HT: a blank up to the next tab stop
    (b"\n", "^J", r"\n"),               // LF, in a row that was split for its length
    (b"\x0b", "^K", r"\x0B"),           // VT
    (b"\x0c", "^L", r"\x0C"),           // FF
    (b"\r", "^M", r"\r"),               // CR
    (b"\x0e", "^N", r"\x0E"),           // SO
    (b"\x7f", "^?", r"\x7F"),           // DEL
    (b"\x1b\x01", "^[^A", r"\x1B\x01"), // ESC that begins no sequence
    // Control sequences.
    (b"\x1b[2J", "^[[2J", r"\x1B[2J"),
    (b"\x1b[10;20H", "^[[10;20H", r"\x1B[10;20H"),
    (b"\x1b[?1049h", "^[[?1049h", r"\x1B[?1049h"),
    (b"\x1b[1 q", "^[[1 q", r"\x1B[1 q"),
    (b"\x1b[8m", "^[[8m", r"\x1B[8m"),
    (b"\x1b[6n", "^[[6n", r"\x1B[6n"),
    (b"\x1b[3\x01", "^[[3^A", r"\x1B[3\x01"),
    // Control strings: OSC by BEL, by ST and by ST as C1, DCS, SOS, PM, APC.
    (b"\x1b]0;t\x07", "^[]0;t^G", r"\x1B]0;t\x07"),
    (b"\x1b]52;c;aGk=\x1b\\", "^[]52;c;aGk=^[\\", r"\x1B]52;c;aGk=\x1B\\"),
    (b"\x1b]0;t\xc2\x9c", "^[]0;t<U+009C>", r"\x1B]0;t\xC2\x9C"),
    (b"\x1bPq\x1b\\", "^[Pq^[\\", r"\x1BPq\x1B\\"),
    (b"\x1bXs\x1b\\", "^[Xs^[\\", r"\x1BXs\x1B\\"),
    (b"\x1b^p\x1b\\", "^[^p^[\\", r"\x1B^p\x1B\\"),
    (b"\x1b_a\x1b\\", "^[_a^[\\", r"\x1B_a\x1B\\"),
    // Two-byte sequences, and sequences with intermediate bytes.
    (b"\x1bc", "^[c", r"\x1Bc"),
    (b"\x1b7", "^[7", r"\x1B7"),
    (b"\x1b(0", "^[(0", r"\x1B(0"),
    (b"\x1b#8", "^[#8", r"\x1B#8"),
    (b"\x1b $(B", "^[ $(B", r"\x1B $(B"),
    // Interrupted by another sequence, which must not become part of them.
    (b"\x1b]0;t\x1b[2J", "^[]0;t^[[2J", r"\x1B]0;t\x1B[2J"),
    (b"\x1bPq\x1bc", "^[Pq^[c", r"\x1BPq\x1Bc"),
    (b"\x1b[31\x1b[2J", "^[[31^[[2J", r"\x1B[31\x1B[2J"),
    (b"\x1b\x1b[2J", "^[^[[2J", r"\x1B\x1B[2J"),
    (b"\x1b(\x1b[2J", "^[(^[[2J", r"\x1B(\x1B[2J"),
    // C1 controls as UTF-8 (CSI, OSC), and as an invalid byte.
    (b"\xc2\x9b2J", "<U+009B>2J", r"\xC2\x9B2J"),
    (b"\xc2\x9d0;t\x07", "<U+009D>0;t^G", r"\xC2\x9D0;t\x07"),
    (b"\x9b2J", "\\x9B2J", r"\x9B2J"),
    // Invalid UTF-8: overlong, a surrogate, incomplete.
    (b"\xc0\x9b", "\\xC0\\x9B", r"\xC0\x9B"),
    (b"\xed\xa0\x80", "\\xED\\xA0\\x80", r"\xED\xA0\x80"),
    (b"\xf0\x9f\xa6", "\\xF0\\x9F\\xA6", r"\xF0\x9F\xA6"),
    // Invisible characters.
    ("\u{202e}".as_bytes(), "<U+202E>", r"\xE2\x80\xAE"),
    ("\u{200b}".as_bytes(), "<U+200B>", r"\xE2\x80\x8B"),
    ("\u{e0041}".as_bytes(), "<U+E0041>", r"\xF3\xA0\x81\x81"),
];

/// All bidirectional controls (UAX #9, table 3).
const BIDI: [char; 12] = [
    '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
    '\u{2067}', '\u{2068}', '\u{2069}',
];

fn hex_escapes(bytes: &[u8]) -> String {
    let escapes: Vec<String> = bytes.iter().map(|byte| format!("\\x{byte:02X}")).collect();
    escapes.concat()
}

fn cases() -> Vec<Case> {
    let named = NAMED.iter().map(|&(bytes, text, escaped)| Case {
        bytes: bytes.to_vec(),
        text: text.replace('\t', " "),
        escaped: escaped.to_owned(),
    });
    let c0 = (0..0x20_u8).chain([0x7f]).filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b)).map(|byte| Case {
        bytes: vec![byte],
        text: format!("^{}", char::from(byte ^ 0x40)),
        escaped: hex_escapes(&[byte]),
    });
    let c1 = '\u{80}'..='\u{9f}';
    let invisible = c1.chain(BIDI).chain(('\0'..=char::MAX).filter(|&c| is_invisible(c))).map(|c| Case {
        bytes: c.to_string().into_bytes(),
        text: format!("<U+{:04X}>", u32::from(c)),
        escaped: hex_escapes(c.to_string().as_bytes()),
    });
    named.chain(c0).chain(invisible).collect()
}

/// Returns the line of a hex dump of up to 16 bytes.
fn dump_line(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let join = |digits: &[String]| digits.join(" ");
    let (left, right) = digits.split_at(digits.len().min(8));
    let gap = if right.is_empty() { "" } else { "  " };
    let digits = format!("{}{gap}{}", join(left), join(right));
    let characters: String =
        bytes.iter().map(|&b| if (b' '..=b'~').contains(&b) { char::from(b) } else { '.' }).collect();
    format!("000000  {digits:48}  {characters}")
}

fn assert_visible(row: &Row, case: &str) {
    for c in row.text().chars() {
        assert!(!c.is_control() && !is_invisible(c) && c.width() != Some(0), "{c:?} in {case}");
    }
}

#[test]
fn unsafe_bytes_are_visible_and_reversible_in_every_view() {
    let mut row = Row::default();
    for Case { bytes: unsafe_bytes, text, escaped } in cases() {
        let bytes = [b"a", &unsafe_bytes[..], b"b"].concat();
        let case = bytes.escape_ascii().to_string();

        decode(&bytes, &mut row);
        assert_eq!(row.text(), format!("a{text}b"), "{case}");
        assert_visible(&row, &case);

        escape(&bytes, &mut row);
        assert_eq!(row.text(), format!("a{escaped}b"), "{case}");
        assert_eq!(unescape(row.text()), Ok(bytes.clone()), "{case}");
        assert_visible(&row, &case);

        assert_eq!(hex(&bytes, 0, &[], 80, &mut row).len(), 1, "{case}");
        assert_eq!(row.text(), dump_line(&bytes), "{case}");
        assert_eq!(parse_hex_dump(row.text()), Ok(bytes.clone()), "{case}");
        assert_visible(&row, &case);
    }
}

#[test]
fn replacements_are_marks() {
    let mut row = Row::default();
    for c in ('\0'..=char::MAX).filter(|&c| c.is_control() && !matches!(c, '\t') || is_invisible(c)) {
        let text = format!("a{c}b");
        for view in [decode, escape] {
            view(text.as_bytes(), &mut row);
            let marks = row.glyphs().iter().filter(|glyph| glyph.kind == GlyphKind::Mark).count();
            // All glyphs but the letters around it; ESC takes the `b` after it into its mark.
            assert!(marks + 2 >= row.glyphs().len() && marks >= 2, "{c:?}");
        }
    }
}

#[test]
fn the_table_is_complete() {
    assert!(BIDI.into_iter().all(is_invisible));
    let bytes: Vec<Vec<u8>> = cases().into_iter().map(|case| case.bytes).collect();
    for c in ('\0'..='\u{9f}').filter(|&c| c.is_control() && c != '\u{1b}') {
        assert!(bytes.contains(&c.to_string().into_bytes()), "{c:?}");
    }
}
