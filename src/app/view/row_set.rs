//! Stores a set of rows as a bitmap with a count per block of 4096 rows.
//!
//! Ten million rows are 2,400 blocks, so finding the next or previous row and counting the rows of a range take
//! microseconds, even across the whole transcript. Filters, folds, mentions and search hits are such sets.

use crate::app::transcript::RowId;
use std::collections::VecDeque;
use std::ops::Range;

/// Rows per word.
const WORD_ROWS: u64 = 64;

/// Rows per block.
const BLOCK_ROWS: u64 = 64 * WORD_ROWS;

/// A set of row ids.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct RowSet {
    /// Id of the first row of the first block, a multiple of [`BLOCK_ROWS`].
    base: u64,
    blocks: VecDeque<Block>,
}

#[derive(Debug, Clone)]
struct Block {
    /// Number of rows in the set.
    count: u64,
    words: [u64; 64],
}

const EMPTY: Block = Block { count: 0, words: [0; 64] };

impl RowSet {
    /// Returns an empty set that can hold rows from `first` on.
    pub(in crate::app) const fn starting(first: RowId) -> Self {
        Self { base: first.0 - first.0 % BLOCK_ROWS, blocks: VecDeque::new() }
    }

    /// Inserts or removes a row. Ignores rows before the first block.
    pub(in crate::app) fn set(&mut self, id: RowId, is_member: bool) {
        let Some((index, within)) = self.place(id.0) else { return };
        if index >= self.blocks.len() {
            if !is_member {
                return;
            }
            self.blocks.resize(index + 1, EMPTY);
        }
        if let Some(block) = self.blocks.get_mut(index) {
            block.set(within, is_member);
        }
    }

    /// Inserts all rows of a range.
    pub(in crate::app) fn insert_range(&mut self, range: Range<RowId>) {
        let mut next = range.start.0.max(self.base);
        while next < range.end.0 {
            let end = ((next / BLOCK_ROWS + 1) * BLOCK_ROWS).min(range.end.0);
            let Some((index, within)) = self.place(next) else { return };
            if index >= self.blocks.len() {
                self.blocks.resize(index + 1, EMPTY);
            }
            if let Some(block) = self.blocks.get_mut(index) {
                block.fill(within..within + (end - next));
            }
            next = end;
        }
    }

    /// Whether the set contains a row.
    pub(in crate::app) fn has(&self, id: RowId) -> bool {
        let Some((index, within)) = self.place(id.0) else { return false };
        self.blocks.get(index).is_some_and(|block| block.count_in(within..within + 1) == 1)
    }

    /// Returns the first row of the set at or after `id`.
    pub(in crate::app) fn next_from(&self, id: RowId) -> Option<RowId> {
        let (first, within) = self.place(id.0.max(self.base))?;
        let blocks = self.blocks.iter().enumerate().skip(first);
        let mut found = blocks.filter(|(_, block)| block.count > 0).filter_map(|(index, block)| {
            let from = if index == first { within } else { 0 };
            Some(self.base + index as u64 * BLOCK_ROWS + block.at_or_after(from)?)
        });
        found.next().map(RowId)
    }

    /// Returns the last row of the set before `id`.
    pub(in crate::app) fn prev_before(&self, id: RowId) -> Option<RowId> {
        let end = id.0.min(self.base + self.blocks.len() as u64 * BLOCK_ROWS);
        let (last, within) = self.place(end.checked_sub(1)?)?;
        let blocks = self.blocks.iter().enumerate().take(last + 1).rev();
        let mut found = blocks.filter(|(_, block)| block.count > 0).filter_map(|(index, block)| {
            let to = if index == last { within + 1 } else { BLOCK_ROWS };
            Some(self.base + index as u64 * BLOCK_ROWS + block.before(to)?)
        });
        found.next().map(RowId)
    }

    /// Counts the rows of the set in `range`.
    pub(in crate::app) fn count(&self, range: Range<RowId>) -> u64 {
        let from = range.start.0.max(self.base);
        let to = range.end.0.min(self.base + self.blocks.len() as u64 * BLOCK_ROWS);
        let (Some((first, start)), Some((last, end))) =
            (self.place(from), to.checked_sub(1).and_then(|to| self.place(to)))
        else {
            return 0;
        };
        if from >= to {
            return 0;
        }
        let blocks = self.blocks.iter().enumerate().skip(first).take(last + 1 - first);
        let counts = blocks.map(|(index, block)| match (index == first, index == last) {
            (false, false) => block.count,
            (true, false) => block.count_in(start..BLOCK_ROWS),
            (false, true) => block.count_in(0..end + 1),
            (true, true) => block.count_in(start..end + 1),
        });
        counts.sum()
    }

    /// Counts the rows in `range` that are in both sets.
    pub(in crate::app) fn count_with(&self, other: &Self, range: Range<RowId>) -> u64 {
        let mut next = range.start;
        let mut count = 0;
        while let Some(id) = self.next_from(next).filter(|id| *id < range.end) {
            // Skips blocks that are empty in this set.
            let end = RowId((id.0 / BLOCK_ROWS + 1) * BLOCK_ROWS).min(range.end);
            count += self.count_common(other, id, end);
            next = end;
        }
        count
    }

    /// Counts the rows in both sets between `from` and `to`, which lie in one block.
    fn count_common(&self, other: &Self, from: RowId, to: RowId) -> u64 {
        let block_of = |set: &Self| set.place(from.0).and_then(|(index, _)| set.blocks.get(index).cloned());
        let (Some(own), Some(other)) = (block_of(self), block_of(other)) else { return 0 };
        let within = from.0 % BLOCK_ROWS..(to.0 - 1) % BLOCK_ROWS + 1;
        let pairs = own.masked(within.clone()).zip(other.masked(within));
        pairs.map(|((_, own), (_, other))| u64::from((own & other).count_ones())).sum()
    }

    /// Removes all rows before `first`. Memory is freed in whole blocks.
    pub(in crate::app) fn remove_before(&mut self, first: RowId) {
        while self.base + BLOCK_ROWS <= first.0 && self.blocks.pop_front().is_some() {
            self.base += BLOCK_ROWS;
        }
        if self.blocks.is_empty() {
            self.base = self.base.max(first.0 - first.0 % BLOCK_ROWS);
        }
        if let Some(block) = self.blocks.front_mut()
            && first.0 > self.base
        {
            block.remove_before((first.0 - self.base).min(BLOCK_ROWS));
        }
    }

    /// Returns the index of the block of a row, and the row's position in that block.
    fn place(&self, id: u64) -> Option<(usize, u64)> {
        let offset = id.checked_sub(self.base)?;
        Some((usize::try_from(offset / BLOCK_ROWS).ok()?, offset % BLOCK_ROWS))
    }
}

impl Block {
    fn set(&mut self, within: u64, is_member: bool) {
        let Some(word) = usize::try_from(within / WORD_ROWS).ok().and_then(|index| self.words.get_mut(index)) else {
            return;
        };
        let bit = 1 << (within % WORD_ROWS);
        let was_member = *word & bit != 0;
        *word = *word & !bit | if is_member { bit } else { 0 };
        self.count = self.count + u64::from(is_member) - u64::from(was_member);
    }

    fn fill(&mut self, range: Range<u64>) {
        let all = Self { count: BLOCK_ROWS, words: [u64::MAX; 64] };
        for (index, mask) in all.masked(range) {
            if let Some(word) = usize::try_from(index).ok().and_then(|index| self.words.get_mut(index)) {
                self.count += u64::from((mask & !*word).count_ones());
                *word |= mask;
            }
        }
    }

    /// Iterates over the words in `range` with their indices. Bits outside the range are cleared.
    fn masked(&self, range: Range<u64>) -> impl DoubleEndedIterator<Item = (u64, u64)> + '_ {
        let (first, last) = (range.start / WORD_ROWS, range.end.div_ceil(WORD_ROWS));
        (first..last).map(move |index| {
            let low = if index == first { u64::MAX << (range.start % WORD_ROWS) } else { u64::MAX };
            let high = if (index + 1) * WORD_ROWS > range.end { (1 << (range.end % WORD_ROWS)) - 1 } else { u64::MAX };
            let word = usize::try_from(index).ok().and_then(|index| self.words.get(index)).copied().unwrap_or(0);
            (index, word & low & high)
        })
    }

    fn count_in(&self, range: Range<u64>) -> u64 {
        self.masked(range).map(|(_, word)| u64::from(word.count_ones())).sum()
    }

    fn at_or_after(&self, from: u64) -> Option<u64> {
        let mut words = self.masked(from..BLOCK_ROWS);
        words.find(|(_, word)| *word != 0).map(|(index, word)| index * WORD_ROWS + u64::from(word.trailing_zeros()))
    }

    fn before(&self, to: u64) -> Option<u64> {
        let mut words = self.masked(0..to).rev();
        words.find(|(_, word)| *word != 0).map(|(index, word)| index * WORD_ROWS + 63 - u64::from(word.leading_zeros()))
    }

    fn remove_before(&mut self, first: u64) {
        let kept: Vec<(u64, u64)> = self.masked(first..BLOCK_ROWS).collect();
        self.words = [0; 64];
        self.count = 0;
        for (index, word) in kept {
            if let Some(slot) = usize::try_from(index).ok().and_then(|index| self.words.get_mut(index)) {
                *slot = word;
                self.count += u64::from(word.count_ones());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Generates ids close to each other, near the edges of words and blocks, and far apart.
    fn id() -> impl Strategy<Value = u64> {
        prop_oneof![0..200_u64, 4000..4200_u64, 8150..8250_u64, 0..20_000_u64]
    }

    proptest! {
        #[test]
        fn behaves_like_a_tree_set(
            steps in proptest::collection::vec((id(), any::<bool>()), 0..80),
            first in id(), removed in id(), filled in (id(), 0..9000_u64), queried in proptest::collection::vec(id(), 20),
        ) {
            let mut rows = RowSet::starting(RowId(first));
            let mut set = BTreeSet::new();
            for (id, is_member) in steps {
                // Rows before `first` may be ignored.
                let id = id.max(first);
                rows.set(RowId(id), is_member);
                if is_member { set.insert(id); } else { set.remove(&id); }
            }
            let (from, to) = (filled.0.max(first), filled.0.max(first) + filled.1);
            rows.insert_range(RowId(from)..RowId(to));
            set.extend(from..to);
            for round in 0..2 {
                for pair in queried.windows(2) {
                    let (a, b) = (pair[0], pair[1]);
                    prop_assert_eq!(rows.has(RowId(a)), set.contains(&a));
                    prop_assert_eq!(rows.next_from(RowId(a)).map(|id| id.0), set.range(a..).next().copied());
                    prop_assert_eq!(rows.prev_before(RowId(a)).map(|id| id.0), set.range(..a).next_back().copied());
                    let expected = if a < b { set.range(a..b).count() as u64 } else { 0 };
                    prop_assert_eq!(rows.count(RowId(a)..RowId(b)), expected);
                }
                if round == 0 {
                    rows.remove_before(RowId(removed));
                    set = set.split_off(&removed);
                }
            }
        }
    }
}
