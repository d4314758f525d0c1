//! Translates terminal events into events of the core, by its keymap.

use crate::app::keys::{Chord, Key, KeySequenceParser, Keymap};
use crate::app::view::viewport::Motion;
use crate::app::{Action, Event, Focus};
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEventKind};

/// Result of translating a terminal event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Translated {
    /// An event for the core.
    Event(Event),
    /// The screen has to be drawn again; the core need not know.
    Redraw,
    /// A key or mouse event without a meaning here.
    Nothing,
}

/// Translates a terminal event. `parser` keeps the first key of a two-key sequence until the second is pressed.
pub(crate) fn translate(parser: &mut KeySequenceParser, keymap: &Keymap, input: Input) -> Translated {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => {
            translate_key(parser, keymap, key).map_or(Translated::Nothing, Translated::Event)
        }
        Input::Mouse(mouse) => translate_wheel(mouse.kind).map_or(Translated::Nothing, Translated::Event),
        Input::FocusGained => Translated::Event(Event::Focus(Focus::Focused)),
        Input::FocusLost => Translated::Event(Event::Focus(Focus::Unfocused)),
        Input::Paste(text) => Translated::Event(Event::Paste(text)),
        Input::Resize(..) => Translated::Redraw,
        Input::Key(_) => Translated::Nothing,
    }
}

/// Lines that one step of the mouse wheel scrolls, as many as `Shift-Up`.
const WHEEL_LINES: usize = 3;

/// Translates the mouse wheel into scrolling. Buttons do nothing.
const fn translate_wheel(kind: MouseEventKind) -> Option<Event> {
    match kind {
        MouseEventKind::ScrollUp => Some(Event::Action(Action::Scroll(Motion::Up(WHEEL_LINES)))),
        MouseEventKind::ScrollDown => Some(Event::Action(Action::Scroll(Motion::Down(WHEEL_LINES)))),
        _ => None,
    }
}

fn translate_key(parser: &mut KeySequenceParser, keymap: &Keymap, event: KeyEvent) -> Option<Event> {
    let text = match event.code {
        KeyCode::Char(c) if is_typed(c, event.modifiers) && !c.is_control() => Some(c),
        _ => None,
    };
    parser.press(keymap, chord(event), text)
}

/// Whether a character key types its character. `AltGr` arrives as `Ctrl-Alt` on Windows and types characters such as
/// `@` and `€`; `Ctrl-Alt` with a letter or digit is a chord.
const fn is_typed(c: char, modifiers: KeyModifiers) -> bool {
    let both = KeyModifiers::CONTROL.union(KeyModifiers::ALT);
    let is_alt_gr = modifiers.contains(both) && !c.is_ascii_alphanumeric();
    is_alt_gr || !modifiers.intersects(both.union(KeyModifiers::SUPER))
}

fn chord(event: KeyEvent) -> Option<Chord> {
    let key = match event.code {
        KeyCode::Char(c) => Key::of(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab | KeyCode::BackTab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert => Key::Insert,
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
    // Shift is part of a character, as in `A` and `?`.
    let is_back = event.code == KeyCode::BackTab;
    let shift = is_back || has(KeyModifiers::SHIFT) && !matches!(key, Key::Char(_));
    Some(Chord { key, ctrl, alt, shift })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Edit;
    use crossterm::event::{KeyEventState, MouseButton, MouseEvent};

    fn meaning(code: KeyCode, modifiers: KeyModifiers) -> Translated {
        translate_input(Input::Key(KeyEvent::new(code, modifiers)))
    }

    fn translate_input(input: Input) -> Translated {
        translate(&mut KeySequenceParser::default(), &Keymap::default(), input)
    }

    #[test]
    fn characters_are_typed_and_bound_keys_act() {
        let none = KeyModifiers::NONE;
        assert_eq!(meaning(KeyCode::Char('a'), none), Translated::Event(Event::Char('a')));
        assert_eq!(meaning(KeyCode::Char('É'), KeyModifiers::SHIFT), Translated::Event(Event::Char('É')));
        assert_eq!(
            meaning(KeyCode::Char('a'), KeyModifiers::CONTROL),
            Translated::Event(Event::Action(Action::Edit(Edit::Start)))
        );
        assert_eq!(meaning(KeyCode::Enter, none), Translated::Event(Event::Action(Action::Submit)));
        assert_eq!(
            meaning(KeyCode::Char('@'), KeyModifiers::CONTROL | KeyModifiers::ALT),
            Translated::Event(Event::Char('@'))
        );
    }

    #[test]
    fn unbound_chords_type_nothing() {
        for modifiers in [KeyModifiers::CONTROL, KeyModifiers::ALT, KeyModifiers::SUPER] {
            assert_eq!(meaning(KeyCode::Char('q'), modifiers), Translated::Nothing);
        }
        assert_eq!(meaning(KeyCode::Char('l'), KeyModifiers::CONTROL | KeyModifiers::ALT), Translated::Nothing);
        assert_eq!(meaning(KeyCode::Insert, KeyModifiers::NONE), Translated::Nothing);
    }

    #[test]
    fn tab_completes_and_with_shift_goes_back() {
        let act = |action| Translated::Event(Event::Action(action));
        assert_eq!(meaning(KeyCode::Tab, KeyModifiers::NONE), act(Action::Complete));
        for (code, modifiers) in [
            (KeyCode::BackTab, KeyModifiers::SHIFT),
            (KeyCode::BackTab, KeyModifiers::NONE),
            (KeyCode::Tab, KeyModifiers::SHIFT),
        ] {
            assert_eq!(meaning(code, modifiers), act(Action::CompleteBack));
        }
        assert_eq!(meaning(KeyCode::Tab, KeyModifiers::CONTROL), Translated::Nothing);
    }

    #[test]
    fn a_key_release_means_nothing() {
        let event = KeyEvent {
            code: KeyCode::Enter,
            modifiers: KeyModifiers::NONE,
            kind: KeyEventKind::Release,
            state: KeyEventState::NONE,
        };
        assert_eq!(translate_input(Input::Key(event)), Translated::Nothing);
    }

    #[test]
    fn a_pasted_command_is_a_paste() {
        let paste = Event::Paste("/quit\n".into());
        assert_eq!(translate_input(Input::Paste("/quit\n".into())), Translated::Event(paste));
    }

    #[test]
    fn the_wheel_scrolls_and_the_buttons_do_nothing() {
        let mouse =
            |kind| translate_input(Input::Mouse(MouseEvent { kind, column: 3, row: 4, modifiers: KeyModifiers::NONE }));
        let scroll = |motion| Translated::Event(Event::Action(Action::Scroll(motion)));
        assert_eq!(mouse(MouseEventKind::ScrollUp), scroll(Motion::Up(3)));
        assert_eq!(mouse(MouseEventKind::ScrollDown), scroll(Motion::Down(3)));
        assert_eq!(mouse(MouseEventKind::Down(MouseButton::Left)), Translated::Nothing);
        assert_eq!(mouse(MouseEventKind::Moved), Translated::Nothing);
    }

    #[test]
    fn focus_changes_are_events() {
        let focus = |focus| Translated::Event(Event::Focus(focus));
        assert_eq!(translate_input(Input::FocusGained), focus(Focus::Focused));
        assert_eq!(translate_input(Input::FocusLost), focus(Focus::Unfocused));
    }
}
