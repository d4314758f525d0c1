//! A set of rows, as bits: one a row, found again 64 at a time.
//!
//! A million rows are 16 thousand words, so the next row of a set, the one before and how many there are in between are
//! had in microseconds however far apart they stand. That is what lets a filter, folds, mentions and search hits be
//! there for every frame without a list that has to be repaired when rows come and go.

use super::transcript::RowId;
use std::collections::VecDeque;
use std::ops::Range;

/// Rows by id. A row that was never put in is not in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Bits {
    /// The id of the first bit of the first word, a multiple of 64.
    base: u64,
    words: VecDeque<u64>,
}

impl Bits {
    /// An empty set that will hold rows from `first` on.
    pub(super) const fn starting(first: RowId) -> Self {
        Self { base: first.0 & !63, words: VecDeque::new() }
    }

    /// Puts a row in or takes it out. Rows before the first that is kept are passed over.
    pub(super) fn set(&mut self, id: RowId, is_in: bool) {
        let Some((at, bit)) = self.place(id.0) else { return };
        if at >= self.words.len() {
            if !is_in {
                return;
            }
            self.words.resize(at + 1, 0);
        }
        if let Some(word) = self.words.get_mut(at) {
            *word = *word & !bit | if is_in { bit } else { 0 };
        }
    }

    /// Whether a row is in.
    pub(super) fn has(&self, id: RowId) -> bool {
        self.place(id.0).is_some_and(|(at, bit)| self.words.get(at).is_some_and(|word| word & bit != 0))
    }

    /// The first row of the set at or after `id`.
    pub(super) fn at_or_after(&self, id: RowId) -> Option<RowId> {
        let (mut at, bit) = self.place(id.0.max(self.base))?;
        // The bits from `bit` on.
        let mut word = self.words.get(at)? & !(bit - 1);
        while word == 0 {
            at += 1;
            word = *self.words.get(at)?;
        }
        Some(RowId(self.base + at as u64 * 64 + u64::from(word.trailing_zeros())))
    }

    /// The last row of the set before `id`.
    pub(super) fn before(&self, id: RowId) -> Option<RowId> {
        let last = id.0.min(self.base + self.words.len() as u64 * 64).checked_sub(1)?;
        let (mut at, bit) = self.place(last)?;
        // The bits up to and with `bit`.
        let mut word = self.words.get(at)? & (bit | (bit - 1));
        while word == 0 {
            at = at.checked_sub(1)?;
            word = *self.words.get(at)?;
        }
        Some(RowId(self.base + at as u64 * 64 + 63 - u64::from(word.leading_zeros())))
    }

    /// How many rows of the set have an id in `range`.
    pub(super) fn count(&self, range: Range<RowId>) -> u64 {
        let from = range.start.0.max(self.base);
        let to = range.end.0.min(self.base + self.words.len() as u64 * 64);
        if from >= to {
            return 0;
        }
        let (first, last) = ((from - self.base) / 64, (to - 1 - self.base) / 64);
        let word = |at: u64| usize::try_from(at).ok().and_then(|at| self.words.get(at)).copied().unwrap_or(0);
        let head = u64::MAX << (from % 64);
        let tail = u64::MAX >> (63 - (to - 1) % 64);
        if first == last {
            return u64::from((word(first) & head & tail).count_ones());
        }
        let between: u64 = (first + 1..last).map(|at| u64::from(word(at).count_ones())).sum();
        between + u64::from((word(first) & head).count_ones()) + u64::from((word(last) & tail).count_ones())
    }

    /// Forgets all rows before `first`; memory goes back a word at a time.
    pub(super) fn forget_before(&mut self, first: RowId) {
        while self.base + 64 <= first.0 && self.words.pop_front().is_some() {
            self.base += 64;
        }
        if self.words.is_empty() {
            self.base = self.base.max(first.0 & !63);
        }
        if let Some(word) = self.words.front_mut()
            && first.0 > self.base
        {
            *word &= u64::MAX << (first.0 - self.base).min(63);
        }
    }

    fn place(&self, id: u64) -> Option<(usize, u64)> {
        let offset = id.checked_sub(self.base)?;
        Some((usize::try_from(offset / 64).ok()?, 1 << (offset % 64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn is_a_set_of_rows(
            steps in proptest::collection::vec((0..400_u64, any::<bool>()), 0..80),
            first in 0..300_u64, forgotten in 0..400_u64, asked in proptest::collection::vec(0..500_u64, 20),
        ) {
            let mut bits = Bits::starting(RowId(first));
            let mut set = BTreeSet::new();
            for (id, is_in) in steps {
                // Rows before the first are not the set's affair; from its base on they do no harm.
                let id = id.max(first);
                bits.set(RowId(id), is_in);
                if is_in { set.insert(id); } else { set.remove(&id); }
            }
            for round in 0..2 {
                for pair in asked.windows(2) {
                    let (a, b) = (pair[0], pair[1]);
                    prop_assert_eq!(bits.has(RowId(a)), set.contains(&a));
                    prop_assert_eq!(bits.at_or_after(RowId(a)).map(|id| id.0), set.range(a..).next().copied());
                    prop_assert_eq!(bits.before(RowId(a)).map(|id| id.0), set.range(..a).next_back().copied());
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
