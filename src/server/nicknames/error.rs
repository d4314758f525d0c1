//! Errors for refused nicknames, with the reason and a suggestion.

use super::{MAX_CHARS, MAX_MARKS, Nickname};
use crate::server::sanitize::excerpt;
use crate::text::{GlyphKind, Row, decode_plain};
use std::fmt;
use thiserror::Error;
use unicode_normalization::char::is_combining_mark;
use unicode_security::mixed_script::AugmentedScriptSet;

/// The rule that an invalid name breaks.
///
/// `Display` is a clause to follow a colon. It contains no invisible characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum NicknameRule {
    /// The name is empty.
    #[error("a nickname needs at least one letter or digit")]
    Empty,
    /// The name is too long; holds its length.
    #[error("a nickname has at most {MAX_CHARS} characters, and this has {0}")]
    TooLong(usize),
    /// A character that is no letter, digit or mark, nor `-` or `_`.
    #[error("use only letters, digits, - and _, not {}", describe(*.0))]
    Character(char),
    /// A letter, digit or mark that UTS #39 excludes from identifiers, and not only as rare.
    #[error("{} is not a commonly used letter or digit", describe(*.0))]
    Unusual(char),
    /// A combining mark without a letter before it.
    #[error("{} is a mark and needs a letter before it", describe(*.0))]
    StrayMark(char),
    /// Too many combining marks, or a repeated one.
    #[error("a letter can have {MAX_MARKS} different marks, so {} is one too many", describe(*.0))]
    Marks(char),
    /// Only `-` and `_`.
    #[error("a nickname needs at least one letter or digit")]
    NoLetterOrDigit,
    /// Two characters of different scripts.
    #[error("a nickname uses one script, {}", describe_conflict(*.0, *.1))]
    MixedScripts(char, char),
    /// A reserved word or a name that looks like one.
    #[error("that is a reserved word or looks like one")]
    Reserved,
}

/// Why a name is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Reason {
    /// The name is not valid.
    #[error(transparent)]
    Invalid(#[from] NicknameRule),
    /// The name is in use, perhaps with different case.
    #[error("\"{0}\" is already taken")]
    Taken(Nickname),
    /// The name is confusable with one in use.
    #[error("it looks too much like \"{0}\", which is taken")]
    TooSimilar(Nickname),
}

/// A refused name, with the reason and a suggestion.
///
/// `Display` is printable text in whole sentences, whatever the input was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) struct NicknameError {
    /// The requested name, escaped and shortened.
    requested: String,
    /// Why it is refused.
    pub reason: Reason,
    /// A similar or random name that was free when the error was created.
    pub suggestion: Nickname,
}

impl NicknameError {
    pub(super) fn new(input: &str, reason: Reason, suggestion: Nickname) -> Self {
        Self { requested: excerpt(input), reason, suggestion }
    }
}

impl fmt::Display for NicknameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requested, reason, suggestion } = self;
        match reason {
            Reason::Invalid(NicknameRule::Empty) => write!(f, "No nickname given")?,
            _ => write!(f, "You cannot be \"{requested}\"")?,
        }
        write!(f, ": {reason}. Try {suggestion}.")
    }
}

/// Describes a character for a message: itself, if it is visible, and its code point, unless it is ASCII.
fn describe(c: char) -> String {
    let code_point = format!("U+{:04X}", u32::from(c));
    let mut row = Row::default();
    decode_plain(c.encode_utf8(&mut [0; 4]).as_bytes(), &mut row);
    let is_visible = row.glyphs().iter().all(|glyph| glyph.kind == GlyphKind::Text);
    match c {
        ' ' => "a space".to_owned(),
        c if c.is_ascii_graphic() => format!("\"{c}\""),
        _ if is_visible => format!("\"{}\" ({code_point})", row.text()),
        _ => code_point,
    }
}

/// A clause about two characters of different scripts. Names the scripts, because the characters may look alike.
fn describe_conflict(one: char, other: char) -> String {
    let (one_text, other_text) = (describe(one), describe(other));
    match (script(one), script(other)) {
        (Some(first), Some(second)) => format!("but {one_text} is {first} and {other_text} is {second}"),
        _ if is_combining_mark(other) => format!("but {other_text} does not combine with {one_text}"),
        _ => format!("but {one_text} and {other_text} are of different scripts"),
    }
}

/// The name of a character's script, if it belongs to exactly one.
fn script(c: char) -> Option<&'static str> {
    let set = AugmentedScriptSet::for_char(c);
    let mut scripts = set.base.iter();
    let first = scripts.next()?;
    scripts.next().is_none().then(|| first.full_name())
}
