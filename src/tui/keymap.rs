//! Terminal events to what they mean, by the core's table.

use crate::app::Event;
use crate::app::keys::{Chord, Key, Keymap};
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What a terminal event means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Something for the core.
    Event(Event),
    /// Only the screen is concerned.
    Redraw,
    /// A key without a meaning.
    Nothing,
}

pub(super) fn translate(keymap: &Keymap, input: Input) -> Meaning {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => {
            key_event(keymap, key).map_or(Meaning::Nothing, Meaning::Event)
        }
        Input::Paste(text) => Meaning::Event(Event::Paste(text)),
        Input::Resize(..) => Meaning::Redraw,
        Input::Key(_) | Input::Mouse(_) | Input::FocusGained | Input::FocusLost => Meaning::Nothing,
    }
}

fn key_event(keymap: &Keymap, event: KeyEvent) -> Option<Event> {
    if let Some(action) = chord(event).and_then(|chord| keymap.action(chord)) {
        return Some(Event::Act(action));
    }
    match event.code {
        KeyCode::Char(c) if is_typed(c, event.modifiers) && !c.is_control() => Some(Event::Type(c)),
        // A tab is text; as a key that completes it comes with the full editor.
        KeyCode::Tab if event.modifiers.is_empty() => Some(Event::Type('\t')),
        _ => None,
    }
}

/// Whether a character key says itself. `AltGr` arrives as `Ctrl-Alt` on Windows and makes characters like `@` and `€`;
/// with a letter or digit, `Ctrl-Alt` is a chord that nobody bound.
const fn is_typed(c: char, modifiers: KeyModifiers) -> bool {
    let both = KeyModifiers::CONTROL.union(KeyModifiers::ALT);
    let is_alt_gr = modifiers.contains(both) && !c.is_ascii_alphanumeric();
    is_alt_gr || !modifiers.intersects(both.union(KeyModifiers::SUPER))
}

fn chord(event: KeyEvent) -> Option<Chord> {
    let key = match event.code {
        KeyCode::Char(c) => Key::Char(c.to_ascii_lowercase()),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    };
    let has = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt) = (has(KeyModifiers::CONTROL), has(KeyModifiers::ALT));
    // A character says itself whether Shift was held.
    let shift = has(KeyModifiers::SHIFT) && !matches!(key, Key::Char(_));
    Some(Chord { key, ctrl, alt, shift })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Action, Edit};
    use crossterm::event::KeyEventState;

    fn meaning(code: KeyCode, modifiers: KeyModifiers) -> Meaning {
        translate(&Keymap::default(), Input::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn characters_are_typed_and_bound_keys_act() {
        let none = KeyModifiers::NONE;
        assert_eq!(meaning(KeyCode::Char('a'), none), Meaning::Event(Event::Type('a')));
        assert_eq!(meaning(KeyCode::Char('É'), KeyModifiers::SHIFT), Meaning::Event(Event::Type('É')));
        assert_eq!(
            meaning(KeyCode::Char('a'), KeyModifiers::CONTROL),
            Meaning::Event(Event::Act(Action::Edit(Edit::Start)))
        );
        assert_eq!(meaning(KeyCode::Enter, none), Meaning::Event(Event::Act(Action::Submit)));
        assert_eq!(
            meaning(KeyCode::Char('@'), KeyModifiers::CONTROL | KeyModifiers::ALT),
            Meaning::Event(Event::Type('@'))
        );
    }

    #[test]
    fn unbound_chords_type_nothing() {
        for modifiers in [KeyModifiers::CONTROL, KeyModifiers::ALT, KeyModifiers::SUPER] {
            assert_eq!(meaning(KeyCode::Char('q'), modifiers), Meaning::Nothing);
        }
        assert_eq!(meaning(KeyCode::Char('l'), KeyModifiers::CONTROL | KeyModifiers::ALT), Meaning::Nothing);
        assert_eq!(meaning(KeyCode::Insert, KeyModifiers::NONE), Meaning::Nothing);
    }

    #[test]
    fn a_key_let_go_means_nothing() {
        let event = KeyEvent {
            code: KeyCode::Enter,
            modifiers: KeyModifiers::NONE,
            kind: KeyEventKind::Release,
            state: KeyEventState::NONE,
        };
        assert_eq!(translate(&Keymap::default(), Input::Key(event)), Meaning::Nothing);
    }

    #[test]
    fn a_paste_is_text_whatever_it_holds() {
        assert_eq!(
            translate(&Keymap::default(), Input::Paste("/quit\n".into())),
            Meaning::Event(Event::Paste("/quit\n".into()))
        );
    }
}
