//! The end of our side: what Ctrl-D asks on an empty line, and what `/eof` asks before it half-closes.

use crate::app::transcript::RowKind;
use crate::app::{Action, App, Effect, Mode, Now, Update};

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
    pub(in crate::app) fn ask_to_close(&mut self, now: Now, closing: Closing) -> Result<Vec<Effect>, String> {
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
    fn confirm_close(&mut self, now: Now, closing: Closing) -> Update {
        self.mode = Mode::Input;
        let done = self.close_now(now, closing);
        self.done(now, done)
    }

    /// Ctrl-D on an empty line, the end of input elsewhere: of our side, or of the program?
    pub(in crate::app) fn ask_eof_or_quit(&mut self) -> Update {
        if self.tab().check_half_close().is_ok() {
            self.enter(Mode::ConfirmEofOrQuit)
        } else {
            self.enter(Mode::ConfirmQuit)
        }
    }

    /// `/eof`.
    pub(in crate::app) fn ask_for_eof(&mut self) -> Result<Vec<Effect>, String> {
        self.tab().check_half_close()?;
        self.mode = Mode::ConfirmEof;
        Ok(Vec::new())
    }

    pub(in crate::app) fn on_confirm_action(&mut self, now: Now, action: Action) -> Update {
        match (self.mode, action) {
            (Mode::ConfirmQuit, Action::Submit | Action::QuitOrClear | Action::EndOfInput) => {
                Update::effect(Effect::Quit)
            }
            (Mode::ConfirmClose(closing), Action::Submit) => self.confirm_close(now, closing),
            (Mode::ConfirmEof, Action::Submit) => self.half_close(now),
            (_, Action::Cancel | Action::AbortInput | Action::QuitOrClear) => self.enter(Mode::Input),
            // Of the two the one that harms no server, and that Ctrl-D means to a shell.
            (Mode::ConfirmEofOrQuit, Action::Submit | Action::EndOfInput) => self.quit_or_confirm(),
            (Mode::ConfirmClose(_) | Mode::ConfirmEof, Action::EndOfInput) => Update::default(),
            _ => self.exit_mode_and_run(now, action),
        }
    }

    /// A letter that answers.
    pub(in crate::app) fn on_confirm_char(&mut self, now: Now, c: char) -> Option<Update> {
        match (self.mode, c.to_ascii_lowercase()) {
            (Mode::ConfirmQuit, 'y') => Some(Update::effect(Effect::Quit)),
            (Mode::ConfirmClose(closing), 'y') => Some(self.confirm_close(now, closing)),
            (Mode::ConfirmEofOrQuit, 'q' | 'y') => Some(self.quit_or_confirm()),
            // Of what that may lead to it is warned first; and an `h` may be the beginning of a line.
            (Mode::ConfirmEofOrQuit, 'h') => Some(self.enter(Mode::ConfirmEof)),
            (Mode::ConfirmEof, 'y') => Some(self.half_close(now)),
            (Mode::ConfirmQuit | Mode::ConfirmClose(_) | Mode::ConfirmEof | Mode::ConfirmEofOrQuit, 'n') => {
                Some(self.enter(Mode::Input))
            }
            _ => None,
        }
    }

    /// Who asked to quit in so many words has been asked; who would take a room with them has not.
    fn quit_or_confirm(&mut self) -> Update {
        if self.would_lose_data() { self.enter(Mode::ConfirmQuit) } else { Update::effect(Effect::Quit) }
    }

    fn half_close(&mut self, now: Now) -> Update {
        self.mode = Mode::Input;
        let done = self.tab_mut().end_input(now);
        self.done(now, done)
    }

    /// Says why something was not done.
    fn done(&mut self, now: Now, done: Result<Vec<Effect>, String>) -> Update {
        match done {
            Ok(effects) => Update { effects, redraw: true },
            Err(sentence) => {
                self.add_notice(now, RowKind::Error, &sentence);
                Update::redraw(true)
            }
        }
    }
}
