//! Searches rows for a pattern, in the text as displayed.

use super::options::ByteView;
use super::pattern::Pattern;
use super::viewport::ViewOptions;
use crate::app::transcript::{RowEnd, RowId, RowView, Transcript};
use crate::text::{self, Row};
use std::borrow::Cow;
use std::ops::Range;

/// Bytes of the adjacent rows searched together with a row of a split line: a match may cross their border.
const CONTEXT_BYTES: usize = 4096;

/// Searches rows for a pattern. Holds buffers that are reused from row to row.
#[derive(Debug, Default)]
pub(in crate::app) struct RowMatcher {
    row: Row,
    text: String,
}

impl RowMatcher {
    /// Returns the text of a row to search: decoded in the text view, escaped in the others. Plain ASCII is not copied.
    fn text<'a>(&'a mut self, options: ViewOptions, bytes: &'a [u8]) -> &'a [u8] {
        match options.view {
            ByteView::Text if is_plain(bytes) => bytes,
            ByteView::Text => {
                text::decode_in(options.charset, bytes, &mut self.row);
                self.row.text().as_bytes()
            }
            ByteView::Escaped | ByteView::Hex => {
                self.text.clear();
                text::escape_to(bytes, &mut self.text);
                self.text.as_bytes()
            }
        }
    }

    /// Whether a pattern occurs in a row. In a row of a split line the match may end in the next row.
    pub(in crate::app) fn matches(
        &mut self,
        pattern: &Pattern,
        options: ViewOptions,
        transcript: &Transcript,
        row: &RowView<'_>,
    ) -> bool {
        let options = options.of(row.kind);
        if row.end != RowEnd::Split && !row.is_continued {
            return match options.view {
                ByteView::Text => pattern.matches(self.text(options, row.bytes)),
                ByteView::Escaped | ByteView::Hex => pattern.matches(self.text(options, &row.wire())),
            };
        }
        let (text, own) = self.text_with_context(options, transcript, row);
        pattern.matches_from(&text, own)
    }

    /// Whether a single search through the bytes of all received rows in `rows` shows that none of them matches. Only
    /// possible for a literal pattern and rows of plain ASCII, which are displayed unchanged.
    pub(in crate::app) fn rules_out(
        pattern: &Pattern,
        options: ViewOptions,
        transcript: &Transcript,
        rows: &Range<RowId>,
    ) -> bool {
        options.view == ByteView::Text
            && pattern.is_literal()
            && transcript
                .received_in(rows.clone())
                .is_some_and(|bytes| are_plain_lines(bytes) && !pattern.matches(bytes))
    }

    /// Returns the text of a row of a split line together with adjacent text, and the range of the row's own text.
    pub(in crate::app) fn text_with_context(
        &mut self,
        options: ViewOptions,
        transcript: &Transcript,
        row: &RowView<'_>,
    ) -> (Vec<u8>, Range<usize>) {
        let bytes_of = |id: Option<RowId>| id.and_then(|id| transcript.row(id)).map_or(&[][..], |row| row.bytes);
        let before = bytes_of(transcript.previous_piece(row.id));
        let after = bytes_of(transcript.next_piece(row.id));
        let before = before.get(before.len().saturating_sub(CONTEXT_BYTES)..).unwrap_or_default();
        let after = after.get(..CONTEXT_BYTES.min(after.len())).unwrap_or_default();
        let mut text = self.text(options, before).to_vec();
        let start = text.len();
        let own = if options.view == ByteView::Text { Cow::Borrowed(row.bytes) } else { row.wire() };
        text.extend_from_slice(self.text(options, &own));
        let end = text.len();
        text.extend_from_slice(self.text(options, after));
        (text, start..end)
    }
}

/// Whether all bytes are printable ASCII characters, which are the same in every charset.
fn is_plain(bytes: &[u8]) -> bool {
    // No branch in the loop, so that the compiler can vectorise it.
    bytes.iter().fold(true, |plain, &byte| plain & (byte.wrapping_sub(b' ') <= b'~' - b' '))
}

/// Whether all bytes are printable ASCII characters or newlines.
fn are_plain_lines(bytes: &[u8]) -> bool {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r');
    bytes.iter().fold(true, |plain, &byte| plain & is_plain(byte))
}
