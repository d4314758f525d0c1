//! The text of a row as it is shown, for looking something up in it.

use super::options::ByteView;
use super::pattern::Pattern;
use super::viewport::ViewOptions;
use crate::app::transcript::{RowEnd, RowId, RowView, Transcript};
use crate::text::{self, Row};
use std::borrow::Cow;
use std::ops::Range;

/// Bytes of the neighbouring pieces that a piece of a cut line is looked at with: what is looked for may lie across.
const CONTEXT_BYTES: usize = 4096;

/// Scratch space for reading many rows one after the other.
#[derive(Debug, Default)]
pub(in crate::app) struct RowMatcher {
    row: Row,
    text: String,
}

impl RowMatcher {
    /// The text that a row is shown as: in the text view what it says, in the others its bytes in escapes. Most rows are
    /// plain ASCII, and show as what they are.
    fn text<'a>(&'a mut self, lens: ViewOptions, bytes: &'a [u8]) -> &'a [u8] {
        match lens.view {
            ByteView::Text if is_plain(bytes) => bytes,
            ByteView::Text => {
                text::decode_in(lens.charset, bytes, &mut self.row);
                self.row.text().as_bytes()
            }
            ByteView::Escaped | ByteView::Hex => {
                self.text.clear();
                text::escape_to(bytes, &mut self.text);
                self.text.as_bytes()
            }
        }
    }

    /// Whether a pattern occurs in a row, or begins in this piece of a line that was cut.
    pub(in crate::app) fn finds(
        &mut self,
        pattern: &Pattern,
        lens: ViewOptions,
        transcript: &Transcript,
        row: &RowView<'_>,
    ) -> bool {
        let lens = lens.of(row.kind);
        if row.end != RowEnd::Split && !row.is_continued {
            return match lens.view {
                ByteView::Text => pattern.is_in(self.text(lens, row.bytes)),
                ByteView::Escaped | ByteView::Hex => pattern.is_in(self.text(lens, &row.wire())),
            };
        }
        let (text, own) = self.text_with_context(lens, transcript, row);
        pattern.starts_in(&text, own)
    }

    /// Whether none of the received rows in `rows` can have a pattern in it, as far as one look at all their bytes tells:
    /// they are lines of plain ASCII, which show as what they are, and it is nowhere in them.
    pub(in crate::app) fn rules_out(
        pattern: &Pattern,
        lens: ViewOptions,
        transcript: &Transcript,
        rows: &Range<RowId>,
    ) -> bool {
        lens.view == ByteView::Text
            && pattern.is_literal()
            && transcript.received_in(rows.clone()).is_some_and(|bytes| are_plain_lines(bytes) && !pattern.is_in(bytes))
    }

    /// The text of a piece with what stands around it, and where in it the piece's own text is.
    pub(in crate::app) fn text_with_context(
        &mut self,
        lens: ViewOptions,
        transcript: &Transcript,
        row: &RowView<'_>,
    ) -> (Vec<u8>, Range<usize>) {
        let bytes_of = |id: Option<RowId>| id.and_then(|id| transcript.row(id)).map_or(&[][..], |row| row.bytes);
        let before = bytes_of(transcript.previous_piece(row.id));
        let after = bytes_of(transcript.next_piece(row.id));
        let before = before.get(before.len().saturating_sub(CONTEXT_BYTES)..).unwrap_or_default();
        let after = after.get(..CONTEXT_BYTES.min(after.len())).unwrap_or_default();
        let mut text = self.text(lens, before).to_vec();
        let start = text.len();
        let own = if lens.view == ByteView::Text { Cow::Borrowed(row.bytes) } else { row.wire() };
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
