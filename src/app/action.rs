//! Actions that keys are bound to.

use super::input::line_editor::Edit;
use super::keys::Chord;
use super::view::viewport::Motion;

/// An action of the user, independent of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Edit the draft or move its cursor.
    Edit(Edit),
    /// Move to the end of the line; on an empty draft, scroll to the newest message.
    LineEndOrScrollBottom,
    /// Send the draft; on an empty one, connect again if there is no connection.
    Submit,
    /// Recall the previous entry of this server that begins with the text before the cursor.
    HistoryPrevMatching,
    /// Recall the next such entry, finally the draft.
    HistoryNextMatching,
    /// Recall the previous entry of this server, whatever the draft.
    HistoryPrev,
    /// Recall the next entry of this server, whatever the draft.
    HistoryNext,
    /// Like `HistoryPrevMatching`, for the entries of all servers.
    HistoryPrevAllServers,
    /// Like `HistoryNextMatching`, for the entries of all servers.
    HistoryNextAllServers,
    /// Scroll the messages or the open page.
    Scroll(Motion),
    /// Show another tab.
    Tab(TabMove),
    /// Open or close the help page.
    Help,
    /// Close the open mode, or stop connecting.
    Cancel,
    /// Clear the draft; on an empty one, ask whether to quit.
    QuitOrClear,
    /// On an empty draft, ask whether to half-close or quit; otherwise delete forward, as in readline.
    EndOfInput,
    /// Suspend the program.
    Suspend,
    /// Redraw the screen.
    Redraw,
    /// Search the messages; in a search, go to the next newer hit.
    Search,
    /// Search the history; in a search, go to the next older hit.
    HistorySearch,
    /// In a search, toggle case matching; in the draft, capitalize the word.
    SearchCase,
    /// In a search, toggle regular expressions.
    ToggleSearchRegex,
    /// Switch to the next view: text, escaped, hex.
    CycleView,
    /// Switch to the next format of the time beside messages.
    CycleTimestamps,
    /// Scroll to the first unread message.
    JumpToUnread,
    /// Scroll to the previous mention.
    PrevMention,
    /// Scroll to the next mention.
    NextMention,
    /// Show only messages, for selection by the terminal.
    PlainTextMode,
    /// Select rows to copy; in copy mode, copy them.
    CopyMode,
    /// Toggle mouse capture.
    ToggleMouse,
    /// Open the draft in the external editor.
    OpenEditor,
    /// Set the draft aside and start a command.
    StartCommand,
    /// Abort the current input, as Ctrl-G in readline.
    AbortInput,
    /// Complete the word, or select the next candidate.
    Complete,
    /// Select the previous candidate.
    CompleteBack,
    /// In the send preview, send.
    PreviewSend,
    /// In the send preview, move the text to the draft as one line.
    PreviewJoin,
    /// In the send preview, move the text to the draft.
    PreviewEdit,
    /// Insert the next key as it is.
    QuotedInsert,
    /// The key after `QuotedInsert` has no character.
    NoCharacter,
    /// The first key of a key sequence.
    SequenceStarted(Chord),
    /// A key sequence without binding.
    UnboundSequence {
        /// First key.
        prefix: Chord,
        /// Second key.
        last: Chord,
    },
}

/// The target of a tab switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabMove {
    /// The next tab; after the last, the first.
    Next,
    /// The previous tab; before the first, the last.
    Previous,
    /// The tab with this 1-based number.
    To(usize),
    /// The next tab with new messages, those with mentions first; finally the tab of the first jump.
    NextActive,
}
