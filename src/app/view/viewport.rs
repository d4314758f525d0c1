//! Scrolls through a transcript.
//!
//! A page is laid out on demand: rows are decoded and wrapped from the anchor down, or from the end up, until the screen is
//! full. The cost does not depend on the number of rows.
//!
//! The view either follows the end or is *anchored* to a row and a byte in it. New rows do not move an anchored view. After
//! a resize, or a change of view or charset, it shows the line that contains the byte; if a filter hides the row, it
//! begins with the next visible one, and if the row is evicted, with the oldest. A line number would not survive a resize.
//!
//! [`RenderContext`] holds the rows and how they are displayed, [`ScreenPage`] the part that is on the screen.

use crate::app::transcript::RowId;
pub use crate::app::view::layout_cache::LayoutCache;
pub use crate::app::view::page::{RenderedRow, ScreenLine, ScreenPage};
use crate::app::view::page::{above, below, last_page, page_from};
pub use crate::app::view::render::{RenderContext, ViewOptions};

/// Size of a part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Columns; nothing is displayed if 0.
    pub columns: usize,
    /// Number of lines.
    pub lines: usize,
}

/// Sizes of the parts of the screen that [`crate::app::App`] needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Viewport {
    /// Size of the message pane, without the gutter.
    pub messages: Size,
    /// Size of a page shown instead of the messages, such as the help.
    pub page: Size,
    /// Size of the plain-text view, which shows only messages.
    pub plain: Size,
    /// Columns of the input line.
    pub input_columns: usize,
}

/// A position in the transcript: a line of a row, identified by its content so that it survives a new layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Id of the row.
    pub row: RowId,
    /// `2 * n + 1` for the line that contains byte `n` of the row, `2 * n` for a rule of the hex view before that byte.
    /// Rules after the row have greater offsets.
    pub offset: u32,
}

impl Position {
    /// Returns the start of a row.
    pub const fn start_of(row: RowId) -> Self {
        Self { row, offset: 0 }
    }

    /// Returns the line that contains a byte of a row.
    pub const fn of_byte(row: RowId, byte: u32) -> Self {
        Self { row, offset: byte * 2 + 1 }
    }
}

/// The part of the transcript that is displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scroll {
    /// Shows the end and follows new rows.
    #[default]
    Follow,
    /// Shows a fixed position.
    Anchored {
        /// Position of the top line of the screen.
        top: Position,
        /// First row that has not been on the screen yet.
        unseen: RowId,
    },
}

/// A scroll movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// Moves up by a number of lines.
    Up(usize),
    /// Moves down by a number of lines.
    Down(usize),
    /// Moves up by a screen less one line.
    PageUp,
    /// Moves down by a screen less one line.
    PageDown,
    /// Moves to the oldest row.
    Top,
    /// Moves to the end and follows it.
    Bottom,
}

impl Scroll {
    /// Returns the page for a screen of this size.
    pub fn page<'a>(&self, context: &RenderContext<'a>, size: Size) -> ScreenPage<'a> {
        match *self {
            Self::Anchored { top, .. } => {
                // The page may be short after a change of folds. It is not moved, so that the text stays in place.
                let page = page_from(context, top, size);
                if page.rows.is_empty() { last_page(context, size) } else { page }
            }
            Self::Follow => last_page(context, size),
        }
    }

    /// Scrolls. A view that reaches the end follows it.
    pub fn scroll(&mut self, context: &RenderContext<'_>, size: Size, motion: Motion) {
        let page = size.lines.saturating_sub(1).max(1);
        match motion {
            Motion::Bottom => *self = Self::Follow,
            Motion::Top => self.anchor(context, size, Position { row: context.transcript.first(), offset: 0 }),
            Motion::Up(lines) => self.scroll_up(context, size, lines),
            Motion::PageUp => self.scroll_up(context, size, page),
            Motion::Down(lines) => self.scroll_down(context, size, lines),
            Motion::PageDown => self.scroll_down(context, size, page),
        }
    }

    /// Scrolls to a position so that it is a third of the screen below the top. Does nothing if it is on the screen already.
    pub fn show(&mut self, context: &RenderContext<'_>, size: Size, position: Position) {
        if self.page(context, size).shows(position) {
            return;
        }
        self.show_at_line(context, size, position, size.lines / 3);
    }

    /// Scrolls so that a position is `lines` lines below the top of the screen, as far as there is text above it.
    pub fn show_at_line(&mut self, context: &RenderContext<'_>, size: Size, position: Position, lines: usize) {
        let top = above(context, position, size, lines);
        self.anchor_or_follow(context, size, top);
    }

    /// Follows the end if the resized screen shows it.
    pub fn on_resize(&mut self, context: &RenderContext<'_>, size: Size) {
        if let Self::Anchored { top, .. } = *self
            && page_from(context, top, size).has_end
        {
            *self = Self::Follow;
        }
    }

    /// Follows the end if no row at or below the anchor is visible any more.
    ///
    /// Must be called whenever rows arrive: a filter may hide the row at the anchor as it grows, and the next visible row
    /// would otherwise appear alone at the top of the screen.
    pub fn normalize(&mut self, context: &RenderContext<'_>) {
        if let Self::Anchored { top, .. } = *self
            && context.at_or_after(top.row).is_none()
            && context.is_complete_below()
        {
            *self = Self::Follow;
        }
    }

    /// Returns the row at the top of an anchored view, or the end of the transcript.
    pub fn top(&self, context: &RenderContext<'_>) -> RowId {
        match *self {
            Self::Follow => context.transcript.next(),
            Self::Anchored { top, .. } => top.row,
        }
    }

    /// Returns the first row that has not been on the screen since the view was anchored; `None` if it follows the end.
    pub const fn unseen(&self) -> Option<RowId> {
        match *self {
            Self::Follow => None,
            Self::Anchored { unseen, .. } => Some(unseen),
        }
    }

    fn scroll_up(&mut self, context: &RenderContext<'_>, size: Size, lines: usize) {
        let Some(top) = self.page(context, size).top() else { return };
        self.anchor(context, size, above(context, top, size, lines));
    }

    fn scroll_down(&mut self, context: &RenderContext<'_>, size: Size, lines: usize) {
        if *self == Self::Follow {
            return;
        }
        let Some(top) = self.page(context, size).top() else { return };
        let target = below(context, top, size, lines);
        self.anchor_or_follow(context, size, target);
    }

    /// Anchors the view at `top`, or follows the end if that is on the screen then.
    fn anchor_or_follow(&mut self, context: &RenderContext<'_>, size: Size, top: Position) {
        if page_from(context, top, size).has_end {
            *self = Self::Follow;
        } else {
            self.anchor(context, size, top);
        }
    }

    /// Anchors the view at `top`, or follows the end if all rows fit on the screen.
    fn anchor(&mut self, context: &RenderContext<'_>, size: Size, top: Position) {
        let page = page_from(context, top, size);
        // A short page without the end means that rows have not been evaluated yet.
        if page.has_end && page.lines() < size.lines || size.lines == 0 {
            *self = Self::Follow;
            return;
        }
        let seen = match *self {
            Self::Follow => context.transcript.next(),
            Self::Anchored { unseen, .. } => unseen,
        };
        let on_page = page.rows.last().map_or(seen, |rendered| RowId(rendered.item.last.0 + 1));
        *self = Self::Anchored { top, unseen: seen.max(on_page) };
    }
}

#[cfg(test)]
pub(in crate::app) mod tests;
