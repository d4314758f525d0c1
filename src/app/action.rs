//! Everything a key can mean.

use super::input::line_editor::Edit;
use super::keys::Chord;
use super::tabs::TabMove;
use super::view::viewport::Motion;

/// What the user wants, free of the key that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Change the draft or move in it.
    Edit(Edit),
    /// The end of the text, or of the transcript if there is no text.
    LineEndOrScrollBottom,
    /// Send the draft; on an empty one, connect again if there is no connection.
    Submit,
    /// Recall the line before of those entered on this server, that begins with what stands left of the cursor.
    HistoryPrevMatching,
    /// Recall the line after, back to the draft in the end.
    HistoryNextMatching,
    /// Recall the line before, whatever it begins with.
    HistoryPrev,
    /// Recall the line after, whatever it begins with.
    HistoryNext,
    /// The same as `HistoryBack` over the lines of all servers.
    HistoryPrevAllServers,
    /// The same as `HistoryForward` over the lines of all servers.
    HistoryNextAllServers,
    /// Move over the transcript.
    Scroll(Motion),
    /// Show another tab.
    Tab(TabMove),
    /// Show or hide the keys and commands.
    Help,
    /// Leave what is open, or stop connecting.
    Cancel,
    /// Clear the draft; on an empty one, ask whether to quit.
    QuitOrClear,
    /// On an empty draft, ask what is to end; else delete forwards, as readline does.
    EndOfInput,
    /// Put the program to sleep, as shells do.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Search the messages; in a search, the next newer hit.
    Search,
    /// The same, but the next older hit.
    HistorySearch,
    /// In a search: let case count, or not.
    SearchCase,
    /// In a search: take what is typed as a regular expression, or not.
    ToggleSearchRegex,
    /// The next view of the bytes.
    CycleView,
    /// The next time for the gutter.
    CycleTimestamps,
    /// To the first unread message.
    JumpToUnread,
    /// To the mention before.
    PrevMention,
    /// To the mention after.
    NextMention,
    /// The messages alone, for the terminal's own selection.
    PlainTextMode,
    /// Choose rows to copy; once more, copy them.
    CopyMode,
    /// The mouse to the program, or back to the terminal.
    ToggleMouse,
    /// Write the draft in an editor.
    OpenEditor,
    /// Begin a command, the draft put aside.
    StartCommand,
    /// Give up what was begun, whatever it is.
    AbortInput,
    /// Complete the word, or choose the next of several.
    Complete,
    /// Choose the one before.
    CompleteBack,
    /// Send what is being looked at.
    PreviewSend,
    /// Put it into the draft as one line.
    PreviewJoin,
    /// Put it into the draft.
    PreviewEdit,
    /// The next key goes into the draft as it is.
    QuotedInsert,
    /// It would have gone in, and has no character.
    NoCharacter,
    /// The first key of a sequence.
    SequenceStarted(Chord),
    /// A sequence that means nothing.
    UnboundSequence {
        /// Its first key.
        prefix: Chord,
        /// Its second.
        last: Chord,
    },
}
