//! Looking at what is about to be sent before it is: a paste, a file, bytes by number. Nothing leaves before the user
//! has chosen.
//!
//! Characters do not choose. Who is typing while a paste comes (a middle click by accident, a lost focus) would choose
//! with the next letter of their sentence; what they type waits instead ([`super::typeahead`]). Enter takes what is chosen,
//! and with a paste that is, to begin with, the choice that sends nothing: people press Enter after a paste without
//! looking.

use super::hidden_line::may_hold_secret;
use super::paste::DRAFT_LIMIT;
use super::typeahead::NEW_LINE;
use crate::app::input::line_editor::Edit;
use crate::app::keys::Keymap;
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::{Action, App, Effect, Event, Mode, Now, Update};

/// What can be done with a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendChoice {
    /// Into the draft, as it is.
    Edit,
    /// Into the draft, as one line.
    Join,
    /// To the server, line by line.
    Send,
    /// Nowhere, now and later.
    DropUnsent,
    /// Nowhere.
    Cancel,
}

impl SendChoice {
    /// What can be done with what comes from there; what is chosen to begin with first.
    pub const fn of(source: &PendingSource) -> &'static [Self] {
        match source {
            PendingSource::Paste | PendingSource::Draft => &[Self::Edit, Self::Join, Self::Send, Self::Cancel],
            PendingSource::File(_) => &[Self::Send, Self::Edit, Self::Cancel],
            PendingSource::Unsent => &[Self::Send, Self::DropUnsent, Self::Cancel],
            PendingSource::Bytes => &[Self::Send, Self::Cancel],
        }
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edit => "Edit",
            Self::Join => "Join into one line",
            Self::Send => "Send",
            Self::DropUnsent => "Forget them",
            Self::Cancel => "Cancel",
        }
    }

    /// The same where there is little room.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Join => "Join",
            Self::DropUnsent => "Forget",
            other => other.word(),
        }
    }

    /// The key that takes it at once; empty if none does.
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
    /// What is being looked at before it is sent.
    pub const fn preview(&self) -> Option<&PendingSend> {
        self.preview.as_ref()
    }

    /// Shows a parcel and asks what to do with it.
    pub(in crate::app) fn ask_about(&mut self, parcel: PendingSend) -> Update {
        // A file is there when its disk has it. Who has begun to write meanwhile may press Enter for what they write.
        let is_late = matches!(parcel.source(), PendingSource::File(_)) && !self.tab().line_editor().text().is_empty();
        let cancel = SendChoice::of(parcel.source()).iter().position(|choice| *choice == SendChoice::Cancel);
        let chosen = cancel.filter(|_| is_late).unwrap_or(0);
        self.preview = Some(parcel);
        self.mode = Mode::SendPreview { chosen };
        Update::redraw(true)
    }

    pub(in crate::app) fn act_in_preview(&mut self, now: Now, chosen: usize, action: Action) -> Update {
        let choices = self.preview.as_ref().map_or(&[][..], |parcel| SendChoice::of(parcel.source()));
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

    /// A key that is no answer.
    pub(in crate::app) fn remind_choices(&mut self) -> Update {
        self.set_status_message("Not now: choose first, with the arrows and Enter, or Esc for none of it.")
    }

    fn choose(&mut self, now: Now, choice: SendChoice) -> Update {
        let Some(parcel) = self.preview.take() else { return self.enter(Mode::Input) };
        let done = match choice {
            SendChoice::Cancel => {
                self.discard(&parcel);
                Ok(Vec::new())
            }
            SendChoice::DropUnsent => {
                self.tab_mut().forget_unsent();
                self.status_message = Some("Forgotten: these lines are not offered again.".to_owned());
                Ok(Vec::new())
            }
            SendChoice::Send if self.may_hold_secret(&parcel) => {
                self.preview = Some(parcel);
                return self.enter(Mode::ConfirmText);
            }
            SendChoice::Send => self.send_previewed(now, parcel),
            SendChoice::Edit => self.move_to_draft(parcel.text_from(0), parcel, NEW_LINE),
            SendChoice::Join => self.move_to_draft(parcel.joined(), parcel, Event::Char(' ')),
        };
        match done {
            Ok(effects) => {
                self.mode = Mode::Input;
                Update { effects, redraw: true }
            }
            Err((sentence, parcel)) => {
                // Still there, to be asked about again.
                self.preview = Some(parcel);
                self.set_status_message(sentence)
            }
        }
    }

    /// Whether a parcel needs a second question before it is sent. A file may be large, and was named; bytes and lines that
    /// were to be sent before were meant.
    fn may_hold_secret(&self, parcel: &PendingSend) -> bool {
        let is_text = matches!(parcel.source(), PendingSource::Paste | PendingSource::Draft);
        let can_be_sent = self.tab().check_send(parcel.longest().1).is_ok();
        is_text && can_be_sent && parcel.text_from(0).is_ok_and(|text| may_hold_secret(&text))
    }

    /// Sends what is looked at, after all questions.
    pub(in crate::app) fn send_preview(&mut self, now: Now) -> Update {
        match self.preview.take().map(|parcel| self.send_previewed(now, parcel)) {
            None => Update::redraw(true),
            Some(Ok(effects)) => Update { effects, redraw: true },
            Some(Err((sentence, parcel))) => {
                self.preview = Some(parcel);
                self.mode = Mode::SendPreview { chosen: 0 };
                self.set_status_message(sentence)
            }
        }
    }

    /// A paste is not lost with it: Esc may have been meant for something else.
    fn discard(&mut self, parcel: &PendingSend) {
        let back = self.keys.keys_of(Action::Edit(Edit::Yank)).into_iter().next();
        let text = parcel.text_from(0).ok().filter(|_| *parcel.source() == PendingSource::Paste);
        let text = text.filter(|text| !may_hold_secret(text));
        self.status_message = Some(match (parcel.source(), &text, back) {
            (PendingSource::Paste, Some(_), Some(key)) => format!("Nothing was sent; {key} brings the paste back."),
            (PendingSource::Unsent, ..) => "Nothing was sent; /resend shows these lines again.".to_owned(),
            _ => "Nothing was sent.".to_owned(),
        });
        if let Some(text) = text {
            self.kill_ring.push(&text);
        }
    }

    fn send_previewed(&mut self, now: Now, parcel: PendingSend) -> Result<Vec<Effect>, (String, PendingSend)> {
        let pace = self.tab().options().paste_delay;
        let again = self.keys.expand_key_hints("{preview-send|Send} tries again");
        let kept = self.keys.expand_key_hints(", {preview-edit|Edit} keeps it in the input line");
        let effects = self.tab_mut().send_pending(now, parcel, pace).map_err(|(refusal, parcel)| {
            let has_edit = SendChoice::of(parcel.source()).contains(&SendChoice::Edit);
            let keep = if has_edit { &*kept } else { "" };
            (refusal.for_preview(&format!("{again}{keep}.")), parcel)
        })?;
        self.tab_mut().follow_end();
        Ok(effects)
    }

    /// Puts text into the draft, where the cursor is, and what was typed meanwhile behind it: after `separator` if the text
    /// ends with a line's end. The error of `text` is the line that is none.
    fn move_to_draft(
        &mut self,
        text: Result<String, usize>,
        parcel: PendingSend,
        separator: Event,
    ) -> Result<Vec<Effect>, (String, PendingSend)> {
        let text = match text {
            Ok(text) => text,
            Err(line) => {
                let words =
                    format!("Line {} is not UTF-8, so it cannot be edited here. It can be sent as it is.", line + 1);
                return Err((words, parcel));
            }
        };
        if self.tab().line_editor().text().len() + text.len() > DRAFT_LIMIT {
            let len = text.len();
            let words = format!("Not edited: {len} bytes are more than the input line holds ({DRAFT_LIMIT}).");
            return Err((words, parcel));
        }
        let tab = self.tab_mut();
        tab.prompt_mut().insert(&text);
        tab.typeahead.become_text(Some(separator).filter(|_| parcel.ends_with_line_end()));
        Ok(Vec::new())
    }
}
