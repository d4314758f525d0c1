//! What the loop and the thread that writes logs have in common.

use crate::app::Event;
use crate::app::logging::LogPath;
use crate::storage::{LogAppend, LogFolders, OpenLogs};
use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// The queue between the event loop and the thread that writes logs.
#[derive(Debug)]
pub(super) struct WriteQueue {
    folders: LogFolders,
    waiting: Mutex<QueueState>,
    progress: watch::Sender<u64>,
    tell: mpsc::UnboundedSender<Event>,
}

#[derive(Debug)]
struct QueueState {
    appends: VecDeque<LogAppend>,
    hand: WriterState,
    /// What is being written.
    at_work: Option<LogPath>,
    /// Logs that went wrong, which the core has not heard of yet. What it has for them would leave a hole before it.
    failed: HashSet<LogPath>,
}

/// Who has the files.
#[derive(Debug)]
pub(super) enum WriterState {
    /// Nobody is writing.
    Idle(OpenLogs),
    /// A thread is.
    Busy,
    /// One that nobody waits for any more is.
    Closed,
}

impl WriterState {
    /// The files, if they are to be had.
    pub(super) fn into_free(self) -> Option<OpenLogs> {
        match self {
            Self::Idle(files) => Some(files),
            Self::Busy | Self::Closed => None,
        }
    }
}

impl WriteQueue {
    /// An empty one, and how much of what is put there is written, in the measure of [`LogAppend::cost`].
    pub(super) fn new(folders: LogFolders, tell: mpsc::UnboundedSender<Event>) -> (Self, watch::Receiver<u64>) {
        let (progress, written) = watch::channel(0);
        let hand = WriterState::Idle(OpenLogs::new(folders.clone()));
        let waiting = QueueState { appends: VecDeque::new(), hand, at_work: None, failed: HashSet::new() };
        (Self { folders, waiting: Mutex::new(waiting), progress, tell }, written)
    }

    fn waiting(&self) -> MutexGuard<'_, QueueState> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts something there, and says who had the files until then: where that was nobody they are the caller's. Nothing
    /// where it is not to be written.
    pub(super) fn put(&self, append: LogAppend) -> Option<WriterState> {
        let mut waiting = self.waiting();
        if waiting.failed.contains(&append.place) {
            return None;
        }
        waiting.appends.push_back(append);
        Some(std::mem::replace(&mut waiting.hand, WriterState::Busy))
    }

    /// Writes until nothing waits.
    pub(super) fn work(&self, mut files: OpenLogs) {
        loop {
            let mut waiting = self.waiting();
            if let WriterState::Closed = waiting.hand {
                return;
            }
            let Some(append) = waiting.appends.pop_front() else {
                waiting.hand = WriterState::Idle(files);
                return;
            };
            waiting.at_work = Some(append.place.clone());
            drop(waiting);
            let result = files.append(&append);
            self.done(append, result);
        }
    }

    /// Something has been written, which opened the log that is told of, or could not be.
    fn done(&self, append: LogAppend, result: Result<Option<String>, String>) {
        let mut waiting = self.waiting();
        if let WriterState::Closed = waiting.hand {
            return;
        }
        waiting.at_work = None;
        let mut cost = append.cost();
        let place = append.place;
        if result.is_err() {
            waiting.failed.insert(place.clone());
            waiting.appends.retain(|other| {
                let stays = other.place != place;
                cost += if stays { 0 } else { other.cost() };
                stays
            });
        }
        if let Some(result) = result.transpose() {
            // The loop may be gone.
            let _ = self.tell.send(Event::LogOpened { place, result });
        }
        drop(waiting);
        // It may be over since, and then it is as much as can be.
        self.progress.send_modify(|written| *written = written.saturating_add(cost));
    }

    /// The loop tells the core of this.
    pub(super) fn told(&self, event: &Event) {
        if let Event::LogOpened { place, result: Err(_) } = event {
            self.waiting().failed.remove(place);
        }
    }

    /// The disk takes nothing any more: ends each log that waits for it. `next` is for what comes from now on.
    pub(super) fn end(&self, next: &Self) {
        let mut waiting = self.waiting();
        waiting.hand = WriterState::Closed;
        let mut failed = std::mem::take(&mut waiting.failed);
        let at_work = waiting.at_work.take();
        let places = at_work.into_iter().chain(waiting.appends.drain(..).map(|append| append.place));
        for place in places {
            if failed.insert(place.clone()) {
                let shown = self.folders.shown(&place);
                let result = Err(format!("{shown}: the disk is not responding; choose another path."));
                let _ = self.tell.send(Event::LogOpened { place, result });
            }
        }
        next.waiting().failed = failed;
        drop(waiting);
        // Nobody waits for what is not written.
        self.progress.send_replace(u64::MAX);
    }

    /// A thread has the files, and does not write.
    #[cfg(test)]
    pub(super) fn block(&self) {
        self.waiting().hand = WriterState::Busy;
    }
}
