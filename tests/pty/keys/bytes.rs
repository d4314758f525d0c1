//! Byte sequences that terminals send for a key, by its name in the key table.
//!
//! Written from the terminals' own documents (xterm's ctlseqs, rxvt's reference, Kitty's protocol), not from our reading
//! of them.

/// All forms of a key, or of a sequence of two. The plainest first.
pub(super) fn forms(name: &str) -> Vec<Vec<u8>> {
    match name.split_once(',') {
        None => of_one(name),
        Some((prefix, last)) => {
            let (prefixes, lasts) = (of_one(prefix), of_one(last));
            lasts.iter().zip(prefixes.iter().cycle()).map(|(last, prefix)| [&prefix[..], last].concat()).collect()
        }
    }
}

/// The plainest form.
pub(super) fn bytes(name: &str) -> Vec<u8> {
    forms(name).swap_remove(0)
}

/// Modifiers as xterm and Kitty number them: one more than the sum of their bits.
fn modified(name: &str) -> (usize, &str) {
    let (mut sum, mut rest) = (1, name);
    for (word, bit) in [("Ctrl-", 4), ("Alt-", 2), ("Shift-", 1)] {
        if let Some(key) = rest.strip_prefix(word) {
            (sum, rest) = (sum + bit, key);
        }
    }
    (sum, rest)
}

fn of_one(name: &str) -> Vec<Vec<u8>> {
    let (modifiers, key) = modified(name);
    let forms = match key {
        "Left" => cursor_key('D', 57417, modifiers),
        "Right" => cursor_key('C', 57418, modifiers),
        "Up" => cursor_key('A', 57419, modifiers),
        "Down" => cursor_key('B', 57420, modifiers),
        "Home" => [cursor_key('H', 57423, modifiers), editing_key(1, modifiers), editing_key(7, modifiers)].concat(),
        "End" => [cursor_key('F', 57424, modifiers), editing_key(4, modifiers), editing_key(8, modifiers)].concat(),
        "Del" => [editing_key(3, modifiers), vec![kitty(57426, modifiers)]].concat(),
        "Enter" => control(13, modifiers),
        "Tab" if modifiers == 2 => [vec!["\x1b[Z".into(), "\x1b[1;2Z".into()], control(9, modifiers)].concat(),
        "Tab" => control(9, modifiers),
        "Backspace" => control(127, modifiers),
        _ => character(key.to_lowercase().chars().next().unwrap(), modifiers),
    };
    forms.into_iter().map(String::into_bytes).collect()
}

fn kitty(code: u32, modifiers: usize) -> String {
    if modifiers == 1 { format!("\x1b[{code}u") } else { format!("\x1b[{code};{modifiers}u") }
}

/// With Num Lock on, which Kitty's protocol tells of, too.
fn num_locked(code: u32, modifiers: usize) -> String {
    format!("\x1b[{code};{}u", modifiers + 128)
}

fn cursor_key(letter: char, keypad: u32, modifiers: usize) -> Vec<String> {
    let rxvt = letter.to_ascii_lowercase();
    let mut forms = match modifiers {
        // Normal and application mode.
        1 => vec![format!("\x1b[{letter}"), format!("\x1bO{letter}")],
        _ => vec![format!("\x1b[1;{modifiers}{letter}"), format!("\x1b[1;{}{letter}", modifiers + 128)],
    };
    match modifiers {
        3 => forms.extend([format!("\x1b\x1b[{letter}"), format!("\x1b\x1bO{letter}")]),
        5 if rxvt <= 'd' => forms.push(format!("\x1bO{rxvt}")),
        _ => {}
    }
    forms.push(kitty(keypad, modifiers));
    forms
}

fn editing_key(number: u32, modifiers: usize) -> Vec<String> {
    match modifiers {
        1 => vec![format!("\x1b[{number}~")],
        3 => vec![format!("\x1b[{number};3~"), format!("\x1b\x1b[{number}~")],
        5 => vec![format!("\x1b[{number};5~"), format!("\x1b[{number}^")],
        _ => vec![format!("\x1b[{number};{modifiers}~")],
    }
}

/// Enter, Tab and Backspace: control characters, for which the old encoding has only Alt.
fn control(code: u8, modifiers: usize) -> Vec<String> {
    let mut forms = match modifiers {
        1 => vec![char::from(code).to_string()],
        3 => vec![format!("\x1b{}", char::from(code))],
        _ => Vec::new(),
    };
    if (code, modifiers) == (13, 1) {
        forms.push("\x1bOM".into());
    }
    forms.extend([kitty(code.into(), modifiers), num_locked(code.into(), modifiers)]);
    if modifiers > 1 {
        forms.push(format!("\x1b[27;{modifiers};{code}~"));
    }
    forms
}

/// The keys of an American keyboard on which these are with Shift.
const SHIFTED: &[(char, char)] = &[('<', ','), ('>', '.'), ('_', '-')];

fn character(c: char, modifiers: usize) -> Vec<String> {
    let old = if modifiers >= 5 { char::from(u8::try_from(c).unwrap() & 0x1f) } else { c };
    let code = u32::from(c);
    let mut forms = vec![match modifiers {
        3 => format!("\x1b{old}"),
        _ => old.to_string(),
    }];
    if modifiers == 1 {
        return forms;
    }
    match SHIFTED.iter().find(|(shifted, _)| *shifted == c) {
        // Kitty says which key it is, and what it types; xterm what it types, and that Shift is held.
        Some((_, key)) => forms.extend([
            format!("\x1b[{}:{code};{}u", u32::from(*key), modifiers + 1),
            format!("\x1b[27;{};{code}~", modifiers + 1),
            // Keyboards that have a key for it.
            kitty(code, modifiers),
        ]),
        None => {
            forms.extend([kitty(code, modifiers), num_locked(code, modifiers), format!("\x1b[27;{modifiers};{code}~")]);
        }
    }
    if is_ctrl_slash(c, modifiers) {
        forms.push(kitty(u32::from('/'), 5));
    }
    forms
}

/// Ctrl-/ has been Ctrl-_ since the VT220.
fn is_ctrl_slash(c: char, modifiers: usize) -> bool {
    (c, modifiers) == ('_', 5)
}

#[test]
fn forms_are_those_of_the_documents() {
    let shown = |name: &str| forms(name).iter().map(|form| form.escape_ascii().to_string()).collect::<Vec<_>>();
    assert_eq!(shown("Ctrl-A"), ["\\x01", "\\x1b[97;5u", "\\x1b[97;133u", "\\x1b[27;5;97~"]);
    assert_eq!(shown("Alt-B"), ["\\x1bb", "\\x1b[98;3u", "\\x1b[98;131u", "\\x1b[27;3;98~"]);
    assert_eq!(shown("Alt-<"), ["\\x1b<", "\\x1b[44:60;4u", "\\x1b[27;4;60~", "\\x1b[60;3u"]);
    assert_eq!(shown("Left"), ["\\x1b[D", "\\x1bOD", "\\x1b[57417u"]);
    assert_eq!(shown("Ctrl-Left"), ["\\x1b[1;5D", "\\x1b[1;133D", "\\x1bOd", "\\x1b[57417;5u"]);
    assert_eq!(shown("Shift-Enter"), ["\\x1b[13;2u", "\\x1b[13;130u", "\\x1b[27;2;13~"]);
    assert_eq!(shown("Ctrl-X,U")[0], "\\x18u");
}
