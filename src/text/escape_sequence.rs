//! Finds the end of escape sequences (ECMA-48 5th ed., sections 5.3 to 5.6).
//!
//! The decoder needs the extent of a sequence in a complete slice, to show it as one mark or to parse it as SGR. The `vte`
//! parser does not fit: it dispatches actions byte by byte and does not report extents.

/// The kind of an escape sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SequenceKind {
    /// Select Graphic Rendition without private marker or intermediate bytes: colour.
    Sgr,
    /// Any other sequence, such as cursor movement or a title, or an incomplete one.
    Other,
}

const ESC: u8 = 0x1b;

/// Returns the kind and the length, at least 1, of the sequence at the start of `bytes`. The first byte must be ESC.
///
/// A control string (OSC, DCS, SOS, PM, APC) without a terminator counts only as its two-byte introducer, so that a stray
/// `ESC ]` does not turn the rest of the row into a mark.
pub(super) fn sequence_len(bytes: &[u8]) -> (SequenceKind, usize) {
    match bytes.get(1) {
        Some(b'[') => control_sequence(bytes),
        Some(kind @ (b']' | b'P' | b'X' | b'^' | b'_')) => (SequenceKind::Other, control_string(bytes, *kind == b']')),
        Some(0x20..=0x2f) => (SequenceKind::Other, escape_with_intermediates(bytes)),
        Some(0x30..=0x7e) => (SequenceKind::Other, 2),
        _ => (SequenceKind::Other, 1),
    }
}

/// Returns the parameter bytes of a complete SGR sequence.
pub(super) fn parameters(sequence: &[u8]) -> &[u8] {
    sequence.get(2..sequence.len().saturating_sub(1)).unwrap_or_default()
}

fn control_sequence(bytes: &[u8]) -> (SequenceKind, usize) {
    let parameters = count(bytes, 2, 0x30..=0x3f);
    let intermediates = count(bytes, 2 + parameters, 0x20..=0x2f);
    let end = 2 + parameters + intermediates;
    match bytes.get(end) {
        Some(b'm') if intermediates == 0 && !has_private_marker(bytes) => (SequenceKind::Sgr, end + 1),
        Some(0x40..=0x7e) => (SequenceKind::Other, end + 1),
        // Incomplete: ends before the byte that does not belong to it.
        _ => (SequenceKind::Other, end),
    }
}

fn has_private_marker(bytes: &[u8]) -> bool {
    matches!(bytes.get(2), Some(b'<'..=b'?'))
}

fn control_string(bytes: &[u8], ends_with_bell: bool) -> usize {
    let mut at = 2;
    while let Some(&byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (0x07, _) if ends_with_bell => return at + 1,
            // ST, or its C1 form U+009C encoded as UTF-8.
            (ESC, Some(b'\\')) | (0xc2, Some(0x9c)) => return at + 2,
            // A new sequence cancels the string.
            (ESC, _) => break,
            _ => at += 1,
        }
    }
    2
}

fn escape_with_intermediates(bytes: &[u8]) -> usize {
    let end = 1 + count(bytes, 1, 0x20..=0x2f);
    match bytes.get(end) {
        Some(0x30..=0x7e) => end + 1,
        _ => end,
    }
}

fn count(bytes: &[u8], start: usize, range: std::ops::RangeInclusive<u8>) -> usize {
    bytes.iter().skip(start).take_while(|byte| range.contains(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_of_sequence_is_measured() {
        use SequenceKind::{Other, Sgr};
        for (bytes, expected) in [
            (&b"\x1b[31mred"[..], (Sgr, 5)),
            (b"\x1b[mx", (Sgr, 3)),
            (b"\x1b[38:2::1:2:3mx", (Sgr, 14)),
            (b"\x1b[?1m", (Other, 5)),
            (b"\x1b[>4;2m", (Other, 7)),
            (b"\x1b[1 m", (Other, 5)),
            (b"\x1b[2Jx", (Other, 4)),
            (b"\x1b[12;40Hx", (Other, 8)),
            (b"\x1b[31", (Other, 4)),
            (b"\x1b[3\x01m", (Other, 3)),
            (b"\x1b]0;title\x07x", (Other, 10)),
            (b"\x1b]8;;http://a\x1b\\x", (Other, 15)),
            (b"\x1b]0;title\xc2\x9cx", (Other, 11)),
            (b"\x1b]0;no end", (Other, 2)),
            (b"\x1b]0;cut\x1b[31m", (Other, 2)),
            (b"\x1bPq\x07data\x1b\\x", (Other, 10)),
            (b"\x1b_apc\x1b\\", (Other, 7)),
            (b"\x1b(Bx", (Other, 3)),
            (b"\x1b#8x", (Other, 3)),
            (b"\x1bcx", (Other, 2)),
            (b"\x1b7", (Other, 2)),
            (b"\x1b", (Other, 1)),
            (b"\x1b\x1b[m", (Other, 1)),
            (b"\x1b\xc3\xa9", (Other, 1)),
        ] {
            assert_eq!(sequence_len(bytes), expected, "{}", bytes.escape_ascii());
        }
    }
}
