//! The text of a row as it is shown, for looking something up in it.

use crate::text::{self, Charset, Row};

/// Scratch space for reading many rows one after the other.
#[derive(Debug, Default)]
pub(super) struct Reading {
    row: Row,
}

impl Reading {
    /// The text that these bytes are shown as. Most rows are plain ASCII, and show as what they are.
    pub(super) fn text<'a>(&'a mut self, charset: Charset, bytes: &'a [u8]) -> &'a [u8] {
        if is_plain(bytes) {
            return bytes;
        }
        text::decode_in(charset, bytes, &mut self.row);
        self.row.text().as_bytes()
    }
}

/// Whether every byte is a printable ASCII character, in whatever charset there is.
fn is_plain(bytes: &[u8]) -> bool {
    // Without a branch in the loop, so that it is done many bytes at a time.
    bytes.iter().fold(true, |plain, &byte| plain & (byte.wrapping_sub(b' ') <= b'~' - b' '))
}
