//! State of the start page: its list, selection and input line.

use super::entry::{self, PageData, StartPageEntry, StartPageEntryKind};
use super::match_score::ranked;
use crate::app::modes::hidden_line::may_hold_secret;
use crate::app::transcript::RowId;
use crate::app::{Edit, KillRing, LineEditor};
use crate::link::Endpoint;
use std::ops::Range;

/// Longest input in bytes.
const TYPED: usize = 512;

/// Selection mode of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListMode {
    /// Typed text filters the list.
    #[default]
    Filtered,
    /// Entries are chosen by number, for line mode.
    Numbered,
}

/// The start page: its entries, the text that filters them, and the selection.
#[derive(Debug)]
pub struct StartPage {
    listing: ListMode,
    prompt: LineEditor,
    entries: Vec<StartPageEntry>,
    /// Index of the chosen entry, 0 if the list is empty.
    chosen: usize,
    choice: Selection,
    last: LastKey,
    /// First row since the last key; notices from it on are shown.
    pub(super) notices_from: RowId,
}

/// Origin of the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Selection {
    /// Preset to the first entry.
    Default,
    /// Chosen by the user; follows its entry when the list changes.
    Explicit,
}

/// Kind of the last key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LastKey {
    Deleted,
    Other,
}

/// A move in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListMove {
    /// By this number of entries, stopping at the ends.
    Up(usize),
    Down(usize),
    /// By one entry, wrapping around.
    Before,
    Next,
}

impl StartPage {
    pub(super) fn new(listing: ListMode, notices_from: RowId, known: PageData<'_>) -> Self {
        let mut start = Self {
            listing,
            prompt: LineEditor::default(),
            entries: Vec::new(),
            chosen: 0,
            choice: Selection::Default,
            last: LastKey::Other,
            notices_from,
        };
        start.list(known);
        start
    }

    /// Returns the input line.
    pub const fn prompt(&self) -> &LineEditor {
        &self.prompt
    }

    /// Returns the entries in display order.
    pub fn entries(&self) -> &[StartPageEntry] {
        &self.entries
    }

    /// Returns the selection mode.
    pub const fn listing(&self) -> ListMode {
        self.listing
    }

    /// Returns the index of the chosen entry.
    pub const fn chosen(&self) -> usize {
        self.chosen
    }

    /// Returns the chosen entry.
    pub fn choice(&self) -> Option<&StartPageEntry> {
        self.entries.get(self.chosen)
    }

    /// Returns whether the input is a command.
    pub fn is_command(&self) -> bool {
        let text = self.prompt.text();
        // Text that may hold a secret counts as a command, because the error for an address would quote it.
        text.starts_with('/') || may_hold_secret(text)
    }

    /// Returns the input without surrounding blanks.
    pub fn typed(&self) -> &str {
        self.prompt.text().trim()
    }

    /// Returns the ranges of entries of one kind.
    pub fn groups(&self) -> Vec<Range<usize>> {
        let rank = |entry: &StartPageEntry| entry.kind.min(StartPageEntryKind::Default);
        let mut groups: Vec<Range<usize>> = Vec::new();
        for (n, entry) in self.entries.iter().enumerate() {
            let is_more = n > 0 && self.entries.get(n - 1).map(rank) == Some(rank(entry));
            match groups.last_mut() {
                Some(group) if is_more => group.end = n + 1,
                _ => groups.push(n..n + 1),
            }
        }
        groups
    }

    /// Rebuilds the list.
    pub(super) fn list(&mut self, known: PageData<'_>) {
        let before = self.choice().filter(|_| self.choice == Selection::Explicit).cloned();
        self.entries = self.entries_of(known);
        let is_before = |entry: &StartPageEntry| {
            let same = |before: &StartPageEntry| before.kind == entry.kind && before.text() == entry.text();
            before.as_ref().is_some_and(same)
        };
        let still = self.entries.iter().position(is_before);
        let last = self.entries.len().saturating_sub(1);
        self.chosen = still.unwrap_or(if before.is_some() { self.chosen.min(last) } else { 0 });
    }

    fn entries_of(&self, known: PageData<'_>) -> Vec<StartPageEntry> {
        let all = entry::all(known);
        let typed = self.typed();
        if typed.is_empty() || self.listing == ListMode::Numbered {
            return all;
        }
        if self.is_command() {
            return Vec::new();
        }
        let exact = Endpoint::parse(typed).ok();
        let mut entries = ranked(all, typed);
        let Some(exact) = exact else { return entries };
        let known = entries.iter().position(|entry| entry.leads_to(&exact));
        match known {
            // An address with a port is meant literally. A single word may be part of a name.
            Some(known) if has_port(typed) => {
                let known = entries.remove(known);
                entries.insert(0, known);
            }
            Some(_) => {}
            None if has_port(typed) => entries.insert(0, StartPageEntry::typed(&exact)),
            None => entries.push(StartPageEntry::typed(&exact)),
        }
        entries
    }

    /// Chooses another entry. Says whether that is a change.
    pub(super) fn go(&mut self, step: ListMove) -> bool {
        let (at, count) = (self.chosen, self.entries.len());
        let last = count.saturating_sub(1);
        let to = match step {
            ListMove::Up(lines) => at.saturating_sub(lines),
            ListMove::Down(lines) => at.saturating_add(lines).min(last),
            ListMove::Before if at == 0 => last,
            ListMove::Before => at - 1,
            ListMove::Next if at >= last => 0,
            ListMove::Next => at + 1,
        };
        self.choose(to);
        to != at
    }

    /// Chooses the entry that opens this endpoint, if any.
    pub(super) fn choose_endpoint(&mut self, endpoint: &Endpoint) {
        if let Some(at) = self.entries.iter().position(|entry| entry.leads_to(endpoint)) {
            self.choose(at);
        }
    }

    fn choose(&mut self, at: usize) {
        self.chosen = at;
        self.choice = Selection::Explicit;
        self.last = LastKey::Other;
        // In line mode, the input line announces the choice.
        if self.listing == ListMode::Numbered
            && let Some(entry) = self.entries.get(at)
        {
            self.prompt.set((at + 1).to_string() + " " + &entry.text());
        }
    }

    /// Returns the entry with the typed number.
    pub(super) fn numbered(&self) -> Option<&StartPageEntry> {
        let number: usize = self.typed().split(' ').next()?.parse().ok()?;
        self.entries.get(number.checked_sub(1)?)
    }

    /// Inserts text at the cursor. Returns whether it fits.
    pub(super) fn insert(&mut self, text: &str) -> bool {
        let fits = self.prompt.text().len() + text.len() <= TYPED;
        if fits {
            self.prompt.insert(text);
            self.has_changed();
        }
        fits
    }

    pub(super) fn type_char(&mut self, c: char) {
        if self.prompt.text().len() < TYPED {
            self.prompt.type_char(c);
            self.has_changed();
        }
    }

    /// Edits the input. Returns whether the list must be rebuilt.
    pub(super) fn edit(&mut self, edit: Edit, kills: &mut KillRing) -> bool {
        let before = self.prompt.text().to_owned();
        self.prompt.edit(edit, kills);
        let is_other = self.prompt.text() != before;
        if is_other {
            self.has_changed();
        }
        if edit == Edit::DeleteForward && is_other {
            self.last = LastKey::Deleted;
        }
        is_other
    }

    /// Clears the input. Returns whether it had text.
    pub(super) fn clear(&mut self) -> bool {
        let had = !self.prompt.text().is_empty();
        self.prompt.set(String::new());
        self.has_changed();
        had
    }

    /// Returns the entry that Del removes. A Del held down while deleting text removes none.
    pub(super) fn entry_to_delete(&self) -> Option<&StartPageEntry> {
        let is_at_end = self.prompt.cursor() == self.prompt.text().len();
        self.choice().filter(|entry| is_at_end && self.last != LastKey::Deleted && entry.can_be_forgotten())
    }

    fn has_changed(&mut self) {
        self.choice = Selection::Default;
        self.last = LastKey::Other;
    }
}

/// Returns whether the input contains a port.
fn has_port(typed: &str) -> bool {
    let is_two_words = typed.split_whitespace().nth(1).is_some();
    let has_colon = typed.parse::<std::net::Ipv6Addr>().is_err() && !typed.ends_with(']') && typed.contains(':');
    is_two_words || has_colon
}
