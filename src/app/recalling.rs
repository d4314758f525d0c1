//! The history, as keys and Enter use it.

use super::history::recall::{NoLine, Recall, Step};
use super::history::{History, Left, Remembered, Scope};
use super::transcript::RowKind;
use super::{App, Effect, Now, Outcome};
use crate::link::LinkId;

/// Through which lines a step in the history leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Those of this server that begin with what stands left of the cursor.
    Prefix,
    /// All of this server.
    Plain,
    /// Those of all servers that begin with what stands left of the cursor.
    AllServers,
}

impl App {
    /// What was entered, here and in earlier sessions.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// The server that what is entered belongs to, as the status line shows it; nothing where there is none.
    pub(super) fn server(&self) -> String {
        self.tab().endpoint().map(ToString::to_string).unwrap_or_default()
    }

    pub(super) fn history_back(&mut self, way: Way) -> Outcome {
        match self.step(way, Recall::back) {
            Ok(line) => self.show_recalled(line),
            // Everybody sees that.
            Err(NoLine::Oldest) => Outcome::changed(false),
            Err(no_line) => self.say(no_line.to_string()),
        }
    }

    pub(super) fn history_forward(&mut self, way: Way) -> Outcome {
        match self.step(way, Recall::forward) {
            Some(line) => self.show_recalled(line),
            None => Outcome::changed(false),
        }
    }

    fn step<T>(&mut self, way: Way, take: impl FnOnce(&mut Recall, &History, Step<'_>) -> T) -> T {
        let server = self.server();
        let mut recall = std::mem::take(&mut self.tab_mut().recall);
        let prompt = self.tab().prompt();
        let shown = prompt.text();
        let (scope, prefix) = match way {
            Way::Prefix => (Scope::Server(&server), shown.get(..prompt.cursor())),
            Way::Plain => (Scope::Server(&server), None),
            Way::AllServers => (Scope::All, shown.get(..prompt.cursor())),
        };
        let taken = take(&mut recall, &self.history, Step { scope, prefix, shown });
        self.tab_mut().recall = recall;
        taken
    }

    fn show_recalled(&mut self, line: String) -> Outcome {
        self.tab_mut().prompt_mut().set(line);
        Outcome::changed(true)
    }

    /// The line in a tab's input line has been sent or carried out, or is to go: it becomes history. The tab may be gone
    /// by now.
    pub(super) fn accept(&mut self, id: LinkId, server: &str, line: &str, left: Left) -> Option<Effect> {
        if let Some(tab) = self.tab_of(id) {
            tab.line_entered();
        }
        self.history.push(server, line, left).map(Effect::Remember)
    }

    /// Clears the draft away. It is not lost: Up brings it back.
    pub(super) fn clear_draft(&mut self) -> Outcome {
        let (id, server, line) = (self.tab().id(), self.server(), self.tab().prompt().text().to_owned());
        let effects = self.accept(id, &server, &line, Left::Cleared).into_iter().collect();
        Outcome { effects, redraw: true }
    }

    pub(super) fn remembered(&mut self, earlier: Vec<Remembered>) -> Outcome {
        self.history.merge(earlier);
        Outcome::changed(false)
    }

    pub(super) fn forgetful(&mut self, now: Now, sentence: &str) -> Outcome {
        self.note(now, RowKind::Notice, sentence);
        Outcome::changed(true)
    }
}
