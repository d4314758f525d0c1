//! The text of a row as it is shown, for looking something up in it.

use super::lens::View;
use super::pattern::Pattern;
use super::transcript::{RowEnd, RowId, RowView, Transcript};
use super::viewport::Lens;
use crate::text::{self, Row};
use std::borrow::Cow;
use std::ops::Range;

/// Bytes of the neighbouring pieces that a piece of a cut line is looked at with: what is looked for may lie across.
const OVERLAP: usize = 4096;

/// Scratch space for reading many rows one after the other.
#[derive(Debug, Default)]
pub(super) struct Reading {
    row: Row,
    text: String,
}

impl Reading {
    /// The text that a row is shown as: in the text view what it says, in the others its bytes in escapes. Most rows are
    /// plain ASCII, and show as what they are.
    fn text<'a>(&'a mut self, lens: Lens, bytes: &'a [u8]) -> &'a [u8] {
        match lens.view {
            View::Text if is_plain(bytes) => bytes,
            View::Text => {
                text::decode_in(lens.charset, bytes, &mut self.row);
                self.row.text().as_bytes()
            }
            View::Escaped | View::Hex => {
                self.text.clear();
                text::escape_to(bytes, &mut self.text);
                self.text.as_bytes()
            }
        }
    }

    /// Whether a pattern occurs in a row, or begins in this piece of a line that was cut.
    pub(super) fn finds(&mut self, pattern: &Pattern, lens: Lens, transcript: &Transcript, row: &RowView<'_>) -> bool {
        let lens = lens.of(row.kind);
        if row.end != RowEnd::Cut && !row.is_continued {
            return match lens.view {
                View::Text => pattern.is_in(self.text(lens, row.bytes)),
                View::Escaped | View::Hex => pattern.is_in(self.text(lens, &row.wire())),
            };
        }
        let (text, own) = self.window(lens, transcript, row);
        pattern.begins_in(&text, own)
    }

    /// Whether none of the received rows in `rows` can have a pattern in it, as far as one look at all their bytes tells:
    /// they are lines of plain ASCII, which show as what they are, and it is nowhere in them.
    pub(super) fn is_nowhere(pattern: &Pattern, lens: Lens, transcript: &Transcript, rows: &Range<RowId>) -> bool {
        lens.view == View::Text
            && pattern.is_literal()
            && transcript.received_in(rows.clone()).is_some_and(|bytes| are_plain_lines(bytes) && !pattern.is_in(bytes))
    }

    /// The text of a piece with what stands around it, and where in it the piece's own text is.
    pub(super) fn window(&mut self, lens: Lens, transcript: &Transcript, row: &RowView<'_>) -> (Vec<u8>, Range<usize>) {
        let bytes_of = |id: Option<RowId>| id.and_then(|id| transcript.row(id)).map_or(&[][..], |row| row.bytes);
        let before = bytes_of(transcript.piece_before(row.id));
        let after = bytes_of(transcript.next_piece(row.id));
        let before = before.get(before.len().saturating_sub(OVERLAP)..).unwrap_or_default();
        let after = after.get(..OVERLAP.min(after.len())).unwrap_or_default();
        let mut text = self.text(lens, before).to_vec();
        let start = text.len();
        let own = if lens.view == View::Text { Cow::Borrowed(row.bytes) } else { row.wire() };
        text.extend_from_slice(self.text(lens, &own));
        let end = text.len();
        text.extend_from_slice(self.text(lens, after));
        (text, start..end)
    }
}

/// Whether every byte is a printable ASCII character, in whatever charset there is.
fn is_plain(bytes: &[u8]) -> bool {
    // Without a branch in the loop, so that it is done many bytes at a time.
    bytes.iter().fold(true, |plain, &byte| plain & (byte.wrapping_sub(b' ') <= b'~' - b' '))
}

/// The same, with newlines between.
fn are_plain_lines(bytes: &[u8]) -> bool {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r');
    bytes.iter().fold(true, |plain, &byte| plain & is_plain(byte))
}
