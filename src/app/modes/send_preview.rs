//! The preview of a paste, a file or bytes before they are sent. Nothing is sent before the user chooses.
//!
//! Characters do not choose, because a paste can arrive in the middle of typing; they wait instead
//! ([`super::typeahead`]). Enter takes the selected choice. For a paste, the first choice does not send, because people
//! press Enter after a paste without looking.

use super::hidden_line::may_hold_secret;
use super::paste::DRAFT_LIMIT;
use super::typeahead::NEW_LINE;
use crate::app::input::line_editor::Edit;
use crate::app::keys::Keymap;
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::{Action, App, Effect, Event, Mode, Now, Update};

/// A choice of the send preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendChoice {
    /// Move the text to the draft.
    Edit,
    /// Move the text to the draft as one line.
    Join,
    /// Send the text line by line.
    Send,
    /// Discard undelivered lines.
    DropUnsent,
    /// Close the preview without sending.
    Cancel,
}

impl SendChoice {
    /// Returns the choices for a source, the preset one first.
    pub const fn of(source: &PendingSource) -> &'static [Self] {
        match source {
            PendingSource::Paste | PendingSource::Draft => &[Self::Edit, Self::Join, Self::Send, Self::Cancel],
            PendingSource::File(_) => &[Self::Send, Self::Edit, Self::Cancel],
            PendingSource::Unsent => &[Self::Send, Self::DropUnsent, Self::Cancel],
            PendingSource::Bytes => &[Self::Send, Self::Cancel],
        }
    }

    /// Returns the label.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edit => "Edit",
            Self::Join => "Join into one line",
            Self::Send => "Send",
            Self::DropUnsent => "Discard them",
            Self::Cancel => "Cancel",
        }
    }

    /// Returns a short label.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Join => "Join",
            Self::DropUnsent => "Discard",
            other => other.word(),
        }
    }

    /// Returns the key of this choice, or an empty string.
    pub fn key(self, keymap: &Keymap) -> String {
        keymap.expand_key_hints(match self {
            Self::Edit => "{preview-edit}",
            Self::Join => "{preview-join}",
            Self::Send => "{preview-send}",
            Self::DropUnsent => "",
            Self::Cancel => "Esc",
        })
    }
}

impl App {
    /// Returns the text in the send preview, if it is open.
    pub const fn preview(&self) -> Option<&PendingSend> {
        self.preview.as_ref()
    }

    /// Opens the send preview.
    pub(in crate::app) fn ask_about(&mut self, pending: PendingSend) -> Update {
        // A file arrives late. If the user has started to type, Enter may be meant for the draft, so Cancel is preset.
        let is_late = matches!(pending.source(), PendingSource::File(_)) && !self.tab().line_editor().text().is_empty();
        let cancel = SendChoice::of(pending.source()).iter().position(|choice| *choice == SendChoice::Cancel);
        let chosen = cancel.filter(|_| is_late).unwrap_or(0);
        self.preview = Some(pending);
        self.mode = Mode::SendPreview { chosen };
        Update::redraw(true)
    }

    pub(in crate::app) fn on_preview_action(&mut self, now: Now, chosen: usize, action: Action) -> Update {
        let choices = self.preview.as_ref().map_or(&[][..], |pending| SendChoice::of(pending.source()));
        let step = |by: usize| Mode::SendPreview { chosen: (chosen + by) % choices.len().max(1) };
        match action {
            Action::Edit(Edit::Right) | Action::Complete => self.enter(step(1)),
            Action::Edit(Edit::Left) | Action::CompleteBack => self.enter(step(choices.len().saturating_sub(1))),
            Action::Submit => self.choose(now, choices.get(chosen).copied().unwrap_or(SendChoice::Cancel)),
            Action::Cancel | Action::QuitOrClear | Action::AbortInput => self.choose(now, SendChoice::Cancel),
            Action::PreviewSend => self.choose(now, SendChoice::Send),
            Action::PreviewEdit if choices.contains(&SendChoice::Edit) => self.choose(now, SendChoice::Edit),
            Action::PreviewJoin if choices.contains(&SendChoice::Join) => self.choose(now, SendChoice::Join),
            Action::Scroll(motion) => {
                let size = self.viewport.messages;
                Update::redraw(self.tab_mut().scroll(size, motion))
            }
            _ => self.remind_choices(),
        }
    }

    /// Reminds the user to choose.
    pub(in crate::app) fn remind_choices(&mut self) -> Update {
        self.set_status_message("Choose first: arrows and Enter, or Esc to cancel.")
    }

    fn choose(&mut self, now: Now, choice: SendChoice) -> Update {
        let Some(pending) = self.preview.take() else { return self.enter(Mode::Input) };
        let done = match choice {
            SendChoice::Cancel => {
                self.discard(&pending);
                Ok(Vec::new())
            }
            SendChoice::DropUnsent => {
                self.tab_mut().forget_unsent();
                self.status_message = Some("Discarded: these lines are not offered again.".to_owned());
                Ok(Vec::new())
            }
            SendChoice::Send if self.may_hold_secret(&pending) => {
                self.preview = Some(pending);
                return self.enter(Mode::ConfirmText);
            }
            SendChoice::Send => self.send_previewed(now, pending),
            SendChoice::Edit => self.move_to_draft(pending.text_from(0), pending, NEW_LINE),
            SendChoice::Join => self.move_to_draft(pending.joined(), pending, Event::Char(' ')),
        };
        match done {
            Ok(effects) => {
                self.mode = Mode::Input;
                Update { effects, redraw: true }
            }
            Err((sentence, pending)) => {
                // The preview stays open.
                self.preview = Some(pending);
                self.set_status_message(sentence)
            }
        }
    }

    /// Returns whether the question about secrets is asked before sending. Files, bytes and undelivered lines were chosen
    /// explicitly and are not checked.
    fn may_hold_secret(&self, pending: &PendingSend) -> bool {
        let is_text = matches!(pending.source(), PendingSource::Paste | PendingSource::Draft);
        let can_be_sent = self.tab().check_send(pending.longest().1).is_ok();
        is_text && can_be_sent && pending.text_from(0).is_ok_and(|text| may_hold_secret(&text))
    }

    /// Sends the text of the preview after all questions.
    pub(in crate::app) fn send_preview(&mut self, now: Now) -> Update {
        match self.preview.take().map(|pending| self.send_previewed(now, pending)) {
            None => Update::redraw(true),
            Some(Ok(effects)) => Update { effects, redraw: true },
            Some(Err((sentence, pending))) => {
                self.preview = Some(pending);
                self.mode = Mode::SendPreview { chosen: 0 };
                self.set_status_message(sentence)
            }
        }
    }

    /// Closes the preview and keeps a paste in the kill ring.
    fn discard(&mut self, pending: &PendingSend) {
        let back = self.keys.keys_of(Action::Edit(Edit::Yank)).into_iter().next();
        let text = pending.text_from(0).ok().filter(|_| *pending.source() == PendingSource::Paste);
        let text = text.filter(|text| !may_hold_secret(text));
        self.status_message = Some(match (pending.source(), &text, back) {
            (PendingSource::Paste, Some(_), Some(key)) => format!("Not sent; {key} restores the paste."),
            (PendingSource::Unsent, ..) => "Nothing was sent; /resend shows these lines again.".to_owned(),
            _ => "Nothing was sent.".to_owned(),
        });
        if let Some(text) = text {
            self.kill_ring.push(&text);
        }
    }

    fn send_previewed(&mut self, now: Now, pending: PendingSend) -> Result<Vec<Effect>, (String, PendingSend)> {
        let pace = self.tab().options().paste_delay;
        let again = self.keys.expand_key_hints("{preview-send|Send} tries again");
        let kept = self.keys.expand_key_hints(", {preview-edit|Edit} moves it to the input line");
        let effects = self.tab_mut().send_pending(now, pending, pace).map_err(|(refusal, pending)| {
            let has_edit = SendChoice::of(pending.source()).contains(&SendChoice::Edit);
            let keep = if has_edit { &*kept } else { "" };
            (refusal.for_preview(&format!("{again}{keep}.")), pending)
        })?;
        self.tab_mut().follow_end();
        Ok(effects)
    }

    /// Inserts text at the cursor of the draft, followed by text typed meanwhile, after `separator` if the text ends with
    /// a line end. The error of `text` is the index of a line that is not UTF-8.
    fn move_to_draft(
        &mut self,
        text: Result<String, usize>,
        pending: PendingSend,
        separator: Event,
    ) -> Result<Vec<Effect>, (String, PendingSend)> {
        let text = match text {
            Ok(text) => text,
            Err(line) => {
                let words = format!("Line {} is not UTF-8 and cannot be edited. It can be sent unchanged.", line + 1);
                return Err((words, pending));
            }
        };
        if self.tab().line_editor().text().len() + text.len() > DRAFT_LIMIT {
            let len = text.len();
            let words = format!("Not edited: {len} bytes exceed the input line's limit of {DRAFT_LIMIT}.");
            return Err((words, pending));
        }
        let tab = self.tab_mut();
        tab.prompt_mut().insert(&text);
        tab.typeahead.become_text(Some(separator).filter(|_| pending.ends_with_line_end()));
        Ok(Vec::new())
    }
}
