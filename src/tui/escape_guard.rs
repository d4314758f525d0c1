//! Key sequences that the terminal library could not read as one, put together again.
//!
//! A key like `PgUp` is the bytes `ESC [ 5 ~`. When they come in two reads (a slow line to a Pi), or with one ESC too many
//! (Alt in rxvt: `ESC ESC [ 5 ~`), crossterm reports Esc and then the characters `[5~`, which would land in the
//! draft. No hand types `[` or `O` within [`PATIENCE`] of Esc, so an Esc is held that long and such characters are taken
//! for the rest of a key: the key if it is known, nothing if not.

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long after Esc the rest of a key may come. Readline and vim wait for longer; nobody notices this much.
const PATIENCE: Duration = Duration::from_millis(30);

/// Characters a sequence may have before it is not one.
const LONGEST: usize = 16;

#[derive(Debug, Default)]
pub(super) enum EscapeGuard {
    /// Nothing is held.
    #[default]
    Idle,
    /// An Esc is, until then.
    Held(Input, Instant),
    /// A sequence has begun: its characters so far, from `[` or `O` on.
    Inside(String, Instant),
}

impl EscapeGuard {
    /// Takes one event and gives those that are now certain, in order. Time is up only when [`EscapeGuard::due`] says so:
    /// keys that waited while a frame was written were not typed late.
    pub(super) fn pass(&mut self, input: Input) -> Vec<Input> {
        let until = Instant::now() + PATIENCE;
        let typed = typed(&input);
        match std::mem::take(self) {
            // After `Inside`: a new sequence; the one that broke off is no text.
            Self::Idle | Self::Inside(..) if is_esc(&input) => {
                *self = Self::Held(input, until);
                Vec::new()
            }
            Self::Idle => vec![input],
            Self::Held(..) if matches!(typed, Some('[' | 'O')) => {
                *self = Self::Inside(typed.into_iter().collect(), until);
                Vec::new()
            }
            // Esc again: the first one was meant, the second may begin a sequence.
            Self::Held(esc, _) if is_esc(&input) => {
                *self = Self::Held(input, until);
                vec![esc]
            }
            Self::Held(esc, _) => vec![esc, input],
            Self::Inside(mut sequence, _) => match typed {
                Some(c) if c.is_ascii_graphic() && sequence.len() < LONGEST => {
                    let introducer_only = sequence.len() == 1;
                    sequence.push(c);
                    if is_final(c) && !(introducer_only && c == '[') {
                        return key(&sequence).into_iter().collect();
                    }
                    *self = Self::Inside(sequence, until);
                    Vec::new()
                }
                _ => vec![input],
            },
        }
    }

    /// Waits until what is held is certain; for ever if nothing is. Cancel-safe.
    pub(super) async fn due(&self) {
        match self {
            Self::Idle => std::future::pending().await,
            Self::Held(_, until) | Self::Inside(_, until) => sleep_until(*until).await,
        }
    }

    /// Lets go of what is held: the Esc was one. The beginning of a sequence that never came to an end is no text.
    pub(super) fn give_up(&mut self) -> Option<Input> {
        match std::mem::take(self) {
            Self::Held(esc, _) => Some(esc),
            Self::Idle | Self::Inside(..) => None,
        }
    }
}

fn is_esc(input: &Input) -> bool {
    matches!(input, Input::Key(KeyEvent { code: KeyCode::Esc, .. }))
}

fn typed(input: &Input) -> Option<char> {
    match input {
        Input::Key(KeyEvent { code: KeyCode::Char(c), modifiers, .. })
            if !modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
        {
            Some(*c)
        }
        _ => None,
    }
}

/// Whether a character ends a sequence (ECMA-48 5.4; the introducer itself is not asked about).
const fn is_final(c: char) -> bool {
    matches!(c, '@'..='~')
}

/// The key of a sequence such as `[5~`, `[1;5A` or `OP`; `None` if it is none we bind.
fn key(sequence: &str) -> Option<Input> {
    let last = sequence.chars().next_back()?;
    let body = sequence.strip_prefix(['[', 'O'])?.strip_suffix(last)?;
    let (number, modifier) = body.split_once(';').unwrap_or((body, "1"));
    let code = match (last, number) {
        ('A', "" | "1") => KeyCode::Up,
        ('B', "" | "1") => KeyCode::Down,
        ('C', "" | "1") => KeyCode::Right,
        ('D', "" | "1") => KeyCode::Left,
        ('H', "" | "1") | ('~', "1" | "7") => KeyCode::Home,
        ('F', "" | "1") | ('~', "4" | "8") => KeyCode::End,
        ('~', "3") => KeyCode::Delete,
        ('~', "5") => KeyCode::PageUp,
        ('~', "6") => KeyCode::PageDown,
        // The Linux console has it as `[[A`.
        ('P', "" | "1") | ('~', "11") | ('A', "[") => KeyCode::F(1),
        _ => return None,
    };
    // xterm's modifier is 1 plus a set: 1 Shift, 2 Alt, 4 Ctrl.
    let set = modifier.parse::<u8>().ok()?.checked_sub(1)?;
    let names = [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)];
    let modifiers = names.into_iter().filter(|(bit, _)| set & bit != 0).map(|(_, name)| name).collect();
    Some(Input::Key(KeyEvent::new(code, modifiers)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode) -> Input {
        Input::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    fn pass(guard: &mut EscapeGuard, text: &str) -> Vec<Input> {
        let keys = text.chars().map(|c| press(if c == '\x1b' { KeyCode::Esc } else { KeyCode::Char(c) }));
        keys.flat_map(|key| guard.pass(key)).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_in_pieces_is_a_key() {
        for (text, code, modifiers) in [
            ("\x1b[5~", KeyCode::PageUp, KeyModifiers::NONE),
            ("\x1b[A", KeyCode::Up, KeyModifiers::NONE),
            ("\x1bOP", KeyCode::F(1), KeyModifiers::NONE),
            ("\x1b[[A", KeyCode::F(1), KeyModifiers::NONE),
            ("\x1b[1\x1b[5~", KeyCode::PageUp, KeyModifiers::NONE),
            ("\x1b[1;5C", KeyCode::Right, KeyModifiers::CONTROL),
            ("\x1b[3;4~", KeyCode::Delete, KeyModifiers::SHIFT | KeyModifiers::ALT),
        ] {
            let keys = pass(&mut EscapeGuard::default(), text);
            assert_eq!(keys, [Input::Key(KeyEvent::new(code, modifiers))], "{text:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_sequence_is_nothing_and_typing_goes_on() {
        let mut guard = EscapeGuard::default();
        assert_eq!(pass(&mut guard, "\x1b[99;9z\x1b[[Bx"), [press(KeyCode::Char('x'))]);
        assert_eq!(pass(&mut guard, "\x1b["), []);
        guard.due().await;
        assert_eq!(guard.give_up(), None);
        assert_eq!(pass(&mut guard, "y"), [press(KeyCode::Char('y'))]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_escape_alone_is_certain_after_a_moment() {
        let mut guard = EscapeGuard::default();
        assert_eq!(pass(&mut guard, "\x1b"), []);
        let start = Instant::now();
        guard.due().await;
        assert_eq!(start.elapsed(), PATIENCE);
        assert_eq!(guard.give_up(), Some(press(KeyCode::Esc)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_hand_types_after_escape_is_text() {
        let mut guard = EscapeGuard::default();
        assert_eq!(pass(&mut guard, "\x1bx"), [press(KeyCode::Esc), press(KeyCode::Char('x'))]);
        assert_eq!(pass(&mut guard, "\x1b"), []);
        guard.due().await;
        assert_eq!(guard.give_up(), Some(press(KeyCode::Esc)));
        assert_eq!(pass(&mut guard, "["), [press(KeyCode::Char('['))]);
        assert_eq!(pass(&mut guard, "\x1b\x1b"), [press(KeyCode::Esc)]);
    }
}
