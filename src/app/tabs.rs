//! Several conversations: which is shown, how one gets from one to another, and how they begin and end.
//!
//! A tab is known by its place in the bar, which changes, and by its [`LinkId`], which does not. What takes time (a file
//! that is read, a search of a folder) is tied to the latter: the answer must not go to whoever is looked at by then.

use super::commands::complete::CompletionState;
use super::modes::confirm::Closing;
use super::modes::hidden_line::may_hold_secret;
use super::settings::servers::SavedServer;
use super::transcript::RowKind;
use super::{Action, App, Edit, Effect, LinkState, Mode, Now, Tab, Update};
use crate::link::{Endpoint, LinkId};
use crate::text::format_thousands;

/// Tabs there may be at once.
pub const TABS_LIMIT: usize = 100;

/// What all tabs together may keep, in full tabs: beyond it the largest one forgets its oldest rows. Of each a row is left.
const MAX_TOTAL_TABS_SIZE: u64 = 4;

/// To which tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabMove {
    /// The one after, from the last to the first.
    Next,
    /// The one before, from the first to the last.
    Previous,
    /// The one at this place, from 1.
    To(usize),
    /// The next in which something has come: mentions first. From the last of them back to where one was.
    NextActive,
}

/// Where `/connect` leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ConnectTarget {
    /// To a server that has a name.
    Server(Box<SavedServer>),
    /// To an address.
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
    /// All tabs, in the order of the bar. Never empty.
    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// Which of them is shown.
    pub const fn current(&self) -> usize {
        self.current
    }

    /// Bytes in all tabs that a server has not taken for a while, and that would be lost now.
    pub fn waiting(&self) -> usize {
        self.tabs.iter().map(Tab::waiting).sum()
    }

    /// Bytes in all tabs that the other machine has not acknowledged although some are late.
    pub fn late(&self) -> usize {
        self.tabs.iter().map(Tab::late).sum()
    }

    /// Lines in all tabs that were not delivered, and are offered again.
    pub fn unsent(&self) -> usize {
        self.tabs.iter().map(Tab::unsent_lines).sum()
    }

    /// Lines in all tabs that are still to be sent, each at its time.
    pub fn still_sending(&self) -> usize {
        self.tabs.iter().map(Tab::lines_to_send).sum()
    }

    /// Whether something would be lost with the program: a room that others are in, or what has not arrived.
    pub(super) fn would_lose_data(&self) -> bool {
        let not_arrived = self.waiting() + self.late() + self.unsent() + self.still_sending();
        self.guest_count() > 0 || not_arrived > 0
    }

    /// Whether there is more than one, so that they have to be told apart.
    pub const fn has_tabs(&self) -> bool {
        self.tabs.len() > 1
    }

    /// Connects the current tab to a server that has a name, and behaves there as it is set for it.
    pub fn open_server(&mut self, server: &SavedServer) -> Update {
        self.tab_mut().reassign_to(&server.options);
        self.open(server.endpoint.clone())
    }

    /// Goes to another tab, if there is one.
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
            return self.set_status_message("There is one tab only; /connect ADDRESS opens another.");
        }
        self.active_jump_origin = None;
        self.switch_to(at)
    }

    /// To the next tab with news, and back in the end.
    fn go_to_active(&mut self) -> Update {
        let after = (1..self.tabs.len()).map(|step| (self.current + step) % self.tabs.len());
        let news = |at: &usize| self.tabs.get(*at).map_or((0, 0), |tab| (tab.unseen_mentions(), tab.new_rows()));
        let by_mention = after.clone().find(|at| news(at).0 > 0);
        let active = by_mention.or_else(|| after.clone().find(|at| news(at).1 > 0));
        let here = self.tab().id();
        match (active, self.active_jump_origin) {
            (Some(at), set_out) => {
                self.active_jump_origin = set_out.or(Some(here));
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

    /// Shows the tab at this place. What was open over the messages of the other belongs to those, and closes.
    pub(super) fn switch_to(&mut self, at: usize) -> Update {
        if at == self.current || at >= self.tabs.len() {
            return Update::redraw(false);
        }
        let left = self.exit_mode();
        // What there was to choose from belongs to the other draft.
        self.completing = CompletionState::Idle;
        if !self.tab().is_scrolled() {
            // The rule stands before what comes while one is elsewhere.
            self.tab_mut().mark_read();
        }
        self.current = at;
        let size = self.viewport.messages;
        self.tab_mut().fit(size);
        Update { redraw: true, ..left }
    }

    fn exit_mode(&mut self) -> Update {
        match self.mode {
            Mode::PlainText => self.leave_bare(),
            Mode::Copy(pick) => self.leave_pick(pick),
            Mode::Search => {
                self.tab_mut().end_search(true);
                self.enter(Mode::Input)
            }
            Mode::HistorySearch => {
                self.finder = None;
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

    /// `/connect`.
    pub(super) fn connect(&mut self, words: &str) -> Result<Vec<Effect>, String> {
        if words.is_empty() {
            return match self.tab().endpoint() {
                Some(_) => Ok(self.reconnect()),
                None => Err("Where to? /connect HOST:PORT, for example /connect 127.0.0.1:12345.".to_owned()),
            };
        }
        let target = self.target(words)?;
        self.connect_to(target)
    }

    /// To the tab that is there already, in the one that leads nowhere, or in a new one.
    pub(super) fn connect_to(&mut self, target: ConnectTarget) -> Result<Vec<Effect>, String> {
        if let Some(at) = self.tabs.iter().position(|tab| tab.is_for(target.name(), target.endpoint())) {
            return Ok(self.return_to(at, target.endpoint().clone()));
        }
        if !self.tab().is_unused() {
            self.open_tab(self.current)
                .ok_or_else(|| format!("Not opened: there are {TABS_LIMIT} tabs already. /close! removes this one."))?;
        }
        Ok(match target {
            ConnectTarget::Server(server) => self.open_server(&server).effects,
            ConnectTarget::Endpoint(endpoint) => self.open_in(self.current, endpoint),
        })
    }

    /// Connects the tab at this place to an address. What was set for a server that has a name is not meant for this one.
    pub(super) fn open_in(&mut self, at: usize, endpoint: Endpoint) -> Vec<Effect> {
        let Some(tab) = self.tabs.get_mut(at) else { return Vec::new() };
        if tab.name().is_some() {
            tab.reassign_to(&self.options);
        }
        tab.open(endpoint)
    }

    /// A saved name, or an address.
    fn target(&self, words: &str) -> Result<ConnectTarget, String> {
        match SavedServer::find(&self.servers, words) {
            Some(server) => Ok(ConnectTarget::Server(Box::new(server.clone()))),
            None => Endpoint::parse(words).map(ConnectTarget::Endpoint).map_err(|error| error.to_string()),
        }
    }

    /// Shows a tab that is where one wants to be, and sees to it that it is connected.
    fn return_to(&mut self, at: usize, endpoint: Endpoint) -> Vec<Effect> {
        let was_here = at == self.current;
        let _ = self.switch_to(at);
        match self.tab().link() {
            LinkState::Idle | LinkState::Closed { .. } | LinkState::Waiting(_) => self.tab_mut().open(endpoint),
            LinkState::Opening(_) => Vec::new(),
            LinkState::Open { .. } => {
                let words = if was_here { "You are connected there already." } else { "You were connected there." };
                self.status_message = Some(words.to_owned());
                Vec::new()
            }
        }
    }

    /// A new tab, shown if the one at this place is and nothing is open over it; gives its place, unless there are as many
    /// as there may be.
    pub(super) fn open_tab(&mut self, at: usize) -> Option<usize> {
        if self.tabs.len() >= TABS_LIMIT {
            return None;
        }
        let tab = self.new_tab();
        self.tabs.push(tab);
        let new = self.tabs.len() - 1;
        // A question or a secret line keeps its tab: the server that is started meanwhile is joined behind it.
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

    /// `/tab`, with what stands behind it.
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

    /// The number of the tab whose name begins like this, or has this in it.
    fn tab_called(&self, words: &str) -> Result<usize, String> {
        let names: Vec<String> = self.tabs.iter().map(|tab| tab.title().to_lowercase()).collect();
        let words = words.to_lowercase();
        let found = names.iter().position(|name| name.starts_with(&words));
        let found = found.or_else(|| names.iter().position(|name| name.contains(&words)));
        found.map(|at| at + 1).ok_or_else(|| {
            format!("No tab is called {words}. /tab NUMBER, /tab NAME, /tab next, /tab close; /connect opens one.")
        })
    }

    /// `/close!`: the tab goes, with what is in it.
    pub(super) fn close_tab(&mut self, now: Now) -> Result<Vec<Effect>, String> {
        let id = self.tab().id();
        if self.is_saving_from(id) {
            return Err("Not closed: its messages are being written to a file; try again when that is done.".to_owned());
        }
        if self.start_page().is_none() {
            // In the input line stands the command itself; what was put aside for it would be lost.
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
        let kept = back.map_or_else(String::new, |key| format!(" {key} brings its draft back."));
        let lost = match (waiting, unsent) {
            _ if late > 0 => {
                let bytes = format_thousands((waiting + late) as u64);
                format!(" {bytes} bytes were not acknowledged yet; they have a second to be.")
            }
            (0, 0) if left > 0 => format!(" {} lines of it were still to be sent.", format_thousands(left as u64)),
            (0, 0) => String::new(),
            (0, 1) => " With it goes 1 line that was not delivered.".to_owned(),
            (0, lines) => format!(" With it go {} lines that were not delivered.", format_thousands(lines as u64)),
            (bytes, _) => format!(" {} bytes had not left yet; they have a second to.", format_thousands(bytes as u64)),
        };
        self.status_message = Some(format!("Closed the tab {label}.{lost}{kept}"));
        Ok(visit.into_iter().chain(logged).chain([Effect::DropLink(id)]).collect())
    }

    /// Where something of the server hosted here is told: in the tab that is connected to it.
    pub(super) fn note_in(&mut self, endpoint: Option<&Endpoint>, now: Now, kind: RowKind, words: &str) {
        let at = self.tabs.iter().position(|tab| endpoint.is_some() && tab.endpoint() == endpoint);
        match at.and_then(|at| self.tabs.get_mut(at)) {
            Some(tab) => tab.add_notice(now, kind, words),
            None => self.add_notice(now, kind, words),
        }
    }

    /// Has the largest tab forget its oldest rows while all together keep too much.
    pub(super) fn enforce_memory_limit(&mut self) {
        let most = self.options.limits.bytes.saturating_mul(MAX_TOTAL_TABS_SIZE);
        // Rows have a size of their own, however short they are.
        let size = |tab: &Tab| tab.transcript().size();
        while self.tabs.iter().map(size).sum::<u64>() > most {
            // A row that is alone stays, however long it is.
            let with_more = self.tabs.iter_mut().filter(|tab| tab.transcript().rows().nth(1).is_some());
            let Some(largest) = with_more.max_by_key(|tab| size(tab)) else { return };
            largest.evict_oldest();
        }
    }
}

const NO_NEWS: &str = "Nothing new in other tabs.";

fn no_such_tab(number: usize, count: usize) -> String {
    match count {
        1 => "There is one tab only; /connect ADDRESS opens another.".to_owned(),
        _ => format!("There is no tab {number}: there are {count}."),
    }
}
