//! `/secret`: one line that is shown to nobody and kept nowhere.
//!
//! It has a [`Prompt`] and a [`KillRing`] of its own, which are gone with it: what was typed is in no history, no undo, no
//! ring. The transcript gets a notice in place of the row, so no view, search, copy or file has it either. What the
//! server makes of it, an echo for example, is the server's to say and shown like everything else it says.

use super::prompt::{Edit, KillRing, Prompt};
use super::{Action, App, Mode, Now, Outcome};

/// The line being typed.
#[derive(Debug, Default)]
pub struct Secret {
    prompt: Prompt,
    kills: KillRing,
}

impl Secret {
    /// How many characters (grapheme clusters) it has, and how many of them are left of the cursor.
    pub fn counts(&self) -> (usize, usize) {
        use unicode_segmentation::UnicodeSegmentation as _;
        let count = |text: &str| text.graphemes(true).count();
        let (text, cursor) = (self.prompt.text(), self.prompt.cursor());
        (count(text), count(text.get(..cursor).unwrap_or_default()))
    }
}

impl App {
    /// The secret line being typed, if one is.
    pub const fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    /// What was typed behind the command already is hidden from now on, and sent by another Enter.
    pub(super) fn begin_secret(&mut self, line: &str) {
        // Also without a connection: who has begun to type a password does not look up before it is typed.
        let mut secret = Secret::default();
        secret.prompt.insert(line);
        self.secret = Some(secret);
        self.mode = Mode::Secret;
    }

    pub(super) fn act_in_secret(&mut self, now: Now, action: Action) -> Outcome {
        let Some(secret) = &mut self.secret else { return self.enter(Mode::Compose) };
        match action {
            // It is one line.
            Action::Edit(Edit::NewLine) => Outcome::default(),
            Action::Edit(edit) => Outcome::changed(secret.prompt.edit(edit, &mut secret.kills)),
            Action::EndOfText => Outcome::changed(secret.prompt.edit(Edit::End, &mut secret.kills)),
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
        if let Some(secret) = &mut self.secret {
            secret.prompt.insert(line);
        }
        match rest.trim() {
            "" => Outcome::changed(true),
            _ => self.say("A secret is one line: the other lines of the paste were left out."),
        }
    }

    fn send_secret(&mut self, now: Now) -> Outcome {
        let Some(secret) = &mut self.secret else { return self.enter(Mode::Compose) };
        let line = secret.prompt.take();
        match self.tab_mut().send_unseen(now, &line) {
            Ok(effects) => {
                self.secret = None;
                self.mode = Mode::Compose;
                self.tab_mut().follow();
                Outcome { effects, redraw: true }
            }
            Err(refusal) => {
                if let Some(secret) = &mut self.secret {
                    secret.prompt.insert(&line);
                }
                self.say(refusal.of_question("Enter tries again, Esc forgets it."))
            }
        }
    }
}
