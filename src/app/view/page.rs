//! Assembles the lines of a screen from rendered rows.

use super::render::RowLayout;
use super::viewport::{Position, RenderContext, Size};
use crate::app::time::LocalTime;
use crate::app::transcript::{RowId, RowView};
use crate::app::view::filter::DisplayItem;
use std::ops::Range;
use std::rc::Rc;

/// A line of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScreenLine {
    /// A range of glyphs of the row.
    Text(Range<usize>),
    /// A rule before the first row of a day.
    DateSeparator(LocalTime),
    /// A rule before the first unread row.
    UnreadSeparator,
}

/// An item with its layout, and the part of it that is on the screen.
#[derive(Debug, Clone)]
pub struct RenderedRow<'a> {
    /// The row or fold.
    pub item: DisplayItem,
    /// The first row of the item.
    pub view: RowView<'a>,
    /// All glyphs and lines of the row.
    pub layout: Rc<RowLayout>,
    /// Time of the visible row before it.
    pub previous_time: Option<LocalTime>,
    /// Whether it continues the row above it.
    pub is_continuation: bool,
    /// Columns by which continuation lines are indented.
    pub indent: usize,
    /// The rules after the row.
    rules: Vec<ScreenLine>,
    /// The lines on the screen, rules included.
    on_screen: Range<usize>,
}

/// The rows displayed on a screen.
#[derive(Debug, Default)]
pub struct ScreenPage<'a> {
    /// Rows from top to bottom. Together they have at most as many lines as the screen.
    pub rows: Vec<RenderedRow<'a>>,
    /// Whether the last line of the transcript is on the page.
    pub has_end: bool,
}

/// [`Position::offset`] of the first rule after a row; greater than that of any byte.
const SEPARATOR_OFFSET: u32 = u32::MAX - 8;

impl<'a> RenderedRow<'a> {
    /// Creates a rendered item with all of its lines.
    pub(super) fn new(item: DisplayItem, view: RowView<'a>, layout: Rc<RowLayout>, rules: Vec<ScreenLine>) -> Self {
        let all = layout.lines.len() + rules.len();
        Self { item, view, layout, previous_time: None, is_continuation: false, indent: 0, rules, on_screen: 0..all }
    }

    /// Sets the fields that depend on the row before it.
    pub(super) fn with_context(self, previous_time: Option<LocalTime>, is_continuation: bool, indent: usize) -> Self {
        Self { previous_time, is_continuation, indent, ..self }
    }

    /// Iterates over the lines on the screen, from top to bottom.
    pub fn lines(&self) -> impl Iterator<Item = ScreenLine> + '_ {
        let text = self.layout.lines.iter().map(|range| ScreenLine::Text(range.clone()));
        text.chain(self.rules.iter().cloned()).skip(self.on_screen.start).take(self.on_screen.len())
    }

    /// Whether the first line of the row, which has the gutter, is on the screen.
    pub fn has_first_line(&self) -> bool {
        self.on_screen.start == 0
    }

    /// Returns the number of lines on the screen.
    pub fn height(&self) -> usize {
        self.on_screen.len()
    }

    /// Returns the line that contains an offset: the last one that begins at or before it.
    fn line_of(&self, offset: u32) -> usize {
        match offset.checked_sub(SEPARATOR_OFFSET) {
            Some(rule) => (self.layout.lines.len() + rule as usize).min(self.line_count().saturating_sub(1)),
            None => self.layout.line_offsets.partition_point(|&start| start <= offset).saturating_sub(1),
        }
    }

    /// Returns the position of a line, counted from the first of the row.
    fn position_of(&self, line: usize) -> Position {
        let offset = match self.layout.line_offsets.get(line) {
            Some(&start) => start,
            None => SEPARATOR_OFFSET + u32::try_from(line - self.layout.lines.len()).unwrap_or(0).min(7),
        };
        Position { row: self.item.first, offset }
    }

    fn line_count(&self) -> usize {
        self.layout.lines.len() + self.rules.len()
    }

    fn drop_first(&mut self, lines: usize) {
        self.on_screen.start = (self.on_screen.start + lines).min(self.on_screen.end);
    }

    fn truncate(&mut self, lines: usize) {
        self.on_screen.end = self.on_screen.end.min(self.on_screen.start + lines);
    }
}

impl ScreenPage<'_> {
    /// Returns the position of the first line.
    pub fn top(&self) -> Option<Position> {
        self.rows.first().map(|rendered| rendered.position_of(rendered.on_screen.start))
    }

    /// Returns the number of lines on the page.
    pub fn lines(&self) -> usize {
        self.rows.iter().map(RenderedRow::height).sum()
    }

    /// Whether the line that contains a position, or the fold that contains its row, is on the page.
    pub fn shows(&self, at: Position) -> bool {
        self.rows.iter().any(|rendered| {
            let is_first = rendered.item.first == at.row;
            let line = if is_first { rendered.line_of(at.offset) } else { 0 };
            rendered.item.first <= at.row && at.row <= rendered.item.last && rendered.on_screen.contains(&line)
        })
    }

    /// Returns the last row on the page.
    pub fn last(&self) -> Option<RowId> {
        self.rows.last().map(|rendered| rendered.item.last)
    }
}

/// Returns the last page of the transcript.
pub(super) fn last_page<'a>(context: &RenderContext<'a>, size: Size) -> ScreenPage<'a> {
    let mut page = ScreenPage { rows: Vec::new(), has_end: true };
    let mut missing = size.lines;
    let mut id = context.transcript.next();
    while missing > 0 {
        let Some(mut rendered) = context.before(id).and_then(|item| context.render(item, size.columns)) else { break };
        id = rendered.item.first;
        rendered.drop_first(rendered.height().saturating_sub(missing));
        missing -= rendered.height();
        page.rows.push(rendered);
    }
    page.rows.reverse();
    page
}

/// Returns the page that begins at `top`; shorter than the screen if the transcript ends before.
pub(super) fn page_from<'a>(context: &RenderContext<'a>, top: Position, size: Size) -> ScreenPage<'a> {
    let mut page = ScreenPage::default();
    let mut missing = size.lines;
    let mut id = top.row;
    while missing > 0 {
        let Some(mut rendered) = context.at_or_after(id).and_then(|item| context.render(item, size.columns)) else {
            page.has_end = context.is_complete_below();
            break;
        };
        // If the row at `top` is no longer visible, the page begins with the next one.
        if page.rows.is_empty() && rendered.item.first == top.row {
            rendered.drop_first(rendered.line_of(top.offset));
        }
        let is_last = || context.at_or_after(RowId(rendered.item.last.0 + 1)).is_none() && context.is_complete_below();
        page.has_end = rendered.height() <= missing && is_last();
        rendered.truncate(missing);
        missing -= rendered.height();
        id = RowId(rendered.item.last.0 + 1);
        page.rows.push(rendered);
    }
    page
}

/// Returns the position `lines` lines above `from`, or the first of the transcript.
pub(super) fn above(context: &RenderContext<'_>, from: Position, size: Size, mut lines: usize) -> Position {
    let Some(rendered) = context.at_or_after(from.row).and_then(|item| context.render(item, size.columns)) else {
        return from;
    };
    let at = if rendered.item.first == from.row { rendered.line_of(from.offset) } else { 0 };
    if at >= lines {
        return rendered.position_of(at - lines);
    }
    lines -= at;
    let mut top = rendered.position_of(0);
    while let Some(rendered) = context.before(top.row).and_then(|item| context.render(item, size.columns)) {
        if rendered.height() >= lines {
            return rendered.position_of(rendered.height() - lines);
        }
        lines -= rendered.height();
        top = rendered.position_of(0);
    }
    top
}

/// Returns the position `lines` lines below `from`, or the last of the transcript.
pub(super) fn below(context: &RenderContext<'_>, from: Position, size: Size, mut lines: usize) -> Position {
    let mut at = from;
    while let Some(rendered) = context.at_or_after(at.row).and_then(|item| context.render(item, size.columns)) {
        let line = if rendered.item.first == at.row { rendered.line_of(at.offset) } else { 0 } + lines;
        if line < rendered.height() {
            return rendered.position_of(line);
        }
        let Some(next) = context.at_or_after(RowId(rendered.item.last.0 + 1)) else {
            return rendered.position_of(rendered.height() - 1);
        };
        lines = line - rendered.height();
        at = Position { row: next.first, offset: 0 };
    }
    at
}
