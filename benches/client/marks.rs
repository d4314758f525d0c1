//! Test data, and the marks by which painted output is recognised.

use memchr::memmem::Finder;

/// Ends a flood and serves as greeting: a sequence of letters that occurs nowhere else.
pub(crate) const MARK: &str = "ZZQZZQZZQZZQ";

/// Letters of [`token`].
const TOKEN: u32 = 12;

/// The letters of every other token.
const HALVES: [&[u8; 13]; 2] = [b"nopqrstuvwxyz", b"abcdefghijklm"];

/// Capitals that [`key`] cycles through; the server's output contains none of them.
const KEYS: &[u8; 24] = b"ABCDEFGHIJKLMNOPRSTUVWXY";

/// Returns at least this many bytes of chat lines, and [`MARK`] on its own line.
pub(crate) fn flood(bytes: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes + 256);
    let mut number = 0;
    while text.len() < bytes {
        let line = format!("user{:03}: the quick brown fox jumps over the lazy dog, message {number}\n", number % 500);
        text.extend_from_slice(line.as_bytes());
        number += 1;
    }
    text.extend_from_slice(format!("\n{MARK}\n").as_bytes());
    text
}

/// So many lines without a capital, the first with this number.
pub(crate) fn talk(first: u64, lines: u64) -> String {
    let lines = first..first + lines;
    lines.map(|number| format!("flood line {number} of the quiet kind\n")).collect::<Vec<_>>().concat()
}

/// A line to be typed.
///
/// It shares no letter in any column with the next: who draws only the cells that change writes all of it.
pub(crate) fn token(number: u32) -> String {
    let half = HALVES.into_iter().cycle().nth((number % 2) as usize).unwrap_or(HALVES[0]);
    let letter = |place: u32| half.iter().cycle().nth(((number * 7 + place * place + place) % 13) as usize);
    (0..TOKEN).filter_map(letter).map(|&letter| char::from(letter)).collect()
}

/// A key to be typed; not the same as the 23 before it.
pub(crate) fn key(number: usize) -> u8 {
    KEYS.get(number % KEYS.len()).copied().unwrap_or(b'A')
}

/// Looks for words in what is painted, read by read.
#[derive(Debug)]
pub(crate) struct Mark {
    finder: Finder<'static>,
    /// The end of what has been looked through, shorter than the words.
    rest: Vec<u8>,
}

impl Mark {
    pub(crate) fn new(words: &str) -> Self {
        Self { finder: Finder::new(words).into_owned(), rest: Vec::new() }
    }

    /// Whether the words are in this or end in it.
    pub(crate) fn is_in(&mut self, bytes: &[u8]) -> bool {
        self.rest.extend_from_slice(bytes);
        let found = self.finder.find(&self.rest).is_some();
        let kept = self.rest.len().min(self.finder.needle().len().saturating_sub(1));
        self.rest.drain(..self.rest.len() - kept);
        found
    }
}

/// Where the output of a program is with regard to escape sequences (ECMA-48).
///
/// A letter is not painted because the cursor moves: `ESC [ H` has an H.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Painting {
    #[default]
    Text,
    /// Behind ESC.
    Escape,
    /// Behind ESC and a blank to a slash: one more byte.
    Charset,
    /// In a control sequence, until a byte from `@` on.
    Control,
    /// In a string such as the window's title, until BEL or ESC.
    String,
}

impl Painting {
    /// Whether a letter is painted by this.
    pub(crate) fn has(&mut self, letter: u8, bytes: &[u8]) -> bool {
        // All of it, so that the next read begins where this one ends.
        bytes.iter().fold(false, |found, &byte| {
            let was = *self;
            *self = was.next(byte);
            found || (was == Self::Text && byte == letter)
        })
    }

    const fn next(self, byte: u8) -> Self {
        match (self, byte) {
            (_, 0x1b) => Self::Escape,
            (Self::Escape, b'[') => Self::Control,
            (Self::Escape, b']' | b'P' | b'^' | b'_' | b'X') => Self::String,
            (Self::Escape, b' '..=b'/') => Self::Charset,
            (Self::Control, b' '..=b'?') | (Self::String, ..=0x06 | 0x08..) => self,
            _ => Self::Text,
        }
    }
}
