use super::*;
use crate::tui::keyboard::escape_sequence::sequence_len;
use crossterm::event::KeyEventKind;

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const ALT: KeyModifiers = KeyModifiers::ALT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

/// Decodes bytes that are exactly one sequence.
#[track_caller]
fn decode_one(bytes: &[u8]) -> Option<Input> {
    assert_eq!(sequence_len(bytes), Some(bytes.len()), "{:?} is one", bytes.escape_ascii().to_string());
    decode(bytes)
}

#[track_caller]
fn assert_key(bytes: &[u8], code: KeyCode, modifiers: KeyModifiers) {
    assert_eq!(decode_one(bytes), Some(press(code, modifiers)), "{:?}", bytes.escape_ascii().to_string());
}

#[test]
fn controls_are_ctrl_and_a_character() {
    for (byte, c) in (1..=26).zip('a'..='z').filter(|(byte, _)| !matches!(byte, b'\t' | b'\r')) {
        assert_key(&[byte], KeyCode::Char(c), CTRL);
    }
    for (byte, c) in [(0, ' '), (0x1c, '\\'), (0x1d, ']'), (0x1e, '^'), (0x1f, '_')] {
        assert_key(&[byte], KeyCode::Char(c), CTRL);
    }
    assert_key(b"\r", KeyCode::Enter, NONE);
    assert_key(b"\t", KeyCode::Tab, NONE);
    assert_key(b"\x7f", KeyCode::Backspace, NONE);
}

#[test]
fn characters_decode_to_themselves() {
    for c in ['a', ' ', '~', 'ß', '漢', '😀', '\u{301}'] {
        assert_key(c.to_string().as_bytes(), KeyCode::Char(c), NONE);
    }
    assert_key("É".as_bytes(), KeyCode::Char('É'), SHIFT);
}

#[test]
fn each_byte_that_is_not_utf8_is_a_replacement_character() {
    for bytes in [&b"\xff"[..], b"\x80", b"\xc0"] {
        assert_key(bytes, KeyCode::Char('\u{fffd}'), NONE);
    }
    assert_eq!(sequence_len(b"\xe9a"), Some(1));
    assert_eq!(sequence_len(b"\xe6\xbc"), None);
}

#[test]
fn escape_before_a_key_is_alt() {
    assert_key(b"\x1ba", KeyCode::Char('a'), ALT);
    assert_key(b"\x1bH", KeyCode::Char('H'), ALT | SHIFT);
    assert_key("\x1bé".as_bytes(), KeyCode::Char('é'), ALT);
    assert_key(b"\x1b\x14", KeyCode::Char('t'), ALT | CTRL);
    assert_key(b"\x1b\r", KeyCode::Enter, ALT);
    assert_key(b"\x1b\x7f", KeyCode::Backspace, ALT);
    // rxvt.
    assert_key(b"\x1b\x1b[A", KeyCode::Up, ALT);
    assert_key(b"\x1b\x1b[5~", KeyCode::PageUp, ALT);
    assert_key(b"\x1b\x1bOA", KeyCode::Up, ALT);
}

#[test]
fn escape_before_a_sequence_that_is_no_key_is_esc() {
    for rest in [&b"\x1b[I"[..], b"\x1b[200~", b"\x1b[?1;2c", b"x", b"\x1b"] {
        assert_eq!(sequence_len(&[b"\x1b\x1b", rest].concat()), Some(1), "{rest:?}");
    }
}

#[test]
fn keys_of_xterm_are_known() {
    let letters = [
        (b'A', KeyCode::Up),
        (b'B', KeyCode::Down),
        (b'C', KeyCode::Right),
        (b'D', KeyCode::Left),
        (b'F', KeyCode::End),
        (b'H', KeyCode::Home),
        (b'P', KeyCode::F(1)),
        (b'Q', KeyCode::F(2)),
        (b'R', KeyCode::F(3)),
        (b'S', KeyCode::F(4)),
    ];
    for (letter, code) in letters {
        assert_key(&[b"\x1b[", &[letter][..]].concat(), code, NONE);
        assert_key(&[b"\x1bO", &[letter][..]].concat(), code, NONE);
        assert_key(&[b"\x1b[1;5", &[letter][..]].concat(), code, CTRL);
        assert_key(&[b"\x1b[1;4", &[letter][..]].concat(), code, SHIFT | ALT);
        assert_key(&[b"\x1bO2", &[letter][..]].concat(), code, SHIFT);
    }
    assert_key(b"\x1b[5A", KeyCode::Up, CTRL);
    assert_key(b"\x1b[Z", KeyCode::BackTab, SHIFT);
    let numbers = [
        (1, KeyCode::Home),
        (2, KeyCode::Insert),
        (3, KeyCode::Delete),
        (4, KeyCode::End),
        (5, KeyCode::PageUp),
        (6, KeyCode::PageDown),
        (7, KeyCode::Home),
        (8, KeyCode::End),
    ];
    let functions = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34];
    let functions = functions.into_iter().zip(1..).map(|(number, n)| (number, KeyCode::F(n)));
    for (number, code) in numbers.into_iter().chain(functions) {
        assert_key(format!("\x1b[{number}~").as_bytes(), code, NONE);
        assert_key(format!("\x1b[{number};3~").as_bytes(), code, ALT);
    }
    assert_key(b"\x1b[27;5;9~", KeyCode::Tab, CTRL);
    assert_key(b"\x1b[27;6;97~", KeyCode::Char('a'), CTRL | SHIFT);
}

#[test]
fn keys_of_rxvt_the_console_and_the_keypad_are_known() {
    assert_key(b"\x1b[5^", KeyCode::PageUp, CTRL);
    assert_key(b"\x1b[5$", KeyCode::PageUp, SHIFT);
    assert_key(b"\x1b[5@", KeyCode::PageUp, CTRL | SHIFT);
    assert_key(b"\x1b[a", KeyCode::Up, SHIFT);
    assert_key(b"\x1bOa", KeyCode::Up, CTRL);
    assert_key(b"\x1b[[A", KeyCode::F(1), NONE);
    assert_key(b"\x1b[[E", KeyCode::F(5), NONE);
    assert_key(b"\x1bOM", KeyCode::Enter, NONE);
    for (letter, c) in [(b'j', '*'), (b'k', '+'), (b'n', '.'), (b'p', '0'), (b'y', '9'), (b'X', '=')] {
        assert_key(&[0x1b, b'O', letter], KeyCode::Char(c), NONE);
    }
}

#[test]
fn kitty_keys_equal_those_of_other_terminals() {
    assert_key(b"\x1b[27u", KeyCode::Esc, NONE);
    assert_key(b"\x1b[13;5u", KeyCode::Enter, CTRL);
    assert_key(b"\x1b[13;2u", KeyCode::Enter, SHIFT);
    assert_key(b"\x1b[9;2u", KeyCode::BackTab, SHIFT);
    assert_key(b"\x1b[97;5u", KeyCode::Char('a'), CTRL);
    assert_key(b"\x1b[97;3u", KeyCode::Char('a'), ALT);
    assert_key(b"\x1b[97;4u", KeyCode::Char('A'), ALT | SHIFT);
    assert_key(b"\x1b[97;69u", KeyCode::Char('a'), CTRL);
    assert_key(b"\x1b[97:65:113;5:1;97u", KeyCode::Char('a'), CTRL);
    assert_key(b"\x1b[127;2u", KeyCode::Backspace, NONE);
    assert_key(b"\x1b[127;5u", KeyCode::Backspace, CTRL);
    assert_key(b"\x1b[93;5u", KeyCode::Char(']'), CTRL);
    assert_key(b"\x1b[45;6u", KeyCode::Char('_'), CTRL);
    assert_key(b"\x1b[47;5u", KeyCode::Char('_'), CTRL);
    assert_key(b"\x1b[54;6u", KeyCode::Char('^'), CTRL);
    assert_key(b"\x1b[32;5u", KeyCode::Char(' '), CTRL);
    assert_key(b"\x1b[91;5u", KeyCode::Esc, NONE);
    assert_key(b"\x1b[109;5u", KeyCode::Enter, NONE);
    assert_key(b"\x1b[105;5u", KeyCode::Tab, NONE);
    assert_key(b"\x1b[57399u", KeyCode::Char('0'), NONE);
    assert_key(b"\x1b[57414u", KeyCode::Enter, NONE);
    assert_key(b"\x1b[57416u", KeyCode::Char(','), NONE);
    assert_key(b"\x1b[57417;5u", KeyCode::Left, CTRL);
    assert_key(b"\x1b[57426u", KeyCode::Delete, NONE);
    assert_key(b"\x1b[57376u", KeyCode::F(13), NONE);
}

#[test]
fn kitty_alternate_keys_equal_those_of_other_terminals() {
    assert_key(b"\x1b[44:60;4u", KeyCode::Char('<'), ALT | SHIFT);
    assert_key(b"\x1b[46:62;4u", KeyCode::Char('>'), ALT | SHIFT);
    assert_key(b"\x1b[45:95;4u", KeyCode::Char('_'), ALT | SHIFT);
    assert_key(b"\x1b[45:95;6u", KeyCode::Char('_'), CTRL);
    assert_key(b"\x1b[50:64;6u", KeyCode::Char(' '), CTRL);
    // A Russian keyboard, where the key of `z` types `я`.
    assert_key(b"\x1b[1103::122;5u", KeyCode::Char('z'), CTRL);
    assert_key(b"\x1b[1103:1071:122;4u", KeyCode::Char('Z'), ALT | SHIFT);
    assert_key(b"\x1b[1103;5u", KeyCode::Char('я'), CTRL);
    // A French keyboard, where the key of `q` types `a`: Latin letters are not replaced.
    assert_key(b"\x1b[97::113;5u", KeyCode::Char('a'), CTRL);
    assert_key(b"\x1b[57417::1;5u", KeyCode::Left, CTRL);
    assert_key(b"\x1b[44:99999999999;4u", KeyCode::Char(','), ALT | SHIFT);
}

#[test]
fn kitty_reports_repeat_and_release() {
    for (bytes, kind) in [
        (&b"\x1b[97;1:1u"[..], KeyEventKind::Press),
        (b"\x1b[97;1:2u", KeyEventKind::Repeat),
        (b"\x1b[97;1:3u", KeyEventKind::Release),
    ] {
        let key = KeyEvent::new_with_kind(KeyCode::Char('a'), NONE, kind);
        assert_eq!(decode_one(bytes), Some(Input::Key(key)));
    }
    let key = KeyEvent::new_with_kind(KeyCode::Up, CTRL, KeyEventKind::Release);
    assert_eq!(decode_one(b"\x1b[1;5:3A"), Some(Input::Key(key)));
}

#[test]
fn focus_and_mouse_are_reported() {
    assert_eq!(decode_one(b"\x1b[I"), Some(Input::FocusGained));
    assert_eq!(decode_one(b"\x1b[O"), Some(Input::FocusLost));
    let mouse = |kind, modifiers| Some(Input::Mouse(MouseEvent { kind, column: 3, row: 4, modifiers }));
    assert_eq!(decode_one(b"\x1b[<64;4;5M"), mouse(MouseEventKind::ScrollUp, NONE));
    assert_eq!(decode_one(b"\x1b[<81;4;5M"), mouse(MouseEventKind::ScrollDown, CTRL));
    assert_eq!(decode_one(b"\x1b[<0;4;5M"), mouse(MouseEventKind::Down(MouseButton::Left), NONE));
    assert_eq!(decode_one(b"\x1b[<2;4;5m"), mouse(MouseEventKind::Up(MouseButton::Right), NONE));
    assert_eq!(decode_one(b"\x1b[<33;4;5M"), mouse(MouseEventKind::Drag(MouseButton::Middle), NONE));
    assert_eq!(decode_one(b"\x1b[M\x60\x24\x25"), mouse(MouseEventKind::ScrollUp, NONE));
    assert_eq!(decode_one(b"\x1b[M\x20\x24\x25"), mouse(MouseEventKind::Down(MouseButton::Left), NONE));
    assert!(matches!(decode_one(b"\x1b[M\x60\x7f\x21"), Some(Input::Mouse(MouseEvent { column: 94, .. }))));
    // X10 reports beyond column 95 contain bytes that are not ASCII.
    assert!(matches!(decode_one(b"\x1b[M\x60\xff\xe9"), Some(Input::Mouse(MouseEvent { column: 222, .. }))));
}

#[test]
fn answers_of_the_terminal_are_no_keys() {
    for bytes in [
        &b"\x1b[?62;22c"[..],
        b"\x1b[?1;2c",
        b"\x1b[>41;377;0c",
        b"\x1b[?2026;2$y",
        b"\x1b[4;1$y",
        b"\x1b[24;80R",
        b"\x1b[0n",
        b"\x1b[?1u",
        b"\x1b[8;24;80t",
        b"\x1b[201~",
        b"\x1b[57358u",
        b"\x1b[57441;2u",
        b"\x1b[99999999999u",
        b"\x1b[0;0;0z",
        b"\x1b[<999;0;0M",
        b"\x1b[<0;99999;1M",
        b"\x1b]11;rgb:0000/0000/0000\x1b\\",
        b"\x1b]11;rgb:0000/0000/0000\x07",
        b"\x1bP>|XTerm(377)\x1b\\",
        b"\x1bP1+r544e=787465726d\x1b\\",
        b"\x1b_Gi=31;OK\x1b\\",
        "\x1b]lä title\x1b\\".as_bytes(),
    ] {
        assert_eq!(decode_one(bytes), None, "{:?}", bytes.escape_ascii().to_string());
    }
}

#[test]
fn mouse_cell_zero_is_the_first_cell() {
    assert!(matches!(decode_one(b"\x1b[<64;0;0M"), Some(Input::Mouse(MouseEvent { column: 0, row: 0, .. }))));
    assert!(matches!(decode_one(b"\x1b[M\x60\x20\x20"), Some(Input::Mouse(MouseEvent { column: 0, row: 0, .. }))));
}
