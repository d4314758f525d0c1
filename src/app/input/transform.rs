//! Transpositions and changes of letter case.
//!
//! Each function returns a byte range and its replacement. The cursor moves to the end of the replacement, even if that is
//! the same text.

use super::text_boundaries::{self, is_word};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Swaps the grapheme clusters around the cursor; at the end of the line, the two before it. Newlines are not swapped.
pub(super) fn swap_chars(text: &str, at: usize) -> Option<(Range<usize>, String)> {
    let (start, end) = (text_boundaries::line_start(text, at), text_boundaries::line_end(text, at));
    let middle = if at == end && at > start { text_boundaries::prev_boundary(text, at) } else { at };
    if middle == start {
        return None;
    }
    let (from, to) = (text_boundaries::prev_boundary(text, middle), text_boundaries::next_boundary(text, middle));
    Some((from..to, [text.get(middle..to)?, text.get(from..middle)?].concat()))
}

/// Swaps the word at the cursor, or else the next one, with the word before it; if there is no next word, the last two.
pub(super) fn swap_words(text: &str, at: usize) -> Option<(Range<usize>, String)> {
    let second = text_boundaries::word_left(text, text_boundaries::word_right(text, at, is_word), is_word);
    let end = text_boundaries::word_right(text, second, is_word);
    let first = text_boundaries::word_left(text, second, is_word);
    let gap = text_boundaries::word_right(text, first, is_word);
    if gap > second || first == second {
        return None;
    }
    let words = [text.get(second..end)?, text.get(gap..second)?, text.get(first..gap)?].concat();
    Some((first..end, words))
}

/// Converts the text from `at` to the end of the word.
pub(super) fn change_case(text: &str, at: usize, convert: fn(&str) -> String) -> Option<(Range<usize>, String)> {
    let end = text_boundaries::word_right(text, at, is_word);
    let word = text.get(at..end)?;
    Some((at..end, convert(word)))
}

/// Converts a word to lower case with an upper-case first letter. If that letter becomes several, only the first is upper
/// case: `ß` becomes `Ss`.
pub(super) fn capitalized(text: &str) -> String {
    let letter = text.grapheme_indices(true).find(|(_, cluster)| cluster.starts_with(is_word));
    let (gap, word) = text.split_at(letter.map_or(text.len(), |(at, _)| at));
    let mut letters = word.chars();
    let mut capital = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut new = gap.to_owned();
    new.extend(capital.next());
    new.extend(capital.flat_map(char::to_lowercase));
    new.push_str(&letters.as_str().to_lowercase());
    new
}
