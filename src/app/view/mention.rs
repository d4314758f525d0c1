//! Finds mentions of the user: their nickname, their highlight words, and whispers to them.
//!
//! # Word boundaries
//! `ann` does not occur in `anna`, `ann_`, `ann-2` or `joann`, which are other names. It occurs in `@ann`, `ann's`,
//! `ann:`, `ann-` and `-ann`: a hyphen is part of a name only between other characters of a name. In scripts without
//! spaces between words or before endings (Han, kana, Thai, Hangul ...) a name matches anywhere. Case is ignored.

pub(crate) use crate::app::view::own_nick::{parse_nick_assignment, parse_rename};

use super::speaker::{Speaker, SpeechKind};
use crate::app::view::name_finder::NameFinder;
use memchr::memmem;
use regex::bytes::Regex;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// Maximum length of a name or word in characters. Longer ones are ignored.
pub(in crate::app) const MAX_CHARS: usize = 100;

/// Matches lines against the user's names and highlight words. Created again when one of them changes.
#[derive(Debug, Clone)]
pub(crate) struct MentionMatcher {
    nicks: Vec<String>,
    patterns: Vec<WordPattern>,
    /// All patterns and [`WHISPER`] as one, to exclude most rows quickly. `None` if that is too large.
    any: Option<Regex>,
    /// Nickname granted by the server.
    granted: Option<String>,
    /// Finds the granted nickname. `None` if a pattern does already.
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
    /// Whether it is a highlight word, not a nickname.
    is_word: bool,
}

impl MentionMatcher {
    /// Creates a matcher for the user's nicknames and highlight words. Empty and too long ones are ignored.
    pub(crate) fn new<'a>(nicks: impl Iterator<Item = &'a str>, words: &[String]) -> Self {
        let mut terms: Vec<(&str, bool)> = Vec::new();
        let nicks: Vec<_> = nicks.map(str::trim).collect();
        let both = words.iter().map(|word| (word.trim(), true)).chain(nicks.iter().map(|nick| (*nick, false)));
        for (text, is_word) in both.filter(|(text, _)| is_valid(text)) {
            // A nickname that is also a highlight word is treated as a word: words match in notices, too.
            if !terms.iter().any(|(known, _)| is_same(known, text)) {
                terms.push((text, is_word));
            }
        }
        let any = terms.iter().map(|(text, _)| regex::escape(text)).chain([regex::escape(WHISPER)]);
        let any = compile(&ignoring_case(&any.collect::<Vec<_>>().join("|")));
        let patterns = terms.into_iter().filter_map(|(text, is_word)| {
            let regex = compile(&ignoring_case(&regex::escape(text)))?;
            Some(WordPattern { text: text.to_owned(), regex, is_word })
        });
        let nicks = nicks.into_iter().map(str::to_owned).collect();
        Self { patterns: patterns.collect(), any, nicks, granted: None, granted_finder: None }
    }

    /// Sets the nickname granted by the server. Compiles no pattern, because a server can grant a name in every row.
    pub(crate) fn set_granted(&mut self, nick: Option<&str>) {
        let nick = nick.map(str::trim).filter(|nick| is_valid(nick));
        let is_covered = |nick: &str| self.patterns.iter().any(|pattern| is_same(&pattern.text, nick));
        self.granted_finder = nick.filter(|nick| !is_covered(nick)).map(NameFinder::new);
        self.granted = nick.map(str::to_owned);
    }

    /// Returns whether there are no names and no words.
    #[cfg(test)]
    const fn is_empty(&self) -> bool {
        self.patterns.is_empty() && self.granted_finder.is_none()
    }

    /// Returns the byte ranges of names and words in a text, from left to right and without overlaps. They do not always
    /// make the line a mention; see [`MentionMatcher::is_mention`].
    pub(crate) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let words = self.patterns.iter().flat_map(|pattern| pattern.find(text));
        let mut found: Vec<_> =
            words.chain(self.granted_finder.iter().flat_map(|name| find_granted(name, text))).collect();
        // Of two matches at the same place, the longer one is kept.
        found.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        found.retain(|range| {
            let is_separate = range.start >= end;
            end = if is_separate { range.end } else { end };
            is_separate
        });
        found
    }

    /// Whether a row of these bytes may be a mention, so that [`MentionMatcher::is_mention`] is worth calling: they contain a
    /// name, a word or the arrow of a whisper.
    ///
    /// Also works for several rows at once, because no match crosses a newline. Without a match it is a single pass, at
    /// about 2 GB/s for one name. The bytes are read as UTF-8, skipping invalid sequences; that also finds ASCII names in
    /// nearly every other charset. A name with an escape sequence inside is not found.
    pub(crate) fn may_match(&self, bytes: &[u8]) -> bool {
        let may_have_word = self.may_have_word(bytes);
        let may_have_granted = self.has_granted(bytes);
        if !may_have_word && !may_have_granted {
            return false;
        }
        let has_word = |text| may_have_word && self.patterns.iter().any(|pattern| pattern.find(text).next().is_some());
        let has_granted = |text| may_have_granted && self.finds_granted(text);
        let has_match = |text| has_word(text) || has_granted(text);
        memmem::find(bytes, WHISPER.as_bytes()).is_some() || bytes.utf8_chunks().any(|chunk| has_match(chunk.valid()))
    }

    /// Whether these bytes may contain a name, a word or the arrow of a whisper, ignoring word boundaries. `false` holds for
    /// every row in them.
    pub(crate) fn may_be_in(&self, bytes: &[u8]) -> bool {
        self.may_have_word(bytes) || self.has_granted(bytes)
    }

    fn may_have_word(&self, bytes: &[u8]) -> bool {
        self.any.as_ref().is_none_or(|any| any.is_match(bytes))
    }

    /// Whether these bytes contain the granted nickname, ignoring word boundaries.
    pub(crate) fn has_granted(&self, bytes: &[u8]) -> bool {
        self.granted_finder.as_ref().is_some_and(|name| name.find_at(bytes, 0).is_some())
    }

    fn finds_granted(&self, text: &str) -> bool {
        self.granted_finder.as_ref().is_some_and(|name| find_granted(name, text).next().is_some())
    }

    /// Whether a received line is a mention of the user.
    ///
    /// The user's own line, echoed by the server, is not. A whisper to the user is. In a notice only highlight words count,
    /// because notices tell users their own nickname.
    pub(crate) fn is_mention(&self, text: &str, speaker: Option<&Speaker>) -> bool {
        let kind = speaker.map(|speaker| speaker.kind);
        if speaker.is_some_and(|speaker| self.is_own(text, speaker)) {
            return false;
        }
        let is_notice = kind == Some(SpeechKind::Notice);
        let mut patterns = self.patterns.iter().filter(|pattern| pattern.is_word || !is_notice);
        let has_granted = || !is_notice && self.finds_granted(text);
        kind == Some(SpeechKind::Whisper)
            || patterns.any(|pattern| pattern.find(text).next().is_some())
            || has_granted()
    }

    fn is_own(&self, text: &str, speaker: &Speaker) -> bool {
        let nick = text.get(speaker.nick.clone()).unwrap_or_default();
        let is_own_nick =
            nick.eq_ignore_ascii_case("you") || self.nicks.iter().chain(&self.granted).any(|own| is_same(own, nick));
        // In the user's own whisper, `you -> ann: ...`, the nickname is the other person's.
        let is_own_whisper = speaker.kind == SpeechKind::Whisper && speaker.nick.start > 0;
        // A notice about the user may contain a highlight word.
        is_own_whisper || is_own_nick && speaker.kind != SpeechKind::Notice
    }
}

/// Text between the sender's nickname and a whisper of `serve chat`.
const WHISPER: &str = " -> you: ";

impl WordPattern {
    /// Iterates over the byte ranges where the term occurs as a whole word.
    fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        whole_words(text, |from| self.regex.find_at(text.as_bytes(), from).map(|found| found.range()))
    }
}

fn find_granted<'a>(name: &'a NameFinder, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    whole_words(text, |from| name.find_at(text.as_bytes(), from))
}

/// Iterates over the matches of `find_at` that are whole words.
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

/// Whether `word` is bounded on both sides.
fn is_whole(before: &str, word: &str, after: &str) -> bool {
    let mut edges = word.chars();
    let Some(first) = edges.next() else { return false };
    let last = edges.next_back().unwrap_or(first);
    !continues_word(last, after.chars())
        && !continues_word(first, before.chars().rev())
        && !after.starts_with(is_combining_mark)
}

/// Whether a word continues from its outermost character to the adjacent ones, given from the word outwards.
fn continues_word(edge: char, mut adjacent: impl Iterator<Item = char>) -> bool {
    let next = match adjacent.next() {
        Some('-') => adjacent.next(),
        next => next,
    };
    let Some(next) = next else { return false };
    (is_name_char(edge) || edge == '-') && is_name_char(next) && !is_unspaced_script(edge) && !is_unspaced_script(next)
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

/// Whether a character belongs to a script without spaces between words, or between names and their endings.
const fn is_unspaced_script(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

fn is_same(one: &str, other: &str) -> bool {
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

/// Whether a name or word is neither empty nor too long.
fn is_valid(text: &str) -> bool {
    !text.is_empty() && text.chars().nth(MAX_CHARS).is_none()
}

/// Returns a pattern that ignores case.
pub(in crate::app) fn ignoring_case(pattern: &str) -> String {
    format!("(?i:{pattern})")
}

/// Compiles a pattern, which takes at least 50 µs. `None` if it is too large.
pub(in crate::app) fn compile(pattern: &str) -> Option<Regex> {
    #[cfg(test)]
    COMPILATIONS.with(|count| count.set(count.get() + 1));
    Regex::new(pattern).ok()
}

#[cfg(test)]
thread_local! {
    static COMPILATIONS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Returns the number of patterns that this thread has compiled for mentions.
#[cfg(test)]
pub(crate) fn compilations() -> usize {
    COMPILATIONS.with(std::cell::Cell::get)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::speaker::SpeakerRule;
    use proptest::prelude::*;

    fn matcher(nicks: &[&str], words: &[&str]) -> MentionMatcher {
        let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
        MentionMatcher::new(nicks.iter().copied(), &words)
    }

    #[test]
    fn a_name_is_found_as_a_whole_word() {
        for (nick, text, count) in [
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
            let found = matcher(&[nick], &[]).find(text);
            assert_eq!(found.len(), count, "{nick:?} in {text:?}: {found:?}");
        }
    }

    #[test]
    fn words_may_be_several_and_overlap() {
        let mentions = matcher(&["ann", "ANN"], &["C++", "foo bar", "foo", "ann-2"]);
        let text = "C++ foo barn, foo bar, ann-2 ann";
        let found: Vec<_> = mentions.find(text).into_iter().map(|range| text.get(range).unwrap()).collect();
        assert_eq!(found, ["C++", "foo", "foo bar", "ann-2", "ann"]);
    }

    #[test]
    fn a_mention_is_about_the_user_and_by_somebody_else() {
        let mentions = matcher(&["ann"], &["deploy"]);
        for (text, expected) in [
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
            assert_eq!(mentions.is_mention(text, speaker.as_ref()), expected, "{text:?}");
            assert!(!expected || mentions.may_match(text.as_bytes()), "{text:?}");
        }
        assert!(mentions.is_mention("ann: I am ann", None), "without a speaker it may be by anybody");
    }

    #[test]
    fn without_names_only_whispers_are_mentions() {
        let none = matcher(&[], &[" "]);
        assert!(none.is_empty() && !none.may_match(b"anything") && none.find("anything").is_empty());
        let text = "bob -> you: pst";
        assert!(none.may_match(text.as_bytes()) && none.is_mention(text, SpeakerRule::Auto.speaker(text).as_ref()));
    }

    #[test]
    fn names_are_found_between_invalid_bytes() {
        let mentions = matcher(&["ann"], &[]);
        assert!(mentions.may_match(b"\xff\xfe ann \xff"));
        assert!(mentions.may_match(b"\xffann\xff"));
        assert!(!mentions.may_match(b"\xffanna"));
        assert!(!mentions.may_match(b""));
    }

    #[test]
    fn a_hundred_words_are_found_and_a_huge_one_is_ignored() {
        let words: Vec<_> = (0..100).map(|n| format!("wördskw{n}{}", "sk".repeat(40))).collect();
        let many = MentionMatcher::new(std::iter::empty(), &words);
        assert!(many.may_match(words[99].to_uppercase().as_bytes()) && !many.may_match(b"w"));
        assert!(matcher(&["a".repeat(1 << 20).as_str()], &[]).is_empty());
    }

    #[test]
    fn long_rows_take_linear_time() {
        let mentions = matcher(&["a", "aaaaaaaa", "-"], &["a-a"]);
        for piece in ["a", "a-", "-", "A\u{301}", "-a_"] {
            let row = piece.repeat((1 << 16) / piece.len());
            // Quadratic time would take minutes.
            assert!(mentions.find(&row).len() <= row.len());
        }
    }

    proptest! {
        #[test]
        fn matches_are_ordered_and_make_a_mention(
            text in "(ann|ANN|K|\u{212a}|ß|ſ|-|_|漢|é|e\u{301}| |.){0,20}",
            nick in "[ank漢é_-]{0,4}",
            word in "(ann|s|k|ß|.){0,3}",
        ) {
            let mentions = matcher(&[&nick], &[&word]);
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
