//! The queue between the event loop and the thread that writes logs.

use crate::app::Event;
use crate::app::logging::LogPath;
use crate::storage::{LogAppend, LogFolders, OpenLogs};
use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// A queue of appends with the open log files. A thread runs only while appends are queued, and owns the files then.
#[derive(Debug)]
pub(super) struct WriteQueue {
    folders: LogFolders,
    state: Mutex<QueueState>,
    written_bytes: watch::Sender<u64>,
    event_sender: mpsc::UnboundedSender<Event>,
}

#[derive(Debug)]
struct QueueState {
    appends: VecDeque<LogAppend>,
    writer: WriterState,
    /// The log being written.
    current: Option<LogPath>,
    /// Logs whose failure has not been reported to the core. Further appends to them are dropped: they would leave a gap.
    failed: HashSet<LogPath>,
}

/// State of the writer thread.
#[derive(Debug)]
pub(super) enum WriterState {
    /// No thread is running.
    Idle(OpenLogs),
    /// A thread is writing, and owns the files.
    Busy,
    /// The queue has been given up; a thread may still hang in a write.
    Closed,
}

impl WriterState {
    /// Returns the files if no thread is running.
    pub(super) fn into_idle(self) -> Option<OpenLogs> {
        match self {
            Self::Idle(files) => Some(files),
            Self::Busy | Self::Closed => None,
        }
    }
}

impl WriteQueue {
    /// Creates an empty queue, and a counter of the bytes that are written or dropped, by [`LogAppend::memory_size`].
    pub(super) fn new(folders: LogFolders, event_sender: mpsc::UnboundedSender<Event>) -> (Self, watch::Receiver<u64>) {
        let (written_sender, written_bytes) = watch::channel(0);
        let writer = WriterState::Idle(OpenLogs::new(folders.clone()));
        let state = QueueState { appends: VecDeque::new(), writer, current: None, failed: HashSet::new() };
        (Self { folders, state: Mutex::new(state), written_bytes: written_sender, event_sender }, written_bytes)
    }

    fn state(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues an append and marks the writer as busy. Returns its previous state: if it was idle, the caller must start
    /// [`WriteQueue::write_all`]. Returns `None` and drops the append if the log has failed.
    pub(super) fn push(&self, append: LogAppend) -> Option<WriterState> {
        let mut state = self.state();
        if state.failed.contains(&append.log) {
            return None;
        }
        state.appends.push_back(append);
        Some(std::mem::replace(&mut state.writer, WriterState::Busy))
    }

    /// Writes until the queue is empty or closed.
    pub(super) fn write_all(&self, mut files: OpenLogs) {
        loop {
            let mut state = self.state();
            if let WriterState::Closed = state.writer {
                return;
            }
            let Some(append) = state.appends.pop_front() else {
                state.writer = WriterState::Idle(files);
                return;
            };
            state.current = Some(append.log.clone());
            drop(state);
            let result = files.append(&append);
            self.on_written(append, result);
        }
    }

    /// Reports a log that was opened or failed. After a failure drops all appends to that log.
    fn on_written(&self, append: LogAppend, result: Result<Option<String>, String>) {
        let mut state = self.state();
        if let WriterState::Closed = state.writer {
            return;
        }
        state.current = None;
        let mut size = append.memory_size();
        let log = append.log;
        if result.is_err() {
            state.failed.insert(log.clone());
            state.appends.retain(|other| {
                let is_kept = other.log != log;
                size += if is_kept { 0 } else { other.memory_size() };
                is_kept
            });
        }
        if let Some(result) = result.transpose() {
            // Fails if the event loop has ended.
            let _ = self.event_sender.send(Event::LogOpened { log, result });
        }
        drop(state);
        // Saturating, because the queue may have been closed meanwhile, which sets the maximum.
        self.written_bytes.send_modify(|written| *written = written.saturating_add(size));
    }

    /// Accepts appends to a log again once its failure is reported to the core.
    pub(super) fn on_reported(&self, event: &Event) {
        if let Event::LogOpened { log, result: Err(_) } = event {
            self.state().failed.remove(log);
        }
    }

    /// Gives the queue up because the disk hangs: fails each log that waits for it. `next` is the queue that replaces it.
    pub(super) fn close(&self, next: &Self) {
        let mut state = self.state();
        state.writer = WriterState::Closed;
        let mut failed = std::mem::take(&mut state.failed);
        let current = state.current.take();
        let logs = current.into_iter().chain(state.appends.drain(..).map(|append| append.log));
        for log in logs {
            if failed.insert(log.clone()) {
                let path = self.folders.display_path(&log);
                let result = Err(format!("{path}: the disk is not responding; choose another path."));
                let _ = self.event_sender.send(Event::LogOpened { log, result });
            }
        }
        next.state().failed = failed;
        drop(state);
        // Wakes everybody who waits for progress.
        self.written_bytes.send_replace(u64::MAX);
    }

    /// Simulates a thread that owns the files and hangs.
    #[cfg(test)]
    pub(super) fn block(&self) {
        self.state().writer = WriterState::Busy;
    }
}
