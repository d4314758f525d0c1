//! What there is to be seen of a transcript: which rows, through which lens, with which rules between them.

use super::layout_cache::{LayoutKey, MIN_ROW_BYTES};
use super::page::{RenderedRow, ScreenLine};
use super::viewport::LayoutCache;
use crate::app::transcript::{RowEnd, RowId, RowKind, RowView, Transcript};
use crate::app::view::filter::{DisplayItem, VisibleRows};
use crate::app::view::options::ByteView;
use crate::text::{self, Bidi, Charset, HexSeparator, Row, format_thousands};
use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

/// How bytes are made into text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ViewOptions {
    /// Which view of them.
    pub view: ByteView,
    /// In which charset they are read, in the text view.
    pub charset: Charset,
    /// Whether a row that answers one of ours says how long that took.
    pub reply_time: bool,
}

impl ViewOptions {
    /// What rows of this kind are looked at through. What the program says never crossed the wire: it is in no charset but
    /// its own, and has no bytes to be looked at.
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

/// Everything that rendering needs of a tab.
#[derive(Debug, Clone, Copy)]
pub struct RenderContext<'a> {
    /// All rows.
    pub transcript: &'a Transcript,
    /// Which of them are shown.
    pub sieve: &'a VisibleRows,
    /// Through what.
    pub options: ViewOptions,
    /// The first row that has not been read, if there is a rule before it.
    pub unread: Option<RowId>,
    /// Columns by which the second and later lines of a row stand in, where there is room. None at all means that rows are
    /// shown alone, to be copied: without marks for how they ended.
    pub indent: usize,
    /// Long rows that were laid out before.
    pub layouts: &'a LayoutCache,
}

/// A row in glyphs and lines.
#[derive(Debug, Default)]
pub struct RowLayout {
    /// Its glyphs, the mark for how it ended included.
    pub row: Row,
    /// Its lines, as ranges of glyphs.
    pub lines: Vec<Range<usize>>,
    /// Bytes of the row's text that are the speaker's own; the rest are marks for how it ended.
    pub content_len: usize,
    /// The order of text from right to left, looked for when it is drawn.
    pub bidi: OnceCell<Option<Bidi>>,
    /// Where each line begins, as [`super::viewport::Position`] has it.
    pub(super) places: Vec<u32>,
}

impl RowLayout {
    fn new(row: Row, lines: Vec<Range<usize>>, said: usize, view: ByteView) -> Self {
        let place = |line: &Range<usize>| match row.glyphs().get(line.start) {
            None => 0,
            Some(glyph) if view == ByteView::Hex && row.text_of(glyph) == RULE => glyph.source * 2,
            Some(glyph) => glyph.source * 2 + 1,
        };
        let places = lines.iter().map(place).collect();
        Self { row, lines, content_len: said, bidi: OnceCell::new(), places }
    }
}

/// What a rule of the hex view begins with, and no other line of it.
const RULE: &str = "─";

/// Columns by which the second and later lines of a row stand in, where there is room.
pub(in crate::app) const INDENT: usize = 2;

impl<'a> RenderContext<'a> {
    /// Columns by which the second and later lines of a row stand in, on a screen of so many.
    const fn indent(&self, columns: usize) -> usize {
        if columns >= 30 && !matches!(self.options.view, ByteView::Hex) { self.indent } else { 0 }
    }

    /// Whether it is known which rows are shown, down to the newest.
    pub(super) fn is_whole_below(&self) -> bool {
        self.sieve.is_complete_below(self.transcript)
    }

    /// The first item at or after a row.
    pub fn at_or_after(&self, id: RowId) -> Option<DisplayItem> {
        if self.options.view == ByteView::Text {
            return self.sieve.at_or_after(self.transcript, id);
        }
        // Who looks at bytes wants to see each of them: nothing is folded.
        self.sieve.row_at_or_after(id).map(DisplayItem::single)
    }

    /// How many rows with an id in `range` are shown, be it as part of a fold.
    pub fn rows_shown(&self, range: Range<RowId>) -> u64 {
        self.sieve.shown_in(range)
    }

    /// The last item before a row.
    pub fn before(&self, id: RowId) -> Option<DisplayItem> {
        if self.options.view == ByteView::Text {
            return self.sieve.before(self.transcript, id);
        }
        self.sieve.row_before(id).map(DisplayItem::single)
    }

    /// An item laid out for so many columns, with the rules behind it.
    pub(super) fn block(&self, item: DisplayItem, columns: usize) -> Option<RenderedRow<'a>> {
        let view = self.transcript.row(item.first)?;
        let columns = columns.max(1);
        let laid = if view.bytes.len() < MIN_ROW_BYTES {
            Rc::new(self.layout_row(item, &view, columns))
        } else {
            let (len, end, lens, indent) = (view.bytes.len(), view.end, self.options, self.indent);
            let key = LayoutKey { item, len, end, lens, columns, indent };
            self.layouts.get(key, || self.layout_row(item, &view, columns))
        };
        let before = self.before(item.first).and_then(|before| self.transcript.row(before.last));
        // Somebody else's row between two pieces of a line must not be taken for the beginning of the second.
        let continues =
            view.is_continued && before.is_none_or(|before| self.transcript.previous_piece(view.id) == Some(before.id));
        let block = RenderedRow::new(item, view, laid, self.separators_after(item));
        Some(block.after(before.map(|row| row.at), continues, self.indent(columns)))
    }

    /// The lines across the pane between an item and the next one.
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
        let mut said = 0;
        if item.rows > 1 && view.bytes.is_empty() {
            row.push_label(&format!("({} blank lines)", format_thousands(item.rows)), 0);
        } else {
            let lens = self.options.of(view.kind);
            match lens.view {
                ByteView::Text => text::decode_in(lens.charset, view.bytes, &mut row),
                ByteView::Escaped => text::escape(&view.wire(), &mut row),
                ByteView::Hex => return self.lay_out_hex(view, columns),
            }
            said = row.text().len();
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
        // A rule is one line whatever it says: the pane cuts it, as it does those between days.
        let lines = match view.kind {
            RowKind::Separator => std::iter::once(0..row.glyphs().len()).collect(),
            _ => text::wrap(&row, columns, columns - self.indent(columns)),
        };
        RowLayout::new(row, lines, said, ByteView::Text)
    }

    /// How long after our last line the first row of an answer came.
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

    fn lay_out_hex(&self, view: &RowView<'_>, columns: usize) -> RowLayout {
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
        let said = row.text().len();
        RowLayout::new(row, lines, said, ByteView::Hex)
    }
}

const fn bytes(count: u64) -> &'static str {
    if count == 1 { "byte" } else { "bytes" }
}

/// The mark for how a row ended, where it was not a newline.
const fn end_mark(row: &RowView<'_>, view: ByteView) -> Option<&'static str> {
    match (row.kind, row.end) {
        (_, RowEnd::Lf | RowEnd::CrLf | RowEnd::Complete) => None,
        (RowKind::Received, RowEnd::Open) => Some("…"),
        // Spelled out there.
        (_, RowEnd::Cr) if matches!(view, ByteView::Escaped) => None,
        (_, RowEnd::Cr) => Some("^M"),
        (_, RowEnd::Split) => Some("↩"),
        (_, RowEnd::Open | RowEnd::Idle | RowEnd::Interrupted | RowEnd::Unterminated) => Some("⊣"),
    }
}
