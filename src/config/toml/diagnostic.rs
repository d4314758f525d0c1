//! What is wrong with a file, told so that it can be put right.

use super::position::SourcePosition;
use std::cmp::Reverse;
use std::fmt;

/// Something that is wrong with a file. Its `Display` is fit for a terminal: the place, then the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub place: SourcePosition,
    /// The key it is about, with the tables it is in: `servers.pi.nick`. Empty where none can be told.
    pub key: String,
    /// A sentence that says what is wrong, and the next step.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// All mistakes of a file, in its order: what is no TOML, and what is but means nothing. Where a line could not be read,
/// what was made of it is not held against it as well.
pub fn merge_sorted(unread: Vec<Diagnostic>, meaningless: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let unread_lines: Vec<usize> = unread.iter().map(|mistake| mistake.place.line).collect();
    let mut all = unread;
    all.extend(meaningless.into_iter().filter(|mistake| !unread_lines.contains(&mistake.place.line)));
    all.sort_by_key(|mistake| mistake.place);
    all
}

/// The word that was probably meant: the one the fewest slips away, if they are few for a word of this length. Neither
/// case counts, nor whether the parts are joined by `-` or `_`.
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = |word: &str| word.to_lowercase().replace('-', "_");
    // Longer than any word of ours, and the comparison costs the product of both lengths.
    let word = Some(folded(word)).filter(|word| word.len() <= LONGEST)?;
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

/// Bytes of the longest word that may be a slip.
const LONGEST: usize = 64;

/// A word of the file, quoted so that it is safe to show.
pub(super) fn quoted(word: &str) -> String {
    let short: String = word.chars().take(LONGEST).collect();
    let more = if short.len() < word.len() { "…" } else { "" };
    format!("{}{more}", short.escape_debug())
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
