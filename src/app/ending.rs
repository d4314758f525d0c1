//! The end of our side: what Ctrl-D asks on an empty line, and what `/eof` asks before it half-closes.

use super::{Action, App, Effect, Mode, Now, Outcome};
use crate::app::transcript::RowKind;

/// Something of a tab that can be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// Its connection.
    Connection,
    /// The tab with everything in it.
    Tab,
}

impl App {
    /// Closes something of the tab that is shown, at once unless not everything sent has arrived.
    pub(super) fn ask_to_close(&mut self, now: Now, closing: Closing) -> Result<Vec<Effect>, String> {
        let tab = self.tab();
        if tab.waiting() > 0 || tab.late() > 0 {
            self.mode = Mode::ConfirmClose(closing);
            return Ok(Vec::new());
        }
        self.close_now(now, closing)
    }

    fn close_now(&mut self, now: Now, closing: Closing) -> Result<Vec<Effect>, String> {
        match closing {
            Closing::Connection => self.close(now),
            Closing::Tab => self.close_tab(now),
        }
    }

    /// The answer was yes; meanwhile the connection may have ended by itself.
    fn confirm_close(&mut self, now: Now, closing: Closing) -> Outcome {
        self.mode = Mode::Compose;
        let done = self.close_now(now, closing);
        self.done(now, done)
    }

    /// Ctrl-D on an empty line, the end of input elsewhere: of our side, or of the program?
    pub(super) fn ask_what_ends(&mut self) -> Outcome {
        if self.tab().could_end_input().is_ok() { self.enter(Mode::AskEnd) } else { self.enter(Mode::ConfirmQuit) }
    }

    /// `/eof`.
    pub(super) fn ask_for_eof(&mut self) -> Result<Vec<Effect>, String> {
        self.tab().could_end_input()?;
        self.mode = Mode::ConfirmEof;
        Ok(Vec::new())
    }

    pub(super) fn act_in_question(&mut self, now: Now, action: Action) -> Outcome {
        match (self.mode, action) {
            (Mode::ConfirmQuit, Action::Submit | Action::Interrupt | Action::EndOfInput) => {
                Outcome::effect(Effect::Quit)
            }
            (Mode::ConfirmClose(closing), Action::Submit) => self.confirm_close(now, closing),
            (Mode::ConfirmEof, Action::Submit) => self.half_close(now),
            (_, Action::Cancel | Action::Abort | Action::Interrupt) => self.enter(Mode::Compose),
            // Of the two the one that harms no server, and that Ctrl-D means to a shell.
            (Mode::AskEnd, Action::Submit | Action::EndOfInput) => self.ask_to_quit(),
            (Mode::ConfirmClose(_) | Mode::ConfirmEof, Action::EndOfInput) => Outcome::default(),
            _ => self.act_beside(now, action),
        }
    }

    /// A letter that answers.
    pub(super) fn answer(&mut self, now: Now, c: char) -> Option<Outcome> {
        match (self.mode, c.to_ascii_lowercase()) {
            (Mode::ConfirmQuit, 'y') => Some(Outcome::effect(Effect::Quit)),
            (Mode::ConfirmClose(closing), 'y') => Some(self.confirm_close(now, closing)),
            (Mode::AskEnd, 'q' | 'y') => Some(self.ask_to_quit()),
            // Of what that may lead to it is warned first; and an `h` may be the beginning of a line.
            (Mode::AskEnd, 'h') => Some(self.enter(Mode::ConfirmEof)),
            (Mode::ConfirmEof, 'y') => Some(self.half_close(now)),
            (Mode::ConfirmQuit | Mode::ConfirmClose(_) | Mode::ConfirmEof | Mode::AskEnd, 'n') => {
                Some(self.enter(Mode::Compose))
            }
            _ => None,
        }
    }

    /// Who asked to quit in so many words has been asked; who would take a room with them has not.
    fn ask_to_quit(&mut self) -> Outcome {
        if self.is_worth_a_question() { self.enter(Mode::ConfirmQuit) } else { Outcome::effect(Effect::Quit) }
    }

    fn half_close(&mut self, now: Now) -> Outcome {
        self.mode = Mode::Compose;
        let done = self.tab_mut().end_input(now);
        self.done(now, done)
    }

    /// Says why something was not done.
    fn done(&mut self, now: Now, done: Result<Vec<Effect>, String>) -> Outcome {
        match done {
            Ok(effects) => Outcome { effects, redraw: true },
            Err(sentence) => {
                self.note(now, RowKind::Error, &sentence);
                Outcome::changed(true)
            }
        }
    }
}
