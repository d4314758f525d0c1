//! Parses key names as written on the help page, or in the manuals of Emacs, irssi and readline.
//!
//! | Name | Key |
//! |---|---|
//! | `Ctrl-O`, `ctrl+o`, `C-o`, `Control-o`, `^O` | Ctrl-O |
//! | `Alt-V`, `M-v`, `meta-v` | Alt-V |
//! | `Shift-Up`, `s-up` | Shift-Up |
//! | `Ctrl-Alt-Left`, `M-C-left` | Ctrl-Alt-Left |
//! | `pgup`, `PageUp`, `Return`, `Escape`, `Delete`, `Insert` | `PgUp`, `Enter`, `Esc`, `Del`, `Ins` |
//! | `Ctrl-/`, `Ctrl-@`, `Ctrl-6` | `Ctrl-_`, `Ctrl-Space`, `Ctrl-^`, which terminals send for them |
//!
//! A key that terminals cannot distinguish from another is rejected, and the error names the other: binding Ctrl-I would
//! also bind Tab.

use super::chord::KEY_NAMES;
use super::{Chord, Key};
use crate::text::suggest::suggest;

/// Names of modifiers, in lowercase.
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

/// Alternative names of keys, in lowercase.
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

/// Characters with Ctrl for which terminals send the second character with Ctrl.
const CTRL_ALIASES: &[(char, char)] =
    &[('/', '_'), ('@', ' '), ('2', ' '), ('4', '\\'), ('5', ']'), ('6', '^'), ('7', '_')];

/// Characters which terminals send as another key when typed with Ctrl.
const INDISTINGUISHABLE: &[(char, &str)] =
    &[('i', "Tab"), ('m', "Enter"), ('[', "Esc"), ('3', "Esc"), ('8', "Backspace"), ('?', "Backspace")];

/// Parses the name of one key.
///
/// # Errors
/// If it cannot be bound: a sentence with the reason and what to write instead.
pub(super) fn parse_key(name: &str) -> Result<Chord, String> {
    let (held, rest) = split_modifiers(name);
    let key = find_key(rest).ok_or_else(|| unknown_key_message(name, rest))?;
    let has = |modifier| held.contains(&modifier);
    check_sendable(Chord {
        key,
        ctrl: has(KeyModifier::Ctrl),
        alt: has(KeyModifier::Alt),
        shift: has(KeyModifier::Shift),
    })
}

/// Splits a name into its modifiers and the rest.
fn split_modifiers(name: &str) -> (Vec<KeyModifier>, &str) {
    let mut held = Vec::new();
    let mut rest = name;
    loop {
        // `-` and `+` at the end are keys, not separators.
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

fn find_key(name: &str) -> Option<Key> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        let is_text = !c.is_control() && !c.is_whitespace();
        return is_text.then(|| Key::of(c));
    }
    let word = name.to_ascii_lowercase();
    let named = KEY_NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&word));
    let key = named.or_else(|| ALIASES.iter().find(|(known, _)| *known == word)).map(|(_, key)| *key);
    key.or_else(|| Some(Key::F(word.strip_prefix('f')?.parse().ok().filter(|number| (1..=12).contains(number))?)))
}

fn unknown_key_message(name: &str, rest: &str) -> String {
    if name.is_empty() {
        return "The key is missing. Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two.".to_owned();
    }
    let shown: String = name.chars().take(40).collect();
    let shown = shown.escape_debug();
    match suggest(rest, KEY_NAMES.iter().map(|(name, _)| *name)) {
        Some(near) => format!("There is no key {shown}. Did you mean {near}?"),
        None => format!("There is no key {shown}. Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two."),
    }
}

/// Rejects chords that most terminals cannot send or distinguish. Drops Shift, which the character includes.
fn check_sendable(chord: Chord) -> Result<Chord, String> {
    let Key::Char(c) = chord.key else { return Ok(chord) };
    if chord.shift && (chord.ctrl || chord.alt) {
        let plain = Chord { shift: false, ..chord };
        return Err(format!("Most terminals cannot distinguish {chord} from {plain}: write {plain}."));
    }
    if chord.ctrl {
        return check_ctrl(chord, c);
    }
    if chord.alt && c == '[' {
        return Err("Alt-[ cannot be bound: terminals send it at the start of other keys.".to_owned());
    }
    Ok(Chord { shift: false, ..chord })
}

fn check_ctrl(chord: Chord, c: char) -> Result<Chord, String> {
    if let Some((_, other)) = INDISTINGUISHABLE.iter().find(|(known, _)| *known == c) {
        return Err(format!(
            "Terminals cannot distinguish Ctrl-{} from {other}: write {other}.",
            c.to_ascii_uppercase()
        ));
    }
    let c = CTRL_ALIASES.iter().find(|(known, _)| *known == c).map_or(c, |(_, sent)| *sent);
    if matches!(c, 'a'..='z' | ' ' | '\\' | ']' | '^' | '_') {
        return Ok(Chord { key: Key::Char(c), ..chord });
    }
    Err(format!("Most terminals cannot send {chord}: use a letter or a function key."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_key_are_equivalent() {
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
                assert_eq!(parse_key(spelling).map(|chord| chord.to_string()).as_deref(), Ok(expected), "{spelling}");
            }
        }
    }

    #[test]
    fn errors_explain_why_a_key_cannot_be_bound() {
        let general = "Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two.";
        for (name, error) in [
            ("F13", format!("There is no key F13. {general}")),
            ("Hyper-A", format!("There is no key Hyper-A. {general}")),
            ("", format!("The key is missing. {general}")),
            ("Ctrl-", format!("There is no key Ctrl-. {general}")),
            ("PgUpp", "There is no key PgUpp. Did you mean PgUp?".to_owned()),
            ("Alt-Hoem", "There is no key Alt-Hoem. Did you mean Home?".to_owned()),
            ("Ctrl-I", "Terminals cannot distinguish Ctrl-I from Tab: write Tab.".to_owned()),
            ("C-m", "Terminals cannot distinguish Ctrl-M from Enter: write Enter.".to_owned()),
            ("^[", "Terminals cannot distinguish Ctrl-[ from Esc: write Esc.".to_owned()),
            ("Ctrl-Shift-A", "Most terminals cannot distinguish Ctrl-Shift-A from Ctrl-A: write Ctrl-A.".to_owned()),
            ("Alt-Shift-x", "Most terminals cannot distinguish Alt-Shift-X from Alt-X: write Alt-X.".to_owned()),
            ("Ctrl-1", "Most terminals cannot send Ctrl-1: use a letter or a function key.".to_owned()),
            ("Ctrl-.", "Most terminals cannot send Ctrl-.: use a letter or a function key.".to_owned()),
            ("Alt-[", "Alt-[ cannot be bound: terminals send it at the start of other keys.".to_owned()),
            ("\u{1b}[A", format!("There is no key \\u{{1b}}[A. {general}")),
        ] {
            assert_eq!(parse_key(name), Err(error), "{name}");
        }
    }
}
