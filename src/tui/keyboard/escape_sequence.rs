//! Where the first key in the bytes of a terminal ends.
//!
//! A key is a byte, a character in UTF-8, or what ECMA-48 calls a control sequence or control string; the letters that
//! stand for them are told apart from Alt and a character by what comes next. Nothing here depends on where one read
//! ended and the next began: the answer for some bytes stays the same whatever follows.

use super::key::decode;
use crossterm::event::Event as Input;

/// ESC, which begins all that is more than a character, and is a key.
pub(super) const ESC: u8 = 0x1b;

/// Bytes that a sequence may have before it is not one. The longest that a terminal answers are some dozens.
const LONGEST: usize = 1024;

/// The length of the first key; `None` if it depends on what has not come yet.
///
/// Counted as one too, for [`decode`] to make nothing of: sequences without a meaning here, and those that broke off.
pub(super) fn sequence_len(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [] | [ESC] | [ESC, ESC] => None,
        [ESC, inner @ ..] if matches!(inner, [ESC, b'[' | b'O', ..]) => double_escape_len(inner),
        [ESC, ESC, ..] => Some(1),
        [ESC, b'[', body @ ..] => control(body).map(|len| len + 2),
        // Alt and the letter, and then text: no terminal begins a string like this, but for titles (`l`, `L`).
        [ESC, b']' | b'P', byte, ..] if byte.is_ascii_alphabetic() && !matches!(byte, b'l' | b'L') => Some(2),
        [ESC, b'O', body @ ..] => single_shift(body).map(|len| len + 2),
        [ESC, b']' | b'P' | b'X' | b'^' | b'_', body @ ..] => string(body).map(|len| len + 2),
        [ESC, rest @ ..] => character(rest).map(|len| len + 1),
        _ => character(bytes),
    }
}

/// The length of the first key when nothing more will come: what waited for more is as complete as it gets.
pub(super) fn sequence_len_at_timeout(bytes: &[u8]) -> usize {
    match bytes {
        // The second may have been the beginning of something, the first was a key.
        [ESC] | [ESC, ESC, ..] => 1,
        _ => bytes.len(),
    }
}

/// Whether this half of a key may be a key by itself: ESC, and Alt with a letter that begins strings which no terminal
/// sends unasked (SOS, PM, APC).
pub(super) const fn is_ambiguous(half: &[u8]) -> bool {
    matches!(half, [ESC] | [ESC, ESC | b'X' | b'^' | b'_'])
}

/// ESC before a sequence: Alt and a key, as rxvt has it; or the key Esc, and then something that is no key.
fn double_escape_len(inner: &[u8]) -> Option<usize> {
    let len = sequence_len(inner)?;
    let is_key = matches!(inner.get(..len).and_then(decode), Some(Input::Key(_)));
    Some(if is_key { len + 1 } else { 1 })
}

/// The body of a control sequence, behind `ESC [`: parameters, intermediates and a final byte (ECMA-48 5.4).
fn control(body: &[u8]) -> Option<usize> {
    match body {
        // F1 to F5 of the Linux console.
        [b'[', rest @ ..] => rest.first().map(|last| if last.is_ascii_graphic() { 2 } else { 1 }),
        // The old way of the mouse: three bytes behind what looks like the end.
        [b'M', report @ ..] => match report.iter().take(3).position(|byte| *byte < b' ') {
            Some(broken_at) => Some(1 + broken_at),
            None => (report.len() >= 3).then_some(4),
        },
        _ => shifted_rxvt(body).or_else(|| until_final(body, |byte| matches!(byte, 0x20..=0x3f))),
    }
}

/// Shift and an editing key, as rxvt has it: one number and `$`, which would be an intermediate byte.
fn shifted_rxvt(body: &[u8]) -> Option<usize> {
    let digits = body.iter().take(LONGEST).take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0 && body.get(digits) == Some(&b'$')).then_some(digits + 1)
}

/// The body of a key of the keypad, behind `ESC O`; some terminals put modifiers before its letter.
fn single_shift(body: &[u8]) -> Option<usize> {
    until_final(body, |byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
}

fn until_final(body: &[u8], goes_on: impl Fn(u8) -> bool) -> Option<usize> {
    let end = body.iter().take(LONGEST).position(|byte| !goes_on(*byte));
    match end.and_then(|at| Some((at, *body.get(at)?))) {
        Some((at, b'@'..=b'~')) => Some(at + 1),
        // Something else began.
        Some((at, _)) => Some(at),
        None => (body.len() >= LONGEST).then_some(LONGEST),
    }
}

/// The body of a control string (OSC, DCS, SOS, PM, APC) with its end: ST, or BEL as xterm takes it.
fn string(body: &[u8]) -> Option<usize> {
    match body.iter().take(LONGEST).position(u8::is_ascii_control).map(|at| (at, body.get(at..))) {
        Some((at, Some([0x07, ..]))) => Some(at + 1),
        Some((at, Some([ESC, b'\\', ..]))) => Some(at + 2),
        Some((_, Some([ESC]))) => None,
        // Something else began.
        Some((at, _)) => Some(at),
        None => (body.len() >= LONGEST).then_some(LONGEST),
    }
}

/// A character in UTF-8, or the bytes that cannot become one.
fn character(bytes: &[u8]) -> Option<usize> {
    (1..=4).find_map(|len| match std::str::from_utf8(bytes.get(..len)?) {
        Ok(_) => Some(len),
        Err(error) => error.error_len(),
    })
}
