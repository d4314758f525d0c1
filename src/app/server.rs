//! Servers that are known: those of the settings file, and those that were visited.

use super::keys::Keymap;
use super::time::Wall;
use super::{App, Effect, LinkState, Now, Options, Tab};
use crate::link::{CloseReason, Endpoint, LinkId};
use crate::looks::ThemeRegistry;

/// A server with a name, from the settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub endpoint: Endpoint,
    /// How to behave there: the options of everywhere with its own over them, and what was said on the command line over both.
    pub options: Options,
}

impl Server {
    /// The one of this name, in capitals or not.
    pub fn find<'a>(servers: &'a [Self], name: &str) -> Option<&'a Self> {
        servers.iter().find(|server| server.name.to_lowercase() == name.to_lowercase())
    }
}

/// A server that was visited, and how that went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Its name in the settings file, if it has one.
    pub name: Option<String>,
    /// Where it is.
    pub endpoint: Endpoint,
    /// When, milliseconds since 1970 in local time as everywhere in the core.
    pub at: Wall,
    /// How it stood last, in a few words: `closed by server`, `refused`.
    pub state: String,
}

/// What the settings come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configured {
    /// How to behave where nothing else is said.
    pub options: Options,
    /// The servers that have a name, in the order of the file.
    pub servers: Vec<Server>,
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
const ONE_VISIT: u64 = 60_000;

impl Visit {
    /// How many servers are kept. More than anybody looks through.
    pub const MOST: usize = 50;

    /// Adds it to others, the latest first: each server has one, and [`Visit::MOST`] are kept.
    pub fn add_to(self, visits: &mut Vec<Self>) {
        Self::forget(visits, &self.endpoint);
        visits.insert(0, self);
        visits.truncate(Self::MOST);
    }

    /// Takes a server out.
    pub fn forget(visits: &mut Vec<Self>, endpoint: &Endpoint) {
        visits.retain(|visit| !is_same(&visit.endpoint, endpoint));
    }
}

/// Whether two addresses are one: the case of a host's name means nothing (RFC 4343).
pub(super) fn is_same(a: &Endpoint, b: &Endpoint) -> bool {
    a.port() == b.port() && a.host().eq_ignore_ascii_case(b.host())
}

impl App {
    /// Keeps in mind how the server of a link stands, now that this has changed.
    pub(super) fn visited(&mut self, now: Now, id: LinkId) -> Option<Effect> {
        let tab = self.tabs.iter().find(|tab| tab.id() == id)?;
        let visit = self.visit(now, tab, state(tab.link())?)?;
        let before = self.visits.iter().find(|before| is_same(&before.endpoint, &visit.endpoint));
        let is_known = |before: &Visit| before.state == visit.state && visit.at.0 < before.at.0 + ONE_VISIT;
        if before.is_some_and(is_known) {
            return None;
        }
        visit.clone().add_to(&mut self.visits);
        Some(Effect::Visited(visit))
    }

    /// Keeps in mind that one leaves the server of the current tab, if one is connected: nothing will be heard of its link.
    pub(super) fn left(&mut self, now: Now) -> Option<Effect> {
        let tab = Some(self.tab()).filter(|tab| tab.is_open())?;
        let visit = self.visit(now, tab, LEFT)?;
        visit.clone().add_to(&mut self.visits);
        Some(Effect::Visited(visit))
    }

    /// What is to be kept now that the program ends, whoever ended it: the servers that are left with it, and the
    /// ends of logs.
    pub fn leave(&mut self, now: Now) -> Vec<Effect> {
        // Of a recording nobody is left.
        let open = self.tabs.iter().filter(|tab| tab.is_open() && self.replay.is_none());
        let visits: Vec<_> = open.filter_map(|tab| self.visit(now, tab, LEFT)).map(Effect::Visited).collect();
        let logs = self.end_logs(now);
        visits.into_iter().chain(logs).collect()
    }

    fn visit(&self, now: Now, tab: &Tab, state: &str) -> Option<Visit> {
        let endpoint = tab.endpoint()?.clone();
        let server = self.servers.iter().find(|server| is_same(&server.endpoint, &endpoint));
        let name = server.map(|server| server.name.clone());
        Some(Visit { name, endpoint, at: now.wall, state: state.to_owned() })
    }
}

/// How it stands with a server that one has left oneself.
const LEFT: &str = "you left";

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
        CloseReason::ByUs => Some(LEFT),
        CloseReason::Cancelled => None,
        CloseReason::Failed(error) => Some(error.cause.brief()),
    }
}
