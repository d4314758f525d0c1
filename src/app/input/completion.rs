//! Tab completion of the word left of the cursor.
//!
//! | left of the cursor | candidates | inserted after it |
//! |---|---|---|
//! | `/wo` at the start of the draft | our commands, then commands the server has mentioned | a space, if arguments follow |
//! | `/view h` | the names that this command takes | a space |
//! | `/save te`, `/send ~/x` | formats, then files | nothing: the rest of the line is the name |
//! | `/connect lab` | servers of the settings, addresses | nothing |
//! | `/set re`, `/set reconnect a` | settings, their values | a space |
//! | `an`, `@an` | nicknames, the latest speaker first; then words from messages | `: ` after a nickname at the start, else a space |
//!
//! ```text
//!   draft, cursor ──► CompletionContext ──► candidates ──► Completion ──► TextEdit ──► LineEditor
//!                              from transcript, tables, folder, history
//! ```
//!
//! The first candidate is inserted at once. [`Completion`] keeps the others until another key is pressed. Candidates are
//! collected when Tab is pressed, so that receiving costs nothing.
//!
//! # Safety
//! Nicknames, words and file names may be chosen by others. Text with control characters, escapes, invisible characters
//! or characters that reorder text is never a candidate.

mod context;
mod files;
mod recent_words;

pub(in crate::app) use context::{CompletionContext, CompletionKind, context_at};
pub(in crate::app) use files::{files, folder_of};
pub(in crate::app) use recent_words::recent_words;

use crate::app::commands::table::COMMANDS;
use crate::app::settings::SETTINGS;
use crate::app::{SavedServer, Tab};
use crate::text::{self, GlyphKind, Row};
use std::ops::Range;

/// Maximum number of candidates.
const MAX_CANDIDATES: usize = 200;

/// The direction in which candidates are cycled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum CompletionDirection {
    /// To the next one, from the last to the first.
    Forward,
    /// To the previous one, from the first to the last.
    Back,
}

/// A text that can be inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text to insert, with what follows it.
    text: String,
    /// Its label in the menu.
    pub label: String,
    /// A short description; may be empty.
    pub help: &'static str,
}

impl Candidate {
    /// Creates a candidate that inserts `text` and `suffix`; `None` if `text` is not safe.
    fn new(text: &str, suffix: &str, help: &'static str) -> Option<Self> {
        is_safe_text(text).then(|| Self { text: format!("{text}{suffix}"), label: text.to_owned(), help })
    }

    fn remove_trailing_space(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
    }

    fn with_label(self, label: String) -> Self {
        Self { label, ..self }
    }
}

/// A replacement of a byte range of the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextEdit {
    /// The bytes to replace.
    pub range: Range<usize>,
    /// The new text.
    pub text: String,
}

/// A completion in progress: its candidates, one of which is inserted in the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Byte offset of the completed word in the draft.
    start: usize,
    /// The completed word as it was typed.
    original: String,
    /// Never empty.
    candidates: Vec<Candidate>,
    /// Index of the candidate in the draft.
    chosen: usize,
}

impl Completion {
    /// Starts completing `typed`, which begins at byte `start` of the draft and is followed by `after`. Chooses the first
    /// candidate, or the last one if the direction is back. Returns `None` if there are no candidates.
    pub(in crate::app) fn new(
        (start, typed, after): (usize, &str, &str),
        candidates: impl IntoIterator<Item = Candidate>,
        direction: CompletionDirection,
    ) -> Option<Self> {
        let mut candidates: Vec<Candidate> = candidates.into_iter().take(MAX_CANDIDATES).collect();
        if after.starts_with(' ') {
            // The draft has a space there already.
            candidates.iter_mut().for_each(Candidate::remove_trailing_space);
        }
        let last = candidates.len().checked_sub(1)?;
        let chosen = if direction == CompletionDirection::Forward { 0 } else { last };
        Some(Self { start, original: typed.to_owned(), candidates, chosen })
    }

    /// Returns all candidates.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Returns the index of the candidate in the draft.
    pub const fn chosen(&self) -> usize {
        self.chosen
    }

    /// Returns the byte offset of the completed word in the draft.
    pub const fn start(&self) -> usize {
        self.start
    }

    /// Returns whether the chosen candidate is still in the draft at its place.
    pub(in crate::app) fn is_applied_to(&self, draft: &str) -> bool {
        draft.get(self.range()) == Some(self.text())
    }

    /// Returns the edit that replaces the typed word by the chosen candidate.
    pub(in crate::app) fn apply(&self) -> TextEdit {
        TextEdit { range: self.start..self.start + self.original.len(), text: self.text().to_owned() }
    }

    /// Chooses the next candidate in a direction.
    pub(in crate::app) fn select(&mut self, direction: CompletionDirection) {
        let count = self.candidates.len();
        let steps = if direction == CompletionDirection::Forward { 1 } else { count.saturating_sub(1) };
        self.chosen = (self.chosen + steps) % count.max(1);
    }

    /// Returns whether the chosen candidate differs from the typed word.
    pub(in crate::app) fn is_change(&self) -> bool {
        self.text() != self.original
    }

    fn text(&self) -> &str {
        self.candidates.get(self.chosen).map_or("", |one| &one.text)
    }

    fn range(&self) -> Range<usize> {
        self.start..self.start + self.text().len()
    }
}

/// Returns our commands that start with `typed`, slash included, then such commands that the server has mentioned.
pub(in crate::app) fn commands(tab: &Tab, typed: &str) -> Vec<Candidate> {
    let ours = COMMANDS.iter().filter_map(|command| {
        let name = format!("/{}", command.name);
        let suffix = if command.arguments.is_empty() { "" } else { " " };
        has_prefix(&name, typed).then(|| Candidate::new(&name, suffix, command.help))?
    });
    let theirs = recent_words(tab, typed, false);
    ours.chain(theirs.into_iter().filter(|one| !is_ours(&one.label))).collect()
}

fn is_ours(word: &str) -> bool {
    COMMANDS.iter().any(|command| word.strip_prefix('/') == Some(command.name))
}

/// Returns the names that start with `typed`.
pub(in crate::app) fn names<'a>(names: impl IntoIterator<Item = &'a str>, typed: &str) -> Vec<Candidate> {
    names.into_iter().filter(|name| has_prefix(name, typed)).filter_map(|name| Candidate::new(name, " ", "")).collect()
}

/// Returns the settings that start with `typed`.
pub(in crate::app) fn settings(typed: &str) -> Vec<Candidate> {
    let matches = SETTINGS.iter().filter(|setting| has_prefix(setting.name, typed));
    matches.filter_map(|setting| Candidate::new(setting.name, " ", setting.syntax)).collect()
}

/// Returns the servers whose names start with `typed`.
pub(in crate::app) fn servers(known: &[SavedServer], typed: &str) -> Vec<Candidate> {
    let names = known.iter().map(|server| server.name.as_str()).filter(|name| has_prefix(name, typed));
    names.filter_map(|name| Candidate::new(name, "", "from your settings")).collect()
}

/// Returns the addresses that start with `typed`, the default lab address included.
pub(in crate::app) fn addresses(known: &[String], typed: &str) -> Vec<Candidate> {
    let default = Some(DEFAULT_ADDRESS).filter(|default| !known.iter().any(|address| address == default));
    let all =
        known.iter().map(|address| (address.as_str(), "")).chain(default.map(|default| (default, "this machine")));
    let matches = all.filter(|(address, _)| has_prefix(address, typed));
    matches.filter_map(|(address, help)| Candidate::new(address, "", help)).collect()
}

/// The default address of lab servers.
const DEFAULT_ADDRESS: &str = "127.0.0.1:12345";

/// Returns whether a word starts with `prefix`, ignoring case.
fn has_prefix(word: &str, prefix: &str) -> bool {
    let mut word = word.chars().flat_map(char::to_lowercase);
    prefix.chars().flat_map(char::to_lowercase).all(|c| word.next() == Some(c))
}

/// Returns whether a text has no control, invisible or reordering characters. Spaces are allowed, tabs are not.
fn is_safe_text(text: &str) -> bool {
    let mut row = Row::default();
    text::decode_plain(text.as_bytes(), &mut row);
    !text.contains(char::is_control) && row.glyphs().iter().all(|glyph| glyph.kind != GlyphKind::Mark)
}
