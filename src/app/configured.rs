//! Settings that are read while the program runs.

use super::server::Configured;
use super::transcript::RowKind;
use super::{App, Now, Outcome};

impl App {
    /// `/reload` has been carried out.
    pub(super) fn configured(&mut self, now: Now, result: Result<Box<Configured>, String>) -> Outcome {
        match result {
            Ok(configured) => self.take_over(*configured),
            Err(sentence) => self.note(now, RowKind::Error, &sentence),
        }
        Outcome::changed(true)
    }

    fn take_over(&mut self, configured: Configured) {
        let Configured { options: _, servers, keys, themes } = configured;
        (self.servers, self.keys, self.themes) = (servers, keys, themes);
    }
}
