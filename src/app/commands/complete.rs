//! Tab: completing the draft, as the keys drive it.

use crate::app::input::completion::{
    self, Completion, CompletionContext, CompletionDirection, CompletionKind, TextEdit, context_at,
};
use crate::app::{Action, App, Edit, Effect, Event, KillRing, Mode, Update};
use crate::link::LinkId;
use crate::theme::{AUTO, ThemeName};

/// How far completing is.
#[derive(Debug, Default)]
pub(in crate::app) enum CompletionState {
    /// Nothing is being completed.
    #[default]
    Idle,
    /// Somebody is looking into a folder. Typing goes on meanwhile.
    AwaitingListing(PendingPath),
    /// One of several stands in the draft, and another may be chosen.
    Choosing(Completion),
}

/// A path to be completed, once it is known what is in its folder.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::app) struct PendingPath {
    tab: LinkId,
    /// Where in the draft the path begins, and what there was of it.
    start: usize,
    path: String,
    way: CompletionDirection,
}

/// Characters of the draft that are quoted where nothing begins with them.
const QUOTED: usize = 40;

impl App {
    /// What there is to choose from, while one is choosing.
    pub const fn completion(&self) -> Option<&Completion> {
        match &self.completing {
            CompletionState::Choosing(completion) => Some(completion),
            CompletionState::Idle | CompletionState::AwaitingListing(_) => None,
        }
    }

    /// Any key but those that choose takes what is chosen, and then does its own thing. Says whether there was a menu.
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
            self.completing = CompletionState::Idle;
        }
        is_over
    }

    /// Completes what stands left of the cursor; again: the next candidate, or the one before.
    pub(in crate::app) fn complete(&mut self, way: CompletionDirection) -> Update {
        match std::mem::take(&mut self.completing) {
            CompletionState::Choosing(mut completion) if completion.is_applied_to(self.tab().line_editor().text()) => {
                self.revert_completion(&completion);
                completion.select(way);
                self.change_draft(completion.apply());
                self.completing = CompletionState::Choosing(completion);
                return Update::redraw(true);
            }
            CompletionState::Choosing(_) => {}
            before => self.completing = before,
        }
        let place = self.place();
        if matches!(place.what, CompletionKind::File(_)) && place.typed != "~" {
            return self.request_listing(way);
        }
        self.offer(&[], way)
    }

    /// Esc while choosing: what stood there comes back. Says whether there was anything to choose.
    pub(in crate::app) fn cancel_completion(&mut self) -> bool {
        match std::mem::take(&mut self.completing) {
            CompletionState::Choosing(completion) => {
                if completion.is_applied_to(self.tab().line_editor().text()) {
                    self.revert_completion(&completion);
                }
                true
            }
            CompletionState::Idle | CompletionState::AwaitingListing(_) => false,
        }
    }

    /// What is in a folder. Of no use any more if the draft is another one by now.
    pub(in crate::app) fn listed(&mut self, folder: &str, names: &[String]) -> Update {
        let CompletionState::AwaitingListing(wanted) = &self.completing else { return Update::default() };
        if completion::folder_of(&wanted.path) != folder {
            return Update::default();
        }
        let way = wanted.way;
        let is_same = self.mode == Mode::Input && *wanted == self.wanted(way);
        self.completing = CompletionState::Idle;
        if is_same { self.offer(names, way) } else { Update::default() }
    }

    fn request_listing(&mut self, way: CompletionDirection) -> Update {
        let wanted = self.wanted(way);
        if matches!(&self.completing, CompletionState::AwaitingListing(before) if *before == wanted) {
            return Update::default();
        }
        let folder = completion::folder_of(&wanted.path).to_owned();
        self.completing = CompletionState::AwaitingListing(wanted);
        Update { effects: vec![Effect::ListDir(folder)], redraw: false }
    }

    fn wanted(&self, way: CompletionDirection) -> PendingPath {
        let CompletionContext { start, typed, .. } = self.place();
        PendingPath { tab: self.tab().id(), start, path: typed.to_owned(), way }
    }

    fn place(&self) -> CompletionContext<'_> {
        let prompt = self.tab().line_editor();
        context_at(prompt.text(), prompt.cursor())
    }

    /// Puts the one candidate in, or the first of several. `names` are those in the folder, where a file is completed.
    fn offer(&mut self, names: &[String], way: CompletionDirection) -> Update {
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
            // An empty word stands behind every blank: there a key that is pressed once too often adds nobody.
            CompletionKind::Word if typed.is_empty() && !prompt.text().is_empty() => Vec::new(),
            CompletionKind::Word => completion::recent_words(self.tab(), typed, start == 0),
            CompletionKind::None => Vec::new(),
        };
        let after = prompt.text().get(prompt.cursor()..).unwrap_or_default();
        let Some(completion) = Completion::new((start, typed, after), candidates, way) else {
            let words = no_match_message(typed);
            return self.set_status_message(words);
        };
        self.change_draft(completion.apply());
        self.completing = match completion.candidates() {
            [_] => CompletionState::Idle,
            _ => CompletionState::Choosing(completion),
        };
        Update::redraw(true)
    }

    /// What was put in goes. However many candidates one looked at, all of it is one step back.
    fn revert_completion(&mut self, completion: &Completion) {
        // What stood there already was no step.
        if completion.is_change() {
            // Nothing is killed by it.
            self.tab_mut().prompt_mut().edit(Edit::Undo, &mut KillRing::default());
        }
    }

    fn change_draft(&mut self, TextEdit { range, text }: TextEdit) {
        self.tab_mut().prompt_mut().replace(range, &text);
    }

    /// Addresses to connect to, the latest first.
    fn servers(&self) -> Vec<String> {
        let entered = self.history.servers().into_iter().map(ToOwned::to_owned);
        let here = self.tab().endpoint().map(ToString::to_string);
        let mut servers: Vec<String> = entered.collect();
        servers.extend(here.filter(|here| !servers.contains(here)));
        servers
    }
}

/// Why nothing was put in.
fn no_match_message(typed: &str) -> String {
    if typed.is_empty() {
        return "There is nothing to complete here: type the beginning of a word.".to_owned();
    }
    let more = if typed.chars().nth(QUOTED).is_some() { "…" } else { "" };
    let quoted: String = typed.chars().take(QUOTED).collect();
    format!("Nothing begins with {}{more}.", crate::text::sanitize_line(&quoted))
}
