//! Converts key presses to events, with state for two-key sequences such as `Ctrl-X Ctrl-E` and for literal keys.

use super::{Chord, Keymap};
use crate::app::{Action, Event};

/// Converts key presses to events. Remembers an unfinished sequence between two presses.
#[derive(Debug, Default)]
pub struct KeySequenceParser {
    pending: Pending,
}

/// State left by the previous key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pending {
    /// No sequence is unfinished.
    #[default]
    Nothing,
    /// This key began a sequence.
    After(Chord),
    /// The next key is inserted literally, even if it is bound.
    QuotedInsert,
}

impl KeySequenceParser {
    /// Handles a key press. `text` is the character to insert if the key is not bound in `keymap`. Returns `None` if the
    /// key does nothing yet or at all.
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

    fn press(parser: &mut KeySequenceParser, name: &str) -> Option<Event> {
        let chord = Chord::parse(name).unwrap();
        let text = (!chord.ctrl && !chord.alt).then(|| chord.control_char()).flatten().filter(|c| !c.is_control());
        parser.press(&Keymap::default(), Some(chord), text)
    }

    #[test]
    fn a_sequence_ends_after_two_keys() {
        let mut parser = KeySequenceParser::default();
        let ctrl_x = Chord::parse("Ctrl-X").unwrap();
        assert_eq!(press(&mut parser, "Ctrl-X"), Some(Event::Action(Action::SequenceStarted(ctrl_x))));
        assert_eq!(press(&mut parser, "Ctrl-E"), Some(Event::Action(Action::OpenEditor)));
        assert_eq!(press(&mut parser, "e"), Some(Event::Char('e')), "the sequence has ended");
        press(&mut parser, "Ctrl-X");
        let last = Chord::parse("q").unwrap();
        assert_eq!(press(&mut parser, "q"), Some(Event::Action(Action::UnboundSequence { prefix: ctrl_x, last })));
        assert_eq!(press(&mut parser, "q"), Some(Event::Char('q')));
    }

    #[test]
    fn a_quoted_key_is_inserted_even_if_bound() {
        let mut parser = KeySequenceParser::default();
        for (name, expected) in [
            ("Ctrl-A", Event::Char('\u{1}')),
            ("Enter", Event::Char('\r')),
            ("Ctrl-V", Event::Char('\u{16}')),
            ("x", Event::Char('x')),
            ("Up", Event::Action(Action::NoCharacter)),
        ] {
            assert_eq!(press(&mut parser, "Ctrl-V"), Some(Event::Action(Action::QuotedInsert)));
            assert_eq!(press(&mut parser, name), Some(expected), "{name}");
        }
        assert_eq!(press(&mut parser, "Ctrl-A"), Some(Event::Action(Action::Edit(Edit::Start))));
    }

    #[test]
    fn custom_bindings_are_used() {
        let keymap = Keymap::with(&[("Ctrl-X,z", "help"), ("F1", "none")]).unwrap();
        let mut parser = KeySequenceParser::default();
        let mut press = |name| parser.press(&keymap, Some(Chord::parse(name).unwrap()), None);
        assert_eq!(press("F1"), None);
        press("Ctrl-X");
        assert_eq!(press("z"), Some(Event::Action(Action::Help)));
    }
}
