//! What is done on disk beside the loop: files written and read, folders listed, the history and logs kept, the settings
//! read, the session recorded.

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

/// Everything that may have to wait for a disk. The loop never does.
#[derive(Debug)]
pub(crate) struct BackgroundIo {
    saver: ExportWriter,
    loader: FileReader,
    folders: DirLister,
    annals: HistoryStore,
    logs: LogWriter,
    settings: ConfigReloader,
    secrets: SecretReader,
    pub(crate) recorder: Recorder,
}

impl Default for BackgroundIo {
    fn default() -> Self {
        let (saver, loader, folders) = (ExportWriter::default(), FileReader::default(), DirLister::default());
        Self {
            saver,
            loader,
            folders,
            annals: HistoryStore::none(),
            logs: LogWriter::default(),
            settings: ConfigReloader::default(),
            secrets: SecretReader::default(),
            recorder: Recorder::default(),
        }
    }
}

impl BackgroundIo {
    /// The same with a history that outlasts the session.
    pub(crate) fn with_annals(self, annals: HistoryStore) -> Self {
        Self { annals, ..self }
    }

    /// The same with somebody who reads the settings anew.
    pub(crate) fn with_settings(self, read: Arc<LoadConfigFn>) -> Self {
        Self { settings: self.settings.with(read), ..self }
    }

    /// Sets about an effect; those that are none of its business it leaves alone.
    pub(crate) fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Export(step) => self.saver.step(step),
            Effect::ReadFile { path, limit } => self.loader.load(path, limit),
            Effect::ListDir(folder) => self.folders.list(folder),
            Effect::AppendHistory(remembered) => self.annals.append(remembered),
            Effect::ReadSecret { tab, number, source } => self.secrets.read(tab, number, source),
            Effect::ReloadConfig => self.settings.reload(),
            Effect::Record(Some(path)) => self.recorder.begin(path),
            Effect::Record(None) => self.recorder.end(),
            Effect::SaveRecentServer(visit) => self.annals.save_server(visit),
            Effect::DeleteRecentServer(endpoint) => self.annals.delete_server(endpoint),
            Effect::Log(step) => self.logs.run(step),
            _ => {}
        }
    }

    /// The same of several.
    pub(crate) fn run_all(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.run(effect);
        }
    }

    /// What has been done. Cancel-safe, as each of its arms is.
    pub(crate) async fn recv(&mut self) -> Event {
        tokio::select! { biased;
            event = self.annals.recv() => event,
            event = self.settings.recv() => event,
            event = self.secrets.recv() => event,
            event = self.logs.recv() => event,
            event = self.recorder.recv() => event,
            listed = self.folders.recv() => listed.into(),
            FileContents { path, result } = self.loader.recv() => Event::FileRead { path, result },
            ExportResult { path, result } = self.saver.recv() => Event::ExportFinished { path, result },
        }
    }

    /// Waits until there is room for more of the file that is written, and then for everybody else's turn.
    pub(crate) fn export_ready(&self) -> impl Future<Output = ()> + use<> {
        self.saver.turn()
    }

    /// Waits until recording and logs have caught up so far that more may come, a frame being due at this moment.
    pub(crate) fn has_capacity(&self, frame: Option<Instant>) -> impl Future<Output = ()> + use<> {
        let (recorder, logs) = (self.recorder.room(), self.logs.room(frame));
        async move {
            recorder.await;
            logs.await;
        }
    }

    /// Waits until the rows that a frame due at this moment shows are in the logs and the recording; a quarter of a second at
    /// most. Cancel-safe.
    pub(crate) fn flushed(&self, frame: Option<Instant>) -> impl Future<Output = ()> + use<> {
        let (recorder, logs) = (self.recorder.settled(), self.logs.settled(frame));
        async move {
            tokio::join!(recorder, logs);
        }
    }

    /// Whether the disk is behind with the file that is written.
    pub(crate) fn is_backlogged(&self) -> bool {
        self.saver.is_behind()
    }

    /// Takes all that is left of the file that is written: there will be no more turns.
    pub(crate) fn finish_export(&mut self, app: &mut App, now: Now) {
        let others = self.saver.finish(app, now);
        self.run_all(others);
    }

    /// Waits until what is to be kept is kept, for some seconds at most. Gives the sentences about what cannot be of the logs.
    pub(crate) async fn close(self) -> Vec<String> {
        let others = async { tokio::join!(self.saver.close(), self.annals.close(), self.recorder.close()) };
        let (failed, _) = tokio::join!(self.logs.close(), others);
        failed
    }
}
