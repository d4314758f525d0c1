//! The line editor for hidden input: one line, shown as dots and overwritten in memory when it is dropped.

use super::line_editor::Edit;
use super::text_boundaries::{self, is_not_blank, is_word};
use crate::link::SecretBytes;
use std::fmt;
use unicode_segmentation::UnicodeSegmentation as _;
use zeroize::Zeroizing;

/// Maximum length of a hidden line in bytes.
const MAX_HIDDEN_BYTES: usize = 128 << 10;

/// One line of hidden input.
///
/// The text stays in one allocation, made at the start, because a growing buffer would leave copies in memory. For the
/// same reason there is no undo and no yank, and killed text is not saved. `Debug` prints no text.
pub struct HiddenLine {
    text: Zeroizing<String>,
    /// Byte offset of the cursor, at a grapheme cluster boundary.
    cursor: usize,
}

impl Default for HiddenLine {
    fn default() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(MAX_HIDDEN_BYTES)), cursor: 0 }
    }
}

impl fmt::Debug for HiddenLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HiddenLine").finish_non_exhaustive()
    }
}

impl HiddenLine {
    /// Returns how many grapheme clusters it has, and how many of them are before the cursor.
    pub fn counts(&self) -> (usize, usize) {
        let count = |text: &str| text.graphemes(true).count();
        (count(&self.text), count(self.text.get(..self.cursor).unwrap_or_default()))
    }

    /// Inserts text at the cursor. Returns whether there was room for all of it; if not, nothing is inserted.
    pub fn insert(&mut self, text: &str) -> bool {
        let has_room = self.text.len() + text.len() <= MAX_HIDDEN_BYTES;
        if has_room {
            self.text.insert_str(self.cursor, text);
            self.cursor += text.len();
            if !text_boundaries::is_edge(&self.text, self.cursor) {
                self.cursor = text_boundaries::next_boundary(&self.text, self.cursor);
            }
        }
        has_room
    }

    /// Moves the cursor or deletes text. Returns whether anything changed. Other edits do nothing.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let (text, at) = (self.text.as_str(), self.cursor);
        match edit {
            Edit::Left => self.move_to(text_boundaries::prev_boundary(text, at)),
            Edit::Right => self.move_to(text_boundaries::next_boundary(text, at)),
            Edit::WordLeft => self.move_to(text_boundaries::word_left(text, at, is_word)),
            Edit::WordRight => self.move_to(text_boundaries::word_right(text, at, is_word)),
            Edit::BigWordLeft => self.move_to(text_boundaries::word_left(text, at, is_not_blank)),
            Edit::BigWordRight => self.move_to(text_boundaries::word_right(text, at, is_not_blank)),
            Edit::Start | Edit::TextStart => self.move_to(0),
            Edit::End | Edit::TextEnd => self.move_to(text.len()),
            Edit::DeleteBack => self.delete(text_boundaries::prev_boundary(text, at), at),
            Edit::DeleteForward => self.delete(at, text_boundaries::next_boundary(text, at)),
            Edit::DeleteBlanks => {
                let blanks = text_boundaries::blanks_around(text, at);
                self.delete(blanks.start, blanks.end)
            }
            Edit::DeleteWordBack => self.delete(text_boundaries::word_left(text, at, is_not_blank), at),
            Edit::KillWordBack => self.delete(text_boundaries::word_left(text, at, is_word), at),
            Edit::KillWordForward => self.delete(at, text_boundaries::word_right(text, at, is_word)),
            Edit::DeleteToStart => self.delete(0, at),
            Edit::DeleteToEnd => self.delete(at, text.len()),
            Edit::KillLine => self.delete(0, text.len()),
            Edit::Yank
            | Edit::YankPop
            | Edit::TransposeChars
            | Edit::TransposeWords
            | Edit::Uppercase
            | Edit::Lowercase
            | Edit::Capitalize
            | Edit::NewLine
            | Edit::Undo
            | Edit::Redo => false,
        }
    }

    /// Returns a copy of the line with a prefix and a suffix. The copy is overwritten when it is dropped.
    pub fn to_bytes(&self, prefix: &[u8], suffix: &[u8]) -> SecretBytes {
        SecretBytes::concat(&[prefix, self.text.as_bytes(), suffix])
    }

    /// Returns whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    const fn move_to(&mut self, to: usize) -> bool {
        let moved = self.cursor != to;
        self.cursor = to;
        moved
    }

    fn delete(&mut self, from: usize, to: usize) -> bool {
        let is_change = from < to;
        if is_change {
            // `drain` works in place, without another allocation.
            self.text.drain(from..to);
            self.cursor = from;
            if !text_boundaries::is_edge(&self.text, self.cursor) {
                self.cursor = text_boundaries::next_boundary(&self.text, self.cursor);
            }
        }
        is_change
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use zeroize::ZeroizeOnDrop;

    const fn is_wiped_on_drop<T: ZeroizeOnDrop>(_: &T) {}

    fn edits() -> impl Strategy<Value = Edit> {
        proptest::sample::select(vec![
            Edit::Left,
            Edit::Right,
            Edit::WordLeft,
            Edit::BigWordRight,
            Edit::Start,
            Edit::End,
            Edit::DeleteBack,
            Edit::DeleteForward,
            Edit::DeleteBlanks,
            Edit::DeleteWordBack,
            Edit::KillWordForward,
            Edit::DeleteToStart,
            Edit::DeleteToEnd,
            Edit::KillLine,
            Edit::Yank,
            Edit::Undo,
            Edit::NewLine,
        ])
    }

    #[test]
    fn hidden_line_is_wiped_on_drop() {
        let line = HiddenLine::default();
        is_wiped_on_drop(&line.text);
        is_wiped_on_drop(&line.to_bytes(b"", b""));
    }

    #[test]
    fn a_full_hidden_line_refuses_more_text() {
        let mut line = HiddenLine::default();
        assert!(line.insert(&"x".repeat(MAX_HIDDEN_BYTES - 1)));
        assert!(!line.insert("ab"));
        assert!(line.insert("a"));
        assert_eq!(line.counts().0, MAX_HIDDEN_BYTES);
    }

    #[test]
    fn debug_output_has_nothing_of_a_hidden_line() {
        let mut line = HiddenLine::default();
        line.insert("hunter2");
        let shown = format!("{line:?} {:?}", line.to_bytes(b"bob: ", b"\n"));
        assert!(!shown.contains("hunter2") && !shown.contains("104"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_edit_moves_the_text_to_another_allocation(
            steps in proptest::collection::vec((edits(), "[aé \u{301}👩\u{200d}]{0,9}"), 0..60),
        ) {
            let mut line = HiddenLine::default();
            let (pointer, capacity) = (line.text.as_ptr(), line.text.capacity());
            for (edit, text) in steps {
                line.insert(&text);
                line.edit(edit);
                prop_assert!(text_boundaries::is_edge(&line.text, line.cursor));
                prop_assert_eq!((line.text.as_ptr(), line.text.capacity()), (pointer, capacity));
            }
        }
    }
}
