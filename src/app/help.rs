//! The help page, made of the tables that define keys and commands, and laid out in lines of a given width.

use super::command::COMMANDS;
use super::keys::BINDINGS;
use crate::text::{self, Row};

/// Columns for the names of things, and the least that is left for their words beside them.
const NAMES: usize = 36;
const BESIDE: usize = 40;

/// Columns by which words stand in that are under their name.
const INDENT: usize = 2;

/// The marks the pane uses, and their words.
const MARKS: &[(&str, &str)] = &[
    ("‹  ›  ·  !", "received, sent, a notice, an error"),
    ("◌  ✗", "of what you sent: waits for a server that does not read; did not leave this machine"),
    ("…", "no newline yet: the line may go on"),
    ("⊣", "ended without a newline"),
    ("^M", "ended with a lone CR"),
    ("↩", "a very long line, going on in the next row"),
    ("^[  \\xE9  <U+202E>", "control characters, bad UTF-8, invisible characters"),
];

/// What keys mean in a search, where that differs.
const SEARCHING: &[(&str, &str)] = &[
    ("Up  Ctrl-R", "the hit before"),
    ("Down  Ctrl-F", "the hit after; with nothing typed: what was searched for last"),
    ("Enter", "stay here"),
    ("Esc", "back to where you were"),
];

/// What keys mean while rows are being chosen.
const CHOOSING: &[(&str, &str)] = &[
    ("Up  Down  k  j", "the row before, the row after"),
    ("Space", "begin a range of rows, or end it"),
    ("Enter  y  Alt-Y", "copy"),
    ("l", "copy the link in the row; again: the next one"),
    ("z", "unfold a fold, fold it again"),
    ("Esc  q", "leave"),
];

/// A line of the help page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HelpLine {
    /// What comes next, alone on its line.
    pub heading: &'static str,
    /// The name of a thing, from the first column on.
    pub name: String,
    /// What it is, or a part of that, from column [`HelpLine::words_at`] on.
    pub words: String,
    /// Where the words begin.
    pub words_at: usize,
}

/// The whole page from top to bottom, for a screen of so many columns.
pub fn page(columns: usize) -> Vec<HelpLine> {
    let heading = |heading| HelpLine { heading, ..HelpLine::default() };
    let mut lines = vec![heading("Commands")];
    for command in COMMANDS {
        entry(&mut lines, &command.usage(), command.says, columns);
    }
    entry(&mut lines, "/other …", "goes to the server as typed", columns);
    entry(&mut lines, "//word …", "goes to the server as /word", columns);
    lines.extend([HelpLine::default(), heading("Keys")]);
    for binding in BINDINGS {
        entry(&mut lines, &binding.chords.replace(' ', "  ").replace(',', " "), binding.says, columns);
    }
    for (title, keys) in [("While searching", SEARCHING), ("While choosing rows to copy", CHOOSING)] {
        lines.extend([HelpLine::default(), heading(title)]);
        for (name, says) in keys {
            entry(&mut lines, name, says, columns);
        }
    }
    lines.extend([HelpLine::default(), heading("Marks")]);
    for (mark, says) in MARKS {
        entry(&mut lines, mark, says, columns);
    }
    lines
}

/// Adds a thing and what it is, side by side where there is room.
fn entry(lines: &mut Vec<HelpLine>, name: &str, says: &str, columns: usize) {
    let is_beside = columns >= NAMES + BESIDE && name.chars().count() < NAMES;
    let words_at = if is_beside { NAMES } else { INDENT };
    let mut names = wrapped(name, columns).into_iter();
    let mut words = wrapped(says, columns.saturating_sub(words_at)).into_iter();
    if !is_beside {
        lines.extend(names.by_ref().map(|name| HelpLine { name, ..HelpLine::default() }));
    }
    loop {
        match (names.next(), words.next()) {
            (None, None) => return,
            (name, words) => lines.push(HelpLine {
                name: name.unwrap_or_default(),
                words: words.unwrap_or_default(),
                words_at,
                ..HelpLine::default()
            }),
        }
    }
}

fn wrapped(words: &str, columns: usize) -> Vec<String> {
    let mut row = Row::default();
    text::decode(words.as_bytes(), &mut row);
    let columns = columns.max(1);
    let text_of = |line: std::ops::Range<usize>| -> String {
        row.glyphs().get(line).unwrap_or_default().iter().map(|glyph| row.text_of(glyph)).collect()
    };
    text::wrap(&row, columns, columns).into_iter().map(text_of).collect()
}
