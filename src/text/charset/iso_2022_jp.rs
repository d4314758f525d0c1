//! ISO-2022-JP (RFC 1468, WHATWG Encoding Standard 12.2): Japanese in seven bits, with escape sequences of its own.
//!
//! Those that choose a character set are part of the charset and show nothing. All others are left to the decoder of
//! rows, which knows what a terminal would make of them; so are controls, in whatever set they stand.

use super::{DecodedText, ESC, first_char};
use encoding_rs::ISO_2022_JP;

/// The sequences that choose a set: ASCII, JIS X 0201 Roman and Katakana, JIS C 6226, JIS X 0208.
const DESIGNATIONS: [&[u8]; 5] = [b"\x1b(B", b"\x1b(J", b"\x1b(I", b"\x1b$@", b"\x1b$B"];

/// Translates a row, which begins in ASCII.
pub(super) fn translate(bytes: &[u8], into: &mut DecodedText) {
    // What a decoder must be told before it can read a character from the middle of the row.
    let mut designation: &[u8] = b"";
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(chosen) = DESIGNATIONS.into_iter().find(|designation| rest.starts_with(designation)) {
            designation = chosen;
            at += chosen.len();
            continue;
        }
        at += match rest.first() {
            Some(&byte) if byte == ESC || byte.is_ascii_control() => {
                into.char(char::from(byte), at);
                1
            }
            _ => {
                let mut decoder = ISO_2022_JP.new_decoder_without_bom_handling();
                // It has nothing to say to this: no character is whole yet, and the sequence is a good one.
                let _ = decoder.decode_to_utf8_without_replacement(designation, &mut [0; 16], false);
                first_char(decoder, rest, at, into)
            }
        };
    }
}
