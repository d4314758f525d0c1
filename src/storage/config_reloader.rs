//! Reads the settings again in the background (`/reload`), with the function that read them at the start.

use crate::app::{Event, LoadedConfig};
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Reads the settings; may block on the disk. The error is a message for the user, possibly of several lines.
pub type LoadConfigFn = dyn Fn() -> Result<LoadedConfig, String> + Send + Sync;

/// Reads the settings again in the background (`/reload`).
pub(crate) struct ConfigReloader {
    read: Option<Arc<LoadConfigFn>>,
    results: mpsc::UnboundedReceiver<Event>,
    result_sender: mpsc::UnboundedSender<Event>,
}

impl Default for ConfigReloader {
    fn default() -> Self {
        let (result_sender, results) = mpsc::unbounded_channel();
        Self { read: None, results, result_sender }
    }
}

impl fmt::Debug for ConfigReloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigReloader").field("has_reader", &self.read.is_some()).finish_non_exhaustive()
    }
}

impl ConfigReloader {
    /// Sets the function that reads the settings.
    pub(crate) fn with(self, read: Arc<LoadConfigFn>) -> Self {
        Self { read: Some(read), ..self }
    }

    /// Starts reading. Each call results in one event. Must be called inside a runtime.
    pub(crate) fn reload(&self) {
        let sender = self.result_sender.clone();
        let Some(read) = self.read.clone() else {
            // Cannot fail: `self` owns the receiver.
            let _ = sender.send(Event::ConfigReloaded(Err("There are no settings to reload.".to_owned())));
            return;
        };
        drop(spawn_blocking(move || {
            // Fails if the event loop has ended.
            let _ = sender.send(Event::ConfigReloaded(read().map(Box::new)));
        }));
    }

    /// Returns the next result. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        match self.results.recv().await {
            Some(event) => event,
            // Cannot happen: `self` owns a sender.
            None => std::future::pending().await,
        }
    }
}
