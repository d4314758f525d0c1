//! Pastes, and how much a draft holds.

use super::parcel::{Parcel, Source};
use super::transcript::RowKind;
use super::{App, Mode, Now, Outcome};

/// Bytes a paste may bring the draft to. More than can be sent at once, less than would make it slow to look at.
pub(super) const DRAFT_LIMIT: usize = 4 << 20;

impl App {
    /// Pasted text is never sent by itself, not even if it ends with a newline. One line joins the draft; of several it is
    /// asked what to do with them.
    pub(super) fn paste(&mut self, now: Now, text: &str) -> Outcome {
        self.flash = None;
        let first = text.split(['\n', '\r']).next().unwrap_or_default();
        let mut left = match self.mode {
            Mode::Search => return self.type_in_search(first),
            Mode::Secret => return self.type_secret(text),
            Mode::Find => return self.type_in_find(first),
            Mode::Bare => self.leave_bare(),
            Mode::Pick(pick) => self.leave_pick(pick),
            Mode::Preview { .. } => Outcome::default(),
            Mode::ConfirmText if self.preview.is_some() => self.enter(Mode::Preview { chosen: 0 }),
            Mode::Compose if self.replay().is_some() => return self.not_in_replay(),
            _ => self.enter(Mode::Compose),
        };
        self.settle();
        if self.mode == Mode::Start {
            return self.paste_in_start(now, text);
        }
        let there = self.preview().map_or_else(|| self.tab().prompt().text().len(), Parcel::size);
        if there + text.len() > DRAFT_LIMIT {
            let words = format!(
                "Not pasted: these {} bytes are more than the input line holds ({DRAFT_LIMIT}). /send FILE sends a file.",
                text.len()
            );
            self.note(now, RowKind::Error, &words);
            return Outcome { redraw: true, ..left };
        }
        let asked = self.take_paste(text, first);
        left.effects.extend(asked.effects);
        Outcome { redraw: left.redraw || asked.redraw, ..left }
    }

    fn take_paste(&mut self, text: &str, first: &str) -> Outcome {
        match &mut self.preview {
            // A terminal that handed it over in parts, or one paste more: asked about together.
            Some(parcel) if *parcel.source() == Source::Paste => {
                parcel.append(text.as_bytes());
                return self.say("Added to what was pasted before.");
            }
            // It is no part of that file.
            Some(_) => return self.still_asking(),
            None => {}
        }
        let parcel = Parcel::new(Source::Paste, text.as_bytes().to_vec());
        if parcel.len() > 1 {
            return self.ask_about(parcel);
        }
        self.tab_mut().prompt_mut().insert(first);
        Outcome::changed(!first.is_empty())
    }
}
