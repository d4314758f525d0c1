//! The sixteen colours the way old terminals know them.
//!
//! crossterm writes red as `38;5;1`, which is xterm's extension. A terminal that has sixteen colours only may not know it
//! and take the parts for themselves: 5 is blinking. `31` (ECMA-48 8.3.117) and `91` (aixterm) it does know.

use std::io::{self, Write};

/// Passes on what is written, with the first sixteen colours in their old spelling.
///
/// Escape sequences must be whole within one write, as [`crate::tui::FrameBackend`] has them.
#[derive(Debug)]
pub struct Ansi16Writer<W> {
    out: W,
    is_needed: bool,
}

impl<W: Write> Ansi16Writer<W> {
    /// Writes to `out`; changes nothing unless `is_needed`.
    pub const fn new(out: W, is_needed: bool) -> Self {
        Self { out, is_needed }
    }
}

impl<W: Write> Write for Ansi16Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_needed {
            return self.out.write(bytes);
        }
        self.out.write_all(&rewrite_sgr(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn rewrite_sgr(mut bytes: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(bytes.len());
    while let Some(at) = memchr::memmem::find(bytes, b"\x1b[") {
        let (before, after) = bytes.split_at(at + 2);
        let end = after.iter().position(|&byte| !matches!(byte, b'0'..=b'9' | b';')).unwrap_or(after.len());
        let (parameters, rest) = after.split_at(end);
        result.extend_from_slice(before);
        if rest.first() == Some(&b'm') {
            respell(parameters, &mut result);
        } else {
            result.extend_from_slice(parameters);
        }
        bytes = rest;
    }
    result.extend_from_slice(bytes);
    result
}

fn respell(parameters: &[u8], result: &mut Vec<u8>) {
    let fields: Vec<&[u8]> = parameters.split(|&byte| byte == b';').collect();
    let mut fields = fields.as_slice();
    while !fields.is_empty() {
        // A colour's own numbers are no codes.
        let length = match fields {
            [b"38" | b"48", b"5", ..] => 3,
            [b"38" | b"48", b"2", ..] => 5,
            _ => 1,
        };
        let (code, rest) = fields.split_at(length.min(fields.len()));
        let old = match code {
            [kind, b"5", index] => number(index).and_then(|index| old(*kind == b"48", index)),
            _ => None,
        };
        match old {
            Some(code) => result.extend_from_slice(code.to_string().as_bytes()),
            None => result.extend_from_slice(&code.join(&b';')),
        }
        if !rest.is_empty() {
            result.push(b';');
        }
        fields = rest;
    }
}

fn number(digits: &[u8]) -> Option<u8> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The code of a colour: from 30 or 90 on as text, ten more as ground.
const fn old(is_ground: bool, index: u8) -> Option<u8> {
    let ground = if is_ground { 10 } else { 0 };
    match index {
        0..8 => Some(30 + index + ground),
        8..16 => Some(90 - 8 + index + ground),
        16.. => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sixteen_are_spelled_as_of_old() {
        for (new, old) in [
            ("\x1b[38;5;1mx", "\x1b[31mx"),
            ("\x1b[38;5;15;48;5;4mx\x1b[m", "\x1b[97;44mx\x1b[m"),
            ("\x1b[38;5;9;49m\x1b[1m", "\x1b[91;49m\x1b[1m"),
            ("\x1b[48;5;8m", "\x1b[100m"),
            ("\x1b[1;38;5;0;4m", "\x1b[1;30;4m"),
        ] {
            assert_eq!(String::from_utf8(rewrite_sgr(new.as_bytes())).unwrap(), old);
        }
    }

    #[test]
    fn everything_else_is_passed_on_as_it_is() {
        for bytes in [
            "",
            "38;5;1m",
            "\x1b[38;5;38;5;1m",
            "\x1b[38;2;38;5;1m",
            "\x1b[38;5H",
            "\x1b[?2026h\x1b[2;5H",
            "\x1b[38;5",
            "\x1b[",
        ] {
            assert_eq!(rewrite_sgr(bytes.as_bytes()), bytes.as_bytes());
        }
        let mut out = Ansi16Writer::new(Vec::new(), false);
        out.write_all(b"\x1b[38;5;1m").unwrap();
        assert_eq!(out.out, b"\x1b[38;5;1m");
    }
}
