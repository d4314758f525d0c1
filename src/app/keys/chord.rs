//! Represents a key with its modifiers.

use super::key_names;
use std::fmt;

/// A key without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character key; lowercase if Ctrl or Alt is held.
    Char(char),
    /// The Enter or Return key.
    Enter,
    /// The Escape key.
    Esc,
    /// The Tab key.
    Tab,
    /// The Backspace key.
    Backspace,
    /// The Delete key.
    Delete,
    /// The Insert key.
    Insert,
    /// The left arrow.
    Left,
    /// The right arrow.
    Right,
    /// The up arrow.
    Up,
    /// The down arrow.
    Down,
    /// The Home key.
    Home,
    /// The End key.
    End,
    /// The Page Up key.
    PageUp,
    /// The Page Down key.
    PageDown,
    /// A function key, 1 to 12.
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
    /// Whether Shift is held; always false for character keys, whose character includes it.
    pub shift: bool,
}

/// Names of the keys, as displayed. Other keys are displayed as their character or `F` and a number.
pub(super) const KEY_NAMES: &[(&str, Key)] = &[
    ("Enter", Key::Enter),
    ("Esc", Key::Esc),
    ("Tab", Key::Tab),
    ("Backspace", Key::Backspace),
    ("Del", Key::Delete),
    ("Ins", Key::Insert),
    ("Left", Key::Left),
    ("Right", Key::Right),
    ("Up", Key::Up),
    ("Down", Key::Down),
    ("Home", Key::Home),
    ("End", Key::End),
    ("PgUp", Key::PageUp),
    ("PgDn", Key::PageDown),
    ("Space", Key::Char(' ')),
];

impl Chord {
    /// Returns a key without modifiers.
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: false }
    }

    /// Parses a name such as `Ctrl-A`, `C-a`, `^A`, `alt+pgup`, `Shift-Up` or `F1`. `None` if there is no such key, or
    /// most terminals cannot send it.
    pub fn parse(name: &str) -> Option<Self> {
        key_names::parse_key(name).ok()
    }

    /// Returns the character, possibly an ASCII control character, that a terminal sends for this key. Ctrl-V inserts it.
    /// `None` for keys without one, such as arrows, and for keys with Alt.
    pub fn control_char(self) -> Option<char> {
        if self.alt {
            return None;
        }
        let byte = |byte: u8| Some(char::from(byte));
        match (self.key, self.ctrl) {
            (Key::Enter, _) => byte(b'\r'),
            (Key::Tab, _) => byte(b'\t'),
            (Key::Esc, _) => byte(0x1b),
            (Key::Backspace, _) => byte(0x7f),
            (Key::Char(c), false) => Some(c),
            // ASCII control characters: the low five bits of the character.
            (Key::Char(' ' | '@'), true) => byte(0),
            (Key::Char(c @ ('a'..='z' | '[' | '\\' | ']' | '^' | '_')), true) => byte(u8::try_from(c).ok()? & 0x1f),
            _ => None,
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            f.write_str(if held { name } else { "" })?;
        }
        match (self.key, KEY_NAMES.iter().find(|(_, key)| *key == self.key)) {
            (_, Some((name, _))) => f.write_str(name),
            (Key::F(n), None) => write!(f, "F{n}"),
            (Key::Char(c), None) if self.ctrl || self.alt => write!(f, "{}", c.to_ascii_uppercase()),
            (Key::Char(c), None) => write!(f, "{c}"),
            _ => Ok(()),
        }
    }
}

impl Key {
    /// Returns the key that types a character: its lowercase letter, unless that takes several characters.
    pub fn of(c: char) -> Self {
        let mut lower = c.to_lowercase();
        Self::Char(if let (Some(only), None) = (lower.next(), lower.next()) { only } else { c })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displayed_names_parse_back() {
        for name in
            ["Ctrl-A", "Alt-PgUp", "Shift-Up", "F1", "Ctrl-Alt-Shift-Left", "Ctrl-]", "Ctrl-_", "Alt-\\", "x", "Space"]
        {
            assert_eq!(Chord::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn control_char_is_what_a_terminal_sends() {
        for (name, c) in [
            ("Ctrl-A", Some('\u{1}')),
            ("Ctrl-Z", Some('\u{1a}')),
            ("Ctrl-]", Some('\u{1d}')),
            ("Ctrl-Space", Some('\0')),
            ("Tab", Some('\t')),
            ("Enter", Some('\r')),
            ("Esc", Some('\u{1b}')),
            ("Backspace", Some('\u{7f}')),
            ("é", Some('é')),
            ("Up", None),
            ("Alt-A", None),
            ("F1", None),
        ] {
            assert_eq!(Chord::parse(name).unwrap().control_char(), c, "{name}");
        }
    }
}
