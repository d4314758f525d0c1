//! The way back: what each step took out, and how much it put in.
//!
//! A step keeps no copy of the draft. Not even what it put in: that stands in the draft for as long as the step is done,
//! and is taken from there when it is undone.

use std::collections::VecDeque;

/// Steps kept.
const MAX_STEPS: usize = 1_000;

/// Bytes that all steps together may have put in and taken out. The oldest go; one that is larger leaves no way back.
const MAX_BYTES: usize = 8 << 20;

/// One change of the draft, and how to take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UndoStep {
    /// Where, in bytes.
    pub(super) at: usize,
    /// What stood there.
    pub(super) removed: String,
    /// Bytes that stand there now.
    pub(super) inserted: usize,
    /// The cursor before.
    pub(super) before: usize,
    /// The cursor behind.
    pub(super) after: usize,
}

/// Whether a change is a step of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// It is.
    No,
    /// It goes on with the step before, where it touches that.
    WithPrevious,
}

/// Steps taken, and steps taken back.
#[derive(Debug, Default)]
pub(super) struct Undo {
    done: VecDeque<UndoStep>,
    undone: Vec<UndoStep>,
    weight: usize,
}

impl Undo {
    /// A step has been taken. Those taken back before it are lost.
    pub(super) fn record(&mut self, step: UndoStep, join: Merge) {
        self.weight += step.byte_size();
        self.weight -= self.undone.drain(..).map(|step| step.byte_size()).sum::<usize>();
        let apart = match self.done.back_mut() {
            Some(last) if join == Merge::WithPrevious => last.merge(step),
            _ => Some(step),
        };
        self.done.extend(apart);
        while self.done.len() > MAX_STEPS || self.weight > MAX_BYTES {
            let Some(oldest) = self.done.pop_front() else { break };
            self.weight -= oldest.byte_size();
        }
    }

    /// The last step, to be taken back; its way forth goes to [`Undo::push_undone`].
    pub(super) fn pop_done(&mut self) -> Option<UndoStep> {
        self.done.pop_back()
    }

    pub(super) fn push_undone(&mut self, step: UndoStep) {
        self.undone.push(step);
    }

    /// The step taken back last, to be taken again; its way back goes to [`Undo::push_done`].
    pub(super) fn pop_undone(&mut self) -> Option<UndoStep> {
        self.undone.pop()
    }

    pub(super) fn push_done(&mut self, step: UndoStep) {
        self.done.push_back(step);
    }
}

impl UndoStep {
    /// The same for a step and for its reverse, so that undoing changes no sum.
    const fn byte_size(&self) -> usize {
        self.removed.len() + self.inserted
    }

    /// Makes one step of this and the next; gives it back where they do not touch. Of the next, either nothing was removed
    /// or nothing inserted.
    fn merge(&mut self, next: Self) -> Option<Self> {
        if next.removed.is_empty() && next.at == self.at + self.inserted {
            self.inserted += next.inserted;
        } else if self.inserted == 0 && next.inserted == 0 && next.at == self.at {
            self.removed.push_str(&next.removed);
        } else if self.inserted == 0 && next.inserted == 0 && next.at + next.removed.len() == self.at {
            self.removed.insert_str(0, &next.removed);
            self.at = next.at;
        } else {
            return Some(next);
        }
        self.after = next.after;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(at: usize, removed: &str, inserted: usize) -> UndoStep {
        UndoStep { at, removed: removed.to_owned(), inserted, before: at + removed.len(), after: at + inserted }
    }

    #[test]
    fn steps_that_touch_become_one() {
        for (first, next, expected) in [
            (step(3, "", 2), step(5, "", 1), Some(step(3, "", 3))),
            (step(3, "", 2), step(4, "", 1), None),
            (step(3, "c", 0), step(2, "b", 0), Some(UndoStep { before: 4, ..step(2, "bc", 0) })),
            (step(3, "c", 0), step(3, "d", 0), Some(UndoStep { before: 4, ..step(3, "cd", 0) })),
            (step(3, "c", 0), step(4, "e", 0), None),
        ] {
            let mut joined = first.clone();
            let left = joined.merge(next.clone());
            assert_eq!(left, expected.is_none().then_some(next));
            assert_eq!(joined, expected.unwrap_or(first));
        }
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_or_too_much() {
        let mut undo = Undo::default();
        for at in 0..MAX_STEPS + 5 {
            undo.record(step(at, "", 1), Merge::No);
        }
        assert_eq!((undo.done.len(), undo.weight, undo.done.front().unwrap().at), (MAX_STEPS, MAX_STEPS, 5));
        undo.record(step(0, "", MAX_BYTES - 10), Merge::No);
        assert_eq!((undo.done.len(), undo.weight), (11, MAX_BYTES));
        undo.record(step(0, "", MAX_BYTES + 1), Merge::No);
        assert_eq!((undo.done.len(), undo.weight), (0, 0));
    }

    #[test]
    fn a_new_step_ends_the_way_forth() {
        let mut undo = Undo::default();
        undo.record(step(0, "", 3), Merge::No);
        let back = undo.pop_done().unwrap();
        undo.push_undone(back);
        undo.record(step(0, "", 1), Merge::No);
        assert_eq!((undo.pop_undone(), undo.weight), (None, 1));
    }
}
