//! Writes logs in the background, in the order of the commands.
//!
//! ```text
//!   LogCommand::Append ──► LogWriter ──WriteQueue──► blocking thread, one at a time ──► OpenLogs ──► files
//!   Event::LogOpened ◄──── LogWriter ◄────────────────────┘
//!   LogCommand::Tail ──► one task each ──► Event::LogTail
//! ```
//!
//! A frame waits until the rows it shows are written; meanwhile nothing is read from the network. A slow disk delays one
//! frame by at most 250 ms, then no more until it has caught up. While more than 16 MiB are queued, reading from the network
//! pauses. A disk that writes nothing for 5 s fails the logs that wait for it. A failure is reported once per log; a later
//! append opens the log again. Failures while closing are returned by [`LogWriter::close`].

mod queue;

use crate::app::logging::LogPath;
use crate::app::{Event, LogCommand};
use crate::link::LinkId;
use crate::storage::state_folder;
use crate::storage::{LogAppend, LogFolders};
use queue::WriteQueue;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, timeout, timeout_at};

/// Number of bytes queued and not yet written at which reading from the network pauses.
const MAX_PENDING_BYTES: u64 = 16 << 20;

/// Maximum delay of a frame that waits for the disk.
const FRAME_WAIT: Duration = Duration::from_millis(250);

/// Time without progress after which waiting logs fail.
const STALL_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum time for reading the last lines of a log.
const TAIL_TIMEOUT: Duration = Duration::from_secs(2);

/// How long closing waits for the disk.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Writes logs in the background.
#[derive(Debug)]
pub(crate) struct LogWriter {
    folders: LogFolders,
    queue: Arc<WriteQueue>,
    /// Bytes put into `queue` so far, by [`LogAppend::memory_size`].
    queued_bytes: u64,
    /// Bytes of those that are written or dropped.
    written_bytes: watch::Receiver<u64>,
    /// The latest known `written_bytes`, and since when it has not changed.
    progress: (u64, Instant),
    /// Set after a frame has waited in vain: the following frames do not wait until everything is written.
    is_late: Arc<AtomicBool>,
    events: mpsc::UnboundedReceiver<Event>,
    event_sender: mpsc::UnboundedSender<Event>,
    /// The current or latest writer thread.
    worker: Option<JoinHandle<()>>,
}

impl Default for LogWriter {
    fn default() -> Self {
        Self::in_folder(state_folder().map(|folder| folder.join("logs")))
    }
}

impl LogWriter {
    /// Creates a writer whose default log folder is this one.
    pub(crate) fn in_folder(default_folder: Option<PathBuf>) -> Self {
        let (event_sender, events) = mpsc::unbounded_channel();
        let folders = LogFolders::new(default_folder);
        let (queue, written_bytes) = WriteQueue::new(folders.clone(), event_sender.clone());
        Self {
            folders,
            queue: Arc::new(queue),
            queued_bytes: 0,
            written_bytes,
            progress: (0, Instant::now()),
            is_late: Arc::default(),
            events,
            event_sender,
            worker: None,
        }
    }

    /// Starts a command. Must be called inside a runtime.
    pub(crate) fn run(&mut self, command: LogCommand) {
        match command {
            LogCommand::Append { log, bytes, framing, max_size } => {
                self.append(LogAppend { log, bytes, framing, max_size });
            }
            LogCommand::Tail { tab, log, lines } => self.tail(tab, log, lines),
        }
    }

    fn append(&mut self, append: LogAppend) {
        if !self.is_behind() {
            self.progress = (self.queued_bytes, Instant::now());
        }
        let size = append.memory_size();
        let Some(previous) = self.queue.push(append) else { return };
        self.queued_bytes += size;
        if let Some(files) = previous.into_idle() {
            let queue = Arc::clone(&self.queue);
            // A tokio blocking thread, because tests with paused time wait for those.
            self.worker = Some(spawn_blocking(move || queue.write_all(files)));
        }
    }

    /// Reads the last lines of a log, after everything queued so far is written.
    fn tail(&self, tab: LinkId, log: LogPath, lines: usize) {
        let (folders, sender, caught_up) = (self.folders.clone(), self.event_sender.clone(), self.caught_up(0));
        let timeout_message = format!("{}: the disk is not responding.", folders.display_path(&log));
        drop(tokio::spawn(async move {
            let read = async {
                caught_up.await;
                spawn_blocking(move || folders.tail(&log, lines)).await.ok()
            };
            let result = timeout(TAIL_TIMEOUT, read).await.ok().flatten().unwrap_or(Err(timeout_message));
            // Fails if the event loop has ended.
            let _ = sender.send(Event::LogTail { tab, result });
        }));
    }

    /// Returns the next event: a log was opened, failed, or its last lines were read. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        loop {
            let stalled = self.stalled();
            let event = tokio::select! { biased;
                event = self.events.recv() => event,
                () = stalled => {
                    self.fail_stalled();
                    continue;
                }
            };
            match event {
                Some(event) => {
                    self.queue.on_reported(&event);
                    return event;
                }
                // Cannot happen: `self` owns a sender.
                None => std::future::pending().await,
            }
        }
    }

    /// Waits until everything queued so far is written, until 250 ms after `frame` (or now) at most. Cancel-safe.
    pub(crate) fn flushed(&self, frame: Option<Instant>) -> impl Future<Output = ()> + use<> {
        let is_behind = self.is_behind();
        if !is_behind {
            self.is_late.store(false, Ordering::Relaxed);
        }
        let must_wait = is_behind && !self.is_late.load(Ordering::Relaxed);
        let (caught_up, is_late) = (self.caught_up(0), Arc::clone(&self.is_late));
        // Counted from the frame, so that repeated calls do not extend the wait.
        let deadline = frame.unwrap_or_else(Instant::now) + FRAME_WAIT;
        async move {
            if must_wait && timeout_at(deadline, caught_up).await.is_err() {
                is_late.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Waits until more data may be queued; if the frame at `frame` is due, also as [`LogWriter::flushed`]. Cancel-safe.
    pub(crate) fn has_capacity(&self, frame: Option<Instant>) -> impl Future<Output = ()> + use<> {
        let overdue = frame.filter(|frame| *frame <= Instant::now());
        let flushed = overdue.map(|frame| self.flushed(Some(frame)));
        let has_capacity = self.caught_up(MAX_PENDING_BYTES - 1);
        async move {
            if let Some(flushed) = flushed {
                flushed.await;
            }
            has_capacity.await;
        }
    }

    /// Waits until everything is written, for [`CLOSE_TIMEOUT`] at most. Returns a message for each log that failed.
    pub(crate) async fn close(mut self) -> Vec<String> {
        if let Some(worker) = self.worker.take()
            && timeout(CLOSE_TIMEOUT, worker).await.is_err()
        {
            let (next, _written_bytes) = WriteQueue::new(self.folders.clone(), self.event_sender.clone());
            self.queue.close(&next);
        }
        let events = std::iter::from_fn(|| self.events.try_recv().ok());
        let errors =
            events.filter_map(|event| if let Event::LogOpened { result, .. } = event { result.err() } else { None });
        errors.map(|message| format!("The last log lines were not saved. {message}")).collect()
    }

    fn is_behind(&self) -> bool {
        *self.written_bytes.borrow() < self.queued_bytes
    }

    /// Waits until at most `left` of the bytes queued so far are not written.
    fn caught_up(&self, left: u64) -> impl Future<Output = ()> + use<> {
        let (target, mut written) = (self.queued_bytes.saturating_sub(left), self.written_bytes.clone());
        async move {
            // Fails if the queue has been dropped.
            let _ = written.wait_for(|written| *written >= target).await;
        }
    }

    /// Waits until the disk has made no progress for [`STALL_TIMEOUT`]; forever while nothing is queued.
    fn stalled(&mut self) -> impl Future<Output = ()> + use<> {
        let written = *self.written_bytes.borrow();
        if written != self.progress.0 {
            self.progress = (written, Instant::now());
        }
        let caught_up = self.is_behind().then(|| timeout_at(self.progress.1 + STALL_TIMEOUT, self.caught_up(0)));
        let mut progress = self.written_bytes.clone();
        async move {
            let is_stalled = match caught_up {
                Some(caught_up) => caught_up.await.is_err(),
                None => false,
            };
            if !is_stalled {
                std::future::pending::<()>().await;
            }
            // If the whole process was stopped (Ctrl-Z), the writer thread was too: gives it time for one more write.
            let _ = timeout(FRAME_WAIT, progress.wait_for(|now| *now != written)).await;
        }
    }

    /// Fails the logs that wait for the disk, and continues with a new queue for the others.
    fn fail_stalled(&mut self) {
        // The disk may have made progress since the timeout.
        if *self.written_bytes.borrow() == self.progress.0 && self.is_behind() {
            let (queue, written_bytes) = WriteQueue::new(self.folders.clone(), self.event_sender.clone());
            self.queue.close(&queue);
            (self.queue, self.written_bytes, self.queued_bytes) = (Arc::new(queue), written_bytes, 0);
            self.progress = (0, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests;
