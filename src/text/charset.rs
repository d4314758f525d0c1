//! Decodes received rows: charsets and telnet commands.
//!
//! A row that is not UTF-8 is translated to UTF-8, with the offset of each character, and then decoded like any other row, so
//! marks are the same in all charsets. A telnet command becomes one byte, which the decoder turns into a mark. The charsets
//! and their names are those of the WHATWG Encoding Standard, as implemented by `encoding_rs`, with one exception: Latin-1
//! is ISO/IEC 8859-1 here, where 80 to 9F are C1 controls. The standard decodes it as windows-1252, which would show control
//! characters as letters.

use super::decode::{DecodedInput, decode_translated, decode_utf8};
use super::glyph::Row;
use super::telnet::{self, CommandSet, TelnetSegment};
use encoding_rs::{
    Decoder, DecoderResult, Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251,
};
use thiserror::Error;

mod iso_2022_jp;

/// The character encoding of a row. The default is UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charset(CharsetKind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum CharsetKind {
    #[default]
    Utf8,
    Latin1,
    Encoding(&'static Encoding),
}

/// Why a charset is not available.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CharsetError {
    /// UTF-16, which cannot be split into rows.
    #[error(
        "\"{0}\" is not supported: rows end at the byte 0A, which is also part of UTF-16 characters. Have the server send \
         utf-8, or use the hex view."
    )]
    Utf16(String),
    /// A charset that the Encoding Standard replaces, since text can be hidden in it.
    #[error("\"{0}\" is not supported, as text can be hidden in it. Have the server send utf-8.")]
    Insecure(String),
    /// No charset has this name.
    #[error("There is no charset \"{0}\". Try utf-8, latin-1, windows-1252, shift_jis or koi8-r.")]
    Unknown(String),
}

impl Charset {
    /// UTF-8 (RFC 3629).
    pub const UTF_8: Self = Self(CharsetKind::Utf8);

    /// Parses the name of a charset: any label of the Encoding Standard, ignoring case and surrounding blanks.
    ///
    /// The names of ISO/IEC 8859-1, such as `latin-1` and `iso-8859-1`, select that charset and not windows-1252.
    ///
    /// # Errors
    /// If the charset is unknown or not supported. The name quoted in the message is safe to display.
    ///
    /// # Examples
    /// ```
    /// use netchat_tui::text::Charset;
    /// assert_eq!(Charset::parse(" UTF8 "), Ok(Charset::UTF_8));
    /// assert_eq!(Charset::parse("sjis")?.name(), "Shift_JIS");
    /// assert_eq!(Charset::parse("latin1")?.name(), "latin-1");
    /// assert!(Charset::parse("utf-16").is_err());
    /// # Ok::<(), netchat_tui::text::CharsetError>(())
    /// ```
    pub fn parse(label: &str) -> Result<Self, CharsetError> {
        let label = label.trim();
        if is_latin1(label) {
            return Ok(Self(CharsetKind::Latin1));
        }
        match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding == UTF_8 => Ok(Self::UTF_8),
            Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
                Err(CharsetError::Utf16(super::sanitize_line(label)))
            }
            Some(encoding) if encoding == REPLACEMENT => Err(CharsetError::Insecure(super::sanitize_line(label))),
            Some(encoding) => Ok(Self(CharsetKind::Encoding(encoding))),
            None => Err(CharsetError::Unknown(super::sanitize_line(label))),
        }
    }

    /// Returns the canonical name, which [`Charset::parse`] accepts: `UTF-8`, `latin-1`, `windows-1252`, `Shift_JIS`.
    pub fn name(self) -> &'static str {
        match self.0 {
            CharsetKind::Utf8 => UTF_8.name(),
            CharsetKind::Latin1 => "latin-1",
            CharsetKind::Encoding(encoding) => encoding.name(),
        }
    }

    /// Whether it is UTF-8.
    pub const fn is_utf8(self) -> bool {
        matches!(self.0, CharsetKind::Utf8)
    }

    /// Returns the telnet commands to recognise in a row. FF is a letter in some single-byte charsets, but not part of any
    /// character in the multi-byte ones.
    fn telnet_commands(self) -> CommandSet {
        match self.0 {
            CharsetKind::Latin1 => CommandSet::Negotiation,
            CharsetKind::Encoding(encoding) if encoding == WINDOWS_1251 => CommandSet::Requests,
            CharsetKind::Encoding(encoding) if encoding.is_single_byte() && has_meaning(encoding, telnet::IAC) => {
                CommandSet::Negotiation
            }
            CharsetKind::Utf8 | CharsetKind::Encoding(_) => CommandSet::All,
        }
    }
}

fn has_meaning(encoding: &'static Encoding, byte: u8) -> bool {
    encoding.decode_without_bom_handling_and_without_replacement(&[byte]).is_some()
}

/// Whether `label` is a name of ISO/IEC 8859-1: those of the IANA registry, and `latin-1`.
fn is_latin1(label: &str) -> bool {
    const NAMES: [&str; 13] = [
        "latin-1",
        "latin1",
        "l1",
        "iso-8859-1",
        "iso8859-1",
        "iso88591",
        "iso_8859-1",
        "iso_8859-1:1987",
        "iso-ir-100",
        "csisolatin1",
        "cp819",
        "ibm819",
        "8859-1",
    ];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(label))
}

/// Decodes one row of UTF-8, without its line end, into `row`, which is cleared first.
///
/// Accepts any bytes. Starts with the default style, so that no colour is carried over from the previous row. A telnet
/// command becomes a mark, even inside an escape sequence or a character.
pub fn decode(bytes: &[u8], row: &mut Row) {
    decode_in(Charset::UTF_8, bytes, row);
}

/// Decodes one row in this charset, without its line end, into `row`, which is cleared first.
///
/// Works like [`decode()`]. A glyph's `source` is the offset of its first byte in `bytes`, and a byte that is invalid in the
/// charset becomes a mark `\xNN`. In charsets where FF is a letter, only telnet negotiation is recognised. Shift states are
/// not carried over from the previous row.
pub fn decode_in(charset: Charset, bytes: &[u8], row: &mut Row) {
    let is_plain_utf8 = match charset.0 {
        CharsetKind::Utf8 => !telnet::has_command(bytes, CommandSet::All),
        // ASCII rows need no translation, except in ISO-2022-JP with its escape sequences.
        kind => bytes.is_ascii() && !(kind == CharsetKind::Encoding(ISO_2022_JP) && bytes.contains(&ESC)),
    };
    if is_plain_utf8 {
        return decode_utf8(bytes, row);
    }
    let commands = charset.telnet_commands();
    let mut text = DecodedText::default();
    for segment in telnet::segments(bytes, commands) {
        match segment {
            TelnetSegment::Text(range) => {
                text.base = range.start;
                text.translate(charset.0, bytes.get(range).unwrap_or_default());
            }
            TelnetSegment::Command(range) => {
                text.base = range.start;
                text.invalid(0);
            }
        }
    }
    decode_translated(&DecodedInput { wire: bytes, commands, text: &text.text, sources: &text.sources }, row);
}

const ESC: u8 = 0x1b;

/// A byte that is never valid in UTF-8. In a translated row it represents an invalid byte or a telnet command.
const INVALID: u8 = 0xff;

/// A row being translated to UTF-8.
#[derive(Default)]
struct DecodedText {
    text: Vec<u8>,
    /// For each byte of `text`, the offset of its character in the row.
    sources: Vec<u32>,
    /// Offset in the row of the part being translated; added to all sources.
    base: usize,
}

impl DecodedText {
    fn translate(&mut self, kind: CharsetKind, bytes: &[u8]) {
        match kind {
            CharsetKind::Utf8 => bytes.iter().enumerate().for_each(|(offset, &byte)| self.utf8(&[byte], offset)),
            CharsetKind::Latin1 => {
                bytes.iter().enumerate().for_each(|(offset, &byte)| self.char(char::from(byte), offset));
            }
            CharsetKind::Encoding(encoding) if encoding == ISO_2022_JP => iso_2022_jp::translate(bytes, self),
            CharsetKind::Encoding(encoding) if encoding.is_single_byte() => single_byte(encoding, bytes, self),
            CharsetKind::Encoding(encoding) => multi_byte(encoding, bytes, self),
        }
    }

    fn char(&mut self, c: char, source: usize) {
        self.utf8(c.encode_utf8(&mut [0; 4]).as_bytes(), source);
    }

    fn invalid(&mut self, source: usize) {
        self.utf8(&[INVALID], source);
    }

    fn utf8(&mut self, text: &[u8], source: usize) {
        self.text.extend_from_slice(text);
        self.sources.resize(self.text.len(), u32::try_from(self.base + source).unwrap_or(u32::MAX));
    }
}

/// Translates a single-byte charset. Characters and bytes correspond one to one, so whole runs are decoded at once.
fn single_byte(encoding: &'static Encoding, bytes: &[u8], into: &mut DecodedText) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut run = String::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        run.clear();
        run.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(0));
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut run, false);
        run.chars().enumerate().for_each(|(index, c)| into.char(c, at + index));
        at += read;
        match result {
            DecoderResult::Malformed(..) => into.invalid(at.saturating_sub(1)),
            // The buffer is large enough for the whole rest; stopping here rules out an endless loop.
            DecoderResult::InputEmpty | DecoderResult::OutputFull => return,
        }
    }
}

/// Translates a charset of one to four bytes per character without shift states.
fn multi_byte(encoding: &'static Encoding, bytes: &[u8], into: &mut DecodedText) {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest.first() {
            Some(&byte) if byte.is_ascii() => {
                into.char(char::from(byte), at);
                1
            }
            _ => first_char(encoding.new_decoder_without_bom_handling(), rest, at, into),
        };
    }
}

/// Translates the first character of `rest`, which is not empty and begins at offset `at`. Returns its length in bytes.
///
/// The decoder is used for one character only: after an error it may have consumed bytes of the next character without
/// reporting how many. The Encoding Standard restarts after the malformed bytes and puts the others back, as is done here.
fn first_char(mut decoder: Decoder, rest: &[u8], at: usize, into: &mut DecodedText) -> usize {
    // Holds two characters, which a sequence of Big5 may produce.
    let mut buffer = [0; 16];
    for index in 0..=rest.len() {
        let next = rest.get(index..=index).unwrap_or_default();
        let (result, _, written) = decoder.decode_to_utf8_without_replacement(next, &mut buffer, next.is_empty());
        if let DecoderResult::Malformed(len, _) = result {
            let len = usize::from(len).clamp(1, rest.len());
            (at..at + len).for_each(|source| into.invalid(source));
            return len;
        }
        if written > 0 {
            into.utf8(buffer.get(..written).unwrap_or_default(), at);
            return index + 1;
        }
    }
    // Not reached: at the end of input a decoder has written a character or reported an error.
    into.invalid(at);
    1
}

#[cfg(test)]
mod tests;
