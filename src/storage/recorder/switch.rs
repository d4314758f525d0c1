//! A recording begun and ended while the program runs (`/record`).

use super::collector::EntryCollector;
use super::{ActiveRecording, Recorder};
use crate::app::{Event, RecordingEvent};
use crate::storage;
use std::future::pending;
use tokio::task::spawn_blocking;

impl Recorder {
    /// Begins to record in this file, once it is open. Must be called inside a runtime.
    pub(crate) fn begin(&mut self, path: String) {
        self.opening =
            Some(spawn_blocking(move || ActiveRecording::open(&storage::expand_path(&path)?, EntryCollector::late())));
    }

    /// Ends it. What was handed over is written yet.
    pub(crate) fn end(&mut self) {
        self.ending = self.desk.take();
    }

    /// How a recording begins and ends. Cancel-safe: nothing is taken that is not told at once.
    pub(crate) async fn recv(&mut self) -> Event {
        if let Some(news) = self.news.take() {
            return Event::Recording(news);
        }
        let Self { desk, opening, ending, .. } = self;
        Event::Recording(tokio::select! { biased;
            opened = begun(opening) => self.on_opened(opened),
            news = ended(ending) => {
                self.ending = None;
                news
            }
            sentence = next_error(desk) => {
                self.desk = None;
                RecordingEvent::Failed(sentence)
            }
        })
    }

    fn on_opened(&mut self, opened: Result<ActiveRecording, String>) -> RecordingEvent {
        self.opening = None;
        match opened {
            Ok(desk) => {
                let path = desk.tray.path.display().to_string();
                self.desk = Some(desk);
                RecordingEvent::Begun(path)
            }
            Err(sentence) => RecordingEvent::Failed(sentence),
        }
    }
}

async fn begun(
    opening: &mut Option<tokio::task::JoinHandle<Result<ActiveRecording, String>>>,
) -> Result<ActiveRecording, String> {
    match opening {
        Some(job) => job.await.unwrap_or_else(|error| Err(format!("Cannot record: {error}."))),
        None => pending().await,
    }
}

async fn next_error(desk: &mut Option<ActiveRecording>) -> String {
    match desk {
        Some(desk) => match desk.complaints.recv().await {
            Some(sentence) => sentence,
            // It is held by the desk itself.
            None => pending().await,
        },
        None => pending().await,
    }
}

/// Waits until all is written.
async fn ended(ending: &mut Option<ActiveRecording>) -> RecordingEvent {
    let Some(desk) = ending else { return pending().await };
    if let Some(job) = &mut desk.job {
        // A thread that panicked is over too.
        let _ = job.await;
        desk.job = None;
    }
    match desk.complaints.try_recv() {
        Ok(sentence) => RecordingEvent::Failed(sentence),
        Err(_none) => RecordingEvent::Ended(desk.tray.path.display().to_string()),
    }
}
