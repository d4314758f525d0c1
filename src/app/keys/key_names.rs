//! How users write keys: as the help page does, or as the manuals of emacs, irssi and readline do.
//!
//! | written | read as |
//! |---|---|
//! | `Ctrl-O`, `ctrl+o`, `C-o`, `Control-o`, `^O` | Ctrl-O |
//! | `Alt-V`, `M-v`, `meta-v` | Alt-V |
//! | `Shift-Up`, `s-up` | Shift-Up |
//! | `Ctrl-Alt-Left`, `M-C-left` | Ctrl-Alt-Left |
//! | `pgup`, `PageUp`, `Return`, `Escape`, `Delete`, `Insert` | `PgUp`, `Enter`, `Esc`, `Del`, `Ins` |
//! | `Ctrl-/`, `Ctrl-@`, `Ctrl-6` | `Ctrl-_`, `Ctrl-Space`, `Ctrl-^`: what terminals send for them |
//!
//! A key that terminals cannot tell from another is refused, and the sentence names the other: who binds Ctrl-I should
//! know that Tab goes with it.

use super::chord::KEY_NAMES;
use super::{Chord, Key};
use crate::text::suggest::suggest;

/// What else the modifiers are called, in small letters.
const MODIFIERS: &[(&str, KeyModifier)] = &[
    ("ctrl", KeyModifier::Ctrl),
    ("control", KeyModifier::Ctrl),
    ("c", KeyModifier::Ctrl),
    ("alt", KeyModifier::Alt),
    ("meta", KeyModifier::Alt),
    ("m", KeyModifier::Alt),
    ("option", KeyModifier::Alt),
    ("shift", KeyModifier::Shift),
    ("s", KeyModifier::Shift),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyModifier {
    Ctrl,
    Alt,
    Shift,
}

/// What else keys are called, in small letters.
const ALIASES: &[(&str, Key)] = &[
    ("return", Key::Enter),
    ("ret", Key::Enter),
    ("escape", Key::Esc),
    ("delete", Key::Delete),
    ("insert", Key::Insert),
    ("pageup", Key::PageUp),
    ("pagedown", Key::PageDown),
    ("pgdown", Key::PageDown),
    ("prior", Key::PageUp),
    ("next", Key::PageDown),
    ("bs", Key::Backspace),
    ("spc", Key::Char(' ')),
];

/// Ctrl with these is what a terminal sends for Ctrl with the second.
const CTRL_ALIASES: &[(char, char)] =
    &[('/', '_'), ('@', ' '), ('2', ' '), ('4', '\\'), ('5', ']'), ('6', '^'), ('7', '_')];

/// Ctrl with these is another key.
const INDISTINGUISHABLE: &[(char, &str)] =
    &[('i', "Tab"), ('m', "Enter"), ('[', "Esc"), ('3', "Esc"), ('8', "Backspace"), ('?', "Backspace")];

/// Reads one key.
///
/// # Errors
/// A sentence that says why it is none, and what to write instead.
pub(super) fn read(name: &str) -> Result<Chord, String> {
    let (held, rest) = modifiers(name);
    let key = key(rest).ok_or_else(|| unknown_key_message(name, rest))?;
    let has = |modifier| held.contains(&modifier);
    check_sendable(Chord {
        key,
        ctrl: has(KeyModifier::Ctrl),
        alt: has(KeyModifier::Alt),
        shift: has(KeyModifier::Shift),
    })
}

/// The modifiers, and what is left of the name.
fn modifiers(name: &str) -> (Vec<KeyModifier>, &str) {
    let mut held = Vec::new();
    let mut rest = name;
    loop {
        // `-` and `+` are keys, too.
        let next = rest.split_once(['-', '+']).filter(|(_, after)| !after.is_empty());
        let known = |word: &str| {
            let word = word.to_ascii_lowercase();
            MODIFIERS.iter().find(|(name, _)| *name == word).map(|(_, held)| *held)
        };
        if let Some((modifier, after)) = next.and_then(|(word, after)| Some((known(word)?, after))) {
            held.push(modifier);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('^').filter(|after| after.chars().count() == 1) {
            held.push(KeyModifier::Ctrl);
            rest = after;
        } else {
            return (held, rest);
        }
    }
}

fn key(name: &str) -> Option<Key> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        let is_text = !c.is_control() && !c.is_whitespace();
        return is_text.then(|| Key::of(c));
    }
    let word = name.to_ascii_lowercase();
    let named = KEY_NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&word));
    let key = named.or_else(|| ALIASES.iter().find(|(known, _)| *known == word)).map(|(_, key)| *key);
    key.or_else(|| Some(Key::F(word.strip_prefix('f')?.parse().ok().filter(|n| (1..=12).contains(n))?)))
}

fn unknown_key_message(name: &str, rest: &str) -> String {
    if name.is_empty() {
        return "No key is named here. Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two.".to_owned();
    }
    let shown: String = name.chars().take(40).collect();
    let shown = shown.escape_debug();
    match suggest(rest, KEY_NAMES.iter().map(|(name, _)| *name)) {
        Some(near) => format!("There is no key {shown}. Did you mean {near}?"),
        None => format!("There is no key {shown}. Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two."),
    }
}

/// Holds a chord against what terminals can send.
fn check_sendable(chord: Chord) -> Result<Chord, String> {
    let Key::Char(c) = chord.key else { return Ok(chord) };
    if chord.shift && (chord.ctrl || chord.alt) {
        let plain = Chord { shift: false, ..chord };
        return Err(format!(
            "{chord} and {plain} are one key, as most terminals do not tell them apart: write {plain}."
        ));
    }
    if chord.ctrl {
        return with_ctrl(chord, c);
    }
    if chord.alt && c == '[' {
        return Err("Alt-[ is how what other keys send begins; it cannot be bound.".to_owned());
    }
    Ok(Chord { shift: false, ..chord })
}

fn with_ctrl(chord: Chord, c: char) -> Result<Chord, String> {
    if let Some((_, other)) = INDISTINGUISHABLE.iter().find(|(known, _)| *known == c) {
        return Err(format!("To a terminal Ctrl-{} is {other}: write {other}.", c.to_ascii_uppercase()));
    }
    let c = CTRL_ALIASES.iter().find(|(known, _)| *known == c).map_or(c, |(_, twin)| *twin);
    if matches!(c, 'a'..='z' | ' ' | '\\' | ']' | '^' | '_') {
        return Ok(Chord { key: Key::Char(c), ..chord });
    }
    Err(format!("Most terminals have no {chord}: take a letter, or a function key."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_many_spellings() {
        for (spellings, expected) in [
            (&["Ctrl-O", "ctrl-o", "CTRL+O", "C-o", "c-O", "Control-o", "^O", "^o"][..], "Ctrl-O"),
            (&["Alt-V", "M-v", "meta+V", "Option-v"], "Alt-V"),
            (&["Shift-Up", "s-up", "SHIFT+UP"], "Shift-Up"),
            (&["Ctrl-Alt-Left", "Alt-Ctrl-Left", "M-C-left", "Ctrl-Ctrl-Alt-left"], "Ctrl-Alt-Left"),
            (&["PgUp", "pageup", "prior"], "PgUp"),
            (&["Del", "delete"], "Del"),
            (&["Enter", "Return", "RET"], "Enter"),
            (&["f12", "F12"], "F12"),
            (&["Ctrl-_", "Ctrl-/", "C-7", "^_"], "Ctrl-_"),
            (&["Ctrl-Space", "Ctrl-@", "C-spc", "^@", "Ctrl-2"], "Ctrl-Space"),
            (&["Ctrl-^", "^^", "C-6"], "Ctrl-^"),
            (&["Ctrl-\\", "C-4"], "Ctrl-\\"),
            (&["Alt--", "M--"], "Alt--"),
            (&["Alt-+", "M++"], "Alt-+"),
            (&["Alt-,"], "Alt-,"),
            (&["^"], "^"),
            (&["-"], "-"),
            (&["C"], "c"),
            (&["Shift-a", "A", "a"], "a"),
            (&["Alt-Ä"], "Alt-ä"),
        ] {
            for spelling in spellings {
                assert_eq!(read(spelling).map(|chord| chord.to_string()).as_deref(), Ok(expected), "{spelling}");
            }
        }
    }

    #[test]
    fn what_is_no_key_is_told() {
        let general = "Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two.";
        for (name, says) in [
            ("F13", format!("There is no key F13. {general}")),
            ("Hyper-A", format!("There is no key Hyper-A. {general}")),
            ("", format!("No key is named here. {general}")),
            ("Ctrl-", format!("There is no key Ctrl-. {general}")),
            ("PgUpp", "There is no key PgUpp. Did you mean PgUp?".to_owned()),
            ("Alt-Hoem", "There is no key Alt-Hoem. Did you mean Home?".to_owned()),
            ("Ctrl-I", "To a terminal Ctrl-I is Tab: write Tab.".to_owned()),
            ("C-m", "To a terminal Ctrl-M is Enter: write Enter.".to_owned()),
            ("^[", "To a terminal Ctrl-[ is Esc: write Esc.".to_owned()),
            (
                "Ctrl-Shift-A",
                "Ctrl-Shift-A and Ctrl-A are one key, as most terminals do not tell them apart: write Ctrl-A."
                    .to_owned(),
            ),
            (
                "Alt-Shift-x",
                "Alt-Shift-X and Alt-X are one key, as most terminals do not tell them apart: write Alt-X.".to_owned(),
            ),
            ("Ctrl-1", "Most terminals have no Ctrl-1: take a letter, or a function key.".to_owned()),
            ("Ctrl-.", "Most terminals have no Ctrl-.: take a letter, or a function key.".to_owned()),
            ("Alt-[", "Alt-[ is how what other keys send begins; it cannot be bound.".to_owned()),
            ("\u{1b}[A", format!("There is no key \\u{{1b}}[A. {general}")),
        ] {
            assert_eq!(read(name), Err(says), "{name}");
        }
    }
}
