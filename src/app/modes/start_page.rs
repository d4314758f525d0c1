//! Where to go, when nobody has said it: the start page, as the keys drive it.
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
//! A tab has one until it is told where to go; `/start` opens one over the messages. What is typed on it is a text of its
//! own, so that no draft is touched. Enter always takes the entry that is marked, and an address that was typed is an entry.

mod entry;
mod match_score;
mod page;

pub use entry::{StartPageEntry, StartPageEntryKind};
pub use page::{ListMode, StartPage};

use super::hidden_line::may_hold_secret;
use crate::app::boundary::StartServerError;
use crate::app::commands::host::HostState;
use crate::app::commands::table::{self, ParsedInput};
use crate::app::input::line_editor::{Edit, KillRing};
use crate::app::settings::servers::RecentServer;
use crate::app::tabs::ConnectTarget;
use crate::app::transcript::{RowId, RowKind, RowView};
use crate::app::view::viewport::Motion;
use crate::app::{Action, App, Effect, Mode, Now, Tab, Update};
use crate::link::{DEFAULT_PORT, Endpoint};
use entry::{Hosting, PageData};
use page::ListMove;

/// Whether it is known what was visited in earlier sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HistoryState {
    /// The disk has not answered yet.
    #[default]
    Loading,
    /// It is.
    Loaded,
}

impl App {
    /// Whether the start page has all that will be on it.
    pub const fn earlier(&self) -> HistoryState {
        self.history_state
    }

    /// The same with a start page that is chosen from in this way.
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

    /// The start page of the current tab, if it is to choose from. Something else may be open over it.
    pub fn start_page(&self) -> Option<&StartPage> {
        self.tab().start.as_ref()
    }

    /// What was told since the last key on the start page, which hides the messages; the latest first.
    pub fn start_news(&self) -> impl Iterator<Item = RowView<'_>> {
        let transcript = self.tab().transcript();
        let told_from = self.start_page().map_or(transcript.next(), |start| start.told_from);
        let told = (told_from.0..transcript.next().0).rev().filter_map(|id| transcript.row(RowId(id)));
        told.filter(|row| matches!(row.kind, RowKind::Notice | RowKind::Error))
    }

    /// Sees to it that keys work on the start page where that is what there is, and on the draft where it is not.
    pub(in crate::app) fn sync_mode(&mut self) {
        match (self.mode, self.start_page()) {
            (Mode::Input, Some(_)) => self.mode = Mode::Start,
            (Mode::Start, None) => self.mode = Mode::Input,
            _ => {}
        }
    }

    pub(in crate::app) fn act_in_start(&mut self, now: Now, action: Action) -> Update {
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
            // It is one line.
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
                self.type_in_start(now, '/')
            }
            Action::ToggleMouse => self.toggle_mouse(),
            _ => Update::default(),
        }
    }

    pub(in crate::app) fn type_in_start(&mut self, now: Now, c: char) -> Update {
        self.mark_notices_read();
        self.change_start(now, |start| start.type_char(c));
        Update::redraw(true)
    }

    /// The first line with anything in it: an address from a page or a mail, as a rule.
    pub(in crate::app) fn paste_in_start(&mut self, now: Now, text: &str) -> Update {
        self.mark_notices_read();
        let mut lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
        let Some(first) = lines.next() else { return Update::default() };
        let mut fits = false;
        self.change_start(now, |start| fits = start.insert(first));
        match (fits, lines.next()) {
            (false, _) => self.set_status_message("Not pasted: no address is as long as that."),
            (true, Some(_)) => {
                self.set_status_message("Only the first line was taken: one goes to one server at a time.")
            }
            (true, None) => Update::redraw(true),
        }
    }

    /// What was visited in earlier sessions.
    pub(in crate::app) fn visits(&mut self, now: Now, earlier: Vec<RecentServer>) -> Update {
        let ours = std::mem::replace(&mut self.recent_servers, earlier);
        // What happened in this session is newer.
        ours.into_iter().rev().for_each(|visit| visit.insert_into(&mut self.recent_servers));
        self.history_state = HistoryState::Loaded;
        self.list_again(now);
        Update::redraw(self.start_page().is_some())
    }

    /// A server has been started here, or not.
    pub(in crate::app) fn hosted(
        &mut self,
        now: Now,
        result: Result<(Endpoint, Vec<String>), StartServerError>,
    ) -> Update {
        let asked = std::mem::take(&mut self.house);
        // Joined, or told, where it was asked for, whatever is shown by now.
        let at = self.tabs.iter().position(|tab| asked.was_asked_by(tab.id())).unwrap_or(self.current);
        match result {
            Ok((endpoint, introduction)) => self.host_in(now, at, endpoint, &introduction),
            Err(why) => self.not_hosted(now, at, why),
        }
    }

    fn not_hosted(&mut self, now: Now, at: usize, StartServerError { sentence, taken }: StartServerError) -> Update {
        self.house = HostState::NotHosting(if taken.is_some() { 0 } else { DEFAULT_PORT });
        let Some(tab) = self.tabs.get_mut(at) else { return Update::default() };
        tab.add_notice(now, RowKind::Error, &sentence);
        if let (Some(start), Some(_)) = (&mut tab.start, &taken) {
            // What was typed to find the entry would hide who has the port.
            start.clear();
        }
        self.list_again(now);
        let start = self.tabs.get_mut(at).and_then(|tab| tab.start.as_mut());
        if let (Some(start), Some(taken)) = (start, taken) {
            start.choose_endpoint(&taken);
        }
        Update::redraw(true)
    }

    fn known(&self, now: Now) -> PageData<'_> {
        let hosting = match &self.house {
            HostState::Running { endpoint, .. } => Hosting::Here(endpoint),
            HostState::NotHosting(port) => Hosting::On(*port),
            HostState::Starting(_) => Hosting::On(DEFAULT_PORT),
        };
        PageData { servers: &self.servers, visits: &self.recent_servers, hosting, now: now.wall }
    }

    /// Changes the page and makes its list anew.
    fn change_start(&mut self, now: Now, change: impl FnOnce(&mut StartPage)) {
        let Some(mut start) = self.tab_mut().start.take() else { return };
        change(&mut start);
        start.list(self.known(now));
        self.tab_mut().start = Some(start);
    }

    /// Makes the lists of all tabs anew.
    pub(in crate::app) fn list_again(&mut self, now: Now) {
        let mut tabs = std::mem::take(&mut self.tabs);
        let known = self.known(now);
        tabs.iter_mut().filter_map(|tab| tab.start.as_mut()).for_each(|start| start.list(known));
        self.tabs = tabs;
    }

    fn has_typed(&self) -> bool {
        self.start_page().is_some_and(|start| !start.prompt().text().is_empty())
    }

    /// With the next key what was told has been read.
    fn mark_notices_read(&mut self) {
        let next = self.tab().transcript().next();
        self.tab_mut().start.iter_mut().for_each(|start| start.told_from = next);
    }

    fn move_in_start(&mut self, step: ListMove) -> Update {
        Update::redraw(self.tab_mut().start.as_mut().is_some_and(|start| start.go(step)))
    }

    fn edit_start(&mut self, now: Now, edit: Edit) -> Update {
        // No later yank shows a secret somewhere else.
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

    /// Back to the messages, if there are any to go back to.
    fn leave_start(&mut self) -> Update {
        if self.tab().endpoint().is_none() {
            return Update::default();
        }
        self.tab_mut().start = None;
        self.enter(Mode::Input)
    }

    /// Del: what is right of the cursor goes; where there is nothing, a server that was visited is forgotten.
    fn delete_in_start(&mut self, now: Now) -> Update {
        let gone = self.start_page().and_then(StartPage::entry_to_delete).and_then(|entry| entry.endpoint.clone());
        let Some(gone) = gone else { return self.edit_start(now, Edit::DeleteForward) };
        RecentServer::forget(&mut self.recent_servers, &gone);
        self.list_again(now);
        let outcome = self.set_status_message(format!("Forgot {gone}."));
        Update { effects: vec![Effect::DeleteRecentServer(gone)], ..outcome }
    }

    /// Enter.
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

    /// What Enter takes.
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
        // One more than there are is a slip, and no port that anybody listens on.
        if typed.parse().is_ok_and(|number: usize| number <= count + 20) {
            return Err(format!(
                "There are {count}: type a number from 1 to {count}, or an address: HOST:PORT, :PORT."
            ));
        }
        if typed.is_empty() {
            return Err(format!("Where to? Type a number from 1 to {count}, or an address: HOST:PORT."));
        }
        Endpoint::parse(typed).map(|endpoint| StartPageEntry::typed(&endpoint)).map_err(|error| error.to_string())
    }

    fn run_start_page_command(&mut self, now: Now, typed: &str) -> Result<Vec<Effect>, String> {
        let ParsedInput::Command(command, arguments) = table::parse(typed) else {
            if may_hold_secret(typed) {
                return Err("This may hold a secret, and there is no server to send it to. Once you are connected, \
                            /secret asks for a hidden line."
                    .to_owned());
            }
            let word = typed.split_whitespace().next().unwrap_or_default();
            let word = crate::text::sanitize_line(word);
            return Err(format!(
                "{word} is no command here, and there is no server to send it to. {} shows those there are.",
                self.keys.expand_key_hints("{help|/help}")
            ));
        };
        if command.verb.needs_connection() && self.tab().endpoint().is_none() {
            return Err(format!("/{} needs a connection. Choose a server first.", command.name));
        }
        let from = self.tab().id();
        let effects = self.run_command(now, command, arguments)?;
        // It may have led elsewhere, and the tab be gone.
        let Some(tab) = self.tab_of(from) else { return Ok(effects) };
        let is_over_messages = tab.endpoint().is_some() && command.verb != table::CommandKind::Start;
        match &mut tab.start {
            // What it says about the messages is to be seen.
            Some(_) if is_over_messages => tab.start = None,
            Some(start) => {
                start.clear();
                self.list_again(now);
            }
            None => {}
        }
        Ok(effects)
    }

    /// Goes where an entry leads.
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
        // Where it was opened over messages, these are what one comes back to.
        let is_over_messages = |tab: &&mut Tab| tab.endpoint().is_some();
        self.tab_of(from).filter(is_over_messages).into_iter().for_each(|tab| tab.start = None);
        Ok(effects)
    }
}

/// Nothing is chosen: what was typed is in no name, and no address.
fn nothing_like(typed: &str) -> String {
    match Endpoint::parse(typed) {
        Err(error) => error.to_string(),
        Ok(_) => "There is nothing to choose. Type an address: HOST:PORT.".to_owned(),
    }
}

#[cfg(test)]
mod tests;
