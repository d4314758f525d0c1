//! From keys to what they mean: which are bound, which begin a sequence such as `Ctrl-X Ctrl-E`, which are to be taken
//! literally.

use super::{Chord, Keymap};
use crate::app::{Action, Event};

/// What the keys before this one have led to.
#[derive(Debug, Default)]
pub struct KeySequenceParser {
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
    QuotedInsert,
}

impl KeySequenceParser {
    /// Takes a key; `text` is what it types if it is not bound in `keymap`. `None` if it means nothing.
    pub fn press(&mut self, keymap: &Keymap, chord: Option<Chord>, text: Option<char>) -> Option<Event> {
        match (std::mem::take(&mut self.pending), chord) {
            (Pending::QuotedInsert, chord) => {
                text.or_else(|| chord?.control_char()).map(Event::Char).or(Some(Event::Action(Action::NoCharacter)))
            }
            (Pending::After(prefix), Some(last)) => {
                let action = keymap.action_after(prefix, last);
                Some(Event::Action(action.unwrap_or(Action::UnboundSequence { prefix, last })))
            }
            (Pending::After(_), None) => None,
            (Pending::Nothing, chord) => self.begin(keymap, chord, text),
        }
    }

    fn begin(&mut self, keymap: &Keymap, chord: Option<Chord>, text: Option<char>) -> Option<Event> {
        let action = chord.and_then(|chord| keymap.action(chord));
        match (chord, action) {
            (_, Some(Action::QuotedInsert)) => {
                self.pending = Pending::QuotedInsert;
                Some(Event::Action(Action::QuotedInsert))
            }
            (_, Some(action)) => Some(Event::Action(action)),
            (Some(chord), None) if keymap.begins(chord) => {
                self.pending = Pending::After(chord);
                Some(Event::Action(Action::SequenceStarted(chord)))
            }
            _ => text.map(Event::Char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Edit;

    fn press(interpreter: &mut KeySequenceParser, name: &str) -> Option<Event> {
        let chord = Chord::parse(name).unwrap();
        let text = (!chord.ctrl && !chord.alt).then(|| chord.control_char()).flatten().filter(|c| !c.is_control());
        interpreter.press(&Keymap::default(), Some(chord), text)
    }

    #[test]
    fn a_sequence_is_two_keys_and_only_those() {
        let mut interpreter = KeySequenceParser::default();
        let ctrl_x = Chord::parse("Ctrl-X").unwrap();
        assert_eq!(press(&mut interpreter, "Ctrl-X"), Some(Event::Action(Action::SequenceStarted(ctrl_x))));
        assert_eq!(press(&mut interpreter, "Ctrl-E"), Some(Event::Action(Action::OpenEditor)));
        assert_eq!(press(&mut interpreter, "e"), Some(Event::Char('e')), "the sequence is over");
        press(&mut interpreter, "Ctrl-X");
        let last = Chord::parse("q").unwrap();
        assert_eq!(press(&mut interpreter, "q"), Some(Event::Action(Action::UnboundSequence { prefix: ctrl_x, last })));
        assert_eq!(press(&mut interpreter, "q"), Some(Event::Char('q')));
    }

    #[test]
    fn a_quoted_key_is_text_whatever_it_is_bound_to() {
        let mut interpreter = KeySequenceParser::default();
        for (name, expected) in [
            ("Ctrl-A", Event::Char('\u{1}')),
            ("Enter", Event::Char('\r')),
            ("Ctrl-V", Event::Char('\u{16}')),
            ("x", Event::Char('x')),
            ("Up", Event::Action(Action::NoCharacter)),
        ] {
            assert_eq!(press(&mut interpreter, "Ctrl-V"), Some(Event::Action(Action::QuotedInsert)));
            assert_eq!(press(&mut interpreter, name), Some(expected), "{name}");
        }
        assert_eq!(press(&mut interpreter, "Ctrl-A"), Some(Event::Action(Action::Edit(Edit::Start))));
    }

    #[test]
    fn keys_that_are_bound_anew_mean_that() {
        let keymap = Keymap::with(&[("Ctrl-X,z", "help"), ("F1", "none")]).unwrap();
        let mut interpreter = KeySequenceParser::default();
        let mut press = |name| interpreter.press(&keymap, Some(Chord::parse(name).unwrap()), None);
        assert_eq!(press("F1"), None);
        press("Ctrl-X");
        assert_eq!(press("z"), Some(Event::Action(Action::Help)));
    }
}
