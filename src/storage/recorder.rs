//! The recording (`--record`, `/record`): what the loop hears and does, written beside it.
//!
//! ```text
//!   Event, App, Outcome ──► Scribe ──lines──► blocking thread ──► file
//! ```
//!
//! The disk is waited for by the network, and never by a key: while more than 16 MiB wait to be written nothing is read
//! from the links. A disk that takes nothing for 5 s, or is full, or gone, ends the recording with one notice; the chat goes
//! on.

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
use tokio::time::{timeout, timeout_at};

/// Bytes handed over and not yet written, from which on the network waits.
const MAX_PENDING_BYTES: u64 = 16 << 20;

/// How long the disk may take nothing while the network waits for it.
const STALL_TIMEOUT: Duration = Duration::from_secs(5);

/// How long leaving waits for the disk.
const CLOSE_GRACE: Duration = Duration::from_secs(5);

/// How long a frame waits for what it shows to be written.
const FRAME_WAIT: Duration = Duration::from_millis(250);

/// More than can be handed over: nobody waits for what is not written. Something can be added to it.
const NO_TARGET: u64 = u64::MAX >> 1;

/// Records the session into a file. By default nothing is recorded.
#[derive(Debug, Default)]
pub struct Recorder {
    desk: Option<ActiveRecording>,
    opening: Option<JoinHandle<Result<ActiveRecording, String>>>,
    /// A recording that was ended, until all of it is written.
    ending: Option<ActiveRecording>,
    news: Option<RecordingEvent>,
}

#[derive(Debug)]
struct ActiveRecording {
    scribe: EntryCollector,
    tray: Arc<RecordingQueue>,
    handed_over: u64,
    written: watch::Receiver<u64>,
    complaints: mpsc::UnboundedReceiver<String>,
    job: Option<JoinHandle<()>>,
    /// Set by whoever has waited for the disk for too long.
    is_stuck: Arc<AtomicBool>,
    /// For the network, which waits as long as the disk takes anything at all.
    stalled: StallTimer,
    /// For frames, each of which waits for what it shows.
    shown: StallTimer,
}

/// What loop and thread have in common.
#[derive(Debug)]
struct RecordingQueue {
    path: PathBuf,
    waiting: Mutex<RecordingQueueState>,
    progress: watch::Sender<u64>,
    complain: mpsc::UnboundedSender<String>,
}

/// Lines that wait, and who has the file.
#[derive(Debug)]
struct RecordingQueueState {
    lines: Vec<RecordingLine>,
    hand: RecordingWriterState,
}

#[derive(Debug)]
enum RecordingWriterState {
    /// Nobody is writing.
    Free(File),
    /// A thread is.
    Writing,
    /// Nobody will any more, and that was told.
    Over,
}

impl Recorder {
    /// Begins a recording, or goes on with one: another session in the same file.
    ///
    /// # Errors
    /// The sentence, with the next step: the file cannot be written, is something else, or somebody is writing it.
    pub fn open(path: &Path) -> Result<Self, String> {
        let desk = ActiveRecording::open(path, EntryCollector::default())?;
        let news = Some(RecordingEvent::Begun(path.display().to_string()));
        Ok(Self { desk: Some(desk), news, ..Self::default() })
    }

    /// Waits until there is room for more, for some seconds at most. Cancel-safe.
    pub(crate) fn room(&self) -> impl Future<Output = ()> + use<> {
        let behind = self.desk.as_ref().filter(|desk| desk.is_behind()).map(|desk| {
            let until = desk.stalled.since(*desk.written.borrow()) + STALL_TIMEOUT;
            (desk.handed_over, desk.written.clone(), until, Arc::clone(&desk.is_stuck))
        });
        async move {
            if let Some((handed_over, mut written, until, is_stuck)) = behind {
                let caught_up = written.wait_for(|written| handed_over.saturating_sub(*written) < MAX_PENDING_BYTES);
                if timeout_at(until, caught_up).await.is_err() {
                    is_stuck.store(true, Ordering::Relaxed);
                }
            }
        }
    }

    /// Waits until all that was handed over is written, so that what is shown is kept; a quarter of a second at most, whoever
    /// is waited for beside it. Cancel-safe.
    pub(crate) fn settled(&self) -> impl Future<Output = ()> + use<> {
        let behind = self.desk.as_ref().and_then(|desk| {
            let (handed_over, written) = (desk.handed_over, *desk.written.borrow());
            let (target, since) = desk.shown.target(written, handed_over)?;
            Some((target, desk.written.clone(), since + FRAME_WAIT))
        });
        async move {
            if let Some((target, mut written, until)) = behind {
                // A disk that is late is waited for elsewhere.
                let _ = timeout_at(until, written.wait_for(|&written| written >= target)).await;
            }
        }
    }

    /// Waits until all is written, for some seconds at most.
    pub(crate) async fn close(self) {
        let Self { desk, opening, ending, .. } = self;
        // What is opened has nothing in it, and is closed again.
        drop(opening);
        let jobs = desk.into_iter().chain(ending).filter_map(|desk| desk.job);
        let _ = timeout(CLOSE_GRACE, async {
            for job in jobs {
                // A thread that panicked is over too.
                let _ = job.await;
            }
        })
        .await;
    }
}

impl ActiveRecording {
    fn open(path: &Path, scribe: EntryCollector) -> Result<Self, String> {
        let file = recording_file::open(path)?;
        let (complain, complaints) = mpsc::unbounded_channel();
        let (progress, written) = watch::channel(0);
        let waiting = Mutex::new(RecordingQueueState { lines: Vec::new(), hand: RecordingWriterState::Free(file) });
        let tray = Arc::new(RecordingQueue { path: path.into(), waiting, progress, complain });
        Ok(Self {
            scribe,
            tray,
            handed_over: 0,
            written,
            complaints,
            job: None,
            is_stuck: Arc::default(),
            stalled: StallTimer::default(),
            shown: StallTimer::default(),
        })
    }

    fn is_behind(&self) -> bool {
        self.handed_over.saturating_sub(*self.written.borrow()) >= MAX_PENDING_BYTES
    }

    fn write(&mut self, lines: impl IntoIterator<Item = RecordingLine>) {
        if self.is_stuck.swap(false, Ordering::Relaxed) {
            self.tray.end("the disk is not responding");
        }
        let mut waiting = self.tray.waiting();
        if let RecordingWriterState::Over = waiting.hand {
            return;
        }
        let before = waiting.lines.len();
        waiting.lines.extend(lines);
        self.handed_over += waiting.lines.iter().skip(before).map(recording_file::cost).sum::<u64>();
        if waiting.lines.is_empty() {
            return;
        }
        if let RecordingWriterState::Free(file) = std::mem::replace(&mut waiting.hand, RecordingWriterState::Writing) {
            let tray = Arc::clone(&self.tray);
            drop(waiting);
            // Not a thread of our own: tests on paused time wait for this one.
            self.job = Some(spawn_blocking(move || tray.work(file)));
        }
    }
}

impl RecordingQueue {
    fn waiting(&self) -> MutexGuard<'_, RecordingQueueState> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes until nothing waits.
    fn work(&self, mut file: File) {
        loop {
            let mut waiting = self.waiting();
            if let RecordingWriterState::Over = waiting.hand {
                return;
            }
            let lines = std::mem::take(&mut waiting.lines);
            if lines.is_empty() {
                waiting.hand = RecordingWriterState::Free(file);
                return;
            }
            drop(waiting);
            if storage::is_deleted(&file) {
                let path = self.path.display();
                return self.close(format!("Recording stopped: {path} was deleted. Start another with /record FILE."));
            }
            let progress = |cost| self.progress.send_modify(|done| *done += cost);
            if let Err(error) = recording_file::append(&mut file, &lines, progress) {
                return self.end(&storage::os_error_text(&error));
            }
        }
    }

    /// Nothing can be written any more.
    fn end(&self, why: &str) {
        self.close(recording_file::ended(&self.path, why));
    }

    /// Nothing is written any more; the sentence says why.
    fn close(&self, sentence: String) {
        let mut waiting = self.waiting();
        (waiting.lines, waiting.hand) = (Vec::new(), RecordingWriterState::Over);
        drop(waiting);
        // The loop may be gone.
        let _ = self.complain.send(sentence);
        // Nobody waits for what is not written.
        self.progress.send_replace(NO_TARGET);
    }
}

impl Recorder {
    /// Hands an event to the core, and records the event and what the core made of it.
    pub(crate) fn update_app(&mut self, now: Now, app: &mut App, event: Event) -> Update {
        let Some(desk) = &mut self.desk else { return app.update(now, event) };
        let heard = desk.scribe.before_update(now, &event);
        let is_time = event == Event::Timer;
        let outcome = app.update(now, event);
        let lines = desk.scribe.after_update(now, app, &outcome, is_time);
        desk.write(heard.into_iter().chain(lines).map(RecordingLine::Entry));
        outcome
    }

    /// Records the end of the session.
    pub(crate) fn record_exit(&mut self, now: Now, app: &App) {
        if let Some(desk) = &mut self.desk {
            let lines = desk.scribe.conclude(now, app);
            desk.write(lines.into_iter().map(RecordingLine::Entry));
        }
    }
}

#[cfg(test)]
mod tests;
