//! The list of tabs: switching, opening, closing, and the memory limit of all tabs.
//!
//! A tab has an index, which changes, and a [`LinkId`], which does not. Answers to requests that take time are matched
//! by the id, because another tab may be current by then.

use super::commands::complete::CompletionState;
use super::modes::confirm::Closing;
use super::modes::hidden_line::may_hold_secret;
use super::settings::servers::SavedServer;
use super::transcript::RowKind;
use super::{Action, App, Edit, Effect, LinkState, Mode, Now, Tab, TabMove, Update};
use crate::link::{Endpoint, LinkId};
use crate::text::format_thousands;

/// Most tabs at a time.
pub(crate) const TABS_LIMIT: usize = 100;

/// Memory limit of all tabs together, in multiples of the limit of one. Above it, the largest tab loses its oldest rows,
/// but keeps at least one row.
const MAX_TOTAL_TABS_SIZE: u64 = 4;

/// The target of `/connect`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ConnectTarget {
    /// A saved server.
    Server(Box<SavedServer>),
    /// An address.
    Endpoint(Endpoint),
}

impl ConnectTarget {
    const fn endpoint(&self) -> &Endpoint {
        match self {
            Self::Server(server) => &server.endpoint,
            Self::Endpoint(endpoint) => endpoint,
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Server(server) => Some(&server.name),
            Self::Endpoint(_) => None,
        }
    }
}

impl App {
    /// Returns all tabs in the order of the tab bar, never empty.
    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// Returns the index of the current tab.
    pub const fn current(&self) -> usize {
        self.current
    }

    /// Returns the bytes in all tabs that a server has not accepted for a while and that quitting would lose.
    pub fn waiting(&self) -> usize {
        self.tabs.iter().map(Tab::waiting).sum()
    }

    /// Returns the unacknowledged bytes of all tabs in which some are overdue.
    pub fn late(&self) -> usize {
        self.tabs.iter().map(Tab::late).sum()
    }

    /// Returns the number of undelivered lines in all tabs.
    pub fn unsent(&self) -> usize {
        self.tabs.iter().map(Tab::unsent_lines).sum()
    }

    /// Returns the number of lines in all tabs that a paced send has left.
    pub fn still_sending(&self) -> usize {
        self.tabs.iter().map(Tab::lines_to_send).sum()
    }

    /// Returns whether quitting would disconnect guests or lose unsent data.
    pub(super) fn would_lose_data(&self) -> bool {
        let not_arrived = self.waiting() + self.late() + self.unsent() + self.still_sending();
        self.guest_count() > 0 || not_arrived > 0
    }

    /// Returns whether there are several tabs.
    pub const fn has_tabs(&self) -> bool {
        self.tabs.len() > 1
    }

    /// Connects the current tab to a saved server, with its settings.
    pub fn open_server(&mut self, server: &SavedServer) -> Update {
        self.tab_mut().reassign_to(&server.options);
        self.open(server.endpoint.clone())
    }

    /// Switches to another tab, if there is one.
    pub(super) fn move_to_tab(&mut self, to: TabMove) -> Update {
        let count = self.tabs.len();
        let at = match to {
            TabMove::Next => (self.current + 1) % count,
            TabMove::Previous => (self.current + count - 1) % count,
            TabMove::To(number) if (1..=count).contains(&number) => number - 1,
            TabMove::To(number) => return self.set_status_message(no_such_tab(number, count)),
            TabMove::NextActive => return self.go_to_active(),
        };
        if !self.has_tabs() {
            return self.set_status_message("There is only one tab; /connect ADDRESS opens another.");
        }
        self.active_jump_origin = None;
        self.switch_to(at)
    }

    /// Switches to the next tab with new messages, and finally back.
    fn go_to_active(&mut self) -> Update {
        let after = (1..self.tabs.len()).map(|step| (self.current + step) % self.tabs.len());
        let news = |at: &usize| self.tabs.get(*at).map_or((0, 0), |tab| (tab.unseen_mentions(), tab.new_rows()));
        let by_mention = after.clone().find(|at| news(at).0 > 0);
        let active = by_mention.or_else(|| after.clone().find(|at| news(at).1 > 0));
        let here = self.tab().id();
        match (active, self.active_jump_origin) {
            (Some(at), origin) => {
                self.active_jump_origin = origin.or(Some(here));
                self.switch_to(at)
            }
            (None, Some(back)) => {
                self.active_jump_origin = None;
                match self.place_of(back) {
                    Some(at) if back != here => self.switch_to(at),
                    _ => self.set_status_message(NO_NEWS),
                }
            }
            (None, None) => self.set_status_message(NO_NEWS),
        }
    }

    /// Switches to the tab at this index and closes the mode of the previous one.
    pub(super) fn switch_to(&mut self, at: usize) -> Update {
        if at == self.current || at >= self.tabs.len() {
            return Update::redraw(false);
        }
        let left = self.exit_mode();
        // The candidates belong to the other draft.
        self.completion = CompletionState::Idle;
        if !self.tab().is_scrolled() {
            // The unread rule is drawn before rows that arrive meanwhile.
            self.tab_mut().mark_read();
        }
        self.current = at;
        let size = self.viewport.messages;
        self.tab_mut().fit(size);
        Update { redraw: true, ..left }
    }

    fn exit_mode(&mut self) -> Update {
        match self.mode {
            Mode::PlainText => self.leave_plain_text(),
            Mode::Copy(selection) => self.leave_copy_mode(selection),
            Mode::Search => {
                self.tab_mut().end_search(true);
                self.enter(Mode::Input)
            }
            Mode::HistorySearch => {
                self.history_search = None;
                self.enter(Mode::Input)
            }
            _ => self.enter(Mode::Input),
        }
    }

    pub(super) fn place_of(&self, id: LinkId) -> Option<usize> {
        self.tabs.iter().position(|tab| tab.id() == id)
    }

    pub(super) fn tab_of(&mut self, id: LinkId) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.id() == id)
    }

    /// Runs `/connect`.
    pub(super) fn connect(&mut self, words: &str) -> Result<Vec<Effect>, String> {
        if words.is_empty() {
            return match self.tab().endpoint() {
                Some(_) => Ok(self.reconnect()),
                None => Err("Usage: /connect HOST:PORT, for example /connect 127.0.0.1:12345.".to_owned()),
            };
        }
        let target = self.target(words)?;
        self.connect_to(target)
    }

    /// Switches to a tab that already has this target, or connects an unused or new tab.
    pub(super) fn connect_to(&mut self, target: ConnectTarget) -> Result<Vec<Effect>, String> {
        if let Some(at) = self.tabs.iter().position(|tab| tab.is_for(target.name(), target.endpoint())) {
            return Ok(self.return_to(at, target.endpoint().clone()));
        }
        if !self.tab().is_unused() {
            self.open_tab(self.current)
                .ok_or_else(|| format!("Not opened: there are {TABS_LIMIT} tabs already; /close! closes this one."))?;
        }
        Ok(match target {
            ConnectTarget::Server(server) => self.open_server(&server).effects,
            ConnectTarget::Endpoint(endpoint) => self.open_in(self.current, endpoint),
        })
    }

    /// Connects the tab at this index to an address. Settings of a saved server do not apply to it.
    pub(super) fn open_in(&mut self, at: usize, endpoint: Endpoint) -> Vec<Effect> {
        let Some(tab) = self.tabs.get_mut(at) else { return Vec::new() };
        if tab.name().is_some() {
            tab.reassign_to(&self.options);
        }
        tab.open(endpoint)
    }

    /// Parses the name of a saved server or an address.
    fn target(&self, words: &str) -> Result<ConnectTarget, String> {
        match SavedServer::find(&self.servers, words) {
            Some(server) => Ok(ConnectTarget::Server(Box::new(server.clone()))),
            None => Endpoint::parse(words).map(ConnectTarget::Endpoint).map_err(|error| error.to_string()),
        }
    }

    /// Switches to a tab and connects it if necessary.
    fn return_to(&mut self, at: usize, endpoint: Endpoint) -> Vec<Effect> {
        let was_here = at == self.current;
        let _ = self.switch_to(at);
        match self.tab().link() {
            LinkState::Idle | LinkState::Closed { .. } | LinkState::Waiting(_) => self.tab_mut().open(endpoint),
            LinkState::Opening(_) => Vec::new(),
            LinkState::Open { .. } => {
                let words = if was_here { "Already connected there." } else { "Already connected in this tab." };
                self.status_message = Some(words.to_owned());
                Vec::new()
            }
        }
    }

    /// Adds a tab and returns its index, or `None` at the limit. It becomes current if the tab at `at` is current and no
    /// mode is open over it.
    pub(super) fn open_tab(&mut self, at: usize) -> Option<usize> {
        if self.tabs.len() >= TABS_LIMIT {
            return None;
        }
        let tab = self.new_tab();
        self.tabs.push(tab);
        let new = self.tabs.len() - 1;
        // A question or hidden line keeps its tab; the new one opens in the background.
        if at == self.current && matches!(self.mode, Mode::Input | Mode::Start) {
            let _ = self.switch_to(new);
        }
        Some(new)
    }

    pub(super) fn new_tab(&mut self) -> Tab {
        let id = self.next_id;
        self.next_id = LinkId(id.0 + 1);
        Tab::new(id, &self.options)
    }

    /// Runs `/tab` with these arguments.
    pub(super) fn tab_command(&mut self, now: Now, words: &str) -> Result<Vec<Effect>, String> {
        let to = match words {
            "" | "next" => TabMove::Next,
            "previous" | "prev" => TabMove::Previous,
            "active" => TabMove::NextActive,
            "close" => return self.ask_to_close(now, Closing::Tab),
            words => match words.parse() {
                Ok(number) => TabMove::To(number),
                Err(_) => TabMove::To(self.tab_called(words)?),
            },
        };
        Ok(self.move_to_tab(to).effects)
    }

    /// Returns the number of the tab whose name begins with `words`, or else contains it.
    fn tab_called(&self, words: &str) -> Result<usize, String> {
        let names: Vec<String> = self.tabs.iter().map(|tab| tab.title().to_lowercase()).collect();
        let words = words.to_lowercase();
        let found = names.iter().position(|name| name.starts_with(&words));
        let found = found.or_else(|| names.iter().position(|name| name.contains(&words)));
        found.map(|at| at + 1).ok_or_else(|| {
            format!("No tab is called {words}. /tab NUMBER, /tab NAME, /tab next, /tab close; /connect opens one.")
        })
    }

    /// Runs `/close!`: removes the current tab with its messages.
    pub(super) fn close_tab(&mut self, now: Now) -> Result<Vec<Effect>, String> {
        let id = self.tab().id();
        if self.is_exporting_from(id) {
            return Err("Not closed: its messages are being saved; try again when that is done.".to_owned());
        }
        if self.start_page().is_none() {
            // The input line holds the command itself; the draft set aside for it would be lost.
            self.tab_mut().line_entered();
        }
        let left = self.tab().lines_to_send();
        let mut draft = self.tab_mut().take_all_drafts();
        if may_hold_secret(&draft) {
            draft.clear();
        }
        if !draft.is_empty() {
            self.kill_ring.push(&draft);
        }
        let (label, unsent) = (self.tab().title(), self.tab().unsent_lines());
        let (waiting, late) = (self.tab().waiting(), self.tab().late());
        let visit = self.on_leave(now);
        let logged = self.finish_log(now, self.current);
        let was_last = !self.has_tabs();
        if was_last {
            let fresh = self.new_tab();
            self.tabs.push(fresh);
        }
        self.tabs.remove(self.current);
        self.current = self.current.min(self.tabs.len() - 1);
        if was_last {
            let _ = self.start(now);
        }
        let size = self.viewport.messages;
        self.tab_mut().fit(size);
        let back = self.keys.keys_of(Action::Edit(Edit::Yank)).into_iter().next().filter(|_| !draft.is_empty());
        let kept = back.map_or_else(String::new, |key| format!(" {key} restores its draft."));
        let lost = match (waiting, unsent) {
            _ if late > 0 => {
                let bytes = format_thousands((waiting + late) as u64);
                format!(" {bytes} bytes are not acknowledged yet; they have one second to arrive.")
            }
            (0, 0) if left > 0 => format!(" {} of its lines were not sent.", format_thousands(left as u64)),
            (0, 0) => String::new(),
            (0, 1) => " 1 undelivered line is discarded.".to_owned(),
            (0, lines) => format!(" {} undelivered lines are discarded.", format_thousands(lines as u64)),
            (bytes, _) => {
                format!(" {} bytes are not sent yet; they have one second to leave.", format_thousands(bytes as u64))
            }
        };
        self.status_message = Some(format!("Closed the tab {label}.{lost}{kept}"));
        Ok(visit.into_iter().chain(logged).chain([Effect::DropLink(id)]).collect())
    }

    /// Adds a row to the tab with this endpoint, or else to the current tab.
    pub(super) fn note_in(&mut self, endpoint: Option<&Endpoint>, now: Now, kind: RowKind, words: &str) {
        let at = self.tabs.iter().position(|tab| endpoint.is_some() && tab.endpoint() == endpoint);
        match at.and_then(|at| self.tabs.get_mut(at)) {
            Some(tab) => tab.add_notice(now, kind, words),
            None => self.add_notice(now, kind, words),
        }
    }

    /// Evicts the oldest rows of the largest tab while all tabs together exceed the limit.
    pub(super) fn enforce_memory_limit(&mut self) {
        let most = self.options.limits.bytes.saturating_mul(MAX_TOTAL_TABS_SIZE);
        let size = |tab: &Tab| tab.transcript().size();
        while self.tabs.iter().map(size).sum::<u64>() > most {
            // A single row is kept, whatever its length.
            let with_more = self.tabs.iter_mut().filter(|tab| tab.transcript().rows().nth(1).is_some());
            let Some(largest) = with_more.max_by_key(|tab| size(tab)) else { return };
            largest.evict_oldest();
        }
    }
}

const NO_NEWS: &str = "Nothing new in other tabs.";

fn no_such_tab(number: usize, count: usize) -> String {
    match count {
        1 => "There is only one tab; /connect ADDRESS opens another.".to_owned(),
        _ => format!("There is no tab {number}: there are {count}."),
    }
}
