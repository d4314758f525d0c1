//! The start page: choosing a server.
//!
//! ```text
//!   Saved
//!   ► pi     pi.local:4000    closed by server, 12 min ago
//!   Recent
//!     127.0.0.1:12345         refused, 3 h ago
//!   Here
//!     Host a chat here        127.0.0.1:12345
//!
//!    Enter connects to pi, pi.local:4000                          F1 help
//!   › Type to find one, or an address█
//! ```
//!
//! A tab without a server shows it; `/start` opens it over the messages. It has an input line of its own, so the draft is
//! not touched. Enter takes the marked entry; a typed address is an entry, too.

mod entry;
mod match_score;
mod page;

pub(crate) use entry::{StartPageEntry, StartPageEntryKind};
pub(crate) use page::{ListMode, StartPage};

use super::hidden_line::may_hold_secret;
use crate::app::commands::host::HostState;
use crate::app::commands::table::{self, ParsedInput};
use crate::app::effect::StartServerError;
use crate::app::input::line_editor::{Edit, KillRing};
use crate::app::settings::servers::RecentServer;
use crate::app::tabs::ConnectTarget;
use crate::app::transcript::{RowId, RowKind, RowView};
use crate::app::view::viewport::Motion;
use crate::app::{Action, App, Effect, Mode, Now, Tab, Update};
use crate::link::{DEFAULT_PORT, Endpoint};
use entry::{Hosting, PageData};
use page::ListMove;

/// Whether the recent servers of earlier sessions are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HistoryState {
    /// They are being read.
    #[default]
    Loading,
    /// They are loaded.
    Loaded,
}

impl App {
    /// Returns whether the recent servers are loaded.
    pub const fn earlier(&self) -> HistoryState {
        self.history_state
    }

    /// Sets the selection mode of the start page.
    #[must_use]
    pub fn with_listing(self, listing: ListMode) -> Self {
        Self { start_list_mode: listing, ..self }
    }

    /// Opens the start page in the current tab, over the messages if there are any.
    pub fn start(&mut self, now: Now) -> Update {
        let start = StartPage::new(self.start_list_mode, self.tab().transcript().next(), self.known(now));
        self.tab_mut().start = Some(start);
        self.enter(Mode::Start)
    }

    /// Returns the start page of the current tab, if it has one. A mode may be open over it.
    pub fn start_page(&self) -> Option<&StartPage> {
        self.tab().start.as_ref()
    }

    /// Returns notices and errors since the last key, latest first; the start page hides the messages.
    pub fn start_news(&self) -> impl Iterator<Item = RowView<'_>> {
        let transcript = self.tab().transcript();
        let notices_from = self.start_page().map_or(transcript.next(), |start| start.notices_from);
        let notices = (notices_from.0..transcript.next().0).rev().filter_map(|id| transcript.row(RowId(id)));
        notices.filter(|row| matches!(row.kind, RowKind::Notice | RowKind::Error))
    }

    /// Switches between `Mode::Input` and `Mode::Start` to match the current tab.
    pub(in crate::app) fn sync_mode(&mut self) {
        match (self.mode, self.start_page()) {
            (Mode::Input, Some(_)) => self.mode = Mode::Start,
            (Mode::Start, None) => self.mode = Mode::Input,
            _ => {}
        }
    }

    pub(in crate::app) fn on_start_page_action(&mut self, now: Now, action: Action) -> Update {
        let page = self.viewport.page.lines.saturating_sub(1).max(1);
        self.mark_notices_read();
        match action {
            Action::HistoryPrevMatching | Action::HistoryPrev => self.move_in_start(ListMove::Up(1)),
            Action::HistoryNextMatching | Action::HistoryNext => self.move_in_start(ListMove::Down(1)),
            Action::CompleteBack => self.move_in_start(ListMove::Before),
            Action::Complete => self.move_in_start(ListMove::Next),
            Action::Scroll(motion) => self.move_in_start(match motion {
                Motion::Up(lines) => ListMove::Up(lines),
                Motion::Down(lines) => ListMove::Down(lines),
                Motion::PageUp => ListMove::Up(page),
                Motion::PageDown => ListMove::Down(page),
                Motion::Top => ListMove::Up(usize::MAX),
                Motion::Bottom => ListMove::Down(usize::MAX),
            }),
            Action::Submit => self.submit_start(now),
            Action::Edit(Edit::DeleteForward) => self.delete_in_start(now),
            // The input has one line.
            Action::Edit(Edit::NewLine) => Update::default(),
            Action::Edit(edit) => self.edit_start(now, edit),
            Action::LineEndOrScrollBottom => self.edit_start(now, Edit::End),
            Action::SearchCase => self.edit_start(now, Edit::Capitalize),
            Action::EndOfInput if self.has_typed() => self.delete_in_start(now),
            Action::Cancel | Action::AbortInput | Action::QuitOrClear if self.has_typed() => self.clear_start(now),
            Action::QuitOrClear | Action::EndOfInput => self.enter(Mode::ConfirmQuit),
            Action::Cancel | Action::AbortInput => self.leave_start(),
            Action::Help => self.enter(Mode::Help { top: 0 }),
            Action::StartCommand => {
                let _ = self.clear_start(now);
                self.on_start_page_char(now, '/')
            }
            Action::ToggleMouse => self.toggle_mouse(),
            _ => Update::default(),
        }
    }

    pub(in crate::app) fn on_start_page_char(&mut self, now: Now, c: char) -> Update {
        self.mark_notices_read();
        self.change_start(now, |start| start.type_char(c));
        Update::redraw(true)
    }

    /// Inserts the first non-empty line of a paste.
    pub(in crate::app) fn paste_into_start_page(&mut self, now: Now, text: &str) -> Update {
        self.mark_notices_read();
        let mut lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
        let Some(first) = lines.next() else { return Update::default() };
        let mut fits = false;
        self.change_start(now, |start| fits = start.insert(first));
        match (fits, lines.next()) {
            (false, _) => self.set_status_message("Not pasted: too long for an address."),
            (true, Some(_)) => self.set_status_message("Only the first line was used."),
            (true, None) => Update::redraw(true),
        }
    }

    /// Handles the recent servers of earlier sessions.
    pub(in crate::app) fn on_recent_servers_loaded(&mut self, now: Now, stored: Vec<RecentServer>) -> Update {
        let ours = std::mem::replace(&mut self.recent_servers, stored);
        // Visits of this session are newer.
        ours.into_iter().rev().for_each(|visit| visit.insert_into(&mut self.recent_servers));
        self.history_state = HistoryState::Loaded;
        self.list_again(now);
        Update::redraw(self.start_page().is_some())
    }

    /// Handles the result of starting a server.
    pub(in crate::app) fn on_server_started(
        &mut self,
        now: Now,
        result: Result<(Endpoint, Vec<String>), StartServerError>,
    ) -> Update {
        let state = std::mem::take(&mut self.host_state);
        // The result belongs to the tab that asked, whatever tab is current.
        let at = self.tabs.iter().position(|tab| state.is_requested_by(tab.id())).unwrap_or(self.current);
        match result {
            Ok((endpoint, introduction)) => self.host_in(now, at, endpoint, &introduction),
            Err(error) => self.on_start_failed(now, at, error),
        }
    }

    fn on_start_failed(
        &mut self,
        now: Now,
        at: usize,
        StartServerError { message, address_in_use }: StartServerError,
    ) -> Update {
        self.host_state = HostState::NotHosting(if address_in_use.is_some() { 0 } else { DEFAULT_PORT });
        let Some(tab) = self.tabs.get_mut(at) else { return Update::default() };
        tab.add_notice(now, RowKind::Error, &message);
        if let (Some(start), Some(_)) = (&mut tab.start, &address_in_use) {
            // The filter text would hide the entry with the used port.
            start.clear();
        }
        self.list_again(now);
        let start = self.tabs.get_mut(at).and_then(|tab| tab.start.as_mut());
        if let (Some(start), Some(address)) = (start, address_in_use) {
            start.choose_endpoint(&address);
        }
        Update::redraw(true)
    }

    fn known(&self, now: Now) -> PageData<'_> {
        let hosting = match &self.host_state {
            HostState::Running { endpoint, .. } => Hosting::Here(endpoint),
            HostState::NotHosting(port) => Hosting::On(*port),
            HostState::Starting(_) => Hosting::On(DEFAULT_PORT),
        };
        PageData { servers: &self.servers, visits: &self.recent_servers, hosting, now: now.wall }
    }

    /// Changes the page and rebuilds its list.
    fn change_start(&mut self, now: Now, change: impl FnOnce(&mut StartPage)) {
        let Some(mut start) = self.tab_mut().start.take() else { return };
        change(&mut start);
        start.list(self.known(now));
        self.tab_mut().start = Some(start);
    }

    /// Rebuilds the lists of all start pages.
    pub(in crate::app) fn list_again(&mut self, now: Now) {
        let mut tabs = std::mem::take(&mut self.tabs);
        let known = self.known(now);
        tabs.iter_mut().filter_map(|tab| tab.start.as_mut()).for_each(|start| start.list(known));
        self.tabs = tabs;
    }

    fn has_typed(&self) -> bool {
        self.start_page().is_some_and(|start| !start.prompt().text().is_empty())
    }

    /// Marks notices as read at the next key.
    fn mark_notices_read(&mut self) {
        let next = self.tab().transcript().next();
        self.tab_mut().start.iter_mut().for_each(|start| start.notices_from = next);
    }

    fn move_in_start(&mut self, step: ListMove) -> Update {
        Update::redraw(self.tab_mut().start.as_mut().is_some_and(|start| start.go(step)))
    }

    fn edit_start(&mut self, now: Now, edit: Edit) -> Update {
        // A yank must not show a secret elsewhere.
        let is_kept = !edit.kills() || !self.start_page().is_some_and(|start| may_hold_secret(start.prompt().text()));
        let mut kills = if is_kept { std::mem::take(&mut self.kill_ring) } else { KillRing::default() };
        self.change_start(now, |start| {
            start.edit(edit, &mut kills);
        });
        if is_kept {
            self.kill_ring = kills;
        }
        Update::redraw(true)
    }

    fn clear_start(&mut self, now: Now) -> Update {
        self.change_start(now, |start| {
            start.clear();
        });
        Update::redraw(true)
    }

    /// Returns to the messages, if the tab has a server.
    fn leave_start(&mut self) -> Update {
        if self.tab().endpoint().is_none() {
            return Update::default();
        }
        self.tab_mut().start = None;
        self.enter(Mode::Input)
    }

    /// Deletes forward; at the end of the line, removes the chosen recent server.
    fn delete_in_start(&mut self, now: Now) -> Update {
        let gone = self.start_page().and_then(StartPage::entry_to_delete).and_then(|entry| entry.endpoint.clone());
        let Some(gone) = gone else { return self.edit_start(now, Edit::DeleteForward) };
        RecentServer::forget(&mut self.recent_servers, &gone);
        self.list_again(now);
        let update = self.set_status_message(format!("Removed {gone} from the recent servers."));
        Update { effects: vec![Effect::DeleteRecentServer(gone)], ..update }
    }

    /// Runs the typed command or opens the chosen entry.
    fn submit_start(&mut self, now: Now) -> Update {
        let Some(start) = self.start_page() else { return Update::default() };
        let typed = start.typed().to_owned();
        let done = if start.is_command() {
            self.run_start_page_command(now, &typed)
        } else {
            self.chosen_entry(&typed).and_then(|entry| self.open_entry(&entry))
        };
        match done {
            Ok(effects) => Update { effects, redraw: true },
            Err(sentence) => {
                self.add_notice(now, RowKind::Error, &sentence);
                Update::redraw(true)
            }
        }
    }

    /// Returns the entry that Enter opens.
    fn chosen_entry(&self, typed: &str) -> Result<StartPageEntry, String> {
        let start = self.start_page().ok_or_else(String::new)?;
        if start.listing() == ListMode::Filtered {
            return start.choice().cloned().ok_or_else(|| nothing_like(typed));
        }
        let is_name = |entry: &&StartPageEntry| !entry.name.is_empty() && entry.name.eq_ignore_ascii_case(typed);
        if let Some(entry) = start.numbered().or_else(|| start.entries().iter().find(is_name)) {
            return Ok(entry.clone());
        }
        let count = start.entries().len();
        // A number just above the count is a slip and not a port.
        if typed.parse().is_ok_and(|number: usize| number <= count + 20) {
            return Err(format!("Type a number from 1 to {count}, or an address: HOST:PORT or :PORT."));
        }
        if typed.is_empty() {
            return Err(format!("Type a number from 1 to {count}, or an address: HOST:PORT."));
        }
        Endpoint::parse(typed).map(|endpoint| StartPageEntry::typed(&endpoint)).map_err(|error| error.to_string())
    }

    fn run_start_page_command(&mut self, now: Now, typed: &str) -> Result<Vec<Effect>, String> {
        let ParsedInput::Command(command, arguments) = table::parse(typed) else {
            if may_hold_secret(typed) {
                return Err(
                    "This may hold a secret, and no server is connected. Connect first, then use /secret.".to_owned()
                );
            }
            let word = typed.split_whitespace().next().unwrap_or_default();
            let word = crate::text::sanitize_line(word);
            return Err(format!(
                "{word} is not a command, and no server is connected. {} lists the commands.",
                self.keys.expand_key_hints("{help|/help}")
            ));
        };
        if command.verb.needs_connection() && self.tab().endpoint().is_none() {
            return Err(format!("/{} needs a connection. Choose a server first.", command.name));
        }
        let from = self.tab().id();
        let effects = self.run_command(now, command, arguments)?;
        // The command may have closed the tab.
        let Some(tab) = self.tab_of(from) else { return Ok(effects) };
        let is_over_messages = tab.endpoint().is_some() && command.verb != table::CommandKind::Start;
        match &mut tab.start {
            // The command's effect on the messages must be visible.
            Some(_) if is_over_messages => tab.start = None,
            Some(start) => {
                start.clear();
                self.list_again(now);
            }
            None => {}
        }
        Ok(effects)
    }

    /// Opens an entry.
    fn open_entry(&mut self, entry: &StartPageEntry) -> Result<Vec<Effect>, String> {
        let endpoint = match (entry.kind, &entry.endpoint) {
            (StartPageEntryKind::OfferHost(port), _) => return self.ask_to_host(port),
            (_, Some(endpoint)) => endpoint.clone(),
            (_, None) => return Ok(Vec::new()),
        };
        let server =
            self.servers.iter().find(|server| server.name == entry.name && entry.kind == StartPageEntryKind::Saved);
        let target =
            server.map_or(ConnectTarget::Endpoint(endpoint), |server| ConnectTarget::Server(Box::new(server.clone())));
        let from = self.tab().id();
        let effects = self.connect_to(target)?;
        // A page opened over messages closes.
        let is_over_messages = |tab: &&mut Tab| tab.endpoint().is_some();
        self.tab_of(from).filter(is_over_messages).into_iter().for_each(|tab| tab.start = None);
        Ok(effects)
    }
}

/// Returns the error for a text that matches no entry and is no address.
fn nothing_like(typed: &str) -> String {
    match Endpoint::parse(typed) {
        Err(error) => error.to_string(),
        Ok(_) => "No match. Enter an address as HOST:PORT.".to_owned(),
    }
}

#[cfg(test)]
mod tests;
