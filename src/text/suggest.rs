//! Suggestions for misspelled words: settings, commands, keys and themes.

use std::cmp::Reverse;

/// Length of the longest word that is compared. The comparison costs the product of both lengths.
const MAX_WORD_BYTES: usize = 64;

/// Returns the candidate at the smallest edit distance from `word`, if that is small for the word's length.
///
/// Letter case and the choice between `-` and `_` do not count.
pub(crate) fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = |word: &str| word.to_lowercase().replace('-', "_");
    let word = Some(folded(word)).filter(|word| word.len() <= MAX_WORD_BYTES)?;
    let allowed = (word.chars().count() / 3).max(1);
    let slips = candidates.into_iter().map(|candidate| {
        let candidate_folded = folded(candidate);
        let slips = strsim::damerau_levenshtein(&word, &candidate_folded);
        // `delay` for `paste_delay`: a part of a word is no slip.
        let is_part = word.len() >= 4 && candidate_folded.split('_').any(|part| part == word);
        // Who slips has the beginning right more often than the rest.
        let alike = word.chars().zip(candidate_folded.chars()).take_while(|(a, b)| a == b).count();
        (if is_part { 1 } else { slips }, Reverse(alike), candidate)
    });
    let near = slips.filter(|(slips, _, candidate)| *slips <= allowed && *slips < candidate.chars().count());
    near.min_by_key(|(slips, alike, _)| (*slips, *alike)).map(|(_, _, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_the_one_with_the_fewest_slips() {
        let names = [
            "nick",
            "nick_mode",
            "encoding",
            "eol",
            "paste_delay",
            "color",
            "reconnect",
            "on_connect",
            "time",
            "theme",
        ];
        for (word, expected) in [
            ("colour", Some("color")),
            ("Nick", Some("nick")),
            ("nikc", Some("nick")),
            ("nick-mode", Some("nick_mode")),
            ("pastedelay", Some("paste_delay")),
            ("delay", Some("paste_delay")),
            ("on-conect", Some("on_connect")),
            ("eof", Some("eol")),
            ("thme", Some("theme")),
            ("tiem", Some("time")),
            ("ab", None),
            ("password", None),
            ("", None),
        ] {
            assert_eq!(suggest(word, names), expected, "{word}");
        }
        assert_eq!(suggest(&"x".repeat(100_000), names), None);
        assert_eq!(suggest("x", ["a", "b"]), None, "a word of one letter is not near to all of them");
    }
}
