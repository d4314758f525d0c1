//! Draws the screen from `&App`.
//!
//! ```text
//!    1 pi  2 lab 3                                         tab bar, with two or more tabs
//!   14:02:10 ‹ Thank you for connecting ⊣                  messages: gutter, then text
//!   14:02:12 › hello
//!   14:02:15 · The server closed the connection after 5 s.
//!   ─────────────────────────────────────────────────────
//!    ○ 127.0.0.1:12345  closed 14:02:15  ↓24 ↑6  LF UTF-8   status
//!   › a line being written█                                input
//! ```
//!
//! Each pane has a file with a function that draws `app` into an area. Drawing changes no state: the size of the panes is
//! passed to the app beforehand ([`panes()`], then [`App::set_screen_size`]). The gutter shows who sent a row; a peer's
//! text is never drawn there.

mod choice_bar;
mod completion_menu;
mod glyphs;
mod input;
mod messages;
mod pages;
mod send_preview;
mod start_page;
mod status_line;
mod tab_bar;
mod theme;

pub use theme::{ResolvedTheme, ThemeCache};

use crate::app::view::viewport::{Size, Viewport};
use crate::app::{App, Mode};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

/// Minimum size of the screen, in columns and lines. Smaller screens show only a notice.
pub const MIN_SIZE: (u16, u16) = (20, 5);

/// The areas of the panes on a screen of a certain size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    /// The tab bar; of height 0 with a single tab.
    tabs: Rect,
    gutter: Rect,
    /// The messages, to the right of the gutter.
    text: Rect,
    status: Rect,
    input: Rect,
    /// The messages in [`Mode::PlainText`]: everything but the last line.
    plain: Rect,
}

impl Panes {
    /// Returns the sizes that [`App::set_screen_size`] needs.
    pub const fn viewport(&self) -> Viewport {
        Viewport {
            messages: size(self.text),
            page: size(self.page_area()),
            plain: size(self.plain),
            input_columns: input::columns(self.input),
        }
    }

    /// Returns the column of the scrollbar, to the right of the text.
    const fn scrollbar(&self) -> Rect {
        Rect { x: self.text.x + self.text.width, width: 1, ..self.text }
    }

    /// Returns one line across gutter and text.
    const fn full_line(&self, line: u16) -> Rect {
        Rect { y: self.gutter.y + line, height: 1, width: self.gutter.width + self.text.width, ..self.gutter }
    }

    /// Returns the area of a page that replaces the messages: gutter and text, without a margin of one column on the left.
    const fn page_area(&self) -> Rect {
        Rect { x: self.gutter.x + 1, width: self.gutter.width + self.text.width - 1, ..self.text }
    }
}

const fn size(area: Rect) -> Size {
    Size { columns: area.width as usize, lines: area.height as usize }
}

/// Divides the screen into panes; `None` if it is smaller than [`MIN_SIZE`].
///
/// The gutter is as wide as the time in it. The input is as high as the draft, up to a third of the screen.
pub fn panes(area: Rect, app: &App) -> Option<Panes> {
    if area.width < MIN_SIZE.0 || area.height < MIN_SIZE.1 {
        return None;
    }
    let has_bar = app.has_tabs() && app.mode() != Mode::PlainText && area.height >= tab_bar::MIN_SCREEN_HEIGHT;
    let bar_height = u16::from(has_bar);
    let tabs = Rect { height: bar_height, ..area };
    let area = Rect { y: area.y + bar_height, height: area.height - bar_height, ..area };
    let input = input::height(area, app);
    let messages = area.height - 1 - input;
    let gutter = messages::gutter_width(area.width, app.time());
    Some(Panes {
        tabs,
        gutter: Rect { width: gutter, height: messages, ..area },
        // The last column is a margin, and holds the scrollbar.
        text: Rect { x: area.x + gutter, width: area.width - gutter - 1, height: messages, ..area },
        status: Rect { y: area.y + messages, height: 1, ..area },
        input: Rect { y: area.y + messages + 1, height: input, ..area },
        plain: Rect { height: area.height - 1, ..area },
    })
}

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, app: &App, theme: &ResolvedTheme) {
    let area = frame.area();
    let Some(panes) = panes(area, app) else {
        draw_too_small(frame, area);
        return;
    };
    let buffer = frame.buffer_mut();
    let area = Rect { y: area.y + panes.tabs.height, height: area.height - panes.tabs.height, ..area };
    if panes.tabs.height > 0 {
        tab_bar::draw(buffer, panes.tabs, app, theme);
    }
    let has_more = match app.mode() {
        Mode::Help { top } => pages::draw_help(buffer, panes.page_area(), top, app, theme),
        Mode::Links { at } => pages::draw_links(buffer, panes.page_area(), app.links(), at, theme),
        Mode::PlainText => {
            messages::draw_plain_text(buffer, panes.plain, app, theme);
            status_line::draw_exit_hint(buffer, Rect { y: area.bottom() - 1, height: 1, ..area }, theme);
            return;
        }
        Mode::SendPreview { .. } => {
            messages::draw(buffer, &panes, app, theme);
            let messages = Rect { height: panes.status.y - area.y, ..area };
            app.preview().iter().for_each(|pending| send_preview::draw(buffer, messages, app, pending, theme));
            false
        }
        Mode::Input
        | Mode::Start
        | Mode::ConfirmQuit
        | Mode::ConfirmClose(_)
        | Mode::ConfirmEof
        | Mode::ConfirmEofOrQuit
        | Mode::ConfirmText
        | Mode::HiddenLine
        | Mode::HistorySearch
        | Mode::Search
        | Mode::Copy(_) => {
            match app.start_page() {
                Some(start) => start_page::draw(buffer, panes.page_area(), app, start, theme),
                None => messages::draw(buffer, &panes, app, theme),
            }
            false
        }
    };
    status_line::draw(buffer, panes.status, app, has_more, theme);
    let cursor = input::draw(buffer, panes.input, app, theme);
    if let Some(completion) = app.completion().filter(|_| app.mode() == Mode::Input) {
        let x = input::column_of(panes.input, app.tab().line_editor(), completion.start());
        completion_menu::draw(buffer, Rect { height: panes.status.y - area.y, ..area }, completion, x, theme);
    }
    frame.set_cursor_position(cursor);
}

fn draw_too_small(frame: &mut Frame<'_>, area: Rect) {
    let (columns, lines) = MIN_SIZE;
    let message = format!("too small: needs {columns}x{lines}");
    let width = usize::from(area.width);
    // Wrapped at any column, so that it is visible at every size.
    let chars: Vec<char> = message.chars().collect();
    for (y, line) in (area.top()..area.bottom()).zip(chars.chunks(width.max(1))) {
        for (x, c) in (area.left()..area.right()).zip(line) {
            if let Some(cell) = frame.buffer_mut().cell_mut(Position { x, y }) {
                cell.set_char(*c);
            }
        }
    }
}

#[cfg(test)]
mod tests;
