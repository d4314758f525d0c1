//! Starts and stops a recording while the program runs (`/record`).

use super::collector::EntryCollector;
use super::{ActiveRecording, Recorder};
use crate::app::{Event, RecordingEvent};
use crate::storage;
use std::future::pending;
use tokio::task::spawn_blocking;

impl Recorder {
    /// Starts recording into this file once it is open. Must be called inside a runtime.
    pub(crate) fn start(&mut self, path: String) {
        self.opening =
            Some(spawn_blocking(move || ActiveRecording::open(&storage::expand_path(&path)?, EntryCollector::late())));
    }

    /// Stops recording. Lines queued so far are still written.
    pub(crate) fn stop(&mut self) {
        self.stopping = self.active.take();
    }

    /// Returns the next start, end or failure of a recording. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        if let Some(event) = self.pending_event.take() {
            return Event::Recording(event);
        }
        let Self { active, opening, stopping, .. } = self;
        Event::Recording(tokio::select! { biased;
            opened = opened(opening) => self.on_opened(opened),
            event = stopped(stopping) => {
                self.stopping = None;
                event
            }
            message = next_error(active) => {
                self.active = None;
                RecordingEvent::Failed(message)
            }
        })
    }

    fn on_opened(&mut self, opened: Result<ActiveRecording, String>) -> RecordingEvent {
        self.opening = None;
        match opened {
            Ok(active) => {
                let path = active.queue.path.display().to_string();
                self.active = Some(active);
                RecordingEvent::Begun(path)
            }
            Err(message) => RecordingEvent::Failed(message),
        }
    }
}

async fn opened(
    opening: &mut Option<tokio::task::JoinHandle<Result<ActiveRecording, String>>>,
) -> Result<ActiveRecording, String> {
    match opening {
        Some(job) => job.await.unwrap_or_else(|error| Err(format!("Cannot record: {error}."))),
        None => pending().await,
    }
}

async fn next_error(active: &mut Option<ActiveRecording>) -> String {
    match active {
        Some(active) => match active.errors.recv().await {
            Some(message) => message,
            // Cannot happen: `active` owns the sender.
            None => pending().await,
        },
        None => pending().await,
    }
}

/// Waits until a stopped recording is completely written.
async fn stopped(stopping: &mut Option<ActiveRecording>) -> RecordingEvent {
    let Some(recording) = stopping else { return pending().await };
    if let Some(worker) = &mut recording.worker {
        // Fails if the thread has panicked; it has ended then, too.
        let _ = worker.await;
        recording.worker = None;
    }
    match recording.errors.try_recv() {
        Ok(message) => RecordingEvent::Failed(message),
        Err(_none) => RecordingEvent::Ended(recording.queue.path.display().to_string()),
    }
}
