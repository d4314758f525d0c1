//! The line being written: a draft, a cursor, and a way back.
//!
//! # Units
//! The cursor is a **byte** offset that always stands on the edge of a **grapheme cluster** (UAX #29): one key moves
//! over, or deletes, what a reader takes for one character, be it `é` of two code points or a family of seven. A *line*
//! is what stands between newlines; lines on the screen are the affair of [`Layout`].
//!
//! # Why our own
//! Looked at in 2026, each for a draft of a megabyte and nothing but keys that are handed in:
//!
//! | crate | counts by | kill ring | undo | brings |
//! |---|---|---|---|---|
//! | rustyline 19, `LineBuffer` | clusters, not re-joined after an edit | private | private | 17 crates, a terminal of its own |
//! | reedline 0.52, `LineBuffer` | clusters | a clipboard of one | copies of the whole text | 50, serde and chrono among them |
//! | ratatui-textarea 0.9 | characters | one text | deltas | 83, ratatui's widgets |
//! | edtui 0.11 | characters, as a table of them | one text | copies of the whole text | 127, syntax highlighting |
//!
//! None has a layout that an edit changes in place. Clusters are found by `unicode-segmentation`, as in the first two.

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

/// The draft.
#[derive(Debug, Default)]
pub struct LineEditor {
    text: String,
    cursor: usize,
    last: LastEdit,
    undo: Undo,
    starts: RefCell<LineStarts>,
}

/// What was done last, as far as the next key may go on with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum LastEdit {
    /// Nothing to go on with.
    #[default]
    Other,
    Typed,
    DeletedBack,
    DeletedForward,
    Killed(RingToken),
    /// What was put in stands there.
    Yanked(RingToken, Range<usize>),
    /// Up or down, from this column.
    VerticalMove(usize),
    /// Lines were put into an empty draft that are not to be gone on with.
    PutBack,
}

impl LineEditor {
    /// The draft.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of the draft before the cursor.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts text in at the cursor, as pasted: one step back takes out all of it.
    pub fn insert(&mut self, text: &str) {
        self.begin_line();
        self.last = LastEdit::Other;
        self.change(self.cursor..self.cursor, text, Merge::No);
    }

    /// Puts a character in at the cursor, as typed: one step back takes out a word and the blanks behind it.
    pub fn type_char(&mut self, c: char) {
        self.begin_line();
        let is_typing = std::mem::replace(&mut self.last, LastEdit::Typed) == LastEdit::Typed;
        let is_new_word = !c.is_whitespace() && self.left().ends_with(char::is_whitespace);
        let join = if is_typing && !is_new_word { Merge::WithPrevious } else { Merge::No };
        self.change(self.cursor..self.cursor, c.encode_utf8(&mut [0; 4]), join);
    }

    /// Puts text in the place of these bytes, in one step, and the cursor behind it.
    ///
    /// What of the range is behind the draft's end is not there to be replaced; half a character is replaced whole.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        self.last = LastEdit::Other;
        let start = super::text_boundaries::floor(&self.text, range.start);
        let end = super::text_boundaries::ceil(&self.text, range.end.max(start));
        self.change(start..end, text, Merge::No);
    }

    /// Puts lines in front of everything, in one step, as lines of their own; the cursor stays where it is in the draft. In
    /// an empty draft it stands behind them, and what is put in next begins a line.
    pub fn put_back(&mut self, lines: &str) {
        if self.text.is_empty() {
            self.insert(lines);
            self.last = LastEdit::PutBack;
            return;
        }
        let text = format!("{lines}\n");
        let behind = self.text.len() - self.cursor;
        self.replace(0..0, &text);
        if behind < self.text.len() - text.len() {
            self.cursor = super::text_boundaries::ceil(&self.text, self.text.len() - behind);
        }
    }

    /// Puts another text in its place, the cursor behind it. One step back brings the old one back.
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

    /// Empties it: the draft has been sent or carried out, or is to go. There is no way back to it.
    pub fn take(&mut self) -> String {
        std::mem::take(self).text
    }

    /// Does one edit. Says whether anything changed, the cursor's place included.
    ///
    /// Kills in a row make one entry of `kills`. A draft that nobody may see again is edited with a ring of its own.
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

    /// Ends a row of kills: the next one is an entry of its own.
    pub(in crate::app) fn end_kills(&mut self) {
        self.last = LastEdit::Other;
    }

    /// Whether what was yanked can be exchanged now for what was killed before it.
    pub const fn is_after_yank(&self) -> bool {
        matches!(self.last, LastEdit::Yanked(..))
    }

    /// Goes so many lines of the screen down, or up if there are fewer than none, as far as there are any, and keeps to the
    /// column it came from. Says whether there was one: at the first line, and at the last, a caller goes elsewhere.
    ///
    /// `width` is that of [`LineEditor::layout`].
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

    /// Where its lines begin on a screen of so many columns (at least 1).
    ///
    /// The layout is kept and follows the edits, so it is cheap to ask for as long as the width stays the same.
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

    /// Deletes a cluster; several in a row, in the same direction, are one step back.
    fn delete(&mut self, range: Range<usize>, last: &LastEdit, now: LastEdit) -> bool {
        let join = if *last == now { Merge::WithPrevious } else { Merge::No };
        self.last = now;
        self.change(range, "", join)
    }

    /// Begins a line behind lines that were put back.
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
        let (range, grow) = match edit {
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
        let before = if let LastEdit::Killed(turn) = last { Some(*turn) } else { None };
        let turn = match text.get(range.clone()).filter(|killed| !killed.is_empty()) {
            Some(killed) => Some(kills.kill(killed, grow, before)),
            // Nothing was there to be killed: that ends no row of kills.
            None => before,
        };
        self.last = turn.map_or(LastEdit::Other, LastEdit::Killed);
        self.change(range, "", Merge::No)
    }

    fn yank(&mut self, last: LastEdit, kills: &mut KillRing) -> bool {
        let Some((text, turn)) = kills.yank() else { return false };
        self.last = last;
        self.begin_line();
        let at = self.cursor;
        self.last = LastEdit::Yanked(turn, at..at + text.len());
        self.change(at..at, text, Merge::No)
    }

    fn yank_pop(&mut self, last: &LastEdit, kills: &mut KillRing) -> bool {
        let LastEdit::Yanked(turn, range) = last else { return false };
        let Some((text, turn)) = kills.rotate(*turn) else { return false };
        self.last = LastEdit::Yanked(turn, range.start..range.start + text.len());
        self.change(range.clone(), text, Merge::No)
    }

    fn transform(&mut self, new: Option<(Range<usize>, String)>) -> bool {
        new.is_some_and(|(range, text)| self.change(range, &text, Merge::No))
    }

    fn undo(&mut self) -> bool {
        let Some(step) = self.undo.pop_done() else { return false };
        let back = self.apply(&step);
        self.undo.push_undone(back);
        true
    }

    fn redo(&mut self) -> bool {
        let Some(step) = self.undo.pop_undone() else { return false };
        let back = self.apply(&step);
        self.undo.push_done(back);
        true
    }

    /// The one way by which the text changes, undoing apart. Leaves the cursor behind what was put in.
    fn change(&mut self, range: Range<usize>, text: &str, join: Merge) -> bool {
        let before = self.cursor;
        let at = range.start;
        let inserted = text.len();
        let is_same = self.text.get(range.clone()) == Some(text);
        let removed = if is_same { String::new() } else { self.splice(range, text) };
        self.cursor = at + inserted;
        self.snap_to_cluster();
        if !is_same {
            self.undo.record(UndoStep { at, removed, inserted, before, after: self.cursor }, join);
        }
        !is_same || before != self.cursor
    }

    /// Takes a step back and says how to take that back.
    fn apply(&mut self, step: &UndoStep) -> UndoStep {
        let range = step.at..step.at + step.inserted;
        let inserted = step.removed.len();
        let removed = self.splice(range, &step.removed);
        self.cursor = step.before;
        UndoStep { at: step.at, removed, inserted, before: step.after, after: step.before }
    }

    /// Puts `text` in the place of `range`, which ends on characters' edges, and gives what was there.
    fn splice(&mut self, range: Range<usize>, text: &str) -> String {
        self.starts.get_mut().note_edit(&range, self.text.len());
        let removed = self.text.get(range.clone()).unwrap_or_default().to_owned();
        self.text.replace_range(range, text);
        removed
    }

    /// Puts the cursor on the edge of a cluster: what has come together around it may have become one.
    fn snap_to_cluster(&mut self) {
        if !super::text_boundaries::is_edge(&self.text, self.cursor) {
            self.cursor = super::text_boundaries::next_boundary(&self.text, self.cursor);
        }
    }
}

#[cfg(test)]
pub(in crate::app) mod tests;
