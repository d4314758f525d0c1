//! Servers that are known: those of the settings file, and those that were visited.

use crate::app::keys::Keymap;
use crate::app::time::LocalTime;
use crate::app::{App, Effect, LinkState, Now, Settings, Tab};
use crate::link::{CloseReason, Endpoint, LinkId};
use crate::theme::ThemeRegistry;

/// A server with a name, from the settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedServer {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub endpoint: Endpoint,
    /// How to behave there: the options of everywhere with its own over them, and what was said on the command line over both.
    pub options: Settings,
}

impl SavedServer {
    /// The one of this name, in capitals or not.
    pub fn find<'a>(servers: &'a [Self], name: &str) -> Option<&'a Self> {
        servers.iter().find(|server| server.name.to_lowercase() == name.to_lowercase())
    }
}

/// A server that was visited, and how that went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentServer {
    /// Its name in the settings file, if it has one.
    pub name: Option<String>,
    /// Where it is.
    pub endpoint: Endpoint,
    /// When, milliseconds since 1970 in local time as everywhere in the core.
    pub at: LocalTime,
    /// How it stood last, in a few words: `closed by server`, `refused`.
    pub last_result: String,
}

/// What the settings come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadedConfig {
    /// How to behave where nothing else is said.
    pub options: Settings,
    /// The servers that have a name, in the order of the file.
    pub servers: Vec<SavedServer>,
    /// What keys mean.
    pub keys: Keymap,
    /// The themes there are.
    pub themes: ThemeRegistry,
    /// The file they were read from, as it is told; nothing where there is none.
    pub file: Option<String>,
    /// What is odd but does no harm: a sentence each.
    pub warnings: Vec<String>,
}

/// Milliseconds for which a server that is tried again and again, with the same result, is one visit.
const MERGE_WINDOW: u64 = 60_000;

impl RecentServer {
    /// How many servers are kept. More than anybody looks through.
    pub const MAX_RECENT: usize = 50;

    /// Adds it to others, the latest first: each server has one, and `RecentServer::MAX_LINKS` are kept.
    pub fn insert_into(self, visits: &mut Vec<Self>) {
        Self::forget(visits, &self.endpoint);
        visits.insert(0, self);
        visits.truncate(Self::MAX_RECENT);
    }

    /// Takes a server out.
    pub fn forget(visits: &mut Vec<Self>, endpoint: &Endpoint) {
        visits.retain(|visit| !is_same(&visit.endpoint, endpoint));
    }
}

/// Whether two addresses are one: the case of a host's name means nothing (RFC 4343).
pub(in crate::app) fn is_same(a: &Endpoint, b: &Endpoint) -> bool {
    a.port() == b.port() && a.host().eq_ignore_ascii_case(b.host())
}

impl App {
    /// Keeps in mind how the server of a link stands, now that this has changed.
    pub(in crate::app) fn visited(&mut self, now: Now, id: LinkId) -> Option<Effect> {
        let tab = self.tabs.iter().find(|tab| tab.id() == id)?;
        let visit = self.recent_server(now, tab, state(tab.link())?)?;
        let before = self.recent_servers.iter().find(|before| is_same(&before.endpoint, &visit.endpoint));
        let is_known =
            |before: &RecentServer| before.last_result == visit.last_result && visit.at.0 < before.at.0 + MERGE_WINDOW;
        if before.is_some_and(is_known) {
            return None;
        }
        visit.clone().insert_into(&mut self.recent_servers);
        Some(Effect::SaveRecentServer(visit))
    }

    /// Keeps in mind that one leaves the server of the current tab, if one is connected: nothing will be heard of its link.
    pub(in crate::app) fn on_leave(&mut self, now: Now) -> Option<Effect> {
        let tab = Some(self.tab()).filter(|tab| tab.is_open())?;
        let visit = self.recent_server(now, tab, LEFT_BY_USER)?;
        visit.clone().insert_into(&mut self.recent_servers);
        Some(Effect::SaveRecentServer(visit))
    }

    /// What is to be kept now that the program ends, whoever ended it: the servers that are left with it, and the
    /// ends of logs.
    pub fn on_quit(&mut self, now: Now) -> Vec<Effect> {
        // Of a recording nobody is left.
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

/// How it stands with a server that one has left oneself.
const LEFT_BY_USER: &str = "you left";

/// How a link stands, for who comes back another day; nothing where it has not come to anything.
const fn state(link: &LinkState) -> Option<&'static str> {
    match link {
        LinkState::Open { .. } => Some("connected"),
        LinkState::Closed { reason, .. } => ended(reason),
        LinkState::Waiting(waiting) => ended(&waiting.reason),
        LinkState::Idle | LinkState::Opening(_) => None,
    }
}

const fn ended(reason: &CloseReason) -> Option<&'static str> {
    match reason {
        CloseReason::ByPeer => Some("closed by server"),
        CloseReason::ByUs => Some(LEFT_BY_USER),
        CloseReason::Cancelled => None,
        CloseReason::Failed(error) => Some(error.cause.brief()),
    }
}
