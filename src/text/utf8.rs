//! Detects UTF-8 sequences that are incomplete at the end of a read (RFC 3629, Unicode 3.9 table 3-7).

/// Whether bytes end inside a UTF-8 sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Utf8Tail {
    /// The bytes end at a character boundary, or in bytes that cannot become a character.
    Whole,
    /// The bytes end with the first 1 to 3 bytes of a character that may still be completed.
    Incomplete(usize),
}

/// Returns whether the last three bytes begin an incomplete character.
///
/// # Examples
/// ```
/// use netchat_tui::text::{Utf8Tail, tail};
/// assert_eq!(tail("né".as_bytes()), Utf8Tail::Whole);
/// assert_eq!(tail(b"n\xc3"), Utf8Tail::Incomplete(1));
/// assert_eq!(tail(b"n\xff"), Utf8Tail::Whole);
/// ```
pub fn tail(bytes: &[u8]) -> Utf8Tail {
    let last = bytes.get(bytes.len().saturating_sub(3)..).unwrap_or(bytes);
    match std::str::from_utf8(last) {
        Ok(_) => return Utf8Tail::Whole,
        // The three bytes may start inside a character; only their end matters.
        Err(error) if error.error_len().is_none() => return Utf8Tail::Incomplete(last.len() - error.valid_up_to()),
        Err(_) => {}
    }
    (1..last.len())
        .filter_map(|start| last.get(start..))
        .find_map(|rest| match std::str::from_utf8(rest) {
            Err(error) if error.error_len().is_none() => Some(Utf8Tail::Incomplete(rest.len() - error.valid_up_to())),
            _ => None,
        })
        .unwrap_or(Utf8Tail::Whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prefixes_of_a_character_are_incomplete() {
        for c in ['é', '€', '🦰', '\u{7ff}', '\u{800}', '\u{ffff}', '\u{10ffff}'] {
            let mut bytes = b"xyz".to_vec();
            for (len, byte) in c.to_string().bytes().enumerate() {
                let expected = if len == 0 { Utf8Tail::Whole } else { Utf8Tail::Incomplete(len) };
                assert_eq!(tail(&bytes), expected, "{bytes:x?}");
                bytes.push(byte);
            }
            assert_eq!(tail(&bytes), Utf8Tail::Whole, "{bytes:x?}");
        }
    }

    #[test]
    fn invalid_bytes_are_whole() {
        // A stray continuation byte, an overlong lead byte, a surrogate, a lead byte beyond U+10FFFF.
        for bytes in [&b"\x80"[..], b"\xc0", b"\xed\xa0", b"\xf5", b"a\xc3\xc3\x80\x80", b""] {
            assert_eq!(tail(bytes), Utf8Tail::Whole, "{bytes:x?}");
        }
    }

    proptest! {
        #[test]
        fn tail_agrees_with_decoding_from_the_start(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let incomplete = bytes.utf8_chunks().last().map_or(0, |chunk| {
                let invalid = chunk.invalid();
                match std::str::from_utf8(invalid) {
                    Err(e) if e.error_len().is_none() => invalid.len(),
                    _ => 0,
                }
            });
            let expected = if incomplete == 0 { Utf8Tail::Whole } else { Utf8Tail::Incomplete(incomplete) };
            prop_assert_eq!(tail(&bytes), expected);
        }
    }
}
