//! Which lines of the transcript are on the screen, and moving over them.
//!
//! Nothing is laid out but what is looked at: a page is made by decoding and wrapping rows from the anchor down, or from
//! the end up, until the screen is full. It costs the same with a thousand rows and with ten million.
//!
//! The view either follows the end or is *anchored* to a place in the text: a row, and a byte of that row. Rows that
//! arrive do not move it; a resize wraps the row anew and shows the line that byte is on; another view or charset shows
//! the same byte; a filter that hides the row shows the next one; eviction moves it to the oldest row there is. None of
//! these has to repair it. (design.md says "row id, line within it"; a line number would change its meaning with every
//! resize, a byte does not.)
//!
//! `render_context` says what there is to be seen, `page` what of it is on the screen.

use crate::app::transcript::RowId;
pub use crate::app::view::layout_cache::LayoutCache;
pub use crate::app::view::page::{RenderedRow, ScreenLine, ScreenPage};
use crate::app::view::page::{above, below, last_page, page_from};
pub use crate::app::view::render::{RenderContext, ViewOptions};

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
    pub messages: Size,
    /// Cells for a page in place of the messages, such as the help.
    pub page: Size,
    /// Cells for the messages alone.
    pub plain: Size,
    /// Columns for the draft.
    pub input_columns: usize,
}

/// A place in the transcript: a line of a row, told by what it holds, so that it is the same however the row is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// The row.
    pub row: RowId,
    /// Twice the offset of a byte in the row, and one more for the byte itself: the line that holds it. Without the one
    /// more, the rule before that byte. Rules between rows stand behind the last byte of the row above them.
    pub offset: u32,
}

impl Position {
    /// Where a row begins.
    pub const fn start_of(row: RowId) -> Self {
        Self { row, offset: 0 }
    }

    /// Where a byte of a row stands.
    pub const fn of_byte(row: RowId, source: u32) -> Self {
        Self { row, offset: source * 2 + 1 }
    }
}

/// What part of the transcript is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scroll {
    /// The end, whatever comes.
    #[default]
    Follow,
    /// A place that stays.
    Anchored {
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

impl Scroll {
    /// What the screen shows of `scene`.
    pub fn page<'a>(&self, scene: &RenderContext<'a>, size: Size) -> ScreenPage<'a> {
        match *self {
            Self::Anchored { top, .. } => {
                // A fold or the end of a line under way may leave it short. It stays so: what is read stays where it is.
                let page = page_from(scene, top, size);
                if page.blocks.is_empty() { last_page(scene, size) } else { page }
            }
            Self::Follow => last_page(scene, size),
        }
    }

    /// Moves; at the end of the transcript the view follows again.
    pub fn scroll(&mut self, scene: &RenderContext<'_>, size: Size, motion: Motion) {
        let page = size.lines.saturating_sub(1).max(1);
        match motion {
            Motion::Bottom => *self = Self::Follow,
            Motion::Top => self.anchor(scene, size, Position { row: scene.transcript.first(), offset: 0 }),
            Motion::Up(lines) => self.up(scene, size, lines),
            Motion::PageUp => self.up(scene, size, page),
            Motion::Down(lines) => self.down(scene, size, lines),
            Motion::PageDown => self.down(scene, size, page),
        }
    }

    /// Shows a place, with a third of the screen above it where there is so much; on a screen that it is on already nothing
    /// moves.
    pub fn show(&mut self, scene: &RenderContext<'_>, size: Size, at: Position) {
        if self.page(scene, size).shows(at) {
            return;
        }
        self.show_at_line(scene, size, at, size.lines / 3);
    }

    /// Puts a place so many lines below the top of the screen, as far as there is text for it.
    pub fn show_at_line(&mut self, scene: &RenderContext<'_>, size: Size, at: Position, lines: usize) {
        let top = above(scene, at, size, lines);
        self.anchor_or_follow(scene, size, top);
    }

    /// On a screen that has grown so that it shows the end, the view follows the end.
    pub fn on_resize(&mut self, scene: &RenderContext<'_>, size: Size) {
        if let Self::Anchored { top, .. } = *self
            && page_from(scene, top, size).has_end
        {
            *self = Self::Follow;
        }
    }

    /// Where nothing at the anchor or below it is shown any more, the view follows the end: that is what is on the screen.
    ///
    /// To be told of every arrival. A filter may hide the row at the anchor as it grows, and without this the first row
    /// below it that is shown would take the whole screen.
    pub fn normalize(&mut self, scene: &RenderContext<'_>) {
        if let Self::Anchored { top, .. } = *self
            && scene.at_or_after(top.row).is_none()
            && scene.is_whole_below()
        {
            *self = Self::Follow;
        }
    }

    /// Where the view is anchored, or the end.
    pub fn top(&self, scene: &RenderContext<'_>) -> RowId {
        match *self {
            Self::Follow => scene.transcript.next(),
            Self::Anchored { top, .. } => top.row,
        }
    }

    /// The first row that came while the view was anchored and that has not been on the screen.
    pub const fn unseen(&self) -> Option<RowId> {
        match *self {
            Self::Follow => None,
            Self::Anchored { unseen, .. } => Some(unseen),
        }
    }

    fn up(&mut self, scene: &RenderContext<'_>, size: Size, lines: usize) {
        let Some(top) = self.page(scene, size).top() else { return };
        self.anchor(scene, size, above(scene, top, size, lines));
    }

    fn down(&mut self, scene: &RenderContext<'_>, size: Size, lines: usize) {
        if *self == Self::Follow {
            return;
        }
        let Some(top) = self.page(scene, size).top() else { return };
        let target = below(scene, top, size, lines);
        self.anchor_or_follow(scene, size, target);
    }

    /// Stays at `top`, unless the end is on the screen then.
    fn anchor_or_follow(&mut self, scene: &RenderContext<'_>, size: Size, top: Position) {
        if page_from(scene, top, size).has_end {
            *self = Self::Follow;
        } else {
            self.anchor(scene, size, top);
        }
    }

    /// Stays at `top`, unless everything fits on the screen anyway.
    fn anchor(&mut self, scene: &RenderContext<'_>, size: Size, top: Position) {
        let page = page_from(scene, top, size);
        // Where rows are still being judged there may be more of them than this.
        if page.has_end && page.lines() < size.lines || size.lines == 0 {
            *self = Self::Follow;
            return;
        }
        let seen = match *self {
            Self::Follow => scene.transcript.next(),
            Self::Anchored { unseen, .. } => unseen,
        };
        let shown = page.blocks.last().map_or(seen, |block| RowId(block.item.last.0 + 1));
        *self = Self::Anchored { top, unseen: seen.max(shown) };
    }
}

#[cfg(test)]
pub(in crate::app) mod tests;
