//! Boundaries of grapheme clusters, words, lines and whitespace in a text.
//!
//! All offsets are in bytes. Unless stated otherwise, arguments and results are grapheme cluster boundaries (UAX #29). A
//! cluster is classified by its first character.

use memchr::{memchr, memrchr};
use std::ops::Range;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// Returns whether a character belongs to a word.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Returns whether a character belongs to a big word.
pub(super) fn is_not_blank(c: char) -> bool {
    !c.is_whitespace()
}

/// Returns whether an offset is a cluster boundary.
pub(super) fn is_edge(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0) == Ok(true)
}

/// Returns the cluster boundary before `at`, or 0.
pub(super) fn prev_boundary(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

/// Returns the cluster boundary after `at`, or the end of the text.
pub(super) fn next_boundary(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).next_boundary(text, 0).ok().flatten().unwrap_or(text.len())
}

/// Returns the last character boundary at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Returns the first character boundary at or after `at`.
pub(super) fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// Returns the start of the word at or left of `at`.
pub(super) fn word_left(text: &str, at: usize, is_part: fn(char) -> bool) -> usize {
    let mut has_word = false;
    for (at, cluster) in text_before(text, at).grapheme_indices(true).rev() {
        let is_word = cluster.starts_with(is_part);
        if has_word && !is_word {
            return at + cluster.len();
        }
        has_word |= is_word;
    }
    0
}

/// Returns the end of the word at or right of `at`.
pub(super) fn word_right(text: &str, at: usize, is_part: fn(char) -> bool) -> usize {
    let mut has_word = false;
    for (further, cluster) in text_after(text, at).grapheme_indices(true) {
        let is_word = cluster.starts_with(is_part);
        if has_word && !is_word {
            return at + further;
        }
        has_word |= is_word;
    }
    text.len()
}

/// Returns the start of the line.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    memrchr(b'\n', text_before(text, at).as_bytes()).map_or(0, |newline| newline + 1)
}

/// Returns the end of the line, before its newline. CR LF is one cluster and one newline.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text_after(text, at).as_bytes();
    let end = memchr(b'\n', rest).unwrap_or(rest.len());
    let line = rest.get(..end).unwrap_or(rest);
    let has_return = end < rest.len() && line.ends_with(b"\r");
    at + end - usize::from(has_return)
}

/// Returns the start of the next line, or the end of the text.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    memchr(b'\n', text_after(text, at).as_bytes()).map_or(text.len(), |newline| at + newline + 1)
}

/// Returns the range from `at` to the end of the line; at the end of the line, the range of its newline.
pub(super) fn rest_of_line(text: &str, at: usize) -> Range<usize> {
    let end = line_end(text, at);
    at..if end == at { next_line(text, at) } else { end }
}

/// Returns the range of whitespace around `at`, within the line.
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
