//! The edits that keys make in the draft.

/// A change of the draft, or a cursor movement. Where there is nothing to change, an edit does nothing.
///
/// A *word* consists of letters and digits; a *big word* is delimited by whitespace. Text that is *killed* is saved in the
/// `KillRing`; deleted text is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// Moves one grapheme cluster left.
    Left,
    /// Moves one grapheme cluster right.
    Right,
    /// Moves left to the start of a word.
    WordLeft,
    /// Moves right to the end of a word.
    WordRight,
    /// Moves left to the start of a big word.
    BigWordLeft,
    /// Moves right to the end of a big word.
    BigWordRight,
    /// Moves to the start of the line.
    Start,
    /// Moves to the end of the line.
    End,
    /// Moves to the start of the draft.
    TextStart,
    /// Moves to the end of the draft.
    TextEnd,
    /// Deletes the grapheme cluster left of the cursor.
    DeleteBack,
    /// Deletes the grapheme cluster right of the cursor.
    DeleteForward,
    /// Deletes the whitespace around the cursor, within the line.
    DeleteBlanks,
    /// Kills back to the start of the big word.
    DeleteWordBack,
    /// Kills back to the start of the word.
    KillWordBack,
    /// Kills to the end of the word.
    KillWordForward,
    /// Kills from the start of the line to the cursor.
    DeleteToStart,
    /// Kills from the cursor to the end of the line; at the end of the line, kills its newline.
    DeleteToEnd,
    /// Kills the line and its newline.
    KillLine,
    /// Inserts the text killed last.
    Yank,
    /// Replaces the yanked text by the one killed before it. Works only right after [`Edit::Yank`] or itself.
    YankPop,
    /// Swaps the grapheme clusters around the cursor and moves over them; at the end of a line, swaps the last two.
    TransposeChars,
    /// Swaps the word at or after the cursor with the one before it; at the end, swaps the last two words.
    TransposeWords,
    /// Converts the rest of the word to upper case.
    Uppercase,
    /// Converts the rest of the word to lower case.
    Lowercase,
    /// Converts the rest of the word to lower case, with an upper-case first letter.
    Capitalize,
    /// Inserts a newline, as if typed.
    NewLine,
    /// Undoes the last change.
    Undo,
    /// Redoes the change undone last.
    Redo,
}

impl Edit {
    /// Returns whether it adds text to the `KillRing`.
    pub(in crate::app) const fn kills(self) -> bool {
        matches!(
            self,
            Self::DeleteWordBack
                | Self::KillWordBack
                | Self::KillWordForward
                | Self::DeleteToStart
                | Self::DeleteToEnd
                | Self::KillLine
        )
    }
}
