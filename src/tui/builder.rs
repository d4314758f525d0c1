//! Optional parts of the event loop, added before it runs.

use super::EventLoop;
use crate::storage::config_reloader::LoadConfigFn;
use crate::storage::history_store::HistoryStore;
use crate::storage::recorder::Recorder;
use std::sync::Arc;

impl<F, S, H> EventLoop<F, S, H> {
    /// Keeps the input history and the recent servers across sessions.
    #[must_use]
    pub fn with_annals(mut self, annals: HistoryStore) -> Self {
        self.errands = self.errands.with_annals(annals);
        self
    }

    /// Lets `/reload` read the settings with this function.
    #[must_use]
    pub fn with_settings(mut self, read: Arc<LoadConfigFn>) -> Self {
        self.errands = self.errands.with_settings(read);
        self
    }

    /// Records the session.
    #[must_use]
    pub fn with_recorder(mut self, recorder: Recorder) -> Self {
        self.errands.recorder = recorder;
        self
    }
}
