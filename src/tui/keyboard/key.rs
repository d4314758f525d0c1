//! Decoding the bytes of one key.
//!
//! Knows the keys of xterm, rxvt and the Linux console, Kitty's keyboard protocol
//! (<https://sw.kovidgoyal.net/kitty/keyboard-protocol/>) and its predecessors. A key is the same [`KeyEvent`] in every
//! encoding: `Ctrl-]` is `Char(']')` with `CONTROL`, as 0x1D and as `CSI 93;5u`.
//!
//! | byte | key |
//! |---|---|
//! | 0x00 | `Char(' ')` with `CONTROL` |
//! | 0x01 to 0x1A | `Char('a')` to `Char('z')` with `CONTROL`; but 0x09 is `Tab` and 0x0D is `Enter` |
//! | 0x1B | `Esc` |
//! | 0x1C to 0x1F | `Char('\\')`, `Char(']')`, `Char('^')`, `Char('_')` with `CONTROL` |
//! | 0x7F | `Backspace` |

#[cfg(test)]
mod tests;

use super::csi_params::CsiParams;
use super::escape_sequence::ESC;
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// Decodes one key, focus report or mouse report, as delimited by [`super::escape_sequence::sequence_len`]. Returns `None`
/// for other sequences: answers of the terminal, and incomplete ones.
///
/// Bytes that are not UTF-8 become U+FFFD, which shows that the terminal is set to another charset.
pub(super) fn decode(bytes: &[u8]) -> Option<Input> {
    match bytes {
        [ESC] => Some(press(KeyCode::Esc, KeyModifiers::NONE)),
        [ESC, b'[', body @ .., last] => control(body, *last),
        [ESC, b'O', body @ .., last] => single_shift(body, *last),
        [] | [ESC, b']' | b'P' | b'X' | b'^' | b'_', _, ..] => None,
        [ESC, rest @ ..] => decode(rest).map(with_alt),
        [byte @ 0..=0x7f] => Some(ascii(*byte)),
        _ => String::from_utf8_lossy(bytes).chars().next().map(|c| character(c, KeyModifiers::NONE)),
    }
}

const fn press(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Key(KeyEvent::new(code, modifiers))
}

fn with_alt(input: Input) -> Input {
    match input {
        Input::Key(key) => Input::Key(KeyEvent { modifiers: key.modifiers | KeyModifiers::ALT, ..key }),
        other => other,
    }
}

fn ascii(byte: u8) -> Input {
    match byte {
        b'\t' => press(KeyCode::Tab, KeyModifiers::NONE),
        b'\r' => press(KeyCode::Enter, KeyModifiers::NONE),
        0x7f => press(KeyCode::Backspace, KeyModifiers::NONE),
        0 => press(KeyCode::Char(' '), KeyModifiers::CONTROL),
        0x01..=0x1a => press(KeyCode::Char(char::from(byte | 0x60)), KeyModifiers::CONTROL),
        0x1c..=0x1f => press(KeyCode::Char(char::from(byte | 0x40)), KeyModifiers::CONTROL),
        _ => character(char::from(byte), KeyModifiers::NONE),
    }
}

/// Returns a character key. A capital letter has Shift, as in crossterm.
fn character(c: char, modifiers: KeyModifiers) -> Input {
    let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    press(KeyCode::Char(c), modifiers | shift)
}

fn control(body: &[u8], last: u8) -> Option<Input> {
    match (body, last) {
        ([], b'I') => Some(Input::FocusGained),
        ([], b'O') => Some(Input::FocusLost),
        ([b'['], b'A'..=b'E') => Some(press(KeyCode::F(1 + last - b'A'), KeyModifiers::NONE)),
        ([b'M', buttons, column], row) => x10_mouse([*buttons, *column, row]),
        ([b'<', report @ ..], b'M' | b'm') => sgr_mouse(&CsiParams::parse(report)?, last == b'm'),
        _ => from_number(&CsiParams::parse(body)?, last),
    }
}

/// Decodes a key from the parameters and the final byte of a control sequence.
fn from_number(parameters: &CsiParams<'_>, last: u8) -> Option<Input> {
    let modifiers = if last.is_ascii_alphabetic() { parameters.modifiers_of_letter() } else { parameters.modifiers() };
    let (code, extra) = match last {
        b'~' if parameters.number(0) == Some(27) => return from_code_point(parameters.number(2)?, parameters),
        b'u' => return from_code_point(kitty_key_code(parameters)?, parameters),
        // In rxvt the final byte stands for the modifiers.
        b'~' => (editing_key(parameters.number(0)?)?, KeyModifiers::NONE),
        b'$' => (editing_key(parameters.number(0)?)?, KeyModifiers::SHIFT),
        b'^' => (editing_key(parameters.number(0)?)?, KeyModifiers::CONTROL),
        b'@' => (editing_key(parameters.number(0)?)?, KeyModifiers::SHIFT | KeyModifiers::CONTROL),
        b'a'..=b'd' => (from_final_byte(last.to_ascii_uppercase())?, KeyModifiers::SHIFT),
        b'Z' => (KeyCode::BackTab, KeyModifiers::SHIFT),
        // A cursor position report; F3 has 1 as its first parameter.
        b'R' if parameters.number(0) != Some(1) => return None,
        _ => (from_final_byte(last)?, KeyModifiers::NONE),
    };
    Some(Input::Key(KeyEvent::new_with_kind(code, modifiers? | extra, parameters.kind())))
}

/// Decodes a key after `ESC O`: the keypad, and keys in application mode.
fn single_shift(body: &[u8], last: u8) -> Option<Input> {
    let parameters = CsiParams::parse(body)?;
    let (code, extra) = match last {
        b'M' => (KeyCode::Enter, KeyModifiers::NONE),
        b'I' => (KeyCode::Tab, KeyModifiers::NONE),
        b'X' => (KeyCode::Char('='), KeyModifiers::NONE),
        // The VT100's keypad: `*+,-./0123456789`, in ASCII order.
        b'j'..=b'y' => (KeyCode::Char(char::from(last - 0x40)), KeyModifiers::NONE),
        b'a'..=b'd' => (from_final_byte(last.to_ascii_uppercase())?, KeyModifiers::CONTROL),
        _ => (from_final_byte(last)?, KeyModifiers::NONE),
    };
    Some(press(code, parameters.modifiers_of_letter()? | extra))
}

const fn from_final_byte(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(1 + last - b'P'),
        _ => return None,
    })
}

fn editing_key(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        _ => KeyCode::F(function_key(number)?),
    })
}

/// Returns the number of a function key. The VT220's codes have gaps between the groups of keys.
fn function_key(number: u32) -> Option<u8> {
    let offset = match number {
        11..=15 => 10,
        17..=21 => 11,
        23..=26 => 12,
        28..=29 => 13,
        31..=34 => 14,
        _ => return None,
    };
    u8::try_from(number - offset).ok()
}

/// Returns the code point of a key in Kitty's protocol.
///
/// With Shift it is the character that the key types, because `<` may be on the key of `,` or on its own. With Ctrl or Alt
/// in a non-Latin script it is the Latin letter on that key, so that Ctrl-A works with every keyboard. With Ctrl and Shift
/// it is the key itself, which [`with_modifiers`] handles.
fn kitty_key_code(parameters: &CsiParams<'_>) -> Option<u32> {
    let (code, modifiers) = (parameters.number(0)?, parameters.modifiers()?);
    let is_chord = modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let is_shifted = modifiers.contains(KeyModifiers::SHIFT) && !modifiers.contains(KeyModifiers::CONTROL);
    let alternate = match code {
        0..=0x7f if is_shifted => parameters.alternate(1),
        0x80..0xe000 if is_chord => parameters.alternate(2),
        _ => None,
    };
    alternate.or(Some(code))
}

/// Returns the key of a code point, or of a code that Kitty's protocol assigns in the private use area.
fn from_code_point(code: u32, parameters: &CsiParams<'_>) -> Option<Input> {
    let (modifiers, kind) = (parameters.modifiers()?, parameters.kind());
    let (code, modifiers) = match code {
        9 if modifiers.contains(KeyModifiers::SHIFT) => (KeyCode::BackTab, modifiers),
        9 => (KeyCode::Tab, modifiers),
        13 => (KeyCode::Enter, modifiers),
        27 => (KeyCode::Esc, modifiers),
        // Shift is often still held after a capital letter, and other terminals do not report it.
        127 => (KeyCode::Backspace, modifiers - KeyModifiers::SHIFT),
        57376..=57398 => (KeyCode::F(u8::try_from(code - 57376).ok()? + 13), modifiers),
        57399..=57426 => (keypad(code)?, modifiers),
        // Locks, media keys, and modifiers on their own.
        57344..=63743 => return None,
        _ => with_modifiers(char::from_u32(code)?, modifiers),
    };
    Some(Input::Key(KeyEvent::new_with_kind(code, modifiers, kind)))
}

fn keypad(code: u32) -> Option<KeyCode> {
    let typed = "0123456789./*-+\r=,".chars();
    let keys = [
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
    ];
    let typed = typed.map(|c| if c == '\r' { KeyCode::Enter } else { KeyCode::Char(c) });
    typed.chain(keys).nth(usize::try_from(code.checked_sub(57399)?).ok()?)
}

/// Converts a character key with modifiers to the key that other terminals send, so that one binding serves both: Shift
/// makes capital letters, and Ctrl with some characters is another key, such as Ctrl-I for Tab.
fn with_modifiers(c: char, modifiers: KeyModifiers) -> (KeyCode, KeyModifiers) {
    let shift = modifiers & KeyModifiers::SHIFT;
    if !modifiers.contains(KeyModifiers::CONTROL) {
        let c = if shift.is_empty() { c } else { c.to_uppercase().next().unwrap_or(c) };
        return (KeyCode::Char(c), modifiers);
    }
    let other_modifiers = modifiers - KeyModifiers::SHIFT - KeyModifiers::CONTROL;
    let equivalent = match c {
        '[' | '3' => return (KeyCode::Esc, other_modifiers),
        'i' => return (KeyCode::Tab, other_modifiers),
        'm' => return (KeyCode::Enter, other_modifiers),
        '8' => return (KeyCode::Backspace, other_modifiers),
        '2' | '@' => ' ',
        '4' => '\\',
        '5' => ']',
        '6' => '^',
        '7' | '/' => '_',
        '-' if !shift.is_empty() => '_',
        _ => return (KeyCode::Char(c), modifiers),
    };
    (KeyCode::Char(equivalent), other_modifiers | KeyModifiers::CONTROL)
}

/// Decodes a mouse report of xterm's mode 1000, with each number in a byte, plus 32.
fn x10_mouse(bytes: [u8; 3]) -> Option<Input> {
    let [buttons, column, row] = bytes.map(|byte| u32::from(byte.saturating_sub(32)));
    Some(Input::Mouse(mouse_event([buttons, column, row], false)?))
}

/// Decodes a mouse report of xterm's mode 1006 (SGR).
fn sgr_mouse(parameters: &CsiParams<'_>, is_release: bool) -> Option<Input> {
    let numbers = [parameters.number(0)?, parameters.number(1)?, parameters.number(2)?];
    Some(Input::Mouse(mouse_event(numbers, is_release)?))
}

/// Converts the numbers of a mouse report. Columns and rows count from 1; bits 2 to 4 of the buttons are modifiers, bit 5
/// is motion, bit 6 is the wheel.
fn mouse_event([buttons, column, row]: [u32; 3], is_release: bool) -> Option<MouseEvent> {
    let cell = |number: u32| u16::try_from(number.saturating_sub(1)).ok();
    let button = match buttons & 0b11 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (buttons & !0b1_1100, is_release) {
        (0..=2, false) => MouseEventKind::Down(button),
        (0..=2, true) | (3, _) => MouseEventKind::Up(button),
        (32..=34, _) => MouseEventKind::Drag(button),
        (35, _) => MouseEventKind::Moved,
        (64, false) => MouseEventKind::ScrollUp,
        (65, false) => MouseEventKind::ScrollDown,
        (66, false) => MouseEventKind::ScrollLeft,
        (67, false) => MouseEventKind::ScrollRight,
        _ => return None,
    };
    let bits = [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)];
    let modifiers = bits.into_iter().filter(|(bit, _)| buttons & bit != 0).map(|(_, modifier)| modifier).collect();
    Some(MouseEvent { kind, column: cell(column)?, row: cell(row)?, modifiers })
}
