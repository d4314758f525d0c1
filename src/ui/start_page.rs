//! The start page: the list of servers to connect to.
//!
//! ```text
//!   Choose a server
//!
//!   Saved
//!   ► pi     pi.local:4000    closed by server, 12 min ago
//!
//!   Recent
//!     127.0.0.1:12345         refused, 3 h ago
//! ```
//!
//! Headings are shown while nothing is typed and all entries fit, otherwise only the list. On a narrow screen the details
//! of a server are left out first.

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

/// Marks the selected entry, even without colours.
const SELECTED_SIGN: &str = "► ";

/// Columns of the sign before an entry.
const SIGN_COLUMNS: usize = 2;

/// Columns between two columns of text.
const GAP: usize = 2;

/// Maximum columns of a name.
const MAX_NAME_COLUMNS: usize = 24;

/// Columns reserved for the details of a server, where possible.
const DETAILS_COLUMNS: usize = 18;

/// A line of the page.
#[derive(Debug, Clone, Copy)]
enum StartPageLine {
    Heading(&'static str),
    Entry(usize),
}

/// Draws the start page.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, app: &App, start: &StartPage, theme: &ResolvedTheme) {
    let notices_height = draw_notices(buffer, area, app.start_news(), theme);
    let area = Rect { height: area.height.saturating_sub(notices_height), ..area };
    if start.is_command() {
        draw_commands(buffer, area, start.typed(), theme);
        return;
    }
    let height = usize::from(area.height).max(1);
    let lines = lines(start, height);
    let is_chosen = |line: &StartPageLine| matches!(line, StartPageLine::Entry(index) if *index == start.chosen());
    let chosen_line = lines.iter().position(is_chosen).unwrap_or(0);
    let columns = StartPageColumns::of(start.entries(), usize::from(area.width));
    // Paged rather than scrolled, so that the entries do not move with the selection.
    let first = if lines.len() <= height { 0 } else { chosen_line / height * height };
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(first)) {
        let line_area = Rect { y, height: 1, ..area };
        match line {
            StartPageLine::Heading(heading) => drop(draw_words(buffer, line_area, heading, theme.heading)),
            StartPageLine::Entry(index) => {
                let Some(entry) = start.entries().get(*index) else { continue };
                draw_entry(buffer, line_area, entry, &columns, theme);
                if *index == start.chosen() {
                    draw_words(buffer, line_area, SELECTED_SIGN, theme.key);
                    buffer.set_style(line_area, theme.selected);
                }
            }
        }
    }
}

/// Draws the commands whose names begin with the typed word.
fn draw_commands(buffer: &mut Buffer, area: Rect, typed: &str, theme: &ResolvedTheme) {
    let word = typed.trim_start_matches('/').split(' ').next().unwrap_or_default();
    let commands = || COMMANDS.iter().filter(|command| command.name.starts_with(word));
    let width = commands().map(|command| text_width(&command.usage())).max().unwrap_or(0);
    for (y, command) in (area.top()..area.bottom()).zip(commands()) {
        let line_area = Rect { y, height: 1, ..area };
        draw_words(buffer, line_area, &command.usage(), theme.key);
        let indent = cells(width + GAP).min(area.width);
        let help_area = Rect { x: area.x + indent, width: area.width - indent, ..line_area };
        draw_words(buffer, help_area, &truncate(command.help, usize::from(help_area.width)), theme.hint);
    }
}

/// Returns the lines of the page, with headings if they fit.
fn lines(start: &StartPage, height: usize) -> Vec<StartPageLine> {
    let entries = 0..start.entries().len();
    let groups = start.groups();
    let title = 2;
    let with_headings = title + entries.len() + 2 * groups.len() - 1;
    let has_typed = start.listing() == ListMode::Filtered && !start.typed().is_empty();
    if has_typed || with_headings.max(title) > height {
        return entries.map(StartPageLine::Entry).collect();
    }
    let mut lines = vec![StartPageLine::Heading("Choose a server")];
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
        StartPageEntryKind::Default | StartPageEntryKind::HostedHere | StartPageEntryKind::OfferHost(_) => "Local",
        StartPageEntryKind::Typed => "New address",
    }
}

/// The column layout of all entries.
struct StartPageColumns {
    /// Width of the names.
    name: usize,
    /// Column where the details of a server begin, unless its address is longer.
    details: usize,
}

impl StartPageColumns {
    fn of(entries: &[StartPageEntry], width: usize) -> Self {
        let room = width.saturating_sub(SIGN_COLUMNS);
        let is_aligned = |entry: &&StartPageEntry| entry.has_aligned_name();
        let widths = entries.iter().filter(is_aligned).map(|entry| text_width(&entry.name));
        let name = widths.max().unwrap_or(0).min(MAX_NAME_COLUMNS).min(room / 3);
        let ends = entries.iter().map(|entry| {
            let start = name_width(entry, name);
            start + if start == 0 { 0 } else { GAP } + text_width(&entry.address)
        });
        // Limited, so that a single long address does not push the details off the screen.
        let details = (ends.max().unwrap_or(0) + GAP).min(room.saturating_sub(DETAILS_COLUMNS));
        Self { name, details: SIGN_COLUMNS + details }
    }
}

impl StartPageEntry {
    /// Whether it has a name that is aligned with other names.
    fn has_aligned_name(&self) -> bool {
        !self.name.is_empty() && !matches!(self.kind, StartPageEntryKind::OfferHost(_))
    }
}

/// Returns the columns that the name of an entry takes.
fn name_width(entry: &StartPageEntry, column: usize) -> usize {
    match (entry.name.is_empty(), entry.has_aligned_name()) {
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
    let name = name_width(entry, columns.name).min(width.saturating_sub(SIGN_COLUMNS));
    let part = |from: usize, to: usize| Rect {
        x: line.x + cells(from.min(width)),
        width: cells(to.min(width).saturating_sub(from.min(width))),
        ..line
    };
    let mut address = SIGN_COLUMNS;
    let mut clusters_before = 0;
    if name > 0 {
        let name_area = part(SIGN_COLUMNS, SIGN_COLUMNS + name);
        // A blank separates name and address.
        clusters_before = draw_matched(buffer, name_area, &entry.name, (entry, 0), Style::new(), theme) + 1;
        address = SIGN_COLUMNS + name + GAP;
    }
    let style = if name > 0 { theme.hint } else { Style::new() };
    draw_matched(buffer, part(address, width), &entry.address, (entry, clusters_before), style, theme);
    let details = columns.details.max(address + text_width(&entry.address) + GAP);
    let room = width.saturating_sub(details);
    let form = entry.details.iter().find(|form| text_width(form) <= room);
    draw_words(buffer, part(details, width), form.map_or("", String::as_str), theme.hint);
}

/// Draws the name or the address of an entry, truncated to the area, with the matched clusters underlined.
///
/// `before` is the number of clusters of the entry before this part. Returns the number of clusters in the part.
fn draw_matched(
    buffer: &mut Buffer,
    area: Rect,
    words: &str,
    (entry, before): (&StartPageEntry, usize),
    style: Style,
    theme: &ResolvedTheme,
) -> usize {
    let decode = |words: &str| {
        let mut row = Row::default();
        text::decode_plain(words.as_bytes(), &mut row);
        row
    };
    let clusters = decode(words).glyphs().len();
    let row = decode(&truncate(words, usize::from(area.width)));
    let base = |index: usize| {
        let is_matched = entry.matched.binary_search(&(before + index)).is_ok();
        if is_matched { theme.key.add_modifier(Modifier::UNDERLINED) } else { style }
    };
    if area.width > 0 {
        draw_glyphs(buffer, area, &row, row.glyphs(), &base, theme);
    }
    clusters
}

/// Draws the latest notices at the bottom of the page, in at most a third of it. Returns the number of lines taken.
fn draw_notices<'a>(
    buffer: &mut Buffer,
    area: Rect,
    latest_first: impl Iterator<Item = RowView<'a>>,
    theme: &ResolvedTheme,
) -> u16 {
    let max_height = (area.height / 3).max(1);
    let mut taken = 0;
    for row in latest_first {
        let rest = Rect { height: area.height.saturating_sub(taken), ..area };
        taken += draw_notice(buffer, rest, &row, max_height - taken, theme);
        if taken >= max_height {
            break;
        }
    }
    taken
}

/// Draws one notice at the bottom of `area`, in at most `max_height` lines. Returns the number of lines taken.
fn draw_notice(buffer: &mut Buffer, area: Rect, notice: &RowView<'_>, max_height: u16, theme: &ResolvedTheme) -> u16 {
    let row_style = theme.of(notice.kind);
    let style = if notice.kind == RowKind::Error { row_style.text } else { theme.hint };
    let mut row = Row::default();
    text::decode_plain(notice.bytes, &mut row);
    let width = usize::from(area.width).saturating_sub(SIGN_COLUMNS).max(1);
    let wrapped = text::wrap(&row, width, width);
    let height = cells(wrapped.len()).min(max_height).min(area.height);
    let top = area.bottom().saturating_sub(height);
    for (y, line) in (top..area.bottom()).zip(&wrapped) {
        let line_area = Rect { y, height: 1, ..area };
        if y == top {
            draw_words(buffer, line_area, row_style.sign, row_style.sign_style);
        }
        let sign = cells(SIGN_COLUMNS);
        let text_area = Rect { x: area.x + sign, width: area.width.saturating_sub(sign), ..line_area };
        draw_glyphs(buffer, text_area, &row, row.glyphs().get(line.clone()).unwrap_or_default(), &|_| style, theme);
    }
    height
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
