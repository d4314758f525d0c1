//! The undo stack of the draft.
//!
//! A step stores the text it removed and the length of the text it inserted. The inserted text itself is part of the draft
//! until the step is undone, and is taken from there.

use std::collections::VecDeque;

/// Maximum number of steps.
const MAX_STEPS: usize = 1_000;

/// Bytes that all steps together may have inserted and removed. The oldest steps are dropped; a single larger step
/// cannot be undone.
const MAX_BYTES: usize = 8 << 20;

/// One change of the draft, and how to undo it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UndoStep {
    /// Byte offset of the change.
    pub(super) at: usize,
    /// The removed text.
    pub(super) removed: String,
    /// Length of the inserted text in bytes.
    pub(super) inserted: usize,
    /// The cursor before the change.
    pub(super) before: usize,
    /// The cursor after the change.
    pub(super) after: usize,
}

/// Whether a change becomes part of the step before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// It is a separate step.
    No,
    /// It is merged with the previous step if both touch.
    WithPrevious,
}

/// The steps that can be undone and redone.
#[derive(Debug, Default)]
pub(super) struct Undo {
    done: VecDeque<UndoStep>,
    undone: Vec<UndoStep>,
    /// Sum of the steps' sizes in bytes.
    bytes: usize,
}

impl Undo {
    /// Adds a step. Undone steps can no longer be redone.
    pub(super) fn record(&mut self, step: UndoStep, merge: Merge) {
        self.bytes += step.byte_size();
        self.bytes -= self.undone.drain(..).map(|step| step.byte_size()).sum::<usize>();
        let separate = match self.done.back_mut() {
            Some(last) if merge == Merge::WithPrevious => last.merge(step),
            _ => Some(step),
        };
        self.done.extend(separate);
        while self.done.len() > MAX_STEPS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.done.pop_front() else { break };
            self.bytes -= oldest.byte_size();
        }
    }

    /// Takes the last step to undo it. The caller passes its reverse to [`Undo::push_undone`].
    pub(super) fn pop_done(&mut self) -> Option<UndoStep> {
        self.done.pop_back()
    }

    pub(super) fn push_undone(&mut self, step: UndoStep) {
        self.undone.push(step);
    }

    /// Takes the step undone last to redo it. The caller passes its reverse to [`Undo::push_done`].
    pub(super) fn pop_undone(&mut self) -> Option<UndoStep> {
        self.undone.pop()
    }

    pub(super) fn push_done(&mut self, step: UndoStep) {
        self.done.push_back(step);
    }
}

impl UndoStep {
    /// Returns the size of a step in bytes. A step and its reverse have equal sizes, so undoing does not change the sum.
    const fn byte_size(&self) -> usize {
        self.removed.len() + self.inserted
    }

    /// Merges the next step into this one, or returns it if they do not touch. The next step must be an insertion or a
    /// deletion, not a replacement.
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
            let mut merged = first.clone();
            let rest = merged.merge(next.clone());
            assert_eq!(rest, expected.is_none().then_some(next));
            assert_eq!(merged, expected.unwrap_or(first));
        }
    }

    #[test]
    fn the_oldest_steps_are_dropped_at_the_limits() {
        let mut undo = Undo::default();
        for at in 0..MAX_STEPS + 5 {
            undo.record(step(at, "", 1), Merge::No);
        }
        assert_eq!((undo.done.len(), undo.bytes, undo.done.front().unwrap().at), (MAX_STEPS, MAX_STEPS, 5));
        undo.record(step(0, "", MAX_BYTES - 10), Merge::No);
        assert_eq!((undo.done.len(), undo.bytes), (11, MAX_BYTES));
        undo.record(step(0, "", MAX_BYTES + 1), Merge::No);
        assert_eq!((undo.done.len(), undo.bytes), (0, 0));
    }

    #[test]
    fn a_new_step_clears_the_redo_stack() {
        let mut undo = Undo::default();
        undo.record(step(0, "", 3), Merge::No);
        let back = undo.pop_done().unwrap();
        undo.push_undone(back);
        undo.record(step(0, "", 1), Merge::No);
        assert_eq!((undo.pop_undone(), undo.bytes), (None, 1));
    }
}
