//! Reading the settings anew beside the loop. How that is done only `main` knows, which read them first.

use crate::app::{Event, LoadedConfig};
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Reads the settings; may wait for the disk. What is wrong with them is told in lines.
pub type LoadConfigFn = dyn Fn() -> Result<LoadedConfig, String> + Send + Sync;

/// Reads the settings again in the background (`/reload`).
pub(crate) struct ConfigReloader {
    read: Option<Arc<LoadConfigFn>>,
    done: mpsc::UnboundedReceiver<Event>,
    tell: mpsc::UnboundedSender<Event>,
}

impl Default for ConfigReloader {
    fn default() -> Self {
        let (tell, done) = mpsc::unbounded_channel();
        Self { read: None, done, tell }
    }
}

impl fmt::Debug for ConfigReloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("has_reader", &self.read.is_some()).finish_non_exhaustive()
    }
}

impl ConfigReloader {
    /// The same with somebody who reads them.
    pub(crate) fn with(self, read: Arc<LoadConfigFn>) -> Self {
        Self { read: Some(read), ..self }
    }

    /// Begins to read them. Each call has one answer. Must be called inside a runtime.
    pub(crate) fn reload(&self) {
        let tell = self.tell.clone();
        let Some(read) = self.read.clone() else {
            // The loop, which owns us, is there.
            let _ = tell.send(Event::ConfigReloaded(Err("There are no settings to reload.".to_owned())));
            return;
        };
        drop(spawn_blocking(move || {
            // The loop may be gone.
            let _ = tell.send(Event::ConfigReloaded(read().map(Box::new)));
        }));
    }

    /// What has been read. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        match self.done.recv().await {
            Some(event) => event,
            // We hold a sender ourselves.
            None => std::future::pending().await,
        }
    }
}
