//! The line editor: a draft of one or more lines, with cursor, undo and kill ring.
//!
//! # Units
//! The cursor is a **byte** offset at a **grapheme cluster** boundary (UAX #29). One key moves over or deletes a
//! user-perceived character, such as `é` of two code points or a family emoji of seven. A *line* is text between newlines;
//! [`Layout`] wraps lines into screen lines.
//!
//! # Alternatives
//! Compared in 2026, for drafts of up to a megabyte and keys that are passed in by the caller:
//!
//! | crate | counts by | kill ring | undo | brings |
//! |---|---|---|---|---|
//! | rustyline 19, `LineBuffer` | clusters, not re-joined after an edit | private | private | 17 crates, a terminal of its own |
//! | reedline 0.52, `LineBuffer` | clusters | a clipboard of one | copies of the whole text | 50, serde and chrono among them |
//! | ratatui-textarea 0.9 | characters | one text | deltas | 83, ratatui's widgets |
//! | edtui 0.11 | characters, as a table of them | one text | copies of the whole text | 127, syntax highlighting |
//!
//! None has an incremental layout. Clusters are found with `unicode-segmentation`, as in the first two.

pub use crate::app::input::edit::Edit;
pub use crate::app::input::hidden_line::HiddenLine;
pub use crate::app::input::kill_ring::KillRing;
pub use crate::app::input::layout::{Layout, TextPosition};

use crate::app::input::kill_ring::{KillSide, RingToken};
use crate::app::input::layout::LineStarts;
use crate::app::input::text_boundaries::{is_not_blank, is_word};
use crate::app::input::undo::{Merge, Undo, UndoStep};
use std::cell::RefCell;
use std::ops::Range;

/// An editable draft with cursor, undo and screen layout.
#[derive(Debug, Default)]
pub struct LineEditor {
    text: String,
    cursor: usize,
    last: LastEdit,
    undo: Undo,
    starts: RefCell<LineStarts>,
}

/// The last edit, if the next one may continue it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum LastEdit {
    /// An edit that cannot be continued.
    #[default]
    Other,
    Typed,
    DeletedBack,
    DeletedForward,
    Killed(RingToken),
    /// A yank of the text in this byte range.
    Yanked(RingToken, Range<usize>),
    /// A move up or down that started in this column.
    VerticalMove(usize),
    /// Unsent lines were put into the empty draft. Text inserted next starts a new line.
    PutBack,
}

impl LineEditor {
    /// Returns the draft.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the byte offset of the cursor.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Inserts pasted text at the cursor, as one undo step.
    pub fn insert(&mut self, text: &str) {
        self.begin_line();
        self.last = LastEdit::Other;
        self.change(self.cursor..self.cursor, text, Merge::No);
    }

    /// Inserts a typed character at the cursor. A word and the whitespace after it are one undo step.
    pub fn type_char(&mut self, c: char) {
        self.begin_line();
        let is_typing = std::mem::replace(&mut self.last, LastEdit::Typed) == LastEdit::Typed;
        let is_new_word = !c.is_whitespace() && self.left().ends_with(char::is_whitespace);
        let merge = if is_typing && !is_new_word { Merge::WithPrevious } else { Merge::No };
        self.change(self.cursor..self.cursor, c.encode_utf8(&mut [0; 4]), merge);
    }

    /// Replaces a byte range by `text`, as one undo step, and moves the cursor after it.
    ///
    /// The range is limited to the draft and extended to character boundaries.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        self.last = LastEdit::Other;
        let start = super::text_boundaries::floor(&self.text, range.start);
        let end = super::text_boundaries::ceil(&self.text, range.end.max(start));
        self.change(start..end, text, Merge::No);
    }

    /// Inserts unsent lines before the draft, as one undo step. The cursor keeps its place in the draft. If the draft is
    /// empty, the cursor is placed after them and text inserted next starts a new line.
    pub fn put_back(&mut self, lines: &str) {
        if self.text.is_empty() {
            self.insert(lines);
            self.last = LastEdit::PutBack;
            return;
        }
        let text = format!("{lines}\n");
        let after_cursor = self.text.len() - self.cursor;
        self.replace(0..0, &text);
        if after_cursor < self.text.len() - text.len() {
            self.cursor = super::text_boundaries::ceil(&self.text, self.text.len() - after_cursor);
        }
    }

    /// Replaces the whole draft, as one undo step, and moves the cursor to its end.
    pub fn set(&mut self, text: String) {
        let before = self.cursor;
        self.last = LastEdit::Other;
        self.cursor = text.len();
        if text != self.text {
            let (inserted, after) = (text.len(), text.len());
            self.starts.get_mut().note_edit(&(0..self.text.len()), self.text.len());
            let removed = std::mem::replace(&mut self.text, text);
            self.undo.record(UndoStep { at: 0, removed, inserted, before, after }, Merge::No);
        }
    }

    /// Takes the draft and resets the editor, undo steps included.
    pub fn take(&mut self) -> String {
        std::mem::take(self).text
    }

    /// Performs an edit. Returns whether the text or the cursor has changed.
    ///
    /// Consecutive kills are merged to one entry of `kills`.
    pub fn edit(&mut self, edit: Edit, kills: &mut KillRing) -> bool {
        let last = std::mem::take(&mut self.last);
        let (text, at) = (self.text.as_str(), self.cursor);
        match edit {
            Edit::Left => self.move_to(super::text_boundaries::prev_boundary(text, at)),
            Edit::Right => self.move_to(super::text_boundaries::next_boundary(text, at)),
            Edit::WordLeft => self.move_to(super::text_boundaries::word_left(text, at, is_word)),
            Edit::WordRight => self.move_to(super::text_boundaries::word_right(text, at, is_word)),
            Edit::BigWordLeft => self.move_to(super::text_boundaries::word_left(text, at, is_not_blank)),
            Edit::BigWordRight => self.move_to(super::text_boundaries::word_right(text, at, is_not_blank)),
            Edit::Start => self.move_to(super::text_boundaries::line_start(text, at)),
            Edit::End => self.move_to(super::text_boundaries::line_end(text, at)),
            Edit::TextStart => self.move_to(0),
            Edit::TextEnd => self.move_to(text.len()),
            Edit::DeleteBack => {
                self.delete(super::text_boundaries::prev_boundary(text, at)..at, &last, LastEdit::DeletedBack)
            }
            Edit::DeleteForward => {
                self.delete(at..super::text_boundaries::next_boundary(text, at), &last, LastEdit::DeletedForward)
            }
            Edit::DeleteBlanks => self.change(super::text_boundaries::blanks_around(text, at), "", Merge::No),
            Edit::Yank => self.yank(last, kills),
            Edit::YankPop => self.yank_pop(&last, kills),
            Edit::TransposeChars => self.transform(super::transform::swap_chars(text, at)),
            Edit::TransposeWords => self.transform(super::transform::swap_words(text, at)),
            Edit::Uppercase => self.transform(super::transform::change_case(text, at, str::to_uppercase)),
            Edit::Lowercase => self.transform(super::transform::change_case(text, at, str::to_lowercase)),
            Edit::Capitalize => self.transform(super::transform::change_case(text, at, super::transform::capitalized)),
            Edit::NewLine => self.new_line(last),
            Edit::Undo => self.undo(),
            Edit::Redo => self.redo(),
            Edit::DeleteWordBack
            | Edit::KillWordBack
            | Edit::KillWordForward
            | Edit::DeleteToStart
            | Edit::DeleteToEnd
            | Edit::KillLine => self.kill(edit, &last, kills),
        }
    }

    /// Ends a sequence of kills. The next kill becomes a separate entry.
    pub(in crate::app) fn end_kills(&mut self) {
        self.last = LastEdit::Other;
    }

    /// Returns whether [`Edit::YankPop`] would work now.
    pub const fn is_after_yank(&self) -> bool {
        matches!(self.last, LastEdit::Yanked(..))
    }

    /// Moves the cursor down by `lines` screen lines, or up if negative, as far as possible. Consecutive moves keep the
    /// column of the first one. Returns whether the cursor has moved to another line.
    ///
    /// `width` is in columns, as for [`LineEditor::layout`].
    pub fn move_line(&mut self, width: usize, lines: isize) -> bool {
        let layout = self.layout(width);
        let from = layout.place(self.cursor);
        let line = from.line.saturating_add_signed(lines).min(layout.lines() - 1);
        if line == from.line {
            return false;
        }
        let column = if let LastEdit::VerticalMove(column) = self.last { column } else { from.column };
        let to = layout.offset(TextPosition { line, column });
        drop(layout);
        self.last = LastEdit::VerticalMove(column);
        self.cursor = to;
        true
    }

    /// Returns the layout of the draft at a width in columns; 0 counts as 1.
    ///
    /// The layout is cached and updated by edits, so this is cheap unless the width changes.
    pub fn layout(&self, width: usize) -> Layout<'_> {
        let width = width.max(1);
        self.starts.borrow_mut().relayout(&self.text, width);
        Layout::new(&self.text, self.starts.borrow())
    }

    fn left(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    pub(super) const fn move_to(&mut self, to: usize) -> bool {
        let moved = self.cursor != to;
        self.cursor = to;
        moved
    }

    /// Deletes a cluster. Consecutive deletions in one direction are one undo step.
    fn delete(&mut self, range: Range<usize>, last: &LastEdit, this: LastEdit) -> bool {
        let merge = if *last == this { Merge::WithPrevious } else { Merge::No };
        self.last = this;
        self.change(range, "", merge)
    }

    /// Starts a new line after lines that were put back.
    fn begin_line(&mut self) {
        if self.last == LastEdit::PutBack && !self.text.is_empty() {
            self.last = LastEdit::Other;
            self.change(self.cursor..self.cursor, "\n", Merge::No);
        }
    }

    fn new_line(&mut self, last: LastEdit) -> bool {
        self.last = if last == LastEdit::PutBack { LastEdit::Other } else { last };
        self.type_char('\n');
        true
    }

    fn kill(&mut self, edit: Edit, last: &LastEdit, kills: &mut KillRing) -> bool {
        let (text, at) = (self.text.as_str(), self.cursor);
        let (range, side) = match edit {
            Edit::DeleteWordBack => (super::text_boundaries::word_left(text, at, is_not_blank)..at, KillSide::Prepend),
            Edit::KillWordBack => (super::text_boundaries::word_left(text, at, is_word)..at, KillSide::Prepend),
            Edit::KillWordForward => (at..super::text_boundaries::word_right(text, at, is_word), KillSide::Append),
            Edit::DeleteToStart => (super::text_boundaries::line_start(text, at)..at, KillSide::Prepend),
            Edit::DeleteToEnd => (super::text_boundaries::rest_of_line(text, at), KillSide::Append),
            _ => (
                super::text_boundaries::line_start(text, at)..super::text_boundaries::next_line(text, at),
                KillSide::Append,
            ),
        };
        let previous = if let LastEdit::Killed(token) = last { Some(*token) } else { None };
        let token = match text.get(range.clone()).filter(|killed| !killed.is_empty()) {
            Some(killed) => Some(kills.kill(killed, side, previous)),
            // Killing nothing does not end a sequence of kills.
            None => previous,
        };
        self.last = token.map_or(LastEdit::Other, LastEdit::Killed);
        self.change(range, "", Merge::No)
    }

    fn yank(&mut self, last: LastEdit, kills: &mut KillRing) -> bool {
        let Some((text, token)) = kills.yank() else { return false };
        self.last = last;
        self.begin_line();
        let at = self.cursor;
        self.last = LastEdit::Yanked(token, at..at + text.len());
        self.change(at..at, text, Merge::No)
    }

    fn yank_pop(&mut self, last: &LastEdit, kills: &mut KillRing) -> bool {
        let LastEdit::Yanked(token, range) = last else { return false };
        let Some((text, token)) = kills.rotate(*token) else { return false };
        self.last = LastEdit::Yanked(token, range.start..range.start + text.len());
        self.change(range.clone(), text, Merge::No)
    }

    fn transform(&mut self, new: Option<(Range<usize>, String)>) -> bool {
        new.is_some_and(|(range, text)| self.change(range, &text, Merge::No))
    }

    fn undo(&mut self) -> bool {
        let Some(step) = self.undo.pop_done() else { return false };
        let reverse = self.apply(&step);
        self.undo.push_undone(reverse);
        true
    }

    fn redo(&mut self) -> bool {
        let Some(step) = self.undo.pop_undone() else { return false };
        let reverse = self.apply(&step);
        self.undo.push_done(reverse);
        true
    }

    /// Replaces a range, moves the cursor after the new text and records an undo step. Returns whether anything changed.
    fn change(&mut self, range: Range<usize>, text: &str, merge: Merge) -> bool {
        let before = self.cursor;
        let at = range.start;
        let inserted = text.len();
        let is_same = self.text.get(range.clone()) == Some(text);
        let removed = if is_same { String::new() } else { self.splice(range, text) };
        self.cursor = at + inserted;
        self.snap_to_cluster();
        if !is_same {
            self.undo.record(UndoStep { at, removed, inserted, before, after: self.cursor }, merge);
        }
        !is_same || before != self.cursor
    }

    /// Reverts a step. Returns the step that reverts this again.
    fn apply(&mut self, step: &UndoStep) -> UndoStep {
        let range = step.at..step.at + step.inserted;
        let inserted = step.removed.len();
        let removed = self.splice(range, &step.removed);
        self.cursor = step.before;
        UndoStep { at: step.at, removed, inserted, before: step.after, after: step.before }
    }

    /// Replaces `range`, which must be at character boundaries, by `text`. Returns the removed text.
    fn splice(&mut self, range: Range<usize>, text: &str) -> String {
        self.starts.get_mut().note_edit(&range, self.text.len());
        let removed = self.text.get(range.clone()).unwrap_or_default().to_owned();
        self.text.replace_range(range, text);
        removed
    }

    /// Moves the cursor to a cluster boundary, because the texts around it may have combined to one cluster.
    fn snap_to_cluster(&mut self) {
        if !super::text_boundaries::is_edge(&self.text, self.cursor) {
            self.cursor = super::text_boundaries::next_boundary(&self.text, self.cursor);
        }
    }
}

#[cfg(test)]
pub(in crate::app) mod tests;
