//! Makes text from one client safe for the terminals of others.

use crate::text::{Row, decode_plain, is_harmless};
use bytes::BytesMut;
use memchr::memmem;
use std::sync::LazyLock;

/// Appends a client's text to `into` as printable text without line breaks; at most four bytes per input byte.
///
/// Runs of spaces are cut to [`MAX_SPACES`], because with more of them a client could choose the start of a wrapped row on
/// other people's terminals. A tab becomes a space and invalid UTF-8 becomes U+FFFD. Other controls, bidirectional
/// controls and invisible characters are escaped as [`crate::text`] shows them: `^[`, `<U+202E>`. So a line that begins
/// with a prefix of the server stays one line, from left to right.
pub(super) fn sanitize_line(bytes: &[u8], into: &mut BytesMut) {
    if is_printable_ascii(bytes) && LONG_GAP.find(bytes).is_none() {
        into.extend_from_slice(bytes);
        return;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.split('\t').all(is_harmless) => push_with_short_gaps(text, into),
        _ => push_escaped(bytes, into),
    }
}

/// Maximum number of spaces in a row. Pasted programs are rarely indented by more.
const MAX_SPACES: usize = 24;

/// Finds a run of more than [`MAX_SPACES`] spaces.
static LONG_GAP: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(&[b' '; MAX_SPACES + 1]));

/// Whether a character looks like a space. The blank Braille pattern is not white space in Unicode.
const fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

fn is_printable_ascii(bytes: &[u8]) -> bool {
    // Without an early exit the loop is vectorized.
    bytes.iter().fold(true, |is_printable, byte| is_printable & matches!(byte, b' '..=b'~'))
}

/// Appends text with tabs replaced and runs of spaces cut.
fn push_with_short_gaps(text: &str, into: &mut BytesMut) {
    let mut spaces = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        spaces = if is_blank(c) { spaces + 1 } else { 0 };
        let (char_text, after) = rest.split_at_checked(c.len_utf8()).unwrap_or((rest, ""));
        if spaces <= MAX_SPACES {
            into.extend_from_slice(if c == '\t' { b" " } else { char_text.as_bytes() });
        }
        rest = after;
    }
}

/// Appends text with unsafe characters escaped.
fn push_escaped(bytes: &[u8], into: &mut BytesMut) {
    let mut row = Row::default();
    decode_plain(String::from_utf8_lossy(bytes).as_bytes(), &mut row);
    push_with_short_gaps(row.text(), into);
}

/// Maximum width of an [`excerpt`] in columns.
const MAX_EXCERPT_COLUMNS: usize = 24;

/// The beginning of a user's input for use in a message: escaped and cut to [`MAX_EXCERPT_COLUMNS`] columns.
pub(super) fn excerpt(input: &str) -> String {
    // Enough characters to fill the columns, even if half of them are zero-width marks.
    let start: String = input.chars().take(2 * MAX_EXCERPT_COLUMNS + 1).collect();
    let mut row = Row::default();
    decode_plain(start.as_bytes(), &mut row);
    let mut text = String::new();
    let mut columns = 0;
    for glyph in row.glyphs() {
        columns += usize::from(glyph.columns);
        if columns > MAX_EXCERPT_COLUMNS {
            break;
        }
        text.push_str(row.text_of(glyph));
    }
    if columns > MAX_EXCERPT_COLUMNS || start.len() < input.len() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sanitized(bytes: &[u8]) -> String {
        let mut into = BytesMut::from(&b"ann: "[..]);
        sanitize_line(bytes, &mut into);
        String::from_utf8(into.to_vec()).unwrap().strip_prefix("ann: ").unwrap().to_owned()
    }

    #[test]
    fn printable_text_is_unchanged() {
        for text in ["", "hello ~", "héllo wörld", "漢字かな", "שלום", "👨‍👩‍👧 ok", "❤️", "e\u{301}"]
        {
            assert_eq!(sanitized(text.as_bytes()), text);
        }
    }

    #[test]
    fn a_tab_becomes_a_space() {
        assert_eq!(sanitized(b"\ta\t\tb"), " a  b");
        assert_eq!(sanitized("ä\tb".as_bytes()), "ä b");
        assert_eq!(sanitized(b"a\tb\x07"), "a b^G");
    }

    #[test]
    fn runs_of_spaces_are_cut() {
        let few = " ".repeat(MAX_SPACES);
        for blank in [" ", "\t", " \t"] {
            assert_eq!(sanitized(format!("hi{}* x", blank.repeat(80)).as_bytes()), format!("hi{few}* x"));
        }
        for blank in ["\u{a0}", "\u{2003}", "\u{2800}", "\u{3000}"] {
            assert_eq!(
                sanitized(format!("é{}* x", blank.repeat(80)).as_bytes()),
                format!("é{}* x", blank.repeat(MAX_SPACES))
            );
        }
        let mixed = " \u{a0}\u{3000}".repeat(80);
        assert_eq!(sanitized(format!("\x07{mixed}x").as_bytes()).chars().count(), "^Gx".len() + MAX_SPACES);
        assert_eq!(sanitized(format!("{few}a{few}b").as_bytes()), format!("{few}a{few}b"));
    }

    #[test]
    fn invalid_utf_8_becomes_the_replacement_character() {
        assert_eq!(sanitized(b"caf\xe9 \xff"), "caf\u{fffd} \u{fffd}");
    }

    #[test]
    fn controls_and_invisible_characters_are_escaped() {
        for (bytes, expected) in [
            (&b"\x1b[2J\x1b]0;x\x07"[..], "^[[2J^[]0;x^G"),
            (b"a\rb\nc\0\x7f", "a^Mb^Jc^@^?"),
            ("\u{202e}abc\u{200b}\u{9b}".as_bytes(), "<U+202E>abc<U+200B><U+009B>"),
            ("\u{2028}x\u{feff}".as_bytes(), "<U+2028>x<U+FEFF>"),
        ] {
            assert_eq!(sanitized(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_leading_combining_mark_gets_its_own_base() {
        assert_eq!(sanitized("\u{301}x".as_bytes()), "\u{25cc}\u{301}x");
    }

    proptest! {
        #[test]
        fn any_input_becomes_one_printable_line(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = sanitized(&bytes);
            prop_assert!(!text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}')), "{text:?}");
            prop_assert!(text.len() <= 4 * bytes.len());
        }

        #[test]
        fn fast_paths_agree_with_the_general_one(text in "(?s)[ -~]{0,8}(\t|é|漢|\u{301}|\u{202e}|.){0,8}") {
            let mut escaped = BytesMut::new();
            push_escaped(text.as_bytes(), &mut escaped);
            let fast = sanitized(text.as_bytes());
            prop_assert_eq!(fast.as_bytes(), &escaped[..]);
            prop_assert!(fast.len() <= 4 * text.len());
        }
    }
}
