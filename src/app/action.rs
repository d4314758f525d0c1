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
}
