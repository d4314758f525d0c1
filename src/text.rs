//! Turns a row of bytes into glyphs that are safe to display: decodes, escapes, measures and wraps them.
//!
//! Nothing here depends on a terminal, a socket or the application. All functions are pure, so the screen depends only on
//! the bytes received, not on how they were split into reads.
//!
//! A row can be shown in three views, each a [`Row`] of glyphs:
//!
//! | view | created by | for `caf\xC3\xA9\x1B[2J\r\n` | inverse |
//! |---|---|---|---|
//! | text | [`decode()`], [`decode_in()`] in another [`Charset`] | `café^[[2J` | |
//! | escaped: every byte is distinguishable | [`escape()`] | `café\x1B[2J\r\n` | [`unescape()`] |
//! | hex dump, already in lines | [`hex()`] | `000000  63 61 66 c3 a9 ...` | [`parse_hex_dump()`] |
//!
//! [`wrap()`] cuts glyphs into lines, and [`Bidi`] reorders a line that has right-to-left text.
//!
//! Invariant: **the text of a [`Row`] contains no control character, escape sequence, bidirectional control or invisible
//! character.** SGR sequences become a [`Style`]. Everything else of this kind becomes a *mark*: visible text with its own
//! [`GlyphKind::Mark`], so that the theme can distinguish it from received text.
//!
//! # Units
//! For `"héé\t"` sent as `68 C3 A9 65 CC 81 09`:
//!
//! | unit | meaning | count |
//! |---|---|---|
//! | *byte*, *source* | offset into the row as received | 7 |
//! | *glyph* | one grapheme cluster (UAX #29), or one character of a mark | 4 |
//! | *column* | terminal cells a glyph takes (UAX #11), at least 1 | 3, plus 5 for the tab |

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

/// Converts text to one line that is safe to display: control and invisible characters become visible marks.
pub fn sanitize_line(text: &str) -> String {
    let mut row = Row::default();
    decode_plain(text.as_bytes(), &mut row);
    row.text().to_owned()
}

/// Formats a number with thousands separators: `3,412`.
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
    fn digits_are_grouped_by_three() {
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (3412, "3,412"), (12_345_678, "12,345,678")] {
            assert_eq!(format_thousands(count), text);
        }
    }
}
