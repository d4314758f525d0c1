//! Why a name is refused, in words, and what to take instead.

use super::{MAX_CHARS, MAX_MARKS, Nickname};
use crate::server::sanitize::excerpt;
use crate::text::{GlyphKind, Row, decode_plain};
use std::fmt;
use thiserror::Error;
use unicode_normalization::char::is_combining_mark;
use unicode_security::mixed_script::AugmentedScriptSet;

/// The rule a text breaks, so that it cannot be a name.
///
/// Its words are a clause, to follow a colon. They show no character raw that cannot be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NicknameRule {
    /// There is nothing.
    #[error("a name has at least one letter or digit")]
    Empty,
    /// It has this many characters.
    #[error("a name has at most {MAX_CHARS} characters, and this has {0}")]
    TooLong(usize),
    /// No letter, digit or mark, nor `-` or `_`.
    #[error("a name is made of letters, digits, - and _, and {} is none of these", shown(*.0))]
    Character(char),
    /// A letter, digit or mark that UTS #39 keeps out of identifiers for more than being rare.
    #[error("{} is not among the letters and digits in everyday use", shown(*.0))]
    Unusual(char),
    /// A combining mark with no letter before it.
    #[error("{} is a mark that needs a letter before it", shown(*.0))]
    StrayMark(char),
    /// A combining mark too many, or the same one twice.
    #[error("a letter bears at most {MAX_MARKS} marks and none twice, so {} is too much", shown(*.0))]
    Marks(char),
    /// Only `-` and `_`.
    #[error("a name has at least one letter or digit")]
    NothingToRead,
    /// Two characters that belong to different scripts.
    #[error("a name keeps to one script, {}", scripts(*.0, *.1))]
    MixedScripts(char, char),
    /// One of the server's own words, or too like one.
    #[error("that is one of the server's own words, or looks like one")]
    Reserved,
}

/// Why somebody does not get a name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Reason {
    /// It is no name.
    #[error(transparent)]
    Invalid(#[from] NicknameRule),
    /// Somebody is called that, perhaps in other case.
    #[error("\"{0}\" is here already")]
    Taken(Nickname),
    /// Somebody's name could be taken for it.
    #[error("it looks too much like \"{0}\", who is here already")]
    TooSimilar(Nickname),
}

/// A name refused: why, and one to take instead.
///
/// Its words are whole sentences of printable text, whatever was typed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct NicknameError {
    /// What was asked for, neutralised and cut short.
    asked: String,
    /// Why not.
    pub reason: Reason,
    /// A name that was free when this was written.
    pub suggestion: Nickname,
}

impl NicknameError {
    pub(super) fn new(typed: &str, reason: Reason, suggestion: Nickname) -> Self {
        Self { asked: excerpt(typed), reason, suggestion }
    }
}

impl fmt::Display for NicknameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, reason, suggestion } = self;
        match reason {
            Reason::Invalid(NicknameRule::Empty) => write!(f, "You need a name")?,
            _ => write!(f, "You cannot be \"{asked}\"")?,
        }
        write!(f, ": {reason}. Try {suggestion}.")
    }
}

/// A character in a sentence: itself, if it can be seen, and its number, if that tells more.
fn shown(c: char) -> String {
    let number = format!("U+{:04X}", u32::from(c));
    let mut row = Row::default();
    decode_plain(c.encode_utf8(&mut [0; 4]).as_bytes(), &mut row);
    let is_seen = row.glyphs().iter().all(|glyph| glyph.kind == GlyphKind::Text);
    match c {
        ' ' => "a blank".to_owned(),
        c if c.is_ascii_graphic() => format!("\"{c}\""),
        _ if is_seen => format!("\"{}\" ({number})", row.text()),
        _ => number,
    }
}

/// What is wrong between two characters. Looking alike they may tell a reader nothing, so their scripts are named.
fn scripts(one: char, other: char) -> String {
    let (one_shown, other_shown) = (shown(one), shown(other));
    match (script(one), script(other)) {
        (Some(first), Some(second)) => format!("and {one_shown} is {first} but {other_shown} is {second}"),
        _ if is_combining_mark(other) => format!("and {other_shown} does not go with {one_shown}"),
        _ => format!("and {one_shown} and {other_shown} belong to different ones"),
    }
}

/// The name of a character's script, if it belongs to one only.
fn script(c: char) -> Option<&'static str> {
    let set = AugmentedScriptSet::for_char(c);
    let mut scripts = set.base.iter();
    let first = scripts.next()?;
    scripts.next().is_none().then(|| first.full_name())
}
