//! Where the draft's lines begin on the screen.
//!
//! A line of the draft (what stands between newlines) is cut into lines of the screen: at blanks where there are some, on
//! either side of what is wider than a column, else anywhere between clusters. Unlike in the pane, the cursor has to
//! have a cell in each place where it may stand. So:
//!
//! - The last column is left free: it is the cursor's, or of one blank between two words.
//! - A line whose last column is taken opens another, empty one, for the cursor to stand on.
//! - Further blanks do not hang over the edge but open the next line.
//! - A cluster wider than the screen has a line for itself, and whoever draws it clips it.
//!
//! A newline takes no cell. Tab stops are counted from where the line of the screen begins. So everything behind the
//! start of a line depends on nothing before it, and after an edit only the lines around it are laid out anew: until one
//! begins where one has begun before. (Flags without a gap between them may pair up anew as far as they go.) For the same
//! reason a draft is shown by [`text::decode_literal`], in which no cluster changes what comes after it.

mod clusters;
mod line_starts;

pub(super) use line_starts::LineStarts;

use crate::text::{self, Row};
use clusters::{Clusters, LONGEST};
use std::cell::Ref;
use std::ops::Range;

/// A place on the screen, from the start of the draft, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TextPosition {
    /// Line of the screen.
    pub line: usize,
    /// Column in it. The cursor's is always less than the width.
    pub column: usize,
}

/// A draft cut into lines of the screen. There is always at least one.
#[derive(Debug)]
pub struct Layout<'a> {
    text: &'a str,
    starts: Ref<'a, LineStarts>,
}

impl<'a> Layout<'a> {
    pub(super) const fn new(text: &'a str, starts: Ref<'a, LineStarts>) -> Self {
        Self { text, starts }
    }

    /// How many lines.
    pub fn lines(&self) -> usize {
        self.starts.count()
    }

    /// The bytes of this line, its newline not included. A CR before that is, and shows.
    pub fn line(&self, line: usize) -> Option<Range<usize>> {
        let start = self.starts.get(line)?;
        let Some(next) = self.starts.get(line + 1) else { return Some(start..self.text.len()) };
        let has_newline = next > start && self.text.as_bytes().get(next - 1) == Some(&b'\n');
        Some(start..next - usize::from(has_newline))
    }

    /// Whether this line is the first of a line of the draft, and not one that goes on.
    pub fn begins_line(&self, line: usize) -> bool {
        let start = self.starts.get(line);
        start.is_some_and(|start| start == 0 || self.text.as_bytes().get(start - 1) == Some(&b'\n'))
    }

    /// The glyphs of this line; their sources are counted from its start.
    pub fn row(&self, line: usize, row: &mut Row) {
        let line = self.line(line).and_then(|range| self.text.get(range)).unwrap_or_default();
        let longest = Clusters::new(line, 0).next().map_or(0, |unit| unit.len);
        // Alone in its line, and no screen is wide enough to show all of it.
        let shown = if longest > LONGEST { super::text_boundaries::floor(line, LONGEST) } else { line.len() };
        text::decode_literal(super::text_boundaries::text_before(line, shown), row);
    }

    /// Where the cursor stands on the screen if it is at this offset. Where one line ends and goes on in the next, that is
    /// the start of the next.
    pub fn place(&self, offset: usize) -> TextPosition {
        let line = self.starts.line_of(offset);
        let start = self.starts.get(line).unwrap_or_default();
        let mut units = Clusters::new(self.text, start);
        while units.at() < offset && units.next().is_some() {}
        TextPosition { line, column: units.column() }
    }

    /// The offset at which the cursor stands here, or left of here where it cannot. Behind the last line is in the last.
    pub fn offset(&self, place: TextPosition) -> usize {
        let last = self.lines() - 1;
        let line = place.line.min(last);
        let start = self.starts.get(line).unwrap_or_default();
        // The end of a line that goes on is the start of the next; that of one before a newline is before it.
        let goes_on = line < last && !self.begins_line(line + 1);
        let end = self.line(line).map_or(start, |range| range.end);
        let mut units = Clusters::new(self.text, start);
        let mut offset = start;
        while let Some(unit) = units.next().filter(|unit| unit.at < end && unit.column <= place.column) {
            offset = unit.at;
            if units.at() >= end && units.column() <= place.column && !goes_on && !units.is_return() {
                offset = end;
            }
        }
        offset
    }
}

#[cfg(test)]
mod tests;
