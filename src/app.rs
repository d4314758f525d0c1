//! The core: everything the program knows and decides, and nothing it needs to ask anybody for.
//!
//! [`App::update`] takes the moment and one [`Event`] and answers with an [`Outcome`]: what is to be done outside, and
//! whether the screen has changed. No terminal, socket, clock or file occurs here, so every behaviour can be tested as
//! a function. One enum per boundary: [`Event`] in, [`Effect`] out, [`Action`] for what keys mean, `Verb` for commands.
//!
//! `App` holds [`Tab`]s from the first day; with one tab no tab bar is shown.

mod action;
mod bits;
mod boundary;
pub mod command;
pub mod export;
pub mod help;
mod house;
pub mod keys;
mod lens;
pub mod links;
pub mod mention;
mod options;
pub mod pattern;
mod prompt;
mod reach;
mod reading;
pub mod search;
pub mod sieve;
pub mod speaker;
mod tab;
mod time;
pub mod transcript;
mod verbs;
pub mod viewport;

pub use action::Action;
pub use boundary::{AlertWay, Effect, Event, Focus, Mouse, Outcome, SaveStep};
pub use house::HouseNews;
pub use lens::{TimeMode, View};
pub use options::Options;
pub use prompt::{Edit, Prompt};
pub use tab::{LinkState, QUEUE_LIMIT, Tab, Traffic};
pub use time::{Now, Wall};
pub use verbs::is_nickname;

use crate::link::{Endpoint, Eol, LinkCommand, LinkEvent, LinkId};
use house::House;
use std::time::Duration;
use transcript::{Limits, RowKind};
use viewport::{Lens, Motion, Viewport};

/// Bytes a paste may bring the draft to. More than can be sent at once, less than would make it slow to look at.
const DRAFT_LIMIT: usize = 4 << 20;

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
}

/// See the module's words.
#[derive(Debug)]
pub struct App {
    /// Never empty.
    tabs: Vec<Tab>,
    /// Always the index of a tab.
    current: usize,
    mode: Mode,
    options: Options,
    viewport: Viewport,
    house: Option<House>,
}

impl App {
    /// One tab, not connected.
    pub fn new(options: Options) -> Self {
        let tab = Tab::new(LinkId(0), &options);
        Self { tabs: vec![tab], current: 0, mode: Mode::Compose, options, viewport: Viewport::default(), house: None }
    }

    /// Connects the current tab.
    pub fn open(&mut self, endpoint: Endpoint) -> Outcome {
        let limit = self.options.connect_limit;
        Outcome { effects: self.tab_mut().open(endpoint, limit), redraw: true }
    }

    /// Handles one event.
    pub fn update(&mut self, now: Now, event: Event) -> Outcome {
        match event {
            Event::Act(action) => self.act(now, action),
            Event::Type(c) => self.type_char(c),
            Event::Paste(text) => self.paste(now, &text),
            Event::Link(id, event) => self.link(now, id, event),
            Event::House(news) => self.house_news(now, news),
            Event::Due => self.due(now),
            Event::Focus(_) | Event::Work | Event::Saved { .. } => Outcome::default(),
            Event::NoShell => {
                self.note(now, RowKind::Error, "Not suspended: there is no shell to bring the program back.");
                Outcome::changed(true)
            }
        }
    }

    /// Tells how many cells there are to show things on. Paging goes by it; on a screen that is as it was nothing changes.
    pub fn fit(&mut self, viewport: Viewport) {
        if self.viewport != viewport {
            self.viewport = viewport;
            self.tab_mut().fit(viewport.text);
        }
    }

    /// When to send [`Event::Due`], on the clock of [`Now::elapsed`].
    pub fn deadline(&self) -> Option<Duration> {
        self.tabs.iter().filter_map(Tab::deadline).min()
    }

    /// Whether there is something to go on with when nothing else is to be done: then send [`Event::Work`].
    pub fn has_work(&self) -> bool {
        false
    }

    /// What the window should be called: one line, free of control characters.
    pub fn title(&self) -> String {
        let place = self.tab().endpoint().map(ToString::to_string);
        crate::text::plain(&place.map_or_else(|| "netchat-tui".to_owned(), |place| format!("{place} - netchat-tui")))
    }

    /// The tab that is shown.
    #[expect(clippy::indexing_slicing, reason = "there is always a tab, and `current` is the index of one")]
    pub fn tab(&self) -> &Tab {
        &self.tabs[self.current]
    }

    #[expect(clippy::indexing_slicing, reason = "there is always a tab, and `current` is the index of one")]
    fn tab_mut(&mut self) -> &mut Tab {
        &mut self.tabs[self.current]
    }

    /// What the keys work on.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    fn act(&mut self, now: Now, action: Action) -> Outcome {
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
            Action::HistoryBack => Outcome::changed(self.tab_mut().prompt_mut().history_back()),
            Action::HistoryForward => Outcome::changed(self.tab_mut().prompt_mut().history_forward()),
            Action::Scroll(motion) => Outcome::changed(self.tab_mut().scroll(size, motion)),
            Action::Help => self.enter(Mode::Help { top: 0 }),
            Action::Cancel => Outcome { effects: self.tab_mut().cancel(), redraw: true },
            Action::Interrupt | Action::EndOfInput if self.tab().prompt().text().is_empty() => {
                self.enter(Mode::ConfirmQuit)
            }
            Action::Interrupt => {
                // Not lost: Up brings it back.
                self.tab_mut().prompt_mut().accept();
                Outcome::changed(true)
            }
            Action::EndOfInput => Outcome::changed(self.tab_mut().prompt_mut().edit(Edit::DeleteForward)),
            Action::Suspend | Action::Redraw => Outcome::default(),
        }
    }

    fn type_char(&mut self, c: char) -> Outcome {
        match (self.mode, c) {
            (Mode::ConfirmQuit, 'y' | 'Y') => return Outcome::effect(Effect::Quit),
            (Mode::ConfirmQuit, 'n' | 'N') | (Mode::Help { .. }, 'q') => return self.enter(Mode::Compose),
            _ => self.mode = Mode::Compose,
        }
        let mut buffer = [0; 4];
        self.tab_mut().prompt_mut().insert(c.encode_utf8(&mut buffer));
        Outcome::changed(true)
    }

    /// Pasted text joins the draft. It is never sent by itself, not even if it ends with a newline.
    fn paste(&mut self, now: Now, text: &str) -> Outcome {
        let left = self.enter(Mode::Compose);
        // Terminals send a pasted newline as CR, some as CR LF.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.strip_suffix('\n').unwrap_or(&text);
        if self.tab().prompt().text().len() + text.len() > DRAFT_LIMIT {
            let words =
                format!("Not pasted: these {} bytes are more than the input line holds ({DRAFT_LIMIT}).", text.len());
            self.note(now, RowKind::Error, &words);
            return Outcome::changed(true);
        }
        self.tab_mut().prompt_mut().insert(text);
        Outcome::changed(left.redraw || !text.is_empty())
    }

    fn link(&mut self, now: Now, id: LinkId, event: LinkEvent) -> Outcome {
        // A tab may be gone by the time its link reports.
        let Some(tab) = self.tabs.iter_mut().find(|tab| tab.id() == id) else { return Outcome::default() };
        Outcome { effects: tab.on_link(now, event), redraw: true }
    }

    fn due(&mut self, now: Now) -> Outcome {
        let mut redraw = false;
        for tab in &mut self.tabs {
            redraw |= tab.on_due(now);
        }
        Outcome::changed(redraw)
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

    fn enter(&mut self, mode: Mode) -> Outcome {
        let changed = self.mode != mode;
        self.mode = mode;
        Outcome::changed(changed)
    }

    /// Says something in the current tab.
    fn note(&mut self, now: Now, kind: RowKind, words: &str) {
        self.tab_mut().note(now, kind, words);
    }
}

#[cfg(test)]
mod tests;
