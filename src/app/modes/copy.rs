//! Copy mode and the page of links.

use crate::app::transcript::{Line, RowId, RowKind, RowView, Transcript};
use crate::app::view::links::{self, LinkHit};
use crate::app::view::render::row_text;
use crate::app::view::viewport::{Motion, Position, Size, ViewOptions};
use crate::app::{Action, App, ByteView, Effect, Mode, Now, Tab, Update};
use crate::text::{self, Row};

/// Most bytes of text in one OSC 52 sequence. xterm, kitty and foot accept more; tmux and screen accept little more.
const MAX_OSC52_BYTES: usize = 74_000;

const TOO_MUCH: &str = "Not copied: more than the 74,000 bytes that a terminal accepts. Use /save FILE.";

/// Newest rows with a link that the page of links considers.
const MAX_LINK_ROWS: usize = 20_000;

/// The selected rows in copy mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowSelection {
    /// Row of the cursor.
    pub cursor: RowId,
    /// Other end of a range, if one was started.
    pub anchor: Option<RowId>,
    /// Index of the row's link to copy next.
    link: usize,
    /// Whether the view followed the newest rows before copy mode.
    follows: bool,
}

impl RowSelection {
    /// Returns whether a row from `first` to `last` is selected.
    pub fn has_any(&self, first: RowId, last: RowId) -> bool {
        let from = self.anchor.unwrap_or(self.cursor);
        self.cursor.min(from) <= last && first <= self.cursor.max(from)
    }
}

impl App {
    /// Enters copy mode at the last row on the screen.
    pub(in crate::app) fn enter_copy_mode(&mut self) -> Update {
        match self.tab().page(self.viewport.messages).rows.last().map(|rendered| rendered.item.first) {
            Some(at) => {
                let (follows, size) = (!self.tab().is_scrolled(), self.viewport.messages);
                // New rows must not scroll the selected row away.
                self.tab_mut().freeze(size);
                self.enter(Mode::Copy(RowSelection { cursor: at, anchor: None, link: 0, follows }))
            }
            None => self.set_status_message("Nothing to copy yet."),
        }
    }

    pub(in crate::app) fn on_copy_action(&mut self, selection: RowSelection, action: Action) -> Update {
        let Size { lines, .. } = self.viewport.messages;
        match action {
            Action::HistoryPrevMatching | Action::HistoryPrev => self.move_selection(selection, Motion::Up(1)),
            Action::HistoryNextMatching | Action::HistoryNext => self.move_selection(selection, Motion::Down(1)),
            Action::Scroll(Motion::PageUp) => self.move_selection(selection, Motion::Up(lines)),
            Action::Scroll(Motion::PageDown) => self.move_selection(selection, Motion::Down(lines)),
            Action::Scroll(motion) => self.move_selection(selection, motion),
            Action::LineEndOrScrollBottom => self.move_selection(selection, Motion::Bottom),
            Action::Edit(crate::app::Edit::Start) => self.move_selection(selection, Motion::Top),
            Action::Submit | Action::CopyMode => self.copy_rows(selection),
            Action::CycleView => {
                let _ = self.next_view();
                self.move_selection(selection, Motion::Up(0))
            }
            _ => self.leave_copy_mode(selection),
        }
    }

    pub(in crate::app) fn leave_copy_mode(&mut self, selection: RowSelection) -> Update {
        if selection.follows {
            self.tab_mut().follow_end();
        }
        self.enter(Mode::Input)
    }

    pub(in crate::app) fn on_copy_char(&mut self, now: Now, selection: RowSelection, c: char) -> Update {
        match c {
            ' ' | 'v' => {
                let from = if selection.anchor.is_some() { None } else { Some(selection.cursor) };
                self.enter(Mode::Copy(RowSelection { anchor: from, ..selection }))
            }
            'k' => self.move_selection(selection, Motion::Up(1)),
            'j' => self.move_selection(selection, Motion::Down(1)),
            'y' | 'c' => self.copy_rows(selection),
            'l' => self.copy_link_of(selection),
            'z' => {
                let has_run = self.tab_mut().toggle_fold(selection.cursor);
                let size = self.viewport.messages;
                self.tab_mut().fit(size);
                if has_run {
                    self.move_selection(selection, Motion::Up(0))
                } else {
                    self.set_status_message("Nothing is folded here.")
                }
            }
            'q' => self.leave_copy_mode(selection),
            // Other characters leave copy mode and go to the draft.
            c => {
                let _ = self.leave_copy_mode(selection);
                self.type_char(now, c)
            }
        }
    }

    /// Moves the cursor by rows or folds, and scrolls the view.
    fn move_selection(&mut self, selection: RowSelection, motion: Motion) -> Update {
        let scene = self.tab().render_context();
        let step = |at: RowId, motion: Motion| match motion {
            Motion::Up(_) => scene.before(at),
            _ => scene.at_or_after(RowId(at.0 + 1)),
        };
        let times = match motion {
            Motion::Up(items) | Motion::Down(items) => items,
            _ => 0,
        };
        let start = match motion {
            Motion::Top => scene.at_or_after(scene.transcript.first()),
            Motion::Bottom => scene.before(scene.transcript.next()),
            _ => scene.at_or_after(selection.cursor),
        };
        let mut at = start.map_or(selection.cursor, |item| item.first);
        for _ in 0..times {
            // From a fold, continue after its last row.
            let here = match (motion, scene.at_or_after(at)) {
                (Motion::Down(_), Some(item)) => item.last,
                _ => at,
            };
            let Some(item) = step(here, motion) else { break };
            at = item.first;
        }
        let size = self.viewport.messages;
        self.tab_mut().move_view(|scroll, scene| scroll.show(scene, size, Position::start_of(at)));
        self.mode = Mode::Copy(RowSelection { cursor: at, link: 0, ..selection });
        Update::redraw(true)
    }

    fn copy_rows(&mut self, selection: RowSelection) -> Update {
        let from = selection.anchor.unwrap_or(selection.cursor);
        let (first, last) = (selection.cursor.min(from), selection.cursor.max(from));
        // A fold stands for all of its rows.
        let tab = self.tab();
        let item = tab.render_context().at_or_after(last).filter(|item| item.first <= last);
        let last = item.map_or(last, |item| item.last.max(last));
        let text = self.tab().text_of_rows(first, last, self.viewport.messages.columns);
        let _ = self.leave_copy_mode(selection);
        match text {
            Some((_, text)) if text.is_empty() => self.set_status_message("There is nothing to copy in this row."),
            Some((1, text)) => self.copy(text, "1 row"),
            Some((count, text)) => self.copy(text, &format!("{count} rows")),
            None => self.set_status_message(TOO_MUCH),
        }
    }

    fn copy_link_of(&mut self, selection: RowSelection) -> Update {
        let Some(line) = self.tab().transcript().line(selection.cursor) else { return Update::default() };
        let text = row_text(self.tab().view_options(), &line.bytes);
        let found: Vec<String> = links::links(&text).filter_map(|range| text.get(range).map(str::to_owned)).collect();
        let Some(url) = found.get(selection.link % found.len().max(1)).cloned() else {
            return self.set_status_message("There is no link in this row. /links lists all links.");
        };
        let of = if found.len() > 1 { format!(" {} of {}", selection.link + 1, found.len()) } else { String::new() };
        self.mode = Mode::Copy(RowSelection { link: (selection.link + 1) % found.len(), ..selection });
        let words = format!("link{of}, {url}");
        self.copy(url, &words)
    }

    /// Opens the page of links.
    pub(in crate::app) fn open_links(&mut self) -> Result<(), String> {
        let tab = self.tab();
        let (transcript, view_options) = (tab.transcript(), tab.view_options());
        let rows = (transcript.first().0..transcript.next().0).rev().map(RowId);
        let rows = rows.filter(|&id| tab.visible_rows().shows(id)).filter_map(|id| {
            let is_said = |row: &RowView<'_>| matches!(row.kind, RowKind::Received | RowKind::Sent);
            let row = transcript.row(id).filter(|row| is_said(row))?;
            // Few rows have a link; only candidates are decoded.
            memchr::memmem::find(row.bytes, b"://")?;
            Some((id, row_text(view_options, row.bytes)))
        });
        // Each row costs some microseconds while a key waits.
        let rows = rows.take(MAX_LINK_ROWS);
        self.links = links::collect(rows, links::MAX_LINKS);
        if self.links.is_empty() {
            return Err("No links found. A link starts with a scheme, such as http://127.0.0.1:8000.".to_owned());
        }
        self.mode = Mode::Links { at: 0 };
        Ok(())
    }

    pub(in crate::app) fn on_links_action(&mut self, at: usize, action: Action) -> Update {
        let page = self.viewport.page.lines.saturating_sub(1).max(1);
        let last = self.links.len().saturating_sub(1);
        let at = match action {
            Action::HistoryPrevMatching | Action::HistoryPrev | Action::Scroll(Motion::Up(_)) => at.saturating_sub(1),
            Action::HistoryNextMatching | Action::HistoryNext | Action::Scroll(Motion::Down(_)) => at + 1,
            Action::Scroll(Motion::PageUp) => at.saturating_sub(page),
            Action::Scroll(Motion::PageDown) => at + page,
            Action::Scroll(Motion::Top) | Action::Edit(crate::app::Edit::Start) => 0,
            Action::Scroll(Motion::Bottom) | Action::LineEndOrScrollBottom => last,
            Action::Submit | Action::CopyMode => {
                self.mode = Mode::Input;
                let Some(LinkHit { url, row }) = self.links.get(at).cloned() else { return Update::default() };
                let size = self.viewport.messages;
                self.tab_mut().move_view(|scroll, scene| scroll.show(scene, size, Position::start_of(row)));
                return self.copy(url.clone(), &format!("link, {url}"));
            }
            _ => return self.enter(Mode::Input),
        };
        self.enter(Mode::Links { at: at.min(last) })
    }

    /// Copies text to the clipboard and describes it in the status line.
    fn copy(&mut self, text: String, what: &str) -> Update {
        if text.len() > MAX_OSC52_BYTES {
            return self.set_status_message(TOO_MUCH);
        }
        let update = self.set_status_message(format!("Copied {what}, if your terminal allows it (OSC 52)."));
        Update { effects: vec![Effect::CopyToClipboard(text)], ..update }
    }
}

impl Tab {
    /// Returns the number and the text of the visible lines from row `first` to `last`; lines cut into several rows are
    /// joined. `None` if the text exceeds the clipboard limit.
    fn text_of_rows(&self, first: RowId, last: RowId, columns: usize) -> Option<(usize, String)> {
        let mut lines = Vec::new();
        let ids = (first.0..=last.0).map(RowId).filter(|&id| self.visible_rows().shows(id));
        let mut len = 0;
        for id in ids {
            if !lines.is_empty() && !self.transcript().begins_line(id) {
                continue;
            }
            let line = self.transcript().line(id);
            // Stops early, because there may be a million rows, or 1 MiB in one.
            let read = line.as_ref().map_or(0, |line| line.bytes.len() + 1);
            len += read;
            if len > MAX_OSC52_BYTES * 2 {
                return None;
            }
            lines.push(line.map_or_else(String::new, |line| {
                displayed_text(self.view_options(), &line, self.transcript(), columns)
            }));
        }
        Some((lines.len(), lines.join("\n")))
    }
}

/// Returns a line as the view shows it, without end marks. In the hex view, a dump of this width without read
/// boundaries.
fn displayed_text(view_options: ViewOptions, line: &Line<'_>, transcript: &Transcript, columns: usize) -> String {
    let view_options = view_options.of(line.first.kind);
    let wire = || [&line.bytes, line.end.newline()].concat();
    match view_options.view {
        ByteView::Text => row_text(view_options, &line.bytes),
        ByteView::Escaped => {
            let mut text = String::new();
            text::escape_to(&wire(), &mut text);
            text
        }
        ByteView::Hex => {
            let mut row = Row::default();
            let lines = text::hex(&wire(), transcript.offset(line.first.id), &[], columns, &mut row);
            let text_of = |line: std::ops::Range<usize>| -> String {
                row.glyphs().get(line).unwrap_or_default().iter().map(|glyph| row.text_of(glyph)).collect()
            };
            lines.into_iter().map(text_of).collect::<Vec<_>>().join("\n")
        }
    }
}
