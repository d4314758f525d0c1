//! What the keys work on: the draft as a rule, and what has been opened over it.

use super::complete::Way;
use super::prompt::Edit;
use super::transcript::RowKind;
use super::viewport::Motion;
use super::{Action, App, Effect, Mouse, Now, Outcome, Pick, help};

/// Bytes a paste may bring the draft to. More than can be sent at once, less than would make it slow to look at.
pub(super) const DRAFT_LIMIT: usize = 4 << 20;

/// What the keys work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The draft.
    #[default]
    Compose,
    /// The help page, scrolled by so many lines.
    Help {
        /// First line shown.
        top: usize,
    },
    /// The question whether to quit.
    ConfirmQuit,
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
        match (self.mode, action) {
            (_, Action::Suspend) if self.guests() > 0 => {
                self.note(now, RowKind::Error, "Not suspended: the server here would stand still, and others are in.");
                Outcome::changed(true)
            }
            (_, Action::Suspend) => Outcome::effect(Effect::Suspend),
            (_, Action::Redraw) => Outcome::effect(Effect::Repaint),
            (Mode::ConfirmQuit, Action::Submit | Action::Interrupt | Action::EndOfInput) => {
                Outcome::effect(Effect::Quit)
            }
            (Mode::Help { top }, Action::Scroll(motion)) => self.scroll_help(top, motion),
            (Mode::Help { .. } | Mode::ConfirmQuit, Action::Cancel)
            | (Mode::Help { .. }, Action::Help | Action::Submit | Action::Interrupt | Action::EndOfInput) => {
                self.enter(Mode::Compose)
            }
            (Mode::Search, action) => self.act_in_search(action),
            (Mode::Bare, Action::Scroll(motion)) => {
                let size = self.viewport.bare;
                Outcome::changed(self.tab_mut().scroll(size, motion))
            }
            (Mode::Bare, _) => self.leave_bare(),
            (Mode::Pick(pick), action) => self.act_in_pick(pick, action),
            (Mode::Links { at }, action) => self.act_in_links(at, action),
            _ => {
                let left = self.enter(Mode::Compose);
                let outcome = self.act_in_compose(now, action);
                Outcome { redraw: outcome.redraw || left.redraw, ..outcome }
            }
        }
    }

    fn act_in_compose(&mut self, now: Now, action: Action) -> Outcome {
        let size = self.viewport.text;
        match action {
            Action::Edit(edit) => Outcome::changed(self.tab_mut().prompt_mut().edit(edit)),
            Action::EndOfText if self.tab().prompt().text().is_empty() => {
                Outcome::changed(self.tab_mut().scroll(size, Motion::Bottom))
            }
            Action::EndOfText => Outcome::changed(self.tab_mut().prompt_mut().edit(Edit::End)),
            Action::Submit => self.submit(now),
            Action::HistoryBack => Outcome::changed(self.tab_mut().history_back()),
            Action::HistoryForward => Outcome::changed(self.tab_mut().history_forward()),
            Action::Scroll(motion) => Outcome::changed(self.tab_mut().scroll(size, motion)),
            Action::Help => self.enter(Mode::Help { top: 0 }),
            Action::Complete => self.complete(Way::Forward),
            Action::CompleteBack => self.complete(Way::Back),
            Action::Cancel if self.cancel_completion() => Outcome::changed(true),
            Action::Cancel => Outcome { effects: self.tab_mut().cancel(), redraw: true },
            Action::Interrupt | Action::EndOfInput if self.tab().prompt().text().is_empty() => {
                self.enter(Mode::ConfirmQuit)
            }
            Action::Interrupt => {
                // Not lost: Up brings it back.
                self.tab_mut().accept();
                Outcome::changed(true)
            }
            Action::EndOfInput => Outcome::changed(self.tab_mut().prompt_mut().edit(Edit::DeleteForward)),
            Action::Search | Action::SearchOlder => self.begin_search(),
            Action::NextView => self.next_view(),
            Action::NextTime => self.next_time(),
            Action::Unread => self.go_to_unread(),
            Action::MentionBack => self.go_to_mention(super::search::Direction::Older),
            Action::MentionForward => self.go_to_mention(super::search::Direction::Newer),
            Action::Bare => self.enter_bare(),
            Action::Pick => self.begin_pick(),
            Action::Mouse => self.toggle_mouse(),
            Action::Suspend | Action::Redraw | Action::SearchCase | Action::SearchRegex => Outcome::default(),
        }
    }

    pub(super) fn type_char(&mut self, now: Now, c: char) -> Outcome {
        self.flash = None;
        match (self.mode, c) {
            (Mode::ConfirmQuit, 'y' | 'Y') => return Outcome::effect(Effect::Quit),
            (Mode::ConfirmQuit, 'n' | 'N') | (Mode::Help { .. } | Mode::Links { .. }, 'q') => {
                return self.enter(Mode::Compose);
            }
            (Mode::Search, c) => return self.type_in_search(c.encode_utf8(&mut [0; 4])),
            (Mode::Bare, _) => return self.leave_bare(),
            (Mode::Pick(pick), c) => return self.type_in_pick(now, pick, c),
            _ => self.mode = Mode::Compose,
        }
        let mut buffer = [0; 4];
        self.tab_mut().prompt_mut().insert(c.encode_utf8(&mut buffer));
        Outcome::changed(true)
    }

    /// Pasted text joins the draft. It is never sent by itself, not even if it ends with a newline.
    pub(super) fn paste(&mut self, now: Now, text: &str) -> Outcome {
        self.flash = None;
        // Terminals send a pasted newline as CR, some as CR LF.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let left = match self.mode {
            Mode::Search => return self.type_in_search(text.lines().next().unwrap_or_default()),
            Mode::Bare => self.leave_bare(),
            Mode::Pick(pick) => self.leave_pick(pick),
            _ => self.enter(Mode::Compose),
        };
        if self.tab().prompt().text().len() + text.len() > DRAFT_LIMIT {
            let words =
                format!("Not pasted: these {} bytes are more than the input line holds ({DRAFT_LIMIT}).", text.len());
            self.note(now, RowKind::Error, &words);
            return Outcome { redraw: true, ..left };
        }
        self.tab_mut().prompt_mut().insert(text);
        Outcome { redraw: left.redraw || !text.is_empty(), ..left }
    }

    fn scroll_help(&mut self, top: usize, motion: Motion) -> Outcome {
        let height = self.viewport.page.lines;
        let last = help::page(self.viewport.page.columns).len().saturating_sub(height);
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

    fn leave_bare(&mut self) -> Outcome {
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
