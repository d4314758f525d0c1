//! The keys, as data: one table binds them, the user changes what it says ([`Keymap::with`]), and the help page and the
//! hints are made of what came out ([`Keymap::expand_key_hints`]).
//!
//! Nothing here knows a terminal library; `tui` turns its key events into a [`Chord`] and asks the [`Keymap`].

mod chord;
mod key_names;
mod keymap;
mod sequence;
mod sequence_parser;

use super::action::Action;
use super::input::line_editor::Edit;
use super::tabs::TabMove;
use super::view::viewport::Motion;
pub use chord::{Chord, Key};
pub use keymap::{BindingError, BindingPart, BindingRequest, Keymap};
pub use sequence_parser::KeySequenceParser;

/// One row of the table: keys that mean the same, and the words for it.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What it is called where keys are bound.
    pub name: &'static str,
    /// The keys, the most usual first, separated by blanks; those of a sequence by a comma.
    pub chords: &'static str,
    /// What they mean.
    pub action: Action,
    /// What the help page says of them, with the keys as in [`Keymap::expand_key_hints`]; nothing where the row before speaks for them.
    pub help: &'static str,
}

const fn bind(name: &'static str, chords: &'static str, action: Action, says: &'static str) -> Binding {
    Binding { name, chords, action, help: says }
}

/// All keys, in the order of the help page, where those of a kind have a heading.
pub const BINDINGS: &[Binding] = &[
    // Ctrl-J is what an Enter typed before the program was there has become.
    bind(
        "submit",
        "Enter Ctrl-J Ctrl-Enter",
        Action::Submit,
        "send; on an empty line without a connection, connect now",
    ),
    bind("new-line", "Alt-Enter Shift-Enter", Action::Edit(Edit::NewLine), "begin another line in the same draft"),
    bind("command-line", "Ctrl-]", Action::StartCommand, "put the draft aside and type a command"),
    bind("left", "Left Ctrl-B", Action::Edit(Edit::Left), "a character left"),
    bind("right", "Right", Action::Edit(Edit::Right), "a character right"),
    bind("word-left", "Alt-B Ctrl-Left Alt-Left", Action::Edit(Edit::WordLeft), "a word left"),
    bind("word-right", "Alt-F Ctrl-Right Alt-Right", Action::Edit(Edit::WordRight), "a word right"),
    bind("big-word-left", "Ctrl-Shift-Left Alt-Shift-Left", Action::Edit(Edit::BigWordLeft), "left to the next blank"),
    bind(
        "big-word-right",
        "Ctrl-Shift-Right Alt-Shift-Right",
        Action::Edit(Edit::BigWordRight),
        "right to the next blank",
    ),
    bind("start", "Home Ctrl-A", Action::Edit(Edit::Start), "start of the line"),
    bind("end", "End Ctrl-E", Action::LineEndOrScrollBottom, "end of the line; on an empty one: the newest"),
    bind("text-start", "Alt-<", Action::Edit(Edit::TextStart), "start of a draft of several lines"),
    bind("text-end", "Alt->", Action::Edit(Edit::TextEnd), "end of a draft of several lines"),
    bind("delete-back", "Backspace Ctrl-H", Action::Edit(Edit::DeleteBack), "delete left"),
    bind("delete", "Del", Action::Edit(Edit::DeleteForward), "delete right"),
    bind("delete-blanks", "Alt-\\", Action::Edit(Edit::DeleteBlanks), "delete the blanks around the cursor"),
    bind("cut-big-word-left", "Ctrl-W", Action::Edit(Edit::DeleteWordBack), "cut left to the next blank"),
    bind("cut-word-left", "Alt-Backspace Ctrl-Backspace", Action::Edit(Edit::KillWordBack), "cut the word left"),
    bind("cut-word-right", "Alt-D Ctrl-Del Alt-Del", Action::Edit(Edit::KillWordForward), "cut the word right"),
    bind("cut-to-start", "Ctrl-U", Action::Edit(Edit::DeleteToStart), "cut to the start of the line"),
    bind("cut-to-end", "Ctrl-K", Action::Edit(Edit::DeleteToEnd), "cut to the end of the line"),
    bind("cut-line", "Ctrl-X,Ctrl-K", Action::Edit(Edit::KillLine), "cut the line"),
    bind("paste", "Ctrl-Y", Action::Edit(Edit::Yank), "put in what was cut; then {pick|...}: what before it"),
    bind("swap-characters", "Ctrl-T", Action::Edit(Edit::TransposeChars), "swap two characters"),
    bind("swap-words", "Alt-T", Action::Edit(Edit::TransposeWords), "swap two words"),
    bind("uppercase", "Ctrl-X,U", Action::Edit(Edit::Uppercase), "the word right in capital letters"),
    bind("lowercase", "Ctrl-X,L", Action::Edit(Edit::Lowercase), "the word right in small letters"),
    bind("capitalize", "Alt-C", Action::SearchCase, "the word right with a capital"),
    bind("undo", "Ctrl-_ Ctrl-X,Ctrl-U", Action::Edit(Edit::Undo), "undo"),
    bind("redo", "Alt-_ Ctrl-X,Ctrl-R", Action::Edit(Edit::Redo), "redo"),
    bind("literal", "Ctrl-V", Action::QuotedInsert, "the next key goes in as it is: Tab, Ctrl-A ..."),
    bind("editor", "Ctrl-X,Ctrl-E", Action::OpenEditor, "write the draft in $VISUAL or $EDITOR"),
    bind("history-back", "Up", Action::HistoryPrevMatching, "the line before that begins like the draft"),
    bind("history-forward", "Down", Action::HistoryNextMatching, "the line after that does; then the draft"),
    bind("history-back-plain", "Ctrl-P", Action::HistoryPrev, "the line before, whatever it begins with"),
    bind("history-forward-plain", "Ctrl-N", Action::HistoryNext, "the line after, whatever it begins with"),
    bind(
        "history-back-all",
        "Ctrl-Up",
        Action::HistoryPrevAllServers,
        "as {history-back|...}, in the lines for all servers",
    ),
    bind(
        "history-forward-all",
        "Ctrl-Down",
        Action::HistoryNextAllServers,
        "as {history-forward|...}, in the lines for all servers",
    ),
    bind("search-older", "Ctrl-R", Action::HistorySearch, "search the history"),
    bind("complete", "Tab", Action::Complete, "complete a word, command, file; again: the next"),
    bind("complete-back", "Shift-Tab", Action::CompleteBack, "the completion before; Esc: none"),
    bind("scroll-page-up", "PgUp Shift-PgUp", Action::Scroll(Motion::PageUp), "scroll a screen up"),
    bind("scroll-page-down", "PgDn Shift-PgDn", Action::Scroll(Motion::PageDown), "scroll a screen down"),
    bind("scroll-up", "Shift-Up Alt-PgUp", Action::Scroll(Motion::Up(3)), "scroll three lines up"),
    bind("scroll-down", "Shift-Down Alt-PgDn", Action::Scroll(Motion::Down(3)), "scroll three lines down"),
    bind("scroll-top", "Ctrl-Home Alt-Home", Action::Scroll(Motion::Top), "to the oldest message"),
    bind("scroll-bottom", "Ctrl-End Alt-End", Action::Scroll(Motion::Bottom), "to the newest, and follow"),
    bind("search", "Ctrl-F Ctrl-S", Action::Search, "search the messages"),
    bind("search-regex", "Alt-R", Action::ToggleSearchRegex, "in a search: regular expression, or plain text"),
    bind("unread", "Alt-U", Action::JumpToUnread, "to the first unread message"),
    bind("mention-back", "Alt-P", Action::PrevMention, "to the mention of you before"),
    bind("mention-forward", "Alt-N", Action::NextMention, "to the mention of you after"),
    bind("view", "F2 Alt-V", Action::CycleView, "next view of the bytes: text, escaped, hex"),
    bind("time", "F3", Action::CycleTimestamps, "next time: off, minutes, seconds, ms, delta"),
    bind("pick", "Alt-Y", Action::CopyMode, "choose rows and links to copy; again: copy"),
    bind("bare", "Alt-L", Action::PlainTextMode, "messages alone, for selecting with the mouse"),
    bind("mouse", "Alt-M", Action::ToggleMouse, "wheel scrolls, or the mouse is the terminal's"),
    bind(
        "tab-next",
        "F6 Ctrl-PgDn",
        Action::Tab(TabMove::Next),
        "the next tab; {history-forward-plain|...} too, with several",
    ),
    bind(
        "tab-previous",
        "F5 Ctrl-PgUp",
        Action::Tab(TabMove::Previous),
        "the tab before; {history-back-plain|...} too",
    ),
    bind("tab-active", "Alt-A", Action::Tab(TabMove::NextActive), "the next tab with news; mentions first"),
    bind("tab-1", "Alt-1", Action::Tab(TabMove::To(1)), "to the first tab; {tab-2} ... {tab-10} to the others"),
    bind("tab-2", "Alt-2", Action::Tab(TabMove::To(2)), ""),
    bind("tab-3", "Alt-3", Action::Tab(TabMove::To(3)), ""),
    bind("tab-4", "Alt-4", Action::Tab(TabMove::To(4)), ""),
    bind("tab-5", "Alt-5", Action::Tab(TabMove::To(5)), ""),
    bind("tab-6", "Alt-6", Action::Tab(TabMove::To(6)), ""),
    bind("tab-7", "Alt-7", Action::Tab(TabMove::To(7)), ""),
    bind("tab-8", "Alt-8", Action::Tab(TabMove::To(8)), ""),
    bind("tab-9", "Alt-9", Action::Tab(TabMove::To(9)), ""),
    bind("tab-10", "Alt-0", Action::Tab(TabMove::To(10)), ""),
    bind("help", "F1", Action::Help, "this page"),
    bind("cancel", "Esc", Action::Cancel, "stop connecting, or trying again; leave what is open"),
    bind("abort", "Ctrl-G", Action::AbortInput, "give up what was begun: a search, a question"),
    bind("interrupt", "Ctrl-C", Action::QuitOrClear, "clear the draft; on an empty line: quit (asks)"),
    bind("end-of-input", "Ctrl-D", Action::EndOfInput, "delete right; on an empty line: quit or half-close (asks)"),
    bind("redraw", "Ctrl-L", Action::Redraw, "draw the screen anew"),
    bind("suspend", "Ctrl-Z", Action::Suspend, "suspend; fg brings it back"),
    bind("preview-edit", "Alt-E", Action::PreviewEdit, "put it into the input line"),
    bind("preview-join", "Alt-J", Action::PreviewJoin, "put it into the input line as one line"),
    bind("preview-send", "Alt-S", Action::PreviewSend, "send it, line by line"),
];
