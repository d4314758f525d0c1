//! The wire log: each read and write in the format of `hexdump -C`, with direction, offset and time.
//!
//! ```text
//! 2026-11-22 14:02:10.123 < 22 bytes at 0
//! 00000000  57 65 6c 63 6f 6d 65 20  74 6f 20 74 68 65 20 6c  |Welcome to the l|
//! 00000010  61 62 2e 0d 0a 3e                                 |ab...>|
//! 2026-11-22 14:02:12.004 > 3 bytes at 0
//! 00000000  68 69 0a                                          |hi.|
//! ```
//!
//! `<` marks received bytes, `>` bytes queued for sending, `-` and `!` notices and errors. Offsets count from the start of
//! the connection, separately for each direction, even if the log was turned on later.

use crate::app::logging::row_format::{ExportRow, format_time};
use crate::app::time::LocalTime;
use std::fmt::Write as _;

/// Bytes per line.
const LINE_BYTES: usize = 16;

/// The direction of bytes on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum WireDirection {
    /// From the server.
    In,
    /// To the server.
    Out,
}

/// The offsets of the next byte in both directions.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::app) struct StreamOffsets {
    received: u64,
    sent: u64,
}

impl StreamOffsets {
    const fn offset_mut(&mut self, direction: WireDirection) -> &mut u64 {
        match direction {
            WireDirection::In => &mut self.received,
            WireDirection::Out => &mut self.sent,
        }
    }

    /// Appends the dump of one read or write.
    pub(super) fn dump(&mut self, direction: WireDirection, bytes: &[u8], at: LocalTime, out: &mut Vec<u8>) {
        let start = self.advance(direction, bytes.len());
        let mut text = head(direction, bytes.len(), start, at, "");
        for (line, at) in bytes.chunks(LINE_BYTES).zip((start..).step_by(LINE_BYTES)) {
            dump_line(line, at, &mut text);
        }
        out.extend_from_slice(text.as_bytes());
    }

    /// Appends a line for a sent secret of `len` bytes.
    pub(super) fn skip_secret(&mut self, len: usize, at: LocalTime, out: &mut Vec<u8>) {
        let start = self.advance(WireDirection::Out, len);
        out.extend_from_slice(head(WireDirection::Out, len, start, at, ", kept nowhere (/secret)").as_bytes());
    }

    /// Counts a read or write without dumping it. Returns its offset.
    pub(super) fn advance(&mut self, direction: WireDirection, len: usize) -> u64 {
        let offset = self.offset_mut(direction);
        let start = *offset;
        *offset += len as u64;
        start
    }
}

fn head(direction: WireDirection, len: usize, start: u64, at: LocalTime, suffix: &str) -> String {
    let sign = match direction {
        WireDirection::In => '<',
        WireDirection::Out => '>',
    };
    let bytes = if len == 1 { "byte" } else { "bytes" };
    format!("{} {sign} {len} {bytes} at {start}{suffix}\n", format_time(at, ' '))
}

fn dump_line(bytes: &[u8], at: u64, text: &mut String) {
    // Writing to a `String` does not fail.
    let _ = write!(text, "{at:08x} ");
    for column in 0..LINE_BYTES {
        let gap = if column % 8 == 0 { " " } else { "" };
        let _ = match bytes.get(column) {
            Some(byte) => write!(text, "{gap}{byte:02x} "),
            None => write!(text, "{gap}   "),
        };
    }
    text.push_str(" |");
    text.extend(bytes.iter().map(|&byte| if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' }));
    text.push_str("|\n");
}

/// Appends a notice or an error.
pub(super) fn write_notice(entry: &ExportRow<'_>, text: &str, out: &mut Vec<u8>) {
    crate::app::logging::row_format::write(crate::app::logging::row_format::RowFormat::Text, entry, text, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT: LocalTime = LocalTime(((20_779 * 24 + 14) * 60 + 2) * 60_000 + 10_123);

    fn dumped(offsets: &mut StreamOffsets, direction: WireDirection, bytes: &[u8]) -> String {
        let mut out = Vec::new();
        offsets.dump(direction, bytes, AT, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_direction_has_its_own_offsets() {
        let mut offsets = StreamOffsets::default();
        assert_eq!(
            dumped(&mut offsets, WireDirection::In, b"Welcome to the lab.\r\n>"),
            "2026-11-22 14:02:10.123 < 22 bytes at 0\n\
             00000000  57 65 6c 63 6f 6d 65 20  74 6f 20 74 68 65 20 6c  |Welcome to the l|\n\
             00000010  61 62 2e 0d 0a 3e                                 |ab...>|\n"
        );
        assert_eq!(
            dumped(&mut offsets, WireDirection::Out, b"\x00"),
            "2026-11-22 14:02:10.123 > 1 byte at 0\n\
             00000000  00                                                |.|\n"
        );
        assert_eq!(
            dumped(&mut offsets, WireDirection::In, b"ok\xff\x1b"),
            "2026-11-22 14:02:10.123 < 4 bytes at 22\n\
             00000016  6f 6b ff 1b                                       |ok..|\n"
        );
    }

    #[test]
    fn only_the_length_of_a_secret_is_logged() {
        let (mut offsets, mut out) = (StreamOffsets::default(), Vec::new());
        offsets.skip_secret(9, AT, &mut out);
        assert_eq!(out, b"2026-11-22 14:02:10.123 > 9 bytes at 0, kept nowhere (/secret)\n");
        assert!(dumped(&mut offsets, WireDirection::Out, b"x").contains("> 1 byte at 9\n"));
    }

    proptest! {
        #[test]
        fn the_bytes_can_be_read_back(reads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 1..5)) {
            let mut offsets = StreamOffsets::default();
            let text: String = reads.iter().map(|bytes| dumped(&mut offsets, WireDirection::In, bytes)).collect();
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
            let lines = text.lines().filter(|line| line.contains('|'));
            let hex = lines.map(|line| line.split_at(8).1.split('|').next().unwrap().to_owned());
            let bytes: Vec<u8> = hex.collect::<String>().split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
            prop_assert_eq!(bytes, reads.concat());
        }
    }
}
