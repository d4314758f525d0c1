//! What can be chosen on the start page.

use crate::app::settings::servers::is_same;
use crate::app::{LocalTime, RecentServer, SavedServer};
use crate::link::{DEFAULT_PORT, Endpoint};

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StartPageEntryKind {
    /// A server of the settings file.
    Saved,
    /// One that was visited.
    Recent,
    /// Where a server of the lab runs as a rule: this machine.
    Default,
    /// The server that is hosted here.
    HostedHere,
    /// A chat that could be hosted here, on this port, or on any that is free.
    OfferHost(u16),
    /// The address that was typed.
    Typed,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPageEntry {
    /// What it is.
    pub kind: StartPageEntryKind,
    /// What it is called; empty where it is called by its address.
    pub name: String,
    /// Where it is; empty where that is not known before.
    pub address: String,
    /// What is known about it, the longest form first; at least one, which may be empty.
    pub details: Vec<String>,
    /// Which clusters of `ExportRow::messages` are what was typed, in order.
    pub matched: Vec<usize>,
    /// Where it leads to.
    pub(super) endpoint: Option<Endpoint>,
}

/// Characters of a name that are looked at. More fit on no screen beside an address.
const NAME: usize = 100;

/// What the start page is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageData<'a> {
    pub(super) servers: &'a [SavedServer],
    /// The latest first.
    pub(super) visits: &'a [RecentServer],
    pub(super) hosting: Hosting<'a>,
    pub(super) now: LocalTime,
}

/// Whether a chat can be hosted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hosting<'a> {
    /// On this port, or on any.
    On(u16),
    /// One is already, here.
    Here(&'a Endpoint),
}

impl StartPageEntry {
    /// Name and address as they are searched, each cluster of which is one of `ui`'s glyphs.
    pub fn text(&self) -> String {
        match (self.name.is_empty(), self.address.is_empty()) {
            (true, _) => self.address.clone(),
            (_, true) => self.name.clone(),
            _ => format!("{} {}", self.name, self.address),
        }
    }

    /// Whether it is one of the earlier sessions that can be forgotten.
    pub fn can_be_forgotten(&self) -> bool {
        self.kind == StartPageEntryKind::Recent
    }

    fn new(kind: StartPageEntryKind, name: &str, endpoint: &Endpoint, says: Vec<String>) -> Self {
        Self {
            kind,
            // A name may hold anything: what is searched and shown is what can be seen of it.
            name: crate::text::sanitize_line(&name.chars().take(NAME).collect::<String>()),
            address: crate::text::sanitize_line(&endpoint.to_string()),
            details: says,
            matched: Vec::new(),
            endpoint: Some(endpoint.clone()),
        }
    }

    /// An address that was typed.
    pub(super) fn typed(endpoint: &Endpoint) -> Self {
        Self::new(StartPageEntryKind::Typed, "", endpoint, vec!["as typed".to_owned()])
    }
}

/// All there is to choose from, in the order of the page.
pub(super) fn all(known: PageData<'_>) -> Vec<StartPageEntry> {
    let mut entries: Vec<StartPageEntry> = known.servers.iter().map(|server| saved(server, known)).collect();
    for visit in known.visits {
        let is_house = matches!(known.hosting, Hosting::Here(house) if is_same(house, &visit.endpoint));
        if !is_house && !entries.iter().any(|entry| entry.leads_to(&visit.endpoint)) {
            let name = visit.name.as_deref().unwrap_or_default();
            entries.push(StartPageEntry::new(
                StartPageEntryKind::Recent,
                name,
                &visit.endpoint,
                state(visit, known.now),
            ));
        }
    }
    if let Ok(usual) = Endpoint::new("127.0.0.1", DEFAULT_PORT)
        && !entries.iter().any(|entry| entry.leads_to(&usual))
        && !matches!(known.hosting, Hosting::Here(house) if is_same(house, &usual))
    {
        entries.push(StartPageEntry::new(
            StartPageEntryKind::Default,
            "",
            &usual,
            forms(&["a server on this machine", "this machine"]),
        ));
    }
    entries.extend(house(known.hosting));
    entries
}

impl StartPageEntry {
    /// Whether this is where it leads.
    pub(super) fn leads_to(&self, endpoint: &Endpoint) -> bool {
        self.endpoint.as_ref().is_some_and(|own| is_same(own, endpoint))
    }
}

fn saved(server: &SavedServer, known: PageData<'_>) -> StartPageEntry {
    let visit = known.visits.iter().find(|visit| is_same(&visit.endpoint, &server.endpoint));
    let says = visit.map_or_else(|| vec![String::new()], |visit| state(visit, known.now));
    StartPageEntry::new(StartPageEntryKind::Saved, &server.name, &server.endpoint, says)
}

fn house(hosting: Hosting<'_>) -> Option<StartPageEntry> {
    let entry = |kind, name: &str, address: String, says: &[&str]| StartPageEntry {
        kind,
        name: name.to_owned(),
        address,
        details: forms(says),
        matched: Vec::new(),
        endpoint: None,
    };
    Some(match hosting {
        Hosting::Here(endpoint) => {
            StartPageEntry::new(StartPageEntryKind::HostedHere, "", endpoint, forms(&["hosted here"]))
        }
        Hosting::On(0) => entry(
            StartPageEntryKind::OfferHost(0),
            "Host a chat here",
            String::new(),
            &["on a port that is free", "any free port"],
        ),
        Hosting::On(port) => {
            let address = Endpoint::new("127.0.0.1", port).ok()?.to_string();
            let says = ["others on this machine can join", "and join it", ""];
            entry(StartPageEntryKind::OfferHost(port), "Host a chat here", address, &says)
        }
    })
}

/// How a visit went, and how long ago.
fn state(visit: &RecentServer, now: LocalTime) -> Vec<String> {
    let state = crate::text::sanitize_line(&visit.last_result);
    let ago = format_age(now.0.saturating_sub(visit.at.0) / 1000);
    vec![format!("{state}, {ago}"), state, String::new()]
}

fn forms(forms: &[&str]) -> Vec<String> {
    forms.iter().map(|&form| form.to_owned()).collect()
}

/// So many seconds ago, as people put it. A clock that was set back makes the future out of the past: that is now.
fn format_age(seconds: u64) -> String {
    match seconds {
        0..60 => "just now".to_owned(),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        86_400..172_800 => "a day ago".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago_is_said_as_people_do() {
        for (seconds, words) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (3599, "59 min ago"),
            (3600, "1 h ago"),
            (86_399, "23 h ago"),
            (86_400, "a day ago"),
            (172_800, "2 days ago"),
            (u64::MAX / 1000, "213503982334 days ago"),
        ] {
            assert_eq!(format_age(seconds), words);
        }
    }
}
