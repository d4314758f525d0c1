//! Rows off the wire: which charset they are in, which of their bytes are telnet's, and the way from there to glyphs.
//!
//! A row that is not plain UTF-8 is translated to it, with the offset each character came from, and then goes through
//! the decoder like any other: what is a mark there is a mark here. A command of telnet becomes one byte that the decoder
//! makes a mark of. The charsets and their names are those of the WHATWG Encoding
//! Standard as `encoding_rs` has them, but for one: Latin-1 is ISO/IEC 8859-1 here, where 80 to 9F are the C1 controls.
//! The web reads it as windows-1252, which would hide just what one looks for in a row of bytes.

use super::decode::{DecodedInput, decode_translated, decode_utf8};
use super::glyph::Row;
use super::telnet::{self, CommandSet, TelnetSegment};
use encoding_rs::{
    Decoder, DecoderResult, Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251,
};
use thiserror::Error;

mod iso_2022_jp;

/// How the bytes of a row are to be read as characters. UTF-8 unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charset(CharsetKind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum CharsetKind {
    #[default]
    Utf8,
    Latin1,
    Encoding(&'static Encoding),
}

/// Why there is no such charset to read rows in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CharsetError {
    /// It is UTF-16, in one byte order or the other.
    #[error(
        "\"{0}\" cannot be read row by row: a row ends at the byte 0A, which UTF-16 has inside characters. Have the \
         peer send utf-8, or look at the bytes."
    )]
    Utf16(String),
    /// One of those that the Encoding Standard gives up on, since text can be smuggled in them.
    #[error("\"{0}\" is not decoded by anyone any more, since it can hide text. Have the peer send utf-8.")]
    GivenUp(String),
    /// No charset is called that.
    #[error("\"{0}\" is no charset known here. Try utf-8, latin-1, windows-1252, shift_jis or koi8-r.")]
    Unknown(String),
}

impl Charset {
    /// UTF-8 (RFC 3629).
    pub const UTF_8: Self = Self(CharsetKind::Utf8);

    /// The charset of this name: any label of the Encoding Standard, in any case, with blanks around it or not.
    ///
    /// All names that ISO/IEC 8859-1 has of its own, `latin-1` and `iso-8859-1` among them, mean just that.
    ///
    /// # Errors
    /// If there is none of the name, or none that a row can be in. What is quoted is safe to show.
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
            Some(encoding) if encoding == REPLACEMENT => Err(CharsetError::GivenUp(super::sanitize_line(label))),
            Some(encoding) => Ok(Self(CharsetKind::Encoding(encoding))),
            None => Err(CharsetError::Unknown(super::sanitize_line(label))),
        }
    }

    /// Its name as one would write it: `UTF-8`, `latin-1`, `windows-1252`, `Shift_JIS`. [`Charset::parse`] reads it.
    pub fn name(self) -> &'static str {
        match self.0 {
            CharsetKind::Utf8 => UTF_8.name(),
            CharsetKind::Latin1 => "latin-1",
            CharsetKind::Encoding(encoding) => encoding.name(),
        }
    }

    /// Whether it is UTF-8, so that rows are read as they are.
    pub const fn is_utf8(self) -> bool {
        matches!(self.0, CharsetKind::Utf8)
    }

    /// Which of telnet's commands there can be in a row. FF is a letter in some charsets of one byte a character, and
    /// no part of any character in those of several.
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

/// The names of ISO/IEC 8859-1 (IANA's register of character sets), and the one everybody says.
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

/// Decodes one row of UTF-8, its line end not included, into `row`, which is cleared first.
///
/// Total: any bytes give a row. The style starts plain, so nothing carries over from the row before. A command of telnet
/// is a mark, wherever it stands, and no part of the text around it.
pub fn decode(bytes: &[u8], row: &mut Row) {
    decode_in(Charset::UTF_8, bytes, row);
}

/// Decodes one row in this charset, its line end not included, into `row`, which is cleared first.
///
/// The same as [`decode()`] in every way but how characters are told: a glyph's `source` is the offset of its
/// first byte in `bytes`, in whatever charset these are, and a byte that has no meaning there is a mark `\xNN`. Where FF
/// is a letter, only negotiation is taken for a command of telnet. Total: any bytes give a row. A row starts anew: what
/// a shift in the row before said is forgotten.
pub fn decode_in(charset: Charset, bytes: &[u8], row: &mut Row) {
    let is_ready = match charset.0 {
        CharsetKind::Utf8 => !telnet::is_in(bytes, CommandSet::All),
        // Most rows are ASCII whatever they are said to be in, and only one charset here has other plans for it.
        kind => bytes.is_ascii() && !(kind == CharsetKind::Encoding(ISO_2022_JP) && bytes.contains(&ESC)),
    };
    if is_ready {
        return decode_utf8(bytes, row);
    }
    let commands = charset.telnet_commands();
    let mut text = DecodedText::default();
    for part in telnet::parts(bytes, commands) {
        match part {
            TelnetSegment::Text(range) => {
                text.base = range.start;
                text.said(charset.0, bytes.get(range).unwrap_or_default());
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

/// A byte that UTF-8 never has: what stands in the translation for a byte that has no meaning, and for a command.
const INVALID: u8 = 0xff;

/// A row on its way to UTF-8.
#[derive(Default)]
struct DecodedText {
    text: Vec<u8>,
    /// One for each byte of `text`: where the character it belongs to began.
    sources: Vec<u32>,
    /// Where in the row the part begins that is being translated; offsets are counted from there.
    base: usize,
}

impl DecodedText {
    fn said(&mut self, kind: CharsetKind, bytes: &[u8]) {
        match kind {
            CharsetKind::Utf8 => bytes.iter().enumerate().for_each(|(at, &byte)| self.utf8(&[byte], at)),
            CharsetKind::Latin1 => bytes.iter().enumerate().for_each(|(at, &byte)| self.char(char::from(byte), at)),
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

/// One character for each byte, so the nth of one is the nth of the other and a whole run can be decoded at once.
fn single_byte(encoding: &'static Encoding, bytes: &[u8], into: &mut DecodedText) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut run = String::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        run.clear();
        run.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(0));
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut run, false);
        run.chars().enumerate().for_each(|(n, c)| into.char(c, at + n));
        at += read;
        match result {
            DecoderResult::Malformed(..) => into.invalid(at.saturating_sub(1)),
            // The reserve above is enough for all of it; whatever else happened must not go round for ever.
            DecoderResult::InputEmpty | DecoderResult::OutputFull => return,
        }
    }
}

/// Characters of one to four bytes that do not depend on those before.
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

/// Translates the first character of `rest`, which is not empty and stands at offset `at`. Gives its length in bytes.
///
/// A decoder is fed to its first answer and thrown away. Going on with it would be cheaper, but after an error it has
/// bytes of the next character in hand and does not say how they are divided. Starting over at the byte after those
/// that it finds fault with is what the Encoding Standard asks for (it puts the others back).
fn first_char(mut decoder: Decoder, rest: &[u8], at: usize, into: &mut DecodedText) -> usize {
    // Two characters at most, in Big5.
    let mut buffer = [0; 16];
    for n in 0..=rest.len() {
        let next = rest.get(n..=n).unwrap_or_default();
        let (result, _, written) = decoder.decode_to_utf8_without_replacement(next, &mut buffer, next.is_empty());
        if let DecoderResult::Malformed(len, _) = result {
            let len = usize::from(len).clamp(1, rest.len());
            (at..at + len).for_each(|source| into.invalid(source));
            return len;
        }
        if written > 0 {
            into.utf8(buffer.get(..written).unwrap_or_default(), at);
            return n + 1;
        }
    }
    // Never reached: at its end a decoder has written something or found fault. But bytes must not get lost.
    into.invalid(at);
    1
}

#[cfg(test)]
mod tests;
