//! The draft, and the one that was put aside for a command.

use super::{Tab, messages};
use zeroize::Zeroizing;

impl Tab {
    /// The line that stood in the input line has been sent or carried out, or is to go. If it was a recalled one, or a
    /// command, the draft that was put aside for it comes back.
    pub(in crate::app) fn line_entered(&mut self) {
        // It may have held a secret.
        let line = Zeroizing::new(self.prompt.take());
        // A draft that has been entered after all does not come back to be entered twice.
        let aside = self.history_cursor.end().filter(|aside| *aside != *line).unwrap_or_default();
        self.prompt.set(aside);
        if self.prompt.text().is_empty() {
            self.restore_draft();
        }
    }

    /// Puts the draft aside, also an empty one, and begins another with `text`; unless it begins like that already.
    pub(in crate::app) fn stash_draft(&mut self, text: &str) {
        if self.prompt.text().starts_with(text) && !self.prompt.text().contains('\n') {
            return;
        }
        let draft = self.prompt.take();
        // What was typed in place of another one before is behind it, so that neither is lost.
        let drafts: Vec<String> =
            self.stashed_draft.take().into_iter().chain([draft]).filter(|it| !it.is_empty()).collect();
        self.stashed_draft = Some(drafts.join("\n"));
        self.prompt.insert(text);
    }

    /// Puts lines that were not sent in front of the draft, or behind a command that is being typed: there they would make a
    /// text of it. Gives the sentence that says where they are.
    pub(in crate::app) fn put_back(&mut self, lines: &str) -> &'static str {
        let draft = self.prompt.text();
        if draft.starts_with('/') && !draft.contains('\n') {
            let aside = self.stashed_draft.take().filter(|aside| !aside.is_empty());
            self.stashed_draft = Some(aside.map_or_else(|| lines.to_owned(), |aside| format!("{lines}\n{aside}")));
            return messages::REST_AFTER_COMMAND;
        }
        self.prompt.put_back(lines);
        messages::REST_IN_INPUT
    }

    /// Takes everything that was written and not sent, in the order in which it would be sent. Stops what is being sent.
    pub(in crate::app) fn take_all_drafts(&mut self) -> String {
        let _ = self.stop_sending();
        let draft = self.prompt.take();
        let parts = [self.stashed_draft.take().unwrap_or_default(), draft];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// Brings the draft back that was put aside, in place of what stands there. Says whether there was one. An empty one
    /// comes back in place of a command only, so that no text is lost for it.
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
