//! Tab: completing the draft, as the keys drive it.

use super::complete::{self, Change, Completion, Place, Way, What, place};
use super::{Action, App, Edit, Effect, Event, KillRing, Mode, Outcome};
use crate::link::LinkId;
use crate::looks::{AUTO, ThemeName};

/// How far completing is.
#[derive(Debug, Default)]
pub(super) enum Completing {
    /// Nothing is being completed.
    #[default]
    Idle,
    /// Somebody is looking into a folder. Typing goes on meanwhile.
    Waiting(Wanted),
    /// One of several stands in the draft, and another may be chosen.
    Choosing(Completion),
}

/// A path to be completed, once it is known what is in its folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    tab: LinkId,
    /// Where in the draft the path begins, and what there was of it.
    start: usize,
    path: String,
    way: Way,
}

/// Characters of the draft that are quoted where nothing begins with them.
const QUOTED: usize = 40;

impl App {
    /// What there is to choose from, while one is choosing.
    pub const fn completion(&self) -> Option<&Completion> {
        match &self.completing {
            Completing::Choosing(completion) => Some(completion),
            Completing::Idle | Completing::Waiting(_) => None,
        }
    }

    /// Any key but those that choose takes what is chosen, and then does its own thing. Says whether there was a menu.
    pub(super) fn accept_completion(&mut self, event: &Event) -> bool {
        let ends = match event {
            Event::Act(action) => {
                !matches!(action, Action::Complete | Action::CompleteBack | Action::Cancel | Action::Abort)
            }
            Event::Type(_) | Event::Paste(_) | Event::Edited(_) => true,
            _ => false,
        };
        let is_over = ends && self.completion().is_some();
        if is_over {
            self.completing = Completing::Idle;
        }
        is_over
    }

    /// Completes what stands left of the cursor; again: the next candidate, or the one before.
    pub(super) fn complete(&mut self, way: Way) -> Outcome {
        match std::mem::take(&mut self.completing) {
            Completing::Choosing(mut completion) if completion.stands_in(self.tab().prompt().text()) => {
                self.take_back(&completion);
                completion.go(way);
                self.change_draft(completion.put_in());
                self.completing = Completing::Choosing(completion);
                return Outcome::changed(true);
            }
            Completing::Choosing(_) => {}
            before => self.completing = before,
        }
        let place = self.place();
        if matches!(place.what, What::File(_)) && place.typed != "~" {
            return self.look_into_folder(way);
        }
        self.offer(&[], way)
    }

    /// Esc while choosing: what stood there comes back. Says whether there was anything to choose.
    pub(super) fn cancel_completion(&mut self) -> bool {
        match std::mem::take(&mut self.completing) {
            Completing::Choosing(completion) => {
                if completion.stands_in(self.tab().prompt().text()) {
                    self.take_back(&completion);
                }
                true
            }
            Completing::Idle | Completing::Waiting(_) => false,
        }
    }

    /// What is in a folder. Of no use any more if the draft is another one by now.
    pub(super) fn listed(&mut self, folder: &str, names: &[String]) -> Outcome {
        let Completing::Waiting(wanted) = &self.completing else { return Outcome::default() };
        if complete::folder_of(&wanted.path) != folder {
            return Outcome::default();
        }
        let way = wanted.way;
        let is_same = self.mode == Mode::Compose && *wanted == self.wanted(way);
        self.completing = Completing::Idle;
        if is_same { self.offer(names, way) } else { Outcome::default() }
    }

    fn look_into_folder(&mut self, way: Way) -> Outcome {
        let wanted = self.wanted(way);
        if matches!(&self.completing, Completing::Waiting(before) if *before == wanted) {
            return Outcome::default();
        }
        let folder = complete::folder_of(&wanted.path).to_owned();
        self.completing = Completing::Waiting(wanted);
        Outcome { effects: vec![Effect::List(folder)], redraw: false }
    }

    fn wanted(&self, way: Way) -> Wanted {
        let Place { start, typed, .. } = self.place();
        Wanted { tab: self.tab().id(), start, path: typed.to_owned(), way }
    }

    fn place(&self) -> Place<'_> {
        let prompt = self.tab().prompt();
        place(prompt.text(), prompt.cursor())
    }

    /// Puts the one candidate in, or the first of several. `names` are those in the folder, where a file is completed.
    fn offer(&mut self, names: &[String], way: Way) -> Outcome {
        let prompt = self.tab().prompt();
        let Place { start, typed, what } = self.place();
        let candidates = match what {
            What::Command => complete::commands(self.tab(), typed),
            What::Name(known) => complete::names(known.iter().copied(), typed),
            What::Theme => complete::names(self.themes.names().map(ThemeName::word).chain([AUTO]), typed),
            What::File(formats) => {
                [complete::names(formats.iter().copied(), typed), complete::files(typed, formats, names)].concat()
            }
            What::Address => {
                [complete::servers(&self.servers, typed), complete::addresses(&self.servers(), typed)].concat()
            }
            What::Setting => complete::settings(typed),
            // An empty word stands behind every blank: there a key that is pressed once too often adds nobody.
            What::Word if typed.is_empty() && !prompt.text().is_empty() => Vec::new(),
            What::Word => complete::said(self.tab(), typed, start == 0),
            What::Free => Vec::new(),
        };
        let after = prompt.text().get(prompt.cursor()..).unwrap_or_default();
        let Some(completion) = Completion::new((start, typed, after), candidates, way) else {
            let words = nothing(typed);
            return self.say(words);
        };
        self.change_draft(completion.put_in());
        self.completing = match completion.candidates() {
            [_] => Completing::Idle,
            _ => Completing::Choosing(completion),
        };
        Outcome::changed(true)
    }

    /// What was put in goes. However many candidates one looked at, all of it is one step back.
    fn take_back(&mut self, completion: &Completion) {
        // What stood there already was no step.
        if completion.is_change() {
            // Nothing is killed by it.
            self.tab_mut().prompt_mut().edit(Edit::Undo, &mut KillRing::default());
        }
    }

    fn change_draft(&mut self, Change { range, text }: Change) {
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
fn nothing(typed: &str) -> String {
    if typed.is_empty() {
        return "There is nothing to complete here: type the beginning of a word.".to_owned();
    }
    let more = if typed.chars().nth(QUOTED).is_some() { "…" } else { "" };
    let quoted: String = typed.chars().take(QUOTED).collect();
    format!("Nothing begins with {}{more}.", crate::text::sanitize_line(&quoted))
}
