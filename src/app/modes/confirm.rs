//! Questions before quitting, closing and half-closing.

use crate::app::transcript::RowKind;
use crate::app::{Action, App, Effect, Mode, Now, Update};

/// The part of a tab to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The connection.
    Connection,
    /// The tab with its messages.
    Tab,
}

impl App {
    /// Closes a part of the current tab, after a question if sent data has not arrived.
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

    /// Closes after a confirmation. The connection may have ended meanwhile.
    fn confirm_close(&mut self, now: Now, closing: Closing) -> Update {
        self.mode = Mode::Input;
        let done = self.close_now(now, closing);
        self.done(now, done)
    }

    /// Asks, on Ctrl-D in an empty line, whether to half-close or to quit.
    pub(in crate::app) fn ask_eof_or_quit(&mut self) -> Update {
        if self.tab().check_half_close().is_ok() {
            self.enter(Mode::ConfirmEofOrQuit)
        } else {
            self.enter(Mode::ConfirmQuit)
        }
    }

    /// Runs `/eof`: asks before half-closing.
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
            // Quitting is the harmless answer, and the meaning of Ctrl-D in a shell.
            (Mode::ConfirmEofOrQuit, Action::Submit | Action::EndOfInput) => self.quit_or_confirm(),
            (Mode::ConfirmClose(_) | Mode::ConfirmEof, Action::EndOfInput) => Update::default(),
            _ => self.exit_mode_and_run(now, action),
        }
    }

    /// Handles a letter that answers the question.
    pub(in crate::app) fn on_confirm_char(&mut self, now: Now, c: char) -> Option<Update> {
        match (self.mode, c.to_ascii_lowercase()) {
            (Mode::ConfirmQuit, 'y') => Some(Update::effect(Effect::Quit)),
            (Mode::ConfirmClose(closing), 'y') => Some(self.confirm_close(now, closing)),
            (Mode::ConfirmEofOrQuit, 'q' | 'y') => Some(self.quit_or_confirm()),
            // A second question warns of the effect; also, an `h` may be the start of a line.
            (Mode::ConfirmEofOrQuit, 'h') => Some(self.enter(Mode::ConfirmEof)),
            (Mode::ConfirmEof, 'y') => Some(self.half_close(now)),
            (Mode::ConfirmQuit | Mode::ConfirmClose(_) | Mode::ConfirmEof | Mode::ConfirmEofOrQuit, 'n') => {
                Some(self.enter(Mode::Input))
            }
            _ => None,
        }
    }

    /// Quits, after a question if guests would be disconnected or unsent data lost.
    fn quit_or_confirm(&mut self) -> Update {
        if self.would_lose_data() { self.enter(Mode::ConfirmQuit) } else { Update::effect(Effect::Quit) }
    }

    fn half_close(&mut self, now: Now) -> Update {
        self.mode = Mode::Input;
        let done = self.tab_mut().end_input(now);
        self.done(now, done)
    }

    /// Returns the effects, or adds an error row.
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
