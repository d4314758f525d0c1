//! Lines that are meant for the user: their nickname, words of their own, and what is said to them alone.
//!
//! # Where a name ends
//! `ann` is not in `anna`, `ann_`, `ann-2` or `joann`, which are other people. It is in `@ann`, `ann's`, `ann:`, `ann-`
//! and `-ann`: a hyphen is a part of the name only if the name goes on behind it. In scripts that put no blanks between
//! words, or endings behind names (Han, kana, Thai, Hangul ...), a name is found wherever it stands. Case is no matter.

pub use crate::app::view::own_nick::{parse_nick_assignment, parse_rename};

use super::speaker::{Speaker, SpeechKind};
use crate::app::view::name_finder::NameFinder;
use memchr::memmem;
use regex::bytes::Regex;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// Characters of the longest name or word. Longer ones are nobody's.
pub(in crate::app) const MAX_CHARS: usize = 100;

/// What to look for. Made anew when a name or word changes.
#[derive(Debug, Clone)]
pub struct MentionMatcher {
    nicks: Vec<String>,
    needles: Vec<WordPattern>,
    /// All of them and [`WHISPER`] in one, to be done with most rows at once. `None` if that is too much for a pattern.
    any: Option<Regex>,
    /// The nickname that the server has granted.
    granted: Option<String>,
    /// Finds the granted nickname. `None` where it is among the needles already.
    granted_finder: Option<NameFinder>,
}

impl Default for MentionMatcher {
    fn default() -> Self {
        Self::new(std::iter::empty(), &[])
    }
}

#[derive(Debug, Clone)]
struct WordPattern {
    text: String,
    regex: Regex,
    /// A word of the user's own, not a name.
    is_word: bool,
}

impl MentionMatcher {
    /// Looks for these names, which are the user's, and words. Empty ones count for nothing.
    pub fn new<'a>(nicks: impl Iterator<Item = &'a str>, words: &[String]) -> Self {
        let mut needles: Vec<(&str, bool)> = Vec::new();
        let nicks: Vec<_> = nicks.map(str::trim).collect();
        let both = words.iter().map(|word| (word.trim(), true)).chain(nicks.iter().map(|nick| (*nick, false)));
        for (text, is_word) in both.filter(|(text, _)| is_fit(text)) {
            // A word that is a name as well is a word, which counts for more.
            if !needles.iter().any(|(known, _)| is_same(known, text)) {
                needles.push((text, is_word));
            }
        }
        let any = needles.iter().map(|(text, _)| regex::escape(text)).chain([regex::escape(WHISPER)]);
        let any = compile(&ignoring_case(&any.collect::<Vec<_>>().join("|")));
        let needles = needles.into_iter().filter_map(|(text, is_word)| {
            let regex = compile(&ignoring_case(&regex::escape(text)))?;
            Some(WordPattern { text: text.to_owned(), regex, is_word })
        });
        let nicks = nicks.into_iter().map(str::to_owned).collect();
        Self { needles: needles.collect(), any, nicks, granted: None, granted_finder: None }
    }

    /// Looks for another granted nickname, or for none. Compiles no pattern: a server can grant a name in every row.
    pub fn set_granted(&mut self, nick: Option<&str>) {
        let nick = nick.map(str::trim).filter(|nick| is_fit(nick));
        let sought = nick.filter(|nick| !self.needles.iter().any(|needle| is_same(&needle.text, nick)));
        self.granted_finder = sought.map(NameFinder::new);
        self.granted = nick.map(str::to_owned);
    }

    /// Whether there is no name and no word. What is said to the user alone counts even so.
    pub const fn is_empty(&self) -> bool {
        self.needles.is_empty() && self.granted_finder.is_none()
    }

    /// Where names and words stand, in bytes of the text, from left to right and apart from each other: for showing
    /// them. Whether they make the line a mention is for [`MentionMatcher::is_mention`] to say.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let needles = self.needles.iter().flat_map(|needle| needle.find(text));
        let mut found: Vec<_> =
            needles.chain(self.granted_finder.iter().flat_map(|name| find_granted(name, text))).collect();
        // Of two in one place the longer.
        found.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        found.retain(|range| {
            let is_apart = range.start >= end;
            end = if is_apart { range.end } else { end };
            is_apart
        });
        found
    }

    /// Whether [`MentionMatcher::is_mention`] is worth asking about a row of these bytes: a name, a word or the sign of a whisper
    /// is in them.
    ///
    /// For whatever arrives. A whole read can be asked about before its rows are, since nothing here goes beyond a
    /// newline: without a hit it is one pass, at some 2 GB/s for one name. The bytes are taken for UTF-8, in pieces
    /// where they are not: of names in ASCII that is right for nearly every charset. A name that changes its colour
    /// halfway is not seen.
    pub fn may_match(&self, bytes: &[u8]) -> bool {
        let may_have_needle = self.may_have_needle(bytes);
        let may_have_granted = self.has_granted(bytes);
        if !may_have_needle && !may_have_granted {
            return false;
        }
        let is_needle = |text| may_have_needle && self.needles.iter().any(|needle| needle.find(text).next().is_some());
        let is_granted = |text| may_have_granted && self.finds_granted(text);
        let is_found = |text| is_needle(text) || is_granted(text);
        memmem::find(bytes, WHISPER.as_bytes()).is_some() || bytes.utf8_chunks().any(|chunk| is_found(chunk.valid()))
    }

    /// Whether a name, a word or the sign of a whisper may be in these bytes, be it inside a word. `false` holds for each
    /// row of them as well.
    pub fn may_be_in(&self, bytes: &[u8]) -> bool {
        self.may_have_needle(bytes) || self.has_granted(bytes)
    }

    fn may_have_needle(&self, bytes: &[u8]) -> bool {
        self.any.as_ref().is_none_or(|any| any.is_match(bytes))
    }

    /// Whether the letters of the granted nickname are in these bytes, be it inside a word.
    pub fn has_granted(&self, bytes: &[u8]) -> bool {
        self.granted_finder.as_ref().is_some_and(|name| name.find_at(bytes, 0).is_some())
    }

    fn finds_granted(&self, text: &str) -> bool {
        self.granted_finder.as_ref().is_some_and(|name| find_granted(name, text).next().is_some())
    }

    /// Whether a received line is one to call the user for.
    ///
    /// A line of the user's own that the server sends back is not. What is said to them alone is. Of a notice only
    /// their own words count: it is the server's, and tells them who they are.
    pub fn is_mention(&self, text: &str, speaker: Option<&Speaker>) -> bool {
        let manner = speaker.map(|speaker| speaker.manner);
        if speaker.is_some_and(|speaker| self.is_own(text, speaker)) {
            return false;
        }
        let is_notice = manner == Some(SpeechKind::Notice);
        let mut needles = self.needles.iter().filter(|needle| needle.is_word || !is_notice);
        let is_named = || !is_notice && self.finds_granted(text);
        manner == Some(SpeechKind::Whisper) || needles.any(|needle| needle.find(text).next().is_some()) || is_named()
    }

    fn is_own(&self, text: &str, speaker: &Speaker) -> bool {
        let nick = text.get(speaker.nick.clone()).unwrap_or_default();
        let is_mine =
            nick.eq_ignore_ascii_case("you") || self.nicks.iter().chain(&self.granted).any(|mine| is_same(mine, nick));
        // What the user whispered has the other's name.
        let is_whispered = speaker.manner == SpeechKind::Whisper && speaker.nick.start > 0;
        // A notice about oneself may still hold a word of one's own.
        is_whispered || is_mine && speaker.manner != SpeechKind::Notice
    }
}

/// How our own chat server writes what is said to the reader alone.
const WHISPER: &str = " -> you: ";

impl WordPattern {
    /// Where it stands as a word.
    fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        whole_words(text, |from| self.regex.find_at(text.as_bytes(), from).map(|found| found.range()))
    }
}

fn find_granted<'a>(name: &'a NameFinder, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    whole_words(text, |from| name.find_at(text.as_bytes(), from))
}

/// Ranges that `find_at` gives from a place on and that are words of their own.
fn whole_words<'a>(
    text: &'a str,
    find_at: impl Fn(usize) -> Option<Range<usize>> + 'a,
) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        while from <= text.len() {
            let found = find_at(from)?;
            let (before, rest) = text.split_at_checked(found.start)?;
            let (word, after) = rest.split_at_checked(found.len())?;
            let first = word.chars().next().map_or(1, char::len_utf8);
            let is_whole = is_whole(before, word, after);
            from = if is_whole { found.end } else { found.start + first };
            if is_whole {
                return Some(found);
            }
        }
        None
    })
}

/// Whether `word` ends on both sides where it ends.
fn is_whole(before: &str, word: &str, after: &str) -> bool {
    let mut edges = word.chars();
    let Some(first) = edges.next() else { return false };
    let last = edges.next_back().unwrap_or(first);
    !continues_word(last, after.chars())
        && !continues_word(first, before.chars().rev())
        && !after.starts_with(is_combining_mark)
}

/// Whether a word goes on from its last character to those beside it.
fn continues_word(edge: char, mut beside: impl Iterator<Item = char>) -> bool {
    let next = match beside.next() {
        Some('-') => beside.next(),
        next => next,
    };
    let Some(next) = next else { return false };
    (is_name_char(edge) || edge == '-') && is_name_char(next) && !is_unspaced_script(edge) && !is_unspaced_script(next)
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

/// Whether a character is of a script in which words, or names and their endings, follow each other without a blank.
const fn is_unspaced_script(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

fn is_same(one: &str, other: &str) -> bool {
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

/// Whether it can be a name or a word to look for.
fn is_fit(text: &str) -> bool {
    !text.is_empty() && text.chars().nth(MAX_CHARS).is_none()
}

/// A pattern that matches the same in any case.
pub(in crate::app) fn ignoring_case(pattern: &str) -> String {
    format!("(?i:{pattern})")
}

/// Compiles a pattern, which takes 50 µs and more. `None` if it is too large.
pub(in crate::app) fn compile(pattern: &str) -> Option<Regex> {
    #[cfg(test)]
    COMPILATIONS.with(|count| count.set(count.get() + 1));
    Regex::new(pattern).ok()
}

#[cfg(test)]
thread_local! {
    static COMPILATIONS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Patterns that this thread has compiled for mentions so far.
#[cfg(test)]
pub(crate) fn compilations() -> usize {
    COMPILATIONS.with(std::cell::Cell::get)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::speaker::SpeakerRule;
    use proptest::prelude::*;

    fn mentions(nicks: &[&str], words: &[&str]) -> MentionMatcher {
        let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
        MentionMatcher::new(nicks.iter().copied(), &words)
    }

    #[test]
    fn a_name_is_found_where_it_is_one() {
        for (nick, text, times) in [
            ("ann", "ann", 1),
            ("ann", "hi Ann, ANN: @ann 'ann' ann's (ann) ann.", 7),
            ("ann", "anna joann ann_ _ann ann2 ann-2 a-ann annann", 0),
            ("ann", "ann- -ann ann--what ann - ", 4),
            ("ann", "ann\u{301} annē", 0),
            ("ann", "annさん、ann님", 2),
            ("ann", "annann ann", 1),
            ("ada-2", "ada-2: x, ADA-2", 2),
            ("ada-2", "ada-22 ada ada-", 0),
            ("_bob_", "_bob_ hi", 1),
            ("_bob_", "bob __bob_ _bob_x", 0),
            ("Łucja", "łUCJA? Łucja!", 2),
            ("Łucja", "Łucjan", 0),
            ("漢字", "漢字さん、漢字検定", 2),
            ("민수", "민수야 안녕", 1),
            ("bob|away", "bob|away?", 1),
            ("[x]", "a[x]b", 1),
            ("a.c", "abc a.c", 1),
            ("", "x", 0),
            ("  ", "x  y", 0),
        ] {
            let found = mentions(&[nick], &[]).find(text);
            assert_eq!(found.len(), times, "{nick:?} in {text:?}: {found:?}");
        }
    }

    #[test]
    fn words_may_be_several_and_overlap() {
        let mentions = mentions(&["ann", "ANN"], &["C++", "foo bar", "foo", "ann-2"]);
        let text = "C++ foo barn, foo bar, ann-2 ann";
        let found: Vec<_> = mentions.find(text).into_iter().map(|range| text.get(range).unwrap()).collect();
        assert_eq!(found, ["C++", "foo", "foo bar", "ann-2", "ann"]);
    }

    #[test]
    fn a_line_counts_if_it_is_for_the_user_and_of_somebody_else() {
        let mentions = mentions(&["ann"], &["deploy"]);
        for (text, counts) in [
            ("bob: hi Ann", true),
            ("hi ann", true),
            ("bob *hugs ann*", true),
            ("* bob slaps ann", true),
            ("bob -> you: pst", true),
            ("bob: deploy now", true),
            ("* the deploy is done", true),
            ("* deploy has joined", true),
            ("bob: hello", false),
            ("ann: I am ann", false),
            ("Ann: deploy", false),
            ("<ann> deploy for ann", false),
            ("you -> bob: ann here", false),
            ("You: ann", false),
            ("* ann has joined", false),
            ("* You are ann. Change it with /nick NAME.", false),
            ("* 2 here: ann, bob. You are ann.", false),
        ] {
            let speaker = SpeakerRule::Auto.speaker(text);
            assert_eq!(mentions.is_mention(text, speaker.as_ref()), counts, "{text:?}");
            assert!(!counts || mentions.may_match(text.as_bytes()), "{text:?}");
        }
        assert!(mentions.is_mention("ann: I am ann", None), "nobody can tell");
    }

    #[test]
    fn who_looks_for_nothing_is_only_whispered_to() {
        let none = mentions(&[], &[" "]);
        assert!(none.is_empty() && !none.may_match(b"anything") && none.find("anything").is_empty());
        let text = "bob -> you: pst";
        assert!(none.may_match(text.as_bytes()) && none.is_mention(text, SpeakerRule::Auto.speaker(text).as_ref()));
    }

    #[test]
    fn bytes_that_are_no_text_hide_no_name() {
        let mentions = mentions(&["ann"], &[]);
        assert!(mentions.may_match(b"\xff\xfe ann \xff"));
        assert!(mentions.may_match(b"\xffann\xff"));
        assert!(!mentions.may_match(b"\xffanna"));
        assert!(!mentions.may_match(b""));
    }

    #[test]
    fn a_hundred_words_are_looked_for_and_a_monster_is_not() {
        let words: Vec<_> = (0..100).map(|n| format!("wördskw{n}{}", "sk".repeat(40))).collect();
        let many = MentionMatcher::new(std::iter::empty(), &words);
        assert!(many.may_match(words[99].to_uppercase().as_bytes()) && !many.may_match(b"w"));
        assert!(mentions(&["a".repeat(1 << 20).as_str()], &[]).is_empty());
    }

    #[test]
    fn no_row_takes_long() {
        let mentions = mentions(&["a", "aaaaaaaa", "-"], &["a-a"]);
        for piece in ["a", "a-", "-", "A\u{301}", "-a_"] {
            let row = piece.repeat((1 << 16) / piece.len());
            // Were this quadratic, it would take minutes.
            assert!(mentions.find(&row).len() <= row.len());
        }
    }

    proptest! {
        #[test]
        fn what_is_found_stands_in_the_text_in_order_and_counts(
            text in "(ann|ANN|K|\u{212a}|ß|ſ|-|_|漢|é|e\u{301}| |.){0,20}",
            nick in "[ank漢é_-]{0,4}",
            word in "(ann|s|k|ß|.){0,3}",
        ) {
            let mentions = mentions(&[&nick], &[&word]);
            let found = mentions.find(&text);
            let mut end = 0;
            for range in &found {
                prop_assert!(range.start >= end && !range.is_empty() && text.get(range.clone()).is_some(), "{range:?}");
                end = range.end;
            }
            prop_assert_eq!(mentions.is_mention(&text, None), !found.is_empty());
            prop_assert!(found.is_empty() || mentions.may_match(text.as_bytes()));
            let speaker = SpeakerRule::Auto.speaker(&text);
            prop_assert!(!mentions.is_mention(&text, speaker.as_ref()) || mentions.may_match(text.as_bytes()));
        }
    }
}
