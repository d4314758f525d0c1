//! Records a session into a file (`--record`, `/record`), in the background.
//!
//! ```text
//!   Event, App, Update ──► EntryCollector ──lines──► blocking thread ──► file
//! ```
//!
//! Keys never wait for the disk; the network does: while more than 16 MiB are queued, nothing is read from the links. If the
//! disk is full, gone, or writes nothing for 5 s, the recording ends with one notice and the chat continues.

mod collector;
mod snapshot;
mod stall_timer;
mod switch;

use crate::app::{App, Event, Now, RecordingEvent, Update};
use crate::recording::RecordingLine;
use crate::storage::{self, recording_file};
use collector::EntryCollector;
use stall_timer::StallTimer;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, timeout, timeout_at};

/// Number of bytes queued and not yet written at which reading from the network pauses.
const MAX_PENDING_BYTES: u64 = 16 << 20;

/// Time without progress after which the recording ends, while the network waits for the disk.
const STALL_TIMEOUT: Duration = Duration::from_secs(5);

/// How long closing waits for the disk.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum delay of a frame that waits for the disk.
const FRAME_WAIT: Duration = Duration::from_millis(250);

/// Progress of a closed queue: larger than any target, so that nobody waits, and small enough to be added to.
const CLOSED_PROGRESS: u64 = u64::MAX >> 1;

/// Records the session into a file. By default nothing is recorded.
#[derive(Debug, Default)]
pub struct Recorder {
    active: Option<ActiveRecording>,
    opening: Option<JoinHandle<Result<ActiveRecording, String>>>,
    /// A stopped recording, until all of it is written.
    stopping: Option<ActiveRecording>,
    pending_event: Option<RecordingEvent>,
}

#[derive(Debug)]
struct ActiveRecording {
    collector: EntryCollector,
    queue: Arc<RecordingQueue>,
    queued_bytes: u64,
    written_bytes: watch::Receiver<u64>,
    errors: mpsc::UnboundedReceiver<String>,
    worker: Option<JoinHandle<()>>,
    /// Set after the network has waited for [`STALL_TIMEOUT`] without progress.
    is_stalled: Arc<AtomicBool>,
    /// Since when the disk has made no progress, for the network.
    network_timer: StallTimer,
    /// Since when a frame waits for its rows to be written.
    frame_timer: StallTimer,
}

/// The queue between the event loop and the writer thread. A thread runs only while lines are queued.
#[derive(Debug)]
struct RecordingQueue {
    path: PathBuf,
    state: Mutex<RecordingQueueState>,
    written_bytes: watch::Sender<u64>,
    error_sender: mpsc::UnboundedSender<String>,
}

#[derive(Debug)]
struct RecordingQueueState {
    lines: Vec<RecordingLine>,
    writer: RecordingWriterState,
}

#[derive(Debug)]
enum RecordingWriterState {
    /// No thread is running.
    Idle(File),
    /// A thread is writing, and owns the file.
    Busy,
    /// The recording has failed, and the error has been sent.
    Closed,
}

impl Recorder {
    /// Opens a file and records into it: a new recording, or another session in an existing one.
    ///
    /// # Errors
    /// A message for the user: the file cannot be written, is not a recording, or is locked by another process.
    pub fn open(path: &Path) -> Result<Self, String> {
        let active = ActiveRecording::open(path, EntryCollector::default())?;
        let pending_event = Some(RecordingEvent::Begun(path.display().to_string()));
        Ok(Self { active: Some(active), pending_event, ..Self::default() })
    }

    /// Waits until more data may be queued, for [`STALL_TIMEOUT`] without progress at most. If the frame at `frame` is due, also
    /// waits as [`Recorder::flushed`], so that the rows it shows do not outrun the file. Cancel-safe.
    pub(crate) fn has_capacity(&self, frame: Option<Instant>) -> impl Future<Output = ()> + use<> {
        let behind = self.active.as_ref().filter(|active| active.is_behind()).map(|active| {
            let deadline = active.network_timer.since(*active.written_bytes.borrow()) + STALL_TIMEOUT;
            (active.queued_bytes, active.written_bytes.clone(), deadline, Arc::clone(&active.is_stalled))
        });
        let flushed = frame.filter(|frame| *frame <= Instant::now()).map(|_| self.flushed());
        async move {
            if let Some(flushed) = flushed {
                flushed.await;
            }
            if let Some((queued, mut written, deadline, is_stalled)) = behind {
                let caught_up = written.wait_for(|written| queued.saturating_sub(*written) < MAX_PENDING_BYTES);
                if timeout_at(deadline, caught_up).await.is_err() {
                    is_stalled.store(true, Ordering::Relaxed);
                }
            }
        }
    }

    /// Waits until everything queued is written, so that the rows shown are in the file, for [`FRAME_WAIT`] at most. Counted
    /// from the first call since the file was complete, so that repeated calls do not extend the wait. Cancel-safe.
    pub(crate) fn flushed(&self) -> impl Future<Output = ()> + use<> {
        let behind = self.active.as_ref().and_then(|active| {
            let written = *active.written_bytes.borrow();
            let since = active.frame_timer.behind_since(written, active.queued_bytes)?;
            Some((active.queued_bytes, active.written_bytes.clone(), since + FRAME_WAIT))
        });
        async move {
            if let Some((target, mut written, deadline)) = behind {
                // A stalled disk is detected by `has_capacity`.
                let _ = timeout_at(deadline, written.wait_for(|&written| written >= target)).await;
            }
        }
    }

    /// Waits until everything is written, for [`CLOSE_TIMEOUT`] at most.
    pub(crate) async fn close(self) {
        let Self { active, opening, stopping, .. } = self;
        // Nothing has been recorded into a file that is still being opened.
        drop(opening);
        let workers = active.into_iter().chain(stopping).filter_map(|recording| recording.worker);
        let _ = timeout(CLOSE_TIMEOUT, async {
            for worker in workers {
                // Fails if the thread has panicked; it has ended then, too.
                let _ = worker.await;
            }
        })
        .await;
    }
}

impl ActiveRecording {
    fn open(path: &Path, collector: EntryCollector) -> Result<Self, String> {
        let file = recording_file::open(path)?;
        let (error_sender, errors) = mpsc::unbounded_channel();
        let (written_sender, written_bytes) = watch::channel(0);
        let state = Mutex::new(RecordingQueueState { lines: Vec::new(), writer: RecordingWriterState::Idle(file) });
        let queue = RecordingQueue { path: path.into(), state, written_bytes: written_sender, error_sender };
        Ok(Self {
            collector,
            queue: Arc::new(queue),
            queued_bytes: 0,
            written_bytes,
            errors,
            worker: None,
            is_stalled: Arc::default(),
            network_timer: StallTimer::default(),
            frame_timer: StallTimer::default(),
        })
    }

    fn is_behind(&self) -> bool {
        self.queued_bytes.saturating_sub(*self.written_bytes.borrow()) >= MAX_PENDING_BYTES
    }

    fn write(&mut self, lines: impl IntoIterator<Item = RecordingLine>) {
        if self.is_stalled.swap(false, Ordering::Relaxed) {
            self.queue.fail("the disk is not responding");
        }
        let mut state = self.queue.state();
        if let RecordingWriterState::Closed = state.writer {
            return;
        }
        let before = state.lines.len();
        state.lines.extend(lines);
        self.queued_bytes += state.lines.iter().skip(before).map(recording_file::memory_size).sum::<u64>();
        if state.lines.is_empty() {
            return;
        }
        if let RecordingWriterState::Idle(file) = std::mem::replace(&mut state.writer, RecordingWriterState::Busy) {
            let queue = Arc::clone(&self.queue);
            drop(state);
            // A tokio blocking thread, because tests with paused time wait for those.
            self.worker = Some(spawn_blocking(move || queue.write_all(file)));
        }
    }
}

impl RecordingQueue {
    fn state(&self) -> MutexGuard<'_, RecordingQueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes until the queue is empty or closed.
    fn write_all(&self, mut file: File) {
        loop {
            let mut state = self.state();
            if let RecordingWriterState::Closed = state.writer {
                return;
            }
            let lines = std::mem::take(&mut state.lines);
            if lines.is_empty() {
                state.writer = RecordingWriterState::Idle(file);
                return;
            }
            drop(state);
            if storage::is_deleted(&file) {
                let path = self.path.display();
                return self.close(format!("Recording stopped: {path} was deleted. Start another with /record FILE."));
            }
            let on_written = |size| self.written_bytes.send_modify(|written| *written += size);
            if let Err(error) = recording_file::append(&mut file, &lines, on_written) {
                return self.fail(&storage::os_error_text(&error));
            }
        }
    }

    /// Closes the queue because writing has failed.
    fn fail(&self, reason: &str) {
        self.close(recording_file::stopped_message(&self.path, reason));
    }

    /// Closes the queue and sends this message.
    fn close(&self, message: String) {
        let mut state = self.state();
        (state.lines, state.writer) = (Vec::new(), RecordingWriterState::Closed);
        drop(state);
        // Fails if the event loop has ended.
        let _ = self.error_sender.send(message);
        // Wakes everybody who waits for progress.
        self.written_bytes.send_replace(CLOSED_PROGRESS);
    }
}

impl Recorder {
    /// Updates the core with an event, and records the event and the resulting changes.
    pub(crate) fn update_app(&mut self, now: Now, app: &mut App, event: Event) -> Update {
        let Some(active) = &mut self.active else { return app.update(now, event) };
        let event_entry = active.collector.before_update(now, &event);
        let is_timer = event == Event::Timer;
        let update = app.update(now, event);
        let entries = active.collector.after_update(now, app, &update, is_timer);
        active.write(event_entry.into_iter().chain(entries).map(RecordingLine::Entry));
        update
    }

    /// Records that the program exits.
    pub(crate) fn record_exit(&mut self, now: Now, app: &App) {
        if let Some(active) = &mut self.active {
            let entries = active.collector.exit_entries(now, app);
            active.write(entries.into_iter().map(RecordingLine::Entry));
        }
    }
}

#[cfg(test)]
mod tests;
