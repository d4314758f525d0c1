//! What Tab makes of the word left of the cursor.
//!
//! | left of the cursor | what is offered | what comes behind it |
//! |---|---|---|
//! | `/wo` at the very start | our commands; then the server's, if it has named them | a blank, if something follows |
//! | `/view h` | the names that this command takes | a blank |
//! | `/save te`, `/send ~/x` | formats, then files | nothing: the rest of the line is the name |
//! | `/connect lab` | servers of the settings, addresses | nothing |
//! | `/set re`, `/set reconnect a` | settings, their values | a blank |
//! | `an`, `@an` | who spoke, the latest first; then words that were said | `: ` behind a nickname at the start, else a blank |
//!
//! ```text
//!   draft, cursor ──► place ──► candidates ──► Completion ──► Change ──► prompt
//!                                of transcript, table, folder, history
//! ```
//!
//! One candidate is put in at once. Of several the first is, and [`Completion`] holds the others until another key is
//! pressed. All of it happens at the moment of the key: what is received costs nothing more than before.
//!
//! # What is never put in
//! A peer chooses its nickname and its words, and a folder may hold files of others. What holds a control character, an
//! escape, or anything that cannot be seen or reorders is no candidate.

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

/// Candidates kept. Nobody goes through more of them with a key.
const MAX_CANDIDATES: usize = 200;

/// Which way to go through the candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum CompletionDirection {
    /// To the next, after the last to the first.
    Forward,
    /// To the one before.
    Back,
}

/// Something that can be put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What comes into the draft, with what follows it.
    text: String,
    /// What it is called in the menu.
    pub label: String,
    /// A word about it; may be empty.
    pub help: &'static str,
}

impl Candidate {
    /// `text` and behind it `follows`; `None` if something in it must not get into a draft.
    fn new(text: &str, follows: &str, says: &'static str) -> Option<Self> {
        is_safe_text(text).then(|| Self { text: format!("{text}{follows}"), label: text.to_owned(), help: says })
    }

    fn without_blank(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
    }

    fn shown_as(self, shown: String) -> Self {
        Self { label: shown, ..self }
    }
}

/// A change of the draft: these bytes become this text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// Bytes of the draft, as it is now.
    pub range: Range<usize>,
    /// What stands there then.
    pub text: String,
}

/// Candidates to choose from, one of which stands in the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Where in the draft, in bytes.
    start: usize,
    /// What stood there before.
    original: String,
    /// At least one.
    candidates: Vec<Candidate>,
    /// Which of them stands in the draft.
    chosen: usize,
}

impl Completion {
    /// Candidates for `typed`, which begins at byte `start` of the draft and has `after` behind it. The first of them is
    /// chosen, or the last if one goes back. `None` if there are none.
    pub(in crate::app) fn new(
        (start, typed, after): (usize, &str, &str),
        candidates: impl IntoIterator<Item = Candidate>,
        way: CompletionDirection,
    ) -> Option<Self> {
        let mut candidates: Vec<Candidate> = candidates.into_iter().take(MAX_CANDIDATES).collect();
        if after.starts_with(' ') {
            // There is a blank already.
            candidates.iter_mut().for_each(Candidate::without_blank);
        }
        let last = candidates.len().checked_sub(1)?;
        let chosen = if way == CompletionDirection::Forward { 0 } else { last };
        Some(Self { start, original: typed.to_owned(), candidates, chosen })
    }

    /// What there is to choose from.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Which one stands in the draft, as an index.
    pub const fn chosen(&self) -> usize {
        self.chosen
    }

    /// Where in the draft it begins, in bytes.
    pub const fn start(&self) -> usize {
        self.start
    }

    /// Whether the chosen one is where it was put.
    pub(in crate::app) fn is_applied_to(&self, draft: &str) -> bool {
        draft.get(self.range()) == Some(self.text())
    }

    /// Puts the chosen one in place of what stood there.
    pub(in crate::app) fn apply(&self) -> TextEdit {
        TextEdit { range: self.start..self.start + self.original.len(), text: self.text().to_owned() }
    }

    /// Puts the next one in place of the one that stands there.
    pub(in crate::app) fn select(&mut self, way: CompletionDirection) {
        let count = self.candidates.len();
        let steps = if way == CompletionDirection::Forward { 1 } else { count.saturating_sub(1) };
        self.chosen = (self.chosen + steps) % count.max(1);
    }

    /// Whether the chosen one is other than what stood there.
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

/// Our commands that begin with what is typed, slash included, and then the server's, as far as it has named them.
pub(in crate::app) fn commands(tab: &Tab, typed: &str) -> Vec<Candidate> {
    let ours = COMMANDS.iter().filter_map(|command| {
        let name = format!("/{}", command.name);
        let follows = if command.arguments.is_empty() { "" } else { " " };
        begins(&name, typed).then(|| Candidate::new(&name, follows, command.help))?
    });
    let theirs = recent_words(tab, typed, false);
    ours.chain(theirs.into_iter().filter(|one| !is_ours(&one.label))).collect()
}

fn is_ours(word: &str) -> bool {
    COMMANDS.iter().any(|command| word.strip_prefix('/') == Some(command.name))
}

/// Those of some names that begin with what is typed.
pub(in crate::app) fn names<'a>(names: impl IntoIterator<Item = &'a str>, typed: &str) -> Vec<Candidate> {
    names.into_iter().filter(|name| begins(name, typed)).filter_map(|name| Candidate::new(name, " ", "")).collect()
}

/// Settings that begin with what is typed.
pub(in crate::app) fn settings(typed: &str) -> Vec<Candidate> {
    let fit = SETTINGS.iter().filter(|setting| begins(setting.name, typed));
    fit.filter_map(|setting| Candidate::new(setting.name, " ", setting.syntax)).collect()
}

/// Servers whose names begin with what is typed.
pub(in crate::app) fn servers(known: &[SavedServer], typed: &str) -> Vec<Candidate> {
    let names = known.iter().map(|server| server.name.as_str()).filter(|name| begins(name, typed));
    names.filter_map(|name| Candidate::new(name, "", "from your settings")).collect()
}

/// Those of some addresses that begin with what is typed, and where servers of a lab run as a rule.
pub(in crate::app) fn addresses(known: &[String], typed: &str) -> Vec<Candidate> {
    let usual = Some(DEFAULT_ADDRESS).filter(|usual| !known.iter().any(|address| address == usual));
    let all = known.iter().map(|address| (address.as_str(), "")).chain(usual.map(|usual| (usual, "this machine")));
    let fit = all.filter(|(address, _)| begins(address, typed));
    fit.filter_map(|(address, says)| Candidate::new(address, "", says)).collect()
}

/// Where servers of a lab run as a rule.
const DEFAULT_ADDRESS: &str = "127.0.0.1:12345";

/// Whether a word begins with what is typed, whatever the case of either.
fn begins(word: &str, typed: &str) -> bool {
    let mut word = word.chars().flat_map(char::to_lowercase);
    typed.chars().flat_map(char::to_lowercase).all(|c| word.next() == Some(c))
}

/// Whether nothing in it acts, hides or reorders. Blanks are fine, tabs are not.
fn is_safe_text(text: &str) -> bool {
    let mut row = Row::default();
    text::decode_plain(text.as_bytes(), &mut row);
    !text.contains(char::is_control) && row.glyphs().iter().all(|glyph| glyph.kind != GlyphKind::Mark)
}
