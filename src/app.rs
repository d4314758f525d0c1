//! The pure core: the state of the program and its reaction to events.
//!
//! [`App::update`] takes the time and an [`Event`] and returns an [`Update`]: effects for the program around it, and whether
//! to redraw. The core uses no terminal, socket, clock or file, so every behaviour can be tested as a function.

mod action;
pub mod commands;
mod effect;
mod event;
pub(crate) mod input;
pub mod keys;
pub mod logging;
pub mod modes;
pub mod playback;
pub(crate) mod prompts;
pub(crate) mod session;
pub mod settings;
pub(crate) mod tabs;
mod time;
pub mod transcript;
pub mod view;

pub use action::{Action, TabMove};
pub use commands::is_nickname;
pub use effect::{Effect, ExportStep, LogCommand, ReadSecret, StartServerError, Update};
pub use event::{Event, Focus, HostEvent, RecordingEvent};
pub use input::line_editor::{Edit, HiddenLine, KillRing, Layout, LineEditor, TextPosition};
pub use modes::Mode;
pub use modes::confirm::Closing;
pub use modes::copy::RowSelection;
pub use modes::hidden_line::{hidden_argument, may_hold_secret};
pub use modes::send_preview::SendChoice;
pub use modes::typeahead::MIN_READING_TIME;
pub use session::{
    ByteCounters, ConnectAttempt, Delivery, LinkState, PacedSend, QUEUE_LIMIT, ReconnectWait, SendError, Tab, WriteSide,
};
pub use settings::resolved::{AlertMethod, FrontendKind, MouseCapture, NickMode, Reconnect, SecretSource, Settings};
pub use settings::servers::{LoadedConfig, RecentServer, SavedServer};
pub use time::{LocalTime, Now};
pub use view::options::{ByteView, TimestampFormat};

use crate::link::{Endpoint, LinkEvent, LinkId};
use crate::theme::{Theme, ThemeName, ThemeRegistry};
use commands::complete::CompletionState;
use commands::export::Export;
use commands::host::HostState;
use input::history::History;
use input::history::search::HistorySearch;
use keys::Keymap;
use session::pending_send::PendingSend;
use std::sync::Arc;
use std::time::Duration;
use transcript::RowKind;
use view::links::LinkHit;
use view::viewport::Viewport;
use zeroize::Zeroizing;

/// The state of the whole program.
#[derive(Debug)]
pub struct App {
    /// Open tabs, never empty.
    tabs: Vec<Tab>,
    /// Index of the current tab.
    current: usize,
    /// Link id of the next tab.
    next_id: LinkId,
    /// Tab from which the user first jumped to new messages; the last jump returns there.
    active_jump_origin: Option<LinkId>,
    mode: Mode,
    options: Settings,
    /// Path of the settings file, for display.
    config_path: Option<String>,
    /// Settings as loaded last, before changes in the program.
    loaded_settings: Settings,
    history: History,
    viewport: Viewport,
    host_state: HostState,
    focus: Focus,
    /// Message about the last key, shown until the next one.
    status_message: Option<String>,
    last_alert: Option<Duration>,
    /// Links on the page of links, newest first.
    links: Vec<LinkHit>,
    export: Option<Export>,
    /// Text in the send preview.
    preview: Option<PendingSend>,
    /// Input line of `/secret`.
    hidden_line: Option<HiddenLine>,
    question: Option<modes::typeahead::Question>,
    history_search: Option<HistorySearch>,
    /// Whether the last key was a deleting Ctrl-D, which must not go on to quit when held down.
    last_key_was_ctrl_d: bool,
    /// Whether the last key inserted the slash of a command.
    has_begun_command: bool,
    last_search_query: String,
    /// Theme chosen with `/theme`.
    theme: Option<ThemeName>,
    themes: ThemeRegistry,
    keys: Keymap,
    /// Kill ring shared by all input lines.
    kill_ring: KillRing,
    completion: CompletionState,
    /// File being read for `/send`, and its tab.
    pending_send_file: Option<(LinkId, String)>,
    /// Tab whose draft is in the external editor, and that draft.
    editor_tab: Option<(LinkId, String)>,
    servers: Vec<SavedServer>,
    /// Recent servers, latest first.
    recent_servers: Vec<RecentServer>,
    history_state: modes::start_page::HistoryState,
    /// Selection mode of the start page.
    start_list_mode: modes::start_page::ListMode,
    /// Playback of a recording.
    replay: Option<playback::Player>,
    /// Open logs and the tabs that write them.
    log_registry: logging::LogRegistry,
    recording: commands::record::RecordingState,
}

impl App {
    /// Returns an app with one unconnected tab.
    pub fn new(options: Settings) -> Self {
        let tab = Tab::new(LinkId(0), &options);
        Self {
            tabs: vec![tab],
            current: 0,
            next_id: LinkId(1),
            active_jump_origin: None,
            mode: Mode::Input,
            config_path: None,
            loaded_settings: options.clone(),
            options,
            history: History::default(),
            viewport: Viewport::default(),
            host_state: HostState::default(),
            focus: Focus::Focused,
            status_message: None,
            last_alert: None,
            links: Vec::new(),
            export: None,
            preview: None,
            hidden_line: None,
            question: None,
            history_search: None,
            last_key_was_ctrl_d: false,
            has_begun_command: false,
            last_search_query: String::new(),
            theme: None,
            themes: ThemeRegistry::default(),
            keys: Keymap::default(),
            kill_ring: KillRing::default(),
            completion: CompletionState::Idle,
            pending_send_file: None,
            editor_tab: None,
            servers: Vec::new(),
            recent_servers: Vec::new(),
            history_state: modes::start_page::HistoryState::default(),
            start_list_mode: modes::start_page::ListMode::default(),
            replay: None,
            log_registry: logging::LogRegistry::default(),
            recording: commands::record::RecordingState::default(),
        }
    }

    /// Sets the saved servers.
    #[must_use]
    pub fn with_servers(self, servers: Vec<SavedServer>) -> Self {
        Self { servers, ..self }
    }

    /// Sets the key bindings.
    #[must_use]
    pub fn with_keys(self, keys: Keymap) -> Self {
        Self { keys, ..self }
    }

    /// Sets the themes.
    #[must_use]
    pub fn with_themes(self, themes: ThemeRegistry) -> Self {
        Self { themes, ..self }
    }

    /// Connects the current tab.
    pub fn open(&mut self, endpoint: Endpoint) -> Update {
        Update { effects: self.tab_mut().open(endpoint), redraw: true }
    }

    /// Handles one event, and typed text that waited for a question to be answered.
    pub fn update(&mut self, now: Now, event: Event) -> Update {
        let mut update = self.queue_typed_text(now, event).unwrap_or_else(|event| self.handle(now, event));
        self.type_queued(now, &mut update);
        self.defer_until_backlog(now, &mut update.effects);
        update.effects.extend(self.flush_logs(now));
        self.drop_external_effects(&mut update.effects);
        // A full-screen page hides the messages.
        if self.focus == Focus::Focused && !matches!(self.mode, Mode::Help { .. } | Mode::Links { .. } | Mode::Start) {
            self.tab_mut().mark_seen();
        }
        update
    }

    fn handle(&mut self, now: Now, event: Event) -> Update {
        let mode_before = self.mode;
        let had_menu = self.accept_completion(&event);
        let mut update = match event {
            Event::Action(action) => self.on_action(now, action),
            Event::Char(c) => self.type_char(now, c),
            // A paste may hold a secret.
            Event::Paste(text) => self.paste(now, &Zeroizing::new(text)),
            Event::Link(id, event) => self.on_link_event(now, id, event),
            Event::HostedServer(event) => self.on_host_event(now, event),
            Event::Timer if self.replay.is_some() => self.advance(now),
            Event::Timer => self.on_timer(now),
            Event::Focus(focus) => self.on_focus(focus),
            Event::BackgroundStep => self.background_step(),
            Event::ExportFinished { path, result } => self.on_export_finished(now, &path, result),
            Event::FileRead { path, result } => self.on_file_read(now, path, result),
            Event::EditorClosed(result) => self.on_editor_closed(now, result),
            Event::DirListed { folder, names } => self.on_dir_listed(&folder, &names),
            Event::HistoryLoaded(entries) => self.on_history_loaded(entries),
            Event::StorageWarning(message) => self.on_storage_warning(now, &message),
            Event::Recording(event) => self.on_recording_event(now, event),
            Event::ConfigReloaded(result) => self.on_config_reloaded(now, result),
            Event::RecentServersLoaded(servers) => self.on_recent_servers_loaded(now, servers),
            Event::ServerStarted(result) => self.on_server_started(now, result),
            Event::LogOpened { log, result } => self.on_log_opened(now, log, result),
            Event::LogTail { tab, result } => self.on_log_tail(now, tab, result),
            Event::Secret { tab, number, result } => self.on_secret_read(now, tab, number, result),
            Event::SuspendUnavailable => {
                self.add_notice(now, RowKind::Error, "Not suspended: no shell could resume the program.");
                Update::redraw(true)
            }
        };
        update.redraw |= had_menu;
        self.sync_mode();
        self.update_question(now, mode_before);
        update
    }

    /// Sets the sizes of the screen areas, which determine paging.
    pub fn set_screen_size(&mut self, viewport: Viewport) {
        if self.viewport != viewport {
            self.viewport = viewport;
            self.tab_mut().fit(viewport.messages);
        }
    }

    /// Returns the time at which [`Event::Timer`] is due, on the clock of [`Now::elapsed`].
    pub fn deadline(&self) -> Option<Duration> {
        match self.replay {
            // During playback, tabs follow the clock of the recording.
            Some(_) => self.replay_deadline(),
            None => self.tabs.iter().filter_map(Tab::deadline).min(),
        }
    }

    /// Returns the current tab.
    #[expect(clippy::indexing_slicing, reason = "there is always a tab, and `current` is the index of one")]
    pub fn tab(&self) -> &Tab {
        &self.tabs[self.current]
    }

    #[expect(clippy::indexing_slicing, reason = "there is always a tab, and `current` is the index of one")]
    fn tab_mut(&mut self) -> &mut Tab {
        &mut self.tabs[self.current]
    }

    /// Returns the current mode.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Returns the message about the last key.
    pub fn status_message(&self) -> Option<&str> {
        self.status_message.as_deref()
    }

    /// Returns the number of bytes, with the line end, above which a line gets a warning; 0 for no limit.
    pub fn line_limit(&self) -> usize {
        self.tab().options().line_limit
    }

    /// Returns the size in bytes of the draft's longest line as sent, with its line end.
    pub fn longest_outgoing_line(&self) -> usize {
        let text = self.tab().line_editor().text();
        text.split('\n').map(str::len).max().unwrap_or_default() + self.tab().prefix_len()
    }

    /// Returns the format of the time beside messages.
    pub const fn time(&self) -> TimestampFormat {
        self.options.time
    }

    /// Returns the theme chosen with `/theme` or for the tab's server, if any.
    pub fn theme(&self) -> Option<&Arc<Theme>> {
        self.themes.get(self.theme_name()?).ok()
    }

    /// Returns the key bindings.
    pub const fn keys(&self) -> &Keymap {
        &self.keys
    }

    /// Returns the links on the page of links, newest first.
    pub fn links(&self) -> &[LinkHit] {
        &self.links
    }

    fn on_link_event(&mut self, now: Now, id: LinkId, event: LinkEvent) -> Update {
        let is_current = self.tab().id() == id;
        // The tab may have been closed meanwhile.
        let Some(tab) = self.tab_of(id) else { return Update::default() };
        let (is_change, is_read) =
            (matches!(event, LinkEvent::Opened { .. } | LinkEvent::Closed(_)), matches!(event, LinkEvent::Received(_)));
        let mut effects = tab.on_link(now, event);
        // A change of the connection replaces the message about the last key.
        if is_current && is_change {
            self.status_message = None;
        }
        if is_read && self.has_tabs() {
            self.enforce_memory_limit();
        }
        effects.extend(self.alert_if_unfocused(now, id));
        if is_change {
            effects.extend(self.record_visit(now, id));
        }
        Update { effects, redraw: true }
    }

    fn on_timer(&mut self, now: Now) -> Update {
        let mut all = Update::default();
        for tab in &mut self.tabs {
            let update = tab.on_timer(now);
            all.effects.extend(update.effects);
            all.redraw |= update.redraw;
        }
        all
    }

    /// Adds a notice or error row to the current tab.
    fn add_notice(&mut self, now: Now, kind: RowKind, text: &str) {
        self.tab_mut().add_notice(now, kind, text);
    }

    /// Sets the message about the last key.
    fn set_status_message(&mut self, message: impl Into<String>) -> Update {
        self.status_message = Some(message.into());
        Update::redraw(true)
    }

    /// Returns whether to send [`Event::BackgroundStep`] when the loop is idle.
    pub fn has_background_work(&self) -> bool {
        self.is_exporting() || self.tabs.iter().any(Tab::has_background_work)
    }

    /// Returns whether the current tab waits for a filter or search, which must proceed even during a flood.
    pub fn has_urgent_work(&self) -> bool {
        self.tab().has_background_work()
    }

    /// Runs one step of the background work, that of the current tab first.
    fn background_step(&mut self) -> Update {
        if self.tab().has_background_work() {
            let size = self.viewport.messages;
            self.tab_mut().background_step(size);
            return Update::redraw(true);
        }
        if self.is_exporting() {
            return Update { effects: self.export_chunk(), redraw: false };
        }
        let size = self.viewport.messages;
        if let Some(tab) = self.tabs.iter_mut().find(|tab| tab.has_background_work()) {
            tab.background_step(size);
        }
        Update::redraw(true)
    }
}

#[cfg(test)]
mod tests;
