//! Layout of the draft: the positions of screen lines.
//!
//! A line of the draft (text between newlines) is wrapped into screen lines: at whitespace, or before and after clusters
//! wider than one column, else between any two clusters. Unlike messages, a draft needs a cell for the cursor at every
//! cluster boundary:
//!
//! - The last column is reserved for the cursor, or for one space between two words.
//! - A line whose last column is used is followed by another line, empty if need be, for the cursor.
//! - More whitespace does not hang over the edge but starts the next line.
//! - A cluster wider than the screen has its own line and is clipped when drawn.
//!
//! A newline takes no cell. Tab stops are counted from the start of the screen line. So the layout of a line depends only
//! on its own start, and after an edit only nearby lines are laid out again, until one starts where a line started before.
//! (In a sequence of flags, pairs may change up to its end.) For the same reason a draft is drawn with
//! [`text::decode_literal`], in which no cluster affects those after it.

mod clusters;
mod line_starts;

pub(super) use line_starts::LineStarts;

use crate::text::{self, Row};
use clusters::{Clusters, MAX_MEASURED_BYTES};
use std::cell::Ref;
use std::ops::Range;

/// A position on the screen relative to the start of the draft, 0-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TextPosition {
    /// Index of the screen line.
    pub line: usize,
    /// Column in the line. That of the cursor is always less than the width.
    pub column: usize,
}

/// A draft wrapped into screen lines, of which there is at least one.
#[derive(Debug)]
pub struct Layout<'a> {
    text: &'a str,
    starts: Ref<'a, LineStarts>,
}

impl<'a> Layout<'a> {
    pub(super) const fn new(text: &'a str, starts: Ref<'a, LineStarts>) -> Self {
        Self { text, starts }
    }

    /// Returns the number of screen lines.
    pub fn lines(&self) -> usize {
        self.starts.count()
    }

    /// Returns the byte range of a screen line, without its newline. A CR before the newline is included and visible.
    pub fn line(&self, line: usize) -> Option<Range<usize>> {
        let start = self.starts.get(line)?;
        let Some(next) = self.starts.get(line + 1) else { return Some(start..self.text.len()) };
        let has_newline = next > start && self.text.as_bytes().get(next - 1) == Some(&b'\n');
        Some(start..next - usize::from(has_newline))
    }

    /// Returns whether a screen line is the first one of a line of the draft.
    pub fn begins_line(&self, line: usize) -> bool {
        let start = self.starts.get(line);
        start.is_some_and(|start| start == 0 || self.text.as_bytes().get(start - 1) == Some(&b'\n'))
    }

    /// Decodes a screen line into `row`. The glyphs' source offsets are relative to the start of the line.
    pub fn row(&self, line: usize, row: &mut Row) {
        let line = self.line(line).and_then(|range| self.text.get(range)).unwrap_or_default();
        let first = Clusters::new(line, 0).next().map_or(0, |cluster| cluster.len);
        // An overlong cluster has its own line, and no screen can show all of it.
        let shown = if first > MAX_MEASURED_BYTES {
            super::text_boundaries::floor(line, MAX_MEASURED_BYTES)
        } else {
            line.len()
        };
        text::decode_literal(super::text_boundaries::text_before(line, shown), row);
    }

    /// Returns the screen position of a byte offset. Where a line is wrapped, that is the start of the next screen line.
    pub fn place(&self, offset: usize) -> TextPosition {
        let line = self.starts.line_of(offset);
        let start = self.starts.get(line).unwrap_or_default();
        let mut clusters = Clusters::new(self.text, start);
        while clusters.at() < offset && clusters.next().is_some() {}
        TextPosition { line, column: clusters.column() }
    }

    /// Returns the byte offset of the last cursor position at or left of a screen position. A line after the last one
    /// counts as the last.
    pub fn offset(&self, position: TextPosition) -> usize {
        let last = self.lines() - 1;
        let line = position.line.min(last);
        let start = self.starts.get(line).unwrap_or_default();
        // The end of a wrapped screen line belongs to the next one.
        let is_wrapped = line < last && !self.begins_line(line + 1);
        let end = self.line(line).map_or(start, |range| range.end);
        let mut clusters = Clusters::new(self.text, start);
        let mut offset = start;
        while let Some(cluster) = clusters.next().filter(|it| it.at < end && it.column <= position.column) {
            offset = cluster.at;
            if clusters.at() >= end && clusters.column() <= position.column && !is_wrapped && !clusters.is_return() {
                offset = end;
            }
        }
        offset
    }
}

#[cfg(test)]
mod tests;
