//! The numbers of a control sequence, and the modifiers among them.

use crossterm::event::{KeyEventKind, KeyModifiers};

/// Parameters as digits, `;` between them and `:` between their parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct CsiParams<'a>(&'a str);

impl<'a> CsiParams<'a> {
    /// `None` if there is anything else among them.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let is_numbers = bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'));
        std::str::from_utf8(bytes).ok().filter(|_| is_numbers).map(Self)
    }

    /// The number at this place, 1 if it was left out; `None` if it is beyond all bounds.
    pub(super) fn number(&self, place: usize) -> Option<u32> {
        self.part(place, 0)
    }

    /// Another number for the key at the first place, as Kitty's protocol has them behind it: 1 with Shift, 2 on a Latin
    /// keyboard. `None` if there is none.
    pub(super) fn alternate(&self, which: usize) -> Option<u32> {
        let key = self.0.split(';').next()?;
        key.split(':').nth(which)?.parse().ok()
    }

    /// The modifiers of a key: one more than the sum of their bits, at the second place.
    pub(super) fn modifiers(&self) -> Option<KeyModifiers> {
        self.modifiers_at(1)
    }

    /// The same for a key told by its last letter, whose number is 1. Old terminals leave that out, and its semicolon.
    pub(super) fn modifiers_of_letter(&self) -> Option<KeyModifiers> {
        self.modifiers_at(usize::from(self.0.contains(';')))
    }

    fn modifiers_at(&self, place: usize) -> Option<KeyModifiers> {
        let bits = self.part(place, 0)?.saturating_sub(1);
        let names = [
            (1, KeyModifiers::SHIFT),
            (2, KeyModifiers::ALT),
            (4, KeyModifiers::CONTROL),
            (8, KeyModifiers::SUPER),
            (16, KeyModifiers::HYPER),
            (32, KeyModifiers::META),
        ];
        Some(names.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| name).collect())
    }

    /// Whether the key was pressed, let go or repeated, as Kitty's protocol tells behind the modifiers.
    pub(super) fn kind(&self) -> KeyEventKind {
        match self.part(1, 1) {
            Some(2) => KeyEventKind::Repeat,
            Some(3) => KeyEventKind::Release,
            _ => KeyEventKind::Press,
        }
    }

    fn part(&self, place: usize, part: usize) -> Option<u32> {
        let parts = self.0.split(';').nth(place);
        match parts.and_then(|parts| parts.split(':').nth(part)) {
            None | Some("") => Some(1),
            Some(digits) => digits.parse().ok(),
        }
    }
}
