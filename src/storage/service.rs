//! Runs the core's file effects in the background and returns their results as events.

use super::config_reloader::{ConfigReloader, LoadConfigFn};
use super::dir_lister::DirLister;
use super::export_writer::{ExportResult, ExportWriter};
use super::file_reader::{FileContents, FileReader};
use super::history_store::HistoryStore;
use super::log_writer::LogWriter;
use super::recorder::Recorder;
use crate::app::{App, Effect, Event, Now};
use crate::storage::secret_reader::SecretReader;
use std::sync::Arc;
use tokio::time::Instant;

/// The background workers for all files of a session, so that the event loop never waits for a disk.
#[derive(Debug)]
pub(crate) struct BackgroundIo {
    export_writer: ExportWriter,
    file_reader: FileReader,
    dir_lister: DirLister,
    history_store: HistoryStore,
    log_writer: LogWriter,
    config_reloader: ConfigReloader,
    secret_reader: SecretReader,
    pub(crate) recorder: Recorder,
}

impl Default for BackgroundIo {
    fn default() -> Self {
        Self {
            export_writer: ExportWriter::default(),
            file_reader: FileReader::default(),
            dir_lister: DirLister::default(),
            history_store: HistoryStore::none(),
            log_writer: LogWriter::default(),
            config_reloader: ConfigReloader::default(),
            secret_reader: SecretReader::default(),
            recorder: Recorder::default(),
        }
    }
}

impl BackgroundIo {
    /// Sets where input history and recent servers are stored. By default they are not.
    pub(crate) fn with_history(self, history_store: HistoryStore) -> Self {
        Self { history_store, ..self }
    }

    /// Sets the function that reads the settings again. Without it `/reload` fails.
    pub(crate) fn with_config_loader(self, load: Arc<LoadConfigFn>) -> Self {
        Self { config_reloader: self.config_reloader.with(load), ..self }
    }

    /// Starts a file effect; ignores others. Must be called inside a runtime.
    pub(crate) fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Export(step) => self.export_writer.step(step),
            Effect::ReadFile { path, limit } => self.file_reader.read(path, limit),
            Effect::ListDir(folder) => self.dir_lister.list(folder),
            Effect::AppendHistory(entry) => self.history_store.append(entry),
            Effect::ReadSecret { tab, number, source } => self.secret_reader.read(tab, number, source),
            Effect::ReloadConfig => self.config_reloader.reload(),
            Effect::StartRecording(path) => self.recorder.start(path),
            Effect::StopRecording => self.recorder.stop(),
            Effect::SaveRecentServer(server) => self.history_store.save_server(server),
            Effect::DeleteRecentServer(endpoint) => self.history_store.delete_server(endpoint),
            Effect::Log(command) => self.log_writer.run(command),
            _ => {}
        }
    }

    /// Starts several effects in order.
    pub(crate) fn run_all(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.run(effect);
        }
    }

    /// Returns the next result as an event. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        tokio::select! { biased;
            event = self.history_store.recv() => event,
            event = self.config_reloader.recv() => event,
            event = self.secret_reader.recv() => event,
            event = self.log_writer.recv() => event,
            event = self.recorder.recv() => event,
            listing = self.dir_lister.recv() => listing.into(),
            FileContents { path, result } = self.file_reader.recv() => Event::FileRead { path, result },
            ExportResult { path, result } = self.export_writer.recv() => Event::ExportFinished { path, result },
        }
    }

    /// Waits until the next chunk of the current export may be queued. Cancel-safe.
    pub(crate) fn export_ready(&self) -> impl Future<Output = ()> + use<> {
        self.export_writer.ready()
    }

    /// Waits until recording and logs accept more data. `frame` is the time at which the next frame is due. Cancel-safe.
    pub(crate) fn has_capacity(&self, frame: Option<Instant>) -> impl Future<Output = ()> + use<> {
        let (recorder, log_writer) = (self.recorder.has_capacity(frame), self.log_writer.has_capacity(frame));
        async move {
            recorder.await;
            log_writer.await;
        }
    }

    /// Waits until the rows shown by the frame due at `frame` are in the logs and the recording, for 250 ms at most.
    /// Cancel-safe.
    pub(crate) fn flushed(&self, frame: Option<Instant>) -> impl Future<Output = ()> + use<> {
        let (recorder, log_writer) = (self.recorder.flushed(), self.log_writer.flushed(frame));
        async move {
            tokio::join!(recorder, log_writer);
        }
    }

    /// Tells whether the current export waits for the disk.
    pub(crate) fn is_backlogged(&self) -> bool {
        self.export_writer.is_behind()
    }

    /// Queues the rest of the current export without waiting. For quitting.
    pub(crate) fn finish_export(&mut self, app: &mut App, now: Now) {
        let others = self.export_writer.finish(app, now);
        self.run_all(others);
    }

    /// Waits until everything queued is written, for some seconds at most. Returns a message for each log that could not be
    /// completed.
    pub(crate) async fn close(self) -> Vec<String> {
        let others =
            async { tokio::join!(self.export_writer.close(), self.history_store.close(), self.recorder.close()) };
        let (log_errors, _) = tokio::join!(self.log_writer.close(), others);
        log_errors
    }
}
