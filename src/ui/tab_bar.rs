//! The tab bar, shown above the messages with two or more tabs. A number counts the unread rows of a tab.
//!
//! ```text
//!    1 127.0.0.1:12345  2 pi.local:4000 12  3 lab !2  4 ○ echo
//!   ‹3 !1  4 ○ echo  5 upper 3  6›
//! ```
//!
//! If the tabs do not fit, those around the current one are shown, with the number of hidden tabs and of their mentions at
//! either edge.

use super::ResolvedTheme;
use super::glyphs::{draw_words, text_width, truncate};
use crate::app::{App, LinkState, Tab};
use crate::text::format_thousands;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use std::ops::Range;

/// Maximum columns of a name: the first value with which all tabs fit is used.
const NAME_COLUMNS: [usize; 3] = [28, 16, 10];

/// Minimum columns of a tab: its number, a letter, and blanks around them.
const MIN_TAB_COLUMNS: usize = 5;

/// Minimum height of the screen for a tab bar, in lines.
pub(super) const MIN_SCREEN_HEIGHT: u16 = 8;

/// A part of a tab's text with its style.
type Part = (String, Style);

/// Draws the bar on the first line of `area`.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) {
    buffer.set_style(area, theme.bar);
    let room = usize::from(area.width).saturating_sub(1);
    let (count, [.., shortest]) = (app.tabs().len(), NAME_COLUMNS);
    let parts_of = |at: usize, name: usize| -> Vec<Part> {
        let tab = app.tabs().get(at);
        tab.map(|tab| parts(at + 1, tab, at == app.current(), name, theme)).unwrap_or_default()
    };
    let fits = |name: &usize| (0..count).map(|at| width(&parts_of(at, *name))).sum::<usize>() <= room;
    // The product rules out many tabs cheaply, as this runs for every frame.
    let name = NAME_COLUMNS.into_iter().find(|name| count * MIN_TAB_COLUMNS <= room && fits(name));
    let shown = match name {
        Some(_) => 0..count,
        None => visible_range(count, app.current(), room, |at| width(&parts_of(at, shortest))),
    };
    let name = name.unwrap_or(shortest);
    let mut x = area.x;
    let mut draw =
        |words: &str, style: Style| x = draw_words(buffer, Rect { x, width: area.right() - x, ..area }, words, style);
    if shown.start > 0 {
        let (words, style) = hidden_tabs(app, 0..shown.start, theme);
        draw(&format!(" ‹{words}"), style);
    }
    for (words, style) in shown.clone().flat_map(|at| parts_of(at, name)) {
        draw(&words, style);
    }
    if shown.end < count {
        let (words, style) = hidden_tabs(app, shown.end..count, theme);
        draw(&format!(" {words}›"), style);
    }
}

/// Returns the style of the current tab, reversed if its background is that of the bar.
fn current_style(theme: &ResolvedTheme) -> Style {
    let is_distinct = theme.chosen.bg.is_none() || theme.chosen.bg != theme.bar.bg;
    if is_distinct { theme.chosen } else { theme.chosen.add_modifier(Modifier::REVERSED) }
}

/// Returns the text of a tab in the bar.
fn parts(number: usize, tab: &Tab, is_current: bool, name: usize, theme: &ResolvedTheme) -> Vec<Part> {
    let (base, strong) =
        if is_current { (current_style(theme), current_style(theme)) } else { (theme.bar, theme.bar_strong) };
    let state = match tab.link() {
        LinkState::Open { .. } => "",
        LinkState::Opening(_) | LinkState::Waiting(_) => "◌ ",
        LinkState::Idle | LinkState::Closed { .. } => "○ ",
    };
    let mut parts = vec![(format!(" {number} {state}"), base), (name_of(tab, name), strong)];
    if !is_current {
        let mentions = tab.unseen_mentions();
        match (tab.new_rows(), mentions) {
            (0, 0) => {}
            (unread, 0) => parts.push((format!(" {}", format_count(unread)), theme.bar_busy)),
            (_, mentions) => parts.push((format!(" !{}", format_count(mentions)), theme.bar_bad)),
        }
    }
    parts.push((" ".to_owned(), base));
    parts
}

/// Returns the name of a tab in at most `columns` columns. Of an address only the host is cut, since servers on the same
/// machine differ only by port.
fn name_of(tab: &Tab, columns: usize) -> String {
    let label = tab.title();
    match label.rsplit_once(':') {
        Some((host, port)) if tab.name().is_none() && text_width(&label) > columns => {
            format!("{}:{port}", truncate(host, columns.saturating_sub(port.len() + 1).max(1)))
        }
        _ => truncate(&label, columns),
    }
}

/// Formats a count in a few columns, in thousands from 10,000 on.
fn format_count(count: u64) -> String {
    if count < 10_000 { format_thousands(count) } else { format!("{}k", format_thousands(count / 1_000)) }
}

fn width(parts: &[Part]) -> usize {
    parts.iter().map(|(words, _)| text_width(words)).sum()
}

/// Returns the number of hidden tabs beyond an edge, and of their mentions.
fn hidden_tabs(app: &App, range: Range<usize>, theme: &ResolvedTheme) -> Part {
    let tabs = app.tabs().get(range).unwrap_or_default();
    let mentions: u64 = tabs.iter().map(Tab::unseen_mentions).sum();
    let has_unread = tabs.iter().any(|tab| tab.new_rows() > 0);
    let style = match mentions {
        0 if has_unread => theme.bar_busy,
        0 => theme.bar,
        _ => theme.bar_bad,
    };
    (format_hidden(tabs.len(), mentions, has_unread), style)
}

/// Formats the number of hidden tabs in a limited width, so mentions are counted only up to nine.
fn format_hidden(tabs: usize, mentions: u64, has_unread: bool) -> String {
    match mentions {
        0 if has_unread => format!("{tabs}+ "),
        0 => format!("{tabs} "),
        1..10 => format!("{tabs} !{mentions} "),
        _ => format!("{tabs} !+ "),
    }
}

/// Columns reserved at each edge: ` ‹99 !9 `.
const EDGE_COLUMNS: usize = 8;

/// Returns the tabs that fit into `room` columns, with `current` as near to the middle as possible.
fn visible_range(count: usize, current: usize, room: usize, width_of: impl Fn(usize) -> usize) -> Range<usize> {
    let mut shown = current..(current + 1).min(count);
    let mut free = room.saturating_sub(2 * EDGE_COLUMNS + width_of(current));
    loop {
        let after = Some(shown.end).filter(|&at| at < count).map(&width_of).filter(|&width| width <= free);
        if let Some(width) = after {
            free -= width;
            shown.end += 1;
        }
        let before = shown.start.checked_sub(1).map(&width_of).filter(|&width| width <= free);
        if let Some(width) = before {
            free -= width;
            shown.start -= 1;
        }
        if after.is_none() && before.is_none() {
            return shown;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_are_short() {
        for (unread, words) in [(1, "1"), (9_999, "9,999"), (10_000, "10k"), (1_234_567, "1,234k")] {
            assert_eq!(format_count(unread), words);
        }
    }

    #[test]
    fn the_count_of_hidden_tabs_fits_at_the_edge() {
        for (mentions, has_unread) in [(0, false), (0, true), (9, true), (10, true), (1_000_000, true)] {
            let words = format!(" ‹{}", format_hidden(crate::app::tabs::TABS_LIMIT - 1, mentions, has_unread));
            assert!(text_width(&words) <= EDGE_COLUMNS, "{words:?}");
        }
    }

    proptest! {
        #[test]
        fn the_current_tab_and_as_many_as_fit_are_visible(
            widths in proptest::collection::vec(5_usize..40, 1..60), at in 0_usize..60, room in 20_usize..220,
        ) {
            let current = at % widths.len();
            let shown = visible_range(widths.len(), current, room, |at| widths[at]);
            prop_assert!(shown.contains(&current));
            let taken: usize = widths[shown.clone()].iter().sum();
            prop_assert!(taken + 2 * EDGE_COLUMNS <= room || shown.len() == 1);
            for next in [shown.start.checked_sub(1), Some(shown.end)].into_iter().flatten() {
                let is_full = widths.get(next).is_none_or(|width| taken + width + 2 * EDGE_COLUMNS > room);
                prop_assert!(is_full, "there was room for one more");
            }
        }
    }
}
