//! The offsets at which the lines of the screen begin, kept up with the edits.

use super::clusters::{BreakClass, Clusters};
use std::ops::Range;

/// Lines before the one with the edit that are laid out anew with it.
///
/// Where a line ends may depend on a cluster of the next line but one: on the first that fitted neither into it, nor into
/// the next together with what was carried over to there. And what is put in at the start of a line may join the last
/// cluster of the line before.
const RELAYOUT_LINES: usize = 3;

/// The byte offsets of screen lines, kept in a gap buffer so that an edit moves few of them.
///
/// There is a gap at the last edit: starts before it are counted from the start of the text, those behind it from its
/// end. So an edit leaves the ones right, and the others too, without touching them.
#[derive(Debug, Default)]
pub(in crate::app::input) struct LineStarts {
    /// Columns; 0 if nothing has been laid out yet.
    width: usize,
    /// From the start, rising.
    before: Vec<usize>,
    /// From the end, rising; so the first behind the gap is the last here.
    behind: Vec<usize>,
    /// Bytes of the text when it was looked at last.
    len: usize,
    edited: Option<UnchangedSpan>,
}

/// What of the text is the same as when it was looked at last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct UnchangedSpan {
    /// Bytes at the start.
    before: usize,
    /// Bytes at the end.
    behind: usize,
}

impl LineStarts {
    /// `range` is about to be replaced in a text of `len` bytes.
    pub(in crate::app::input) fn note_edit(&mut self, range: &Range<usize>, len: usize) {
        let now = UnchangedSpan { before: range.start, behind: len - range.end };
        let all = self.edited.unwrap_or(now);
        self.edited = Some(UnchangedSpan { before: all.before.min(now.before), behind: all.behind.min(now.behind) });
    }

    /// Lays out what has changed: all of it for another width.
    pub(in crate::app::input) fn relayout(&mut self, text: &str, width: usize) {
        let edited = self.edited.take();
        if self.width != width {
            *self = Self { width, before: vec![0], ..Self::default() };
        } else if let Some(edited) = edited {
            self.open_gap(edited);
        } else {
            return;
        }
        self.len = text.len();
        self.fill(text);
    }

    pub(super) fn count(&self) -> usize {
        self.before.len() + self.behind.len()
    }

    pub(super) fn get(&self, line: usize) -> Option<usize> {
        match line.checked_sub(self.before.len()) {
            None => self.before.get(line).copied(),
            Some(further) => {
                let from_end = self.behind.len().checked_sub(further + 1)?;
                self.behind.get(from_end).map(|back| self.len - back)
            }
        }
    }

    /// The last line that begins at this offset or before.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        let before = self.before.partition_point(|&start| start <= offset);
        let later = self.behind.partition_point(|&back| self.len - back > offset);
        (before + self.behind.len() - later).saturating_sub(1)
    }

    /// Brings the gap to the edit and forgets what the edit may have changed.
    fn open_gap(&mut self, edited: UnchangedSpan) {
        while let Some(start) = self.before.pop_if(|start| *start > edited.before) {
            self.behind.push(self.len - start);
        }
        while let Some(back) = self.behind.pop_if(|back| self.len - *back <= edited.before) {
            self.before.push(self.len - back);
        }
        while self.behind.pop_if(|back| *back > edited.behind).is_some() {}
        // The first line begins at 0 whatever happens.
        self.before.truncate(self.before.len().saturating_sub(RELAYOUT_LINES).max(1));
    }

    /// Lays out lines from the last before the gap on, until one begins where one has begun before: the rest of the text is
    /// as it was, and so are its lines.
    fn fill(&mut self, text: &str) {
        let mut units = Clusters::new(text, 0);
        let mut start = self.before.last().copied().unwrap_or_default();
        while let Some(next) = next_start(&mut units, start, text, self.width) {
            while self.behind.pop_if(|back| self.len - *back < next).is_some() {}
            if self.behind.last().is_some_and(|back| self.len - back == next) {
                return;
            }
            self.before.push(next);
            start = next;
        }
        self.behind.clear();
    }
}

/// Where the line behind the one that begins at `start` begins; nothing if that is the last.
fn next_start(units: &mut Clusters<'_>, start: usize, text: &str, width: usize) -> Option<usize> {
    units.begin_line(start);
    let words = (width - 1).max(1);
    let mut break_at = None;
    // Indentation is no place to break.
    let mut has_word = false;
    let mut before = BreakClass::Blank;
    while let Some(unit) = units.next() {
        let is_blank = unit.kind == BreakClass::Blank;
        if !is_blank && before != BreakClass::Blank && may_break(before, unit.kind) {
            break_at = Some(unit.at);
        }
        let limit = if is_blank { width } else { words };
        if unit.column + unit.columns > limit && unit.at > start {
            return if is_blank { Some(unit.at) } else { break_at.or(Some(unit.at)) };
        }
        has_word |= !is_blank;
        if is_blank && has_word {
            break_at = Some(units.at());
        }
        before = unit.kind;
    }
    let is_full = units.column() >= width && !units.is_return();
    if is_full { Some(units.at()) } else { (units.at() < text.len()).then_some(units.at() + 1) }
}

fn may_break(before: BreakClass, next: BreakClass) -> bool {
    next != BreakClass::Closing
        && (next == BreakClass::Wide || matches!(before, BreakClass::Wide | BreakClass::Closing))
}
