//! Stores input history and recent servers across sessions. The files are read and written in the background, so that no
//! key waits for a disk.
//!
//! ```text
//!   Effect::AppendHistory ─────────► HistoryStore ──queue──► blocking thread, one at a time ──► HistoryFile
//!   Effect::{Save,Delete}RecentServer ────┘                        │                       └──► RecentServersFile
//!   Event::{HistoryLoaded,RecentServersLoaded,StorageWarning} ◄────┘
//! ```
//!
//! The thread runs while jobs are queued and handles them in order. Both files are read before anything is written, so that
//! a session does not load its own lines. The first failure of a session is reported; later lines are still tried.

use crate::app::input::history::HistoryEntry;
use crate::app::{Event, RecentServer};
use crate::link::Endpoint;
use crate::storage;
use crate::storage::history_file::{HistoryFile, Quarantine};
use crate::storage::history_record::HistoryRecord;
use crate::storage::recent_servers_file::{Change, RecentServersFile};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

/// Maximum length of a stored line, in bytes. Longer input was pasted and exists elsewhere.
const MAX_LINE_BYTES: usize = 64 << 10;

/// Maximum number of lines, and of server changes, that wait for a disk that is not responding.
const MAX_QUEUED: usize = 1_000;

/// How long closing waits for the disk.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Stores input history and recently visited servers across sessions.
#[derive(Debug)]
pub struct HistoryStore {
    /// `None` if nothing is stored.
    shared: Option<Arc<SharedState>>,
    /// The current or latest worker thread.
    worker: Option<JoinHandle<()>>,
    events: mpsc::UnboundedReceiver<Event>,
}

/// State shared by the event loop and the worker thread.
#[derive(Debug)]
struct SharedState {
    history: HistoryFile,
    servers: RecentServersFile,
    queue: Mutex<Queue>,
    event_sender: mpsc::UnboundedSender<Event>,
}

#[derive(Debug, Default)]
struct Queue {
    has_been_read: bool,
    entries: Vec<HistoryRecord>,
    changes: Vec<Change>,
    is_worker_running: bool,
    /// One warning covers both files: they are in one folder and usually fail together.
    has_warned: bool,
}

/// A job for the worker thread.
enum HistoryJob {
    Read,
    Append(Vec<HistoryRecord>),
    Change(Vec<Change>),
}

impl HistoryStore {
    /// Creates a store that reads and writes nothing.
    pub fn none() -> Self {
        let (event_sender, events) = mpsc::unbounded_channel();
        let _ = event_sender.send(Event::RecentServersLoaded(Vec::new()));
        Self { shared: None, worker: None, events }
    }

    /// Creates a store for the history file `path` and for `servers.json` in the same folder, and starts reading them. The
    /// files and folders are created when there is something to write. With `None` (no home directory) nothing is stored
    /// and a warning is reported. Must be called inside a runtime.
    pub fn open(path: Option<PathBuf>) -> Self {
        let (event_sender, events) = mpsc::unbounded_channel();
        let Some(path) = path else {
            let _ = event_sender.send(Event::StorageWarning(warning("HOME is not set")));
            let _ = event_sender.send(Event::RecentServersLoaded(Vec::new()));
            return Self { shared: None, worker: None, events };
        };
        let shared = Arc::new(SharedState::new(path, Queue::default(), event_sender));
        let mut store = Self { shared: Some(shared), worker: None, events };
        store.start_worker();
        store
    }

    /// Queues a line to be stored. Lines of more than 64 KiB are ignored.
    pub fn append(&mut self, entry: HistoryEntry) {
        let Some(shared) = self.shared.as_ref().filter(|_| entry.line.len() <= MAX_LINE_BYTES) else { return };
        if shared.queue().entries.len() >= MAX_QUEUED {
            shared.warn("the disk is not responding");
            return;
        }
        shared.queue().entries.push(HistoryRecord::now(entry));
        self.start_worker();
    }

    /// Queues a recent server to be stored, with the result of its last connection.
    pub fn save_server(&mut self, server: RecentServer) {
        self.change(Change::Save(server));
    }

    /// Queues a recent server to be deleted.
    pub fn delete_server(&mut self, endpoint: Endpoint) {
        self.change(Change::Delete(endpoint));
    }

    fn change(&mut self, change: Change) {
        let Some(shared) = &self.shared else { return };
        if shared.queue().changes.len() >= MAX_QUEUED {
            shared.warn("the disk is not responding");
            return;
        }
        shared.queue().changes.push(change);
        self.start_worker();
    }

    /// Returns the next event: loaded history, loaded servers, or a warning. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        match self.events.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    /// Waits until everything queued is written, for two seconds at most.
    pub async fn close(self) {
        if let Some(worker) = self.worker {
            let _ = tokio::time::timeout(CLOSE_TIMEOUT, worker).await;
        }
    }

    fn start_worker(&mut self) {
        let Some(shared) = &self.shared else { return };
        if !std::mem::replace(&mut shared.queue().is_worker_running, true) {
            let shared = Arc::clone(shared);
            // A tokio blocking thread, because tests with paused time wait for those.
            self.worker = Some(spawn_blocking(move || shared.run_jobs()));
        }
    }
}

impl SharedState {
    fn new(path: PathBuf, queue: Queue, event_sender: mpsc::UnboundedSender<Event>) -> Self {
        let servers = RecentServersFile::new(path.with_file_name("servers.json"));
        Self { history: HistoryFile::new(path), servers, queue: Mutex::new(queue), event_sender }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs jobs until none is left.
    fn run_jobs(&self) {
        while let Some(job) = self.next_job() {
            match job {
                HistoryJob::Read => {
                    // Servers first: the file is small, and the start page waits for it.
                    self.warn_if_failed(self.servers.path(), self.read_servers());
                    self.warn_if_failed(self.history.path(), self.read_history());
                }
                HistoryJob::Append(entries) => {
                    self.warn_if_failed(self.history.path(), self.history.append(&entries));
                }
                HistoryJob::Change(changes) => {
                    let result = self.servers.change(changes).map(|backup| self.report_damaged_servers(backup));
                    self.warn_if_failed(self.servers.path(), result);
                }
            }
        }
    }

    fn warn_if_failed(&self, path: &Path, result: io::Result<()>) {
        if let Err(error) = result {
            self.warn(&format!("{}: {}", path.display(), storage::os_error_text(&error)));
        }
    }

    fn next_job(&self) -> Option<HistoryJob> {
        let mut queue = self.queue();
        if !std::mem::replace(&mut queue.has_been_read, true) {
            return Some(HistoryJob::Read);
        }
        if !queue.changes.is_empty() {
            return Some(HistoryJob::Change(std::mem::take(&mut queue.changes)));
        }
        if queue.entries.is_empty() {
            queue.is_worker_running = false;
            return None;
        }
        Some(HistoryJob::Append(std::mem::take(&mut queue.entries)))
    }

    fn read_history(&self) -> io::Result<()> {
        let loaded = self.history.read()?;
        if !loaded.entries.is_empty() {
            // Fails if the event loop has ended.
            let _ = self.event_sender.send(Event::HistoryLoaded(loaded.entries));
        }
        if let Some(Quarantine { lines, path }) = loaded.quarantine {
            let plural = if lines == 1 { "line was" } else { "lines were" };
            let message = format!("{lines} damaged history {plural} moved to {}.", path.display());
            let _ = self.event_sender.send(Event::StorageWarning(message));
        }
        Ok(())
    }

    fn read_servers(&self) -> io::Result<()> {
        let (loaded, result) = match self.servers.read() {
            Ok(loaded) => (loaded, Ok(())),
            Err(error) => (super::recent_servers_file::LoadedServers::default(), Err(error)),
        };
        // Sent even if empty: the start page waits for it.
        let _ = self.event_sender.send(Event::RecentServersLoaded(loaded.servers));
        self.report_damaged_servers(loaded.backup);
        result
    }

    /// Reports that `servers.json` was damaged and saved under this name.
    fn report_damaged_servers(&self, backup: Option<PathBuf>) {
        if let Some(backup) = backup {
            let message =
                format!("The recent servers list was damaged; the old file was saved as {}.", backup.display());
            let _ = self.event_sender.send(Event::StorageWarning(message));
        }
    }

    /// Reports a failure, once per session.
    fn warn(&self, reason: &str) {
        if !std::mem::replace(&mut self.queue().has_warned, true) {
            let _ = self.event_sender.send(Event::StorageWarning(warning(reason)));
        }
    }
}

fn warning(reason: &str) -> String {
    format!("Input history and recent servers may not be saved: {reason}.")
}

#[cfg(test)]
pub(crate) mod tests;
