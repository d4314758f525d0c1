//! What is looked for in the text of rows: a piece of text, or a regular expression, with smart case.
//!
//! Whether one occurs is found in time linear in the text, whatever the pattern. *All* places where one occurs may take
//! the square of it, so these are looked for on the screen only.

use regex::bytes::{Regex, RegexBuilder};
use std::ops::Range;

/// How a pattern is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Syntax {
    /// Every character stands for itself.
    #[default]
    Literal,
    /// A regular expression, as the crate `regex` has them: linear in the text whatever the pattern.
    Regex,
}

/// Whether `a` finds `A`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaseMatching {
    /// It does, unless the pattern has a capital letter.
    #[default]
    Smart,
    /// It does not.
    Exact,
}

/// Bytes a compiled pattern may take. More is a mistake or malice, and would make it slow.
const SIZE_LIMIT: usize = 1 << 20;

/// Bytes around a part of a text that are looked through with it.
const CONTEXT_BYTES: usize = 1024;

/// Something to look for.
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
    /// Makes one of what was typed.
    ///
    /// # Errors
    /// For a regular expression that is none: a sentence that says where.
    pub fn new(source: &str, syntax: Syntax, case: CaseMatching) -> Result<Self, String> {
        let expression = match syntax {
            Syntax::Literal => regex::escape(source),
            Syntax::Regex => source.to_owned(),
        };
        let ignores_case = case == CaseMatching::Smart && !has_capital(source, syntax);
        RegexBuilder::new(&expression)
            .case_insensitive(ignores_case)
            .size_limit(SIZE_LIMIT)
            .build()
            .map(|regex| Self { source: source.to_owned(), syntax, regex })
            .map_err(|error| error_message(source, &error))
    }

    /// Whether it stands for itself: then it occurs in a text if and only if it does in one of its lines.
    pub const fn is_literal(&self) -> bool {
        matches!(self.syntax, Syntax::Literal)
    }

    /// As it was typed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it occurs in this text.
    pub fn is_in(&self, text: &[u8]) -> bool {
        self.regex.is_match(text)
    }

    /// Where it occurs, as ranges of bytes, from left to right. Empty matches are none: there is nothing to see.
    pub fn ranges<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Range<usize>> + 'a {
        self.regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty())
    }

    /// Whether it begins in this part of the text.
    pub fn starts_in(&self, text: &[u8], part: Range<usize>) -> bool {
        self.regex.find_at(text, part.start).is_some_and(|found| found.start() < part.end)
    }

    /// Where it occurs in that part of the text that is on the screen. A little more on both sides is looked at, not all: what
    /// a pattern tries at each place may reach to the end of the text.
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

/// Whether a capital letter was typed; in a regular expression not `\S` and its kin, which are no letters.
fn has_capital(source: &str, syntax: Syntax) -> bool {
    let mut is_escaped = false;
    source.chars().any(|c| {
        let counts = c.is_uppercase() && !is_escaped;
        is_escaped = syntax == Syntax::Regex && c == '\\' && !is_escaped;
        counts
    })
}

/// What is wrong with a regular expression, in one line: the crate draws it over several.
fn error_message(source: &str, error: &regex::Error) -> String {
    let source = crate::text::sanitize_line(source);
    match error {
        regex::Error::CompiledTooBig(_) => format!("The pattern {source} is too large. Make its repetitions smaller."),
        error => {
            let drawn = error.to_string();
            let words = drawn.lines().last().unwrap_or_default();
            let words = words.strip_prefix("error: ").unwrap_or(words);
            format!("{source} is no regular expression: {words}. A backslash before a character takes it as it is.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(source: &str, syntax: Syntax, case: CaseMatching, text: &str) -> bool {
        Pattern::new(source, syntax, case).unwrap().is_in(text.as_bytes())
    }

    #[test]
    fn a_capital_letter_makes_case_count() {
        for (source, syntax, case, text, found) in [
            ("hello", Syntax::Literal, CaseMatching::Smart, "Say HELLO", true),
            ("Hello", Syntax::Literal, CaseMatching::Smart, "hello", false),
            ("hello", Syntax::Literal, CaseMatching::Exact, "HELLO", false),
            ("é", Syntax::Literal, CaseMatching::Smart, "É", true),
            (r"\Sb", Syntax::Regex, CaseMatching::Smart, "AB", true),
            (r"\\S", Syntax::Regex, CaseMatching::Smart, r"\s", false),
            ("a.c", Syntax::Literal, CaseMatching::Smart, "abc", false),
            ("a.c", Syntax::Regex, CaseMatching::Smart, "abc", true),
        ] {
            assert_eq!(finds(source, syntax, case, text), found, "{source} in {text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_told_in_a_sentence() {
        for source in ["(", "[a", "*", "a{2,1}", r"\q"] {
            let sentence = Pattern::new(source, Syntax::Regex, CaseMatching::Smart).unwrap_err();
            assert!(!sentence.contains('\n') && sentence.starts_with(source), "{sentence}");
        }
        let huge = Pattern::new("(a{500}){500}", Syntax::Regex, CaseMatching::Smart).unwrap_err();
        assert!(huge.contains("too large"), "{huge}");
    }

    #[test]
    fn a_part_has_what_the_whole_has_there() {
        let text = b"one two one two one";
        let pattern = Pattern::new("^one|two|o", Syntax::Regex, CaseMatching::Smart).unwrap();
        let all: Vec<_> = pattern.ranges(text).collect();
        assert_eq!(all.first(), Some(&(0..3)));
        assert!(pattern.ranges_in(text, 0..text.len()).eq(all.clone()));
        assert!(pattern.ranges_in(text, 3..9).eq(all.into_iter().filter(|range| range.start < 9)));
    }

    #[test]
    fn an_empty_match_is_none() {
        let pattern = Pattern::new("x*", Syntax::Regex, CaseMatching::Smart).unwrap();
        assert!(pattern.ranges(b"axxb").eq(std::iter::once(1..3)));
    }
}
