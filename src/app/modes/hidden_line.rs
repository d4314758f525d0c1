//! `/secret`: hidden input that is stored nowhere, and the question about text that may hold a secret.
//!
//! The [`HiddenLine`] and the bytes for the connection are overwritten after use. The transcript gets a notice instead of
//! the row, so no view, search, copy or file contains it. An echo by the server is shown like any other message.

pub use crate::app::input::secret_detection::{hidden_argument, may_hold_secret};

use crate::app::input::line_editor::{Edit, HiddenLine};
use crate::app::{Action, App, Mode, Now, ReadSecret, Update};
use crate::link::LinkId;

impl App {
    /// Returns the hidden line being typed, if any.
    pub const fn hidden_line(&self) -> Option<&HiddenLine> {
        self.hidden_line.as_ref()
    }

    /// Enters hidden input with text already typed after the command; another Enter sends it.
    pub(in crate::app) fn begin_secret(&mut self, line: &str) {
        // Also without a connection, because users type a password without looking at the screen.
        self.hidden_line = Some(HiddenLine::default());
        self.mode = Mode::HiddenLine;
        let _ = self.on_hidden_line_text(line);
    }

    pub(in crate::app) fn on_hidden_line_action(&mut self, now: Now, action: Action) -> Update {
        let Some(secret) = &mut self.hidden_line else { return self.enter(Mode::Input) };
        match action {
            Action::Edit(edit) => Update::redraw(secret.edit(edit)),
            Action::LineEndOrScrollBottom => Update::redraw(secret.edit(Edit::End)),
            Action::Submit => self.send_secret(now),
            Action::Cancel | Action::QuitOrClear | Action::AbortInput | Action::EndOfInput => {
                self.hidden_line = None;
                let _ = self.enter(Mode::Input);
                self.set_status_message("Hidden input cancelled; nothing was sent.")
            }
            Action::Scroll(motion) => {
                let size = self.viewport.messages;
                Update::redraw(self.tab_mut().scroll(size, motion))
            }
            _ => self.set_status_message("Hidden input: Enter sends, Esc cancels."),
        }
    }

    /// Inserts the first line of typed or pasted text.
    pub(in crate::app) fn on_hidden_line_text(&mut self, text: &str) -> Update {
        let (line, rest) = text.split_once(['\n', '\r']).unwrap_or((text, ""));
        let has_room = self.hidden_line.as_mut().is_none_or(|secret| secret.insert(line));
        match rest.trim() {
            _ if !has_room => self.set_status_message("Not added: the hidden line would be too long."),
            "" => Update::redraw(true),
            _ => self.set_status_message("Only the first line of the paste was inserted."),
        }
    }

    fn send_secret(&mut self, now: Now) -> Update {
        let Some(secret) = self.hidden_line.take() else { return self.enter(Mode::Input) };
        let (before, behind) = self.tab().around_line(secret.is_empty());
        let bytes = secret.to_bytes(before.as_bytes(), behind);
        match self.tab_mut().send_hidden(now, bytes) {
            Ok(effects) => {
                self.mode = Mode::Input;
                self.tab_mut().follow_end();
                Update { effects, redraw: true }
            }
            Err(refusal) => {
                self.hidden_line = Some(secret);
                self.set_status_message(refusal.for_preview("Enter tries again, Esc cancels."))
            }
        }
    }

    pub(in crate::app) fn on_text_question_action(&mut self, now: Now, action: Action) -> Update {
        match action {
            Action::Submit => self.send_as_text(now),
            Action::Cancel | Action::AbortInput | Action::QuitOrClear => self.edit_after_question(),
            _ if self.preview.is_some() => self.remind_choices(),
            _ => self.exit_mode_and_run(now, action),
        }
    }

    /// Handles a letter that answers the question about secrets, if it is open.
    pub(in crate::app) fn on_text_question_char(&mut self, now: Now, c: char) -> Option<Update> {
        match c {
            _ if self.mode != Mode::ConfirmText => None,
            'y' | 'Y' => Some(self.send_as_text(now)),
            'n' | 'N' => Some(self.edit_after_question()),
            _ => self.preview.is_some().then(|| self.remind_choices()),
        }
    }

    /// Handles the answer to a secret request. The tab may be gone.
    pub(in crate::app) fn on_secret_read(
        &mut self,
        now: Now,
        tab: LinkId,
        number: u64,
        result: Result<ReadSecret, String>,
    ) -> Update {
        let effects = self.tab_of(tab).map(|tab| tab.on_secret_read(now, number, result));
        Update { effects: effects.unwrap_or_default(), redraw: true }
    }

    fn send_as_text(&mut self, now: Now) -> Update {
        self.mode = Mode::Input;
        if self.preview.is_some() { self.send_preview(now) } else { self.submit_unasked(now) }
    }

    fn edit_after_question(&mut self) -> Update {
        let mode = if self.preview.is_some() { Mode::SendPreview { chosen: 0 } } else { Mode::Input };
        self.enter(mode)
    }
}
