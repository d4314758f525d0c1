//! The items on the left of the status line.

use super::{ResolvedTheme, StatusItem, connection, help_hint, longest};
use crate::app::logging::LogStatus;
use crate::app::{App, ByteView, PacedSend};
use crate::text::format_thousands;
use crate::ui::glyphs::{text_width, truncate};
use ratatui::style::Style;

/// Returns the items in the order in which they are drawn. A long address is truncated, so that the state fits.
pub(super) fn items(app: &App, room: usize, theme: &ResolvedTheme) -> Vec<StatusItem> {
    let tab = app.tab();
    let (dot, dot_style) = connection::dot(tab.link(), theme);
    let state = connection::of(tab, theme);
    let address = tab.endpoint().map_or_else(|| "no address".to_owned(), ToString::to_string);
    let log = logging(tab.logging(), theme);
    // A failed log is more important than the end of the address.
    let alarm_columns = log
        .iter()
        .filter(|item| item.priority == ALARM_PRIORITY)
        .map(|item| text_width(&item.words) + 2)
        .sum::<usize>();
    let address = truncate(&address, room.saturating_sub(30).max(room.saturating_sub(5 + alarm_columns).min(24)));
    let mut items = vec![StatusItem { priority: 0, words: dot.to_owned(), style: dot_style }];
    let sending = tab.sending().map(|sending| (progress(sending), theme.bar_busy));
    let beside = room.saturating_sub(text_width(&address) + 6 + alarm_columns);
    let Some((forms, style)) = sending.or_else(|| draft_length(app, theme)) else {
        let words = fitting(&state.forms, beside);
        if state.is_urgent && words.is_none() {
            let words = longest(&state.forms, room.saturating_sub(4)).to_owned();
            items.push(StatusItem { priority: 0, words, style: state.style });
        } else {
            items.push(StatusItem { priority: 0, words: address, style: theme.bar_strong });
            let words = words.or(state.forms.last().map(String::as_str)).unwrap_or_default().to_owned();
            items.push(StatusItem { priority: 3, words, style: state.style });
        }
        items.extend(log.into_iter().chain(optional_items(app, theme)));
        return items;
    };
    // Progress and draft length go beside the address, or replace it.
    let words = fitting(&forms, beside);
    if words.is_some() {
        items.push(StatusItem { priority: 0, words: address, style: theme.bar_strong });
        let rest = beside.saturating_sub(words.map_or(0, text_width) + 2);
        if let Some(words) = fitting(&state.forms, rest) {
            items.push(StatusItem { priority: 3, words: words.to_owned(), style: state.style });
        }
    }
    let words = words.unwrap_or_else(|| longest(&forms, room.saturating_sub(4))).to_owned();
    items.push(StatusItem { priority: 0, words, style });
    items.extend(log.into_iter().chain(optional_items(app, theme)));
    items
}

/// Returns the first form of at most `width` columns, if any.
fn fitting(forms: &[String], width: usize) -> Option<&str> {
    forms.iter().map(String::as_str).find(|form| text_width(form) <= width)
}

/// Returns the items after the address and the state.
fn optional_items(app: &App, theme: &ResolvedTheme) -> Vec<StatusItem> {
    let tab = app.tab();
    let traffic = tab.traffic();
    let mut items = Vec::new();
    items.extend(recording(app.recording(), theme));
    if let Some(nick) = tab.nick() {
        items.push(StatusItem {
            priority: 5,
            words: format!("nick {}", truncate(nick, MAX_NICK_COLUMNS)),
            style: theme.bar,
        });
    }
    if traffic.queued >= MIN_SHOWN_QUEUE_BYTES {
        let words = format!("{} queued", format_bytes(traffic.queued as u64));
        items.push(StatusItem { priority: 4, words, style: theme.bar_busy });
    }
    let words = format!("↓{} ↑{}", format_bytes(traffic.received), format_bytes(traffic.sent));
    items.push(StatusItem { priority: 6, words, style: theme.bar });
    let view_options = tab.view_options();
    if view_options.view != ByteView::Text {
        items.push(StatusItem { priority: 3, words: view_options.view.name().to_owned(), style: theme.bar_busy });
    }
    if tab.visible_rows().filter().is_some() {
        let words = format!("filter: {} hidden", format_thousands(tab.visible_rows().hidden()));
        items.push(StatusItem { priority: 2, words, style: theme.bar_busy });
    }
    let words = format!("{} {}", tab.eol().name(), view_options.charset.name());
    items.push(StatusItem { priority: 7, words, style: theme.bar });
    items.push(StatusItem { priority: 8, words: help_hint(app.keys()), style: theme.bar });
    items
}

/// Priority of a failed log, which stays longer than the state and the filter.
const ALARM_PRIORITY: u8 = 1;

/// Returns the item for the log.
fn logging(status: LogStatus, theme: &ResolvedTheme) -> Option<StatusItem> {
    match status {
        LogStatus::Off => None,
        LogStatus::On => Some(StatusItem { priority: 5, words: "log".to_owned(), style: theme.bar }),
        LogStatus::Failed => {
            Some(StatusItem { priority: ALARM_PRIORITY, words: "not logged".to_owned(), style: theme.bar_bad })
        }
    }
}

/// Returns the item for the recording.
fn recording(status: LogStatus, theme: &ResolvedTheme) -> Option<StatusItem> {
    let (priority, words) = match status {
        LogStatus::Off => return None,
        LogStatus::On => (4, "rec"),
        LogStatus::Failed => (3, "not recorded"),
    };
    Some(StatusItem { priority, words: words.to_owned(), style: theme.bar_bad })
}

/// Returns the progress of a paced send, in several forms, longest first.
fn progress(sending: &PacedSend) -> Vec<String> {
    const CELLS: usize = 10;
    let (sent, total) = sending.progress();
    let full = sent * CELLS / total.max(1);
    let bar = "█".repeat(full) + &"░".repeat(CELLS - full);
    let (sent, total) = (format_thousands(sent as u64), format_thousands(total as u64));
    let blocked = if sending.is_held_up() { "; the server is not reading" } else { "" };
    vec![
        format!("{bar} {sent} of {total} sent, Esc stops{blocked}"),
        format!("{bar} {sent} of {total} sent, Esc stops"),
        format!("{sent} of {total} sent, Esc stops"),
        format!("{sent}/{total} sent"),
        format!("{sent}/{total}"),
    ]
}

/// Returns the length of the longest line of the draft if it is at least three quarters of the line limit.
fn draft_length(app: &App, theme: &ResolvedTheme) -> Option<(Vec<String>, Style)> {
    let limit = app.line_limit();
    let longest = app.longest_outgoing_line();
    if limit == 0 || longest * 4 < limit * 3 {
        return None;
    }
    Some(match longest.checked_sub(limit) {
        None | Some(0) => {
            let (longest, limit) = (format_thousands(longest as u64), format_thousands(limit as u64));
            (vec![format!("{longest} of {limit} bytes"), format!("{longest}/{limit}")], theme.bar_busy)
        }
        Some(excess) => {
            let bytes = if excess == 1 { "byte" } else { "bytes" };
            let (excess, limit) = (format_thousands(excess as u64), format_thousands(limit as u64));
            let long = format!("{excess} {bytes} over the lab server's {limit}-byte read");
            (vec![long, format!("{excess} {bytes} too long")], theme.bar_bad)
        }
    })
}

/// Maximum columns of the nickname.
const MAX_NICK_COLUMNS: usize = 20;

/// Minimum size of a queue to be shown; smaller ones are usually sent at once.
const MIN_SHOWN_QUEUE_BYTES: usize = 1024;

/// Formats a number of bytes in at most five columns, up to 9,999 TiB: `999`, `1.2K`, `34K`, `5.6M`.
fn format_bytes(bytes: u64) -> String {
    let units = [('K', 10), ('M', 20), ('G', 30), ('T', 40)];
    let Some((unit, shift)) = units.into_iter().rev().find(|(_, shift)| bytes >> shift > 0) else {
        return bytes.to_string();
    };
    let whole = bytes >> shift;
    let tenths = ((bytes & ((1 << shift) - 1)) * 10) >> shift;
    if whole < 10 { format!("{whole}.{tenths}{unit}") } else { format!("{whole}{unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_counts_are_short() {
        for (bytes, words) in [
            (0, "0"),
            (1023, "1023"),
            (1024, "1.0K"),
            (1945, "1.8K"),
            (10_240, "10K"),
            (1_048_575, "1023K"),
            (5_872_026, "5.6M"),
            (20_000_000_000, "18G"),
            (u64::MAX, "16777215T"),
        ] {
            assert_eq!(format_bytes(bytes), words);
        }
    }
}
