//! Finds a name in bytes, ignoring case, without compiling a pattern for every name.
//!
//! A server can assign a new nickname in every row, and compiling a regular expression takes as long as searching a
//! megabyte of rows. A name is therefore compared letter by letter at first, and compiled after enough bytes have been
//! searched.

use super::mention::{compile, ignoring_case};
use memchr::{memchr, memchr2, memchr3};
use regex::bytes::Regex;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use std::cell::{Cell, OnceCell};
use std::ops::Range;

/// Number of bytes searched letter by letter before the name is compiled.
const COMPILE_AFTER_BYTES: usize = 256 * 1024;

/// Searches for one name, ignoring case.
#[derive(Debug, Clone)]
pub(super) struct NameFinder {
    name: String,
    /// For each letter, the UTF-8 encodings of its case variants.
    letters: Vec<Vec<String>>,
    /// First bytes of the variants of the first letter.
    first_bytes: Vec<u8>,
    searched_bytes: Cell<usize>,
    /// Compiled after [`COMPILE_AFTER_BYTES`].
    regex: OnceCell<Option<Regex>>,
}

impl NameFinder {
    /// Creates a finder for a non-empty name.
    pub(super) fn new(name: &str) -> Self {
        let letters: Vec<Vec<String>> = name.chars().map(cases_of).collect();
        let mut first_bytes: Vec<u8> =
            letters.iter().take(1).flatten().filter_map(|letter| letter.bytes().next()).collect();
        first_bytes.sort_unstable();
        first_bytes.dedup();
        Self { name: name.to_owned(), letters, first_bytes, searched_bytes: Cell::new(0), regex: OnceCell::new() }
    }

    /// Finds the first occurrence at or after byte `from`.
    pub(super) fn find_at(&self, bytes: &[u8], from: usize) -> Option<Range<usize>> {
        if let Some(regex) = self.regex() {
            return regex.find_at(bytes, from).map(|found| found.range());
        }
        let found = self.compare_from(bytes, from);
        let searched = found.as_ref().map_or(bytes.len(), |found| found.end).saturating_sub(from);
        self.searched_bytes.set(self.searched_bytes.get().saturating_add(searched));
        found
    }

    /// Returns the compiled pattern after [`COMPILE_AFTER_BYTES`]; `None` before.
    fn regex(&self) -> Option<&Regex> {
        if self.searched_bytes.get() < COMPILE_AFTER_BYTES {
            return None;
        }
        self.regex.get_or_init(|| compile(&ignoring_case(&regex::escape(&self.name)))).as_ref()
    }

    fn compare_from(&self, bytes: &[u8], from: usize) -> Option<Range<usize>> {
        let mut at = from;
        loop {
            let rest = bytes.get(at..)?;
            let start = at + self.find_first_byte(rest)?;
            if let Some(len) = self.match_prefix(bytes.get(start..)?) {
                return Some(start..start + len);
            }
            at = start + 1;
        }
    }

    fn find_first_byte(&self, bytes: &[u8]) -> Option<usize> {
        match *self.first_bytes.as_slice() {
            [one] => memchr(one, bytes),
            [one, two] => memchr2(one, two, bytes),
            [one, two, three] => memchr3(one, two, three, bytes),
            ref first => bytes.iter().position(|byte| first.contains(byte)),
        }
    }

    /// Returns the length of the name if the bytes begin with it.
    fn match_prefix(&self, bytes: &[u8]) -> Option<usize> {
        self.letters.iter().try_fold(0, |len, cases| {
            let rest = bytes.get(len..)?;
            cases.iter().find(|case| rest.starts_with(case.as_bytes())).map(|case| len + case.len())
        })
    }
}

/// Returns the case variants of a letter by simple Unicode case folding, which `regex` uses.
fn cases_of(letter: char) -> Vec<String> {
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(letter, letter)]);
    // Fails only without Unicode tables, which the enabled features of the crate include.
    let _ = class.try_case_fold_simple();
    class.iter().flat_map(|range| range.start()..=range.end()).map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn compared_and_compiled_names_match_equally(
            name in "([ankKsS_-]|漢|é|ſ|\u{212a}|ß|σ|µ){1,4}", bytes in "([anNkKsS_ -]|漢|é|É|ſ|\u{212a}|ß|ẞ|Σ|ς|µ|μ|.){0,40}", from in 0..20_usize,
        ) {
            let finder = NameFinder::new(&name);
            let compared = finder.find_at(bytes.as_bytes(), from.min(bytes.len()));
            finder.searched_bytes.set(COMPILE_AFTER_BYTES);
            prop_assert_eq!(compared, finder.find_at(bytes.as_bytes(), from.min(bytes.len())));
        }
    }

    #[test]
    fn a_name_is_compiled_after_many_searches() {
        let before = crate::app::view::mention::compilations();
        let finder = NameFinder::new("ann");
        for _ in 0..1000 {
            assert_eq!(finder.find_at(&[b'x'; 1024], 0), None);
        }
        assert_eq!(crate::app::view::mention::compilations() - before, 1);
    }
}
