//! From keys to what they mean: which are bound, which begin a sequence such as `Ctrl-X Ctrl-E`, which are to be taken
//! literally.

use super::{Chord, Keymap};
use crate::app::{Action, Event};

/// What the keys before this one have led to.
#[derive(Debug, Default)]
pub struct Interpreter {
    pending: Pending,
}

/// What the next key is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pending {
    /// Nothing: it stands for itself.
    #[default]
    Nothing,
    /// A sequence that this key began.
    After(Chord),
    /// The text: it goes in as it is, whatever it is bound to.
    Literal,
}

impl Interpreter {
    /// Takes a key; `text` is what it types if it is not bound in `keymap`. `None` if it means nothing.
    pub fn press(&mut self, keymap: &Keymap, chord: Option<Chord>, text: Option<char>) -> Option<Event> {
        match (std::mem::take(&mut self.pending), chord) {
            (Pending::Literal, chord) => {
                text.or_else(|| chord?.literal()).map(Event::Type).or(Some(Event::Act(Action::NotTyped)))
            }
            (Pending::After(prefix), Some(last)) => {
                let action = keymap.action_after(prefix, last);
                Some(Event::Act(action.unwrap_or(Action::NotBound { prefix, last })))
            }
            (Pending::After(_), None) => None,
            (Pending::Nothing, chord) => self.begin(keymap, chord, text),
        }
    }

    fn begin(&mut self, keymap: &Keymap, chord: Option<Chord>, text: Option<char>) -> Option<Event> {
        let action = chord.and_then(|chord| keymap.action(chord));
        match (chord, action) {
            (_, Some(Action::Literal)) => {
                self.pending = Pending::Literal;
                Some(Event::Act(Action::Literal))
            }
            (_, Some(action)) => Some(Event::Act(action)),
            (Some(chord), None) if keymap.begins(chord) => {
                self.pending = Pending::After(chord);
                Some(Event::Act(Action::Prefix(chord)))
            }
            _ => text.map(Event::Type),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Edit;

    fn press(interpreter: &mut Interpreter, name: &str) -> Option<Event> {
        let chord = Chord::parse(name).unwrap();
        let text = (!chord.ctrl && !chord.alt).then(|| chord.literal()).flatten().filter(|c| !c.is_control());
        interpreter.press(&Keymap::default(), Some(chord), text)
    }

    #[test]
    fn a_sequence_is_two_keys_and_only_those() {
        let mut interpreter = Interpreter::default();
        let ctrl_x = Chord::parse("Ctrl-X").unwrap();
        assert_eq!(press(&mut interpreter, "Ctrl-X"), Some(Event::Act(Action::Prefix(ctrl_x))));
        assert_eq!(press(&mut interpreter, "Ctrl-E"), Some(Event::Act(Action::Editor)));
        assert_eq!(press(&mut interpreter, "e"), Some(Event::Type('e')), "the sequence is over");
        press(&mut interpreter, "Ctrl-X");
        let last = Chord::parse("q").unwrap();
        assert_eq!(press(&mut interpreter, "q"), Some(Event::Act(Action::NotBound { prefix: ctrl_x, last })));
        assert_eq!(press(&mut interpreter, "q"), Some(Event::Type('q')));
    }

    #[test]
    fn a_quoted_key_is_text_whatever_it_is_bound_to() {
        let mut interpreter = Interpreter::default();
        for (name, expected) in [
            ("Ctrl-A", Event::Type('\u{1}')),
            ("Enter", Event::Type('\r')),
            ("Ctrl-V", Event::Type('\u{16}')),
            ("x", Event::Type('x')),
            ("Up", Event::Act(Action::NotTyped)),
        ] {
            assert_eq!(press(&mut interpreter, "Ctrl-V"), Some(Event::Act(Action::Literal)));
            assert_eq!(press(&mut interpreter, name), Some(expected), "{name}");
        }
        assert_eq!(press(&mut interpreter, "Ctrl-A"), Some(Event::Act(Action::Edit(Edit::Start))));
    }

    #[test]
    fn keys_that_are_bound_anew_mean_that() {
        let keymap = Keymap::with(&[("Ctrl-X,z", "help"), ("F1", "none")]).unwrap();
        let mut interpreter = Interpreter::default();
        let mut press = |name| interpreter.press(&keymap, Some(Chord::parse(name).unwrap()), None);
        assert_eq!(press("F1"), None);
        press("Ctrl-X");
        assert_eq!(press("z"), Some(Event::Act(Action::Help)));
    }
}
