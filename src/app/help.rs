//! The help page, made of the tables that define keys and commands.

use super::command::COMMANDS;
use super::keys::BINDINGS;

/// A line of the help page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelpLine {
    /// What comes next.
    Heading(&'static str),
    /// A thing and what it is.
    Entry(String, &'static str),
    /// A gap.
    Blank,
}

/// The marks the pane uses, and their words.
const MARKS: &[(&str, &str)] = &[
    ("‹  ›  ·  !", "received, sent, a notice, an error"),
    ("…", "no newline yet: the line may go on"),
    ("⊣", "ended without a newline"),
    ("␍", "ended with a lone CR"),
    ("↩", "a very long line, going on in the next row"),
    ("^[  \\xE9  <U+202E>", "dim: control characters, bad UTF-8, invisible characters"),
];

/// The whole page from top to bottom.
pub fn page() -> Vec<HelpLine> {
    let mut lines = vec![HelpLine::Heading("Commands")];
    lines.extend(COMMANDS.iter().map(|command| HelpLine::Entry(command.usage(), command.says)));
    lines.push(HelpLine::Entry("/other …".to_owned(), "goes to the server as typed"));
    lines.push(HelpLine::Entry("//word …".to_owned(), "goes to the server as /word"));
    lines.extend([HelpLine::Blank, HelpLine::Heading("Keys")]);
    lines.extend(BINDINGS.iter().map(|binding| HelpLine::Entry(binding.chords.replace(' ', "  "), binding.says)));
    lines.extend([HelpLine::Blank, HelpLine::Heading("Marks")]);
    lines.extend(MARKS.iter().map(|&(mark, says)| HelpLine::Entry(mark.to_owned(), says)));
    lines
}
