//! Maps keys to actions.
//!
//! [`BINDINGS`] lists the default bindings, [`Keymap::with`] applies the user's changes, and
//! [`Keymap::expand_key_hints`] puts the bound keys into the help page and hints. This module is independent of the
//! terminal library: `tui` converts key events to [`Chord`]s.

mod chord;
mod key_names;
mod keymap;
mod sequence;
mod sequence_parser;

use super::TabMove;
use super::action::Action;
use super::input::line_editor::Edit;
use super::view::viewport::Motion;
pub use chord::{Chord, Key};
pub use keymap::{BindingError, BindingPart, BindingRequest, Keymap};
pub use sequence_parser::KeySequenceParser;

/// Default keys of an action, with its name and help text.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Name of the action in the `[keys]` section of the settings file.
    pub name: &'static str,
    /// Default keys separated by spaces, the most common first. The two keys of a sequence are separated by a comma.
    pub chords: &'static str,
    /// The action to perform.
    pub action: Action,
    /// Help text with placeholders for [`Keymap::expand_key_hints`]. Empty if a previous row describes these keys, too.
    pub help: &'static str,
}

const fn bind(name: &'static str, chords: &'static str, action: Action, help: &'static str) -> Binding {
    Binding { name, chords, action, help }
}

/// All default bindings, in the order of the help page.
pub const BINDINGS: &[Binding] = &[
    // An Enter typed before the program started arrives as Ctrl-J.
    bind(
        "submit",
        "Enter Ctrl-J Ctrl-Enter",
        Action::Submit,
        "send; on an empty line without a connection, connect now",
    ),
    bind("new-line", "Alt-Enter Shift-Enter", Action::Edit(Edit::NewLine), "start a new line in the draft"),
    bind("command-line", "Ctrl-]", Action::StartCommand, "set the draft aside and type a command"),
    bind("left", "Left Ctrl-B", Action::Edit(Edit::Left), "one character left"),
    bind("right", "Right", Action::Edit(Edit::Right), "one character right"),
    bind("word-left", "Alt-B Ctrl-Left Alt-Left", Action::Edit(Edit::WordLeft), "one word left"),
    bind("word-right", "Alt-F Ctrl-Right Alt-Right", Action::Edit(Edit::WordRight), "one word right"),
    bind("big-word-left", "Ctrl-Shift-Left Alt-Shift-Left", Action::Edit(Edit::BigWordLeft), "to the previous space"),
    bind("big-word-right", "Ctrl-Shift-Right Alt-Shift-Right", Action::Edit(Edit::BigWordRight), "to the next space"),
    bind("start", "Home Ctrl-A", Action::Edit(Edit::Start), "start of the line"),
    bind("end", "End Ctrl-E", Action::LineEndOrScrollBottom, "end of the line; on an empty line, newest message"),
    bind("text-start", "Alt-<", Action::Edit(Edit::TextStart), "start of a multi-line draft"),
    bind("text-end", "Alt->", Action::Edit(Edit::TextEnd), "end of a multi-line draft"),
    bind("delete-back", "Backspace Ctrl-H", Action::Edit(Edit::DeleteBack), "delete left"),
    bind("delete", "Del", Action::Edit(Edit::DeleteForward), "delete right"),
    bind("delete-blanks", "Alt-\\", Action::Edit(Edit::DeleteBlanks), "delete the spaces around the cursor"),
    bind("cut-big-word-left", "Ctrl-W", Action::Edit(Edit::DeleteWordBack), "cut to the previous space"),
    bind("cut-word-left", "Alt-Backspace Ctrl-Backspace", Action::Edit(Edit::KillWordBack), "cut the word left"),
    bind("cut-word-right", "Alt-D Ctrl-Del Alt-Del", Action::Edit(Edit::KillWordForward), "cut the word right"),
    bind("cut-to-start", "Ctrl-U", Action::Edit(Edit::DeleteToStart), "cut to the start of the line"),
    bind("cut-to-end", "Ctrl-K", Action::Edit(Edit::DeleteToEnd), "cut to the end of the line"),
    bind("cut-line", "Ctrl-X,Ctrl-K", Action::Edit(Edit::KillLine), "cut the line"),
    bind("paste", "Ctrl-Y", Action::Edit(Edit::Yank), "paste what was cut; then {pick|...}: earlier cuts"),
    bind("swap-characters", "Ctrl-T", Action::Edit(Edit::TransposeChars), "swap two characters"),
    bind("swap-words", "Alt-T", Action::Edit(Edit::TransposeWords), "swap two words"),
    bind("uppercase", "Ctrl-X,U", Action::Edit(Edit::Uppercase), "uppercase the next word"),
    bind("lowercase", "Ctrl-X,L", Action::Edit(Edit::Lowercase), "lowercase the next word"),
    bind("capitalize", "Alt-C", Action::SearchCase, "capitalize the next word"),
    bind("undo", "Ctrl-_ Ctrl-X,Ctrl-U", Action::Edit(Edit::Undo), "undo"),
    bind("redo", "Alt-_ Ctrl-X,Ctrl-R", Action::Edit(Edit::Redo), "redo"),
    bind("literal", "Ctrl-V", Action::QuotedInsert, "insert the next key literally: Tab, Ctrl-A ..."),
    bind("editor", "Ctrl-X,Ctrl-E", Action::OpenEditor, "edit the draft in $VISUAL or $EDITOR"),
    bind("history-back", "Up", Action::HistoryPrevMatching, "previous line that begins like the draft"),
    bind("history-forward", "Down", Action::HistoryNextMatching, "next line that begins like it; then the draft"),
    bind("history-back-plain", "Ctrl-P", Action::HistoryPrev, "previous line in the history"),
    bind("history-forward-plain", "Ctrl-N", Action::HistoryNext, "next line in the history"),
    bind("history-back-all", "Ctrl-Up", Action::HistoryPrevAllServers, "like {history-back|...}, across all servers"),
    bind(
        "history-forward-all",
        "Ctrl-Down",
        Action::HistoryNextAllServers,
        "like {history-forward|...}, across all servers",
    ),
    bind("search-older", "Ctrl-R", Action::HistorySearch, "search the history"),
    bind("complete", "Tab", Action::Complete, "complete a word, command or file; again: next"),
    bind("complete-back", "Shift-Tab", Action::CompleteBack, "previous completion; Esc cancels"),
    bind("scroll-page-up", "PgUp Shift-PgUp", Action::Scroll(Motion::PageUp), "scroll up one screen"),
    bind("scroll-page-down", "PgDn Shift-PgDn", Action::Scroll(Motion::PageDown), "scroll down one screen"),
    bind("scroll-up", "Shift-Up Alt-PgUp", Action::Scroll(Motion::Up(3)), "scroll up three lines"),
    bind("scroll-down", "Shift-Down Alt-PgDn", Action::Scroll(Motion::Down(3)), "scroll down three lines"),
    bind("scroll-top", "Ctrl-Home Alt-Home", Action::Scroll(Motion::Top), "to the oldest message"),
    bind("scroll-bottom", "Ctrl-End Alt-End", Action::Scroll(Motion::Bottom), "to the newest message, and follow"),
    bind("search", "Ctrl-F Ctrl-S", Action::Search, "search the messages"),
    bind("search-regex", "Alt-R", Action::ToggleSearchRegex, "in a search: regular expression or plain text"),
    bind("unread", "Alt-U", Action::JumpToUnread, "to the first unread message"),
    bind("mention-back", "Alt-P", Action::PrevMention, "to the previous mention of you"),
    bind("mention-forward", "Alt-N", Action::NextMention, "to the next mention of you"),
    bind("view", "F2 Alt-V", Action::CycleView, "next view: text, escaped, hex"),
    bind("time", "F3", Action::CycleTimestamps, "next time format: off, minutes, seconds, ms, delta"),
    bind("pick", "Alt-Y", Action::CopyMode, "select rows and links to copy; again: copy"),
    bind("bare", "Alt-L", Action::PlainTextMode, "messages only, for selecting with the mouse"),
    bind("mouse", "Alt-M", Action::ToggleMouse, "mouse scrolls messages, or selects text"),
    bind(
        "tab-next",
        "F6 Ctrl-PgDn",
        Action::Tab(TabMove::Next),
        "next tab; with several tabs, also {history-forward-plain|...}",
    ),
    bind("tab-previous", "F5 Ctrl-PgUp", Action::Tab(TabMove::Previous), "previous tab; also {history-back-plain|...}"),
    bind("tab-active", "Alt-A", Action::Tab(TabMove::NextActive), "next tab with unread messages; mentions first"),
    bind("tab-1", "Alt-1", Action::Tab(TabMove::To(1)), "first tab; {tab-2} ... {tab-10}: the others"),
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
    bind("cancel", "Esc", Action::Cancel, "stop connecting or retrying; close what is open"),
    bind("abort", "Ctrl-G", Action::AbortInput, "cancel a search or question"),
    bind("interrupt", "Ctrl-C", Action::QuitOrClear, "clear the draft; on an empty line, quit (asks)"),
    bind("end-of-input", "Ctrl-D", Action::EndOfInput, "delete right; on an empty line, quit or half-close (asks)"),
    bind("redraw", "Ctrl-L", Action::Redraw, "redraw the screen"),
    bind("suspend", "Ctrl-Z", Action::Suspend, "suspend; fg resumes"),
    bind("preview-edit", "Alt-E", Action::PreviewEdit, "insert it into the input line"),
    bind("preview-join", "Alt-J", Action::PreviewJoin, "insert it into the input line as one line"),
    bind("preview-send", "Alt-S", Action::PreviewSend, "send it line by line"),
];
