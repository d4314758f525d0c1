//! What one client said, made fit for the terminals of the others.

use crate::text::{Row, decode_plain, is_harmless};
use bytes::BytesMut;
use memchr::memmem;
use std::sync::LazyLock;

/// Appends what a client said as one line's worth of text that does nothing but be read, at most four bytes for each
/// of `bytes`.
///
/// Of many blanks in a row only [`BLANKS`] are left: with enough of them a terminal that wraps would begin a row of its
/// screen with whatever the client wants to stand there. A tab becomes one blank, and what is not UTF-8 becomes U+FFFD. Every other control, bidirectional control and
/// character that cannot be seen becomes a mark, the one that [`crate::text`] shows: `^[`, `<U+202E>`. So whatever a
/// client sends, a line that begins with our words goes on as one line, from left to right.
pub(super) fn sanitize_line(bytes: &[u8], into: &mut BytesMut) {
    if is_printable_ascii(bytes) && GAP.find(bytes).is_none() {
        into.extend_from_slice(bytes);
        return;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.split('\t').all(is_harmless) => with_few_blanks(text, into),
        _ => with_marks(bytes, into),
    }
}

/// Blanks in a row that are left. A program that is pasted is rarely indented by more.
const BLANKS: usize = 24;

/// More of them than that.
static GAP: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(&[b' '; BLANKS + 1]));

/// Whether nothing is seen of it but the place it takes. The Braille pattern without dots is no blank to Unicode.
const fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

fn is_printable_ascii(bytes: &[u8]) -> bool {
    // Looks at every byte even if the first is not fine: without an early exit it is done by many at once.
    bytes.iter().fold(true, |fine, byte| fine & matches!(byte, b' '..=b'~'))
}

fn with_few_blanks(text: &str, into: &mut BytesMut) {
    let mut blanks = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        blanks = if is_blank(c) { blanks + 1 } else { 0 };
        let (this, after) = rest.split_at_checked(c.len_utf8()).unwrap_or((rest, ""));
        if blanks <= BLANKS {
            into.extend_from_slice(if c == '\t' { b" " } else { this.as_bytes() });
        }
        rest = after;
    }
}

fn with_marks(bytes: &[u8], into: &mut BytesMut) {
    let mut row = Row::default();
    decode_plain(String::from_utf8_lossy(bytes).as_bytes(), &mut row);
    with_few_blanks(row.text(), into);
}

/// Columns of what was typed that a sentence repeats.
const EXCERPT: usize = 24;

/// The beginning of what was typed, for a sentence that repeats it: made fit to be looked at and cut to [`EXCERPT`] columns.
pub(super) fn excerpt(typed: &str) -> String {
    // One more than fits: no character takes less than a column, except marks, of which a few are enough.
    let start: String = typed.chars().take(2 * EXCERPT + 1).collect();
    let mut row = Row::default();
    decode_plain(start.as_bytes(), &mut row);
    let mut words = String::new();
    let mut columns = 0;
    for glyph in row.glyphs() {
        columns += usize::from(glyph.columns);
        if columns > EXCERPT {
            break;
        }
        words.push_str(row.text_of(glyph));
    }
    if columns > EXCERPT || start.len() < typed.len() {
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(bytes: &[u8]) -> String {
        let mut into = BytesMut::from(&b"ann: "[..]);
        sanitize_line(bytes, &mut into);
        String::from_utf8(into.to_vec()).unwrap().strip_prefix("ann: ").unwrap().to_owned()
    }

    #[test]
    fn text_is_itself() {
        for text in ["", "hello ~", "héllo wörld", "漢字かな", "שלום", "👨‍👩‍👧 ok", "❤️", "e\u{301}"]
        {
            assert_eq!(said(text.as_bytes()), text);
        }
    }

    #[test]
    fn a_tab_is_a_blank_in_ascii_in_text_and_beside_marks() {
        assert_eq!(said(b"\ta\t\tb"), " a  b");
        assert_eq!(said("ä\tb".as_bytes()), "ä b");
        assert_eq!(said(b"a\tb\x07"), "a b^G");
    }

    #[test]
    fn of_many_blanks_in_a_row_few_are_left() {
        let few = " ".repeat(BLANKS);
        for blank in [" ", "\t", " \t"] {
            assert_eq!(said(format!("hi{}* x", blank.repeat(80)).as_bytes()), format!("hi{few}* x"));
        }
        for blank in ["\u{a0}", "\u{2003}", "\u{2800}", "\u{3000}"] {
            assert_eq!(said(format!("é{}* x", blank.repeat(80)).as_bytes()), format!("é{}* x", blank.repeat(BLANKS)));
        }
        let mixed = " \u{a0}\u{3000}".repeat(80);
        assert_eq!(said(format!("\x07{mixed}x").as_bytes()).chars().count(), "^Gx".len() + BLANKS);
        assert_eq!(said(format!("{few}a{few}b").as_bytes()), format!("{few}a{few}b"));
    }

    #[test]
    fn what_is_not_utf_8_is_the_replacement_character() {
        assert_eq!(said(b"caf\xe9 \xff"), "caf\u{fffd} \u{fffd}");
    }

    #[test]
    fn what_drives_a_terminal_or_hides_is_a_mark() {
        for (bytes, expected) in [
            (&b"\x1b[2J\x1b]0;x\x07"[..], "^[[2J^[]0;x^G"),
            (b"a\rb\nc\0\x7f", "a^Mb^Jc^@^?"),
            ("\u{202e}abc\u{200b}\u{9b}".as_bytes(), "<U+202E>abc<U+200B><U+009B>"),
            ("\u{2028}x\u{feff}".as_bytes(), "<U+2028>x<U+FEFF>"),
        ] {
            assert_eq!(said(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn nothing_sits_on_the_words_before_it() {
        assert_eq!(said("\u{301}x".as_bytes()), "\u{25cc}\u{301}x");
    }

    proptest! {
        #[test]
        fn one_line_of_text_comes_out_whatever_goes_in(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = said(&bytes);
            prop_assert!(!text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}')), "{text:?}");
            prop_assert!(text.len() <= 4 * bytes.len());
        }

        #[test]
        fn the_short_ways_lead_where_the_long_one_does(text in "(?s)[ -~]{0,8}(\t|é|漢|\u{301}|\u{202e}|.){0,8}") {
            let mut marked = BytesMut::new();
            with_marks(text.as_bytes(), &mut marked);
            let said = said(text.as_bytes());
            prop_assert_eq!(said.as_bytes(), &marked[..]);
            prop_assert!(said.len() <= 4 * text.len());
        }
    }
}
