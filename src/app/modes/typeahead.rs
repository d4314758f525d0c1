//! Text typed while a question is open. It waits in its tab, and is typed when the question has been answered.
//!
//! Questions are the send preview and the questions before quitting, closing, half-closing and sending a secret. These keys
//! answer them:
//!
//! - Keys without text, at once: Esc, Ctrl-C, Ctrl-D, Alt-E, Alt-J, Alt-S. In the preview, the arrows and Tab choose.
//! - Characters (`y`, `n`, `q`, `h`) and Enter, if at least [`MIN_READING_TIME`] has passed since the question opened and no
//!   text waits. Otherwise they were typed before the user could read the question. In the preview, Enter also answers after
//!   an arrow or Tab was pressed following the text.
//!
//! All other text waits: characters, Enter, pastes, and editing keys that follow text. An Enter that comes too early and has
//! no text before it is ignored.
//!
//! Waiting text is typed unchanged, with its Enters, into the draft, the start page or hidden input. If the answer moved
//! other text into the draft, Enter becomes a line end there, so that the text is not sent unseen.

use crate::app::input::line_editor::Edit;
use crate::app::session::pending_send::PendingSource;
use crate::app::{Action, App, Event, Mode, Now, Update};
use std::collections::VecDeque;
use std::mem::discriminant;
use std::time::Duration;

/// Shortest time between the opening of a question and text that answers it; people do not read and answer faster.
pub const MIN_READING_TIME: Duration = Duration::from_millis(300);

/// An open question.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct Question {
    since: Duration,
    /// Whether the last key in a preview was an arrow or Tab.
    is_choosing: bool,
    /// Letter that answered the previous question. If text follows at once, the letter was the start of a line.
    letter: Option<char>,
}

/// Text that waits to be typed.
#[derive(Debug, Default)]
pub(in crate::app) struct TypeAhead(VecDeque<Event>);

impl TypeAhead {
    /// Turns each Enter into a line end of the draft and drops those at the end, so that the text is not sent. Puts
    /// `separator` before the text.
    pub(in crate::app) fn become_text(&mut self, separator: Option<Event>) {
        let is_enter = |event: &Event| *event == Event::Action(Action::Submit);
        while self.0.back().is_some_and(is_enter) {
            self.0.pop_back();
        }
        for event in self.0.iter_mut().filter(|event| is_enter(event)) {
            *event = NEW_LINE;
        }
        if let (false, Some(separator)) = (self.0.is_empty(), separator) {
            self.0.push_front(separator);
        }
    }
}

/// Inserts a line end into the draft.
pub(in crate::app) const NEW_LINE: Event = Event::Action(Action::Edit(Edit::NewLine));

/// Returns whether a mode is an open question, during which typed text waits.
pub(in crate::app) const fn is_question(mode: Mode) -> bool {
    matches!(
        mode,
        Mode::SendPreview { .. }
            | Mode::ConfirmQuit
            | Mode::ConfirmClose(_)
            | Mode::ConfirmEof
            | Mode::ConfirmEofOrQuit
            | Mode::ConfirmText
    )
}

impl App {
    /// Returns whether text waits for an answer to the open question.
    pub fn has_typed_ahead(&self) -> bool {
        self.question.is_some() && !self.tab().typeahead.0.is_empty()
    }

    /// Queues text that does not answer the open question.
    ///
    /// # Errors
    /// Returns the event if it is to be handled now.
    pub(in crate::app) fn queue_typed_text(&mut self, now: Now, event: Event) -> Result<Update, Event> {
        let Some(question) = self.question else { return Err(event) };
        let has_text = self.has_typed_ahead();
        let is_early = now.elapsed.saturating_sub(question.since) < MIN_READING_TIME;
        let is_preview = matches!(self.mode, Mode::SendPreview { .. });
        let waits = match &event {
            Event::Char(_) => is_early || has_text || is_preview,
            // A further part of the paste in the preview, if nothing was typed in between.
            Event::Paste(_) if is_preview => has_text || !self.is_about_paste(),
            Event::Paste(_) => is_early || has_text,
            Event::Action(action) if is_preview && chooses(*action) => {
                self.question = Some(Question { is_choosing: true, ..question });
                false
            }
            Event::Action(Action::Submit) if is_early && !has_text => return Ok(Update::default()),
            Event::Action(Action::Submit) => has_text && !question.is_choosing,
            Event::Action(Action::Edit(_)) => has_text,
            Event::Action(action) if has_text && !is_preview && !is_answer(*action) => return Ok(self.still_waiting()),
            _ => false,
        };
        if !waits {
            if let Event::Char(letter) = event {
                self.question = Some(Question { letter: Some(letter), ..question });
            }
            return Err(event);
        }
        self.question = Some(Question { is_choosing: false, letter: None, ..question });
        if let Some(letter) = question.letter.filter(|_| is_early && matches!(event, Event::Char(_))) {
            self.tab_mut().typeahead.0.push_back(Event::Char(letter));
        }
        self.tab_mut().typeahead.0.push_back(event);
        Ok(self.still_waiting())
    }

    fn still_waiting(&mut self) -> Update {
        self.set_status_message(if matches!(self.mode, Mode::SendPreview { .. }) {
            "Typed text waits. Choose first: arrows and Enter, or Esc to cancel."
        } else {
            "Typed text waits: Esc cancels and inserts it."
        })
    }

    fn is_about_paste(&self) -> bool {
        self.preview().is_some_and(|pending| *pending.source() == PendingSource::Paste)
    }

    /// Notes the time at which a question was opened since the mode was `before`, or that it was closed.
    pub(in crate::app) fn update_question(&mut self, now: Now, before: Mode) {
        if !is_question(self.mode) {
            self.question = None;
        } else if self.question.is_none() || discriminant(&before) != discriminant(&self.mode) {
            let letter = self.question.and_then(|question| question.letter);
            self.question = Some(Question { since: now.elapsed, is_choosing: false, letter });
        }
    }

    /// Types queued text until a question opens.
    pub(in crate::app) fn type_queued(&mut self, now: Now, update: &mut Update) {
        let message = self.status_message.clone();
        while let Some(event) = self.next_queued() {
            let more = self.handle(now, event);
            update.effects.extend(more.effects);
            update.redraw |= more.redraw;
        }
        // Text typed before a message appeared does not take that message away.
        self.status_message = self.status_message.take().or(message);
    }

    /// Takes the next event from the queue, unless a question is open.
    fn next_queued(&mut self) -> Option<Event> {
        let is_free = matches!(self.mode, Mode::Input | Mode::Start | Mode::HiddenLine);
        if is_free { self.tab_mut().typeahead.0.pop_front() } else { None }
    }
}

/// Returns whether a key chooses between the answers of a preview.
const fn chooses(action: Action) -> bool {
    matches!(action, Action::Edit(Edit::Left | Edit::Right) | Action::Complete | Action::CompleteBack)
}

/// Returns whether a key answers a question although text waits, or does not concern it.
const fn is_answer(action: Action) -> bool {
    matches!(
        action,
        Action::Cancel
            | Action::AbortInput
            | Action::QuitOrClear
            | Action::EndOfInput
            | Action::Suspend
            | Action::Redraw
            | Action::QuotedInsert
            | Action::NoCharacter
            | Action::SequenceStarted(_)
            | Action::UnboundSequence { .. }
    )
}
