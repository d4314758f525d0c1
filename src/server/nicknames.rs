//! Nicknames: what may be one, which two are too alike, who has which.
//!
//! In a chat a name is all there is to tell who speaks, so two names must not pass for one another, whatever script,
//! font or case they are read in. The rules, and where they come from:
//!
//! - **Spelling.** A name is kept in NFC (UAX #15), so that `é` is one thing however it was typed.
//! - **Characters.** `-`, `_`, and letters, digits and marks that UTS #39 (3.1, Identifier Type) finds fit for identifiers
//!   (UAX #31) or takes out only for being of a rare script or a rare letter: names are where rare letters live, the `𠮷`
//!   of `𠮷田` and the `ţ` of older Romanian among them. Not those that are forms of others (full-width, superscript),
//!   technical, obsolete or of historic scripts. Nothing invisible is among them, and no control.
//! - **Marks.** A mark has a letter to stand on; there are not so many that they cover their neighbours (5.4).
//! - **Scripts.** A name is single-script in the sense of UTS #39 (5.1). Digits belong to every script, and what is
//!   written together counts as one: Han with both kana (`日本カナ`), with Hangul, or with Bopomofo. Latin among
//!   them does not.
//! - **Likeness.** A name can be read as it is written, in small letters, and in capitals. Two names are too alike if
//!   one, read in any of these ways, has the skeleton (UTS #39, 4) of the other read in any of them: `B0B` and `bob`,
//!   `Iain` and `lain`, `rnax` and `Max`, `straße` and `STRASSE`, Latin `ace` and Cyrillic `асе`. The keys say more.
//!
//! The likeness is not carried on from name to name: `bill` and `biil` are both too like `BiIl`, and yet two names.
//! Folding case and looks into a single key would make one of them, and `Ali` the same as `all`.
//!
//! The tables are those of `unicode-security` 0.1.3 and `unicode-normalization` 0.1.26, both of Unicode 18, and of the
//! standard library (17 in Rust 1.95) for case. `unicode-security`'s skeleton is the standard's, which takes `i̇` for
//! something else than `i`; that is made good here. Digits of two systems may stand in one name.

mod error;
mod registry;
mod skeleton;
mod word_lists;

pub use error::{NicknameError, NicknameRule, Reason};
pub use registry::{ClaimResult, NicknameRegistry};

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

/// Characters of the longest name, counted as code points of its NFC form.
pub const MAX_CHARS: usize = 20;

/// Marks in a row that take no room of their own. UTS #39 (5.4) suggests 4; Burmese has words with 5 (လွှို့ဝှက်, a secret).
const MAX_MARKS: usize = 5;

/// What the server calls itself, the people who run it, nobody and everybody; and its commands, so that `/msg help`
/// stays a mistake that can be pointed out.
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

/// The keys of the words and of the words with a capital: `AII` looks like `All`.
static RESERVED_KEYS: LazyLock<HashSet<Box<str>>> = LazyLock::new(|| {
    let capital = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    RESERVED.iter().flat_map(|&word| [word.to_owned(), capital(word)]).flat_map(|word| Skeletons::of(&word)).collect()
});

/// A nickname that keeps to the rules. Whether it is free is for the `RecentServersFile` to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nickname {
    shown: Box<str>,
    keys: Skeletons,
}

impl Nickname {
    /// Checks what somebody typed, blanks and all: cutting these off is for the caller.
    ///
    /// Takes any text of any length, in time that grows with it.
    ///
    /// # Errors
    /// The first rule that `typed` breaks.
    pub fn parse(typed: &str) -> Result<Self, NicknameRule> {
        if typed.is_empty() {
            return Err(NicknameRule::Empty);
        }
        // Measured before it is looked into, so that nothing below has more than this many characters to deal with.
        let chars = typed.nfc().count();
        if chars > MAX_CHARS {
            return Err(NicknameRule::TooLong(chars));
        }
        let mut draft = NicknameBuilder::default();
        typed.nfc().try_for_each(|c| draft.push(c))?;
        if !draft.text.chars().any(char::is_alphanumeric) {
            return Err(NicknameRule::NothingToRead);
        }
        let keys = Skeletons::of(&draft.text);
        if is_reserved(&draft.text, &keys) {
            return Err(NicknameRule::Reserved);
        }
        Ok(Self { shown: draft.text.into_boxed_str(), keys })
    }

    /// The name as it is shown, in NFC.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// Whether the two could be taken for one another. A name clashes with itself.
    pub fn clashes_with(&self, other: &Self) -> bool {
        self.keys.iter().any(|key| other.keys.iter().any(|theirs| key == theirs))
    }

    const fn keys(&self) -> &Skeletons {
        &self.keys
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Whether a text is one of the server's words. Dressing up does not help: `_server_` is the server, too.
fn is_reserved(text: &str, keys: &Skeletons) -> bool {
    let knows = |keys: &Skeletons| keys.iter().any(|key| RESERVED_KEYS.contains(key));
    let bare = text.trim_matches(['-', '_']);
    if bare == text { knows(keys) } else { knows(&Skeletons::of(bare)) }
}

/// Whether UTS #39 has nothing against a letter, digit or mark but that it is rare. Rare marks are another thing: bars that
/// strike out a letter, lines that join it to the next.
fn is_for_names(c: char) -> bool {
    match c.identifier_type() {
        Some(IdentifierType::Recommended | IdentifierType::Inclusion | IdentifierType::Limited_Use) => true,
        Some(IdentifierType::Uncommon_Use) => !is_combining_mark(c),
        _ => false,
    }
}

/// A name while it is read, character by character, in NFC.
#[derive(Debug, Default)]
struct NicknameBuilder {
    text: String,
    scripts: AugmentedScriptSet,
    /// Marks without room of their own since the last letter.
    marks: usize,
}

impl NicknameBuilder {
    /// Adds a character, unless the rules forbid it in this place; then the draft stays as it was.
    fn push(&mut self, c: char) -> Result<(), NicknameRule> {
        let is_mark = is_combining_mark(c);
        match c {
            '-' | '_' => {}
            c if c.is_ascii_alphanumeric() => {}
            c if !is_mark && !c.is_alphanumeric() => return Err(NicknameRule::Character(c)),
            c if !is_for_names(c) => return Err(NicknameRule::Unusual(c)),
            _ => {}
        }
        if is_mark {
            self.can_carry_mark(c)?;
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

    /// Whether what is before a mark can bear it.
    fn can_carry_mark(&self, mark: char) -> Result<(), NicknameRule> {
        match self.text.chars().next_back() {
            Some(before) if before == mark => Err(NicknameRule::Marks(mark)),
            _ if self.marks >= MAX_MARKS => Err(NicknameRule::Marks(mark)),
            Some(before) if is_combining_mark(before) || before.is_alphabetic() => Ok(()),
            _ => Err(NicknameRule::StrayMark(mark)),
        }
    }

    /// The character so far that `c` cannot be written beside, or the first one, if it takes several of them.
    fn conflicting_script(&self, c: char) -> char {
        let beside = |other: char| [other, c].iter().collect::<String>();
        let stranger = self.text.chars().find(|&other| !beside(other).as_str().is_single_script());
        stranger.or_else(|| self.text.chars().next()).unwrap_or(c)
    }
}

#[cfg(test)]
mod tests;
