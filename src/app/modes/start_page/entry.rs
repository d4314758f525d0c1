//! Entries of the start page.

use crate::app::settings::servers::is_same;
use crate::app::{LocalTime, RecentServer, SavedServer};
use crate::link::{DEFAULT_PORT, Endpoint};

/// Kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StartPageEntryKind {
    /// A saved server.
    Saved,
    /// A recent server.
    Recent,
    /// The default address of a lab server on this machine.
    Default,
    /// The server hosted in this process.
    HostedHere,
    /// An offer to host a chat on this port, 0 for any free one.
    OfferHost(u16),
    /// The typed address.
    Typed,
}

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPageEntry {
    /// Kind of the entry.
    pub kind: StartPageEntryKind,
    /// Name; empty if the address serves as name.
    pub name: String,
    /// Address; empty if not known yet.
    pub address: String,
    /// Further information in forms of decreasing length; at least one, possibly empty.
    pub details: Vec<String>,
    /// Ascending indices of the clusters of [`StartPageEntry::text`] that match the typed text.
    pub matched: Vec<usize>,
    /// Server that the entry opens.
    pub(super) endpoint: Option<Endpoint>,
}

/// Longest displayed name, in characters.
const NAME: usize = 100;

/// Data for the list of entries.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageData<'a> {
    pub(super) servers: &'a [SavedServer],
    /// Recent servers, latest first.
    pub(super) visits: &'a [RecentServer],
    pub(super) hosting: Hosting<'a>,
    pub(super) now: LocalTime,
}

/// Hosting state for the list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hosting<'a> {
    /// A chat can be hosted on this port, 0 for any.
    On(u16),
    /// A server already runs at this address.
    Here(&'a Endpoint),
}

impl StartPageEntry {
    /// Returns name and address as searched and drawn.
    pub fn text(&self) -> String {
        match (self.name.is_empty(), self.address.is_empty()) {
            (true, _) => self.address.clone(),
            (_, true) => self.name.clone(),
            _ => format!("{} {}", self.name, self.address),
        }
    }

    /// Returns whether the entry can be removed from the recent servers.
    pub fn can_be_forgotten(&self) -> bool {
        self.kind == StartPageEntryKind::Recent
    }

    fn new(kind: StartPageEntryKind, name: &str, endpoint: &Endpoint, says: Vec<String>) -> Self {
        Self {
            kind,
            // A name may hold control characters; only visible text is searched and shown.
            name: crate::text::sanitize_line(&name.chars().take(NAME).collect::<String>()),
            address: crate::text::sanitize_line(&endpoint.to_string()),
            details: says,
            matched: Vec::new(),
            endpoint: Some(endpoint.clone()),
        }
    }

    /// Returns the entry of a typed address.
    pub(super) fn typed(endpoint: &Endpoint) -> Self {
        Self::new(StartPageEntryKind::Typed, "", endpoint, vec!["new address".to_owned()])
    }
}

/// Returns all entries in page order.
pub(super) fn all(known: PageData<'_>) -> Vec<StartPageEntry> {
    let mut entries: Vec<StartPageEntry> = known.servers.iter().map(|server| saved(server, known)).collect();
    for visit in known.visits {
        let is_hosted = matches!(known.hosting, Hosting::Here(own) if is_same(own, &visit.endpoint));
        if !is_hosted && !entries.iter().any(|entry| entry.leads_to(&visit.endpoint)) {
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
        && !matches!(known.hosting, Hosting::Here(own) if is_same(own, &usual))
    {
        entries.push(StartPageEntry::new(
            StartPageEntryKind::Default,
            "",
            &usual,
            forms(&["default lab address", "default"]),
        ));
    }
    entries.extend(hosting_entry(known.hosting));
    entries
}

impl StartPageEntry {
    /// Returns whether the entry opens this endpoint.
    pub(super) fn leads_to(&self, endpoint: &Endpoint) -> bool {
        self.endpoint.as_ref().is_some_and(|own| is_same(own, endpoint))
    }
}

fn saved(server: &SavedServer, known: PageData<'_>) -> StartPageEntry {
    let visit = known.visits.iter().find(|visit| is_same(&visit.endpoint, &server.endpoint));
    let says = visit.map_or_else(|| vec![String::new()], |visit| state(visit, known.now));
    StartPageEntry::new(StartPageEntryKind::Saved, &server.name, &server.endpoint, says)
}

fn hosting_entry(hosting: Hosting<'_>) -> Option<StartPageEntry> {
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
        Hosting::On(0) => {
            entry(StartPageEntryKind::OfferHost(0), "Host a chat here", String::new(), &["on a free port", "free port"])
        }
        Hosting::On(port) => {
            let address = Endpoint::new("127.0.0.1", port).ok()?.to_string();
            let says = ["this machine only", "local", ""];
            entry(StartPageEntryKind::OfferHost(port), "Host a chat here", address, &says)
        }
    })
}

/// Describes the result and age of a visit.
fn state(visit: &RecentServer, now: LocalTime) -> Vec<String> {
    let state = crate::text::sanitize_line(&visit.last_result);
    let ago = format_age(now.0.saturating_sub(visit.at.0) / 1000);
    vec![format!("{state}, {ago}"), state, String::new()]
}

fn forms(forms: &[&str]) -> Vec<String> {
    forms.iter().map(|&form| form.to_owned()).collect()
}

/// Formats an age in seconds. Callers clamp negative ages, after a clock change, to 0.
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
    fn ages_have_one_unit() {
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
