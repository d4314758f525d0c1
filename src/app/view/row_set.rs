//! A set of rows, as bits: one a row, found again 64 at a time, and counted 4096 at a time.
//!
//! Ten million rows are 2,400 blocks, so the next row of a set, the one before and how many there are in between are had
//! in microseconds however far apart they stand. That is what lets a filter, folds, mentions and search hits be there
//! for every frame without a list that has to be repaired when rows come and go.

use crate::app::transcript::RowId;
use std::collections::VecDeque;
use std::ops::Range;

/// Rows in a word, and in a block.
const WORD: u64 = 64;
const BLOCK: u64 = 64 * WORD;

/// Rows by id. A row that was never put in is not in it.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct RowSet {
    /// The id of the first bit of the first block, a multiple of [`BLOCK`].
    base: u64,
    blocks: VecDeque<Block>,
}

#[derive(Debug, Clone)]
struct Block {
    /// How many of its bits are set.
    count: u64,
    words: [u64; 64],
}

const EMPTY: Block = Block { count: 0, words: [0; 64] };

impl RowSet {
    /// An empty set that will hold rows from `first` on.
    pub(in crate::app) const fn starting(first: RowId) -> Self {
        Self { base: first.0 - first.0 % BLOCK, blocks: VecDeque::new() }
    }

    /// Puts a row in or takes it out. Rows before the first that is kept are passed over.
    pub(in crate::app) fn set(&mut self, id: RowId, is_in: bool) {
        let Some((at, within)) = self.place(id.0) else { return };
        if at >= self.blocks.len() {
            if !is_in {
                return;
            }
            self.blocks.resize(at + 1, EMPTY);
        }
        if let Some(block) = self.blocks.get_mut(at) {
            block.set(within, is_in);
        }
    }

    /// Puts all of these rows in.
    pub(in crate::app) fn insert_range(&mut self, range: Range<RowId>) {
        let mut next = range.start.0.max(self.base);
        while next < range.end.0 {
            let end = ((next / BLOCK + 1) * BLOCK).min(range.end.0);
            let Some((at, within)) = self.place(next) else { return };
            if at >= self.blocks.len() {
                self.blocks.resize(at + 1, EMPTY);
            }
            if let Some(block) = self.blocks.get_mut(at) {
                block.fill(within..within + (end - next));
            }
            next = end;
        }
    }

    /// Whether a row is in.
    pub(in crate::app) fn has(&self, id: RowId) -> bool {
        let Some((at, within)) = self.place(id.0) else { return false };
        self.blocks.get(at).is_some_and(|block| block.count_in(within..within + 1) == 1)
    }

    /// The first row of the set at or after `id`.
    pub(in crate::app) fn next_from(&self, id: RowId) -> Option<RowId> {
        let (first, within) = self.place(id.0.max(self.base))?;
        let blocks = self.blocks.iter().enumerate().skip(first);
        let mut found = blocks.filter(|(_, block)| block.count > 0).filter_map(|(at, block)| {
            let from = if at == first { within } else { 0 };
            Some(self.base + at as u64 * BLOCK + block.at_or_after(from)?)
        });
        found.next().map(RowId)
    }

    /// The last row of the set before `id`.
    pub(in crate::app) fn prev_before(&self, id: RowId) -> Option<RowId> {
        let end = id.0.min(self.base + self.blocks.len() as u64 * BLOCK);
        let (last, within) = self.place(end.checked_sub(1)?)?;
        let blocks = self.blocks.iter().enumerate().take(last + 1).rev();
        let mut found = blocks.filter(|(_, block)| block.count > 0).filter_map(|(at, block)| {
            let to = if at == last { within + 1 } else { BLOCK };
            Some(self.base + at as u64 * BLOCK + block.before(to)?)
        });
        found.next().map(RowId)
    }

    /// How many rows of the set have an id in `range`.
    pub(in crate::app) fn count(&self, range: Range<RowId>) -> u64 {
        let from = range.start.0.max(self.base);
        let to = range.end.0.min(self.base + self.blocks.len() as u64 * BLOCK);
        let (Some((first, start)), Some((last, end))) =
            (self.place(from), to.checked_sub(1).and_then(|to| self.place(to)))
        else {
            return 0;
        };
        if from >= to {
            return 0;
        }
        let blocks = self.blocks.iter().enumerate().skip(first).take(last + 1 - first);
        let counts = blocks.map(|(at, block)| match (at == first, at == last) {
            (false, false) => block.count,
            (true, false) => block.count_in(start..BLOCK),
            (false, true) => block.count_in(0..end + 1),
            (true, true) => block.count_in(start..end + 1),
        });
        counts.sum()
    }

    /// How many rows that are in another set as well have an id in `range`.
    pub(in crate::app) fn count_with(&self, other: &Self, range: Range<RowId>) -> u64 {
        let mut next = range.start;
        let mut count = 0;
        while let Some(id) = self.next_from(next).filter(|id| *id < range.end) {
            // By blocks: only what both have in one is looked at word by word.
            let end = RowId((id.0 / BLOCK + 1) * BLOCK).min(range.end);
            count += self.count_common(other, id, end);
            next = end;
        }
        count
    }

    /// The same inside one block.
    fn count_common(&self, other: &Self, from: RowId, to: RowId) -> u64 {
        let block_of = |bits: &Self| bits.place(from.0).and_then(|(at, _)| bits.blocks.get(at).cloned());
        let (Some(mine), Some(theirs)) = (block_of(self), block_of(other)) else { return 0 };
        let within = from.0 % BLOCK..(to.0 - 1) % BLOCK + 1;
        let pairs = mine.masked(within.clone()).zip(theirs.masked(within));
        pairs.map(|((_, mine), (_, theirs))| u64::from((mine & theirs).count_ones())).sum()
    }

    /// Forgets all rows before `first`; memory goes back a block at a time.
    pub(in crate::app) fn forget_before(&mut self, first: RowId) {
        while self.base + BLOCK <= first.0 && self.blocks.pop_front().is_some() {
            self.base += BLOCK;
        }
        if self.blocks.is_empty() {
            self.base = self.base.max(first.0 - first.0 % BLOCK);
        }
        if let Some(block) = self.blocks.front_mut()
            && first.0 > self.base
        {
            block.forget_before((first.0 - self.base).min(BLOCK));
        }
    }

    /// Which block a row is in, and where in it.
    fn place(&self, id: u64) -> Option<(usize, u64)> {
        let offset = id.checked_sub(self.base)?;
        Some((usize::try_from(offset / BLOCK).ok()?, offset % BLOCK))
    }
}

impl Block {
    fn set(&mut self, within: u64, is_in: bool) {
        let Some(word) = usize::try_from(within / WORD).ok().and_then(|at| self.words.get_mut(at)) else { return };
        let bit = 1 << (within % WORD);
        let was_in = *word & bit != 0;
        *word = *word & !bit | if is_in { bit } else { 0 };
        self.count = self.count + u64::from(is_in) - u64::from(was_in);
    }

    fn fill(&mut self, range: Range<u64>) {
        let all = Self { count: BLOCK, words: [u64::MAX; 64] };
        for (at, mask) in all.masked(range) {
            if let Some(word) = usize::try_from(at).ok().and_then(|at| self.words.get_mut(at)) {
                self.count += u64::from((mask & !*word).count_ones());
                *word |= mask;
            }
        }
    }

    /// Its words, with those bits alone that are in `range`.
    fn masked(&self, range: Range<u64>) -> impl DoubleEndedIterator<Item = (u64, u64)> + '_ {
        let (first, last) = (range.start / WORD, range.end.div_ceil(WORD));
        (first..last).map(move |at| {
            let low = if at == first { u64::MAX << (range.start % WORD) } else { u64::MAX };
            let high = if (at + 1) * WORD > range.end { (1 << (range.end % WORD)) - 1 } else { u64::MAX };
            let word = usize::try_from(at).ok().and_then(|at| self.words.get(at)).copied().unwrap_or(0);
            (at, word & low & high)
        })
    }

    fn count_in(&self, range: Range<u64>) -> u64 {
        self.masked(range).map(|(_, word)| u64::from(word.count_ones())).sum()
    }

    fn at_or_after(&self, from: u64) -> Option<u64> {
        let mut words = self.masked(from..BLOCK);
        words.find(|(_, word)| *word != 0).map(|(at, word)| at * WORD + u64::from(word.trailing_zeros()))
    }

    fn before(&self, to: u64) -> Option<u64> {
        let mut words = self.masked(0..to).rev();
        words.find(|(_, word)| *word != 0).map(|(at, word)| at * WORD + 63 - u64::from(word.leading_zeros()))
    }

    fn forget_before(&mut self, first: u64) {
        let kept: Vec<(u64, u64)> = self.masked(first..BLOCK).collect();
        self.words = [0; 64];
        self.count = 0;
        for (at, word) in kept {
            if let Some(place) = usize::try_from(at).ok().and_then(|at| self.words.get_mut(at)) {
                *place = word;
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

    /// Ids near each other, near the edges of words and blocks, and far apart.
    fn id() -> impl Strategy<Value = u64> {
        prop_oneof![0..200_u64, 4000..4200_u64, 8150..8250_u64, 0..20_000_u64]
    }

    proptest! {
        #[test]
        fn is_a_set_of_rows(
            steps in proptest::collection::vec((id(), any::<bool>()), 0..80),
            first in id(), forgotten in id(), filled in (id(), 0..9000_u64), asked in proptest::collection::vec(id(), 20),
        ) {
            let mut bits = RowSet::starting(RowId(first));
            let mut set = BTreeSet::new();
            for (id, is_in) in steps {
                // Rows before the first are not the set's affair; from its base on they do no harm.
                let id = id.max(first);
                bits.set(RowId(id), is_in);
                if is_in { set.insert(id); } else { set.remove(&id); }
            }
            let (from, to) = (filled.0.max(first), filled.0.max(first) + filled.1);
            bits.insert_range(RowId(from)..RowId(to));
            set.extend(from..to);
            for round in 0..2 {
                for pair in asked.windows(2) {
                    let (a, b) = (pair[0], pair[1]);
                    prop_assert_eq!(bits.has(RowId(a)), set.contains(&a));
                    prop_assert_eq!(bits.next_from(RowId(a)).map(|id| id.0), set.range(a..).next().copied());
                    prop_assert_eq!(bits.prev_before(RowId(a)).map(|id| id.0), set.range(..a).next_back().copied());
                    let expected = if a < b { set.range(a..b).count() as u64 } else { 0 };
                    prop_assert_eq!(bits.count(RowId(a)..RowId(b)), expected);
                }
                if round == 0 {
                    bits.forget_before(RowId(forgotten));
                    set = set.split_off(&forgotten);
                }
            }
        }
    }
}
