//! Nicknames: the rules for valid names, the detection of confusable names, and the registry of names in use.
//!
//! In a chat only the name identifies the sender, so no two names may be confusable in any script, font or case. The
//! rules:
//!
//! - **Normalization.** A name is stored in NFC (UAX #15), so that `é` has one representation.
//! - **Characters.** Allowed are `-`, `_`, and letters, digits and marks that UTS #39 (3.1, Identifier Type) recommends for
//!   identifiers (UAX #31) or excludes only as rare, because names contain rare letters such as the `𠮷` of `𠮷田` and
//!   the `ţ` of older Romanian. Compatibility forms (full-width, superscript), technical, obsolete, historic, invisible
//!   and control characters are not allowed.
//! - **Marks.** A mark follows a letter, and the number of marks is limited, so that they do not cover neighbouring text
//!   (UTS #39, 5.4).
//! - **Scripts.** A name is single-script in the sense of UTS #39 (5.1). Digits belong to every script. Scripts that
//!   are used together count as one: Han with both kana (`日本カナ`), with Hangul, or with Bopomofo, but not with Latin.
//! - **Confusables.** A name is compared as written, in lower case and in upper case. Two names clash if any form of one
//!   has the same skeleton (UTS #39, 4) as any form of the other: `B0B` and `bob`, `Iain` and `lain`, `rnax` and `Max`,
//!   `straße` and `STRASSE`, Latin `ace` and Cyrillic `асе`.
//!
//! Clashing is not transitive: `bill` and `biil` both clash with `BiIl` but not with each other. A single key that folds
//! case and appearance would merge them, and `Ali` with `all`.
//!
//! The tables are those of `unicode-security` 0.1.3 and `unicode-normalization` 0.1.26, both for Unicode 18, and of the
//! standard library (Unicode 17 in Rust 1.95) for case. The skeleton of UTS #39 distinguishes `i̇` from `i`; this
//! module does not. Digits of different systems may be mixed.

mod error;
mod registry;
mod skeleton;
mod word_lists;

pub(crate) use error::{NicknameError, NicknameRule, Reason};
pub(crate) use registry::{ClaimResult, NicknameRegistry};

use skeleton::Skeletons;
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::general_security_profile::IdentifierType;
use unicode_security::mixed_script::AugmentedScriptSet;
use unicode_security::{GeneralSecurityProfile, MixedScript};
use unicode_width::UnicodeWidthChar;

/// Maximum length of a name in code points of its NFC form.
pub(crate) const MAX_CHARS: usize = 20;

/// Maximum number of zero-width marks in a row. UTS #39 (5.4) suggests 4; Burmese words have up to 5 (လွှို့ဝှက်).
const MAX_MARKS: usize = 5;

/// Names that could be mistaken for the server, its operators or a group, and command names, so that `/msg help` is an
/// error.
const RESERVED: [&str; 48] = [
    "admin",
    "administrator",
    "all",
    "anybody",
    "anyone",
    "everybody",
    "everyone",
    "error",
    "exit",
    "from",
    "help",
    "host",
    "info",
    "join",
    "kick",
    "leave",
    "list",
    "me",
    "message",
    "mod",
    "moderator",
    "msg",
    "name",
    "names",
    "netchat",
    "netchat-tui",
    "nick",
    "nobody",
    "notice",
    "null",
    "op",
    "operator",
    "owner",
    "quit",
    "room",
    "root",
    "server",
    "somebody",
    "someone",
    "sys",
    "sysop",
    "system",
    "to",
    "unknown",
    "users",
    "warning",
    "who",
    "you",
];

/// The skeletons of the reserved words, in lower case and capitalized: `AII` looks like `All`.
static RESERVED_SKELETONS: LazyLock<HashSet<Box<str>>> = LazyLock::new(|| {
    let capital = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    RESERVED.iter().flat_map(|&word| [word.to_owned(), capital(word)]).flat_map(|word| Skeletons::of(&word)).collect()
});

/// A valid nickname. [`NicknameRegistry`] knows whether it is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nickname {
    text: Box<str>,
    skeletons: Skeletons,
}

impl Nickname {
    /// Checks a name. Spaces at its ends are not removed.
    ///
    /// Takes time linear in the length of the input, which may be any text.
    ///
    /// # Errors
    /// The first rule that `input` breaks.
    pub(crate) fn parse(input: &str) -> Result<Self, NicknameRule> {
        if input.is_empty() {
            return Err(NicknameRule::Empty);
        }
        let chars = input.nfc().count();
        if chars > MAX_CHARS {
            return Err(NicknameRule::TooLong(chars));
        }
        let mut builder = NicknameBuilder::default();
        input.nfc().try_for_each(|c| builder.push(c))?;
        if !builder.text.chars().any(char::is_alphanumeric) {
            return Err(NicknameRule::NoLetterOrDigit);
        }
        let skeletons = Skeletons::of(&builder.text);
        if is_reserved(&builder.text, &skeletons) {
            return Err(NicknameRule::Reserved);
        }
        Ok(Self { text: builder.text.into_boxed_str(), skeletons })
    }

    /// The name in NFC.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether two names are equal or confusable.
    #[cfg(test)]
    fn clashes_with(&self, other: &Self) -> bool {
        self.skeletons.iter().any(|skeleton| other.skeletons.iter().any(|theirs| skeleton == theirs))
    }

    const fn skeletons(&self) -> &Skeletons {
        &self.skeletons
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a name clashes with a reserved word, also without `-` and `_` at its ends: `_server_`.
fn is_reserved(text: &str, skeletons: &Skeletons) -> bool {
    let matches_word = |skeletons: &Skeletons| skeletons.iter().any(|skeleton| RESERVED_SKELETONS.contains(skeleton));
    let bare = text.trim_matches(['-', '_']);
    if bare == text { matches_word(skeletons) } else { matches_word(&Skeletons::of(bare)) }
}

/// Whether UTS #39 allows a letter, digit or mark or excludes it only as rare. Rare marks are not allowed: some strike out
/// a letter or join it to the next.
fn is_allowed_letter(c: char) -> bool {
    match c.identifier_type() {
        Some(IdentifierType::Recommended | IdentifierType::Inclusion | IdentifierType::Limited_Use) => true,
        Some(IdentifierType::Uncommon_Use) => !is_combining_mark(c),
        _ => false,
    }
}

/// Builds a name character by character from NFC text.
#[derive(Debug, Default)]
struct NicknameBuilder {
    text: String,
    scripts: AugmentedScriptSet,
    /// Number of zero-width marks since the last letter.
    marks: usize,
}

impl NicknameBuilder {
    /// Appends a character. On an error the builder is unchanged.
    fn push(&mut self, c: char) -> Result<(), NicknameRule> {
        let is_mark = is_combining_mark(c);
        match c {
            '-' | '_' => {}
            c if c.is_ascii_alphanumeric() => {}
            c if !is_mark && !c.is_alphanumeric() => return Err(NicknameRule::Character(c)),
            c if !is_allowed_letter(c) => return Err(NicknameRule::Unusual(c)),
            _ => {}
        }
        if is_mark {
            self.check_mark(c)?;
        }
        let mut scripts = self.scripts;
        scripts.intersect_with(c.into());
        if scripts.is_empty() {
            return Err(NicknameRule::MixedScripts(self.conflicting_script(c), c));
        }
        self.scripts = scripts;
        if !is_mark {
            self.marks = 0;
        } else if c.width() == Some(0) {
            self.marks += 1;
        }
        self.text.push(c);
        Ok(())
    }

    /// Checks whether a mark may follow the characters so far.
    fn check_mark(&self, mark: char) -> Result<(), NicknameRule> {
        match self.text.chars().next_back() {
            Some(before) if before == mark => Err(NicknameRule::Marks(mark)),
            _ if self.marks >= MAX_MARKS => Err(NicknameRule::Marks(mark)),
            Some(before) if is_combining_mark(before) || before.is_alphabetic() => Ok(()),
            _ => Err(NicknameRule::StrayMark(mark)),
        }
    }

    /// The first character whose script conflicts with that of `c`, or the first one if only several of them do.
    fn conflicting_script(&self, c: char) -> char {
        let pair = |other: char| [other, c].iter().collect::<String>();
        let conflicting = self.text.chars().find(|&other| !pair(other).as_str().is_single_script());
        conflicting.or_else(|| self.text.chars().next()).unwrap_or(c)
    }
}

#[cfg(test)]
mod tests;
