//! What was entered and where one was, kept for later sessions. The files are read and written beside the loop: no key
//! waits for a disk.
//!
//! ```text
//!   Effect::Remember ────────► Annals ──waiting──► blocking thread, one at a time ──► Book
//!   Effect::Visited, Forget ─────┘                   │                           └──► Register
//!   Event::Remembered, Visits, Forgetful ◄───────────┘
//! ```
//!
//! The thread is there while something waits, and what it finds to do it does in order: the file is read before anything is
//! added to it, so that nobody is told of their own lines. What goes wrong is said once a session; the lines stay in memory,
//! and each later one is tried again.

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

/// Bytes of a line that is still written. What is longer was pasted, and is elsewhere.
const LINE_LIMIT: usize = 64 << 10;

/// Lines that may wait for a disk that does not answer.
const WAITING_LIMIT: usize = 1_000;

/// How long leaving waits for the disk.
const CLOSE_GRACE: Duration = Duration::from_secs(2);

/// Stores input history and recently visited servers across sessions.
#[derive(Debug)]
pub struct HistoryStore {
    desk: Option<Arc<SharedState>>,
    /// The thread that works, or worked last.
    job: Option<JoinHandle<()>>,
    news: mpsc::UnboundedReceiver<Event>,
}

/// What the loop and the thread share.
#[derive(Debug)]
struct SharedState {
    book: HistoryFile,
    register: RecentServersFile,
    waiting: Mutex<Queue>,
    tell: mpsc::UnboundedSender<Event>,
}

#[derive(Debug, Default)]
struct Queue {
    has_been_read: bool,
    entries: Vec<HistoryRecord>,
    changes: Vec<Change>,
    is_at_work: bool,
    /// The files lie in one folder, as a rule on one disk: that something is wrong is said once, in words that fit both.
    has_warned: bool,
}

/// What is to be done next.
enum HistoryJob {
    Read,
    Append(Vec<HistoryRecord>),
    Change(Vec<Change>),
}

impl HistoryStore {
    /// Nothing is read, and nothing written.
    pub fn none() -> Self {
        let (tell, news) = mpsc::unbounded_channel();
        let _ = tell.send(Event::RecentServersLoaded(Vec::new()));
        Self { desk: None, job: None, news }
    }

    /// Reads this file and `servers.json` beside it (the loop hands on what is in them), and keeps in them what is entered
    /// and where one was. They are made, with their folders, when there is something to write. Without one (there is no
    /// home) a notice says so. Must be called inside a runtime.
    pub fn open(file: Option<PathBuf>) -> Self {
        let (tell, news) = mpsc::unbounded_channel();
        let Some(file) = file else {
            let _ = tell.send(Event::StorageWarning(sentence("HOME is not set")));
            let _ = tell.send(Event::RecentServersLoaded(Vec::new()));
            return Self { desk: None, job: None, news };
        };
        let desk = Arc::new(SharedState::new(file, Queue::default(), tell));
        let mut annals = Self { desk: Some(desk), job: None, news };
        annals.set_to_work();
        annals
    }

    /// Keeps a line. It is on its way when this returns. Lines of more than 64 KiB are not kept.
    pub fn append(&mut self, remembered: HistoryEntry) {
        let Some(desk) = self.desk.as_ref().filter(|_| remembered.line.len() <= LINE_LIMIT) else { return };
        if desk.waiting().entries.len() >= WAITING_LIMIT {
            desk.warn("the disk is not responding");
            return;
        }
        desk.waiting().entries.push(HistoryRecord::now(remembered));
        self.set_to_work();
    }

    /// Keeps where one was, and how that went.
    pub fn save_server(&mut self, visit: RecentServer) {
        self.change(Change::Save(visit));
    }

    /// Keeps a server no longer.
    pub fn delete_server(&mut self, endpoint: Endpoint) {
        self.change(Change::Delete(endpoint));
    }

    fn change(&mut self, change: Change) {
        let Some(desk) = &self.desk else { return };
        if desk.waiting().changes.len() >= WAITING_LIMIT {
            desk.warn("the disk is not responding");
            return;
        }
        desk.waiting().changes.push(change);
        self.set_to_work();
    }

    /// What earlier sessions entered, or why lines cannot be kept. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        match self.news.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    /// Waits until what is to be kept is written, for some seconds at most.
    pub async fn close(self) {
        if let Some(job) = self.job {
            let _ = tokio::time::timeout(CLOSE_GRACE, job).await;
        }
    }

    fn set_to_work(&mut self) {
        let Some(desk) = &self.desk else { return };
        if !std::mem::replace(&mut desk.waiting().is_at_work, true) {
            let desk = Arc::clone(desk);
            // Not a thread of our own: tests on paused time wait for this one.
            self.job = Some(spawn_blocking(move || desk.work()));
        }
    }
}

impl SharedState {
    fn new(file: PathBuf, waiting: Queue, tell: mpsc::UnboundedSender<Event>) -> Self {
        let register = RecentServersFile::new(file.with_file_name("servers.json"));
        Self { book: HistoryFile::new(file), register, waiting: Mutex::new(waiting), tell }
    }

    fn waiting(&self) -> MutexGuard<'_, Queue> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what there is to do.
    fn work(&self) {
        while let Some(task) = self.next() {
            match task {
                HistoryJob::Read => {
                    // The smaller one first: the start page waits for it.
                    self.check(self.register.path(), self.read_register());
                    self.check(self.book.path(), self.read_book());
                }
                HistoryJob::Append(entries) => self.check(self.book.path(), self.book.append(&entries)),
                HistoryJob::Change(changes) => {
                    let written = self.register.change(changes);
                    self.check(self.register.path(), written.map(|aside| self.report_damaged_servers(aside)));
                }
            }
        }
    }

    fn check(&self, path: &Path, done: io::Result<()>) {
        if let Err(error) = done {
            self.warn(&format!("{}: {}", path.display(), storage::os_error_text(&error)));
        }
    }

    fn next(&self) -> Option<HistoryJob> {
        let mut waiting = self.waiting();
        if !std::mem::replace(&mut waiting.has_been_read, true) {
            return Some(HistoryJob::Read);
        }
        if !waiting.changes.is_empty() {
            return Some(HistoryJob::Change(std::mem::take(&mut waiting.changes)));
        }
        if waiting.entries.is_empty() {
            waiting.is_at_work = false;
            return None;
        }
        Some(HistoryJob::Append(std::mem::take(&mut waiting.entries)))
    }

    fn read_book(&self) -> io::Result<()> {
        let found = self.book.read()?;
        if !found.lines.is_empty() {
            // The loop may be gone.
            let _ = self.tell.send(Event::HistoryLoaded(found.lines));
        }
        if let Some(Quarantine { lines, path }) = found.aside {
            let count = if lines == 1 { "A line".to_owned() } else { format!("{lines} lines") };
            let words = format!("{count} of the history could not be read: set aside in {}.", path.display());
            let _ = self.tell.send(Event::StorageWarning(words));
        }
        Ok(())
    }

    fn read_register(&self) -> io::Result<()> {
        let read = self.register.read();
        let (found, done) = read.map_or_else(
            |error| (super::recent_servers_file::LoadedServers::default(), Err(error)),
            |found| (found, Ok(())),
        );
        // Also if there are none: somebody waits for it.
        let _ = self.tell.send(Event::RecentServersLoaded(found.visits));
        self.report_damaged_servers(found.aside);
        done
    }

    /// Says that the file was damaged.
    fn report_damaged_servers(&self, aside: Option<PathBuf>) {
        if let Some(aside) = aside {
            let words =
                format!("The list of servers visited could not be read whole: set aside as {}.", aside.display());
            let _ = self.tell.send(Event::StorageWarning(words));
        }
    }

    fn warn(&self, why: &str) {
        if !std::mem::replace(&mut self.waiting().has_warned, true) {
            let _ = self.tell.send(Event::StorageWarning(sentence(why)));
        }
    }
}

fn sentence(why: &str) -> String {
    format!("Input history and recent servers may not be saved: {why}.")
}

#[cfg(test)]
pub(crate) mod tests;
