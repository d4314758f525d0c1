//! The edits that keys make to a line.

/// A change of the draft, or a move in it. Each is defined for every state; where there is nothing to do it does nothing.
///
/// A *word* is of letters and digits; a *big word* is what stands between blanks. What *kills* puts the text on the
/// `KillRing`; what deletes does not.
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
    /// To the start of the big word left.
    BigWordLeft,
    /// To the end of the big word right.
    BigWordRight,
    /// To the start of the line.
    Start,
    /// To the end of the line.
    End,
    /// To the very start.
    TextStart,
    /// To the very end.
    TextEnd,
    /// Delete the cluster to the left.
    DeleteBack,
    /// Delete the cluster to the right.
    DeleteForward,
    /// Delete the blanks around the cursor, those of this line.
    DeleteBlanks,
    /// Kill back to the blank before the big word.
    DeleteWordBack,
    /// Kill back to the start of the word.
    KillWordBack,
    /// Kill to the end of the word.
    KillWordForward,
    /// Kill what is left of the cursor in its line.
    DeleteToStart,
    /// Kill what is right of the cursor in its line; at the end of a line, its newline.
    DeleteToEnd,
    /// Kill the line, and the newline at its end if there is one.
    KillLine,
    /// Put in what was killed last.
    Yank,
    /// Put in what was killed before that instead: only right after [`Edit::Yank`] or itself.
    YankPop,
    /// Swap the clusters on both sides of the cursor and step over them; at the end of a line, the two before it.
    TransposeChars,
    /// Swap the word at the cursor, or right of it, with the one before; at the end, the last two.
    TransposeWords,
    /// To the end of the word right, in capital letters.
    Uppercase,
    /// To the end of the word right, in small letters.
    Lowercase,
    /// To the end of the word right, with a capital first letter.
    Capitalize,
    /// A newline, as if typed.
    NewLine,
    /// Take the last step back.
    Undo,
    /// Do again what was taken back last.
    Redo,
}

impl Edit {
    /// Whether it puts text on the `KillRing`.
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
