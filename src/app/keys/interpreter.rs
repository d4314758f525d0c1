//! From keys to what they mean: which are bound, which begin a sequence such as `Ctrl-X Ctrl-E`, which are to be taken
//! literally.

use super::{BINDINGS, Chord};
use crate::app::{Action, Event};
use std::collections::{HashMap, HashSet};

/// What keys mean: the table, as it is or as the user changed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    actions: HashMap<Sequence, Action>,
    /// The keys that begin a sequence of two.
    prefixes: HashSet<Chord>,
}

/// One key, or two of which the first begins the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Sequence {
    prefix: Option<Chord>,
    last: Chord,
}

impl Sequence {
    /// Reads `Ctrl-A` or `Ctrl-X,Ctrl-E`.
    fn parse(name: &str) -> Option<Self> {
        match name.split_once(',') {
            Some((prefix, last)) => Some(Self { prefix: Some(Chord::parse(prefix)?), last: Chord::parse(last)? }),
            None => Some(Self { prefix: None, last: Chord::parse(name)? }),
        }
    }
}

impl Default for Keymap {
    fn default() -> Self {
        let mut keymap = Self { actions: HashMap::new(), prefixes: HashSet::new() };
        for binding in BINDINGS {
            for sequence in binding.chords.split(' ').filter_map(Sequence::parse) {
                keymap.put(sequence, binding.action);
            }
        }
        keymap
    }
}

impl Keymap {
    /// Gives a key, or a sequence of two (`Ctrl-X,E`), another meaning, by the name in [`BINDINGS`]; `none` takes the
    /// meaning it has.
    ///
    /// # Errors
    /// A sentence, when there is no such key or no such name; then nothing is changed.
    pub fn bind(&mut self, keys: &str, name: &str) -> Result<(), String> {
        let Some(sequence) = Sequence::parse(keys) else {
            return Err(format!("There is no key {keys}. Keys are written as Ctrl-A, Alt-PgUp, F5 or Ctrl-X,E."));
        };
        match BINDINGS.iter().find(|binding| binding.name == name) {
            Some(binding) => self.put(sequence, binding.action),
            None if name == "none" => {
                self.actions.remove(&sequence);
            }
            None => return Err(format!("Keys do not know {name}. F1 shows what they can do.")),
        }
        Ok(())
    }

    /// What this key means by itself, if it is bound.
    pub fn action(&self, chord: Chord) -> Option<Action> {
        self.actions.get(&Sequence { prefix: None, last: chord }).copied()
    }

    fn put(&mut self, sequence: Sequence, action: Action) {
        self.prefixes.extend(sequence.prefix);
        self.actions.insert(sequence, action);
    }
}

/// A keymap, and what the keys before this one have led to.
#[derive(Debug, Default)]
pub struct Interpreter {
    keymap: Keymap,
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
    /// One that knows these keys.
    pub fn new(keymap: Keymap) -> Self {
        Self { keymap, pending: Pending::Nothing }
    }

    /// Takes a key; `text` is what it types if it is not bound. `None` if it means nothing.
    pub fn press(&mut self, chord: Option<Chord>, text: Option<char>) -> Option<Event> {
        match (std::mem::take(&mut self.pending), chord) {
            (Pending::Literal, chord) => {
                text.or_else(|| chord?.literal()).map(Event::Type).or(Some(Event::Act(Action::NotTyped)))
            }
            (Pending::After(prefix), Some(last)) => {
                let action = self.keymap.actions.get(&Sequence { prefix: Some(prefix), last }).copied();
                Some(Event::Act(action.unwrap_or(Action::NotBound { prefix, last })))
            }
            (Pending::After(_), None) => None,
            (Pending::Nothing, chord) => self.begin(chord, text),
        }
    }

    fn begin(&mut self, chord: Option<Chord>, text: Option<char>) -> Option<Event> {
        let action = chord.and_then(|chord| self.keymap.action(chord));
        match (chord, action) {
            (_, Some(Action::Literal)) => {
                self.pending = Pending::Literal;
                Some(Event::Act(Action::Literal))
            }
            (_, Some(action)) => Some(Event::Act(action)),
            (Some(chord), None) if self.keymap.prefixes.contains(&chord) => {
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
    use crate::app::viewport::Motion;

    fn press(interpreter: &mut Interpreter, name: &str) -> Option<Event> {
        let chord = Chord::parse(name).unwrap();
        let text = (!chord.ctrl && !chord.alt).then(|| chord.literal()).flatten().filter(|c| !c.is_control());
        interpreter.press(Some(chord), text)
    }

    #[test]
    fn every_name_in_the_table_is_a_key_and_bound_once() {
        let names: Vec<_> = BINDINGS.iter().flat_map(|b| b.chords.split(' ')).collect();
        for name in &names {
            assert!(Sequence::parse(name).is_some(), "{name}");
        }
        let keymap = Keymap::default();
        assert_eq!(keymap.actions.len(), names.len(), "a key is bound twice");
        for prefix in &keymap.prefixes {
            assert_eq!(keymap.action(*prefix), None, "{prefix} begins sequences and means something itself");
        }
        let words: HashSet<_> = BINDINGS.iter().map(|binding| binding.name).collect();
        assert_eq!(words.len(), BINDINGS.len(), "a name stands for two things");
    }

    #[test]
    fn modifiers_are_told_apart() {
        let keymap = Keymap::default();
        let action = |name| keymap.action(Chord::parse(name).unwrap());
        assert_eq!(action("End"), Some(Action::EndOfText));
        assert_eq!(action("Ctrl-End"), Some(Action::Scroll(Motion::Bottom)));
        assert_eq!(action("Shift-Up"), Some(Action::Scroll(Motion::Up(3))));
        assert_eq!(action("Ctrl-Alt-End"), None);
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
    fn keys_can_be_bound_anew_and_mistakes_are_told() {
        let mut keymap = Keymap::default();
        keymap.bind("Ctrl-X,z", "help").unwrap();
        keymap.bind("F9", "quit").unwrap_err();
        assert!(keymap.bind("F99", "help").unwrap_err().contains("no key F99"));
        keymap.bind("F1", "none").unwrap();
        let mut interpreter = Interpreter::new(keymap);
        assert_eq!(press(&mut interpreter, "F1"), None);
        press(&mut interpreter, "Ctrl-X");
        assert_eq!(press(&mut interpreter, "z"), Some(Event::Act(Action::Help)));
    }
}
