//! The keys, as data: one table binds them, and the help page is made of the same table.
//!
//! Nothing here knows a terminal library; `tui` turns its key events into a [`Chord`] and asks the [`Keymap`].

use super::action::Action;
use super::prompt::Edit;
use super::viewport::Motion;
use std::collections::HashMap;

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character key; letters in lower case when Ctrl or Alt is held.
    Char(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Delete to the left.
    Backspace,
    /// Delete to the right.
    Delete,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// Start of line.
    Home,
    /// End of line.
    End,
    /// Screen back.
    PageUp,
    /// Screen forward.
    PageDown,
    /// Function key 1 to 12.
    F(u8),
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// Whether Ctrl is held.
    pub ctrl: bool,
    /// Whether Alt (Meta, Option) is held.
    pub alt: bool,
    /// Whether Shift is held; never for characters, which say it themselves.
    pub shift: bool,
}

impl Chord {
    /// Reads `Ctrl-A`, `Alt-PgUp`, `Shift-Up`, `F1`. `None` for anything else.
    pub fn parse(name: &str) -> Option<Self> {
        let mut chord = Self { key: Key::Esc, ctrl: false, alt: false, shift: false };
        let mut rest = name;
        loop {
            if let Some(after) = rest.strip_prefix("Ctrl-") {
                chord.ctrl = true;
                rest = after;
            } else if let Some(after) = rest.strip_prefix("Alt-") {
                chord.alt = true;
                rest = after;
            } else if let Some(after) = rest.strip_prefix("Shift-") {
                chord.shift = true;
                rest = after;
            } else {
                break;
            }
        }
        chord.key = Key::parse(rest)?;
        Some(chord)
    }
}

impl Key {
    fn parse(name: &str) -> Option<Self> {
        let mut chars = name.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return Some(Self::Char(c.to_ascii_lowercase()));
        }
        Some(match name {
            "Enter" => Self::Enter,
            "Esc" => Self::Esc,
            "Tab" => Self::Tab,
            "Backspace" => Self::Backspace,
            "Del" => Self::Delete,
            "Left" => Self::Left,
            "Right" => Self::Right,
            "Up" => Self::Up,
            "Down" => Self::Down,
            "Home" => Self::Home,
            "End" => Self::End,
            "PgUp" => Self::PageUp,
            "PgDn" => Self::PageDown,
            _ => Self::F(name.strip_prefix('F')?.parse().ok().filter(|n| (1..=12).contains(n))?),
        })
    }
}

/// One row of the table: keys that mean the same, and the words for it.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The keys, the most usual first, separated by blanks.
    pub chords: &'static str,
    /// What they mean.
    pub action: Action,
    /// What the help page says of them.
    pub says: &'static str,
}

const fn bind(chords: &'static str, action: Action, says: &'static str) -> Binding {
    Binding { chords, action, says }
}

/// All keys, in the order of the help page.
pub const BINDINGS: &[Binding] = &[
    // Ctrl-J is what an Enter typed before the program was there has become.
    bind("Enter Ctrl-J", Action::Submit, "send; on an empty line without a connection, connect again"),
    bind("Up Ctrl-P", Action::HistoryBack, "line before in the history"),
    bind("Down Ctrl-N", Action::HistoryForward, "line after, back to the draft"),
    bind("Tab", Action::Complete, "complete a name, word, command or file; again: the next"),
    bind("Shift-Tab", Action::CompleteBack, "the completion before"),
    bind("PgUp Shift-PgUp", Action::Scroll(Motion::PageUp), "scroll a screen up"),
    bind("PgDn Shift-PgDn", Action::Scroll(Motion::PageDown), "scroll a screen down"),
    bind("Shift-Up Alt-PgUp", Action::Scroll(Motion::Up(3)), "scroll three lines up"),
    bind("Shift-Down Alt-PgDn", Action::Scroll(Motion::Down(3)), "scroll three lines down"),
    bind("Ctrl-Home Alt-Home", Action::Scroll(Motion::Top), "to the oldest message"),
    bind("Ctrl-End Alt-End", Action::Scroll(Motion::Bottom), "to the newest, and follow"),
    bind("Ctrl-F Ctrl-S", Action::Search, "search the messages; again: the next newer hit"),
    bind("Ctrl-R", Action::SearchOlder, "in a search: the next older hit"),
    bind("Alt-C", Action::SearchCase, "in a search: case counts, or not"),
    bind("Alt-R", Action::SearchRegex, "in a search: a regular expression, or plain text"),
    bind("Alt-U", Action::Unread, "to the first unread message"),
    bind("Alt-P", Action::MentionBack, "to the mention of you before"),
    bind("Alt-N", Action::MentionForward, "to the mention of you after"),
    bind("F2 Alt-V", Action::NextView, "next view of the bytes: text, escaped, hex"),
    bind("F3 Alt-T", Action::NextTime, "next time: off, minutes, seconds, ms, delta"),
    bind("Alt-Y", Action::Pick, "choose rows and links to copy; again: copy"),
    bind("Alt-L", Action::Bare, "the messages alone, for selecting with the mouse"),
    bind("Alt-M", Action::Mouse, "wheel scrolls, or the mouse is the terminal's"),
    bind("Left Ctrl-B", Action::Edit(Edit::Left), "a character left"),
    bind("Right", Action::Edit(Edit::Right), "a character right"),
    bind("Alt-B Ctrl-Left Alt-Left", Action::Edit(Edit::WordLeft), "a word left"),
    bind("Alt-F Ctrl-Right Alt-Right", Action::Edit(Edit::WordRight), "a word right"),
    bind("Home Ctrl-A", Action::Edit(Edit::Start), "start of the line"),
    bind("End Ctrl-E", Action::EndOfText, "end of the line; on an empty one, of the messages"),
    bind("Backspace Ctrl-H", Action::Edit(Edit::DeleteBack), "delete left"),
    bind("Del", Action::Edit(Edit::DeleteForward), "delete right"),
    bind("Ctrl-W Alt-Backspace Ctrl-Backspace", Action::Edit(Edit::DeleteWordBack), "delete the word left"),
    bind("Ctrl-U", Action::Edit(Edit::DeleteToStart), "delete to the start"),
    bind("Ctrl-K", Action::Edit(Edit::DeleteToEnd), "delete to the end"),
    bind("Esc", Action::Cancel, "stop connecting; leave this page"),
    bind("Ctrl-C", Action::Interrupt, "clear the draft; on an empty line, quit (asks)"),
    bind("Ctrl-D", Action::EndOfInput, "on an empty line, quit (asks); else delete right"),
    bind("Ctrl-L", Action::Redraw, "draw the screen anew"),
    bind("Ctrl-Z", Action::Suspend, "suspend; fg brings it back"),
    bind("F1", Action::Help, "this page"),
];

/// Finds the action of a key.
#[derive(Debug)]
pub struct Keymap(HashMap<Chord, Action>);

impl Default for Keymap {
    fn default() -> Self {
        let chords = BINDINGS.iter().flat_map(|binding| {
            let names = binding.chords.split(' ');
            names.filter_map(|name| Some((Chord::parse(name)?, binding.action)))
        });
        Self(chords.collect())
    }
}

impl Keymap {
    /// What this key means, if it is bound.
    pub fn action(&self, chord: Chord) -> Option<Action> {
        self.0.get(&chord).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_table_is_a_key_and_bound_once() {
        let names: Vec<_> = BINDINGS.iter().flat_map(|b| b.chords.split(' ')).collect();
        for name in &names {
            assert!(Chord::parse(name).is_some(), "{name}");
        }
        assert_eq!(Keymap::default().0.len(), names.len(), "a key is bound twice");
    }

    #[test]
    fn modifiers_are_told_apart() {
        let keymap = Keymap::default();
        let action = |name| keymap.action(Chord::parse(name).unwrap());
        assert_eq!(action("End"), Some(Action::EndOfText));
        assert_eq!(action("Ctrl-End"), Some(Action::Scroll(Motion::Bottom)));
        assert_eq!(action("Shift-Up"), Some(Action::Scroll(Motion::Up(3))));
        assert_eq!(action("Ctrl-Alt-End"), None);
        assert_eq!(Chord::parse("F13"), None);
        assert_eq!(Chord::parse("Hyper-A"), None);
    }
}
