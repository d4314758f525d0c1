//! Recalling lines of the history with Up and Down.
//!
//! - The first step saves the draft; a step past the newest line restores it.
//! - With a prefix, only lines that start with it are recalled. All steps use the prefix of the first one.
//! - Lines equal to the displayed one are skipped, so that every step has a visible effect.
//! - Changes of a recalled line are kept until a line is entered, as in readline. The history itself is not changed.

use super::{History, HistoryScope, LineId};
use std::collections::BTreeMap;
use thiserror::Error;

/// The parameters of a step.
#[derive(Debug, Clone, Copy)]
pub struct HistoryQuery<'a> {
    /// The lines to step through.
    pub scope: HistoryScope<'a>,
    /// Recalls only lines with this prefix, or with that of the first step; `None` recalls all lines.
    pub prefix: Option<&'a str>,
    /// The text of the input line.
    pub shown: &'a str,
}

/// The error that there is no line to recall. `Display` writes the sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoEntry {
    /// The displayed line is the oldest one.
    #[error("There is nothing older in the history.")]
    Oldest,
    /// No line has this prefix.
    #[error("Nothing in the history begins with \"{}\".", quote(.0))]
    Prefix(String),
    /// No older line has this prefix.
    #[error("Nothing older in the history begins with \"{}\".", quote(.0))]
    OlderPrefix(String),
}

/// Characters of a prefix that are quoted in an error.
const MAX_QUOTED_CHARS: usize = 40;

fn quote(prefix: &str) -> String {
    let mut chars = prefix.chars();
    let beginning: String = chars.by_ref().take(MAX_QUOTED_CHARS).collect();
    let more = if chars.next().is_some() { "…" } else { "" };
    format!("{}{more}", crate::text::sanitize_line(&beginning))
}

/// The position of Up and Down in the history, and the recalled lines that were edited.
#[derive(Debug, Default)]
pub struct HistoryCursor {
    /// `None` while the draft is displayed.
    position: Option<HistoryPosition>,
    /// Recalled lines that were edited.
    edited: BTreeMap<LineId, String>,
}

/// A recalled line.
#[derive(Debug)]
struct HistoryPosition {
    at: LineId,
    prefix: String,
    saved_input: SavedInput,
}

/// The text of the input line before the first step.
#[derive(Debug)]
enum SavedInput {
    /// A draft, which is restored when the recalled line has been entered.
    Draft(String),
    /// The prefix alone, which is not restored.
    Prefix(String),
}

impl SavedInput {
    fn of(shown: &str, prefix: &str) -> Self {
        if shown == prefix { Self::Prefix(shown.to_owned()) } else { Self::Draft(shown.to_owned()) }
    }
}

impl HistoryCursor {
    /// Recalls the line before the displayed one, or the newest one.
    ///
    /// # Errors
    /// Returns an error and changes nothing if there is no such line.
    pub fn back(&mut self, history: &History, step: HistoryQuery<'_>) -> Result<String, NoEntry> {
        let from = self.position.as_ref().map_or(LineId::END, |position| position.at);
        let prefix = self.prefix(step).to_owned();
        match self.find(history.older(from, step.scope), &prefix, step.shown) {
            Some((at, text)) => {
                self.save_edit(history, step.shown);
                let saved_input = match self.position.take() {
                    Some(position) => position.saved_input,
                    None => SavedInput::of(step.shown, &prefix),
                };
                self.position = Some(HistoryPosition { at, prefix, saved_input });
                Ok(text)
            }
            None if prefix.is_empty() => Err(NoEntry::Oldest),
            None if self.position.is_none() => Err(NoEntry::Prefix(prefix)),
            None => Err(NoEntry::OlderPrefix(prefix)),
        }
    }

    /// Recalls the line after the displayed one, or the saved input after the newest one. Returns `None` if no line is
    /// recalled.
    pub fn forward(&mut self, history: &History, step: HistoryQuery<'_>) -> Option<String> {
        let from = self.position.as_ref()?.at;
        let prefix = self.prefix(step).to_owned();
        let found = self.find(history.newer(from, step.scope), &prefix, step.shown);
        self.save_edit(history, step.shown);
        let HistoryPosition { saved_input, .. } = self.position.take()?;
        match (found, saved_input) {
            (Some((at, text)), saved_input) => {
                self.position = Some(HistoryPosition { at, prefix, saved_input });
                Some(text)
            }
            (None, SavedInput::Draft(text) | SavedInput::Prefix(text)) => Some(text),
        }
    }

    /// Moves to a line that was found by a search. `draft` is saved unless a line is already recalled.
    pub fn go_to(&mut self, history: &History, at: LineId, draft: &str) {
        self.save_edit(history, draft);
        let saved_input = match self.position.take() {
            Some(position) => position.saved_input,
            None => SavedInput::Draft(draft.to_owned()),
        };
        self.position = Some(HistoryPosition { at, prefix: String::new(), saved_input });
    }

    /// Resets the cursor when a line is entered. Returns the saved draft.
    pub fn end(&mut self) -> Option<String> {
        self.edited.clear();
        match self.position.take()?.saved_input {
            SavedInput::Draft(draft) => Some(draft),
            SavedInput::Prefix(_) => None,
        }
    }

    fn prefix<'a>(&'a self, step: HistoryQuery<'a>) -> &'a str {
        match (&self.position, step.prefix) {
            (Some(position), Some(_)) => &position.prefix,
            (_, prefix) => prefix.unwrap_or_default(),
        }
    }

    /// Returns the first line that starts with `prefix` and differs from `shown`, with its edited text.
    fn find<'a>(
        &self,
        mut lines: impl Iterator<Item = (LineId, &'a str)>,
        prefix: &str,
        shown: &str,
    ) -> Option<(LineId, String)> {
        lines.find_map(|(id, line)| {
            let text = self.edited.get(&id).map_or(line, String::as_str);
            (line.starts_with(prefix) && text != shown).then(|| (id, text.to_owned()))
        })
    }

    /// Saves the displayed text if it differs from the recalled line.
    fn save_edit(&mut self, history: &History, shown: &str) {
        let Some(at) = self.position.as_ref().map(|position| position.at) else { return };
        if history.line(at) == Some(shown) {
            self.edited.remove(&at);
        } else {
            self.edited.insert(at, shown.to_owned());
        }
    }
}

#[cfg(test)]
mod tests;
