//! The server that runs in this process and ends with it.

use super::transcript::RowKind;
use super::{App, Effect, Event, LinkState, Now, Outcome, Tab};
use crate::link::{DEFAULT_PORT, Endpoint, LinkId};
use crate::text;

/// What the server lets us know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HouseNews {
    /// A line for the one who runs it.
    Said(String),
    /// So many clients are in.
    Here(usize),
}

/// Whether a server is hosted here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum House {
    /// It is not; the start page offers to, on this port.
    No(u16),
    /// It has been asked for in this tab.
    Asked(LinkId),
    /// It is.
    Here {
        /// How we are connected to it ourselves.
        endpoint: Endpoint,
        /// So many clients are in.
        here: usize,
    },
}

impl Default for House {
    fn default() -> Self {
        Self::No(DEFAULT_PORT)
    }
}

impl House {
    /// Whether this tab waits for it.
    pub(super) fn was_asked_by(&self, id: LinkId) -> bool {
        *self == Self::Asked(id)
    }
}

impl App {
    /// Takes note of a server that ends with this program, says what it has to say about itself, and joins it.
    pub fn host(&mut self, now: Now, endpoint: Endpoint, introduction: &[String]) -> Outcome {
        self.host_in(now, self.current, endpoint, introduction)
    }

    /// The same in the tab of this index, or in one beside it where that one leads somewhere.
    pub(super) fn host_in(&mut self, now: Now, at: usize, endpoint: Endpoint, introduction: &[String]) -> Outcome {
        self.house = House::Here { endpoint: endpoint.clone(), here: 0 };
        self.list_again(now);
        let is_free = self.tabs.get(at).is_some_and(Tab::leads_nowhere);
        let joined = if is_free { Some(at) } else { self.tab_beside(at) };
        let not_joined =
            format!("Not joined: there is no room for another tab. /close! one, then /connect {endpoint}.");
        let effects = joined.map_or_else(Vec::new, |at| self.open_in(at, endpoint));
        let Some(tab) = self.tabs.get_mut(joined.unwrap_or(at)) else { return Outcome::default() };
        for line in introduction {
            tab.note(now, RowKind::Notice, line);
        }
        if joined.is_none() {
            tab.note(now, RowKind::Error, &not_joined);
        }
        Outcome { effects, redraw: true }
    }

    /// `/host [PORT]`.
    pub(super) fn host_command(&mut self, port: &str) -> Result<Vec<Effect>, String> {
        match port {
            "" => self.ask_to_host(DEFAULT_PORT),
            port => match port.parse() {
                Ok(port) => self.ask_to_host(port),
                Err(_not_a_number) => Err(format!(
                    "\"{}\" is not a port: /host 12345, or /host 0 for any free one.",
                    text::sanitize_line(port)
                )),
            },
        }
    }

    /// Asks for a server, joined in the current tab; one at a time.
    pub(super) fn ask_to_host(&mut self, port: u16) -> Result<Vec<Effect>, String> {
        match &self.house {
            House::No(_) => {
                self.house = House::Asked(self.tab().id());
                Ok(vec![Effect::Host(port)])
            }
            House::Asked(_) => Err("A chat is being started already.".to_owned()),
            House::Here { endpoint, .. } => {
                Err(format!("You host {endpoint} already, until you quit. /connect {endpoint} joins it."))
            }
        }
    }

    /// Clients, beside our own, for whom the server hosted here would end with us.
    pub fn guests(&self) -> usize {
        let House::Here { endpoint, here } = &self.house else { return 0 };
        let is_ours = |tab: &&Tab| tab.endpoint() == Some(endpoint) && matches!(tab.link(), LinkState::Open { .. });
        here.saturating_sub(self.tabs.iter().filter(is_ours).count())
    }

    pub(super) fn house_news(&mut self, now: Now, news: HouseNews) -> Outcome {
        match news {
            HouseNews::Said(words) => {
                let endpoint = match &self.house {
                    House::Here { endpoint, .. } => Some(endpoint.clone()),
                    House::No(_) | House::Asked(_) => None,
                };
                self.note_in(endpoint.as_ref(), now, RowKind::Notice, &words);
                Outcome::changed(true)
            }
            HouseNews::Here(count) => {
                if let House::Here { here, .. } = &mut self.house {
                    *here = count;
                }
                // It stands in the question, if that is being asked.
                Outcome::changed(true)
            }
        }
    }
}

impl From<HouseNews> for Event {
    fn from(news: HouseNews) -> Self {
        Self::House(news)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Action, Mode, Options, READING_TIME, Wall};
    use crate::link::{CloseReason, LinkCommand, LinkEvent};
    use std::time::Duration;

    const NOW: Now = Now { elapsed: Duration::ZERO, wall: Wall(0) };

    fn endpoint() -> Endpoint {
        Endpoint::parse("127.0.0.1:12345").unwrap()
    }

    fn update(app: &mut App, event: Event) -> Vec<Effect> {
        app.update(NOW, event).effects
    }

    /// Joined to a server hosted here, which has so many clients.
    fn hosting(here: usize) -> App {
        let mut app = App::new(Options::default());
        let outcome = app.host(NOW, endpoint(), &["Listening.".to_owned()]);
        let opens = |effect: &Effect| matches!(effect, Effect::Link(_, LinkCommand::Open { .. }));
        assert!(outcome.effects.iter().all(opens));
        let opened = LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() };
        update(&mut app, Event::Link(LinkId(0), opened));
        update(&mut app, HouseNews::Here(here).into());
        app
    }

    fn enter(app: &mut App, line: &str) -> Vec<Effect> {
        for c in line.chars() {
            update(app, Event::Type(c));
        }
        update(app, Event::Act(Action::Submit))
    }

    #[test]
    fn what_the_server_says_stands_in_the_pane() {
        let mut app = hosting(1);
        update(&mut app, HouseNews::Said("refused  10.0.0.9:5000: full".to_owned()).into());
        let rows: Vec<_> = app.tab().transcript().rows().map(|row| (row.kind, row.bytes.to_vec())).collect();
        assert_eq!(rows.first(), Some(&(RowKind::Notice, b"Listening.".to_vec())));
        assert_eq!(rows.last(), Some(&(RowKind::Notice, b"refused  10.0.0.9:5000: full".to_vec())));
    }

    #[test]
    fn quitting_asks_while_others_are_in() {
        let mut app = hosting(2);
        assert_eq!(app.guests(), 1);
        assert!(!enter(&mut app, "/quit").contains(&Effect::Quit));
        assert_eq!(app.mode(), Mode::ConfirmQuit);
        update(&mut app, Event::Act(Action::Cancel));
        assert_eq!(app.mode(), Mode::Compose);
        enter(&mut app, "/quit");
        let later = Now { elapsed: READING_TIME, ..NOW };
        assert_eq!(app.update(later, Event::Act(Action::Submit)).effects, [Effect::Quit]);
        update(&mut app, Event::Act(Action::Cancel));
        update(&mut app, HouseNews::Here(1).into());
        assert_eq!(enter(&mut app, "/quit"), [Effect::Quit], "alone nobody is asked");
    }

    #[test]
    fn the_server_is_not_suspended_under_its_guests() {
        let mut app = hosting(2);
        assert_eq!(update(&mut app, Event::Act(Action::Suspend)), []);
        let last = app.tab().transcript().rows().last().map(|row| (row.kind, row.bytes.to_vec()));
        assert!(last.is_some_and(|(kind, words)| kind == RowKind::Error && words.starts_with(b"Not suspended: ")));
        update(&mut app, HouseNews::Here(1).into());
        assert_eq!(update(&mut app, Event::Act(Action::Suspend)), [Effect::Suspend]);
    }

    #[test]
    fn our_own_connection_is_no_guest_and_somebody_elses_server_has_none() {
        let mut app = hosting(3);
        assert_eq!(app.guests(), 2);
        update(&mut app, Event::Link(LinkId(0), LinkEvent::Closed(CloseReason::ByUs)));
        assert_eq!(app.guests(), 3, "until the server tells that we have left, we are counted");
        update(&mut app, HouseNews::Here(2).into());
        assert_eq!(app.guests(), 2);
        let mut elsewhere = App::new(Options::default());
        let _ = elsewhere.open(endpoint());
        assert_eq!(elsewhere.guests(), 0);
    }
}
