//! Parameters of a control sequence, and the modifiers among them.

use crossterm::event::{KeyEventKind, KeyModifiers};

/// Numeric parameters separated by `;`, with subparameters separated by `:`.
#[derive(Debug, Clone, Copy)]
pub(super) struct CsiParams<'a>(&'a str);

impl<'a> CsiParams<'a> {
    /// Returns `None` if the bytes contain anything but digits and separators.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let is_numbers = bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'));
        std::str::from_utf8(bytes).ok().filter(|_| is_numbers).map(Self)
    }

    /// Returns the parameter at this index, 1 if it is missing; `None` if it exceeds `u32`.
    pub(super) fn number(&self, index: usize) -> Option<u32> {
        self.subparameter(index, 0)
    }

    /// Returns an alternate code of the key in Kitty's protocol: 1 with Shift, 2 on a Latin keyboard.
    pub(super) fn alternate(&self, which: usize) -> Option<u32> {
        let key = self.0.split(';').next()?;
        key.split(':').nth(which)?.parse().ok()
    }

    /// Returns the modifiers from the second parameter, which is one more than the sum of their bits.
    pub(super) fn modifiers(&self) -> Option<KeyModifiers> {
        self.modifiers_at(1)
    }

    /// Returns the modifiers of a key that its final letter identifies. Some old terminals omit the first parameter.
    pub(super) fn modifiers_of_letter(&self) -> Option<KeyModifiers> {
        self.modifiers_at(usize::from(self.0.contains(';')))
    }

    fn modifiers_at(&self, index: usize) -> Option<KeyModifiers> {
        let bits = self.subparameter(index, 0)?.saturating_sub(1);
        let modifiers = [
            (1, KeyModifiers::SHIFT),
            (2, KeyModifiers::ALT),
            (4, KeyModifiers::CONTROL),
            (8, KeyModifiers::SUPER),
            (16, KeyModifiers::HYPER),
            (32, KeyModifiers::META),
        ];
        Some(modifiers.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, modifier)| modifier).collect())
    }

    /// Returns whether the key was pressed, repeated or released: Kitty's subparameter of the modifiers.
    pub(super) fn kind(&self) -> KeyEventKind {
        match self.subparameter(1, 1) {
            Some(2) => KeyEventKind::Repeat,
            Some(3) => KeyEventKind::Release,
            _ => KeyEventKind::Press,
        }
    }

    fn subparameter(&self, index: usize, sub: usize) -> Option<u32> {
        let parameter = self.0.split(';').nth(index);
        match parameter.and_then(|parameter| parameter.split(':').nth(sub)) {
            None | Some("") => Some(1),
            Some(digits) => digits.parse().ok(),
        }
    }
}
