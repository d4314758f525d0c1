//! What of a tab's transcript is shown, and where one is reading.

use crate::app::ByteView;
use crate::app::session::Tab;
use crate::app::transcript::{RowId, RowView};
use crate::app::view::filter::{Filter, Folds, VisibleRows};
use crate::app::view::pattern::{CaseMatching, Pattern, Syntax};
use crate::app::view::render::INDENT;
use crate::app::view::search::{self, Search, SearchContext, SearchDirection};
use crate::app::view::speaker::SpeakerRule;
use crate::app::view::viewport::{Motion, Position, RenderContext, ScreenPage, Scroll, Size, ViewOptions};
use crate::text::{self, Row};

/// The byte of a row that a pattern is found at first.
fn match_offset(pattern: &Pattern, lens: ViewOptions, row: &RowView<'_>) -> Option<u32> {
    let mut read = Row::default();
    match lens.view {
        ByteView::Text => text::decode_in(lens.charset, row.bytes, &mut read),
        ByteView::Escaped | ByteView::Hex => text::escape(&row.wire(), &mut read),
    }
    let found = pattern.ranges(read.text().as_bytes()).next()?;
    read.glyphs().get(read.glyphs_of_text(found).start).map(|glyph| glyph.source)
}

impl Tab {
    /// Whether the view is anchored above the end.
    pub const fn is_scrolled(&self) -> bool {
        matches!(self.scroll, Scroll::Anchored { .. })
    }

    /// Rows that came since the view left the end and that were not on the screen.
    pub fn rows_below(&self) -> u64 {
        let Some(unseen) = self.scroll.unseen() else { return 0 };
        match self.visible_rows.filter() {
            // Rows that are gone again were new, too.
            None => self.transcript.next().0.saturating_sub(unseen.0),
            Some(_) => self.visible_rows.shown_in(unseen..self.transcript.next()),
        }
    }

    /// Rows that came since the tab was last looked at; of those that a filter hides none.
    pub fn new_rows(&self) -> u64 {
        match self.visible_rows.filter() {
            None => self.transcript.next().0.saturating_sub(self.unseen.0),
            Some(_) => self.visible_rows.shown_in(self.unseen..self.transcript.next()),
        }
    }

    /// Forgets the oldest rows, about a megabyte of them.
    pub(in crate::app) fn forget_oldest(&mut self) {
        self.transcript.evict_oldest(1 << 20);
        self.keep_up(&[]);
    }

    /// Mentions among them.
    pub fn unseen_mentions(&self) -> u64 {
        self.attention.count(self.unseen..self.transcript.next())
    }

    /// The messages on a screen of this size.
    pub fn page(&self, size: Size) -> ScreenPage<'_> {
        self.scroll.page(&self.render_context(), size)
    }

    /// What there is to be seen.
    pub fn render_context(&self) -> RenderContext<'_> {
        let (transcript, sieve, lens) = (&self.transcript, &self.visible_rows, self.view_options);
        // On the bare screen a row is the row and nothing else, and there are no rules in it.
        let (unread, indent) = if self.is_plain_text { (None, 0) } else { (self.unread, INDENT) };
        RenderContext { transcript, sieve, options: lens, unread, indent, layouts: &self.layout_cache }
    }

    /// The first row that was not read when one turned away.
    pub const fn unread(&self) -> Option<RowId> {
        self.unread
    }

    /// Shows the messages alone, or as ever.
    pub(in crate::app) const fn set_bare(&mut self, is_bare: bool) {
        self.is_plain_text = is_bare;
    }

    /// Finds names in another way.
    pub(in crate::app) fn set_who(&mut self, who: SpeakerRule) {
        self.attention.set_who(&self.transcript, who);
    }

    /// Has other words count as mentions.
    pub(in crate::app) fn set_words(&mut self, words: Vec<String>) {
        self.attention.set_words(&self.transcript, words);
    }

    /// Through what the rows are looked at.
    pub const fn lens(&self) -> ViewOptions {
        self.view_options
    }

    /// Which rows are shown.
    pub const fn sieve(&self) -> &VisibleRows {
        &self.visible_rows
    }

    pub(in crate::app) fn fit(&mut self, size: Size) {
        let mut scroll = self.scroll;
        scroll.on_resize(&self.render_context(), size);
        self.scroll = scroll;
    }

    /// Moves the view. Says whether it moved.
    pub(in crate::app) fn scroll(&mut self, size: Size, motion: Motion) -> bool {
        self.move_view(|scroll, scene| scroll.scroll(scene, size, motion))
    }

    /// Moves the view in some way. Says whether it moved.
    pub(in crate::app) fn move_view(&mut self, how: impl FnOnce(&mut Scroll, &RenderContext<'_>)) -> bool {
        let mut scroll = self.scroll;
        how(&mut scroll, &self.render_context());
        let has_left_the_end = self.scroll == Scroll::Follow && scroll != Scroll::Follow;
        let has_moved = scroll != self.scroll;
        self.scroll = scroll;
        if has_left_the_end {
            self.mark_read();
        }
        has_moved
    }

    /// Shows the end again.
    pub(in crate::app) const fn follow_end(&mut self) {
        self.scroll = Scroll::Follow;
    }

    /// Everything that is here has been read: the rule goes before what comes next.
    pub(in crate::app) fn mark_read(&mut self) {
        self.unread = Some(self.transcript.next());
    }

    /// Forgets all rows.
    pub(in crate::app) fn clear(&mut self) {
        self.transcript.clear();
        self.keep_up(&[]);
        self.follow_end();
        self.unread = None;
        self.idle_row_deadline = None;
    }

    /// Looks through another lens, from now on and back to the first row.
    pub(in crate::app) fn set_view_options(&mut self, lens: ViewOptions) {
        let has_other_text = self.view_options.charset != lens.charset;
        self.view_options = lens;
        if has_other_text {
            let pivot = self.scroll.top(&self.render_context());
            self.visible_rows.set_charset(&self.transcript, pivot, lens.charset);
            self.attention.set_charset(&self.transcript, lens.charset);
        }
    }

    /// Changes which rows are shown.
    pub(in crate::app) fn set_filter(&mut self, change: impl FnOnce(&mut Option<Filter>, &mut Folds)) {
        let pivot = self.scroll.top(&self.render_context());
        self.visible_rows.set(&self.transcript, pivot, change);
    }

    /// Folds the run that a row is in, or unfolds it. Says whether there is one.
    pub(in crate::app) fn toggle_fold(&mut self, id: RowId) -> bool {
        self.visible_rows.toggle(&self.transcript, id)
    }

    /// How many rows are shown above row `top`, from there to `last`, and in all: where in the transcript a page is.
    pub fn scroll_extent(&self, top: RowId, last: RowId) -> (u64, u64, u64) {
        let (first, next) = (self.transcript.first(), self.transcript.next());
        let after = RowId(last.0 + 1);
        let shown = |rows| self.visible_rows.shown_in(rows);
        (shown(first..top), shown(top..after), shown(first..next))
    }

    /// The search that is on.
    pub const fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// How far it is.
    pub fn search_state(&self) -> Option<search::SearchState<'_>> {
        self.search.as_ref().map(|search| search.state(&self.transcript, &self.visible_rows))
    }

    /// Everything up to what is on the screen has been before the user's eyes.
    pub(in crate::app) fn mark_seen(&mut self) {
        let seen = self.scroll.unseen().unwrap_or_else(|| self.transcript.next());
        self.unseen = self.unseen.max(seen);
    }

    /// What a row says, so many characters of it at most, free of control characters.
    pub(in crate::app) fn row_excerpt(&self, id: RowId, characters: usize) -> String {
        let bytes = self.transcript.row(id).map_or(&[][..], |row| row.bytes);
        let mut row = Row::default();
        // A character has four bytes at most, and a colour before each is no reason to read on.
        text::decode_in(self.view_options.charset, bytes.get(..characters * 8).unwrap_or(bytes), &mut row);
        row.text().chars().take(characters).collect()
    }

    /// The mention that has come since this was asked last.
    pub(in crate::app) const fn take_call(&mut self) -> Option<RowId> {
        self.pending_alert.take()
    }

    /// The transcript has changed, by these bytes if some were received.
    pub(in crate::app) fn keep_up(&mut self, read: &[u8]) {
        self.visible_rows.keep_up(&self.transcript);
        self.move_view(Scroll::normalize);
        if let Some(mention) = self.attention.on_transcript_changed(&self.transcript, read) {
            self.pending_alert = Some(mention);
        }
        if let Some(search) = &mut self.search {
            search.keep_up(SearchContext {
                transcript: &self.transcript,
                sieve: &self.visible_rows,
                lens: self.view_options,
            });
        }
    }

    /// Whether there are rows to be judged or searched.
    pub(in crate::app) fn has_work(&self) -> bool {
        self.visible_rows.has_work(&self.transcript)
            || self.search.as_ref().is_some_and(|search| search.has_work(&self.transcript))
            || self.attention.has_work(&self.transcript)
    }

    /// Does a piece of it: what is shown first, since only that is searched.
    pub(in crate::app) fn work(&mut self, size: Size) {
        if self.visible_rows.has_work(&self.transcript) {
            self.visible_rows.work(&self.transcript);
            if !self.visible_rows.has_work(&self.transcript) {
                // Only now is it known whether the screen shows the end.
                self.fit(size);
            }
        } else if let Some(search) = self.search.as_mut().filter(|search| search.has_work(&self.transcript)) {
            let hay =
                SearchContext { transcript: &self.transcript, sieve: &self.visible_rows, lens: self.view_options };
            if search.work(hay) {
                self.show_hit(size);
            }
        } else {
            self.attention.work(&self.transcript);
        }
    }

    /// Begins to search from the end of the page, which is what one was reading.
    pub(in crate::app) fn begin_search(&mut self, size: Size, syntax: Syntax, case: CaseMatching) {
        let page = self.page(size);
        let from = page.last().or_else(|| self.transcript.next().0.checked_sub(1).map(RowId)).unwrap_or_default();
        self.search = Some(Search::new(from, self.scroll, syntax, case));
    }

    /// Searches for what is typed now. The first piece at once: on most transcripts it is the whole.
    pub(in crate::app) fn search_anew(&mut self, size: Size) {
        let Some(search) = &mut self.search else { return };
        let hay = SearchContext { transcript: &self.transcript, sieve: &self.visible_rows, lens: self.view_options };
        search.restart(hay);
        let has_found = search.pattern().is_some() && search.work(hay);
        if has_found {
            self.show_hit(size);
        }
    }

    /// Searches for the same in another view, staying where it is.
    pub(in crate::app) fn search_here(&mut self) {
        let Some(search) = &mut self.search else { return };
        let hay = SearchContext { transcript: &self.transcript, sieve: &self.visible_rows, lens: self.view_options };
        search.restart_here(hay);
    }

    /// The mention nearest to a row in a direction that is shown.
    pub(in crate::app) fn mention_from(&self, from: RowId, direction: SearchDirection) -> Option<RowId> {
        let next = |row: RowId| match direction {
            SearchDirection::Older => self.attention.before(row),
            SearchDirection::Newer => self.attention.at_or_after(RowId(row.0 + 1)),
        };
        let first = match direction {
            SearchDirection::Older => self.attention.before(from),
            SearchDirection::Newer => self.attention.at_or_after(from),
        };
        std::iter::successors(first, |&row| next(row)).find(|&row| self.visible_rows.shows(row))
    }

    /// How many mentions there are that are shown, up to a row and in all.
    pub(in crate::app) fn mentions_up_to(&self, row: RowId) -> (u64, u64) {
        let all = self.transcript.first()..self.transcript.next();
        let count = |range| self.visible_rows.count_shown(self.attention.rows(), range);
        (count(all.start..RowId(row.0 + 1)), count(all))
    }

    /// Keeps the page where it is, whatever comes, also if it is the last one.
    pub(in crate::app) fn freeze(&mut self, size: Size) {
        if let (Scroll::Follow, Some(top)) = (self.scroll, self.page(size).top()) {
            let unseen = self.transcript.next();
            self.move_view(|scroll, _| *scroll = Scroll::Anchored { top, unseen });
        }
    }

    /// To the next hit.
    pub(in crate::app) fn next_hit(&mut self, size: Size, direction: SearchDirection) {
        if self.search.as_mut().is_some_and(|search| search.go(&self.transcript, &self.visible_rows, direction)) {
            self.show_hit(size);
        }
    }

    fn show_hit(&mut self, size: Size) {
        if let Some(at) = self.place_of_hit() {
            self.move_view(|scroll, scene| scroll.show(scene, size, at));
        }
    }

    /// Where in its row the hit is that the search is at: a row may be longer than the screen.
    fn place_of_hit(&self) -> Option<Position> {
        let search = self.search.as_ref()?;
        let row = self.transcript.row(search.current()?)?;
        let found = search.pattern().and_then(|pattern| match_offset(pattern, self.view_options, &row));
        // The very first byte may have a rule of the hex view before it.
        Some(found.filter(|&source| source > 0).map_or(Position::start_of(row.id), |at| Position::of_byte(row.id, at)))
    }

    /// Ends the search, staying where it has led to, or going back to where it began.
    pub(in crate::app) fn end_search(&mut self, stays: bool) {
        if let Some(search) = self.search.take()
            && !stays
        {
            self.scroll = search.return_position();
        }
    }
}
