//! Where things begin and end in a text: clusters, words, lines, blanks.
//!
//! All offsets are bytes. Those that come in stand on the edge of a cluster, and so do those that go out. A cluster is
//! judged by its first character.

use memchr::{memchr, memrchr};
use std::ops::Range;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// What words are made of.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// What big words are made of.
pub(super) fn is_not_blank(c: char) -> bool {
    !c.is_whitespace()
}

/// Whether this is the edge of a cluster.
pub(super) fn is_edge(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0) == Ok(true)
}

/// The edge before.
pub(super) fn prev_boundary(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

/// The edge behind.
pub(super) fn next_boundary(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).next_boundary(text, 0).ok().flatten().unwrap_or(text.len())
}

/// The edge of a character at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The edge of a character at or behind `at`.
pub(super) fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// Over what is no word, then over the word, to the left.
pub(super) fn word_left(text: &str, at: usize, counts: fn(char) -> bool) -> usize {
    let mut has_word = false;
    for (at, cluster) in text_before(text, at).grapheme_indices(true).rev() {
        let is_word = cluster.starts_with(counts);
        if has_word && !is_word {
            return at + cluster.len();
        }
        has_word |= is_word;
    }
    0
}

/// Over what is no word, then over the word, to the right.
pub(super) fn word_right(text: &str, at: usize, counts: fn(char) -> bool) -> usize {
    let mut has_word = false;
    for (further, cluster) in text_after(text, at).grapheme_indices(true) {
        let is_word = cluster.starts_with(counts);
        if has_word && !is_word {
            return at + further;
        }
        has_word |= is_word;
    }
    text.len()
}

/// The start of the line.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    memrchr(b'\n', text_before(text, at).as_bytes()).map_or(0, |newline| newline + 1)
}

/// The end of the line, before its newline. CR LF is one cluster, so one newline.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text_after(text, at).as_bytes();
    let end = memchr(b'\n', rest).unwrap_or(rest.len());
    let line = rest.get(..end).unwrap_or(rest);
    let has_return = end < rest.len() && line.ends_with(b"\r");
    at + end - usize::from(has_return)
}

/// The start of the next line, or the end of the text.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    memchr(b'\n', text_after(text, at).as_bytes()).map_or(text.len(), |newline| at + newline + 1)
}

/// What is right of the cursor in its line; at the end of the line, the newline.
pub(super) fn rest_of_line(text: &str, at: usize) -> Range<usize> {
    let end = line_end(text, at);
    at..if end == at { next_line(text, at) } else { end }
}

/// The blanks of this line on both sides.
pub(super) fn blanks_around(text: &str, at: usize) -> Range<usize> {
    let is_blank = |cluster: &&str| cluster.starts_with(|c: char| c.is_whitespace() && !matches!(c, '\n' | '\r'));
    let left: usize = text_before(text, at).graphemes(true).rev().take_while(is_blank).map(str::len).sum();
    let right: usize = text_after(text, at).graphemes(true).take_while(is_blank).map(str::len).sum();
    at - left..at + right
}

pub(super) fn text_before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default()
}

pub(super) fn text_after(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}
