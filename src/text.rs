//! One row of bytes, made fit to be looked at: decoded, neutralised, measured, wrapped.
//!
//! Nothing here knows a terminal, a socket or the application. All of it are functions of their arguments only, so the
//! screen is a function of the bytes, however these were split into reads.
//!
//! A row is bytes; what is seen is one of three views of them, each a [`Row`] of glyphs:
//!
//! | view | made by | for `caf\xC3\xA9\x1B[2J\r\n` | and back |
//! |---|---|---|---|
//! | text | [`decode()`], [`decode_in()`] in another [`Charset`] | `café^[[2J` | |
//! | escaped: every byte can be told | [`escape()`] | `café\x1B[2J\r\n` | [`unescape()`] |
//! | hex dump, in lines already | [`hex()`] | `000000  63 61 66 c3 a9 ...` | [`parse_hex_dump()`] |
//!
//! [`wrap()`] cuts glyphs into lines, and [`Bidi`] says in which order a line is drawn where it is read from
//! right to left.
//!
//! The promise: **no text in a [`Row`] holds a control character, an escape, a bidirectional control or a character
//! that cannot be seen.** SGR sequences become a [`Style`]; all else of that kind becomes a *mark*, which is plain
//! visible text of a kind of its own ([`GlyphKind::Mark`]), so that the theme can set it apart from what was said.
//!
//! # Units
//! For `"héé\t"` sent as `68 C3 A9 65 CC 81 09`:
//!
//! | unit | what it counts | here |
//! |---|---|---|
//! | *byte*, *source* | offset into the row as it was on the wire | 7 |
//! | *glyph* | one grapheme cluster (UAX #29), or one character of a mark | 4 |
//! | *column* | terminal cells a glyph takes (UAX #11), at least 1 | 3, and 5 of the tab |

mod bidi;
mod charset;
mod decode;
mod escape_sequence;
mod escaped_view;
mod glyph;
mod hex;
mod invisible;
mod sgr;
pub(crate) mod suggest;
pub mod telnet;
mod utf8;
mod wrap;

pub use bidi::{Bidi, VisualGlyph, mirrored};
pub use charset::{Charset, CharsetError, decode, decode_in};
pub use decode::{decode_literal, decode_plain, is_harmless};
pub use escaped_view::{EscapeError, escape, escape_to, unescape};
pub use glyph::{Glyph, GlyphKind, Row, TAB_STOP, columns};
pub use hex::{HexError, HexSeparator, hex, parse_hex_dump};
pub(crate) use invisible::is_invisible;
pub use sgr::{SgrColor, Style};
pub use utf8::{Utf8Tail, tail};
pub use wrap::{is_closing, wrap};

/// Text as one harmless line: what could act on a terminal or cannot be seen is spelled out.
pub fn sanitize_line(text: &str) -> String {
    let mut row = Row::default();
    decode_plain(text.as_bytes(), &mut row);
    row.text().to_owned()
}

/// A number in groups of three: `3,412`.
pub fn format_thousands(count: u64) -> String {
    let digits = count.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group));
    groups.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod table_tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (count, words) in [(0, "0"), (999, "999"), (1000, "1,000"), (3412, "3,412"), (12_345_678, "12,345,678")] {
            assert_eq!(format_thousands(count), words);
        }
    }
}
