//! Holds known servers: those saved in the settings file, and those used recently.

use crate::app::keys::Keymap;
use crate::app::time::LocalTime;
use crate::app::{App, Effect, LinkState, Now, Settings, Tab};
use crate::link::{CloseReason, Endpoint, LinkId};
use crate::theme::ThemeRegistry;

/// A named server from the settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedServer {
    /// The name of its section, `[servers.NAME]`.
    pub name: String,
    /// Host and port.
    pub endpoint: Endpoint,
    /// Settings for this server: the global ones, overridden by its section and by command-line options.
    pub options: Settings,
}

impl SavedServer {
    /// Finds a server by name, ignoring case.
    pub fn find<'a>(servers: &'a [Self], name: &str) -> Option<&'a Self> {
        servers.iter().find(|server| server.name.to_lowercase() == name.to_lowercase())
    }
}

/// A server used recently, with its last connection state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentServer {
    /// Its name in the settings file, if it has one.
    pub name: Option<String>,
    /// Host and port.
    pub endpoint: Endpoint,
    /// Time of the last change, in milliseconds since 1970 in local time.
    pub at: LocalTime,
    /// Last connection state in a few words: `closed by server`, `refused`.
    pub last_result: String,
}

/// The combined result of the settings file, environment variables and command-line options.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadedConfig {
    /// Global settings.
    pub options: Settings,
    /// Saved servers, in the order of the file.
    pub servers: Vec<SavedServer>,
    /// Key bindings.
    pub keys: Keymap,
    /// Built-in and user themes.
    pub themes: ThemeRegistry,
    /// Path of the settings file for display; `None` if there is no file.
    pub file: Option<String>,
    /// Harmless mistakes in the settings, a sentence each.
    pub warnings: Vec<String>,
}

/// Milliseconds within which attempts with the same result count as one visit.
const MERGE_WINDOW_MILLIS: u64 = 60_000;

impl RecentServer {
    /// Maximum number of recent servers kept.
    pub const MAX_RECENT: usize = 50;

    /// Puts this visit first in a list, newest first, with one entry per server and at most [`Self::MAX_RECENT`].
    pub fn insert_into(self, visits: &mut Vec<Self>) {
        Self::forget(visits, &self.endpoint);
        visits.insert(0, self);
        visits.truncate(Self::MAX_RECENT);
    }

    /// Removes a server from a list.
    pub fn forget(visits: &mut Vec<Self>, endpoint: &Endpoint) {
        visits.retain(|visit| !is_same(&visit.endpoint, endpoint));
    }
}

/// Whether two endpoints are equal. Host names are compared without ASCII case (RFC 4343).
pub(in crate::app) fn is_same(a: &Endpoint, b: &Endpoint) -> bool {
    a.port() == b.port() && a.host().eq_ignore_ascii_case(b.host())
}

impl App {
    /// Records the new state of a link in the recent servers. Returns the effect that stores it, if it changed.
    pub(in crate::app) fn record_visit(&mut self, now: Now, id: LinkId) -> Option<Effect> {
        let tab = self.tabs.iter().find(|tab| tab.id() == id)?;
        let visit = self.recent_server(now, tab, describe_link(tab.link())?)?;
        let before = self.recent_servers.iter().find(|before| is_same(&before.endpoint, &visit.endpoint));
        let is_known = |before: &RecentServer| {
            before.last_result == visit.last_result && visit.at.0 < before.at.0 + MERGE_WINDOW_MILLIS
        };
        if before.is_some_and(is_known) {
            return None;
        }
        visit.clone().insert_into(&mut self.recent_servers);
        Some(Effect::SaveRecentServer(visit))
    }

    /// Records that the user disconnects the current tab, if it is connected. Its link reports nothing afterwards.
    pub(in crate::app) fn on_leave(&mut self, now: Now) -> Option<Effect> {
        let tab = Some(self.tab()).filter(|tab| tab.is_open())?;
        let visit = self.recent_server(now, tab, LEFT_BY_USER)?;
        visit.clone().insert_into(&mut self.recent_servers);
        Some(Effect::SaveRecentServer(visit))
    }

    /// Returns the effects that store connected servers and finish logs when the program ends for any reason.
    pub fn on_quit(&mut self, now: Now) -> Vec<Effect> {
        // A recording that is played is not a server.
        let open = self.tabs.iter().filter(|tab| tab.is_open() && self.replay.is_none());
        let visits: Vec<_> =
            open.filter_map(|tab| self.recent_server(now, tab, LEFT_BY_USER)).map(Effect::SaveRecentServer).collect();
        let logs = self.finish_logs(now);
        visits.into_iter().chain(logs).collect()
    }

    fn recent_server(&self, now: Now, tab: &Tab, state: &str) -> Option<RecentServer> {
        let endpoint = tab.endpoint()?.clone();
        let server = self.servers.iter().find(|server| is_same(&server.endpoint, &endpoint));
        let name = server.map(|server| server.name.clone());
        Some(RecentServer { name, endpoint, at: now.wall, last_result: state.to_owned() })
    }
}

/// State of a server that the user disconnected from.
const LEFT_BY_USER: &str = "disconnected";

/// Describes the state of a link for the list of recent servers; `None` while there is no result yet.
const fn describe_link(link: &LinkState) -> Option<&'static str> {
    match link {
        LinkState::Open { .. } => Some("connected"),
        LinkState::Closed { reason, .. } => describe_close(reason),
        LinkState::Waiting(waiting) => describe_close(&waiting.reason),
        LinkState::Idle | LinkState::Opening(_) => None,
    }
}

const fn describe_close(reason: &CloseReason) -> Option<&'static str> {
    match reason {
        CloseReason::ByPeer => Some("closed by server"),
        CloseReason::ByUs => Some(LEFT_BY_USER),
        CloseReason::Cancelled => None,
        CloseReason::Failed(error) => Some(error.cause.brief()),
    }
}
