//! Controls the view of a tab: scrolling, filter, search and unread rows.

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

/// Returns the byte offset in a row of the first match of a pattern in the displayed text.
fn match_offset(pattern: &Pattern, options: ViewOptions, row: &RowView<'_>) -> Option<u32> {
    let mut decoded = Row::default();
    match options.view {
        ByteView::Text => text::decode_in(options.charset, row.bytes, &mut decoded),
        ByteView::Escaped | ByteView::Hex => text::escape(&row.wire(), &mut decoded),
    }
    let found = pattern.ranges(decoded.text().as_bytes()).next()?;
    decoded.glyphs().get(decoded.glyphs_of_text(found).start).map(|glyph| glyph.source)
}

impl Tab {
    /// Whether the view is anchored above the end.
    pub const fn is_scrolled(&self) -> bool {
        matches!(self.scroll, Scroll::Anchored { .. })
    }

    /// Returns the number of rows below the view that have not been on the screen since it left the end.
    pub fn rows_below(&self) -> u64 {
        let Some(unseen) = self.scroll.unseen() else { return 0 };
        match self.visible_rows.filter() {
            // Includes rows that have been evicted since.
            None => self.transcript.next().0.saturating_sub(unseen.0),
            Some(_) => self.visible_rows.count_visible(unseen..self.transcript.next()),
        }
    }

    /// Returns the number of rows, except hidden ones, that arrived since the tab was last displayed.
    pub fn new_rows(&self) -> u64 {
        match self.visible_rows.filter() {
            None => self.transcript.next().0.saturating_sub(self.unseen.0),
            Some(_) => self.visible_rows.count_visible(self.unseen..self.transcript.next()),
        }
    }

    /// Evicts about 1 MiB of the oldest rows.
    pub(in crate::app) fn evict_oldest(&mut self) {
        self.transcript.evict_oldest(1 << 20);
        self.on_transcript_changed(&[]);
    }

    /// Returns the number of mentions that arrived since the tab was last displayed.
    pub fn unseen_mentions(&self) -> u64 {
        self.attention.count(self.unseen..self.transcript.next())
    }

    /// Returns the page of messages for a screen of this size.
    pub fn page(&self, size: Size) -> ScreenPage<'_> {
        self.scroll.page(&self.render_context(), size)
    }

    /// Returns the rows and how they are displayed.
    pub fn render_context(&self) -> RenderContext<'_> {
        let (transcript, visible_rows, options) = (&self.transcript, &self.visible_rows, self.view_options);
        // The plain-text view has neither rules nor marks.
        let (unread, indent) = if self.is_plain_text { (None, 0) } else { (self.unread, INDENT) };
        RenderContext { transcript, visible_rows, options, unread, indent, layouts: &self.layout_cache }
    }

    /// Returns the first unread row, before which a rule is displayed.
    pub const fn unread(&self) -> Option<RowId> {
        self.unread
    }

    /// Turns the plain-text view, which shows only messages, on or off.
    pub(in crate::app) const fn set_plain_text(&mut self, is_plain_text: bool) {
        self.is_plain_text = is_plain_text;
    }

    /// Changes the rule for finding the speaker of a line.
    pub(in crate::app) fn set_speaker_rule(&mut self, rule: SpeakerRule) {
        self.attention.set_speaker_rule(&self.transcript, rule);
    }

    /// Changes the highlight words.
    pub(in crate::app) fn set_words(&mut self, words: Vec<String>) {
        self.attention.set_words(&self.transcript, words);
    }

    /// Returns the view and charset of the messages.
    pub const fn view_options(&self) -> ViewOptions {
        self.view_options
    }

    /// Returns the set of visible rows.
    pub const fn visible_rows(&self) -> &VisibleRows {
        &self.visible_rows
    }

    /// Adapts the view to the size of the screen: follows the end if that is visible.
    pub(in crate::app) fn fit(&mut self, size: Size) {
        let mut scroll = self.scroll;
        scroll.on_resize(&self.render_context(), size);
        self.scroll = scroll;
    }

    /// Scrolls the view. Returns whether it moved.
    pub(in crate::app) fn scroll(&mut self, size: Size, motion: Motion) -> bool {
        self.move_view(|scroll, context| scroll.scroll(context, size, motion))
    }

    /// Changes the scroll position. Returns whether it moved. Marks all rows as read when it leaves the end.
    pub(in crate::app) fn move_view(&mut self, change: impl FnOnce(&mut Scroll, &RenderContext<'_>)) -> bool {
        let mut scroll = self.scroll;
        change(&mut scroll, &self.render_context());
        let has_left_end = self.scroll == Scroll::Follow && scroll != Scroll::Follow;
        let has_moved = scroll != self.scroll;
        self.scroll = scroll;
        if has_left_end {
            self.mark_read();
        }
        has_moved
    }

    /// Shows the end and follows it.
    pub(in crate::app) const fn follow_end(&mut self) {
        self.scroll = Scroll::Follow;
    }

    /// Marks all rows as read. The next row gets the unread rule.
    pub(in crate::app) fn mark_read(&mut self) {
        self.unread = Some(self.transcript.next());
    }

    /// Removes all rows.
    pub(in crate::app) fn clear(&mut self) {
        self.transcript.clear();
        self.on_transcript_changed(&[]);
        self.follow_end();
        self.unread = None;
        self.idle_row_deadline = None;
    }

    /// Changes the view and charset of all messages.
    pub(in crate::app) fn set_view_options(&mut self, options: ViewOptions) {
        let has_new_charset = self.view_options.charset != options.charset;
        self.view_options = options;
        if has_new_charset {
            let pivot = self.scroll.top(&self.render_context());
            self.visible_rows.set_charset(&self.transcript, pivot, options.charset);
            self.attention.set_charset(&self.transcript, options.charset);
        }
    }

    /// Changes the filter and the folds.
    pub(in crate::app) fn set_filter(&mut self, change: impl FnOnce(&mut Option<Filter>, &mut Folds)) {
        let pivot = self.scroll.top(&self.render_context());
        self.visible_rows.set(&self.transcript, pivot, change);
    }

    /// Folds or unfolds the run that contains a row. Returns false if there is none.
    pub(in crate::app) fn toggle_fold(&mut self, id: RowId) -> bool {
        self.visible_rows.toggle(&self.transcript, id)
    }

    /// Counts the visible rows above row `top`, from `top` to `last`, and in total, for a scroll bar.
    pub fn scroll_extent(&self, top: RowId, last: RowId) -> (u64, u64, u64) {
        let (first, next) = (self.transcript.first(), self.transcript.next());
        let after = RowId(last.0 + 1);
        let count = |rows| self.visible_rows.count_visible(rows);
        (count(first..top), count(top..after), count(first..next))
    }

    /// Returns the search in progress.
    pub const fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// Returns the state of the search for the status line.
    pub fn search_state(&self) -> Option<search::SearchState<'_>> {
        self.search.as_ref().map(|search| search.state(&self.transcript, &self.visible_rows))
    }

    /// Marks all rows up to the end of the screen as seen.
    pub(in crate::app) fn mark_seen(&mut self) {
        let seen = self.scroll.unseen().unwrap_or_else(|| self.transcript.next());
        self.unseen = self.unseen.max(seen);
    }

    /// Returns at most `max_chars` characters of the text of a row, without control characters.
    pub(in crate::app) fn row_excerpt(&self, id: RowId, max_chars: usize) -> String {
        let bytes = self.transcript.row(id).map_or(&[][..], |row| row.bytes);
        let mut row = Row::default();
        // A character has up to four bytes. Twice that leaves some room for escape sequences.
        text::decode_in(self.view_options.charset, bytes.get(..max_chars * 8).unwrap_or(bytes), &mut row);
        row.text().chars().take(max_chars).collect()
    }

    /// Returns the newest mention that arrived since the last call.
    pub(in crate::app) const fn take_pending_alert(&mut self) -> Option<RowId> {
        self.pending_alert.take()
    }

    /// Updates the view after a change of the transcript. `read` are the bytes received just now, if any.
    pub(in crate::app) fn on_transcript_changed(&mut self, read: &[u8]) {
        self.visible_rows.update(&self.transcript);
        self.move_view(Scroll::normalize);
        if let Some(mention) = self.attention.on_transcript_changed(&self.transcript, read) {
            self.pending_alert = Some(mention);
        }
        if let Some(search) = &mut self.search {
            search.update(SearchContext {
                transcript: &self.transcript,
                visible_rows: &self.visible_rows,
                options: self.view_options,
            });
        }
    }

    /// Whether there are rows to filter or search in the background.
    pub(in crate::app) fn has_background_work(&self) -> bool {
        self.visible_rows.has_work(&self.transcript)
            || self.search.as_ref().is_some_and(|search| search.has_work(&self.transcript))
            || self.attention.has_work(&self.transcript)
    }

    /// Processes a batch of rows: first for the filter, then for the search, then for mentions.
    pub(in crate::app) fn background_step(&mut self, size: Size) {
        if self.visible_rows.has_work(&self.transcript) {
            self.visible_rows.work(&self.transcript);
            if !self.visible_rows.has_work(&self.transcript) {
                // Whether the screen shows the end is known only now.
                self.fit(size);
            }
        } else if let Some(search) = self.search.as_mut().filter(|search| search.has_work(&self.transcript)) {
            let context = SearchContext {
                transcript: &self.transcript,
                visible_rows: &self.visible_rows,
                options: self.view_options,
            };
            if search.work(context) {
                self.show_hit(size);
            }
        } else {
            self.attention.work(&self.transcript);
        }
    }

    /// Begins a search at the end of the page.
    pub(in crate::app) fn begin_search(&mut self, size: Size, syntax: Syntax, case: CaseMatching) {
        let page = self.page(size);
        let from = page.last().or_else(|| self.transcript.next().0.checked_sub(1).map(RowId)).unwrap_or_default();
        self.search = Some(Search::new(from, self.scroll, syntax, case));
    }

    /// Restarts the search with the pattern typed now. Searches the first batch immediately; that often covers all rows.
    pub(in crate::app) fn restart_search(&mut self, size: Size) {
        let Some(search) = &mut self.search else { return };
        let context = SearchContext {
            transcript: &self.transcript,
            visible_rows: &self.visible_rows,
            options: self.view_options,
        };
        search.restart(context);
        let has_hit = search.pattern().is_some() && search.work(context);
        if has_hit {
            self.show_hit(size);
        }
    }

    /// Restarts the search at the current hit, after the view or charset has changed.
    pub(in crate::app) fn restart_search_here(&mut self) {
        let Some(search) = &mut self.search else { return };
        let context = SearchContext {
            transcript: &self.transcript,
            visible_rows: &self.visible_rows,
            options: self.view_options,
        };
        search.restart_here(context);
    }

    /// Returns the nearest visible mention in a direction: before a row if older, at or after it if newer.
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

    /// Counts the visible mentions up to a row, and in total.
    pub(in crate::app) fn mentions_up_to(&self, row: RowId) -> (u64, u64) {
        let all = self.transcript.first()..self.transcript.next();
        let count = |range| self.visible_rows.count_visible_of(self.attention.rows(), range);
        (count(all.start..RowId(row.0 + 1)), count(all))
    }

    /// Anchors a view that follows the end, so that new rows do not move it.
    pub(in crate::app) fn freeze(&mut self, size: Size) {
        if let (Scroll::Follow, Some(top)) = (self.scroll, self.page(size).top()) {
            let unseen = self.transcript.next();
            self.move_view(|scroll, _| *scroll = Scroll::Anchored { top, unseen });
        }
    }

    /// Moves to the next hit in a direction.
    pub(in crate::app) fn go_to_next_hit(&mut self, size: Size, direction: SearchDirection) {
        if self.search.as_mut().is_some_and(|search| search.go(&self.transcript, &self.visible_rows, direction)) {
            self.show_hit(size);
        }
    }

    fn show_hit(&mut self, size: Size) {
        if let Some(position) = self.position_of_hit() {
            self.move_view(|scroll, context| scroll.show(context, size, position));
        }
    }

    /// Returns the position of the first match in the row of the current hit. The row may be longer than the screen.
    fn position_of_hit(&self) -> Option<Position> {
        let search = self.search.as_ref()?;
        let row = self.transcript.row(search.current()?)?;
        let found = search.pattern().and_then(|pattern| match_offset(pattern, self.view_options, &row));
        // The start of the row includes the rule of the hex view before the first byte.
        let byte = found.filter(|&byte| byte > 0);
        Some(byte.map_or(Position::start_of(row.id), |byte| Position::of_byte(row.id, byte)))
    }

    /// Ends the search. Keeps the view at the current hit, or returns to the view before the search.
    pub(in crate::app) fn end_search(&mut self, keep_view: bool) {
        if let Some(search) = self.search.take()
            && !keep_view
        {
            self.scroll = search.return_position();
        }
    }
}
