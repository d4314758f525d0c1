//! The logs, written beside the loop in the order in which they come.
//!
//! ```text
//!   LogStep::Append ──► Logs ──waiting──► blocking thread, one at a time ──► Shelf ──► files
//!   Event::Logged ◄────── Logs ◄────────────────┘
//!   LogStep::Tail ──► a task of its own ──► Event::LogTail
//! ```
//!
//! What a frame shows is on disk before: the frame waits for the disk, and meanwhile nothing more is read from the network.
//! A disk that is slower than that holds the screen up once, for a quarter of a second; the network while more than 16 MiB
//! wait. One that takes nothing for 5 s ends the logs it was to take. Whatever goes wrong is told once for each log, which
//! begins anew with what is appended after that; what goes wrong as one leaves, to whoever closes the logs.

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

/// Bytes handed over and not yet written, from which on the network waits.
const MAX_PENDING_BYTES: u64 = 16 << 20;

/// How long a frame waits for the disk.
const FRAME_WAIT: Duration = Duration::from_millis(250);

/// How long the disk may take nothing.
const STALL_TIMEOUT: Duration = Duration::from_secs(5);

/// How long somebody waits for the end of a log.
const TAIL_TIMEOUT: Duration = Duration::from_secs(2);

/// How long leaving waits for the disk.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Writes logs in the background.
#[derive(Debug)]
pub(crate) struct LogWriter {
    folders: LogFolders,
    tray: Arc<WriteQueue>,
    /// Of `tray`, as `written` is.
    handed_over: u64,
    written: watch::Receiver<u64>,
    /// How much of it was written when that was looked at last, and since when it is no more.
    progress: (u64, Instant),
    /// Set when a frame has waited for too long: the next ones do not, until all is written.
    is_late: Arc<AtomicBool>,
    answers: mpsc::UnboundedReceiver<Event>,
    tell: mpsc::UnboundedSender<Event>,
    /// The thread that works, or worked last.
    job: Option<JoinHandle<()>>,
}

impl Default for LogWriter {
    fn default() -> Self {
        Self::in_folder(state_folder().map(|folder| folder.join("logs")))
    }
}

impl LogWriter {
    /// No logs so far. Those that the program names itself are in this folder.
    pub(crate) fn in_folder(usual: Option<PathBuf>) -> Self {
        let (tell, answers) = mpsc::unbounded_channel();
        let folders = LogFolders::new(usual);
        let (tray, written) = WriteQueue::new(folders.clone(), tell.clone());
        let (progress, is_late) = ((0, Instant::now()), Arc::default());
        Self { folders, tray: Arc::new(tray), handed_over: 0, written, progress, is_late, answers, tell, job: None }
    }

    /// Sets about a step. Must be called inside a runtime.
    pub(crate) fn run(&mut self, step: LogCommand) {
        match step {
            LogCommand::Append { place, bytes, ending, largest } => {
                self.append(LogAppend { place, bytes, framing: ending, max_size: largest });
            }
            LogCommand::Tail { tab, place, lines } => self.tail(tab, place, lines),
        }
    }

    fn append(&mut self, append: LogAppend) {
        if !self.is_behind() {
            self.progress = (self.handed_over, Instant::now());
        }
        let cost = append.cost();
        let Some(hand) = self.tray.put(append) else { return };
        self.handed_over += cost;
        if let Some(files) = hand.into_free() {
            let tray = Arc::clone(&self.tray);
            // Not a thread of our own: tests on paused time wait for this one.
            self.job = Some(spawn_blocking(move || tray.work(files)));
        }
    }

    /// Reads the end of a log, once what was handed over before is written.
    fn tail(&self, tab: LinkId, place: LogPath, lines: usize) {
        let (folders, tell, caught_up) = (self.folders.clone(), self.tell.clone(), self.caught_up(0));
        let late = format!("{}: the disk is not responding.", folders.shown(&place));
        drop(tokio::spawn(async move {
            let read = async {
                caught_up.await;
                spawn_blocking(move || folders.tail(&place, lines)).await.ok()
            };
            let result = timeout(TAIL_TIMEOUT, read).await.ok().flatten().unwrap_or(Err(late));
            // The loop may be gone.
            let _ = tell.send(Event::LogTail { tab, result });
        }));
    }

    /// What has become of logs. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Event {
        loop {
            let stuck = self.stalled();
            let event = tokio::select! { biased;
                event = self.answers.recv() => event,
                () = stuck => {
                    self.fail_stalled();
                    continue;
                }
            };
            match event {
                Some(event) => {
                    self.tray.told(&event);
                    return event;
                }
                // We hold a sender ourselves.
                None => std::future::pending().await,
            }
        }
    }

    /// Waits until what was handed over is written, so that a frame may show it which was to be drawn at this moment; some
    /// time at most. Cancel-safe.
    pub(crate) fn settled(&self, frame: Option<Instant>) -> impl Future<Output = ()> + use<> {
        let is_behind = self.is_behind();
        if !is_behind {
            self.is_late.store(false, Ordering::Relaxed);
        }
        let waits = is_behind && !self.is_late.load(Ordering::Relaxed);
        let (caught_up, is_late) = (self.caught_up(0), Arc::clone(&self.is_late));
        // Not from now: who is interrupted and asks again does not wait any longer.
        let until = frame.unwrap_or_else(Instant::now) + FRAME_WAIT;
        async move {
            if waits && timeout_at(until, caught_up).await.is_err() {
                is_late.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Waits until there is room for more, and until a frame that was to be drawn at this moment has nothing to wait for.
    /// Cancel-safe.
    pub(crate) fn room(&self, frame: Option<Instant>) -> impl Future<Output = ()> + use<> {
        let overdue = frame.filter(|frame| *frame <= Instant::now());
        let settled = overdue.map(|frame| self.settled(Some(frame)));
        let room = self.caught_up(MAX_PENDING_BYTES - 1);
        async move {
            if let Some(settled) = settled {
                settled.await;
            }
            room.await;
        }
    }

    /// Waits until all is written, for some seconds at most. Gives a sentence for each log of which that cannot be, now that
    /// nobody else is there to be told.
    pub(crate) async fn close(mut self) -> Vec<String> {
        if let Some(job) = self.job.take()
            && timeout(CLOSE_TIMEOUT, job).await.is_err()
        {
            let (next, _written) = WriteQueue::new(self.folders.clone(), self.tell.clone());
            self.tray.end(&next);
        }
        let events = std::iter::from_fn(|| self.answers.try_recv().ok());
        let failed =
            events.filter_map(|event| if let Event::LogOpened { result, .. } = event { result.err() } else { None });
        failed.map(|sentence| format!("The last log lines were not saved. {sentence}")).collect()
    }

    fn is_behind(&self) -> bool {
        *self.written.borrow() < self.handed_over
    }

    /// Waits until no more than this is left to be written of what was handed over so far.
    fn caught_up(&self, left: u64) -> impl Future<Output = ()> + use<> {
        let (wanted, mut written) = (self.handed_over.saturating_sub(left), self.written.clone());
        async move {
            // An error means that the logs are gone.
            let _ = written.wait_for(|written| *written >= wanted).await;
        }
    }

    /// Waits until the disk seems to have taken nothing for too long, for ever if it need not take anything.
    fn stalled(&mut self) -> impl Future<Output = ()> + use<> {
        let written = *self.written.borrow();
        if written != self.progress.0 {
            self.progress = (written, Instant::now());
        }
        let waits = self.is_behind().then(|| timeout_at(self.progress.1 + STALL_TIMEOUT, self.caught_up(0)));
        let mut progress = self.written.clone();
        async move {
            let is_late = match waits {
                Some(waits) => waits.await.is_err(),
                None => false,
            };
            if !is_late {
                std::future::pending::<()>().await;
            }
            // Where the whole program stood still (Ctrl-Z), so did whoever writes.
            let _ = timeout(FRAME_WAIT, progress.wait_for(|now| *now != written)).await;
        }
    }

    /// Ends the logs that wait for a disk. The others go on.
    fn fail_stalled(&mut self) {
        // It may have taken something since it was looked at.
        if *self.written.borrow() == self.progress.0 && self.is_behind() {
            let (tray, written) = WriteQueue::new(self.folders.clone(), self.tell.clone());
            self.tray.end(&tray);
            (self.tray, self.written, self.handed_over) = (Arc::new(tray), written, 0);
            self.progress = (0, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests;
