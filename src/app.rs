//! The core: everything the program knows and decides, and nothing it needs to ask anybody for.
//!
//! [`App::update`] takes the moment and one [`Event`] and answers with an [`Outcome`]: what is to be done outside, and
//! whether the screen has changed. No terminal, socket, clock or file occurs here, so every behaviour can be tested as
//! a function. One enum per boundary: [`Event`] in, [`Effect`] out, [`Action`] for what keys mean, `Verb` for commands.
//!
//! `App` holds [`Tab`]s from the first day; with one tab no tab bar is shown.

pub mod accents;
mod action;
mod attention;
mod bits;
mod boundary;
mod calling;
pub mod command;
pub mod complete;
mod completing;
mod configured;
mod ending;
pub mod export;
mod finding;
pub mod help;
pub mod history;
mod house;
pub mod keys;
mod lens;
pub mod links;
pub mod log;
mod logging;
mod looking;
pub mod mention;
mod modes;
mod options;
mod outgoing;
pub mod parcel;
mod pasting;
pub mod pattern;
mod picking;
mod preview;
mod prompt;
mod reach;
mod reading;
mod recalling;
mod recording;
pub mod replay;
mod saving;
pub mod search;
mod searching;
mod secret;
mod server;
pub mod settings;
pub mod sieve;
pub mod speaker;
pub mod start;
mod tab;
pub mod tabs;
mod time;
pub mod transcript;
mod typeahead;
mod verbs;
pub mod viewport;
mod working;

pub use action::Action;
pub use boundary::{
    AlertWay, Effect, Event, Focus, LogStep, Mouse, NotHosted, Outcome, ReadSecret, SaveStep, SecretSource,
};
pub use ending::Closing;
pub use house::HouseNews;
pub use lens::{TimeMode, View};
pub use modes::Mode;
pub use options::{FaceKind, NickMode, Options, Reconnect};
pub use picking::Pick;
pub use preview::Choice;
pub use prompt::{Edit, HiddenLine, KillRing, Layout, Place, Prompt};
pub use recording::RecordNews;
pub use secret::{hidden_argument, may_hold_secret};
pub use server::{Configured, Server, Visit};
pub use tab::{Delivery, Dialled, LinkState, Outgoing, QUEUE_LIMIT, Refusal, Sending, Tab, Traffic, Waiting};
pub use tabs::TabMove;
pub use time::{Now, Wall};
pub use typeahead::READING_TIME;
pub use verbs::is_nickname;

use crate::link::{Endpoint, LinkEvent, LinkId};
use crate::looks::{Theme, ThemeName, ThemeRegistry};
use completing::Completing;
use history::{History, finder::Finder};
use house::House;
use keys::Keymap;
use links::Found;
use parcel::Parcel;
use saving::Saving;
use std::sync::Arc;
use std::time::Duration;
use transcript::RowKind;
use viewport::Viewport;
use zeroize::Zeroizing;

/// See the module's words.
#[derive(Debug)]
pub struct App {
    /// Never empty.
    tabs: Vec<Tab>,
    /// Always the index of a tab.
    current: usize,
    /// What the next tab's link is called.
    next_id: LinkId,
    /// The tab from which one went to look what is new in others.
    set_out: Option<LinkId>,
    mode: Mode,
    options: Options,
    /// The file they were read from, as it is told.
    file: Option<String>,
    /// The same as it was read last, before anything was changed here.
    given: Options,
    history: History,
    viewport: Viewport,
    house: House,
    focus: Focus,
    /// A word about what the last key did, until the next one.
    flash: Option<String>,
    /// When the user was called last.
    called: Option<Duration>,
    /// The links of the page of links.
    links: Vec<Found>,
    saving: Option<Saving>,
    /// What is being looked at before it is sent.
    preview: Option<Parcel>,
    secret: Option<HiddenLine>,
    question: Option<typeahead::Question>,
    finder: Option<Finder>,
    /// Whether the last key deleted with Ctrl-D: held down it shall not go on to end things.
    is_deleting: bool,
    /// Whether the last key began a command, slash included.
    has_begun_command: bool,
    /// What was searched for last.
    searched: String,
    /// What was asked for with `/theme`.
    theme: Option<ThemeName>,
    themes: ThemeRegistry,
    /// What keys mean.
    keys: Keymap,
    /// What was killed in any of the drafts.
    kills: KillRing,
    completing: Completing,
    /// The file that is read to be sent, and from which tab.
    loading: Option<(LinkId, String)>,
    /// The tab whose draft the editor has, and that draft.
    editing: Option<(LinkId, String)>,
    /// Servers that have a name.
    servers: Vec<Server>,
    /// Servers that were visited, the latest first.
    visits: Vec<Visit>,
    earlier: start::Earlier,
    /// How the start page is chosen from.
    listing: start::Listing,
    /// The recording that is played.
    replay: Option<replay::Replay>,
    /// Who writes which log.
    keeper: log::Keeper,
    recording: recording::Recording,
}

impl App {
    /// One tab, not connected.
    pub fn new(options: Options) -> Self {
        let tab = Tab::new(LinkId(0), &options);
        Self {
            tabs: vec![tab],
            current: 0,
            next_id: LinkId(1),
            set_out: None,
            mode: Mode::Compose,
            file: None,
            given: options.clone(),
            options,
            history: History::default(),
            viewport: Viewport::default(),
            house: House::default(),
            focus: Focus::Here,
            flash: None,
            called: None,
            links: Vec::new(),
            saving: None,
            preview: None,
            secret: None,
            question: None,
            finder: None,
            is_deleting: false,
            has_begun_command: false,
            searched: String::new(),
            theme: None,
            themes: ThemeRegistry::default(),
            keys: Keymap::default(),
            kills: KillRing::default(),
            completing: Completing::Idle,
            loading: None,
            editing: None,
            servers: Vec::new(),
            visits: Vec::new(),
            earlier: start::Earlier::default(),
            listing: start::Listing::default(),
            replay: None,
            keeper: log::Keeper::default(),
            recording: recording::Recording::default(),
        }
    }

    /// The same with servers that have a name.
    #[must_use]
    pub fn with_servers(self, servers: Vec<Server>) -> Self {
        Self { servers, ..self }
    }

    /// The same with other keys.
    #[must_use]
    pub fn with_keys(self, keys: Keymap) -> Self {
        Self { keys, ..self }
    }

    /// The same with the user's themes.
    #[must_use]
    pub fn with_themes(self, themes: ThemeRegistry) -> Self {
        Self { themes, ..self }
    }

    /// Connects the current tab.
    pub fn open(&mut self, endpoint: Endpoint) -> Outcome {
        Outcome { effects: self.tab_mut().open(endpoint), redraw: true }
    }

    /// Handles one event, and what was typed before and could not be handled until now.
    pub fn update(&mut self, now: Now, event: Event) -> Outcome {
        let mut outcome = self.put_by(now, event).unwrap_or_else(|event| self.handle(now, event));
        self.type_waiting(now, &mut outcome);
        self.hold_for_backlog(now, &mut outcome.effects);
        outcome.effects.extend(self.keep_logs(now));
        self.keeps_to_itself(&mut outcome.effects);
        // A page over the messages hides them.
        if self.focus == Focus::Here && !matches!(self.mode, Mode::Help { .. } | Mode::Links { .. } | Mode::Start) {
            self.tab_mut().mark_seen();
        }
        outcome
    }

    fn handle(&mut self, now: Now, event: Event) -> Outcome {
        let before = self.mode;
        let had_menu = self.accept_completion(&event);
        let mut outcome = match event {
            Event::Act(action) => self.act(now, action),
            Event::Type(c) => self.type_char(now, c),
            // It may be a secret.
            Event::Paste(text) => self.paste(now, &Zeroizing::new(text)),
            Event::Link(id, event) => self.link(now, id, event),
            Event::House(news) => self.house_news(now, news),
            Event::Due if self.replay.is_some() => self.play_on(now),
            Event::Due => self.due(now),
            Event::Focus(focus) => self.focus(focus),
            Event::Work => self.work(),
            Event::Saved { path, result } => self.saved(now, &path, result),
            Event::Loaded { path, result } => self.loaded(now, path, result),
            Event::Edited(result) => self.edited(now, result),
            Event::Listed { folder, names } => self.listed(&folder, &names),
            Event::Remembered(earlier) => self.remembered(earlier),
            Event::Forgetful(sentence) => self.forgetful(now, &sentence),
            Event::Recording(news) => self.record_news(now, news),
            Event::Configured(result) => self.configured(now, result),
            Event::Visits(visits) => self.visits(now, visits),
            Event::Hosted(result) => self.hosted(now, result),
            Event::Logged { place, result } => self.logged(now, place, result),
            Event::LogTail { tab, result } => self.log_tail(now, tab, result),
            Event::Secret { tab, number, result } => self.secret_read(now, tab, number, result),
            Event::NoShell => {
                self.note(now, RowKind::Error, "Not suspended: there is no shell to bring the program back.");
                Outcome::changed(true)
            }
        };
        outcome.redraw |= had_menu;
        self.settle();
        self.note_question(now, before);
        outcome
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
        match self.replay {
            // The tabs live by the clock of the tape.
            Some(_) => self.replay_deadline(),
            None => self.tabs.iter().filter_map(Tab::deadline).min(),
        }
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

    /// A word about what the last key did.
    pub fn flash(&self) -> Option<&str> {
        self.flash.as_deref()
    }

    /// Bytes of a line, its end included, that a server is known to read at once; 0 for no such limit.
    pub fn line_limit(&self) -> usize {
        self.tab().options().line_limit
    }

    /// Bytes of the longest line of the draft as it would go out, its end included.
    pub fn longest_line(&self) -> usize {
        let text = self.tab().prompt().text();
        text.split('\n').map(str::len).max().unwrap_or_default() + self.tab().dress()
    }

    /// The time in the gutter.
    pub const fn time(&self) -> TimeMode {
        self.options.time
    }

    /// What the theme looks like that was asked for, with `/theme` or for the server of the tab, if one was.
    pub fn theme(&self) -> Option<&Arc<Theme>> {
        self.themes.scheme(self.theme_name()?).ok()
    }

    /// What keys mean.
    pub const fn keys(&self) -> &Keymap {
        &self.keys
    }

    /// The links of the page of links, newest first.
    pub fn links(&self) -> &[Found] {
        &self.links
    }

    fn link(&mut self, now: Now, id: LinkId, event: LinkEvent) -> Outcome {
        // A tab may be gone by the time its link reports.
        let is_shown = self.tab().id() == id;
        let Some(tab) = self.tab_of(id) else { return Outcome::default() };
        let (is_change, is_read) =
            (matches!(event, LinkEvent::Opened { .. } | LinkEvent::Closed(_)), matches!(event, LinkEvent::Received(_)));
        let mut effects = tab.on_link(now, event);
        // How the link stands is news that no word about a key may stand before.
        if is_shown && is_change {
            self.flash = None;
        }
        if is_read && self.has_tabs() {
            self.keep_within_bounds();
        }
        effects.extend(self.call(now, id));
        if is_change {
            effects.extend(self.visited(now, id));
        }
        Outcome { effects, redraw: true }
    }

    fn due(&mut self, now: Now) -> Outcome {
        let mut all = Outcome::default();
        for tab in &mut self.tabs {
            let outcome = tab.on_due(now);
            all.effects.extend(outcome.effects);
            all.redraw |= outcome.redraw;
        }
        all
    }

    /// Says something in the current tab.
    fn note(&mut self, now: Now, kind: RowKind, words: &str) {
        self.tab_mut().note(now, kind, words);
    }

    /// Says something that need not be kept.
    fn say(&mut self, words: impl Into<String>) -> Outcome {
        self.flash = Some(words.into());
        Outcome::changed(true)
    }
}

#[cfg(test)]
mod tests;
