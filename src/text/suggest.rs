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
    let ranked = candidates.into_iter().map(|candidate| {
        let candidate_folded = folded(candidate);
        let distance = strsim::damerau_levenshtein(&word, &candidate_folded);
        // A part of a name, as `delay` of `paste_delay`, counts as one edit.
        let is_part = word.len() >= 4 && candidate_folded.split('_').any(|part| part == word);
        // Among candidates at equal distance, the longest common prefix wins.
        let common_prefix = word.chars().zip(candidate_folded.chars()).take_while(|(a, b)| a == b).count();
        (if is_part { 1 } else { distance }, Reverse(common_prefix), candidate)
    });
    let near = ranked.filter(|(distance, _, candidate)| *distance <= allowed && *distance < candidate.chars().count());
    near.min_by_key(|(distance, common_prefix, _)| (*distance, *common_prefix)).map(|(_, _, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_candidate_with_the_fewest_edits_is_suggested() {
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
        assert_eq!(suggest("x", ["a", "b"]), None, "a single letter is near to no other");
    }
}
