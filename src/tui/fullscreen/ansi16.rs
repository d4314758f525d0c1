//! Rewrites colours for terminals that know only sixteen of them.
//!
//! crossterm writes red as `38;5;1`, xterm's extension. A terminal without it may read the numbers separately, and 5 is
//! blinking. It does know `31` (ECMA-48 8.3.117) and `91` (aixterm).

use std::io::{self, Write};

/// A writer that replaces `38;5;N` and `48;5;N` by the classic codes for the first sixteen colours.
///
/// Each escape sequence must be complete within one write, as in the frames of [`crate::tui::FrameBackend`].
#[derive(Debug)]
pub struct Ansi16Writer<W> {
    out: W,
    is_enabled: bool,
}

impl<W: Write> Ansi16Writer<W> {
    /// Writes to `out`; changes nothing unless `is_enabled`.
    pub const fn new(out: W, is_enabled: bool) -> Self {
        Self { out, is_enabled }
    }
}

impl<W: Write> Write for Ansi16Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_enabled {
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
            rewrite_parameters(parameters, &mut result);
        } else {
            result.extend_from_slice(parameters);
        }
        bytes = rest;
    }
    result.extend_from_slice(bytes);
    result
}

fn rewrite_parameters(parameters: &[u8], result: &mut Vec<u8>) {
    let fields: Vec<&[u8]> = parameters.split(|&byte| byte == b';').collect();
    let mut fields = fields.as_slice();
    while !fields.is_empty() {
        // The numbers of an indexed or RGB colour are not codes themselves.
        let length = match fields {
            [b"38" | b"48", b"5", ..] => 3,
            [b"38" | b"48", b"2", ..] => 5,
            _ => 1,
        };
        let (code, rest) = fields.split_at(length.min(fields.len()));
        let classic = match code {
            [kind, b"5", index] => parse_index(index).and_then(|index| classic_code(*kind == b"48", index)),
            _ => None,
        };
        match classic {
            Some(code) => result.extend_from_slice(code.to_string().as_bytes()),
            None => result.extend_from_slice(&code.join(&b';')),
        }
        if !rest.is_empty() {
            result.push(b';');
        }
        fields = rest;
    }
}

fn parse_index(digits: &[u8]) -> Option<u8> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Returns the code of a colour: 30 to 37 or 90 to 97 for text, ten more for the background.
const fn classic_code(is_background: bool, index: u8) -> Option<u8> {
    let offset = if is_background { 10 } else { 0 };
    match index {
        0..8 => Some(30 + index + offset),
        8..16 => Some(90 - 8 + index + offset),
        16.. => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sixteen_colours_use_classic_codes() {
        for (indexed, classic) in [
            ("\x1b[38;5;1mx", "\x1b[31mx"),
            ("\x1b[38;5;15;48;5;4mx\x1b[m", "\x1b[97;44mx\x1b[m"),
            ("\x1b[38;5;9;49m\x1b[1m", "\x1b[91;49m\x1b[1m"),
            ("\x1b[48;5;8m", "\x1b[100m"),
            ("\x1b[1;38;5;0;4m", "\x1b[1;30;4m"),
        ] {
            assert_eq!(String::from_utf8(rewrite_sgr(indexed.as_bytes())).unwrap(), classic);
        }
    }

    #[test]
    fn everything_else_is_unchanged() {
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
