//! What of a tab's transcript is shown, and where one is reading.

use super::Tab;
use crate::app::sieve::{Filter, Folds, Sieve};
use crate::app::transcript::RowId;
use crate::app::viewport::{Lens, Motion, Page, Scene, Scroll, Size};
use crate::text::Charset;

impl Tab {
    /// Whether the view is anchored above the end.
    pub const fn is_scrolled(&self) -> bool {
        matches!(self.scroll, Scroll::At { .. })
    }

    /// Rows that came since the view left the end and that were not on the screen.
    pub fn unseen(&self) -> u64 {
        let Some(unseen) = self.scroll.unseen() else { return 0 };
        match self.sieve.filter() {
            // Rows that are gone again were new, too.
            None => self.transcript.next().0.saturating_sub(unseen.0),
            Some(_) => self.sieve.shown_in(unseen..self.transcript.next()),
        }
    }

    /// The messages on a screen of this size.
    pub fn page(&self, size: Size) -> Page<'_> {
        self.scroll.page(&self.scene(), size)
    }

    /// What there is to be seen.
    pub fn scene(&self) -> Scene<'_> {
        Scene { transcript: &self.transcript, sieve: &self.sieve, lens: self.lens, unread: self.unread }
    }

    /// Through what the rows are looked at.
    pub const fn lens(&self) -> Lens {
        self.lens
    }

    /// Which rows are shown.
    pub const fn sieve(&self) -> &Sieve {
        &self.sieve
    }

    pub(in crate::app) fn fit(&mut self, size: Size) {
        let mut scroll = self.scroll;
        scroll.fit(&self.scene(), size);
        self.scroll = scroll;
    }

    /// Moves the view. Says whether it moved.
    pub(in crate::app) fn scroll(&mut self, size: Size, motion: Motion) -> bool {
        self.move_view(|scroll, scene| scroll.go(scene, size, motion))
    }

    /// Moves the view in some way. Says whether it moved.
    pub(in crate::app) fn move_view(&mut self, how: impl FnOnce(&mut Scroll, &Scene<'_>)) -> bool {
        let mut scroll = self.scroll;
        how(&mut scroll, &self.scene());
        let has_left_the_end = self.scroll == Scroll::Follow && scroll != Scroll::Follow;
        let has_moved = scroll != self.scroll;
        self.scroll = scroll;
        if has_left_the_end {
            self.mark_read();
        }
        has_moved
    }

    /// Shows the end again.
    pub(in crate::app) const fn follow(&mut self) {
        self.scroll = Scroll::Follow;
    }

    /// Everything that is here has been read: the rule goes before what comes next.
    pub(in crate::app) fn mark_read(&mut self) {
        self.unread = Some(self.transcript.next());
    }

    /// Forgets all rows.
    pub(in crate::app) fn clear(&mut self) {
        self.transcript.clear();
        self.keep_up();
        self.follow();
        self.unread = None;
        self.silent_at = None;
    }

    /// Looks through another lens, from now on and back to the first row.
    pub(in crate::app) fn look_through(&mut self, lens: Lens) {
        let has_other_text = self.lens.charset != lens.charset;
        self.lens = lens;
        if has_other_text {
            self.sift(|_, _, charset| *charset = lens.charset);
        }
    }

    /// Changes which rows are shown.
    pub(in crate::app) fn sift(&mut self, change: impl FnOnce(&mut Option<Filter>, &mut Folds, &mut Charset)) {
        let pivot = self.scroll.top(&self.scene());
        self.sieve.set(&self.transcript, pivot, change);
    }

    /// Folds the run that a row is in, or unfolds it. Says whether there is one.
    pub(in crate::app) fn toggle_fold(&mut self, id: RowId) -> bool {
        self.sieve.toggle(&self.transcript, id)
    }

    /// The transcript has changed.
    pub(super) fn keep_up(&mut self) {
        self.sieve.keep_up(&self.transcript);
    }

    /// Whether there are rows to be judged or searched.
    pub(in crate::app) fn has_work(&self) -> bool {
        self.sieve.has_work(&self.transcript)
    }

    /// Does a piece of it.
    pub(in crate::app) fn work(&mut self) {
        self.sieve.work(&self.transcript);
    }
}
