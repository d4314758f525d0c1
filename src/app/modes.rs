//! Modes: the draft, and the pages, prompts and questions that open over it.

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
pub(crate) mod start_page;
pub(super) mod typeahead;

use super::TabMove;
use super::commands::history::HistoryFilter;
use super::input::completion;
use super::input::line_editor::{Edit, KillRing};
use super::transcript::RowKind;
use super::view::viewport::Motion;
use super::{Action, App, Effect, MouseCapture, Now, RowSelection, Update};
use confirm::Closing;
use hidden_line::may_hold_secret;

/// The current mode, which decides the effect of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Editing the draft.
    #[default]
    Input,
    /// The start page ([`App::start_page`]).
    Start,
    /// The help page.
    Help {
        /// First visible line.
        top: usize,
    },
    /// The question before quitting.
    ConfirmQuit,
    /// The question before closing while sent data has not arrived.
    ConfirmClose(Closing),
    /// The question before half-closing.
    ConfirmEof,
    /// The question whether to half-close or to quit.
    ConfirmEofOrQuit,
    /// The question before sending text that may hold a secret: [`App::preview`] if open, otherwise the draft.
    ConfirmText,
    /// The send preview ([`App::preview`]).
    SendPreview {
        /// Index of the selected [`super::SendChoice`].
        chosen: usize,
    },
    /// Hidden input ([`App::hidden_line`]).
    HiddenLine,
    /// History search ([`App::history_search`]).
    HistorySearch,
    /// Search in the messages ([`super::Tab::search`]).
    Search,
    /// Only messages, for selection by the terminal.
    PlainText,
    /// Copy mode.
    Copy(RowSelection),
    /// The page of links.
    Links {
        /// Index of the chosen link.
        at: usize,
    },
}

impl App {
    pub(super) fn on_action(&mut self, now: Now, action: Action) -> Update {
        self.status_message = None;
        self.last_key_was_ctrl_d &= action == Action::EndOfInput;
        self.has_begun_command = false;
        if let Some(update) = self.on_playback_action(now, action).or_else(|| self.global_action(now, action)) {
            return update;
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
            (Mode::SendPreview { chosen }, action) => self.on_preview_action(now, chosen, action),
            (Mode::HiddenLine, action) => self.on_hidden_line_action(now, action),
            (Mode::HistorySearch, action) => self.on_history_search_action(now, action),
            (Mode::Search, action) => self.on_search_action(action),
            (Mode::PlainText, Action::Scroll(motion)) => {
                let size = self.viewport.plain;
                Update::redraw(self.tab_mut().scroll(size, motion))
            }
            (Mode::PlainText, _) => self.leave_plain_text(),
            (Mode::Copy(selection), action) => self.on_copy_action(selection, action),
            (Mode::Links { at }, action) => self.on_links_action(at, action),
            (Mode::Start, action) => self.on_start_page_action(now, action),
            (Mode::Help { .. } | Mode::Input, action) => self.exit_mode_and_run(now, action),
        }
    }

    /// Handles an action that has the same effect in every mode. Returns `None` for others.
    fn global_action(&mut self, now: Now, action: Action) -> Option<Update> {
        Some(match action {
            Action::Suspend if self.guest_count() > 0 => {
                self.add_notice(
                    now,
                    RowKind::Error,
                    "Not suspended: your server would stop while others are connected.",
                );
                Update::redraw(true)
            }
            Action::Suspend => Update::effect(Effect::Suspend),
            Action::Redraw => Update::effect(Effect::Repaint),
            Action::Tab(to) if self.preview.is_none() && self.mode != Mode::HiddenLine => self.move_to_tab(to),
            // As in other chat clients, if there are several tabs.
            Action::HistoryPrev if self.mode == Mode::Input && self.has_tabs() => self.move_to_tab(TabMove::Previous),
            Action::HistoryNext if self.mode == Mode::Input && self.has_tabs() => self.move_to_tab(TabMove::Next),
            Action::Cancel | Action::QuitOrClear if self.stops_sending() => self.stop_sending(now),
            Action::QuotedInsert => self.set_status_message("The next key is inserted as it is."),
            Action::NoCharacter => self.set_status_message("That key has no character; nothing was inserted."),
            Action::SequenceStarted(chord) => self.set_status_message(format!(
                "{chord} starts a key sequence; {} lists them.",
                self.keys.expand_key_hints("{help|/help}")
            )),
            Action::UnboundSequence { prefix, last } => {
                let help = self.keys.expand_key_hints("{help|/help}");
                self.set_status_message(format!("{prefix} {last} is not bound. {help} lists the keys."))
            }
            _ => return None,
        })
    }

    /// Leaves the mode and applies the action to the draft.
    pub(super) fn exit_mode_and_run(&mut self, now: Now, action: Action) -> Update {
        let left = self.enter(Mode::Input);
        self.sync_mode();
        let update = match self.mode {
            Mode::Start => self.on_start_page_action(now, action),
            _ => self.input_mode_action(now, action),
        };
        Update { redraw: update.redraw || left.redraw, ..update }
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
            Action::PlainTextMode => self.enter_plain_text(),
            // After a yank, the key is yank-pop, as in Emacs.
            Action::CopyMode if self.tab().line_editor().is_after_yank() => self.edit_draft(Edit::YankPop),
            Action::CopyMode => self.enter_copy_mode(),
            Action::ToggleMouse => self.toggle_mouse(),
            _ => Update::default(),
        }
    }

    /// Moves the cursor by screen lines of the draft. Returns whether it moved.
    fn move_line(&mut self, lines: isize) -> bool {
        let width = self.viewport.input_columns;
        self.tab_mut().prompt_mut().move_line(width, lines)
    }

    fn edit_draft(&mut self, edit: Edit) -> Update {
        // Text killed in a line with a secret is not kept for yanking elsewhere; undo restores it.
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
        // The slash is already in the draft.
        if std::mem::take(&mut self.has_begun_command) && c == '/' {
            return Update::redraw(true);
        }
        let answer = self.on_playback_char(now, c).or_else(|| self.on_confirm_char(now, c));
        if let Some(update) = answer.or_else(|| self.on_text_question_char(now, c)) {
            return update;
        }
        match (self.mode, c) {
            (Mode::Help { .. } | Mode::Links { .. }, 'q') => return self.enter(Mode::Input),
            (Mode::Search, c) => return self.on_search_text(c.encode_utf8(&mut [0; 4])),
            (Mode::HiddenLine, c) => return self.on_hidden_line_text(c.encode_utf8(&mut [0; 4])),
            (Mode::HistorySearch, c) => return self.on_history_search_text(c.encode_utf8(&mut [0; 4])),
            (Mode::PlainText, c) => {
                let mut update = self.leave_plain_text();
                update.effects.extend(self.type_char(now, c).effects);
                return update;
            }
            (Mode::Copy(selection), c) => return self.on_copy_char(now, selection, c),
            _ => self.mode = Mode::Input,
        }
        self.sync_mode();
        if self.mode == Mode::Start {
            return self.on_start_page_char(now, c);
        }
        self.tab_mut().prompt_mut().type_char(c);
        Update::redraw(true)
    }

    /// Handles Esc: restores a draft set aside for a command, or stops connecting.
    fn cancel(&mut self, now: Now) -> Update {
        let has_draft_back = self.tab_mut().restore_draft();
        Update { effects: if has_draft_back { Vec::new() } else { self.tab_mut().cancel(now) }, redraw: true }
    }

    /// Handles Ctrl-], as in telnet: starts a command over the draft.
    fn begin_command(&mut self) -> Update {
        self.tab_mut().stash_draft("/");
        self.has_begun_command = true;
        self.set_status_message("Type a command; Esc returns to the draft.")
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

    fn enter_plain_text(&mut self) -> Update {
        self.tab_mut().set_plain_text(true);
        // The terminal needs the mouse to select text.
        Update { effects: self.capture_mouse(MouseCapture::Off), ..self.enter(Mode::PlainText) }
    }

    pub(super) fn leave_plain_text(&mut self) -> Update {
        let size = self.viewport.messages;
        self.tab_mut().set_plain_text(false);
        self.tab_mut().fit(size);
        Update { effects: self.capture_mouse(MouseCapture::On), ..self.enter(Mode::Input) }
    }

    /// Switches mouse capture, if the program uses the mouse.
    fn capture_mouse(&self, mouse: MouseCapture) -> Vec<Effect> {
        if self.options.mouse == MouseCapture::On { vec![Effect::Mouse(mouse)] } else { Vec::new() }
    }

    pub(super) fn toggle_mouse(&mut self) -> Update {
        let (mouse, words) = match self.options.mouse {
            MouseCapture::Off => (MouseCapture::On, "The mouse wheel scrolls the messages; hold Shift to select."),
            MouseCapture::On => (MouseCapture::Off, "The terminal has the mouse again."),
        };
        self.options.mouse = mouse;
        let update = self.set_status_message(words);
        Update { effects: vec![Effect::Mouse(mouse)], ..update }
    }

    pub(super) fn mouse_command(&mut self, word: &str) -> Result<Vec<Effect>, String> {
        let is_on = self.options.mouse == MouseCapture::On;
        match word {
            "" => Ok(self.toggle_mouse().effects),
            "on" if !is_on => Ok(self.toggle_mouse().effects),
            "off" if is_on => Ok(self.toggle_mouse().effects),
            "on" | "off" => Ok(Vec::new()),
            _ => Err("Usage: /mouse on (the wheel scrolls) or /mouse off (the terminal has the mouse).".to_owned()),
        }
    }

    pub(super) fn enter(&mut self, mode: Mode) -> Update {
        let changed = self.mode != mode;
        self.mode = mode;
        Update::redraw(changed)
    }
}
