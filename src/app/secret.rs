//! `/secret`: one line that is shown to nobody and kept nowhere, and the question about text that may hold one.
//!
//! A [`HiddenLine`] of its own is overwritten when it is sent or given up, and so are the bytes that go to the link. The
//! transcript gets a notice in place of the row, so no view, search, copy or file has it either. What the server makes of
//! it, an echo for example, is the server's to say and shown like everything else it says.

mod detection;

pub use detection::{hidden_argument, may_hold_secret};

use super::prompt::{Edit, HiddenLine};
use super::{Action, App, Mode, Now, Outcome, ReadSecret};
use crate::link::LinkId;

impl App {
    /// The secret line being typed, if one is.
    pub const fn secret(&self) -> Option<&HiddenLine> {
        self.secret.as_ref()
    }

    /// What was typed behind the command already is hidden from now on, and sent by another Enter.
    pub(super) fn begin_secret(&mut self, line: &str) {
        // Also without a connection: who has begun to type a password does not look up before it is typed.
        self.secret = Some(HiddenLine::default());
        self.mode = Mode::Secret;
        let _ = self.type_secret(line);
    }

    pub(super) fn act_in_secret(&mut self, now: Now, action: Action) -> Outcome {
        let Some(secret) = &mut self.secret else { return self.enter(Mode::Compose) };
        match action {
            Action::Edit(edit) => Outcome::changed(secret.edit(edit)),
            Action::EndOfText => Outcome::changed(secret.edit(Edit::End)),
            Action::Submit => self.send_secret(now),
            Action::Cancel | Action::Interrupt | Action::Abort | Action::EndOfInput => {
                self.secret = None;
                let _ = self.enter(Mode::Compose);
                self.say("The secret line is forgotten; nothing was sent.")
            }
            Action::Scroll(motion) => {
                let size = self.viewport.text;
                Outcome::changed(self.tab_mut().scroll(size, motion))
            }
            _ => self.say("Not now: a secret line is being typed. Enter sends it, Esc forgets it."),
        }
    }

    /// Typed or pasted: the first line of it.
    pub(super) fn type_secret(&mut self, text: &str) -> Outcome {
        let (line, rest) = text.split_once(['\n', '\r']).unwrap_or((text, ""));
        let has_room = self.secret.as_mut().is_none_or(|secret| secret.insert(line));
        match rest.trim() {
            _ if !has_room => self.say("Not added: the secret line would be too long."),
            "" => Outcome::changed(true),
            _ => self.say("A secret is one line: the other lines of the paste were left out."),
        }
    }

    fn send_secret(&mut self, now: Now) -> Outcome {
        let Some(secret) = self.secret.take() else { return self.enter(Mode::Compose) };
        let (before, behind) = self.tab().around_line(secret.is_empty());
        let bytes = secret.to_bytes(before.as_bytes(), behind);
        match self.tab_mut().send_unseen(now, bytes) {
            Ok(effects) => {
                self.mode = Mode::Compose;
                self.tab_mut().follow();
                Outcome { effects, redraw: true }
            }
            Err(refusal) => {
                self.secret = Some(secret);
                self.say(refusal.of_question("Enter tries again, Esc forgets it."))
            }
        }
    }

    pub(super) fn act_in_text_question(&mut self, now: Now, action: Action) -> Outcome {
        match action {
            Action::Submit => self.send_as_text(now),
            Action::Cancel | Action::Abort | Action::Interrupt => self.edit_after_question(),
            _ if self.preview.is_some() => self.still_asking(),
            _ => self.act_beside(now, action),
        }
    }

    /// A letter that answers the question about text, if it is asked.
    pub(super) fn answer_text_question(&mut self, now: Now, c: char) -> Option<Outcome> {
        match c {
            _ if self.mode != Mode::ConfirmText => None,
            'y' | 'Y' => Some(self.send_as_text(now)),
            'n' | 'N' => Some(self.edit_after_question()),
            _ => self.preview.is_some().then(|| self.still_asking()),
        }
    }

    /// The secret of a tab's server has been read, or cannot be. The tab may be gone.
    pub(super) fn secret_read(
        &mut self,
        now: Now,
        tab: LinkId,
        number: u64,
        result: Result<ReadSecret, String>,
    ) -> Outcome {
        let effects = self.tab_of(tab).map(|tab| tab.secret_read(now, number, result));
        Outcome { effects: effects.unwrap_or_default(), redraw: true }
    }

    fn send_as_text(&mut self, now: Now) -> Outcome {
        self.mode = Mode::Compose;
        if self.preview.is_some() { self.send_preview(now) } else { self.submit_unasked(now) }
    }

    fn edit_after_question(&mut self) -> Outcome {
        let mode = if self.preview.is_some() { Mode::Preview { chosen: 0 } } else { Mode::Compose };
        self.enter(mode)
    }
}
