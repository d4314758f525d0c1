//! Who speaks in a received line, as far as the line says so.
//!
//! A line server has no names of its own: `ann: hello` is a convention, and every student's server has another. What is
//! recognised unasked ([`SpeakerRule::Auto`]), all of it at the very start of the line:
//!
//! | a line | [`SpeechKind`] |
//! |---|---|
//! | `ann: hello`, `<ann> hello`, `[ann] hello`, `ann said: hello`, `ann says: hello` | [`SpeechKind::Message`] |
//! | `ann *waves*`, `* ann waves` | [`SpeechKind::Action`] |
//! | `ann -> you: hello`, `you -> ann: hello` | [`SpeechKind::Whisper`] |
//! | `* ann has joined`, `* anything else` | [`SpeechKind::Notice`] |
//!
//! For all else there is [`SpeakerRule::Pattern`]. It is recognition and no more: a wrong guess colours a word, and text is
//! never rewritten.

use regex::{Regex, RegexBuilder};
use std::fmt;
use std::ops::Range;

/// How the one who speaks is found.
#[derive(Debug, Clone, Default)]
pub enum SpeakerRule {
    /// By the conventions above.
    #[default]
    Auto,
    /// By the group `nick` of this pattern, or its first group. Made by [`SpeakerRule::parse`], which sees that there is one.
    Pattern(Regex),
    /// Not at all.
    Off,
}

/// The one who speaks in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Where the nickname stands, in bytes of the line's text. Empty for a notice that is about nobody. In a whisper
    /// it is the other's name, whichever way the whisper went.
    pub nick: Range<usize>,
    /// What kind of line it is.
    pub manner: SpeechKind,
}

/// What kind of line somebody speaks in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeechKind {
    /// Said to all.
    Message,
    /// What somebody does: `/me waves`.
    Action,
    /// Said to one alone.
    Whisper,
    /// The server's own words.
    Notice,
}

/// Characters of the longest nickname that is recognised.
const MAX_NICK: usize = 32;

/// Bytes of a line that are looked at: the longest nickname in the widest characters, and the signs around it.
const MAX_SCANNED: usize = 4 * MAX_NICK + 32;

/// The same for a pattern, which may want to see more.
const MAX_SCANNED_BY_PATTERN: usize = 512;

/// Bytes of memory a pattern may compile to: some hundred times what a sensible one takes.
const PATTERN_MEMORY: usize = 1 << 20;

impl SpeakerRule {
    /// Reads `auto`, `off` or a pattern.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the pattern, and what to write.
    pub fn parse(words: &str) -> Result<Self, String> {
        const EXAMPLE: &str = r"for example ^(\S+) wrote:";
        let pattern = match words.trim() {
            "auto" => return Ok(Self::Auto),
            "off" => return Ok(Self::Off),
            "" => return Err(format!("How are names found? Write auto, off or a pattern, {EXAMPLE}")),
            pattern => pattern,
        };
        let regex = RegexBuilder::new(pattern).size_limit(PATTERN_MEMORY).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "That pattern is too big: write a shorter one.".to_owned(),
            // Several lines with a drawing in them; the last one says what it is about.
            error => {
                let words = error.to_string();
                let last = words.lines().next_back().unwrap_or_default().trim_start_matches("error: ");
                format!("That is no regular expression: {}. Write one, {EXAMPLE}", crate::text::sanitize_line(last))
            }
        })?;
        if regex.captures_len() < 2 {
            return Err(format!("The pattern does not tell where the name is: put it in parentheses, {EXAMPLE}"));
        }
        Ok(Self::Pattern(regex))
    }

    /// Who speaks in this line. Only its first bytes are looked at, so a long line costs no more than a short one.
    pub fn speaker(&self, text: &str) -> Option<Speaker> {
        match self {
            Self::Off => None,
            Self::Auto => recognise(text),
            Self::Pattern(regex) => {
                let captures = regex.captures(head(text, MAX_SCANNED_BY_PATTERN))?;
                let nick = captures.name("nick").or_else(|| captures.get(1))?.range();
                (!nick.is_empty()).then_some(Speaker { nick, manner: SpeechKind::Message })
            }
        }
    }
}

/// By the pattern as it was written.
impl PartialEq for SpeakerRule {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Auto, Self::Auto) | (Self::Off, Self::Off) => true,
            (Self::Pattern(one), Self::Pattern(other)) => one.as_str() == other.as_str(),
            _ => false,
        }
    }
}

impl Eq for SpeakerRule {}

/// As [`SpeakerRule::parse`] reads it.
impl fmt::Display for SpeakerRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::Pattern(regex) => regex.as_str(),
        })
    }
}

/// A number for a nickname, to choose its colour by: the same on every machine and in every run, whatever its case.
pub fn nick_hash(nick: &str) -> u64 {
    // FNV-1a.
    let lower: String = nick.chars().flat_map(char::to_lowercase).collect();
    lower.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The first `max` bytes, or a few less so that no character is cut.
fn head(text: &str, max: usize) -> &str {
    if text.len() <= max {
        return text;
    }
    let end = (0..=max).rev().find(|&end| text.is_char_boundary(end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

fn recognise(text: &str) -> Option<Speaker> {
    let head = head(text, MAX_SCANNED);
    match head.as_bytes().first()? {
        b'*' => parse_star_line(head),
        b'<' => in_brackets(head, '>'),
        b'[' => in_brackets(head, ']'),
        _ => parse_prefix(head, text),
    }
}

/// `<ann> hello`, and with what IRC puts before the names of some: `<@ann> hello`.
fn in_brackets(head: &str, close: char) -> Option<Speaker> {
    let (inside, rest) = head.get(1..)?.split_once(close)?;
    begins_text(rest.strip_prefix(':').unwrap_or(rest)).then_some(())?;
    let nick = inside.trim_start_matches(['@', '+', '%', '&', '~']);
    let start = 1 + inside.len() - nick.len();
    speaker(nick, start, SpeechKind::Message)
}

/// All that begins with the name itself.
fn parse_prefix(head: &str, text: &str) -> Option<Speaker> {
    let word = head.split(char::is_whitespace).next()?;
    let rest = head.get(word.len()..)?;
    if let Some(nick) = word.strip_suffix(':') {
        return begins_text(rest).then(|| speaker(nick, 0, SpeechKind::Message))?;
    }
    if let Some(other) = rest.strip_prefix(TO).filter(|_| word == "you") {
        let (nick, rest) = other.split_once(':')?;
        return begins_text(rest).then(|| speaker(nick, word.len() + TO.len(), SpeechKind::Whisper))?;
    }
    let says = [" said:", " says:"].iter().find_map(|sign| rest.strip_prefix(sign));
    if says.is_some_and(begins_text) {
        return speaker(word, 0, SpeechKind::Message);
    }
    if rest.strip_prefix(" -> you:").is_some_and(begins_text) {
        return speaker(word, 0, SpeechKind::Whisper);
    }
    // The sign at the end is looked for at the end, not on the way there.
    let deed = text.get(word.len()..)?.strip_prefix(" *")?.trim_end().strip_suffix('*')?;
    (!deed.is_empty() && !deed.starts_with(' ')).then(|| speaker(word, 0, SpeechKind::Action))?
}

/// Between two names of whom one whispers to the other.
const TO: &str = " -> ";

/// `* ann has joined`, `* ann waves`, `* Nobody else is here yet.`
fn parse_star_line(head: &str) -> Option<Speaker> {
    let rest = head.strip_prefix("* ").filter(|rest| !rest.trim_start().is_empty())?;
    let mut words = rest.split(' ');
    let (nick, verb) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let manner = match super::not_nicks::classify_verb(verb.trim_end_matches(['.', '!'])) {
        super::not_nicks::VerbForm::Happens => SpeechKind::Notice,
        super::not_nicks::VerbForm::Done => SpeechKind::Action,
        super::not_nicks::VerbForm::None => return Some(Speaker { nick: 2..2, manner: SpeechKind::Notice }),
    };
    let about_nobody = Speaker { nick: 2..2, manner: SpeechKind::Notice };
    // `ann, bob joined`: that is a list.
    let is_name = !nick.ends_with([',', '.', ';', '!', '?', '"']) && !super::not_nicks::begins_a_sentence(nick);
    Some(is_name.then(|| speaker(nick, 2, manner)).flatten().unwrap_or(about_nobody))
}

fn speaker(nick: &str, start: usize, manner: SpeechKind) -> Option<Speaker> {
    (is_nick(nick) && !super::not_nicks::is_label(nick)).then(|| Speaker { nick: start..start + nick.len(), manner })
}

/// Whether a name's sign is followed by a gap and then by words. A prompt (`Name: `) is not.
fn begins_text(rest: &str) -> bool {
    rest.starts_with([' ', '\t']) && !rest.trim_start().is_empty()
}

fn is_nick(word: &str) -> bool {
    let is_fit = |c: char| !c.is_whitespace() && !c.is_control() && !":<>[]*/\\".contains(c);
    // One more than may be, so that no more than that are looked at.
    let len = word.chars().take(MAX_NICK + 1).take_while(|c| is_fit(*c)).map(char::len_utf8);
    let (chars, bytes) = len.fold((0, 0), |(chars, bytes), len| (chars + 1, bytes + len));
    let is_fit = chars <= MAX_NICK && bytes == word.len() && word.chars().any(char::is_alphabetic);
    // The second look is for accents of their own, on which the first takes no side.
    is_fit && (crate::text::is_harmless(word) || crate::text::sanitize_line(word) == word)
}

#[cfg(test)]
pub(in crate::app) mod tests;
