//! What stands on the left of the line, and what of it there is room for.

use super::{ResolvedTheme, StatusItem, connection, help_hint, longest};
use crate::app::logging::LogStatus;
use crate::app::{App, ByteView, PacedSend};
use crate::text::format_thousands;
use crate::ui::glyphs::{text_width, truncate};
use ratatui::style::Style;

/// Everything on the left, in the order it is drawn. Of a long address so much is shown that the state fits as well.
pub(super) fn items(app: &App, room: usize, theme: &ResolvedTheme) -> Vec<StatusItem> {
    let tab = app.tab();
    let (dot, dot_style) = connection::dot(tab.link(), theme);
    let state = connection::of(tab, theme);
    let place = tab.endpoint().map_or_else(|| "no address".to_owned(), ToString::to_string);
    let kept = logging(tab.logging(), theme);
    // That nothing is kept is worth more than the end of an address.
    let alarm = kept
        .iter()
        .filter(|item| item.priority == ALARM_PRIORITY)
        .map(|item| text_width(&item.words) + 2)
        .sum::<usize>();
    let place = truncate(&place, room.saturating_sub(30).max(room.saturating_sub(5 + alarm).min(24)));
    let mut items = vec![StatusItem { priority: 0, words: dot.to_owned(), style: dot_style }];
    let sending = tab.sending().map(|sending| (progress(sending), theme.bar_busy));
    let beside = room.saturating_sub(text_width(&place) + 6 + alarm);
    let Some((forms, style)) = sending.or_else(|| length(app, theme)) else {
        let words = fitting(&state.forms, beside);
        if state.is_urgent && words.is_none() {
            let words = longest(&state.forms, room.saturating_sub(4)).to_owned();
            items.push(StatusItem { priority: 0, words, style: state.style });
        } else {
            items.push(StatusItem { priority: 0, words: place, style: theme.bar_strong });
            let words = words.or(state.forms.last().map(String::as_str)).unwrap_or_default().to_owned();
            items.push(StatusItem { priority: 3, words, style: state.style });
        }
        items.extend(kept.into_iter().chain(optional_items(app, theme)));
        return items;
    };
    // What is wanted to be seen now stands beside the address, or in its place.
    let words = fitting(&forms, beside);
    if words.is_some() {
        items.push(StatusItem { priority: 0, words: place, style: theme.bar_strong });
        let left = beside.saturating_sub(words.map_or(0, text_width) + 2);
        if let Some(words) = fitting(&state.forms, left) {
            items.push(StatusItem { priority: 3, words: words.to_owned(), style: state.style });
        }
    }
    let words = words.unwrap_or_else(|| longest(&forms, room.saturating_sub(4))).to_owned();
    items.push(StatusItem { priority: 0, words, style });
    items.extend(kept.into_iter().chain(optional_items(app, theme)));
    items
}

/// The first form that fits into so many columns, if one does.
fn fitting(forms: &[String], width: usize) -> Option<&str> {
    forms.iter().map(String::as_str).find(|form| text_width(form) <= width)
}

/// What stands behind address and state.
fn optional_items(app: &App, theme: &ResolvedTheme) -> Vec<StatusItem> {
    let tab = app.tab();
    let traffic = tab.traffic();
    let mut items = Vec::new();
    items.extend(recording(app.recording(), theme));
    if let Some(nick) = tab.nick() {
        items.push(StatusItem { priority: 5, words: format!("nick {}", truncate(nick, NICK)), style: theme.bar });
    }
    if traffic.queued >= SHOWN_QUEUE {
        let words = format!("{} waiting", format_bytes(traffic.queued as u64));
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

/// Rank of what goes last of all that may go: longer than the state and its clock, and than a filter.
const ALARM_PRIORITY: u8 = 1;

/// Whether what is said is kept on disk.
fn logging(standing: LogStatus, theme: &ResolvedTheme) -> Option<StatusItem> {
    match standing {
        LogStatus::Off => None,
        LogStatus::On => Some(StatusItem { priority: 5, words: "log".to_owned(), style: theme.bar }),
        LogStatus::Failed => {
            Some(StatusItem { priority: ALARM_PRIORITY, words: "not logged".to_owned(), style: theme.bar_bad })
        }
    }
}

/// Whether what goes over the wire is.
fn recording(standing: LogStatus, theme: &ResolvedTheme) -> Option<StatusItem> {
    let (rank, words) = match standing {
        LogStatus::Off => return None,
        LogStatus::On => (4, "rec"),
        LogStatus::Failed => (3, "not recorded"),
    };
    Some(StatusItem { priority: rank, words: words.to_owned(), style: theme.bar_bad })
}

/// How far the sending of many lines is: a bar, and how to stop it. In the longest form first.
fn progress(sending: &PacedSend) -> Vec<String> {
    const CELLS: usize = 10;
    let (sent, all) = sending.progress();
    let full = sent * CELLS / all.max(1);
    let bar = "█".repeat(full) + &"░".repeat(CELLS - full);
    let (sent, all) = (format_thousands(sent as u64), format_thousands(all as u64));
    let waits = if sending.is_held_up() { "; the server is not reading" } else { "" };
    vec![
        format!("{bar} {sent} of {all} sent, Esc stops{waits}"),
        format!("{bar} {sent} of {all} sent, Esc stops"),
        format!("{sent} of {all} sent, Esc stops"),
        format!("{sent}/{all} sent"),
        format!("{sent}/{all}"),
    ]
}

/// How long the longest line of the draft is, where that comes near to what a server reads at once.
fn length(app: &App, theme: &ResolvedTheme) -> Option<(Vec<String>, Style)> {
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
        Some(over) => {
            let bytes = if over == 1 { "byte" } else { "bytes" };
            let over = format_thousands(over as u64);
            let long = format!("{over} {bytes} over what the lab server reads at once");
            (vec![long, format!("{over} {bytes} too long")], theme.bar_bad)
        }
    })
}

/// Columns of a nickname on the line.
const NICK: usize = 20;

/// Bytes from which on a queue is worth a word: less is on its way out as a rule.
const SHOWN_QUEUE: usize = 1024;

/// Bytes in at most five columns: `999`, `1.2K`, `34K`, `5.6M`.
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
    fn amounts_are_short() {
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
