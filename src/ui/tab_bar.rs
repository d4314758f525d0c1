//! The bar of tabs: shown above the messages from two on. What is new in a tab stands beside its name.
//!
//! ```text
//!    1 127.0.0.1:12345  2 pi.local:4000 12  3 lab !2  4 ○ echo
//!   ‹3 !1  4 ○ echo  5 upper 3  6›
//! ```
//!
//! Where not all have room, so many around the current one are shown; how many there are on either side is told, and
//! whether one of those mentions the user.

use super::ResolvedTheme;
use super::glyphs::{draw_words, text_width, truncate};
use crate::app::{App, LinkState, Tab};
use crate::text::format_thousands;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use std::ops::Range;

/// Columns of a name, where there is room for all and where there is not.
const NAME: [usize; 3] = [28, 16, 10];

/// Columns that a tab takes at least: its number, a letter, and blanks around them.
const MIN_TAB_COLUMNS: usize = 5;

/// Lines of a screen from which on the bar has one of them.
pub(super) const LEAST_HEIGHT: u16 = 8;

/// A part of a tab's words with its looks.
type Part = (String, Style);

/// Draws the bar on the first line of `area`.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, app: &App, theme: &ResolvedTheme) {
    buffer.set_style(area, theme.bar);
    let room = usize::from(area.width).saturating_sub(1);
    let (count, [.., least]) = (app.tabs().len(), NAME);
    let parts_of = |at: usize, name: usize| -> Vec<Part> {
        let tab = app.tabs().get(at);
        tab.map(|tab| parts(at + 1, tab, at == app.current(), name, theme)).unwrap_or_default()
    };
    let fits = |name: &usize| (0..count).map(|at| width(&parts_of(at, *name))).sum::<usize>() <= room;
    // Of fifty it need not be tried: a frame has better things to do.
    let name = NAME.into_iter().find(|name| count * MIN_TAB_COLUMNS <= room && fits(name));
    let shown = match name {
        Some(_) => 0..count,
        None => visible_range(count, app.current(), room, |at| width(&parts_of(at, least))),
    };
    let name = name.unwrap_or(least);
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

/// The looks of the current one. Of sixteen colours both may have the same ground.
fn current(theme: &ResolvedTheme) -> Style {
    let is_told_apart = theme.chosen.bg.is_none() || theme.chosen.bg != theme.bar.bg;
    if is_told_apart { theme.chosen } else { theme.chosen.add_modifier(Modifier::REVERSED) }
}

/// What stands in the bar for a tab.
fn parts(number: usize, tab: &Tab, is_current: bool, name: usize, theme: &ResolvedTheme) -> Vec<Part> {
    let (ground, strong) = if is_current { (current(theme), current(theme)) } else { (theme.bar, theme.bar_strong) };
    let state = match tab.link() {
        LinkState::Open { .. } => "",
        LinkState::Opening(_) | LinkState::Waiting(_) => "◌ ",
        LinkState::Idle | LinkState::Closed { .. } => "○ ",
    };
    let mut parts = vec![(format!(" {number} {state}"), ground), (name_of(tab, name), strong)];
    if !is_current {
        let mentions = tab.unseen_mentions();
        match (tab.new_rows(), mentions) {
            (0, 0) => {}
            (news, 0) => parts.push((format!(" {}", count(news)), theme.bar_busy)),
            (_, mentions) => parts.push((format!(" !{}", count(mentions)), theme.bar_bad)),
        }
    }
    parts.push((" ".to_owned(), ground));
    parts
}

/// A tab's name in so many columns. Of an address the port is left whole: on one machine it is all that tells servers apart.
fn name_of(tab: &Tab, columns: usize) -> String {
    let label = tab.title();
    match label.rsplit_once(':') {
        Some((host, port)) if tab.name().is_none() && text_width(&label) > columns => {
            format!("{}:{port}", truncate(host, columns.saturating_sub(port.len() + 1).max(1)))
        }
        _ => truncate(&label, columns),
    }
}

/// A count in few columns: what matters from some thousands on is that there are many.
fn count(news: u64) -> String {
    if news < 10_000 { format_thousands(news) } else { format!("{}k", format_thousands(news / 1_000)) }
}

fn width(parts: &[Part]) -> usize {
    parts.iter().map(|(words, _)| text_width(words)).sum()
}

/// How many tabs there are beyond an edge, and whether one of them calls.
fn hidden_tabs(app: &App, range: Range<usize>, theme: &ResolvedTheme) -> Part {
    let tabs = app.tabs().get(range).unwrap_or_default();
    let mentions: u64 = tabs.iter().map(Tab::unseen_mentions).sum();
    let has_news = tabs.iter().any(|tab| tab.new_rows() > 0);
    let style = match mentions {
        0 if has_news => theme.bar_busy,
        0 => theme.bar,
        _ => theme.bar_bad,
    };
    (edge(tabs.len(), mentions, has_news), style)
}

/// The words for so many tabs beyond an edge. Mentions are counted to nine there: the width is fixed.
fn edge(tabs: usize, mentions: u64, has_news: bool) -> String {
    match mentions {
        0 if has_news => format!("{tabs}+ "),
        0 => format!("{tabs} "),
        1..10 => format!("{tabs} !{mentions} "),
        _ => format!("{tabs} !+ "),
    }
}

/// Columns kept for what is told at an edge: ` ‹99 !9 `.
const EDGE_COLUMNS: usize = 8;

/// Tabs of these widths that fit into `room` columns, `current` among them, and as near to the middle as the ends allow.
fn visible_range(count: usize, current: usize, room: usize, width_of: impl Fn(usize) -> usize) -> Range<usize> {
    let mut shown = current..(current + 1).min(count);
    let mut left = room.saturating_sub(2 * EDGE_COLUMNS + width_of(current));
    loop {
        let after = Some(shown.end).filter(|&at| at < count).map(&width_of).filter(|&width| width <= left);
        if let Some(width) = after {
            left -= width;
            shown.end += 1;
        }
        let before = shown.start.checked_sub(1).map(&width_of).filter(|&width| width <= left);
        if let Some(width) = before {
            left -= width;
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
        for (news, words) in [(1, "1"), (9_999, "9,999"), (10_000, "10k"), (1_234_567, "1,234k")] {
            assert_eq!(count(news), words);
        }
    }

    #[test]
    fn what_is_told_at_an_edge_has_room_there() {
        for (mentions, has_news) in [(0, false), (0, true), (9, true), (10, true), (1_000_000, true)] {
            let words = format!(" ‹{}", edge(crate::app::tabs::TABS_LIMIT - 1, mentions, has_news));
            assert!(text_width(&words) <= EDGE_COLUMNS, "{words:?}");
        }
    }

    proptest! {
        #[test]
        fn the_current_one_is_shown_and_as_many_as_fit(
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
