//! The chat server hosted in this process.

use crate::app::transcript::RowKind;
use crate::app::{App, Effect, HostEvent, LinkState, Now, Tab, Update};
use crate::link::{DEFAULT_PORT, Endpoint, LinkId};
use crate::text;

/// State of the hosted server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum HostState {
    /// No server; the start page offers one on this port.
    NotHosting(u16),
    /// Requested by this tab.
    Starting(LinkId),
    /// A running server.
    Running {
        /// Address that our own client uses.
        endpoint: Endpoint,
        /// Number of connected clients.
        client_count: usize,
    },
}

impl Default for HostState {
    fn default() -> Self {
        Self::NotHosting(DEFAULT_PORT)
    }
}

impl HostState {
    /// Returns whether this tab requested it.
    pub(in crate::app) fn is_requested_by(&self, id: LinkId) -> bool {
        *self == Self::Starting(id)
    }
}

impl App {
    /// Registers a server in this process, shows its banner and joins it.
    pub fn host(&mut self, now: Now, endpoint: Endpoint, banner: &[String]) -> Update {
        self.host_in(now, self.current, endpoint, banner)
    }

    /// Registers a server and joins it in the tab at this index, or in a new tab if that one is used.
    pub(in crate::app) fn host_in(&mut self, now: Now, at: usize, endpoint: Endpoint, banner: &[String]) -> Update {
        self.host_state = HostState::Running { endpoint: endpoint.clone(), client_count: 0 };
        self.list_again(now);
        let is_free = self.tabs.get(at).is_some_and(Tab::is_unused);
        let joined = if is_free { Some(at) } else { self.open_tab(at) };
        let not_joined =
            format!("Not joined: there is no room for another tab. Close one with /close!, then /connect {endpoint}.");
        let effects = joined.map_or_else(Vec::new, |at| self.open_in(at, endpoint));
        let Some(tab) = self.tabs.get_mut(joined.unwrap_or(at)) else { return Update::default() };
        for line in banner {
            tab.add_notice(now, RowKind::Notice, line);
        }
        if joined.is_none() {
            tab.add_notice(now, RowKind::Error, &not_joined);
        }
        Update { effects, redraw: true }
    }

    /// Runs `/host [PORT]`.
    pub(in crate::app) fn host_command(&mut self, port: &str) -> Result<Vec<Effect>, String> {
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

    /// Requests a server for the current tab; only one at a time.
    pub(in crate::app) fn ask_to_host(&mut self, port: u16) -> Result<Vec<Effect>, String> {
        match &self.host_state {
            HostState::NotHosting(_) => {
                self.host_state = HostState::Starting(self.tab().id());
                Ok(vec![Effect::StartServer(port)])
            }
            HostState::Starting(_) => Err("A chat is already being started.".to_owned()),
            HostState::Running { endpoint, .. } => {
                Err(format!("You already host {endpoint}. /connect {endpoint} joins it."))
            }
        }
    }

    /// Returns the number of clients, without our own, that quitting would disconnect.
    pub fn guest_count(&self) -> usize {
        let HostState::Running { endpoint, client_count } = &self.host_state else { return 0 };
        let is_ours = |tab: &&Tab| tab.endpoint() == Some(endpoint) && matches!(tab.link(), LinkState::Open { .. });
        client_count.saturating_sub(self.tabs.iter().filter(is_ours).count())
    }

    pub(in crate::app) fn on_host_event(&mut self, now: Now, event: HostEvent) -> Update {
        match event {
            HostEvent::Notice(text) => {
                let endpoint = match &self.host_state {
                    HostState::Running { endpoint, .. } => Some(endpoint.clone()),
                    HostState::NotHosting(_) | HostState::Starting(_) => None,
                };
                self.note_in(endpoint.as_ref(), now, RowKind::Notice, &text);
                Update::redraw(true)
            }
            HostEvent::ClientCount(count) => {
                if let HostState::Running { client_count, .. } = &mut self.host_state {
                    *client_count = count;
                }
                // The question before quitting shows the number.
                Update::redraw(true)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Action, Event, LocalTime, MIN_READING_TIME, Mode, Settings};
    use crate::link::{CloseReason, LinkCommand, LinkEvent};
    use std::time::Duration;

    const NOW: Now = Now { elapsed: Duration::ZERO, wall: LocalTime(0) };

    fn endpoint() -> Endpoint {
        Endpoint::parse("127.0.0.1:12345").unwrap()
    }

    fn update(app: &mut App, event: Event) -> Vec<Effect> {
        app.update(NOW, event).effects
    }

    /// Returns an app that hosts and has joined a server with this many clients.
    fn hosting(clients: usize) -> App {
        let mut app = App::new(Settings::default());
        let hosted = app.host(NOW, endpoint(), &["Listening.".to_owned()]);
        let opens = |effect: &Effect| matches!(effect, Effect::Link(_, LinkCommand::Open { .. }));
        assert!(hosted.effects.iter().all(opens));
        let opened = LinkEvent::Opened { peer: "127.0.0.1:12345".parse().unwrap() };
        update(&mut app, Event::Link(LinkId(0), opened));
        update(&mut app, HostEvent::ClientCount(clients).into());
        app
    }

    fn enter(app: &mut App, line: &str) -> Vec<Effect> {
        for c in line.chars() {
            update(app, Event::Char(c));
        }
        update(app, Event::Action(Action::Submit))
    }

    #[test]
    fn server_notices_are_rows() {
        let mut app = hosting(1);
        update(&mut app, HostEvent::Notice("refused  10.0.0.9:5000: full".to_owned()).into());
        let rows: Vec<_> = app.tab().transcript().rows().map(|row| (row.kind, row.bytes.to_vec())).collect();
        assert_eq!(rows.first(), Some(&(RowKind::Notice, b"Listening.".to_vec())));
        assert_eq!(rows.last(), Some(&(RowKind::Notice, b"refused  10.0.0.9:5000: full".to_vec())));
    }

    #[test]
    fn quitting_asks_while_guests_are_connected() {
        let mut app = hosting(2);
        assert_eq!(app.guest_count(), 1);
        assert!(!enter(&mut app, "/quit").contains(&Effect::Quit));
        assert_eq!(app.mode(), Mode::ConfirmQuit);
        update(&mut app, Event::Action(Action::Cancel));
        assert_eq!(app.mode(), Mode::Input);
        enter(&mut app, "/quit");
        let later = Now { elapsed: MIN_READING_TIME, ..NOW };
        assert_eq!(app.update(later, Event::Action(Action::Submit)).effects, [Effect::Quit]);
        update(&mut app, Event::Action(Action::Cancel));
        update(&mut app, HostEvent::ClientCount(1).into());
        assert_eq!(enter(&mut app, "/quit"), [Effect::Quit], "no guest, no question");
    }

    #[test]
    fn no_suspend_while_guests_are_connected() {
        let mut app = hosting(2);
        assert_eq!(update(&mut app, Event::Action(Action::Suspend)), []);
        let last = app.tab().transcript().rows().last().map(|row| (row.kind, row.bytes.to_vec()));
        assert!(last.is_some_and(|(kind, words)| kind == RowKind::Error && words.starts_with(b"Not suspended: ")));
        update(&mut app, HostEvent::ClientCount(1).into());
        assert_eq!(update(&mut app, Event::Action(Action::Suspend)), [Effect::Suspend]);
    }

    #[test]
    fn our_own_connection_is_not_a_guest() {
        let mut app = hosting(3);
        assert_eq!(app.guest_count(), 2);
        update(&mut app, Event::Link(LinkId(0), LinkEvent::Closed(CloseReason::ByUs)));
        assert_eq!(app.guest_count(), 3, "our client counts until the server reports its end");
        update(&mut app, HostEvent::ClientCount(2).into());
        assert_eq!(app.guest_count(), 2);
        let mut elsewhere = App::new(Settings::default());
        let _ = elsewhere.open(endpoint());
        assert_eq!(elsewhere.guest_count(), 0);
    }
}
