//! A tab's way through the history with Up and Down.
//!
//! - The first step puts the draft aside; a step past the newest line brings it back.
//! - With a prefix only lines that begin with it count. A walk keeps the prefix that it began with.
//! - A line that looks like the one shown is passed over: a key that seems to do nothing is pressed twice.
//! - What is changed in a recalled line is there again when one comes back to it, until a line is entered (readline does
//!   the same). The history itself stays as it was.

use super::{History, HistoryScope, LineId};
use std::collections::BTreeMap;
use thiserror::Error;

/// How a step is taken.
#[derive(Debug, Clone, Copy)]
pub struct HistoryQuery<'a> {
    /// Over whose lines.
    pub scope: HistoryScope<'a>,
    /// Over lines that begin with this, unless a walk is under way, which has its own; nothing: over all, in any walk.
    pub prefix: Option<&'a str>,
    /// What stands in the input line.
    pub shown: &'a str,
}

/// There is no such line. `Display` is the sentence for it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoEntry {
    /// Nothing is older than this.
    #[error("There is nothing older in the history.")]
    Oldest,
    /// No line begins like this.
    #[error("Nothing in the history begins with \"{}\".", quoted(.0))]
    Prefix(String),
    /// None that is older.
    #[error("Nothing older in the history begins with \"{}\".", quoted(.0))]
    OlderPrefix(String),
}

/// Characters of a prefix that are quoted.
const QUOTED: usize = 40;

fn quoted(prefix: &str) -> String {
    let mut chars = prefix.chars();
    let beginning: String = chars.by_ref().take(QUOTED).collect();
    let more = if chars.next().is_some() { "…" } else { "" };
    format!("{}{more}", crate::text::sanitize_line(&beginning))
}

/// The position of Up and Down in the history, with the entries edited on the way.
#[derive(Debug, Default)]
pub struct HistoryCursor {
    walk: Option<HistoryPosition>,
    /// Recalled lines that were changed.
    changed: BTreeMap<LineId, String>,
}

/// Where one stands.
#[derive(Debug)]
struct HistoryPosition {
    at: LineId,
    prefix: String,
    saved_input: SavedInput,
}

/// What stood in the input line before the walk.
#[derive(Debug)]
enum SavedInput {
    /// A draft: it comes back when the recalled line has been entered.
    Draft(String),
    /// Nothing but the prefix: it has served.
    Prefix(String),
}

impl SavedInput {
    fn of(shown: &str, prefix: &str) -> Self {
        if shown == prefix { Self::Prefix(shown.to_owned()) } else { Self::Draft(shown.to_owned()) }
    }
}

impl HistoryCursor {
    /// The line before the one shown, or the last one.
    ///
    /// # Errors
    /// When there is none. Then nothing has changed.
    pub fn back(&mut self, history: &History, step: HistoryQuery<'_>) -> Result<String, NoEntry> {
        let from = self.walk.as_ref().map_or(LineId::END, |walk| walk.at);
        let prefix = self.prefix(step).to_owned();
        match self.wanted(history.older(from, step.scope), &prefix, step.shown) {
            Some((at, text)) => {
                self.save_edit(history, step.shown);
                let aside = match self.walk.take() {
                    Some(walk) => walk.saved_input,
                    None => SavedInput::of(step.shown, &prefix),
                };
                self.walk = Some(HistoryPosition { at, prefix, saved_input: aside });
                Ok(text)
            }
            None if prefix.is_empty() => Err(NoEntry::Oldest),
            None if self.walk.is_none() => Err(NoEntry::Prefix(prefix)),
            None => Err(NoEntry::OlderPrefix(prefix)),
        }
    }

    /// The line after the one shown; after the last, what was put aside. Nothing where no line is recalled.
    pub fn forward(&mut self, history: &History, step: HistoryQuery<'_>) -> Option<String> {
        let from = self.walk.as_ref()?.at;
        let prefix = self.prefix(step).to_owned();
        let found = self.wanted(history.newer(from, step.scope), &prefix, step.shown);
        self.save_edit(history, step.shown);
        let HistoryPosition { saved_input: aside, .. } = self.walk.take()?;
        match (found, aside) {
            (Some((at, text)), aside) => {
                self.walk = Some(HistoryPosition { at, prefix, saved_input: aside });
                Some(text)
            }
            (None, SavedInput::Draft(text) | SavedInput::Prefix(text)) => Some(text),
        }
    }

    /// Stands at a line that was found otherwise, as if one had walked there. `draft` is put aside.
    pub fn go_to(&mut self, history: &History, at: LineId, draft: &str) {
        self.save_edit(history, draft);
        let aside = self.walk.take().map_or_else(|| SavedInput::Draft(draft.to_owned()), |walk| walk.saved_input);
        self.walk = Some(HistoryPosition { at, prefix: String::new(), saved_input: aside });
    }

    /// A line is entered: the walk is over. Gives the draft that was put aside.
    pub fn end(&mut self) -> Option<String> {
        self.changed.clear();
        match self.walk.take()?.saved_input {
            SavedInput::Draft(draft) => Some(draft),
            SavedInput::Prefix(_) => None,
        }
    }

    fn prefix<'a>(&'a self, step: HistoryQuery<'a>) -> &'a str {
        match (&self.walk, step.prefix) {
            (Some(walk), Some(_)) => &walk.prefix,
            (_, prefix) => prefix.unwrap_or_default(),
        }
    }

    /// The first of these lines that begins with `prefix` and looks otherwise than what is shown; and how it looks.
    fn wanted<'a>(
        &self,
        mut lines: impl Iterator<Item = (LineId, &'a str)>,
        prefix: &str,
        shown: &str,
    ) -> Option<(LineId, String)> {
        lines.find_map(|(id, line)| {
            let text = self.changed.get(&id).map_or(line, String::as_str);
            (line.starts_with(prefix) && text != shown).then(|| (id, text.to_owned()))
        })
    }

    /// Keeps what was changed in the line shown.
    fn save_edit(&mut self, history: &History, shown: &str) {
        let Some(at) = self.walk.as_ref().map(|walk| walk.at) else { return };
        if history.line(at) == Some(shown) {
            self.changed.remove(&at);
        } else {
            self.changed.insert(at, shown.to_owned());
        }
    }
}

#[cfg(test)]
mod tests;
