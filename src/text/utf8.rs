//! Where a read may have cut a UTF-8 sequence in two (RFC 3629, Unicode 3.9 table 3-7).

/// How some bytes end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Utf8Tail {
    /// At a character boundary, or in bytes that can no longer become a character.
    Whole,
    /// In the first so many bytes (1 to 3) of a character whose rest may still come.
    Incomplete(usize),
}

/// Looks at the last three bytes and says whether they begin a character that is not complete yet.
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
        // Three bytes may begin inside a character. That is no matter: only the end counts.
        Err(error) if error.error_len().is_none() => return Utf8Tail::Incomplete(last.len() - error.valid_up_to()),
        Err(_) => {}
    }
    (1..last.len())
        .filter_map(|from| last.get(from..))
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
    fn every_prefix_of_a_character_is_cut_and_the_whole_is_whole() {
        for c in ['é', '€', '🦰', '\u{7ff}', '\u{800}', '\u{ffff}', '\u{10ffff}'] {
            let mut bytes = b"xyz".to_vec();
            for (n, byte) in c.to_string().bytes().enumerate() {
                let expected = if n == 0 { Utf8Tail::Whole } else { Utf8Tail::Incomplete(n) };
                assert_eq!(tail(&bytes), expected, "{bytes:x?}");
                bytes.push(byte);
            }
            assert_eq!(tail(&bytes), Utf8Tail::Whole, "{bytes:x?}");
        }
    }

    #[test]
    fn bytes_that_can_become_nothing_are_whole() {
        // A stray continuation, an overlong lead, a surrogate, a lead beyond U+10FFFF.
        for bytes in [&b"\x80"[..], b"\xc0", b"\xed\xa0", b"\xf5", b"a\xc3\xc3\x80\x80", b""] {
            assert_eq!(tail(bytes), Utf8Tail::Whole, "{bytes:x?}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_decoding_from_the_start(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let cut = bytes.utf8_chunks().last().map_or(0, |chunk| {
                let bad = chunk.invalid();
                match std::str::from_utf8(bad) {
                    Err(e) if e.error_len().is_none() => bad.len(),
                    _ => 0,
                }
            });
            let expected = if cut == 0 { Utf8Tail::Whole } else { Utf8Tail::Incomplete(cut) };
            prop_assert_eq!(tail(&bytes), expected);
        }
    }
}
