//! The draft, and the stashed draft that a command replaces while it is typed.

use super::{Tab, messages};
use zeroize::Zeroizing;

impl Tab {
    /// Clears the input line after its text was sent, carried out or discarded. If the text was recalled from history or
    /// was a command, the draft that was put aside for it comes back.
    pub(in crate::app) fn line_entered(&mut self) {
        // It may hold a secret.
        let line = Zeroizing::new(self.prompt.take());
        // A saved draft that has now been entered must not come back, or it would be sent twice.
        let saved = self.history_cursor.end().filter(|saved| *saved != *line).unwrap_or_default();
        self.prompt.set(saved);
        if self.prompt.text().is_empty() {
            self.restore_draft();
        }
    }

    /// Stashes the draft, even an empty one, and starts a new one with `text`. Does nothing if the draft is one line
    /// that already starts with `text`.
    pub(in crate::app) fn stash_draft(&mut self, text: &str) {
        if self.prompt.text().starts_with(text) && !self.prompt.text().contains('\n') {
            return;
        }
        let draft = self.prompt.take();
        // Appended to a draft that was stashed before, so that neither is lost.
        let drafts: Vec<String> =
            self.stashed_draft.take().into_iter().chain([draft]).filter(|it| !it.is_empty()).collect();
        self.stashed_draft = Some(drafts.join("\n"));
        self.prompt.insert(text);
    }

    /// Puts unsent lines before the draft. While a command is typed they go to the stashed draft, because together with
    /// them the command would become text. Returns a sentence about where they are.
    pub(in crate::app) fn put_back(&mut self, lines: &str) -> &'static str {
        let draft = self.prompt.text();
        if draft.starts_with('/') && !draft.contains('\n') {
            let stashed = self.stashed_draft.take().filter(|stashed| !stashed.is_empty());
            self.stashed_draft =
                Some(stashed.map_or_else(|| lines.to_owned(), |stashed| format!("{lines}\n{stashed}")));
            return messages::REST_AFTER_COMMAND;
        }
        self.prompt.put_back(lines);
        messages::REST_IN_INPUT
    }

    /// Takes all text that was written and not sent, in sending order. Stops lines that are being sent.
    pub(in crate::app) fn take_all_drafts(&mut self) -> String {
        let _ = self.stop_sending();
        let draft = self.prompt.take();
        let parts = [self.stashed_draft.take().unwrap_or_default(), draft];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// Replaces the input line by the stashed draft. Returns whether there was one. An empty draft replaces only a
    /// command, so that no text is lost.
    pub(in crate::app) fn restore_draft(&mut self) -> bool {
        let text = self.prompt.text();
        let is_command = text.starts_with('/') && !text.contains('\n');
        if self.stashed_draft.as_deref() == Some("") && !text.is_empty() && !is_command {
            self.stashed_draft = None;
            return false;
        }
        let draft = self.stashed_draft.take();
        let has_draft = draft.is_some();
        if let Some(draft) = draft {
            self.prompt.set(draft);
        }
        has_draft
    }
}
