//! Defines search patterns: literal text or regular expressions, with smart case.
//!
//! Testing for a match takes time linear in the length of the text. Finding *all* matches may take quadratic time, so that
//! is done only for text on the screen.

use regex::bytes::{Regex, RegexBuilder};
use std::ops::Range;

/// Syntax of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Syntax {
    /// Literal text.
    #[default]
    Literal,
    /// A regular expression of the crate `regex`.
    Regex,
}

/// Whether a pattern ignores case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaseMatching {
    /// Ignores case unless the pattern has an uppercase letter.
    #[default]
    Smart,
    /// Matches case exactly.
    Exact,
}

/// Maximum size of a compiled pattern in bytes. Larger ones would be slow.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// Bytes before and after a part of a text that are searched together with it.
const CONTEXT_BYTES: usize = 1024;

/// A compiled search pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    syntax: Syntax,
    regex: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.regex.as_str() == other.regex.as_str()
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If it is an invalid or too large regular expression: a sentence with the reason.
    pub fn new(source: &str, syntax: Syntax, case: CaseMatching) -> Result<Self, String> {
        let expression = match syntax {
            Syntax::Literal => regex::escape(source),
            Syntax::Regex => source.to_owned(),
        };
        let ignores_case = case == CaseMatching::Smart && !has_uppercase(source, syntax);
        RegexBuilder::new(&expression)
            .case_insensitive(ignores_case)
            .size_limit(MAX_COMPILED_BYTES)
            .build()
            .map(|regex| Self { source: source.to_owned(), syntax, regex })
            .map_err(|error| error_message(source, &error))
    }

    /// Whether the pattern is literal text, which matches a text exactly if it matches one of its lines.
    pub const fn is_literal(&self) -> bool {
        matches!(self.syntax, Syntax::Literal)
    }

    /// Returns the pattern as typed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the pattern occurs in a text.
    pub fn matches(&self, text: &[u8]) -> bool {
        self.regex.is_match(text)
    }

    /// Iterates over the byte ranges of all non-empty matches, from left to right.
    pub fn ranges<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Range<usize>> + 'a {
        self.regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty())
    }

    /// Whether a match begins in a part of a text.
    pub fn matches_from(&self, text: &[u8], part: Range<usize>) -> bool {
        self.regex.find_at(text, part.start).is_some_and(|found| found.start() < part.end)
    }

    /// Iterates over the byte ranges of the non-empty matches in a part of a text. Searches only 1,024 bytes beyond it,
    /// because each attempt may otherwise scan to the end of the text.
    pub fn ranges_in<'a>(&'a self, text: &'a [u8], part: Range<usize>) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut from = part.start.saturating_sub(CONTEXT_BYTES);
        let text = text.get(..text.len().min(part.end + CONTEXT_BYTES)).unwrap_or(text);
        std::iter::from_fn(move || {
            while from <= text.len() {
                let found = self.regex.find_at(text, from)?.range();
                from = found.end.max(found.start + 1);
                if found.start >= part.end {
                    return None;
                }
                if !found.is_empty() {
                    return Some(found);
                }
            }
            None
        })
    }
}

/// Whether a pattern has an uppercase letter. Escapes of regular expressions, such as `\S`, do not count.
fn has_uppercase(source: &str, syntax: Syntax) -> bool {
    let mut is_escaped = false;
    source.chars().any(|c| {
        let is_uppercase = c.is_uppercase() && !is_escaped;
        is_escaped = syntax == Syntax::Regex && c == '\\' && !is_escaped;
        is_uppercase
    })
}

/// Describes an error in a regular expression in one sentence; the crate's message has several lines.
fn error_message(source: &str, error: &regex::Error) -> String {
    let source = crate::text::sanitize_line(source);
    match error {
        regex::Error::CompiledTooBig(_) => format!("The pattern \"{source}\" is too large. Use smaller repetitions."),
        error => {
            let message = error.to_string();
            let reason = message.lines().last().unwrap_or_default();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            format!("Invalid pattern \"{source}\": {reason}. Use \\ before a special character.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(source: &str, syntax: Syntax, case: CaseMatching, text: &str) -> bool {
        Pattern::new(source, syntax, case).unwrap().matches(text.as_bytes())
    }

    #[test]
    fn an_uppercase_letter_makes_case_significant() {
        for (source, syntax, case, text, expected) in [
            ("hello", Syntax::Literal, CaseMatching::Smart, "Say HELLO", true),
            ("Hello", Syntax::Literal, CaseMatching::Smart, "hello", false),
            ("hello", Syntax::Literal, CaseMatching::Exact, "HELLO", false),
            ("é", Syntax::Literal, CaseMatching::Smart, "É", true),
            (r"\Sb", Syntax::Regex, CaseMatching::Smart, "AB", true),
            (r"\\S", Syntax::Regex, CaseMatching::Smart, r"\s", false),
            ("a.c", Syntax::Literal, CaseMatching::Smart, "abc", false),
            ("a.c", Syntax::Regex, CaseMatching::Smart, "abc", true),
        ] {
            assert_eq!(matches(source, syntax, case, text), expected, "{source} in {text}");
        }
    }

    #[test]
    fn an_invalid_expression_is_explained_in_a_sentence() {
        for source in ["(", "[a", "*", "a{2,1}", r"\q"] {
            let sentence = Pattern::new(source, Syntax::Regex, CaseMatching::Smart).unwrap_err();
            assert!(
                !sentence.contains('\n') && sentence.starts_with(&format!("Invalid pattern \"{source}\": ")),
                "{sentence}"
            );
        }
        let huge = Pattern::new("(a{500}){500}", Syntax::Regex, CaseMatching::Smart).unwrap_err();
        assert!(huge.contains("too large"), "{huge}");
    }

    #[test]
    fn matches_of_a_part_are_those_of_the_whole() {
        let text = b"one two one two one";
        let pattern = Pattern::new("^one|two|o", Syntax::Regex, CaseMatching::Smart).unwrap();
        let all: Vec<_> = pattern.ranges(text).collect();
        assert_eq!(all.first(), Some(&(0..3)));
        assert!(pattern.ranges_in(text, 0..text.len()).eq(all.clone()));
        assert!(pattern.ranges_in(text, 3..9).eq(all.into_iter().filter(|range| range.start < 9)));
    }

    #[test]
    fn empty_matches_are_skipped() {
        let pattern = Pattern::new("x*", Syntax::Regex, CaseMatching::Smart).unwrap();
        assert!(pattern.ranges(b"axxb").eq(std::iter::once(1..3)));
    }
}
