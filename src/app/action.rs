//! Everything a key can mean.

use super::prompt::Edit;
use super::viewport::Motion;

/// What the user wants, free of the key that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Change the draft or move in it.
    Edit(Edit),
    /// The end of the text, or of the transcript if there is no text.
    EndOfText,
    /// Send the draft; on an empty one, connect again if there is no connection.
    Submit,
    /// Recall the line before.
    HistoryBack,
    /// Recall the line after, back to the draft in the end.
    HistoryForward,
    /// Move over the transcript.
    Scroll(Motion),
    /// Show or hide the keys and commands.
    Help,
    /// Leave what is open, or stop connecting.
    Cancel,
    /// Clear the draft; on an empty one, ask whether to quit.
    Interrupt,
    /// On an empty draft, ask whether to quit; else delete forwards, as readline does.
    EndOfInput,
    /// Put the program to sleep, as shells do.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Search the messages; in a search, the next newer hit.
    Search,
    /// The same, but the next older hit.
    SearchOlder,
    /// In a search: let case count, or not.
    SearchCase,
    /// In a search: take what is typed as a regular expression, or not.
    SearchRegex,
    /// The next view of the bytes.
    NextView,
    /// The next time for the gutter.
    NextTime,
    /// To the first unread message.
    Unread,
    /// To the mention before.
    MentionBack,
    /// To the mention after.
    MentionForward,
    /// The messages alone, for the terminal's own selection.
    Bare,
    /// Choose rows to copy; once more, copy them.
    Pick,
    /// The mouse to the program, or back to the terminal.
    Mouse,
    /// Complete the word left of the cursor; again: the next candidate.
    Complete,
    /// The same, but the candidate before.
    CompleteBack,
}
