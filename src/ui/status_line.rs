//! The status line: the address, the state of the connection, counters, and the messages below the page.
//!
//! On a narrow screen the less important items are left out. In most modes the line shows a prompt instead.

mod connection;
mod items;
pub(super) mod playback;

use super::ResolvedTheme;
use super::choice_bar::draw_choices;
use super::glyphs::{draw_words, text_width, truncate};
use crate::app::input::history::search::{HistorySearch, SearchStatus};
use crate::app::keys::Keymap;
use crate::app::modes::start_page::{StartPageEntry, StartPageEntryKind};
use crate::app::prompts::question_forms;
use crate::app::view::pattern::{CaseMatching, Syntax};
use crate::app::view::search::{Progress, SearchState};
use crate::app::{Action, App, LocalTime, Mode, Tab};
use crate::link::{CloseReason, ErrorCause, LinkOp};
use crate::text::format_thousands;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// An item of the status line.
struct StatusItem {
    /// Lower is more important: if the items do not fit, those with the highest value are left out first. Items of
    /// priority 0 are never left out.
    priority: u8,
    words: String,
    style: Style,
}

/// Draws the status line, or the prompt of the mode. `has_more` is whether a page has more lines below.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, app: &App, has_more: bool, theme: &ResolvedTheme) {
    buffer.set_style(area, theme.bar);
    match app.mode() {
        Mode::ConfirmQuit | Mode::ConfirmClose(_) | Mode::ConfirmEof | Mode::ConfirmEofOrQuit | Mode::ConfirmText => {
            buffer.set_style(area, theme.question);
            // Text typed ahead has to be handled before the answer.
            let typed_ahead =
                app.status_message().filter(|_| app.has_typed_ahead()).map(|message| format!(" {message}"));
            let width = usize::from(area.width);
            let question = || question_forms(app).map(|forms| longest(&forms, width).to_owned());
            let words = typed_ahead.or_else(question).unwrap_or_default();
            draw_words(buffer, area, &words, theme.question);
        }
        Mode::SendPreview { chosen } => match (app.status_message(), app.preview()) {
            (None, Some(pending)) => draw_choices(buffer, area, (pending, chosen), app.keys(), theme),
            (message, _) => draw_message(buffer, area, message.unwrap_or_default(), theme),
        },
        Mode::HiddenLine => {
            let hint = longest(&HIDDEN_INPUT, usize::from(area.width) - 1);
            draw_message(buffer, area, app.status_message().unwrap_or(hint), theme);
        }
        Mode::Help { .. } => {
            let words = if area.width < 30 { " Help, Esc" } else { " Help: Esc closes this page" };
            draw_words(buffer, area, words, theme.bar_strong);
            if has_more {
                draw_right(
                    buffer,
                    area,
                    app.keys().expand_key_hints("▼ {scroll-page-down}").trim_end(),
                    theme.bar_busy,
                );
            }
        }
        Mode::Links { at } => {
            let place = format!(" Link {} of {}", at + 1, app.links().len());
            let forms = [
                format!("{place}: Enter copies it, Esc closes the list"),
                format!("{place}: Enter copies, Esc closes"),
                format!("{place}: Enter, Esc"),
            ];
            draw_words(buffer, area, longest(&forms, usize::from(area.width)), theme.bar_strong);
        }
        Mode::Start => draw_start(buffer, area, app, theme),
        Mode::Copy(_) => draw_copy_status(buffer, area, app.status_message(), theme),
        Mode::HistorySearch => draw_history_search(buffer, area, app, theme),
        Mode::Search => draw_search(buffer, area, app, theme),
        Mode::Input | Mode::PlainText => match app.status_message() {
            Some(message) => {
                // The count of messages below stays visible.
                let below = rows_below_text(app.tab(), usize::from(area.width))
                    .filter(|below| text_width(below) + 12 < usize::from(area.width));
                let reserved = below.as_ref().map_or(0, |below| text_width(below) + 2);
                let room = area.width.saturating_sub(u16::try_from(reserved).unwrap_or(0));
                draw_message(buffer, Rect { width: room, ..area }, message, theme);
                draw_right(buffer, area, &below.unwrap_or_default(), theme.bar_busy);
            }
            None => draw_items(buffer, area, app, theme),
        },
    }
}

/// Draws the hint on the last line of the plain-text mode.
pub(super) fn draw_exit_hint(buffer: &mut Buffer, area: Rect, theme: &ResolvedTheme) {
    let words = " PgUp and PgDn scroll; any other key returns.";
    draw_words(buffer, area, &truncate(words, usize::from(area.width)), theme.hint);
}

/// Draws a message about the last key in place of the status.
fn draw_message(buffer: &mut Buffer, area: Rect, message: &str, theme: &ResolvedTheme) {
    draw_words(buffer, area, &truncate(&format!(" {message}"), usize::from(area.width)), theme.bar_strong);
}

fn draw_copy_status(buffer: &mut Buffer, area: Rect, message: Option<&str>, theme: &ResolvedTheme) {
    let forms = [
        " Copy: Up and Down select, Space starts a range, Enter copies, l copies a link, z unfolds, Esc cancels",
        " Copy: Up, Down, Space range, Enter, l link, z unfold, Esc",
        " Copy: Up, Down, Space, Enter, l link, z unfold, Esc",
        " Copy: Up, Down, Enter, Esc",
        " Enter / Esc",
    ];
    if let Some(message) = message {
        return draw_message(buffer, area, message, theme);
    }
    draw_words(buffer, area, longest(&forms, usize::from(area.width)), theme.bar_strong);
}

const HIDDEN_INPUT: [&str; 3] = [
    "Hidden input: Enter sends, Esc cancels. Not saved anywhere.",
    "Hidden input: Enter sends, Esc cancels.",
    "Hidden: Enter / Esc",
];

/// Returns the first form of at most `width` columns, else the last one. Forms are sorted by length, longest first.
fn longest(forms: &[impl AsRef<str>], width: usize) -> &str {
    let mut all = forms.iter().map(AsRef::as_ref);
    all.clone().find(|form| text_width(form) <= width).or(all.next_back()).unwrap_or_default()
}

/// Draws the action of Enter on the start page, and other hints.
fn draw_start(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) {
    let width = usize::from(area.width);
    let Some(start) = app.start_page() else { return };
    if let Some(message) = app.status_message() {
        return draw_message(buffer, area, message, theme);
    }
    let [long, short] = match start.choice() {
        _ if start.is_command() => ["Enter runs the command", "Enter runs it"].map(str::to_owned),
        None => ["No match. Enter an address as HOST:PORT", "No match. HOST:PORT?"].map(str::to_owned),
        Some(entry) => enter_hint(entry),
    };
    let words = if text_width(&long) < width { long } else { short };
    let end = draw_words(buffer, area, &truncate(&format!(" {words}"), width), theme.bar_strong);
    let position = format!("{}/{}", start.chosen() + 1, start.entries().len());
    let help = help_hint(app.keys());
    let delete = app.keys().expand_key_hints("{delete}");
    let is_removable = start.choice().is_some_and(StartPageEntry::can_be_forgotten) && !delete.is_empty();
    let forms = match (start.entries().is_empty(), is_removable) {
        (true, _) => [String::new(), String::new(), help],
        (_, true) => {
            [format!("{delete} removes it  {position}  {help}"), format!("{delete} removes it  {position}"), position]
        }
        _ => [format!("{position}  {help}"), String::new(), position],
    };
    let room = usize::from(area.right().saturating_sub(end)).saturating_sub(3);
    if let Some(words) = forms.iter().find(|form| !form.is_empty() && text_width(form) <= room) {
        draw_right(buffer, area, words, theme.bar);
    }
}

/// Returns the action of Enter on an entry, in a long and a short form.
fn enter_hint(entry: &StartPageEntry) -> [String; 2] {
    let server = if entry.name.is_empty() { &entry.address } else { &entry.name };
    match entry.kind {
        StartPageEntryKind::OfferHost(0) => {
            ["Enter starts a chat here and joins it", "Enter hosts a chat"].map(str::to_owned)
        }
        StartPageEntryKind::OfferHost(_) => {
            [format!("Enter starts a chat on {} and joins it", entry.address), "Enter hosts a chat".to_owned()]
        }
        StartPageEntryKind::Typed => [format!("Enter connects to {server} (new)"), format!("Enter: {server}")],
        _ => [format!("Enter connects to {server}"), format!("Enter: {server}")],
    }
}

/// Draws the progress of the search and its options.
fn draw_search(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) {
    let tab = app.tab();
    let (words, style) = match tab.search_state() {
        None | Some(SearchState::Empty) => (" Search".to_owned(), theme.bar_strong),
        Some(SearchState::Invalid(sentence)) => (format!(" {sentence}"), theme.bar_bad),
        Some(SearchState::Running(progress)) => search_progress(progress, tab.visible_rows().filter().is_some(), theme),
    };
    let modes = tab.search().map_or("", |search| match (search.syntax(), search.case()) {
        (Syntax::Literal, CaseMatching::Smart) => "{search-regex} regex  {capitalize} case",
        (Syntax::Literal, CaseMatching::Exact) => "case  {search-regex} regex",
        (Syntax::Regex, CaseMatching::Smart) => "regex  {capitalize} case",
        (Syntax::Regex, CaseMatching::Exact) => "regex, case",
    });
    let modes = app.keys().expand_key_hints(modes);
    let width = usize::from(area.width);
    draw_words(buffer, area, &truncate(&words, width), style);
    if text_width(&words) + text_width(&modes) + 3 <= width {
        draw_right(buffer, area, &modes, theme.bar);
    }
}

/// Draws the state of the history search and its keys.
fn draw_history_search(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) {
    let (words, style) = match app.history_search().map_or(SearchStatus::Waiting, HistorySearch::standing) {
        SearchStatus::Waiting => (" History: type part of the line", theme.bar_strong),
        SearchStatus::Found => (" History: Enter sends, arrows edit", theme.bar_good),
        SearchStatus::NotFound => (" Not in the history of this server", theme.bar_bad),
        SearchStatus::NoMoreOlder => (" No older match", theme.bar_bad),
        SearchStatus::NoMoreNewer => (" No newer match", theme.bar_bad),
    };
    let width = usize::from(area.width);
    draw_words(buffer, area, &truncate(words, width), style);
    let keys = app.keys().expand_key_hints("{search-older|Up} older  {search=Ctrl-S|Down} newer  Esc back");
    if text_width(words) + text_width(&keys) + 3 <= width {
        draw_right(buffer, area, &keys, theme.bar);
    }
}

fn search_progress(progress: Progress, is_filtered: bool, theme: &ResolvedTheme) -> (String, Style) {
    let so_far = if progress.is_done { "" } else { " so far" };
    match progress {
        Progress { hits: 0, is_done: true, .. } if is_filtered => {
            (" Not found in the filtered messages".to_owned(), theme.bar_bad)
        }
        Progress { hits: 0, is_done: true, .. } => (" Not found".to_owned(), theme.bar_bad),
        Progress { hits: 0, is_done: false, .. } => (" Searching".to_owned(), theme.bar_busy),
        Progress { at: Some(at), hits, .. } => {
            (format!(" {} of {}{so_far}", format_thousands(at), format_thousands(hits)), theme.bar_good)
        }
        Progress { at: None, hits, .. } => (format!(" {} found{so_far}", format_thousands(hits)), theme.bar_busy),
    }
}

fn draw_items(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) {
    let tab = app.tab();
    let below = rows_below_text(tab, usize::from(area.width));
    let reserved = below.as_ref().map_or(0, |words| text_width(words) + 2);
    let room = usize::from(area.width).saturating_sub(reserved);
    let mut left = items::items(app, room, theme);
    playback::add(&mut left, app, room, theme);
    if app.has_tabs() && buffer.area.height < super::tab_bar::MIN_SCREEN_HEIGHT {
        // A low screen has no tab bar.
        let words = format!("{}/{}", app.current() + 1, app.tabs().len());
        left.insert(1, StatusItem { priority: 2, words, style: theme.bar_strong });
    }
    let width = |items: &[StatusItem]| {
        (1 + items.iter().map(|item| text_width(&item.words) + 2).sum::<usize>()).saturating_sub(2)
    };
    while width(&left) > room
        && let Some(highest @ 1..) = left.iter().map(|item| item.priority).max()
    {
        left.retain(|item| item.priority != highest);
    }
    let mut x = area.x + 1;
    for item in &left {
        let rest = Rect { x, width: area.right() - x, ..area };
        x = area.right().min(draw_words(buffer, rest, &item.words, item.style) + 2);
    }
    if let Some(words) = below {
        draw_right(buffer, area, &words, theme.bar_busy);
    }
}

fn draw_right(buffer: &mut Buffer, area: Rect, words: &str, style: Style) {
    let width = u16::try_from(text_width(words) + 1).unwrap_or(u16::MAX).min(area.width);
    draw_words(buffer, Rect { x: area.right() - width, width, ..area }, words, style);
}

fn help_hint(keymap: &Keymap) -> String {
    keymap.expand_key_hints(if keymap.keys_of(Action::Help).is_empty() { "/help" } else { "{help} help" })
}

/// Returns why a connection was closed, in a few words.
const fn close_reason_text(reason: &CloseReason) -> &'static str {
    match reason {
        CloseReason::ByPeer => "closed by server",
        CloseReason::ByUs => "closed",
        CloseReason::Cancelled => "stopped",
        CloseReason::Failed(error) => match (&error.cause, error.op) {
            (ErrorCause::TimedOut(_), LinkOp::Read | LinkOp::Write) => "stopped answering",
            (ErrorCause::TimedOut(_), LinkOp::Resolve) => "lookup timed out",
            (cause, _) => cause.brief(),
        },
    }
}

fn format_clock(at: LocalTime) -> String {
    let (hours, minutes, seconds) = at.clock();
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

/// Returns how many messages are below the page if it does not follow the end, in the longest form that leaves room for
/// the dot and an address.
fn rows_below_text(tab: &Tab, width: usize) -> Option<String> {
    let new = format_thousands(tab.rows_below());
    let mentions = match tab.unseen_mentions() {
        0 => String::new(),
        1 => " (1 mention)".to_owned(),
        mentions => format!(" ({} mentions)", format_thousands(mentions)),
    };
    match (tab.is_scrolled(), tab.rows_below()) {
        (false, _) => None,
        (true, 0) => Some("▼ End".to_owned()),
        (true, _) if text_width(&new) + text_width(&mentions) + 18 > width => Some(format!("▼ {new} new")),
        (true, _) => Some(format!("▼ {new} new{mentions}")),
    }
}
