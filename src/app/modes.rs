//! What the keys work on: the draft as a rule, and what has been opened over it.

pub(super) mod alert;
pub(super) mod confirm;
pub(super) mod copy;
pub mod help;
pub(super) mod hidden_line;
pub(super) mod history_search;
pub(super) mod paste;
pub(super) mod playback;
pub(super) mod search;
pub(super) mod send_preview;
pub mod start_page;
pub(super) mod typeahead;

use super::commands::history::HistoryFilter;
use super::input::completion;
use super::input::line_editor::{Edit, KillRing};
use super::tabs::TabMove;
use super::transcript::RowKind;
use super::view::viewport::Motion;
use super::{Action, App, Effect, MouseCapture, Now, RowSelection, Update};
use confirm::Closing;
use hidden_line::may_hold_secret;

/// What the keys work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The draft.
    #[default]
    Input,
    /// The start page ([`App::start_page`]).
    Start,
    /// The help page, scrolled by so many lines.
    Help {
        /// First line shown.
        top: usize,
    },
    /// The question whether to quit.
    ConfirmQuit,
    /// The question whether to close something although not everything sent has arrived.
    ConfirmClose(Closing),
    /// The question whether to end our side.
    ConfirmEof,
    /// The question which of the two.
    ConfirmEofOrQuit,
    /// The question whether to send as text what may hold a secret: [`App::preview`] if there is one, else the draft.
    ConfirmText,
    /// The question what to do with [`App::preview`].
    SendPreview {
        /// Which of `super::RetentionFilter::kinds_at`.
        chosen: usize,
    },
    /// A line that nobody sees ([`App::secret`]).
    HiddenLine,
    /// What is searched for in the history ([`App::history_search`]).
    HistorySearch,
    /// What is searched for ([`super::Tab::search`]).
    Search,
    /// The messages alone, for the terminal's own selection.
    PlainText,
    /// Rows to be copied.
    Copy(RowSelection),
    /// The page of links.
    Links {
        /// The one that is chosen.
        at: usize,
    },
}

impl App {
    pub(super) fn on_action(&mut self, now: Now, action: Action) -> Update {
        self.status_message = None;
        self.last_key_was_ctrl_d &= action == Action::EndOfInput;
        self.has_begun_command = false;
        if let Some(outcome) = self.act_in_replay(now, action).or_else(|| self.global_action(now, action)) {
            return outcome;
        }
        match (self.mode, action) {
            (Mode::Help { top }, Action::Scroll(motion)) => self.scroll_help(top, motion),
            (
                Mode::Help { .. },
                Action::Cancel
                | Action::Help
                | Action::Submit
                | Action::QuitOrClear
                | Action::EndOfInput
                | Action::AbortInput,
            ) => self.enter(Mode::Input),
            (Mode::ConfirmQuit | Mode::ConfirmClose(_) | Mode::ConfirmEof | Mode::ConfirmEofOrQuit, action) => {
                self.on_confirm_action(now, action)
            }
            (Mode::ConfirmText, action) => self.on_text_question_action(now, action),
            (Mode::SendPreview { chosen }, action) => self.act_in_preview(now, chosen, action),
            (Mode::HiddenLine, action) => self.on_hidden_line_action(now, action),
            (Mode::HistorySearch, action) => self.on_history_search_action(now, action),
            (Mode::Search, action) => self.on_search_action(action),
            (Mode::PlainText, Action::Scroll(motion)) => {
                let size = self.viewport.plain;
                Update::redraw(self.tab_mut().scroll(size, motion))
            }
            (Mode::PlainText, _) => self.leave_bare(),
            (Mode::Copy(pick), action) => self.act_in_pick(pick, action),
            (Mode::Links { at }, action) => self.act_in_links(at, action),
            (Mode::Start, action) => self.act_in_start(now, action),
            (Mode::Help { .. } | Mode::Input, action) => self.exit_mode_and_run(now, action),
        }
    }

    /// What a key does whatever is open, if it is one that does.
    fn global_action(&mut self, now: Now, action: Action) -> Option<Update> {
        Some(match action {
            Action::Suspend if self.guest_count() > 0 => {
                self.add_notice(
                    now,
                    RowKind::Error,
                    "Not suspended: the server here would stand still, and others are in.",
                );
                Update::redraw(true)
            }
            Action::Suspend => Update::effect(Effect::Suspend),
            Action::Redraw => Update::effect(Effect::Repaint),
            Action::Tab(to) if self.preview.is_none() && self.mode != Mode::HiddenLine => self.move_to_tab(to),
            // As in other chat programs, where there is somewhere to go.
            Action::HistoryPrev if self.mode == Mode::Input && self.has_tabs() => self.move_to_tab(TabMove::Previous),
            Action::HistoryNext if self.mode == Mode::Input && self.has_tabs() => self.move_to_tab(TabMove::Next),
            Action::Cancel | Action::QuitOrClear if self.stops_sending() => self.stop_sending(now),
            Action::QuotedInsert => self.set_status_message("The next key goes into the line as it is."),
            Action::NoCharacter => self.set_status_message("That key types no character; nothing went in."),
            Action::SequenceStarted(chord) => self.set_status_message(format!(
                "{chord}, and one more key: {} shows which.",
                self.keys.expand_key_hints("{help|/help}")
            )),
            Action::UnboundSequence { prefix, last } => {
                let help = self.keys.expand_key_hints("{help|/help}");
                self.set_status_message(format!("{prefix} {last} means nothing. {help} shows the keys."))
            }
            _ => return None,
        })
    }

    /// Leaves what is open and does it with the draft.
    pub(super) fn exit_mode_and_run(&mut self, now: Now, action: Action) -> Update {
        let left = self.enter(Mode::Input);
        self.sync_mode();
        let outcome = match self.mode {
            Mode::Start => self.act_in_start(now, action),
            _ => self.input_mode_action(now, action),
        };
        Update { redraw: outcome.redraw || left.redraw, ..outcome }
    }

    fn input_mode_action(&mut self, now: Now, action: Action) -> Update {
        let size = self.viewport.messages;
        match action {
            Action::Edit(edit) => self.edit_draft(edit),
            Action::LineEndOrScrollBottom if self.tab().line_editor().text().is_empty() => {
                Update::redraw(self.tab_mut().scroll(size, Motion::Bottom))
            }
            Action::LineEndOrScrollBottom => self.edit_draft(Edit::End),
            Action::Submit => self.submit(now),
            Action::HistoryPrevMatching if self.move_line(-1) => Update::redraw(true),
            Action::HistoryNextMatching if self.move_line(1) => Update::redraw(true),
            Action::HistoryPrevMatching => self.history_back(HistoryFilter::Matching),
            Action::HistoryNextMatching => self.history_forward(HistoryFilter::Matching),
            Action::HistoryPrev => self.history_back(HistoryFilter::All),
            Action::HistoryNext => self.history_forward(HistoryFilter::All),
            Action::HistoryPrevAllServers => self.history_back(HistoryFilter::AllServers),
            Action::HistoryNextAllServers => self.history_forward(HistoryFilter::AllServers),
            Action::Scroll(motion) => Update::redraw(self.tab_mut().scroll(size, motion)),
            Action::Help => self.enter(Mode::Help { top: 0 }),
            Action::Complete => self.complete(completion::CompletionDirection::Forward),
            Action::CompleteBack => self.complete(completion::CompletionDirection::Back),
            Action::Cancel | Action::AbortInput if self.cancel_completion() => Update::redraw(true),
            Action::Cancel | Action::AbortInput => self.cancel(now),
            Action::QuitOrClear if self.tab().line_editor().text().is_empty() => self.enter(Mode::ConfirmQuit),
            Action::EndOfInput if self.tab().line_editor().text().is_empty() && self.last_key_was_ctrl_d => {
                Update::default()
            }
            Action::EndOfInput if self.tab().line_editor().text().is_empty() => self.ask_eof_or_quit(),
            Action::QuitOrClear => self.clear_draft(),
            Action::EndOfInput => {
                self.last_key_was_ctrl_d = true;
                self.edit_draft(Edit::DeleteForward)
            }
            Action::OpenEditor => self.open_editor(),
            Action::StartCommand => self.begin_command(),
            Action::Search => self.enter_search(),
            Action::HistorySearch => self.enter_history_search(),
            Action::SearchCase => self.edit_draft(Edit::Capitalize),
            Action::CycleView => self.next_view(),
            Action::CycleTimestamps => self.next_time(),
            Action::JumpToUnread => self.go_to_unread(),
            Action::PrevMention => self.go_to_mention(super::view::search::SearchDirection::Older),
            Action::NextMention => self.go_to_mention(super::view::search::SearchDirection::Newer),
            Action::PlainTextMode => self.enter_bare(),
            // As in emacs: what was put in is exchanged for what was cut before it.
            Action::CopyMode if self.tab().line_editor().is_after_yank() => self.edit_draft(Edit::YankPop),
            Action::CopyMode => self.begin_pick(),
            Action::ToggleMouse => self.toggle_mouse(),
            _ => Update::default(),
        }
    }

    /// Up and Down in a draft of several lines on the screen. Says whether there was one to go to.
    fn move_line(&mut self, lines: isize) -> bool {
        let width = self.viewport.input_columns;
        self.tab_mut().prompt_mut().move_line(width, lines)
    }

    fn edit_draft(&mut self, edit: Edit) -> Update {
        // Undo brings back what is killed in a line with a secret; no later yank shows it somewhere else.
        let is_kept = !edit.kills() || !may_hold_secret(self.tab().line_editor().text());
        let mut kills = if is_kept { std::mem::take(&mut self.kill_ring) } else { KillRing::default() };
        let changed = self.tab_mut().prompt_mut().edit(edit, &mut kills);
        if is_kept {
            self.kill_ring = kills;
        } else {
            self.tab_mut().prompt_mut().end_kills();
        }
        Update::redraw(changed)
    }

    pub(super) fn type_char(&mut self, now: Now, c: char) -> Update {
        self.status_message = None;
        self.last_key_was_ctrl_d = false;
        // Its slash stands there already.
        if std::mem::take(&mut self.has_begun_command) && c == '/' {
            return Update::redraw(true);
        }
        let answer = self.type_in_replay(now, c).or_else(|| self.on_confirm_char(now, c));
        if let Some(outcome) = answer.or_else(|| self.on_text_question_char(now, c)) {
            return outcome;
        }
        match (self.mode, c) {
            (Mode::Help { .. } | Mode::Links { .. }, 'q') => return self.enter(Mode::Input),
            (Mode::Search, c) => return self.on_search_text(c.encode_utf8(&mut [0; 4])),
            (Mode::HiddenLine, c) => return self.on_hidden_line_text(c.encode_utf8(&mut [0; 4])),
            (Mode::HistorySearch, c) => return self.on_history_search_text(c.encode_utf8(&mut [0; 4])),
            (Mode::PlainText, c) => {
                let mut outcome = self.leave_bare();
                outcome.effects.extend(self.type_char(now, c).effects);
                return outcome;
            }
            (Mode::Copy(pick), c) => return self.type_in_pick(now, pick, c),
            _ => self.mode = Mode::Input,
        }
        self.sync_mode();
        if self.mode == Mode::Start {
            return self.type_in_start(now, c);
        }
        self.tab_mut().prompt_mut().type_char(c);
        Update::redraw(true)
    }

    /// Esc: what was put aside for a command comes back; an attempt to connect is given up.
    fn cancel(&mut self, now: Now) -> Update {
        let has_draft_back = self.tab_mut().restore_draft();
        Update { effects: if has_draft_back { Vec::new() } else { self.tab_mut().cancel(now) }, redraw: true }
    }

    /// `^]`, as in telnet: a command, whatever is being written.
    fn begin_command(&mut self) -> Update {
        self.tab_mut().stash_draft("/");
        self.has_begun_command = true;
        self.set_status_message("A command; Esc goes back.")
    }

    fn scroll_help(&mut self, top: usize, motion: Motion) -> Update {
        let height = self.viewport.page.lines;
        let last = self.help_page(self.viewport.page.columns).len().saturating_sub(height);
        let page = height.saturating_sub(1).max(1);
        let top = match motion {
            Motion::Up(lines) => top.saturating_sub(lines),
            Motion::Down(lines) => top + lines,
            Motion::PageUp => top.saturating_sub(page),
            Motion::PageDown => top + page,
            Motion::Top => 0,
            Motion::Bottom => last,
        };
        self.enter(Mode::Help { top: top.min(last) })
    }

    fn enter_bare(&mut self) -> Update {
        self.tab_mut().set_plain_text(true);
        // The terminal selects only what it gets the mouse for.
        Update { effects: self.capture_mouse(MouseCapture::Off), ..self.enter(Mode::PlainText) }
    }

    pub(super) fn leave_bare(&mut self) -> Update {
        let size = self.viewport.messages;
        self.tab_mut().set_plain_text(false);
        self.tab_mut().fit(size);
        Update { effects: self.capture_mouse(MouseCapture::On), ..self.enter(Mode::Input) }
    }

    /// Hands the mouse over, if the program has been given it at all.
    fn capture_mouse(&self, mouse: MouseCapture) -> Vec<Effect> {
        if self.options.mouse == MouseCapture::On { vec![Effect::Mouse(mouse)] } else { Vec::new() }
    }

    pub(super) fn toggle_mouse(&mut self) -> Update {
        let (mouse, words) = match self.options.mouse {
            MouseCapture::Off => (MouseCapture::On, "The wheel scrolls the messages; select with Shift held."),
            MouseCapture::On => (MouseCapture::Off, "The mouse is the terminal's again."),
        };
        self.options.mouse = mouse;
        let outcome = self.set_status_message(words);
        Update { effects: vec![Effect::Mouse(mouse)], ..outcome }
    }

    pub(super) fn mouse_command(&mut self, word: &str) -> Result<Vec<Effect>, String> {
        let is_on = self.options.mouse == MouseCapture::On;
        match word {
            "" => Ok(self.toggle_mouse().effects),
            "on" if !is_on => Ok(self.toggle_mouse().effects),
            "off" if is_on => Ok(self.toggle_mouse().effects),
            "on" | "off" => Ok(Vec::new()),
            _ => Err("/mouse on gives the wheel to the program, /mouse off the mouse to the terminal.".to_owned()),
        }
    }

    pub(super) fn enter(&mut self, mode: Mode) -> Update {
        let changed = self.mode != mode;
        self.mode = mode;
        Update::redraw(changed)
    }
}
