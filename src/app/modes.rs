//! What the keys work on: the draft as a rule, and what has been opened over it.

use super::complete;
use super::ending::Closing;
use super::prompt::{Edit, KillRing};
use super::recalling::Way;
use super::secret::may_hold_secret;
use super::tabs::TabMove;
use super::transcript::RowKind;
use super::viewport::Motion;
use super::{Action, App, Effect, Mouse, Now, Outcome, Pick};

/// What the keys work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The draft.
    #[default]
    Compose,
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
    AskEnd,
    /// The question whether to send as text what may hold a secret: [`App::preview`] if there is one, else the draft.
    ConfirmText,
    /// The question what to do with [`App::preview`].
    Preview {
        /// Which of [`super::Choice::of`].
        chosen: usize,
    },
    /// A line that nobody sees ([`App::secret`]).
    Secret,
    /// What is searched for in the history ([`App::finder`]).
    Find,
    /// What is searched for ([`super::Tab::search`]).
    Search,
    /// The messages alone, for the terminal's own selection.
    Bare,
    /// Rows to be copied.
    Pick(Pick),
    /// The page of links.
    Links {
        /// The one that is chosen.
        at: usize,
    },
}

impl App {
    pub(super) fn act(&mut self, now: Now, action: Action) -> Outcome {
        self.flash = None;
        self.is_deleting &= action == Action::EndOfInput;
        self.has_begun_command = false;
        if let Some(outcome) = self.act_in_replay(now, action).or_else(|| self.act_anywhere(now, action)) {
            return outcome;
        }
        match (self.mode, action) {
            (Mode::Help { top }, Action::Scroll(motion)) => self.scroll_help(top, motion),
            (
                Mode::Help { .. },
                Action::Cancel | Action::Help | Action::Submit | Action::Interrupt | Action::EndOfInput | Action::Abort,
            ) => self.enter(Mode::Compose),
            (Mode::ConfirmQuit | Mode::ConfirmClose(_) | Mode::ConfirmEof | Mode::AskEnd, action) => {
                self.act_in_question(now, action)
            }
            (Mode::ConfirmText, action) => self.act_in_text_question(now, action),
            (Mode::Preview { chosen }, action) => self.act_in_preview(now, chosen, action),
            (Mode::Secret, action) => self.act_in_secret(now, action),
            (Mode::Find, action) => self.act_in_find(now, action),
            (Mode::Search, action) => self.act_in_search(action),
            (Mode::Bare, Action::Scroll(motion)) => {
                let size = self.viewport.bare;
                Outcome::changed(self.tab_mut().scroll(size, motion))
            }
            (Mode::Bare, _) => self.leave_bare(),
            (Mode::Pick(pick), action) => self.act_in_pick(pick, action),
            (Mode::Links { at }, action) => self.act_in_links(at, action),
            (Mode::Start, action) => self.act_in_start(now, action),
            (Mode::Help { .. } | Mode::Compose, action) => self.act_beside(now, action),
        }
    }

    /// What a key does whatever is open, if it is one that does.
    fn act_anywhere(&mut self, now: Now, action: Action) -> Option<Outcome> {
        Some(match action {
            Action::Suspend if self.guests() > 0 => {
                self.note(now, RowKind::Error, "Not suspended: the server here would stand still, and others are in.");
                Outcome::changed(true)
            }
            Action::Suspend => Outcome::effect(Effect::Suspend),
            Action::Redraw => Outcome::effect(Effect::Repaint),
            Action::Tab(to) if self.preview.is_none() && self.mode != Mode::Secret => self.move_to_tab(to),
            // As in other chat programs, where there is somewhere to go.
            Action::HistoryBackPlain if self.mode == Mode::Compose && self.has_tabs() => {
                self.move_to_tab(TabMove::Previous)
            }
            Action::HistoryForwardPlain if self.mode == Mode::Compose && self.has_tabs() => {
                self.move_to_tab(TabMove::Next)
            }
            Action::Cancel | Action::Interrupt if self.stops_sending() => self.stop_sending(now),
            Action::Literal => self.say("The next key goes into the line as it is."),
            Action::NotTyped => self.say("That key types no character; nothing went in."),
            Action::Prefix(chord) => {
                self.say(format!("{chord}, and one more key: {} shows which.", self.keys.fill("{help|/help}")))
            }
            Action::NotBound { prefix, last } => {
                let help = self.keys.fill("{help|/help}");
                self.say(format!("{prefix} {last} means nothing. {help} shows the keys."))
            }
            _ => return None,
        })
    }

    /// Leaves what is open and does it with the draft.
    pub(super) fn act_beside(&mut self, now: Now, action: Action) -> Outcome {
        let left = self.enter(Mode::Compose);
        self.settle();
        let outcome = match self.mode {
            Mode::Start => self.act_in_start(now, action),
            _ => self.act_in_compose(now, action),
        };
        Outcome { redraw: outcome.redraw || left.redraw, ..outcome }
    }

    fn act_in_compose(&mut self, now: Now, action: Action) -> Outcome {
        let size = self.viewport.text;
        match action {
            Action::Edit(edit) => self.edit_draft(edit),
            Action::EndOfText if self.tab().prompt().text().is_empty() => {
                Outcome::changed(self.tab_mut().scroll(size, Motion::Bottom))
            }
            Action::EndOfText => self.edit_draft(Edit::End),
            Action::Submit => self.submit(now),
            Action::HistoryBack if self.move_line(-1) => Outcome::changed(true),
            Action::HistoryForward if self.move_line(1) => Outcome::changed(true),
            Action::HistoryBack => self.history_back(Way::Prefix),
            Action::HistoryForward => self.history_forward(Way::Prefix),
            Action::HistoryBackPlain => self.history_back(Way::Plain),
            Action::HistoryForwardPlain => self.history_forward(Way::Plain),
            Action::HistoryBackAll => self.history_back(Way::AllServers),
            Action::HistoryForwardAll => self.history_forward(Way::AllServers),
            Action::Scroll(motion) => Outcome::changed(self.tab_mut().scroll(size, motion)),
            Action::Help => self.enter(Mode::Help { top: 0 }),
            Action::Complete => self.complete(complete::Way::Forward),
            Action::CompleteBack => self.complete(complete::Way::Back),
            Action::Cancel | Action::Abort if self.cancel_completion() => Outcome::changed(true),
            Action::Cancel | Action::Abort => self.cancel(now),
            Action::Interrupt if self.tab().prompt().text().is_empty() => self.enter(Mode::ConfirmQuit),
            Action::EndOfInput if self.tab().prompt().text().is_empty() && self.is_deleting => Outcome::default(),
            Action::EndOfInput if self.tab().prompt().text().is_empty() => self.ask_what_ends(),
            Action::Interrupt => self.clear_draft(),
            Action::EndOfInput => {
                self.is_deleting = true;
                self.edit_draft(Edit::DeleteForward)
            }
            Action::Editor => self.lend_draft(),
            Action::CommandLine => self.begin_command(),
            Action::Search => self.begin_search(),
            Action::SearchOlder => self.begin_finding(),
            Action::SearchCase => self.edit_draft(Edit::Capitalize),
            Action::NextView => self.next_view(),
            Action::NextTime => self.next_time(),
            Action::Unread => self.go_to_unread(),
            Action::MentionBack => self.go_to_mention(super::search::Direction::Older),
            Action::MentionForward => self.go_to_mention(super::search::Direction::Newer),
            Action::Bare => self.enter_bare(),
            // As in emacs: what was put in is exchanged for what was cut before it.
            Action::Pick if self.tab().prompt().is_after_yank() => self.edit_draft(Edit::YankPop),
            Action::Pick => self.begin_pick(),
            Action::Mouse => self.toggle_mouse(),
            _ => Outcome::default(),
        }
    }

    /// Up and Down in a draft of several lines on the screen. Says whether there was one to go to.
    fn move_line(&mut self, lines: isize) -> bool {
        let width = self.viewport.input;
        self.tab_mut().prompt_mut().move_line(width, lines)
    }

    fn edit_draft(&mut self, edit: Edit) -> Outcome {
        // Undo brings back what is killed in a line with a secret; no later yank shows it somewhere else.
        let is_kept = !edit.kills() || !may_hold_secret(self.tab().prompt().text());
        let mut kills = if is_kept { std::mem::take(&mut self.kills) } else { KillRing::default() };
        let changed = self.tab_mut().prompt_mut().edit(edit, &mut kills);
        if is_kept {
            self.kills = kills;
        } else {
            self.tab_mut().prompt_mut().end_kills();
        }
        Outcome::changed(changed)
    }

    pub(super) fn type_char(&mut self, now: Now, c: char) -> Outcome {
        self.flash = None;
        self.is_deleting = false;
        // Its slash stands there already.
        if std::mem::take(&mut self.has_begun_command) && c == '/' {
            return Outcome::changed(true);
        }
        let answer = self.type_in_replay(now, c).or_else(|| self.answer(now, c));
        if let Some(outcome) = answer.or_else(|| self.answer_text_question(now, c)) {
            return outcome;
        }
        match (self.mode, c) {
            (Mode::Help { .. } | Mode::Links { .. }, 'q') => return self.enter(Mode::Compose),
            (Mode::Search, c) => return self.type_in_search(c.encode_utf8(&mut [0; 4])),
            (Mode::Secret, c) => return self.type_secret(c.encode_utf8(&mut [0; 4])),
            (Mode::Find, c) => return self.type_in_find(c.encode_utf8(&mut [0; 4])),
            (Mode::Bare, c) => {
                let mut outcome = self.leave_bare();
                outcome.effects.extend(self.type_char(now, c).effects);
                return outcome;
            }
            (Mode::Pick(pick), c) => return self.type_in_pick(now, pick, c),
            _ => self.mode = Mode::Compose,
        }
        self.settle();
        if self.mode == Mode::Start {
            return self.type_in_start(now, c);
        }
        self.tab_mut().prompt_mut().type_char(c);
        Outcome::changed(true)
    }

    /// Esc: what was put aside for a command comes back; an attempt to connect is given up.
    fn cancel(&mut self, now: Now) -> Outcome {
        let has_draft_back = self.tab_mut().take_back_draft();
        Outcome { effects: if has_draft_back { Vec::new() } else { self.tab_mut().cancel(now) }, redraw: true }
    }

    /// `^]`, as in telnet: a command, whatever is being written.
    fn begin_command(&mut self) -> Outcome {
        self.tab_mut().put_draft_aside("/");
        self.has_begun_command = true;
        self.say("A command; Esc goes back.")
    }

    fn scroll_help(&mut self, top: usize, motion: Motion) -> Outcome {
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

    fn enter_bare(&mut self) -> Outcome {
        self.tab_mut().set_bare(true);
        // The terminal selects only what it gets the mouse for.
        Outcome { effects: self.mouse_effect(Mouse::Terminal), ..self.enter(Mode::Bare) }
    }

    pub(super) fn leave_bare(&mut self) -> Outcome {
        let size = self.viewport.text;
        self.tab_mut().set_bare(false);
        self.tab_mut().fit(size);
        Outcome { effects: self.mouse_effect(Mouse::Program), ..self.enter(Mode::Compose) }
    }

    /// Hands the mouse over, if the program has been given it at all.
    fn mouse_effect(&self, mouse: Mouse) -> Vec<Effect> {
        if self.options.mouse == Mouse::Program { vec![Effect::Mouse(mouse)] } else { Vec::new() }
    }

    pub(super) fn toggle_mouse(&mut self) -> Outcome {
        let (mouse, words) = match self.options.mouse {
            Mouse::Terminal => (Mouse::Program, "The wheel scrolls the messages; select with Shift held."),
            Mouse::Program => (Mouse::Terminal, "The mouse is the terminal's again."),
        };
        self.options.mouse = mouse;
        let outcome = self.say(words);
        Outcome { effects: vec![Effect::Mouse(mouse)], ..outcome }
    }

    pub(super) fn mouse_command(&mut self, word: &str) -> Result<Vec<Effect>, String> {
        let is_on = self.options.mouse == Mouse::Program;
        match word {
            "" => Ok(self.toggle_mouse().effects),
            "on" if !is_on => Ok(self.toggle_mouse().effects),
            "off" if is_on => Ok(self.toggle_mouse().effects),
            "on" | "off" => Ok(Vec::new()),
            _ => Err("/mouse on gives the wheel to the program, /mouse off the mouse to the terminal.".to_owned()),
        }
    }

    pub(super) fn enter(&mut self, mode: Mode) -> Outcome {
        let changed = self.mode != mode;
        self.mode = mode;
        Outcome::changed(changed)
    }
}
