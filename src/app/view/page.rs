//! A screenful of lines.

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
    /// A part of the row, as glyphs.
    Text(Range<usize>),
    /// A rule: from here on it is this day.
    DateSeparator(LocalTime),
    /// A rule: from here on nothing has been read.
    UnreadSeparator,
}

/// An item on the screen, as far as it is.
#[derive(Debug, Clone)]
pub struct RenderedRow<'a> {
    /// What rows it stands for.
    pub item: DisplayItem,
    /// The row itself.
    pub view: RowView<'a>,
    /// Its glyphs and all of its lines.
    pub layout: Rc<RowLayout>,
    /// When the row shown before it began.
    pub previous_time: Option<LocalTime>,
    /// Whether its first line goes on with the row above it.
    pub is_continuation: bool,
    /// Columns by which its second and later lines stand in.
    pub indent: usize,
    /// The rules behind it.
    rules: Vec<ScreenLine>,
    /// Those of its lines, rules included, that are on the screen.
    on_screen: Range<usize>,
}

/// What the screen shows.
#[derive(Debug, Default)]
pub struct ScreenPage<'a> {
    /// From top to bottom. Their lines together are as many as the screen has, or fewer if there are no more.
    pub blocks: Vec<RenderedRow<'a>>,
    /// Whether the last line of the transcript is on it.
    pub has_end: bool,
}

/// Where rules stand: behind whatever a row may hold.
const SEPARATOR_OFFSET: u32 = u32::MAX - 8;

impl<'a> RenderedRow<'a> {
    /// All of an item.
    pub(super) fn new(item: DisplayItem, view: RowView<'a>, laid: Rc<RowLayout>, rules: Vec<ScreenLine>) -> Self {
        let all = laid.lines.len() + rules.len();
        Self {
            item,
            view,
            layout: laid,
            previous_time: None,
            is_continuation: false,
            indent: 0,
            rules,
            on_screen: 0..all,
        }
    }

    /// The same, with what depends on its place.
    pub(super) fn after(self, before: Option<LocalTime>, continues: bool, indent: usize) -> Self {
        Self { previous_time: before, is_continuation: continues, indent, ..self }
    }

    /// Its lines on the screen, from top to bottom.
    pub fn lines(&self) -> impl Iterator<Item = ScreenLine> + '_ {
        let text = self.layout.lines.iter().map(|range| ScreenLine::Text(range.clone()));
        text.chain(self.rules.iter().cloned()).skip(self.on_screen.start).take(self.on_screen.len())
    }

    /// Whether the first line of the row is on the screen: there the gutter says who speaks.
    pub fn has_first_line(&self) -> bool {
        self.on_screen.start == 0
    }

    /// How many lines are on the screen.
    pub fn height(&self) -> usize {
        self.on_screen.len()
    }

    /// The line that holds a place: the last one that begins at or before it.
    fn line_of(&self, place: u32) -> usize {
        match place.checked_sub(SEPARATOR_OFFSET) {
            Some(rule) => (self.layout.lines.len() + rule as usize).min(self.all().saturating_sub(1)),
            None => self.layout.places.partition_point(|&begin| begin <= place).saturating_sub(1),
        }
    }

    /// Where a line stands, counted from the first of the row.
    fn position_of(&self, line: usize) -> Position {
        let place = match self.layout.places.get(line) {
            Some(&begin) => begin,
            None => SEPARATOR_OFFSET + u32::try_from(line - self.layout.lines.len()).unwrap_or(0).min(7),
        };
        Position { row: self.item.first, offset: place }
    }

    fn all(&self) -> usize {
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
    /// Where its first line stands.
    pub fn top(&self) -> Option<Position> {
        self.blocks.first().map(|block| block.position_of(block.on_screen.start))
    }

    /// Lines on the page.
    pub fn lines(&self) -> usize {
        self.blocks.iter().map(RenderedRow::height).sum()
    }

    /// Whether the line of a place, or the fold it is in, is on the page.
    pub fn shows(&self, at: Position) -> bool {
        self.blocks.iter().any(|block| {
            let is_first = block.item.first == at.row;
            let line = if is_first { block.line_of(at.offset) } else { 0 };
            block.item.first <= at.row && at.row <= block.item.last && block.on_screen.contains(&line)
        })
    }

    /// The last row on the page.
    pub fn last(&self) -> Option<RowId> {
        self.blocks.last().map(|block| block.item.last)
    }
}

/// The last screenful.
pub(super) fn last_page<'a>(scene: &RenderContext<'a>, size: Size) -> ScreenPage<'a> {
    let mut page = ScreenPage { blocks: Vec::new(), has_end: true };
    let mut missing = size.lines;
    let mut id = scene.transcript.next();
    while missing > 0 {
        let Some(mut block) = scene.before(id).and_then(|item| scene.block(item, size.columns)) else { break };
        id = block.item.first;
        block.drop_first(block.height().saturating_sub(missing));
        missing -= block.height();
        page.blocks.push(block);
    }
    page.blocks.reverse();
    page
}

/// The screenful from `top` on; less where the transcript ends before the screen is full.
pub(super) fn page_from<'a>(scene: &RenderContext<'a>, top: Position, size: Size) -> ScreenPage<'a> {
    let mut page = ScreenPage::default();
    let mut missing = size.lines;
    let mut id = top.row;
    while missing > 0 {
        let Some(mut block) = scene.at_or_after(id).and_then(|item| scene.block(item, size.columns)) else {
            page.has_end = scene.is_whole_below();
            break;
        };
        // Where the row at the top is gone, or not shown any more, the next one stands at the top from its first line on.
        if page.blocks.is_empty() && block.item.first == top.row {
            block.drop_first(block.line_of(top.offset));
        }
        let is_last = || scene.at_or_after(RowId(block.item.last.0 + 1)).is_none() && scene.is_whole_below();
        page.has_end = block.height() <= missing && is_last();
        block.truncate(missing);
        missing -= block.height();
        id = RowId(block.item.last.0 + 1);
        page.blocks.push(block);
    }
    page
}

/// The position `lines` lines above `from`, or the very first.
pub(super) fn above(scene: &RenderContext<'_>, from: Position, size: Size, mut lines: usize) -> Position {
    let Some(block) = scene.at_or_after(from.row).and_then(|item| scene.block(item, size.columns)) else { return from };
    let at = if block.item.first == from.row { block.line_of(from.offset) } else { 0 };
    if at >= lines {
        return block.position_of(at - lines);
    }
    lines -= at;
    let mut top = block.position_of(0);
    while let Some(block) = scene.before(top.row).and_then(|item| scene.block(item, size.columns)) {
        if block.height() >= lines {
            return block.position_of(block.height() - lines);
        }
        lines -= block.height();
        top = block.position_of(0);
    }
    top
}

/// The position `lines` lines below `from`, or the very last.
pub(super) fn below(scene: &RenderContext<'_>, from: Position, size: Size, mut lines: usize) -> Position {
    let mut at = from;
    while let Some(block) = scene.at_or_after(at.row).and_then(|item| scene.block(item, size.columns)) {
        let line = if block.item.first == at.row { block.line_of(at.offset) } else { 0 } + lines;
        if line < block.height() {
            return block.position_of(line);
        }
        let Some(next) = scene.at_or_after(RowId(block.item.last.0 + 1)) else {
            return block.position_of(block.height() - 1);
        };
        lines = line - block.height();
        at = Position { row: next.first, offset: 0 };
    }
    at
}
