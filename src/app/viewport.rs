//! Which lines of the transcript are on the screen, and moving over them.
//!
//! Nothing is laid out but what is looked at: a page is made by decoding and wrapping rows from the anchor down, or from
//! the end up, until the screen is full. It costs the same with a thousand rows and with ten million.
//!
//! The view either follows the end or is *anchored* to a place in the text: a row, and a byte of that row. Rows that
//! arrive do not move it; a resize wraps the row anew and shows the line that byte is on; eviction moves it to the oldest
//! row there is. None of these has to repair it. (design.md says "row id, line within it"; a line number would change its
//! meaning with every resize, a byte does not.)

use super::transcript::{RowEnd, RowId, RowKind, RowView, Transcript};
use crate::text::{self, Row};
use std::ops::Range;

/// Cells of a part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Columns of a line, at least 1 for anything to be shown.
    pub columns: usize,
    /// Lines.
    pub lines: usize,
}

/// What the core knows of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Viewport {
    /// Cells for the text of messages.
    pub text: Size,
    /// Cells for a page in place of the messages, such as the help.
    pub page: Size,
}

/// A place in the transcript: the line that holds this byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// The row.
    pub row: RowId,
    /// Offset of a byte in it.
    pub source: u32,
}

/// What part of the transcript is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scroll {
    /// The end, whatever comes.
    #[default]
    Follow,
    /// A place that stays.
    At {
        /// The top line of the screen.
        top: Position,
        /// The first row that has not been on the screen.
        unseen: RowId,
    },
}

/// How far to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// So many lines towards the beginning.
    Up(usize),
    /// So many lines towards the end.
    Down(usize),
    /// A screen, less one line to keep one's place by.
    PageUp,
    /// The same the other way.
    PageDown,
    /// To the oldest row.
    Top,
    /// To the end, to follow it again.
    Bottom,
}

/// A row on the screen, as far as it is.
#[derive(Debug)]
pub struct Block<'a> {
    /// The row itself.
    pub view: RowView<'a>,
    /// Its glyphs, the mark for how it ended included.
    pub row: Row,
    /// Its lines that are on the screen, as ranges of glyphs.
    pub lines: Vec<Range<usize>>,
    /// Whether the first of `lines` is the first line of the row: there the gutter says who speaks.
    pub has_first_line: bool,
}

/// What the screen shows.
#[derive(Debug, Default)]
pub struct Page<'a> {
    /// From top to bottom. Their lines together are as many as the screen has, or fewer if there are no more.
    pub blocks: Vec<Block<'a>>,
    /// Whether the last line of the transcript is on it.
    pub has_end: bool,
}

/// Columns by which the second and later lines of a row stand in.
pub fn hanging_indent(columns: usize) -> usize {
    if columns >= 30 { 2 } else { 0 }
}

/// The mark for how a row ended, where it was not a newline.
const fn end_mark(view: &RowView<'_>) -> Option<char> {
    match (view.kind, view.end) {
        (_, RowEnd::Lf | RowEnd::CrLf | RowEnd::Whole) => None,
        (RowKind::Received, RowEnd::Open) => Some('…'),
        (_, RowEnd::Cr) => Some('␍'),
        (_, RowEnd::Cut) => Some('↩'),
        (_, RowEnd::Open | RowEnd::Silence | RowEnd::Interrupted | RowEnd::Unterminated) => Some('⊣'),
    }
}

fn lay_out(view: RowView<'_>, columns: usize) -> Block<'_> {
    let mut row = Row::default();
    text::decode(view.bytes, &mut row);
    if let Some(mark) = end_mark(&view) {
        row.push_mark(mark, view.bytes.len());
    }
    let columns = columns.max(1);
    let lines = text::wrap(&row, columns, columns - hanging_indent(columns));
    Block { view, row, lines, has_first_line: true }
}

impl Block<'_> {
    /// The line that holds a byte: the last one that begins at or before it.
    fn line_of(&self, source: u32) -> usize {
        let begins_after = |line: &Range<usize>| self.source_at(line) > source;
        self.lines.iter().position(begins_after).unwrap_or(self.lines.len()).saturating_sub(1)
    }

    fn source_at(&self, line: &Range<usize>) -> u32 {
        self.row.glyphs().get(line.start).map_or(0, |glyph| glyph.source)
    }

    fn position_of(&self, line: usize) -> Position {
        Position { row: self.view.id, source: self.lines.get(line).map_or(0, |line| self.source_at(line)) }
    }

    fn drop_first(&mut self, lines: usize) {
        if lines > 0 {
            self.lines.drain(..lines.min(self.lines.len()));
            self.has_first_line = false;
        }
    }
}

impl Scroll {
    /// What the screen shows of `transcript`.
    pub fn page<'a>(&self, transcript: &'a Transcript, size: Size) -> Page<'a> {
        match *self {
            Self::At { top, .. } => page_from(transcript, top, size).unwrap_or_else(|| last_page(transcript, size)),
            Self::Follow => last_page(transcript, size),
        }
    }

    /// Moves; at the end of the transcript the view follows again.
    pub fn go(&mut self, transcript: &Transcript, size: Size, motion: Motion) {
        let page = size.lines.saturating_sub(1).max(1);
        match motion {
            Motion::Bottom => *self = Self::Follow,
            Motion::Top => self.anchor(transcript, size, Position { row: transcript.first(), source: 0 }),
            Motion::Up(lines) => self.up(transcript, size, lines),
            Motion::PageUp => self.up(transcript, size, page),
            Motion::Down(lines) => self.down(transcript, size, lines),
            Motion::PageDown => self.down(transcript, size, page),
        }
    }

    /// On a screen that has grown so that it shows the end, the view follows the end.
    pub fn fit(&mut self, transcript: &Transcript, size: Size) {
        if let Self::At { top, .. } = *self
            && page_from(transcript, top, size).is_none_or(|page| page.has_end)
        {
            *self = Self::Follow;
        }
    }

    /// Rows that came while the view was anchored and that have not been on the screen, evicted ones included.
    pub fn unseen(&self, transcript: &Transcript) -> u64 {
        match *self {
            Self::Follow => 0,
            Self::At { unseen, .. } => transcript.next().0.saturating_sub(unseen.0),
        }
    }

    fn up(&mut self, transcript: &Transcript, size: Size, lines: usize) {
        let Some(top) = self.page(transcript, size).top() else { return };
        self.anchor(transcript, size, above(transcript, top, size, lines));
    }

    fn down(&mut self, transcript: &Transcript, size: Size, lines: usize) {
        if *self == Self::Follow {
            return;
        }
        let Some(top) = self.page(transcript, size).top() else { return };
        let target = below(transcript, top, size, lines);
        match page_from(transcript, target, size) {
            Some(page) if !page.has_end => self.anchor(transcript, size, target),
            _ => *self = Self::Follow,
        }
    }

    /// Stays at `top`, unless everything fits on the screen anyway.
    fn anchor(&mut self, transcript: &Transcript, size: Size, top: Position) {
        let Some(page) = page_from(transcript, top, size) else {
            *self = Self::Follow;
            return;
        };
        let seen = match *self {
            Self::Follow => transcript.next(),
            Self::At { unseen, .. } => unseen,
        };
        let shown = page.blocks.last().map_or(seen, |block| RowId(block.view.id.0 + 1));
        *self = Self::At { top, unseen: seen.max(shown) };
    }
}

impl Page<'_> {
    fn top(&self) -> Option<Position> {
        self.blocks.first().map(|block| block.position_of(0))
    }

    /// Lines on the page.
    pub fn lines(&self) -> usize {
        self.blocks.iter().map(|block| block.lines.len()).sum()
    }
}

/// The last screenful.
fn last_page(transcript: &Transcript, size: Size) -> Page<'_> {
    let mut page = Page { blocks: Vec::new(), has_end: true };
    let mut missing = size.lines;
    let mut id = transcript.next();
    while missing > 0 {
        let Some(view) = before(transcript, id) else { break };
        id = view.id;
        let mut block = lay_out(view, size.columns);
        block.drop_first(block.lines.len().saturating_sub(missing));
        missing -= block.lines.len();
        page.blocks.push(block);
    }
    page.blocks.reverse();
    page
}

/// The screenful from `top` on, or `None` where the transcript ends before the screen is full.
fn page_from(transcript: &Transcript, top: Position, size: Size) -> Option<Page<'_>> {
    let top = clamp(transcript, top);
    let mut page = Page::default();
    let mut missing = size.lines;
    let mut id = top.row;
    while missing > 0 {
        let mut block = lay_out(transcript.row(id)?, size.columns);
        if id == top.row {
            block.drop_first(block.line_of(top.source));
        }
        page.has_end = block.lines.len() <= missing && id.0 + 1 == transcript.next().0;
        block.lines.truncate(missing);
        missing -= block.lines.len();
        page.blocks.push(block);
        id = RowId(id.0 + 1);
    }
    Some(page)
}

/// The position `lines` lines above `from`, or the very first.
fn above(transcript: &Transcript, from: Position, size: Size, mut lines: usize) -> Position {
    let Some(view) = transcript.row(from.row) else { return from };
    let block = lay_out(view, size.columns);
    let at = block.line_of(from.source);
    if at >= lines {
        return block.position_of(at - lines);
    }
    lines -= at;
    let mut top = block.position_of(0);
    while let Some(view) = before(transcript, top.row) {
        let block = lay_out(view, size.columns);
        if block.lines.len() >= lines {
            return block.position_of(block.lines.len() - lines);
        }
        lines -= block.lines.len();
        top = block.position_of(0);
    }
    top
}

/// The position `lines` lines below `from`, or the very last.
fn below(transcript: &Transcript, from: Position, size: Size, mut lines: usize) -> Position {
    let mut at = from;
    while let Some(view) = transcript.row(at.row) {
        let block = lay_out(view, size.columns);
        let line = block.line_of(at.source) + lines;
        if line < block.lines.len() {
            return block.position_of(line);
        }
        let next = RowId(at.row.0 + 1);
        if next == transcript.next() {
            return block.position_of(block.lines.len() - 1);
        }
        lines = line - block.lines.len();
        at = Position { row: next, source: 0 };
    }
    at
}

fn before(transcript: &Transcript, id: RowId) -> Option<RowView<'_>> {
    transcript.row(RowId(id.0.checked_sub(1)?))
}

fn clamp(transcript: &Transcript, at: Position) -> Position {
    if at.row < transcript.first() { Position { row: transcript.first(), source: 0 } } else { at }
}

#[cfg(test)]
mod tests;
