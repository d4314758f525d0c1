//! Completion of the draft (Tab).

use crate::app::input::completion::{
    self, Completion, CompletionContext, CompletionDirection, CompletionKind, TextEdit, context_at,
};
use crate::app::{Action, App, Edit, Effect, Event, KillRing, Mode, Update};
use crate::link::LinkId;
use crate::theme::{AUTO, ThemeName};

/// State of the completion.
#[derive(Debug, Default)]
pub(in crate::app) enum CompletionState {
    /// No completion.
    #[default]
    Idle,
    /// A directory listing was requested; typing continues.
    AwaitingListing(PendingPath),
    /// One of several candidates is in the draft.
    Choosing(Completion),
}

/// A path to complete when its directory has been listed.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::app) struct PendingPath {
    tab: LinkId,
    /// Start of the path in the draft, in bytes, and its text.
    start: usize,
    path: String,
    direction: CompletionDirection,
}

/// Characters of the draft quoted when there is no candidate.
const QUOTED: usize = 40;

impl App {
    /// Returns the candidates, while there are several.
    pub const fn completion(&self) -> Option<&Completion> {
        match &self.completion {
            CompletionState::Choosing(completion) => Some(completion),
            CompletionState::Idle | CompletionState::AwaitingListing(_) => None,
        }
    }

    /// Accepts the chosen candidate on any event except choosing keys. Returns whether a menu was open.
    pub(in crate::app) fn accept_completion(&mut self, event: &Event) -> bool {
        let ends = match event {
            Event::Action(action) => {
                !matches!(action, Action::Complete | Action::CompleteBack | Action::Cancel | Action::AbortInput)
            }
            Event::Char(_) | Event::Paste(_) | Event::EditorClosed(_) => true,
            _ => false,
        };
        let is_over = ends && self.completion().is_some();
        if is_over {
            self.completion = CompletionState::Idle;
        }
        is_over
    }

    /// Completes the text before the cursor; repeated, selects the next or previous candidate.
    pub(in crate::app) fn complete(&mut self, direction: CompletionDirection) -> Update {
        match std::mem::take(&mut self.completion) {
            CompletionState::Choosing(mut completion) if completion.is_applied_to(self.tab().line_editor().text()) => {
                self.revert_completion(&completion);
                completion.select(direction);
                self.change_draft(completion.apply());
                self.completion = CompletionState::Choosing(completion);
                return Update::redraw(true);
            }
            CompletionState::Choosing(_) => {}
            before => self.completion = before,
        }
        let place = self.place();
        if matches!(place.what, CompletionKind::File(_)) && place.typed != "~" {
            return self.request_listing(direction);
        }
        self.offer(&[], direction)
    }

    /// Cancels the completion and restores the text. Returns whether a menu was open.
    pub(in crate::app) fn cancel_completion(&mut self) -> bool {
        match std::mem::take(&mut self.completion) {
            CompletionState::Choosing(completion) => {
                if completion.is_applied_to(self.tab().line_editor().text()) {
                    self.revert_completion(&completion);
                }
                true
            }
            CompletionState::Idle | CompletionState::AwaitingListing(_) => false,
        }
    }

    /// Handles a directory listing, unless the draft has changed meanwhile.
    pub(in crate::app) fn on_dir_listed(&mut self, folder: &str, names: &[String]) -> Update {
        let CompletionState::AwaitingListing(wanted) = &self.completion else { return Update::default() };
        if completion::folder_of(&wanted.path) != folder {
            return Update::default();
        }
        let direction = wanted.direction;
        let is_same = self.mode == Mode::Input && *wanted == self.wanted(direction);
        self.completion = CompletionState::Idle;
        if is_same { self.offer(names, direction) } else { Update::default() }
    }

    fn request_listing(&mut self, direction: CompletionDirection) -> Update {
        let wanted = self.wanted(direction);
        if matches!(&self.completion, CompletionState::AwaitingListing(before) if *before == wanted) {
            return Update::default();
        }
        let folder = completion::folder_of(&wanted.path).to_owned();
        self.completion = CompletionState::AwaitingListing(wanted);
        Update { effects: vec![Effect::ListDir(folder)], redraw: false }
    }

    fn wanted(&self, direction: CompletionDirection) -> PendingPath {
        let CompletionContext { start, typed, .. } = self.place();
        PendingPath { tab: self.tab().id(), start, path: typed.to_owned(), direction }
    }

    fn place(&self) -> CompletionContext<'_> {
        let prompt = self.tab().line_editor();
        context_at(prompt.text(), prompt.cursor())
    }

    /// Inserts the only candidate or the first of several. `names` is the directory listing, for file names.
    fn offer(&mut self, names: &[String], direction: CompletionDirection) -> Update {
        let prompt = self.tab().line_editor();
        let CompletionContext { start, typed, what } = self.place();
        let candidates = match what {
            CompletionKind::Command => completion::commands(self.tab(), typed),
            CompletionKind::Name(known) => completion::names(known.iter().copied(), typed),
            CompletionKind::Theme => completion::names(self.themes.names().map(ThemeName::word).chain([AUTO]), typed),
            CompletionKind::File(formats) => {
                [completion::names(formats.iter().copied(), typed), completion::files(typed, formats, names)].concat()
            }
            CompletionKind::Address => {
                [completion::servers(&self.servers, typed), completion::addresses(&self.servers(), typed)].concat()
            }
            CompletionKind::Setting => completion::settings(typed),
            // After a space, the word is empty; an extra Tab must not insert a name.
            CompletionKind::Word if typed.is_empty() && !prompt.text().is_empty() => Vec::new(),
            CompletionKind::Word => completion::recent_words(self.tab(), typed, start == 0),
            CompletionKind::None => Vec::new(),
        };
        let after = prompt.text().get(prompt.cursor()..).unwrap_or_default();
        let Some(completion) = Completion::new((start, typed, after), candidates, direction) else {
            let words = no_match_message(typed);
            return self.set_status_message(words);
        };
        self.change_draft(completion.apply());
        self.completion = match completion.candidates() {
            [_] => CompletionState::Idle,
            _ => CompletionState::Choosing(completion),
        };
        Update::redraw(true)
    }

    /// Removes the inserted candidate. All candidates together are one undo step.
    fn revert_completion(&mut self, completion: &Completion) {
        // Inserting the same text added no undo step.
        if completion.is_change() {
            // Undo kills no text.
            self.tab_mut().prompt_mut().edit(Edit::Undo, &mut KillRing::default());
        }
    }

    fn change_draft(&mut self, TextEdit { range, text }: TextEdit) {
        self.tab_mut().prompt_mut().replace(range, &text);
    }

    /// Returns addresses to connect to, latest first.
    fn servers(&self) -> Vec<String> {
        let entered = self.history.servers().into_iter().map(ToOwned::to_owned);
        let here = self.tab().endpoint().map(ToString::to_string);
        let mut servers: Vec<String> = entered.collect();
        servers.extend(here.filter(|here| !servers.contains(here)));
        servers
    }
}

/// Returns the message when there is no candidate.
fn no_match_message(typed: &str) -> String {
    if typed.is_empty() {
        return "Nothing to complete: type the start of a word.".to_owned();
    }
    let more = if typed.chars().nth(QUOTED).is_some() { "…" } else { "" };
    let quoted: String = typed.chars().take(QUOTED).collect();
    format!("No completion for {}{more}.", crate::text::sanitize_line(&quoted))
}
