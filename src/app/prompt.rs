//! The line being written: a draft and a cursor.
//!
//! # Units
//! The cursor is a **byte** offset that always stands on the edge of a **grapheme cluster** (UAX #29): one key moves
//! over, or deletes, what a reader takes for one character, be it `é` of two code points or a family of seven. Columns
//! do not occur here; what a cluster takes on the screen is the view's affair.

use std::ops::Range;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// A change of the draft, or a move in it. Each is defined for every state; where there is nothing to do it does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// One cluster left.
    Left,
    /// One cluster right.
    Right,
    /// To the start of the word left.
    WordLeft,
    /// To the end of the word right.
    WordRight,
    /// To the very start.
    Start,
    /// To the very end.
    End,
    /// Delete the cluster to the left.
    DeleteBack,
    /// Delete the cluster to the right.
    DeleteForward,
    /// Delete back to the blank before the word.
    DeleteWordBack,
    /// Delete everything left of the cursor.
    DeleteToStart,
    /// Delete everything right of the cursor.
    DeleteToEnd,
}

/// The draft.
#[derive(Debug, Default)]
pub struct Prompt {
    text: String,
    cursor: usize,
}

impl Prompt {
    /// The draft.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of the draft before the cursor.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts text in at the cursor, as typed or pasted.
    pub fn insert(&mut self, text: &str) {
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.snap();
    }

    /// Puts text in place of these bytes, the cursor behind it. A range that is none of the draft changes nothing.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        if self.text.get(range.clone()).is_some() {
            self.cursor = range.start + text.len();
            self.text.replace_range(range, text);
            self.snap();
        }
    }

    /// Does one edit. Says whether anything changed.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let before = (self.cursor, self.text.len());
        match edit {
            Edit::Left => self.cursor = self.left_of(self.cursor),
            Edit::Right => self.cursor = self.right_of(self.cursor),
            Edit::WordLeft => self.cursor = self.word_left(char::is_alphanumeric),
            Edit::WordRight => self.cursor = self.word_right(),
            Edit::Start => self.cursor = 0,
            Edit::End => self.cursor = self.text.len(),
            Edit::DeleteBack => self.delete(self.left_of(self.cursor), self.cursor),
            Edit::DeleteForward => self.delete(self.cursor, self.right_of(self.cursor)),
            Edit::DeleteWordBack => self.delete(self.word_left(|c| !c.is_whitespace()), self.cursor),
            Edit::DeleteToStart => self.delete(0, self.cursor),
            Edit::DeleteToEnd => self.delete(self.cursor, self.text.len()),
        }
        before != (self.cursor, self.text.len())
    }

    /// Empties it: the draft has been sent or carried out, or is to go.
    pub fn take(&mut self) -> String {
        self.cursor = 0;
        std::mem::take(&mut self.text)
    }

    /// Puts another text in its place, the cursor behind it.
    pub fn set(&mut self, text: String) {
        self.cursor = text.len();
        self.text = text;
    }

    fn delete(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
        self.snap();
    }

    /// Puts the cursor on the edge of a cluster: what has come together around it may have become one.
    fn snap(&mut self) {
        let mut here = GraphemeCursor::new(self.cursor, self.text.len(), true);
        if here.is_boundary(&self.text, 0) != Ok(true) {
            self.cursor = self.right_of(self.cursor);
        }
    }

    fn left_of(&self, at: usize) -> usize {
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0)
    }

    fn right_of(&self, at: usize) -> usize {
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len())
    }

    /// Over what is no word, then over the word, to the left. Clusters are judged by their first character.
    fn word_left(&self, counts: impl Fn(char) -> bool) -> usize {
        let left = self.text.get(..self.cursor).unwrap_or_default();
        let mut has_word = false;
        for (at, cluster) in left.grapheme_indices(true).rev() {
            let is_word = cluster.chars().next().is_some_and(&counts);
            if has_word && !is_word {
                return at + cluster.len();
            }
            has_word |= is_word;
        }
        0
    }

    fn word_right(&self) -> usize {
        let rest = self.text.get(self.cursor..).unwrap_or_default();
        let mut has_word = false;
        for (at, cluster) in rest.grapheme_indices(true) {
            let is_word = cluster.chars().next().is_some_and(char::is_alphanumeric);
            if has_word && !is_word {
                return self.cursor + at;
            }
            has_word |= is_word;
        }
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `text` with the cursor at `|`.
    fn prompt(drawn: &str) -> Prompt {
        let mut prompt = Prompt::default();
        let (left, right) = drawn.split_once('|').unwrap();
        prompt.insert(left);
        prompt.text.push_str(right);
        prompt
    }

    fn drawn(prompt: &Prompt) -> String {
        let (left, right) = prompt.text.split_at(prompt.cursor);
        format!("{left}|{right}")
    }

    #[test]
    fn edits_by_what_a_reader_takes_for_one_character() {
        for (before, edit, after) in [
            ("ab|c", Edit::Left, "a|bc"),
            ("ab|c", Edit::Right, "abc|"),
            ("|", Edit::Left, "|"),
            ("|", Edit::DeleteBack, "|"),
            ("|", Edit::DeleteForward, "|"),
            ("👨‍👩‍👧|x", Edit::Left, "|👨‍👩‍👧x"),
            ("👨‍👩‍👧|x", Edit::DeleteBack, "|x"),
            ("|e\u{301}x", Edit::DeleteForward, "|x"),
            ("|e\u{301}x", Edit::Right, "e\u{301}|x"),
            ("🇬🇧🇫🇷|", Edit::DeleteBack, "🇬🇧|"),
            ("to be, or|", Edit::WordLeft, "to be, |or"),
            ("to be, |or", Edit::WordLeft, "to |be, or"),
            ("to| be, or", Edit::WordRight, "to be|, or"),
            ("to be, or|", Edit::WordRight, "to be, or|"),
            ("cd /usr/lib |x", Edit::DeleteWordBack, "cd |x"),
            ("São Paulo|", Edit::DeleteWordBack, "São |"),
            ("ab|cd", Edit::DeleteToStart, "|cd"),
            ("ab|cd", Edit::DeleteToEnd, "ab|"),
            ("ab|cd", Edit::Start, "|abcd"),
            ("ab|cd", Edit::End, "abcd|"),
        ] {
            let mut prompt = prompt(before);
            let changed = prompt.edit(edit);
            assert_eq!(drawn(&prompt), after, "{edit:?} on {before}");
            assert_eq!(changed, before != after, "{edit:?} on {before}");
        }
    }

    #[test]
    fn what_grows_together_around_the_cursor_is_not_torn() {
        let mut joined = prompt("👨|👩");
        joined.insert("\u{200d}");
        assert_eq!(drawn(&joined), "👨\u{200d}👩|");
        let mut joined = prompt("e|x\u{301}");
        joined.edit(Edit::DeleteForward);
        assert_eq!(drawn(&joined), "e|");
    }

    fn edit() -> impl Strategy<Value = Result<Edit, String>> {
        prop_oneof![
            "[a é漢🦰\u{301}\u{200d}🇬]{0,3}".prop_map(Err),
            proptest::sample::select(vec![
                Edit::Left,
                Edit::Right,
                Edit::WordLeft,
                Edit::WordRight,
                Edit::Start,
                Edit::End,
                Edit::DeleteBack,
                Edit::DeleteForward,
                Edit::DeleteWordBack,
                Edit::DeleteToStart,
                Edit::DeleteToEnd,
            ])
            .prop_map(Ok),
        ]
    }

    proptest! {
        #[test]
        fn the_cursor_always_stands_between_clusters(edits in proptest::collection::vec(edit(), 0..40)) {
            let mut prompt = Prompt::default();
            for edit in edits {
                match edit {
                    Ok(edit) => { prompt.edit(edit); }
                    Err(text) => prompt.insert(&text),
                }
                let mut here = GraphemeCursor::new(prompt.cursor, prompt.text.len(), true);
                prop_assert_eq!(here.is_boundary(&prompt.text, 0), Ok(true));
            }
        }
    }
}
