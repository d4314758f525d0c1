//! Where to go, when nobody has said it.

use super::server::Visit;
use super::transcript::RowKind;
use super::{App, Now, Outcome};
use crate::link::Endpoint;

impl App {
    /// What was visited in earlier sessions.
    pub(super) fn visits(&mut self, visits: Vec<Visit>) -> Outcome {
        self.visits = visits;
        Outcome::changed(true)
    }

    /// A server has been started here, or not.
    pub(super) fn hosted(&mut self, now: Now, result: Result<(Endpoint, Vec<String>), String>) -> Outcome {
        match result {
            Ok((endpoint, introduction)) => self.host(now, endpoint, &introduction),
            Err(sentence) => {
                self.note(now, RowKind::Error, &sentence);
                Outcome::changed(true)
            }
        }
    }
}
