//! A key with its modifiers, and the names users write for them.

use super::key_names;
use std::fmt;

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
    /// Insert.
    Insert,
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

/// The names of the keys that are no characters.
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
    /// A key alone.
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: false }
    }

    /// Reads `Ctrl-A`, `C-a`, `^A`, `alt+pgup`, `Shift-Up`, `F1`. `None` for what is no key, or none that every terminal
    /// has.
    pub fn parse(name: &str) -> Option<Self> {
        key_names::read(name).ok()
    }

    /// The character that a terminal sends for it, the control characters of ASCII included: what Ctrl-V puts into the
    /// draft. `None` for keys that are none, such as arrows, and for those with Alt.
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
            // As terminals have it since the Teletype: the letter less its upper bits.
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
    /// The key that types this character, with Shift or not: letters say Shift themselves.
    pub fn of(c: char) -> Self {
        let mut small = c.to_lowercase();
        Self::Char(if let (Some(only), None) = (small.next(), small.next()) { only } else { c })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_as_it_is_written() {
        for name in
            ["Ctrl-A", "Alt-PgUp", "Shift-Up", "F1", "Ctrl-Alt-Shift-Left", "Ctrl-]", "Ctrl-_", "Alt-\\", "x", "Space"]
        {
            assert_eq!(Chord::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn a_literal_is_what_a_terminal_sends() {
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
