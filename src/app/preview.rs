//! Looking at what is about to be sent before it is: a paste, a file, bytes by number. Nothing leaves before the user
//! has chosen.
//!
//! Characters do not choose. Who is typing while a paste comes (a middle click by accident, a lost focus) would choose
//! with the next letter of their sentence; they are told that they are being asked instead. Enter takes what is chosen,
//! and with a paste that is, to begin with, the choice that sends nothing: people press Enter after a paste without
//! looking.

use super::modes::DRAFT_LIMIT;
use super::parcel::{Parcel, Source};
use super::prompt::Edit;
use super::{Action, App, Effect, Mode, Now, Outcome};

/// What can be done with a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Into the draft, as it is.
    Edit,
    /// Into the draft, as one line.
    Join,
    /// To the server, line by line.
    Send,
    /// Nowhere.
    Cancel,
}

impl Choice {
    /// What can be done with what comes from there; what is chosen to begin with first.
    pub const fn of(source: &Source) -> &'static [Self] {
        match source {
            Source::Paste | Source::Draft => &[Self::Edit, Self::Join, Self::Send, Self::Cancel],
            Source::File(_) => &[Self::Send, Self::Edit, Self::Cancel],
            Source::Bytes => &[Self::Send, Self::Cancel],
        }
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edit => "Edit",
            Self::Join => "Join into one line",
            Self::Send => "Send",
            Self::Cancel => "Cancel",
        }
    }

    /// The same where there is little room.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Join => "Join",
            other => other.word(),
        }
    }

    /// The key that takes it at once.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Edit => "Alt-E",
            Self::Join => "Alt-J",
            Self::Send => "Alt-S",
            Self::Cancel => "Esc",
        }
    }
}

impl App {
    /// What is being looked at before it is sent.
    pub const fn preview(&self) -> Option<&Parcel> {
        self.preview.as_ref()
    }

    /// Shows a parcel and asks what to do with it.
    pub(super) fn ask_about(&mut self, parcel: Parcel) -> Outcome {
        self.preview = Some(parcel);
        self.mode = Mode::Preview { chosen: 0 };
        Outcome::changed(true)
    }

    pub(super) fn act_in_preview(&mut self, now: Now, chosen: usize, action: Action) -> Outcome {
        let choices = self.preview.as_ref().map_or(&[][..], |parcel| Choice::of(parcel.source()));
        let step = |by: usize| Mode::Preview { chosen: (chosen + by) % choices.len().max(1) };
        match action {
            Action::Edit(Edit::Right) | Action::Complete => self.enter(step(1)),
            Action::Edit(Edit::Left) | Action::CompleteBack => self.enter(step(choices.len().saturating_sub(1))),
            Action::Submit => self.choose(now, choices.get(chosen).copied().unwrap_or(Choice::Cancel)),
            Action::Cancel | Action::Interrupt | Action::Abort => self.choose(now, Choice::Cancel),
            Action::PreviewSend => self.choose(now, Choice::Send),
            Action::PreviewEdit if choices.contains(&Choice::Edit) => self.choose(now, Choice::Edit),
            Action::PreviewJoin if choices.contains(&Choice::Join) => self.choose(now, Choice::Join),
            Action::Scroll(motion) => {
                let size = self.viewport.text;
                Outcome::changed(self.tab_mut().scroll(size, motion))
            }
            _ => self.still_asking(),
        }
    }

    /// A key that is no answer.
    pub(super) fn still_asking(&mut self) -> Outcome {
        self.say("Not typed: choose first, with the arrows and Enter, or Esc for none of it.")
    }

    fn choose(&mut self, now: Now, choice: Choice) -> Outcome {
        let Some(parcel) = self.preview.take() else { return self.enter(Mode::Compose) };
        let done = match choice {
            Choice::Cancel => {
                self.flash = Some("Nothing was sent.".to_owned());
                Ok(Vec::new())
            }
            Choice::Send => self.send_previewed(now, &parcel),
            Choice::Edit => parcel.text_from(0).map_err(no_text).and_then(|text| self.draft_it(&text)),
            Choice::Join => parcel.joined().map_err(no_text).and_then(|text| self.draft_it(&text)),
        };
        match done {
            Ok(effects) => {
                self.mode = Mode::Compose;
                Outcome { effects, redraw: true }
            }
            Err(sentence) => {
                // Still there, to be asked about again.
                self.preview = Some(parcel);
                self.say(sentence)
            }
        }
    }

    fn send_previewed(&mut self, now: Now, parcel: &Parcel) -> Result<Vec<Effect>, String> {
        if !self.tab().is_open() {
            return Err(nobody_there(parcel.source()));
        }
        let pace = self.options.pace;
        let effects = self.tab_mut().send_parcel(now, parcel.clone(), pace)?;
        self.tab_mut().follow();
        Ok(effects)
    }

    /// Puts text into the draft, where the cursor is.
    fn draft_it(&mut self, text: &str) -> Result<Vec<Effect>, String> {
        if self.tab().prompt().text().len() + text.len() > DRAFT_LIMIT {
            return Err(format!(
                "Not edited: {} bytes are more than the input line holds ({DRAFT_LIMIT}).",
                text.len()
            ));
        }
        self.tab_mut().prompt_mut().insert(text);
        Ok(Vec::new())
    }
}

/// In other words than for a line that is being written, which Ctrl-C clears and Up brings back: here it would be lost.
fn nobody_there(source: &Source) -> String {
    let keep = if Choice::of(source).contains(&Choice::Edit) { ", Alt-E keeps it in the input line" } else { "" };
    format!("Nothing was sent: there is no connection. Alt-S tries again{keep}.")
}

fn no_text(line: usize) -> String {
    format!("Line {} is not UTF-8, so it cannot be edited here. It can be sent as it is.", line + 1)
}
