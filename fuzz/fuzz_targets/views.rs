//! Any bytes in the two views that turn back into them, and in any charset: nothing harmful, nothing lost.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netchat_tui::text::{self, Charset, HexSeparator, Row};

const CHARSETS: [&str; 8] =
    ["utf-8", "latin-1", "windows-1252", "shift_jis", "gb18030", "euc-kr", "iso-2022-jp", "big5"];

fn is_harmless(row: &Row, len: usize) {
    let shown = row.text();
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert!(!shown.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')), "{shown:?}");
    assert!(row.glyphs().iter().all(|glyph| (glyph.source as usize) < len.max(1)));
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let mut row = Row::default();

    text::escape(bytes, &mut row);
    is_harmless(&row, bytes.len());
    assert_eq!(text::unescape(row.text()).as_deref(), Ok(bytes));

    let rule = HexSeparator { at: usize::from(first) % (bytes.len() + 1), text: "read".to_owned() };
    let columns = usize::from(first).max(10);
    let lines = text::hex(bytes, u64::from(first), &[rule], columns, &mut row);
    is_harmless(&row, bytes.len());
    let text_of = |line: std::ops::Range<usize>| -> String {
        row.glyphs()[line].iter().map(|glyph| row.text_of(glyph)).collect()
    };
    let dump: Vec<String> = lines.into_iter().map(text_of).collect();
    assert_eq!(text::parse_hex_dump(&dump.join("\n")).as_deref(), Ok(bytes));

    let charset = Charset::parse(CHARSETS[usize::from(first) % CHARSETS.len()]).unwrap();
    text::decode_in(charset, bytes, &mut row);
    is_harmless(&row, bytes.len());
});
