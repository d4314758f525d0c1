//! Finds the speaker of a received line.
//!
//! The protocol of line servers has no names: `ann: hello` is a convention, and servers differ. [`SpeakerRule::Auto`]
//! recognises these forms at the start of a line:
//!
//! | Line | [`SpeechKind`] |
//! |---|---|
//! | `ann: hello`, `<ann> hello`, `[ann] hello`, `ann said: hello`, `ann says: hello` | [`SpeechKind::Message`] |
//! | `ann *waves*`, `* ann waves` | [`SpeechKind::Action`] |
//! | `ann -> you: hello`, `you -> ann: hello` | [`SpeechKind::Whisper`] |
//! | `* ann has joined`, `* anything else` | [`SpeechKind::Notice`] |
//!
//! [`SpeakerRule::Pattern`] covers other conventions. A wrong guess only affects colours and mentions; text is never
//! changed.

use regex::{Regex, RegexBuilder};
use std::fmt;
use std::ops::Range;

/// Rule for finding the speaker of a line.
#[derive(Debug, Clone, Default)]
pub enum SpeakerRule {
    /// Recognises common conventions.
    #[default]
    Auto,
    /// Uses the group `nick` of this pattern, or its first group; [`SpeakerRule::parse`] ensures that it has one.
    Pattern(Regex),
    /// Finds no speakers.
    Off,
}

/// The speaker of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Byte range of the nickname in the text of the line. Empty for a notice about nobody. In a whisper it is the other
    /// person's, for both directions.
    pub nick: Range<usize>,
    /// Kind of the line.
    pub kind: SpeechKind,
}

/// Kind of a line with a speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeechKind {
    /// A message to everybody.
    Message,
    /// An action: `/me waves`.
    Action,
    /// A private message.
    Whisper,
    /// A notice of the server.
    Notice,
}

/// Maximum length of a nickname in characters.
const MAX_NICK_CHARS: usize = 32;

/// Bytes of a line that are examined: the longest nickname in four-byte characters, and the punctuation around it.
const MAX_SCANNED_BYTES: usize = 4 * MAX_NICK_CHARS + 32;

/// Bytes of a line that a pattern is matched against.
const MAX_PATTERN_SCANNED_BYTES: usize = 512;

/// Maximum size of a compiled pattern in bytes, about a hundred times that of a usual one.
const MAX_PATTERN_BYTES: usize = 1 << 20;

impl SpeakerRule {
    /// Parses `auto`, `off` or a pattern.
    ///
    /// # Errors
    /// If the pattern is invalid: a sentence with the reason and an example.
    pub fn parse(text: &str) -> Result<Self, String> {
        const EXAMPLE: &str = r"for example ^(\S+) wrote:";
        let pattern = match text.trim() {
            "auto" => return Ok(Self::Auto),
            "off" => return Ok(Self::Off),
            "" => return Err(format!("Use auto, off or a pattern, {EXAMPLE}")),
            pattern => pattern,
        };
        let regex = RegexBuilder::new(pattern).size_limit(MAX_PATTERN_BYTES).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "The pattern is too large. Use a shorter one.".to_owned(),
            // The message has several lines; the last one is the reason.
            error => {
                let message = error.to_string();
                let reason = message.lines().next_back().unwrap_or_default().trim_start_matches("error: ");
                format!("Invalid pattern: {}. Write one {EXAMPLE}", crate::text::sanitize_line(reason))
            }
        })?;
        if regex.captures_len() < 2 {
            return Err(format!("The pattern has no group for the name. Put it in parentheses, {EXAMPLE}"));
        }
        Ok(Self::Pattern(regex))
    }

    /// Finds the speaker of a line. Examines only its first bytes, so that long lines cost no more than short ones.
    pub fn speaker(&self, text: &str) -> Option<Speaker> {
        match self {
            Self::Off => None,
            Self::Auto => recognise(text),
            Self::Pattern(regex) => {
                let captures = regex.captures(head(text, MAX_PATTERN_SCANNED_BYTES))?;
                let nick = captures.name("nick").or_else(|| captures.get(1))?.range();
                (!nick.is_empty()).then_some(Speaker { nick, kind: SpeechKind::Message })
            }
        }
    }
}

/// Compares patterns by their source.
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

/// Formats a rule so that [`SpeakerRule::parse`] parses it.
impl fmt::Display for SpeakerRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::Pattern(regex) => regex.as_str(),
        })
    }
}

/// Returns a hash of a nickname, for choosing its colour. Ignores case and is the same on every machine and in every run.
pub(crate) fn nick_hash(nick: &str) -> u64 {
    // FNV-1a, 64 bits.
    let lower: String = nick.chars().flat_map(char::to_lowercase).collect();
    lower.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Returns the first `max` bytes, or slightly fewer to end between characters.
fn head(text: &str, max: usize) -> &str {
    if text.len() <= max {
        return text;
    }
    let end = (0..=max).rev().find(|&end| text.is_char_boundary(end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

fn recognise(text: &str) -> Option<Speaker> {
    let head = head(text, MAX_SCANNED_BYTES);
    match head.as_bytes().first()? {
        b'*' => parse_star_line(head),
        b'<' => parse_brackets(head, '>'),
        b'[' => parse_brackets(head, ']'),
        _ => parse_prefix(head, text),
    }
}

/// Parses `<ann> hello`, possibly with an IRC prefix as in `<@ann> hello`.
fn parse_brackets(head: &str, close: char) -> Option<Speaker> {
    let (inside, rest) = head.get(1..)?.split_once(close)?;
    begins_text(rest.strip_prefix(':').unwrap_or(rest)).then_some(())?;
    let nick = inside.trim_start_matches(['@', '+', '%', '&', '~']);
    let start = 1 + inside.len() - nick.len();
    speaker(nick, start, SpeechKind::Message)
}

/// Parses the forms that begin with the nickname itself.
fn parse_prefix(head: &str, text: &str) -> Option<Speaker> {
    let word = head.split(char::is_whitespace).next()?;
    let rest = head.get(word.len()..)?;
    if let Some(nick) = word.strip_suffix(':') {
        return begins_text(rest).then(|| speaker(nick, 0, SpeechKind::Message))?;
    }
    if let Some(other) = rest.strip_prefix(WHISPER_ARROW).filter(|_| word == "you") {
        let (nick, rest) = other.split_once(':')?;
        return begins_text(rest).then(|| speaker(nick, word.len() + WHISPER_ARROW.len(), SpeechKind::Whisper))?;
    }
    let says = [" said:", " says:"].iter().find_map(|suffix| rest.strip_prefix(suffix));
    if says.is_some_and(begins_text) {
        return speaker(word, 0, SpeechKind::Message);
    }
    if rest.strip_prefix(" -> you:").is_some_and(begins_text) {
        return speaker(word, 0, SpeechKind::Whisper);
    }
    // Checks only the end of the line for the closing star.
    let action = text.get(word.len()..)?.strip_prefix(" *")?.trim_end().strip_suffix('*')?;
    (!action.is_empty() && !action.starts_with(' ')).then(|| speaker(word, 0, SpeechKind::Action))?
}

/// Separator between the two nicknames of a whisper.
const WHISPER_ARROW: &str = " -> ";

/// Parses `* ann has joined`, `* ann waves`, `* Nobody else is here yet.`
fn parse_star_line(head: &str) -> Option<Speaker> {
    let rest = head.strip_prefix("* ").filter(|rest| !rest.trim_start().is_empty())?;
    let mut words = rest.split(' ');
    let (nick, verb) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let kind = match super::not_nicks::classify_verb(verb.trim_end_matches(['.', '!'])) {
        super::not_nicks::VerbForm::Event => SpeechKind::Notice,
        super::not_nicks::VerbForm::Action => SpeechKind::Action,
        super::not_nicks::VerbForm::None => return Some(Speaker { nick: 2..2, kind: SpeechKind::Notice }),
    };
    let about_nobody = Speaker { nick: 2..2, kind: SpeechKind::Notice };
    // A trailing comma means a list, as in `* ann, bob joined`.
    let is_name = !nick.ends_with([',', '.', ';', '!', '?', '"']) && !super::not_nicks::begins_sentence(nick);
    Some(is_name.then(|| speaker(nick, 2, kind)).flatten().unwrap_or(about_nobody))
}

fn speaker(nick: &str, start: usize, kind: SpeechKind) -> Option<Speaker> {
    (is_nick(nick) && !super::not_nicks::is_label(nick)).then(|| Speaker { nick: start..start + nick.len(), kind })
}

/// Whether text follows after whitespace. A prompt such as `Name: ` has none.
fn begins_text(rest: &str) -> bool {
    rest.starts_with([' ', '\t']) && !rest.trim_start().is_empty()
}

fn is_nick(word: &str) -> bool {
    let is_nick_char = |c: char| !c.is_whitespace() && !c.is_control() && !":<>[]*/\\".contains(c);
    // Reads one character more than the maximum, to detect longer words cheaply.
    let len = word.chars().take(MAX_NICK_CHARS + 1).take_while(|c| is_nick_char(*c)).map(char::len_utf8);
    let (chars, bytes) = len.fold((0, 0), |(chars, bytes), len| (chars + 1, bytes + len));
    let is_valid = chars <= MAX_NICK_CHARS && bytes == word.len() && word.chars().any(char::is_alphabetic);
    // `is_harmless` is a fast check; combining accents need `sanitize_line`.
    is_valid && (crate::text::is_harmless(word) || crate::text::sanitize_line(word) == word)
}

#[cfg(test)]
pub(in crate::app) mod tests;
