//! ISO-2022-JP (RFC 1468, WHATWG Encoding Standard 12.2), a 7-bit charset that is switched by escape sequences.
//!
//! Escape sequences that designate a character set are not shown. All others, and control characters, are passed on to the
//! row decoder.

use super::{DecodedText, ESC, first_char};
use encoding_rs::ISO_2022_JP;

/// The designating sequences: ASCII, JIS X 0201 Roman and Katakana, JIS C 6226, JIS X 0208.
const DESIGNATIONS: [&[u8]; 5] = [b"\x1b(B", b"\x1b(J", b"\x1b(I", b"\x1b$@", b"\x1b$B"];

/// Translates a row. The initial character set is ASCII.
pub(super) fn translate(bytes: &[u8], into: &mut DecodedText) {
    // The current designation, which each new decoder has to be given first.
    let mut designation: &[u8] = b"";
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(next) = DESIGNATIONS.into_iter().find(|designation| rest.starts_with(designation)) {
            designation = next;
            at += next.len();
            continue;
        }
        at += match rest.first() {
            Some(&byte) if byte == ESC || byte.is_ascii_control() => {
                into.char(char::from(byte), at);
                1
            }
            _ => {
                let mut decoder = ISO_2022_JP.new_decoder_without_bom_handling();
                // Produces no output, since the sequence is valid and contains no character.
                let _ = decoder.decode_to_utf8_without_replacement(designation, &mut [0; 16], false);
                first_char(decoder, rest, at, into)
            }
        };
    }
}
