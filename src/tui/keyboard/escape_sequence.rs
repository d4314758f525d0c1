//! Finding the end of the first key in terminal input.
//!
//! A key is a control byte, a UTF-8 character, or a control sequence or control string of ECMA-48. `ESC [` and the like
//! are distinguished from Alt and a character by the next byte. The result does not depend on how the input is split into
//! reads: it stays the same whatever bytes follow.

use super::key::decode;
use crossterm::event::Event as Input;

/// Escape character: the key Esc, or the start of a sequence.
pub(super) const ESC: u8 = 0x1b;

/// Maximum length of a sequence's body in bytes. The longest answers of terminals have some dozens.
const MAX_SEQUENCE_LEN: usize = 1024;

/// Returns the length of the first key; `None` if it depends on bytes that have not been read.
///
/// Unknown and broken sequences have a length too; [`decode`] returns `None` for them.
pub(super) fn sequence_len(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [] | [ESC] | [ESC, ESC] => None,
        [ESC, inner @ ..] if matches!(inner, [ESC, b'[' | b'O', ..]) => double_escape_len(inner),
        [ESC, ESC, ..] => Some(1),
        [ESC, b'[', body @ ..] => control_len(body).map(|len| len + 2),
        // Alt with the character, and then text: strings of terminals do not begin with a letter, except titles (`l`, `L`).
        [ESC, b']' | b'P', byte, ..] if byte.is_ascii_alphabetic() && !matches!(byte, b'l' | b'L') => Some(2),
        [ESC, b'O', body @ ..] => single_shift_len(body).map(|len| len + 2),
        [ESC, b']' | b'P' | b'X' | b'^' | b'_', body @ ..] => string_len(body).map(|len| len + 2),
        [ESC, rest @ ..] => character_len(rest).map(|len| len + 1),
        _ => character_len(bytes),
    }
}

/// Returns the length of the first key if no more bytes follow in time.
pub(super) fn sequence_len_at_timeout(bytes: &[u8]) -> usize {
    match bytes {
        // The first ESC was a key; the second may have started a sequence.
        [ESC] | [ESC, ESC, ..] => 1,
        _ => bytes.len(),
    }
}

/// Whether an incomplete key may be a complete one: ESC, or Alt with a character that starts strings which terminals do
/// not send by themselves (SOS, PM, APC).
pub(super) const fn is_ambiguous(incomplete: &[u8]) -> bool {
    matches!(incomplete, [ESC] | [ESC, ESC | b'X' | b'^' | b'_'])
}

/// Returns the length of ESC before a sequence: both if the sequence is a key (Alt in rxvt), or else only the Esc.
fn double_escape_len(inner: &[u8]) -> Option<usize> {
    let len = sequence_len(inner)?;
    let is_key = matches!(inner.get(..len).and_then(decode), Some(Input::Key(_)));
    Some(if is_key { len + 1 } else { 1 })
}

/// Returns the length of a control sequence after `ESC [`: parameters, intermediates and a final byte (ECMA-48 5.4).
fn control_len(body: &[u8]) -> Option<usize> {
    match body {
        // F1 to F5 of the Linux console.
        [b'[', rest @ ..] => rest.first().map(|last| if last.is_ascii_graphic() { 2 } else { 1 }),
        // X10 mouse report: three bytes after the final byte.
        [b'M', report @ ..] => match report.iter().take(3).position(|byte| *byte < b' ') {
            Some(broken_at) => Some(1 + broken_at),
            None => (report.len() >= 3).then_some(4),
        },
        _ => shifted_rxvt_len(body).or_else(|| len_to_final(body, |byte| matches!(byte, 0x20..=0x3f))),
    }
}

/// Returns the length of rxvt's Shift with an editing key: a number and `$`, which ECMA-48 defines as an intermediate byte.
fn shifted_rxvt_len(body: &[u8]) -> Option<usize> {
    let digits = body.iter().take(MAX_SEQUENCE_LEN).take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0 && body.get(digits) == Some(&b'$')).then_some(digits + 1)
}

/// Returns the length of a keypad key after `ESC O`. Some terminals put modifiers before its letter.
fn single_shift_len(body: &[u8]) -> Option<usize> {
    len_to_final(body, |byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
}

/// Returns the length up to the final byte. Another byte that is no parameter breaks the sequence off before it.
fn len_to_final(body: &[u8], is_parameter: impl Fn(u8) -> bool) -> Option<usize> {
    let end = body.iter().take(MAX_SEQUENCE_LEN).position(|byte| !is_parameter(*byte));
    match end.and_then(|at| Some((at, *body.get(at)?))) {
        Some((at, b'@'..=b'~')) => Some(at + 1),
        Some((at, _)) => Some(at),
        None => (body.len() >= MAX_SEQUENCE_LEN).then_some(MAX_SEQUENCE_LEN),
    }
}

/// Returns the length of a control string (OSC, DCS, SOS, PM, APC) with its end: ST, or BEL as in xterm. Another control
/// character breaks the string off before it.
fn string_len(body: &[u8]) -> Option<usize> {
    match body.iter().take(MAX_SEQUENCE_LEN).position(u8::is_ascii_control).map(|at| (at, body.get(at..))) {
        Some((at, Some([0x07, ..]))) => Some(at + 1),
        Some((at, Some([ESC, b'\\', ..]))) => Some(at + 2),
        Some((_, Some([ESC]))) => None,
        Some((at, _)) => Some(at),
        None => (body.len() >= MAX_SEQUENCE_LEN).then_some(MAX_SEQUENCE_LEN),
    }
}

/// Returns the length of a UTF-8 character, or of the bytes that cannot be part of one.
fn character_len(bytes: &[u8]) -> Option<usize> {
    (1..=4).find_map(|len| match std::str::from_utf8(bytes.get(..len)?) {
        Ok(_) => Some(len),
        Err(error) => error.error_len(),
    })
}
