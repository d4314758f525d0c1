//! The start page: servers to choose from.
//!
//! ```text
//!   Where to?
//!
//!   Saved
//!   ► pi     pi.local:4000    closed by server, 12 min ago
//!
//!   Recent
//!     127.0.0.1:12345         refused, 3 h ago
//! ```
//!
//! Headings and gaps are there while nothing is typed and all fits; otherwise the list alone. What is known of a server
//! goes first where it is narrow.

use super::ResolvedTheme;
use super::glyphs::{draw_glyphs, draw_words, text_width, truncate};
use crate::app::App;
use crate::app::commands::table::COMMANDS;
use crate::app::modes::start_page::{ListMode, StartPage, StartPageEntry, StartPageEntryKind};
use crate::app::transcript::{RowKind, RowView};
use crate::text::{self, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// What stands before the chosen one: there may be no colours.
const CHOSEN: &str = "► ";

/// Columns of it, and between two columns of words.
const SIGN: usize = 2;
const GAP: usize = 2;

/// Columns of a name at most, and those that are left for what is known of a server, where they can be.
const NAME: usize = 24;
const SAYS: usize = 18;

/// A line of the page.
#[derive(Debug, Clone, Copy)]
enum StartPageLine {
    Heading(&'static str),
    Entry(usize),
}

/// Draws the page.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, app: &App, start: &StartPage, theme: &ResolvedTheme) {
    let news = draw_notices(buffer, area, app.start_news(), theme);
    let area = Rect { height: area.height.saturating_sub(news), ..area };
    if start.is_command() {
        draw_commands(buffer, area, start.typed(), theme);
        return;
    }
    let height = usize::from(area.height).max(1);
    let lines = lines(start, height);
    let at = lines.iter().position(|line| matches!(line, StartPageLine::Entry(n) if *n == start.chosen())).unwrap_or(0);
    let columns = StartPageColumns::of(start.entries(), usize::from(area.width));
    // A page at a time, so that the entries stand still while one goes over them.
    let first = if lines.len() <= height { 0 } else { at / height * height };
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(first)) {
        let place = Rect { y, height: 1, ..area };
        match line {
            StartPageLine::Heading(words) => drop(draw_words(buffer, place, words, theme.heading)),
            StartPageLine::Entry(n) => {
                let Some(entry) = start.entries().get(*n) else { continue };
                draw_entry(buffer, place, entry, &columns, theme);
                if *n == start.chosen() {
                    draw_words(buffer, place, CHOSEN, theme.key);
                    buffer.set_style(place, theme.selected);
                }
            }
        }
    }
}

/// Draws the commands that begin with what is typed.
fn draw_commands(buffer: &mut Buffer, area: Rect, typed: &str, theme: &ResolvedTheme) {
    let word = typed.trim_start_matches('/').split(' ').next().unwrap_or_default();
    let commands = || COMMANDS.iter().filter(|command| command.name.starts_with(word));
    let width = commands().map(|command| text_width(&command.usage())).max().unwrap_or(0);
    for (y, command) in (area.top()..area.bottom()).zip(commands()) {
        let place = Rect { y, height: 1, ..area };
        draw_words(buffer, place, &command.usage(), theme.key);
        let x = cells(width + GAP).min(area.width);
        let place = Rect { x: area.x + x, width: area.width - x, ..place };
        draw_words(buffer, place, &truncate(command.help, usize::from(place.width)), theme.hint);
    }
}

/// What stands on the lines, with headings if there is room for them.
fn lines(start: &StartPage, height: usize) -> Vec<StartPageLine> {
    let all = 0..start.entries().len();
    let groups = start.groups();
    let title = 2;
    let with_headings = title + all.len() + 2 * groups.len() - 1;
    let has_typed = start.listing() == ListMode::Filtered && !start.typed().is_empty();
    if has_typed || with_headings.max(title) > height {
        return all.map(StartPageLine::Entry).collect();
    }
    let mut lines = vec![StartPageLine::Heading("Where to?")];
    for group in groups {
        let kind = start.entries().get(group.start).map(|entry| entry.kind);
        lines.extend([StartPageLine::Heading(""), StartPageLine::Heading(kind.map_or("", heading))]);
        lines.extend(group.map(StartPageLine::Entry));
    }
    lines
}

const fn heading(kind: StartPageEntryKind) -> &'static str {
    match kind {
        StartPageEntryKind::Saved => "Saved",
        StartPageEntryKind::Recent => "Recent",
        StartPageEntryKind::Default | StartPageEntryKind::HostedHere | StartPageEntryKind::OfferHost(_) => "Here",
        StartPageEntryKind::Typed => "As typed",
    }
}

/// Where the parts of an entry begin, the same for all of them.
struct StartPageColumns {
    /// Columns of names.
    name: usize,
    /// Where what is known of a server begins, unless its address goes on there.
    says: usize,
}

impl StartPageColumns {
    fn of(entries: &[StartPageEntry], width: usize) -> Self {
        let room = width.saturating_sub(SIGN);
        let is_server = |entry: &&StartPageEntry| entry.name_stands_in_column();
        let widths = entries.iter().filter(is_server).map(|entry| text_width(&entry.name));
        let name = widths.max().unwrap_or(0).min(NAME).min(room / 3);
        let ends = entries.iter().map(|entry| {
            let start = name_width(entry, name);
            start + if start == 0 { 0 } else { GAP } + text_width(&entry.address)
        });
        // Not so far that a single long one pushes it off the screen.
        let says = (ends.max().unwrap_or(0) + GAP).min(room.saturating_sub(SAYS));
        Self { name, says: SIGN + says }
    }
}

impl StartPageEntry {
    /// Whether it has a name that others stand under.
    fn name_stands_in_column(&self) -> bool {
        !self.name.is_empty() && !matches!(self.kind, StartPageEntryKind::OfferHost(_))
    }
}

/// Columns that the name of an entry takes.
fn name_width(entry: &StartPageEntry, column: usize) -> usize {
    match (entry.name.is_empty(), entry.name_stands_in_column()) {
        (true, _) => 0,
        (_, true) => column,
        _ => text_width(&entry.name).max(column),
    }
}

fn draw_entry(
    buffer: &mut Buffer,
    line: Rect,
    entry: &StartPageEntry,
    columns: &StartPageColumns,
    theme: &ResolvedTheme,
) {
    let width = usize::from(line.width);
    let name = name_width(entry, columns.name).min(width.saturating_sub(SIGN));
    let part = |from: usize, to: usize| Rect {
        x: line.x + cells(from.min(width)),
        width: cells(to.min(width).saturating_sub(from.min(width))),
        ..line
    };
    let mut address = SIGN;
    let mut passed = 0;
    if name > 0 {
        passed = draw_matched(buffer, part(SIGN, SIGN + name), &entry.name, (entry, 0), Style::new(), theme) + 1;
        address = SIGN + name + GAP;
    }
    let style = if name > 0 { theme.hint } else { Style::new() };
    draw_matched(buffer, part(address, width), &entry.address, (entry, passed), style, theme);
    let says = columns.says.max(address + text_width(&entry.address) + GAP);
    let room = width.saturating_sub(says);
    let words = entry.details.iter().find(|form| text_width(form) <= room);
    draw_words(buffer, part(says, width), words.map_or("", String::as_str), theme.hint);
}

/// Draws a part of an entry, cut if it has to be, with the clusters that are what was typed. Before it stand so many
/// others. Gives how many it has.
fn draw_matched(
    buffer: &mut Buffer,
    area: Rect,
    words: &str,
    (entry, before): (&StartPageEntry, usize),
    style: Style,
    theme: &ResolvedTheme,
) -> usize {
    let count = |words: &str| {
        let mut row = Row::default();
        text::decode_plain(words.as_bytes(), &mut row);
        (row.glyphs().len(), row)
    };
    let (all, _) = count(words);
    let (_, row) = count(&truncate(words, usize::from(area.width)));
    let base = |at: usize| {
        let is_matched = entry.matched.binary_search(&(before + at)).is_ok();
        if is_matched { theme.key.add_modifier(Modifier::UNDERLINED) } else { style }
    };
    if area.width > 0 {
        draw_glyphs(buffer, area, &row, row.glyphs(), &base, theme);
    }
    all
}

/// Draws what was told at the foot of the page, in a third of it at most; where there is more, the latest. Gives how many
/// lines that takes.
fn draw_notices<'a>(
    buffer: &mut Buffer,
    area: Rect,
    latest_first: impl Iterator<Item = RowView<'a>>,
    theme: &ResolvedTheme,
) -> u16 {
    let most = (area.height / 3).max(1);
    let mut taken = 0;
    for row in latest_first {
        let place = Rect { height: area.height.saturating_sub(taken), ..area };
        taken += draw_notice(buffer, place, &row, most - taken, theme);
        if taken >= most {
            break;
        }
    }
    taken
}

/// Draws one row at the foot of `area`, in so many lines at most. Gives how many it takes.
fn draw_notice(buffer: &mut Buffer, area: Rect, told: &RowView<'_>, most: u16, theme: &ResolvedTheme) -> u16 {
    let look = theme.of(told.kind);
    let style = if told.kind == RowKind::Error { look.text } else { theme.hint };
    let mut row = Row::default();
    text::decode_plain(told.bytes, &mut row);
    let width = usize::from(area.width).saturating_sub(SIGN).max(1);
    let wrapped = text::wrap(&row, width, width);
    let count = cells(wrapped.len()).min(most).min(area.height);
    let top = area.bottom().saturating_sub(count);
    for (y, line) in (top..area.bottom()).zip(&wrapped) {
        let place = Rect { y, height: 1, ..area };
        if y == top {
            draw_words(buffer, place, look.sign, look.sign_style);
        }
        let place = Rect { x: area.x + cells(SIGN), width: area.width.saturating_sub(cells(SIGN)), ..place };
        draw_glyphs(buffer, place, &row, row.glyphs().get(line.clone()).unwrap_or_default(), &|_| style, theme);
    }
    count
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
