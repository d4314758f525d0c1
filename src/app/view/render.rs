//! Lays out the rows of a transcript for a view, with the rules between them.

use super::layout_cache::{LayoutKey, MIN_ROW_BYTES};
use super::page::{RenderedRow, ScreenLine};
use super::viewport::LayoutCache;
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView, Transcript};
use crate::app::view::filter::{DisplayItem, VisibleRows};
use crate::app::view::options::ByteView;
use crate::text::{self, Bidi, Charset, Glyph, GlyphKind, HexSeparator, Row, format_thousands};
use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

/// How the bytes of messages are displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ViewOptions {
    /// View of the bytes.
    pub view: ByteView,
    /// Charset for decoding, used in the text view.
    pub charset: Charset,
    /// Whether the first row of an answer shows the time since the line sent before it.
    pub reply_time: bool,
}

impl ViewOptions {
    /// Returns the options for rows of a kind. Messages of the program are always displayed as UTF-8 text, because they were
    /// never transmitted.
    #[must_use]
    pub fn of(self, kind: RowKind) -> Self {
        match kind {
            RowKind::Received | RowKind::Sent => self,
            RowKind::Notice | RowKind::Error | RowKind::Separator | RowKind::Backlog => {
                Self { reply_time: self.reply_time, ..Self::default() }
            }
        }
    }
}

/// The state of a tab that rendering needs.
#[derive(Debug, Clone, Copy)]
pub struct RenderContext<'a> {
    /// All rows.
    pub transcript: &'a Transcript,
    /// The rows that are visible.
    pub visible_rows: &'a VisibleRows,
    /// View and charset.
    pub options: ViewOptions,
    /// The first unread row, if a rule is displayed before it.
    pub unread: Option<RowId>,
    /// Columns by which continuation lines are indented on a screen that is wide enough. 0 also omits the marks at the end
    /// of rows, for copying.
    pub indent: usize,
    /// Cached layouts of long rows.
    pub layouts: &'a LayoutCache,
}

/// A row laid out in glyphs and lines.
#[derive(Debug, Default)]
pub struct RowLayout {
    /// The glyphs, including labels such as the mark for how the row ended.
    pub row: Row,
    /// The lines, as ranges of glyphs.
    pub lines: Vec<Range<usize>>,
    /// Length in bytes of the text without labels.
    pub content_len: usize,
    /// Display order of bidirectional text, computed when the row is drawn.
    pub bidi: OnceCell<Option<Bidi>>,
    /// Start of each line, as in [`super::viewport::Position::offset`].
    pub(super) line_offsets: Vec<u32>,
}

impl RowLayout {
    fn new(row: Row, lines: Vec<Range<usize>>, content_len: usize, view: ByteView) -> Self {
        let offset = |line: &Range<usize>| match row.glyphs().get(line.start) {
            None => 0,
            Some(glyph) if view == ByteView::Hex && row.text_of(glyph) == HEX_RULE => glyph.source * 2,
            Some(glyph) => glyph.source * 2 + 1,
        };
        let line_offsets = lines.iter().map(offset).collect();
        Self { row, lines, content_len, bidi: OnceCell::new(), line_offsets }
    }
}

/// First character of the rules in the hex view; no other line begins with it.
const HEX_RULE: &str = "─";

/// Columns by which continuation lines are indented.
pub(in crate::app) const INDENT: usize = 2;

impl<'a> RenderContext<'a> {
    /// Returns the indent of continuation lines on a screen of this width; 0 below 30 columns and in the hex view.
    const fn indent(&self, columns: usize) -> usize {
        if columns >= 30 && !matches!(self.options.view, ByteView::Hex) { self.indent } else { 0 }
    }

    /// Whether all rows down to the newest have been evaluated.
    pub(super) fn is_complete_below(&self) -> bool {
        self.visible_rows.is_complete_below(self.transcript)
    }

    /// Returns the first item at or after a row.
    pub fn at_or_after(&self, id: RowId) -> Option<DisplayItem> {
        if self.options.view == ByteView::Text {
            return self.visible_rows.at_or_after(self.transcript, id);
        }
        // The escaped and hex views fold nothing.
        self.visible_rows.row_at_or_after(id).map(DisplayItem::single)
    }

    /// Counts the visible rows in `range`, including folded ones.
    pub fn count_visible(&self, range: Range<RowId>) -> u64 {
        self.visible_rows.count_visible(range)
    }

    /// Returns the last item before a row.
    pub fn before(&self, id: RowId) -> Option<DisplayItem> {
        if self.options.view == ByteView::Text {
            return self.visible_rows.before(self.transcript, id);
        }
        self.visible_rows.row_before(id).map(DisplayItem::single)
    }

    /// Lays out an item for a screen of this width, with the rules after it.
    pub(super) fn render(&self, item: DisplayItem, columns: usize) -> Option<RenderedRow<'a>> {
        let view = self.transcript.row(item.first)?;
        let columns = columns.max(1);
        let layout = if view.bytes.len() < MIN_ROW_BYTES {
            Rc::new(self.layout_row(item, &view, columns))
        } else {
            let (len, end, options, indent) = (view.bytes.len(), view.end, self.options, self.indent);
            let key = LayoutKey { item, len, end, options, columns, indent };
            self.layouts.get(key, || self.layout_row(item, &view, columns))
        };
        let before = self.before(item.first).and_then(|before| self.transcript.row(before.last));
        // Only if no other row is displayed between the two pieces of a line.
        let is_continuation =
            view.is_continued && before.is_none_or(|before| self.transcript.previous_piece(view.id) == Some(before.id));
        let rendered = RenderedRow::new(item, view, layout, self.separators_after(item));
        Some(rendered.with_context(before.map(|row| row.at), is_continuation, self.indent(columns)))
    }

    /// Returns the rules between an item and the next one.
    fn separators_after(&self, item: DisplayItem) -> Vec<ScreenLine> {
        let mut rules = Vec::new();
        let next = self.at_or_after(RowId(item.last.0 + 1)).and_then(|next| self.transcript.row(next.first));
        let (Some(last), Some(next)) = (self.transcript.row(item.last), next) else { return rules };
        if last.at.day() != next.at.day() {
            rules.push(ScreenLine::DateSeparator(next.at));
        }
        if self.unread.is_some_and(|unread| item.first < unread && unread <= next.id) {
            rules.push(ScreenLine::UnreadSeparator);
        }
        rules
    }

    fn layout_row(&self, item: DisplayItem, view: &RowView<'_>, columns: usize) -> RowLayout {
        let mut row = Row::default();
        let mut content_len = 0;
        if item.rows > 1 && view.bytes.is_empty() {
            row.push_label(&format!("({} blank lines)", format_thousands(item.rows)), 0);
        } else {
            let options = self.options.of(view.kind);
            match options.view {
                ByteView::Text => text::decode_in(options.charset, view.bytes, &mut row),
                ByteView::Escaped => text::escape(&view.wire(), &mut row),
                ByteView::Hex => return self.layout_hex(view, columns),
            }
            content_len = row.text().len();
            if let Some(mark) = end_mark(view, self.options.view).filter(|_| self.indent > 0) {
                row.push_label(&format!(" {mark}"), view.bytes.len());
            }
            if let Some(time) = self.reply_time(view).filter(|_| self.options.reply_time) {
                row.push_label(&format!(" ({time})"), view.bytes.len());
            }
            if item.rows > 1 {
                row.push_label(&format!(" ×{}", format_thousands(item.rows)), view.bytes.len());
            }
        }
        // A rule is a single line, which is truncated when drawn.
        let lines = match view.kind {
            RowKind::Separator => std::iter::once(0..row.glyphs().len()).collect(),
            _ => text::wrap(&row, columns, columns - self.indent(columns)),
        };
        RowLayout::new(row, lines, content_len, ByteView::Text)
    }

    /// Formats the time between a sent row and the received row directly after it.
    fn reply_time(&self, view: &RowView<'_>) -> Option<String> {
        let is_answer = view.kind == RowKind::Received && !view.is_continued;
        let before = view.id.0.checked_sub(1).filter(|_| is_answer).and_then(|id| self.transcript.row(RowId(id)))?;
        let span = view.at.0.checked_sub(before.at.0).filter(|_| before.kind == RowKind::Sent)?;
        Some(match span {
            0 => "<1 ms".to_owned(),
            1..10_000 => format!("{span} ms"),
            _ => format!("{} s", span / 1000),
        })
    }

    fn layout_hex(&self, view: &RowView<'_>, columns: usize) -> RowLayout {
        let offset = self.transcript.offset(view.id);
        let verb = if view.kind == RowKind::Sent { "write" } else { "read" };
        let rules: Vec<HexSeparator> = self
            .transcript
            .reads_in(view.id)
            .into_iter()
            .map(|(mark, len)| HexSeparator {
                at: usize::try_from(mark.offset - offset).unwrap_or(usize::MAX),
                text: format!("{verb} at {}, {len} {}", mark.at.clock_with_millis(), bytes(len)),
            })
            .collect();
        let mut row = Row::default();
        let lines = text::hex(&view.wire(), offset, &rules, columns, &mut row);
        let content_len = row.text().len();
        RowLayout::new(row, lines, content_len, ByteView::Hex)
    }
}

const fn bytes(count: u64) -> &'static str {
    if count == 1 { "byte" } else { "bytes" }
}

/// Returns the mark for a row that did not end with LF or CR LF.
const fn end_mark(row: &RowView<'_>, view: ByteView) -> Option<&'static str> {
    match (row.kind, row.end) {
        (_, RowEnd::Lf | RowEnd::CrLf | RowEnd::Complete) => None,
        (RowKind::Received, RowEnd::Open) => Some("…"),
        // The escaped view displays it as `\r`.
        (_, RowEnd::Cr) if matches!(view, ByteView::Escaped) => None,
        (_, RowEnd::Cr) => Some("^M"),
        (_, RowEnd::Split) => Some("↩"),
        (_, RowEnd::Open | RowEnd::Idle | RowEnd::Interrupted | RowEnd::Unterminated) => Some("⊣"),
    }
}

/// Returns the text of a line in the text view.
pub(in crate::app) fn row_text(view_options: ViewOptions, bytes: &[u8]) -> String {
    let mut row = Row::default();
    text::decode_in(view_options.charset, bytes, &mut row);
    let is_tab = |glyph: &Glyph| glyph.kind == GlyphKind::Blank && bytes.get(glyph.source as usize) == Some(&b'\t');
    // Tabs are kept, so that tables stay tables.
    row.glyphs().iter().map(|glyph| if is_tab(glyph) { "\t" } else { row.text_of(glyph) }).collect()
}
