//! The core: everything the program knows and decides, and nothing it needs to ask anybody for.
//!
//! [`App::update`] takes the moment and one [`Event`] and answers with an [`Outcome`]: what is to be done outside, and
//! whether the screen has changed. No terminal, socket, clock or file occurs here, so every behaviour can be tested as
//! a function. One enum per boundary: [`Event`] in, [`Effect`] out, [`Action`] for what keys mean, `Verb` for commands.
//!
//! `App` holds [`Tab`]s from the first day; with one tab no tab bar is shown.

mod action;
pub mod command;
pub mod help;
mod house;
pub mod keys;
mod lens;
mod prompt;
mod tab;
mod time;
pub mod transcript;
mod verbs;
pub mod viewport;

pub use action::Action;
pub use house::HouseNews;
pub use lens::{TimeMode, View};
pub use prompt::{Edit, Prompt};
pub use tab::{LinkState, QUEUE_LIMIT, Tab, Traffic};
pub use time::{Now, Wall};
pub use verbs::is_nickname;

use crate::link::{Endpoint, Eol, LinkCommand, LinkEvent, LinkId};
use house::House;
use std::time::Duration;
use transcript::{Limits, RowKind};
use viewport::{Motion, Viewport};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key with a meaning.
    Act(Action),
    /// A character key.
    Type(char),
    /// Pasted text, as the terminal delivered it.
    Paste(String),
    /// News from a link.
    Link(LinkId, LinkEvent),
    /// News of the server that is hosted here.
    House(HouseNews),
    /// The moment named by [`App::deadline`] has come.
    Due,
    /// The program was to be suspended, and there is no shell to come back from.
    NoShell,
    /// The window has the focus, or has it no more. Terminals that do not tell are taken to have it.
    Focus(Focus),
    /// There is time for a piece of what is under way ([`App::has_work`]).
    Work,
    /// How [`Effect::Save`] has ended: bytes written, or the sentence that says why not.
    Saved {
        /// Where to.
        path: String,
        /// How it ended.
        result: Result<u64, String>,
    },
}

/// Whether keys reach this window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// They do.
    #[default]
    Here,
    /// Another window has them.
    Elsewhere,
}

/// Something to be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Hand this to the link.
    Link(LinkId, LinkCommand),
    /// End the program.
    Quit,
    /// Put the program to sleep.
    Suspend,
    /// Draw every cell anew.
    Repaint,
    /// Put this text on the clipboard of the terminal (OSC 52).
    Copy(String),
    /// Call the user, whose eyes are elsewhere. The core has seen to it that this does not come too often.
    Alert {
        /// How.
        way: AlertWay,
        /// What about: one line, free of control characters.
        words: String,
    },
    /// Who gets the mouse from now on.
    Mouse(Mouse),
    /// The next step of writing a file.
    Save(SaveStep),
}

/// How to call a user who looks elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlertWay {
    /// BEL.
    #[default]
    Bell,
    /// A notification of the desktop (OSC 9).
    Notify,
    /// Not at all.
    Silent,
}

/// Who gets the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mouse {
    /// The terminal, for selecting text.
    #[default]
    Terminal,
    /// The program, for the wheel.
    Program,
}

/// Writing a file, in steps: one `Create`, then any number of `Write`, then `Finish`. Whatever happens after `Create`,
/// exactly one [`Event::Saved`] follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveStep {
    /// Make this file, which must not exist.
    Create(String),
    /// Append these bytes.
    Write(Vec<u8>),
    /// All is written.
    Finish,
}

/// The answer to an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "effects have to be carried out"]
pub struct Outcome {
    /// In this order.
    pub effects: Vec<Effect>,
    /// Whether a new frame is wanted.
    pub redraw: bool,
}

/// What the user set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What ends a line on its way out.
    pub eol: Eol,
    /// The nickname to ask for on each connection.
    pub nick: Option<String>,
    /// Limit for resolving and connecting together.
    pub connect_limit: Duration,
    /// How much a tab keeps.
    pub limits: Limits,
    /// How to call a user who looks elsewhere.
    pub alert: AlertWay,
    /// Who has the mouse at the start, when it is `main` that sees to it.
    pub mouse: Mouse,
}

impl Default for Options {
    fn default() -> Self {
        let (connect_limit, limits) = (Duration::from_secs(10), Limits::default());
        Self { eol: Eol::Lf, nick: None, connect_limit, limits, alert: AlertWay::Bell, mouse: Mouse::Terminal }
    }
}

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
        self.tabs.iter_mut().for_each(|tab| redraw |= tab.on_due(now));
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

impl Outcome {
    const fn changed(redraw: bool) -> Self {
        Self { effects: Vec::new(), redraw }
    }

    fn effect(effect: Effect) -> Self {
        Self { effects: vec![effect], redraw: true }
    }
}

#[cfg(test)]
mod tests;
