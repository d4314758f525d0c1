//! The offsets of screen lines, updated with each edit.

use super::clusters::{BreakClass, Clusters};
use std::ops::Range;

/// Number of lines before an edit that are laid out again.
///
/// The end of a line may depend on a cluster two lines below: the first one that fits neither into the line, nor into the
/// next one after the text that was carried over. Text inserted at the start of a line may also combine with the last
/// cluster of the line before.
const RELAYOUT_LINES: usize = 3;

/// The byte offsets of screen lines, kept in a gap buffer so that an edit moves few of them.
///
/// The gap is at the last edit. Offsets before it are counted from the start of the text and offsets after it from the
/// end, so that both stay valid when text is inserted or removed at the gap.
#[derive(Debug, Default)]
pub(in crate::app::input) struct LineStarts {
    /// Width in columns; 0 before the first layout.
    width: usize,
    /// Offsets from the start of the text, ascending.
    before: Vec<usize>,
    /// Offsets from the end of the text, ascending, so that the first line after the gap comes last.
    after: Vec<usize>,
    /// Length of the text in bytes at the last layout.
    len: usize,
    edited: Option<UnchangedSpan>,
}

/// The parts of the text that are unchanged since the last layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct UnchangedSpan {
    /// Unchanged bytes at the start.
    before: usize,
    /// Unchanged bytes at the end.
    after: usize,
}

impl LineStarts {
    /// Notes that `range` is about to be replaced in a text of `len` bytes.
    pub(in crate::app::input) fn note_edit(&mut self, range: &Range<usize>, len: usize) {
        let this = UnchangedSpan { before: range.start, after: len - range.end };
        let all = self.edited.unwrap_or(this);
        self.edited = Some(UnchangedSpan { before: all.before.min(this.before), after: all.after.min(this.after) });
    }

    /// Lays out the changed lines, or all lines if the width has changed.
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
        self.before.len() + self.after.len()
    }

    pub(super) fn get(&self, line: usize) -> Option<usize> {
        match line.checked_sub(self.before.len()) {
            None => self.before.get(line).copied(),
            Some(further) => {
                let from_end = self.after.len().checked_sub(further + 1)?;
                self.after.get(from_end).map(|back| self.len - back)
            }
        }
    }

    /// Returns the line that contains an offset.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        let before = self.before.partition_point(|&start| start <= offset);
        let later = self.after.partition_point(|&back| self.len - back > offset);
        (before + self.after.len() - later).saturating_sub(1)
    }

    /// Moves the gap to the edit and removes the offsets that may have changed.
    fn open_gap(&mut self, edited: UnchangedSpan) {
        while let Some(start) = self.before.pop_if(|start| *start > edited.before) {
            self.after.push(self.len - start);
        }
        while let Some(back) = self.after.pop_if(|back| self.len - *back <= edited.before) {
            self.before.push(self.len - back);
        }
        while self.after.pop_if(|back| *back > edited.after).is_some() {}
        // The first line always starts at 0.
        self.before.truncate(self.before.len().saturating_sub(RELAYOUT_LINES).max(1));
    }

    /// Lays out lines from the last one before the gap on, until one starts where a line started before. The lines after
    /// it are unchanged.
    fn fill(&mut self, text: &str) {
        let mut clusters = Clusters::new(text, 0);
        let mut start = self.before.last().copied().unwrap_or_default();
        while let Some(next) = next_start(&mut clusters, start, text, self.width) {
            while self.after.pop_if(|back| self.len - *back < next).is_some() {}
            if self.after.last().is_some_and(|back| self.len - back == next) {
                return;
            }
            self.before.push(next);
            start = next;
        }
        self.after.clear();
    }
}

/// Returns the start of the line after the one that starts at `start`; `None` if that is the last line.
fn next_start(clusters: &mut Clusters<'_>, start: usize, text: &str, width: usize) -> Option<usize> {
    clusters.begin_line(start);
    let word_limit = (width - 1).max(1);
    let mut break_at = None;
    // Lines are not broken at indentation.
    let mut has_word = false;
    let mut before = BreakClass::Blank;
    while let Some(cluster) = clusters.next() {
        let is_blank = cluster.kind == BreakClass::Blank;
        if !is_blank && before != BreakClass::Blank && may_break(before, cluster.kind) {
            break_at = Some(cluster.at);
        }
        let limit = if is_blank { width } else { word_limit };
        if cluster.column + cluster.columns > limit && cluster.at > start {
            return if is_blank { Some(cluster.at) } else { break_at.or(Some(cluster.at)) };
        }
        has_word |= !is_blank;
        if is_blank && has_word {
            break_at = Some(clusters.at());
        }
        before = cluster.kind;
    }
    let is_full = clusters.column() >= width && !clusters.is_return();
    if is_full { Some(clusters.at()) } else { (clusters.at() < text.len()).then_some(clusters.at() + 1) }
}

fn may_break(before: BreakClass, next: BreakClass) -> bool {
    next != BreakClass::Closing
        && (next == BreakClass::Wide || matches!(before, BreakClass::Wide | BreakClass::Closing))
}
